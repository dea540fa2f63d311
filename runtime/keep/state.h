/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_STATE_H
#define WEIPSEC_STATE_H

#include "runtime/charon/plan.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What weipsec-apply remembers, in a folder that only its owner may read:
 *
 *	lock		held while somebody applies or supervises
 *	journal		the tunnels that an apply is changing, and the private keys it is loading;
 *			left behind by one that was killed
 *	deadline	when what was applied with --confirm goes back, and to which generation
 *			(confirm.h)
 *	gen/NNNN/	a generation: agent.xml, the configuration, plan.json, what was done, and
 *			pki/, the certificates and keys that charon was given
 *	gen/next/	one that is being applied
 *	current		-> gen/NNNN, the one that charon has
 *
 * Each of these appears whole or not at all.
 */

#define STATE_DIR "/var/lib/weipsec"

struct state {
	char *folder;
	int fd;			  /* the folder; -1: not open */
	int lock;		  /* -1: not locked */
	unsigned current;	  /* generation; 0: none */
	unsigned begun;		  /* the generation that is being applied; 0: none */
	bool is_new;		  /* it was made for that */
	struct suspects suspects; /* of a journal that was found */
	char why[256];		  /* what failed last, one line */
};

/*
 * Opens FOLDER and reads what is in it, without a change to it; one that is not there is as if it
 * were empty.  0 or errno, with STATE->why filled in, which also tells of a journal that cannot be
 * read; state_close() in any case.
 */
int state_open(struct state *state, const char *folder);
void state_close(struct state *state);
/*
 * Makes FOLDER if it is not there, closes it to others, locks it and clears away what one who was
 * killed has left.  0 or errno with STATE->why; EWOULDBLOCK: somebody else has the lock; ENOTEMPTY:
 * it is a folder of something else, and was not touched.
 */
int state_lock(struct state *state);

/* The agent configuration of GENERATION, to be freed with state_free_text(); NULL with state->why.
 */
char *state_read(struct state *state, unsigned generation, size_t *size);
void state_free_text(char *text, size_t size);
/* The path of the folder with GENERATION's certificates and keys, to be freed; NULL without memory.
 */
char *state_pki(const struct state *state, unsigned generation);
/* Seconds since 1970: when the current one became so; 0: there is none. */
long long state_applied(const struct state *state);
/* The generation before the current one, if it is still kept, or 0.  0 or errno with why. */
int state_previous(struct state *state, unsigned *generation);

/* Writes a new generation, which comes after PREVIOUS (0: nothing).  0 or errno. */
int state_begin(struct state *state, struct slice agent, unsigned previous,
		const struct plan *plan);
/* The same with a GENERATION that is there already. */
int state_begin_again(struct state *state, unsigned generation, const struct plan *plan);
/* From here on the tunnels of what was begun are suspect.  0 or errno. */
int state_touch(struct state *state);
/* What was begun is what charon has. */
int state_commit(struct state *state);
/* What was begun is not: charon has what it had, or (BROKEN) nobody knows. */
void state_abandon(struct state *state, bool broken);

/* The tunnel ID is to be taken for changed, until something was applied.  False without memory. */
bool state_suspect(struct state *state, int id);
/* True if any tunnel is. */
bool state_has_suspects(const struct state *state);

/* For the files of this room: fills in STATE->why, which is of NAME in the folder, and returns
 * ERROR. */
int state_fail(struct state *state, int error, const char *name);

#endif
