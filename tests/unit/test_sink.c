/* SPDX-License-Identifier: ISC */
/* Why a write failed is known when errno has gone.  Prints TAP. */
#include "compiler/base/files.h"
#include "compiler/base/sink.h"
#include "compiler/report/report.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More than stdio keeps. */
#define MUCH 100000

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d %s\n", holds ? "" : "not ", ++count, what);
}

static void write_much(FILE *out)
{
	char bytes[MUCH];

	memset(bytes, 'x', sizeof(bytes));
	fwrite(bytes, 1, sizeof(bytes), out);
}

/* A pipe that nobody reads any more. */
static FILE *left_pipe(void)
{
	int ends[2];

	if (pipe(ends) != 0)
		exit(2);
	close(ends[0]);
	return fdopen(ends[1], "w");
}

static void test_stdio(void)
{
	FILE *left = left_pipe(), *full = fopen("/dev/full", "w"), *sound = fopen("/dev/null", "w");

	if (!left || !full || !sound)
		exit(2);
	write_much(left);
	errno = 0;
	ok(sink_why(left) == EPIPE, "a pipe without a reader, when errno has gone");
	errno = ENOENT;
	ok(sink_why(left) == EPIPE, "the same, when it is another's");
	write_much(full);
	ok(sink_why(full) == ENOSPC, "a full device, at once");
	errno = 0;
	ok(sink_why(full) == ENOSPC, "and when errno has gone, by another try");
	write_much(sound);
	errno = EBADF;
	ok(sink_why(sound) == 0, "what did not fail");
	fclose(left);
	fclose(full);
	fclose(sound);
}

/* What files_output_finish() says of PATH when something else failed meanwhile. */
static int finish(const char *path, bool secret, int meanwhile)
{
	struct files_output output;
	int error = files_output_open(&output, path, secret);

	if (error)
		return error;
	write_much(output.stream);
	errno = meanwhile;
	error = files_output_finish(&output);
	files_output_close(&output);
	return error;
}

static void test_report(void)
{
	static const struct report_settings settings = {.writer = &report_writer_text};
	struct report report;
	FILE *left = left_pipe();

	report_begin(&report, &settings, left);
	write_much(left);
	errno = ENOENT;
	ok(report_end(&report) == EPIPE, "a report whose reader has gone");
	fclose(left);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_stdio();
	for (int secret = 0; secret < 2; secret++) {
		ok(finish("/dev/full", secret, 0) == ENOSPC, "an output, when errno has gone");
		ok(finish("/dev/full", secret, ENOENT) == ENOSPC,
		   "an output, when errno is another's");
		ok(finish("/dev/null", secret, ENOENT) == 0, "an output that is sound");
	}
	test_report();
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
