/* SPDX-License-Identifier: ISC */
#include "compiler/finding/finding.h"

#include "compiler/base/printable.h"
#include "compiler/finding/silence.h"
#include "compiler/finding/tunnel_ids.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void findings_init(struct findings *findings, struct arena *arena, struct text *text)
{
	memset(findings, 0, sizeof(*findings));
	findings->arena = arena;
	findings->text = text;
	findings->tunnel = -1;
	findings->last = &findings->first;
}

/* Counts a finding.  False if it is over the limit of its rule. */
static bool count_finding(struct findings *findings, enum rule rule, enum severity severity,
			  bool is_silenced)
{
	findings->severities[severity]++;
	findings->count[rule]++;
	if (!is_silenced)
		return findings->count[rule] - findings->silenced[rule] <= FINDING_RULE_MAX;
	findings->silenced_severities[severity]++;
	return ++findings->silenced[rule] <= FINDING_RULE_MAX;
}

/* An error makes its tunnel a bad one, listed or not. */
static void note_beyond(struct findings *findings, enum severity severity, int32_t tunnel)
{
	if (severity != SEVERITY_ERROR)
		return;
	if (!findings->beyond)
		findings->beyond = arena_alloc(findings->arena, sizeof(*findings->beyond));
	if (findings->beyond)
		tunnel_ids_add(findings->beyond, tunnel);
}

static void append(struct findings *findings, struct finding *finding)
{
	*findings->last = finding;
	findings->last = &finding->next;
	finding->next = NULL;
	findings->kept++;
}

/*
 * The line around OFFSET, without the index of lines: reading alone must not need that.  Of one
 * that is over the limit it is not the whole, and the caller sees that by its length.
 */
static struct slice line_around(const struct text *text, uint32_t offset)
{
	size_t before = offset < TEXT_LINE_MAX ? offset : TEXT_LINE_MAX;
	size_t after = text->size + 1 - offset;
	const char *at = text->bytes + offset;
	const char *start = memrchr(at - before, '\n', before);
	const char *end = memchr(at, '\n', after < TEXT_LINE_MAX ? after : TEXT_LINE_MAX + 1);

	start = start ? start + 1 : at - before;
	end = end ? end : at + (after < TEXT_LINE_MAX ? after : TEXT_LINE_MAX + 1);
	return (struct slice){start, (size_t)(end - start)};
}

size_t finding_words(struct findings *findings, struct span at, char *buffer, size_t size)
{
	const struct text *text = findings->text;
	struct slice line = line_around(text, at.from);
	uint32_t start = (uint32_t)(line.at - text->bytes);
	char words[FINDING_WORDS_MAX];
	const struct mask *mask;
	size_t length;

	if (line.length > TEXT_LINE_MAX)
		return printable_copy(buffer, size, (struct slice){"...", 3});
	mask = mask_keep(&findings->mask, text, line);
	/* a span over several lines is quoted as far as its first one was looked at */
	at = (struct span){at.from - start,
			   at.to - start < line.length ? at.to - start : (uint32_t)line.length};
	/* one byte more than fits, so that it is cut there and says so */
	length = mask_copy(mask, line, at, words, size < sizeof(words) ? size : sizeof(words));
	return printable_copy(buffer, size, (struct slice){words, length});
}

const char *finding_quote(struct findings *findings, struct span at)
{
	unsigned slot = findings->next_quote++ % FINDING_QUOTES;

	findings->quoted[slot] = at;
	findings->unwritten |= 1U << slot;
	return findings->quotes[slot];
}

/* Most findings of a text that has many are only counted: what they quote is never read. */
static void write_quotes(struct findings *findings)
{
	for (unsigned slot = 0; findings->unwritten; slot++) {
		char *quote = findings->quotes[slot];
		size_t length;

		if (!(findings->unwritten & 1U << slot))
			continue;
		length = finding_words(findings, findings->quoted[slot], quote + 1,
				       FINDING_QUOTE_MAX + 1);
		quote[0] = '\'';
		memcpy(quote + 1 + length, "'", 2);
		findings->unwritten &= ~(1U << slot);
	}
}

