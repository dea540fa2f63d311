/* SPDX-License-Identifier: ISC */
#include "runtime/commands.h"

#include "compiler/json.h"
#include "compiler/printable.h"
#include "runtime/config.h"
#include "runtime/control.h"
#include "runtime/layout.h"
#include "runtime/setup.h"
#include "runtime/status.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JSON = SETUP_COUNT, WATCH };

static const struct cli_option options[] = {
    SETUP_OPTIONS,
    [JSON] = {"json", 0, NULL, "all there is, as JSON"},
    [WATCH] = {"watch", 0, NULL, "stay: a terminal shows it anew, others get a line a change"},
    {0},
};

#define SUPERVISOR_TIME 15 /* seconds; it waits 10 for charon itself */
#define WATCH_EVERY 1	   /* second */

/* An exchange that is open longer than charon waits for an answer is being retransmitted. */
#define WAIT_STEP 250 /* milliseconds */
#define WAIT_STEPS 17 /* 4.25 s: charon.retransmit_timeout is 4 s */

struct showing {
	const struct cli_command *command;
	struct setup setup;
	bool json;
	bool watch;
	int id; /* -1: all */
	struct state state;
	struct config applied;
	uev_ctx_t loop;
	uev_t timer;
	struct vici *vici;
	struct running running;
	char version[64];
	const char *why; /* charon could not be asked */
	bool *waits;	 /* by tunnel: since the first look */
	int steps;
	json_t *served; /* the supervisor's document, or NULL */
};

/* ---- asking charon ---- */

/* A tunnel that waited in every look so far may be retransmitting; one that did not is not. */
static bool still_waits(struct showing *showing)
{
	const struct model *model = showing->applied.model;
	bool any = false;

	for (size_t i = 0; i < model->count; i++) {
		struct status_summary summary =
		    status_of(running_find(&showing->running, model->tunnels[i]->id));

		showing->waits[i] = summary.waits && (showing->steps == 0 || showing->waits[i]);
		any = any || showing->waits[i];
	}
	return any;
}

static void on_running(void *context, const char *why)
{
	struct showing *showing = context;

	showing->why = why;
	if (!why && !showing->served && still_waits(showing) && showing->steps++ < WAIT_STEPS)
		uev_timer_set(&showing->timer, WAIT_STEP, 0);
	else
		uev_exit(&showing->loop);
}

static void look(uev_t *watcher, void *context, int events)
{
	struct showing *showing = context;

	(void)watcher;
	(void)events;
	running_free(&showing->running);
	running_read(&showing->running, showing->vici, on_running, showing);
}

static void on_version(void *context, enum vici_status status, struct slice message)
{
	struct showing *showing = context;
	struct slice version = vici_get(message, "version");

	if (status != VICI_DONE || !version.at)
		return;
	snprintf(showing->version, sizeof(showing->version), "%.*s", (int)version.length,
		 version.at);
}

static int ask_charon(struct showing *showing)
{
	const struct vici_call version = {
	    .command = "version", .message = {"", 0}, .reply = on_version, .context = showing};
	int status;

	if (uev_init(&showing->loop) != 0 ||
	    uev_timer_init(&showing->loop, &showing->timer, look, showing, 1, 0) != 0)
		return cli_written(STATUS_OK, "event loop", errno);
	showing->vici = vici_new(&showing->loop, NULL, NULL);
	if (!showing->vici)
		return cli_written(STATUS_OK, "charon", ENOMEM);
	status = setup_connect(&showing->setup, showing->command, showing->vici);
	if (status != STATUS_OK)
		return status;
	vici_call(showing->vici, &version);
	uev_run(&showing->loop, 0);
	if (!showing->why)
		return STATUS_OK;
	cli_complain("%s: %s", showing->setup.vici, showing->why);
	return STATUS_FAILED;
}

/* ---- what is known ---- */

/* The supervisor knows more than charon can be asked, above all why. */
static void ask_supervisor(struct showing *showing)
{
	json_t *answer = control_ask(showing->state.fd, json_pack("{s:s}", "command", "status"),
				     SUPERVISOR_TIME);

	/* an apply that waits for its confirmation listens too, and knows nothing of this */
	if (json_is_array(json_object_get(answer, "tunnels")))
		showing->served = answer;
	else
		json_decref(answer);
}

static struct status_summary summarize(const struct showing *showing, size_t index)
{
	struct status_summary summary =
	    status_of(running_find(&showing->running, showing->applied.model->tunnels[index]->id));

	if (showing->waits[index])
		summary.state = STATUS_RETRANSMISSION;
	return summary;
}

