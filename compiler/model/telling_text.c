/* SPDX-License-Identifier: ISC */
/*
 * Where a text has its secrets beside the lines that are to have them.
 *
 * A file may have 60,000 secrets and 18 MB, so the text is read once, and only every few bytes of
 * it are looked at: eight of them, of which a filter says whether any secret has them near its
 * beginning, or four, where a secret is that short.  Where one may begin, it is looked for among
 * the secrets in order, so that the time is that of the text and of sorting them, whatever they
 * have in common.
 */
#include "compiler/model/telling.h"

#include <stdlib.h>
#include <string.h>

/* A shorter secret is none, and stands anywhere by chance. */
#define SEARCH_LEAST 4
/* Bytes that are looked at together: of so few letters as digits have, four soon are in one. */
#define GRAM_SHORT 4
#define GRAM_LONG 8
/* So far apart at most.  Each secret has as many places in the filter. */
#define SEARCH_STRIDE 8
/* Of a longer one the beginning is searched for: the rest of it is in the same word. */
#define SEARCH_MOST 64
/* Bits of a filter for each that is set in it, so that few of those that are looked up are. */
#define FILTER_SPARSE 8
#define FILTER_LEAST 10

struct filter {
	uint64_t *words;
	size_t gram; /* GRAM_SHORT or GRAM_LONG bytes */
	unsigned shift; /* what is left of a hash is a bit's number */
};

/* A secret in one of its forms, as it is written or what it comes to, among all in order. */
struct wanted {
	uint64_t key; /* its first bytes in whatever case, in their order */
	const char *at;
	uint32_t length;
	bool is_elsewhere; /* than where a secret is to stand */
	uint32_t shorter; /* the longest that this one begins with, by its number and 1; 0: none */
};

struct search {
	const struct text *text;
	struct wanted *all;
	size_t count;
	size_t left;	     /* that are nowhere else so far */
	struct span *places; /* where secrets are to stand, in order */
	size_t place_count;
	size_t gram, stride;
	struct filter begins; /* what they begin with */
	struct filter near;   /* that, and what stands up to a stride behind it */
};

/* ---- the secrets of a text ---- */

/* One of them; zeroed before the first. */
struct secret_here {
	struct span at;	      /* where it stands */
	struct slice written; /* without its quotes */
	struct slice bytes;   /* what it comes to, or its first word if that could not be read */
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

/* What comes behind is too much, and the secret may be right without. */
static struct slice first_word(struct slice written)
{
	const char *blank = memchr(written.at, ' ', written.length);

