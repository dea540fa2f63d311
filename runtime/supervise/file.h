/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FILE_H
#define WEIPSEC_FILE_H

#include "runtime/keep/config.h"
#include "runtime/supervise/voice.h"
#include "runtime/system/watch.h"

/* The FILE that the supervisor keeps charon to: which one it is, and what was read from it. */

struct file {
	voice_line *voice;
	const char *pki; /* or NULL */
	char *path;
	char *next;	      /* what it becomes if what is applied is confirmed, or NULL */
	struct config *fresh; /* read, without errors, and not applied yet; or NULL */
	bool failed;	      /* it could not be read or applied, and is to be read again, */
	long long again_at;   /* not before then, */
	int again_after;      /* for which so long was waited */
	char why[512];	      /* it could not be read, as was said last */
	struct watch *watch;
};

/* PATH is copied, nothing is read yet; false without memory.  Close it in any case. */
bool file_open(struct file *file, const char *path, const char *pki, voice_line *voice);
void file_close(struct file *file);
/* CHANGED is called when FILE has become another.  0 or errno. */
int file_watch(struct file *file, uev_ctx_t *loop, void (*changed)(void *context), void *context);

/* Reads it.  EXIT_OK, it is fresh; or EXIT_FINDINGS or EXIT_FAILED, all said: it is not. */
int file_read(struct file *file);
/* What is fresh is the caller's from now on. */
struct config *file_take(struct file *file);
/*
 * What was taken could not be applied: file_read_again() reads it, once.  What could not be read is
 * tried again by that, less and less often.
 */
void file_fail(struct file *file);
void file_read_again(struct file *file);

/* True for a regular file: anything else may never end, or give each byte only once. */
bool file_is_regular(const char *path);
/* It is the one at PATH from now on, which is taken over. */
void file_replace(struct file *file, char *path);
/* The same as soon as file_confirm() is called; NULL: it stays what it is. */
void file_expect(struct file *file, char *path);
void file_confirm(struct file *file);

#endif
