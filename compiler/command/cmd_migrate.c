/* SPDX-License-Identifier: ISC */
/* `migrate': WeOS 4 files in, WeOS 5 scripts out, and what became of each line. */
#include "compiler/command/commands.h"

#include "compiler/base/files.h"
#include "compiler/base/printable.h"
#include "compiler/command/operands.h"
#include "compiler/command/opposites.h"
#include "compiler/command/outputs.h"
#include "compiler/command/progress.h"
#include "compiler/command/publish.h"
#include "compiler/compilation/device_json.h"
#include "compiler/report/report.h"
#include "compiler/rewrite/migrate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OUTPUT, OUT_DIR, REPORT, BOTH_ENDS, STRICT, DEVICE };

static const struct cli_option options[] = {
    [OUTPUT] = {NULL, 'o', "FILE", "where to (standard output)"},
    [OUT_DIR] = {"out-dir", 0, "DIR", "a script and a report for each FILE, in this folder"},
    [REPORT] = {"report", 0, "FILE.json", "what became of each line, as JSON"},
    [BOTH_ENDS] = {"both-ends", 0, NULL,
		   "version 2 and suites of today, which the other end must have too"},
    [STRICT] = {"strict", 0, NULL, "write nothing where a tunnel cannot be expressed"},
    [DEVICE] = {"device", 0, "FILE.json", "a WeOS 5 backup of the device"},
    {0},
};

struct migrating {
	const struct cli_command *command;
	const char *output;
	const char *out_dir;
	const char *report;
	const char *device_path;
	const struct device *device; /* NULL: none was given */
	struct device read_device;
	bool both_ends;
	bool strict;
	bool has_written; /* the script of the file that was last */
	struct opposites opposites; /* of --out-dir */
	FILE *table; /* of --out-dir, written at the end */
	struct migrate_counts total;
};

static void set_option(struct migrating *migrating, int option, const char *value)
{
	switch (option) {
	case OUTPUT:
		migrating->output = value;
		break;
	case OUT_DIR:
		migrating->out_dir = value;
		break;
	case REPORT:
		migrating->report = value;
		break;
	case BOTH_ENDS:
		migrating->both_ends = true;
		break;
	case STRICT:
		migrating->strict = true;
		break;
	case DEVICE:
		migrating->device_path = value;
		break;
	default:
		break;
	}
}

/* ---- writing ---- */

static int write_findings(FILE *out, const struct report_writer *writer,
			  struct migration *migration, const char *path)
{
	const struct report_settings settings = {.writer = writer,
						 .colour = writer == &report_writer_text &&
							   report_wants_colour(fileno(out)),
						 .version = WEIPSEC_VERSION};
	const struct report_file file = {
	    .path = path, .findings = &migration->findings, .model = migration->compilation->model};
	struct report report;

	report_begin(&report, &settings, out);
	report_file(&report, &file);
	return report_end(&report);
}

struct migrate_report {
	struct migration *migration;
	const char *source;
};

static int fill_report(void *context, struct files_output *file)
{
	struct migrate_report *report = context;

	return write_findings(file->stream, &report_writer_json, report->migration, report->source);
}

static int write_report(struct migration *migration, const char *source, const char *path)
{
	struct migrate_report report = {migration, source};

	return publish_file(path, false, fill_report, &report);
}

static int worst(int a, int b)
{
	return a > b ? a : b;
}

/* ---- one file ---- */

/* The name of PATH without its folder and suffix. */
static struct slice name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	return (struct slice){name, dot && dot > name ? (size_t)(dot - name) : strlen(name)};
}

/* DIR/NAME SUFFIX; the caller frees it. */
static char *path_in(const char *dir, const char *path, const char *suffix)
{
	struct slice name = name_of(path);
	char *made = NULL;

	if (asprintf(&made, "%s/%.*s%s", dir, (int)name.length, name.at, suffix) < 0)
		return NULL;
	return made;
}

