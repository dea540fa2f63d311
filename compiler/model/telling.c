/* SPDX-License-Identifier: ISC */
#include "compiler/model/telling.h"

#include "compiler/base/arena.h"
#include "compiler/base/printable.h"
#include "compiler/model/field.h"
#include "compiler/model/spelling.h"
#include "compiler/model/telling_index.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A shorter one is no secret, and stands anywhere by chance. */
#define TELLING_LEAST 4
/* What is looked for of a secret that is shown: the rest of a longer one is in the same word. */
#define SECRET_SHOWN 256
#define MASKED "****"

_Static_assert(sizeof(MASKED) - 1 <= TELLING_LEAST, "what hides a secret is no longer than it");

static bool has_part(struct slice value, struct slice part)
{
	return part.length >= TELLING_LEAST && part.length <= value.length &&
	       slice_find_nocase(value, part);
}

static bool has_spelled(struct slice value, struct slice bytes)
{
	char letters[SPELLING_ROOM];
	bool has = false;

	if (value.length <= bytes.length)
		return false;
	for (int spelling = 0; spelling < SPELLING_COUNT && !has; spelling++) {
		size_t count = spelling_write((enum spelling)spelling, bytes, letters);

		has = has_part(value, (struct slice){letters, count});
	}
	explicit_bzero(letters, sizeof(letters));
	return has;
}

/* The beginning of a secret is enough: the rest is in the same letters. */
static struct slice beginning(struct slice secret)
{
	secret.length = secret.length < SPELLED_SECRET ? secret.length : SPELLED_SECRET;
	return secret;
}

/* The letters of WRITTEN that come to SECRET; empty: none do. */
static struct slice letters_of(enum letters letters, struct slice written, struct slice secret)
{
	struct slice found = {NULL, 0};
	struct spelled spelled;

	for (unsigned phase = 0; phase < spelling_phases(letters) && !found.length; phase++) {
		const char *at;

		spelling_read(letters, written, phase, &spelled);
		at = slice_find_nocase((struct slice){spelled.bytes, spelled.count}, secret);
		if (at)
			found = spelling_letters(&spelled, written, (size_t)(at - spelled.bytes),
						 secret.length);
	}
	explicit_bzero(&spelled, sizeof(spelled));
	return found;
}

/* The first letters of VALUE, from *AT on, that come to SECRET; *AT is where to go on. */
static struct slice find_letters(struct slice value, enum letters letters, struct slice secret,
				 size_t *at)
{
	struct slice written, found = {NULL, 0};

	while (!found.length && (written = spelling_next(letters, value, secret.length, at)).length)
		found = letters_of(letters, written, secret);
	return found;
}

/* As has_spelled(), of what stands between other bytes, and with marks. */
static bool has_letters(struct slice value, struct slice secret)
{
	size_t base64 = 0, hex = 0;

	return find_letters(value, LETTERS_BASE64, secret, &base64).length ||
	       find_letters(value, LETTERS_HEX, secret, &hex).length;
}

static bool has_secret(const struct tunnel *tunnel)
{
	return tunnel->secret.set && tunnel->secret.mask != SECRET_MASKED;
}

static bool tells(struct slice value, struct slice secret)
{
	return has_part(value, secret) || has_spelled(value, secret) ||
	       (secret.length >= TELLING_LEAST && has_letters(value, beginning(secret)));
}

bool telling_value(const struct tunnel *tunnel, struct slice value)
{
	return has_secret(tunnel) && tells(value, tunnel->secret.bytes);
}

bool telling_model(const struct model *model, struct slice value)
{
	const struct old_secret *old = model ? model->old_secrets : NULL;

	for (size_t i = 0; model && i < model->count; i++) {
		if (telling_value(model->tunnels[i], value))
			return true;
	}
	while (old && !tells(value, old->bytes))
		old = old->next;
	return old != NULL;
}

/* ---- lines ---- */

static bool is_border(char byte)
{
	return byte == ' ' || byte == '\'';
}

/* How many bytes before END, where LINE was cut, are the first of SECRET; few are none. */
static size_t cut_secret(const char *line, const char *end, struct slice secret)
{
	size_t length = (size_t)(end - line) < secret.length ? (size_t)(end - line) : secret.length;

	while (length >= TELLING_LEAST && strncasecmp(end - length, secret.at, length) != 0)
		length--;
	return length >= TELLING_LEAST ? length : 0;
}

/* The word of LINE that AT, bytes of it, are of becomes MASKED; what stands behind it. */
static char *hide_word(char *line, char *at, size_t length)
{
	char *end = at + length;

	while (at > line && !is_border(at[-1]))
		at--;
	while (*end && !is_border(*end))
		end++;
	memcpy(at, MASKED, sizeof(MASKED) - 1); /* no secret is shorter */
	memmove(at + sizeof(MASKED) - 1, end, strlen(end) + 1);
	return at + sizeof(MASKED) - 1;
}

