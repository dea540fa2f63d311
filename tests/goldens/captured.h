/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GOLDEN_CAPTURED_H
#define WEIPSEC_GOLDEN_CAPTURED_H

#include "compiler/base/arena.h"
#include "compiler/base/text.h"

#include <stdbool.h>

/*
 * Runs of `weipsec', in a process whose standard output and error are files without a name: OUT and
 * ERR, each its descriptor 1 and 2.
 */
struct stage {
	struct arena *arena;
	const char *program; /* the path of weipsec, absolute */
	const char *folder;  /* where runs are, relative to HOME */
	int home;	     /* the folder of the project, open */
};

/* What a run left: slices in the stage's arena. */
struct captured {
	int status;
	struct slice out;
	struct slice err;
};

/* Seconds after which what runs is ended by SIGALRM: it hangs. */
#define STAGE_DEADLINE 600

/*
 * Runs `weipsec WORDS' (ended by NULL) by calling the command in this process; or, _program, as a
 * program behind the words of WEIPSEC_WRAPPER.  False if that could not be done.
 */
bool stage_run(struct stage *stage, char *const *words, struct captured *captured);
bool stage_run_program(struct stage *stage, char *const *words, struct captured *captured);

/* The bytes of a file, or of what an open descriptor has from its beginning; false with errno. */
bool stage_read(struct stage *stage, const char *path, struct slice *bytes);
bool stage_read_fd(struct stage *stage, int fd, struct slice *bytes);

#endif
