/* SPDX-License-Identifier: ISC */
/* The values of single settings, by type: words in, one field of the model out. */
#include "compiler/lower/value.h"

#include "compiler/base/printable.h"
#include "compiler/model/words.h"

#include <string.h>

static bool value_read_flag(const struct reading *reading)
{
	if (!reading_no_more(reading, 0))
		return false;
	*(bool *)reading->value = true;
	return true;
}

static const struct choices *choices_of(const struct reading *reading)
{
	return reading->is_weos4 ? &weos4_choices : &setting_choices;
}

static const struct setting_choice *nearest_choice(enum setting setting, struct slice word)
{
	for (size_t i = 0; i < setting_choices.count; i++) {
		const struct setting_choice *choice = &setting_choices.list[i];

		if (choice->setting == setting && strlen(choice->word) > 1 &&
		    slice_distance(word, (struct slice){choice->word, strlen(choice->word)}, 2) <= 2)
			return choice;
	}
	return NULL;
}

static void unknown_choice(const struct reading *reading)
{
	const struct choices *choices = choices_of(reading);
	const struct setting_choice *near;
	struct finding *finding;
	char list[80];

	choice_list(choices, reading->setting, list, sizeof(list));
	near = nearest_choice(reading->setting, reading_word(reading, reading->words));
	if (near &&
	    !choice_find(choices, reading->setting, (struct slice){near->word, strlen(near->word)}))
		near = NULL;
	finding = finding_add(reading->findings, WI118, reading->words[0].at,
			      "'%s' cannot be %s: it is %s", reading->info->word,
			      finding_quote(reading->findings, reading->words[0].at), list);
	if (near)
		finding_help(reading->findings, finding, "write '%s %s'", reading->info->word,
			     near->word);
	else if (reading->setting == SETTING_DPD_ACTION &&
		 slice_is(reading_word(reading, reading->words), "hold"))
		finding_help(reading->findings, finding, "WeOS 4's 'hold' is 'trap' in WeOS 5");
	else
		finding_help(reading->findings, finding, "write one of these words");
}

static bool value_read_choice(const struct reading *reading)
{
	const struct setting_choice *choice;

	if (!reading_no_more(reading, 1))
		return false;
	choice = choice_find(choices_of(reading), reading->setting,
			     reading_word(reading, reading->words));
	if (!choice) {
		unknown_choice(reading);
		return false;
	}
	memcpy(reading->value, &choice->value, sizeof(int));
	return true;
}

/* Elsewhere 0 is how a timer is turned off. */
static const char *range_help(enum setting setting, uint32_t number)
{
	if (number == 0 && setting == SETTING_REAUTH_TIME)
		return "write 'no reauth-time' for none";
	if (number == 0 && setting == SETTING_DPD_DELAY)
		return "write 'no dpd-action' for no dead peer detection";
	return "write a number in that range";
}

static const char *unit_of(const struct reading *reading)
{
	return strcmp(reading->info->form, "BYTES") == 0 ? "bytes" : "seconds";
}

static bool in_range(const struct reading *reading, uint32_t number)
{
	const struct setting_info *info = reading->info;
	struct finding *finding;

	if (number >= info->least && number <= info->most)
		return true;
	finding = finding_add(reading->findings, WI201, reading->words[0].at,
			      "'%s' is %u to %u %s%s, not %s", info->word, info->least, info->most,
			      unit_of(reading), info->most == 2592000 ? " (30 days)" : "",
			      finding_quote(reading->findings, reading->words[0].at));
	finding_help(reading->findings, finding, "%s", range_help(reading->setting, number));
	return false;
}

static bool value_read_number(const struct reading *reading)
{
	const struct setting_info *info = reading->info;
	struct finding *finding;
	uint32_t number;

	if (!reading_no_more(reading, 1))
		return false;
	if (!number_read(reading_word(reading, reading->words), &number)) {
		finding = finding_add(reading->findings, WI201, reading->words[0].at,
				      "%s is not a decimal number",
				      finding_quote(reading->findings, reading->words[0].at));
		finding_help(reading->findings, finding,
			     "write '%s' and %u to %u, in %s, without unit or leading zeros",
			     info->word, info->least, info->most, unit_of(reading));
		return false;
	}
	if (!in_range(reading, number))
		return false;
	*(uint32_t *)reading->value = number;
	return true;
}

