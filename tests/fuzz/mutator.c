/* SPDX-License-Identifier: ISC */
/*
 * What libFuzzer changes a text by, where lines mean something: lines are dropped, doubled,
 * swapped, moved, taken from another text or made anew, and values changed, by the tables of the
 * language.  The last byte is none of the text: the target chooses by it what to do.
 */
#include "tests/fuzz/words.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data, size_t size, const uint8_t *other,
				 size_t other_size, uint8_t *out, size_t most, unsigned seed);

enum { LINES = 600, PIECES = 16 };

/* A text as lines, with their ends; what is behind the last that fits is one more. */
struct lines {
	struct slice list[LINES + PIECES];
	size_t count;
	struct piece made[PIECES];
	size_t made_count;
};

static void split(struct lines *lines, const char *at, size_t size)
{
	lines->count = lines->made_count = 0;
	while (size) {
		const char *end = lines->count + 1 < LINES ? memchr(at, '\n', size) : NULL;
		size_t length = end ? (size_t)(end + 1 - at) : size;

		lines->list[lines->count++] = (struct slice){at, length};
		at += length;
		size -= length;
	}
}

/* Writes LINES, as many as fit, and CHOICE behind them.  Returns the size. */
static size_t join(const struct lines *lines, uint8_t *out, size_t most, uint8_t choice)
{
	size_t size = 0;

	for (size_t i = 0; i < lines->count; i++) {
		const struct slice *line = &lines->list[i];

		if (size + line->length + 1 > most)
			break;
		memcpy(out + size, line->at, line->length);
		size += line->length;
	}
	out[size] = choice;
	return size + 1;
}

/* ---- lines ---- */

static void insert(struct lines *lines, size_t at, struct slice line)
{
	if (lines->count == LINES + PIECES)
		return;
	memmove(&lines->list[at + 1], &lines->list[at],
		(lines->count - at) * sizeof(lines->list[0]));
	lines->list[at] = line;
	lines->count++;
}

static void take_out(struct lines *lines, size_t at, size_t count)
{
	lines->count -= count;
	memmove(&lines->list[at], &lines->list[at + count],
		(lines->count - at) * sizeof(lines->list[0]));
}

static size_t any_line(const struct lines *lines, struct chance *chance)
{
	return chance_below(chance, (uint32_t)lines->count);
}

static size_t any_place(const struct lines *lines, struct chance *chance)
{
	return chance_below(chance, (uint32_t)lines->count + 1);
}

/* Room for a line that is made anew; NULL: there is no more. */
static struct piece *make(struct lines *lines)
{
	struct piece *piece;

	if (lines->made_count == PIECES)
		return NULL;
	piece = &lines->made[lines->made_count++];
	piece->length = 0;
	return piece;
}

static struct slice piece_slice(const struct piece *piece)
{
	return (struct slice){piece->bytes, piece->length};
}

/* ---- changes ---- */

static void drop(struct lines *lines, struct chance *chance)
{
	size_t at = any_line(lines, chance), count = 1;

	if (!chance_below(chance, 4))
		count += chance_below(chance, (uint32_t)(lines->count - at));
	take_out(lines, at, count);
}

static void swap(struct lines *lines, struct chance *chance)
{
	size_t a = any_line(lines, chance), b = any_line(lines, chance);
	struct slice line = lines->list[a];

	lines->list[a] = lines->list[b];
	lines->list[b] = line;
}

/* Some lines in a row stand somewhere else as well. */
static void repeat(struct lines *lines, struct chance *chance)
{
	size_t from = any_line(lines, chance), to = any_place(lines, chance), count = 1;
	struct slice block[PIECES];

	if (!chance_below(chance, 2))
		count += chance_below(chance, PIECES);
	for (size_t i = 0; i < count && i < PIECES && from + i < lines->count; i++)
		block[i] = lines->list[from + i];
	count = count < lines->count - from ? count : lines->count - from;
	for (size_t i = 0; i < count && i < PIECES; i++)
		insert(lines, to + i, block[i]);
}

static void move(struct lines *lines, struct chance *chance)
{
	size_t from = any_line(lines, chance);
	struct slice line = lines->list[from];

	take_out(lines, from, 1);
	insert(lines, any_place(lines, chance), line);
}

static void add(struct lines *lines, struct chance *chance)
{
	struct piece *line = make(lines);

	if (!line)
		return;
	words_line(chance, line);
	insert(lines, any_place(lines, chance), piece_slice(line));
}