/* FORMAT may have quotes among its arguments. */
static char *print_words(struct findings *findings, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static char *print_words(struct findings *findings, const char *format, va_list args)
{
	write_quotes(findings);
	return arena_vprintf(findings->arena, format, args);
}

struct finding *finding_vadd(struct findings *findings, enum rule rule, enum severity severity,
			     struct span at, const char *format, va_list args)
{
	const struct ignore *ignore = NULL;
	struct finding *finding;

	if (findings->silence)
		ignore = silence_find(findings->silence, rule, severity, at.from,
				      findings->tunnel);
	if (!count_finding(findings, rule, severity, ignore != NULL)) {
		note_beyond(findings, severity, findings->tunnel);
		return NULL;
	}
	finding = arena_alloc(findings->arena, sizeof(*finding));
	if (!finding)
		return NULL;
	finding->rule = rule;
	finding->severity = severity;
	finding->ignore = ignore;
	finding->tunnel = findings->tunnel;
	finding->at = at;
	finding->message = print_words(findings, format, args);
	if (!finding->message)
		return NULL;
	append(findings, finding);
	return finding;
}

/* Moves what MORE counted past what it kept. */
static void join_counts(struct findings *findings, const struct findings *more)
{
	if (!findings->beyond)
		findings->beyond = more->beyond;
	else if (more->beyond)
		tunnel_ids_add_all(findings->beyond, more->beyond);
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		findings->count[rule] += more->count[rule];
		findings->silenced[rule] += more->silenced[rule];
	}
	for (int severity = SEVERITY_NOTE; severity <= SEVERITY_ERROR; severity++) {
		findings->severities[severity] += more->severities[severity];
		findings->silenced_severities[severity] += more->silenced_severities[severity];
	}
}

static void uncount_finding(struct findings *findings, const struct finding *finding)
{
	findings->severities[finding->severity]--;
	findings->count[finding->rule]--;
	if (!finding->ignore)
		return;
	findings->silenced_severities[finding->severity]--;
	findings->silenced[finding->rule]--;
}

void findings_join(struct findings *findings, struct findings *more)
{
	struct finding *next;

	for (struct finding *finding = more->first; finding; finding = next) {
		next = finding->next;
		uncount_finding(more, finding);
		if (count_finding(findings, finding->rule, finding->severity,
				  finding->ignore != NULL))
			append(findings, finding);
		else
			note_beyond(findings, finding->severity, finding->tunnel);
	}
	join_counts(findings, more);
}

/* Of what was only counted the catalogue's severity has to do. */
static void uncount_below(struct findings *findings, enum severity least)
{
	for (int severity = SEVERITY_NOTE; severity < (int)least; severity++) {
		findings->severities[severity] = 0;
		findings->silenced_severities[severity] = 0;
	}
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		if (rule_table[rule].severity >= least || findings->count[rule] <= FINDING_RULE_MAX)
			continue;
		findings->count[rule] = 0;
		findings->silenced[rule] = 0;
	}
}

void findings_drop_below(struct findings *findings, enum severity least)
{
	struct finding **at = &findings->first;

	uncount_below(findings, least);
	while (*at) {
		if ((*at)->severity >= least) {
			at = &(*at)->next;
			continue;
		}
		findings->kept--;
		if (findings->count[(*at)->rule])
			findings->count[(*at)->rule]--;
		if ((*at)->ignore && findings->silenced[(*at)->rule])
			findings->silenced[(*at)->rule]--;
		*at = (*at)->next;
	}
	findings->last = at;
}

struct finding *finding_add(struct findings *findings, enum rule rule, struct span at,
			    const char *format, ...)
{
	struct finding *finding;
	va_list args;

	va_start(args, format);
	finding = finding_vadd(findings, rule, rule_table[rule].severity, at, format, args);
	va_end(args);
	return finding;
}

struct finding *finding_add_as(struct findings *findings, enum rule rule, enum severity severity,
			       struct span at, const char *format, ...)
{
	struct finding *finding;
	va_list args;

	va_start(args, format);
	finding = finding_vadd(findings, rule, severity, at, format, args);
	va_end(args);
	return finding;
}

void finding_tunnel(struct finding *finding, int32_t id)
{
	if (finding)
		finding->tunnel = id;
}

void finding_help(struct findings *findings, struct finding *finding, const char *format, ...)
{
	va_list args;

	if (!finding)
		return;
	va_start(args, format);
	finding->help = print_words(findings, format, args);
	va_end(args);
}

