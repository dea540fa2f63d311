/* SPDX-License-Identifier: ISC */
#include "compiler/finding/silence.h"

#include <string.h>

struct silence *silence_new(struct arena *arena)
{
	struct silence *silence = arena_alloc(arena, sizeof(*silence));

	if (silence)
		silence->arena = arena;
	return silence;
}

/* Makes room for one more line.  False without memory. */
static bool grow_lines(struct silence *silence)
{
	size_t room = 2 * silence->room + 16;
	struct silence_line *lines = arena_alloc(silence->arena, room * sizeof(*lines));

	if (!lines)
		return false;
	if (silence->count)
		memcpy(lines, silence->lines, silence->count * sizeof(*lines));
	silence->lines = lines;
	silence->room = room;
	return true;
}

struct silence_line *silence_line_at(struct silence *silence, struct span at)
{
	size_t count = silence->count;

	if (count && silence->lines[count - 1].at.from == at.from)
		return &silence->lines[count - 1];
	if (count == silence->room && !grow_lines(silence))
		return NULL;
	silence->count++;
	silence->lines[count] = (struct silence_line){.at = at};
	return &silence->lines[count];
}

static void append(struct ignore **first, struct ignore ***last, struct ignore *ignore)
{
	if (!*first)
		*last = first;
	**last = ignore;
	*last = &ignore->next;
}

/* A rule may be named as often as a line is long: only the first time counts. */
static struct ignore *find_rule(const struct silence_line *line, enum rule rule)
{
	struct ignore *found = line->first_rule;

	while (found && found->rule != rule)
		found = found->next_rule;
	return found;
}

static void append_rule(struct silence_line *line, struct ignore *ignore)
{
	if (find_rule(line, ignore->rule))
		return;
	if (!line->first_rule)
		line->last_rule = &line->first_rule;
	*line->last_rule = ignore;
	line->last_rule = &ignore->next_rule;
}

void silence_add(struct silence *silence, struct silence_line *line, const struct ignore *ignore)
{
	struct ignore *copy = arena_alloc(silence->arena, sizeof(*copy));

	if (!copy)
		return;
	*copy = *ignore;
	if (line) {
		append(&line->first, &line->last, copy);
		append_rule(line, copy);
		return;
	}
	append(&silence->whole, &silence->whole_last, copy);
	if (!silence->of_file[copy->rule])
		silence->of_file[copy->rule] = copy;
}

/* The line that AT lies on, if anything is said of it. */
static const struct silence_line *find_line(const struct silence *silence, uint32_t at)
{
	size_t low = 0, high = silence->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (silence->lines[middle].at.from <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low && at <= silence->lines[low - 1].at.to ? &silence->lines[low - 1] : NULL;
}

static size_t bucket_of(int32_t id)
{
	return (uint32_t)id % SILENCE_BUCKETS;
}

void silence_add_instance(struct silence *silence, int32_t id, size_t line)
{
	struct silence_instance *instance = arena_alloc(silence->arena, sizeof(*instance));
	struct silence_instance **bucket = &silence->instances[bucket_of(id)];

	if (!instance)
		return;
	silence->lines[line].is_instance = true;
	*instance = (struct silence_instance){.next = *bucket, .id = id, .line = line};
	*bucket = instance;
}

static struct ignore *find_in_instance(const struct silence *silence, enum rule rule,
				       int32_t tunnel)
{
	const struct silence_instance *at =
	    tunnel < 0 ? NULL : silence->instances[bucket_of(tunnel)];
	struct ignore *found = NULL;

	for (; at && !found; at = at->next) {
		if (at->id == tunnel)
			found = find_rule(&silence->lines[at->line], rule);
	}
	return found;
}

const struct profile *silence_profile(const struct silence *silence, int32_t tunnel)
{
	const struct silence_instance *at =
	    tunnel < 0 ? NULL : silence->instances[bucket_of(tunnel)];

	while (at && (at->id != tunnel || !silence->lines[at->line].profile))
		at = at->next;
	return at ? silence->lines[at->line].profile : NULL;
}

bool silence_may(enum rule rule, enum severity severity)
{
	return severity != SEVERITY_ERROR || !rule_is_locked(rule);
}

const struct ignore *silence_find(const struct silence *silence, enum rule rule,
				  enum severity severity, uint32_t at, int32_t tunnel)
{
	struct ignore *found = NULL;
	const struct silence_line *line;

	if (silence->done || !silence_may(rule, severity))
		return NULL;
	line = find_line(silence, at);
	if (line)
		found = find_rule(line, rule);
	if (!found)
		found = find_in_instance(silence, rule, tunnel);
	if (!found)
		found = silence->of_file[rule];
	if (found)
		found->used = true;
	return found;
}
