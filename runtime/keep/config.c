/* SPDX-License-Identifier: ISC */
#include "runtime/keep/config.h"

#include "backends/agent_write.h"
#include "backends/swanctl.h"
#include "compiler/agent/place.h"
#include "compiler/base/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void refuse(struct config *config, const char *file, uint32_t line, const char *message)
{
	config->has_errors = true;
	if (line)
		snprintf(config->why, sizeof(config->why), "%.200s:%u: error: %.250s", file,
			 (unsigned)line, message);
	else
		snprintf(config->why, sizeof(config->why), "%.200s: error: %.250s", file, message);
}

static void fail(struct config *config, int error, const char *what)
{
	config->error = error;
	snprintf(config->why, sizeof(config->why), "%.200s: %.100s", what, strerror(error));
}

/* ---- CLI text ---- */

/* What charon cannot express refuses the whole: a missing tunnel leaks. */
static void add_refusals(struct config *config)
{
	struct findings *findings = &config->compilation->findings;

	for (size_t i = 0; i < config->model->count; i++) {
		const struct tunnel *tunnel = config->model->tunnels[i];
		struct backend_refusal refusal = {.at = tunnel->header};

		if (!tunnel->enabled || swanctl_supports(config->model, tunnel, &refusal))
			continue;
		finding_tunnel(finding_add(findings, WI613, refusal.at, "%s", refusal.message),
			       tunnel->id);
	}
}

static bool is_empty(const struct text *text)
{
	size_t at = 0;

	while (at < text->size && strchr(" \t\r\n", text->bytes[at]) && text->bytes[at])
		at++;
	return at == text->size;
}

static void read_cli(struct config *config, struct text *text)
{
	const struct surroundings surroundings = {.dialect = -1, .is_thrifty = true};
	const char *name = text->name;

	if (is_empty(text)) { /* of a copy or a pipe that failed; who wants no tunnel writes so */
		refuse(config, name, 0, "it is empty; 'tunnel' alone stands for no tunnel at all");
		text_free(text);
		return;
	}
	config->compilation = compilation_new(text, &surroundings);
	if (!config->compilation) {
		fail(config, ENOMEM, name);
		return;
	}
	config->model = config->compilation->model;
	if (!config->compilation->findings.severities[SEVERITY_ERROR])
		add_refusals(config);
	config->has_errors = config->compilation->findings.severities[SEVERITY_ERROR] > 0;
}

/* ---- agent configuration ---- */

static void check_refusals(struct config *config, const char *name)
{
	for (size_t i = 0; i < config->model->count && !config->has_errors; i++) {
		const struct tunnel *tunnel = config->model->tunnels[i];
		struct backend_refusal refusal;

		if (tunnel->enabled && !swanctl_supports(config->model, tunnel, &refusal))
			refuse(config, name, agent_place_tunnel(config->agent->text, i),
			       refusal.message);
	}
}

static void read_agent(struct config *config, struct text *text)
{
	const char *name = text->name;

	config->agent = agent_new(text);
	if (!config->agent || (!agent_read(config->agent) && config->agent->error.memory)) {
		fail(config, ENOMEM, name);
	} else if (*config->agent->error.message) {
		refuse(config, name, config->agent->error.line, config->agent->error.message);
	} else {
		config->model = config->agent->model;
		check_refusals(config, name);
	}
}

/* ---- both ---- */

/* What the tunnel ID names can be read, and is of no use. */
static void refuse_tunnel(struct config *config, const char *name, int id, const char *why)
{
	const struct tunnel *tunnel = config_tunnel(config, id);
	size_t index = 0;

	config->error = 0;
	config->has_errors = true;
	if (config->compilation) {
		finding_tunnel(
		    finding_add(&config->compilation->findings, WI613, tunnel->header, "%s", why),
		    id);
		return;
	}
	while (config->model->tunnels[index] != tunnel)
		index++;
	refuse(config, name, agent_place_tunnel(config->agent->text, index), why);
}

void config_read_model(struct config *config, struct text *text)
{
	memset(config, 0, sizeof(*config));
	output_init(&config->document);
	if (!text)
		fail(config, ENOMEM, "configuration");
	else if (agent_is_document(text))
		read_agent(config, text);
	else
		read_cli(config, text);
}

static void read_all(struct config *config, struct text *text, const char *pki, bool kept)
{
	config_read_model(config, text);
	if (config->error || config->has_errors)
		return;
	agent_write(config->model, &config->document);
	if (config->document.failed) {
		fail(config, ENOMEM, "configuration");
		return;
	}
	config->error = target_init(&config->target, config->model, pki, kept);
	if (config->error && config->target.id >= 0)
		refuse_tunnel(config, text->name, config->target.id, config->target.why);
	else if (config->error)
		snprintf(config->why, sizeof(config->why), "%s", config->target.why);
}

void config_read_text(struct config *config, struct text *text, const char *pki)
{
	read_all(config, text, pki, false);
}

void config_read_kept(struct config *config, struct text *text, const char *pki)
{
	read_all(config, text, pki, true);
}

void config_read(struct config *config, const char *file, const char *pki)
{
	struct text *text = files_read(file);

	if (text) {
		config_read_text(config, text, pki);
		return;
	}
	memset(config, 0, sizeof(*config));
	fail(config, errno, file);
}

void config_free(struct config *config)
{
	target_free(&config->target);
	output_free(&config->document);
	compilation_free(config->compilation);
	agent_free(config->agent);
	memset(config, 0, sizeof(*config));
}

const struct tunnel *config_tunnel(const struct config *config, int id)
{
	for (size_t i = 0; config->model && i < config->model->count; i++) {
		if (config->model->tunnels[i]->id == id)
			return config->model->tunnels[i];
	}
	return NULL;
}