/* Where the script and the report go. */
static int publish(struct migrating *migrating, struct migration *migration, const char *path)
{
	char *script = migrating->out_dir ? path_in(migrating->out_dir, path, ".weos") : NULL;
	char *report = migrating->out_dir ? path_in(migrating->out_dir, path, ".json") : NULL;
	const char *to = script ? script : migrating->output;
	bool refused = migrating->strict && migration->counts.impossible;
	int status = EXIT_OK;

	if (migrating->out_dir && (!script || !report))
		status = cli_written(EXIT_OK, path, ENOMEM);
	if (status == EXIT_OK && !refused && migration->output.size) {
		status = publish_output(&migration->output, to);
		migrating->has_written = status == EXIT_OK;
	}
	if (status == EXIT_OK && (report || migrating->report))
		status = write_report(migration, path, report ? report : migrating->report);
	free(script);
	free(report);
	return status;
}

static void add_counts(struct migrate_counts *total, const struct migrate_counts *counts)
{
	total->tunnels += counts->tunnels;
	total->kept += counts->kept;
	total->changed += counts->changed;
	total->dropped += counts->dropped;
	total->impossible += counts->impossible;
}

static void print_row(FILE *out, const char *name, const struct migrate_counts *counts)
{
	fprintf(out, "%7zu %7zu %7zu %7zu %12zu  ", counts->tunnels, counts->kept, counts->changed,
		counts->dropped, counts->impossible);
	printable_puts(out, name);
	fputc('\n', out);
}

static void count(struct migrating *migrating, const char *path,
		  const struct migrate_counts *counts)
{
	add_counts(&migrating->total, counts);
	if (migrating->table)
		print_row(migrating->table, path, counts);
}

static int migrate_compiled(struct migrating *migrating, const struct compilation *compilation,
			    const char *path)
{
	struct migration migration = {.compilation = compilation,
				      .device = migrating->device,
				      .both_ends = migrating->both_ends};
	int status = EXIT_OK;

	if (migrating->out_dir)
		opposites_tell(&migrating->opposites, path, &migration);
	if (!migrate_run(&migration)) {
		status = cli_written(EXIT_OK, path, ENOMEM);
	} else {
		if (!migrating->out_dir)
			write_findings(stderr, &report_writer_text, &migration, path);
		status = publish(migrating, &migration, path);
		if (status == EXIT_OK)
			count(migrating, path, &migration.counts);
		if (migration.counts.impossible)
			status = worst(status, EXIT_FINDINGS);
	}
	output_free(&migration.output);
	return status;
}

static bool is_weos5(const struct model *model)
{
	struct slice release = model->device->release;

	return release.length > 1 && release.at[1] == '5';
}

static int migrate_file(struct migrating *migrating, const char *path)
{
	const struct surroundings surroundings = {
	    .dialect = DIALECT_WEOS4, .device = migrating->device, .is_made_of = true};
	struct text *text = files_read(path);
	struct compilation *compilation;
	int status;

	if (!text)
		return cli_written(EXIT_OK, path, errno);
	compilation = compilation_new(text, &surroundings);
	if (!compilation)
		return cli_written(EXIT_OK, path, ENOMEM);
	if (is_weos5(compilation->model)) {
		cli_complain("%s: its header says that it is for WeOS 5 already", path);
		status = EXIT_FINDINGS;
	} else {
		status = migrate_compiled(migrating, compilation, path);
	}
	compilation_free(compilation);
	return status;
}

/* ---- many ---- */

/* Files by the names that their scripts get. */
struct names {
	const struct operand **list;
	size_t count;
};

/* of an element of the list */
#define NAME_SIZE sizeof(void *)

static int compare_names(const void *a, const void *b)
{
	const struct operand *const *first = a, *const *second = b;

	return slice_compare(name_of((*first)->path), name_of((*second)->path));
}

static bool names_make(struct names *names, const struct operands *operands)
{
	*names = (struct names){.list = calloc(operands->count + 1, NAME_SIZE)};
	for (size_t i = 0; names->list && i < operands->count; i++) {
		if (!operands->list[i].error && !operands->list[i].is_empty)
			names->list[names->count++] = &operands->list[i];
	}
	if (names->list)
		qsort(names->list, names->count, NAME_SIZE, compare_names);
	return names->list != NULL;
}

