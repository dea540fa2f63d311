/* SPDX-License-Identifier: ISC */
/* Where a text has its secrets beside the lines that are to have them.  It is read once for all. */
#include "compiler/model/telling.h"

#include "compiler/base/arena.h"
#include "compiler/model/telling_index.h"

#include <stdlib.h>
#include <string.h>

struct search {
	const struct text *text;
	struct telling_index index;
	struct span *places; /* where secrets are to stand, in order */
	size_t place_count;
	struct span *found; /* words, in order, apart from each other */
	size_t found_count, found_room;
	size_t found_from; /* behind those of another search, which stand anywhere */
	size_t line_to;	   /* where the line ends that was asked for last */
	bool failed;
};

/* ---- the secrets of a text ---- */

/* One of them; zeroed before the first. */
struct secret_here {
	struct span at;	      /* where it stands */
	struct slice written; /* without its quotes */
	struct slice bytes;   /* what it comes to, or its first word if that could not be read */
	bool is_only_meant;   /* could not be read, and says that it is encoded */
	size_t tunnels;	      /* that were looked at */
	const struct old_secret *old;
};

static struct slice without_quotes(struct slice written)
{
	if (written.length > 1 && (*written.at == '"' || *written.at == '\'')) {
		written = slice_cut(written, 1);
		written.length -= written.at[written.length - 1] == written.at[-1];
	}
	return written;
}

static bool is_encoded(struct slice written)
{
	return written.length > 2 && *written.at == '0' && strchr("xXsS", written.at[1]);
}

/*
 * What comes behind is too much, and the secret may be right without; what says how the rest is
 * encoded others leave out.
 */
static struct slice first_word(struct slice written)
{
	const char *blank = memchr(written.at, ' ', written.length);

	written.length = blank ? (size_t)(blank - written.at) : written.length;
	return is_encoded(written) ? slice_cut(written, 2) : written;
}

static void take(struct secret_here *secret, const struct text *text, struct span at,
		 struct slice bytes)
{
	secret->at = at;
	secret->written = without_quotes(text_slice(text, at));
	secret->is_only_meant = !bytes.length && is_encoded(secret->written);
	secret->bytes = bytes.length ? bytes : first_word(secret->written);
}

/* One that is too long, say, may be right at the other end. */
static bool has_own_secret(const struct tunnel *tunnel)
{
	return (tunnel_given(tunnel, SETTING_SECRET) || tunnel_bad(tunnel, SETTING_SECRET)) &&
	       tunnel->secret.mask != SECRET_MASKED;
}

/* The next of MODEL; false: there is none. */
static bool next_secret(const struct model *model, struct secret_here *secret)
{
	while (secret->tunnels < model->count) {
		const struct tunnel *tunnel = model->tunnels[secret->tunnels++];

		if (!has_own_secret(tunnel))
			continue;
		take(secret, model->text, tunnel_origin(tunnel, SETTING_SECRET)->value,
		     tunnel->secret.bytes);
		return true;
	}
	secret->old = secret->old ? secret->old->next : model->old_secrets;
	if (!secret->old)
		return false;
	take(secret, model->text, secret->old->at, secret->old->bytes);
	return true;
}

static size_t count_secrets(const struct model *model)
{
	struct secret_here secret = {.tunnels = 0};
	size_t count = 0;

	while (next_secret(model, &secret))
		count++;
	return count;
}

static int compare_places(const void *left, const void *right)
{
	const struct span *a = left, *b = right;

	return (a->from > b->from) - (a->from < b->from);
}

/* False without memory. */
static bool take_secrets(struct search *search, const struct model *model)
{
	struct secret_here secret = {.tunnels = 0};

	while (next_secret(model, &secret)) {
		search->places[search->place_count++] = secret.at;
		telling_index_add(&search->index, secret.written, secret.bytes);
		if (secret.is_only_meant)
			telling_index_add_meant(&search->index, secret.bytes);
	}
	qsort(search->places, search->place_count, sizeof(*search->places), compare_places);
	return telling_index_ready(&search->index);
}

