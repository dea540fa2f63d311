/* SPDX-License-Identifier: ISC */
/*
 * What of a line may be shown is decided by its words alone, not by how the line was read: what
 * could not be read must not be shown either.  Nothing is shown unless it is known to be harmless,
 * since a secret may stand anywhere: behind a misspelt path, behind a character that nobody sees,
 * without its `secret'.
 */
#include "compiler/finding/mask.h"

#include "compiler/finding/piece.h"
#include "compiler/finding/start.h"
#include "compiler/tables/algorithm.h"
#include "compiler/tables/setting.h"

#include <string.h>

/* Further back than this no line is looked at: longer ones are WI117, and shown nowhere. */
#define LOOK_BACK TEXT_LINE_MAX
/*
 * A secret has 63 characters: on more lines than these no terminal shows it, empty ones between
 * them.
 */
#define LINES_BACK 16

/* How far the reading of a line has come. */
struct reading {
	struct mask *mask;
	struct slice line;
	size_t at;
	unsigned words;
	bool in_place; /* a setting may stand here: nothing but a path was before */
	bool strict;   /* a word was not known: what is only near one is not shown any more */
	bool hides;    /* the same of a piece of this word: nothing of it is shown any more */
	bool is_done;
};

/* --- words ------------------------------------------------------------------------------------ */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice slice_of(const struct reading *reading, struct span at)
{
	return (struct slice){reading->line.at + at.from, at.to - at.from};
}

/* The next word, between blanks; false at the end of the line or of patience. */
static bool next_word(struct reading *reading, struct span *word)
{
	struct slice line = reading->line;
	size_t at = reading->at;

	while (at < line.length && is_blank(line.at[at]))
		at++;
	if (reading->is_done || at == line.length)
		return false;
	if (reading->words++ == MASK_WORDS) {
		reading->mask->has_secret = true;
		reading->is_done = true;
		return false;
	}
	word->from = (uint32_t)at;
	while (at < line.length && !is_blank(line.at[at]))
		at++;
	word->to = (uint32_t)at;
	reading->at = at;
	return true;
}

static bool is_only_blank(const struct reading *reading, struct span at)
{
	for (uint32_t i = at.from; i < at.to; i++) {
		if (!is_blank(reading->line.at[i]))
			return false;
	}
	return true;
}

static void show(struct reading *reading, struct span at)
{
	struct mask *mask = reading->mask;
	struct span *last = mask->count ? &mask->shown[mask->count - 1] : NULL;

	if (at.from == at.to)
		return;
	if (last &&
	    (at.from <= last->to || is_only_blank(reading, (struct span){last->to, at.from})))
		last->to = at.to > last->to ? at.to : last->to;
	else if (mask->count < MASK_SPANS)
		mask->shown[mask->count++] = at;
}

/* Shows AT, behind which a secret may begin. */
static void end_at_secret(struct reading *reading, struct span at)
{
	show(reading, at);
	reading->mask->has_secret = true;
	reading->is_done = true;
}

/* A gap or a mark: what nobody sees is shown, and so is what begins a comment. */
static uint32_t read_separator(struct reading *reading, struct span rest)
{
	struct slice slice = slice_of(reading, rest);
	size_t gap = piece_gap(slice);

	if (gap || *slice.at == '#')
		show(reading, (struct span){rest.from, rest.from + (uint32_t)(gap ? gap : 1)});
	return rest.from + (uint32_t)piece_separator(slice);
}

static bool is_harmless(const struct reading *reading, enum piece kind)
{
	return kind != PIECE_UNKNOWN && !(kind == PIECE_NEAR && reading->strict);
}

/* A piece of the word that begins at FROM; what is known before the first that is not is shown. */
static uint32_t read_piece(struct reading *reading, uint32_t from, uint32_t at, struct slice piece)
{
	enum piece kind = piece_kind(piece);

	if (!is_harmless(reading, kind))
		reading->hides = reading->strict = true;
	if (kind == PIECE_SECRET) {
		at += (uint32_t)piece_secret_length(piece);
		end_at_secret(reading, (struct span){reading->hides ? at : from, at});
		return at;
	}
	at += (uint32_t)piece.length;
	if (!reading->hides)
		show(reading, (struct span){from, at});
	return at;
}