/* Another file whose script would be that of OPERAND, or NULL. */
static const struct operand *find_rival(const struct names *names, const struct operand *operand)
{
	const struct operand **found =
	    bsearch(&operand, names->list, names->count, NAME_SIZE, compare_names);
	const struct operand **end = names->list + names->count;

	if (!found)
		return NULL;
	if (*found != operand)
		return *found;
	if (found > names->list && compare_names(found - 1, found) == 0)
		return found[-1];
	return found + 1 < end && compare_names(found + 1, found) == 0 ? found[1] : NULL;
}

/* What is read, and the script of PATH or its report would lie in its place; NULL: nothing. */
static const char *find_lost(const struct migrating *migrating, const char *path)
{
	char *script = path_in(migrating->out_dir, path, ".weos");
	char *report = path_in(migrating->out_dir, path, ".json");
	struct outputs outputs = {.count = 0};

	outputs_add(&outputs, "--out-dir", script);
	outputs_add(&outputs, "--out-dir", report);
	outputs_spare(&outputs, path);
	outputs_spare(&outputs, migrating->device_path);
	free(script);
	free(report);
	return outputs.lost;
}

/*
 * In a folder that others may write to a link of theirs leads anywhere, and a FIFO waits for ever.
 * True with a complaint if PATH, which the caller frees, is there and is no file.
 */
static bool is_no_file(char *path)
{
	struct stat there;
	bool is_other = path && lstat(path, &there) == 0 && !S_ISREG(there.st_mode);

	if (is_other)
		cli_complain("%s: is there and is no file of its own: remove it", path);
	free(path);
	return is_other;
}

/* Of a file that makes no script now, one that an earlier run left is not to be pasted. */
static int complain_of_old(const struct migrating *migrating, const struct operand *operand)
{
	char *script = path_in(migrating->out_dir, operand->path, ".weos");
	bool is_old = !migrating->has_written && script && access(script, F_OK) == 0;

	if (is_old)
		cli_complain("%s: is of an earlier run, and no script is made of %s now: remove it",
			     script, operand->path);
	free(script);
	return is_old ? EXIT_FAILED : EXIT_OK;
}

/* Which of two files a script would be of, nobody could tell. */
static int complain_of_rival(const struct operand *operand, const struct operand *rival)
{
	if (files_are_one(operand->path, rival->path))
		cli_complain("%s: is named twice: name it once", operand->path);
	else
		cli_complain("%s: its script would be that of %s: give each an --out-dir of its "
			     "own",
			     operand->path, rival->path);
	return EXIT_FAILED;
}

/* Nothing is written over a script of another device, or over the text itself. */
static int migrate_operand(struct migrating *migrating, const struct names *names,
			   struct operand *operand)
{
	const struct operand *rival = find_rival(names, operand);
	const char *lost = find_lost(migrating, operand->path);
	int status;

	if (rival)
		return complain_of_rival(operand, rival);
	if (lost) {
		cli_complain("%s: would be overwritten", lost);
		return EXIT_FAILED;
	}
	if (is_no_file(path_in(migrating->out_dir, operand->path, ".weos")) ||
	    is_no_file(path_in(migrating->out_dir, operand->path, ".json")))
		return EXIT_FAILED;
	migrating->has_written = false;
	status = migrate_file(migrating, operand->path);
	return worst(status, complain_of_old(migrating, operand));
}

static int migrate_each(struct migrating *migrating, const struct names *names,
			struct operands *operands)
{
	struct progress progress;
	int status = EXIT_OK;

	progress_begin(&progress);
	for (size_t i = 0; i < operands->count; i++) {
		struct operand *operand = &operands->list[i];

		status = operand_complain(operand, status);
		if (!operand->error && !operand->is_empty) {
			operand->is_checked = true;
			status = worst(status, migrate_operand(migrating, names, operand));
		}
		progress_step(&progress, operands->count);
	}
	progress_end(&progress);
	return status;
}

static int migrate_operands(struct migrating *migrating, struct operands *operands)
{
	struct names names = {.list = NULL};
	int status;

	if (opposites_find(&migrating->opposites, operands) && names_make(&names, operands))
		status = migrate_each(migrating, &names, operands);
	else
		status = cli_written(EXIT_OK, migrating->out_dir, ENOMEM);
	free(names.list);
	opposites_free(&migrating->opposites);
	return status;
}

