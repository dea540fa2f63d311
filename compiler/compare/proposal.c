/* SPDX-License-Identifier: ISC */
#include "compiler/compare/proposal.h"

#include "backends/swanctl.h"
#include "compiler/base/arena.h"
#include "compiler/tables/weos4.h"

#include <stdio.h>
#include <string.h>

/*
 * Suites as charon compares them.  What an automatic suite of ours stands for is read from the
 * words that the backend writes, so that the two never differ; what WeOS's daemon has is taken to
 * be charon's `default', of which only those transforms count that another end of WeOS can have. In
 * version 2 a responder goes through its own proposals and their transforms in its own order, and
 * takes the first that was offered; a group that is none fits an end without groups.
 */

#define NO_GROUP "modpnone"

struct transform {
	const char *word;
	enum transform_kind kind;
	bool aead;
	bool version1; /* usable in phase 1 of version 1 */
};

#define OF_CBC TRANSFORM_CIPHER, false
#define OF_CTR TRANSFORM_CIPHER, false
#define OF_AEAD TRANSFORM_CIPHER, true
#define OF_AUTH TRANSFORM_AUTH, false
#define OF_PRF TRANSFORM_PRF, false
#define OF_DH TRANSFORM_GROUP, false

/* From 1; the words of WeOS 5 first, then those that only charon or WeOS 4 has. */
static const struct transform transforms[] = {
    {0},
#define ALGORITHM(symbol, word, kind, key_bits, icv, strength, ikev1, rfc, swanctl)                \
	{swanctl, OF_##kind, ikev1},
#include "schemas/algorithms.def"
    {"aes192", TRANSFORM_CIPHER, false, true},
    {"aes192ctr", TRANSFORM_CIPHER, false, false},
    {"aes192gcm16", TRANSFORM_CIPHER, true, false},
    {"aes256gcm16", TRANSFORM_CIPHER, true, false},
    {"aesxcbc", TRANSFORM_AUTH, false, false},
    {"prfsha1", TRANSFORM_PRF, false, false},
    {"3des", TRANSFORM_CIPHER, false, true},
    {"md5", TRANSFORM_AUTH, false, true},
    {"prfmd5", TRANSFORM_PRF, false, false},
    {"modp1024", TRANSFORM_GROUP, false, true},
    {"modp1536", TRANSFORM_GROUP, false, true},
    {NO_GROUP, TRANSFORM_GROUP, false, false},
};

#define TRANSFORM_COUNT (sizeof(transforms) / sizeof(transforms[0]))

/* charon's `default' with the plugins that Debian installs, as far as an end of WeOS can have it
 * too. */
static const char default_ike[] =
    "aes128-aes192-aes256-aes128ctr-aes192ctr-aes256ctr-sha256-sha384-sha512-sha1-aesxcbc-"
    "prfsha256-prfsha384-prfsha512-prfsha1-x25519-ecp256-ecp384-ecp521-modp3072-modp4096-modp2048, "
    "aes128ccm16-aes128gcm16-aes192gcm16-aes256gcm16-aes128ccm12-aes128gcm12-"
    "prfsha256-prfsha384-prfsha512-prfsha1-x25519-ecp256-ecp384-ecp521-modp3072-modp4096-modp2048";
static const char default_esp[] = "aes128-aes192-aes256-sha256-sha384-sha512-sha1-aesxcbc, "
				  "aes128gcm16-aes192gcm16-aes256gcm16";

/* ---- reading ---- */

static uint8_t transform_find(struct slice word)
{
	for (size_t i = 1; i < TRANSFORM_COUNT; i++) {
		if (slice_is(word, transforms[i].word))
			return (uint8_t)i;
	}
	return 0;
}

static size_t list_length(const uint8_t *list)
{
	return strlen((const char *)list);
}

static bool list_has(const uint8_t *list, uint8_t transform)
{
	return transform && memchr(list, transform, list_length(list));
}

static void list_add(uint8_t *list, uint8_t transform)
{
	size_t length = list_length(list);

	if (transform && length < TRANSFORMS_MOST && !list_has(list, transform))
		list[length] = transform;
}

static void proposal_add(struct proposal *proposal, uint8_t transform)
{
	if (transform)
		list_add(proposal->list[transforms[transform].kind], transform);
}

static bool is_aead(uint8_t cipher)
{
	return transforms[cipher].aead;
}

/* The function that charon makes of a hash where no other was given: `prf' before its word. */
static uint8_t prf_of(uint8_t hash)
{
	const size_t prefix = sizeof("prf") - 1;

	for (size_t i = 1; i < TRANSFORM_COUNT; i++) {
		if (transforms[i].kind == TRANSFORM_PRF &&
		    strcmp(transforms[i].word + prefix, transforms[hash].word) == 0)
			return (uint8_t)i;
	}
	return 0;
}

static void add_functions(struct proposal *proposal)
{
	const uint8_t *hash = proposal->list[TRANSFORM_AUTH];

	if (*proposal->list[TRANSFORM_PRF])
		return;
	for (; *hash; hash++)
		proposal_add(proposal, prf_of(*hash));
}

/* The words of one proposal, with `-' between them. */
static void read_proposal(struct slice words, enum proposal_use use, struct proposal *proposal)
{
	struct slice word;

	while (slice_split(words, '-', &word, &words))
		proposal_add(proposal, transform_find(word));
	proposal_add(proposal, transform_find(words));
	if (use == PROPOSAL_IKE)
		add_functions(proposal);
}

static void read_list(struct slice words, enum proposal_use use, struct proposals *proposals)
{
	struct slice one;
	bool more = true;

	while (more && proposals->count < PROPOSALS_MOST) {
		more = slice_split(words, ',', &one, &words);
		if (!more)
			one = words;
		while (one.length && *one.at == ' ')
			one = slice_cut(one, 1);
		read_proposal(one, use, &proposals->list[proposals->count++]);
	}
}

/* ---- what a tunnel has ---- */

static const struct algorithm *slot_of(const struct suite *suite, enum suite_slot slot)
{
	return suite->slot[slot].state == SLOT_GIVEN ? suite->slot[slot].algorithm : NULL;
}

static uint8_t transform_of(const struct algorithm *algorithm)
{
	if (!algorithm)
		return 0;
	if (weos4_algorithm_instead(algorithm)) /* it is of WeOS 4's own */
		return transform_find(
		    (struct slice){algorithm->swanctl, strlen(algorithm->swanctl)});
	return (uint8_t)(1 + (algorithm - algorithm_table));
}

static void read_suite(const struct proposal_made *made, enum proposal_use use,
		       struct proposal *proposal)
{
	memset(proposal, 0, sizeof(*proposal));
	for (int slot = 0; slot < SUITE_SLOTS; slot++)
		proposal_add(proposal, transform_of(made->of[slot]));
	if (use == PROPOSAL_IKE)
		add_functions(proposal);
}

/* Many tunnels have one suite.  Of no algorithm nothing is made, and a zeroed one says so. */
static void recall_suite(const struct suite *suite, enum proposal_use use,
			 struct proposal_lists *lists, struct proposals *proposals)
{
	const struct algorithm *of[SUITE_SLOTS];
	struct proposal_made *made;
	size_t index = 0;

	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		of[slot] = slot_of(suite, (enum suite_slot)slot);
		if (of[slot])
			index = 3 * index + (size_t)(of[slot] - algorithm_table);
	}
	made = &lists->recent[use][index % PROPOSALS_RECENT];
	if (memcmp(made->of, of, sizeof(of)) != 0) {
		memcpy(made->of, of, sizeof(of));
		read_suite(made, use, &made->proposal);
	}
	proposals->count = 1;
	proposals->list[0] = made->proposal;
}

