/* SPDX-License-Identifier: ISC */
#include "compiler/rewrite/script.h"

#include <stdlib.h>
#include <string.h>

#define ID_COUNT 65536
#define ROOM_FIRST 64

static const struct slice nothing = {"", 0};

void script_init(struct script *script, struct arena *arena, const char *line_end)
{
	*script = (struct script){.arena = arena, .line_end = line_end, .id = -1};
	script->latest = arena_alloc(arena, ID_COUNT * sizeof(struct latest *));
	script->failed = !script->latest;
}

void script_free(struct script *script)
{
	free(script->items);
}

/* ---- notes ---- */

/* MORE comes behind NOTES, and is empty then. */
static void notes_join(struct notes *notes, struct notes *more)
{
	if (!more->first)
		return;
	if (notes->last)
		notes->last->next = more->first;
	else
		notes->first = more->first;
	notes->last = more->last;
	*more = (struct notes){NULL, NULL};
}

static void add_note(struct script *script, struct notes *notes, struct slice text)
{
	struct note *note = arena_alloc(script->arena, sizeof(*note));

	if (note) {
		note->text = text;
		notes_join(notes, &(struct notes){note, note});
	}
	script->failed = script->failed || !note;
}

void script_note(struct script *script, struct slice text)
{
	const struct note *last = script->pending.last;

	/* a blank line divides comments, or instances: between settings it goes */
	if (text.length || (last ? last->text.length > 0 : !script->has_instance))
		add_note(script, &script->pending, text);
}

/* ---- items ---- */

static bool make_room(struct script *script)
{
	size_t room = script->room ? 2 * script->room : ROOM_FIRST;
	struct item **items;

	if (script->count < script->room)
		return true;
	items = realloc(script->items, room * sizeof(struct item *));
	if (!items)
		return false;
	script->items = items;
	script->room = room;
	return true;
}

static struct item *add_item(struct script *script, enum item_kind kind, struct slice words,
			     struct slice behind)
{
	struct item *item = arena_alloc(script->arena, sizeof(*item));

	if (!item || !make_room(script)) {
		script->failed = true;
		return NULL;
	}
	*item = (struct item){
	    .kind = kind,
	    .level = script->has_tunnel + script->has_instance,
	    .words = words,
	    .behind = behind,
	    .line_end = script->line_end,
	    .number = script->count,
	    .setting = -1,
	};
	notes_join(&item->above, &script->pending);
	script->items[script->count++] = item;
	return item;
}

void script_bytes(struct script *script, struct slice bytes)
{
	struct item *last = script->count ? script->items[script->count - 1] : NULL;

	if (last && last->kind == ITEM_BYTES && !script->pending.first &&
	    last->words.at + last->words.length == bytes.at)
		last->words.length += bytes.length;
	else
		add_item(script, ITEM_BYTES, bytes, nothing);
}

void script_line(struct script *script, struct slice line, struct slice behind)
{
	add_item(script, ITEM_LINE, line, behind);
}

/* ---- contexts ---- */

void script_open_tunnel(struct script *script, bool is_path, struct slice header,
			struct slice behind)
{
	script_close(script);
	script_line(script, header, behind);
	script->has_tunnel = true;
	script->tunnel_is_path = is_path;
}

void script_open_instance(struct script *script, int32_t id, bool is_path, struct slice header,
			  struct slice behind)
{
	script_line(script, header, behind);
	script->has_instance = true;
	script->instance_is_path = is_path;
	script->id = id;
	script->settings = script->count;
}

static int rank(const struct item *item)
{
	return item->setting < 0 ? SETTING_COUNT : writer_rank((enum setting)item->setting);
}

static int compare_items(const void *a, const void *b)
{
	const struct item *left = *(const struct item *const *)a,
			  *right = *(const struct item *const *)b;

	if (rank(left) != rank(right))
		return rank(left) - rank(right);
	return (left->number > right->number) - (left->number < right->number);
}