/* One more place for FINDING, in TEXT, or NULL. */
static struct finding_related *relate(struct findings *findings, struct finding *finding,
				      struct span at, const char *format, va_list args)
    __attribute__((format(printf, 4, 0)));

static struct finding_related *relate(struct findings *findings, struct finding *finding,
				      struct span at, const char *format, va_list args)
{
	struct finding_related *related = arena_alloc(findings->arena, sizeof(*related));
	struct finding_related **last = &finding->related;

	if (!related)
		return NULL;
	related->message = print_words(findings, format, args);
	if (!related->message)
		return NULL;
	related->at = at;
	while (*last)
		last = &(*last)->next;
	*last = related;
	return related;
}

void finding_relate(struct findings *findings, struct finding *finding, struct span at,
		    const char *format, ...)
{
	va_list args;

	if (!finding)
		return;
	va_start(args, format);
	relate(findings, finding, at, format, args);
	va_end(args);
}

/* What silences things in the text of OTHER may silence FINDING there. */
static void silence_by(struct findings *findings, struct finding *finding, struct findings *other,
		       uint32_t at)
{
	if (finding->ignore || !other->silence)
		return;
	finding->ignore =
	    silence_find(other->silence, finding->rule, finding->severity, at, other->tunnel);
	if (!finding->ignore)
		return;
	finding->ignore_text = other->text;
	findings->silenced_severities[finding->severity]++;
	findings->silenced[finding->rule]++;
}

void finding_relate_in(struct findings *findings, struct finding *finding, struct findings *other,
		       struct span at, const char *format, ...)
{
	struct finding_related *related;
	va_list args;

	if (!finding)
		return;
	va_start(args, format);
	related = relate(findings, finding, at, format, args);
	va_end(args);
	if (!related)
		return;
	related->text = other->text;
	silence_by(findings, finding, other, at.from);
}

void finding_edit(struct findings *findings, struct finding *finding, struct span at,
		  const char *text)
{
	struct finding_edit *edit, **last;

	if (!finding)
		return;
	edit = arena_alloc(findings->arena, sizeof(*edit));
	if (!edit)
		return;
	edit->text = arena_copy(findings->arena, text, strlen(text));
	if (!edit->text)
		return;
	edit->at = at;
	for (last = &finding->edits; *last; last = &(*last)->next)
		;
	*last = edit;
}

static int is_after(const struct finding *a, const struct finding *b)
{
	if (a->at.from != b->at.from)
		return a->at.from > b->at.from;
	return a->rule > b->rule;
}

/* The end of the run that begins at FROM: in order already, as nearly all of a list is. */
static size_t run_end(struct finding **list, size_t from, size_t count)
{
	size_t end = from + 1;

	while (end < count && !is_after(list[end - 1], list[end]))
		end++;
	return end;
}

/* Merges the runs [0, MIDDLE) and [MIDDLE, END) of FROM into TO; equal ones keep their order. */
static void merge_runs(struct finding **to, struct finding **from, size_t middle, size_t end)
{
	size_t a = 0, b = middle;

	for (size_t i = 0; i < end; i++) {
		bool is_first = b == end || (a < middle && !is_after(from[a], from[b]));

		to[i] = is_first ? from[a++] : from[b++];
	}
}

/* One pass of a natural merge sort: half as many runs are left. */
static void merge_pass(struct finding **to, struct finding **from, size_t count)
{
	for (size_t at = 0; at < count;) {
		size_t middle = run_end(from, at, count);
		size_t end = middle < count ? run_end(from, middle, count) : middle;

		merge_runs(to + at, from + at, middle - at, end - at);
		at = end;
	}
}

struct finding **findings_sorted(struct findings *findings)
{
	size_t count = findings->kept, n = 0;
	struct finding **list, **spare, **swap;

	list = arena_alloc(findings->arena, (count + 1) * sizeof(struct finding *));
	spare = arena_alloc(findings->arena, (count + 1) * sizeof(struct finding *));
	if (!list || !spare)
		return NULL;
	for (struct finding *finding = findings->first; finding; finding = finding->next)
		list[n++] = finding;
	while (run_end(list, 0, count) < count) {
		merge_pass(spare, list, count);
		swap = list;
		list = spare;
		spare = swap;
	}
	return list;
}
