/* SPDX-License-Identifier: ISC */
/*
 * Lines and words, for the scanner: which context a line stands in, what its bytes are worth.
 */
#include "grammar/reader.h"

#include <string.h>

/* A tab reaches to the next multiple of 8, as on the terminals that these files come from. */
#define TAB_WIDTH 8

/* --- lines ------------------------------------------------------------------------------------ */

static struct slice first_word(const struct reader *reader, uint32_t at)
{
	const char *from = reader->text->bytes + at;
	size_t length = strcspn(from, " \t\r\n#");

	return (struct slice){from, length};
}

/* Where the first word of the line at OFFSET begins; its depth goes into the reader. */
static uint32_t skip_indent(struct reader *reader, uint32_t offset)
{
	const char *bytes = reader->text->bytes;

	reader->depth = 0;
	for (; bytes[offset] == ' ' || bytes[offset] == '\t'; offset++) {
		if (bytes[offset] == '\t')
			reader->depth += TAB_WIDTH - reader->depth % TAB_WIDTH;
		else
			reader->depth++;
	}
	return offset;
}

static bool is_empty_line(const struct reader *reader, uint32_t at)
{
	const char *bytes = reader->text->bytes + at;

	return bytes[0] == '\n' || bytes[0] == '#' || (bytes[0] == '\r' && bytes[1] == '\n') ||
	       at >= reader->text->size;
}

static bool is_tunnel_word(struct slice word)
{
	return word.length >= 3 && word.length <= 6 && memcmp(word.at, "tunnel", word.length) == 0;
}

/* `ipsec N' from AT on. */
static bool is_instance(const struct reader *reader, uint32_t at)
{
	const char *bytes = reader->text->bytes + at;

	if (strncmp(bytes, "ipsec", 5) != 0)
		return false;
	bytes += 5 + strspn(bytes + 5, " \t");
	return bytes[-1] != 'c' && *bytes >= '0' && *bytes <= '9';
}

static enum nest_line line_kind(const struct reader *reader, uint32_t at)
{
	struct slice word = first_word(reader, at);

	if (slice_is(word, "end") || slice_is(word, "exit"))
		return NEST_END;
	if (slice_is(word, "tunnel") || is_instance(reader, at))
		return NEST_OURS;
	return NEST_OTHER;
}

static enum reader_line context_line(const struct reader *reader)
{
	static const enum reader_line lines[] = {
	    [NEST_OUTSIDE] = READER_OUTSIDE,
	    [NEST_TUNNEL] = READER_TUNNEL,
	    [NEST_IPSEC] = READER_IPSEC,
	    [NEST_CHILD] = READER_SKIP,
	};

	return lines[reader->nest.context];
}

/* A line under a foreign context: part of it, or the first line behind it. */
static enum reader_line begin_child_line(struct reader *reader, uint32_t at)
{
	struct span header = reader->child_line;

	if (is_empty_line(reader, at))
		return READER_SKIP;
	reader->ast->foreign = true;
	reader->child_line = (struct span){at, at + (uint32_t)first_word(reader, at).length};
	switch (nest_child_line(&reader->nest, reader->depth, line_kind(reader, at))) {
	case NEST_POPPED:
		return context_line(reader);
	case NEST_TOO_DEEP:
		finding_help(reader->findings,
			     finding_add(reader->findings, WI117, header,
					 "this context is nested more than %d deep",
					 TEXT_NESTING_MAX),
			     "look for an 'end' that is missing above");
		break;
	case NEST_SKIP:
	case NEST_CLOSED:
		break;
	}
	if (reader->child)
		reader->child->has_body = true;
	return READER_SKIP;
}

/* --- sessions --------------------------------------------------------------------------------- */

static uint32_t next_word(const struct reader *reader, uint32_t at)
{
	at += (uint32_t)first_word(reader, at).length;
	return at + (uint32_t)strspn(reader->text->bytes + at, " \t");
}

