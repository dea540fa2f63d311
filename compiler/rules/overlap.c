/* SPDX-License-Identifier: ISC */
/*
 * WI507: tunnels whose subnets overlap.
 *
 * Two prefixes overlap when they are equal as far as the shorter one goes.  So the tunnels are
 * sorted by their pair of prefix lengths, the class, and two classes are joined by hash on what is
 * left of both subnets at the shorter lengths.  That costs one lookup a tunnel and pair of classes,
 * however many tunnels are nested or equal, and nothing at all where all tunnels are of one class.
 * How two tunnels overlap, nested or crosswise, follows from their classes.
 */
#include "compiler/model/words.h"
#include "compiler/rules/check.h"
#include "compiler/rules/rules.h"

#define LENGTHS 33 /* of a prefix: 0 to 32 */
#define CLASSES (LENGTHS * LENGTHS)
#define NONE UINT32_MAX

struct slot {
	uint64_t key;
	uint32_t first[2]; /* the earliest tunnel of either class, or NONE */
	uint32_t round;	   /* the join that filled it; any other one finds it free */
};

struct overlaps {
	const struct model *model;
	uint32_t *order; /* the tunnels that take part, by class, then as in the file */
	uint32_t begin[CLASSES + 1];
	struct slot *slots;
	size_t mask;
	uint32_t round;
	uint32_t *crossed; /* for each tunnel the earliest that it crosses, or NONE */
	uint32_t *nested;
};

static bool takes_part(const struct tunnel *tunnel)
{
	return tunnel->enabled && !tunnel_bad(tunnel, SETTING_ENABLE) && tunnel->id >= 0 &&
	       selectors_are_readable(tunnel);
}

static unsigned lengths_class(const struct tunnel *tunnel)
{
	return (unsigned)tunnel->local_subnet.length * LENGTHS + tunnel->remote_subnet.length;
}

