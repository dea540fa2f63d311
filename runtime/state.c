/* SPDX-License-Identifier: ISC */
#include "runtime/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_ROOM 64
#define FILE_LIMIT (64u << 20) /* of what is read back */
#define GENERATION_MAX 999999999u

/* ---- small pieces ---- */

static int fail(struct state *state, int error, const char *name)
{
	snprintf(state->why, sizeof(state->why), "%s%s%s: %s", state->folder, *name ? "/" : "",
		 name, strerror(error));
	return error;
}

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written < 0 ? errno : EIO;
		bytes += written;
		size -= (size_t)written;
	}
	return 0;
}

/* NAME in the folder FD becomes BYTES: whole and on the disk, or not at all. */
static int put_file(int fd, const char *name, const char *bytes, size_t size)
{
	char aside[NAME_ROOM];
	int error, file;

	snprintf(aside, sizeof(aside), "%s.new", name);
	file = openat(fd, aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0)
		return errno;
	error = write_all(file, bytes, size);
	if (!error && fsync(file) != 0)
		error = errno;
	if (close(file) != 0 && !error)
		error = errno;
	if (!error && renameat(fd, aside, fd, name) != 0)
		error = errno;
	if (!error && fsync(fd) != 0 && errno != EINVAL)
		error = errno;
	if (error)
		unlinkat(fd, aside, 0);
	return error;
}

static int put_json(int fd, const char *name, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
	int error = text ? put_file(fd, name, text, strlen(text)) : ENOMEM;

	free(text);
	json_decref(json);
	return error;
}

/* The bytes of NAME, with a NUL behind them; NULL with errno. */
static char *get_file(int fd, const char *name, size_t *size)
{
	int file = openat(fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat status;
	char *bytes = NULL;
	ssize_t got = 0;

	if (file < 0)
		return NULL;
	if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < 0 ||
	    status.st_size > FILE_LIMIT)
		errno = EINVAL;
	else
		bytes = malloc((size_t)status.st_size + 1);
	for (*size = 0; bytes && *size < (size_t)status.st_size; *size += (size_t)got) {
		got = read(file, bytes + *size, (size_t)status.st_size - *size);
		if (got <= 0)
			break;
	}
	close(file);
	if (bytes)
		bytes[*size] = '\0';
	return bytes;
}

static json_t *get_json(int fd, const char *name)
{
	size_t size = 0;
	char *bytes = get_file(fd, name, &size);
	json_t *json = bytes ? json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL) : NULL;

	free(bytes);
	return json;
}

/* The name of a generation's folder in `gen'. */
static void generation_name(char *name, unsigned generation)
{
	snprintf(name, NAME_ROOM, "%04u", generation);
}

/* The generation that a name says, or 0. */
static unsigned generation_of(const char *name)
{
	unsigned long generation = strtoul(name, NULL, 10);
	char again[NAME_ROOM];

	if (generation == 0 || generation > GENERATION_MAX)
		return 0;
	generation_name(again, (unsigned)generation);
	return strcmp(again, name) == 0 ? (unsigned)generation : 0;
}

