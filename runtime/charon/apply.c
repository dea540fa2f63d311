/* SPDX-License-Identifier: ISC */
#include "runtime/charon/apply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum phase { PHASE_TRY, PHASE_CHANGE, PHASE_COMPARE, PHASE_UNDO, PHASE_COMPARE_UNDONE };

struct apply {
	struct vici *vici;
	const struct plan *plan;
	apply_change *change;
	apply_done *done;
	void *context;
	enum phase phase;
	struct apply_outcome outcome;
	struct apply_outcome trouble; /* with undoing it */
	struct step *steps;	      /* of the present phase */
	size_t open;		      /* steps without a reply */
	bool asking;		      /* steps are still being asked for */
	bool lost;
	bool changed;  /* PHASE_CHANGE has begun */
	bool *refused; /* of each CA of the plan's target: charon does not take it */
	struct running running;
};

/* A question to charon on behalf of a tunnel. */
struct step {
	struct step *next;
	struct apply *apply;
	int id;
	bool may_fail; /* what is not there cannot be taken away */
	bool *failed;  /* gets to know whether it did, or NULL */
};

static void end_phase(struct apply *apply);

/* ---- steps ---- */

static void note_failure(struct apply *apply, int id, const char *before, struct slice words)
{
	struct apply_outcome *outcome =
	    apply->phase < PHASE_UNDO ? &apply->outcome : &apply->trouble;
	int length = words.length < 200 ? (int)words.length : 200;

	if (outcome->why[0])
		return;
	outcome->id = id;
	snprintf(outcome->why, sizeof(outcome->why), "%s%.*s", before, length, words.at);
}

static void note_text(struct apply *apply, int id, const char *text)
{
	note_failure(apply, id, "", (struct slice){text, strlen(text)});
}

static void on_reply(void *context, enum vici_status status, struct slice message)
{
	struct step *step = context;
	struct apply *apply = step->apply;
	struct slice words = status == VICI_DONE ? vici_get(message, "errmsg") : (struct slice){0};

	apply->open--;
	if (step->failed)
		*step->failed = !vici_get_yes(message, "success");
	if (status == VICI_LATE || status == VICI_LOST) {
		apply->lost = true;
		note_failure(apply, -1, "", message);
	} else if (status == VICI_UNKNOWN) {
		note_text(apply, step->id, "charon does not know this command");
	} else if (!step->may_fail && !vici_get_yes(message, "success")) {
		note_failure(apply, step->id,
			     "charon: ", words.at ? words : (struct slice){"refused", 7});
	}
	if (apply->open == 0 && !apply->asking)
		end_phase(apply);
}

static struct step *new_step(struct apply *apply, int id, bool may_fail, bool *failed)
{
	struct step *step = calloc(1, sizeof(*step));

	if (!step)
		return NULL;
	*step = (struct step){apply->steps, apply, id, may_fail, failed};
	apply->steps = step;
	return step;
}

static void ask_for(struct apply *apply, int id, const char *command, struct slice message,
		    bool may_fail, bool *failed)
{
	struct step *step = new_step(apply, id, may_fail, failed);
	const struct vici_call call = {
	    .command = command, .message = message, .reply = on_reply, .context = step};

	if (step && vici_call(apply->vici, &call)) {
		apply->open++;
		return;
	}
	apply->lost = true;
	note_text(apply, -1, step ? "no connection to charon" : "out of memory");
}

static void ask_charon(struct apply *apply, const struct plan_item *item, const char *command,
		       struct slice message, bool may_fail)
{
	ask_for(apply, item->id, command, message, may_fail, NULL);
}

/* A command with one name. */
static void ask_named(struct apply *apply, const struct plan_item *item, const char *command,
		      const char *key, const char *name)
{
	struct vici_message message;

	vici_message_init(&message);
	vici_put_text(&message, key, name);
	/* at once, without a wait for what the peer says to the delete */
	if (strcmp(command, "terminate") == 0)
		vici_put_text(&message, "force", "yes");
	ask_charon(apply, item, command, vici_message_slice(&message), true);
	vici_message_free(&message);
}

/* ---- what is asked ---- */

