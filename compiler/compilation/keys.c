/* SPDX-License-Identifier: ISC */
/*
 * The file of `--keys': one SA a line,
 *
 *	ipsec ID out|in spi 0xSPI enc 0xKEY auth 0xKEY
 *
 * Nothing of a line is repeated in a message: whatever it is, it may be a key.
 */
#include "compiler/compilation/keys.h"

#include "compiler/model/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Far above what 25 tunnels take. */
#define KEYS_SIZE_MAX ((size_t)64 << 10)
#define COMPLAINTS_MAX 20
/* RFC 4303, 2.1: 1 to 255 are reserved, 0 is never sent. */
#define SPI_LEAST 256

enum { IPSEC, ID, DIRECTION, SPI, SPI_VALUE, ENC, ENC_KEY, AUTH, AUTH_KEY, WORDS };

struct keys_reading {
	const struct keys *keys;
	unsigned complaints;
	uint32_t line; /* the one that is read */
	struct slice words[WORDS + 1];
	size_t count; /* of the words; WORDS + 1 stands for more */
	const struct tunnel *tunnel;
};

/* ---- messages ---- */

static void vcomplain(struct keys_reading *reading, struct place at, const char *format,
		      va_list args) __attribute__((format(printf, 3, 0)));

static void vcomplain(struct keys_reading *reading, struct place at, const char *format,
		      va_list args)
{
	char message[160];

	vsnprintf(message, sizeof(message), format, args);
	reading->complaints++;
	reading->keys->complain(reading->keys->context, at, message);
}

