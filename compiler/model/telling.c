/* SPDX-License-Identifier: ISC */
#include "compiler/model/telling.h"

#include "compiler/base/printable.h"
#include "compiler/model/field.h"

#include <string.h>
#include <strings.h>

/*
 * The whole of a text is searched for each secret while these bytes are read at most, which is a
 * few milliseconds; in a larger one only the values of the secret's own tunnel are.
 */
#define TELLING_SEARCH ((size_t)4 << 20)
/* A shorter one is no secret, and stands anywhere by chance. */
#define TELLING_LEAST 4
/* Of more tunnels not every one's secret is looked for in each value. */
#define TELLING_TUNNELS 1000
/* What is looked for of a secret that is shown: the rest of a longer one is in the same word. */
#define SECRET_SHOWN 256
#define MASKED "****"

_Static_assert(sizeof(MASKED) - 1 <= TELLING_LEAST, "what hides a secret is no longer than it");

static bool has_part(struct slice value, struct slice part)
{
	return part.length >= TELLING_LEAST && part.length <= value.length &&
	       slice_find_nocase(value, part);
}

/* Does SPELLED begin with BYTES as hexadecimal digits, which is how a secret can be written, too?
 */
static bool spells(struct slice spelled, struct slice bytes)
{
	for (size_t i = 0; i < bytes.length; i++) {
		unsigned char byte = (unsigned char)bytes.at[i];

		if (hex_digit(spelled.at[2 * i]) != byte >> 4 ||
		    hex_digit(spelled.at[2 * i + 1]) != (byte & 15))
			return false;
	}
	return true;
}

static bool has_spelled(struct slice value, struct slice bytes)
{
	for (; bytes.length >= TELLING_LEAST && value.length >= 2 * bytes.length;
	     value = slice_cut(value, 1)) {
		if (spells(value, bytes))
			return true;
	}
	return false;
}

static bool has_secret(const struct tunnel *tunnel)
{
	return tunnel->secret.set && tunnel->secret.mask != SECRET_MASKED;
}

bool telling_value(const struct tunnel *tunnel, struct slice value)
{
	return has_secret(tunnel) &&
	       (has_part(value, tunnel->secret.bytes) || has_spelled(value, tunnel->secret.bytes));
}

bool telling_model(const struct model *model, struct slice value)
{
	for (size_t i = 0; model && model->count <= TELLING_TUNNELS && i < model->count; i++) {
		if (telling_value(model->tunnels[i], value))
			return true;
	}
	return false;
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

void telling_hide(const struct model *model, char *line)
{
	char shown[SECRET_SHOWN];

	for (size_t i = 0; model && model->count <= TELLING_TUNNELS && i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];
		struct slice secret = {shown, 0};

		if (!has_secret(tunnel))
			continue;
		/* what is none of a terminal's bytes is shown in other bytes */
		secret.length = printable_copy(shown, sizeof(shown), tunnel->secret.bytes);
		if (secret.length >= TELLING_LEAST)
			hide_in_line(line, secret);
	}
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

bool telling_setting_of(const struct model *model, const struct tunnel *tunnel,
			enum setting setting)
{
	struct slice value = written_value(tunnel, setting);

	return value.length && telling_model(model, value);
}

/* ---- its text ---- */

/* Values that were read as numbers, words or addresses cannot be those of a user. */
static bool is_free(const struct tunnel *tunnel, enum setting setting)
{
	enum setting_type type = setting_table[setting].type;

	return setting != SETTING_SECRET &&
	       (tunnel_bad(tunnel, setting) ||
		(tunnel_given(tunnel, setting) &&
		 (type == SETTING_LABEL || type == SETTING_IDENTITY || type == SETTING_TEXT)));
}

/* What could not be read was written all the same. */
static bool has_value(const struct tunnel *tunnel, enum setting setting)
{
	return tunnel_given(tunnel, setting) || tunnel_bad(tunnel, setting);
}

/* Is what stands AT in the text a tunnel's secret, where such a one is to stand? */
static bool is_in_place(const struct model *model, size_t at)
{
	for (size_t i = 0; i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];

		if (has_value(tunnel, SETTING_SECRET) &&
		    at >= tunnel_origin(tunnel, SETTING_SECRET)->value.from &&
		    at < tunnel_origin(tunnel, SETTING_SECRET)->value.to)
			return true;
	}
	return false;
}

static bool tells(const struct text *text, const struct tunnel *tunnel, struct slice written)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		enum setting setting = (enum setting)i;
		struct slice value;

		if (!is_free(tunnel, setting))
			continue;
		value = text_slice(text, tunnel_origin(tunnel, setting)->value);
		if (telling_value(tunnel, value) || has_part(value, written))
			return true;
	}
	return false;
}

