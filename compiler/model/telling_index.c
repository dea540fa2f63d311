/* SPDX-License-Identifier: ISC */
#include "compiler/model/telling_index.h"

#include "compiler/base/arena.h"

#include <stdlib.h>
#include <string.h>

/* A shorter secret is none, and stands anywhere by chance. */
#define SEARCH_LEAST 4
/* Bytes that are looked at together: of so few letters as digits have, four soon are in one. */
#define GRAM_SHORT 4
#define GRAM_LONG 8
/* So far apart at most.  Each secret has as many places in the filter. */
#define SEARCH_STRIDE 8
/* Of a longer one the beginning is searched for. */
#define SEARCH_MOST 64
/* Bits of a filter for each that is set in it, so that few of those that are looked up are. */
#define FILTER_SPARSE 8
/* The same of what they begin with, where that is: words of 64 bits, of which each has some in so
 * many. */
#define BEGINS_SPARSE 64
#define BEGINS_WORDS 3
#define FILTER_LEAST 10
/* What a secret is written as, what it comes to, and how that is spelled. */
#define FORMS_MOST (2 + SPELLING_COUNT)
/* It may also be meant, in each kind of letters. */
#define SECRETS_OF_ONE (1 + LETTERS_COUNT)
/* Bytes whose letters are enough for the filters: they are looked at up to a stride behind. */
#define SPELLED_FIRST ((SEARCH_STRIDE + GRAM_LONG) * 6 / 8)

_Static_assert(SEARCH_MOST <= SPELLED_SECRET, "what is searched for is read at one time");

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

static int compare_forms(const void *left, const void *right)
{
	const struct telling_form *a = left, *b = right;
	uint32_t least = a->length < b->length ? a->length : b->length;
	int order = (a->key > b->key) - (a->key < b->key);

	order = order ? order : compare_bytes(a->at, b->at, least);
	return order ? order : (a->length > b->length) - (a->length < b->length);
}

static bool begins_with(const char *at, size_t length, const struct telling_form *form)
{
	return form->length <= length && compare_bytes(at, form->at, form->length) == 0;
}

/* ---- filters ---- */

/* The case aside, and more than that: it is looked at again. */
static uint64_t hash_gram(const struct telling_filter *filter, const char *at)
{
	uint64_t gram = 0;

	if (filter->gram == GRAM_LONG)
		memcpy(&gram, at, GRAM_LONG);
	else
		memcpy(&gram, at, GRAM_SHORT);
	return (gram | UINT64_C(0x2020202020202020)) * UINT64_C(0x9e3779b97f4a7c15);
}

/* Room for COUNT grams of SPARSE bits each; false without memory. */
static bool filter_init(struct telling_filter *filter, size_t gram, size_t count, size_t sparse)
{
	unsigned bits = FILTER_LEAST;

	filter->gram = gram;
	while (bits < 31 && (size_t)1 << bits < count * sparse)
		bits++;
	filter->shift = 32 - bits;
	filter->words = calloc((size_t)1 << (bits - 6), sizeof(*filter->words));
	return filter->words != NULL;
}

static void filter_add(struct telling_filter *filter, const char *at)
{
	uint32_t bit = (uint32_t)(hash_gram(filter, at) >> 32) >> filter->shift;

	filter->words[bit / 64] |= UINT64_C(1) << bit % 64;
}

static bool filter_has(const struct telling_filter *filter, const char *at)
{
	uint32_t bit = (uint32_t)(hash_gram(filter, at) >> 32) >> filter->shift;

	return filter->words[bit / 64] >> bit % 64 & 1;
}

/* Each bit of HASH may change each of what is returned. */
static uint64_t mix(uint64_t hash)
{
	hash = (hash ^ hash >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return hash ^ hash >> 32;
}

/* The word of HASH, and the four bits of it there. */
static uint64_t *word_of(const struct telling_filter *filter, uint64_t hash)
{
	return &filter->words[(uint32_t)(hash >> 32) >> filter->shift >> 6];
}

static uint64_t bits_of(uint64_t hash)
{
	return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63) |
	       UINT64_C(1) << (hash >> 12 & 63) | UINT64_C(1) << (hash >> 18 & 63);
}

static void begins_add(struct telling_filter *filter, const char *at)
{
	uint64_t hash = hash_gram(filter, at);

	for (int i = 0; i < BEGINS_WORDS; i++) {
		hash = mix(hash);
		*word_of(filter, hash) |= bits_of(hash);
	}
}

static bool begins_has(const struct telling_filter *filter, const char *at)
{
	uint64_t hash = hash_gram(filter, at);

	for (int i = 0; i < BEGINS_WORDS; i++) {
		hash = mix(hash);
		if (~*word_of(filter, hash) & bits_of(hash))
			return false;
	}
	return true;
}

/* ---- what is searched for ---- */

void telling_index_init(struct telling_index *index, size_t count, struct arena *spelled)
{
	*index = (struct telling_index){.spelled = spelled};
	index->secrets = calloc(count + 1, SECRETS_OF_ONE * sizeof(*index->secrets));
	index->failed = !index->secrets || !index->spelled;
}

