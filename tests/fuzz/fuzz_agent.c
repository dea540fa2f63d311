/* SPDX-License-Identifier: ISC */
/*
 * Any bytes to the runtime's reader of agent configuration and the rules: it ends in a model that
 * every backend may use, or in an error with a line, and never in a message that holds what
 * terminals obey.
 */
#include "backends/swanctl.h"
#include "compiler/agent/read.h"
#include "compiler/compilation/artefact.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void emit(const struct model *model)
{
	struct output output;

	output_init(&output);
	swanctl_emit(model, &output);
	assert(!output.failed && output.size);
	output_free(&output);
}

static void check_why(struct compilation *compilation)
{
	char why[512], *end;

	artefact_why(compilation, "-", why, sizeof(why));
	assert(strncmp(why, "-:", 2) == 0 && strtoul(why + 2, &end, 10) > 0);
	assert(strncmp(end, ": error: ", 9) == 0);
	for (const char *at = why; *at; at++)
		assert((unsigned char)*at >= 0x20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text *text = text_new("-", (const char *)data, size);
	struct compilation *compilation = text ? compilation_new_agent(text, agent_read) : NULL;

	assert(compilation);
	artefact_check(compilation, swanctl_supports);
	if (compilation_is_refused(compilation))
		check_why(compilation);
	else
		emit(compilation->model);
	compilation_free(compilation);
	return 0;
}
