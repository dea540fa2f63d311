/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

/* What SHA-256 takes at a time, and gives. */
#define BLOCK 64
#define HASH 32

/*
 * HMAC by its definition (RFC 2104): both hashes begin with a block that the key alone decides, and
 * their states behind that are kept, so that a short secret costs two blocks.
 */
struct digest {
	EVP_MD_CTX *inner, *outer; /* behind the block of the key */
	EVP_MD_CTX *at;		   /* the hash that is being made */
	bool failed;
};

void digest_free(struct digest *digest)
{
	if (!digest)
		return;
	EVP_MD_CTX_free(digest->inner);
	EVP_MD_CTX_free(digest->outer);
	EVP_MD_CTX_free(digest->at);
	free(digest);
}

static struct digest *digest_allocate(void)
{
	struct digest *digest = calloc(1, sizeof(*digest));

	if (!digest)
		return NULL;
	digest->inner = EVP_MD_CTX_new();
	digest->outer = EVP_MD_CTX_new();
	digest->at = EVP_MD_CTX_new();
	if (digest->inner && digest->outer && digest->at)
		return digest;
	digest_free(digest);
	return NULL;
}

static bool begin_with(EVP_MD_CTX *state, const unsigned char key[BLOCK], unsigned char pad)
{
	unsigned char block[BLOCK];
	bool is_well;

	for (int i = 0; i < BLOCK; i++)
		block[i] = key[i] ^ pad;
	is_well = EVP_DigestInit_ex(state, EVP_sha256(), NULL) == 1 &&
		  EVP_DigestUpdate(state, block, BLOCK) == 1;
	OPENSSL_cleanse(block, sizeof(block));
	return is_well;
}

struct digest *digest_new(struct slice key)
{
	struct digest *digest = digest_allocate();
	unsigned char block[BLOCK] = {0};

	if (!digest)
		return NULL;
	if (key.length > BLOCK)
		digest->failed =
		    EVP_Digest(key.at, key.length, block, NULL, EVP_sha256(), NULL) != 1;
	else
		memcpy(block, key.at, key.length);
	digest->failed = digest->failed || !begin_with(digest->inner, block, 0x36) ||
			 !begin_with(digest->outer, block, 0x5c);
	OPENSSL_cleanse(block, sizeof(block));
	return digest;
}

struct digest *digest_new_random(void)
{
	unsigned char key[DIGEST_KEY_LEAST];
	struct digest *digest = NULL;

	if (RAND_bytes(key, sizeof(key)) == 1)
		digest = digest_new((struct slice){(const char *)key, sizeof(key)});
	OPENSSL_cleanse(key, sizeof(key));
	return digest;
}

struct digest *digest_copy(const struct digest *digest)
{
	struct digest *copy = digest_allocate();

	if (copy)
		copy->failed = digest->failed ||
			       EVP_MD_CTX_copy_ex(copy->inner, digest->inner) != 1 ||
			       EVP_MD_CTX_copy_ex(copy->outer, digest->outer) != 1;
	return copy;
}

void digest_begin(struct digest *digest)
{
	digest->failed = digest->failed || EVP_MD_CTX_copy_ex(digest->at, digest->inner) != 1;
}

void digest_add(void *to, const char *bytes, size_t length)
{
	struct digest *digest = to;

	digest->failed = digest->failed || EVP_DigestUpdate(digest->at, bytes, length) != 1;
}

void digest_end(struct digest *digest, char *to, size_t size)
{
	unsigned char hash[HASH] = {0};

	digest->failed = digest->failed || EVP_DigestFinal_ex(digest->at, hash, NULL) != 1 ||
			 EVP_MD_CTX_copy_ex(digest->at, digest->outer) != 1 ||
			 EVP_DigestUpdate(digest->at, hash, HASH) != 1 ||
			 EVP_DigestFinal_ex(digest->at, hash, NULL) != 1;
	memcpy(to, hash, size);
}

void digest_hex(const char *bytes, size_t count, char *hex)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		*hex++ = digits[(unsigned char)bytes[i] >> 4];
		*hex++ = digits[(unsigned char)bytes[i] & 15];
	}
	*hex = '\0';
}

void digest_fingerprint(struct digest *digest, char fingerprint[DIGEST_FINGERPRINT])
{
	static const char of[] = "weipsec facts";
	char bytes[WRITTEN_DIGEST];

	digest_begin(digest);
	digest_add(digest, of, sizeof(of) - 1);
	digest_end(digest, bytes, sizeof(bytes));
	digest_hex(bytes, sizeof(bytes), fingerprint);
}

bool digest_failed(const struct digest *digest)
{
	return digest->failed;
}
