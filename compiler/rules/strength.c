/* SPDX-License-Identifier: ISC */
#include "compiler/rules/strength.h"

#include <stdbool.h>
#include <string.h>

/*
 * The estimate is the length of the shortest description that we know of a secret: byte by byte, as
 * words of a language, as few distinct bytes, or with runs and repetitions told in short.  Of
 * random bytes hardly one in 2^k has a description that is k bits shorter than the bytes
 * themselves, so what saves less than SLACK is chance, and random bytes count in full.
 * docs/secrets.md says it for users.
 *
 * All costs are hundredths of a bit.
 */
#define BIT 100u
#define SLACK (32 * BIT)
#define BYTE_COST (8 * BIT)

/* A pattern in a description: where it begins, how long it is, which; and a source or a step. */
#define PATTERN_LEAST 4
#define COPY_COST (20 * BIT)
#define RUN_COST (20 * BIT)
#define STEP_COST (30 * BIT)

/* More are no secret of WeOS. */
#define LENGTH_MAX 64

enum class { CLASS_LOWER = 1, CLASS_UPPER = 2, CLASS_DIGIT = 4, CLASS_OTHER = 8 };

static enum class character_class(unsigned char c)
{
	if (c >= 'a' && c <= 'z')
		return CLASS_LOWER;
	if (c >= 'A' && c <= 'Z')
		return CLASS_UPPER;
	return c >= '0' && c <= '9' ? CLASS_DIGIT : CLASS_OTHER;
}

static unsigned char character_lower(unsigned char c)
{
	return character_class(c) == CLASS_UPPER ? (unsigned char)(c - 'A' + 'a') : c;
}

static bool all_hex(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (hex_digit(text.at[i]) < 0)
			return false;
	}
	return true;
}

/* What a byte of TEXT costs by itself: log2 of the alphabet that was typed from. */
static unsigned literal_cost(struct slice text, bool *is_text)
{
	/* 26 lower, 26 upper, 10 digits, 31 others */
	static const unsigned costs[] = {0,   470, 470, 570, 332, 517, 517, 595,
					 495, 583, 583, 638, 536, 607, 607, 654};
	unsigned classes = 0;

	*is_text = true;
	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] < ' ' || text.at[i] > '~') {
			*is_text = false;
			return BYTE_COST;
		}
		classes |= character_class((unsigned char)text.at[i]);
	}
	if (classes != CLASS_DIGIT && classes != (CLASS_LOWER | CLASS_UPPER | CLASS_DIGIT) &&
	    all_hex(text))
		return 4 * BIT;
	return costs[classes];
}

/* ---- other descriptions ---- */

/* Words: letters by their frequency in English, and dearer where the class changes. */
static unsigned words_cost(struct slice text)
{
	static const unsigned short letters[] = {361,  607, 485, 455, 298, 517, 531, 404, 384,
						 938,  702, 464, 505, 389, 374, 537, 1006, 406,
						 398,  346, 485, 668, 508, 938, 534, 1076};
	enum class before = CLASS_LOWER;
	unsigned cost = 0;

	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.at[i];
		enum class now = character_class(c);

		cost += now == before ? BIT / 5 : 3 * BIT;
		if (now == CLASS_DIGIT)
			cost += 332;
		else if (now == CLASS_OTHER)
			cost += 5 * BIT;
		else
			cost += letters[character_lower(c) - 'a'];
		before = now;
	}
	return cost;
}

/* log2 of COUNT, at least 1. */
static unsigned log2_of(unsigned count)
{
	unsigned whole = 0, cost;
	unsigned long long value;

	while (count >> (whole + 1))
		whole++;
	cost = whole * BIT;
	value = ((unsigned long long)count << 16) >> whole;
	for (unsigned part = BIT / 2; part; part /= 2) {
		value = value * value >> 16;
		if (value >= 2 << 16) {
			value /= 2;
			cost += part;
		}
	}
	return cost;
}

/* A list of the distinct bytes, and for each byte which of them it is. */
static unsigned distinct_cost(struct slice text, unsigned literal)
{
	bool seen[256] = {false};
	unsigned distinct = 0;

	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.at[i];

		distinct += !seen[c];
		seen[c] = true;
	}
	return distinct * literal + (unsigned)text.length * log2_of(distinct);
}

/* ---- patterns ---- */

enum pattern_kind { PATTERN_COPY, PATTERN_RUN, PATTERN_STEP };

struct pattern {
	enum pattern_kind kind;
	size_t length;
};

/* B stands right or left (STEP) of A on a keyboard. */
static bool keys_adjoin(char a, char b, int step)
{
	static const char keys[] = "qwertyuiop asdfghjkl zxcvbnm 1234567890 qwertzuiop";
	char first = (char)character_lower((unsigned char)a);
	char second = (char)character_lower((unsigned char)b);

	for (size_t i = 1; i + 2 < sizeof(keys); i++) {
		if (keys[i] == first && first != ' ' && keys[(int)i + step] == second)
			return true;
	}
	return keys[0] == first && step > 0 && keys[1] == second;
}

static size_t keyboard_length(struct slice text, size_t at, int step)
{
	size_t length = 1;

	while (at + length < text.length &&
	       keys_adjoin(text.at[at + length - 1], text.at[at + length], step))
		length++;
	return length;
}

