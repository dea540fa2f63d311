/* SPDX-License-Identifier: ISC */
#include "runtime/keep/state.h"

#include "runtime/keep/generation.h"
#include "runtime/keep/home.h"
#include "runtime/system/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int state_fail(struct state *state, int error, const char *name)
{
	snprintf(state->why, sizeof(state->why), "%s%s%s: %s", state->folder, *name ? "/" : "",
		 name, strerror(error));
	return error;
}

/* ---- opening ---- */

/* A folder of somebody else's could hold anything. */
static int check_owner(struct state *state)
{
	struct stat status;

	if (fstat(state->fd, &status) != 0)
		return state_fail(state, errno, "");
	if (status.st_uid != geteuid()) {
		snprintf(state->why, sizeof(state->why), "%s: belongs to somebody else",
			 state->folder);
		return EPERM;
	}
	return 0;
}

/* 0 or errno with STATE->why; ENOENT: there is none. */
static int open_folder(struct state *state)
{
	state->fd = home_open(state->folder);
	if (state->fd >= 0)
		return check_owner(state);
	if (errno)
		return state_fail(state, errno, "");
	snprintf(state->why, sizeof(state->why), "%s: is a link of somebody else's", state->folder);
	return EPERM;
}

/*
 * 0 or errno with STATE->why: what cannot be read now is not taken for nothing, since every tunnel
 * would be made anew.  What is no link of ours is none.
 */
