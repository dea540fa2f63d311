/* SPDX-License-Identifier: ISC */
#include "runtime/keep/keeper.h"

#include "backends/swanctl.h"
#include "compiler/base/files.h"
#include "compiler/model/telling.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void config_delete(struct config *config)
{
	if (!config)
		return;
	config_free(config);
	free(config);
}

/*
 * GENERATION as a configuration, with the certificates and keys that it was applied with; NULL with
 * keeper->why and errno.  0 is one without a tunnel.
 */
static struct config *read_generation(struct keeper *keeper, unsigned generation)
{
	static const char nothing[] =
	    "<ipsec xmlns=\"urn:weipsec:agent\"><dialect>weos5</dialect></ipsec>";
	struct config *config = calloc(1, sizeof(*config));
	size_t size = sizeof(nothing) - 1;
	char *text = generation ? state_read(&keeper->state, generation, &size) : NULL;
	int error = generation && !text ? errno : ENOMEM;
	char *pki = state_pki(&keeper->state, generation);

	if (!config || !pki || (generation && !text)) {
		snprintf(keeper->why, sizeof(keeper->why), "%s",
			 config && pki ? keeper->state.why : "out of memory");
		state_free_text(text, size);
		free(pki);
		free(config);
		errno = error;
		return NULL;
	}
	config_read_kept(config, text_new("agent.xml", text ? text : nothing, size), pki);
	state_free_text(text, size);
	free(pki);
	if (!config->error && !config->has_errors)
		return config;
	snprintf(keeper->why, sizeof(keeper->why), "%.60s: generation %u: %.450s",
		 keeper->places->state_dir, generation, config_why(config));
	error = config->error ? config->error : EINVAL;
	config_delete(config);
	errno = error;
	return NULL;
}

/*
 * What is not there, or no configuration, is lost; what cannot be read may be there tomorrow, and
 * without it nobody knows which keys in charon are ours.
 */
static bool is_lost(int error)
{
	return error == ENOENT || error == EINVAL || error == ENOTDIR || error == ELOOP;
}

int keeper_open(struct keeper *keeper, const struct places *places, uev_ctx_t *loop, bool read_only)
{
	int error;

	memset(keeper, 0, sizeof(*keeper));
	keeper->places = places;
	keeper->loop = loop;
	error = state_open(&keeper->state, places->state_dir);
	if (!error && !read_only)
		error = state_lock(&keeper->state);
	snprintf(keeper->why, sizeof(keeper->why), "%s", keeper->state.why);
	if (error || !keeper->state.current)
		return error;
	keeper->applied = read_generation(keeper, keeper->state.current);
	return keeper->applied || is_lost(errno) ? 0 : errno;
}

void keeper_close(struct keeper *keeper)
{
	transaction_free(&keeper->transaction);
	files_output_close(&keeper->beside);
	config_delete(keeper->applied);
	config_delete(keeper->wanted);
	state_close(&keeper->state);
	keeper->applied = keeper->wanted = NULL;
}

/* ---- transactions ---- */

/*
 * CONFIG as a file that charon's own service loads: all of it is written before charon is touched,
 * and appears when charon has it.
 */
static int write_beside(struct keeper *keeper, const struct config *config)
{
	const char *path = keeper->places->persist;
	struct output text;
	int error = files_is_direct(path) ? EINVAL : files_output_open(&keeper->beside, path, true);

	if (error)
		return error;
	output_init(&text);
	swanctl_emit(config->model, &text);
	if (!text.failed)
		fwrite(text.bytes, 1, text.size, keeper->beside.stream);
	error = files_output_finish(&keeper->beside);
	if (text.failed)
		error = ENOMEM;
	output_free(&text);
	return error;
}

/* What is to be kept beside could not be written: before charon was asked, or behind. */
static void judge_beside(const struct keeper *keeper, struct apply_outcome *outcome)
{
	bool is_active = outcome->result == APPLY_DONE;

	outcome->result = APPLY_BROKEN;
	if (is_active || !*outcome->why)
		snprintf(outcome->why, sizeof(outcome->why), "%s%.200s: %.40s",
			 is_active ? "the configuration is active, but not kept beside: " : "",
			 keeper->places->persist, strerror(keeper->transaction.beside_error));
}

