/* SPDX-License-Identifier: ISC */
/*
 * WI3xx: what `ike' and `esp' may be made of.
 *
 * The rules look at each place of a suite by itself.  A place with a bad word is neither absent nor
 * of any kind: it has its finding already, and the other places are still judged.
 */
#include "compiler/rules/check.h"
#include "compiler/rules/rules.h"

#include <stdio.h>
#include <string.h>

/* Below 112 bits NIST SP 800-57 allows nothing; WeOS's weakest group, modp2048, has just that. */
#define WEAK_EXCHANGE 112
#define SHORT_ICV 12

static const enum setting suite_options[] = {SETTING_IKE, SETTING_ESP};
#define SUITE_OPTIONS (sizeof(suite_options) / sizeof(suite_options[0]))

/* A place whose keyword is there, with a word that may be bad. */
static bool slot_has(const struct tunnel *tunnel, enum setting setting, enum suite_slot slot)
{
	const struct suite *suite = suite_of(tunnel, setting);

	return suite_written(tunnel, setting) &&
	       (suite->slot[slot].state == SLOT_GIVEN || suite->slot[slot].state == SLOT_BAD);
}

/* A place that is certainly not there, in a suite that has others. */
static bool slot_lacks(const struct tunnel *tunnel, enum setting setting, enum suite_slot slot)
{
	const struct suite *suite = suite_of(tunnel, setting);
	bool others = false;

	for (enum suite_slot other = SUITE_CIPHER; other < SUITE_SLOTS; other++)
		others = others || slot_has(tunnel, setting, other);
	return others && suite->slot[slot].state == SLOT_ABSENT;
}

/* `auth sha256' */
static struct span slot_span(const struct tunnel *tunnel, enum setting setting,
			     enum suite_slot slot)
{
	const struct suite *suite = suite_of(tunnel, setting);

	return (struct span){suite->slot[slot].keyword.from, suite->slot[slot].at.to};
}

static bool is_classic(const struct algorithm *cipher)
{
	return cipher && cipher->kind != ALGORITHM_AEAD;
}

static const struct algorithm *cipher_of(const struct tunnel *tunnel, enum setting setting)
{
	return slot_algorithm(tunnel, setting, SUITE_CIPHER);
}

static bool is_version_1(const struct tunnel *tunnel)
{
	return tunnel->version == 1 && !tunnel_bad(tunnel, SETTING_VERSION);
}

static void help_drop(struct check *check, struct finding *finding, enum suite_slot slot,
		      const struct algorithm *algorithm)
{
	if (algorithm)
		finding_help(check->findings, finding, "drop '%s %s'", suite_slot_word(slot),
			     algorithm->word);
	else
		finding_help(check->findings, finding, "drop '%s' and its word",
			     suite_slot_word(slot));
}

/*
 * Takes a place out, with one of the blanks before it.  One with a bad word stays: its own finding
 * may come with a fix of that word, and two fixes must not meet.
 */
static void edit_drop(struct check *check, const struct tunnel *tunnel, struct finding *finding,
		      enum setting setting, enum suite_slot slot)
{
	struct span at = slot_span(tunnel, setting, slot);
	const char *bytes = check->findings->text->bytes;

	if (!slot_algorithm(tunnel, setting, slot))
		return;
	if (at.from > 0 && (bytes[at.from - 1] == ' ' || bytes[at.from - 1] == '\t'))
		at.from--;
	finding_edit(check->findings, finding, at, "");
}

/* prfsha256 for sha256; sha1 has none. */
static const struct algorithm *prf_of(const struct algorithm *auth)
{
	for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
		const struct algorithm *prf = &algorithm_table[i];

		if (prf->kind == ALGORITHM_PRF &&
		    strcmp(prf->word + strlen("prf"), auth->word) == 0)
			return prf;
	}
	return NULL;
}

