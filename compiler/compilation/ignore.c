/* SPDX-License-Identifier: ISC */
/*
 * Where a comment begins does not depend on the context: at a `#' that begins a word, outside of
 * quotes.  So the comments are found before the text is read, on the few lines that can have one,
 * and each finding knows at once whether it is silenced: those past the limit of their rule too,
 * which are only counted.
 */
#include "compiler/compilation/ignore.h"

#include "compiler/finding/silence.h"
#include "compiler/model/words.h"
#include "compiler/tables/profile.h"
#include "grammar/session.h"

#include <string.h>

#define MARK "weipsec:"
#define MARK_LENGTH (sizeof(MARK) - 1)

/* ---- comments ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The length of the quoted word at AT, 0 if it is not closed. */
static size_t quoted_length(const char *at, const char *end)
{
	for (const char *mark = at + 1; mark < end; mark++) {
		if (*mark == *at && (mark + 1 == end || is_blank(mark[1])))
			return (size_t)(mark + 1 - at);
	}
	return 0;
}

/* The length of the word at AT as the scanner sees it.  What one quote did not find, no later one
 * will: UNCLOSED remembers it for ' and ", so that a line is read only once. */
static size_t word_length(const char *at, const char *end, bool unclosed[2])
{
	size_t length = 0;

	if ((*at == '\'' || *at == '"') && !unclosed[*at == '"']) {
		length = quoted_length(at, end);
		unclosed[*at == '"'] = !length;
	}
	if (length)
		return length;
	while (at + length < end && !is_blank(at[length]))
		length++;
	return length ? length : 1;
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

/* The comment of LINE, or its end. */
static const char *find_comment(struct slice line)
{
	const char *end = line.at + line.length;
	const char *at = skip_blanks(line.at, end);
	bool unclosed[2] = {false, false};

	while (at < end && *at != '#')
		at = skip_blanks(at + word_length(at, end, unclosed), end);
	return at;
}

/* Where the line at FROM begins for a reader: behind its prompt, and what a pager left. */
static uint32_t command_at(const struct text *text, uint32_t from)
{
	uint32_t command;

	session_line_prompt(text, from, &command);
	return command;
}

/* Nothing but a prompt, if anything, stands before AT on the line at FROM. */
static bool is_alone(const struct text *text, uint32_t from, const char *at)
{
	const char *start = text->bytes + command_at(text, from);

	return start <= at && skip_blanks(start, at) == at;
}

/* A word of a comment: *AT goes behind it.  Commas separate too.  Empty at the end. */
static struct slice next_word(const char **at, const char *end)
{
	struct slice word = {*at, 0};

	while (word.at < end && strchr(" \t,", *word.at) && *word.at)
		word.at++;
	while (word.at + word.length < end &&
	       !(word.at[word.length] && strchr(" \t,", word.at[word.length])))
		word.length++;
	*at = word.at + word.length;
	return word;
}

static struct span span_of(const struct text *text, struct slice slice)
{
	uint32_t from = (uint32_t)(slice.at - text->bytes);

	return (struct span){from, from + (uint32_t)slice.length};
}

static int find_rule(struct slice word)
{
	char name[64];

	if (word.length >= sizeof(name))
		return -1;
	memcpy(name, word.at, word.length);
	name[word.length] = '\0';
	return rule_find(name);
}

static void report_unknown(struct findings *findings, struct slice word)
{
	struct span at = span_of(findings->text, word);
	struct finding *finding = finding_add(findings, WI116, at, "no rule is called %s",
					      finding_quote(findings, at));
	unsigned nearest = 3;
	const char *name = NULL;

	if (!finding)
		return;
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		unsigned distance = slice_distance(word, (struct slice){rule_table[rule].name,
								strlen(rule_table[rule].name)},
						   nearest - 1);

		if (distance < nearest) {
			nearest = distance;
			name = rule_table[rule].name;
		}
	}
	if (name)
		finding_help(findings, finding, "write '%s'", name);
	else
		finding_help(findings, finding, "name rules by ID, such as WI309, or by name");
}

