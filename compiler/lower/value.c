/* SPDX-License-Identifier: ISC */
/* The values of single settings, by type: words in, one field of the model out. */
#include "compiler/lower/value.h"

#include "compiler/base/printable.h"
#include "compiler/model/identity.h"

#include <string.h>

struct slice word_text(const struct setting *setting, const struct ast_word *word)
{
	return ast_word_text(setting->text, *word);
}

struct span words_span(const struct ast_word *words, size_t count)
{
	return (struct span){words[0].at.from, words[count - 1].at.to};
}

bool value_no_more(const struct setting *setting, size_t index)
{
	struct finding *finding;

	if (index >= setting->count)
		return true;
	finding = finding_add(setting->findings, WI105,
			      words_span(setting->words + index, setting->count - index),
			      "'%s' is complete before %s", option_table[setting->option].word,
			      finding_quote(setting->findings, setting->words[index].at));
	if (index == 1 && option_table[setting->option].type == OPTION_SUBNET)
		finding_help(setting->findings, finding, "write the subnet as one word, 192.0.2.0/24");
	else if (index == 1 && option_table[setting->option].type == OPTION_IDENTITY)
		finding_help(setting->findings, finding,
			     "an identity is one word, or one behind inet, name, email, key or dn");
	else
		finding_help(setting->findings, finding, "remove what is too much");
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool number_read(struct slice word, uint32_t *number)
{
	uint64_t value = 0;

	if (word.length == 0 || (word.length > 1 && word.at[0] == '0'))
		return false;
	for (size_t i = 0; i < word.length; i++) {
		if (!is_digit(word.at[i]))
			return false;
		value = value * 10 + (uint64_t)(word.at[i] - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*number = (uint32_t)value;
	return true;
}

static bool read_flag(const struct setting *setting)
{
	if (!value_no_more(setting, 0))
		return false;
	*(bool *)setting->value = true;
	return true;
}

static const struct option_choice *nearest_choice(enum option option, struct slice word)
{
	for (size_t i = 0; i < option_choice_count; i++) {
		const struct option_choice *choice = &option_choices[i];

		if (choice->option == option && strlen(choice->word) > 1 &&
		    slice_distance(word, (struct slice){choice->word, strlen(choice->word)}, 2) <= 2)
			return choice;
	}
	return NULL;
}

static void unknown_choice(const struct setting *setting)
{
	const struct option_choice *near;
	struct finding *finding;
	char list[80];

	option_choice_list(setting->option, list, sizeof(list));
	near = nearest_choice(setting->option, word_text(setting, setting->words));
	finding = finding_add(setting->findings, WI118, setting->words[0].at,
			      "'%s' cannot be %s: it is %s", option_table[setting->option].word,
			      finding_quote(setting->findings, setting->words[0].at), list);
	if (near)
		finding_help(setting->findings, finding, "write '%s %s'",
			     option_table[setting->option].word, near->word);
	else if (setting->option == OPTION_DPD_ACTION &&
		 slice_is(word_text(setting, setting->words), "hold"))
		finding_help(setting->findings, finding, "WeOS 4's 'hold' is 'trap' in WeOS 5");
	else
		finding_help(setting->findings, finding, "write one of these words");
}

static bool read_choice(const struct setting *setting)
{
	struct slice word = word_text(setting, setting->words);

	if (!value_no_more(setting, 1))
		return false;
	for (size_t i = 0; i < option_choice_count; i++) {
		if (option_choices[i].option == setting->option &&
		    slice_is(word, option_choices[i].word)) {
			memcpy(setting->value, &option_choices[i].value, sizeof(int));
			return true;
		}
	}
	unknown_choice(setting);
	return false;
}

/* Elsewhere 0 is how a timer is turned off. */
static const char *range_help(enum option option, uint32_t number)
{
	if (number == 0 && option == OPTION_REAUTH_TIME)
		return "write 'no reauth-time' for none";
	if (number == 0 && option == OPTION_DPD_DELAY)
		return "write 'no dpd-action' for no dead peer detection";
	return "write a number in that range";
}

static bool in_range(const struct setting *setting, uint32_t number)
{
	const struct option_info *info = &option_table[setting->option];
	struct finding *finding;

	if (number >= info->least && number <= info->most)
		return true;
	finding = finding_add(setting->findings, WI201, setting->words[0].at,
			      "'%s' is %u to %u seconds%s, not %s", info->word, info->least, info->most,
			      info->most == 2592000 ? " (30 days)" : "",
			      finding_quote(setting->findings, setting->words[0].at));
	finding_help(setting->findings, finding, "%s", range_help(setting->option, number));
	return false;
}

static bool read_number(const struct setting *setting)
{
	const struct option_info *info = &option_table[setting->option];
	struct finding *finding;
	uint32_t number;

	if (!value_no_more(setting, 1))
		return false;
	if (!number_read(word_text(setting, setting->words), &number)) {
		finding = finding_add(setting->findings, WI201, setting->words[0].at,
				      "%s is not a decimal number",
				      finding_quote(setting->findings, setting->words[0].at));
		finding_help(setting->findings, finding,
			     "write '%s' and %u to %u, in seconds, without unit or leading zeros",
			     info->word, info->least, info->most);
		return false;
	}
	if (!in_range(setting, number))
		return false;
	*(uint32_t *)setting->value = number;
	return true;
}

/* Seconds in a unit, or 0. */
static uint32_t unit_seconds(struct slice unit)
{
	if (unit.length == 0 || slice_is(unit, "s"))
		return 1;
	if (slice_is(unit, "m"))
		return 60;
	if (slice_is(unit, "h"))
		return 3600;
	if (slice_is(unit, "d"))
		return 86400;
	return 0;
}

static bool duration_read(struct slice word, uint32_t *seconds)
{
	struct slice number = {word.at, 0}, unit;
	uint32_t value, factor;

	while (number.length < word.length && is_digit(word.at[number.length]))
		number.length++;
	unit = (struct slice){word.at + number.length, word.length - number.length};
	factor = unit_seconds(unit);
	if (factor == 0 || !number_read(number, &value) || value > UINT32_MAX / factor)
		return false;
	*seconds = value * factor;
	return true;
}

/* `5 m': the blank is the mistake, not the second word. */
static bool is_split_duration(const struct setting *setting)
{
	struct slice number, unit;
	uint32_t value;

	if (setting->count != 2)
		return false;
	number = word_text(setting, &setting->words[0]);
	unit = word_text(setting, &setting->words[1]);
	return number_read(number, &value) && unit.length && strchr("smhdSMHD", unit.at[0]);
}

static bool read_duration(const struct setting *setting)
{
	bool split = is_split_duration(setting);
	struct finding *finding;
	uint32_t seconds;

	if (!split && !value_no_more(setting, 1))
		return false;
	if (split || !duration_read(word_text(setting, setting->words), &seconds)) {
		struct span at = words_span(setting->words, setting->count);

		finding = finding_add(setting->findings, WI202, at, "%s is not a duration",
				      finding_quote(setting->findings, at));
		finding_help(setting->findings, finding,
			     "write a number and one unit, s, m, h or d, as one word: 90m, 3600s");
		return false;
	}
	if (!in_range(setting, seconds))
		return false;
	*(uint32_t *)setting->value = seconds;
	return true;
}

#define LABEL_MAX 64

static bool is_label_byte(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' ||
	       c == '_' || c == '-';
}

bool label_is_legal(struct slice word)
{
	for (size_t i = 0; i < word.length; i++) {
		if (!is_label_byte(word.at[i]))
			return false;
	}
	return word.length >= 1 && word.length <= LABEL_MAX && !slice_is(word, ".") &&
	       !slice_is(word, "..");
}

static bool read_label(const struct setting *setting)
{
	struct slice word = word_text(setting, setting->words);
	struct finding *finding;

	if (!value_no_more(setting, 1))
		return false;
	if (label_is_legal(word)) {
		*(struct slice *)setting->value = word;
		return true;
	}
	finding = finding_add(setting->findings, WI210, setting->words[0].at,
			      "%s is no label of a certificate",
			      finding_quote(setting->findings, setting->words[0].at));
	finding_help(setting->findings, finding,
		     "write its label on the device: 1 to %d letters, digits, '.', '_' and '-', "
		     "without '.pem'",
		     LABEL_MAX);
	return false;
}

/* The rest of the line; its quotes go only if they span it all. */
static struct slice rest_of_line(const struct setting *setting, size_t index)
{
	const struct ast_word *words = setting->words + index;
	size_t count = setting->count - index;

	return count == 1 ? word_text(setting, words)
			  : text_slice(setting->text, words_span(words, count));
}

static bool read_text(const struct setting *setting)
{
	const struct option_info *info = &option_table[setting->option];
	struct slice text = rest_of_line(setting, 0);
	struct span at = words_span(setting->words, setting->count);
	struct finding *finding;
	uint32_t length = 0;
	bool printable = true;

	for (size_t i = 0; i < text.length; length++) {
		size_t bytes = printable_length((struct slice){text.at + i, text.length - i});

		printable = printable && bytes;
		i += bytes ? bytes : 1;
	}
	if (printable && length <= info->most) {
		*(struct slice *)setting->value = text;
		return true;
	}
	if (!printable)
		finding = finding_add(setting->findings, WI209, at,
				      "'%s' has characters that cannot be seen", info->word);
	else
		finding = finding_add(setting->findings, WI209, at, "'%s' has %u characters: %u fit",
				      info->word, length, info->most);
	finding_help(setting->findings, finding, "write at most %u printable characters", info->most);
	return false;
}

/* Two words where one value is wanted: an untyped identity may have blanks only if it is a DN. */
static bool has_stray_blanks(const struct setting *setting, enum identity_word type, size_t index)
{
	struct slice rest = rest_of_line(setting, index);

	if (setting->count - index == 1 || type == IDENTITY_WORD_DN)
		return false;
	return type != IDENTITY_WORD_AUTODETECT || !memchr(rest.at, '=', rest.length);
}

static bool read_identity(const struct setting *setting)
{
	int type = setting->words[0].flags & AST_QUOTED
		       ? -1
		       : identity_word_find(word_text(setting, setting->words));
	size_t index = type >= 0;
	struct finding *finding;
	struct span at;

	if (index == setting->count) {
		finding = finding_add(setting->findings, WI104, setting->words[0].at,
				      "'%s' has a type here, and lacks its value",
				      option_table[setting->option].word);
		finding_help(setting->findings, finding, "write '%s %s'",
			     option_table[setting->option].word, option_table[setting->option].form);
		return false;
	}
	if (type < 0)
		type = IDENTITY_WORD_AUTODETECT;
	if (has_stray_blanks(setting, (enum identity_word)type, index))
		return value_no_more(setting, index + 1);
	at = words_span(setting->words + index, setting->count - index);
	return identity_read(setting->findings, at, (enum identity_word)type,
			     rest_of_line(setting, index), setting->value);
}

bool value_read(const struct setting *setting)
{
	static bool (*const readers[])(const struct setting *setting) = {
	    [OPTION_FLAG] = read_flag,
	    [OPTION_CHOICE] = read_choice,
	    [OPTION_NUMBER] = read_number,
	    [OPTION_DURATION] = read_duration,
	    [OPTION_SUITE] = value_read_suite,
	    [OPTION_SECRET_TEXT] = value_read_secret,
	    [OPTION_LABEL] = read_label,
	    [OPTION_ADDRESS] = value_read_address,
	    [OPTION_SUBNET] = value_read_subnet,
	    [OPTION_IDENTITY] = read_identity,
	    [OPTION_TEXT] = read_text,
	};

	return readers[option_table[setting->option].type](setting);
}
