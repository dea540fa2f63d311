/* SPDX-License-Identifier: ISC */
/*
 * The text is read once more, for the contexts of its lines; of the line that is asked of the words
 * are taken as they stand, since most lines that are asked of are half written.
 */
#include "compiler/lsp/cursor.h"

#include "compiler/lower/lower.h"
#include "compiler/model/words.h"

#include <stdlib.h>
#include <string.h>

/* IDs are below. */
#define ID_COUNT 65536

/* ---- contexts ---- */

struct contexts {
	const struct text *text;
	uint32_t at;
	uint32_t from;		  /* of the line that AT is on */
	struct grammar_line line; /* that one */
	bool has_line;
	int32_t open;		      /* the ID of the instance that is open, or -1 */
	uint32_t reach;		      /* the end of the last command in it */
	struct cursor_instance *list; /* NULL: nobody wants them */
	size_t count, room;
	bool has_failed;
};

/* The open instance, if there is one, ends before TO. */
static void close_instance(struct contexts *contexts, uint32_t to)
{
	struct cursor_instance *last =
	    contexts->list && contexts->count ? &contexts->list[contexts->count - 1] : NULL;

	contexts->open = -1;
	if (last && !last->whole.to)
		last->whole.to = to;
	contexts->reach = 0;
}

/* Where COMMAND names its instance: the prompt may do that, in which no line of ours begins. */
static struct span header_of(const struct ast_command *command)
{
	struct span at = command->at;

	if (at.to < at.from)
		at.from = command->words[0].at.from;
	return at;
}

static void open_instance(struct contexts *contexts, const struct ast_command *command)
{
	int32_t id = lower_id(contexts->text, command);
	struct span header = header_of(command);
	struct cursor_instance *list = contexts->list;
	size_t room = 2 * contexts->room;

	/* a path to one that is open goes on with it */
	if (id >= 0 && id == contexts->open)
		return;
	close_instance(contexts, contexts->reach);
	contexts->open = id;
	contexts->reach = command->at.to;
	if (!list)
		return;
	if (contexts->count == contexts->room) {
		list = reallocarray(list, room, sizeof(*list));
		contexts->has_failed = contexts->has_failed || !list;
		if (!list)
			return;
		contexts->list = list;
		contexts->room = room;
	}
	list[contexts->count++] = (struct cursor_instance){id, header, {header.from, 0}};
}

static void take_command(struct contexts *contexts, const struct ast_command *command)
{
	switch (command->kind) {
	case AST_ENTER:
		open_instance(contexts, command);
		break;
	case AST_SET:
	case AST_UNSET:
		contexts->reach = command->at.to;
		break;
	case AST_END:
		close_instance(contexts, command->at.to);
		break;
	case AST_REMOVE:
	case AST_REMOVE_ALL:
	case AST_COMMIT:
	case AST_ABORT:
		close_instance(contexts, contexts->reach);
		break;
	default: /* `tunnel' may begin a path to what is open */
		break;
	}
}

static void take_commands(void *to, const struct ast_command *command)
{
	struct contexts *contexts = to;

	for (; command; command = command->next) {
		if (command->at.from < contexts->from || contexts->list)
			take_command(contexts, command);
	}
}

static void take_line(void *to, const struct grammar_line *line)
{
	struct contexts *contexts = to;

	if (line->from <= contexts->at) {
		contexts->line = *line;
		contexts->has_line = true;
	}
}

static bool read_contexts(struct contexts *contexts, const struct compilation *compilation,
			  struct text *text)
{
	const struct grammar_taker taker = {take_commands, contexts, take_line};
	struct arena *arena = arena_new_beside(compilation->arena);
	struct findings unheard;
	bool is_read;

	if (!arena)
		return false;
	contexts->text = text;
	contexts->open = -1;
	findings_init(&unheard, arena, text);
	is_read = grammar_read(text, &unheard, lower_is_setting, &taker) != NULL;
	arena_free(arena);
	return is_read && !contexts->has_failed;
}

/* The same of the line that TEXT ends with, empty so far: to be read it has to be one. */
static bool read_contexts_of_end(struct contexts *contexts, const struct compilation *compilation)
{
	const struct text *text = compilation->text;
	/* there is a newline behind it */
	struct text *longer = text_new(text->name, text->bytes, text->size + 1);
	bool is_read = longer && read_contexts(contexts, compilation, longer);

	text_free(longer);
	contexts->text = text;
	return is_read;
}

