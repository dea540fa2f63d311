/* SPDX-License-Identifier: ISC */
#include "runtime/keep/state.h"

#include "runtime/system/clock.h"
#include "runtime/system/folder.h"

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
#define GENERATION_MAX 999999999u
#define NEXT "next" /* the generation that is being applied: never one after a kill */

/* ---- small pieces ---- */

static int fail(struct state *state, int error, const char *name)
{
	snprintf(state->why, sizeof(state->why), "%s%s%s: %s", state->folder, *name ? "/" : "",
		 name, strerror(error));
	return error;
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

/* A folder of somebody else's could hold anything. */
static int check_owner(struct state *state)
{
	struct stat status;

	if (fstat(state->fd, &status) != 0)
		return fail(state, errno, "");
	if (status.st_uid != geteuid()) {
		snprintf(state->why, sizeof(state->why), "%s: belongs to somebody else",
			 state->folder);
		return EPERM;
	}
	return 0;
}

static void read_current(struct state *state)
{
	char target[NAME_ROOM + 8];
	ssize_t length = readlinkat(state->fd, "current", target, sizeof(target) - 1);

	state->current = 0;
	if (length <= 4)
		return;
	target[length] = '\0';
	if (memcmp(target, "gen/", 4) == 0)
		state->current = generation_of(target + 4);
}

/* The generation that JOURNAL leads to, or 0. */
static unsigned journal_generation(const json_t *journal)
{
	json_int_t generation = json_integer_value(json_object_get(journal, "generation"));

	return generation > 0 && generation <= GENERATION_MAX ? (unsigned)generation : 0;
}

/* Killed behind the very last step: a new generation is the current one only when it is whole. */
static bool journal_is_complete(const struct state *state, const json_t *journal)
{
	unsigned generation = journal_generation(journal);

	return generation && generation == state->current &&
	       json_is_true(json_object_get(journal, "new"));
}

static void forget_suspects(struct state *state)
{
	free(state->suspects.ids);
	free(state->suspects.keys);
	state->suspects = (struct suspects){0};
}

static void add_suspect(struct state *state, json_int_t id)
{
	if (id >= 0 && id <= 65535)
		state->suspects.ids[state->suspects.count++] = (int)id;
	else
		state->suspects.all = true;
}

bool state_suspect(struct state *state, int id)
{
	struct suspects *suspects = &state->suspects;
	int *grown = realloc(suspects->ids, (suspects->count + 1) * sizeof(*grown));

	if (!grown)
		return false;
	suspects->ids = grown;
	add_suspect(state, id);
	return true;
}

/* One that is none is left out: charon could not unload it. */
static void read_keys(struct suspects *suspects, const json_t *keys)
{
	const json_t *key;
	size_t i;

	suspects->keys = calloc(json_array_size(keys) + 1, sizeof(*suspects->keys));
	json_array_foreach(keys, i, key)
	{
		const char *id = json_string_value(key);

		if (suspects->keys && id && strlen(id) == CREDENTIAL_ID - 1)
			memcpy(suspects->keys[suspects->key_count++], id, CREDENTIAL_ID);
	}
}

/* The tunnels of a journal.  What cannot be read may have been any. */
static void read_journal(struct state *state)
{
	json_t *journal = folder_get_json(state->fd, "journal");
	json_t *tunnels = json_object_get(journal, "tunnels");
	size_t count = json_array_size(tunnels);
	bool is_there = journal || (errno != ENOENT && errno != EBADF);

	forget_suspects(state);
	if (!is_there)
		return;
	if (journal_is_complete(state, journal)) {
		json_decref(journal);
		return;
	}
	state->suspects.ids = calloc(count + 1, sizeof(*state->suspects.ids));
	state->suspects.all = !json_is_array(tunnels) || !state->suspects.ids;
	for (size_t i = 0; !state->suspects.all && i < count; i++) {
		json_t *id = json_array_get(tunnels, i);

		add_suspect(state, json_is_integer(id) ? json_integer_value(id) : -1);
	}
	read_keys(&state->suspects, json_object_get(journal, "keys"));
	if (state->suspects.all)
		snprintf(state->why, sizeof(state->why),
			 "%s/journal: cannot be read: every tunnel is made anew", state->folder);
	json_decref(journal);
}

/* A folder that is not there is one in which there is nothing. */
int state_open(struct state *state, const char *folder)
{
	int error;

	memset(state, 0, sizeof(*state));
	state->fd = state->lock = -1;
	state->folder = strdup(folder);
	if (!state->folder)
		return ENOMEM;
	state->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (state->fd < 0)
		return errno == ENOENT ? 0 : fail(state, errno, "");
	error = check_owner(state);
	if (error)
		return error;
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
	forget_suspects(state);
	free(state->folder);
	memset(state, 0, sizeof(*state));
	state->fd = state->lock = -1;
}

/* ---- generations ---- */

char *state_read(struct state *state, unsigned generation, size_t *size)
{
	int fd = open_generation(state, generation);
	char *text = fd < 0 ? NULL : folder_get(fd, "agent.xml", size);

	if (!text)
		fail(state, errno, "gen");
	if (fd >= 0)
		close(fd);
	return text;
}

char *state_pki(const struct state *state, unsigned generation)
{
	char name[NAME_ROOM], *path;

	generation_name(name, generation);
	return asprintf(&path, "%s/gen/%s/pki", state->folder, name) < 0 ? NULL : path;
}

void state_free_text(char *text, size_t size)
{
	if (text)
		explicit_bzero(text, size);
	free(text);
}

static void remove_generation(const struct state *state, unsigned generation)
{
	char name[NAME_ROOM], path[NAME_ROOM + 8];

	generation_name(name, generation);
	snprintf(path, sizeof(path), "gen/%s", name);
	folder_remove(state->fd, path);
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

unsigned state_previous(const struct state *state, unsigned generation)
{
	int fd = open_generation(state, generation);
	json_t *json = fd < 0 ? NULL : folder_get_json(fd, "plan.json");
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

/* Those are KEPT that rollback leads to, which are older when some were gone back from. */
static void remove_old(const struct state *state, unsigned generation, unsigned *kept)
{
	size_t i = 0;

	while (i < STATE_KEPT && kept[i] != generation)
		i++;
	if (i == STATE_KEPT && generation + STATE_KEPT <= state->current)
		remove_generation(state, generation);
}

static void prune(const struct state *state)
{
	unsigned kept[STATE_KEPT] = {state->current};

	for (size_t i = 1; i < STATE_KEPT && kept[i - 1]; i++)
		kept[i] = state_previous(state, kept[i - 1]);
	each_generation(state, remove_old, kept);
}

/* ---- the lock ---- */

/* The folder, closed to others. */
static int make_folder(struct state *state)
{
	struct stat status;
	int error;

	if (state->fd < 0) {
		if (mkdir(state->folder, 0700) != 0 && errno != EEXIST)
			return fail(state, errno, "");
		state->fd = open(state->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (state->fd < 0)
			return fail(state, errno, "");
		error = check_owner(state);
		if (error)
			return error;
	}
	if (fstat(state->fd, &status) != 0 ||
	    ((status.st_mode & 077) != 0 && fchmod(state->fd, 0700) != 0))
		return fail(state, errno, "");
	if (mkdirat(state->fd, "gen", 0700) != 0 && errno != EEXIST)
		return fail(state, errno, "gen");
	return 0;
}

/* What one who was killed has left behind.  Its journal stays until an apply has made up for it. */
static void tidy(const struct state *state)
{
	static const char *const names[] = {"current.new",	"journal.new",	"journal.next",
					    "journal.next.new", "deadline.new", "control"};
	json_t *journal = folder_get_json(state->fd, "journal");
	unsigned generation = journal_generation(journal);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlinkat(state->fd, names[i], 0);
	folder_remove(state->fd, "gen/" NEXT);
	prune(state);
	if (journal_is_complete(state, journal))
		unlinkat(state->fd, "journal", 0);
	else if (generation && json_is_true(json_object_get(journal, "new")))
		remove_generation(state, generation);
	json_decref(journal);
}

int state_lock(struct state *state)
{
	int error = make_folder(state);

	if (error)
		return error;
	state->lock = openat(state->fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (state->lock < 0)
		return fail(state, errno, "lock");
	if (flock(state->lock, LOCK_EX | LOCK_NB) == 0) {
		read_current(state); /* whoever had it may have applied meanwhile */
		tidy(state);
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

/* ---- applying ---- */

static json_t *record(const struct plan *plan, unsigned previous)
{
	return json_pack("{s:i, s:i, s:o}", "schema_version", 1, "previous", (int)previous,
			 "tunnels", plan_json(plan));
}

static int write_generation(struct state *state, struct slice agent, unsigned previous,
			    const struct plan *plan)
{
	int fd, error;

	folder_remove(state->fd, "gen/" NEXT);
	fd = mkdirat(state->fd, "gen/" NEXT, 0700) == 0
		 ? openat(state->fd, "gen/" NEXT, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
		 : -1;
	if (fd < 0)
		return fail(state, errno, "gen/" NEXT);
	error = credentials_keep(&plan->to->credentials, fd);
	if (!error)
		error = folder_put_new(fd, "agent.xml", agent.at, agent.length);
	if (!error)
		error = folder_put_new_json(fd, "plan.json", record(plan, previous));
	if (!error)
		error = folder_sync(fd);
	close(fd);
	return error ? fail(state, error, "gen/" NEXT) : 0;
}

/* The journal is for who is killed: with a loss of power charon has lost all that it speaks of. */
static int write_journal(struct state *state, const char *name, const struct plan *plan,
			 json_t *tunnels)
{
	json_t *keys = json_array();
	int error;

	for (size_t i = 0; i < plan->key_count; i++) {
		if (!plan->keys[i].in_from)
			json_array_append_new(keys, json_string(plan->keys[i].id));
	}
	error = folder_note_json(state->fd, name,
				 json_pack("{s:i, s:i, s:b, s:o, s:o}", "schema_version", 1,
					   "generation", (int)state->begun, "new", state->is_new,
					   "tunnels", tunnels, "keys", keys));
	return error ? fail(state, error, name) : 0;
}

/* Both journals, of the trial, which brings keys, and of the change: the disk may be full later. */
static int begin_trial(struct state *state, const struct plan *plan)
{
	json_t *before = state->suspects.all ? json_null() : json_array(), *now = json_array();
	int error;

	for (size_t i = 0; i < state->suspects.count; i++)
		json_array_append_new(before, json_integer(state->suspects.ids[i]));
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].kind != PLAN_UNCHANGED)
			json_array_append_new(now, json_integer(plan->items[i].id));
	}
	error = write_journal(state, "journal.next", plan, now);
	if (!error && plan->key_count)
		error = write_journal(state, "journal", plan, json_incref(before));
	json_decref(before);
	if (error)
		state_abandon(state, true);
	return error;
}

int state_begin(struct state *state, struct slice agent, unsigned previous, const struct plan *plan)
{
	unsigned greatest = 0;
	int error;

	each_generation(state, take_greatest, &greatest);
	if (greatest >= GENERATION_MAX)
		return fail(state, EOVERFLOW, "gen");
	state->begun = greatest + 1;
	state->is_new = true;
	error = write_generation(state, agent, previous, plan);
	if (!error)
		return begin_trial(state, plan);
	state_abandon(state, true);
	return error;
}

int state_begin_again(struct state *state, unsigned generation, const struct plan *plan)
{
	int fd = open_generation(state, generation);

	if (fd < 0)
		return fail(state, errno, "gen");
	close(fd);
	state->begun = generation;
	state->is_new = false;
	return begin_trial(state, plan);
}

int state_touch(struct state *state)
{
	return renameat(state->fd, "journal.next", state->fd, "journal")
		   ? fail(state, errno, "journal")
		   : 0;
}

/* Its name makes it a generation: before, it is only the next one. */
static int name_generation(struct state *state)
{
	char name[NAME_ROOM], path[NAME_ROOM + 8];

	if (!state->is_new)
		return 0;
	generation_name(name, state->begun);
	snprintf(path, sizeof(path), "gen/%s", name);
	if (renameat(state->fd, "gen/" NEXT, state->fd, path) != 0)
		return fail(state, errno, path);
	state->is_new = false;
	return 0;
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
	int error = name_generation(state);

	if (!error)
		error = point_to(state, state->begun);
	if (error) {
		read_journal(state);
		return error;
	}
	state->begun = 0;
	forget_journal(state);
	prune(state);
	return 0;
}

void state_abandon(struct state *state, bool broken)
{
	unlinkat(state->fd, "journal.next", 0);
	if (state->is_new)
		folder_remove(state->fd, "gen/" NEXT);
	state->begun = 0;
	if (broken)
		read_journal(state); /* whoever stays, and tries again, has to make up for it */
	else
		forget_journal(state);
}

/* ---- the deadline ---- */

int state_set_deadline(struct state *state, int seconds, unsigned generation)
{
	int error = folder_put_json(state->fd, "deadline",
				    json_pack("{s:i, s:I, s:i, s:i}", "schema_version", 1, "time",
					      clock_since_boot() + seconds, "seconds", seconds,
					      "generation", (int)generation));

	return error ? fail(state, error, "deadline") : 0;
}

struct state_deadline state_get_deadline(const struct state *state)
{
	json_t *json = folder_get_json(state->fd, "deadline");
	json_int_t left = json_integer_value(json_object_get(json, "time")) - clock_since_boot();
	json_int_t seconds = json_integer_value(json_object_get(json, "seconds"));
	struct state_deadline deadline = {
	    .is_set = json != NULL,
	    .left = left <= 0 ? 0 : (int)(left < seconds ? left : seconds),
	    .generation = (unsigned)json_integer_value(json_object_get(json, "generation")),
	};

	json_decref(json);
	return deadline;
}

int state_clear_deadline(struct state *state)
{
	if (unlinkat(state->fd, "deadline", 0) == 0)
		(void)fsync(state->fd);
	else if (errno != ENOENT)
		return fail(state, errno, "deadline");
	return 0;
}