/* `tunnel', and what may follow it; `tunnel is up' is an answer. */
static bool is_tunnel_line(const struct reader *reader, uint32_t at)
{
	uint32_t behind = next_word(reader, at);

	if (!is_tunnel_word(first_word(reader, at)))
		return false;
	return is_empty_line(reader, behind) || is_instance(reader, behind) ||
	       slice_is(first_word(reader, behind), "no");
}

/* A terminal is at least so wide that nothing shorter is wrapped. */
#define WRAPPED_FROM 40

/*
 * One word without a prompt, behind a long prompted line with a secret: the rest of it, which would
 * be lost.
 */
static bool is_wrapped_secret(const struct reader *reader, uint32_t at)
{
	struct slice line = text_slice(reader->text, reader->prompted_line);
	uint32_t behind = next_word(reader, at);

	return line.length >= WRAPPED_FROM && is_empty_line(reader, behind) &&
	       memmem(line.at, line.length, "#> sec", 6);
}

static void report_wrapped(struct reader *reader, uint32_t at)
{
	struct finding *finding = finding_add(
	    reader->findings, WI120,
	    (struct span){at, at + (uint32_t)first_word(reader, at).length},
	    "this may be the rest of the secret above: the terminal wrapped the line");

	finding_help(reader->findings, finding, "join the two lines");
}

/* WI120: configuration that stands behind no prompt, where a device's answers stand. */
static void check_unprompted(struct reader *reader, uint32_t at)
{
	struct slice word = first_word(reader, at);
	struct finding *finding;

	if (slice_is(word, "no")) {
		at = next_word(reader, at);
		word = first_word(reader, at);
	}
	if (is_wrapped_secret(reader, at)) {
		report_wrapped(reader, at);
		return;
	}
	if (!is_tunnel_line(reader, at) && !is_instance(reader, at))
		return;
	finding = finding_add(reader->findings, WI120,
			      (struct span){at, at + (uint32_t)word.length},
			      "this line has no prompt, so it would be skipped as a device's answer");
	finding_help(reader->findings, finding,
		     "put the configuration into a file of its own, or give each of its lines the "
		     "prompt that was there");
}

static enum reader_line begin_output_line(struct reader *reader, uint32_t at)
{
	char first = reader->text->bytes[at];

	if (!reader->capture) {
		if (!is_empty_line(reader, at))
			check_unprompted(reader, at);
		reader->prompted_line = (struct span){0, 0};
		return READER_SKIP;
	}
	if (reader->in_header && (first == '{' || first == '[')) {
		reader_refuse_json(reader, (struct span){at, at + 1},
				   "this output is a JSON document, not CLI text");
		reader->capture = false;
		return READER_SKIP;
	}
	if (reader->nest.context == NEST_CHILD)
		return begin_child_line(reader, at);
	return context_line(reader);
}

static bool begins_configuring(const struct reader *reader, uint32_t at)
{
	struct slice word;

	at += (uint32_t)strspn(reader->text->bytes + at, " \t");
	word = first_word(reader, at);
	return slice_is(word, "config") || slice_is(word, "configure");
}

/* The prompt says the context, whatever was open before. */
static enum reader_line begin_prompted_line(struct reader *reader, struct prompt prompt, uint32_t at)
{
	struct span command = {at + prompt.length, 0};

	command.to = command.from + (uint32_t)strcspn(reader->text->bytes + command.from, "\r\n");
	reader->is_prompted = true;
	reader->depth = 0;
	reader->in_header = true;
	reader->child = NULL;
	reader->prompt_id = prompt.id;
	nest_leave(&reader->nest);
	reader->capture = session_prints_config(text_slice(reader->text, command));
	reader->since = command.to;
	reader->prompted_line = (struct span){at, command.to};
	reader->foreign.context = FOREIGN_NONE;
	if (reader->ast->prompt_host.to == 0)
		reader->ast->prompt_host = (struct span){at, at + prompt.host};
	switch (prompt.context) {
	case PROMPT_TUNNEL:
		reader->nest.context = NEST_TUNNEL;
		reader->behind_prompt = READER_TUNNEL;
		break;
	case PROMPT_IPSEC:
		reader->nest.context = NEST_IPSEC;
		reader->behind_prompt = READER_IPSEC;
		break;
	case PROMPT_CONFIG:
		reader->behind_prompt = READER_OUTSIDE;
		break;
	case PROMPT_EXEC:
		reader->behind_prompt = begins_configuring(reader, command.from)
					    ? READER_OUTSIDE
					    : READER_SKIP;
		break;
	case PROMPT_SYSTEM:
	case PROMPT_INTERFACE:
		foreign_prompted(reader, &prompt, command.from);
		reader->behind_prompt = READER_SKIP;
		break;
	case PROMPT_FOREIGN:
		reader->behind_prompt = READER_SKIP;
		break;
	}
	return READER_PROMPT;
}

