/* SPDX-License-Identifier: ISC */
#include "compiler/command/publish.h"

#include "compiler/base/cli.h"
#include "compiler/base/files.h"

#include <string.h>

int publish_output(const struct output *output, const char *path)
{
	struct files_output file = {.stream = NULL};
	int error = files_output_open(&file, path, output->has_secrets);

	if (!error) {
		fwrite(output->bytes, 1, output->size, file.stream);
		error = files_output_finish(&file);
	}
	if (!error)
		error = files_output_commit(&file);
	files_output_close(&file);
	return cli_written(EXIT_OK, strcmp(path, "-") == 0 ? "standard output" : path, error);
}
