/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SUPERVISOR_PARTS_H
#define WEIPSEC_SUPERVISOR_PARTS_H

#include "compiler/base/cli.h"
#include "runtime/keep/keeper.h"
#include "runtime/status/tracker.h"
#include "runtime/supervise/supervisor.h"
#include "runtime/system/control.h"
#include "runtime/system/watch.h"

/*
 * What the files of the supervisor share, and nobody else: supervisor.c is its life and its FILE,
 * supervisor_jobs.c what it does to charon, supervisor_charon.c how it looks at charon, and
 * supervisor_requests.c what others ask.
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
	unsigned generation;	       /* GO_BACK and ROLLBACK: where to; APPLY: where from */
	int id;			       /* RESTART; -1: all */
	struct control_client *client; /* who asked, or NULL */
};

#define SUPERVISOR_WAITING_MAX 16 /* clients of status; as many as there can be at all */

struct supervisor {
	const struct places *places;
	supervisor_say *say;
	char *file; /* FILE, as it is now */
	uev_ctx_t loop;
	struct keeper keeper;
	struct control *control;
	struct watch *watch;
	struct addresses *addresses;
	uev_t signals[3];
	uev_t watchdog;
	bool is_ready;
	bool ends;  /* with the job under way */
	int status; /* to end with */

	struct job now;	      /* under way */
	struct job asked;     /* waits for its turn */
	struct config *fresh; /* FILE is to be applied */
	bool rereads;	      /* FILE was read, but could not be applied */
	bool keeps;	      /* charon has to be brought to what is applied */
	bool goes_back;	      /* the deadline is over */
	bool unconfirmed;     /* there is a deadline */
	unsigned before;      /* the generation it goes back to then */
	char *confirmed_file; /* what becomes FILE if it is confirmed, or NULL */
	uev_t deadline;
	long long retry_at; /* after a transaction that broke */
	int retry_after;

	struct vici *vici;
	char version[64]; /* charon's, while it is there */
	bool is_away;	  /* and that was said */
	uev_t beat;	  /* looks, connects, tries again */
	struct running running;
	struct tracker *tracker;
	bool looking;
	long long looked; /* when RUNNING was whole; 0: it is not */
	struct control_client *waiting[SUPERVISOR_WAITING_MAX]; /* for a look */
	size_t waiting_count;
};

/* As soon as the job under way is done; asked a second time, at once. */
void supervisor_end(struct supervisor *supervisor);

void supervisor_tell(const struct supervisor *supervisor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* True for a regular file: anything else may never end, or give each byte only once. */
bool supervisor_can_keep_to(const char *file);
/*
 * Reads FILE, to be applied as soon as that can be.  STATUS_FINDINGS or STATUS_FAILED, all said:
 * it is not to be.
 */
int supervisor_read_file(struct supervisor *supervisor);
/* FILE is another one from now on; FILE is taken over. */
void supervisor_take_file(struct supervisor *supervisor, char *file);

/* Begins what is to be done next, if anything, and if it can be. */
void supervisor_work(struct supervisor *supervisor);
/* The same as soon as the loop is back. */
void supervisor_work_soon(struct supervisor *supervisor);
/* What waits to be confirmed goes back after SECONDS. */
void supervisor_set_deadline(struct supervisor *supervisor, int seconds);
/* It was confirmed, or has gone back. */
void supervisor_end_deadline(struct supervisor *supervisor);
/* What somebody asked for cannot be done; the job is freed. */
void supervisor_refuse(struct job *job, enum apply_result result, const char *why);
void supervisor_free_job(struct job *job);

/* Begins to look after charon. */
int supervisor_watch_charon(struct supervisor *supervisor);
void supervisor_look(struct supervisor *supervisor);
json_t *supervisor_status(const struct supervisor *supervisor);

/* control_request */
void supervisor_request(void *context, struct control_client *client, json_t *request);

#endif
