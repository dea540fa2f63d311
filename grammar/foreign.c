/* SPDX-License-Identifier: ISC */
/*
 * Foreign lines that tell of the device: its name, and its interfaces with their addresses.  They
 * are few among the many, so the first letters of a line decide whether it is looked at.  Whatever
 * does not read as one of them is left alone, without a word.
 */
#include "grammar/foreign.h"

#include "grammar/tree.h"

#include <string.h>

/* `no iface vlan1 inet static address 192.0.2.1 255.255.255.0 secondary' */
#define LINE_WORDS 9

struct phrase {
	const struct line *line;
	struct ast_word words[LINE_WORDS + 1]; /* the first one is for an interface's name */
	size_t count;
	bool negated; /* `no', which is not among the words */
};

/* --- words ------------------------------------------------------------------------------------ */

static struct ast_word word_at(const struct line *line, uint32_t at)
{
	struct slice slice = line_word_at(line, at);
	struct ast_word word = {.at = {at, at + (uint32_t)slice.length}};

	if (slice.length > 1 && strchr("'\"", slice.at[0]) &&
	    slice.at[slice.length - 1] == slice.at[0])
		word.flags = AST_QUOTED;
	return word;
}

/* The words from AT on, up to a comment. */
static void phrase_split(struct phrase *phrase, uint32_t at)
{
	while (phrase->count < LINE_WORDS) {
		struct ast_word word;

		at = line_skip_blanks(phrase->line, at);
		word = word_at(phrase->line, at);
		if (word.at.to == at)
			return;
		phrase->words[phrase->count++] = word;
		at = word.at.to;
	}
}

static bool is_word(const struct phrase *phrase, size_t i, const char *word)
{
	return i < phrase->count &&
	       slice_is(text_slice(phrase->line->reader->text, phrase->words[i].at), word);
}

static void drop_first(struct phrase *phrase)
{
	phrase->count--;
	memmove(phrase->words, phrase->words + 1, phrase->count * sizeof(phrase->words[0]));
}

/* --- contexts --------------------------------------------------------------------------------- */

static void open_context(struct foreign *foreign, const struct phrase *phrase,
			 enum foreign_context context)
{
	foreign->context = context;
	foreign->header = phrase->line->depth;
	foreign->has_body = false;
}

/* A line that is no `end': in the body, or behind it.  Flush left only an `end' ends one. */
static void follow_depth(struct foreign *foreign, unsigned depth)
{
	if (depth < foreign->header || (foreign->has_body && foreign->body > foreign->header &&
					depth == foreign->header)) {
		foreign->context = FOREIGN_NONE;
	} else if (!foreign->has_body) {
		foreign->has_body = true;
		foreign->body = depth;
	}
}

void foreign_end(struct foreign *foreign, const struct line *line)
{
	if (foreign->has_body && line->depth > foreign->body)
		return;
	foreign->context = FOREIGN_NONE;
}

/* --- lines ------------------------------------------------------------------------------------ */

static void tell(struct foreign *foreign, enum ast_kind kind, struct span keyword,
		 const struct phrase *phrase)
{
	if (foreign->told++ >= AST_DEVICE_MAX)
		phrase->line->reader->ast->device_cut = true;
	else
		tree_add(phrase->line, kind, keyword, phrase->words, phrase->count);
}

/* `iface NAME inet static A/L' */
static bool has_address_behind_method(const struct phrase *phrase)
{
	return is_word(phrase, 1, "inet") && is_word(phrase, 2, "static") &&
	       !is_word(phrase, 3, "address");
}

