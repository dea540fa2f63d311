/* SPDX-License-Identifier: ISC */
#include "runtime/commands.h"

#include "compiler/report.h"
#include "runtime/setup.h"
#include "runtime/transaction.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DRY_RUN = SETUP_COUNT };

static const struct cli_option options[] = {
    SETUP_OPTIONS,
    [DRY_RUN] = {"dry-run", 0, NULL, "say what would change, and touch nothing"},
    {0},
};

struct applying {
	const struct cli_command *command;
	struct setup setup;
	const char *file;
	bool dry_run;
	uev_ctx_t loop;
	struct vici *vici;
	struct config config;
	struct config before; /* what was applied last, if anything */
	struct state state;
	struct transaction transaction;
	int status;
};

/* ---- findings ---- */

static void report(const struct applying *applying)
{
	const struct report_settings settings = {
	    .format = REPORT_TEXT, .colour = report_wants_colour(2), .version = WEIPSEC_VERSION};
	const struct report_file file = {.path = applying->file,
					 .findings = &applying->config.compilation->findings,
					 .model = applying->config.model};
	struct report report;

	report_begin(&report, &settings, stderr);
	report_file(&report, &file);
	report_end(&report);
}

/* What charon said, where the tunnel stands in the text. */
static void report_refusal(struct applying *applying, const struct apply_outcome *outcome)
{
	struct config *config = &applying->config;
	const struct tunnel *tunnel = config_tunnel(config, outcome->id);
	const struct model *model = config->model;

	if (tunnel && config->compilation) {
		finding_tunnel(finding_add(&config->compilation->findings, WI613, tunnel->header,
					   "%s", outcome->why),
			       outcome->id);
		report(applying);
	} else if (tunnel) {
		cli_complain("%.*s:%u: ipsec%d: %s", (int)model_file(model, tunnel).length,
			     model_file(model, tunnel).at, (unsigned)model_line(model, tunnel, -1),
			     outcome->id, outcome->why);
	} else {
		cli_complain("%s", outcome->why);
	}
}

/* ---- the outcome ---- */

static void print_plan(const struct applying *applying)
{
	const struct plan *plan = &applying->transaction.plan;

	for (size_t i = 0; i < plan->count; i++)
		printf("ipsec%d: %s\n", plan->items[i].id, plan_kind_name(plan->items[i].kind));
}

static int judge(struct applying *applying, const struct apply_outcome *outcome)
{
	switch (outcome->result) {
	case APPLY_DONE:
		print_plan(applying);
		return STATUS_OK;
	case APPLY_UNDONE:
		report_refusal(applying, outcome);
		cli_complain("nothing was changed: every tunnel is as it was");
		return STATUS_FINDINGS;
	case APPLY_BROKEN:
		break;
	}
	cli_complain("%s", outcome->why);
	return STATUS_FAILED;
}

static void on_done(void *context, const struct apply_outcome *outcome)
{
	struct applying *applying = context;

	applying->status = judge(applying, outcome);
	uev_exit(&applying->loop);
}

/* ---- applying ---- */

static int open_state(struct applying *applying)
{
	struct state *state = &applying->state;

	if (state_open(state, applying->setup.state_dir) != 0 ||
	    (!applying->dry_run && state_lock(state) != 0)) {
		cli_complain("%s", state->why);
		return STATUS_FAILED;
	}
	return STATUS_OK;
}

/* What was applied last is needed to go back to it, and to tell what is the same. */
static int read_before(struct applying *applying)
{
	struct state *state = &applying->state;
	char *text;
	size_t size;

	if (!state->current)
		return STATUS_OK;
	text = state_read(state, state->current, &size);
	if (!text) {
		cli_complain("%s", state->why);
		return STATUS_FAILED;
	}
	config_read_text(&applying->before, text_new("agent.xml", text, size), applying->setup.pki);
	state_free_text(text, size);
	if (!*applying->before.why)
		return STATUS_OK;
	cli_complain("%s: generation %u: %s", applying->setup.state_dir, state->current,
		     applying->before.why);
	return STATUS_FAILED;
}

static int run_transaction(struct applying *applying)
{
	struct transaction *transaction = &applying->transaction;
	const struct output *document = &applying->config.document;

	transaction->vici = applying->vici;
	transaction->state = &applying->state;
	transaction->from = applying->before.model ? &applying->before.target : NULL;
	transaction->to = &applying->config.target;
	transaction->agent = (struct slice){document->bytes, document->size};
	transaction->dry_run = applying->dry_run;
	transaction->done = on_done;
	transaction->context = applying;
	applying->status = -1;
	transaction_begin(transaction);
	if (applying->status < 0)
		uev_run(&applying->loop, 0);
	return applying->status;
}

static int connect_charon(struct applying *applying)
{
	if (uev_init(&applying->loop) != 0)
		return cli_written(STATUS_OK, "event loop", errno);
	applying->vici = vici_new(&applying->loop, NULL, NULL);
	return applying->vici ? setup_connect(&applying->setup, applying->command, applying->vici)
			      : cli_written(STATUS_OK, "charon", ENOMEM);
}

static int apply(struct applying *applying)
{
	struct config *config = &applying->config;
	int status;

	config_read(config, applying->file, applying->setup.pki);
	if (config->compilation)
		report(applying);
	if (*config->why)
		cli_complain("%s", config->why);
	if (config->error)
		return STATUS_FAILED;
	if (config->has_errors)
		return STATUS_FINDINGS;
	status = open_state(applying);
	if (status == STATUS_OK)
		status = read_before(applying);
	if (status == STATUS_OK)
		status = connect_charon(applying);
	return status == STATUS_OK ? run_transaction(applying) : status;
}

static void release(struct applying *applying)
{
	vici_free(applying->vici);
	transaction_free(&applying->transaction);
	state_close(&applying->state);
	config_free(&applying->config);
	config_free(&applying->before);
}

static int run(const struct cli_command *command, int argc, char **argv)
{
	struct applying applying = {
	    .command = command, .setup = SETUP_DEFAULT, .state = {.fd = -1, .lock = -1}};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, status;

	while ((option = cli_next(&cli)) >= 0) {
		if (!setup_option(&applying.setup, option, cli.value))
			applying.dry_run = true;
	}
	if (option == CLI_HELP)
		return cli_flush(STATUS_OK);
	if (option == CLI_WRONG)
		return STATUS_MISUSE;
	if (cli.operand == argc)
		return cli_misuse(command, "no file to apply");
	if (cli.operand + 1 < argc)
		return cli_misuse(command, "one file at a time: '%s' is too much",
				  argv[cli.operand + 1]);
	applying.file = argv[cli.operand];
	status = apply(&applying);
	release(&applying);
	return cli_flush(status);
}

const struct cli_command cli_apply = {
    .name = "apply",
    .operands = "FILE",
    .line = "Makes charon have the tunnels of FILE, and no others of ours",
    .more =
	"FILE is WeOS CLI text or agent configuration; '-' is standard input.  What is the same\n"
	"as before is not touched.  charon is read back; when it refuses something, or has other\n"
	"than was loaded, everything goes back as it was.\n"
	"\n"
	"Exit status: 0 applied, or nothing to do, 1 findings, refused, or rolled back, 2 charon "
	"or\n"
	"a file out of reach, 64 wrong usage.\n",
    .options = options,
    .run = run,
};
