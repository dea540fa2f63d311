/* SPDX-License-Identifier: ISC */
/*
 * The pre-shared key.  charon's own decoder takes anything: an incomplete base64 quartet is dropped
 * and a wrong hex digit is zero, without a word (strongswan.md, 1.1).  So it is decoded here, and
 * only what has one meaning passes.  No message quotes what it is about.
 */
#include "compiler/lower/value.h"

#include "compiler/model/words.h"

#include <string.h>

enum secret_form { SECRET_PLAIN, SECRET_BASE64, SECRET_HEX };

/* charon looks at the prefix without case. */
static enum secret_form secret_form(struct slice word)
{
	if (word.length < 2 || word.at[0] != '0')
		return SECRET_PLAIN;
	if (word.at[1] == 's' || word.at[1] == 'S')
		return SECRET_BASE64;
	if (word.at[1] == 'x' || word.at[1] == 'X')
		return SECRET_HEX;
	return SECRET_PLAIN;
}

/*
 * What WeOS 4 takes as a secret is not known: where only WeOS 5 would refuse it, that is said, and
 * the secret is what stands there.
 */
static enum severity severity_of(const struct reading *reading, enum secret_form form)
{
	return reading->is_weos4 && form == SECRET_PLAIN ? SEVERITY_WARNING : SEVERITY_ERROR;
}

static bool check_length(const struct reading *reading, struct slice word, enum secret_form form)
{
	const struct setting_info *info = reading->info;
	enum severity severity = severity_of(reading, form);
	struct finding *finding;

	if (word.length >= info->least && word.length <= info->most)
		return true;
	finding = finding_add_as(reading->findings, WI402, severity, reading->words[0].at,
				 "the secret has %zu characters: %u to %u are legal%s", word.length,
				 info->least, info->most, reading->is_weos4 ? " in WeOS 5" : "");
	finding_help(reading->findings, finding,
		     "write 'secret' and what 'weipsec secret' prints, the same at both ends");
	return severity != SEVERITY_ERROR;
}

/* Typographic quotes: what word processors make of ' and ". */
static bool is_curly(struct slice word, size_t at)
{
	static const char *const quotes[] = {
	    "\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9a", "\xe2\x80\x9b", "\xe2\x80\x9c", "\xe2\x80\x9d",
	    "\xe2\x80\x9e", "\xe2\x80\x9f", "\xe2\x80\xb9", "\xe2\x80\xba", "\xc2\xab", "\xc2\xbb",
	    "\xc2\xb4"};

	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		size_t length = strlen(quotes[i]);

		if (word.length - at >= length && memcmp(word.at + at, quotes[i], length) == 0)
			return true;
	}
	return false;
}

static void report_curly(const struct reading *reading, size_t at, enum severity severity)
{
	struct finding *finding = finding_add_as(
	    reading->findings, WI403, severity, reading->words[0].at,
			"character %zu of the secret is a typographic quote, as word processors write them",
			at + 1);

	finding_help(reading->findings, finding,
		     "write the secret without quotes, exactly as it is at the other end");
}

static bool check_characters(const struct reading *reading, struct slice word,
			     enum secret_form form)
{
	struct finding *finding;

	for (size_t i = 0; i < word.length; i++) {
		unsigned char byte = (unsigned char)word.at[i];

		enum severity severity = byte == '#' ? SEVERITY_ERROR : severity_of(reading, form);

		if (byte >= 33 && byte <= 126 && byte != '#')
			continue;
		if (is_curly(word, i)) {
			report_curly(reading, i, severity);
			return severity != SEVERITY_ERROR;
		}
		finding = finding_add_as(reading->findings, WI403, severity, reading->words[0].at,
				      "character %zu of the secret is %s", i + 1,
				      byte == '#'   ? "'#', which begins a comment in WeOS"
				      : byte == ' ' ? "a blank"
						    : "not in ASCII 33 to 126");
		finding_help(reading->findings, finding,
			     "use other characters, or write the secret as '0s' and base64 or '0x' and "
			     "hex");
		return severity != SEVERITY_ERROR;
	}
	return true;
}

