/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_METRICS_FILE_H
#define WEIPSEC_METRICS_FILE_H

#include "runtime/supervise/voice.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The file that is kept for who gathers metrics: readable by all, and whole at any moment, since it
 * is written aside and renamed.
 */

/* Written by metrics_file.c alone. */
struct metrics_file {
	voice_line *voice;
	const char *path; /* NULL: there is none */
	char *aside;
	uint64_t mark;	   /* of what is in it */
	long long written; /* milliseconds: when it was, or when that failed; 0: never */
	int error;	   /* that was said; 0: it was written */
};

/*
 * Of the file PATH, which must outlive it; with NULL there is none, and nothing is asked of it.
 * False without memory; close it in any case.
 */
bool metrics_file_open(struct metrics_file *file, const char *path, voice_line *voice);
void metrics_file_close(struct metrics_file *file);

/*
 * A mark is of what is to be written as soon as it changes: what it begins with, and BYTES mixed
 * into one.
 */
#define METRICS_FILE_MARK UINT64_C(0xcbf29ce484222325)
void metrics_file_mix(uint64_t *mark, const void *bytes, size_t size);
/* True if MARK is not of what is in it, and every 15 seconds; NOW is clock_now(). */
bool metrics_file_is_due(struct metrics_file *file, uint64_t mark, long long now);
/* Writes the metrics of DOCUMENT, a status, which it frees.  A failure is said, once. */
void metrics_file_write(struct metrics_file *file, json_t *document);

#endif
