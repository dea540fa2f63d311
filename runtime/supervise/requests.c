/* SPDX-License-Identifier: ISC */
#include "runtime/supervise/requests.h"

#include "runtime/keep/outcome.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void refuse_client(struct control_client *client, enum apply_result result, const char *why)
{
	control_answer(client, outcome_refusal(result, why));
}

/* A member that is an integer from LEAST to MOST; WITHOUT if there is none, -2 for what is not. */
static int read_number(const json_t *request, const char *key, int most, int without)
{
	const json_t *value = json_object_get(request, key);

	if (!value || json_is_null(value))
		return without;
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > most)
		return -2;
	return (int)json_integer_value(value);
}

static void request_apply(struct jobs *jobs, struct job *job, const json_t *request)
{
	const json_t *document = json_object_get(request, "document");
	const char *file = json_string_value(json_object_get(request, "file"));
	struct config *config = calloc(1, sizeof(*config));

	job->config = config;
	job->file = file && file_is_regular(file) ? strdup(file) : NULL;
	job->confirm = read_number(request, "confirm", CONFIRM_MOST, 0);
	if (!config || !json_is_string(document) || job->confirm < 0 || (file && *file != '/')) {
		free(config);
		job->config = NULL;
		jobs_refuse(job, APPLY_BROKEN, "this is no configuration");
		return;
	}
	config_read_text(
	    config, text_new("document", json_string_value(document), json_string_length(document)),
	    jobs->keeper.places->pki);
	if (config->error || config->has_errors)
		jobs_refuse(job, config->error ? APPLY_BROKEN : APPLY_UNDONE, config_why(config));
	else if (jobs->confirm.phase != CONFIRM_NOTHING)
		jobs_refuse(job, APPLY_BROKEN, CONFIRM_PENDING);
}

static void request_confirm(struct jobs *jobs, struct control_client *client)
{
	const struct apply_outcome done = {.result = APPLY_DONE, .id = -1};

	if (!jobs_confirm(jobs)) {
		refuse_client(client, APPLY_UNDONE, "nothing waits to be confirmed");
		return;
	}
	control_answer(client, outcome_json(&done, NULL));
	jobs_work(jobs);
}

static void request_restart(struct job *job, const json_t *request)
{
	job->id = read_number(request, "tunnel", 65535, -1);
	if (job->id == -2)
		jobs_refuse(job, APPLY_UNDONE, "there is no such tunnel");
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

static void request_job(struct jobs *jobs, struct job *job, const json_t *request)
{
	if (job->kind == JOB_APPLY)
		request_apply(jobs, job, request);
	else if (job->kind == JOB_RESTART)
		request_restart(job, request);
	if (job->kind)
		jobs_ask(jobs, job);
}

static void on_request(void *context, struct control_client *client, json_t *request)
{
	struct requests *requests = context;
	const char *command = json_string_value(json_object_get(request, "command"));
	struct job job = {.kind = kind_of(command), .client = client};

	if (command && strcmp(command, "status") == 0)
		charon_answer_status(requests->charon, client);
	else if (command && strcmp(command, "confirm") == 0)
		request_confirm(requests->jobs, client);
	else if (!job.kind)
		refuse_client(client, APPLY_BROKEN, "there is no such command");
	else if (!charon_is_there(requests->charon))
		refuse_client(client, APPLY_BROKEN, "charon is out of reach");
	else if (jobs_is_taken(requests->jobs))
		refuse_client(client, APPLY_BROKEN, "another apply is at work");
	else
		request_job(requests->jobs, &job, request);
}

int requests_listen(struct requests *requests, struct jobs *jobs, struct charon *charon)
{
	requests->jobs = jobs;
	requests->charon = charon;
	requests->control =
	    control_new(jobs->keeper.loop, jobs->keeper.state.fd, on_request, requests);
	return requests->control ? 0 : errno;
}

void requests_free(struct requests *requests)
{
	control_free(requests->control);
}