static int open_generation(const struct state *state, unsigned generation)
{
	char name[NAME_ROOM], path[NAME_ROOM + 8];

	generation_name(name, generation);
	snprintf(path, sizeof(path), "gen/%s", name);
	return openat(state->fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/* ---- opening ---- */

/* A folder that others may write to, or read, could be anybody's. */
static int check_folder(struct state *state)
{
	struct stat status;

	if (fstat(state->fd, &status) != 0)
		return fail(state, errno, "");
	if (status.st_uid != geteuid()) {
		snprintf(state->why, sizeof(state->why), "%s: belongs to somebody else",
			 state->folder);
		return EPERM;
	}
	if ((status.st_mode & 077) != 0 && fchmod(state->fd, 0700) != 0)
		return fail(state, errno, "");
	return 0;
}

static void read_current(struct state *state)
{
	char target[NAME_ROOM + 8];
	ssize_t length = readlinkat(state->fd, "current", target, sizeof(target) - 1);

	if (length <= 4)
		return;
	target[length] = '\0';
	if (memcmp(target, "gen/", 4) == 0)
		state->current = generation_of(target + 4);
}

static void forget_suspects(struct state *state)
{
	free(state->suspects);
	state->suspects = NULL;
	state->suspect_count = 0;
}

bool state_suspect(struct state *state, int id)
{
	int *grown = realloc(state->suspects, (state->suspect_count + 1) * sizeof(*grown));

	if (!grown)
		return false;
	state->suspects = grown;
	state->suspects[state->suspect_count++] = id;
	return true;
}

/* The tunnels of a journal; without memory for them it is as if it were not there. */
static void read_journal(struct state *state)
{
	json_t *journal = get_json(state->fd, "journal");
	json_t *tunnels = json_object_get(journal, "tunnels");
	json_int_t generation = json_integer_value(json_object_get(journal, "generation"));
	/* killed behind the very last step: it had been applied whole */
	bool complete = generation > 0 && generation == state->current;
	size_t count = complete ? 0 : json_array_size(tunnels);

	state->suspects = count ? calloc(count, sizeof(*state->suspects)) : NULL;
	for (size_t i = 0; state->suspects && i < count; i++) {
		json_t *id = json_array_get(tunnels, i);

		if (json_is_integer(id) && json_integer_value(id) >= 0 &&
		    json_integer_value(id) <= 65535)
			state->suspects[state->suspect_count++] = (int)json_integer_value(id);
	}
	json_decref(journal);
}

int state_open(struct state *state, const char *folder)
{
	int error;

	memset(state, 0, sizeof(*state));
	state->fd = state->lock = -1;
	state->folder = strdup(folder);
	if (!state->folder)
		return ENOMEM;
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return fail(state, errno, "");
	state->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (state->fd < 0)
		return fail(state, errno, "");
	error = check_folder(state);
	if (error)
		return error;
	if (mkdirat(state->fd, "gen", 0700) != 0 && errno != EEXIST)
		return fail(state, errno, "gen");
	read_current(state);
	read_journal(state);
	return 0;
}

void state_close(struct state *state)
{
	if (state->lock >= 0)
		close(state->lock);
	if (state->fd >= 0)
		close(state->fd);
	free(state->suspects);
	free(state->folder);
	memset(state, 0, sizeof(*state));
	state->fd = state->lock = -1;
}

int state_lock(struct state *state)
{
	int error;

	state->lock = openat(state->fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (state->lock < 0)
		return fail(state, errno, "lock");
	if (flock(state->lock, LOCK_EX | LOCK_NB) == 0) {
		/* whoever had it may have applied meanwhile */
		forget_suspects(state);
		state->current = 0;
		read_current(state);
		read_journal(state);
		return 0;
	}
	error = errno;
	close(state->lock);
	state->lock = -1;
	snprintf(state->why, sizeof(state->why), "%s: another weipsec-apply is at work",
		 state->folder);
	return error;
}

/* ---- generations ---- */

char *state_read(struct state *state, unsigned generation, size_t *size)
{
	int fd = open_generation(state, generation);
	char *text = fd < 0 ? NULL : get_file(fd, "agent.xml", size);

	if (!text)
		fail(state, errno, "gen");
	if (fd >= 0)
		close(fd);
	return text;
}

void state_free_text(char *text, size_t size)
{
	if (text)
		explicit_bzero(text, size);
	free(text);
}

static void remove_generation(const struct state *state, unsigned generation)
{
	static const char *const names[] = {"agent.xml", "plan.json", "agent.xml.new",
					    "plan.json.new"};
	char name[NAME_ROOM], path[NAME_ROOM + 8];
	int fd = open_generation(state, generation);

	if (fd < 0)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlinkat(fd, names[i], 0);
	close(fd);
	generation_name(name, generation);
	snprintf(path, sizeof(path), "gen/%s", name);
	unlinkat(state->fd, path, AT_REMOVEDIR);
}

/* Calls VISIT for each generation there is; what it returns is summed up by the caller. */
static void each_generation(const struct state *state,
			    void (*visit)(const struct state *, unsigned, unsigned *),
			    unsigned *result)
{
	int fd = openat(state->fd, "gen", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!folder) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(folder))) {
		unsigned generation = generation_of(entry->d_name);

		if (generation)
			visit(state, generation, result);
	}
	closedir(folder);
}

static void take_greatest(const struct state *state, unsigned generation, unsigned *greatest)
{
	(void)state;
	if (generation > *greatest)
		*greatest = generation;
}

static void prune(const struct state *state, unsigned generation, unsigned *unused)
{
	(void)unused;
	if (generation + STATE_KEPT <= state->current)
		remove_generation(state, generation);
}

unsigned state_previous(const struct state *state)
{
	int fd = open_generation(state, state->current);
	json_t *json = fd < 0 ? NULL : get_json(fd, "plan.json");
	json_int_t previous = json_integer_value(json_object_get(json, "previous"));

	json_decref(json);
	if (fd >= 0)
		close(fd);
	if (previous <= 0 || previous > GENERATION_MAX)
		return 0;
	fd = open_generation(state, (unsigned)previous);
	if (fd < 0)
		return 0;
	close(fd);
	return (unsigned)previous;
}

static json_t *plan_json(const struct plan *plan, unsigned previous)
{
	json_t *tunnels = json_array();

	for (size_t i = 0; i < plan->count; i++)
		json_array_append_new(tunnels,
				      json_pack("{s:i, s:s}", "id", plan->items[i].id, "change",
						plan_kind_name(plan->items[i].kind)));
	return json_pack("{s:i, s:i, s:o}", "schema_version", 1, "previous", (int)previous,
			 "tunnels", tunnels);
}

/* The journal of what PLAN touches, and of what was suspect before. */
static json_t *journal_json(const struct plan *plan, unsigned generation)
{
	json_t *tunnels = json_array();

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].kind != PLAN_UNCHANGED)
			json_array_append_new(tunnels, json_integer(plan->items[i].id));
	}
	return json_pack("{s:i, s:i, s:o}", "schema_version", 1, "generation", (int)generation,
			 "tunnels", tunnels);
}

