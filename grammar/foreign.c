/* SPDX-License-Identifier: ISC */
/*
 * Foreign lines that tell of the device: its name, and its interfaces with their addresses.  They are
 * few among the many, so the first letters of a line decide whether it is looked at.  Whatever does
 * not read as one of them is left alone, without a word.
 */
#include "grammar/reader.h"

#include <string.h>

/* `no iface vlan1 inet static address 192.0.2.1 255.255.255.0 secondary' */
#define LINE_WORDS 9

struct line {
	struct ast_word words[LINE_WORDS + 1]; /* the first one is for an interface's name */
	size_t count;
	bool negated; /* `no', which is not among the words */
};

/* --- words ------------------------------------------------------------------------------------ */

static struct ast_word word_at(const struct reader *reader, uint32_t at)
{
	const char *bytes = reader->text->bytes + at;
	uint32_t length = (uint32_t)strcspn(bytes, " \t\r\n#");
	struct ast_word word = {.at = {at, at + length}};

	if (length > 1 && strchr("'\"", bytes[0]) && bytes[length - 1] == bytes[0])
		word.flags = AST_QUOTED;
	return word;
}

/* The words from AT on, up to a comment. */
static void split(const struct reader *reader, uint32_t at, struct line *line)
{
	const char *bytes = reader->text->bytes;

	line->count = 0;
	while (line->count < LINE_WORDS) {
		struct ast_word word;

		at += (uint32_t)strspn(bytes + at, " \t");
		word = word_at(reader, at);
		if (word.at.to == at)
			return;
		line->words[line->count++] = word;
		at = word.at.to;
	}
}

static bool is_word(const struct reader *reader, const struct line *line, size_t i, const char *word)
{
	return i < line->count && slice_is(text_slice(reader->text, line->words[i].at), word);
}

static void drop_first(struct line *line)
{
	line->count--;
	memmove(line->words, line->words + 1, line->count * sizeof(line->words[0]));
}

/* --- contexts --------------------------------------------------------------------------------- */

static void open_context(struct reader *reader, enum foreign_context context)
{
	reader->foreign.context = context;
	reader->foreign.header = reader->depth;
	reader->foreign.has_body = false;
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

void foreign_end(struct reader *reader)
{
	struct foreign *foreign = &reader->foreign;

	if (reader->command.verb == VERB_END && foreign->has_body && reader->depth > foreign->body)
		return;
	foreign->context = FOREIGN_NONE;
}

/* --- lines ------------------------------------------------------------------------------------ */

static void tell(struct reader *reader, enum ast_kind kind, struct span keyword,
		 const struct line *line)
{
	struct ast_command *node;

	if (reader->foreign.told++ >= AST_DEVICE_MAX) {
		reader->ast->device_cut = true;
		return;
	}
	node = reader_add(reader, kind, keyword, line->words, line->count);
	if (node)
		node->at = (struct span){keyword.from, line->words[line->count - 1].at.to};
}

/* `iface NAME inet METHOD' and what may follow it; without `inet' it only opens a context. */
static void interface_header(struct reader *reader, struct line *line)
{
	struct span keyword = line->words[0].at;

	drop_first(line);
	if (line->count == 0)
		return;
	if (line->negated) {
		/* deeper it may be a word of another context, such as a routing protocol's */
		if (line->count > 1 || reader->depth == 0)
			tell(reader, AST_NO_INTERFACE, keyword, line);
		return;
	}
	if (line->count > 1)
		tell(reader, AST_INTERFACE, keyword, line);
	if (line->count <= 3) { /* a path with a command opens nothing */
		open_context(reader, FOREIGN_INTERFACE);
		reader->foreign.name = line->words[0];
	}
}

/* A line in the body: it reads as if it stood behind the name. */
static void interface_line(struct reader *reader, struct line *line)
{
	struct span keyword = line->words[0].at;

	if (!is_word(reader, line, 0, "address") && !is_word(reader, line, 0, "inet") &&
	    !is_word(reader, line, 0, "enable"))
		return;
	memmove(line->words + 1, line->words, line->count * sizeof(line->words[0]));
	line->words[0] = reader->foreign.name;
	line->count++;
	tell(reader, line->negated ? AST_NO_INTERFACE : AST_INTERFACE, keyword, line);
}

static void hostname(struct reader *reader, struct line *line)
{
	struct span keyword = line->words[0].at;

	drop_first(line);
	if (line->count && !line->negated)
		tell(reader, AST_HOSTNAME, keyword, line);
}

static void read_line(struct reader *reader, uint32_t at)
{
	struct line line = {.count = 0};

	split(reader, at, &line);
	line.negated = is_word(reader, &line, 0, "no");
	if (line.negated)
		drop_first(&line);
	if (is_word(reader, &line, 0, "iface") || is_word(reader, &line, 0, "interface")) {
		interface_header(reader, &line);
	} else if (is_word(reader, &line, 0, "system")) {
		drop_first(&line);
		if (is_word(reader, &line, 0, "hostname"))
			hostname(reader, &line);
		else if (line.count == 0 && !line.negated)
			open_context(reader, FOREIGN_SYSTEM);
	} else if (reader->foreign.context == FOREIGN_SYSTEM &&
		   is_word(reader, &line, 0, "hostname")) {
		hostname(reader, &line);
	} else if (reader->foreign.context == FOREIGN_INTERFACE && line.count) {
		interface_line(reader, &line);
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

void foreign_line(struct reader *reader, uint32_t at)
{
	struct foreign *foreign = &reader->foreign;

	if (foreign->context != FOREIGN_NONE)
		follow_depth(foreign, reader->depth);
	if (may_tell(foreign, reader->text->bytes + at))
		read_line(reader, at);
}

void foreign_prompted(struct reader *reader, const struct prompt *prompt, uint32_t at)
{
	reader->foreign.context =
	    prompt->context == PROMPT_SYSTEM ? FOREIGN_SYSTEM : FOREIGN_INTERFACE;
	reader->foreign.name = (struct ast_word){.at = prompt->id};
	read_line(reader, at);
	reader->foreign.context = FOREIGN_NONE;
}