static json_t *make_document(const struct showing *showing, bool reached)
{
	const struct model *model = showing->applied.model;
	json_t *document = status_document(reached ? showing->version : NULL);
	json_t *tunnels = json_array();

	for (size_t i = 0; i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];
		struct status_summary summary = summarize(showing, i);

		json_append(&tunnels,
			    status_tunnel(tunnel, running_find(&showing->running, tunnel->id),
					  &summary, NULL));
	}
	json_put(&document, "tunnels", tunnels);
	return document;
}

/* ---- printing ---- */

static const char *member(const json_t *object, const char *key)
{
	const char *string = json_string_value(json_object_get(object, key));

	return string ? string : "";
}

static bool is_up(const json_t *tunnel)
{
	return strcmp(member(tunnel, "state"), status_name(STATUS_INSTALLED)) == 0;
}

/* The guide writes the state in capitals here. */
static void print_state(const json_t *tunnel)
{
	int id = (int)json_integer_value(json_object_get(tunnel, "id"));
	const char *open = strchr(member(tunnel, "state"), '('), *why = member(tunnel, "why");

	printf("Current state for tunnel ipsec%d is %s%s.\n", id, is_up(tunnel) ? "UP" : "DOWN",
	       open ? open : "");
	if (*why) {
		printable_puts(stdout, why);
		putchar('\n');
	}
}

static void print_details(const struct showing *showing)
{
	const struct running_tunnel *running = running_find(&showing->running, showing->id);
	char name[16];
	struct slice slice = {name, 0};

	slice.length = (size_t)snprintf(name, sizeof(name), "ipsec%d", showing->id);
	if (running && running->sas) {
		printf("Security-Association(SA) details:\n");
		for (const struct running_sa *sa = running->sas; sa; sa = sa->next)
			layout_sa(stdout, slice, sa->section);
	}
	if (running && running->has_connection) {
		printf("Loaded configuration for the connection:\n");
		layout_connection(stdout, slice, running->connection);
	}
}

static bool all_up(const json_t *document)
{
	const json_t *tunnel;
	size_t i;

	json_array_foreach(json_object_get(document, "tunnels"), i, tunnel)
	{
		if (json_is_true(json_object_get(tunnel, "enabled")) && !is_up(tunnel))
			return false;
	}
	return true;
}

static void print(const struct showing *showing, json_t *document)
{
	if (showing->json) {
		json_write(stdout, json_incref(document));
	} else if (showing->id < 0) {
		status_print_table(stdout, document);
	} else {
		print_state(json_array_get(json_object_get(document, "tunnels"), 0));
		print_details(showing);
	}
}

/* ---- what is applied ---- */

static int read_applied(struct showing *showing)
{
	int status = setup_read_applied(&showing->setup, &showing->state, &showing->applied);

	if (status != STATUS_OK)
		return status;
	assert(showing->applied.model);
	showing->waits = calloc(showing->applied.model->count + 1, sizeof(*showing->waits));
	return showing->waits ? STATUS_OK : cli_written(STATUS_OK, "status", ENOMEM);
}

/* ---- showing ---- */

static void release(struct showing *showing)
{
	vici_free(showing->vici);
	running_free(&showing->running);
	config_free(&showing->applied);
	state_close(&showing->state);
	free(showing->waits);
	json_decref(showing->served);
	showing->vici = NULL;
	showing->waits = NULL;
	showing->served = NULL;
	showing->why = NULL;
	showing->steps = 0;
}

/* Only the tunnel that is wanted stays in DOCUMENT. */
static void select_tunnel(const struct showing *showing, json_t *document)
{
	json_t *tunnels = json_object_get(document, "tunnels");

	for (size_t i = json_array_size(tunnels); showing->id >= 0 && i-- > 0;) {
		const json_t *id = json_object_get(json_array_get(tunnels, i), "id");

		if (json_integer_value(id) != showing->id)
			json_array_remove(tunnels, i);
	}
}

/* What there is to show; NULL, all said, with *STATUS to end with. */
static json_t *look_around(struct showing *showing, int *status)
{
	json_t *document;
	bool details = showing->id >= 0 && !showing->json && !showing->watch;

	*status = read_applied(showing);
	if (*status != STATUS_OK)
		return NULL;
	ask_supervisor(showing);
	if (!showing->served || details)
		*status = ask_charon(showing);
	if (*status == STATUS_MISUSE)
		return NULL;
	if (showing->served && !json_is_object(json_object_get(showing->served, "charon"))) {
		if (*status == STATUS_OK)
			cli_complain("%s: charon is out of reach", showing->setup.vici);
		*status = STATUS_FAILED;
	}
	document = showing->served ? json_incref(showing->served)
				   : make_document(showing, *status == STATUS_OK);
	select_tunnel(showing, document);
	if (*status == STATUS_OK && !all_up(document))
		*status = STATUS_FINDINGS;
	if (document && (showing->id < 0 || json_array_size(json_object_get(document, "tunnels"))))
		return document;
	json_decref(document);
	if (document)
		cli_complain("there is no tunnel %d", showing->id);
	*status = document ? STATUS_FINDINGS : cli_written(STATUS_OK, "status", ENOMEM);
	return NULL;
}

