/* SPDX-License-Identifier: ISC */
/*
 * The runtime's reader of agent configuration, with the rules behind it.  `test_agent FILE...'
 * writes swanctl.conf of each file, or says `FILE:LINE: error: ...' and fails;
 * tests/bats/agent.bats compares that with what weipsec makes.
 */
#include "backends/swanctl.h"
#include "compiler/agent/read.h"
#include "compiler/base/files.h"
#include "compiler/compilation/artefact.h"

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
	const struct surroundings surroundings = {.dialect = -1};
	struct text *text = files_read(path);
	struct compilation *compilation =
	    text ? artefact_read(text, &surroundings, agent_read) : NULL;
	char why[512];
	int failed = 0;

	if (!compilation) {
		perror(path);
		return 1;
	}
	artefact_check(compilation, swanctl_supports);
	failed = compilation_is_refused(compilation);
	if (failed) {
		artefact_why(compilation, path, why, sizeof(why));
		fprintf(stderr, "%s\n", why);
	} else {
		failed = write_swanctl(compilation->model);
	}
	compilation_free(compilation);
	return failed;
}

int main(int argc, char **argv)
{
	int failures = 0;

	for (int i = 1; i < argc; i++)
		failures += read_file(argv[i]);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