void rule_WI301(struct check *check, const struct tunnel *tunnel)
{
	const struct algorithm *cipher = cipher_of(tunnel, SETTING_IKE);
	struct finding *finding;

	if (!is_aead(cipher) || !slot_lacks(tunnel, SETTING_IKE, SUITE_AUTH) ||
	    !slot_lacks(tunnel, SETTING_IKE, SUITE_PRF))
		return;
	finding = check_report(check, tunnel, setting_span(tunnel, SETTING_IKE),
			       "'%s' is an AEAD cipher and needs a prf in ike", cipher->word);
	finding_help(check->findings, finding, "add 'prf prfsha256' at both ends");
}

void rule_WI302(struct check *check, const struct tunnel *tunnel)
{
	const struct algorithm *cipher = cipher_of(tunnel, SETTING_IKE);
	struct finding *finding;

	if (!is_classic(cipher) || !slot_lacks(tunnel, SETTING_IKE, SUITE_AUTH) ||
	    !slot_lacks(tunnel, SETTING_IKE, SUITE_PRF))
		return;
	finding = check_report(check, tunnel, setting_span(tunnel, SETTING_IKE),
			       "'%s' only encrypts, and needs an auth in ike", cipher->word);
	finding_help(check->findings, finding, "add 'auth sha256' at both ends");
}

void rule_WI303(struct check *check, const struct tunnel *tunnel)
{
	for (size_t i = 0; i < SUITE_OPTIONS; i++) {
		enum setting setting = suite_options[i];
		struct finding *finding;

		/* in WeOS 4 `pfs' says it */
		if (!slot_lacks(tunnel, setting, SUITE_DH) ||
		    (tunnel->weos4 && setting == SETTING_ESP))
			continue;
		finding = check_report(check, tunnel, setting_span(tunnel, setting),
				       "%s needs a dh group", setting_table[setting].word);
		/* x25519 would be WI312 there. */
		finding_help(check->findings, finding, "add 'dh %s' at both ends",
			     tunnel->weos4	    ? "2048"
			     : is_version_1(tunnel) ? "ecp256"
						    : "x25519");
	}
}

static void report_ike_auth(struct check *check, const struct tunnel *tunnel)
{
	const struct algorithm *cipher = cipher_of(tunnel, SETTING_IKE);
	const struct algorithm *auth = slot_algorithm(tunnel, SETTING_IKE, SUITE_AUTH);
	const struct algorithm *prf = auth ? prf_of(auth) : NULL;
	struct span at = slot_span(tunnel, SETTING_IKE, SUITE_AUTH);
	struct findings *findings = check->findings;
	struct finding *finding;
	char text[32];

	finding = check_report(check, tunnel, at,
			       "'%s' is an AEAD cipher and takes a prf, not an auth", cipher->word);
	if (slot_has(tunnel, SETTING_IKE, SUITE_PRF)) {
		help_drop(check, finding, SUITE_AUTH, auth);
		edit_drop(check, tunnel, finding, SETTING_IKE, SUITE_AUTH);
	} else if (prf && slot_lacks(tunnel, SETTING_IKE, SUITE_PRF)) {
		snprintf(text, sizeof(text), "prf %s", prf->word);
		finding_help(findings, finding, "write '%s'", text);
		finding_edit(findings, finding, at, text);
	} else {
		finding_help(findings, finding, "write 'prf prfsha256' at both ends");
	}
}

static void report_esp_auth(struct check *check, const struct tunnel *tunnel)
{
	const struct algorithm *cipher = cipher_of(tunnel, SETTING_ESP);
	struct finding *finding;

	finding = check_report(check, tunnel, slot_span(tunnel, SETTING_ESP, SUITE_AUTH),
			       "'%s' is an AEAD cipher and takes no auth in esp", cipher->word);
	help_drop(check, finding, SUITE_AUTH, slot_algorithm(tunnel, SETTING_ESP, SUITE_AUTH));
	edit_drop(check, tunnel, finding, SETTING_ESP, SUITE_AUTH);
}

void rule_WI304(struct check *check, const struct tunnel *tunnel)
{
	if (is_aead(cipher_of(tunnel, SETTING_IKE)) && slot_has(tunnel, SETTING_IKE, SUITE_AUTH))
		report_ike_auth(check, tunnel);
	if (is_aead(cipher_of(tunnel, SETTING_ESP)) && slot_has(tunnel, SETTING_ESP, SUITE_AUTH))
		report_esp_auth(check, tunnel);
}