enum reader_line reader_line_begin(struct reader *reader, uint32_t offset)
{
	uint32_t at;

	reader->at_line_start = false;
	reader->bad_byte = false;
	reader->command.broken = false;
	reader->is_prompted = false;
	reader->unclosed[0] = reader->unclosed[1] = false;
	reader->line_from = offset;
	if (offset >= reader->text->size)
		return READER_SKIP;
	if (reader->session) {
		struct prompt prompt = session_prompt(reader->text, offset);

		if (prompt.length)
			return begin_prompted_line(reader, prompt, offset);
	}
	at = skip_indent(reader, offset);
	if (reader->session)
		return begin_output_line(reader, at);
	if (reader->nest.context == NEST_CHILD)
		return begin_child_line(reader, at);
	return context_line(reader);
}

void reader_line_end(struct reader *reader, uint32_t offset)
{
	uint32_t length = offset - reader->line_from;

	reader->at_line_start = true;
	if (length > TEXT_LINE_MAX)
		finding_help(reader->findings,
			     finding_add(reader->findings, WI117,
					 (struct span){reader->line_from, reader->line_from + 1},
					 "a line of %u bytes: %zu are the limit", length,
					 TEXT_LINE_MAX),
			     "shorten the line, or take it out");
}

/* --- words ------------------------------------------------------------------------------------ */

bool reader_is_ours(const struct reader *reader)
{
	return reader->nest.context == NEST_TUNNEL || reader->nest.context == NEST_IPSEC;
}

static void report_byte(struct reader *reader, uint32_t at)
{
	unsigned char byte = (unsigned char)reader->text->bytes[at];
	struct finding *finding;

	if (reader->bad_byte)
		return;
	reader->bad_byte = true;
	finding = finding_add(reader->findings, WI109, (struct span){at, at + 1},
			      byte >= 0x80 ? "byte 0x%02x is not UTF-8 here"
			      : byte == 0  ? "a NUL byte (0x%02x)"
			      : byte == '\r'
				  ? "a carriage return (0x%02x) inside a line"
				  : "control character 0x%02x",
			      byte);
	if (byte == 0x1b)
		finding_help(reader->findings, finding,
			     "it begins a terminal's colour or cursor sequence: capture without them, or "
			     "remove them with sed 's/\\x1b\\[[0-9;?]*[A-Za-z]//g'");
	else if (byte >= 0x80)
		finding_help(reader->findings, finding, "save the file as UTF-8, or write plain ASCII");
	else
		finding_help(reader->findings, finding, "remove it");
}

bool reader_bytes_ok(struct reader *reader, struct span at, bool utf8)
{
	const char *bytes = reader->text->bytes;

	for (uint32_t i = at.from; i < at.to;) {
		unsigned char byte = (unsigned char)bytes[i];
		size_t length = 1;
		uint32_t code;

		if (byte >= 0x80 && utf8)
			length = utf8_length(bytes + i, at.to - i, &code);
		if (length == 0 || (byte < 0x20 && byte != '\t') || byte == 0x7f) {
			report_byte(reader, i);
			return false;
		}
		i += (uint32_t)length;
	}
	return true;
}

struct ast_word reader_word(struct reader *reader, struct span at, unsigned flags)
{
	struct ast_word word = {.at = at, .flags = flags & ~(unsigned)AST_GLUED};

