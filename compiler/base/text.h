/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TEXT_H
#define WEIPSEC_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Limits of one input (weos-cli: "Lexical rules"); past them WI117. */
#define TEXT_FILE_MAX ((size_t)64 << 20) /* bytes */
#define TEXT_LINE_MAX ((size_t)64 << 10) /* bytes, its end not counted */
#define TEXT_NESTING_MAX 32		 /* contexts */

/* Bytes of somebody else's memory, without a NUL at the end. */
struct slice {
	const char *at;
	size_t length;
};

/* The bytes FROM to TO (exclusive) of a text; byte offsets fit since a text is at most 64 MiB. */
struct span {
	uint32_t from;
	uint32_t to;
};

/* A place as people count it: line and column from 1, columns in bytes. */
struct place {
	uint32_t line;
	uint32_t column;
};

/*
 * One input, whole in memory as long as anything points into it.  `bytes' has a newline (not
 * counted in `size') and two NULs behind it, as the scanner wants.
 */
struct text {
	const char *name;
	char *bytes;
	size_t size;
	size_t room; /* for so many of them there is memory, what stands behind not counted */
	uint32_t *lines; /* where each line begins; made when first asked for */
	uint32_t line_count;
	/*
	 * of some lines of another text: what each of them counts as there, of somebody else's
	 * memory; NULL: they are 1, 2 and so on
	 */
	const uint32_t *numbers;
	/*
	 * words of it that have a secret which stands in other places too, in order and apart from
	 * each other, of somebody else's memory: no line shows them
	 */
	const struct span *told;
	size_t told_count;
};

/*
 * A copy of SIZE bytes as a text called NAME (which must outlive it).  NULL without memory.  One
 * over TEXT_FILE_MAX is refused where it is read (WI117), so a byte more than that is enough of it.
 */
struct text *text_new(const char *name, const char *bytes, size_t size);
/* Takes over BYTES, from malloc() with room for 3 bytes behind SIZE; freed also on failure. */
struct text *text_adopt(const char *name, char *bytes, size_t size);
/* Wipes and frees: a text holds secrets. */
void text_free(struct text *text);
/*
 * The same, but the memory of its bytes, which has ROOM and 3 bytes behind it, is the caller's now.
 * NULL of no text.
 */
char *text_release(struct text *text, size_t *room);

/* The length of the byte order mark that TEXT begins with: 3 or 0. */
size_t text_bom(const struct text *text);
/*
 * Begins an object or a list of JSON (of more than true, false and null): *AT is where, behind a
 * byte order mark and blanks.
 */
int text_is_json(const struct text *text, uint32_t *at);
/* Begins an element, a declaration or a comment of XML: *AT is where. */
int text_is_xml(const struct text *text, uint32_t *at);
/*
 * UTF-16, as PowerShell's `>' writes it: a byte order mark says so, or a NUL in each of the first
 * characters.
 */
int text_is_utf16(const struct text *text);
/* TEXT, which is UTF-16, in UTF-8 (what is damaged becomes U+FFFD); NULL without memory. */
struct text *text_from_utf16(const struct text *text);
struct slice text_slice(const struct text *text, struct span span);
/* Where OFFSET lies.  Makes the index of lines at the first call. */
struct place text_place(struct text *text, uint32_t offset);
/* Line LINE (from 1) without its end (LF or CR LF). */
struct span text_line(struct text *text, uint32_t line);

/* The number of the first of COUNT spans, in order and apart, that ends behind AT. */
size_t span_behind(const struct span *spans, size_t count, size_t at);

/* 1 if A and the C string B have the same bytes (`_nocase': but for ASCII case). */
int slice_is(struct slice a, const char *b);
int slice_is_nocase(struct slice a, const char *b);
/* A without its first COUNT bytes, of which it has as many. */
struct slice slice_cut(struct slice a, size_t count);
/* A at the first MARK in it, which is in neither half; 0 if there is none. */
int slice_split(struct slice a, char mark, struct slice *first, struct slice *rest);
/* Below, equal to or above zero in the order of bytes, a prefix first. */
int slice_compare(struct slice a, struct slice b);
/* FNV-1a of SLICE, for tables: who writes it can choose it. */
uint32_t slice_hash(struct slice slice);
/*
 * The first byte of PART in WHOLE, whatever the case of ASCII letters; NULL if it is not there, or
 * empty.
 */
const char *slice_find_nocase(struct slice whole, struct slice part);
/*
 * The edit distance of two words (insertions, deletions, substitutions, swapped neighbours) without
 * ASCII case, or LIMIT + 1 if it is more than LIMIT.
 */
unsigned slice_distance(struct slice a, struct slice b, unsigned limit);
/*
 * Which of COUNT words KNOWN a misspelt WORD is nearest to, by two edits, or one where that has up
 * to four bytes; COUNT if to none.
 */
size_t slice_nearest(struct slice word, const struct slice *known, size_t count);

/* The value of a hex digit of either case, or -1. */
int hex_digit(char c);
/* COUNT bytes as twice as many hex digits, in lower case, and a NUL. */
void hex_write(const char *bytes, size_t count, char *hex);
/*
 * The length of the UTF-8 sequence at AT (1..4) within LENGTH bytes, 0 if it is malformed; its
 * character in *CODE.
 */
size_t utf8_length(const char *at, size_t length, uint32_t *code);

#endif
