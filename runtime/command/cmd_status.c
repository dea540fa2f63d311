/* SPDX-License-Identifier: ISC */
#include "runtime/command/commands.h"

#include "compiler/base/json.h"
#include "compiler/base/printable.h"
#include "runtime/command/setup.h"
#include "runtime/command/view.h"
#include "runtime/status/layout.h"
#include "runtime/status/metrics.h"
#include "runtime/status/status.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { JSON = SETUP_COUNT, METRICS, WATCH };

static const struct cli_option options[] = {
    SETUP_OPTIONS,
    [JSON] = {"json", 0, NULL, "all there is, as JSON"},
    [METRICS] = {"metrics", 0, NULL, "the same as metrics, in the text format of Prometheus"},
    [WATCH] = {"watch", 0, NULL, "stay: a terminal shows it anew, others get a line a change"},
    {0},
};

#define WATCH_EVERY 1000 /* milliseconds */

struct showing {
	struct places places;
	bool json;
	bool metrics;
	bool watch;
	int id; /* or VIEW_ALL */
};

/* All of it, as it is. */
static bool is_for_programs(const struct showing *showing)
{
	return showing->json || showing->metrics;
}

/* ---- printing ---- */

static const char *member(const json_t *object, const char *key)
{
	const char *string = json_string_value(json_object_get(object, key));

	return string ? string : "";
}

static bool is_enabled(const json_t *tunnel)
{
	return json_is_true(json_object_get(tunnel, "enabled"));
}

static bool is_up(const json_t *tunnel)
{
	return strcmp(member(tunnel, "state"), status_name(TUNNEL_INSTALLED)) == 0;
}

static void print_line(FILE *out, const char *text)
{
	printable_puts(out, text);
	fputc('\n', out);
}

/* The guide writes the state in capitals here. */
static void print_state(FILE *out, const json_t *document)
{
	const json_t *tunnel = json_array_get(json_object_get(document, "tunnels"), 0);
	int id = (int)json_integer_value(json_object_get(tunnel, "id"));
	const char *open = strchr(member(tunnel, "state"), '('), *why = member(tunnel, "why");
	const json_t *warning;
	size_t i;

	fprintf(out, "Current state for tunnel ipsec%d is %s%s.\n", id,
		is_up(tunnel) ? "UP" : "DOWN", open ? open : "");
	if (*why)
		print_line(out, why);
	json_array_foreach(json_object_get(tunnel, "warnings"), i, warning) {
		print_line(out, member(warning, "text"));
	}
	status_print_expiries(out, document, tunnel, 0);
}

static void print_details(FILE *out, const struct view *view, int id)
{
	const struct running_tunnel *running = running_find(&view->running, id);
	const struct layout to = {.out = out, .model = view->applied.model};
	char name[16];
	struct slice slice = {name, 0};

	slice.length = (size_t)snprintf(name, sizeof(name), "ipsec%d", id);
	if (running && running->sas) {
		fprintf(out, "Security-Association(SA) details:\n");
		for (const struct running_sa *sa = running->sas; sa; sa = sa->next)
			layout_sa(&to, slice, sa->section);
	}
	if (running && running->has_connection) {
		fprintf(out, "Loaded configuration for the connection:\n");
		layout_connection(&to, slice, running->connection);
	}
}

static void print(FILE *out, const struct showing *showing, const struct view *view)
{
	if (showing->json) {
		json_write(out, json_incref(view->document));
		fputc('\n', out);
	} else if (showing->metrics) {
		metrics_print(out, view->document);
	} else if (showing->id == VIEW_ALL) {
		status_print_table(out, view->document);
	} else {
		print_state(out, view->document);
		print_details(out, view, showing->id);
	}
}

/* ---- showing ---- */

static int view_status(const struct view *view)
{
	const json_t *tunnel;
	size_t i;

	if (*view->why)
		return EXIT_FAILED;
	json_array_foreach(json_object_get(view->document, "tunnels"), i, tunnel)
	{
		if (is_enabled(tunnel) && !is_up(tunnel))
			return EXIT_FINDINGS;
	}
	return EXIT_OK;
}

