/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_JOBS_H
#define WEIPSEC_JOBS_H

#include "runtime/keep/confirm.h"
#include "runtime/keep/keeper.h"
#include "runtime/status/tally.h"
#include "runtime/status/tracker.h"
#include "runtime/supervise/file.h"
#include "runtime/supervise/revival.h"
#include "runtime/system/control.h"

/*
 * What the supervisor does to charon, one job at a time (jobs.c draws how).  Who asks for one gets
 * an answer; the others come of FILE, of charon, which may have lost what it had, and of the time.
 */

enum job_kind {
	JOB_NONE,
	JOB_FILE,     /* what is in FILE */
	JOB_KEEP,     /* what is applied, since charon may have lost it */
	JOB_GO_BACK,  /* what was not confirmed in time */
	JOB_APPLY,    /* from here on somebody asked for it: another file, */
	JOB_ROLLBACK, /* what was applied before, */
	JOB_RESTART   /* or a tunnel to begin anew */
};

struct job {
	enum job_kind kind;
	struct config *config;	       /* of FILE and APPLY, until the keeper has it */
	char *file;		       /* APPLY: what becomes FILE, or NULL */
	int confirm;		       /* APPLY: seconds; 0: none is needed */
	unsigned generation;	       /* GO_BACK and ROLLBACK: where to */
	int id;			       /* RESTART; -1: all */
	struct control_client *client; /* who asked, or NULL */
};

enum jobs_phase {
	JOBS_AWAY,   /* charon is out of reach */
	JOBS_IDLE,   /* there is nothing to do, or it has to wait */
	JOBS_BUSY,   /* with `now' */
	JOBS_ENDING, /* the same, and it is the last one */
	JOBS_ENDED
};

/* Written by jobs.c alone. */
struct jobs {
	voice_line *voice;
	struct keeper keeper;
	struct confirm confirm;
	struct file file;
	struct tracker *tracker; /* of the tunnels that are applied, */
	struct revival *revival; /* and of the same */
	struct tally *tally;
	void (*done)(void *context);
	void *context;

	enum jobs_phase phase;
	struct job now;	    /* under way */
	struct job asked;   /* waits for its turn */
	bool keeps;	    /* charon has to be brought to what is applied */
	bool is_ready;	    /* charon had what it is to have, once */
	long long retry_at; /* after a transaction that broke */
	int retry_after;    /* milliseconds */
	int status;	    /* to end with */
	struct {
		long long at; /* seconds since 1970, before this one began; 0: nothing ever was */
		long long noted; /* since then, of clock_now(); 0: nothing was */
		bool is_known; /* false: it was before this supervisor began */
		bool went_well;
	} last_apply; /* of FILE, or of what somebody asked for */
};

/*
 * Takes the lock of PLACES, which must outlive it, and reads what was applied last.  EXIT_OK, or
 * what to end with, all said; jobs_free() in any case.
 */
int jobs_open(struct jobs *jobs, const struct places *places, const char *file, voice_line *voice,
	      uev_ctx_t *loop);
/*
 * Watches FILE and the time.  VICI, which is charon's, must outlive it; DONE is called behind each
 * job.  0 or errno.
 */
int jobs_watch(struct jobs *jobs, struct vici *vici, void (*done)(void *context), void *context);
/*
 * Takes up what one who was killed has left, and reads FILE; where that has errors, what was
 * applied last stays.  EXIT_OK, or what to end with, all said.
 */
int jobs_begin(struct jobs *jobs);
void jobs_free(struct jobs *jobs);

/* charon is there, or has gone. */
void jobs_arrive(struct jobs *jobs);
void jobs_lose(struct jobs *jobs);
/* It has other than what is applied. */
void jobs_keep(struct jobs *jobs);

/* FILE has become another. */
void jobs_read_file(void *jobs);
/* Begins what is to be done next, if anything, and if it can be. */
void jobs_work(struct jobs *jobs);
/* As soon as the job under way is done, with STATUS; asked a second time, at once. */
void jobs_end(struct jobs *jobs, int status);

bool jobs_is_busy(const struct jobs *jobs);
/* True while nobody else can ask for anything. */
bool jobs_is_taken(const struct jobs *jobs);
/* JOB, which somebody asked for, comes first. */
void jobs_ask(struct jobs *jobs, const struct job *job);
/* It cannot be done: answers, and frees what is in JOB. */
void jobs_refuse(struct job *job, enum apply_result result, const char *why);
/* What was applied last stays; false if nothing waits for that. */
bool jobs_confirm(struct jobs *jobs);

#endif
