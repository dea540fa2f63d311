/* SPDX-License-Identifier: ISC */
/*
 * WI801 and WI802: what the policy of `check --profile' says against a tunnel.
 *
 * The verdicts are rows of schemas/profiles.def; here is how to find what they are on.  An
 * algorithm is judged at its word.  An automatic suite is judged by what the other end may choose
 * of it: an algorithm in it that is not allowed is WI802, since it may never be chosen.
 */
#include "compiler/rules/check.h"
#include "compiler/rules/rules.h"
#include "compiler/tables/profile.h"
#include "compiler/tables/weos4.h"

#include <stdarg.h>
#include <stdio.h>

/* Room for what a profile says of an automatic suite: a few words, each with its clause. */
#define AUTOMATIC_MAX 512

static bool is_version(const struct tunnel *tunnel, int version)
{
	return tunnel->version == version && !tunnel_bad(tunnel, SETTING_VERSION);
}

/* Where a setting stands, or the tunnel's first line if it was never named. */
static struct span setting_or_header(const struct tunnel *tunnel, enum setting setting)
{
	if (tunnel_state(tunnel, setting) == ORIGIN_DEFAULT)
		return tunnel->header;
	return setting_span(tunnel, setting);
}

/* `WHAT is not allowed by profile nist: why (document, clause)' */
static struct finding *profile_report(struct check *check, const struct tunnel *tunnel,
				      const struct verdict *verdict, struct span at,
				      const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static struct finding *profile_report(struct check *check, const struct tunnel *tunnel,
				      const struct verdict *verdict, struct span at,
				      const char *format, ...)
{
	char what[80];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	return check_report(check, tunnel, at, "%s is %s by profile %s: %s (%s)", what,
			    verdict->rule == WI801 ? "not allowed" : "discouraged",
			    profile_of(check, tunnel)->name, verdict->why, verdict->clause);
}

/* ---- algorithms ---- */

static bool applies_to_version(const struct verdict *verdict, const struct tunnel *tunnel)
{
	return verdict->versions == PROFILE_ANY_VERSION || is_version(tunnel, 2);
}

static void judge_algorithm(struct check *check, const struct tunnel *tunnel,
			    const struct verdict *verdict)
{
	const struct algorithm *algorithm = verdict->algorithm;
	enum suite_slot slot = algorithm_slot(algorithm->kind);
	struct finding *finding;

	if (slot_algorithm(tunnel, verdict->setting, slot) != algorithm ||
	    !applies_to_version(verdict, tunnel))
		return;
	finding = profile_report(check, tunnel, verdict,
				 suite_of(tunnel, verdict->setting)->slot[slot].at, "'%s' for %s",
				 algorithm->word, setting_table[verdict->setting].word);
	/* With an AEAD cipher there is to be no auth at all: WI304. */
	if (slot != SUITE_AUTH || !is_aead(slot_algorithm(tunnel, verdict->setting, SUITE_CIPHER)))
		finding_help(check->findings, finding, "write '%s' at both ends", verdict->instead);
}

/* ---- other settings ---- */

static void judge_version(struct check *check, const struct tunnel *tunnel,
			  const struct verdict *verdict, int version)
{
	struct finding *finding;

	if (!is_version(tunnel, version))
		return;
	finding = profile_report(
	    check, tunnel, verdict, setting_or_header(tunnel, SETTING_VERSION), "version %d%s",
	    version, tunnel_has_default(tunnel, SETTING_VERSION) ? ", the default," : "");
	if (tunnel->weos4)
		return;
	/* the other end of a tunnel that may not be version 2 has version 1 already */
	finding_help(check->findings, finding, "write '%s'%s", verdict->instead,
		     version == 1 ? " at both ends" : "");
}

static void judge_missing_pfs(struct check *check, const struct tunnel *tunnel,
			      const struct verdict *verdict)
{
	struct finding *finding;

	if (suite_written(tunnel, SETTING_ESP) || !is_version(tunnel, 2))
		return;
	finding = profile_report(check, tunnel, verdict, setting_or_header(tunnel, SETTING_ESP),
				 "automatic esp, which does without a dh if the peer does,");
	finding_help(check->findings, finding, "write '%s' at both ends", verdict->instead);
}

static void judge_weaker_pfs(struct check *check, const struct tunnel *tunnel,
			     const struct verdict *verdict)
{
	const struct algorithm *ike = slot_algorithm(tunnel, SETTING_IKE, SUITE_DH);
	const struct algorithm *esp = slot_algorithm(tunnel, SETTING_ESP, SUITE_DH);
	struct finding *finding;

	if (!ike || !esp || esp->strength >= ike->strength)
		return;
	finding = profile_report(check, tunnel, verdict, tunnel->esp->slot[SUITE_DH].at,
				 "'%s' for esp, weaker than '%s' for ike,", esp->word, ike->word);
	finding_help(check->findings, finding, "write 'dh %s' in esp at both ends", ike->word);
}

static void judge_rekeying(struct check *check, const struct tunnel *tunnel,
			   const struct verdict *verdict)
{
	struct finding *finding;

	if (!tunnel_given(tunnel, SETTING_SA_REKEY_TIME) || tunnel->sa_rekey_time <= verdict->limit)
		return;
	finding =
	    profile_report(check, tunnel, verdict, setting_value(tunnel, SETTING_SA_REKEY_TIME),
			   "an sa-rekey-time of %u s", tunnel->sa_rekey_time);
	finding_help(check->findings, finding, "write '%s' or less", verdict->instead);
}

static void judge(struct check *check, const struct tunnel *tunnel, const struct verdict *verdict)
{
	switch (verdict->condition) {
	case PROFILE_SUITE:
		judge_algorithm(check, tunnel, verdict);
		break;
	case PROFILE_VERSION_1:
		judge_version(check, tunnel, verdict, 1);
		break;
	case PROFILE_VERSION_2:
		judge_version(check, tunnel, verdict, 2);
		break;
	case PROFILE_WITHOUT_PFS:
		judge_missing_pfs(check, tunnel, verdict);
		break;
	case PROFILE_WEAKER_PFS:
		judge_weaker_pfs(check, tunnel, verdict);
		break;
	case PROFILE_REKEY_ABOVE:
		judge_rekeying(check, tunnel, verdict);
		break;
	}
}

static bool is_asked(const struct check *check, const struct tunnel *tunnel,
		     const struct verdict *verdict)
{
	return &profile_table[verdict->profile] == profile_of(check, tunnel);
}

static void judge_all(struct check *check, const struct tunnel *tunnel)
{
	for (size_t i = 0; i < verdict_count; i++) {
		const struct verdict *verdict = &verdict_table[i];

		if (is_asked(check, tunnel, verdict) && verdict->rule == check->rule)
			judge(check, tunnel, verdict);
	}
}

/* ---- automatic suites ---- */

/*
 * They have all of WeOS 5 (docs/swanctl.md).  Of those of WeOS 4 only that of aggressive mode is
 * known.
 */
static bool is_in_automatic(const struct tunnel *tunnel, const struct verdict *verdict)
{
	if (!tunnel->weos4)
		return !verdict->is_weos4;
	return tunnel->weos4->aggressive && verdict->setting == SETTING_IKE &&
	       weos4_aggressive(algorithm_slot(verdict->algorithm->kind)) == verdict->algorithm;
}

/* The algorithms of automatic SETTING that are not allowed, as "'a' (clause), 'b' (clause)". */
static size_t list_automatic(const struct check *check, const struct tunnel *tunnel,
			     enum setting setting, char *list)
{
	size_t length = 0;

	for (size_t i = 0; i < verdict_count && length < AUTOMATIC_MAX; i++) {
		const struct verdict *verdict = &verdict_table[i];

		if (!is_asked(check, tunnel, verdict) || verdict->condition != PROFILE_SUITE ||
		    verdict->rule != WI801 || verdict->setting != setting ||
		    !is_in_automatic(tunnel, verdict) || !applies_to_version(verdict, tunnel))
			continue;
		length += (size_t)snprintf(
		    list + length, AUTOMATIC_MAX - length, "%s'%s' (%s)", length ? ", " : "",
		    verdict->algorithm->word, verdict->clause);
	}
	return length;
}

static void judge_automatic(struct check *check, const struct tunnel *tunnel, enum setting setting,
			    const char *instead)
{
	const char *word = setting_table[setting].word;
	struct finding *finding;
	char list[AUTOMATIC_MAX];

	if (!instead || suite_written(tunnel, setting) ||
	    !list_automatic(check, tunnel, setting, list))
		return;
	finding = check_report(check, tunnel, setting_or_header(tunnel, setting),
			       "automatic %s includes %s, which profile %s does not allow", word,
			       list, profile_of(check, tunnel)->name);
	finding_help(check->findings, finding, "write '%s %s' at both ends", word,
		     tunnel->weos4 ? "crypto aes128 auth sha256 dh 2048" : instead);
}

void rule_WI801(struct check *check, const struct tunnel *tunnel)
{
	if (profile_of(check, tunnel))
		judge_all(check, tunnel);
}

void rule_WI802(struct check *check, const struct tunnel *tunnel)
{
	const struct profile *profile = profile_of(check, tunnel);

	if (!profile)
		return;
	judge_all(check, tunnel);
	judge_automatic(check, tunnel, SETTING_IKE, profile->suite[0]);
	judge_automatic(check, tunnel, SETTING_ESP, profile->suite[1]);
}
