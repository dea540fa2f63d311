/* SPDX-License-Identifier: ISC */
#include "compiler/command/publish.h"

#include "compiler/base/cli.h"
#include "compiler/base/files.h"

#include <string.h>

int publish_file(const char *path, bool secret, publish_fill *fill, void *context)
{
	struct files_output file = {.stream = NULL};
	int error = files_output_open(&file, path, secret);

	if (!error) {
		error = fill(context, &file);
		if (error > 0 && file.sink.error) /* of which all else came */
			error = file.sink.error;
	}
	if (!error)
		error = files_output_finish(&file);
	if (!error)
		error = files_output_commit(&file);
	files_output_close(&file);
	if (error == PUBLISH_TOLD)
		return EXIT_FAILED;
	return cli_written(EXIT_OK, strcmp(path, "-") == 0 ? "standard output" : path, error);
}

static int fill_output(void *context, struct files_output *file)
{
	const struct output *output = context;

	fwrite(output->bytes, 1, output->size, file->stream);
	return 0;
}

int publish_output(const struct output *output, const char *path)
{
	return publish_file(path, output->has_secrets, fill_output, (void *)output);
}
