/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/digest.h"

#include "compiler/fleet/quick.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define HASH 32

struct digest {
	EVP_MAC_CTX *hmac; /* it keeps the key from one digest to the next; NULL: `quick' is used */
	struct quick quick;
	bool failed;
};

/* With CONTEXT, which it owns; NULL without memory, or without that. */
static struct digest *digest_of(EVP_MAC_CTX *context)
{
	struct digest *digest = context ? calloc(1, sizeof(*digest)) : NULL;

	if (digest)
		digest->hmac = context;
	else
		EVP_MAC_CTX_free(context);
	return digest;
}

void digest_free(struct digest *digest)
{
	if (!digest)
		return;
	EVP_MAC_CTX_free(digest->hmac);
	OPENSSL_cleanse(digest, sizeof(*digest));
	free(digest);
}

struct digest *digest_new(struct slice key)
{
	char hash[] = "SHA256";
	const OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash, 0),
	    OSSL_PARAM_construct_end()};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	struct digest *digest = mac ? digest_of(EVP_MAC_CTX_new(mac)) : NULL;

	EVP_MAC_free(mac);
	if (digest)
		digest->failed = EVP_MAC_init(digest->hmac, (const unsigned char *)key.at,
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
	struct digest *digest = calloc(1, sizeof(*digest));

	if (digest)
		digest->failed = RAND_bytes((unsigned char *)digest->quick.key,
					    sizeof(digest->quick.key)) != 1;
	return digest;
}

struct digest *digest_copy(const struct digest *digest)
{
	struct digest *copy =
	    digest->hmac ? digest_of(EVP_MAC_CTX_dup(digest->hmac)) : calloc(1, sizeof(*copy));

	if (!copy)
		return NULL;
	copy->quick = digest->quick;
	copy->failed = digest->failed;
	return copy;
}

void digest_begin(struct digest *digest)
{
	if (!digest->hmac) {
		quick_begin(&digest->quick);
		return;
	}
	digest->failed = digest->failed || EVP_MAC_init(digest->hmac, NULL, 0, NULL) != 1;
}

void digest_add(void *to, const char *bytes, size_t length)
{
	struct digest *digest = to;

	if (!digest->hmac) {
		quick_add(&digest->quick, bytes, length);
		return;
	}
	digest->failed = digest->failed ||
			 EVP_MAC_update(digest->hmac, (const unsigned char *)bytes, length) != 1;
}

void digest_end(struct digest *digest, char *to, size_t size)
{
	unsigned char hash[HASH] = {0};

	if (digest->hmac)
		digest->failed = digest->failed ||
				 EVP_MAC_final(digest->hmac, hash, NULL, sizeof(hash)) != 1;
	else
		quick_end(&digest->quick, hash);
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