static int write_generation(struct state *state, struct slice agent, const struct plan *plan)
{
	char name[NAME_ROOM], path[NAME_ROOM + 8];
	int fd, error;

	generation_name(name, state->begun);
	snprintf(path, sizeof(path), "gen/%s", name);
	if (mkdirat(state->fd, path, 0700) != 0)
		return fail(state, errno, path);
	fd = open_generation(state, state->begun);
	if (fd < 0)
		return fail(state, errno, path);
	error = put_file(fd, "agent.xml", agent.at, agent.length);
	if (!error)
		error = put_json(fd, "plan.json", plan_json(plan, state->current));
	close(fd);
	return error ? fail(state, error, path) : 0;
}

static int write_journal(struct state *state, const struct plan *plan)
{
	/* one of the generation that is there already would be taken for done */
	unsigned generation = state->begun == state->current ? 0 : state->begun;
	int error = put_json(state->fd, "journal", journal_json(plan, generation));

	return error ? fail(state, error, "journal") : 0;
}

int state_begin(struct state *state, struct slice agent, const struct plan *plan)
{
	unsigned greatest = 0;
	int error;

	each_generation(state, take_greatest, &greatest);
	if (greatest >= GENERATION_MAX)
		return fail(state, EOVERFLOW, "gen");
	state->begun = greatest + 1;
	state->is_new = true;
	error = write_generation(state, agent, plan);
	if (!error)
		error = write_journal(state, plan);
	if (error)
		state_abandon(state, true);
	return error;
}

int state_begin_again(struct state *state, unsigned generation, const struct plan *plan)
{
	int error;

	state->begun = generation;
	state->is_new = false;
	error = write_journal(state, plan);
	if (error)
		state_abandon(state, true);
	return error;
}

static int point_to(struct state *state, unsigned generation)
{
	char name[NAME_ROOM], target[NAME_ROOM + 8];

	generation_name(name, generation);
	snprintf(target, sizeof(target), "gen/%s", name);
	unlinkat(state->fd, "current.new", 0);
	if (symlinkat(target, state->fd, "current.new") != 0 ||
	    renameat(state->fd, "current.new", state->fd, "current") != 0)
		return fail(state, errno, "current");
	state->current = generation;
	return 0;
}

static void forget_journal(struct state *state)
{
	unlinkat(state->fd, "journal", 0);
	(void)fsync(state->fd);
	forget_suspects(state);
}

int state_commit(struct state *state)
{
	int error = point_to(state, state->begun);

	if (error)
		return error;
	state->begun = 0;
	forget_journal(state);
	each_generation(state, prune, NULL);
	return 0;
}

void state_abandon(struct state *state, bool broken)
{
	if (state->is_new)
		remove_generation(state, state->begun);
	state->begun = 0;
	if (!broken) {
		forget_journal(state);
		return;
	}
	forget_suspects(state);
	read_journal(state);
}

/* ---- the deadline ---- */

int state_set_deadline(struct state *state, const struct state_deadline *deadline)
{
	int error = put_json(state->fd, "deadline",
			     json_pack("{s:i, s:I, s:i}", "schema_version", 1, "time",
				       (json_int_t)deadline->time, "generation",
				       (int)deadline->generation));

	return error ? fail(state, error, "deadline") : 0;
}

struct state_deadline state_get_deadline(const struct state *state)
{
	json_t *json = get_json(state->fd, "deadline");
	struct state_deadline deadline = {
	    .time = (time_t)json_integer_value(json_object_get(json, "time")),
	    .generation = (unsigned)json_integer_value(json_object_get(json, "generation")),
	};

	json_decref(json);
	return deadline;
}

int state_clear_deadline(struct state *state)
{
	if (unlinkat(state->fd, "deadline", 0) != 0 && errno != ENOENT)
		return fail(state, errno, "deadline");
	(void)fsync(state->fd);
	return 0;
}