/* Where in the lists that of TUNNEL is: what our backend writes for ESP rests on the group of
 * `ike'. */
static size_t list_index(const struct tunnel *tunnel, enum proposal_use use,
			 enum automatic automatic)
{
	size_t index = (size_t)(tunnel->version == 1) | (size_t)use << 1 | (size_t)automatic << 2;
	const struct algorithm *group = tunnel->ike->set ? slot_of(tunnel->ike, SUITE_DH) : NULL;

	if (use == PROPOSAL_ESP && automatic == AUTOMATIC_WEIPSEC && tunnel->version != 1 && group)
		index |= (size_t)(1 + (group - &algorithm_table[ALGORITHM_MODP2048])) << 3;
	return index;
}

/* The words of our backend; false without memory. */
static bool read_ours(const struct tunnel *tunnel, enum proposal_use use, struct proposals *made)
{
	static const char standard[] = "default";
	struct output output;
	struct slice words;
	bool read;

	output_init(&output);
	if (use == PROPOSAL_IKE)
		swanctl_ike_write(&output, tunnel);
	else
		swanctl_esp_write(&output, tunnel);
	read = !output.failed;
	words = (struct slice){output.bytes, output.size};
	if (read && slice_is(words, standard))
		read_list((struct slice){default_ike, sizeof(default_ike) - 1}, use, made);
	else if (read)
		read_list(words, use, made);
	output_free(&output);
	return read;
}

