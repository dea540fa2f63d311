/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a certificate, and what stands behind its PEM as its private key.  Beside what the
 * sanitizers see, it holds that a certificate has each of its own names, and that nothing of it
 * that is shown could move a terminal.
 */
#include "compiler/pki/certificate.h"
#include "compiler/pki/pem.h"
#include "compiler/pki/private_key.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_names(const struct certificate *certificate, struct arena *arena)
{
	for (size_t i = 0; i < certificate->name_count; i++)
		assert(certificate_has(certificate, arena, &certificate->names[i]));
	for (const char *at = certificate->subject; *at; at++)
		assert((unsigned char)*at >= 0x20 && *at != 0x7f);
}

static void try_key(const struct certificate *certificate, struct arena *arena, struct slice bytes)
{
	struct pem pem;

	if (pem_next(&bytes, &pem) != PEM_FOUND)
		return;
	pem_free(&pem);
	private_key_fault(arena, "private/a.pem", bytes, certificate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct slice bytes = {(const char *)data, size};
	struct certificate certificate = {.file = "x509/a.pem"};
	struct arena *arena = arena_new();

	assert(arena && certificate_read(&certificate, arena, bytes));
	if (!certificate.fault.what) {
		assert(certificate.x509 && certificate.count);
		assert(certificate_equal(&certificate, &certificate));
		check_names(&certificate, arena);
		try_key(&certificate, arena, bytes);
	}
	certificate_free(&certificate);
	arena_free(arena);
	return 0;
}
