/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define HASH 32
#define INSIDE_KEY 16

struct digest {
	EVP_MAC_CTX *mac;
	/* given at each beginning: SipHash of OpenSSL 3.0 does not begin anew without it, as HMAC
	 * does; none is kept of that */
	unsigned char key[INSIDE_KEY];
	size_t key_length;
	bool failed;
};

/* With CONTEXT, which it owns; NULL without memory, or without that. */
static struct digest *digest_of(EVP_MAC_CTX *context)
{
	struct digest *digest = context ? calloc(1, sizeof(*digest)) : NULL;

	if (digest)
		digest->mac = context;
	else
		EVP_MAC_CTX_free(context);
	return digest;
}

static struct digest *digest_by(const char *algorithm)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, algorithm, NULL);
	struct digest *digest = mac ? digest_of(EVP_MAC_CTX_new(mac)) : NULL;

	EVP_MAC_free(mac);
	return digest;
}

void digest_free(struct digest *digest)
{
	if (!digest)
		return;
	EVP_MAC_CTX_free(digest->mac);
	OPENSSL_cleanse(digest, sizeof(*digest));
	free(digest);
}

struct digest *digest_new(struct slice key)
{
	char hash[] = "SHA256";
	const OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash, 0),
	    OSSL_PARAM_construct_end()};
	struct digest *digest = digest_by("HMAC");

	if (digest)
		digest->failed = EVP_MAC_init(digest->mac, (const unsigned char *)key.at,
					      key.length, params) != 1;
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

struct digest *digest_new_inside(void)
{
	size_t size = WRITTEN_DIGEST;
	const OSSL_PARAM params[] = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
				     OSSL_PARAM_construct_end()};
	struct digest *digest = digest_by("SIPHASH");

	if (!digest) /* a libcrypto that is cut down to what FIPS 140 has */
		return digest_new_random();
	digest->key_length = sizeof(digest->key);
	digest->failed = RAND_bytes(digest->key, sizeof(digest->key)) != 1 ||
			 EVP_MAC_init(digest->mac, digest->key, digest->key_length, params) != 1;
	return digest;
}

struct digest *digest_copy(const struct digest *digest)
{
	struct digest *copy = digest_of(EVP_MAC_CTX_dup(digest->mac));

	if (!copy)
		return NULL;
	memcpy(copy->key, digest->key, sizeof(copy->key));
	copy->key_length = digest->key_length;
	copy->failed = digest->failed;
	return copy;
}

void digest_begin(struct digest *digest)
{
	const unsigned char *key = digest->key_length ? digest->key : NULL;

	digest->failed =
	    digest->failed || EVP_MAC_init(digest->mac, key, digest->key_length, NULL) != 1;
}

void digest_add(void *to, const char *bytes, size_t length)
{
	struct digest *digest = to;

	digest->failed = digest->failed ||
			 EVP_MAC_update(digest->mac, (const unsigned char *)bytes, length) != 1;
}

void digest_end(struct digest *digest, char *to, size_t size)
{
	unsigned char hash[HASH] = {0};

	digest->failed =
	    digest->failed || EVP_MAC_final(digest->mac, hash, NULL, sizeof(hash)) != 1;
	memcpy(to, hash, size);
}

void digest_fingerprint(struct digest *digest, char fingerprint[DIGEST_FINGERPRINT])
{
	static const char of[] = "weipsec facts";
	char bytes[WRITTEN_DIGEST];

	digest_begin(digest);
	digest_add(digest, of, sizeof(of) - 1);
	digest_end(digest, bytes, sizeof(bytes));
	hex_write(bytes, sizeof(bytes), fingerprint);
}

bool digest_failed(const struct digest *digest)
{
	return digest->failed;
}
