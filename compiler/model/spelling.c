/* SPDX-License-Identifier: ISC */
#include "compiler/model/spelling.h"

#include <stdbool.h>
#include <string.h>

/* What the last letter is rests on what stands behind the last byte, unless it has six bits. */
static size_t write_base64(struct slice bytes, const char *last_two, char *to)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	size_t count = bytes.length * 8 / 6, at = 0;
	unsigned bits = 0, have = 0;

	count = count < SPELLING_MOST ? count : SPELLING_MOST;
	for (size_t i = 0; i < count; i++) {
		unsigned six;

		if (have < 6) {
			bits = (bits << 8 | (unsigned char)bytes.at[at++]) & 0xffff;
			have += 8;
		}
		have -= 6;
		six = bits >> have & 63;
		to[i] = *(six < 62 ? &letters[six] : &last_two[six - 62]);
	}
	return count;
}

size_t spelling_write(enum spelling spelling, struct slice bytes, char *to)
{
	size_t count;

	if (bytes.length < SPELLING_LEAST)
		return 0;
	switch (spelling) {
	case SPELLING_BASE64:
		return write_base64(bytes, "+/", to);
	case SPELLING_BASE64URL:
		count = write_base64(bytes, "-_", to);
		return memchr(to, '-', count) || memchr(to, '_', count) ? count : 0;
	case SPELLING_COUNT:
		break;
	}
	return 0;
}

/* ---- the other way round ---- */

/* Between two bytes in hex there are no more marks than in a new line, eight blanks and `# '. */
#define MARKS_MOST 12
/* As many letters as SPELLED_SECRET bytes have at most, with all marks, are read twice. */
#define LETTERS_AGAIN (SPELLED_SECRET * (2 + MARKS_MOST))

_Static_assert(LETTERS_AGAIN < SPELLED_LETTERS, "each time some letters are new");

/* The six bits of a letter of base64, in both alphabets; 64: it is none. */
static unsigned base64_bits(char letter)
{
	static const unsigned char bits[128] = {
	    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
	    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 62,
	    64, 62, 64, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64, 64, 64, 64, 64, 64, 0,
	    1,	2,  3,	4,  5,	6,  7,	8,  9,	10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
	    23, 24, 25, 64, 64, 64, 64, 63, 64, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38,
	    39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 64, 64, 64, 64, 64,
	};
	unsigned char byte = (unsigned char)letter;

	return byte < sizeof(bits) ? bits[byte] : 64;
}

/* Bytes below 128, a bit each, in two words. */
struct bytes {
	uint64_t low, high;
};

#define BIT(byte) (UINT64_C(1) << ((byte)&63))
/* From FIRST on COUNT of them. */
#define ROW(first, count) (((UINT64_C(1) << (count)) - 1) << ((first)&63))
#define BASE64_LOW (BIT('+') | BIT('-') | BIT('/') | ROW('0', 10))
#define BASE64_HIGH (ROW('A', 26) | ROW('a', 26) | BIT('_'))
#define HEX_LOW ROW('0', 10)
#define HEX_HIGH (ROW('A', 6) | ROW('a', 6))
/*
 * What may stand between two bytes in hex: `ab:cd', `0xab, 0xcd', `%ab%cd', `&#xab;&#xcd;', the end
 * of a line and what a comment begins with.
 */
#define MARKS_LOW                                                                                  \
	(BIT(' ') | BIT('\t') | BIT('\r') | BIT('\n') | BIT(':') | BIT(';') | BIT(',') |           \
	 BIT('.') | BIT('-') | BIT('%') | BIT('&') | BIT('#'))
#define MARKS_HIGH (BIT('_') | BIT('|') | BIT('\\') | BIT('x') | BIT('X'))

static const struct bytes mark_bytes = {MARKS_LOW, MARKS_HIGH};
/* The letters, and what may stand in a row of them. */
static const struct bytes letter_bytes[LETTERS_COUNT] = {
    [LETTERS_BASE64] = {BASE64_LOW, BASE64_HIGH},
    [LETTERS_HEX] = {HEX_LOW, HEX_HIGH},
};
static const struct bytes row_bytes[LETTERS_COUNT] = {
    [LETTERS_BASE64] = {BASE64_LOW, BASE64_HIGH},
    [LETTERS_HEX] = {HEX_LOW | MARKS_LOW, HEX_HIGH | MARKS_HIGH},
};

