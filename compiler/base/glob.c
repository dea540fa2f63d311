/* SPDX-License-Identifier: ISC */
/*
 * A star that failed is tried again one further, and no star before it ever is: what those took was
 * enough.  So names, with `*', and paths, with `**', are matched without recursion.
 */
#include "compiler/base/glob.h"

#include <ctype.h>
#include <string.h>

/* ---- one character ---- */

static bool is_of_class(struct slice name, unsigned char c)
{
	static const struct {
		const char *name;
		int (*has)(int c);
	} classes[] = {
	    {"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
	    {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
	    {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit},
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		if (slice_is(name, classes[i].name))
			return c < 128 && classes[i].has(c);
	}
	return false;
}

/* The length of `[:NAME:]' that REST begins with, or 0. */
static size_t class_length(struct slice rest)
{
	const char *end;

	if (rest.length < 4 || rest.at[0] != '[' || rest.at[1] != ':')
		return 0;
	end = memmem(rest.at + 2, rest.length - 2, ":]", 2);
	return end ? (size_t)(end - rest.at) + 2 : 0;
}

/* One character of brackets, without its backslash; *AT goes behind it. */
static unsigned char bracket_character(struct slice set, size_t *at)
{
	if (set.at[*at] == '\\' && *at + 1 < set.length)
		++*at;
	return (unsigned char)set.at[(*at)++];
}

/* Does SET, what stands between brackets, have C? */
static bool set_has(struct slice set, unsigned char c)
{
	bool is_negated = set.length && (*set.at == '!' || *set.at == '^');
	bool found = false;
	size_t at = is_negated;

	while (at < set.length) {
		size_t length = class_length(slice_cut(set, at));
		unsigned char low, high;

		if (length) {
			found |= is_of_class((struct slice){set.at + at + 2, length - 4}, c);
			at += length;
			continue;
		}
		low = high = bracket_character(set, &at);
		if (at + 1 < set.length && set.at[at] == '-') {
			at++;
			high = bracket_character(set, &at);
		}
		found |= low <= c && c <= high;
	}
	return found != is_negated;
}

/* The length of the brackets that REST begins with, or 0 if they are not closed. */
static size_t bracket_length(struct slice rest)
{
	size_t at = 1;

	at += at < rest.length && (rest.at[at] == '!' || rest.at[at] == '^');
	at += at < rest.length && rest.at[at] == ']'; /* the first one stands for itself */
	while (at < rest.length && rest.at[at] != ']') {
		size_t length = class_length(slice_cut(rest, at));

		at += length ? length : rest.at[at] == '\\' ? 2 : 1;
	}
	return at < rest.length ? at + 1 : 0;
}

/* Whether PATTERN's first element, which is no star, matches C; its length in *LENGTH. */
static bool element_matches(struct slice pattern, unsigned char c, size_t *length)
{
	*length = 1;
	switch (*pattern.at) {
	case '?':
		return true;
	case '\\':
		*length = 2;
		return (unsigned char)pattern.at[1] == c;
	case '[':
		*length = bracket_length(pattern);
		return set_has((struct slice){pattern.at + 1, *length - 2}, c);
	default:
		return (unsigned char)*pattern.at == c;
	}
}

/* ---- a name ---- */

static bool name_matches(struct slice pattern, struct slice name)
{
	struct slice star = {NULL, 0}, from = name;
	size_t length;

	while (name.length) {
		if (pattern.length && *pattern.at == '*') {
			star = pattern = slice_cut(pattern, 1);
			from = name;
		} else if (pattern.length &&
			   element_matches(pattern, (unsigned char)*name.at, &length)) {
			pattern = slice_cut(pattern, length);
			name = slice_cut(name, 1);
		} else if (star.at) {
			from = slice_cut(from, 1);
			name = from;
			pattern = star;
		} else {
			return false;
		}
	}
	while (pattern.length && *pattern.at == '*')
		pattern = slice_cut(pattern, 1);
	return !pattern.length;
}

/* ---- a path ---- */

/* What is left of a path: names with `/' between them. */
struct rest {
	struct slice names;
	bool ended;
};

static struct slice first_name(const struct rest *rest)
{
	const char *slash = memchr(rest->names.at, '/', rest->names.length);

	return (struct slice){rest->names.at,
			      slash ? (size_t)(slash - rest->names.at) : rest->names.length};
}

static struct rest behind_first(const struct rest *rest)
{
	size_t length = first_name(rest).length;

	if (length == rest->names.length)
		return (struct rest){slice_cut(rest->names, length), true};
	return (struct rest){slice_cut(rest->names, length + 1), false};
}

static bool is_any(const struct rest *pattern)
{
	return !pattern->ended && slice_is(first_name(pattern), "**");
}

/* Does WHOLE match the first names of PATH; *IS_ALL: all of them, and not fewer? */
static bool path_matches(struct slice whole, struct slice path, bool *is_all)
{
	struct rest pattern = {whole, false}, names = {path, false};
	struct rest star = {whole, true}, from = names;
	bool has_star = false;

	while (!names.ended && !pattern.ended) {
		if (is_any(&pattern)) {
			star = pattern = behind_first(&pattern);
			has_star = true;
			from = names;
			if (pattern.ended) /* what is inside, whatever it is */
				names = behind_first(&names);
		} else if (name_matches(first_name(&pattern), first_name(&names))) {
			pattern = behind_first(&pattern);
			names = behind_first(&names);
		} else if (has_star) {
			from = behind_first(&from);
			names = from;
			pattern = star;
		} else {
			return false;
		}
	}
	*is_all = names.ended;
	return pattern.ended;
}

/* The same of a pattern for names: any of PATH. */
static bool some_name_matches(struct slice pattern, struct slice path, bool *is_all)
{
	struct rest rest = {path, false};
	bool found = false;

	while (!rest.ended && !found) {
		found = name_matches(pattern, first_name(&rest));
		rest = behind_first(&rest);
	}
	*is_all = rest.ended;
	return found;
}

/* ---- patterns ---- */

const char *glob_flaw(struct slice pattern)
{
	if (pattern.length > GLOB_MAX)
		return "a pattern of over 1024 bytes";
	if (*pattern.at == '!')
		return "'!' takes nothing back here: a '!' of a name is '\\!'";
	for (size_t at = 0; at < pattern.length;) {
		struct slice rest = slice_cut(pattern, at);
		const char *slash = memchr(rest.at, '/', rest.length);
		size_t length = 1;

		if (slash)
			rest.length = (size_t)(slash - rest.at);
		if (pattern.at[at] == '\\')
			length = rest.length < 2 ? 0 : 2;
		else if (pattern.at[at] == '[')
			length = bracket_length(rest);
		if (!length)
			return pattern.at[at] == '[' ? "'[' without its ']'"
						     : "a backslash with nothing behind it";
		at += length;
	}
	return NULL;
}

bool glob_covers(struct slice pattern, struct slice path, bool is_folder)
{
	bool is_for_folders = pattern.length && pattern.at[pattern.length - 1] == '/';
	bool is_anchored, is_all = false;

	pattern.length -= is_for_folders;
	is_anchored = memchr(pattern.at, '/', pattern.length) != NULL;
	if (is_anchored && *pattern.at == '/')
		pattern = slice_cut(pattern, 1);
	if (is_anchored ? !path_matches(pattern, path, &is_all)
			: !some_name_matches(pattern, path, &is_all))
		return false;
	return !is_for_folders || is_folder || !is_all;
}
