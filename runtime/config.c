/* SPDX-License-Identifier: ISC */
#include "runtime/config.h"

#include "backends/swanctl.h"

#include <stdio.h>
#include <string.h>

/* What charon cannot express refuses the whole: a missing tunnel leaks. */
static void add_refusals(struct config *config)
{
	for (size_t i = 0; i < config->model->count; i++) {
		const struct tunnel *tunnel = config->model->tunnels[i];
		struct backend_refusal refusal = {.at = tunnel->header};

		if (!tunnel->enabled || swanctl_supports(tunnel, &refusal))
			continue;
		finding_tunnel(finding_add(config->source.findings, WI613, refusal.at, "%s",
					   refusal.message),
			       tunnel->id);
	}
}

static bool has_errors(const struct config *config)
{
	return config->source.findings && config->source.findings->severities[SEVERITY_ERROR] > 0;
}

void config_read(struct config *config, const char *file, const char *pki)
{
	const struct surroundings surroundings = {.dialect = -1};

	memset(config, 0, sizeof(*config));
	source_open(&config->source, file, &surroundings, false);
	config->error = config->source.error;
	if (config->error) {
		snprintf(config->why, sizeof(config->why), "%s: %s", file,
			 strerror(config->error));
		return;
	}
	config->model = config->source.model;
	if (config->model && !has_errors(config))
		add_refusals(config);
	config->has_errors = !config->model || has_errors(config);
	if (config->has_errors)
		return;
	config->error = target_init(&config->target, config->model, pki);
	memcpy(config->why, config->target.why, sizeof(config->why));
}

void config_free(struct config *config)
{
	target_free(&config->target);
	source_close(&config->source);
	memset(config, 0, sizeof(*config));
}