static int show(struct showing *showing)
{
	int status;
	json_t *document = look_around(showing, &status);

	if (document)
		print(showing, document);
	json_decref(document);
	release(showing);
	return status;
}

/* ---- watching ---- */

static void end(int signal)
{
	(void)signal;
	_exit(STATUS_OK); /* each look was flushed */
}

static const json_t *find_same(const json_t *document, const json_t *tunnel)
{
	const json_t *other;
	size_t i;

	json_array_foreach(json_object_get(document, "tunnels"), i, other)
	{
		if (json_equal(json_object_get(other, "id"), json_object_get(tunnel, "id")))
			return other;
	}
	return NULL;
}

static bool is_same(const json_t *a, const json_t *b)
{
	return a && b && strcmp(member(a, "state"), member(b, "state")) == 0 &&
	       strcmp(member(a, "why"), member(b, "why")) == 0;
}

/* A line for each tunnel that is not as it was BEFORE (or NULL). */
static bool print_changes(const json_t *before, const json_t *document, bool quiet)
{
	const json_t *tunnel;
	bool any = !before;
	size_t i;

	json_array_foreach(json_object_get(document, "tunnels"), i, tunnel)
	{
		if (!json_is_true(json_object_get(tunnel, "enabled")) ||
		    is_same(find_same(before, tunnel), tunnel))
			continue;
		any = true;
		if (quiet)
			continue;
		printf("ipsec%d: %s", (int)json_integer_value(json_object_get(tunnel, "id")),
		       member(tunnel, "state"));
		if (*member(tunnel, "why"))
			printf(": ");
		printable_puts(stdout, member(tunnel, "why"));
		putchar('\n');
	}
	return any;
}

static int watch(struct showing *showing)
{
	bool redraws = isatty(STDOUT_FILENO) && !showing->json;
	json_t *before = NULL, *document;
	int status = STATUS_OK;

	signal(SIGINT, end);
	signal(SIGTERM, end);
	while ((document = look_around(showing, &status))) {
		if (redraws) {
			printf("\033[H\033[J"); /* home, and clear what is below */
			status_print_table(stdout, document);
		} else if (print_changes(before, document, showing->json) && showing->json) {
			json_write(stdout, json_incref(document));
		}
		json_decref(before);
		before = document;
		release(showing);
		status = cli_flush(STATUS_OK);
		if (status != STATUS_OK || ferror(stdout))
			break;
		sleep(WATCH_EVERY);
	}
	json_decref(before);
	release(showing);
	return status;
}

static int run(const struct cli_command *command, int argc, char **argv)
{
	struct showing showing = {
	    .command = command, .setup = setup_default, .id = -1, .state = {.fd = -1, .lock = -1}};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, status;

	while ((option = cli_next(&cli)) >= 0) {
		if (setup_option(&showing.setup, option, cli.value))
			continue;
		showing.json = showing.json || option == JSON;
		showing.watch = showing.watch || option == WATCH;
	}
	if (option == CLI_HELP)
		return cli_flush(STATUS_OK);
	if (option == CLI_WRONG)
		return STATUS_MISUSE;
	if (cli.operand + 1 < argc)
		return cli_misuse(command, "one tunnel at a time: '%s' is too much",
				  argv[cli.operand + 1]);
	if (cli.operand < argc && !setup_read_id(argv[cli.operand], &showing.id))
		return cli_misuse(command, "a tunnel is a number from 0 to 65535, not '%s'",
				  argv[cli.operand]);
	status = showing.watch ? watch(&showing) : show(&showing);
	return cli_flush(status);
}

const struct cli_command cli_status = {
    .name = "status",
    .operands = "[ID]",
    .line = "Shows the tunnels that are applied, as `show ipsec' of WeOS does",
    .more =
	"With ID it shows the state of one tunnel, its SAs and what charon has loaded.  While a\n"
	"supervisor runs it knows why a tunnel is down, too.\n"
	"\n"
	"Exit status: 0 all enabled tunnels are up, 1 some are down, or there is no tunnel ID,\n"
	"2 charon is out of reach, 64 wrong usage.\n",
    .options = options,
    .run = run,
};
