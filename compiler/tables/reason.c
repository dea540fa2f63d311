/* SPDX-License-Identifier: ISC */
#include "compiler/tables/reason.h"

#include <string.h>

#define LOOK_AT(setting) SETTING_BIT(SETTING_##setting)

const struct reason_info reason_table[REASON_COUNT] = {
#define REASON(symbol, slug, sentence, where, settings, more)                                      \
	[REASON_##symbol] = {slug, sentence, REASON_##where, settings, more},
#define WARNING(symbol, slug, sentence, where, settings, more)                                     \
	[WARNING_##symbol] = {slug, sentence, REASON_##where, settings, more},
#include "schemas/reasons.def"
};

static const struct {
	const char *words;
	struct reason_said said;
} lines[] = {
#define SAID(words, reason) {words, {REASON_##reason, false}},
#define HINT(words, reason) {words, {REASON_##reason, true}},
#include "schemas/reasons.def"
};

static const struct {
	const char *type;
	enum reason reason;
} alerts[] = {
#define ALERT(type, reason) {type, REASON_##reason},
#include "schemas/reasons.def"
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct reason_said reason_of_line(struct slice line)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if (memmem(line.at, line.length, lines[i].words, strlen(lines[i].words)))
			return lines[i].said;
	}
	return (struct reason_said){REASON_NONE, false};
}

enum reason reason_of_alert(struct slice type)
{
	for (size_t i = 0; i < ARRAY_SIZE(alerts); i++) {
		if (slice_is(type, alerts[i].type))
			return alerts[i].reason;
	}
	return REASON_NONE;
}

const char *reason_words(size_t index)
{
	return index < ARRAY_SIZE(lines) ? lines[index].words : NULL;
}