/* `iface NAME inet METHOD' and what may follow it; without `inet' it only opens a context. */
static void interface_header(struct foreign *foreign, struct phrase *phrase)
{
	struct span keyword = phrase->words[0].at;

	drop_first(phrase);
	if (phrase->count == 0)
		return;
	if (phrase->negated) {
		/* deeper it may be a word of another context, such as a routing protocol's */
		if (phrase->count > 1 || phrase->line->depth == 0)
			tell(foreign, AST_NO_INTERFACE, keyword, phrase);
		return;
	}
	if (phrase->count > 1)
		tell(foreign, AST_INTERFACE, keyword, phrase);
	/* a path with a command opens nothing; an address on the header may have others below it */
	if (phrase->count > 3 && !has_address_behind_method(phrase))
		return;
	open_context(foreign, phrase, FOREIGN_INTERFACE);
	foreign->name = phrase->words[0];
	if (phrase->count > 3) {
		foreign->has_body = true;
		foreign->body = foreign->header + 1;
	}
}

/* A line in the body: it reads as if it stood behind the name. */
static void interface_line(struct foreign *foreign, struct phrase *phrase)
{
	struct span keyword = phrase->words[0].at;

	if (!is_word(phrase, 0, "address") && !is_word(phrase, 0, "inet") &&
	    !is_word(phrase, 0, "enable"))
		return;
	memmove(phrase->words + 1, phrase->words, phrase->count * sizeof(phrase->words[0]));
	phrase->words[0] = foreign->name;
	phrase->count++;
	tell(foreign, phrase->negated ? AST_NO_INTERFACE : AST_INTERFACE, keyword, phrase);
}

static void hostname(struct foreign *foreign, struct phrase *phrase)
{
	struct span keyword = phrase->words[0].at;

	drop_first(phrase);
	if (phrase->count && !phrase->negated)
		tell(foreign, AST_HOSTNAME, keyword, phrase);
}

static void read_phrase(struct foreign *foreign, const struct line *line, uint32_t at)
{
	struct phrase phrase = {.line = line};

	phrase_split(&phrase, at);
	phrase.negated = is_word(&phrase, 0, "no");
	if (phrase.negated)
		drop_first(&phrase);
	if (is_word(&phrase, 0, "iface") || is_word(&phrase, 0, "interface")) {
		interface_header(foreign, &phrase);
	} else if (is_word(&phrase, 0, "system")) {
		drop_first(&phrase);
		if (is_word(&phrase, 0, "hostname"))
			hostname(foreign, &phrase);
		else if (phrase.count == 0 && !phrase.negated)
			open_context(foreign, &phrase, FOREIGN_SYSTEM);
	} else if (foreign->context == FOREIGN_SYSTEM && is_word(&phrase, 0, "hostname")) {
		hostname(foreign, &phrase);
	} else if (foreign->context == FOREIGN_INTERFACE && phrase.count) {
		interface_line(foreign, &phrase);
	}
}

/* May a line that begins with these BYTES tell of the device?  Nearly all may not. */
static bool may_tell(const struct foreign *foreign, const char *bytes)
{
	switch (*bytes) {
	case 'a': /* address */
	case 'e': /* enable */
	case 'h': /* hostname */
		return foreign->context != FOREIGN_NONE;
	case 'i': /* iface, interface, inet */
		return bytes[1] == 'f' || bytes[1] == 'n';
	case 'n': /* no */
		return bytes[1] == 'o';
	case 's': /* system */
		return bytes[1] == 'y';
	default:
		return false;
	}
}

void foreign_line(struct foreign *foreign, const struct line *line, uint32_t at)
{
	if (foreign->context != FOREIGN_NONE)
		follow_depth(foreign, line->depth);
	if (may_tell(foreign, line->reader->text->bytes + at))
		read_phrase(foreign, line, at);
}

void foreign_prompted(struct foreign *foreign, const struct line *line,
		      const struct prompt *prompt, uint32_t at)
{
	foreign->context = prompt->context == PROMPT_SYSTEM ? FOREIGN_SYSTEM : FOREIGN_INTERFACE;
	foreign->name = (struct ast_word){.at = prompt->id};
	read_phrase(foreign, line, at);
	foreign->context = FOREIGN_NONE;
}
