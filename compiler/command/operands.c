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

static void visit(void *context, const char *path, bool found, int error)
{
	add(context, path, (struct operand){.found = found, .error = error});
}

bool operands_collect(struct operands *operands, int count, char **words)
{
	*operands = (struct operands){.count = 0};
	for (int i = 0; i < count; i++) {
		size_t before = operands->count;

		files_walk(words[i], visit, operands);
		if (operands->count == before)
			add(operands, words[i], (struct operand){.is_empty = true});
	}
	return !operands->has_failed;
}

void operands_free(struct operands *operands)
{
	for (size_t i = 0; i < operands->count; i++)
		free(operands->list[i].path);
	free(operands->list);
}

int operand_complain(const struct operand *operand, int status)
{
	if (operand->is_empty)
		cli_complain("%s: no *.cfg or *.weos in this folder", operand->path);
	if (!operand->error)
		return status;
	cli_complain("%s: %s", operand->path, strerror(operand->error));
	return EXIT_FAILED;
}
