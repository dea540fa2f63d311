/* SPDX-License-Identifier: ISC */
#include "grammar/session.h"

#include "grammar/pager.h"

#include <string.h>

/* ^[A-Za-z0-9._-]{1,64}:/[^#>]{0,128}#>: a blank behind it gets lost in some pastes */
#define HOST_MAX 64
#define PATH_MAX_BYTES 128

static bool is_host_byte(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

/* The path of a prompt, between `:/' and `#>'; its `at' is NULL if there is no prompt. */
static struct slice find_path(const char *line, const char *end)
{
	struct slice path = {NULL, 0};
	const char *at = line;
	const char *start;

	while (at < end && at - line <= HOST_MAX && is_host_byte(*at))
		at++;
	if (at == line || at - line > HOST_MAX || end - at < 4 || at[0] != ':' || at[1] != '/')
		return path;
	start = at += 2;
	while (at < end && at - start <= PATH_MAX_BYTES && *at != '#' && *at != '>' && *at != '\n')
		at++;
	if (at - start > PATH_MAX_BYTES || end - at < 2 || at[0] != '#' || at[1] != '>')
		return path;
	path.at = start;
	path.length = (size_t)(at - start);
	return path;
}

static bool skip_prefix(struct slice *slice, const char *prefix)
{
	size_t length = strlen(prefix);

	if (slice->length < length || memcmp(slice->at, prefix, length) != 0)
		return false;
	slice->at += length;
	slice->length -= length;
	return true;
}

static bool is_digits(struct slice slice)
{
	for (size_t i = 0; i < slice.length; i++) {
		if (slice.at[i] < '0' || slice.at[i] > '9')
			return false;
	}
	return slice.length > 0;
}

/* `/iface-NAME' or `/iface NAME', and whatever is below. */
static bool is_interface(struct slice path, struct slice *name)
{
	const char *slash;

	if (!skip_prefix(&path, "/iface") && !skip_prefix(&path, "/interface"))
		return false;
	if (!skip_prefix(&path, "-") && !skip_prefix(&path, " "))
		return false;
	slash = memchr(path.at, '/', path.length);
	if (slash)
		path.length = (size_t)(slash - path.at);
	*name = path;
	return path.length > 0;
}

static enum prompt_context path_context(struct slice path, struct slice *id)
{
	bool is_below;

	if (path.length && path.at[path.length - 1] == '/')
		path.length--;
	if (!skip_prefix(&path, "config"))
		return PROMPT_EXEC;
	if (path.length == 0)
		return PROMPT_CONFIG;
	if (slice_is(path, "/system"))
		return PROMPT_SYSTEM;
	if (is_interface(path, id))
		return PROMPT_INTERFACE;
	if (!skip_prefix(&path, "/tunnel"))
		return PROMPT_FOREIGN;
	if (path.length == 0)
		return PROMPT_TUNNEL;
	is_below = *path.at == '/' || *path.at == ' ';
	if (!skip_prefix(&path, "/ipsec") ||
	    !(skip_prefix(&path, "-") || skip_prefix(&path, " ")) || !is_digits(path))
		return is_below ? PROMPT_CHILD : PROMPT_FOREIGN;
	*id = path;
	return PROMPT_IPSEC;
}

struct prompt session_prompt(const struct text *text, uint32_t from)
{
	const char *line = text->bytes + from;
	struct slice path = find_path(line, text->bytes + text->size + 1);
	struct prompt prompt = {0};
	struct slice id = {NULL, 0};

	if (!path.at)
		return prompt;
	prompt.length = (uint32_t)(path.at + path.length + 2 - line);
	prompt.host = (uint32_t)(path.at - 2 - line);
	prompt.context = path_context(path, &id);
	if (id.at) {
		prompt.id.from = (uint32_t)(id.at - text->bytes);
		prompt.id.to = prompt.id.from + (uint32_t)id.length;
	}
	return prompt;
}

struct prompt session_line_prompt(const struct text *text, uint32_t from, uint32_t *command)
{
	uint32_t start = pager_skip(text, from);
	struct prompt prompt;

	/* blanks before a prompt are what a pager wiped, or it is none */
	if (start > from)
		start += (uint32_t)strspn(text->bytes + start, " \t");
	prompt = session_prompt(text, start);
	*command = start + prompt.length;
	return prompt;
}

/* What a pager leaves on a line is not longer. */
#define PAGER_MAX 512

/* The start of the line that AT is in, or NULL where it is too far off for a prompt. */
static const char *line_start(const struct text *text, const char *at)
{
	size_t reach = (size_t)(at - text->bytes);
	const char *line;

	if (reach > PAGER_MAX + HOST_MAX + PATH_MAX_BYTES + 3)
		reach = PAGER_MAX + HOST_MAX + PATH_MAX_BYTES + 3;
	line = memrchr(at - reach, '\n', reach);
	if (line)
		return line + 1;
	if (at - reach != text->bytes)
		return NULL;
	return text->bytes + text_bom(text);
}

bool session_detect(const struct text *text)
{
	const char *end = text->bytes + text->size;
	const char *at = text->bytes;

	while ((at = memchr(at, '#', (size_t)(end - at)))) {
		const char *line = at[1] == '>' ? line_start(text, at) : NULL;
		uint32_t command;

		if (line &&
		    session_line_prompt(text, (uint32_t)(line - text->bytes), &command).length)
			return true;
		at++;
	}
	return false;
}

static struct slice word_take(struct slice *line)
{
	struct slice word;

	while (line->length && (*line->at == ' ' || *line->at == '\t')) {
		line->at++;
		line->length--;
	}
	word = (struct slice){line->at, 0};
	while (word.length < line->length && !strchr(" \t\r", line->at[word.length]))
		word.length++;
	line->at += word.length;
	line->length -= word.length;
	return word;
}

bool session_prints_config(struct slice line)
{
	static const char *const stores[] = {"run", "startup", "factory"};
	struct slice word = word_take(&line);

	if (slice_is(word, "do"))
		word = word_take(&line);
	if (slice_is(word, "cat") || slice_is(word, "more") || slice_is(word, "type"))
		return true;
	if (!slice_is(word, "show"))
		return false;
	word = word_take(&line);
	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		if (skip_prefix(&word, stores[i]))
			return true;
	}
	return false;
}
