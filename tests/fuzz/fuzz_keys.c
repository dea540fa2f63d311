/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as the file of --keys: either every SA of an enabled tunnel is there, whole, and can
 * be written, or something was said, in a line of ours and at a place of the file.
 */
#include "compiler/compilation/backends.h"
#include "compiler/compilation/compilation.h"
#include "compiler/compilation/keys.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char tunnels[] = "tunnel\n"
			      "ipsec 1\n"
			      "remote-id name a\n"
			      "peer 192.0.2.1\n"
			      "secret plant-plant-plant\n"
			      "local-address 198.51.100.1\n"
			      "esp cipher aes128 auth sha256 dh x25519\n"
			      "end\n"
			      "ipsec 2\n"
			      "remote-id name b\n"
			      "peer 192.0.2.2\n"
			      "secret plant-plant-plans\n"
			      "local-address 198.51.100.1\n"
			      "esp cipher aes256 auth sha512 dh x25519\n"
			      "end\n"
			      "end\n";

struct complaints {
	struct text *text;
	size_t *count;
};

static void complain(const void *context, struct place at, const char *message)
{
	const struct complaints *complaints = context;

	assert(at.line >= 1 && at.line <= complaints->text->line_count + 1 && at.column >= 1);
	assert(*message);
	for (const char *c = message; *c; c++)
		assert((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
	++*complaints->count;
}

static void check_keys(const struct tunnel *tunnel)
{
	for (int direction = 0; direction < DIRECTION_COUNT; direction++) {
		const struct sa_keys *sa = &tunnel->keys[direction];

		assert(sa->line && sa->spi >= 256 && sa->encryption.length &&
		       sa->authentication.length);
	}
}

/* As `compile --to xfrm --keys'. */
static void check_script(const struct model *model)
{
	const struct backend *backend = backend_find("xfrm");
	struct backend_refusal refusal;
	struct output output;

	for (size_t i = 0; i < model->count; i++) {
		bool is_supported = backend->supports(model, model->tunnels[i], &refusal);

		assert(is_supported);
	}
	output_init(&output);
	backend->emit(model, &output);
	assert(!output.failed && memmem(output.bytes, output.size, "0x", 2));
	output_free(&output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct surroundings surroundings = {.dialect = -1};
	struct text *text = text_new("-", tunnels, sizeof(tunnels) - 1);
	struct compilation *compilation = text ? compilation_new(text, &surroundings) : NULL;
	size_t count = 0;
	struct complaints complaints = {text_new("-", (const char *)data, size), &count};
	struct arena *secrets = arena_new_secret();
	struct keys keys = {complaints.text, NULL, secrets, complain, &complaints};
	bool read;

	assert(compilation && compilation->model->count == 2 && complaints.text && secrets);
	keys.model = compilation->model;
	read = keys_read(&keys);
	assert(read == (count == 0));
	for (size_t i = 0; read && i < compilation->model->count; i++)
		check_keys(compilation->model->tunnels[i]);
	if (read)
		check_script(compilation->model);
	text_free(complaints.text);
	compilation_free(compilation);
	arena_free(secrets);
	return 0;
}