void telling_index_free(struct telling_index *index)
{
	free(index->secrets);
	free(index->begins.words);
	free(index->near.words);
}

/* So many bytes of a form are searched for. */
static void note_length(struct telling_index *index, size_t length)
{
	if (length >= SEARCH_LEAST && (!index->least || length < index->least))
		index->least = length < SEARCH_MOST ? length : SEARCH_MOST;
}

/* Many lines may say the same. */
static bool is_last(const struct telling_index *index, const struct telling_secret *secret)
{
	const struct telling_secret *last;

	if (!index->secret_count)
		return false;
	last = &index->secrets[index->secret_count - 1];
	return slice_compare(last->bytes, secret->bytes) == 0 &&
	       slice_compare(last->written, secret->written) == 0;
}

void telling_index_add(struct telling_index *index, struct slice written, struct slice bytes)
{
	const struct telling_secret secret = {written, bytes};

	if (index->failed || is_last(index, &secret))
		return;
	index->secrets[index->secret_count++] = secret;
	note_length(index, written.length);
	note_length(index, bytes.length);
	note_length(index, bytes.length < SPELLING_LEAST ? 0 : bytes.length * 8 / 6);
}

void telling_index_add_meant(struct telling_index *index, struct slice word)
{
	struct spelled spelled;

	for (int letters = 0; letters < LETTERS_COUNT && !index->failed; letters++) {
		size_t at = 0;
		struct slice written =
		    spelling_next((enum letters)letters, word, SEARCH_LEAST, &at);
		char *copy;

		if (written.at != word.at)
			continue;
		spelling_read((enum letters)letters, written, 0, &spelled);
		copy = arena_copy(index->spelled, spelled.bytes, spelled.count);
		if (copy)
			telling_index_add(index, (struct slice){copy, spelled.count},
					  (struct slice){NULL, 0});
	}
	explicit_bzero(&spelled, sizeof(spelled));
}

/* SECRET in its forms, of its first MOST bytes, and LETTERS that it can be spelled in. */
static size_t forms_of(const struct telling_secret *secret, size_t most,
		       char letters[SPELLING_COUNT][SPELLING_ROOM], struct slice forms[FORMS_MOST])
{
	const struct slice bytes = secret->bytes, written = secret->written;
	struct slice first = {bytes.at, bytes.length < most ? bytes.length : most};
	size_t count = 0;

	forms[count++] = written;
	if (slice_compare(written, bytes) != 0)
		forms[count++] = bytes;
	for (int i = 0; i < SPELLING_COUNT; i++) {
		size_t length = spelling_write((enum spelling)i, first, letters[i]);

		if (length)
			forms[count++] = (struct slice){letters[i], length};
	}
	return count;
}

/* So that each is in the filters where it begins. */
static void find_stride(struct telling_index *index)
{
	size_t least = SEARCH_STRIDE + GRAM_LONG - 1;

	least = index->least < least ? index->least : least;
	index->gram = least < GRAM_LONG + GRAM_SHORT - 1 ? GRAM_SHORT : GRAM_LONG;
	index->stride = least - index->gram + 1;
}

static void filter_secret(struct telling_index *index, const struct telling_secret *secret,
			  char letters[SPELLING_COUNT][SPELLING_ROOM])
{
	struct slice forms[FORMS_MOST];
	size_t count = forms_of(secret, SPELLED_FIRST, letters, forms);

	for (size_t i = 0; i < count; i++) {
		if (forms[i].length < SEARCH_LEAST)
			continue;
		begins_add(&index->begins, forms[i].at);
		for (size_t offset = 0; offset < index->stride; offset++)
			filter_add(&index->near, forms[i].at + offset);
	}
}

bool telling_index_ready(struct telling_index *index)
{
	char letters[SPELLING_COUNT][SPELLING_ROOM];
	size_t forms = index->secret_count * FORMS_MOST;

	if (index->failed || !index->least)
		return !index->failed;
	find_stride(index);
	index->failed =
	    arena_failed(index->spelled) ||
	    !filter_init(&index->begins, index->gram, forms, BEGINS_SPARSE) ||
	    !filter_init(&index->near, index->gram, forms * index->stride, FILTER_SPARSE);
	for (size_t i = 0; !index->failed && i < index->secret_count; i++)
		filter_secret(index, &index->secrets[i], letters);
	explicit_bzero(letters, sizeof(letters));
	return !index->failed;
}

/* In all its forms, of which those that are spelled are kept where LETTERS has them. */
static void add_forms(struct telling_index *index, const struct telling_secret *secret,
		      char letters[SPELLING_COUNT][SPELLING_ROOM])
{
	struct slice forms[FORMS_MOST];
	size_t count = forms_of(secret, SIZE_MAX, letters, forms);

	for (size_t i = 0; i < count; i++) {
		size_t length = forms[i].length;

		if (length < SEARCH_LEAST)
			continue;
		index->forms[index->count++] = (struct telling_form){
		    .key = key_of(forms[i].at, length),
		    .at = forms[i].at,
		    .length = length < SEARCH_MOST ? (uint32_t)length : SEARCH_MOST,
		    .is_cut = length > SEARCH_MOST};
	}
}

