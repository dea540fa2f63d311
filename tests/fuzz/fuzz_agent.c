/* SPDX-License-Identifier: ISC */
/*
 * Any bytes to the runtime's reader of agent configuration: it ends in a model that every backend
 * may use, or in an error with a line, and never in a message that holds what terminals obey.
 */
#include "backends/swanctl.h"
#include "compiler/agent/read.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_supported(const struct model *model)
{
	struct backend_refusal refusal;

	for (size_t i = 0; i < model->count; i++) {
		if (model->tunnels[i]->enabled &&
		    !swanctl_supports(model, model->tunnels[i], &refusal))
			return false;
	}
	return true;
}

static void emit(const struct model *model)
{
	struct output output;

	output_init(&output);
	swanctl_emit(model, &output);
	assert(!output.failed && output.size);
	output_free(&output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text *text = text_new("-", (const char *)data, size);
	struct agent *agent = text ? agent_new(text) : NULL;

	assert(agent);
	if (!agent_read(agent))
		assert(agent->error.line > 0 && *agent->error.message);
	else if (is_supported(agent->model))
		emit(agent->model);
	agent_free(agent);
	return 0;
}