void script_close_instance(struct script *script, struct slice behind)
{
	static const struct slice end = {"end", 3};

	if (!script->has_instance)
		return;
	if (script->count > script->settings)
		qsort(script->items + script->settings, script->count - script->settings,
		      sizeof(void *), compare_items);
	script_line(script, end, behind);
	script->has_instance = false;
	script->id = -1;
}

void script_close_tunnel(struct script *script, struct slice behind)
{
	static const struct slice end = {"end", 3};

	if (!script->has_tunnel)
		return;
	script_line(script, end, behind);
	script->has_tunnel = false;
}

void script_close(struct script *script)
{
	script_close_instance(script, nothing);
	script_close_tunnel(script, nothing);
}

/* ---- settings ---- */

static struct latest *latest_of(struct script *script)
{
	struct latest **place = &script->latest[script->id];

	if (!*place)
		*place = arena_alloc(script->arena, sizeof(**place));
	if (!*place) {
		script->failed = true;
		return NULL;
	}
	if ((*place)->epoch != script->epoch)
		**place = (struct latest){.epoch = script->epoch};
	return *place;
}

/* OLD goes, and what was said of it is said of ITEM. */
static void override(struct script *script, struct item *old, struct item *item)
{
	struct notes own = item->above;

	old->is_overridden = true;
	item->above = old->above;
	old->above = (struct notes){NULL, NULL};
	if (old->behind.length)
		add_note(script, &item->above, old->behind);
	notes_join(&item->above, &own);
}

void script_setting(struct script *script, const struct item *what)
{
	struct item *item = add_item(script, ITEM_SETTING, what->words, what->behind);
	struct latest *latest;

	if (!item)
		return;
	item->setting = what->setting;
	item->unsets = what->unsets;
	item->is_bad = what->is_bad;
	if (item->setting < 0 || item->unsets || item->is_bad || script->keeps_all ||
	    script->id < 0)
		return;
	latest = latest_of(script);
	if (!latest)
		return;
	if (latest->set[item->setting])
		override(script, latest->set[item->setting], item);
	latest->set[item->setting] = item;
}

void script_forget(struct script *script, int32_t id)
{
	if (id < 0)
		script->epoch++;
	else if (script->latest && script->latest[id])
		*script->latest[id] = (struct latest){.epoch = script->epoch};
}

/* ---- writing ---- */

/* Foreign text may end without the end of a line; a byte order mark has none. */
static void finish_line(struct writer *writer, size_t begin)
{
	const struct output *output = writer->output;

	if (output->size > begin && output->bytes[output->size - 1] != '\n')
		output_bytes(writer->output, writer->line_end, strlen(writer->line_end));
}

static void write_setting(struct writer *writer, const struct item *item)
{
	if (item->setting == SETTING_SECRET)
		writer->output->has_secrets = 1;
	if (item->setting < 0)
		writer_line(writer, item->words);
	else if (item->unsets)
		writer_unset(writer, (enum setting)item->setting);
	else
		writer_set(writer, (enum setting)item->setting, item->words);
}

static void write_item(struct writer *writer, const struct item *item, size_t begin)
{
	writer->level = item->level;
	writer->line_end = item->line_end;
	if (item->kind != ITEM_BYTES || item->above.first)
		finish_line(writer, begin);
	for (const struct note *note = item->above.first; note; note = note->next)
		writer_line(writer, note->text);
	writer->behind = item->behind;
	if (item->kind == ITEM_BYTES)
		output_bytes(writer->output, item->words.at, item->words.length);
	else if (item->kind == ITEM_SETTING)
		write_setting(writer, item);
	else
		writer_line(writer, item->words);
}

void script_write(const struct script *script, struct writer *writer)
{
	size_t begin = writer->output->size;

	for (size_t i = 0; i < script->count; i++) {
		if (!script->items[i]->is_overridden)
			write_item(writer, script->items[i], begin);
	}
}
