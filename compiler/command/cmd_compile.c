/* SPDX-License-Identifier: ISC */
#include "compiler/command/commands.h"

#include "compiler/base/files.h"
#include "compiler/base/printable.h"
#include "compiler/base/shortage.h"
#include "compiler/command/cli_value.h"
#include "compiler/command/complaint.h"
#include "compiler/command/map.h"
#include "compiler/command/outputs.h"
#include "compiler/compilation/artefact.h"
#include "compiler/compilation/backends.h"
#include "compiler/compilation/keys.h"
#include "compiler/pki/pki.h"
#include "compiler/yang/yang.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#ifdef WITHOUT_YANG
#define TO_WORDS "swanctl|xfrm"
#define AGENT_INPUT ""
#define AGENT_OUTPUT ""
enum { TO, KEYS, OUTPUT, MAP, PKI, JSON /* nobody gives it */ };
#else
#define TO_WORDS "swanctl|xfrm|agent"
#define AGENT_INPUT "FILE may also be agent configuration, XML or JSON, that was compiled before.\n"
#define AGENT_OUTPUT                                                                               \
	"agent is the tunnels with every default resolved, as XML or JSON under a YANG module.\n"
enum { TO, JSON, KEYS, OUTPUT, MAP, PKI };
#endif

static const struct cli_option options[] = {
    [TO] = {"to", 0, TO_WORDS, "what to compile to"},
#ifndef WITHOUT_YANG
    [JSON] = {"json", 0, NULL, "agent configuration as JSON instead of XML"},
#endif
    [KEYS] = {"keys", 0, "FILE", "static keys for a lab, with --to xfrm"},
    [OUTPUT] = {NULL, 'o', "FILE", "where to (standard output)"},
    [MAP] = {"map", 0, "FILE", "write where each line came from, as JSON"},
    [PKI] = {"pki", 0, "DIR", "the certificates and keys of the device, to check"},
    {0},
};

/* One of the files that `compile' leaves. */
struct artefact {
	const char *path; /* NULL: not asked for */
	struct files_output file;
	bool is_map;
};

struct compiling {
	const struct cli_command *command;
	const struct backend *backend;
	bool json;
	const char *input;
	const char *keys; /* the file of them, or NULL */
	const char *pki;  /* --pki */
	struct surroundings surroundings;
	struct artefact artefacts[2]; /* the output and its map */
	struct text *text;
	struct output output;
};

/* ---- options ---- */

static bool set_backend(struct compiling *compiling, const char *name)
{
	const char *words[8] = {NULL};
	size_t count = 0;

	for (const struct backend *at = backends; at->name && count < 7; at++)
		words[count++] = at->name;
	compiling->backend = backend_find(name);
	return compiling->backend || cli_choice(compiling->command, "--to", name, words) >= 0;
}

static bool set_option(struct compiling *compiling, int option, const char *value)
{
	if (option == TO)
		return set_backend(compiling, value);
	if (option == JSON)
		compiling->json = true;
	else if (option == KEYS)
		compiling->keys = value;
	else if (option == PKI)
		compiling->pki = value;
	else
		compiling->artefacts[option == MAP].path = value;
	return true;
}

static int check_paths(const struct compiling *compiling)
{
	const char *keys = compiling->keys;
	struct outputs outputs = {.count = 0};

	outputs_add(&outputs, "-o", compiling->artefacts[0].path);
	outputs_add(&outputs, "--map", compiling->artefacts[1].path);
	outputs_spare(&outputs, compiling->input);
	outputs_spare(&outputs, keys);
	outputs_spare_pki(&outputs, compiling->pki);
	if (keys && (strcmp(keys, compiling->input) == 0 || files_is_input(keys, compiling->input)))
		return cli_misuse(compiling->command, "--keys and the configuration are one file");
	return outputs_check(&outputs, compiling->command);
}

/* ---- keys ---- */

static void report_key(const void *context, struct place at, const char *message)
{
	const char *path = context;

	printable_puts(stderr, path);
	fprintf(stderr, ":%u:%u: error: %s\n", at.line, at.column, message);
}

