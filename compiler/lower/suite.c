/* SPDX-License-Identifier: ISC */
/* `ike' and `esp': pairs of keyword and algorithm, in any order, each once. */
#include "compiler/lower/value.h"

#include <string.h>

/* WeOS 4 says `crypto' for `cipher', too. */
static bool is_weos4_cipher(const struct reading *reading, struct slice word)
{
	static const char crypto[] = "crypto";

	return reading->is_weos4 && word.length > 1 && word.length < sizeof(crypto) &&
	       memcmp(word.at, crypto, word.length) == 0;
}

static int find_slot(const struct reading *reading, struct slice word)
{
	if (is_weos4_cipher(reading, word))
		return SUITE_CIPHER;
	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		const char *known = suite_slot_word((enum suite_slot)slot);

		if (slot == SUITE_PRF && reading->is_weos4)
			continue;
		if (word.length && word.length <= strlen(known) &&
		    memcmp(word.at, known, word.length) == 0)
			return slot;
	}
	return -1;
}

static const char *example(const struct reading *reading)
{
	enum setting setting = reading->setting;

	if (reading->is_weos4)
		return setting == SETTING_IKE ? "ike crypto aes128 auth sha256 dh 2048"
					      : "esp crypto aes128 auth sha256 dh 2048";
	return setting == SETTING_IKE ? "ike cipher aes128 auth sha256 dh x25519"
				    : "esp cipher aes128 auth sha256 dh x25519";
}

static void unknown_keyword(const struct reading *reading, const struct ast_word *word)
{
	const char *name = reading->info->word;
	const char *quote = finding_quote(reading->findings, word->at);
	const struct suite *suite = reading->value;
	struct finding *finding;

	if (suite->slot[SUITE_CIPHER].state != SLOT_ABSENT &&
	    suite->slot[SUITE_DH].state != SLOT_ABSENT) {
		reading_no_more(reading, (size_t)(word - reading->words));
		return;
	}
	if (slice_is(text_slice(reading->text, word->at), "crypto")) {
		finding = finding_add(reading->findings, WI114, word->at,
				      "'crypto' is a WeOS 4 word: WeOS 5 says 'cipher'");
		finding_help(reading->findings, finding, "write '%s cipher'", name);
		return;
	}
	finding = finding_add(reading->findings, WI102, word->at,
			      "no such word in '%s': %s (there is %s and dh)", name, quote,
			      reading->is_weos4 ? "crypto, auth" : "cipher, auth, prf");
	finding_help(reading->findings, finding, "write '%s'", example(reading));
}

static void misspelt(const struct reading *reading, enum suite_slot slot, struct span at,
		     const struct algorithm_match *match)
{
	const char *right = match->nearest->word;
	struct finding *finding =
	    finding_add(reading->findings, WI111, at, "%s is no %s that WeOS has",
			finding_quote(reading->findings, at), suite_slot_word(slot));

	finding_help(reading->findings, finding, "write '%s %s'", suite_slot_word(slot), right);
	if (match->certain)
		finding_edit(reading->findings, finding, at, right);
}

static void in_bits(const struct reading *reading, struct span at, const struct algorithm *right)
{
	struct finding *finding = finding_add(
	    reading->findings, WI112, at, "%s gives the ICV length in bits: WeOS counts bytes",
	    finding_quote(reading->findings, at));

	finding_help(reading->findings, finding, "write '%s', the same algorithm", right->word);
	finding_edit(reading->findings, finding, at, right->word);
}

/* A group's number (IANA), as WeOS 4 and other vendors have it. */
static const char *group_word(struct slice word)
{
	static const struct {
		const char *number;
		const char *word;
	} groups[] = {{"14", "modp2048"}, {"15", "modp3072"}, {"16", "modp4096"}, {"19", "ecp256"},
		      {"20", "ecp384"},	  {"21", "ecp521"},   {"31", "x25519"}};

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (slice_is(word, groups[i].number))
			return groups[i].word;
	}
	return NULL;
}

static void not_known(const struct reading *reading, enum suite_slot slot, struct slice word,
		      struct span at)
{
	const char *group = slot == SUITE_DH ? group_word(word) : NULL;
	struct finding *finding;
	char list[160];

	algorithm_list(slot, list, sizeof(list));
	finding = finding_add(reading->findings, WI118, at, "%s is no %s: it is %s",
			      finding_quote(reading->findings, at), suite_slot_word(slot), list);
	if (group)
		finding_help(reading->findings, finding, "group %.*s is '%s'", (int)word.length,
			     word.at, group);
	else if (slot == SUITE_PRF && algorithm_match(SUITE_AUTH, word).exact)
		finding_help(reading->findings, finding, "write 'prf prf%.*s'", (int)word.length,
			     word.at);
	else
		finding_help(reading->findings, finding, "write one of these words");
}

static void not_in_weos(const struct reading *reading, enum suite_slot slot, struct span at,
			const char *instead)
{
	struct finding *finding;
	char list[160];

	algorithm_list(slot, list, sizeof(list));
	finding = finding_add(reading->findings, WI113, at, "WeOS 5 has no %s: its choices are %s",
			      finding_quote(reading->findings, at), list);
	finding_help(reading->findings, finding,
		     "'%s' comes nearest; the other end must have the same", instead);
}