/* Up to a blank of another alphabet, or all of REST. */
static uint32_t part_end(const struct reading *reading, struct span rest)
{
	uint32_t at = rest.from;

	while (at < rest.to && !piece_blank(slice_of(reading, (struct span){at, rest.to})))
		at++;
	return at;
}

/* PART of the word that begins at FROM, between blanks of any alphabet. */
static void read_part(struct reading *reading, uint32_t from, struct span part)
{
	uint32_t at = part.from;

	if (!piece_is_plain(slice_of(reading, part)))
		reading->hides = reading->strict = true;
	while (at < part.to && !reading->is_done) {
		struct slice rest = slice_of(reading, (struct span){at, part.to});
		struct slice piece = {rest.at, piece_length(rest)};

		if (piece.length)
			at = read_piece(reading, from, at, piece);
		else
			at = read_separator(reading, (struct span){at, part.to});
	}
}

/* WORD, of whose place nothing is known, piece by piece. */
static void read_pieces(struct reading *reading, struct span word)
{
	struct span part = {word.from, word.from};

	reading->hides = false;
	while (part.from < word.to && !reading->is_done) {
		struct span rest = {part.from, word.to};

		part.to = part_end(reading, rest);
		if (part.to == part.from)
			part.to = read_separator(reading, rest);
		else
			read_part(reading, word.from, part);
		part.from = part.to;
	}
	if (!reading->hides && !reading->is_done)
		show(reading, word);
}

/* --- values ----------------------------------------------------------------------------------- */

/* Shows AT, a value or a part of one, up to what is like `secret'. */
static void show_value(struct reading *reading, struct span at)
{
	size_t secret = piece_find_secret(slice_of(reading, at));

	if (secret)
		end_at_secret(reading, (struct span){at.from, at.from + (uint32_t)secret});
	else
		show(reading, at);
}

static bool is_comment(const struct reading *reading, struct span word)
{
	return reading->line.at[word.from] == '#';
}

/* All words from here on, up to a comment, are one value. */
static void read_rest(struct reading *reading)
{
	struct span word;

	while (next_word(reading, &word)) {
		if (is_comment(reading, word)) {
			reading->at = word.from;
			return;
		}
		show_value(reading, word);
	}
}

/* Does WORD begin a quotation that ends in a later word? */
static bool opens_quote(const struct reading *reading, struct span word)
{
	struct slice slice = slice_of(reading, word);
	char mark = *slice.at;

	return (mark == '\'' || mark == '"') &&
	       (slice.length == 1 || slice.at[slice.length - 1] != mark);
}

/* Behind which byte the quotation ends that begins AT, or 0. */
static size_t quote_end(const struct reading *reading, uint32_t at)
{
	struct slice line = reading->line;

	for (size_t end = at + 1; end < line.length; end++) {
		if (line.at[end] == line.at[at] &&
		    (end + 1 == line.length || is_blank(line.at[end + 1])))
			return end + 1;
	}
	return 0;
}

/* The value of a setting that takes one word. */
static void read_word(struct reading *reading, struct span word)
{
	size_t quoted = opens_quote(reading, word) ? quote_end(reading, word.from) : 0;
	uint32_t end;

	if (quoted) {
		reading->at = quoted;
		show_value(reading, (struct span){word.from, (uint32_t)quoted});
		return;
	}
	end = word.from + (uint32_t)piece_value_length(slice_of(reading, word));
	show_value(reading, (struct span){word.from, end});
	if (end == word.to || reading->is_done)
		return;
	reading->strict = true;
	read_pieces(reading, (struct span){end, word.to});
}

static void read_one(struct reading *reading)
{
	struct span word;

	if (!next_word(reading, &word))
		return;
	if (is_comment(reading, word))
		reading->at = word.from;
	else
		read_word(reading, word);
}

/* `cipher aes256 auth sha256 dh x25519' */
static bool is_slot(struct slice word)
{
	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		const char *whole = suite_slot_word((enum suite_slot)slot);

		if (word.length <= strlen(whole) && memcmp(word.at, whole, word.length) == 0)
			return true;
	}
	return false;
}

