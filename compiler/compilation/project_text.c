/* SPDX-License-Identifier: ISC */
/*
 * A project file by its lines.  It may be a stranger's, and be a link to something else: so what is
 * wrong with a line is told in our words, and none of the line's.
 */
#include "compiler/compilation/project_text.h"

#include "compiler/base/below.h"
#include "compiler/base/glob.h"
#include "compiler/model/model.h"
#include "compiler/model/words.h"
#include "compiler/tables/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INDENT_MOST 16

struct reading {
	struct project_text *text;
	struct project_section *section; /* the one that is open */
	struct slice line;
	uint32_t number;
};

/* Tells what is wrong with what begins AT.  False. */
static bool refuse(struct reading *reading, const char *at, const char *why)
{
	reading->text->error = why;
	reading->text->at = (struct place){reading->number, (uint32_t)(at - reading->line.at) + 1};
	return false;
}

/* ---- words ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The next word of *REST, which goes behind it; a backslash is of it, and what it stands before. */
static struct slice next_word(struct slice *rest)
{
	struct slice word;

	while (rest->length && is_blank(*rest->at))
		*rest = slice_cut(*rest, 1);
	if (rest->length && *rest->at == '#')
		*rest = slice_cut(*rest, rest->length);
	word = (struct slice){rest->at, 0};
	while (word.length < rest->length && !is_blank(rest->at[word.length]))
		word.length +=
		    rest->at[word.length] == '\\' && word.length + 1 < rest->length ? 2 : 1;
	*rest = slice_cut(*rest, word.length);
	return word;
}

/* WORD without its backslashes; NULL without memory. */
static char *plain_word(struct arena *arena, struct slice word)
{
	char *plain = arena_copy(arena, word.at, word.length), *to = plain;

	for (size_t i = 0; plain && i < word.length; i++) {
		i += word.at[i] == '\\' && i + 1 < word.length;
		*to++ = word.at[i];
	}
	if (plain)
		*to = '\0';
	return plain;
}

/* Where WORD stands in WORDS, which ends in NULL, or -1. */
static int find_word(struct slice word, const char *const *words)
{
	for (int i = 0; words[i]; i++) {
		if (slice_is(word, words[i]))
			return i;
	}
	return -1;
}

/* ---- values ---- */

static bool read_rule(struct reading *reading, struct slice word, enum report_override override)
{
	char *name = plain_word(reading->text->arena, word);
	int rule = name ? rule_find(name) : -1;

	if (rule < 0)
		return refuse(reading, word.at, "no rule has this ID or name");
	reading->section->words.overrides[rule] = override;
	return true;
}

static bool read_no(struct reading *reading, struct slice word)
{
	return read_rule(reading, word, REPORT_SILENT);
}

static bool read_warning(struct reading *reading, struct slice word)
{
	return read_rule(reading, word, REPORT_AS_WARNING);
}

static bool read_error(struct reading *reading, struct slice word)
{
	return read_rule(reading, word, REPORT_AS_ERROR);
}

static bool read_profile(struct reading *reading, struct slice word)
{
	int found = find_word(word, profile_names);

	if (found < 0)
		return refuse(reading, word.at, "a profile is rfc, nist, bsi or weos4");
	reading->section->words.profile = &profile_table[found];
	return true;
}

static bool read_fail_on(struct reading *reading, struct slice word)
{
	static const char *const words[] = {"note", "warning", "error", "never", NULL};
	int found = find_word(word, words);

	if (found < 0)
		return refuse(reading, word.at, "fail-on takes error, warning, note or never");
	reading->section->words.fail_on = found;
	return true;
}

static bool read_dialect(struct reading *reading, struct slice word)
{
	static const char *const words[] = {
	    [DIALECT_WEOS5] = "weos5", [DIALECT_WEOS4] = "weos4", "auto", NULL};
	int found = find_word(word, words);

	if (found < 0)
		return refuse(reading, word.at, "dialect takes auto, weos4 or weos5");
	reading->section->words.dialect = found > DIALECT_WEOS4 ? -1 : found;
	return true;
}

