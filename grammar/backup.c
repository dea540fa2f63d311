/* SPDX-License-Identifier: ISC */
/* A JSON document in a capture: WeOS 5 prints its configuration as one. */
#include "grammar/session.h"

#include "grammar/pager.h"

#include <string.h>

/* So many lines may stand before one. */
#define PREAMBLE_LINES 64

static uint32_t line_behind(const struct text *text, uint32_t from)
{
	const char *end = memchr(text->bytes + from, '\n', text->size + 1 - from);

	return (uint32_t)(end - text->bytes) + 1;
}

static bool begins_with_word(const char *at, const char *word)
{
	size_t length = strlen(word);

	return strncmp(at, word, length) == 0 && at[length] && strchr(" \t\r\n#", at[length]);
}

/* A line that is read as configuration of ours, were it the only one. */
static bool is_ours(const char *at)
{
	if (begins_with_word(at, "no"))
		at += 2 + strspn(at + 2, " \t");
	return begins_with_word(at, "tunnel") || begins_with_word(at, "ipsec");
}

/* What is typed at PROMPT changes the configuration: COMMAND is not one that only looks. */
static bool is_typed(const struct prompt *prompt, const char *command)
{
	size_t length = strcspn(command, "\r\n");
	struct slice line = {command, length};

	command += strspn(command, " \t");
	if (strchr("\r\n#", *command) || session_prints_config(line))
		return false;
	if (prompt->context == PROMPT_EXEC)
		return begins_with_word(command, "config") ||
		       begins_with_word(command, "configure");
	return !begins_with_word(command, "show") && !begins_with_word(command, "end") &&
	       !begins_with_word(command, "exit") && !begins_with_word(command, "leave") &&
	       !begins_with_word(command, "do") && !begins_with_word(command, "help");
}

/* `{ "' or `{ }': more than a brace, since what stands before it may be anything. */
static bool is_object(const char *at)
{
	if (*at != '{')
		return false;
	at++;
	at += strspn(at, " \t\r\n");
	return *at == '"' || *at == '}';
}

/* The line at FROM is configuration that is read. */
static bool is_read(const struct text *text, uint32_t from, bool is_session)
{
	uint32_t command;
	struct prompt prompt = session_line_prompt(text, from, &command);
	const char *at = text->bytes + command;

	return prompt.length ? is_typed(&prompt, at)
			     : !is_session && is_ours(at + strspn(at, " \t"));
}

bool session_find_json(const struct text *text, size_t lines, uint32_t *at)
{
	uint32_t from = (uint32_t)text_bom(text), command;

	if (text_is_json(text, at))
		return true;
	for (; lines && from < text->size; lines--) {
		session_line_prompt(text, from, &command);
		*at = command + (uint32_t)strspn(text->bytes + command, " \t");
		if (is_object(text->bytes + *at))
			return true;
		from = line_behind(text, from);
	}
	return false;
}

/*
 * Some line is configuration that is read: before AT, or behind it where that can be told from the
 * document.
 */
static bool has_read(const struct text *text, uint32_t at)
{
	bool is_session = session_detect(text);

	for (uint32_t from = (uint32_t)text_bom(text); from < text->size;
	     from = line_behind(text, from)) {
		if ((from < at || is_session) && is_read(text, from, is_session))
			return true;
	}
	return false;
}

static bool is_json_in_utf16(const struct text *text)
{
	struct text *decoded = text_from_utf16(text);
	uint32_t at;
	bool is_json = decoded && session_is_json(decoded, &at);

	text_free(decoded);
	return is_json;
}

bool session_is_json(const struct text *text, uint32_t *at)
{
	if (text_is_utf16(text)) {
		*at = 0;
		return is_json_in_utf16(text);
	}
	if (text_is_json(text, at))
		return true;
	return session_find_json(text, PREAMBLE_LINES, at) && !has_read(text, *at);
}

void session_wipe_pager(struct text *text)
{
	char *end = text->bytes + text->size, *at = text->bytes;

	for (uint32_t from = 0; from < text->size; from = line_behind(text, from))
		memset(text->bytes + from, ' ', pager_skip(text, from) - from);
	while ((at = memchr(at, '\x1b', (size_t)(end - at)))) {
		uint32_t length = pager_wipe_length(at);

		memset(at, ' ', length);
		at += length ? length : 1;
	}
}