static bool has(const struct bytes *bytes, char byte)
{
	unsigned char number = (unsigned char)byte;

	return number < 128 && (number < 64 ? bytes->low : bytes->high) >> (number & 63) & 1;
}

static bool is_letter(enum letters letters, char byte)
{
	return has(&letter_bytes[letters], byte);
}

static bool is_mark(char byte)
{
	return has(&mark_bytes, byte);
}

/* How many marks AT are followed by another letter; 0 if there are none, or too many. */
static size_t count_marks(struct slice at)
{
	size_t count = 0;

	while (count < at.length && count <= MARKS_MOST && is_mark(at.at[count]))
		count++;
	return count <= MARKS_MOST && count < at.length && hex_digit(at.at[count]) >= 0 ? count : 0;
}

/* The letters that TEXT begins with, and *COUNT of them without marks. */
static struct slice letters_at(enum letters letters, struct slice text, size_t *count)
{
	size_t length = 0, marks = 0;

	*count = 0;
	while (length < text.length && length < SPELLED_LETTERS) {
		if (is_letter(letters, text.at[length]))
			++*count;
		else if (letters == LETTERS_HEX && length && !marks)
			marks = count_marks(slice_cut(text, length));
		if (!is_letter(letters, text.at[length]) && !marks)
			break;
		marks -= marks && !is_letter(letters, text.at[length]);
		length++;
	}
	return (struct slice){text.at, length};
}

/*
 * The first place in TEXT, from AT on, with COUNT bytes that are letters or marks: where one is
 * neither none begins before it, so most bytes are never looked at.
 */
static size_t find_row(enum letters letters, struct slice text, size_t count, size_t at)
{
	const struct bytes row = row_bytes[letters];
	size_t left = count;

	while (left && at + count <= text.length) {
		bool is_one = has(&row, text.at[at + left - 1]);

		at += is_one ? 0 : left;
		left = is_one ? left - 1 : count;
	}
	return left ? text.length : at;
}

/* Behind marks, none of which begins anything. */
static size_t skip_marks(enum letters letters, struct slice text, size_t at)
{
	while (letters == LETTERS_HEX && at < text.length && is_mark(text.at[at]))
		at++;
	return at;
}

struct slice spelling_next(enum letters letters, struct slice text, size_t least, size_t *at)
{
	size_t fewest = letters == LETTERS_HEX ? 2 * least : (8 * least + 5) / 6, count;

	while ((*at = find_row(letters, text, fewest, *at)) < text.length) {
		size_t from = skip_marks(letters, text, *at);
		struct slice found = letters_at(letters, slice_cut(text, from), &count);

		*at = from + (found.length < SPELLED_LETTERS ? found.length
							     : SPELLED_LETTERS - LETTERS_AGAIN);
		if (count >= fewest)
			return found;
	}
	return (struct slice){NULL, 0};
}

static void put(struct spelled *to, size_t at, unsigned byte)
{
	to->at[to->count] = (uint16_t)at;
	to->bytes[to->count++] = (char)byte;
}

static void read_base64(struct slice written, unsigned phase, struct spelled *to)
{
	unsigned bits = 0, have = 0;

	for (size_t i = phase; i < written.length; i++) {
		bits = (bits << 6 | base64_bits(written.at[i])) & 0xffff;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		put(to, i - 1, bits >> have & 0xff);
	}
}

/* A byte has two digits beside each other; of each row of them the first PHASE ones are left out.
 */
static void read_hex(struct slice written, unsigned phase, struct spelled *to)
{
	size_t row = 0;
	int high = 0;

	for (size_t i = 0; i < written.length; i++) {
		int digit = hex_digit(written.at[i]);

		row = digit < 0 ? 0 : row + 1;
		if (row > phase && (row - phase) % 2 == 0)
			put(to, i - 1, (unsigned)(high << 4 | digit));
		high = digit;
	}
}

unsigned spelling_phases(enum letters letters)
{
	return letters == LETTERS_HEX ? 2 : 4;
}

void spelling_read(enum letters letters, struct slice written, unsigned phase, struct spelled *to)
{
	to->count = 0;
	if (letters == LETTERS_HEX)
		read_hex(written, phase, to);
	else
		read_base64(written, phase, to);
}

struct slice spelling_letters(const struct spelled *spelled, struct slice written, size_t at,
			      size_t length)
{
	size_t from = spelled->at[at], to = spelled->at[at + length - 1] + (size_t)2;

	return (struct slice){written.at + from, to - from};
}