void rule_WI305(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (!slot_has(tunnel, SETTING_ESP, SUITE_PRF))
		return;
	finding = check_report(check, tunnel, slot_span(tunnel, SETTING_ESP, SUITE_PRF),
			       "esp takes no prf: keys are made in ike");
	help_drop(check, finding, SUITE_PRF, slot_algorithm(tunnel, SETTING_ESP, SUITE_PRF));
	edit_drop(check, tunnel, finding, SETTING_ESP, SUITE_PRF);
}

void rule_WI306(struct check *check, const struct tunnel *tunnel)
{
	const struct algorithm *cipher = cipher_of(tunnel, SETTING_ESP);
	struct finding *finding;

	if (!is_classic(cipher) || !slot_lacks(tunnel, SETTING_ESP, SUITE_AUTH))
		return;
	finding = check_report(check, tunnel, setting_span(tunnel, SETTING_ESP),
			       "'%s' without auth encrypts what anyone can alter unnoticed",
			       cipher->word);
	finding_help(check->findings, finding, "add 'auth sha256' at both ends");
}

void rule_WI307(struct check *check, const struct tunnel *tunnel)
{
	const struct algorithm *cipher = cipher_of(tunnel, SETTING_IKE);
	const struct algorithm *prf = slot_algorithm(tunnel, SETTING_IKE, SUITE_PRF);
	struct finding *finding;

	if (!is_classic(cipher) || !slot_has(tunnel, SETTING_IKE, SUITE_PRF))
		return;
	finding = check_report(check, tunnel, slot_span(tunnel, SETTING_IKE, SUITE_PRF),
			       "'%s' is no AEAD cipher and takes an auth, not a prf", cipher->word);
	if (slot_has(tunnel, SETTING_IKE, SUITE_AUTH))
		help_drop(check, finding, SUITE_PRF, prf);
	else
		finding_help(check->findings, finding, "write 'auth %s'",
			     prf ? prf->word + strlen("prf") : "sha256");
}

void rule_WI308(struct check *check, const struct tunnel *tunnel)
{
	const struct algorithm *cipher = cipher_of(tunnel, SETTING_IKE);
	struct finding *finding;

	if (!is_version_1(tunnel) || !cipher || cipher->ikev1)
		return;
	finding = check_report(check, tunnel, slot_span(tunnel, SETTING_IKE, SUITE_CIPHER),
			       "version 1 has no '%s' for ike: no peer would agree", cipher->word);
	finding_help(check->findings, finding,
		     "write 'cipher aes%u%s'%s at both ends", cipher->key_bits,
		     slot_has(tunnel, SETTING_IKE, SUITE_AUTH) ? "" : " auth sha256",
		     peer_is_weos4(check, tunnel) ? "" : ", or 'version 2',");
}

void rule_WI309(struct check *check, const struct tunnel *tunnel)
{
	for (size_t i = 0; i < SUITE_OPTIONS; i++) {
		enum setting setting = suite_options[i];
		const struct algorithm *auth = slot_algorithm(tunnel, setting, SUITE_AUTH);
		struct finding *finding;

		if (!auth || auth != &algorithm_table[ALGORITHM_SHA1])
			continue;
		finding = check_report(check, tunnel, slot_span(tunnel, setting, SUITE_AUTH),
				       "'sha1' is deprecated, and only for WeOS 4 peers");
		/* With an AEAD cipher there is to be no auth at all: WI304. */
		if (!is_aead(cipher_of(tunnel, setting)))
			finding_help(check->findings, finding,
				     "write 'auth sha256' at both ends, where the peer has it");
	}
}

