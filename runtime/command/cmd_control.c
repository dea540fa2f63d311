/* SPDX-License-Identifier: ISC */
/* The commands that need no file: confirm, rollback and restart. */
#include "runtime/command/commands.h"

#include "runtime/command/memory.h"
#include "runtime/command/setup.h"
#include "runtime/keep/confirm.h"
#include "runtime/keep/keeper.h"
#include "runtime/keep/outcome.h"
#include "runtime/system/control.h"
#include "runtime/system/eventloop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAEMON = SETUP_COUNT };

static const struct cli_option options[] = {
    SETUP_OPTIONS,
    {0},
};

static const struct cli_option restart_options[] = {
    SETUP_OPTIONS,
    [DAEMON] = {"daemon", 0, "COMMAND", "restart charon's service with COMMAND instead"},
    {0},
};

#define HOLDER_TIME 180 /* seconds that whoever has the lock may take */

struct controlling {
	const struct cli_command *command;
	struct places places;
	uev_ctx_t loop;
	struct keeper keeper;
	struct confirm confirm;
	int id;		  /* of restart; -1: all */
	const char *said; /* when it has gone back */
	int status;	  /* of that */
};

/* ANSWER is freed. */
static int judge_answer(json_t *answer)
{
	struct apply_outcome outcome = outcome_read(answer);

	json_decref(answer);
	if (outcome.result == APPLY_DONE)
		return EXIT_OK;
	cli_complain("%s", outcome.why);
	return outcome.result == APPLY_UNDONE ? EXIT_FINDINGS : EXIT_FAILED;
}

/* Whoever has the lock does it. */
static int ask_holder(const struct controlling *controlling)
{
	json_t *tunnel = controlling->id < 0 ? json_null() : json_integer(controlling->id);
	json_t *request =
	    json_pack("{s:s, s:o}", "command", controlling->command->name, "tunnel", tunnel);
	json_t *answer = control_ask(controlling->keeper.state.fd, request, HOLDER_TIME);

	if (answer)
		return judge_answer(answer);
	cli_complain("%s", errno == ECONNREFUSED || errno == ENOENT ? controlling->keeper.why
								    : strerror(errno));
	return EXIT_FAILED;
}

static void on_done(void *context, const struct apply_outcome *outcome, const struct config *config)
{
	struct controlling *controlling = context;

	(void)config;
	if (outcome->result == APPLY_DONE) {
		if (controlling->said) {
			confirm_end(&controlling->confirm);
			cli_complain("%s", controlling->said);
		}
	} else {
		cli_complain("%s", outcome->why);
		controlling->status = EXIT_FAILED;
	}
	uev_exit(&controlling->loop);
}

/* Runs what BEGIN begins; STATUS is what to end with when that is done. */
static int transact(struct controlling *controlling,
		    bool (*begin)(struct controlling *controlling, unsigned number),
		    unsigned number, int status)
{
	struct keeper *keeper = &controlling->keeper;
	struct vici *vici = vici_new(&controlling->loop, NULL, NULL);

	controlling->status = vici ? setup_connect(&controlling->places, vici)
				   : cli_written(EXIT_OK, "charon", errno);
	memory_endure();
	keeper->vici = vici;
	if (controlling->status == EXIT_OK) {
		controlling->status = status;
		if (begin(controlling, number)) {
			int error = keeper->busy ? eventloop_run(&controlling->loop) : 0;

			if (error)
				controlling->status = cli_written(status, "event loop", error);
		} else {
			cli_complain("%s", keeper->why);
			controlling->status = keeper->lacks ? EXIT_FINDINGS : EXIT_FAILED;
		}
	}
	vici_free(vici);
	return controlling->status;
}

static bool begin_back(struct controlling *controlling, unsigned generation)
{
	return keeper_go_back(&controlling->keeper, generation, on_done, controlling);
}

static bool begin_restart(struct controlling *controlling, unsigned unused)
{
	(void)unused;
	return keeper_restart(&controlling->keeper, controlling->id, on_done, controlling);
}

static int go_back(struct controlling *controlling, unsigned generation, const char *said,
		   int status)
{
	controlling->said = said;
	return transact(controlling, begin_back, generation, status);
}

/* Nobody has the lock: whoever waited for the confirmation was killed. */
static int confirm_alone(struct controlling *controlling)
{
	struct confirm *confirm = &controlling->confirm;
	struct state *state = &controlling->keeper.state;

	if (confirm->phase == CONFIRM_NOTHING) {
		cli_complain("nothing waits to be confirmed");
		return EXIT_FINDINGS;
	}
	if (confirm->phase == CONFIRM_BEGUN || state_has_suspects(state))
		return go_back(controlling, confirm->before,
			       "it was cut short: every tunnel is as it was before", EXIT_FINDINGS);
	if (confirm->phase == CONFIRM_OVER)
		return go_back(controlling, confirm->before,
			       "too late: every tunnel is as it was before", EXIT_FINDINGS);
	if (confirm_end(confirm) == 0)
		return EXIT_OK;
	cli_complain("%s", state->why);
	return EXIT_FAILED;
}