static int read_current(struct state *state)
{
	char target[GENERATION_PATH];
	ssize_t length = readlinkat(state->fd, "current", target, sizeof(target) - 1);

	if (length < 0 && errno != ENOENT && errno != EINVAL)
		return state_fail(state, errno, "current");
	target[length < 0 ? 0 : length] = '\0';
	state->current = generation_of(target);
	return 0;
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

bool state_has_suspects(const struct state *state)
{
	return state->suspects.count || state->suspects.all;
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

static void take_journal(struct state *state, const json_t *journal)
{
	const json_t *tunnels = json_object_get(journal, "tunnels");
	size_t count = json_array_size(tunnels);

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
}

/* What is damaged may have been any tunnel.  What the system holds back now it may give later. */
static bool is_damaged(int error)
{
	return error != EMFILE && error != ENFILE && error != ENOMEM && error != EACCES;
}

/* The tunnels of a journal.  0; errno with STATE->why if it is there and may be sound. */
static int read_journal(struct state *state)
{
	json_t *journal = folder_get_json(state->fd, "journal");
	int error = journal ? 0 : errno;

	forget_suspects(state);
	if (error == ENOENT || error == EBADF)
		return 0;
	if (error && !is_damaged(error))
		return state_fail(state, error, "journal");
	if (!journal_is_complete(state, journal))
		take_journal(state, journal);
	json_decref(journal);
	return 0;
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
	error = open_folder(state);
	if (error == ENOENT) {
		state->why[0] = '\0';
		return 0;
	}
	if (!error)
		error = read_current(state);
	return error ? error : read_journal(state);
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
	int fd = generation_open(state->fd, generation);
	char *text = fd < 0 ? NULL : folder_get(fd, "agent.xml", size);

	int error = errno;

	if (!text)
		state_fail(state, error, "gen");
	if (fd >= 0)
		close(fd);
	errno = error;
	return text;
}

char *state_pki(const struct state *state, unsigned generation)
{
	char name[GENERATION_PATH], *path;

	generation_path(name, generation);
	return asprintf(&path, "%s/%s/pki", state->folder, name) < 0 ? NULL : path;
}

void state_free_text(char *text, size_t size)
{
	if (text)
		explicit_bzero(text, size);
	free(text);
}

long long state_applied(const struct state *state)
{
	struct stat status;

	if (!state->current || fstatat(state->fd, "current", &status, AT_SYMLINK_NOFOLLOW) != 0)
		return 0;
	return status.st_mtime;
}

int state_previous(struct state *state, unsigned *generation)
{
	int error = generation_previous(state->fd, state->current, generation);

	return error ? state_fail(state, error, "gen") : 0;
}

/* ---- the lock ---- */

/* The folder, closed to others. */
static int make_folder(struct state *state)
{
	struct stat status;
	int error = 0;

	if (state->fd < 0) {
		if (mkdir(state->folder, 0700) != 0 && errno != EEXIST)
			return state_fail(state, errno, "");
		error = open_folder(state);
	}
	if (error)
		return error;
	if (!home_is_ours(state->fd)) {
		if (errno)
			return state_fail(state, errno, "");
		snprintf(
		    state->why, sizeof(state->why),
		    "%s: has other things in it: name a folder that is empty, or not there yet",
		    state->folder);
		return ENOTEMPTY;
	}
	if (fstat(state->fd, &status) != 0 ||
	    ((status.st_mode & 077) != 0 && fchmod(state->fd, 0700) != 0))
		return state_fail(state, errno, "");
	if (mkdirat(state->fd, "gen", 0700) != 0 && errno != EEXIST)
		return state_fail(state, errno, "gen");
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
	generation_drop(state->fd);
	generation_prune(state->fd, state->current);
	if (journal_is_complete(state, journal))
		unlinkat(state->fd, "journal", 0);
	else if (generation && json_is_true(json_object_get(journal, "new")))
		generation_remove(state->fd, generation);
	json_decref(journal);
}

/* Whoever had the lock may have applied meanwhile. */
static int take_over(struct state *state)
{
	int error = read_current(state);

	if (error)
		return error;
	tidy(state);
	return read_journal(state);
}

int state_lock(struct state *state)
{
	int error = make_folder(state);

	if (error)
		return error;
	state->lock = openat(state->fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (state->lock < 0)
		return state_fail(state, errno, "lock");
	if (flock(state->lock, LOCK_EX | LOCK_NB) == 0)
		return take_over(state);
	error = errno;
	close(state->lock);
	state->lock = -1;
	if (error != EWOULDBLOCK)
		return state_fail(state, error, "lock");
	snprintf(state->why, sizeof(state->why), "%s: another weipsec-apply is at work",
		 state->folder);
	return error;
}

/* ---- applying ---- */

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
	return error ? state_fail(state, error, name) : 0;
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
	unsigned greatest;
	int error = generation_greatest(state->fd, &greatest);

	if (!error && greatest >= GENERATION_MAX)
		error = EOVERFLOW;
	if (error)
		return state_fail(state, error, "gen");
	state->begun = greatest + 1;
	state->is_new = true;
	error = generation_write(state->fd, agent, previous, plan);
	if (!error)
		return begin_trial(state, plan);
	state_fail(state, error, GENERATION_NEXT);
	state_abandon(state, true);
	return error;
}

int state_begin_again(struct state *state, unsigned generation, const struct plan *plan)
{
	int fd = generation_open(state->fd, generation);

	if (fd < 0)
		return state_fail(state, errno, "gen");
	close(fd);
	state->begun = generation;
	state->is_new = false;
	return begin_trial(state, plan);
}

int state_touch(struct state *state)
{
	return renameat(state->fd, "journal.next", state->fd, "journal")
		   ? state_fail(state, errno, "journal")
		   : 0;
}

/* Its name makes it a generation: before, it is only the next one. */
static int name_begun(struct state *state)
{
	char path[GENERATION_PATH];
	int error = state->is_new ? generation_name(state->fd, state->begun) : 0;

	generation_path(path, state->begun);
	if (error)
		return state_fail(state, error, path);
	state->is_new = false;
	return 0;
}

static int point_to(struct state *state, unsigned generation)
{
	char target[GENERATION_PATH];

	generation_path(target, generation);
	unlinkat(state->fd, "current.new", 0);
	if (symlinkat(target, state->fd, "current.new") != 0 ||
	    renameat(state->fd, "current.new", state->fd, "current") != 0)
		return state_fail(state, errno, "current");
	state->current = generation;
	return 0;
}

/* Whoever stays, and tries again, has to make up for what was begun; STATE->why stays too. */
static void suspect_begun(struct state *state)
{
	char why[sizeof(state->why)];

	memcpy(why, state->why, sizeof(why));
	if (read_journal(state) != 0)
		state->suspects.all = true;
	memcpy(state->why, why, sizeof(why));
}

static void forget_journal(struct state *state)
{
	unlinkat(state->fd, "journal", 0);
	(void)fsync(state->fd);
	forget_suspects(state);
}

int state_commit(struct state *state)
{
	int error = name_begun(state);

	if (!error)
		error = point_to(state, state->begun);
	if (error) {
		suspect_begun(state);
		return error;
	}
	state->begun = 0;
	forget_journal(state);
	generation_prune(state->fd, state->current);
	return 0;
}

void state_abandon(struct state *state, bool broken)
{
	unlinkat(state->fd, "journal.next", 0);
	if (state->is_new)
		generation_drop(state->fd);
	state->begun = 0;
	if (broken)
		suspect_begun(state);
	else
		forget_journal(state);
}