/* FAILED, if it is not NULL, gets to know; otherwise it must not. */
static void load_credential(struct apply *apply, int id, const struct credential *credential,
			    bool *failed)
{
	const char *command = credential->kind == CREDENTIAL_KEY ? "load-key" : "load-cert";
	struct vici_message message;

	vici_message_init(&message);
	credential_message(credential, &message);
	if (message.failed)
		apply->lost = true;
	else
		ask_for(apply, id, command, vici_message_slice(&message), failed != NULL, failed);
	if (message.failed)
		note_text(apply, -1, "out of memory");
	vici_message_free(&message);
}

static void unload_secret(struct apply *apply, const struct plan_item *item)
{
	char name[24];

	snprintf(name, sizeof(name), "ike-ipsec%d", item->id);
	ask_named(apply, item, "unload-shared", "id", name);
}

/* The certificates are in the connection. */
static void load_secret(struct apply *apply, const struct plan_item *item,
			const struct target_tunnel *tunnel)
{
	if (tunnel->certificate)
		load_credential(apply, item->id, tunnel->certificate->key, NULL);
	if (tunnel->secret.size)
		ask_charon(apply, item, "load-shared", vici_message_slice(&tunnel->secret), false);
	else /* left by one who was killed */
		unload_secret(apply, item);
}

static void load(struct apply *apply, const struct plan_item *item,
		 const struct target_tunnel *tunnel)
{
	load_secret(apply, item, tunnel);
	ask_charon(apply, item, "load-conn", vici_message_slice(&tunnel->connection), false);
}

/* All that a tunnel needs beside its connection, which stays. */
static void load_credentials(struct apply *apply, const struct plan_item *item,
			     const struct target_tunnel *tunnel)
{
	if (tunnel->certificate)
		load_credential(apply, item->id, tunnel->certificate, NULL);
	if (tunnel->ca)
		load_credential(apply, item->id, tunnel->ca, NULL);
	load_secret(apply, item, tunnel);
}

/*
 * Takes a tunnel away.  Unloading leaves a responder's SAs, and loading over it would leave an old
 * dpd-timeout (strongswan.md, 9).
 */
static void unload(struct apply *apply, const struct plan_item *item)
{
	char name[16];

	snprintf(name, sizeof(name), "ipsec%d", item->id);
	ask_named(apply, item, "unload-conn", "name", name);
	unload_secret(apply, item);
	ask_named(apply, item, "terminate", "ike", name);
}

static void unload_trial(struct apply *apply, const struct plan_item *item)
{
	char name[sizeof(TARGET_TRIAL) + 16];

	snprintf(name, sizeof(name), TARGET_TRIAL "ipsec%d", item->id);
	ask_named(apply, item, "unload-conn", "name", name);
}

/* Where there is something to lose, charon looks at what is new under another name first. */
static bool is_tried(const struct apply *apply, const struct plan_item *item)
{
	return (item->kind == PLAN_CHANGED || item->kind == PLAN_ADDED) &&
	       plan_risks_something(apply->plan);
}

static void load_trial(struct apply *apply, const struct plan_item *item)
{
	struct vici_message trial;

	vici_message_init(&trial);
	target_put_trial(item->to, &trial);
	if (trial.failed) {
		apply->lost = true;
		note_text(apply, -1, "out of memory");
	} else {
		ask_charon(apply, item, "load-conn", vici_message_slice(&trial), false);
	}
	vici_message_free(&trial);
}

static void try_item(struct apply *apply, const struct plan_item *item)
{
	if (item->has_trial)
		unload_trial(apply, item);
	if (!is_tried(apply, item))
		return;
	if (item->to->certificate)
		load_credential(apply, item->id, item->to->certificate->key, NULL);
	load_trial(apply, item);
	unload_trial(apply, item);
}

static void change_item(struct apply *apply, const struct plan_item *item)
{
	if (item->kind == PLAN_CHANGED || item->kind == PLAN_REMOVED)
		unload(apply, item);
	if (item->kind == PLAN_CHANGED || item->kind == PLAN_ADDED)
		load(apply, item, item->to);
	if (item->kind == PLAN_CREDENTIALS)
		load_credentials(apply, item, item->to);
}

static void undo_item(struct apply *apply, const struct plan_item *item)
{
	if (is_tried(apply, item))
		unload_trial(apply, item);
	if (!apply->changed && !item->suspect)
		return;
	if (item->kind == PLAN_CREDENTIALS && item->from) {
		load_credentials(apply, item, item->from);
	} else if (item->kind != PLAN_UNCHANGED) {
		unload(apply, item);
		if (item->from)
			load(apply, item, item->from);
		else if (item->kind != PLAN_ADDED)
			note_text(apply, item->id, "it is gone: nobody knows what it was");
	}
}

