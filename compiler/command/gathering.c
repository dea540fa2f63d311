/* SPDX-License-Identifier: ISC */
#include "compiler/command/gathering.h"

#include "compiler/base/spool.h"
#include "compiler/base/workers.h"
#include "compiler/command/cli_project.h"
#include "compiler/command/cli_value.h"
#include "compiler/report/report.h"
#include "compiler/yang/yang.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Up to so many files one thread is as good. */
#define MANY_FILES 64
#define FILES_AHEAD 64

/* ---- which files ---- */

const struct operand *gathering_operand(const struct gathering *gathering, size_t task)
{
	return &gathering->operands.list[gathering->tasks[task]];
}

static const char *path_of(const struct gathering *gathering, size_t task)
{
	return report_path(gathering_operand(gathering, task)->path);
}

/* By path, and a FILE that was named before the same that was found. */
static int compare_tasks(const void *a, const void *b, void *context)
{
	const struct operand *list = context;
	const struct operand *first = &list[*(const size_t *)a],
			     *second = &list[*(const size_t *)b];
	int order = strcmp(report_path(first->path), report_path(second->path));

	return order ? order : (int)first->found - (int)second->found;
}

static void sort_tasks(struct gathering *gathering)
{
	size_t kept = 0;

	qsort_r(gathering->tasks, gathering->count, sizeof(*gathering->tasks), compare_tasks,
		gathering->operands.list);
	for (size_t i = 0; i < gathering->count; i++) {
		gathering->tasks[kept] = gathering->tasks[i];
		if (!kept || strcmp(path_of(gathering, kept - 1), path_of(gathering, kept)) != 0)
			kept++;
	}
	gathering->count = kept;
}

/* The file that the task AT leads to. */
struct leading {
	dev_t device;
	ino_t number;
	bool found;
	size_t at;
};

static bool leads_to_same(const struct leading *a, const struct leading *b)
{
	return a->device == b->device && a->number == b->number;
}

/* Of one file a FILE that was named comes first, and then the first path. */
static int compare_leading(const void *a, const void *b)
{
	const struct leading *first = a, *second = b;

	if (first->device != second->device)
		return first->device < second->device ? -1 : 1;
	if (first->number != second->number)
		return first->number < second->number ? -1 : 1;
	if (first->found != second->found)
		return (int)first->found - (int)second->found;
	return first->at < second->at ? -1 : 1;
}

/* What cannot be looked at stays, for what is to be said of it. */
static size_t find_leading(const struct gathering *gathering, struct leading *list)
{
	size_t count = 0;

	for (size_t i = 0; i < gathering->count; i++) {
		const struct operand *operand = gathering_operand(gathering, i);
		struct stat file;

		if (stat(operand->path, &file) == 0)
			list[count++] =
			    (struct leading){file.st_dev, file.st_ino, operand->found, i};
	}
	return count;
}

static void drop_tasks(struct gathering *gathering, size_t dropped)
{
	size_t kept = 0;

	for (size_t i = 0; i < gathering->count; i++) {
		if (gathering->tasks[i] != dropped)
			gathering->tasks[kept++] = gathering->tasks[i];
	}
	gathering->count = kept;
}

/* A file to which several paths lead is one gateway.  False without memory. */
static bool take_once(struct gathering *gathering)
{
	struct leading *list = calloc(gathering->count + 1, sizeof(*list));
	const size_t dropped = SIZE_MAX;
	size_t count;

	if (!list)
		return false;
	count = find_leading(gathering, list);
	qsort(list, count, sizeof(*list), compare_leading);
	for (size_t i = 1; i < count; i++) {
		if (leads_to_same(&list[i - 1], &list[i]))
			gathering->tasks[list[i].at] = dropped;
	}
	free(list);
	drop_tasks(gathering, dropped);
	return true;
}

static int find_tasks(struct gathering *gathering)
{
	int status = EXIT_OK;

	for (size_t i = 0; i < gathering->operands.count; i++) {
		if (gathering->operands.list[i].is_empty)
			status = operand_complain(&gathering->operands.list[i], status);
		else
			gathering->tasks[gathering->count++] = i;
	}
	sort_tasks(gathering);
	return take_once(gathering) ? status
				    : cli_written(status, "cannot collect the files", ENOMEM);
}

void gathering_init(struct gathering *gathering, const struct cli_command *command)
{
	*gathering = (struct gathering){
	    .command = command,
	    .asked = {.policy = {.obeys_comments = true, .fail_on = PROJECT_UNSAID},
		      .surroundings = {.dialect = -1},
		      .now = cli_now()}};
	project_words_init(&gathering->asked.words);
}

/* The operands, each with what holds for it. */
static int collect(struct gathering *gathering, int count, char **words)
{
	struct operands *operands = &gathering->operands;

	gathering->projects = projects_new(&gathering->asked);
	operands->projects = gathering->projects;
	if (!gathering->projects)
		return cli_written(EXIT_OK, "cannot collect the files", ENOMEM);
	if (operands_collect(operands, count, words) && operands_judge(operands))
		return EXIT_OK;
	if (operands->has_failed)
		return cli_written(EXIT_OK, "cannot collect the files", ENOMEM);
	return cli_projects_complain(gathering->projects, EXIT_FAILED);
}

/* The folder of --pki must be there, and the time be known. */
static int check_pki(const struct gathering *gathering)
{
	struct pki *pki;
	int status = cli_open_pki(gathering->command, gathering->pki, &pki);

	pki_free(pki);
	return status;
}