/* ---- lines ---- */

/* What silences the line at FROM: the last one, or a new one.  NULL without memory. */
static struct silence_line *line_at(struct findings *findings, uint32_t from)
{
	const struct text *text = findings->text;
	const char *end = memchr(text->bytes + from, '\n', text->size + 1 - from);

	return silence_line_at(findings->silence,
			       (struct span){from, (uint32_t)(end - text->bytes)});
}

/* A comment alone on the line AT: it is for the next one, and so are those above it. */
static struct silence_line *line_behind(struct findings *findings, struct span at)
{
	const struct text *text = findings->text;
	struct silence_line *line = line_at(findings, at.from);
	const char *end;

	if (!line || at.to >= text->size)
		return line;
	end = memchr(text->bytes + at.to + 1, '\n', text->size - at.to);
	line->at = (struct span){at.to + 1, (uint32_t)(end - text->bytes)};
	return line;
}

/* ---- reading a comment ---- */

/*
 * `-- reason' in WORDS, which ends before it: where the reason is, empty if there is none.  The
 * blank between is often forgotten.
 */
static struct span find_reason(const struct text *text, struct slice *words)
{
	const char *end = words->at + words->length;
	const char *at = words->at;
	struct slice word, reason = {end, 0};

	while ((word = next_word(&at, end)).length) {
		if (word.length < 2 || memcmp(word.at, "--", 2) != 0)
			continue;
		words->length = (size_t)(word.at - words->at);
		reason.at = skip_blanks(word.at + 2, end);
		reason.length = (size_t)(end - reason.at);
		break;
	}
	return span_of(text, reason);
}

/* Complains of a comment that silences nothing since a part of it is missing. */
static bool is_whole(struct findings *findings, struct span at, struct slice words,
		     struct span reason)
{
	const char *from = words.at;
	const char *missing = NULL;

	if (!next_word(&from, words.at + words.length).length)
		missing = "rule";
	else if (reason.from == reason.to)
		missing = "reason";
	if (missing)
		finding_help(findings,
			     finding_add(findings, WI116, at,
					 "this comment silences nothing: it gives no %s", missing),
			     "write '# weipsec: ignore RULE -- reason'");
	return !missing;
}

/* The rules and the reason of a comment AT for LINE; NULL: for the file. */
static void read_rules(struct findings *findings, struct silence_line *line, struct span at,
		       struct slice words)
{
	struct span reason = find_reason(findings->text, &words);
	const char *from = words.at, *end = words.at + words.length;
	struct slice word;

	if (!is_whole(findings, at, words, reason))
		return;
	while ((word = next_word(&from, end)).length) {
		int rule = find_rule(word);

		if (rule < 0)
			report_unknown(findings, word);
		else
			silence_add(findings->silence, line,
				    &(struct ignore){.rule = (enum rule)rule,
						     .at = span_of(findings->text, word),
						     .reason = reason});
	}
}

/* ---- policies ---- */

static const struct profile *find_profile(struct slice word)
{
	for (int i = 0; profile_names[i]; i++) {
		if (slice_is(word, profile_names[i]))
			return &profile_table[i];
	}
	return NULL;
}

/* The policy and the reason of a comment AT for LINE. */
static void read_profile(struct findings *findings, struct silence_line *line, struct span at,
			 struct slice words)
{
	struct span reason = find_reason(findings->text, &words);
	const char *from = words.at, *end = words.at + words.length;
	struct slice word = next_word(&from, end);
	const struct profile *profile = find_profile(word);
	const char *flaw = NULL;

	if (!word.length)
		flaw = "this comment gives no profile";
	else if (!profile)
		flaw = "no profile has this name";
	else if (next_word(&from, end).length)
		flaw = "this comment gives more than one profile";
	else if (reason.from == reason.to)
		flaw = "this comment names a profile and gives no reason";
	if (flaw) {
		finding_help(findings,
			     finding_add(findings, WI116,
					 word.length ? span_of(findings->text, word) : at, "%s",
					 flaw),
			     "write '# weipsec: profile rfc|nist|bsi|weos4 -- reason'");
	} else if (line) {
		line->profile = profile;
		line->profile_at = span_of(findings->text, word);
	}
}