void rule_WI310(struct check *check, const struct tunnel *tunnel)
{
	for (size_t i = 0; i < SUITE_OPTIONS; i++) {
		enum setting setting = suite_options[i];
		const struct algorithm *cipher = cipher_of(tunnel, setting);
		const struct algorithm *dh = slot_algorithm(tunnel, setting, SUITE_DH);
		struct finding *finding;

		if (!cipher || cipher->key_bits != 256 || !dh || dh->strength != WEAK_EXCHANGE)
			continue;
		finding = check_report(check, tunnel, slot_span(tunnel, setting, SUITE_DH),
				       "'%s' is worth %u bits, which makes '%s' worth no more",
				       dh->word, dh->strength, cipher->word);
		finding_help(check->findings, finding,
			     "write a stronger group at both ends, such as 'dh %s'",
			     tunnel->weos4 ? "4096" : "ecp384");
	}
}

/* The same cipher with 16 bytes: only those differ in their names. */
static const struct algorithm *longer_icv(const struct algorithm *cipher)
{
	size_t stem = strlen(cipher->word) - strlen("12");

	for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
		const struct algorithm *other = &algorithm_table[i];

		if (other->kind == ALGORITHM_AEAD && other->icv > cipher->icv &&
		    strncmp(other->word, cipher->word, stem) == 0)
			return other;
	}
	return NULL;
}

void rule_WI311(struct check *check, const struct tunnel *tunnel)
{
	for (size_t i = 0; i < SUITE_OPTIONS; i++) {
		const struct algorithm *cipher = cipher_of(tunnel, suite_options[i]);
		const struct algorithm *longer;
		struct finding *finding;

		if (!is_aead(cipher) || cipher->icv != SHORT_ICV)
			continue;
		finding =
		    check_report(check, tunnel, slot_span(tunnel, suite_options[i], SUITE_CIPHER),
				 "'%s' has a short integrity check value, of %u bytes",
				 cipher->word, cipher->icv);
		longer = longer_icv(cipher);
		if (longer)
			finding_help(check->findings, finding, "write 'cipher %s' at both ends",
				     longer->word);
	}
}

void rule_WI312(struct check *check, const struct tunnel *tunnel)
{
	if (!is_version_1(tunnel))
		return;
	for (size_t i = 0; i < SUITE_OPTIONS; i++) {
		enum setting setting = suite_options[i];
		const struct algorithm *dh = slot_algorithm(tunnel, setting, SUITE_DH);
		struct finding *finding;

		if (!dh || dh != &algorithm_table[ALGORITHM_X25519])
			continue;
		finding = check_report(check, tunnel, slot_span(tunnel, setting, SUITE_DH),
				       "'x25519' is for version 2 only (RFC 8031): in version 1 "
				       "few peers know it");
		finding_help(check->findings, finding, "write 'dh ecp256' at both ends");
	}
}

void rule_WI313(struct check *check, const struct tunnel *tunnel)
{
	bool ike = !suite_written(tunnel, SETTING_IKE);
	bool esp = !suite_written(tunnel, SETTING_ESP);
	const char *which = "esp";
	struct finding *finding;

	if (!is_version_1(tunnel) || (!ike && !esp))
		return;
	if (ike)
		which = esp ? "ike and esp" : "ike";
	finding = check_report(check, tunnel, setting_span(tunnel, SETTING_VERSION),
			       "in version 1 a peer may take none of the suites of automatic %s%s: "
			       "a WeOS 4 peer wants them explicit",
			       which, esp ? ", or refuse our rekeyings" : "");
	finding_help(check->findings, finding,
		     "write '%s cipher aes128 auth sha256 dh modp2048'%s at both ends",
		     ike ? "ike" : "esp", ike && esp ? ", and the same for esp," : "");
}

void rule_WI314(struct check *check, const struct tunnel *tunnel)
{
	const struct algorithm *dh = slot_algorithm(tunnel, SETTING_IKE, SUITE_DH);
	struct finding *finding;

	if (tunnel->version != 2 || !tunnel_given(tunnel, SETTING_IKE) ||
	    suite_written(tunnel, SETTING_ESP))
		return;
	finding = check_report(check, tunnel, setting_span(tunnel, SETTING_IKE),
			       "ike is agreed and esp is automatic: a peer that wants a dh group "
			       "there brings the tunnel up, and may refuse every rekeying");
	finding_help(check->findings, finding,
		     "write 'esp' too, such as 'esp cipher aes128gcm16 dh %s', the same at both "
		     "ends",
		     dh ? dh->word : "x25519");
}