/* What is wrong, or NULL with *LENGTH bytes in OUT. */
static const char *decode_hex(struct slice digits, char *out, size_t *length)
{
	for (size_t i = 0; i < digits.length; i++) {
		if (hex_digit(digits.at[i]) < 0)
			return "has a character that is no hex digit";
	}
	if (digits.length % 2)
		return "has an odd number of hex digits";
	for (size_t i = 0; i < digits.length; i += 2)
		out[i / 2] = (char)(hex_digit(digits.at[i]) << 4 | hex_digit(digits.at[i + 1]));
	*length = digits.length / 2;
	return NULL;
}

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648, section 4: padded, the standard alphabet, nothing else. */
static const char *decode_base64(struct slice text, char *out, size_t *length)
{
	size_t data = text.length;
	uint32_t bits = 0;

	while (data && text.length - data < 2 && text.at[data - 1] == '=')
		data--;
	*length = 0;
	for (size_t i = 0; i < data; i++) {
		int value = base64_value(text.at[i]);

		if (value < 0)
			return "has a character that is not base64";
		bits = bits << 6 | (uint32_t)value;
		if (i % 4)
			out[(*length)++] = (char)(bits >> (6 - 2 * (i % 4)));
	}
	return text.length % 4 ? "is not a whole number of base64 quartets: the padding ('=') is missing"
			       : NULL;
}

static bool check_decoding(const struct reading *reading, struct slice word, enum secret_form form,
			   char *out, size_t *length)
{
	struct slice rest = {word.at + 2, word.length - 2};
	const char *wrong = form == SECRET_HEX ? decode_hex(rest, out, length)
					       : decode_base64(rest, out, length);
	struct finding *finding;

	if (!wrong && *length == 0)
		wrong = "decodes to nothing";
	if (!wrong)
		return true;
	finding = finding_add(reading->findings, WI404, reading->words[0].at, "the %s secret %s",
			      form == SECRET_HEX ? "hex ('0x')" : "base64 ('0s')", wrong);
	finding_help(reading->findings, finding,
		     form == SECRET_HEX
			 ? "write an even number of hex digits behind '0x'"
			 : "write padded base64 behind '0s', such as 'weipsec secret' prints");
	return false;
}

static void report_prefix(const struct reading *reading, enum secret_form form)
{
	struct finding *finding = finding_add(
	    reading->findings, WI405, reading->words[0].at,
	    "the secret begins with '0%c': it is decoded as %s, though the guide names '0%c' only",
	    form == SECRET_HEX ? 'X' : 'S', form == SECRET_HEX ? "hex" : "base64",
	    form == SECRET_HEX ? 'x' : 's');

	finding_help(reading->findings, finding,
		     "write '0%c' if it is encoded, and another secret if it is not",
		     form == SECRET_HEX ? 'x' : 's');
}

static void report_quotes(const struct reading *reading)
{
	struct finding *finding =
	    finding_add(reading->findings, WI110, reading->words[0].at,
			"the quotes around the secret are not part of it");

	finding_help(reading->findings, finding, "write it without quotes");
}

static bool store(const struct reading *reading, enum secret_form form, const char *bytes,
		  size_t length)
{
	struct secret *secret = reading->value;
	char *copy = arena_copy(reading->secrets, bytes, length);

	if (!copy)
		return false;
	*secret = (struct secret){
	    .set = true, .hex = form == SECRET_HEX, .bytes = {copy, length}};
	return true;
}

static bool read_key(const struct reading *reading)
{
	struct slice word = reading_word(reading, reading->words);
	enum secret_form form = secret_form(word);
	/* a comment glued to the secret brings its words along */
	bool sound = reading->words[0].flags & AST_GLUED || reading_no_more(reading, 1);
	char decoded[64]; /* a legal secret has at most 63 characters */
	size_t length = 0;

	if (reading->words[0].flags & AST_QUOTED)
		report_quotes(reading);
	sound = check_length(reading, word, form) && sound;
	if (!check_characters(reading, word, form))
		return false;
	if (form == SECRET_PLAIN)
		return sound && store(reading, form, word.at, word.length);
	if (word.at[1] == 'S' || word.at[1] == 'X')
		report_prefix(reading, form);
	if (word.length > sizeof(decoded))
		return false;
	sound = check_decoding(reading, word, form, decoded, &length) && sound;
	sound = sound && store(reading, form, decoded, length);
	explicit_bzero(decoded, sizeof(decoded));
	return sound;
}

bool value_read_secret(const struct reading *reading)
{
	enum secret_mask mask = secret_mask(reading_rest(reading, 0), reading->info);

	if (mask != SECRET_MASKED && !read_key(reading))
		return false;
	((struct secret *)reading->value)->mask = mask;
	return mask != SECRET_MASKED;
}