static bool read_automatic(const struct tunnel *tunnel, enum proposal_use use,
			   enum automatic automatic, struct proposals *made)
{
	if (automatic == AUTOMATIC_WEIPSEC)
		return read_ours(tunnel, use, made);
	if (use == PROPOSAL_IKE)
		read_list((struct slice){default_ike, sizeof(default_ike) - 1}, use, made);
	else
		read_list((struct slice){default_esp, sizeof(default_esp) - 1}, use, made);
	return true;
}

const struct proposals *proposals_of(const struct tunnel *tunnel, enum proposal_use use,
				     enum automatic automatic, struct proposal_lists *lists,
				     struct arena *arena, struct proposals *room)
{
	const struct suite *suite = use == PROPOSAL_IKE ? tunnel->ike : tunnel->esp;
	struct proposals **made;

	if (suite->set) {
		recall_suite(suite, use, lists, room);
		return room;
	}
	made = &lists->automatic[list_index(tunnel, use, automatic)];
	if (!*made) {
		struct proposals *list = arena_alloc(arena, sizeof(*list));

		if (!list || !read_automatic(tunnel, use, automatic, list))
			return NULL;
		*made = list;
	}
	return *made;
}

/* ---- version 1 ---- */

uint8_t proposals_first_group(const struct proposals *has)
{
	for (size_t i = 0; i < has->count; i++) {
		uint8_t first = *has->list[i].list[TRANSFORM_GROUP];

		if (first)
			return first;
	}
	return 0;
}

static bool any_has_group(const struct proposals *has, uint8_t group)
{
	for (size_t i = 0; i < has->count; i++) {
		if (list_has(has->list[i].list[TRANSFORM_GROUP], group))
			return true;
	}
	return false;
}

/* Phase 1 knows fewer ciphers than phase 2. */
static bool fits_phase1(const struct proposal *proposal)
{
	return transforms[*proposal->list[TRANSFORM_CIPHER]].version1 &&
	       *proposal->list[TRANSFORM_AUTH];
}

static void offer_one(const struct proposal *has, uint8_t group, struct proposal *offer)
{
	memset(offer, 0, sizeof(*offer));
	for (int kind = 0; kind < TRANSFORM_GROUP; kind++)
		offer->list[kind][0] = has->list[kind][0];
	offer->list[TRANSFORM_GROUP][0] = group;
}

void proposals_offer_version1(const struct proposals *has, enum proposal_use use, uint8_t phase1,
			      struct proposals *offer)
{
	uint8_t group = any_has_group(has, phase1) ? phase1 : proposals_first_group(has);

	offer->count = 0;
	for (size_t i = 0; i < has->count; i++) {
		const struct proposal *one = &has->list[i];

		if (use == PROPOSAL_IKE && !fits_phase1(one))
			continue;
		if (use == PROPOSAL_ESP && group && !list_has(one->list[TRANSFORM_GROUP], group))
			continue;
		offer_one(one, use == PROPOSAL_IKE ? *one->list[TRANSFORM_GROUP] : group,
			  &offer->list[offer->count++]);
	}
}

/* ---- choosing ---- */

static uint8_t without_group(void)
{
	return (uint8_t)(TRANSFORM_COUNT - 1);
}