static int show_status(const struct showing *showing)
{
	enum view_part part = is_for_programs(showing)	? VIEW_DOCUMENT
			      : showing->id != VIEW_ALL ? VIEW_DETAILS
							: VIEW_STATES;
	struct view view;
	int status = view_take(&view, &showing->places, showing->id, part);

	if (status == EXIT_OK && *view.why)
		cli_complain("%s", view.why);
	if (status == EXIT_OK || (view.document && !view.applied.model))
		print(stdout, showing, &view);
	if (status == EXIT_OK)
		status = view_status(&view);
	view_free(&view);
	return cli_flush(status);
}

/* ---- watching: a line a change ---- */

static const json_t *find_enabled(const json_t *document, const json_t *like)
{
	const json_t *tunnel;
	size_t i;

	json_array_foreach(json_object_get(document, "tunnels"), i, tunnel)
	{
		if (is_enabled(tunnel) &&
		    json_equal(json_object_get(tunnel, "id"), json_object_get(like, "id")))
			return tunnel;
	}
	return NULL;
}

static bool is_same(const json_t *a, const json_t *b)
{
	return a && b && strcmp(member(a, "state"), member(b, "state")) == 0 &&
	       strcmp(member(a, "why"), member(b, "why")) == 0 &&
	       json_equal(json_object_get(a, "warnings"), json_object_get(b, "warnings"));
}

static void print_change(FILE *out, const json_t *tunnel, const char *what)
{
	fprintf(out, "ipsec%d: %s", (int)json_integer_value(json_object_get(tunnel, "id")), what);
}

/* Behind its state: why, or its warnings, and the end of the line. */
static void print_told(FILE *out, const json_t *tunnel)
{
	const char *before = ": ";
	const json_t *warning;
	size_t i;

	if (*member(tunnel, "why")) {
		fputs(before, out);
		printable_puts(out, member(tunnel, "why"));
	}
	json_array_foreach(json_object_get(tunnel, "warnings"), i, warning)
	{
		fputs(before, out);
		printable_puts(out, member(warning, "text"));
		before = "; ";
	}
	fputc('\n', out);
}

/* A line for each tunnel of DOCUMENT that is not as it was BEFORE (or NULL), and for each that
 * went. */
static void print_changes(FILE *out, const json_t *before, const json_t *document)
{
	const json_t *tunnel;
	size_t i;

	json_array_foreach(json_object_get(before, "tunnels"), i, tunnel)
	{
		if (is_enabled(tunnel) && !find_enabled(document, tunnel))
			print_change(out, tunnel, "removed\n");
	}
	json_array_foreach(json_object_get(document, "tunnels"), i, tunnel)
	{
		if (!is_enabled(tunnel) || is_same(find_enabled(before, tunnel), tunnel))
			continue;
		print_change(out, tunnel, member(tunnel, "state"));
		print_told(out, tunnel);
	}
}

/* What the lines are, the whole document is, if there is any, or if charon came or went. */
static void print_changed_document(const json_t *before, const struct showing *showing,
				   const struct view *view)
{
	char *lines = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&lines, &size);

	if (!out)
		return;
	print_changes(out, before, view->document);
	fclose(out);
	if (!before || size ||
	    !json_equal(json_object_get(before, "charon"),
			json_object_get(view->document, "charon")))
		print(stdout, showing, view);
	free(lines);
}

/* WAS is true if charon was out of reach before. */
static void tell_of_charon(const struct view *view, bool was)
{
	if (*view->why && !was)
		cli_complain("%s", view->why);
	else if (!*view->why && was)
		cli_complain("charon is back");
}

/* ---- watching: a terminal ---- */

/* LINE (as it is printable) without what is right of the terminal's edge. */
static void put_cut(const char *line, size_t columns)
{
	size_t length = 0;

	for (; line[length] && line[length] != '\n'; length++) {
		if (((unsigned char)line[length] & 0xc0) != 0x80 && columns-- == 0)
			break;
	}
	fwrite(line, 1, length, stdout);
	fputs("\033[K\n", stdout); /* what was there before */
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	while ((text = strchr(text, '\n'))) {
		count++;
		text++;
	}
	return count;
}