/* A policy is for an instance. */
static void report_stray_profiles(struct findings *findings)
{
	const struct silence *silence = findings->silence;

	for (size_t i = 0; i < silence->count; i++) {
		const struct silence_line *line = &silence->lines[i];

		if (line->profile && !line->is_instance)
			finding_help(findings,
				     finding_add(findings, WI116, line->profile_at,
						 "this profile is for no instance"),
				     "write it on the line of an 'ipsec ID', or alone before it");
	}
}

static void report_verb(struct findings *findings, struct slice word)
{
	static const struct slice ignore = {"ignore", 6}, ignore_file = {"ignore-file", 11},
				  profile = {"profile", 7};
	struct span at = span_of(findings->text, word);

	if (slice_distance(word, ignore, 2) > 2 && slice_distance(word, ignore_file, 2) > 2 &&
	    slice_distance(word, profile, 2) > 2)
		return;
	finding_help(findings,
		     finding_add(findings, WI116, at,
				 "%s is not 'ignore', 'ignore-file' or 'profile'",
				 finding_quote(findings, at)),
		     "write '# weipsec: ignore RULE -- reason'");
}

static bool is_too_long(struct slice line)
{
	if (line.length && line.at[line.length - 1] == '\r')
		line.length--;
	return line.length > TEXT_LINE_MAX;
}

/* What the COMMENT on the line AT is for: that line, or the one behind it. */
static struct silence_line *commented(struct findings *findings, struct span at,
				      const char *comment)
{
	return is_alone(findings->text, at.from, comment) ? line_behind(findings, at)
							  : line_at(findings, at.from);
}

/* The line AT, which has the mark somewhere. */
static void ignore_read_line(struct findings *findings, struct span at)
{
	struct slice line = text_slice(findings->text, at);
	const char *comment =
	    find_comment(slice_cut(line, command_at(findings->text, at.from) - at.from));
	const char *end = line.at + line.length;
	const char *from = comment + 1;
	struct slice verb;
	struct span span;

	while (end > line.at && strchr(" \t\r", end[-1]))
		end--;
	/* a line that is too long is WI117, and what it says here counts for nothing */
	if (comment >= end || is_too_long(line))
		return;
	span = span_of(findings->text, (struct slice){comment, (size_t)(end - comment)});
	from = skip_blanks(from, end);
	if ((size_t)(end - from) < MARK_LENGTH || memcmp(from, MARK, MARK_LENGTH) != 0)
		return;
	from += MARK_LENGTH;
	verb = next_word(&from, end);
	line = (struct slice){from, (size_t)(end - from)};
	if (slice_is(verb, "ignore-file"))
		read_rules(findings, NULL, span, line);
	else if (slice_is(verb, "ignore"))
		read_rules(findings, commented(findings, at, comment), span, line);
	else if (slice_is(verb, "profile"))
		read_profile(findings, commented(findings, at, comment), span, line);
	else
		report_verb(findings, verb);
}

/* The first mark from AT on that has a '#' before it on its line: few lines have one. */
static const char *find_mark(const char *at, const char *end)
{
	while ((at = memchr(at, '#', (size_t)(end - at)))) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *to = newline ? newline : end;
		const char *mark = memmem(at, (size_t)(to - at), MARK, MARK_LENGTH);

		if (mark)
			return mark;
		at = to;
	}
	return NULL;
}

/* ---- instances ---- */

static bool is_abbreviation(struct slice word, const char *whole, size_t least)
{
	return word.length >= least && word.length <= strlen(whole) &&
	       memcmp(word.at, whole, word.length) == 0;
}