static void add_instance(struct lines *lines, struct chance *chance)
{
	size_t to = any_place(lines, chance);

	for (unsigned i = 0;; i++) {
		struct piece *line = make(lines);

		if (!line || !words_whole(chance, i, line))
			return;
		insert(lines, to + i, piece_slice(line));
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The word of LINE that AT is in or before; empty if there is none. */
static struct slice word_at(struct slice line, size_t at)
{
	size_t from = at, to;

	while (from && !is_blank(line.at[from - 1]))
		from--;
	while (from < line.length && is_blank(line.at[from]))
		from++;
	for (to = from; to < line.length && !is_blank(line.at[to]);)
		to++;
	return (struct slice){line.at + from, to - from};
}

/* LINE with WORDS in place of WHAT, which is part of it. */
static void replace(struct lines *lines, size_t number, struct slice what,
		    const struct piece *words)
{
	struct slice line = lines->list[number];
	struct piece *to = make(lines);
	size_t before = (size_t)(what.at - line.at), after = line.length - before - what.length;

	if (!to || before + words->length + after > sizeof(to->bytes))
		return;
	memcpy(to->bytes, line.at, before);
	memcpy(to->bytes + before, words->bytes, words->length);
	memcpy(to->bytes + before + words->length, what.at + what.length, after);
	to->length = before + words->length + after;
	lines->list[number] = piece_slice(to);
}

static void change_word(struct lines *lines, struct chance *chance)
{
	size_t number = any_line(lines, chance);
	struct slice line = lines->list[number];
	struct piece words = {.length = 0};

	if (!line.length)
		return;
	words_word(chance, &words);
	replace(lines, number, word_at(line, chance_below(chance, (uint32_t)line.length)), &words);
}

/* A line that begins with a setting has another value of it. */
static void change_value(struct lines *lines, struct chance *chance)
{
	size_t number = any_line(lines, chance);
	struct slice line = lines->list[number], word = word_at(line, 0), rest;
	struct piece words = {.length = 1, .bytes = " "};
	int setting = setting_find(word);

	if (setting < 0) {
		change_word(lines, chance);
		return;
	}
	rest = slice_cut(line, (size_t)(word.at + word.length - line.at));
	while (rest.length &&
	       (rest.at[rest.length - 1] == '\n' || rest.at[rest.length - 1] == '\r'))
		rest.length--;
	words_value(chance, (enum setting)setting, &words);
	replace(lines, number, rest, &words);
}

/* Any change of the bytes of one line. */
static void change_bytes(struct lines *lines, struct chance *chance)
{
	size_t number = any_line(lines, chance);
	struct slice line = lines->list[number];
	struct piece *to = make(lines);

	if (!to || line.length > sizeof(to->bytes) || !line.length)
		return;
	memcpy(to->bytes, line.at, line.length);
	to->length = LLVMFuzzerMutate((uint8_t *)to->bytes, line.length, sizeof(to->bytes));
	lines->list[number] = piece_slice(to);
}

static void change(struct lines *lines, struct chance *chance)
{
	static void (*const changes[])(struct lines *, struct chance *) = {
	    drop,	  swap,		repeat,	     move,	  add,
	    add,	  add_instance, change_word, change_word, change_value,
	    change_value, change_value, change_bytes};

	if (!lines->count)
		add_instance(lines, chance);
	else
		changes[chance_below(chance, sizeof(changes) / sizeof(changes[0]))](lines, chance);
}

/* ---- for libFuzzer ---- */

static struct chance begin(unsigned seed)
{
	return (struct chance){(seed + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15)};
}

/* Of what was made anew the lines are in LINES, those of the text in COPY. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	struct chance chance = begin(seed);
	struct lines lines;
	char *copy;

	if (!size || !chance_below(&chance, 8))
		return LLVMFuzzerMutate(data, size, most);
	if (!chance_below(&chance, 4))
		data[size - 1] = (uint8_t)chance_below(&chance, 256);
	copy = malloc(size);
	if (!copy)
		return size;
	memcpy(copy, data, size);
	split(&lines, copy, size - 1);
	for (uint32_t i = 1 + chance_below(&chance, 4); i; i--)
		change(&lines, &chance);
	size = join(&lines, data, most, (uint8_t)copy[size - 1]);
	free(copy);
	return size;
}

/* Lines of OTHER, in a row, come between those of DATA, or in the place of as many. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data, size_t size, const uint8_t *other,
				 size_t other_size, uint8_t *out, size_t most, unsigned seed)
{
	struct chance chance = begin(seed);
	struct lines lines, others;
	size_t from, to, count;

	if (!size || other_size < 2)
		return 0;
	split(&lines, (const char *)data, size - 1);
	split(&others, (const char *)other, other_size - 1);
	from = any_line(&others, &chance);
	count = 1 + chance_below(&chance, (uint32_t)(others.count - from));
	to = any_place(&lines, &chance);
	if (chance_below(&chance, 2))
		take_out(&lines, to, count < lines.count - to ? count : lines.count - to);
	for (size_t i = 0; i < count; i++)
		insert(&lines, to + i, others.list[from + i]);
	return join(&lines, out, most, data[size - 1]);
}
