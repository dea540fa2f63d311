/* SPDX-License-Identifier: ISC */
#include "compiler/picture/chart_parts.h"

#define QUARTER (CHART_TURN / 4)
#define ONE_BITS 28

/*
 * The sine of X / QUARTER of a right angle, as 1 << ONE_BITS: x (a - x^2 (b - c x^2)) is off by
 * 0.0002 at most.
 */
static int64_t sine_of_quarter(uint32_t x)
{
	const int64_t a = 421609000, b = 172660000, c = 19486544; /* 1.5706, 0.6432, 0.0726 */
	int64_t at = ((int64_t)x << ONE_BITS) / QUARTER;
	int64_t square = at * at >> ONE_BITS;

	return at * (a - (square * (b - (c * square >> ONE_BITS)) >> ONE_BITS)) >> ONE_BITS;
}

static int64_t sine(uint32_t angle)
{
	uint32_t quarter = angle / QUARTER % 4, rest = angle % QUARTER;
	int64_t value = sine_of_quarter(quarter % 2 ? QUARTER - rest : rest);

	return quarter < 2 ? value : -value;
}

struct chart_point chart_polar(int32_t radius, uint32_t angle)
{
	const int64_t one = (int64_t)1 << ONE_BITS;

	return (struct chart_point){(int32_t)(radius * sine(angle + QUARTER) / one),
				    (int32_t)(radius * sine(angle) / one)};
}

int64_t chart_root(uint64_t value)
{
	uint64_t root, next;

	if (!value)
		return 0;
	/* not below the root, from where Newton's steps only fall */
	next = (uint64_t)1 << (32 - __builtin_clzll(value) / 2);
	do {
		root = next;
		next = (root + value / root) / 2;
	} while (next < root);
	return (int64_t)root;
}
