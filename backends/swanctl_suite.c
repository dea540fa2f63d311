/* SPDX-License-Identifier: ISC */
#include "backends/swanctl.h"

#include <assert.h>
#include <string.h>

/*
 * Automatic suites.  For IKE in version 2 it is charon's `default', which is all that its plugins
 * can do: a list of ours may name what a plugin is missing for.
 *
 * ESP in version 2: charon's `default' has no group, so a tunnel to a peer that wants PFS comes up,
 * since the first CHILD_SA has its keys from the IKE_SA, and is refused at each rekeying; and which
 * of its suites is the first depends on charon's version.  Hence a list, and each of these is
 * needed:
 *
 * - every cipher and hash of WeOS 5, and what else `default' has, with every group of WeOS 5 and
 *   with none, so that any such peer can rekey, and be rekeyed;
 * - none last: what is first is what our own rekeyings begin with, and to a peer that wants PFS
 *   they must have a key exchange;
 * - the classic proposal first and in it aes128 and sha256: the guide's tunnels have these;
 * - the group of an explicit `ike' first, as some peers take a child's group to be the IKE_SA's.
 *
 * In version 1 charon offers of a proposal the first algorithm of each kind only, so that `default'
 * comes to one suite, and for ESP to one without PFS; a WeOS 4 peer has neither.  Hence lists.
 *
 * IKE: what an initiator offers are the ciphers and hashes of WeOS 5 with the MODP groups, since a
 * WeOS 4 peer knows no others, and with SHA-256 the other groups too.  That makes a first message
 * of 1332 bytes, which must fit one packet: nothing can fragment it yet.  What a responder takes is
 * any suite of WeOS 5, by the last proposal, of which an initiator offers a repetition.
 *
 * ESP: quick mode has one group, that of phase 1 if it is in the list, and charon offers the
 * proposals that have it, with this group alone.  So there is one for each cipher and hash, with
 * all groups.  A responder takes any suite of WeOS 5, and by the last two a peer without PFS too.
 *
 * So an automatic responder comes up with any peer that has suites of WeOS 5.  An automatic
 * initiator comes up with another automatic one, and with any whose suites are in what it offers: a
 * WeOS 4 peer needs PFS in the group of its phase 1.
 */
/* clang-format off */
#define BOTH(rest) "aes128-" rest ", aes256-" rest
#define MODP(hash) BOTH(hash "-modp2048") ", " BOTH(hash "-modp3072") ", " BOTH(hash "-modp4096")
#define ELLIPTIC(hash)                                                                             \
	BOTH(hash "-ecp256") ", " BOTH(hash "-ecp384") ", " BOTH(hash "-ecp521") ", "              \
	BOTH(hash "-x25519")
#define HASHES "sha256-sha384-sha512-sha1"
#define GROUPS "modp2048-modp3072-modp4096-ecp256-ecp384-ecp521-x25519"

static const char ike_version1[] =
    MODP("sha256") ", " ELLIPTIC("sha256") ", "
    MODP("sha384") ", " MODP("sha512") ", " MODP("sha1") ", "
    "aes128-aes256-" HASHES "-" GROUPS;

#define EACH(hash)                                                                                 \
	"aes128-" hash "-" GROUPS ", aes256-" hash "-" GROUPS ", "                                 \
	"aes128ctr-" hash "-" GROUPS ", aes256ctr-" hash "-" GROUPS

static const char esp_version1[] =
    EACH("sha256") ", " EACH("sha384") ", " EACH("sha512") ", " EACH("sha1") ", "
    "aes128gcm16-" GROUPS ", aes128gcm12-" GROUPS ", "
    "aes128ccm16-" GROUPS ", aes128ccm12-" GROUPS ", "
    "aes128-aes256-aes128ctr-aes256ctr-" HASHES ", "
    "aes128gcm16-aes128gcm12-aes128ccm16-aes128ccm12";
/* clang-format on */

static const char *const esp_version2[] = {
    "aes128-aes192-aes256-aes128ctr-aes256ctr-sha256-sha384-sha512-sha1-aesxcbc",
    "aes128gcm16-aes192gcm16-aes256gcm16-aes128gcm12-aes128ccm16-aes128ccm12",
};

static const char *const groups_version2[] = {
    "x25519", "ecp256", "ecp384", "ecp521", "modp3072", "modp4096", "modp2048",
};

static const struct algorithm *slot(const struct suite *suite, enum suite_slot which)
{
	return suite->slot[which].state == SLOT_GIVEN ? suite->slot[which].algorithm : NULL;
}

/*
 * The order of the words is that of the guide; to charon it is all one.  The rules see to it that
 * the suite is whole (WI301 to WI307): without an auth charon would take a cipher as it is, and
 * encrypt without authenticating.
 */
static void write_suite(struct output *output, const struct suite *suite, bool with_prf)
{
	bool aead = slot(suite, SUITE_CIPHER)->kind == ALGORITHM_AEAD;

	assert(aead ? !with_prf || slot(suite, SUITE_PRF) : slot(suite, SUITE_AUTH) != NULL);
	output_printf(output, "%s", slot(suite, SUITE_CIPHER)->swanctl);
	if (!aead)
		output_printf(output, "-%s", slot(suite, SUITE_AUTH)->swanctl);
	else if (with_prf)
		output_printf(output, "-%s", slot(suite, SUITE_PRF)->swanctl);
	/* only an `esp' of WeOS 4 may have none */
	if (slot(suite, SUITE_DH))
		output_printf(output, "-%s", slot(suite, SUITE_DH)->swanctl);
}

void swanctl_ike_write(struct output *output, const struct tunnel *tunnel)
{
	if (tunnel->ike->set)
		write_suite(output, tunnel->ike, true);
	else
		output_printf(output, "%s", tunnel->version == 1 ? ike_version1 : "default");
}

/* All groups, FIRST (or NULL) before the others, and none behind them. */
static void write_groups(struct output *output, const char *first)
{
	if (first)
		output_printf(output, "-%s", first);
	for (size_t i = 0; i < sizeof(groups_version2) / sizeof(groups_version2[0]); i++) {
		if (!first || strcmp(groups_version2[i], first) != 0)
			output_printf(output, "-%s", groups_version2[i]);
	}
	output_printf(output, "-modpnone");
}

static void write_esp_version2(struct output *output, const struct suite *ike)
{
	const char *first = ike->set ? slot(ike, SUITE_DH)->swanctl : NULL;

	for (size_t i = 0; i < sizeof(esp_version2) / sizeof(esp_version2[0]); i++) {
		output_printf(output, "%s%s", i ? ", " : "", esp_version2[i]);
		write_groups(output, first);
	}
}

void swanctl_esp_write(struct output *output, const struct tunnel *tunnel)
{
	if (tunnel->esp->set)
		write_suite(output, tunnel->esp, false);
	else if (tunnel->version == 1)
		output_printf(output, "%s", esp_version1);
	else
		write_esp_version2(output, tunnel->ike);
}
