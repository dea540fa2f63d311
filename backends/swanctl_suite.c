/* SPDX-License-Identifier: ISC */
#include "backends/swanctl.h"

#include <assert.h>

/*
 * Automatic suites.  In version 2 `default' is what charon thinks good; for ESP it has to be written,
 * since without the key charon prefers AEAD, and the guide's tunnels are AES-CBC with SHA-256.
 *
 * In version 1 an initiator's proposal holds one algorithm of each kind, whatever was configured, so
 * `default' comes to a single suite, and for ESP to one without PFS; a WeOS 4 peer has neither.
 * Hence lists, whose parts do two things:
 *
 * - what an initiator offers, suite by suite.  For IKE that is every cipher and hash of WeOS 5 with
 *   the MODP groups (a WeOS 4 peer knows no others), and SHA-256 with the other groups: 32 suites in a
 *   first message of 1296 bytes, which must fit one packet since nothing can fragment it yet.  For
 *   ESP it is every cipher with PFS in modp2048: quick mode has one group, that of the first
 *   proposal, and charon leaves out the proposals that have another one.
 * - at the end, what a responder takes: any suite of WeOS 5 with any group; for ESP also without
 *   a group, as in version 2.  An initiator offers of these only repetitions.
 *
 * So an automatic responder comes up with any peer.  An automatic initiator comes up with any WeOS 4
 * peer that has a suite of WeOS 5 and PFS in modp2048, but not with an explicit `esp' of another group.
 */
#define BOTH(rest) "aes128-" rest ", aes256-" rest
#define FOUR(rest) BOTH(rest) ", aes128ctr-" rest ", aes256ctr-" rest
#define HASHES "sha256-sha384-sha512-sha1"
#define GROUPS "modp2048-modp3072-modp4096-ecp256-ecp384-ecp521-x25519"
#define CLASSIC "aes128-aes256-aes128ctr-aes256ctr-" HASHES
#define AEAD "aes128gcm16-aes128gcm12-aes128ccm16-aes128ccm12"

static const char ike_version1[] =
    BOTH("sha256-modp2048") ", " BOTH("sha256-modp3072") ", " BOTH("sha256-modp4096") ", "
    BOTH("sha256-ecp256") ", " BOTH("sha256-ecp384") ", " BOTH("sha256-ecp521") ", "
    BOTH("sha256-x25519") ", "
    BOTH("sha384-modp2048") ", " BOTH("sha384-modp3072") ", " BOTH("sha384-modp4096") ", "
    BOTH("sha512-modp2048") ", " BOTH("sha512-modp3072") ", " BOTH("sha512-modp4096") ", "
    BOTH("sha1-modp2048") ", " BOTH("sha1-modp3072") ", " BOTH("sha1-modp4096") ", "
    "aes128-aes256-" HASHES "-" GROUPS;

static const char esp_version1[] =
    FOUR("sha256-modp2048") ", " FOUR("sha384-modp2048") ", " FOUR("sha512-modp2048") ", "
    FOUR("sha1-modp2048") ", "
    "aes128gcm16-modp2048, aes128gcm12-modp2048, aes128ccm16-modp2048, aes128ccm12-modp2048, "
    CLASSIC "-" GROUPS ", " AEAD "-" GROUPS ", " CLASSIC ", " AEAD;

static const struct algorithm *slot(const struct suite *suite, enum suite_slot which)
{
	return suite->slot[which].state == SLOT_GIVEN ? suite->slot[which].algorithm : NULL;
}

/* What both phases want; AEAD is left to them. */
static const char *common_flaw(const struct suite *suite)
{
	if (!slot(suite, SUITE_CIPHER))
		return "has no cipher";
	if (!slot(suite, SUITE_DH))
		return "has no dh";
	if (slot(suite, SUITE_CIPHER)->kind != ALGORITHM_AEAD && !slot(suite, SUITE_AUTH))
		return "has no auth beside its cipher";
	return NULL;
}

const char *swanctl_ike_flaw(const struct suite *suite)
{
	const char *flaw = suite->set ? common_flaw(suite) : NULL;

	if (suite->set && !flaw && slot(suite, SUITE_CIPHER)->kind == ALGORITHM_AEAD &&
	    !slot(suite, SUITE_PRF))
		return "has no prf beside its cipher";
	return flaw;
}

const char *swanctl_esp_flaw(const struct suite *suite)
{
	return suite->set ? common_flaw(suite) : NULL;
}

/* The order of the words is that of the guide; to charon it is all one. */
static void write_suite(struct output *output, const struct suite *suite, bool with_prf)
{
	bool aead = slot(suite, SUITE_CIPHER)->kind == ALGORITHM_AEAD;

	output_printf(output, "%s", slot(suite, SUITE_CIPHER)->swanctl);
	if (!aead)
		output_printf(output, "-%s", slot(suite, SUITE_AUTH)->swanctl);
	else if (with_prf)
		output_printf(output, "-%s", slot(suite, SUITE_PRF)->swanctl);
	output_printf(output, "-%s", slot(suite, SUITE_DH)->swanctl);
}

void swanctl_ike_write(struct output *output, const struct tunnel *tunnel)
{
	assert(!swanctl_ike_flaw(&tunnel->ike));
	if (tunnel->ike.set)
		write_suite(output, &tunnel->ike, true);
	else
		output_printf(output, "%s", tunnel->version == 1 ? ike_version1 : "default");
}

/* charon would take a cipher without integrity, and encrypt without authenticating. */
void swanctl_esp_write(struct output *output, const struct tunnel *tunnel)
{
	assert(!swanctl_esp_flaw(&tunnel->esp));
	if (tunnel->esp.set)
		write_suite(output, &tunnel->esp, false);
	else
		output_printf(output, "%s", tunnel->version == 1 ? esp_version1 : "default");
}
