/* SPDX-License-Identifier: ISC */
#include "runtime/command/commands.h"

#include "compiler/model/words.h"
#include "compiler/report/report.h"
#include "runtime/command/memory.h"
#include "runtime/command/preview.h"
#include "runtime/command/setup.h"
#include "runtime/keep/confirm.h"
#include "runtime/keep/keeper.h"
#include "runtime/keep/outcome.h"
#include "runtime/status/cause.h"
#include "runtime/system/control.h"
#include "runtime/system/eventloop.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DRY_RUN = SETUP_COUNT, CONFIRM };

static const struct cli_option options[] = {
    SETUP_OPTIONS,
    [DRY_RUN] = {"dry-run", 0, NULL, "say what would change, and touch nothing"},
    [CONFIRM] = {"confirm", 0, "SECONDS", "go back unless 'weipsec-apply confirm' comes in time"},
    {0},
};

#define SUPERVISOR_TIME 180 /* seconds that an apply by the supervisor may take */

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};

#define SIGNALS (sizeof(ending_signals) / sizeof(ending_signals[0]))

struct applying {
	const struct cli_command *command;
	struct places places;
	const char *file;
	bool dry_run;
	int seconds; /* of --confirm; 0: at once */
	uev_ctx_t loop;
	struct vici *vici;
	struct keeper keeper;
	struct config *config; /* until the keeper has it */
	struct confirm confirm;
	struct control *control;       /* while a confirmation is waited for */
	struct control_client *client; /* who asked to go back */
	uev_t signals[SIGNALS];
	int status;
};

/* ---- findings ---- */

static void report(const struct applying *applying, const struct config *config)
{
	const struct report_settings settings = {.writer = &report_writer_text,
						 .colour = report_wants_colour(2),
						 .version = WEIPSEC_VERSION};

	config_report(config, applying->file, &settings, stderr);
}

/* What charon said, where the tunnel stands in the text. */
static void report_refusal(const struct applying *applying, const struct config *config,
			   const struct apply_outcome *outcome)
{
	const struct tunnel *tunnel = config_tunnel(config, outcome->id);
	const struct model *model = config->model;

	if (tunnel && !tunnel->provenance) {
		config_refuse(config, tunnel, outcome->why);
		report(applying, config);
	} else if (tunnel) {
		cli_complain("%.*s:%u: ipsec%d: %s", (int)model_file(model, tunnel).length,
			     model_file(model, tunnel).at, (unsigned)model_line(model, tunnel, -1),
			     outcome->id, outcome->why);
	} else {
		cli_complain("%s", outcome->why);
	}
}

/*
 * charon takes a certificate that its peer will refuse: that is said, and is no reason to refuse
 * it.
 */
static void report_certificates(const struct config *config)
{
	struct cause cause;
	struct note note;

	for (size_t i = 0; i < config->target.count; i++) {
		const struct target_tunnel *tunnel = &config->target.tunnels[i];

		if (!cause_of_certificate(&cause, tunnel))
			continue;
		note_make(&note, &cause, config->model, config_tunnel(config, tunnel->id));
		cli_complain("ipsec%d: warning: %s", tunnel->id, note.text);
	}
}

/* ---- the outcome ---- */

/* What STATUS becomes when its words are written; whoever does not get them may think that nothing
 * was done. */
static int flush_outcome(const struct applying *applying, int status)
{
	int flushed = cli_flush(status);

	if (flushed != status && status == EXIT_OK && !applying->dry_run)
		cli_complain("only the list of changes is lost: the configuration is applied");
	return flushed;
}

static void print_plan(const json_t *answer)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(answer, "plan"), i, item)
	{
		const char *change = json_string_value(json_object_get(item, "change"));

		printf("ipsec%d: %s\n", (int)json_integer_value(json_object_get(item, "id")),
		       change ? change : "");
	}
}

/* The plan of a dry run in full: it is made here, and not by a supervisor. */
static int print_preview(const struct applying *applying, const struct config *config)
{
	const struct config *applied = applying->keeper.applied;
	const struct plan *plan = keeper_plan(&applying->keeper);

	return preview_print(stdout, plan, applied ? applied->model : NULL, config->model)
		   ? EXIT_OK
		   : cli_written(EXIT_OK, "tunnels", ENOMEM);
}