/* Reads the file of keys into the model.  Others must not be able to: what they know is no key. */
static int add_keys(const struct compiling *compiling, struct model *model, struct arena *secrets)
{
	const char *path = compiling->keys;
	unsigned mode = 0;
	struct keys keys = {
	    .model = model, .secrets = secrets, .complain = report_key, .context = path};
	int status = EXIT_FINDINGS;

	keys.text = files_read_mode(path, &mode);
	if (!keys.text)
		return cli_written(EXIT_OK, path, errno);
	if (mode & 077)
		cli_complain("%s: open to others (mode %04o): type 'chmod 600 %s'", path, mode,
			     path);
	else if (keys_read(&keys))
		status = EXIT_OK;
	text_free(keys.text);
	return arena_failed(keys.secrets) ? cli_written(EXIT_OK, path, ENOMEM) : status;
}

/* ---- output ---- */

static int open_artefact(struct compiling *compiling, struct artefact *artefact)
{
	return files_output_open(&artefact->file, artefact->path,
				 !artefact->is_map && compiling->output.has_secrets);
}

static int write_artefact(struct compiling *compiling, struct artefact *artefact)
{
	FILE *stream = artefact->file.stream;
	int written = 1;

	if (artefact->is_map)
		written = map_write(stream, &compiling->output, compiling->text);
	else
		fwrite(compiling->output.bytes, 1, compiling->output.size, stream);
	return written ? files_output_finish(&artefact->file) : ENOMEM;
}

/* Does STEP to each artefact that is written to directly, or aside; *WHERE is what failed. */
static int each_artefact(struct compiling *compiling, bool direct,
			 int (*step)(struct compiling *, struct artefact *), const char **where)
{
	int error = 0;

	for (int i = 0; i < 2 && !error; i++) {
		struct artefact *artefact = &compiling->artefacts[i];

		if (!artefact->path || files_is_direct(artefact->path) != direct)
			continue;
		*where = artefact->path;
		error = step(compiling, artefact);
	}
	return error;
}

/*
 * What is written to directly, such as a pipe, can block when it is opened, and cannot be taken
 * back when it is written: so it is opened first and written last.
 */
static int write_artefacts(struct compiling *compiling, const char **where)
{
	static const struct {
		bool direct;
		int (*step)(struct compiling *, struct artefact *);
	} steps[] = {{true, open_artefact},
		     {false, open_artefact},
		     {false, write_artefact},
		     {true, write_artefact}};
	int error = 0;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && !error; i++)
		error = each_artefact(compiling, steps[i].direct, steps[i].step, where);
	return error;
}

/* Both appear, or none. */
static int commit_artefacts(struct compiling *compiling, const char **where)
{
	struct artefact *output = &compiling->artefacts[0], *map = &compiling->artefacts[1];
	int error, stays;

	*where = output->path;
	output->file.revocable = map->path != NULL;
	error = files_output_commit(&output->file);
	if (error || !map->path)
		return error;
	*where = map->path;
	error = files_output_commit(&map->file);
	stays = error ? files_output_revoke(&output->file) : 0;
	if (stays)
		cli_complain("%s: is new already, and stays: %s", output->path, strerror(stays));
	return error;
}

/* Whoever is told to end between the two would leave one of them, and the old file beside it. */
static int publish(struct compiling *compiling)
{
	const char *where = NULL;
	int error = write_artefacts(compiling, &where);
	const sigset_t held = shortage_hold_ends();

	if (!error)
		error = commit_artefacts(compiling, &where);
	for (int i = 0; i < 2; i++) {
		int stays = files_output_close(&compiling->artefacts[i].file);

		if (!error && stays) {
			error = stays;
			where = "the old file, beside the new one";
		}
	}
	sigprocmask(SIG_UNBLOCK, &held, NULL);
	if (where && strcmp(where, "-") == 0)
		where = "standard output";
	return cli_written(EXIT_OK, where, error);
}