/* The secret of TUNNEL as it is written, without its quotes. */
static struct slice written_secret(const struct text *text, const struct tunnel *tunnel)
{
	struct slice written = text_slice(text, tunnel_origin(tunnel, SETTING_SECRET)->value);

	if (written.length > 1 && (*written.at == '"' || *written.at == '\'')) {
		written = slice_cut(written, 1);
		written.length -= written.at[written.length - 1] == written.at[-1];
	}
	return written;
}

/* One that is too long, say, may be right at the other end. */
static bool has_own_secret(const struct tunnel *tunnel)
{
	return has_value(tunnel, SETTING_SECRET) && tunnel->secret.mask != SECRET_MASKED;
}

/* What it comes to, or what is written if that could not be read. */
static struct slice own_secret(const struct text *text, const struct tunnel *tunnel)
{
	return tunnel->secret.bytes.length ? tunnel->secret.bytes : written_secret(text, tunnel);
}

/* ---- all secrets at once ---- */

#define BUCKET_BITS 12

/* A secret in one of its forms. */
struct wanted {
	struct slice bytes;
	struct wanted *next; /* of those whose first bytes come to the same bucket */
	bool is_elsewhere;   /* than where a secret is to stand */
};

struct search {
	const struct model *model;
	struct wanted *bucket[1 << BUCKET_BITS];
	bool has_any;
};

/* The first TELLING_LEAST bytes, in whatever case. */
static size_t bucket_of(const char *at)
{
	uint32_t first;

	memcpy(&first, at, TELLING_LEAST);
	return ((first | 0x20202020u) * 2654435761u) >> (32 - BUCKET_BITS);
}

static void want(struct search *search, struct wanted *wanted, struct slice bytes)
{
	struct wanted **bucket;

	*wanted = (struct wanted){.bytes = bytes};
	if (bytes.length < TELLING_LEAST)
		return;
	bucket = &search->bucket[bucket_of(bytes.at)];
	wanted->next = *bucket;
	*bucket = wanted;
	search->has_any = true;
}

/* Marks the secrets of the text that stand AT. */
static void mark(const struct search *search, const char *at)
{
	const struct text *text = search->model->text;
	size_t left = text->size - (size_t)(at - text->bytes);

	for (struct wanted *wanted = search->bucket[bucket_of(at)]; wanted; wanted = wanted->next) {
		if (wanted->is_elsewhere || wanted->bytes.length > left ||
		    strncasecmp(at, wanted->bytes.at, wanted->bytes.length) != 0)
			continue;
		if (is_in_place(search->model, (size_t)(at - text->bytes)))
			return;
		wanted->is_elsewhere = true;
	}
}

/* For each tunnel of MODEL two forms of its secret, searched for; NULL without memory. */
static const struct wanted *search_all(struct arena *arena, const struct model *model)
{
	const struct text *text = model->text;
	struct search search = {.model = model};
	struct wanted *all = arena_alloc(arena, 2 * model->count * sizeof(*all));

	for (size_t i = 0; all && i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];

		if (!has_own_secret(tunnel))
			continue;
		want(&search, &all[2 * i], written_secret(text, tunnel));
		want(&search, &all[2 * i + 1], own_secret(text, tunnel));
	}
	for (size_t at = 0; search.has_any && at + TELLING_LEAST <= text->size; at++)
		mark(&search, text->bytes + at);
	return all;
}

static bool is_listed(const struct slice *list, size_t count, struct slice secret)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_compare(list[i], secret) == 0)
			return true;
	}
	return false;
}

size_t telling_secrets(struct arena *arena, const struct model *model, struct slice *list,
		       size_t count)
{
	bool is_small = model->count * model->text->size <= TELLING_SEARCH;
	const struct wanted *all = is_small && model->count ? search_all(arena, model) : NULL;
	size_t found = 0;

	if (is_small && model->count && !all)
		return count;
	for (size_t i = 0; i < model->count && found + 2 <= count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];
		struct slice written, bytes;

		if (!has_own_secret(tunnel))
			continue;
		written = written_secret(model->text, tunnel);
		bytes = own_secret(model->text, tunnel);
		if (is_listed(list, found, bytes))
			continue;
		if (all ? !all[2 * i].is_elsewhere && !all[2 * i + 1].is_elsewhere
			: !tells(model->text, tunnel, written))
			continue;
		list[found++] = written;
		list[found++] = bytes;
	}
	return found;
}