/* TEXT from the upper left corner on, as much of it as the terminal has room for. */
static void put_screen(const char *text)
{
	struct winsize size = {0};
	bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 2 && size.ws_col;
	/* the cursor stands in the last row, and at the edge it would clear what it wrote last */
	size_t rows = known ? size.ws_row - 1u : SIZE_MAX;
	size_t columns = known ? size.ws_col - 1u : SIZE_MAX;
	size_t count = count_lines(text), fit = count <= rows ? count : rows - 1;

	fputs("\033[H", stdout);
	for (size_t i = 0; i < fit; i++) {
		put_cut(text, columns);
		text = strchr(text, '\n') + 1;
	}
	if (fit < count)
		printf("... %zu more lines\033[K\n", count - fit);
	fputs("\033[J", stdout);
}

static void redraw(const struct showing *showing, const struct view *view)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	print(out, showing, view);
	printable_puts(out, view->why);
	fputs(*view->why ? "\n" : "", out);
	fclose(out);
	if (text)
		put_screen(text);
	free(text);
}

/* ---- watching ---- */

static void end(int signal)
{
	(void)signal;
	_exit(EXIT_OK); /* each look was flushed */
}

/* False if nobody reads any longer. */
static bool sleep_for_reader(void)
{
	struct pollfd reader = {.fd = STDOUT_FILENO};

	return poll(&reader, 1, WATCH_EVERY) <= 0;
}

static int watch(const struct showing *showing)
{
	bool redraws = isatty(STDOUT_FILENO) && !is_for_programs(showing), was_away = false;
	enum view_part part = redraws && showing->id != VIEW_ALL ? VIEW_DETAILS : VIEW_STATES;
	json_t *before = NULL;
	struct view view;
	int status;

	signal(SIGINT, end);
	signal(SIGTERM, end);
	do {
		status = view_take(&view, &showing->places, showing->id, part);
		if (status != EXIT_OK)
			break;
		if (redraws) {
			redraw(showing, &view);
		} else {
			tell_of_charon(&view, was_away);
			if (is_for_programs(showing))
				print_changed_document(before, showing, &view);
			else
				print_changes(stdout, before, view.document);
		}
		was_away = *view.why;
		json_decref(before);
		before = json_incref(view.document);
		view_free(&view);
		status = cli_flush(EXIT_OK);
	} while (status == EXIT_OK && sleep_for_reader());
	json_decref(before);
	view_free(&view);
	return status;
}

static int run_status(const struct cli_command *command, int argc, char **argv)
{
	struct showing showing = {.places = places_default, .id = VIEW_ALL};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option;

	while ((option = setup_next(&showing.places, &cli)) >= 0) {
		showing.json = showing.json || option == JSON;
		showing.metrics = showing.metrics || option == METRICS;
		showing.watch = showing.watch || option == WATCH;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (showing.json && showing.metrics)
		return cli_misuse(command, "--json or --metrics, not both");
	if (setup_read_id(&cli, &showing.id) != EXIT_OK)
		return EXIT_MISUSE;
	return showing.watch ? watch(&showing) : show_status(&showing);
}

const struct cli_command cli_status = {
    .name = "status",
    .operands = "[ID]",
    .line = "Shows the tunnels that are applied, as `show ipsec' of WeOS does",
    .more =
	"With ID it shows the state of one tunnel, its SAs and what charon has loaded.  What\n"
	"it says of why a tunnel is down, or of what is not well with one that is up, a running\n"
	"supervisor knows from charon's log.  The exit status does not tell of the latter.\n"
	"\n"
	"Exit status: 0 all enabled tunnels are up, 1 some are down, nothing is applied (which\n"
	"--json and --metrics say, too), or no such tunnel, 2 charon or a file is out of reach,\n"
	"64 wrong usage.\n",
    .options = options,
    .run = run_status,
};