/* ANSWER is freed. */
static int judge_apply(const struct applying *applying, const struct config *config, json_t *answer)
{
	struct apply_outcome outcome = outcome_read(answer);

	if (outcome.result == APPLY_DONE && !applying->dry_run)
		print_plan(answer);
	json_decref(answer);
	switch (outcome.result) {
	case APPLY_DONE:
		return applying->dry_run ? print_preview(applying, config) : EXIT_OK;
	case APPLY_UNDONE:
		report_refusal(applying, config, &outcome);
		cli_complain("refused: every tunnel is as it was before");
		return EXIT_FINDINGS;
	case APPLY_BROKEN:
		break;
	}
	report_refusal(applying, config, &outcome);
	if (outcome.id >= 0)
		cli_complain("not every tunnel is as it was before");
	return EXIT_FAILED;
}

static void end_loop(struct applying *applying, int status)
{
	applying->status = status;
	uev_exit(&applying->loop);
}

/* ---- confirming ---- */

static void on_back(void *context, const struct apply_outcome *outcome, const struct config *config)
{
	struct applying *applying = context;

	(void)config;
	if (applying->client)
		control_answer(applying->client,
			       outcome_json(outcome, keeper_plan(&applying->keeper)));
	applying->client = NULL;
	if (outcome->result != APPLY_DONE) {
		cli_complain("%s", outcome->why);
		end_loop(applying, EXIT_FAILED);
		return;
	}
	confirm_end(&applying->confirm);
	cli_complain("not confirmed: every tunnel is as it was before");
	end_loop(applying, EXIT_FINDINGS);
}

static void on_over(void *context)
{
	struct applying *applying = context;

	if (!keeper_go_back(&applying->keeper, applying->confirm.before, on_back, applying)) {
		cli_complain("%s", applying->keeper.why);
		end_loop(applying, EXIT_FAILED);
	}
}

/* Whoever waits for a confirmation is told to end: nobody else would go back. */
static void on_end(uev_t *watcher, void *context, int events)
{
	struct applying *applying = context;

	(void)watcher;
	(void)events;
	confirm_expire(&applying->confirm);
}

static void on_request(void *context, struct control_client *client, json_t *request)
{
	struct applying *applying = context;
	const char *command = json_string_value(json_object_get(request, "command"));
	struct apply_outcome done = {.result = APPLY_DONE, .id = -1};

	if (!command || applying->keeper.busy) {
		control_answer(client, outcome_refusal(APPLY_BROKEN, "busy"));
	} else if (strcmp(command, "confirm") == 0) {
		control_answer(client, outcome_json(&done, NULL));
		confirm_end(&applying->confirm);
		end_loop(applying, EXIT_OK);
	} else if (strcmp(command, "rollback") == 0) {
		applying->client = client;
		confirm_expire(&applying->confirm);
	} else {
		control_answer(client, outcome_refusal(APPLY_BROKEN, CONFIRM_PENDING));
	}
}

/* False, said why: nobody could confirm it. */
static bool listen_for_confirmation(struct applying *applying)
{
	struct state *state = &applying->keeper.state;

	applying->control = control_new(&applying->loop, state->fd, on_request, applying);
	if (!applying->control) {
		cli_complain("%s/control: %s", applying->places.state_dir, strerror(errno));
		return false;
	}
	if (confirm_wait(&applying->confirm) == 0)
		return true;
	cli_complain("%s", state->why);
	return false;
}

/* The time begins anew: the deadline was there before charon was touched. */
static void wait_for_confirmation(struct applying *applying)
{
	if (!listen_for_confirmation(applying)) {
		confirm_expire(&applying->confirm);
		return;
	}
	for (size_t i = 0; i < SIGNALS; i++)
		uev_signal_init(&applying->loop, &applying->signals[i], on_end, applying,
				ending_signals[i]);
	if (flush_outcome(applying, EXIT_OK) == EXIT_OK)
		clearerr(stdout); /* of a reader that went away, which is nothing to tell later */
	cli_complain("waiting %d s for 'weipsec-apply confirm'", applying->seconds);
}

/* ---- applying ---- */

static void on_applied(void *context, const struct apply_outcome *outcome,
		       const struct config *config)
{
	struct applying *applying = context;
	struct confirm *confirm = &applying->confirm;
	int status =
	    judge_apply(applying, config, outcome_json(outcome, keeper_plan(&applying->keeper)));

	if (status == EXIT_OK && !applying->dry_run)
		report_certificates(config);
	if (confirm->phase == CONFIRM_BEGUN && status == EXIT_OK) {
		wait_for_confirmation(applying);
		return;
	}
	if (confirm->phase == CONFIRM_BEGUN && confirm->before == applying->keeper.state.current)
		confirm_end(confirm);
	end_loop(applying, status);
}