/* charon and its plugins quote what they were told. */
static void hide_secrets(const struct keeper *keeper, struct apply_outcome *outcome)
{
	telling_hide(keeper->wanted->model, outcome->why);
	if (keeper->applied)
		telling_hide(keeper->applied->model, outcome->why);
}

/* What became charon's is what is applied; otherwise that stays what it was. */
static void on_done(void *context, const struct apply_outcome *outcome)
{
	struct keeper *keeper = context;
	struct config *config = keeper->wanted;
	bool replaces = outcome->result == APPLY_DONE && !keeper->transaction.dry_run;
	struct config *gone = replaces ? keeper->applied : config;
	struct apply_outcome final = *outcome;

	hide_secrets(keeper, &final);
	if (replaces)
		keeper->applied = config;
	if (keeper->transaction.beside_error)
		judge_beside(keeper, &final);
	files_output_close(&keeper->beside);
	keeper->wanted = NULL;
	keeper->busy = false;
	keeper->done(keeper->context, &final, config);
	config_delete(gone);
}

static bool output_equal(const struct output *a, const struct output *b)
{
	return a->size == b->size && a->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static void begin_transaction(struct keeper *keeper, struct config *config)
{
	struct transaction *transaction = &keeper->transaction;

	keeper->wanted = config;
	keeper->busy = true;
	transaction->vici = keeper->vici;
	transaction->state = &keeper->state;
	transaction->from = keeper->applied ? &keeper->applied->target : NULL;
	transaction->to = &config->target;
	transaction->agent = (struct slice){config->document.bytes, config->document.size};
	transaction->same =
	    keeper->applied && keeper->state.current &&
	    output_equal(&keeper->applied->document, &config->document) &&
	    credentials_equal(&keeper->applied->target.credentials, &config->target.credentials);
	transaction->done = on_done;
	transaction->context = keeper;
	if (keeper->places->persist && !transaction->dry_run) {
		transaction->beside = &keeper->beside;
		transaction->beside_error = write_beside(keeper, config);
	}
	if (transaction->beside_error)
		on_done(keeper, &(struct apply_outcome){.result = APPLY_BROKEN, .id = -1});
	else
		transaction_begin(transaction);
}

void keeper_apply(struct keeper *keeper, struct config *config, bool dry_run,
		  void (*done)(void *context, const struct apply_outcome *outcome,
			       const struct config *config),
		  void *context)
{
	transaction_free(&keeper->transaction);
	keeper->transaction = (struct transaction){.dry_run = dry_run};
	keeper->done = done;
	keeper->context = context;
	begin_transaction(keeper, config);
}

bool keeper_go_back(struct keeper *keeper, unsigned generation,
		    void (*done)(void *context, const struct apply_outcome *outcome,
				 const struct config *config),
		    void *context)
{
	struct config *config = read_generation(keeper, generation);

	keeper->lacks = false;
	if (!config)
		return false;
	transaction_free(&keeper->transaction);
	keeper->transaction =
	    (struct transaction){.generation = generation, .goes_back = !generation};
	keeper->done = done;
	keeper->context = context;
	begin_transaction(keeper, config);
	return true;
}

/* A tunnel that is suspect is begun anew, whatever charon has of it. */
bool keeper_restart(struct keeper *keeper, int id,
		    void (*done)(void *context, const struct apply_outcome *outcome,
				 const struct config *config),
		    void *context)
{
	const struct target *target = keeper->applied ? &keeper->applied->target : NULL;
	bool any = false;

	for (size_t i = 0; target && i < target->count; i++) {
		if (id >= 0 && target->tunnels[i].id != id)
			continue;
		any = true;
		if (!state_suspect(&keeper->state, target->tunnels[i].id)) {
			snprintf(keeper->why, sizeof(keeper->why), "out of memory");
			return false;
		}
	}
	if (any)
		return keeper_go_back(keeper, keeper->state.current, done, context);
	keeper->lacks = true;
	if (id >= 0)
		snprintf(keeper->why, sizeof(keeper->why), "no tunnel %d is applied and enabled",
			 id);
	else
		snprintf(keeper->why, sizeof(keeper->why), "no tunnel is applied and enabled");
	return false;
}

const struct plan *keeper_plan(const struct keeper *keeper)
{
	return &keeper->transaction.plan;
}
