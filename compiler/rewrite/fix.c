/* SPDX-License-Identifier: ISC */
/*
 * Fixing goes in rounds: of the edits that meet each other one is applied, then the text is
 * compiled anew.  A fix may uncover what was hidden, such as a weak algorithm that was misspelt;
 * mostly that has a fix in turn, or it is less severe than what was mended.  So only the end is
 * compared with the original: where it has findings that the original has not, and that are no
 * such, the lines behind them are closed to edits, and fixing begins anew.
 */
#include "compiler/rewrite/fix.h"

#include "compiler/base/files.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Edits never meet for ever, and whatever a file is, fixing it ends. */
#define ROUNDS_MAX 1000
#define TRIES_MAX 32

struct fixing {
	struct compilation *original;
	const struct report_policy *policy;
	const char *name;
	const struct surroundings *surroundings;
	uint32_t lines;
	bool *closed; /* to edits, by line from 1 */
	bool failed;  /* out of memory */
};

/* ---- a round ---- */

static bool is_inside_line(struct text *text, const struct finding_edit *edit)
{
	struct slice old = text_slice(text, edit->at);

	return !memchr(old.at, '\n', old.length) && !strpbrk(edit->text, "\r\n");
}

/* All edits of FINDING lie behind FROM, in order, within open lines. */
static bool is_applicable(const struct fixing *fixing, struct text *text,
			  const struct finding *finding, uint32_t from)
{
	for (const struct finding_edit *edit = finding->edits; edit; edit = edit->next) {
		if (edit->at.from < from || edit->at.to > text->size ||
		    fixing->closed[text_place(text, edit->at.from).line] ||
		    !is_inside_line(text, edit))
			return false;
		from = edit->at.to + 1;
	}
	return finding->edits && report_shows(fixing->policy, finding);
}

/* The edits of a round in their order; they do not touch each other. */
struct round {
	const struct finding_edit **edits;
	size_t count;
	size_t size; /* of the text when they are done */
};

static bool collect_edits(const struct fixing *fixing, struct findings *findings,
			  struct round *round)
{
	struct finding **sorted = findings_sorted(findings);
	size_t room = 0;
	uint32_t from = 0;

	for (size_t i = 0; sorted && i < findings->kept; i++) {
		for (const struct finding_edit *e = sorted[i]->edits; e; e = e->next)
			room++;
	}
	round->edits = arena_alloc(findings->arena, (room + 1) * sizeof(struct finding_edit *));
	if (!sorted || !round->edits)
		return false;
	round->size = findings->text->size;
	for (size_t i = 0; i < findings->kept; i++) {
		if (!is_applicable(fixing, findings->text, sorted[i], from))
			continue;
		for (const struct finding_edit *e = sorted[i]->edits; e; e = e->next) {
			round->edits[round->count++] = e;
			round->size += strlen(e->text) - (e->at.to - e->at.from);
			from = e->at.to + 1;
		}
	}
	return true;
}

static struct text *apply_edits(const struct text *text, const struct round *round)
{
	char *bytes = malloc(round->size + 3); /* as text_adopt() wants it */
	uint32_t from = 0;
	char *to = bytes;

	if (!bytes)
		return NULL;
	for (size_t i = 0; i < round->count; i++) {
		const struct finding_edit *edit = round->edits[i];

		to = mempcpy(to, text->bytes + from, edit->at.from - from);
		to = mempcpy(to, edit->text, strlen(edit->text));
		from = edit->at.to;
	}
	memcpy(to, text->bytes + from, text->size - from);
	return text_adopt(text->name, bytes, round->size);
}

/* The text of FROM after a round, compiled; NULL if there is nothing to do. */
static struct compilation *run_round(struct fixing *fixing, struct compilation *from)
{
	struct round round = {0};
	struct compilation *to = NULL;
	struct text *text;

	if (!report_know(fixing->policy, &from->findings, fixing->name) ||
	    !collect_edits(fixing, &from->findings, &round)) {
		fixing->failed = true;
		return NULL;
	}
	if (!round.count)
		return NULL;
	text = apply_edits(from->text, &round);
	if (text)
		to = compilation_new(text, fixing->surroundings);
	fixing->failed = !to;
	return to;
}

/* As many rounds as it takes; NULL if there was none. */
static struct compilation *run_rounds(struct fixing *fixing)
{
	struct compilation *last = NULL, *next;

	for (int i = 0; i < ROUNDS_MAX; i++) {
		next = run_round(fixing, last ? last : fixing->original);
		if (!next)
			break;
		compilation_free(last);
		last = next;
	}
	if (!fixing->failed)
		return last;
	compilation_free(last);
	return NULL;
}

/* ---- what is new ---- */

/* A finding as far as it can be found again after a fix: by line and rule. */
static uint64_t key_of(struct findings *findings, const struct finding *finding)
{
	return (uint64_t)text_place(findings->text, finding->at.from).line << 16 | finding->rule;
}