static bool read_indent(struct reading *reading, struct slice word)
{
	uint32_t number;

	if (!number_read(word, &number) || number < 1 || number > INDENT_MOST)
		return refuse(reading, word.at, "indent is a number from 1 to 16");
	reading->text->indent = number;
	return true;
}

/* Does PATH go up, above where it began? */
static bool climbs(const char *path)
{
	int depth = 0;

	while (*path && depth >= 0) {
		size_t length = strcspn(path, "/");

		if (length == 2 && strncmp(path, "..", 2) == 0)
			depth--;
		else if (length && !(length == 1 && *path == '.'))
			depth++;
		path += length;
		path += strspn(path, "/");
	}
	return depth < 0;
}

/* WORD as an absolute path below the folder, which need not exist; NULL, refused, if it is none. */
static const char *read_path(struct reading *reading, struct slice word)
{
	struct project_text *text = reading->text;
	char *plain = plain_word(text->arena, word), *path, *real;

	if (!plain)
		return NULL;
	if (*plain == '/' || climbs(plain)) {
		refuse(reading, word.at,
		       "a path is relative to this file and stays below its folder");
		return NULL;
	}
	path = arena_printf(text->arena, "%s/%s", text->folder, plain);
	if (!path)
		return NULL;
	real = below_resolve(text->folder, path);
	if (!real && errno == EXDEV) {
		refuse(reading, word.at, "a link leads out of the folder of this file");
		return NULL;
	}
	free(real);
	return path;
}

static bool read_pki(struct reading *reading, struct slice word)
{
	reading->section->words.pki = read_path(reading, word);
	return reading->section->words.pki != NULL;
}

static bool read_device(struct reading *reading, struct slice word)
{
	reading->section->words.device = read_path(reading, word);
	return reading->section->words.device != NULL;
}

static bool read_baseline(struct reading *reading, struct slice word)
{
	reading->text->baseline = read_path(reading, word);
	return reading->text->baseline != NULL;
}

static bool add_glob(struct reading *reading, struct slice word, struct project_glob ***last)
{
	struct project_glob *glob = arena_alloc(reading->text->arena, sizeof(*glob));
	const char *flaw = glob_flaw(word);

	if (!glob)
		return false;
	if (flaw)
		return refuse(reading, word.at, flaw);
	glob->pattern = word;
	**last = glob;
	*last = &glob->next;
	return true;
}

static bool read_files(struct reading *reading, struct slice word)
{
	return add_glob(reading, word, &reading->text->last_file);
}

static bool read_exclude(struct reading *reading, struct slice word)
{
	return add_glob(reading, word, &reading->text->last_exclude);
}

/* ---- lines ---- */

enum where { ANYWHERE, HEAD_ONLY, SECTION_ONLY };

static const struct directive {
	const char *word;
	bool (*read)(struct reading *reading, struct slice word);
	enum where where;
	bool repeats; /* it takes several words */
} directives[] = {
    {"profile", read_profile, ANYWHERE, false}, {"no", read_no, ANYWHERE, true},
    {"warning", read_warning, ANYWHERE, true},	{"error", read_error, ANYWHERE, true},
    {"fail-on", read_fail_on, ANYWHERE, false}, {"dialect", read_dialect, ANYWHERE, false},
    {"pki", read_pki, ANYWHERE, false},		{"baseline", read_baseline, HEAD_ONLY, false},
    {"files", read_files, HEAD_ONLY, true},	{"exclude", read_exclude, HEAD_ONLY, true},
    {"indent", read_indent, HEAD_ONLY, false},	{"device", read_device, SECTION_ONLY, false},
};

#define DIRECTIVES (sizeof(directives) / sizeof(*directives))

static const struct directive *find_directive(struct slice word)
{
	for (size_t i = 0; i < DIRECTIVES; i++) {
		if (slice_is(word, directives[i].word))
			return &directives[i];
	}
	return NULL;
}

static bool refuse_word(struct reading *reading, struct slice word)
{
	struct slice known[DIRECTIVES];
	size_t nearest;

	for (size_t i = 0; i < DIRECTIVES; i++)
		known[i] = (struct slice){directives[i].word, strlen(directives[i].word)};
	nearest = slice_nearest(word, known, DIRECTIVES);
	if (nearest == DIRECTIVES)
		return refuse(reading, word.at, "no line of a project file");
	refuse(reading, word.at, "");
	reading->text->error =
	    arena_printf(reading->text->arena, "no line of a project file, did you mean '%s'?",
			 directives[nearest].word);
	return false;
}