/* The first of HAS that is in OFFERED too; no group at all is one that is none. */
static bool choose_transform(const uint8_t *has, const uint8_t *offered, uint8_t *chosen)
{
	*chosen = 0;
	if (!*has && !*offered)
		return true;
	if (!*has || !*offered)
		return list_has(*has ? has : offered, without_group());
	for (; *has; has++) {
		if (list_has(offered, *has)) {
			*chosen = *has == without_group() ? 0 : *has;
			return true;
		}
	}
	return false;
}

/* Whether KIND counts beside CIPHER. */
static bool counts(enum transform_kind kind, enum proposal_use use, bool groups, uint8_t cipher)
{
	switch (kind) {
	case TRANSFORM_AUTH:
		return !is_aead(cipher);
	case TRANSFORM_PRF:
		return use == PROPOSAL_IKE;
	case TRANSFORM_GROUP:
		return groups;
	default:
		return true;
	}
}

static bool choose_proposal(const struct proposal *has, const struct proposal *offered,
			    enum proposal_use use, bool groups, struct agreement *chosen)
{
	memset(chosen, 0, sizeof(*chosen));
	for (int kind = 0; kind < TRANSFORM_KINDS; kind++) {
		if (counts((enum transform_kind)kind, use, groups,
			   chosen->transform[TRANSFORM_CIPHER]) &&
		    !choose_transform(has->list[kind], offered->list[kind],
				      &chosen->transform[kind]))
			return false;
	}
	return chosen->transform[TRANSFORM_CIPHER] != 0;
}

bool proposals_choose(const struct proposals *has, const struct proposals *offered,
		      enum proposal_use use, bool groups, struct agreement *chosen)
{
	for (size_t i = 0; i < has->count; i++) {
		for (size_t j = 0; j < offered->count; j++) {
			if (choose_proposal(&has->list[i], &offered->list[j], use, groups, chosen))
				return true;
		}
	}
	return false;
}

bool proposals_hold(const struct proposals *has, const struct agreement *chosen)
{
	for (size_t i = 0; i < has->count; i++) {
		bool holds = true;

		for (int kind = 0; holds && kind < TRANSFORM_KINDS; kind++)
			holds = !chosen->transform[kind] ||
				list_has(has->list[i].list[kind], chosen->transform[kind]);
		if (holds)
			return true;
	}
	return false;
}

static unsigned count_bits(unsigned bits)
{
	unsigned count = 0;

	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

/* The kinds that keep two proposals apart. */
static unsigned differ(const struct proposal *a, const struct proposal *b, enum proposal_use use)
{
	unsigned bits = 0;
	uint8_t chosen = 0;

	for (int kind = 0; kind < TRANSFORM_KINDS; kind++) {
		uint8_t first = *a->list[TRANSFORM_CIPHER];

		if (counts((enum transform_kind)kind, use, true, first) &&
		    !choose_transform(a->list[kind], b->list[kind], &chosen))
			bits |= 1U << kind;
	}
	return bits;
}

unsigned proposals_differ(const struct proposals *a, const struct proposals *b,
			  enum proposal_use use)
{
	unsigned least = ~0U;

	for (size_t i = 0; i < a->count; i++) {
		for (size_t j = 0; j < b->count; j++) {
			unsigned bits = differ(&a->list[i], &b->list[j], use);

			if (count_bits(bits) < count_bits(least))
				least = bits;
		}
	}
	return least == ~0U ? 0 : least;
}

/* ---- words ---- */

void agreement_write(const struct agreement *agreement, enum proposal_use use, char *buffer,
		     size_t size)
{
	size_t used = 0;
	bool aead = is_aead(agreement->transform[TRANSFORM_CIPHER]);

	buffer[0] = '\0';
	for (int kind = 0; kind < TRANSFORM_KINDS && used < size; kind++) {
		uint8_t transform = agreement->transform[kind];

		if (!transform || (kind == TRANSFORM_PRF && (use == PROPOSAL_ESP || !aead)))
			continue;
		used += (size_t)snprintf(buffer + used, size - used, "%s%s", used ? "-" : "",
					 transforms[transform].word);
	}
}