static void read_suite(struct reading *reading)
{
	struct span word;

	while (next_word(reading, &word)) {
		if (is_comment(reading, word)) {
			reading->at = word.from;
			return;
		}
		read_pieces(reading, word);
		if (!reading->strict && is_slot(slice_of(reading, word)))
			read_one(reading);
	}
}

static bool is_identity_type(struct slice word)
{
	static const char *const types[] = {"inet", "name", "email", "key", "dn", "autodetect"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (slice_is(word, types[i]))
			return true;
	}
	return false;
}

/* `CN=alice, O=Westermo' has blanks, no other identity has. */
static void read_identity(struct reading *reading)
{
	struct reading ahead = *reading;
	struct span word;

	if (!next_word(&ahead, &word) || is_comment(reading, word))
		return;
	if (is_identity_type(slice_of(reading, word))) {
		show(reading, word);
		*reading = ahead;
		read_one(reading);
	} else if (memchr(reading->line.at + word.from, '=', word.to - word.from)) {
		read_rest(reading);
	} else {
		read_one(reading);
	}
}

/* `psk' as a method is none of the words that a secret follows. */
static void read_choice(struct reading *reading, enum setting setting)
{
	struct reading ahead = *reading;
	struct span word;

	if (next_word(&ahead, &word) &&
	    choice_find(&setting_choices, setting, slice_of(reading, word))) {
		show(reading, word);
		*reading = ahead;
	} else {
		read_one(reading);
	}
}

static void read_value(struct reading *reading, enum setting setting)
{
	switch (setting_table[setting].type) {
	case SETTING_FLAG:
	case SETTING_SECRET_TEXT:
		return;
	case SETTING_SUITE:
		read_suite(reading);
		return;
	case SETTING_IDENTITY:
		read_identity(reading);
		return;
	case SETTING_TEXT:
		read_rest(reading);
		return;
	case SETTING_CHOICE:
		read_choice(reading, setting);
		return;
	case SETTING_NUMBER:
	case SETTING_DURATION:
	case SETTING_LABEL:
	case SETTING_ADDRESS:
	case SETTING_SUBNET:
		read_one(reading);
		return;
	}
}

/* --- commands --------------------------------------------------------------------------------- */

/* A word where a setting may stand. */
static void read_command(struct reading *reading, struct span word)
{
	struct slice slice = slice_of(reading, word);
	struct setting_match match = setting_match(slice);
	bool is_path = start_is_path_word(slice);

	if (match.count == 1 && match.first != SETTING_SECRET) {
		reading->in_place = false;
		show(reading, word);
		read_value(reading, match.first);
		return;
	}
	read_pieces(reading, word);
	reading->in_place = is_path && !reading->strict;
	if (start_takes_word(slice) && !reading->is_done)
		read_one(reading);
}

static void read_words(struct reading *reading)
{
	struct span word;

	while (next_word(reading, &word)) {
		reading->in_place = reading->in_place && !is_comment(reading, word);
		if (reading->in_place)
			read_command(reading, word);
		else
			read_pieces(reading, word);
	}
}

/* The words behind a prompt, if LINE has one, are what was typed. */
static void read_line(struct mask *mask, struct slice line)
{
	struct reading reading = {.mask = mask, .line = line, .in_place = true};
	mask->count = 0;
	mask->has_secret = false;
	reading.at = start_length(line);
	show(&reading, (struct span){0, (uint32_t)reading.at});
	read_words(&reading);
}

/* --- lines ------------------------------------------------------------------------------------ */

/* The line before LINE, as far as it is looked at; empty at the start of the text. */
static struct slice line_before(const struct text *text, struct slice line)
{
	size_t reach = (size_t)(line.at - text->bytes);
	const char *start;

	if (reach == 0)
		return (struct slice){line.at, 0};
	reach = reach - 1 < LOOK_BACK ? reach - 1 : LOOK_BACK;
	start = memrchr(line.at - 1 - reach, '\n', reach);
	start = start ? start + 1 : line.at - 1 - reach;
	return (struct slice){start, (size_t)(line.at - 1 - start)};
}

/*
 * Does LINE, or what stands before it up to a line that begins anew, end in what may be a secret?
 */
