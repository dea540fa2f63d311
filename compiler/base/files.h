/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FILES_H
#define WEIPSEC_FILES_H

#include "compiler/base/sink.h"
#include "compiler/base/text.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * Reads PATH, or standard input for `-', whole: a regular file, a pipe, a device.  Of one that is
 * larger than TEXT_FILE_MAX a byte more than that.  NULL with errno.  PATH must outlive it.
 */
struct text *files_read(const char *path);
/* The same, into the memory of OLD, a text or NULL, which is freed also on failure. */
struct text *files_read_over(struct text *old, const char *path);
/* The same; *MODE is the permissions of the regular file that was read, 0 of what is none. */
struct text *files_read_mode(const char *path, unsigned *mode);

/* Gets a file of a walk: FOUND in a folder, not named; ERROR is 0, or why PATH cannot be read. */
typedef void files_visit(void *context, const char *path, bool found, int error);

/* Says whether a walk takes the file PATH, or goes down into the folder. */
typedef bool files_take(void *context, const char *path, bool is_folder);

struct files_walk {
	files_visit *visit;
	files_take *take; /* NULL: *.cfg and *.weos, and every folder */
	void *context;
};

/* 1 if NAME ends in .cfg or .weos, with something before it. */
bool files_are_configuration(const char *name);
/*
 * Visits what PATH means: itself, or if it is a folder, what is taken in it and below it, in the
 * order of their paths' bytes, without dot-files and symbolic links (PATH itself may be one).
 */
void files_walk(const char *path, const struct files_walk *walk);

/* 1 if PATH, an output, is the file INPUT, or standard input for `-'. */
bool files_is_input(const char *path, const char *input);
/* 1 if the outputs A and B are one. */
bool files_are_one(const char *a, const char *b);
/* 1 if PATH is no regular file, nor about to be one: it is written to directly. */
bool files_is_direct(const char *path);

/* What the name of a file begins with that is written aside: behind it a process and a number. */
#define FILES_ASIDE ".weipsec-"

/*
 * A file that is being written.  It appears when it is complete, or not at all.  What is to be
 * allocated for it is when it is opened: nothing of the rest fails without memory.
 */
struct files_output {
	FILE *stream;
	struct sink sink; /* of STREAM: it stays where it is until files_output_close() */
	char *target;	  /* what is replaced, behind symbolic links; NULL: written to directly */
	char *aside;	  /* what STREAM writes to until then; NULL: there is none, or no more */
	char *before;	  /* the file as it was, until files_output_close(); NULL: there is none */
	char *spare;	  /* room for a name beside TARGET */
	int mark;	  /* of `aside', open for as long as this is, which is how it is found */
	bool revocable;	  /* the caller may want to undo the commit */
};

/*
 * Opens PATH for writing, private (0600) if it is to hold a SECRET.  Standard output for `-', and
 * what is no regular file, are written to directly.  Returns 0 or errno.
 */
int files_output_open(struct files_output *output, const char *path, bool secret);
/* All of it is written: out to the disk with it.  Returns 0 or errno. */
int files_output_finish(struct files_output *output);
/* Lets it appear; with `revocable' set files_output_revoke() can undo that.  0 or errno. */
int files_output_commit(struct files_output *output);
/* 0, or errno where the new file stays. */
int files_output_revoke(struct files_output *output);
/*
 * Frees OUTPUT, and removes what was not committed, and the file that could have been brought back.
 * 0, or errno where that one stays.
 */
int files_output_close(struct files_output *output);

#endif