/* How many bytes from AT on are each STEP more than the one before. */
static size_t step_length(struct slice text, size_t at, int *step)
{
	size_t length = 2;

	if (at + 1 >= text.length)
		return 1;
	*step = text.at[at + 1] - text.at[at];
	while (at + length < text.length &&
	       text.at[at + length] - text.at[at + length - 1] == *step)
		length++;
	return length;
}

/*
 * The beginnings of patterns that stand before `end', as a Bloom filter: of random bytes nearly
 * none repeats, and looking for it at each place would be quadratic.
 */
struct beginnings {
	uint64_t bits;
	size_t end;
};

/* The filter's bit of the PATTERN_LEAST bytes from AT on. */
static uint64_t beginning_bit(struct slice text, size_t at)
{
	uint32_t word;

	_Static_assert(sizeof(word) == PATTERN_LEAST, "a beginning is one word");
	memcpy(&word, text.at + at, sizeof(word));
	return UINT64_C(1) << (word * UINT32_C(0x9e3779b1) >> 26);
}

/* Whether what begins at AT, PATTERN_LEAST bytes or more, may stand somewhere before it too. */
static bool may_be_copy(struct beginnings *before, struct slice text, size_t at)
{
	for (; before->end < at; before->end++)
		before->bits |= beginning_bit(text, before->end);
	return before->bits & beginning_bit(text, at);
}

/* How many bytes from AT on stand somewhere before it too. */
static size_t copy_length(struct beginnings *before, struct slice text, size_t at)
{
	size_t best = 0;

	if (at + PATTERN_LEAST > text.length || !may_be_copy(before, text, at))
		return 0;
	for (size_t from = 0; from < at; from++) {
		size_t length = PATTERN_LEAST;

		if (memcmp(text.at + from, text.at + at, PATTERN_LEAST) != 0)
			continue;
		while (at + length < text.length && text.at[from + length] == text.at[at + length])
			length++;
		if (length > best)
			best = length;
	}
	return best;
}

static void take_longer(struct pattern *pattern, enum pattern_kind kind, size_t length)
{
	if (length >= PATTERN_LEAST && length > pattern->length)
		*pattern = (struct pattern){kind, length};
}

/* The longest pattern at AT; its length is 0 if there is none. */
static struct pattern find_pattern(struct beginnings *before, struct slice text, bool is_text,
				   size_t at)
{
	struct pattern pattern = {PATTERN_COPY, 0};
	int step = 0;
	size_t length = step_length(text, at, &step);

	take_longer(&pattern, PATTERN_COPY, copy_length(before, text, at));
	if (step == 0)
		take_longer(&pattern, PATTERN_COPY, length);
	else
		take_longer(&pattern, step == 1 || step == -1 ? PATTERN_RUN : PATTERN_STEP, length);
	if (is_text) {
		take_longer(&pattern, PATTERN_RUN, keyboard_length(text, at, 1));
		take_longer(&pattern, PATTERN_RUN, keyboard_length(text, at, -1));
	}
	return pattern;
}

static void count_pattern(struct strength *strength, const struct pattern *pattern)
{
	unsigned length = (unsigned)pattern->length;

	if (pattern->kind == PATTERN_COPY) {
		strength->repeated += length;
		return;
	}
	strength->sequence += length;
	if (length > strength->longest)
		strength->longest = length;
}

/* Byte by byte, with the patterns told in short; tells them to STRENGTH too. */
static unsigned patterns_cost(struct slice text, bool is_text, unsigned literal,
			      struct strength *strength)
{
	static const unsigned costs[] = {
	    [PATTERN_COPY] = COPY_COST, [PATTERN_RUN] = RUN_COST, [PATTERN_STEP] = STEP_COST};
	struct beginnings before = {0};
	unsigned cost = 0;

	for (size_t at = 0; at < text.length;) {
		struct pattern pattern = find_pattern(&before, text, is_text, at);
		unsigned plain = (unsigned)pattern.length * literal;

		if (pattern.length == 0) {
			cost += literal;
			at++;
			continue;
		}
		count_pattern(strength, &pattern);
		cost += plain < costs[pattern.kind] ? plain : costs[pattern.kind];
		at += pattern.length;
	}
	return cost;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

struct strength strength_of(struct slice secret)
{
	struct strength strength = {0};
	unsigned literal, full, cost;
	bool is_text;

	if (secret.length == 0)
		return strength;
	if (secret.length > LENGTH_MAX)
		secret.length = LENGTH_MAX;
	literal = literal_cost(secret, &is_text);
	full = literal * (unsigned)secret.length;
	cost = patterns_cost(secret, is_text, literal, &strength);
	cost = least(cost, distinct_cost(secret, literal));
	if (is_text)
		cost = least(cost, words_cost(secret));
	strength.bits = (cost + SLACK > full ? full : cost) / BIT;
	return strength;
}

/* A run of this many is no chance; a shorter one counts where it is half of the secret. */
#define RUN_LONG 6

const char *strength_pattern(const struct strength *strength, size_t length)
{
	if (2 * (size_t)strength->repeated >= length)
		return "repeats itself";
	if (strength->longest >= RUN_LONG || 2 * (size_t)strength->sequence >= length)
		return "has a run of neighbours, in the character set or on the keyboard";
	return NULL;
}
