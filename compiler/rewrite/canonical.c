/* SPDX-License-Identifier: ISC */
#include "compiler/rewrite/canonical.h"

#include "compiler/lower/lower.h"
#include "compiler/model/identity.h"
#include "compiler/write/canon.h"

#include <stdlib.h>
#include <string.h>

void canonical_init(struct canonical *canonical, struct compilation *original)
{
	*canonical = (struct canonical){.original = original};
	findings_init(&canonical->unheard, original->arena, original->text);
}

void canonical_free(struct canonical *canonical)
{
	free(canonical->list);
}

/* ---- values ---- */

/* The type word of an identity, one blank, and the rest as it stands. */
static struct slice identity_words(const struct canonical *canonical,
				   const struct ast_command *command, struct span value)
{
	const struct text *text = canonical->original->text;
	struct slice whole = text_slice(text, value), first, rest;
	char *words;

	if (command->count < 2 || command->words[0].flags & AST_QUOTED)
		return whole;
	first = text_slice(text, command->words[0].at);
	rest = text_slice(text, (struct span){command->words[1].at.from, value.to});
	if (identity_word_find(first) < 0 || command->words[1].at.from >= value.to)
		return whole;
	words = arena_printf(canonical->original->arena, "%.*s %.*s", (int)first.length, first.at,
			     (int)rest.length, rest.at);
	return words ? (struct slice){words, strlen(words)} : whole;
}

/* What was set, in its form: what people name stays as they wrote it. */
static struct slice value_words(const struct canonical *canonical,
				const struct ast_command *command, const struct tunnel *tunnel,
				enum setting setting)
{
	struct span value = tunnel_origin(tunnel, setting)->value;
	struct slice words = text_slice(canonical->original->text, value);

	switch (setting_table[setting].type) {
	case SETTING_SECRET_TEXT:
	case SETTING_LABEL:
	case SETTING_TEXT:
		return words;
	case SETTING_IDENTITY:
		return identity_words(canonical, command, value);
	default:
		canon_words(canonical->original->arena, tunnel, setting, &words);
		return words;
	}
}

/* A line that no setting is known of, as it stands. */
static struct slice unknown_words(const struct canonical *canonical,
				  const struct ast_command *command)
{
	struct slice line = text_slice(canonical->original->text,
				       (struct span){command->keyword.from, command->at.to});
	char *words;

	if (command->kind != AST_UNSET)
		return line;
	words = arena_printf(canonical->original->arena, "no %.*s", (int)line.length, line.at);
	return words ? (struct slice){words, strlen(words)} : line;
}

/* A '#' that is glued to a word of COMMAND begins a comment, which is no more of it. */
static void end_at_comment(const struct text *text, const struct ast_command *command,
			   struct canonical_command *to)
{
	for (size_t i = 0; i < command->count; i++) {
		struct span at = command->words[i].at;
		const char *mark = memchr(text->bytes + at.from, '#', at.to - at.from);

		if (!(command->words[i].flags & AST_GLUED))
			continue;
		to->at.to = (uint32_t)(mark - text->bytes);
		return;
	}
}

static void read_setting(struct canonical *canonical, const struct ast_command *command,
			 struct canonical_command *to)
{
	struct tunnel tunnel;

	to->setting =
	    lower_setting(&canonical->unheard, canonical->original->secrets, command, &tunnel);
	if (to->setting < 0) {
		to->words = unknown_words(canonical, command);
		return;
	}
	/* in a secret it is an error, and stays there */
	if (to->setting != SETTING_SECRET)
		end_at_comment(canonical->original->text, command, to);
	to->is_bad = tunnel_bad(&tunnel, (enum setting)to->setting);
	if (to->is_bad)
		to->words = text_slice(canonical->original->text,
				       tunnel_origin(&tunnel, (enum setting)to->setting)->value);
	else if (command->kind == AST_SET)
		to->words = value_words(canonical, command, &tunnel, (enum setting)to->setting);
}

/* ---- commands ---- */

static void read_instance(const struct canonical *canonical, const struct ast_command *command,
			  struct canonical_command *to)
{
	const char *no = command->kind == AST_REMOVE ? "no " : "";
	struct slice id = {"", 0};
	char *words;

	to->id = lower_id(canonical->original->text, command);
	if (command->count)
		id = text_slice(canonical->original->text, command->words[0].at);
	words = to->id >= 0
		    ? arena_printf(canonical->original->arena, "%sipsec %d", no, (int)to->id)
		    : arena_printf(canonical->original->arena, "%sipsec %.*s", no, (int)id.length,
				   id.at);
	if (words)
		to->words = (struct slice){words, strlen(words)};
}

static struct canonical_command *add(struct canonical *canonical)
{
	size_t room = canonical->room ? 2 * canonical->room : 256;
	struct canonical_command *list;

	if (canonical->count == canonical->room) {
		list = realloc(canonical->list, room * sizeof(*list));
		canonical->failed = canonical->failed || !list;
		if (!list)
			return NULL;
		canonical->list = list;
		canonical->room = room;
	}
	return &canonical->list[canonical->count++];
}

static bool is_foreign(enum ast_kind kind)
{
	return kind == AST_HOSTNAME || kind == AST_INTERFACE || kind == AST_NO_INTERFACE;
}

void canonical_take(struct canonical *canonical, const struct ast_command *command)
{
	struct canonical_command *to = is_foreign(command->kind) ? NULL : add(canonical);

	if (!to)
		return;
	*to = (struct canonical_command){
	    .kind = command->kind,
	    .at = command->at,
	    .id = -1,
	    .setting = -1,
	    .words = text_slice(canonical->original->text, command->keyword)};
	canonical->has_abort = canonical->has_abort || command->kind == AST_ABORT;
	if (command->kind == AST_SET || command->kind == AST_UNSET)
		read_setting(canonical, command, to);
	else if (command->kind == AST_ENTER || command->kind == AST_REMOVE)
		read_instance(canonical, command, to);
	else if (command->kind == AST_REMOVE_ALL)
		to->words = (struct slice){"no tunnel", 9};
}

/* ---- lines ---- */

void canonical_line_end(const struct text *text, uint32_t to, const char **line_end)
{
	if (!to || to > text->size || text->bytes[to - 1] != '\n')
		return;
	*line_end = to > 1 && text->bytes[to - 2] == '\r' ? "\r\n" : "\n";
}

/* The device's own lines at the top of a text stay there. */
static bool is_header(struct slice line)
{
	static const char mark[] = "Westermo WeOS";

	return memmem(line.at, line.length, mark, sizeof(mark) - 1) != NULL;
}

uint32_t canonical_comments(const struct text *text, struct span held)
{
	uint32_t begin = held.from;

	for (uint32_t at = held.from; at < held.to;) {
		struct slice line = text_slice(text, (struct span){at, held.to});
		const char *end = memchr(line.at, '\n', line.length);

		line.length = end ? (size_t)(end + 1 - line.at) : line.length;
		at += (uint32_t)line.length;
		if (is_header(line) || line.at[strspn(line.at, " \t")] != '#')
			begin = at;
	}
	return begin;
}
