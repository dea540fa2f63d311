/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a CRL: it is none, or says of a certificate whether it is listed, and the same when
 * it is asked again.  One that is in force is not old; what it lists it lists when it is, and what
 * it does not list nobody knows then.
 */
#include "compiler/pki/certificate.h"

#include <assert.h>
#include <openssl/x509.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Serial number 0x1000, which lists of the seeds have. */
static const char plant[] = "-----BEGIN CERTIFICATE-----\n"
			    "MIIBJDCB16ADAgECAgIQADAFBgMrZXAwEDEOMAwGA1UEAwwFcGxhbnQwIBcNMjYx\n"
			    "MTI5MTgwMDM2WhgPMjEyNjExMDUxODAwMzZaMBAxDjAMBgNVBAMMBXBsYW50MCow\n"
			    "BQYDK2VwAyEAiDodNLZ9R3dyawYRr8xHKqAQPay7n+0ogah8etnghQ6jUzBRMB0G\n"
			    "A1UdDgQWBBQh/5bqsNmQTRzWFpl5+6yHOmpbpTAfBgNVHSMEGDAWgBQh/5bqsNmQ\n"
			    "TRzWFpl5+6yHOmpbpTAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANBAKCTRXpH3sLy\n"
			    "0Kr8+VDlKWhefN+JrqsO5o2ZtcJEC0PUcQI5mnH7fq0wv1tjE6aiuzwpy8qqC8LM\n"
			    "/XS+vv2yWgQ=\n"
			    "-----END CERTIFICATE-----\n"
			    "";

/* Now, and when every list is old. */
static const int64_t now = 1770000000, late = INT64_C(253402300800);

static void check_listing(const struct certificate *certificate)
{
	enum certificate_listing first = certificate_listing(certificate, certificate, now);
	enum certificate_listing then = certificate_listing(certificate, certificate, late);

	assert(first == certificate_listing(certificate, certificate, now));
	assert((first == CERTIFICATE_LISTED) == (then == CERTIFICATE_LISTED));
	assert(first != CERTIFICATE_OLD_LIST);
	assert((first == CERTIFICATE_NOT_LISTED) == (then == CERTIFICATE_OLD_LIST));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct certificate certificate = {.file = "x509ca/plant.pem"};
	struct arena *arena = arena_new();
	bool made = arena &&
		    certificate_read(&certificate, arena, (struct slice){plant, sizeof(plant) - 1});

	assert(made && !certificate.fault.what);
	certificate.crl_from = now;
	certificate.crl_refresh = 86400;
	certificate.crl = certificate_crl_read((struct slice){(const char *)data, size});
	if (certificate.crl)
		check_listing(&certificate);
	certificate_free(&certificate);
	arena_free(arena);
	return 0;
}