static int compare_keys(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* The keys of what is not silenced, sorted; NULL without memory. */
static uint64_t *sorted_keys(struct findings *findings, size_t *count)
{
	uint64_t *keys = arena_alloc(findings->arena, (findings->kept + 1) * sizeof(*keys));

	*count = 0;
	if (!keys)
		return NULL;
	for (const struct finding *at = findings->first; at; at = at->next) {
		if (!at->ignore)
			keys[(*count)++] = key_of(findings, at);
	}
	qsort(keys, *count, sizeof(*keys), compare_keys);
	return keys;
}

static size_t count_of(const struct findings *findings, enum rule rule)
{
	return findings->count[rule] - findings->silenced[rule];
}

/*
 * By line, one more than the most severe of what the fixes there mend; 0: there is no fix.  NULL
 * without memory.
 */
static unsigned char *mended_by_line(struct findings *findings, uint32_t lines)
{
	unsigned char *mended = arena_alloc(findings->arena, lines + 1);

	for (const struct finding *at = findings->first; mended && at; at = at->next) {
		uint32_t line = at->edits ? text_place(findings->text, at->edits->at.from).line : 0;

		if (line && !at->ignore && mended[line] <= at->severity)
			mended[line] = (unsigned char)(at->severity + 1);
	}
	return mended;
}

/* The most severe of what the fixes in TUNNEL mend, or a note. */
static enum severity mended_in_tunnel(const struct findings *findings, int32_t tunnel)
{
	enum severity most = SEVERITY_NOTE;

	for (const struct finding *at = findings->first; at; at = at->next) {
		if (at->edits && !at->ignore && at->tunnel == tunnel && at->severity > most)
			most = at->severity;
	}
	return most;
}

/* Whether KEY is in the COUNT sorted OLDS, from *NEXT on, which goes behind it. */
static bool take_key(const uint64_t *olds, size_t count, size_t *next, uint64_t key)
{
	while (*next < count && olds[*next] < key)
		++*next;
	if (*next == count || olds[*next] != key)
		return false;
	++*next;
	return true;
}

/* What a fix compares: the findings of the original, their sorted keys, and what its lines mend. */
struct original {
	struct findings *findings;
	const uint64_t *keys;
	size_t count;
	const unsigned char *mended;
};

/*
 * FINDING may be new, and is none that a fix may uncover: no note, and not less severe than what
 * was mended.
 */
static bool is_unwelcome(const struct original *original, struct findings *now,
			 const struct finding *finding)
{
	uint64_t key = key_of(now, finding);
	unsigned mended = original->mended[key >> 16];

	if (finding->ignore || finding->severity == SEVERITY_NOTE)
		return false;
	if (mended)
		return finding->severity + 1U >= mended;
	if (bsearch(&key, original->keys, original->count, sizeof(key), compare_keys))
		return false;
	return finding->severity >= mended_in_tunnel(original->findings, finding->tunnel);
}

/*
 * The keys of what is unwelcome in NOW, if the original has nothing with them.  NULL without
 * memory.
 */
static uint64_t *unwelcome_keys(const struct original *original, struct findings *now,
				size_t *count)
{
	uint64_t *keys = arena_alloc(now->arena, (now->kept + 1) * sizeof(*keys));

	*count = 0;
	if (!keys)
		return NULL;
	for (const struct finding *at = now->first; at; at = at->next) {
		if (is_unwelcome(original, now, at))
			keys[(*count)++] = key_of(now, at);
	}
	qsort(keys, *count, sizeof(*keys), compare_keys);
	return keys;
}

/*
 * Puts the keys of NOW that BEFORE has not, and that are unwelcome, into *LIST.  How many, or -1
 * without memory.
 */
static long list_new(struct findings *before, uint32_t lines, struct findings *now, uint64_t **list)
{
	struct original original = {.findings = before, .mended = mended_by_line(before, lines)};
	size_t new_count, bad_count, old = 0, bad = 0;
	uint64_t *bads;
	long count = 0;

	original.keys = sorted_keys(before, &original.count);
	if (!original.keys || !original.mended)
		return -1;
	bads = unwelcome_keys(&original, now, &bad_count);
	*list = sorted_keys(now, &new_count);
	if (!bads || !*list)
		return -1;
	for (size_t i = 0; i < new_count; i++) {
		uint64_t key = (*list)[i];

		if (!take_key(original.keys, original.count, &old, key) &&
		    count_of(before, (enum rule)(key & 0xffff)) <= FINDING_RULE_MAX &&
		    take_key(bads, bad_count, &bad, key))
			(*list)[count++] = key;
	}
	return count;
}

/* Some rule of which not all findings are kept has more than it had: that counts. */
static bool has_more(const struct findings *before, const struct findings *now)
{
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		if (count_of(now, (enum rule)rule) > count_of(before, (enum rule)rule) &&
		    count_of(now, (enum rule)rule) > FINDING_RULE_MAX)
			return true;
	}
	return false;
}

