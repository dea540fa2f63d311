/* SPDX-License-Identifier: ISC */
#include "compiler/report/part.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A stream that had to write more is not kept for the next file. */
#define KEPT_MOST ((size_t)1 << 20)

/* Makes STREAM empty.  Returns 0 or errno. */
static int stream_begin(struct part_stream *stream)
{
	if (stream->stream)
		return fseeko(stream->stream, 0, SEEK_SET) == 0 ? 0 : errno;
	stream->stream = open_memstream(&stream->bytes, &stream->size);
	return stream->stream ? 0 : errno;
}

static void stream_free(struct part_stream *stream)
{
	if (stream->stream)
		fclose(stream->stream);
	free(stream->bytes);
	memset(stream, 0, sizeof(*stream));
}

/* Lets `bytes' and `size' be what was written.  Returns 0 or errno. */
static int stream_end(struct part_stream *stream)
{
	return fflush(stream->stream) == 0 ? 0 : errno;
}

/* Puts COUNT elements, which may be those of a list, or none, behind the BEFORE that OUT has. */
static void stream_join(const struct part_stream *stream, FILE *out, size_t count, size_t *before)
{
	if (count && *before)
		fputc(',', out);
	*before += count;
	fwrite(stream->bytes, 1, stream->size, out);
}

void part_write(struct part *part, const struct report_settings *settings,
		const struct report_file *file)
{
	struct report *report = &part->report;
	int error = stream_begin(&part->out);

	error = error ? error : stream_begin(&part->spool);
	*report = (struct report){.settings = settings,
				  .writer = settings->writer,
				  .out = part->out.stream,
				  .spool = part->spool.stream,
				  .error = error};
	report_file(report, file);
	if (!report->error)
		report->error = stream_end(&part->out);
	if (!report->error)
		report->error = stream_end(&part->spool);
}

size_t part_size(const struct part *part)
{
	return part->out.size + part->spool.size;
}

static void add_counts(struct report *report, const struct report *more)
{
	for (int severity = SEVERITY_NOTE; severity <= SEVERITY_ERROR; severity++)
		report->severities[severity] += more->severities[severity];
	report->failed += more->failed;
	report->truncated += more->truncated;
	report->suppressed += more->suppressed;
	report->baselined += more->baselined;
	report->hushed += more->hushed;
	report->fails = report->fails || more->fails;
	for (int rule = 0; rule < RULE_COUNT; rule++)
		report->rules[rule] += more->rules[rule];
	if (!report->error)
		report->error = more->error;
}

void part_join(struct part *part, struct report *report)
{
	const struct report *own = &part->report;

	add_counts(report, own);
	errno = 0;
	if (!report->error)
		stream_join(&part->out, report->out, own->listed, &report->listed);
	if (!report->error && report->spool)
		stream_join(&part->spool, report->spool, own->spooled, &report->spooled);
	report_note_error(report);
	if (own->error || part_size(part) > KEPT_MOST)
		part_free(part);
}

void part_free(struct part *part)
{
	stream_free(&part->out);
	stream_free(&part->spool);
}
