/* SPDX-License-Identifier: ISC */
#include "runtime/keep/generation.h"

#include "runtime/system/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

	errno = 0; /* no number is a fault of the system */
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

/* Calls VISIT for each, with what RESULT is for.  0, or errno if these may not be all. */
static int each_generation(int fd, void (*visit)(int fd, unsigned generation, unsigned *result),
			   unsigned *result)
{
	int gen = openat(fd, "gen", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = gen < 0 ? NULL : fdopendir(gen);
	struct dirent *entry;
	int error = errno;

	if (!folder) {
		if (gen >= 0)
			close(gen);
		return error;
	}
	while ((errno = 0, entry = readdir(folder))) {
		char path[sizeof(entry->d_name) + 4];
		unsigned generation;

		snprintf(path, sizeof(path), "gen/%s", entry->d_name);
		generation = generation_of(path);
		if (generation)
			visit(fd, generation, result);
	}
	error = errno;
	closedir(folder);
	return error;
}

static void take_greatest(int fd, unsigned generation, unsigned *greatest)
{
	(void)fd;
	if (generation > *greatest)
		*greatest = generation;
}

int generation_greatest(int fd, unsigned *greatest)
{
	*greatest = 0;
	return each_generation(fd, take_greatest, greatest);
}

/* What is not there, or damaged, is none: not so what cannot be read now. */
static int error_of(int error)
{
	return error == ENOENT || error == EINVAL ? 0 : error;
}

/* What plan.json of GENERATION says, if that is there. */
static int read_previous(int fd, unsigned generation, json_int_t *previous)
{
	int folder = generation_open(fd, generation);
	json_t *json = folder < 0 ? NULL : folder_get_json(folder, "plan.json");
	int error = json ? 0 : error_of(errno);

	*previous = json_integer_value(json_object_get(json, "previous"));
	json_decref(json);
	if (folder >= 0)
		close(folder);
	return error;
}

int generation_previous(int fd, unsigned generation, unsigned *previous)
{
	json_int_t number;
	int error = read_previous(fd, generation, &number), folder;

	*previous = 0;
	if (error || number <= 0 || number > GENERATION_MAX)
		return error;
	folder = generation_open(fd, (unsigned)number);
	if (folder < 0)
		return error_of(errno);
	close(folder);
	*previous = (unsigned)number;
	return 0;
}

/* ---- whose they are ---- */

/* Whoever has the lock may remove things meanwhile: what is gone is nobody's. */
static bool is_file(int fd, const char *name)
{
	struct stat status;

	if (fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT;
	return S_ISREG(status.st_mode);
}

/* Is NAME a folder in FD of which IS_RIGHT is all, or gone? */
static bool has_all(int fd, const char *name, bool (*is_right)(int fd, const char *name))
{
	int folder = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	bool all = folder < 0 ? errno == ENOENT : folder_all(folder, is_right);

	if (folder >= 0)
		close(folder);
	return all;
}

static bool is_kind_kept(int fd, const char *name)
{
	return credentials_keep_in(name) && has_all(fd, name, is_file);
}

/* What generation_write() leaves, and did once: `loaded.json' is of an earlier version. */
static bool is_written(int fd, const char *name)
{
	if (strcmp(name, "pki") == 0)
		return has_all(fd, name, is_kind_kept);
	return is_file(fd, name) &&
	       (strcmp(name, "agent.xml") == 0 || strcmp(name, "plan.json") == 0 ||
		strcmp(name, "loaded.json") == 0);
}

static bool is_generation(int fd, const char *name)
{
	char path[NAME_MAX + sizeof("gen/")];

	snprintf(path, sizeof(path), "gen/%s", name);
	return (generation_of(path) || strcmp(path, GENERATION_NEXT) == 0) &&
	       has_all(fd, name, is_written);
}

bool generation_all_ours(int fd)
{
	return has_all(fd, "gen", is_generation);
}

static void remove_ours(int fd, const char *path)
{
	if (has_all(fd, path, is_written))
		folder_remove(fd, path);
}

void generation_remove(int fd, unsigned generation)
{
	char path[GENERATION_PATH];

	generation_path(path, generation);
	remove_ours(fd, path);
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

	for (size_t i = 1; i < GENERATION_KEPT && kept[i - 1]; i++) {
		if (generation_previous(fd, kept[i - 1], &kept[i]) != 0)
			return; /* it is not known which ones those are */
	}
	(void)each_generation(fd, remove_old, kept);
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
	remove_ours(fd, GENERATION_NEXT);
}