/* What was too long ends in dots, and LINE may itself. */
static void hide_cut(char *line, struct slice secret)
{
	char *from = line, *end;
	size_t length;

	do {
		end = strstr(from, "...");
		from = end ? end + 3 : from + strlen(from);
		length = cut_secret(line, end ? end : from, secret);
		if (length)
			from = hide_word(line, (end ? end : from) - length, length);
	} while (end);
}

static void hide_in_line(char *line, struct slice secret)
{
	char *from = line;
	const char *at;

	while ((at = slice_find_nocase((struct slice){from, strlen(from)}, secret)))
		from = hide_word(line, line + (at - line), secret.length);
	hide_cut(line, secret);
}

static void hide_spelled(char *line, struct slice secret)
{
	char letters[SPELLING_ROOM];

	for (int spelling = 0; spelling < SPELLING_COUNT; spelling++) {
		size_t length = spelling_write((enum spelling)spelling, secret, letters);

		if (length >= TELLING_LEAST)
			hide_in_line(line, (struct slice){letters, length});
	}
	explicit_bzero(letters, sizeof(letters));
}

static void hide_letters(char *line, enum letters letters, struct slice secret)
{
	struct slice found;
	size_t at = 0;

	while (
	    (found = find_letters((struct slice){line, strlen(line)}, letters, secret, &at)).length)
		at = (size_t)(hide_word(line, line + (found.at - line), found.length) - line);
}

static void hide_secret(char *line, struct slice secret)
{
	char shown[SECRET_SHOWN];
	/* what is none of a terminal's bytes is shown in other bytes */
	size_t length = printable_copy(shown, sizeof(shown), secret);

	if (length >= TELLING_LEAST)
		hide_in_line(line, (struct slice){shown, length});
	hide_spelled(line, secret);
	if (secret.length < TELLING_LEAST)
		return;
	hide_letters(line, LETTERS_BASE64, beginning(secret));
	hide_letters(line, LETTERS_HEX, beginning(secret));
}

void telling_hide(const struct model *model, char *line)
{
	const struct old_secret *old = model ? model->old_secrets : NULL;

	for (size_t i = 0; model && i < model->count; i++) {
		if (has_secret(model->tunnels[i]))
			hide_secret(line, model->tunnels[i]->secret.bytes);
	}
	for (; old; old = old->next)
		hide_secret(line, old->bytes);
}

/* ---- the model ---- */

static void take_slice(void *value, enum setting setting, struct slice slice)
{
	(void)setting;
	*(struct slice *)value = slice;
}

static void take_identity(void *value, enum setting setting, const struct identity *identity)
{
	take_slice(value, setting, identity->value);
}

/* What a user wrote, if SETTING has such a value. */
static struct slice written_value(const struct tunnel *tunnel, enum setting setting)
{
	static const struct field_visitor take = {
	    .label = take_slice, .identity = take_identity, .text = take_slice};
	enum setting_type type = setting_table[setting].type;
	struct slice value = {NULL, 0};

	if (type == SETTING_LABEL || type == SETTING_IDENTITY || type == SETTING_TEXT)
		field_visit(tunnel, setting, &take, &value);
	return value;
}

bool telling_setting(const struct tunnel *tunnel, enum setting setting)
{
	return telling_value(tunnel, written_value(tunnel, setting));
}

/* ---- many values ---- */

static size_t count_secrets(const struct model *model)
{
	size_t count = model ? model->count : 0;

	for (const struct old_secret *old = model ? model->old_secrets : NULL; old; old = old->next)
		count++;
	return count;
}

static void add_secrets(struct telling_index *index, const struct model *model)
{
	const struct old_secret *old = model ? model->old_secrets : NULL;

	for (size_t i = 0; model && i < model->count; i++) {
		const struct slice bytes = model->tunnels[i]->secret.bytes;

		if (has_secret(model->tunnels[i]))
			telling_index_add(index, bytes, bytes);
	}
	for (; old; old = old->next)
		telling_index_add(index, old->bytes, old->bytes);
}

struct telling_index *telling_index_new(const struct model *const models[2])
{
	struct telling_index *index = malloc(sizeof(*index));

	if (!index)
		return NULL;
	telling_index_init(index, count_secrets(models[0]) + count_secrets(models[1]),
			   arena_new_secret());
	add_secrets(index, models[0]);
	add_secrets(index, models[1]);
	if (telling_index_ready(index) && telling_index_order(index))
		return index;
	telling_index_delete(index);
	return NULL;
}

void telling_index_delete(struct telling_index *index)
{
	if (index) {
		arena_free(index->spelled);
		telling_index_free(index);
	}
	free(index);
}

bool telling_setting_in(const struct telling_index *index, const struct tunnel *tunnel,
			enum setting setting)
{
	struct slice value = written_value(tunnel, setting);

	return index && (telling_index_find(index, value) < value.length ||
			 telling_index_has_letters(index, value));
}