/* `5 m': the blank is the mistake, not the second word. */
static bool is_split_duration(const struct reading *reading)
{
	struct slice number, unit;
	uint32_t value;

	if (reading->count != 2)
		return false;
	number = reading_word(reading, &reading->words[0]);
	unit = reading_word(reading, &reading->words[1]);
	return number_read(number, &value) && unit.length && strchr("smhdSMHD", unit.at[0]);
}

static bool value_read_duration(const struct reading *reading)
{
	bool split = is_split_duration(reading);
	struct finding *finding;
	uint32_t seconds;

	if (!split && !reading_no_more(reading, 1))
		return false;
	if (split || !duration_read(reading_word(reading, reading->words), &seconds)) {
		struct span at = words_span(reading->words, reading->count);

		finding = finding_add(reading->findings, WI202, at, "%s is not a duration",
				      finding_quote(reading->findings, at));
		finding_help(reading->findings, finding,
			     "write a number and one unit, s, m, h or d, as one word: 90m, 3600s");
		return false;
	}
	if (!in_range(reading, seconds))
		return false;
	*(uint32_t *)reading->value = seconds;
	return true;
}

static bool value_read_label(const struct reading *reading)
{
	struct slice word = reading_word(reading, reading->words);
	struct finding *finding;

	if (!reading_no_more(reading, 1))
		return false;
	if (label_is_legal(word) || reading->setting == SETTING_LOCAL_ADDRESS) {
		*(struct slice *)reading->value = word;
		return true;
	}
	finding = finding_add(reading->findings, WI210, reading->words[0].at,
			      "%s is no label of a certificate",
			      finding_quote(reading->findings, reading->words[0].at));
	finding_help(reading->findings, finding,
		     "write its label on the device: 1 to %d letters, digits, '.', '_' and '-', "
		     "without '.pem'",
		     LABEL_MAX);
	return false;
}

static bool value_read_text(const struct reading *reading)
{
	const struct setting_info *info = reading->info;
	struct slice text = reading_rest(reading, 0);
	struct span at = words_span(reading->words, reading->count);
	struct finding *finding;
	uint32_t length = 0;
	bool printable = true;

	for (size_t i = 0; i < text.length; length++) {
		size_t bytes = printable_length(slice_cut(text, i));

		printable = printable && bytes;
		i += bytes ? bytes : 1;
	}
	if (printable && length <= info->most) {
		*(struct slice *)reading->value = text;
		return true;
	}
	if (!printable)
		finding = finding_add(reading->findings, WI209, at,
				      "'%s' has characters that cannot be seen", info->word);
	else
		finding = finding_add(reading->findings, WI209, at, "'%s' has %u characters: %u fit",
				      info->word, length, info->most);
	finding_help(reading->findings, finding, "write at most %u printable characters", info->most);
	return false;
}

bool value_read(const struct reading *reading)
{
	static bool (*const readers[])(const struct reading *reading) = {
	    [SETTING_FLAG] = value_read_flag,
	    [SETTING_CHOICE] = value_read_choice,
	    [SETTING_NUMBER] = value_read_number,
	    [SETTING_DURATION] = value_read_duration,
	    [SETTING_SUITE] = value_read_suite,
	    [SETTING_SECRET_TEXT] = value_read_secret,
	    [SETTING_LABEL] = value_read_label,
	    [SETTING_ADDRESS] = value_read_address,
	    [SETTING_SUBNET] = value_read_subnet,
	    [SETTING_IDENTITY] = value_read_identity,
	    [SETTING_TEXT] = value_read_text,
	};

	return readers[reading->info->type](reading);
}