static unsigned shorter(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The slot of KEY in this round, a free one if there is none. */
static struct slot *find_slot(struct overlaps *overlaps, uint64_t key)
{
	uint64_t hash = (key ^ key >> 32) * UINT64_C(0xff51afd7ed558ccd);
	size_t at = (size_t)(hash ^ hash >> 32) & overlaps->mask;
	struct slot *slot = &overlaps->slots[at];

	while (slot->round == overlaps->round && slot->key != key) {
		at = (at + 1) & overlaps->mask;
		slot = &overlaps->slots[at];
	}
	if (slot->round != overlaps->round)
		*slot = (struct slot){key, {NONE, NONE}, overlaps->round};
	return slot;
}

/* Two classes, and the lengths that both have. */
struct join {
	unsigned class[2];
	unsigned local;
	unsigned remote;
};

static struct slot *slot_of(struct overlaps *overlaps, const struct join *join, uint32_t i)
{
	const struct tunnel *tunnel = overlaps->model->tunnels[i];

	return find_slot(overlaps,
			 (uint64_t)(tunnel->local_subnet.address & prefix_mask(join->local)) << 32 |
			     (tunnel->remote_subnet.address & prefix_mask(join->remote)));
}

static void fill(struct overlaps *overlaps, const struct join *join, int side)
{
	unsigned class = join->class[side];

	for (uint32_t at = overlaps->begin[class]; at < overlaps->begin[class + 1]; at++) {
		struct slot *slot = slot_of(overlaps, join, overlaps->order[at]);

		if (slot->first[side] == NONE)
			slot->first[side] = overlaps->order[at];
	}
}

static void look_up(struct overlaps *overlaps, const struct join *join, int side,
		    uint32_t *partners)
{
	unsigned class = join->class[side];

	for (uint32_t at = overlaps->begin[class]; at < overlaps->begin[class + 1]; at++) {
		uint32_t i = overlaps->order[at];
		uint32_t partner = slot_of(overlaps, join, i)->first[!side];

		if (partner < i && partner < partners[i])
			partners[i] = partner;
	}
}

static void join_classes(struct overlaps *overlaps, unsigned a, unsigned b)
{
	const unsigned local[] = {a / LENGTHS, b / LENGTHS};
	const unsigned remote[] = {a % LENGTHS, b % LENGTHS};
	const struct join join = {
	    {a, b}, shorter(local[0], local[1]), shorter(remote[0], remote[1])};
	bool cross = (local[0] < local[1] && remote[0] > remote[1]) ||
		     (local[0] > local[1] && remote[0] < remote[1]);
	uint32_t *partners = cross ? overlaps->crossed : overlaps->nested;

	overlaps->round++;
	fill(overlaps, &join, 0);
	fill(overlaps, &join, 1);
	look_up(overlaps, &join, 0, partners);
	look_up(overlaps, &join, 1, partners);
}

/* Counting sort by class. */
static void sort_classes(struct overlaps *overlaps)
{
	const struct model *model = overlaps->model;
	uint32_t next[CLASSES];

	for (size_t i = 0; i < model->count; i++) {
		if (takes_part(model->tunnels[i]))
			overlaps->begin[lengths_class(model->tunnels[i]) + 1]++;
	}
	for (unsigned class = 0; class < CLASSES; class++) {
		overlaps->begin[class + 1] += overlaps->begin[class];
		next[class] = overlaps->begin[class];
	}
	for (size_t i = 0; i < model->count; i++) {
		if (takes_part(model->tunnels[i]))
			overlaps->order[next[lengths_class(model->tunnels[i])]++] = (uint32_t)i;
	}
}

static void join_all(struct overlaps *overlaps)
{
	uint16_t present[CLASSES];
	unsigned count = 0;

	for (unsigned class = 0; class < CLASSES; class++) {
		if (overlaps->begin[class + 1] > overlaps->begin[class])
			present[count++] = (uint16_t)class;
	}
	for (unsigned a = 0; a < count; a++) {
		for (unsigned b = a + 1; b < count; b++)
			join_classes(overlaps, present[a], present[b]);
	}
}

/* TUNNEL is the later one; its lengths say which of the two is inside. */
static void report_overlap(struct check *check, const struct tunnel *tunnel,
			   const struct tunnel *partner, bool cross)
{
	bool inside = tunnel->local_subnet.length >= partner->local_subnet.length &&
		      tunnel->remote_subnet.length >= partner->remote_subnet.length;
	struct finding *finding;

	if (cross)
		finding = check_report(check, tunnel, tunnel->header,
				       "the subnets cross those of tunnel %d: for what is in both "
				       "it is chance which tunnel carries it",
				       partner->id);
	else
		finding = check_report_as(check, tunnel, SEVERITY_NOTE, tunnel->header,
					  "the subnets lie %s those of tunnel %d: "
					  "the narrower tunnel carries what is in both",
					  inside ? "inside" : "around", partner->id);
	finding_relate(check->findings, finding, partner->header, "tunnel %d", partner->id);
	finding_help(check->findings, finding,
		     cross
			 ? "write a 'local-subnet' or 'remote-subnet' that keeps the two apart"
			 : "write another 'local-subnet' or 'remote-subnet' if that is not meant");
}

static bool make_room(struct overlaps *overlaps, struct arena *arena)
{
	size_t count = overlaps->model->count, size = 4;

	while (size / 2 < count)
		size *= 2;
	overlaps->mask = size - 1;
	overlaps->order = arena_alloc(arena, count * sizeof(*overlaps->order));
	overlaps->crossed = arena_alloc(arena, count * sizeof(*overlaps->crossed));
	overlaps->nested = arena_alloc(arena, count * sizeof(*overlaps->nested));
	overlaps->slots = arena_alloc(arena, size * sizeof(*overlaps->slots));
	if (!overlaps->order || !overlaps->crossed || !overlaps->nested || !overlaps->slots)
		return false;
	for (size_t i = 0; i < count; i++)
		overlaps->crossed[i] = overlaps->nested[i] = NONE;
	return true;
}

void rule_WI507(struct check *check)
{
	const struct model *model = check->model;
	struct overlaps overlaps = {.model = model};

	if (model->count < 2 || !make_room(&overlaps, check->scratch))
		return;
	sort_classes(&overlaps);
	join_all(&overlaps);
	for (size_t i = 0; i < model->count; i++) {
		bool cross = overlaps.crossed[i] != NONE;
		uint32_t partner = cross ? overlaps.crossed[i] : overlaps.nested[i];

		if (partner != NONE)
			report_overlap(check, model->tunnels[i], model->tunnels[partner], cross);
	}
}
