/* SPDX-License-Identifier: ISC */
#include "compiler/command/complaint.h"

#include "compiler/base/cli.h"
#include "compiler/base/sink.h"
#include "compiler/compilation/artefact.h"
#include "compiler/report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Standard error is not buffered, and a report is many small pieces. */
static FILE *open_report(void)
{
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

	if (!out && fd >= 0)
		close(fd);
	return out;
}

int complaint_write(const char *path, struct compilation *compilation)
{
	const struct report_settings settings = {.writer = &report_writer_text,
						 .colour = report_wants_colour(STDERR_FILENO),
						 .version = WEIPSEC_VERSION};
	FILE *out = open_report();
	int error;

	artefact_report(compilation, path, &settings, out ? out : stderr);
	if (!out)
		return EXIT_OK;
	errno = 0;
	(void)fflush(out); /* who failed says so, now or before */
	error = sink_why(out);
	if (fclose(out) != 0 && !error)
		error = errno;
	return error == EBADF ? EXIT_OK : cli_written(EXIT_OK, "standard error", error);
}