static void complain_at(struct keys_reading *reading, struct place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void complain_at(struct keys_reading *reading, struct place at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vcomplain(reading, at, format, args);
	va_end(args);
}

/* Where the word INDEX of the line stands, or the line ends. */
static struct place word_place(struct keys_reading *reading, size_t index)
{
	struct text *text = reading->keys->text;
	struct span line = text_line(text, reading->line);
	const char *at = index < reading->count ? reading->words[index].at : text->bytes + line.to;

	return text_place(text, (uint32_t)(at - text->bytes));
}

static void keys_complain(struct keys_reading *reading, size_t index, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void keys_complain(struct keys_reading *reading, size_t index, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vcomplain(reading, word_place(reading, index), format, args);
	va_end(args);
}

/* ---- words ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The words of the line, as far as its comment. */
static void split_words(struct keys_reading *reading)
{
	struct slice line =
	    text_slice(reading->keys->text, text_line(reading->keys->text, reading->line));
	size_t at = 0;

	reading->count = 0;
	while (reading->count <= WORDS) {
		size_t from;

		while (at < line.length && is_blank(line.at[at]))
			at++;
		if (at == line.length || line.at[at] == '#')
			return;
		from = at;
		while (at < line.length && !is_blank(line.at[at]))
			at++;
		reading->words[reading->count++] = (struct slice){line.at + from, at - from};
	}
}

/* The digits behind `0x', or an empty slice. */
static struct slice hex_digits(struct slice word)
{
	if (word.length < 3 || word.at[0] != '0' || word.at[1] != 'x')
		return (struct slice){word.at, 0};
	for (size_t i = 2; i < word.length; i++) {
		if (hex_digit(word.at[i]) < 0)
			return (struct slice){word.at, 0};
	}
	return slice_cut(word, 2);
}

static struct slice decode(struct arena *secrets, struct slice digits)
{
	struct slice bytes = {NULL, digits.length / 2};
	char *at = arena_alloc(secrets, bytes.length);

	if (!at)
		return (struct slice){NULL, 0};
	for (size_t i = 0; i < bytes.length; i++)
		at[i] = (char)(hex_digit(digits.at[2 * i]) << 4 | hex_digit(digits.at[2 * i + 1]));
	bytes.at = at;
	return bytes;
}

/* ---- what was used before ---- */

/* Does IS_USED to every SA that has been read; the line of the first for which it holds, or 0. */
static uint32_t find_use(const struct keys_reading *reading,
			 bool (*is_used)(const struct sa_keys *sa, const void *what),
			 const void *what)
{
	const struct model *model = reading->keys->model;

	for (size_t i = 0; i < model->count; i++) {
		for (int direction = 0; direction < DIRECTION_COUNT; direction++) {
			const struct sa_keys *sa = &model->tunnels[i]->keys[direction];

			if (sa->line && is_used(sa, what))
				return sa->line;
		}
	}
	return 0;
}

static bool uses_spi(const struct sa_keys *sa, const void *what)
{
	return sa->spi == *(const uint32_t *)what;
}

static bool uses_key(const struct sa_keys *sa, const void *what)
{
	const struct slice *key = what;

	return slice_compare(sa->encryption, *key) == 0 ||
	       slice_compare(sa->authentication, *key) == 0;
}

/* ---- one line ---- */

static bool has_form(struct keys_reading *reading)
{
	static const struct {
		size_t index;
		const char *word;
	} fixed[] = {{IPSEC, "ipsec"}, {SPI, "spi"}, {ENC, "enc"}, {AUTH, "auth"}};
	size_t wrong = reading->count == WORDS ? WORDS + 1 : reading->count;

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		if (fixed[i].index < reading->count && fixed[i].index < wrong &&
		    !slice_is(reading->words[fixed[i].index], fixed[i].word))
			wrong = fixed[i].index;
	}
	if (wrong > WORDS && reading->count == WORDS)
		return true;
	keys_complain(reading, wrong > WORDS ? WORDS : wrong,
		      "a line is 'ipsec ID out spi 0xSPI enc 0xKEY auth 0xKEY', or 'in'");
	return false;
}

static bool keys_read_id(struct keys_reading *reading)
{
	const struct model *model = reading->keys->model;
	uint32_t id;

	if (!number_read(reading->words[ID], &id) || id > UINT16_MAX) {
		keys_complain(reading, ID, "an ID is a number from 0 to 65535");
		return false;
	}
	for (size_t i = 0; i < model->count; i++) {
		reading->tunnel = model->tunnels[i];
		if (reading->tunnel->id == (int32_t)id)
			return true;
	}
	keys_complain(reading, ID, "the configuration has no 'ipsec %u'", (unsigned)id);
	return false;
}

/* The SA that the line is about, or NULL. */
static struct sa_keys *read_direction(struct keys_reading *reading)
{
	static const char *const words[] = {[DIRECTION_OUT] = "out", [DIRECTION_IN] = "in"};
	int direction = DIRECTION_OUT;
	struct sa_keys *sa;

	while (direction < DIRECTION_COUNT &&
	       !slice_is(reading->words[DIRECTION], words[direction]))
		direction++;
	if (direction == DIRECTION_COUNT) {
		keys_complain(reading, DIRECTION, "a direction is 'out' or 'in'");
		return NULL;
	}
	sa = &reading->tunnel->keys[direction];
	if (!sa->line)
		return sa;
	keys_complain(reading, IPSEC, "'ipsec %d' has keys for '%s' on line %u",
		      (int)reading->tunnel->id, words[direction], (unsigned)sa->line);
	return NULL;
}

static bool read_spi(struct keys_reading *reading, uint32_t *spi)
{
	struct slice digits = hex_digits(reading->words[SPI_VALUE]);
	uint32_t before;

	*spi = 0;
	for (size_t i = 0; digits.length <= 8 && i < digits.length; i++)
		*spi = *spi << 4 | (uint32_t)hex_digit(digits.at[i]);
	if (*spi < SPI_LEAST) {
		keys_complain(reading, SPI_VALUE,
			      "an SPI is '0x' and up to 8 hex digits, from 0x100 to 0xffffffff");
		return false;
	}
	before = find_use(reading, uses_spi, spi);
	if (before)
		keys_complain(reading, SPI_VALUE, "this SPI is that of line %u too",
			      (unsigned)before);
	return !before;
}

/* The key at INDEX, for ALGORITHM if that is known. */
static bool read_key(struct keys_reading *reading, size_t index, const struct algorithm *algorithm,
		     struct slice *key)
{
	struct slice digits = hex_digits(reading->words[index]);
	uint32_t before;

	if (algorithm && digits.length != algorithm->key_bits / 4) {
		keys_complain(reading, index, "a key of '%s' is '0x' and %u hex digits",
			      algorithm->word, algorithm->key_bits / 4);
		return false;
	}
	if (!digits.length || digits.length % 2) {
		keys_complain(reading, index, "a key is '0x' and an even number of hex digits");
		return false;
	}
	*key = decode(reading->keys->secrets, digits);
	before = key->at ? find_use(reading, uses_key, key) : 0;
	if (before)
		keys_complain(reading, index, "this key is in use on line %u too",
			      (unsigned)before);
	return key->at && !before;
}

/* A tunnel without a CBC cipher is none of this file: the backend refuses it. */
static bool read_keys(struct keys_reading *reading, struct sa_keys *sa)
{
	const struct algorithm *cipher = reading->tunnel->esp->slot[SUITE_CIPHER].algorithm;
	const struct algorithm *auth = reading->tunnel->esp->slot[SUITE_AUTH].algorithm;

	if (cipher && cipher->kind != ALGORITHM_CBC)
		cipher = NULL;
	if (!read_key(reading, ENC_KEY, cipher, &sa->encryption) ||
	    !read_key(reading, AUTH_KEY, auth, &sa->authentication))
		return false;
	if (slice_compare(sa->encryption, sa->authentication) != 0)
		return true;
	keys_complain(reading, AUTH_KEY,
		      "one key must not serve both to encrypt and to authenticate");
	return false;
}

static void keys_read_line(struct keys_reading *reading)
{
	struct sa_keys *sa, read = {0};

	split_words(reading);
	if (!reading->count || !has_form(reading) || !keys_read_id(reading))
		return;
	sa = read_direction(reading);
	if (!sa)
		return;
	if (!read_spi(reading, &read.spi) || !read_keys(reading, &read))
		return;
	read.line = reading->line;
	*sa = read;
}

/* ---- the whole ---- */

static bool keys_make_room(const struct keys *keys)
{
	for (size_t i = 0; i < keys->model->count; i++) {
		struct tunnel *tunnel = keys->model->tunnels[i];

		tunnel->keys = arena_alloc(keys->secrets, DIRECTION_COUNT * sizeof(*tunnel->keys));
		if (!tunnel->keys)
			return false;
	}
	return true;
}

static void report_missing(struct keys_reading *reading, const struct tunnel *tunnel)
{
	const struct sa_keys *out = &tunnel->keys[DIRECTION_OUT], *in = &tunnel->keys[DIRECTION_IN];
	struct place at = {1, 1};

	if (!tunnel->enabled || (out->line && in->line))
		return;
	if (out->line || in->line)
		at.line = out->line ? out->line : in->line;
	complain_at(reading, at, "'ipsec %d' has no keys for %s", (int)tunnel->id,
		    out->line  ? "'in'"
		    : in->line ? "'out'"
			       : "either direction");
}

static void read_lines(struct keys_reading *reading)
{
	const struct keys *keys = reading->keys;
	uint32_t lines = text_place(keys->text, (uint32_t)keys->text->size).line;

	for (reading->line = 1; reading->line <= lines; reading->line++) {
		if (reading->complaints >= COMPLAINTS_MAX)
			return;
		keys_read_line(reading);
	}
	/* what is missing may be on a line that could not be read */
	if (reading->complaints)
		return;
	for (size_t i = 0; i < keys->model->count; i++)
		report_missing(reading, keys->model->tunnels[i]);
}

bool keys_read(const struct keys *keys)
{
	struct keys_reading reading = {.keys = keys};

	if (keys->text->size > KEYS_SIZE_MAX) {
		complain_at(&reading, (struct place){1, 1}, "over %zu KiB: this is no file of keys",
			    KEYS_SIZE_MAX >> 10);
		return false;
	}
	if (!keys_make_room(keys))
		return false;
	read_lines(&reading);
	return !reading.complaints && !arena_failed(keys->secrets);
}
