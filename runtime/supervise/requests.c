/* SPDX-License-Identifier: ISC */
/* What others ask of the supervisor through the control socket (docs/apply.md). */
#include "runtime/supervise/supervisor_parts.h"

#include "runtime/keep/outcome.h"
#include "runtime/system/clock.h"

#include <stdlib.h>
#include <string.h>

#define FRESH 500 /* milliseconds that what was seen is shown again without asking */

static void reply(struct control_client *client, enum apply_result result, const char *why)
{
	control_answer(client, outcome_refusal(result, why));
}

/* A member that is an integer from LEAST to MOST; WITHOUT if there is none, -2 for what is not. */
static int number(const json_t *request, const char *key, int most, int without)
{
	const json_t *value = json_object_get(request, key);

	if (!value || json_is_null(value))
		return without;
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > most)
		return -2;
	return (int)json_integer_value(value);
}

static void request_apply(struct supervisor *supervisor, struct job *job, const json_t *request)
{
	const json_t *document = json_object_get(request, "document");
	const char *file = json_string_value(json_object_get(request, "file"));
	struct config *config = calloc(1, sizeof(*config));

	job->config = config;
	job->file = file && supervisor_can_keep_to(file) ? strdup(file) : NULL;
	job->confirm = number(request, "confirm", STATE_DEADLINE_MOST, 0);
	if (!config || !json_is_string(document) || job->confirm < 0 || (file && *file != '/')) {
		free(config);
		job->config = NULL;
		supervisor_refuse(job, APPLY_BROKEN, "this is no configuration");
		return;
	}
	config_read_text(
	    config,
	    text_new("agent.xml", json_string_value(document), json_string_length(document)),
	    supervisor->places->pki);
	if (*config->why)
		supervisor_refuse(job, APPLY_BROKEN, config->why);
	else if (supervisor->unconfirmed)
		supervisor_refuse(job, APPLY_BROKEN,
				  "what was applied last waits for its confirmation");
}

static void request_confirm(struct supervisor *supervisor, struct control_client *client)
{
	const struct apply_outcome done = {.result = APPLY_DONE, .id = -1};
	char *file = supervisor->confirmed_file;

	if (!supervisor->unconfirmed || supervisor->goes_back) {
		reply(client, APPLY_UNDONE, "nothing waits to be confirmed");
		return;
	}
	supervisor->confirmed_file = NULL;
	supervisor_end_deadline(supervisor);
	if (file)
		supervisor_take_file(supervisor, file);
	supervisor_tell(supervisor, "confirmed");
	supervisor_work_soon(supervisor);
	control_answer(client, outcome_json(&done, NULL));
}

static void request_rollback(struct supervisor *supervisor, struct job *job)
{
	job->generation =
	    supervisor->unconfirmed
		? supervisor->before
		: state_previous(&supervisor->keeper.state, supervisor->keeper.state.current);
	if (!supervisor->unconfirmed && !job->generation)
		supervisor_refuse(job, APPLY_UNDONE, "there is nothing to go back to");
}

static void request_restart(struct job *job, const json_t *request)
{
	job->id = number(request, "tunnel", 65535, -1);
	if (job->id == -2)
		supervisor_refuse(job, APPLY_UNDONE, "there is no such tunnel");
}

static void request_status(struct supervisor *supervisor, struct control_client *client)
{
	bool fresh = supervisor->looked && clock_now() - supervisor->looked < FRESH;

	if (fresh || !*supervisor->version || supervisor->waiting_count == SUPERVISOR_WAITING_MAX) {
		control_answer(client, supervisor_status(supervisor));
		return;
	}
	supervisor->waiting[supervisor->waiting_count++] = client;
	supervisor_look(supervisor);
}

static enum job_kind kind_of(const char *command)
{
	static const struct {
		const char *command;
		enum job_kind kind;
	} kinds[] = {{"apply", JOB_APPLY}, {"rollback", JOB_ROLLBACK}, {"restart", JOB_RESTART}};

	for (size_t i = 0; command && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(command, kinds[i].command) == 0)
			return kinds[i].kind;
	}
	return JOB_NONE;
}

static void request_job(struct supervisor *supervisor, struct job *job, const json_t *request)
{
	if (job->kind == JOB_APPLY)
		request_apply(supervisor, job, request);
	else if (job->kind == JOB_ROLLBACK)
		request_rollback(supervisor, job);
	else
		request_restart(job, request);
	if (job->kind) {
		supervisor->asked = *job;
		supervisor_work(supervisor);
	}
}

void supervisor_request(void *context, struct control_client *client, json_t *request)
{
	struct supervisor *supervisor = context;
	const char *command = json_string_value(json_object_get(request, "command"));
	struct job job = {.kind = kind_of(command), .client = client};

	if (command && strcmp(command, "status") == 0)
		request_status(supervisor, client);
	else if (command && strcmp(command, "confirm") == 0)
		request_confirm(supervisor, client);
	else if (!job.kind)
		reply(client, APPLY_BROKEN, "there is no such command");
	else if (!*supervisor->version)
		reply(client, APPLY_BROKEN, "charon is out of reach");
	else if (supervisor->asked.kind || supervisor->now.client || supervisor->ends)
		reply(client, APPLY_BROKEN, "another apply is at work");
	else
		request_job(supervisor, &job, request);
}