static void begin_apply(struct applying *applying)
{
	struct config *config = applying->config;

	applying->config = NULL;
	keeper_apply(&applying->keeper, config, applying->dry_run, on_applied, applying);
}

/* An old deadline would take back what is applied now. */
static bool set_deadline(struct applying *applying)
{
	struct confirm *confirm = &applying->confirm;
	int error = confirm_watch(confirm, &applying->loop, on_over, applying);

	if (error) {
		cli_complain("event loop: %s", strerror(error));
		return false;
	}
	error = confirm_end(confirm);
	if (!error && applying->seconds)
		error = confirm_begin(confirm, applying->seconds);
	if (error)
		cli_complain("%s", applying->keeper.state.why);
	return !error;
}

static void begin_anew(struct applying *applying)
{
	if (set_deadline(applying))
		begin_apply(applying);
	else
		end_loop(applying, EXIT_FAILED);
}

/* What somebody applied with --confirm, who was killed before it was confirmed, goes back first. */
static void on_recovered(void *context, const struct apply_outcome *outcome,
			 const struct config *config)
{
	struct applying *applying = context;

	(void)config;
	if (outcome->result != APPLY_DONE) {
		cli_complain("%s", outcome->why);
		end_loop(applying, EXIT_FAILED);
		return;
	}
	cli_complain("what was applied before was never confirmed: it is gone");
	begin_anew(applying);
}

/* Otherwise it had not even begun, or has gone back already. */
static bool has_unconfirmed(const struct applying *applying)
{
	switch (applying->confirm.phase) {
	case CONFIRM_NOTHING:
		return false;
	case CONFIRM_BEGUN:
		return state_has_suspects(&applying->keeper.state);
	case CONFIRM_WAITS:
	case CONFIRM_OVER:
		break;
	}
	return true;
}

static int run_alone(struct applying *applying)
{
	int status, error;

	if (!applying->dry_run && confirm_open(&applying->confirm, &applying->keeper.state) != 0)
		return setup_complain(applying->keeper.state.why, 0);
	applying->vici = vici_new(&applying->loop, NULL, NULL);
	status = applying->vici ? setup_connect(&applying->places, applying->vici)
				: cli_written(EXIT_OK, "charon", errno);
	memory_endure();
	if (status != EXIT_OK)
		return status;
	applying->keeper.vici = applying->vici;
	applying->status = -1;
	if (applying->dry_run) {
		begin_apply(applying);
	} else if (!has_unconfirmed(applying)) {
		begin_anew(applying);
	} else if (!keeper_go_back(&applying->keeper, applying->confirm.before, on_recovered,
				   applying)) {
		cli_complain("%s", applying->keeper.why);
		return EXIT_FAILED;
	}
	error = applying->status < 0 ? eventloop_run(&applying->loop) : 0;
	return error ? cli_written(EXIT_OK, "event loop", error) : applying->status;
}

/* FILE from the root on, links as they are: the supervisor follows them itself.  NULL: none, or no
 * memory. */
static char *absolute_path(const char *file)
{
	char *folder = *file == '/' || strcmp(file, "-") == 0 ? NULL : getcwd(NULL, 0);
	char *path = *file == '/' ? strdup(file) : NULL;

	if (folder && asprintf(&path, "%s/%s", folder, file) < 0)
		path = NULL;
	free(folder);
	return path;
}

/* Somebody has the lock: the supervisor applies what we read and checked. */
static int ask_supervisor(struct applying *applying)
{
	const struct output *document = &applying->config->document;
	char *path = absolute_path(applying->file);
	json_t *request =
	    json_pack("{s:s, s:s%, s:s?, s:i}", "command", "apply", "document", document->bytes,
		      document->size, "file", path, "confirm", applying->seconds);
	json_t *answer = control_ask(applying->keeper.state.fd, request, SUPERVISOR_TIME);

	free(path);
	if (answer && applying->places.persist)
		cli_complain("--persist %s is not used: a supervisor runs, and keeps what its own "
			     "command line names",
			     applying->places.persist);
	if (answer)
		return judge_apply(applying, applying->config, answer);
	cli_complain("%s", errno == ECONNREFUSED || errno == ENOENT ? applying->keeper.why
								    : strerror(errno));
	return EXIT_FAILED;
}

