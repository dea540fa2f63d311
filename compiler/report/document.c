/* SPDX-License-Identifier: ISC */
#include "compiler/report/document.h"

#include "compiler/base/json.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file without a name; memory serves where there is no folder for one. */
static FILE *spool_open(void)
{
	FILE *spool = tmpfile();
	int fd;

	if (spool)
		return spool;
	fd = memfd_create("weipsec", MFD_CLOEXEC);
	spool = fd < 0 ? NULL : fdopen(fd, "w+");
	if (!spool && fd >= 0)
		close(fd);
	return spool;
}

void document_spool(struct report *report)
{
	report->spool = spool_open();
	if (!report->spool)
		report->error = errno;
}

void document_copy_spool(struct report *report)
{
	char buffer[1 << 14];
	size_t size;

	if (fflush(report->spool) != 0 || fseek(report->spool, 0, SEEK_SET) != 0) {
		report->error = errno;
		return;
	}
	while ((size = fread(buffer, 1, sizeof(buffer), report->spool)) > 0 &&
	       fwrite(buffer, 1, size, report->out) == size)
		;
}

static void write_json(struct report *report, FILE *out, json_t *json)
{
	if (!json_write(out, json))
		report->error = ENOMEM;
}

void document_write(struct report *report, json_t *json)
{
	write_json(report, report->out, json);
}

void document_list(struct report *report, json_t *json)
{
	fputs(report->listed++ ? ",\n" : "\n", report->out);
	write_json(report, report->out, json);
}

void document_list_spooled(struct report *report, json_t *json)
{
	fputs(report->spooled++ ? ",\n" : "\n", report->spool);
	write_json(report, report->spool, json);
}