/* Closes LINE.  True if that makes a difference. */
static bool close_line(struct fixing *fixing, struct text *now, uint32_t line)
{
	struct text *text = fixing->original->text;
	bool is_changed;

	if (fixing->closed[line])
		return false;
	is_changed = slice_compare(text_slice(text, text_line(text, line)),
				   text_slice(now, text_line(now, line))) != 0;
	fixing->closed[line] = is_changed;
	return is_changed;
}

/* Closes the lines of those findings with a fix that belong to TUNNEL. */
static bool close_tunnel(struct fixing *fixing, struct text *now, int32_t tunnel)
{
	struct findings *findings = &fixing->original->findings;
	bool has_closed = false;

	for (const struct finding *at = findings->first; at; at = at->next) {
		if (at->edits && at->tunnel == tunnel)
			has_closed |= close_line(
			    fixing, now, text_place(findings->text, at->edits->at.from).line);
	}
	return has_closed;
}

/*
 * Closes what led to the findings of NOW that the original has not: their lines, else their
 * tunnels, else everything.  False if there are none.
 */
static bool close_new(struct fixing *fixing, struct compilation *now, bool all)
{
	struct findings *before = &fixing->original->findings;
	bool has_closed = false;
	uint64_t *list = NULL;
	long count = list_new(before, fixing->lines, &now->findings, &list);

	if (count == 0 && !has_more(before, &now->findings))
		return false;
	fixing->failed = fixing->failed || count < 0;
	for (long i = 0; i < count; i++)
		has_closed |= close_line(fixing, now->text, (uint32_t)(list[i] >> 16));
	if (has_closed && !all)
		return true;
	for (const struct finding *at = now->findings.first; at && count > 0; at = at->next) {
		uint64_t key = key_of(&now->findings, at);

		if (bsearch(&key, list, (size_t)count, sizeof(key), compare_keys))
			has_closed |= close_tunnel(fixing, now->text, at->tunnel);
	}
	if (!has_closed || all)
		memset(fixing->closed, true, fixing->lines + 1);
	return true;
}

struct compilation *fix_run(struct compilation *original, const struct surroundings *surroundings,
			    const struct report_policy *policy, const char *name, int *error)
{
	struct fixing fixing = {
	    .original = original, .policy = policy, .name = name, .surroundings = surroundings};
	struct compilation *fixed = NULL;

	*error = 0;
	fixing.lines = text_place(original->text, (uint32_t)original->text->size).line;
	fixing.closed = calloc(fixing.lines + 1, sizeof(*fixing.closed));
	fixing.failed = !fixing.closed;
	for (int i = 0; !fixing.failed; i++) {
		fixed = run_rounds(&fixing);
		if (!fixed || !close_new(&fixing, fixed, i >= TRIES_MAX))
			break;
		compilation_free(fixed);
		fixed = NULL;
	}
	free(fixing.closed);
	if (fixing.failed)
		*error = ENOMEM;
	return fixed;
}

/* ---- saving ---- */

/* 0 if PATH is a regular file that its owner lets be written; else errno. */
static int check_target(const char *path, struct stat *status)
{
	if (stat(path, status) != 0)
		return errno;
	if (!S_ISREG(status->st_mode))
		return ENOTSUP;
	/* the folder may be writable, and root writes everywhere, but who closed it meant it */
	if (!(status->st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)))
		return EACCES;
	return access(path, W_OK) == 0 ? 0 : errno;
}

static int write_aside(struct files_output *output, const struct stat *status,
		       const struct text *after)
{
	int fd = output->sink.fd;
	struct stat made;

	if (fstat(fd, &made) != 0)
		return errno;
	if ((made.st_uid != status->st_uid || made.st_gid != status->st_gid) &&
	    fchown(fd, status->st_uid, status->st_gid) != 0)
		return errno;
	fwrite(after->bytes, 1, after->size, output->stream);
	if (fchmod(fd, status->st_mode & 07777) != 0)
		return errno;
	return files_output_finish(output);
}

/* Does PATH still say what it said BEFORE?  0 with *SAME, or errno. */
static int compare_again(const char *path, const struct text *before, bool *same)
{
	struct text *now = files_read(path);
	int error = now || errno == ENOENT ? 0 : errno;

	*same = now && now->size == before->size &&
		memcmp(now->bytes, before->bytes, before->size) == 0;
	text_free(now);
	return error;
}

const char *fix_save(const char *path, const struct text *before, const struct text *after)
{
	struct files_output output = {0};
	bool same = false;
	struct stat status;
	int error = check_target(path, &status);

	if (!error)
		error = files_output_open(&output, path, true);
	if (!error)
		error = write_aside(&output, &status, after);
	if (!error)
		error = compare_again(path, before, &same);
	if (!error && same)
		error = files_output_commit(&output);
	files_output_close(&output);
	return error ? strerror(error) : same ? NULL : "it was changed meanwhile";
}
