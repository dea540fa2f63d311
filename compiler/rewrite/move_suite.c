/* SPDX-License-Identifier: ISC */
/* What becomes of the suites of a WeOS 4 tunnel, and of what says something of them. */
#include "compiler/rewrite/move_suite.h"

#include <stdio.h>
#include <string.h>

/* The nearest suite of WeOS 5 to that of SETTING; true if it is another. */
static bool nearest_suite(struct suite *suite)
{
	bool changed = false;

	for (enum suite_slot slot = SUITE_CIPHER; slot < SUITE_SLOTS; slot++) {
		const struct algorithm *algorithm = suite->slot[slot].algorithm;
		const char *instead = algorithm && suite->slot[slot].state == SLOT_GIVEN
					  ? weos4_algorithm_instead(algorithm)
					  : NULL;

		if (!instead)
			continue;
		suite->slot[slot].algorithm =
		    algorithm_match(slot, (struct slice){instead, strlen(instead)}).exact;
		changed = true;
	}
	return changed;
}

static void set_slot(struct suite *suite, enum suite_slot slot, const char *word)
{
	suite->set = true;
	suite->slot[slot].algorithm =
	    algorithm_match(slot, (struct slice){word, strlen(word)}).exact;
	suite->slot[slot].state = SLOT_GIVEN;
}

static void set_default_suite(struct suite *suite, const char *hash, const char *group)
{
	set_slot(suite, SUITE_CIPHER, "aes256");
	set_slot(suite, SUITE_AUTH, hash);
	set_slot(suite, SUITE_DH, group);
}

/* In the words of the other end: `crypto', and a group by its bits, while that is WeOS 4. */
static void print_suite(const struct suite *suite, bool is_weos4, char *text, size_t size)
{
	static const char modp[] = "modp";
	size_t used = 0;

	text[0] = '\0';
	for (int slot = 0; slot < SUITE_SLOTS && used < size; slot++) {
		const struct algorithm *algorithm = suite->slot[slot].algorithm;
		const char *word = slot == SUITE_CIPHER && is_weos4
				       ? "crypto"
				       : suite_slot_word((enum suite_slot)slot);

		if (suite->slot[slot].state != SLOT_GIVEN || !algorithm)
			continue;
		used +=
		    (size_t)snprintf(text + used, size - used, "%s%s %s", used ? " " : "", word,
				     algorithm->word + (is_weos4 && strncmp(algorithm->word, modp,
									    sizeof(modp) - 1) == 0
							    ? sizeof(modp) - 1
							    : 0));
	}
}

/* Says what both ends must have. */
static void say_suite(struct move *move, enum weos4_setting setting, const char *why)
{
	bool is_ike = setting == WEOS4_IKE;
	const struct suite *suite = &move->suites[!is_ike];
	struct finding *finding;
	char text[96];

	print_suite(suite, !move->migration->both_ends, text, sizeof(text));
	finding = fate_say(move, WI906, is_ike ? SETTING_IKE : SETTING_ESP,
			   fate_span(move, setting), "%s", why);
	finding_help(&move->migration->findings, finding,
		     "the other end must have '%s %s'%s, before or together with this one",
		     is_ike ? "ike" : "esp", text,
		     is_ike || move->migration->both_ends ? "" : ", and 'pfs'");
}

void move_suite_ike(struct move *move, enum weos4_setting setting)
{
	struct suite *suite = &move->suites[0];

	*suite = *move->from->ike;
	move->to.ike = suite;
	fate_set(move, SETTING_IKE, ORIGIN_GIVEN);
	if (move->migration->both_ends) {
		*suite = suite_automatic;
		set_default_suite(suite, "sha256", "ecp256");
		say_suite(move, setting, "a suite of today is written for phase 1");
	} else if (!suite->set) {
		set_default_suite(suite, "sha256", "modp2048");
		say_suite(move, setting,
			  "which suites automatic 'ike' stands for in WeOS 4 is not known: one is "
			  "spelt out");
	} else if (nearest_suite(suite)) {
		say_suite(move, setting,
			  "WeOS 5 has not got this suite for phase 1: the nearest is written");
	} else {
		fate_say(move, WI902, SETTING_IKE, fate_span(move, setting),
			 "the suite of phase 1 is kept");
	}
}

