/* SPDX-License-Identifier: ISC */
#include "compiler/command/outputs.h"

#include "compiler/base/files.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void outputs_add(struct outputs *outputs, const char *option, const char *path)
{
	if (!path)
		return;
	assert(outputs->count < OUTPUTS_MAX);
	outputs->list[outputs->count].option = option;
	outputs->list[outputs->count++].path = path;
}

void outputs_spare(struct outputs *outputs, const char *input)
{
	for (size_t i = 0; input && !outputs->lost && i < outputs->count; i++) {
		if (files_is_input(outputs->list[i].path, input))
			outputs->lost = input;
	}
}

/*
 * PATH is a file of FOLDER, or of one below it, as `fleet' has for each device.  Only what can be
 * read counts: the folder itself may be where outputs lie.
 */
static bool is_of_pki(const char *path, const char *folder)
{
	static const char *const parts[] = {"x509", "x509ca", "x509crl", "private"};
	char file[PATH_MAX], root[PATH_MAX];
	const char *part;
	size_t i = 0, length;

	if (!realpath(path, file) || !realpath(folder, root))
		return false;
	length = strcmp(root, "/") == 0 ? 0 : strlen(root);
	if (strncmp(file, root, length) != 0 || file[length] != '/')
		return false;
	*strrchr(file, '/') = '\0';
	part = strrchr(file, '/');
	while (part && i < sizeof(parts) / sizeof(parts[0]) && strcmp(part + 1, parts[i]) != 0)
		i++;
	return part && i < sizeof(parts) / sizeof(parts[0]);
}

void outputs_spare_pki(struct outputs *outputs, const char *folder)
{
	for (size_t i = 0; folder && !outputs->lost && i < outputs->count; i++) {
		if (is_of_pki(outputs->list[i].path, folder))
			outputs->lost = outputs->list[i].path;
	}
}

int outputs_check(const struct outputs *outputs, const struct cli_command *command)
{
	if (outputs->lost)
		return cli_misuse(command, "%s: would be overwritten", outputs->lost);
	if (outputs->count == OUTPUTS_MAX &&
	    files_are_one(outputs->list[0].path, outputs->list[1].path))
		return cli_misuse(command, "%s and %s are the same file", outputs->list[0].option,
				  outputs->list[1].option);
	return EXIT_OK;
}