/* ---- reading back ---- */

/* charon counts its IKE_SAs: one that was there before the tunnel was ended should be gone. */
static bool has_old_sa(const struct running_tunnel *running, const struct plan_item *item)
{
	const struct running_sa *sa = item->kind == PLAN_CHANGED ? running->sas : NULL;

	while (sa && vici_get_number(sa->section, "uniqueid", 0) > item->last_sa)
		sa = sa->next;
	return sa != NULL;
}

static void note_difference(struct apply *apply, int id, const char *difference)
{
	note_failure(apply, id, "charon does not have what was loaded: ",
		     (struct slice){difference, strlen(difference)});
}

/* What charon has of a tunnel against TUNNEL, which is NULL where it should have none. */
static void compare_item(struct apply *apply, const struct plan_item *item,
			 const struct target_tunnel *tunnel)
{
	const struct running_tunnel *running = running_find(&apply->running, item->id);
	bool has_connection = running && running->has_connection;
	bool has_secret = running && running->has_secret;
	const char *difference = NULL;

	if (has_connection != (tunnel != NULL))
		difference = "connection";
	else if (has_secret != (tunnel && tunnel->secret.size > 0))
		difference = "secret";
	else if (running && running->has_trial)
		difference = "a trial of it is left";
	else if (!tunnel && running && running->sas)
		difference = "an SA of it is left";
	else if (tunnel && has_old_sa(running, item))
		difference = "an old SA of it is left";
	else if (tunnel && apply->plan->has_credentials)
		difference = running_lacks(&apply->running, tunnel);
	if (!difference && tunnel)
		difference = running_difference(running, tunnel);
	if (difference)
		note_difference(apply, item->id, difference);
}

/* What is no tunnel's. */
static void compare_credentials(struct apply *apply)
{
	const struct plan *plan = apply->plan;
	const struct credential *at = plan->to->credentials.first;

	for (size_t i = 0; i < plan->key_count; i++) {
		bool stays =
		    apply->phase == PHASE_COMPARE ? plan->keys[i].in_to : plan->keys[i].in_from;

		if (!stays && running_has_key(&apply->running, plan->keys[i].id))
			note_difference(apply, -1, "a private key of no tunnel is left");
	}
	for (size_t i = 0; at && apply->phase == PHASE_COMPARE; at = at->next) {
		if (at->kind == CREDENTIAL_CA && !apply->refused[i++] &&
		    !running_has(&apply->running, at))
			note_difference(apply, -1, "a CA is missing");
	}
}

static void on_running(void *context, const char *why)
{
	struct apply *apply = context;

	if (why) {
		apply->lost = true;
		note_text(apply, -1, why);
	}
	for (size_t i = 0; i < apply->plan->count && !why; i++) {
		const struct plan_item *item = &apply->plan->items[i];

		if (apply->phase == PHASE_COMPARE)
			compare_item(apply, item, item->to);
		else if (apply->changed || item->suspect)
			compare_item(apply, item, item->from);
	}
	if (apply->plan->has_credentials && !why)
		compare_credentials(apply);
	running_free(&apply->running);
	end_phase(apply);
}

/* ---- phases ---- */

static void free_steps(struct apply *apply)
{
	while (apply->steps) {
		struct step *next = apply->steps->next;

		free(apply->steps);
		apply->steps = next;
	}
}

/* Nobody knows what charon took before it went away. */
static void note_unfinished(struct apply_outcome *outcome)
{
	size_t length = strnlen(outcome->why, 300);

	snprintf(outcome->why + length, sizeof(outcome->why) - length,
		 ": charon may have a part of it: a run is needed to make it whole");
}

static void finish_apply(struct apply *apply, enum apply_result result)
{
	if (apply->lost)
		note_unfinished(&apply->outcome);
	apply->outcome.result = result;
	apply->done(apply->context, &apply->outcome);
}

/* They are no tunnel's, and one that charon does not take may be of no use to any. */
static void load_authorities(struct apply *apply)
{
	const struct credential *at = apply->plan->to->credentials.first;

	for (size_t i = 0; at && !apply->lost; at = at->next) {
		if (at->kind == CREDENTIAL_CA)
			load_credential(apply, -1, at, &apply->refused[i++]);
	}
}