static bool is_wrapped_secret(struct mask *mask, const struct text *text, struct slice line)
{
	size_t looked = 0;

	for (unsigned lines = 0; lines < LINES_BACK && looked < LOOK_BACK; lines++) {
		if (start_is_new(line) || line.at == text->bytes)
			return false;
		line = line_before(text, line);
		looked += line.length + 1;
		read_line(mask, line);
		if (mask->has_secret)
			return true;
	}
	return false;
}

/* --- secrets that stand in other places, too -------------------------------------------------- */

/* Nothing of AT, words of the line, is shown. */
static void hide(struct mask *mask, struct span at)
{
	struct mask old = *mask;

	mask->count = 0;
	for (size_t i = 0; i < old.count; i++) {
		struct span shown = old.shown[i];
		struct span before = {shown.from, shown.to < at.from ? shown.to : at.from};
		struct span behind = {shown.from > at.to ? shown.from : at.to, shown.to};

		if (before.from < before.to)
			mask->shown[mask->count++] = before;
		if (behind.from < behind.to && mask->count < MASK_SPANS)
			mask->shown[mask->count++] = behind;
		if (mask->count == MASK_SPANS)
			return;
	}
}

bool mask_tells(const struct text *text, struct span at)
{
	size_t next = span_behind(text->told, text->told_count, at.from);

	return next < text->told_count && text->told[next].from < at.to;
}

static void hide_told(struct mask *mask, const struct text *text, struct slice line)
{
	size_t from = (size_t)(line.at - text->bytes), to = from + line.length;
	size_t i = span_behind(text->told, text->told_count, from);

	for (; i < text->told_count; i++) {
		struct span words = text->told[i];

		if (words.from >= to || !mask->count)
			return;
		hide(mask,
		     (struct span){words.from > from ? words.from - (uint32_t)from : 0,
				   (uint32_t)((words.to < to ? words.to : to) - from)});
	}
}

void mask_read(struct mask *mask, const struct text *text, struct slice line)
{
	/* a terminal wraps long lines, and so does what is pasted from it */
	if (is_wrapped_secret(mask, text, line)) {
		mask->count = 0;
		return;
	}
	read_line(mask, line);
	hide_told(mask, text, line);
}

const struct mask *mask_keep(struct mask_kept *kept, const struct text *text, struct slice line)
{
	if (kept->line.length && kept->line.at == line.at && kept->line.length == line.length &&
	    kept->told == text->told && kept->told_count == text->told_count)
		return &kept->mask;
	mask_read(&kept->mask, text, line);
	kept->line = line;
	kept->told = text->told;
	kept->told_count = text->told_count;
	return &kept->mask;
}

bool mask_shows(const struct mask *mask, struct span at)
{
	for (size_t i = 0; i < mask->count && mask->shown[i].from <= at.from; i++) {
		if (at.to <= mask->shown[i].to)
			return true;
	}
	return at.from == at.to;
}

uint32_t mask_end(const struct mask *mask, struct slice line, uint32_t at)
{
	while (at < line.length && !is_blank(line.at[at]) &&
	       !mask_shows(mask, (struct span){at, at + 1}))
		at++;
	return at;
}

/* The same past blanks and masked words: how many there are is nobody's business. */
static uint32_t masked_run_end(const struct mask *mask, struct slice line, struct span at)
{
	uint32_t end = at.from, next = mask_end(mask, line, at.from);

	while (next > end && next < at.to) {
		end = next;
		while (next < at.to && is_blank(line.at[next]))
			next++;
		next = mask_end(mask, line, next) > next ? mask_end(mask, line, next) : end;
	}
	return next;
}

size_t mask_copy(const struct mask *mask, struct slice line, struct span at, char *buffer,
		 size_t size)
{
	static const char masked[] = "****";
	size_t used = 0;

	while (at.from < at.to && used < size) {
		uint32_t end = masked_run_end(mask, line, at);

		if (end == at.from) {
			buffer[used++] = line.at[at.from++];
			continue;
		}
		if (used + sizeof(masked) - 1 > size)
			return size;
		memcpy(buffer + used, masked, sizeof(masked) - 1);
		used += sizeof(masked) - 1;
		at.from = end;
	}
	return used;
}