/* True if the suite of phase 2 is said in both in the same way. */
static void move_same_esp(struct move *move, enum weos4_setting setting)
{
	bool derived =
	    move->suites[1].slot[SUITE_DH].at.from == fate_origin(move, setting)->name.from;

	if (derived)
		fate_help(
		    move,
		    fate_say(move, WI903, SETTING_ESP, fate_span(move, setting),
			     "'esp' names no group: that of 'ike' is written, which automatic "
			     "'pfs' is taken to be (not confirmed)"),
		    "if phase 2 is refused, write this group in 'esp' of the other end, too");
	else
		fate_say(move, WI902, SETTING_ESP, fate_span(move, setting),
			 "the suite of phase 2 is kept");
}

static bool has_hash(const struct suite *suite, enum algorithm_id hash)
{
	return suite->slot[SUITE_AUTH].state == SLOT_GIVEN &&
	       suite->slot[SUITE_AUTH].algorithm == &algorithm_table[hash];
}

static void say_no_pfs(struct move *move)
{
	say_suite(move, WEOS4_PFS, "'no pfs' cannot be said in WeOS 5, whose 'esp' has a group");
}

static void say_cut_hash(struct move *move, enum weos4_setting setting)
{
	if (!move->migration->both_ends && has_hash(&move->suites[1], ALGORITHM_SHA256))
		finding_add_as(&move->migration->findings, WI903, SEVERITY_NOTE,
			       fate_span(move, setting),
			       "old kernels cut SHA-256 to 96 bits in ESP; whether WeOS 4 does is "
			       "not known: if the "
			       "tunnel is up and no packet passes, try 'auth sha1' at both ends");
}

void move_suite_esp(struct move *move, enum weos4_setting setting)
{
	const struct tunnel *from = move->from;
	struct suite *suite = &move->suites[1];
	const struct algorithm *group = move->suites[0].slot[SUITE_DH].algorithm;
	bool changed, lacks_group;

	*suite = *from->esp;
	move->to.esp = suite;
	fate_set(move, SETTING_ESP, ORIGIN_GIVEN);
	changed = nearest_suite(suite);
	lacks_group = suite->set && suite->slot[SUITE_DH].state == SLOT_ABSENT;
	if (lacks_group)
		set_slot(suite, SUITE_DH, group ? group->word : "modp2048");
	if (move->migration->both_ends) {
		*suite = suite_automatic;
		set_default_suite(suite, "sha256", "ecp256");
		say_suite(move, setting, "a suite of today is written for phase 2");
	} else if (!suite->set) {
		set_default_suite(suite, "sha256", group ? group->word : "modp2048");
		say_suite(move, setting,
			  "which suites automatic 'esp' stands for in WeOS 4 is not known: one is "
			  "spelt out");
	} else if (!from->weos4->pfs) {
		say_no_pfs(move);
		if (fate_was_named(move, setting))
			fate_say(move, WI902, SETTING_ESP, fate_span(move, setting),
				 changed ? "the nearest cipher and auth of phase 2 are written"
					 : "cipher and auth of phase 2 are kept");
	} else if (changed) {
		say_suite(move, setting,
			  "WeOS 5 has not got this suite for phase 2: the nearest is written");
	} else if (lacks_group) {
		say_suite(
		    move, setting,
		    "'esp' names no group, and which one automatic 'ike' has in WeOS 4 is not "
		    "known: one is spelt out");
	} else {
		move_same_esp(move, setting);
	}
	say_cut_hash(move, setting);
}

void move_suite_pfs(struct move *move, enum weos4_setting setting)
{
	if (!fate_was_named(move, setting))
		return;
	if (fate_state(move, WEOS4_ESP) == ORIGIN_BAD)
		finding_tunnel(
		    finding_add_as(&move->migration->findings, WI904, SEVERITY_NOTE,
				   fate_span(move, setting),
				   "'esp' could not be read, and is not carried over, nor is this"),
		    move->from->id);
	else if (move->from->weos4->pfs || move->migration->both_ends)
		fate_say(move, WI902, SETTING_ESP, fate_span(move, setting),
			 "'pfs' is the group in 'esp'");
	else if (!move->from->esp->set) /* with one it was said of that */
		say_no_pfs(move);
}
