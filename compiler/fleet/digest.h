/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_DIGEST_H
#define WEIPSEC_DIGEST_H

#include "compiler/base/text.h"
#include "compiler/compare/written.h"

#include <stdbool.h>

/*
 * HMAC-SHA-256 under one key, cut to some bytes: what stands for a secret where the
 * secret itself may not be.  One state serves one thread.  What stays in this process is
 * digested by SipHash-2-4 with 128 bits, in a quarter of the time.
 */
struct digest;

/* The shortest key that is taken, and the length of a fresh one. */
#define DIGEST_KEY_LEAST 32

/* A state for KEY; NULL without memory. */
struct digest *digest_new(struct slice key);
/* The same for a fresh random key, that nobody else has. */
struct digest *digest_new_random(void);
/* The same for digests that stay in this process. */
struct digest *digest_new_inside(void);
/* Another one for the same key, for another thread. */
struct digest *digest_copy(const struct digest *digest);
void digest_free(struct digest *digest);

/* One digest: begin, any number of pieces (a written_put()), end, into SIZE (up to
 * WRITTEN_DIGEST) bytes. */
void digest_begin(struct digest *digest);
void digest_add(void *digest, const char *bytes, size_t length);
void digest_end(struct digest *digest, char *to, size_t size);

/* What tells two keys apart and nothing of either, as hex digits. */
#define DIGEST_FINGERPRINT (2 * WRITTEN_DIGEST + 1)
void digest_fingerprint(struct digest *digest, char fingerprint[DIGEST_FINGERPRINT]);
/* True if anything went wrong: digests are worth nothing then. */
bool digest_failed(const struct digest *digest);

#endif