static int rollback_alone(struct controlling *controlling)
{
	unsigned generation;
	int error = confirm_find_before(&controlling->confirm, &generation);

	if (!error)
		return go_back(controlling, generation, "every tunnel is as it was before",
			       EXIT_OK);
	cli_complain("%s", controlling->keeper.state.why);
	return error == ENOENT ? EXIT_FINDINGS : EXIT_FAILED;
}

static int restart_alone(struct controlling *controlling)
{
	return transact(controlling, begin_restart, 0, EXIT_OK);
}

static int control(struct controlling *controlling, int (*alone)(struct controlling *))
{
	int error;

	if (uev_init(&controlling->loop) != 0)
		return setup_complain(strerror(errno), errno);
	error =
	    keeper_open(&controlling->keeper, &controlling->places, &controlling->loop, false);
	if (!error && controlling->keeper.state.suspects.all)
		cli_complain("%s", controlling->keeper.why);
	if (!error && confirm_open(&controlling->confirm, &controlling->keeper.state) != 0)
		return setup_complain(controlling->keeper.state.why, 0);
	if (!error)
		return alone(controlling);
	if (error == EWOULDBLOCK)
		return ask_holder(controlling);
	return setup_complain(controlling->keeper.why, error);
}

/* The words of the command are separated by blanks: no shell looks at them. */
static int run_daemon(const char *command)
{
	char *line = strdup(command), *rest = line, *word;
	char **words = calloc(strlen(command) / 2 + 2, sizeof(*words));
	size_t count = 0;

	while (line && words && (word = strsep(&rest, " \t"))) {
		if (*word)
			words[count++] = word;
	}
	if (count)
		execvp(words[0], words);
	cli_complain("%s: %s", count ? words[0] : "--daemon", strerror(count ? errno : ENOMEM));
	free(words);
	free(line);
	return EXIT_FAILED;
}

static int run_restart(const struct cli_command *command, int argc, char **argv)
{
	struct controlling controlling = {.command = command,
					  .places = places_default,
					  .id = -1,
					  .keeper = {.state = {.fd = -1, .lock = -1}}};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	const char *daemon = NULL;
	int option, status;

	while ((option = setup_next(&controlling.places, &cli)) >= 0)
		daemon = cli.value;
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli.operand < argc && daemon)
		return cli_misuse(command, "'%s' is too much", argv[argc - 1]);
	if (daemon && !daemon[strspn(daemon, " \t")])
		return cli_misuse(command, "--daemon takes a command");
	if (setup_read_id(&cli, &controlling.id) != EXIT_OK)
		return EXIT_MISUSE;
	if (daemon)
		return run_daemon(daemon);
	status = control(&controlling, restart_alone);
	keeper_close(&controlling.keeper);
	return status;
}

static int run_without_file(const struct cli_command *command, int argc, char **argv)
{
	struct controlling controlling = {.command = command,
					  .places = places_default,
					  .id = -1,
					  .keeper = {.state = {.fd = -1, .lock = -1}}};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option = setup_next(&controlling.places, &cli), status;

	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli.operand < argc)
		return cli_misuse(command, "'%s' is too much", argv[cli.operand]);
	status = control(&controlling, command == &cli_confirm ? confirm_alone : rollback_alone);
	keeper_close(&controlling.keeper);
	return status;
}

#define MORE                                                                                       \
	"Exit status: 0 done, 1 there is nothing to do it to, or it came too late, 2 charon or "   \
	"a\n"                                                                                      \
	"file out of reach, 64 wrong usage.\n"

const struct cli_command cli_confirm = {
    .name = "confirm",
    .operands = "",
    .line = "Keeps what 'apply --confirm' has applied",
    .more = MORE,
    .options = options,
    .run = run_without_file,
};

const struct cli_command cli_rollback = {
    .name = "rollback",
    .operands = "",
    .line = "Goes back to what was applied before",
    .more = MORE,
    .options = options,
    .run = run_without_file,
};

const struct cli_command cli_restart = {
    .name = "restart",
    .operands = "[ID]",
    .line = "Ends the tunnels, or the tunnel ID, and begins them anew",
    .more =
	"An initiator starts at once, a responder waits for its peer.  With --daemon it becomes\n"
	"COMMAND, split at blanks, no shell: what charon loses then, a supervisor brings back.\n"
	"\n"
	"Exit status: 0 done, 1 there is no such tunnel, 2 charon or a file out of reach, 64 "
	"wrong\n"
	"usage; that of COMMAND with --daemon.\n",
    .options = restart_options,
    .run = run_restart,
};
