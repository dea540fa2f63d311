/* SPDX-License-Identifier: ISC */
#include "compiler/pki/private_key.h"

#include "compiler/pki/pem.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

/* How a private key stands to a certificate. */
enum private_key_state {
	PRIVATE_KEY_GOOD,
	PRIVATE_KEY_ABSENT,    /* there is something else */
	PRIVATE_KEY_ENCRYPTED, /* it wants a passphrase */
	PRIVATE_KEY_DAMAGED,
	PRIVATE_KEY_FOREIGN /* of another certificate */
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* OpenSSL verifies with no longer modulus, so that no signature of one is of use. */
#define BITS_MAX 16384

/* An RSA signature takes as long as its numbers are, and those of a made-up key are any. */
static bool rsa_is_plausible(const EVP_PKEY *key)
{
	static const char *const names[] = {
	    OSSL_PKEY_PARAM_RSA_D,	     OSSL_PKEY_PARAM_RSA_FACTOR1,
	    OSSL_PKEY_PARAM_RSA_FACTOR2,     OSSL_PKEY_PARAM_RSA_FACTOR3,
	    OSSL_PKEY_PARAM_RSA_FACTOR4,     OSSL_PKEY_PARAM_RSA_FACTOR5,
	    OSSL_PKEY_PARAM_RSA_EXPONENT1,   OSSL_PKEY_PARAM_RSA_EXPONENT2,
	    OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
	int bits = EVP_PKEY_get_bits(key);
	bool plausible = bits <= BITS_MAX;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		BIGNUM *number = NULL;

		if (EVP_PKEY_get_bn_param(key, names[i], &number))
			plausible = plausible && BN_num_bits(number) <= bits;
		BN_clear_free(number);
	}
	return plausible;
}

/* The public half may be right and the private one not, which only a signature shows. */
static bool signs_for(EVP_PKEY *key, const struct certificate *certificate)
{
	static const unsigned char message[] = "weipsec";
	bool is_edwards =
	    certificate->key == CERTIFICATE_ED25519 || certificate->key == CERTIFICATE_ED448;
	const EVP_MD *digest = is_edwards ? NULL : EVP_sha256();
	unsigned char signature[BITS_MAX / 8];
	size_t size = sizeof(signature);
	EVP_MD_CTX *sign = EVP_MD_CTX_new(), *verify = EVP_MD_CTX_new();
	bool good;

	good = sign && verify && EVP_DigestSignInit(sign, NULL, digest, NULL, key) == 1 &&
	       EVP_DigestSign(sign, signature, &size, message, sizeof(message)) == 1 &&
	       EVP_DigestVerifyInit(verify, NULL, digest, NULL,
				    X509_get0_pubkey(certificate->x509)) == 1 &&
	       EVP_DigestVerify(verify, signature, size, message, sizeof(message)) == 1;
	EVP_MD_CTX_free(sign);
	EVP_MD_CTX_free(verify);
	return good;
}

static enum private_key_state try_key(EVP_PKEY *key, const struct certificate *certificate)
{
	if (EVP_PKEY_eq(key, X509_get0_pubkey(certificate->x509)) != 1)
		return PRIVATE_KEY_FOREIGN;
	if (certificate->key == CERTIFICATE_RSA && !rsa_is_plausible(key))
		return PRIVATE_KEY_DAMAGED;
	return signs_for(key, certificate) ? PRIVATE_KEY_GOOD : PRIVATE_KEY_DAMAGED;
}

static enum private_key_state try_der(const unsigned char *der, long size,
				      const struct certificate *certificate)
{
	const unsigned char *at = der;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, size);
	enum private_key_state state = key ? try_key(key, certificate) : PRIVATE_KEY_DAMAGED;

	EVP_PKEY_free(key);
	return state;
}

static bool ends_in(const char *string, const char *end)
{
	size_t length = strlen(string), size = strlen(end);

	return length >= size && strcmp(string + length - size, end) == 0;
}

static enum private_key_state try_pem(const struct pem *pem, const struct certificate *certificate)
{
	if (!ends_in(pem->name, "PRIVATE KEY"))
		return PRIVATE_KEY_ABSENT;
	if (strcmp(pem->name, "ENCRYPTED PRIVATE KEY") == 0 || strstr(pem->header, "ENCRYPTED"))
		return PRIVATE_KEY_ENCRYPTED;
	return try_der(pem->data, pem->size, certificate);
}

/* PKCS#8 with a passphrase. */
static bool is_encrypted(const unsigned char *der, long size)
{
	const unsigned char *at = der;
	X509_SIG *sealed = d2i_X509_SIG(NULL, &at, size);
	bool is = sealed && at == der + size;

	X509_SIG_free(sealed);
	return is;
}

static enum private_key_state try_bytes(struct slice bytes, const struct certificate *certificate)
{
	const unsigned char *der = (const unsigned char *)bytes.at;
	enum private_key_state state;

	if (is_encrypted(der, (long)bytes.length))
		return PRIVATE_KEY_ENCRYPTED;
	state = try_der(der, (long)bytes.length, certificate);
	if (state == PRIVATE_KEY_DAMAGED && (!bytes.length || *der != 0x30))
		return PRIVATE_KEY_ABSENT;
	return state;
}

static enum private_key_state try_file(struct slice bytes, const struct certificate *certificate)
{
	enum private_key_state state = PRIVATE_KEY_DAMAGED;
	struct slice rest = bytes;
	struct pem pem;
	enum pem_state found = pem_next(&rest, &pem);

	if (found == PEM_FOUND) {
		state = try_pem(&pem, certificate);
		pem_free(&pem);
	} else if (found == PEM_NONE) {
		state = try_bytes(bytes, certificate);
	}
	ERR_clear_error();
	return state;
}

struct fault private_key_fault(struct arena *arena, const char *path, struct slice bytes,
			       const struct certificate *certificate)
{
	if (certificate->key == CERTIFICATE_OTHER)
		return (struct fault){arena_printf(arena,
						   "%s has a key that charon cannot sign with",
						   certificate->file),
				      "use one with an ECDSA, RSA or Ed25519 key"};
	switch (try_file(bytes, certificate)) {
	case PRIVATE_KEY_GOOD:
		break;
	case PRIVATE_KEY_ABSENT:
		return (struct fault){
		    arena_printf(arena, "%s does not begin with a private key", path),
		    "leave nothing but the key in the file: 'openssl pkey -in OLD -out NEW'"};
	case PRIVATE_KEY_ENCRYPTED:
		return (struct fault){
		    arena_printf(
			arena, "%s wants a passphrase, and a gateway has nobody to type it", path),
		    "store it without one: 'openssl pkey -in OLD -out NEW'"};
	case PRIVATE_KEY_DAMAGED:
		return (struct fault){arena_printf(arena, "%s is damaged", path), PRIVATE_KEY_HELP};
	case PRIVATE_KEY_FOREIGN:
		return (struct fault){
		    arena_printf(arena, "%s is not the private key of %s", path, certificate->file),
		    PRIVATE_KEY_HELP};
	}
	return (struct fault){NULL, NULL};
}
