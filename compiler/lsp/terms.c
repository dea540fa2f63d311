/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/terms.h"

#include <string.h>

/* The word of WeOS 4 for the place of a cipher. */
static const char weos4_cipher[] = "crypto";

int term_count(enum dialect dialect, bool in_tunnel)
{
	if (dialect == DIALECT_WEOS5)
		return in_tunnel ? 0 : SETTING_COUNT;
	return in_tunnel ? WEOS4_INSTANCE : WEOS4_COUNT - WEOS4_INSTANCE;
}

static struct term weos5_term(enum setting setting)
{
	const struct setting_info *info = &setting_table[setting];

	return (struct term){info, {info->word, (int)setting, -1}};
}

static struct term weos4_term(int row)
{
	const struct weos4_info *info = &weos4_table[row];

	return (struct term){&info->info, {info->info.word, info->counterpart, row}};
}

struct term term_at(enum dialect dialect, bool in_tunnel, int i)
{
	if (dialect == DIALECT_WEOS5)
		return weos5_term(show_order(i));
	return weos4_term(in_tunnel ? i : i + WEOS4_INSTANCE);
}

struct term term_find(enum dialect dialect, bool in_tunnel, struct slice word)
{
	static const struct term none = {NULL, {NULL, -1, -1}};
	struct setting_match weos5;
	struct weos4_match weos4;

	if (dialect == DIALECT_WEOS4) {
		weos4 = weos4_match(word, in_tunnel);
		return weos4.count == 1 ? weos4_term((int)weos4.first) : none;
	}
	weos5 = setting_match(word);
	return !in_tunnel && weos5.count == 1 ? weos5_term(weos5.first) : none;
}

const struct choices *term_choices(const struct term *term)
{
	/* what WeOS 4 has no words for takes those of WeOS 5 */
	for (size_t i = 0; term->row.weos4 >= 0 && i < weos4_choices.count; i++) {
		if ((int)weos4_choices.list[i].setting == term->row.setting)
			return &weos4_choices;
	}
	return &setting_choices;
}

const char *term_slot_word(enum dialect dialect, enum suite_slot slot)
{
	if (dialect == DIALECT_WEOS4 && slot == SUITE_PRF)
		return NULL;
	return dialect == DIALECT_WEOS4 && slot == SUITE_CIPHER ? weos4_cipher
								: suite_slot_word(slot);
}

enum suite_slot term_slot(enum dialect dialect, struct slice word)
{
	int slot = 0;

	while (slot < SUITE_SLOTS) {
		const char *known = term_slot_word(dialect, (enum suite_slot)slot);

		if (known && slice_is(word, known))
			break;
		slot++;
	}
	return (enum suite_slot)slot;
}

const struct algorithm *term_algorithm(enum dialect dialect, enum suite_slot slot,
				       struct slice word)
{
	return dialect == DIALECT_WEOS4 ? weos4_algorithm(slot, word)
					: algorithm_match(slot, word).exact;
}

void term_algorithms(enum dialect dialect, enum suite_slot slot, char *buffer, size_t size)
{
	if (dialect == DIALECT_WEOS4)
		weos4_algorithm_list(slot, buffer, size);
	else
		algorithm_list(slot, buffer, size);
}
