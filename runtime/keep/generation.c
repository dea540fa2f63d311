/* SPDX-License-Identifier: ISC */
#include "runtime/keep/generation.h"

#include "runtime/system/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- their names ---- */

void generation_path(char *path, unsigned generation)
{
	snprintf(path, GENERATION_PATH, "gen/%04u", generation);
}

/* There is one way to write it. */
unsigned generation_of(const char *path)
{
	unsigned long generation = strncmp(path, "gen/", 4) == 0 ? strtoul(path + 4, NULL, 10) : 0;
	char again[GENERATION_PATH];

	if (generation == 0 || generation > GENERATION_MAX)
		return 0;
	generation_path(again, (unsigned)generation);
	return strcmp(again, path) == 0 ? (unsigned)generation : 0;
}

int generation_open(int fd, unsigned generation)
{
	char path[GENERATION_PATH];

	generation_path(path, generation);
	return openat(fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/* ---- all that there are ---- */

/* Calls VISIT for each, with what RESULT is for. */
static void each_generation(int fd, void (*visit)(int fd, unsigned generation, unsigned *result),
			    unsigned *result)
{
	int gen = openat(fd, "gen", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = gen < 0 ? NULL : fdopendir(gen);
	struct dirent *entry;

	if (!folder) {
		if (gen >= 0)
			close(gen);
		return;
	}
	while ((entry = readdir(folder))) {
		char path[sizeof(entry->d_name) + 4];
		unsigned generation;

		snprintf(path, sizeof(path), "gen/%s", entry->d_name);
		generation = generation_of(path);
		if (generation)
			visit(fd, generation, result);
	}
	closedir(folder);
}

static void take_greatest(int fd, unsigned generation, unsigned *greatest)
{
	(void)fd;
	if (generation > *greatest)
		*greatest = generation;
}

unsigned generation_greatest(int fd)
{
	unsigned greatest = 0;

	each_generation(fd, take_greatest, &greatest);
	return greatest;
}

unsigned generation_previous(int fd, unsigned generation)
{
	int folder = generation_open(fd, generation);
	json_t *json = folder < 0 ? NULL : folder_get_json(folder, "plan.json");
	json_int_t previous = json_integer_value(json_object_get(json, "previous"));

	json_decref(json);
	if (folder >= 0)
		close(folder);
	if (previous <= 0 || previous > GENERATION_MAX)
		return 0;
	folder = generation_open(fd, (unsigned)previous);
	if (folder < 0)
		return 0;
	close(folder);
	return (unsigned)previous;
}

void generation_remove(int fd, unsigned generation)
{
	char path[GENERATION_PATH];

	generation_path(path, generation);
	folder_remove(fd, path);
}

/* Those are KEPT that rollback leads to, which are older when some were gone back from. */
static void remove_old(int fd, unsigned generation, unsigned *kept)
{
	size_t i = 0;

	while (i < GENERATION_KEPT && kept[i] != generation)
		i++;
	if (i == GENERATION_KEPT && generation + GENERATION_KEPT <= kept[0])
		generation_remove(fd, generation);
}

void generation_prune(int fd, unsigned current)
{
	unsigned kept[GENERATION_KEPT] = {current};

	for (size_t i = 1; i < GENERATION_KEPT && kept[i - 1]; i++)
		kept[i] = generation_previous(fd, kept[i - 1]);
	each_generation(fd, remove_old, kept);
}

/* ---- the next one ---- */

static json_t *record(const struct plan *plan, unsigned previous)
{
	return json_pack("{s:i, s:i, s:o}", "schema_version", 1, "previous", (int)previous,
			 "tunnels", plan_json(plan));
}

int generation_write(int fd, struct slice agent, unsigned previous, const struct plan *plan)
{
	int folder, error;

	generation_drop(fd);
	folder = mkdirat(fd, GENERATION_NEXT, 0700) == 0
		     ? openat(fd, GENERATION_NEXT, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
		     : -1;
	if (folder < 0)
		return errno;
	error = credentials_keep(&plan->to->credentials, folder);
	if (!error)
		error = folder_put_new(folder, "agent.xml", agent.at, agent.length);
	if (!error)
		error = folder_put_new_json(folder, "plan.json", record(plan, previous));
	if (!error)
		error = folder_sync(folder);
	close(folder);
	return error;
}

int generation_name(int fd, unsigned generation)
{
	char path[GENERATION_PATH];

	generation_path(path, generation);
	return renameat(fd, GENERATION_NEXT, fd, path) == 0 ? 0 : errno;
}

void generation_drop(int fd)
{
	folder_remove(fd, GENERATION_NEXT);
}