static int emit(struct compiling *compiling, const struct model *model)
{
	int status;

	compiling->text = model->text;
	output_init(&compiling->output);
	if (compiling->json)
		compiling->backend->emit_json(model, &compiling->output);
	else
		compiling->backend->emit(model, &compiling->output);
	if (compiling->output.failure) {
		cli_complain("%s: %s", compiling->input, compiling->output.failure);
		status = EXIT_FAILED;
	} else if (compiling->output.failed) {
		status = cli_written(EXIT_OK, compiling->input, ENOMEM);
	} else {
		status = publish(compiling);
	}
	output_free(&compiling->output);
	return status;
}

/* ---- the whole ---- */

static int compile_model(struct compiling *compiling, struct compilation *compilation)
{
	int status = EXIT_OK;

	if (compiling->keys && !compilation_is_refused(compilation))
		status = add_keys(compiling, compilation->model, compilation->secrets);
	artefact_check(compilation, compiling->backend->supports);
	if (complaint_write(compiling->input, compilation) != EXIT_OK ||
	    cli_judge_pki(compiling->surroundings.pki, compiling->pki) != EXIT_OK)
		status = EXIT_FAILED;
	if (status != EXIT_OK)
		return status;
	return compilation_is_refused(compilation) ? EXIT_FINDINGS
						   : emit(compiling, compilation->model);
}

static int compile(struct compiling *compiling)
{
	struct text *text = files_read(compiling->input);
	struct compilation *compilation;
	int status;

	if (!text)
		return cli_written(EXIT_OK, compiling->input, errno);
	compilation = artefact_read(text, &compiling->surroundings, agent_yang_read);
	if (!compilation)
		return cli_written(EXIT_OK, compiling->input, ENOMEM);
	status = compile_model(compiling, compilation);
	compilation_free(compilation);
	return status;
}

static int compile_in_pki(struct compiling *compiling)
{
	struct surroundings *surroundings = &compiling->surroundings;
	int status = cli_open_pki(compiling->command, compiling->pki, &surroundings->pki);

	if (status == EXIT_OK)
		status = compile(compiling);
	pki_free(surroundings->pki);
	return status;
}

static int run(const struct cli_command *command, int argc, char **argv)
{
	struct compiling compiling = {.command = command,
				      .surroundings = {.dialect = -1},
				      .artefacts = {{.path = "-"}, {.is_map = true}}};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, status;

	while ((option = cli_next(&cli)) >= 0) {
		if (!set_option(&compiling, option, cli.value))
			return EXIT_MISUSE;
	}
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (!compiling.backend)
		return cli_misuse(command, "say what to compile to, with --to");
	if (compiling.keys && !compiling.backend->takes_keys)
		return cli_misuse(command, "--keys is of no use with --to %s",
				  compiling.backend->name);
	if (compiling.json && !compiling.backend->emit_json)
		return cli_misuse(command, "--json is for '--to agent'");
	if (cli.operand == argc)
		return cli_misuse(command, "no file to compile");
	if (cli.operand + 1 < argc)
		return cli_misuse(command, "one file at a time: '%s' is too much",
				  argv[cli.operand + 1]);
	compiling.input = argv[cli.operand];
	status = check_paths(&compiling);
	return status ? status : compile_in_pki(&compiling);
}

const struct cli_command cli_compile = {
    .name = "compile",
    .operands = "--to " TO_WORDS " FILE",
    .line = "Compiles the IPsec part of a WeOS configuration",
    .more = AGENT_INPUT
    "FILE '-' is standard input, '-o -' standard output.  Findings go to standard error; with\n"
    "an error among them nothing is written.  Output and map appear complete or not at all,\n"
    "the output readable by its owner only when it holds secrets.  For the folder of --pki "
    "see\n"
    "'weipsec check --help'.\n"
    "\n"
    "swanctl is a swanctl.conf for strongSwan 5.9.8 and later.  xfrm is a script, "
    "up|down|status,\n"
    "of policies that keep what the tunnels select off the wire while there is no SA for it;\n"
    "--keys adds SAs with keys that never change, for a lab and nothing else.\n" AGENT_OUTPUT "\n"
    "Exit status: 0 compiled, 1 there were errors, 2 a file could not be read or written,\n"
    "64 wrong usage.\n",
    .options = options,
    .run = run,
};