	return (struct slice){written.at, blank ? (size_t)(blank - written.at) : written.length};
}

static void take(struct secret_here *secret, const struct text *text, struct span at,
		 struct slice bytes)
{
	secret->at = at;
	secret->written = without_quotes(text_slice(text, at));
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

/* ---- bytes, in whatever case ---- */

static unsigned char folded(char byte)
{
	return (unsigned char)(byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte);
}

/* Below, equal to or above zero; of as many bytes as both have. */
static int compare_bytes(const char *a, const char *b, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (folded(a[i]) != folded(b[i]))
			return folded(a[i]) - folded(b[i]);
	}
	return 0;
}

/* Orders bytes as compare_bytes() does; missing ones are zeros, which is no order among equals. */
static uint64_t key_of(const char *at, size_t length)
{
	uint64_t key = 0;

	for (size_t i = 0; i < sizeof(key); i++)
		key = key << 8 | (i < length ? folded(at[i]) : 0);
	return key;
}

static int compare_wanted(const void *left, const void *right)
{
	const struct wanted *a = left, *b = right;
	uint32_t least = a->length < b->length ? a->length : b->length;
	int order = (a->key > b->key) - (a->key < b->key);

	order = order ? order : compare_bytes(a->at, b->at, least);

	return order ? order : (a->length > b->length) - (a->length < b->length);
}

static bool begins_with(const char *at, size_t length, const struct wanted *wanted)
{
	return wanted->length <= length && compare_bytes(at, wanted->at, wanted->length) == 0;
}

/* ---- filters ---- */

/* The case aside, and more than that: it is looked at again. */
static uint32_t hash_gram(const struct filter *filter, const char *at)
{
	uint64_t gram = 0;

	if (filter->gram == GRAM_LONG)
		memcpy(&gram, at, GRAM_LONG);
	else
		memcpy(&gram, at, GRAM_SHORT);
	gram = (gram | UINT64_C(0x2020202020202020)) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(gram >> 32);
}

/* Room for COUNT grams; false without memory. */
static bool filter_init(struct filter *filter, size_t gram, size_t count)
{
	unsigned bits = FILTER_LEAST;

	filter->gram = gram;
	while (bits < 31 && (size_t)1 << bits < count * FILTER_SPARSE)
		bits++;
	filter->shift = 32 - bits;
	filter->words = calloc((size_t)1 << (bits - 6), sizeof(*filter->words));
	return filter->words != NULL;
}

static void filter_add(struct filter *filter, const char *at)
{
	uint32_t bit = hash_gram(filter, at) >> filter->shift;

	filter->words[bit / 64] |= UINT64_C(1) << bit % 64;
}

static bool filter_has(const struct filter *filter, const char *at)
{
	uint32_t bit = hash_gram(filter, at) >> filter->shift;

	return filter->words[bit / 64] >> bit % 64 & 1;
}

/* ---- what is searched for ---- */

/* The form BYTES of a secret, if it is long enough to be one. */
static void want(struct search *search, struct slice bytes)
{
	if (bytes.length < SEARCH_LEAST)
		return;
	search->all[search->count++] = (struct wanted){
	    .key = key_of(bytes.at, bytes.length),
	    .at = bytes.at,
	    .length = bytes.length < SEARCH_MOST ? (uint32_t)bytes.length : SEARCH_MOST};
}

static void want_secret(struct search *search, const struct secret_here *secret)
{
	search->places[search->place_count++] = secret->at;
	want(search, secret->written);
	if (slice_compare(secret->written, secret->bytes) != 0)
		want(search, secret->bytes);
}

static void drop_equal(struct search *search)
{
	size_t kept = 0;

	for (size_t i = 0; i < search->count; i++) {
		if (kept && compare_wanted(&search->all[kept - 1], &search->all[i]) == 0)
			continue;
		search->all[kept++] = search->all[i];
	}
	search->count = search->left = kept;
}

/* What begins with another one stands behind it, and so do those between them. */
static void link_shorter(struct search *search)
{
	for (size_t i = 1; i < search->count; i++) {
		struct wanted *wanted = &search->all[i];
		size_t shorter = i;

		while (shorter &&
		       !begins_with(wanted->at, wanted->length, &search->all[shorter - 1]))
			shorter = search->all[shorter - 1].shorter;
		wanted->shorter = (uint32_t)shorter;
	}
}

static int compare_places(const void *left, const void *right)
{
	const struct span *a = left, *b = right;

	return (a->from > b->from) - (a->from < b->from);
}

static void sort(struct search *search)
{
	if (!search->count)
		return;
	qsort(search->all, search->count, sizeof(*search->all), compare_wanted);
	qsort(search->places, search->place_count, sizeof(*search->places), compare_places);
	drop_equal(search);
	link_shorter(search);
}

/* As far apart as the shortest allows. */
static void find_stride(struct search *search)
{
	size_t least = SEARCH_STRIDE + GRAM_LONG - 1;

	for (size_t i = 0; i < search->count; i++) {
		if (search->all[i].length < least)
			least = search->all[i].length;
	}
	search->gram = least < GRAM_LONG + GRAM_SHORT - 1 ? GRAM_SHORT : GRAM_LONG;
	search->stride = least - search->gram + 1;
}

/* False without memory. */
static bool fill_filters(struct search *search)
{
	find_stride(search);
	if (!filter_init(&search->begins, search->gram, search->count) ||
	    !filter_init(&search->near, search->gram, search->count * search->stride))
		return false;
	for (size_t i = 0; i < search->count; i++) {
		const char *at = search->all[i].at;

		filter_add(&search->begins, at);
		for (size_t offset = 0; offset < search->stride; offset++)
			filter_add(&search->near, at + offset);
	}
	return true;
}

/* ---- the search ---- */

/* The first place that ends behind AT. */
static size_t place_behind(const struct search *search, size_t at)
{
	size_t low = 0, high = search->place_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (search->places[middle].to <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_in_place(const struct search *search, size_t at)
{
	size_t place = place_behind(search, at);

	return place < search->place_count && search->places[place].from <= at;
}

/* The number of those that are not behind what stands AT: the last of them is the nearest. */
static size_t count_before(const struct search *search, const char *at, size_t length)
{
	size_t low = 0, high = search->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct wanted *wanted = &search->all[middle];
		size_t least = wanted->length < length ? wanted->length : length;
		int order = compare_bytes(wanted->at, at, least);

		if (order < 0 || (order == 0 && wanted->length <= length))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Marks those that begin AT. */
static void mark(struct search *search, size_t at)
{
	const char *bytes = search->text->bytes + at;
	size_t length = search->text->size - at;
	size_t number = count_before(search, bytes, length);

	for (; number; number = search->all[number - 1].shorter) {
		struct wanted *wanted = &search->all[number - 1];

		if (wanted->is_elsewhere || !begins_with(bytes, length, wanted))
			continue;
		wanted->is_elsewhere = true;
		search->left--;
	}
}

/* The bytes AT may belong to one that begins up to a stride before. */
static void look_around(struct search *search, size_t at)
{
	size_t from = at < search->stride ? 0 : at - search->stride + 1;

	for (size_t begin = from; begin <= at; begin++) {
		if (filter_has(&search->begins, search->text->bytes + begin) &&
		    !is_in_place(search, begin))
			mark(search, begin);
	}
}

/* What begins where a secret is to stand is none of those that are searched for. */
static void look(struct search *search)
{
	const struct text *text = search->text;
	size_t at = 0, place = 0;

	while (search->left && at + search->gram <= text->size) {
		while (place < search->place_count && search->places[place].to <= at)
			place++;
		if (place < search->place_count &&
		    search->places[place].from + search->stride <= at + 1) {
			at = search->places[place].to;
			continue;
		}
		if (filter_has(&search->near, text->bytes + at))
			look_around(search, at);
		at += search->stride;
	}
}

/* ---- what was found ---- */

static bool is_elsewhere(const struct search *search, struct slice bytes)
{
	size_t most = bytes.length < SEARCH_MOST ? bytes.length : SEARCH_MOST;
	size_t number = count_before(search, bytes.at, most);

	return bytes.length >= SEARCH_LEAST && number && search->all[number - 1].is_elsewhere;
}

static bool is_listed(const struct slice *list, size_t count, struct slice secret)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_compare(list[i], secret) == 0)
			return true;
	}
	return false;
}

struct found {
	const struct search *search;
	struct slice *list;
	size_t count, most;
};

static void list_secret(struct found *found, const struct secret_here *secret)
{
	if (found->count + 2 > found->most ||
	    !(is_elsewhere(found->search, secret->written) ||
	      is_elsewhere(found->search, secret->bytes)) ||
	    is_listed(found->list, found->count, secret->bytes))
		return;
	found->list[found->count++] = secret->written;
	found->list[found->count++] = secret->bytes;
}

/* False without memory. */
static bool search_text(struct search *search, const struct model *model, size_t count)
{
	struct secret_here secret = {.tunnels = 0};

	search->all = malloc(2 * count * sizeof(*search->all));
	search->places = malloc(count * sizeof(*search->places));
	if (!search->all || !search->places)
		return false;
	while (next_secret(model, &secret))
		want_secret(search, &secret);
	sort(search);
	if (!search->count)
		return true;
	if (!fill_filters(search))
		return false;
	look(search);
	return true;
}

static void search_free(struct search *search)
{
	free(search->all);
	free(search->places);
	free(search->begins.words);
	free(search->near.words);
}

size_t telling_secrets(const struct model *model, struct slice *list, size_t count)
{
	struct search search = {.text = model->text};
	struct found found = {.search = &search, .list = list, .most = count};
	struct secret_here secret = {.tunnels = 0};
	size_t secrets = 0;

	while (next_secret(model, &secret))
		secrets++;
	if (!secrets)
		return 0;
	if (!search_text(&search, model, secrets))
		found.count = count;
	secret = (struct secret_here){.tunnels = 0};
	while (search.left < search.count && found.count < count && next_secret(model, &secret))
		list_secret(&found, &secret);
	search_free(&search);
	return found.count;
}