int gathering_collect(struct gathering *gathering, int count, char **words)
{
	int status;

	if (count == 0)
		return cli_misuse(gathering->command, "no file or folder given");
	for (int i = 0; i < count; i++) {
		if (strcmp(words[i], "-") == 0)
			return cli_misuse(gathering->command,
					  "standard input has no name that could be told");
	}
	status = check_pki(gathering);
	if (status == EXIT_OK)
		status = collect(gathering, count, words);
	if (status != EXIT_OK)
		return status;
	gathering->tasks = calloc(gathering->operands.count + 1, sizeof(*gathering->tasks));
	gathering->sites = calloc(gathering->operands.count + 1, sizeof(struct site *));
	gathering->of = calloc(gathering->operands.count + 1, 1);
	if (!gathering->tasks || !gathering->sites || !gathering->of)
		return cli_written(EXIT_OK, "cannot collect the files", ENOMEM);
	return find_tasks(gathering);
}

static void spare_named(void *context, const char *path, bool is_pki)
{
	struct outputs *outputs = context;

	if (is_pki)
		outputs_spare_pki(outputs, path);
	else
		outputs_spare(outputs, path);
}

void gathering_spare(const struct gathering *gathering, struct outputs *outputs)
{
	for (size_t i = 0; i < gathering->count; i++)
		outputs_spare(outputs, gathering_operand(gathering, i)->path);
	outputs_spare_pki(outputs, gathering->pki);
	projects_inputs(gathering->projects, spare_named, outputs);
}

/* ---- reading ---- */

/* Of a project file the language and the certificates count, as for `pair'. */
struct site *gathering_read_task(const struct gathering *gathering, struct site_reader *reader,
				 size_t task)
{
	const struct operand *operand = gathering_operand(gathering, task);
	const struct project_outcome *outcome = operand->outcome;
	const struct surroundings surroundings = {
	    .dialect = outcome->surroundings.dialect,
	    .pki = gathering->pki ? NULL : outcome->surroundings.pki};
	struct site *site;

	reader->surroundings = &surroundings;
	reader->pki = gathering->pki;
	reader->now = gathering->asked.now;
	site = site_read(reader, report_path(operand->path), operand->found);
	reader->surroundings = NULL;
	if (!site)
		return NULL;
	site->outcome = outcome;
	site->name = operand->name;
	return site;
}

static size_t read_task(void *context, unsigned worker, size_t task)
{
	struct gathering *gathering = context;

	gathering->sites[task] = gathering_read_task(gathering, &gathering->readers[worker], task);
	gathering->of[task] = (unsigned char)worker;
	return 0;
}

static void count_task(void *context, size_t task)
{
	struct gathering *gathering = context;

	(void)task;
	progress_step(&gathering->progress, gathering->count);
}

static unsigned count_jobs(const struct gathering *gathering)
{
	unsigned jobs = gathering->jobs;

	if (!jobs)
		jobs = gathering->count > MANY_FILES ? workers_processors() : 1;
	if (jobs > gathering->count)
		jobs = (unsigned)gathering->count;
	return jobs ? jobs : 1;
}

static bool make_readers(struct gathering *gathering)
{
	gathering->reader_count = count_jobs(gathering);
	gathering->readers = calloc(gathering->reader_count, sizeof(*gathering->readers));
	for (unsigned i = 0; gathering->readers && i < gathering->reader_count; i++) {
		struct site_reader *reader = &gathering->readers[i];

		reader->read = agent_yang_read;
		reader->digest = digest_copy(gathering->digest);
		reader->arena = arena_new();
		reader->spool = spool_new();
		if (!reader->digest || !reader->arena || !reader->spool)
			return false;
		/* of much memory page faults are what costs most */
		if (gathering->count > MANY_FILES)
			arena_use_huge_pages(reader->arena);
	}
	return gathering->readers != NULL;
}

/* Lets all sites have their texts.  False if one is missing. */
static bool use_all(struct gathering *gathering)
{
	char *maps[WORKERS_MOST];

	for (unsigned i = 0; i < gathering->reader_count; i++) {
		maps[i] = spool_map(gathering->readers[i].spool);
		if (!maps[i])
			return false;
	}
	for (size_t i = 0; i < gathering->count; i++) {
		if (!gathering->sites[i])
			return false;
		site_use(gathering->sites[i], maps[gathering->of[i]]);
	}
	return true;
}

bool gathering_read(struct gathering *gathering)
{
	const struct workers_plan plan = {
	    .count = gathering->count,
	    .threads = count_jobs(gathering),
	    .window = (size_t)count_jobs(gathering) * FILES_AHEAD,
	    .bytes = SIZE_MAX,
	    .work = read_task,
	    .deliver = count_task,
	    .context = gathering,
	};

	if (!make_readers(gathering))
		return false;
	progress_begin(&gathering->progress);
	workers_run(&plan);
	progress_end(&gathering->progress);
	return use_all(gathering);
}

int gathering_complain(const struct site *site, int status)
{
	if (!site->error)
		return status;
	cli_complain("%s: %s", site->path, site->error);
	return site->is_named ? EXIT_FAILED : status;
}

void gathering_free(struct gathering *gathering)
{
	for (size_t i = 0; gathering->sites && i < gathering->count; i++)
		site_free(gathering->sites[i]);
	for (unsigned i = 0; gathering->readers && i < gathering->reader_count; i++) {
		digest_free(gathering->readers[i].digest);
		workspace_free(&gathering->readers[i].workspace);
		arena_free(gathering->readers[i].arena);
		spool_free(gathering->readers[i].spool);
	}
	free(gathering->readers);
	free(gathering->sites);
	free(gathering->of);
	free(gathering->tasks);
	operands_free(&gathering->operands);
	projects_free(gathering->projects);
}
