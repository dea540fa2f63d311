/* SPDX-License-Identifier: ISC */
/*
 * Discs are moved, two at a time, towards the distance that they are to have, which is that of the
 * shortest way from one to the other; those who are near count for more than those who are far, and
 * all for less from round to round.  What still meets then is pushed apart.
 */
#include "compiler/picture/chart_parts.h"

#include <stdlib.h>

/* What an edge is longer than both radii. */
#define EDGE_LENGTH CHART_APART
/* Places are counted in so many parts of theirs while they are moved. */
#define FINE INT64_C(16)
/* Pairs that are looked at in all rounds, and the least and the most of these. */
#define PAIRS_MOST 6000000
#define ROUNDS_LEAST 12
#define ROUNDS_MOST 40
#define PUSHES_MOST 60
/* What does not come apart by pushing is enlarged, at most so many times. */
#define LARGER_MOST 4

/* How much a distance that is wrong is mended, as ONE. */
#define ONE INT64_C(65536)

struct fine_point {
	int64_t x, y;
};

/* What is being made. */
struct spreading {
	const struct spread *spread;
	struct fine_point *at;
	int32_t *far;	 /* of each two the distance that they are to have, in whole parts */
	uint32_t *queue; /* the discs by the way from one of them */
	uint32_t *steps; /* in which order neighbours of neighbours are taken */
};

static int32_t radius_of(const struct spread *spread, uint32_t disc)
{
	return spread->list[spread->indices[disc]].radius;
}

/* ---- how far it is ---- */

/* From DISC to all others, along the ways of the fewest edges. */
static void measure_from(struct spreading *spreading, uint32_t disc)
{
	const struct spread *spread = spreading->spread;
	const struct web *web = spread->web;
	int32_t *far = spreading->far + (size_t)disc * spread->count;
	uint32_t done = 0, known = 1;

	for (uint32_t i = 0; i < spread->count; i++)
		far[i] = -1;
	far[disc] = 0;
	spreading->queue[0] = disc;
	while (done < known) {
		uint32_t here = spreading->queue[done++], index = spread->indices[here];

		for (uint32_t i = web->first[index]; i < web->first[index + 1]; i++) {
			uint32_t there = spread->number[web->others[i]];

			if (far[there] >= 0)
				continue;
			far[there] = far[here] + radius_of(spread, here) +
				     radius_of(spread, there) + EDGE_LENGTH;
			spreading->queue[known++] = there;
		}
	}
}

/* ---- moving ---- */

/* The way from A to B, and its length, which is never zero. */
static int64_t measure(const struct fine_point *a, const struct fine_point *b,
		       struct fine_point *way)
{
	int64_t length;

	way->x = b->x - a->x;
	way->y = b->y - a->y;
	length = chart_root((uint64_t)(way->x * way->x + way->y * way->y));
	if (length)
		return length;
	way->x = 1;
	return 1;
}

/*
 * Moves two, between which there is WAY of LENGTH, by BY in fine parts, each by a half of it: away
 * from each other or, below zero, together.
 */
static void move_apart(struct fine_point *a, struct fine_point *b, const struct fine_point *way,
		       int64_t length, int64_t by)
{
	struct fine_point step = {way->x * by / (2 * length), way->y * by / (2 * length)};

	a->x -= step.x;
	a->y -= step.y;
	b->x += step.x;
	b->y += step.y;
}

/* Mends the distance of two, by ONE where they are to have one up to REACH. */
static void mend(struct spreading *spreading, uint32_t i, uint32_t j, int64_t reach)
{
	struct fine_point *a = &spreading->at[i], *b = &spreading->at[j];
	int64_t far = spreading->far[(size_t)i * spreading->spread->count + j];
	int64_t part = far <= reach ? ONE : reach * ONE / far * reach / far;
	struct fine_point way;
	int64_t length = measure(a, b, &way);

	move_apart(a, b, &way, length, (far * FINE - length) * part / ONE);
}

/* Any order will do that is no order of the discs, and is always the same. */
static void shuffle_steps(struct spreading *spreading, uint32_t *seed)
{
	uint32_t count = spreading->spread->count / 2;

	for (uint32_t i = 0; i < count; i++)
		spreading->steps[i] = i + 1;
	for (uint32_t i = count; i > 1; i--) {
		uint32_t *last = &spreading->steps[i - 1], *other, kept = *last;

		*seed = *seed * 1664525 + 1013904223;
		other = &spreading->steps[(*seed >> 8) % i];
		*last = *other;
		*other = kept;
	}
}

static void run_round(struct spreading *spreading, int64_t reach, uint32_t *seed)
{
	uint32_t count = spreading->spread->count;

	shuffle_steps(spreading, seed);
	for (uint32_t step = 0; step < count / 2; step++) {
		for (uint32_t i = 0; i < count; i++)
			mend(spreading, i, (i + spreading->steps[step]) % count, reach);
	}
}

/* By which part of 256 REACH falls from round to round, so that it ends at LEAST. */
static int64_t find_fall(int64_t reach, int64_t least, int64_t rounds)
{
	for (int64_t fall = 1; fall < 256; fall++) {
		int64_t left = reach * 256;

		for (int64_t i = 1; i < rounds; i++)
			left -= left * fall / 256;
		if (left <= least * 256)
			return fall;
	}
	return 256;
}