	if (flags == 0)
		return word;
	if (!reader_bytes_ok(reader, at, true))
		word.flags |= AST_BAD;
	if (!(flags & AST_QUOTED) && memchr(reader->text->bytes + at.from, '#', at.to - at.from))
		word.flags |= AST_GLUED;
	return word;
}

bool reader_quote_open(struct reader *reader, struct span word)
{
	const char *bytes = reader->text->bytes;
	char mark = bytes[word.from];
	bool *unclosed = &reader->unclosed[mark == '"'];
	uint32_t at = word.from + 1;

	/* what one word did not find, no later one will: so a line is read only once */
	if (*unclosed)
		return false;
	for (; bytes[at] != '\n'; at++) {
		if (bytes[at] == mark && strchr(" \t\r\n", bytes[at + 1]) && bytes[at + 1]) {
			reader->quote = (struct span){word.from, at + 1};
			return true;
		}
	}
	*unclosed = true;
	return false;
}

/* `Westermo WeOS v5.23.0, ...': the release, and with it the dialect. */
static void read_header(struct reader *reader, struct slice line)
{
	static const char mark[] = "Westermo WeOS v";
	const char *found = memmem(line.at, line.length, mark, sizeof(mark) - 1);
	uint32_t from;

	if (!found)
		return;
	from = (uint32_t)(found - reader->text->bytes) + (uint32_t)sizeof(mark) - 2;
	reader->ast->release = (struct span){
	    from, from + (uint32_t)strcspn(reader->text->bytes + from, " \t\r\n,")};
	if (reader->text->bytes[from + 1] == '4')
		reader->ast->weos4 = true;
}

void reader_comment(struct reader *reader, uint32_t at)
{
	const char *bytes = reader->text->bytes;
	const char *end = strpbrk(bytes + at, "\r\n");
	struct slice line = {bytes + at, end ? (size_t)(end - bytes - at) : 0};

	if (reader->in_header)
		read_header(reader, line);
	if (at > reader->line_from && !strchr(" \t", bytes[at - 1]))
		finding_help(reader->findings,
			     finding_add(reader->findings, WI121, (struct span){at, at + 1},
					 "this '#' ends the word before it and begins a comment"),
			     "put a blank before a comment");
}

/* One edit away from `tunnel', or it or its abbreviation in other case. */
static bool is_near_tunnel(struct slice word)
{
	static const struct slice tunnel = {"tunnel", 6};

	if (word.length > 2 && (*word.at == '\'' || *word.at == '"')) {
		word.at++;
		word.length -= 2;
	}
	/* whatever is one edit away has one of these letters there: most words fail here */
	if (word.length < 3 || (!strchr("tTuU", word.at[0]) && !strchr("tTuU", word.at[1])))
		return false;
	return slice_distance(word, tunnel, 1) <= 1 ||
	       (word.length < tunnel.length &&
		slice_distance(word, (struct slice){tunnel.at, word.length}, 0) == 0);
}

void reader_foreign(struct reader *reader, uint32_t at)
{
	struct slice word = first_word(reader, at);
	struct finding *finding;
	struct span span = {at, at + (uint32_t)word.length};

	reader->in_header = false;
	foreign_line(reader, at);
	if (reader->is_prompted)
		return;
	reader->ast->foreign = true;
	if (!is_near_tunnel(word))
		return;
	finding = finding_add(reader->findings, WI122, span,
			      "%s is not 'tunnel': the line was taken for foreign text",
			      finding_quote(reader->findings, span));
	finding_help(reader->findings, finding, "write 'tunnel'");
}

bool reader_is_near_ipsec(struct reader *reader, struct span at)
{
	static const struct slice ipsec = {"ipsec", 5};
	struct slice word = text_slice(reader->text, at);
	struct finding *finding;

	if (reader->is_setting(word) || slice_distance(word, ipsec, 2) > 2)
		return false;
	finding = finding_add(reader->findings, WI102, at, "no such word here: %s",
			      finding_quote(reader->findings, at));
	finding_help(reader->findings, finding, "write 'ipsec'");
	return true;
}
