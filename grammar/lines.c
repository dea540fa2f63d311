/* SPDX-License-Identifier: ISC */
/* The words and bytes of a line. */
#include "grammar/lines.h"

#include "grammar/pager.h"

#include <string.h>

/* A tab reaches to the next multiple of 8, as on the terminals that these files come from. */
#define TAB_WIDTH 8

static void skip_indent(struct line *line)
{
	const char *bytes = line->reader->text->bytes;
	const char *from = bytes + line->start;
	const char *at = from;
	unsigned depth;

	while (*at == ' ')
		at++;
	depth = (unsigned)(at - from);
	for (; *at == ' ' || *at == '\t'; at++)
		depth += *at == ' ' ? 1 : TAB_WIDTH - depth % TAB_WIDTH;
	line->depth = depth;
	line->first = (uint32_t)(at - bytes);
}

/* Few lines begin with one of these. */
static bool may_be_pager(char first)
{
	return first == '-' || first == '(' || first == 'P' || first == '\b' || first == '\r' ||
	       first == '\x1b';
}

void line_begin(struct line *line, uint32_t from)
{
	line->from = line->start = from;
	line->is_prompted = false;
	line->bad_byte = false;
	line->broken = false;
	line->unclosed[0] = line->unclosed[1] = false;
	skip_indent(line);
	if (may_be_pager(line->reader->text->bytes[line->first])) {
		line->start = pager_skip(line->reader->text, from);
		skip_indent(line);
	}
	line->typed = line->start;
}

void line_end(struct line *line, uint32_t to)
{
	struct findings *findings = line->reader->findings;
	uint32_t length = to - line->from;

	if (length > TEXT_LINE_MAX)
		finding_help(findings,
			     finding_add(findings, WI117, (struct span){line->from, line->from + 1},
					 "a line of %u bytes: %zu are the limit", length,
					 TEXT_LINE_MAX),
			     "shorten the line, or take it out");
}

/* --- words ------------------------------------------------------------------------------------ */

struct slice line_word_at(const struct line *line, uint32_t at)
{
	const char *from = line->reader->text->bytes + at;

	return (struct slice){from, strcspn(from, " \t\r\n#\x1b")};
}

uint32_t line_skip_blanks(const struct line *line, uint32_t at)
{
	const char *bytes = line->reader->text->bytes;
	uint32_t length;

	do {
		at += (uint32_t)strspn(bytes + at, " \t");
		length = pager_wipe_length(bytes + at);
		at += length;
	} while (length);
	return at;
}

uint32_t line_word_behind(const struct line *line, uint32_t at)
{
	return line_skip_blanks(line, at + (uint32_t)line_word_at(line, at).length);
}

bool line_is_empty(const struct line *line, uint32_t at)
{
	const struct text *text = line->reader->text;
	const char *bytes = text->bytes + at;

	return bytes[0] == '\n' || bytes[0] == '#' || (bytes[0] == '\r' && bytes[1] == '\n') ||
	       at >= text->size;
}

/* Fewer letters of `ipsec' are a word of others, unless there is nothing behind their number. */
#define INSTANCE_LEAST 3

bool line_is_instance(const struct line *line, uint32_t at)
{
	static const char word[] = "ipsec";
	const char *bytes = line->reader->text->bytes + at;
	size_t length = 0, blanks;

	while (word[length] && bytes[length] == word[length])
		length++;
	blanks = strspn(bytes + length, " \t");
	bytes += length + blanks;
	return length >= INSTANCE_LEAST && blanks && *bytes >= '0' && *bytes <= '9';
}