/* ---- words ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Behind the word that begins AT, in quotes or not. */
static uint32_t word_end(const struct text *text, uint32_t at, uint32_t end)
{
	char quote = text->bytes[at];
	const char *closing = NULL;

	if (quote == '"' || quote == '\'')
		closing = memchr(text->bytes + at + 1, quote, end - at - 1);
	if (closing)
		return (uint32_t)(closing + 1 - text->bytes);
	while (at < end && !is_blank(text->bytes[at]))
		at++;
	return at;
}

/* The words from AT to END, of which there are COUNT or less, up to a comment. */
static size_t split(const struct text *text, struct span line, struct span *words, size_t count,
		    uint32_t *comment)
{
	size_t found = 0;

	*comment = line.to;
	while (line.from < line.to && found < count) {
		if (is_blank(text->bytes[line.from])) {
			line.from++;
			continue;
		}
		if (text->bytes[line.from] == '#') {
			*comment = line.from;
			break;
		}
		words[found].from = line.from;
		line.from = words[found].to = word_end(text, line.from, line.to);
		found++;
	}
	return found;
}

static bool is_word(const struct text *text, struct span at, const char *word)
{
	return slice_is(text_slice(text, at), word);
}

static int32_t read_id(const struct text *text, struct span at)
{
	uint32_t id;

	return number_read(text_slice(text, at), &id) && id < ID_COUNT ? (int32_t)id : -1;
}

/*
 * Takes a path, `tunnel', `ipsec ID' and `no' away from WORDS; how many of them these are.  Of a
 * word that is still being written nobody knows whether it is one of these.
 */
static size_t take_path(struct cursor *cursor, const struct text *text, const struct span *words,
			size_t count)
{
	size_t i = 0;

	for (; i < count && words[i].to < cursor->at; i++) {
		if (is_word(text, words[i], "no")) {
			cursor->is_negated = true;
		} else if (is_word(text, words[i], "tunnel")) {
			cursor->place = PLACE_TUNNEL;
		} else if (is_word(text, words[i], "ipsec") && i + 1 < count &&
			   words[i + 1].to < cursor->at) {
			cursor->id = read_id(text, words[++i]);
			cursor->place = PLACE_IPSEC;
		} else {
			break;
		}
	}
	return i;
}

static void find_word(struct cursor *cursor)
{
	cursor->index = 0;
	cursor->word = (struct span){cursor->at, cursor->at};
	while (cursor->index < cursor->count && cursor->words[cursor->index].to < cursor->at)
		cursor->index++;
	if (cursor->index < cursor->count && cursor->words[cursor->index].from <= cursor->at)
		cursor->word = cursor->words[cursor->index];
}

bool cursor_read(struct cursor *cursor, struct compilation *compilation, uint32_t at)
{
	struct text *text = compilation->text;
	struct span line = text_line(text, text_place(text, at).line);
	struct contexts contexts = {.at = at, .from = line.from};
	struct span words[CURSOR_WORDS];
	size_t count, path;
	uint32_t comment;

	*cursor = (struct cursor){.at = at, .id = -1, .place = PLACE_OUTSIDE};
	if (at == text->size && line.from == at ? !read_contexts_of_end(&contexts, compilation)
						: !read_contexts(&contexts, compilation, text))
		return false;
	if (contexts.has_line && contexts.line.from == line.from) {
		cursor->place = contexts.line.place;
		line.from = contexts.line.typed;
	}
	cursor->id = contexts.open;
	count = split(text, line, words, CURSOR_WORDS, &comment);
	cursor->is_comment = comment < at;
	path = take_path(cursor, text, words, count);
	cursor->count = count - path;
	memcpy(cursor->words, words + path, cursor->count * sizeof(words[0]));
	find_word(cursor);
	cursor->is_header = cursor->count > 1 && at <= cursor->words[1].to &&
			    is_word(text, cursor->words[0], "ipsec");
	if (cursor->is_header)
		cursor->id = read_id(text, cursor->words[1]);
	return true;
}

/* ---- instances ---- */

struct cursor_instance *cursor_instances(struct compilation *compilation, size_t *count)
{
	struct contexts contexts = {.at = UINT32_MAX, .from = UINT32_MAX, .room = 32};

	contexts.list = calloc(contexts.room, sizeof(*contexts.list));
	if (!contexts.list || !read_contexts(&contexts, compilation, compilation->text)) {
		free(contexts.list);
		return NULL;
	}
	close_instance(&contexts, contexts.reach);
	*count = contexts.count;
	return contexts.list;
}

const struct tunnel *cursor_tunnel(const struct compilation *compilation, int32_t id)
{
	return id >= 0 ? model_tunnel(compilation->model, id) : NULL;
}