/* All that there is to say of the configuration, and what to end with if it is not to be applied.
 */
static int judge_config(const struct applying *applying)
{
	const struct config *config = applying->config;

	if (config->compilation && config->error != ENOMEM)
		report(applying, config);
	if (*config->why)
		cli_complain("%s", config->why);
	if (config->error)
		return EXIT_FAILED;
	return config->has_errors ? EXIT_FINDINGS : EXIT_OK;
}

static int apply_here(struct applying *applying, bool has_pki)
{
	if (!has_pki) /* who had the lock has gone */
		config_take_pki(applying->config, applying->places.pki);
	return applying->config->error || applying->config->has_errors ? judge_config(applying)
								       : run_alone(applying);
}

static int open_and_apply(struct applying *applying, bool has_pki)
{
	struct keeper *keeper = &applying->keeper;
	int error = keeper_open(keeper, &applying->places, &applying->loop, applying->dry_run);

	if (*keeper->why && !error)
		cli_complain("%s", keeper->why);
	if (!error)
		return apply_here(applying, has_pki);
	if (error == EWOULDBLOCK)
		return ask_supervisor(applying);
	return setup_complain(keeper->why, error);
}

static bool has_supervisor(const struct places *places)
{
	struct state state;
	bool has = state_open(&state, places->state_dir) == 0 && control_is_there(state.fd);

	state_close(&state);
	return has;
}

/* Certificates and keys are those of who applies it, and will load them again. */
static int apply(struct applying *applying)
{
	struct config *config = calloc(1, sizeof(*config));
	bool has_pki = applying->dry_run || !has_supervisor(&applying->places);
	int status;

	applying->config = config;
	if (!config || uev_init(&applying->loop) != 0)
		return cli_written(EXIT_OK, "event loop", config ? errno : ENOMEM);
	config_read(config, applying->file);
	if (has_pki)
		config_take_pki(config, applying->places.pki);
	status = judge_config(applying);
	return status == EXIT_OK ? open_and_apply(applying, has_pki) : status;
}

static void release(struct applying *applying)
{
	vici_free(applying->vici);
	control_free(applying->control);
	keeper_close(&applying->keeper);
	if (applying->config)
		config_free(applying->config);
	free(applying->config);
}

static int set_confirm(struct applying *applying, const char *value)
{
	uint32_t seconds;

	if (!number_read((struct slice){value, strlen(value)}, &seconds) || seconds < 1 ||
	    seconds > CONFIRM_MOST)
		return cli_misuse(applying->command, "--confirm takes 1 to %d seconds, not '%s'",
				  CONFIRM_MOST, value);
	applying->seconds = (int)seconds;
	return EXIT_OK;
}

static int set_option(struct applying *applying, int option, const char *value)
{
	if (option == CONFIRM)
		return set_confirm(applying, value);
	applying->dry_run = true;
	return EXIT_OK;
}

static int run_apply(const struct cli_command *command, int argc, char **argv)
{
	struct applying applying = {.command = command,
				    .places = places_default,
				    .keeper = {.state = {.fd = -1, .lock = -1}}};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, status;

	while ((option = setup_next(&applying.places, &cli)) >= 0) {
		if (set_option(&applying, option, cli.value) != EXIT_OK)
			return EXIT_MISUSE;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (cli.operand == argc)
		return cli_misuse(command, "no file to apply");
	if (cli.operand + 1 < argc)
		return cli_misuse(command, "one file at a time: '%s' is too much",
				  argv[cli.operand + 1]);
	applying.file = argv[cli.operand];
	status = apply(&applying);
	release(&applying);
	return flush_outcome(&applying, status);
}

const struct cli_command cli_apply = {
    .name = "apply",
    .operands = "FILE",
    .line = "Makes charon have the tunnels of FILE, and no others of ours",
    .more =
	"FILE is WeOS CLI text or agent configuration; '-' is standard input.  It is whole: one\n"
	"without a 'tunnel' line, or that ends inside of one, is refused, and 'no tunnel' stands\n"
	"for no tunnel.  What is the same\n"
	"as before is not touched.  charon is read back; when it refuses something, or has other\n"
	"than was loaded, everything goes back as it was.  While a supervisor runs, it applies\n"
	"FILE, and keeps to it.\n"
	"\n"
	"Exit status: 0 applied, or nothing to do, 1 findings, refused, or rolled back, 2 charon "
	"or\n"
	"a file out of reach, 64 wrong usage.\n",
    .options = options,
    .run = run_apply,
};
