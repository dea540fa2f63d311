/* SPDX-License-Identifier: ISC */
#include "runtime/supervise/revival.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* So many refusals in a row are no accident: charon asks again after 6 to 14 s. */
#define REFUSALS 3

/* From then on, and twice as long whenever it came to nothing; up to a quarter more by chance. */
#define REVIVE_FIRST 60000
#define REVIVE_MOST 900000

/*
 * A CHILD_SA that ends sooner is not waited with.  Both ends may well be told to do the same, and
 * should not at the same time.
 */
#define ENDS_INITIATOR 30000
#define ENDS_RESPONDER 15000

struct revived {
	int id;
	int refused;
	/* what is refused now is for the subnets: nothing anew would heal that */
	bool is_selectors;
	long long sa;	   /* the IKE_SA that they were refused in, */
	long long since;   /* the last of them at that time */
	bool is_alive;	   /* it is there, and answers */
	bool is_up;	   /* there is a CHILD_SA, */
	bool is_here;	   /* and it is that one's, */
	long long ends;	   /* until then */
	long long child;   /* the newest that was ever seen; 0: there was none */
	long long due;
	int after;
};

struct revival {
	const struct model *model;
	struct revived *tunnels; /* as in the model */
	size_t count;
};

struct revival *revival_new(void)
{
	return calloc(1, sizeof(struct revival));
}

void revival_free(struct revival *revival)
{
	if (revival)
		free(revival->tunnels);
	free(revival);
}

static struct revived *find_revived(const struct revival *revival, int id)
{
	for (size_t i = 0; i < revival->count; i++) {
		if (revival->tunnels[i].id == id)
			return &revival->tunnels[i];
	}
	return NULL;
}

static struct revived unknown(int id)
{
	return (struct revived){.id = id, .after = REVIVE_FIRST};
}

void revival_follow(struct revival *revival, const struct model *model)
{
	size_t count = model ? model->count : 0;
	struct revived *tunnels = count ? calloc(count, sizeof(*tunnels)) : NULL;

	for (size_t i = 0; tunnels && i < count; i++) {
		const struct revived *before = find_revived(revival, model->tunnels[i]->id);

		tunnels[i] = before ? *before : unknown(model->tunnels[i]->id);
	}
	free(revival->tunnels);
	revival->tunnels = tunnels;
	revival->count = tunnels ? count : 0;
	revival->model = model;
}

void revival_forget(struct revival *revival, int id)
{
	struct revived *revived = find_revived(revival, id);

	if (revived)
		*revived = unknown(id);
}

void revival_lose(struct revival *revival)
{
	for (size_t i = 0; i < revival->count; i++)
		revival->tunnels[i] = unknown(revival->tunnels[i].id);
}

/* ---- the log ---- */

static bool has(struct slice line, const char *words)
{
	return memmem(line.at, line.length, words, strlen(words)) != NULL;
}

static long long due_after(const struct revived *revived, long long now)
{
	unsigned chance = 0;

	if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) < 0)
		chance = 0;
	return now + revived->after + (int)(chance % ((unsigned)revived->after / 4 + 1));
}

static struct revived *find_named(const struct revival *revival, struct slice name)
{
	char wanted[16];

	for (size_t i = 0; i < revival->count; i++) {
		snprintf(wanted, sizeof(wanted), "ipsec%d", revival->tunnels[i].id);
		if (slice_is(name, wanted))
			return &revival->tunnels[i];
	}
	return NULL;
}

static void forget_refusals(struct revived *revived)
{
	revived->refused = 0;
	revived->due = 0;
}

/* A CHILD_SA was refused in SA, by the peer or by us, and the reason has been logged. */
static void note_refusal(struct revived *revived, long long sa, long long now)
{
	if (revived->is_selectors || revived->sa != sa)
		forget_refusals(revived);
	if (!revived->is_selectors) {
		revived->refused++;
		revived->sa = sa;
		revived->since = now;
	}
	revived->is_selectors = false;
	if (revived->refused == REFUSALS)
		revived->due = due_after(revived, now);
}

void revival_log(struct revival *revival, struct slice message, long long now)
{
	struct slice name = vici_get(message, "ikesa-name"), line = vici_get(message, "msg");
	struct revived *revived = name.at && line.at ? find_named(revival, name) : NULL;

	if (!revived)
		return;
	if (has(line, "TS_UNACCEPTABLE") || has(line, "INVALID_ID_INFORMATION") ||
	    has(line, "traffic selectors ") || has(line, "no matching CHILD_SA config"))
		revived->is_selectors = true;
	if (has(line, "failed to establish CHILD_SA, keeping IKE_SA"))
		note_refusal(revived, vici_get_number(message, "ikesa-uniqueid", -1), now);
}

