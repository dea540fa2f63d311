/* SPDX-License-Identifier: ISC */
/*
 * The files of `check', one after the other or several at once.  With several, each thread reads,
 * checks and renders a file into memory of its own, and what it rendered is put into the report in
 * the order of the files: what is written is the same.
 */
#include "compiler/command/checking.h"

#include "compiler/base/cli.h"
#include "compiler/base/workers.h"
#include "compiler/report/part.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Files for which it is worth it to start threads that nobody asked for. */
#define MANY_FILES 64

/* How far a job may be ahead, and how much all may keep, when one file takes its time. */
#define FILES_AHEAD 16
#define BYTES_AHEAD ((size_t)16 << 20)

/* ---- one file ---- */

static struct surroundings surroundings_of(const struct operand *operand)
{
	struct surroundings surroundings = operand->outcome->surroundings;

	surroundings.is_found = operand->found;
	return surroundings;
}

/* Opens OPERAND as SOURCE in WORKSPACE, if it can be read.  What a report has of it. */
static struct report_file open_operand(struct operand *operand, struct source *source,
				       struct workspace *workspace)
{
	const struct surroundings surroundings = surroundings_of(operand);
	struct report_file file = {.path = operand->path,
				   .is_standard = operand->is_standard,
				   .name = operand->name,
				   .policy = &operand->outcome->policy};

	memset(source, 0, sizeof(*source));
	if (!operand->error) {
		source_open(source, operand->is_standard ? "-" : operand->path, operand->path,
			    &surroundings, workspace);
		operand->error = source->error;
		operand->is_checked = source->compilation != NULL;
	}
	if (operand->error)
		file.error = strerror(operand->error);
	file.skipped = source->is_json ? "a JSON document" : NULL;
	file.findings = source->findings;
	file.model = source->model;
	return file;
}

/* Whose project file silenced what was reported since the report had hushed BEFORE. */
static void count_hushed(const struct checking *checking, const struct operand *operand,
			 size_t before)
{
	struct project *project = operand->outcome->project;

	if (project)
		project->hushed += checking->report.hushed - before;
}

static void check_operand(struct checking *checking, struct operand *operand,
			  struct workspace *workspace)
{
	const struct surroundings surroundings = surroundings_of(operand);
	size_t before = checking->report.hushed;
	struct compilation *fixed = NULL;
	struct source source;
	struct report_file file = open_operand(operand, &source, workspace);

	checking->status = operand_complain(operand, checking->status);
	if (source.compilation && (checking->fixes || checking->diffs))
		fixed = checking_fix(checking, &file, &surroundings, &source);
	if (fixed) {
		file.findings = &fixed->findings;
		file.model = fixed->model;
	}
	report_file(&checking->report, &file);
	count_hushed(checking, operand, before);
	compilation_free(fixed);
	source_close(&source);
}

static void check_in_turn(struct checking *checking)
{
	struct workspace workspace = {.arena = NULL};

	for (size_t i = 0; i < checking->operands.count; i++) {
		struct operand *operand = &checking->operands.list[i];

		if (operand->is_empty)
			checking->status = operand_complain(operand, checking->status);
		else if (!operand->is_excluded)
			check_operand(checking, operand, &workspace);
	}
	workspace_free(&workspace);
}

/* ---- several at once ---- */

struct joint {
	struct checking *checking;
	unsigned jobs;
	size_t window;
	struct workspace *workspaces; /* of each job */
	struct part *parts;	      /* of each file of the window */
};

static size_t check_aside(void *context, unsigned job, size_t task)
{
	const struct joint *joint = context;
	struct operand *operand = &joint->checking->operands.list[task];
	struct part *part = &joint->parts[task % joint->window];
	struct source source;
	struct report_file file;

	if (operand->is_empty)
		return 0;
	file = open_operand(operand, &source, &joint->workspaces[job]);
	part_write(part, &joint->checking->asked.settings, &file);
	source_close(&source);
	return part_size(part);
}

static void deliver(void *context, size_t task)
{
	const struct joint *joint = context;
	struct checking *checking = joint->checking;
	const struct operand *operand = &checking->operands.list[task];
	size_t before = checking->report.hushed;

	checking->status = operand_complain(operand, checking->status);
	if (operand->is_empty)
		return;
	part_join(&joint->parts[task % joint->window], &checking->report);
	count_hushed(checking, operand, before);
}

static void joint_free(struct joint *joint)
{
	for (unsigned i = 0; joint->workspaces && i < joint->jobs; i++)
		workspace_free(&joint->workspaces[i]);
	for (size_t i = 0; joint->parts && i < joint->window; i++)
		part_free(&joint->parts[i]);
	free(joint->workspaces);
	free(joint->parts);
}

static void check_at_once(struct checking *checking, unsigned jobs)
{
	struct joint joint = {
	    .checking = checking, .jobs = jobs, .window = (size_t)jobs * FILES_AHEAD};
	const struct workers_plan plan = {
	    .count = checking->operands.count,
	    .threads = jobs,
	    .window = joint.window,
	    .bytes = BYTES_AHEAD,
	    .work = check_aside,
	    .deliver = deliver,
	    .context = &joint,
	};

	joint.workspaces = calloc(joint.jobs, sizeof(*joint.workspaces));
	joint.parts = calloc(joint.window, sizeof(*joint.parts));
	if (joint.workspaces && joint.parts)
		workers_run(&plan);
	else
		check_in_turn(checking);
	joint_free(&joint);
}

/* ---- all ---- */

/* Standard input is not for several, nor are edits: a file may be named twice. */
static bool takes_turns(const struct checking *checking)
{
	const struct operands *operands = &checking->operands;

	if (checking->fixes || checking->diffs)
		return true;
	for (size_t i = 0; i < operands->count; i++) {
		if (operands->list[i].is_standard)
			return true;
	}
	return false;
}

static unsigned count_jobs(const struct checking *checking)
{
	size_t files = checking->operands.count;
	unsigned jobs = checking->jobs;

	if (takes_turns(checking))
		return 1;
	if (!jobs)
		jobs = files > MANY_FILES ? workers_processors() : 1;
	return jobs < files ? jobs : (unsigned)files;
}

static void check_operands(struct checking *checking)
{
	unsigned jobs = count_jobs(checking);

	if (jobs > 1)
		check_at_once(checking, jobs);
	else
		check_in_turn(checking);
}

int checking_run(struct checking *checking)
{
	FILE *out = checking->diffs ? stderr : stdout;
	int error;

	if (checking->diffs) /* a report is many small pieces */
		setvbuf(stderr, NULL, _IOLBF, 0);
	cli_report_ready(&checking->asked, out);
	report_begin(&checking->report, &checking->asked.settings, out);
	check_operands(checking);
	checking->status = operands_complain(&checking->operands, checking->status);
	error = report_end(&checking->report);
	if (checking->status == EXIT_OK && checking->report.fails)
		checking->status = EXIT_FINDINGS;
	checking->status = cli_written(checking->status, "cannot write the report", error);
	return checking->diffs ? cli_flush(checking->status) : checking->status;
}
