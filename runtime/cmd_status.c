/* SPDX-License-Identifier: ISC */
#include "runtime/commands.h"

#include "compiler/json.h"
#include "runtime/config.h"
#include "runtime/layout.h"
#include "runtime/setup.h"
#include "runtime/status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JSON = SETUP_COUNT };

static const struct cli_option options[] = {
    SETUP_OPTIONS,
    [JSON] = {"json", 0, NULL, "all there is, as JSON"},
    {0},
};

/* An exchange that is open longer than charon waits for an answer is being retransmitted. */
#define WAIT_STEP 250 /* milliseconds */
#define WAIT_STEPS 17 /* 4.25 s: charon.retransmit_timeout is 4 s */

struct showing {
	const struct cli_command *command;
	struct setup setup;
	bool json;
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
	if (!why && still_waits(showing) && showing->steps++ < WAIT_STEPS)
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

/* ---- showing ---- */

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

		if (showing->id < 0 || showing->id == tunnel->id)
			json_append(&tunnels,
				    status_tunnel(tunnel,
						  running_find(&showing->running, tunnel->id),
						  &summary, NULL));
	}
	json_put(&document, "tunnels", tunnels);
	return document;
}

/* The guide writes the state in capitals here. */
static void print_state(const struct tunnel *tunnel, enum status_state state)
{
	const char *name = status_name(state);
	const char *open = strchr(name, '(');

	printf("Current state for tunnel ipsec%d is %s%s.\n", (int)tunnel->id,
	       state == STATUS_INSTALLED ? "UP" : "DOWN", open);
}

static bool print_details(const struct showing *showing, size_t index)
{
	const struct tunnel *tunnel = showing->applied.model->tunnels[index];
	const struct running_tunnel *running = running_find(&showing->running, tunnel->id);
	struct status_summary summary = summarize(showing, index);
	char name[16];
	struct slice slice = {name, 0};

	slice.length = (size_t)snprintf(name, sizeof(name), "ipsec%d", (int)tunnel->id);
	print_state(tunnel, summary.state);
	if (running && running->sas) {
		printf("Security-Association(SA) details:\n");
		for (const struct running_sa *sa = running->sas; sa; sa = sa->next)
			layout_sa(stdout, slice, sa->section);
	}
	if (running && running->has_connection) {
		printf("Loaded configuration for the connection:\n");
		layout_connection(stdout, slice, running->connection);
	}
	return summary.state == STATUS_INSTALLED;
}

static bool all_up(const struct showing *showing)
{
	const struct model *model = showing->applied.model;

	for (size_t i = 0; i < model->count; i++) {
		if (model->tunnels[i]->enabled &&
		    (showing->id < 0 || showing->id == model->tunnels[i]->id) &&
		    summarize(showing, i).state != STATUS_INSTALLED)
			return false;
	}
	return true;
}

static int print(const struct showing *showing, int status)
{
	const struct model *model = showing->applied.model;
	json_t *document = make_document(showing, status == STATUS_OK);
	bool up = status == STATUS_OK && all_up(showing);

	if (showing->json) {
		if (!json_write(stdout, document))
			return cli_written(status, "status", ENOMEM);
	} else if (showing->id < 0) {
		status_print_table(stdout, document);
		json_decref(document);
	} else {
		json_decref(document);
		for (size_t i = 0; i < model->count; i++) {
			if (model->tunnels[i]->id == showing->id)
				print_details(showing, i);
		}
	}
	return status != STATUS_OK ? status : up ? STATUS_OK : STATUS_FINDINGS;
}

/* ---- what is applied ---- */

static int read_applied(struct showing *showing)
{
	struct state *state = &showing->state;
	char *text;
	size_t size;

	if (state_open(state, showing->setup.state_dir) != 0) {
		cli_complain("%s", state->why);
		return STATUS_FAILED;
	}
	if (!state->current) {
		cli_complain("%s: nothing is applied", showing->setup.state_dir);
		return STATUS_FINDINGS;
	}
	text = state_read(state, state->current, &size);
	if (text) {
		config_read_model(&showing->applied, text_new("agent.xml", text, size));
		state_free_text(text, size);
	}
	if (text && !*showing->applied.why)
		return STATUS_OK;
	cli_complain("%s: %s", showing->setup.state_dir, text ? showing->applied.why : state->why);
	return STATUS_FAILED;
}

static int show(struct showing *showing)
{
	int status = read_applied(showing);

	if (status != STATUS_OK)
		return status;
	if (showing->id >= 0 && !config_tunnel(&showing->applied, showing->id))
		return cli_misuse(showing->command, "there is no tunnel %d", showing->id);
	showing->waits = calloc(showing->applied.model->count + 1, sizeof(*showing->waits));
	if (!showing->waits)
		return cli_written(STATUS_OK, "status", ENOMEM);
	return print(showing, ask_charon(showing));
}

static void release(struct showing *showing)
{
	vici_free(showing->vici);
	running_free(&showing->running);
	config_free(&showing->applied);
	state_close(&showing->state);
	free(showing->waits);
}

static int run(const struct cli_command *command, int argc, char **argv)
{
	struct showing showing = {
	    .command = command, .setup = setup_default, .id = -1, .state = {.fd = -1, .lock = -1}};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, status;

	while ((option = cli_next(&cli)) >= 0) {
		if (!setup_option(&showing.setup, option, cli.value))
			showing.json = true;
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
	status = show(&showing);
	release(&showing);
	return cli_flush(status);
}

const struct cli_command cli_status = {
    .name = "status",
    .operands = "[ID]",
    .line = "Shows the tunnels that are applied, as `show ipsec' of WeOS does",
    .more =
	"With ID it shows the state of one tunnel, its SAs and what charon has loaded.\n"
	"\n"
	"Exit status: 0 all enabled tunnels are up, 1 some are down, 2 charon is out of reach,\n"
	"64 wrong usage.\n",
    .options = options,
    .run = run,
};
