/* SPDX-License-Identifier: ISC */
/*
 * The runtime's reader of agent configuration.  `test_agent FILE...' writes swanctl.conf of each
 * file, or says `FILE:LINE: error: ...' and fails; tests/bats/agent.bats compares that with what
 * weipsec makes.
 */
#include "backends/swanctl.h"
#include "compiler/agent/read.h"
#include "compiler/base/files.h"

#include <stdio.h>
#include <stdlib.h>

static int write_swanctl(const struct model *model)
{
	struct output output;
	int failed;

	output_init(&output);
	swanctl_emit(model, &output);
	failed = output.failed;
	fwrite(output.bytes, 1, output.size, stdout);
	output_free(&output);
	return failed;
}

static int read_file(const char *path)
{
	struct text *text = files_read(path);
	struct agent *agent = text ? agent_new(text) : NULL;
	int failed = 0;

	if (!agent) {
		perror(path);
		return 1;
	}
	if (agent_read(agent)) {
		failed = write_swanctl(agent->model);
	} else {
		fprintf(stderr, "%s:%u: error: %s\n", path, (unsigned)agent->error.line,
			agent->error.message);
		failed = 1;
	}
	agent_free(agent);
	return failed;
}

int main(int argc, char **argv)
{
	int failures = 0;

	for (int i = 1; i < argc; i++)
		failures += read_file(argv[i]);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