/* At first every distance is mended, at the end the shortest in part. */
static void run_rounds(struct spreading *spreading)
{
	uint32_t count = spreading->spread->count, seed = 1;
	int64_t rounds = PAIRS_MOST / ((int64_t)count * count / 2), reach = 0, fall;

	rounds = rounds < ROUNDS_LEAST ? ROUNDS_LEAST : rounds > ROUNDS_MOST ? ROUNDS_MOST : rounds;
	for (size_t i = 0; i < (size_t)count * count; i++)
		reach = spreading->far[i] > reach ? spreading->far[i] : reach;
	fall = find_fall(reach, EDGE_LENGTH / 2, rounds);
	for (int64_t i = 0; i < rounds; i++) {
		run_round(spreading, reach, &seed);
		reach -= reach * fall / 256;
	}
}

/* ---- so that none meets another ---- */

static int64_t needed(const struct spreading *spreading, uint32_t i, uint32_t j)
{
	const struct spread *spread = spreading->spread;

	return FINE * (radius_of(spread, i) + radius_of(spread, j) + CHART_APART / 8);
}

/*
 * How much two are nearer than they may be, in fine parts; 0: they are not.  Of those who are WAY
 * and its LENGTH are known.
 */
static int64_t lacking(const struct spreading *spreading, uint32_t i, uint32_t j,
		       struct fine_point *way, int64_t *length)
{
	const struct fine_point *a = &spreading->at[i], *b = &spreading->at[j];
	int64_t least = needed(spreading, i, j);

	if (llabs(b->x - a->x) >= least || llabs(b->y - a->y) >= least)
		return 0;
	*length = measure(a, b, way);
	return *length < least ? least - *length : 0;
}

/* True if there was nothing to push. */
static bool push_apart(struct spreading *spreading)
{
	uint32_t count = spreading->spread->count;
	struct fine_point way;
	bool is_done = true;
	int64_t length;

	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = i + 1; j < count; j++) {
			int64_t by = lacking(spreading, i, j, &way, &length);

			if (!by)
				continue;
			move_apart(&spreading->at[i], &spreading->at[j], &way, length, by + FINE);
			is_done = false;
		}
	}
	return is_done;
}

/* How many times too near, as ONE, the two are who need it most. */
static int64_t find_nearest(const struct spreading *spreading)
{
	uint32_t count = spreading->spread->count;
	struct fine_point way;
	int64_t most = ONE, length;

	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = i + 1; j < count; j++) {
			int64_t times;

			if (!lacking(spreading, i, j, &way, &length))
				continue;
			times = needed(spreading, i, j) * ONE / length + 1;
			most = times > most ? times : most;
		}
	}
	return most;
}

/* Enlarges all distances until none meets another; false where that would be too much. */
static bool enlarge(struct spreading *spreading)
{
	int64_t times = find_nearest(spreading);

	if (times > LARGER_MOST * ONE)
		return false;
	for (uint32_t i = 0; i < spreading->spread->count; i++) {
		spreading->at[i].x = spreading->at[i].x * times / ONE;
		spreading->at[i].y = spreading->at[i].y * times / ONE;
	}
	return true;
}

/* ---- all of it ---- */

/* All in their order on a circle. */
static void begin(struct spreading *spreading)
{
	const struct spread *spread = spreading->spread;
	int64_t around = 0;

	for (uint32_t i = 0; i < spread->count; i++)
		around += 2 * radius_of(spread, i) + EDGE_LENGTH;
	for (uint32_t i = 0; i < spread->count; i++) {
		uint32_t angle = (uint32_t)((uint64_t)i * CHART_TURN / spread->count);
		struct chart_point at = chart_polar((int32_t)(around / 6), angle);

		spreading->at[i] = (struct fine_point){at.x * FINE, at.y * FINE};
		measure_from(spreading, i);
	}
}

static bool run(struct spreading *spreading)
{
	const struct spread *spread = spreading->spread;

	begin(spreading);
	run_rounds(spreading);
	for (int i = 0; i < PUSHES_MOST && !push_apart(spreading); i++)
		;
	if (!enlarge(spreading))
		return false;
	for (uint32_t i = 0; i < spread->count; i++) {
		struct chart_point *at = &spread->list[spread->indices[i]].at;

		at->x = (int32_t)(spreading->at[i].x / FINE);
		at->y = (int32_t)(spreading->at[i].y / FINE);
	}
	return true;
}

bool spread_make(const struct spread *spread)
{
	size_t count = spread->count;
	struct spreading spreading = {
	    .spread = spread,
	    .at = malloc(count * sizeof(*spreading.at)),
	    .far = malloc(count * count * sizeof(*spreading.far)),
	    .queue = malloc(count * sizeof(*spreading.queue)),
	    .steps = malloc(count * sizeof(*spreading.steps)),
	};
	bool is_well =
	    spreading.at && spreading.far && spreading.queue && spreading.steps && run(&spreading);

	free(spreading.at);
	free(spreading.far);
	free(spreading.queue);
	free(spreading.steps);
	return is_well;
}