static bool read_directive(struct reading *reading, struct slice line)
{
	struct slice word = next_word(&line);
	const struct directive *directive = find_directive(word);
	bool is_head = !reading->section->glob.length;
	struct slice value;

	if (!directive)
		return refuse_word(reading, word);
	if (directive->where != ANYWHERE && (directive->where == HEAD_ONLY) != is_head)
		return refuse(reading, word.at,
			      is_head ? "this stands in a section '[GLOB]' only"
				      : "this stands before all sections only");
	value = next_word(&line);
	if (!value.length)
		return refuse(reading, value.at, "a value is missing");
	do {
		if (!directive->read(reading, value))
			return false;
		value = next_word(&line);
	} while (value.length && directive->repeats);
	return !value.length || refuse(reading, value.at, "one word too many");
}

/* LINE without a comment and the blanks before that. */
static struct slice without_comment(struct slice line)
{
	for (size_t i = 0; i < line.length; i++) {
		if (line.at[i] == '\\')
			i++;
		else if (line.at[i] == '#' && (i == 0 || is_blank(line.at[i - 1])))
			line.length = i;
	}
	while (line.length && is_blank(line.at[line.length - 1]))
		line.length--;
	return line;
}

/* `[GLOB]' */
static bool read_section(struct reading *reading, struct slice line)
{
	struct project_text *text = reading->text;
	struct project_section *section = arena_alloc(text->arena, sizeof(*section));
	const char *flaw;

	line = without_comment(line);
	if (!section)
		return false;
	if (line.length < 3 || line.at[line.length - 1] != ']')
		return refuse(reading, line.at, "a section is '[GLOB]'");
	section->glob = (struct slice){line.at + 1, line.length - 2};
	flaw = glob_flaw(section->glob);
	if (flaw)
		return refuse(reading, line.at + 1, flaw);
	project_words_init(&section->words);
	*text->last = section;
	text->last = &section->next;
	text->sections++;
	reading->section = section;
	return true;
}

static bool read_line(struct reading *reading)
{
	struct slice line = reading->line;

	for (size_t i = 0; i < line.length; i++) {
		unsigned char c = (unsigned char)line.at[i];

		if ((c < ' ' && c != '\t') || c == 127)
			return refuse(reading, line.at + i, "a control character");
	}
	while (line.length && is_blank(*line.at))
		line = slice_cut(line, 1);
	if (!line.length || *line.at == '#')
		return true;
	return *line.at == '[' ? read_section(reading, line) : read_directive(reading, line);
}

void project_words_init(struct project_words *words)
{
	*words = (struct project_words){.fail_on = PROJECT_UNSAID, .dialect = PROJECT_UNSAID};
}

bool project_text_read(struct project_text *text, const char *bytes, size_t size)
{
	const char *copy = arena_copy(text->arena, bytes, size);
	struct reading reading = {.text = text};
	struct slice rest = {copy, size};

	text->head = arena_alloc(text->arena, sizeof(*text->head));
	if (!copy || !text->head)
		return false;
	project_words_init(&text->head->words);
	text->sections = 1;
	text->last = &text->head->next;
	text->last_file = &text->files;
	text->last_exclude = &text->exclude;
	reading.section = text->head;
	if (size >= 3 && memcmp(copy, "\xef\xbb\xbf", 3) == 0)
		rest = slice_cut(rest, 3);
	while (rest.length) {
		const char *end = memchr(rest.at, '\n', rest.length);

		reading.line = (struct slice){rest.at, end ? (size_t)(end - rest.at) : rest.length};
		rest = slice_cut(rest, reading.line.length + (end != NULL));
		if (reading.line.length && reading.line.at[reading.line.length - 1] == '\r')
			reading.line.length--;
		reading.number++;
		if (!read_line(&reading))
			return false;
	}
	return !arena_failed(text->arena);
}
