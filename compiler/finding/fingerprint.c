/* SPDX-License-Identifier: ISC */
/*
 * A fingerprint holds while lines move: it has the line's words and not its number.  What nobody
 * may see is no part of it, since a hash of a short secret tells the secret.
 */
#include "compiler/finding/fingerprint.h"

#include "compiler/base/printable.h"
#include "compiler/finding/mask.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_BYTES (FINGERPRINT_LENGTH / 2)

/* ---- a line ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Prints what of LINE, which MASK was made of, may be shown, with single blanks. */
static void print_words(FILE *out, const struct mask *mask, struct slice line)
{
	bool is_behind_word = false, is_behind_blank = false;
	uint32_t at = 0;

	while (at < line.length) {
		struct slice rest = slice_cut(line, at);
		uint32_t masked = mask_end(mask, line, at);
		size_t length = printable_length(rest);

		if (is_blank(*rest.at)) {
			is_behind_blank = true;
			at++;
			continue;
		}
		if (is_behind_blank && is_behind_word)
			fputc(' ', out);
		is_behind_blank = false;
		is_behind_word = true;
		length = length ? length : 1;
		if (masked > at)
			fputs("****", out);
		else
			printable_print(out, (struct slice){rest.at, length});
		at = masked > at ? masked : at + (uint32_t)length;
	}
}

/* Prints line NUMBER of TEXT; one that has no excerpt is empty. */
static void print_line(FILE *out, struct text *text, uint32_t number)
{
	struct span at = text_line(text, number);
	struct slice line;
	struct mask mask;

	if (number == 1)
		at.from = (uint32_t)text_bom(text);
	line = text_slice(text, at);
	if (line.length > TEXT_LINE_MAX)
		return;
	mask_read(&mask, text, line);
	print_words(out, &mask, line);
}

/* ---- those that are equal ---- */

/* How many were seen of each that is told by its digest; a power of two, never full. */
struct equals {
	struct equal {
		unsigned char digest[DIGEST_BYTES];
		unsigned count;
	} *slots;
	size_t room;
};

static bool equals_init(struct equals *equals, struct arena *arena, size_t count)
{
	equals->room = 8;
	while (equals->room < 2 * count)
		equals->room *= 2;
	equals->slots = arena_alloc(arena, equals->room * sizeof(*equals->slots));
	return equals->slots != NULL;
}

/* Counts one more with DIGEST.  Returns which it is, from 1. */
static unsigned equals_count(struct equals *equals, const unsigned char *digest)
{
	struct equal *slot;
	size_t at;

	memcpy(&at, digest, sizeof(at));
	for (;; at++) {
		slot = &equals->slots[at & (equals->room - 1)];
		if (!slot->count)
			memcpy(slot->digest, digest, DIGEST_BYTES);
		if (memcmp(slot->digest, digest, DIGEST_BYTES) == 0)
			return ++slot->count;
	}
}

/* ---- fingerprints ---- */

struct printing {
	struct findings *findings;
	const char *path;
	struct equals equals;
	EVP_MD_CTX *digest, *whole;
	FILE *stream; /* into BYTES: what is hashed of a finding, but for its count */
	char *bytes;
	size_t size;
	uint32_t line; /* whose words end WORDS; 0: none */
	char *words;
};

static bool digest_end(EVP_MD_CTX *digest, unsigned char *bytes)
{
	unsigned char all[EVP_MAX_MD_SIZE];

	if (EVP_DigestFinal_ex(digest, all, NULL) != 1)
		return false;
	memcpy(bytes, all, DIGEST_BYTES);
	return true;
}

/* Of what is no CLI text no line is shown: there the mask knows nothing of secrets. */
static bool has_lines(const struct text *text)
{
	uint32_t at;

	return !text_is_json(text, &at) && !text_is_xml(text, &at);
}

/* Keeps the words of line NUMBER: a line may have many findings. */
static bool read_line(struct printing *printing, uint32_t number)
{
	size_t size;
	FILE *stream;

	if (printing->line == number)
		return true;
	free(printing->words);
	stream = open_memstream(&printing->words, &size);
	if (!stream) {
		printing->words = NULL;
		return false;
	}
	if (has_lines(printing->findings->text))
		print_line(stream, printing->findings->text, number);
	printing->line = number;
	return fclose(stream) == 0;
}

/* Lets `bytes' be what FINDING is told by, but for its count. */
static bool write_finding(struct printing *printing, const struct finding *finding)
{
	FILE *out = printing->stream;
	struct place place = text_place(printing->findings->text, finding->at.from);
	const char *words;

	if (!read_line(printing, place.line) || fseeko(out, 0, SEEK_SET) != 0)
		return false;
	fprintf(out, "%s%c%s%c", rule_table[finding->rule].id, 0, printing->path, 0);
	if (finding->tunnel >= 0)
		fprintf(out, "%d", (int)finding->tunnel);
	else
		fputc('-', out);
	words = finding->rule == WI119 ? "" : printing->words;
	fprintf(out, "%c%s%c", 0, words, 0);
	return fflush(out) == 0;
}

static char *to_hex(struct arena *arena, const unsigned char *bytes)
{
	char *hex = arena_alloc(arena, FINGERPRINT_LENGTH + 1);

	if (hex)
		hex_write((const char *)bytes, DIGEST_BYTES, hex);
	return hex;
}

static bool print_finding(struct printing *printing, struct finding *finding)
{
	unsigned char bytes[DIGEST_BYTES];
	char count[sizeof("4294967295")];
	int length;

	if (!write_finding(printing, finding) ||
	    EVP_DigestInit_ex(printing->digest, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestUpdate(printing->digest, printing->bytes, printing->size) != 1 ||
	    EVP_MD_CTX_copy_ex(printing->whole, printing->digest) != 1 ||
	    !digest_end(printing->digest, bytes))
		return false;
	length = snprintf(count, sizeof(count), "%u", equals_count(&printing->equals, bytes));
	if (EVP_DigestUpdate(printing->whole, count, (size_t)length) != 1 ||
	    !digest_end(printing->whole, bytes))
		return false;
	finding->fingerprint = to_hex(printing->findings->arena, bytes);
	return finding->fingerprint != NULL;
}

bool fingerprint_all(struct findings *findings, struct finding *const *sorted, const char *path)
{
	struct printing printing = {.findings = findings, .path = path};
	bool is_well;

	if (!findings->kept)
		return true;
	printing.digest = EVP_MD_CTX_new();
	printing.whole = EVP_MD_CTX_new();
	printing.stream = open_memstream(&printing.bytes, &printing.size);
	is_well = printing.digest && printing.whole && printing.stream &&
		  equals_init(&printing.equals, findings->arena, findings->kept);
	for (size_t i = 0; is_well && i < findings->kept; i++)
		is_well = print_finding(&printing, sorted[i]);
	EVP_MD_CTX_free(printing.digest);
	EVP_MD_CTX_free(printing.whole);
	if (printing.stream)
		fclose(printing.stream);
	free(printing.bytes);
	free(printing.words);
	return is_well;
}