/* Behind all that used them. */
static void unload_keys(struct apply *apply)
{
	const struct plan_item nobody = {.id = -1};
	const struct plan *plan = apply->plan;

	for (size_t i = 0; i < plan->key_count && !apply->lost; i++) {
		if (apply->phase == PHASE_UNDO ? !plan->keys[i].in_from : !plan->keys[i].in_to)
			ask_named(apply, &nobody, "unload-key", "id", plan->keys[i].id);
	}
}

static void ask_phase(struct apply *apply)
{
	static void (*const asks[])(struct apply *, const struct plan_item *) = {
	    [PHASE_TRY] = try_item, [PHASE_CHANGE] = change_item, [PHASE_UNDO] = undo_item};

	apply->asking = true;
	if (apply->phase == PHASE_CHANGE)
		load_authorities(apply);
	for (size_t i = 0; i < apply->plan->count && !apply->lost; i++)
		asks[apply->phase](apply, &apply->plan->items[i]);
	if (apply->phase != PHASE_TRY)
		unload_keys(apply);
	apply->asking = false;
	if (apply->open == 0)
		end_phase(apply);
}

static void read_back(struct apply *apply)
{
	if (apply->plan->has_credentials)
		running_read_all(&apply->running, apply->vici, on_running, apply);
	else
		running_read(&apply->running, apply->vici, on_running, apply);
}

static void begin_phase(struct apply *apply, enum phase phase)
{
	apply->phase = phase;
	apply->changed = apply->changed || phase == PHASE_CHANGE;
	if (phase == PHASE_COMPARE || phase == PHASE_COMPARE_UNDONE)
		read_back(apply);
	else
		ask_phase(apply);
}

static void begin_change(struct apply *apply)
{
	const char *why = apply->change(apply->context);

	if (!why) {
		begin_phase(apply, PHASE_CHANGE);
		return;
	}
	note_text(apply, -1, why);
	finish_apply(apply, APPLY_BROKEN);
}

static void end_change(struct apply *apply)
{
	bool failed = apply->outcome.why[0] != '\0';

	if (failed && apply->lost)
		finish_apply(apply, APPLY_BROKEN);
	else if (failed)
		begin_phase(apply, PHASE_UNDO);
	else if (apply->phase == PHASE_COMPARE)
		finish_apply(apply, APPLY_DONE);
	else if (apply->phase == PHASE_TRY)
		begin_change(apply);
	else
		begin_phase(apply, PHASE_COMPARE);
}

/* Why it failed, and why that could not be undone. */
static void finish_not_undone(struct apply *apply)
{
	struct apply_outcome *outcome = &apply->outcome;
	const struct apply_outcome *trouble = &apply->trouble;
	char tunnel[24] = "";
	size_t length = strnlen(outcome->why, 120);

	if (trouble->id >= 0)
		snprintf(tunnel, sizeof(tunnel), "ipsec%d: ", trouble->id);
	snprintf(outcome->why + length, sizeof(outcome->why) - length, "; not undone: %s%s", tunnel,
		 trouble->why);
	finish_apply(apply, APPLY_BROKEN);
}

static void end_undo(struct apply *apply)
{
	if (apply->trouble.why[0])
		finish_not_undone(apply);
	else if (apply->phase == PHASE_UNDO)
		begin_phase(apply, PHASE_COMPARE_UNDONE);
	else
		finish_apply(apply, APPLY_UNDONE);
}

static void end_phase(struct apply *apply)
{
	free_steps(apply);
	if (apply->phase < PHASE_UNDO)
		end_change(apply);
	else
		end_undo(apply);
}

/* ---- for others ---- */

struct apply *apply_new(struct vici *vici, const struct plan *plan, apply_change *change,
			apply_done *done, void *context)
{
	struct apply *apply = calloc(1, sizeof(*apply));
	size_t count = 0;

	if (!apply)
		return NULL;
	for (const struct credential *at = plan->to->credentials.first; at; at = at->next)
		count++;
	apply->refused = calloc(count + 1, sizeof(*apply->refused));
	if (!apply->refused) {
		free(apply);
		return NULL;
	}
	apply->vici = vici;
	apply->plan = plan;
	apply->change = change;
	apply->done = done;
	apply->context = context;
	apply->outcome.id = -1;
	return apply;
}

void apply_begin(struct apply *apply)
{
	begin_phase(apply, PHASE_TRY);
}

void apply_free(struct apply *apply)
{
	if (!apply)
		return;
	running_free(&apply->running);
	free_steps(apply);
	free(apply->refused);
	free(apply);
}