/* Says what is wrong with a word that is no algorithm of WeOS in SLOT. */
static void bad_algorithm(const struct reading *reading, enum suite_slot slot,
			  const struct ast_word *at, const struct algorithm_match *match)
{
	if (match->bits)
		in_bits(reading, at->at, match->bits);
	else if (match->instead)
		not_in_weos(reading, slot, at->at, match->instead);
	else if (match->nearest)
		misspelt(reading, slot, at->at, match);
	else
		not_known(reading, slot, reading_word(reading, at), at->at);
}

/* What both ends of a WeOS 4 tunnel may have, and is better left. */
static void warn_of(const struct reading *reading, struct span at,
		    const struct algorithm *algorithm)
{
	const char *flaw = weos4_algorithm_flaw(algorithm);
	struct finding *finding;

	if (!flaw)
		return;
	finding =
	    finding_add_as(reading->findings, WI113, SEVERITY_WARNING, at, "%s %s; WeOS 5 has none",
			   finding_quote(reading->findings, at), flaw);
	finding_help(reading->findings, finding,
		     "'%s' comes nearest; the other end must have the same",
		     weos4_algorithm_instead(algorithm));
}

static const struct algorithm *read_weos4(const struct reading *reading, enum suite_slot slot,
					  const struct ast_word *word)
{
	const struct algorithm *algorithm = weos4_algorithm(slot, reading_word(reading, word));
	struct finding *finding;
	char list[160];

	if (algorithm) {
		warn_of(reading, word->at, algorithm);
		return algorithm;
	}
	weos4_algorithm_list(slot, list, sizeof(list));
	finding =
	    finding_add(reading->findings, WI118, word->at, "%s is no %s of WeOS 4: it is %s",
			finding_quote(reading->findings, word->at), suite_slot_word(slot), list);
	finding_help(reading->findings, finding, "write one of these words");
	return NULL;
}

static const struct algorithm *read_weos5(const struct reading *reading, enum suite_slot slot,
					  const struct ast_word *word)
{
	struct algorithm_match match = algorithm_match(slot, reading_word(reading, word));

	if (!match.exact)
		bad_algorithm(reading, slot, word, &match);
	return match.exact;
}

/* Reads one algorithm; false with a finding if it is none. */
static bool read_slot(const struct reading *reading, enum suite_slot slot, size_t index)
{
	struct suite *suite = reading->value;
	const struct ast_word *word = &reading->words[index + 1];
	const struct algorithm *algorithm =
	    reading->is_weos4 ? read_weos4(reading, slot, word) : read_weos5(reading, slot, word);

	suite->slot[slot].keyword = reading->words[index].at;
	suite->slot[slot].at = word->at;
	suite->slot[slot].algorithm = algorithm;
	suite->slot[slot].state = algorithm ? SLOT_GIVEN : SLOT_BAD;
	return algorithm != NULL;
}

/* The keyword at INDEX ends the line, or another keyword follows at once. */
static bool lacks_value(const struct reading *reading, size_t index, enum suite_slot slot)
{
	struct suite *suite = reading->value;
	struct finding *finding;

	if (index + 1 < reading->count) {
		int next = find_slot(reading, reading_word(reading, &reading->words[index + 1]));

		if (next < 0 ||
		    !slice_is(reading_word(reading, &reading->words[index + 1]),
			      suite_slot_word((enum suite_slot)next)))
			return false;
	}
	suite->slot[slot].state = SLOT_BAD;
	suite->slot[slot].keyword = suite->slot[slot].at = reading->words[index].at;
	finding = finding_add(reading->findings, WI104, reading->words[index].at,
			      "'%s' lacks its algorithm", suite_slot_word(slot));
	finding_help(reading->findings, finding, "write '%s'", example(reading));
	return true;
}

static void report_repeated(const struct reading *reading, size_t index, enum suite_slot slot)
{
	const struct suite *suite = reading->value;
	struct finding *finding =
	    finding_add(reading->findings, WI105, reading->words[index].at,
			"'%s' stands twice in this setting", suite_slot_word(slot));

	finding_relate(reading->findings, finding, suite->slot[slot].keyword, "it stands here first");
	finding_help(reading->findings, finding, "WeOS takes one algorithm of each kind");
}

static bool has_cipher(const struct reading *reading)
{
	const struct suite *suite = reading->value;
	struct finding *finding;

	if (suite->slot[SUITE_CIPHER].state != SLOT_ABSENT)
		return true;
	finding = finding_add(reading->findings, WI104, reading->name, "'%s' lacks its cipher",
			      reading->info->word);
	finding_help(reading->findings, finding, "write '%s'", example(reading));
	return false;
}

/* The rest of the line was not read, so nothing can be said to be missing. */
static bool give_up(struct suite *suite)
{
	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		if (suite->slot[slot].state == SLOT_ABSENT)
			suite->slot[slot].state = SLOT_UNKNOWN;
	}
	return false;
}

bool value_read_suite(const struct reading *reading)
{
	struct suite *suite = reading->value;
	bool sound = true;

	suite->set = true;
	for (size_t i = 0; i < reading->count;) {
		int found = find_slot(reading, reading_word(reading, &reading->words[i]));
		enum suite_slot slot = (enum suite_slot)found;

		if (found < 0) {
			unknown_keyword(reading, &reading->words[i]);
			return give_up(suite);
		}
		if (suite->slot[slot].state != SLOT_ABSENT) {
			report_repeated(reading, i, slot);
			return give_up(suite);
		}
		if (lacks_value(reading, i, slot)) {
			if (i + 1 == reading->count)
				return give_up(suite);
			sound = false;
			i++;
			continue;
		}
		sound = read_slot(reading, slot, i) && sound;
		i += 2;
	}
	return has_cipher(reading) && sound;
}
