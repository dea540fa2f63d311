/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as the document of --device: it is refused in a line of ours, or the rules take what
 * was read of it.
 */
#include "compiler/compilation/compilation.h"
#include "compiler/compilation/device_json.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char tunnels[] = "# Westermo WeOS v5.23.0\n"
			      "iface vlan1 inet static address 192.0.2.1/24\n"
			      "tunnel\n"
			      "ipsec 1\n"
			      "local-address 192.168.0.2\n"
			      "peer 198.51.100.2\n"
			      "local-subnet 192.168.0.0/16\n"
			      "remote-subnet 192.168.0.0/24\n"
			      "secret plant-plant-plant\n"
			      "end\n"
			      "ipsec 2\n"
			      "local-address 192.168.0.1\n"
			      "end\n"
			      "end\n";

static void check_findings(const struct findings *findings)
{
	for (const struct finding *finding = findings->first; finding; finding = finding->next) {
		assert(finding->message);
		for (const char *c = finding->message; *c; c++)
			assert((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
		for (const char *c = finding->help; c && *c; c++)
			assert((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
	}
}

static void check_on(const struct device *device)
{
	const struct surroundings surroundings = {.dialect = -1, .device = device};
	struct text *text = text_new("-", tunnels, sizeof(tunnels) - 1);
	struct compilation *compilation = text ? compilation_new(text, &surroundings) : NULL;

	assert(compilation);
	check_findings(&compilation->findings);
	compilation_free(compilation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text *text = text_new("-", (const char *)data, size);
	struct arena *arena = arena_new();
	struct device device;
	const char *error;

	assert(text && arena);
	error = device_json_read(text, arena, &device);
	for (const char *c = error; c && *c; c++)
		assert((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
	if (!error)
		check_on(&device);
	text_free(text);
	arena_free(arena);
	return 0;
}