/* ---- looking ---- */

/* The CHILD_SAs of the IKE_SA SECTION that are up; the newest one's number, 0: there is none. */
static long long look_at_children(struct revived *revived, struct slice section, bool is_here,
				  long long now)
{
	struct slice children = vici_get_body(section, "child-sas");
	struct vici_element element;
	long long newest = 0;

	while (children.at && vici_next(&children, &element)) {
		struct slice state = vici_get(element.value, "state");
		long long number = vici_get_number(element.value, "uniqueid", 0);
		long long left = vici_get_number(element.value, "life-time", 0);

		if (element.kind != VICI_SECTION || !state.at ||
		    (!slice_is(state, "INSTALLED") && !slice_is(state, "REKEYING")))
			continue;
		revived->is_up = true;
		revived->is_here = revived->is_here || is_here;
		if (number > newest)
			newest = number;
		if (is_here && left > 0 && now + left * 1000 > revived->ends)
			revived->ends = now + left * 1000;
	}
	return newest;
}

/* Of refusals that were noted since charon was ASKED, which is a moment ago, it cannot tell yet. */
static void forget_before(struct revived *revived, long long asked)
{
	bool is_later = revived->refused && revived->since >= asked;

	forget_refusals(revived);
	revived->refused = is_later;
}

static bool is_at_rest(struct slice section)
{
	struct slice state = vici_get(section, "state");

	return state.at && slice_is(state, "ESTABLISHED") &&
	       !vici_get_body(section, "tasks-active").length;
}

static void look_at(struct revived *revived, const struct running_tunnel *running, long long asked,
		    long long now)
{
	bool is_there = false;
	long long newest = 0;

	revived->is_alive = revived->is_up = revived->is_here = false;
	revived->ends = 0;
	for (const struct running_sa *sa = running ? running->sas : NULL; sa; sa = sa->next) {
		bool is_here = vici_get_number(sa->section, "uniqueid", -1) == revived->sa;
		long long child = look_at_children(revived, sa->section, is_here, now);

		is_there = is_there || is_here;
		revived->is_alive = revived->is_alive || (is_here && is_at_rest(sa->section));
		if (child > newest)
			newest = child;
	}
	if (!is_there)
		forget_before(revived, asked);
	if (newest <= revived->child)
		return;
	forget_before(revived, asked);
	revived->child = newest;
	revived->after = REVIVE_FIRST;
}

void revival_look(struct revival *revival, const struct running *running, long long asked,
		  long long now)
{
	for (size_t i = 0; i < revival->count; i++)
		look_at(&revival->tunnels[i], running_find(running, revival->tunnels[i].id), asked,
			now);
}

/* ---- what has to be done ---- */

/*
 * One that never was up has never fitted, and one without a peer could not start the tunnel again.
 * In version 1 a CHILD_SA of a new IKE_SA is made as any other.
 */
static bool can_revive(const struct tunnel *tunnel, const struct revived *revived)
{
	return tunnel->enabled && tunnel->version == 2 && tunnel->peer.set && revived->child;
}

struct revival_need revival_need(const struct revival *revival, size_t index)
{
	const struct revived *revived = &revival->tunnels[index];
	bool can;

	if (index >= revival->count)
		return (struct revival_need){0};
	can = can_revive(revival->model->tunnels[index], revived);
	return (struct revival_need){.refused = revived->refused,
				     .since = revived->refused ? revived->since : 0,
				     .ends = revived->refused ? revived->ends : 0,
				     .due = can ? revived->due : 0,
				     .sa = revived->sa};
}

static bool is_time(const struct tunnel *tunnel, const struct revived *revived, long long now)
{
	int early = tunnel->initiator ? ENDS_INITIATOR : ENDS_RESPONDER;

	return now >= revived->due || (revived->ends && revived->ends - now <= early);
}

enum revival_step revival_next(struct revival *revival, size_t index, long long now)
{
	const struct tunnel *tunnel;
	struct revived *revived;

	if (index >= revival->count)
		return REVIVAL_NOTHING;
	tunnel = revival->model->tunnels[index];
	revived = &revival->tunnels[index];
	if (!revived->due || !can_revive(tunnel, revived) || !revived->is_alive ||
	    (revived->is_up && !revived->is_here) || !is_time(tunnel, revived, now))
		return REVIVAL_NOTHING;
	revived->after = revived->after > REVIVE_MOST / 2 ? REVIVE_MOST : 2 * revived->after;
	revived->due = due_after(revived, now);
	return revived->is_here ? REVIVAL_REAUTHENTICATE : REVIVAL_RESTART;
}

bool revival_is_stubborn(const struct revival *revival, size_t index)
{
	return index < revival->count && revival->tunnels[index].after == REVIVE_MOST;
}
