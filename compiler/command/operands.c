/* SPDX-License-Identifier: ISC */
#include "compiler/command/operands.h"

#include "compiler/base/cli.h"
#include "compiler/base/files.h"

#include <stdlib.h>
#include <string.h>

#define GROWTH 64

static bool has_room(struct operands *operands)
{
	size_t room = 2 * operands->room + GROWTH;
	struct operand *list;

	if (operands->count < operands->room)
		return true;
	list = realloc(operands->list, room * sizeof(*list));
	if (!list)
		return false;
	operands->list = list;
	operands->room = room;
	return true;
}

static void add(struct operands *operands, const char *path, struct operand operand)
{
	operand.path = strdup(path);
	if (operand.path && has_room(operands)) {
		operands->list[operands->count++] = operand;
		return;
	}
	free(operand.path);
	operands->has_failed = true;
}

/* The word that is being walked. */
struct walk {
	struct operands *operands;
	size_t word;
};

static void visit(void *context, const char *path, bool found, int error)
{
	const struct walk *walk = context;

	const char *standard = walk->operands->standard;
	bool is_standard = !found && strcmp(path, "-") == 0;

	add(walk->operands, is_standard && standard ? standard : path,
	    (struct operand){.found = found,
			     .error = error,
			     .is_standard = is_standard,
			     .word = walk->word});
}

static bool take(void *context, const char *path, bool is_folder)
{
	const struct walk *walk = context;

	return projects_take(walk->operands->projects, path, is_folder);
}

/* A folder in which there is nothing to take. */
static void add_empty(struct operands *operands, const char *path, size_t word)
{
	char *inside;

	add(operands, path, (struct operand){.is_empty = true, .word = word});
	if (operands->has_failed || !operands->projects || asprintf(&inside, "%s/.", path) < 0)
		return;
	operands->list[operands->count - 1].project = projects_look(operands->projects, inside);
	free(inside);
}

bool operands_collect(struct operands *operands, int count, char **words)
{
	int status;

	operands->words = words;
	for (int i = 0; i < count; i++) {
		size_t before = operands->count;
		struct walk walk = {operands, (size_t)i};

		files_walk(words[i], &(struct files_walk){.visit = visit,
							  .take = operands->projects ? take : NULL,
							  .context = &walk});
		if (operands->count == before)
			add_empty(operands, words[i], walk.word);
	}
	return !operands->has_failed &&
	       !(operands->projects && projects_error(operands->projects, &status));
}

static bool judge(struct operands *operands, struct operand *operand)
{
	operands->has_walked = operands->has_walked || operand->found;
	if (operand->is_empty)
		return true;
	operand->is_excluded = operand->is_standard && operands->standard &&
			       projects_exclude(operands->projects, operand->path);
	operand->outcome = projects_find(operands->projects, operand->path, &operand->name);
	return operand->outcome != NULL;
}

bool operands_judge(struct operands *operands)
{
	for (size_t i = 0; i < operands->count; i++) {
		if (!judge(operands, &operands->list[i]))
			return false;
	}
	return true;
}

void operands_free(struct operands *operands)
{
	for (size_t i = 0; i < operands->count; i++) {
		free(operands->list[i].path);
		free(operands->list[i].name);
	}
	free(operands->list);
}

int operand_complain(const struct operand *operand, int status)
{
	if (operand->is_empty) {
		if (operand->project)
			cli_complain("%s: nothing in this folder that %s takes", operand->path,
				     operand->project->path);
		else
			cli_complain("%s: no *.cfg or *.weos in this folder", operand->path);
		return EXIT_FAILED;
	}
	if (!operand->error)
		return status;
	cli_complain("%s: %s", operand->path, strerror(operand->error));
	return EXIT_FAILED;
}

/*
 * From I on: behind the operands of the same word.  *LEFT is whether they are a folder's, and
 * nothing was done.
 */
static size_t skip_word(const struct operands *operands, size_t i, bool *left)
{
	size_t word = operands->list[i].word;

	*left = true;
	for (; i < operands->count && operands->list[i].word == word; i++) {
		const struct operand *operand = &operands->list[i];

		*left = *left && operand->found && !operand->is_checked && !operand->error;
	}
	return i;
}

int operands_complain(const struct operands *operands, int status)
{
	size_t next;

	for (size_t i = 0; i < operands->count; i = next) {
		bool left;

		next = skip_word(operands, i, &left);
		if (!left)
			continue;
		cli_complain(
		    "%s: nothing in this folder was checked: there are JSON documents only",
		    operands->words[operands->list[i].word]);
		status = EXIT_FAILED;
	}
	return status;
}