static int migrate_many(struct migrating *migrating, int count, char **words)
{
	struct operands operands = {.list = NULL};
	char *table = NULL;
	size_t size;
	int status;

	if (mkdir(migrating->out_dir, 0777) != 0 && errno != EEXIST)
		return cli_written(EXIT_OK, migrating->out_dir, errno);
	migrating->table = open_memstream(&table, &size);
	if (!migrating->table || !operands_collect(&operands, count, words)) {
		status = cli_written(EXIT_OK, migrating->out_dir, ENOMEM);
	} else {
		status = migrate_operands(migrating, &operands);
		fflush(migrating->table);
		fprintf(stderr, "tunnels    kept changed dropped not possible  file\n%s", table);
		print_row(stderr, "total", &migrating->total);
	}
	if (migrating->table)
		fclose(migrating->table);
	free(table);
	operands_free(&operands);
	return status;
}

/* ---- the command line ---- */

static int run_on_device(struct migrating *migrating, int count, char **words)
{
	struct arena *arena;
	const char *error;
	struct text *text;
	int status = EXIT_FAILED;

	if (!migrating->device_path)
		return migrating->out_dir ? migrate_many(migrating, count, words)
					  : migrate_file(migrating, words[0]);
	arena = arena_new();
	text = files_read(migrating->device_path);
	error = !text	 ? strerror(errno)
		: !arena ? strerror(ENOMEM)
			 : device_json_read(text, arena, &migrating->read_device);
	if (error) {
		cli_complain("%s: %s", migrating->device_path, error);
	} else {
		migrating->device = &migrating->read_device;
		status = migrating->out_dir ? migrate_many(migrating, count, words)
					    : migrate_file(migrating, words[0]);
	}
	text_free(text);
	arena_free(arena);
	return status;
}

static int check_outputs(const struct migrating *migrating, const char *input)
{
	struct outputs outputs = {.count = 0};

	outputs_add(&outputs, "-o", migrating->output ? migrating->output : "-");
	outputs_add(&outputs, "--report", migrating->report);
	outputs_spare(&outputs, input);
	outputs_spare(&outputs, migrating->device_path);
	return outputs_check(&outputs, migrating->command);
}

static int check_use(const struct migrating *migrating, int count, char **words)
{
	const struct cli_command *command = migrating->command;

	if (count == 0)
		return cli_misuse(command, "no file to migrate");
	if (migrating->out_dir)
		return migrating->output || migrating->report
			   ? cli_misuse(command,
					"--out-dir has a script and a report of each file: drop %s",
					migrating->output ? "-o" : "--report")
		       : migrating->device_path && count > 1
			   ? cli_misuse(command, "--device is for one FILE, that of the device")
			   : EXIT_OK;
	if (count > 1)
		return cli_misuse(command, "one file at a time, or --out-dir: '%s' is too much",
				  words[1]);
	return check_outputs(migrating, words[0]);
}

static int run(const struct cli_command *command, int argc, char **argv)
{
	struct migrating migrating = {.command = command};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option, status;

	while ((option = cli_next(&cli)) >= 0)
		set_option(&migrating, option, cli.value);
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	status = check_use(&migrating, argc - cli.operand, argv + cli.operand);
	if (status)
		return status;
	if (!migrating.output)
		migrating.output = "-";
	return run_on_device(&migrating, argc - cli.operand, argv + cli.operand);
}

const struct cli_command cli_migrate = {
    .name = "migrate",
    .operands = "FILE...",
    .line = "Makes a WeOS 5 script of the IPsec part of a WeOS 4 configuration",
    .more = "FILE is read as WeOS 4; '-' is standard input.  The script is to be pasted into WeOS\n"
	    "5; above a line that a person must look at stands why.  What became of every line\n"
	    "goes to standard error.  A tunnel that cannot be expressed is written disabled.\n"
	    "Without --out-dir there is one FILE; with it, folders are walked for *.cfg and\n"
	    "*.weos, each script lies beside its report, and a table ends it.\n"
	    "\n"
	    "Exit status: 0 migrated, 1 something is not possible, or FILE is for WeOS 5, 2 a\n"
	    "file could not be read or written, 64 wrong usage.\n",
    .options = options,
    .run = run,
};