/* The ID of the instance that the line AT enters and does nothing else, or -1. */
static int32_t entered_by(const struct text *text, struct span at)
{
	const char *from = text->bytes + command_at(text, at.from);
	const char *end = find_comment((struct slice){from, (size_t)(text->bytes + at.to - from)});
	struct slice word = next_word(&from, end), more;
	uint32_t id;

	if (is_abbreviation(word, "tunnel", 3))
		word = next_word(&from, end);
	if (!is_abbreviation(word, "ipsec", 1))
		return -1;
	word = next_word(&from, end);
	more = next_word(&from, end);
	if (more.length && *more.at != '\r')
		return -1;
	return number_read(word, &id) && id <= INT32_MAX ? (int32_t)id : -1;
}

/* What stands on the line of an instance, or alone before it, is for all of it. */
static void find_instances(struct findings *findings)
{
	struct silence *silence = findings->silence;

	for (size_t i = 0; i < silence->count; i++) {
		int32_t id = entered_by(findings->text, silence->lines[i].at);

		if (id >= 0)
			silence_add_instance(silence, id, i);
	}
}

void ignore_collect(struct findings *findings)
{
	const struct text *text = findings->text;
	const char *end = text->bytes + text->size;
	const char *at = text->bytes + text_bom(text);
	const char *from, *to;
	uint32_t json;

	if (text->size > TEXT_FILE_MAX || text_is_json(text, &json) ||
	    !find_mark(at, end))
		return;
	findings->silence = silence_new(findings->arena);
	while (findings->silence && (to = find_mark(at, end))) {
		from = memrchr(at, '\n', (size_t)(to - at));
		from = from ? from + 1 : at;
		to = memchr(to, '\n', (size_t)(end + 1 - to));
		ignore_read_line(findings,
				 span_of(text, (struct slice){from, (size_t)(to - from)}));
		at = to < end ? to + 1 : end;
	}
	if (!findings->silence)
		return;
	find_instances(findings);
	report_stray_profiles(findings);
}

/* ---- what silenced nothing ---- */

/* The bits enum beside that are not there: rules that want them may not have been looked for. */
static int missing(const struct surroundings *surroundings)
{
	return (surroundings->pki ? 0 : BESIDE_PKI) | (surroundings->device ? 0 : BESIDE_DEVICE) |
	       (surroundings->profile ? 0 : BESIDE_PROFILE) | BESIDE_BACKEND | BESIDE_PAIR;
}

/* RULE may have nothing to say since not all of it was looked for. */
static bool is_excused(enum rule rule, const struct surroundings *surroundings)
{
	/* of a file that was found in a folder it does not say that there is no tunnel */
	if (rule == WI122 && surroundings->is_found)
		return true;
	return rule_table[rule].beside & missing(surroundings);
}

/* Those of WI116 with OWN, else the others. */
static void report_list(struct findings *findings, const struct ignore *first, bool own,
			const struct surroundings *surroundings)
{
	for (const struct ignore *at = first; at; at = at->next) {
		const struct rule_info *rule = &rule_table[at->rule];
		bool locked = rule_is_locked(at->rule) && rule->severity == SEVERITY_ERROR;
		struct finding *finding;

		if (at->used || (at->rule == WI116) != own || is_excused(at->rule, surroundings))
			continue;
		finding = finding_add(findings, WI116, at->at, "there is no %s %s to silence here",
				      rule->id, locked && !rule->dormant ? "warning" : "finding");
		if (locked)
			finding_help(findings, finding, "drop it: errors of %s cannot be silenced",
				     rule->id);
		else
			finding_help(findings, finding, "drop it from the comment");
	}
}

/* Those of WI116 itself come last: they may have silenced others of these. */
void ignore_report_unused(struct findings *findings, const struct surroundings *surroundings)
{
	struct silence *silence = findings->silence;

	if (!silence)
		return;
	findings->tunnel = -1;
	for (int own = 0; own < 2; own++) {
		silence->done = own;
		for (size_t i = 0; i < silence->count; i++)
			report_list(findings, silence->lines[i].first, own, surroundings);
		report_list(findings, silence->whole, own, surroundings);
	}
}
