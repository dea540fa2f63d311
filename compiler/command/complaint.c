/* SPDX-License-Identifier: ISC */
#include "compiler/command/complaint.h"

#include "compiler/compilation/artefact.h"
#include "compiler/report/report.h"

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

void complaint_write(const char *path, struct compilation *compilation)
{
	const struct report_settings settings = {.writer = &report_writer_text,
						 .colour = report_wants_colour(STDERR_FILENO),
						 .version = WEIPSEC_VERSION};
	FILE *out = open_report();

	if (!out)
		return;
	artefact_report(compilation, path, &settings, out);
	fclose(out);
}