/* False without memory. */
static bool make_forms(struct telling_index *index)
{
	const size_t letters_size = (size_t)SPELLING_COUNT * SPELLING_ROOM;

	/* a key has bytes of its secret */
	index->forms = arena_alloc(index->spelled,
				   (index->secret_count * FORMS_MOST + 1) * sizeof(*index->forms));
	for (size_t i = 0; index->forms && i < index->secret_count; i++) {
		void *letters = arena_alloc(index->spelled, letters_size);

		if (!letters)
			return false;
		add_forms(index, &index->secrets[i], letters);
	}
	return index->forms != NULL;
}

static void drop_equal(struct telling_index *index)
{
	size_t kept = 0;

	for (size_t i = 0; i < index->count; i++) {
		if (kept && compare_forms(&index->forms[kept - 1], &index->forms[i]) == 0)
			index->forms[kept - 1].is_cut |= index->forms[i].is_cut;
		else
			index->forms[kept++] = index->forms[i];
	}
	index->count = kept;
}

/* What begins with another one stands behind it, and so do those between them. */
static void link_shorter(struct telling_index *index)
{
	for (size_t i = 1; i < index->count; i++) {
		struct telling_form *form = &index->forms[i];
		size_t shorter = i;

		while (shorter && !begins_with(form->at, form->length, &index->forms[shorter - 1]))
			shorter = index->forms[shorter - 1].shorter;
		form->shorter = (uint32_t)shorter;
	}
}

bool telling_index_order(struct telling_index *index)
{
	if (index->forms || index->failed)
		return !index->failed;
	index->failed = !make_forms(index);
	if (index->failed)
		return false;
	qsort(index->forms, index->count, sizeof(*index->forms), compare_forms);
	drop_equal(index);
	link_shorter(index);
	return true;
}

/* ---- the search ---- */

/* As compare_bytes() of all that both have; KEY is that of BYTES. */
static int compare_form(const struct telling_form *form, struct slice bytes, uint64_t key)
{
	size_t least = form->length < bytes.length ? form->length : bytes.length;
	unsigned beyond = least < sizeof(key) ? 64 - 8 * (unsigned)least : 0;
	uint64_t a = form->key >> beyond, b = key >> beyond;

	return a != b ? (a > b) - (a < b) : compare_bytes(form->at, bytes.at, least);
}

/* The number of those that are not behind BYTES: the last of them is the nearest. */
static size_t count_before(const struct telling_index *index, struct slice bytes)
{
	uint64_t key = key_of(bytes.at, bytes.length);
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct telling_form *form = &index->forms[middle];
		int order = compare_form(form, bytes, key);

		if (order < 0 || (order == 0 && form->length <= bytes.length))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool telling_index_may_begin(const struct telling_index *index, struct slice bytes)
{
	return bytes.length >= index->gram && begins_has(&index->begins, bytes.at);
}

const struct telling_form *telling_index_begin(const struct telling_index *index,
					       struct slice bytes)
{
	size_t number = count_before(index, bytes);

	while (number && !begins_with(bytes.at, bytes.length, &index->forms[number - 1]))
		number = index->forms[number - 1].shorter;
	return number ? &index->forms[number - 1] : NULL;
}

size_t telling_index_near(const struct telling_index *index, struct slice bytes, size_t at)
{
	while (at + index->gram <= bytes.length && !filter_has(&index->near, bytes.at + at))
		at += index->stride;
	return at + index->gram <= bytes.length ? at : bytes.length;
}

size_t telling_index_find(const struct telling_index *index, struct slice bytes)
{
	size_t at = 0;

	if (!index->least)
		return bytes.length;
	for (; at < bytes.length; at++) {
		struct slice rest = slice_cut(bytes, at);

		if (telling_index_may_begin(index, rest) && telling_index_begin(index, rest))
			break;
	}
	return at;
}

static bool are_letters(const struct telling_index *index, enum letters letters,
			struct slice written)
{
	struct spelled spelled;
	bool are = false;

	for (unsigned phase = 0; phase < spelling_phases(letters) && !are; phase++) {
		spelling_read(letters, written, phase, &spelled);
		are = telling_index_find(index, (struct slice){spelled.bytes, spelled.count}) <
		      spelled.count;
	}
	explicit_bzero(&spelled, sizeof(spelled));
	return are;
}

bool telling_index_has_letters(const struct telling_index *index, struct slice bytes)
{
	bool has = false;

	for (int letters = 0; index->least && letters < LETTERS_COUNT && !has; letters++) {
		struct slice written;
		size_t at = 0;

		while (!has &&
		       (written = spelling_next((enum letters)letters, bytes, index->least, &at))
			   .length)
			has = are_letters(index, (enum letters)letters, written);
	}
	return has;
}
