/* SPDX-License-Identifier: ISC */
/* A change in words.  Nothing of it is longer than a line, and what it does stands before what it
 * is. */
#include "compiler/change/change.h"

#include "compiler/base/json.h"
#include "compiler/report/show.h"

#include <string.h>

static const char *const kinds[] = {
    [CHANGE_UNCHANGED] = "unchanged",
    [CHANGE_ADDED] = "added",
    [CHANGE_REMOVED] = "removed",
    [CHANGE_CHANGED] = "changed",
};

static const char *const effects[] = {
    [EFFECT_NONE] = "none", [EFFECT_NEXT_AUTH] = "next-auth", [EFFECT_RESTART] = "restart"};

/* ---- text ---- */

/* What a tunnel that runs gets to feel, or NULL. */
static const char *effect_words(const struct change *change)
{
	bool stays = change->to && change->to->enabled;

	if (change->kind == CHANGE_UNCHANGED)
		return NULL;
	if (change->kind == CHANGE_ADDED)
		return stays ? NULL : "it is disabled";
	switch (change->effect) {
	case EFFECT_RESTART:
		return !stays		   ? "it ends"
		       : change->both_ends ? "it restarts, and both ends must change"
					   : "it restarts";
	case EFFECT_NEXT_AUTH:
		return "it goes on, and the next authentication is by what is new";
	case EFFECT_NONE:
		break;
	}
	if (change->from && !change->from->enabled)
		return stays ? "it was disabled, and is not" : "it was disabled";
	return "it goes on untouched";
}

static void show_side(struct show *show, const struct change *change, const struct tunnel *tunnel,
		      enum setting setting)
{
	show_effective(show, tunnel, change->secrets, setting);
	/* `description ""' */
	if (!*show->value)
		snprintf(show->value, sizeof(show->value), "none");
}

/* What there is to say beside, or nothing. */
static const char *setting_words(const struct change_setting *what, enum setting setting)
{
	if (what->is_owners)
		return "  (whose it is changes)";
	if (setting_table[setting].type == SETTING_SUBNET && what->effect == EFFECT_RESTART &&
	    !what->both_ends)
		return "  (what both ends have passes)";
	return "";
}

static void print_setting(FILE *out, const struct change *change, enum setting setting)
{
	const struct change_setting *what = &change->settings[setting];
	struct show from, to;
	char effect[32];

	show_side(&from, change, change->from, setting);
	show_side(&to, change, change->to, setting);
	snprintf(effect, sizeof(effect), "%s%s", effects[what->effect],
		 what->both_ends ? ", both ends" : "");
	fprintf(out, "    %-14s  %-18s  %s -> %s%s\n", setting_table[setting].word, effect,
		from.value, to.value, setting_words(what, setting));
}

void change_print(FILE *out, const struct change *change)
{
	const char *words = effect_words(change);

	fprintf(out, "ipsec%d: %s", (int)change->id, kinds[change->kind]);
	if (words)
		fprintf(out, ": %s", words);
	if (change->why)
		fprintf(out, " (%s)", change->why);
	fputc('\n', out);
	for (int i = 0; i < SETTING_COUNT; i++) {
		enum setting setting = show_order(i);

		if (change->settings[setting].differs)
			print_setting(out, change, setting);
	}
}

/* ---- JSON ---- */

static json_t *setting_json(const struct change *change, enum setting setting)
{
	const struct change_setting *what = &change->settings[setting];
	json_t *object = json_object();
	struct show show;

	json_put_string(&object, "setting", setting_table[setting].word);
	show_effective(&show, change->from, change->secrets, setting);
	json_put_string(&object, "old", show.value);
	show_effective(&show, change->to, change->secrets, setting);
	json_put_string(&object, "new", show.value);
	json_put_string(&object, "effect", effects[what->effect]);
	json_put(&object, "both_ends", json_boolean(what->both_ends));
	return object;
}

json_t *change_json(const struct change *change)
{
	json_t *object = json_object(), *settings = json_array();

	json_put_integer(&object, "id", (size_t)change->id);
	json_put_string(&object, "change", kinds[change->kind]);
	json_put_string(&object, "effect", effects[change->effect]);
	json_put(&object, "both_ends", json_boolean(change->both_ends));
	for (int i = 0; i < SETTING_COUNT; i++) {
		if (change->settings[show_order(i)].differs)
			json_append(&settings, setting_json(change, show_order(i)));
	}
	json_put(&object, "settings", settings);
	return object;
}