/* ---- what is found ---- */

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* The words that bytes FROM up to TO are of. */
static struct span words_around(const struct text *text, size_t from, size_t to)
{
	while (from > 0 && !is_blank(text->bytes[from - 1]))
		from--;
	while (to < text->size && !is_blank(text->bytes[to]))
		to++;
	return (struct span){(uint32_t)from, (uint32_t)to};
}

/* Of the line of AT, which is never before the one that was asked for last. */
static size_t line_end(struct search *search, size_t at)
{
	const struct text *text = search->text;
	const char *end;

	if (at < search->line_to) /* a line may have as many places as bytes */
		return search->line_to;
	end = memchr(text->bytes + at, '\n', text->size - at);
	search->line_to = end ? (size_t)(end - text->bytes) : text->size;
	return search->line_to;
}

static bool make_room(struct search *search)
{
	size_t room = search->found_room ? 2 * search->found_room : 64;
	struct span *more;

	if (search->found_count < search->found_room)
		return true;
	more = reallocarray(search->found, room, sizeof(*more));
	if (!more)
		return false;
	search->found = more;
	search->found_room = room;
	return true;
}

/* The words of it are those before, too, or stand behind them. */
static void find(struct search *search, size_t from, size_t to, bool is_cut)
{
	const struct span *last = search->found_count > search->found_from
				      ? &search->found[search->found_count - 1]
				      : NULL;
	struct span words;

	to = is_cut ? line_end(search, from) : to;
	if (last && to <= last->to)
		return;
	words = words_around(search->text, last && from < last->to ? last->to : from, to);
	if (last && words.from <= last->to) {
		search->found[search->found_count - 1].to = words.to;
		return;
	}
	search->failed = search->failed || !make_room(search);
	if (!search->failed)
		search->found[search->found_count++] = words;
}

/* ---- the search ---- */

/* Of BYTES with which one may begin; NULL: none does. */
static const struct telling_form *form_at(struct search *search, struct slice bytes)
{
	search->failed = search->failed || !telling_index_order(&search->index);
	return search->failed ? NULL : telling_index_begin(&search->index, bytes);
}

/* The bytes before place NUMBER of a secret, from FROM on, or the last ones. */
static struct slice gap_before(const struct search *search, size_t number, size_t from)
{
	const struct text *text = search->text;
	size_t to = number < search->place_count ? search->places[number].from : text->size;

	return (struct slice){text->bytes + from, to > from ? to - from : 0};
}

/* Behind place NUMBER, if there is one, and behind FROM. */
static size_t behind_place(const struct search *search, size_t number, size_t from)
{
	size_t to = number < search->place_count ? search->places[number].to : from;

	return to > from ? to : from;
}

/* The bytes AT may belong to one that begins up to a stride before, from FROM on and before TO. */
static void look_around(struct search *search, size_t at, size_t from, size_t to)
{
	size_t stride = search->index.stride;
	size_t begin = at < from + stride ? from : at - stride + 1;

	for (; begin <= at && begin < to; begin++) {
		const struct slice rest = {search->text->bytes + begin, search->text->size - begin};
		const struct telling_form *form;

		if (!telling_index_may_begin(&search->index, rest))
			continue;
		form = form_at(search, rest);
		if (form)
			find(search, begin, begin + form->length, form->is_cut);
	}
}

/* What begins in GAP may end behind it. */
static void look_at_gap(struct search *search, struct slice gap)
{
	const struct telling_index *index = &search->index;
	size_t from = (size_t)(gap.at - search->text->bytes), to = from + gap.length;
	size_t most = to + index->stride + index->gram - 2, at = from;
	const struct slice bytes = {search->text->bytes,
				    most < search->text->size ? most : search->text->size};

	while ((at = telling_index_near(index, bytes, at)) < bytes.length) {
		look_around(search, at, from, to);
		at += index->stride;
	}
}

