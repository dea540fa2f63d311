/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GOLDEN_CASE_H
#define WEIPSEC_GOLDEN_CASE_H

#include "compiler/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* An input of testdata/, and the files beside it: STEM.ids, STEM.text and so on. */
struct golden_case {
	const char *path;   /* relative to the project */
	const char *folder; /* of that */
	const char *file;   /* of that, without the folder: what findings call it */
	const char *stem;   /* the same without its ending */
	const char *base;   /* the last part of that, which no other case of this kind has */
	const char *name;   /* testdata/accept/BASE.cfg, whatever the folder; or reject, .weos */
	bool is_accept;
};

struct golden_cases {
	struct arena *arena;	  /* the owner's; holds all of it */
	struct golden_case *rows; /* of testdata/accept, then of testdata/reject, by base */
	size_t count;
	size_t room;
	bool failed; /* something could not be read, which was said on standard error */
};

/* Every input below testdata/accept and testdata/reject, into CASES, which is empty but for its
 * arena. */
void golden_cases_find(struct golden_cases *cases);

/*
 * Each base is there once, each file beside an input belongs to one, and each of testdata/show to
 * one of testdata/accept.  False if not: REPORT then has what, in lines.
 */
bool golden_cases_judge(const struct golden_cases *cases, FILE *report);

#endif