static void report_byte(struct line *line, uint32_t at)
{
	struct findings *findings = line->reader->findings;
	unsigned char byte = (unsigned char)line->reader->text->bytes[at];
	struct finding *finding;

	if (line->bad_byte)
		return;
	line->bad_byte = true;
	finding = finding_add(findings, WI109, (struct span){at, at + 1},
			      byte >= 0x80 ? "byte 0x%02x is not UTF-8 here"
			      : byte == 0  ? "a NUL byte (0x%02x)"
			      : byte == '\r'
				  ? "a carriage return (0x%02x) inside a line"
				  : "control character 0x%02x",
			      byte);
	if (byte == 0x1b)
		finding_help(
		    findings, finding,
		    "it begins a terminal's colour or cursor sequence: capture without them, or "
		    "remove them with sed 's/\\x1b\\[[0-9;?]*[A-Za-z]//g'");
	else if (byte >= 0x80)
		finding_help(findings, finding, "save the file as UTF-8, or write plain ASCII");
	else
		finding_help(findings, finding, "remove it");
}

bool line_bytes_ok(struct line *line, struct span at, bool utf8)
{
	const char *bytes = line->reader->text->bytes;

	for (uint32_t i = at.from; i < at.to;) {
		unsigned char byte = (unsigned char)bytes[i];
		size_t length = 1;
		uint32_t code;

		if (byte >= 0x80 && utf8)
			length = utf8_length(bytes + i, at.to - i, &code);
		if (length == 0 || (byte < 0x20 && byte != '\t') || byte == 0x7f) {
			report_byte(line, i);
			return false;
		}
		i += (uint32_t)length;
	}
	return true;
}

struct ast_word line_word(struct line *line, struct span at, unsigned flags)
{
	struct ast_word word = {.at = at, .flags = flags};

	if (!line_bytes_ok(line, at, true))
		word.flags |= AST_BAD;
	if (!(flags & AST_QUOTED) &&
	    memchr(line->reader->text->bytes + at.from, '#', at.to - at.from))
		word.flags |= AST_GLUED;
	return word;
}

uint32_t line_quote_end(struct line *line, uint32_t from)
{
	const char *bytes = line->reader->text->bytes;
	char mark = bytes[from];
	bool *unclosed = &line->unclosed[mark == '"'];

	/* what one word did not find, no later one will: so a line is read only once */
	if (*unclosed)
		return 0;
	for (uint32_t at = from + 1; bytes[at] != '\n'; at++) {
		if (bytes[at] == mark && strchr(" \t\r\n", bytes[at + 1]) && bytes[at + 1])
			return at + 1;
	}
	*unclosed = true;
	return 0;
}

/* --- comments --------------------------------------------------------------------------------- */

/* `Westermo WeOS v5.23.0, ...': the release, and with it the dialect. */
static void read_header(struct reader *reader, struct slice comment)
{
	static const char mark[] = "Westermo WeOS v";
	const char *bytes = reader->text->bytes;
	const char *found = memmem(comment.at, comment.length, mark, sizeof(mark) - 1);
	uint32_t from;

	if (!found)
		return;
	from = (uint32_t)(found - bytes) + (uint32_t)sizeof(mark) - 2;
	reader->ast->release =
	    (struct span){from, from + (uint32_t)strcspn(bytes + from, " \t\r\n,")};
	reader->ast->weos4 = bytes[from + 1] == '4';
}

/*
 * The first line that a device prints, wherever a capture has it: behind a banner, or the echo of
 * the command.  What people write of a release in their comments begins otherwise.
 */
static bool is_device_header(const struct line *line, const char *comment)
{
	static const char mark[] = "# \\\\/ Westermo WeOS v";

	return !line->is_ours && strncmp(comment, mark, sizeof(mark) - 1) == 0;
}

void line_comment(struct line *line, uint32_t at)
{
	struct findings *findings = line->reader->findings;
	const char *comment = line->reader->text->bytes + at;

	if (line->in_header || is_device_header(line, comment)) {
		const char *end = strpbrk(comment, "\r\n");

		read_header(line->reader,
			    (struct slice){comment, end ? (size_t)(end - comment) : 0});
	}
	if (at > line->typed && !strchr(" \t", comment[-1]))
		finding_help(findings,
			     finding_add(findings, WI121, (struct span){at, at + 1},
					 "this '#' ends the word before it and begins a comment"),
			     "put a blank before a comment");
}