/* What begins where a secret is to stand is none of those that are searched for. */
static void look(struct search *search)
{
	size_t from = 0;

	for (size_t i = 0; i <= search->place_count && !search->failed; i++) {
		look_at_gap(search, gap_before(search, i, from));
		from = behind_place(search, i, from);
	}
}

/* Each secret that WRITTEN comes to: the words that its letters are of tell it. */
static void look_at_written(struct search *search, const struct spelled *spelled,
			    struct slice written)
{
	for (size_t at = 0; at < spelled->count; at++) {
		const struct slice rest = {spelled->bytes + at, spelled->count - at};
		const struct telling_form *form;
		struct slice found;
		size_t from;

		if (!telling_index_may_begin(&search->index, rest))
			continue;
		form = form_at(search, rest);
		if (!form)
			continue;
		found = spelling_letters(spelled, written, at, form->length);
		from = (size_t)(found.at - search->text->bytes);
		find(search, from, from + found.length, form->is_cut);
	}
}

/* The letters of GAP, if a byte begins at PHASE of them; false if there are none. */
static bool look_at_gap_letters(struct search *search, enum letters letters, unsigned phase,
				struct slice gap)
{
	struct slice written;
	struct spelled spelled;
	bool are_some = false;
	size_t at = 0;

	while (!search->failed &&
	       (written = spelling_next(letters, gap, search->index.least, &at)).length) {
		are_some = true;
		spelling_read(letters, written, phase, &spelled);
		look_at_written(search, &spelled, written);
	}
	if (are_some)
		explicit_bzero(&spelled, sizeof(spelled));
	return are_some;
}

/* As that, of the whole text. */
static bool look_at_letters(struct search *search, enum letters letters, unsigned phase)
{
	bool are_some = false;
	size_t from = 0;

	for (size_t i = 0; i <= search->place_count; i++) {
		are_some |=
		    look_at_gap_letters(search, letters, phase, gap_before(search, i, from));
		from = behind_place(search, i, from);
	}
	return are_some;
}

/* ---- the whole ---- */

/* Puts what was found since FIRST where it belongs. */
static void join(struct search *search, size_t first)
{
	struct span *found = search->found;
	size_t kept = 0;

	if (first == search->found_count)
		return;
	qsort(found, search->found_count, sizeof(*found), compare_places);
	for (size_t i = 1; i < search->found_count; i++) {
		if (found[i].from > found[kept].to)
			found[++kept] = found[i];
		else if (found[i].to > found[kept].to)
			found[kept].to = found[i].to;
	}
	search->found_count = kept + 1;
}

static void look_for_letters(struct search *search, enum letters letters)
{
	bool are_some = true;

	for (unsigned phase = 0; are_some && phase < spelling_phases(letters); phase++) {
		size_t first = search->found_count;

		search->found_from = first;
		search->line_to = 0;
		are_some = look_at_letters(search, letters, phase);
		join(search, first);
	}
}

static void search_text(struct search *search, const struct model *model, size_t count,
			struct arena *arena)
{
	telling_index_init(&search->index, count, arena);
	search->places = malloc(count * sizeof(*search->places));
	search->failed = !search->places || !take_secrets(search, model);
	if (search->failed || !search->index.least)
		return;
	look(search);
	look_for_letters(search, LETTERS_BASE64);
	look_for_letters(search, LETTERS_HEX);
}

const struct span *telling_places(const struct model *model, struct arena *arena, size_t *count)
{
	static const struct span everything = {0, UINT32_MAX};
	struct search search = {.text = model->text};
	size_t secrets = count_secrets(model);
	struct span *list = NULL;

	*count = 0;
	if (!secrets)
		return NULL;
	search_text(&search, model, secrets, arena);
	if (search.found_count && !search.failed) {
		list = arena_alloc(arena, search.found_count * sizeof(*list));
		search.failed = !list;
	}
	if (list)
		memcpy(list, search.found, search.found_count * sizeof(*list));
	*count = search.failed ? 1 : list ? search.found_count : 0;
	telling_index_free(&search.index);
	free(search.places);
	free(search.found);
	return search.failed ? &everything : list;
}
