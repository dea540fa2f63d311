/* SPDX-License-Identifier: ISC */
/*
 * From commands to instances.  Settings are kept as they come, the last one wins; what was never
 * said gets its default at the end, since some defaults rest on other settings.
 */
#include "compiler/lower/lower.h"

#include "compiler/lower/device_text.h"
#include "compiler/lower/value.h"
#include "compiler/model/field.h"
#include "compiler/model/resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_COUNT 65536
#define ID_NONE (-1)

/* A tunnel, or the room of one that was removed. */
union spare {
	struct tunnel tunnel;
	union spare *next;
};

struct lowering {
	struct findings *findings;
	struct arena *secrets;
	struct text *text;
	struct tunnel **tunnels; /* removed ones are NULL until the end */
	size_t count;
	size_t room;
	uint32_t *by_id;	/* index + 1 of an ID's tunnel, or 0 */
	struct tunnel *current; /* the settings' instance */
	union spare *spare;	/* removed ones */
	struct device_text device;
	size_t unreadable;	/* instances whose number could not be read */
	bool failed;
};

/* --- instances -------------------------------------------------------------------------------- */

/* Removed tunnels are used again: a text may enter and remove one more often than memory lasts. */
static void discard(struct lowering *lowering, struct tunnel *tunnel)
{
	if (tunnel->id != ID_NONE)
		lowering->by_id[tunnel->id] = 0;
	((union spare *)tunnel)->next = lowering->spare;
	lowering->spare = (union spare *)tunnel;
}

static struct tunnel *reuse_or_allocate(struct lowering *lowering)
{
	union spare *spare = lowering->spare;

	if (!spare)
		spare = arena_alloc(lowering->findings->arena, sizeof(*spare));
	else
		lowering->spare = spare->next;
	return spare ? &spare->tunnel : NULL;
}

static struct tunnel *new_tunnel(struct lowering *lowering, int32_t id, struct span header)
{
	struct tunnel *tunnel = reuse_or_allocate(lowering);

	if (lowering->count == lowering->room) {
		size_t room = lowering->room ? lowering->room * 2 : 32;
		struct tunnel **tunnels = realloc(lowering->tunnels, room * sizeof(struct tunnel *));

		lowering->failed = lowering->failed || !tunnels;
		if (!tunnels)
			return NULL;
		lowering->tunnels = tunnels;
		lowering->room = room;
	}
	if (!tunnel)
		return NULL;
	*tunnel = tunnel_standard;
	tunnel->id = id;
	tunnel->header = header;
	lowering->tunnels[lowering->count++] = tunnel;
	if (id != ID_NONE)
		lowering->by_id[id] = (uint32_t)lowering->count;
	return tunnel;
}

/* The ID behind `ipsec'; ID_NONE with a finding if there is none. */
static int32_t read_id(struct lowering *lowering, const struct ast_command *command)
{
	struct slice word;
	struct finding *finding;
	uint32_t id;

	if (command->count == 0) {
		finding = finding_add(lowering->findings, WI104, command->keyword,
				      "'ipsec' lacks its number");
		finding_help(lowering->findings, finding, "write 'ipsec 1'");
		return ID_NONE;
	}
	word = ast_word_text(lowering->text, command->words[0]);
	if (number_read(word, &id) && id < ID_COUNT)
		return (int32_t)id;
	if (command->words[0].flags & AST_BAD)
		return ID_NONE;
	finding = finding_add(lowering->findings, WI201, command->words[0].at,
			      "%s is no number of an instance",
			      finding_quote(lowering->findings, command->words[0].at));
	finding_help(lowering->findings, finding, "write 'ipsec' and a number from 0 to %d",
		     ID_COUNT - 1);
	return ID_NONE;
}

static void enter(struct lowering *lowering, const struct ast_command *command)
{
	int32_t id = read_id(lowering, command);
	struct span header = {command->keyword.from,
			      command->count ? command->words[0].at.to : command->keyword.to};

	/* their findings are only counted by now, and their settings would cost memory */
	if (id == ID_NONE && lowering->unreadable++ >= FINDING_RULE_MAX) {
		lowering->current = NULL;
		return;
	}
	lowering->current = id != ID_NONE && lowering->by_id[id]
				? lowering->tunnels[lowering->by_id[id] - 1]
				: new_tunnel(lowering, id, header);
}

static void remove_tunnel(struct lowering *lowering, const struct ast_command *command)
{
	int32_t id = read_id(lowering, command);

	struct tunnel **place;

	lowering->current = NULL;
	if (id == ID_NONE || !lowering->by_id[id])
		return;
	place = &lowering->tunnels[lowering->by_id[id] - 1];
	discard(lowering, *place);
	*place = NULL;
}

static void remove_all(struct lowering *lowering)
{
	for (size_t i = 0; i < lowering->count; i++) {
		if (lowering->tunnels[i])
			discard(lowering, lowering->tunnels[i]);
	}
	lowering->count = 0;
	lowering->current = NULL;
}

/* --- names of settings ------------------------------------------------------------------------ */

bool lower_is_setting(struct slice word)
{
	struct option_match match = option_match(word);

	return (match.count == 1 && slice_is(word, option_table[match.first].word)) ||
	       option_weos4(word);
}

/* `peer=192.0.2.1', `peer:': the setting before the mark, or -1. */
static int setting_before_mark(struct slice word)
{
	struct slice name = {word.at, 0};
	struct option_match match;

	while (name.length < word.length && name.at[name.length] != '=' && name.at[name.length] != ':')
		name.length++;
	match = option_match(name);
	return name.length < word.length && match.count == 1 ? (int)match.first : -1;
}

static void unknown_setting(struct lowering *lowering, struct span at, struct slice word)
{
	const char *weos4 = option_weos4(word);
	const char *nearest = option_nearest(word);
	int marked = setting_before_mark(word);
	const char *quote = finding_quote(lowering->findings, at);
	struct finding *finding;

	if (weos4) {
		finding = finding_add(lowering->findings, WI114, at,
				      "%s is a WeOS 4 setting: WeOS 5 has none", quote);
		finding_help(lowering->findings, finding, "%s", weos4);
		return;
	}
	finding = finding_add(lowering->findings, WI102, at, "no such setting of 'ipsec': %s", quote);
	if (marked >= 0)
		finding_help(lowering->findings, finding, "write '%s%s%s'", option_table[marked].word,
			     *option_table[marked].form ? " " : "", option_table[marked].form);
	else if (nearest)
		finding_help(lowering->findings, finding, "write '%s'", nearest);
	else
		finding_help(lowering->findings, finding,
			     "the settings are those of the WeOS IPsec guide; 'end' closes the instance");
}

static void ambiguous_setting(struct lowering *lowering, struct span at, struct option_match match)
{
	char list[240];
	size_t used = 0;
	struct finding *finding;

	for (int i = 0; i < match.count && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s'%s'", i ? ", " : "",
					 option_table[(int)match.first + i].word);
	finding = finding_add(lowering->findings, WI103, at, "%s fits several settings: %s",
			      finding_quote(lowering->findings, at), list);
	finding_help(lowering->findings, finding, "write one of them in full");
}

/* The setting that COMMAND names, or -1 with a finding. */
static int find_option(struct lowering *lowering, const struct ast_command *command)
{
	struct slice word = ast_word_text(
	    lowering->text, (struct ast_word){.at = command->keyword, .flags = command->flags});
	struct option_match match = option_match(word);

	if (match.count == 1)
		return (int)match.first;
	if (command->flags & AST_BAD)
		return -1;
	if (command->flags & AST_UNCLOSED)
		finding_add(lowering->findings, WI115, command->keyword,
			    "a quote begins here that is not closed on this line");
	else if (match.count > 1)
		ambiguous_setting(lowering, command->keyword, match);
	else
		unknown_setting(lowering, command->keyword, word);
	return -1;
}

/* --- settings --------------------------------------------------------------------------------- */

/*
 * A '#' inside a word cuts the word there, and the line with it; in a secret it is a mistake that
 * value_read_secret() reports.  The words may be copied for that.
 */
static void cut_comment(struct lowering *lowering, struct setting *setting)
{
	for (size_t i = 0; i < setting->count; i++) {
		struct slice word = text_slice(lowering->text, setting->words[i].at);
		struct finding *finding;
		struct ast_word *copy;

		if (!(setting->words[i].flags & AST_GLUED))
			continue;
		copy = arena_alloc(lowering->findings->arena, (i + 1) * sizeof(*copy));
		if (!copy)
			return;
		memcpy(copy, setting->words, (i + 1) * sizeof(*copy));
		copy[i].at.to = copy[i].at.from +
				(uint32_t)((const char *)memchr(word.at, '#', word.length) - word.at);
		copy[i].flags &= ~(unsigned)AST_GLUED;
		finding = finding_add(lowering->findings, WI121, setting->words[i].at,
				      "'#' ends this word and begins a comment");
		finding_help(lowering->findings, finding, "put a blank before a comment");
		setting->words = copy;
		setting->count = i + 1;
		return;
	}
}

/* WI106, where the same text says it twice; who types twice corrects himself. */
static void check_repeated(struct lowering *lowering, const struct ast_command *command,
			   enum option option)
{
	const struct origin *before = &lowering->current->from[option];
	struct finding *finding;

	if (before->state == ORIGIN_DEFAULT || command->prompted ||
	    before->name.from < command->since)
		return;
	/* of a one-line path only what it sets */
	finding = finding_add(lowering->findings, WI106,
			      (struct span){command->keyword.from, command->at.to},
			      "'%s' is set again: the last one wins", option_table[option].word);
	finding_relate(lowering->findings, finding, before->name, "it was set here");
	finding_help(lowering->findings, finding, "remove one of the two lines");
}

/* Words that no reader can make sense of. */
static bool words_are_sound(struct lowering *lowering, const struct setting *setting)
{
	for (size_t i = 0; i < setting->count; i++) {
		if (setting->words[i].flags & AST_BAD)
			return false;
		if (!(setting->words[i].flags & AST_UNCLOSED) || setting->option == OPTION_SECRET)
			continue;
		finding_help(lowering->findings,
			     finding_add(lowering->findings, WI115, setting->words[i].at,
					 "a quote begins here that is not closed on this line"),
			     "close it, or leave it out");
		return false;
	}
	return true;
}

static bool lacks_value(struct lowering *lowering, const struct setting *setting)
{
	const struct option_info *info = &option_table[setting->option];
	struct finding *finding;

	if (setting->count || info->type == OPTION_FLAG)
		return false;
	finding = finding_add(lowering->findings, WI104, setting->name, "'%s' lacks its value",
			      info->word);
	if (setting->option == OPTION_SECRET)
		finding_help(lowering->findings, finding,
			     "write 'secret SECRET'; a '#' at its start begins a comment");
	else
		finding_help(lowering->findings, finding, "write '%s %s'", info->word, info->form);
	return true;
}

static enum origin_state unset(struct tunnel *tunnel, const struct setting *setting)
{
	field_reset(tunnel, setting->option);
	if (!value_no_more(setting, 0))
		return ORIGIN_BAD;
	if (setting->option == OPTION_ENABLE)
		tunnel->enabled = false;
	if (setting->option == OPTION_DPD_ACTION)
		tunnel->dpd_action = DPD_OFF;
	return ORIGIN_RESET;
}

static void set(struct lowering *lowering, const struct ast_command *command)
{
	struct tunnel *tunnel = lowering->current;
	int option = find_option(lowering, command);
	struct setting setting = {
	    .findings = lowering->findings,
	    .secrets = lowering->secrets,
	    .text = lowering->text,
	    .option = (enum option)option,
	    .name = command->keyword,
	    .words = command->words,
	    .count = command->count,
	};
	struct origin *origin;

	if (option < 0)
		return;
	origin = &tunnel->from[option];
	check_repeated(lowering, command, setting.option);
	if (option != OPTION_SECRET)
		cut_comment(lowering, &setting);
	setting.value = field_of(tunnel, setting.option);
	origin->name = command->keyword;
	origin->value = setting.count ? words_span(setting.words, setting.count)
				      : (struct span){command->keyword.to, command->keyword.to};
	if (command->kind == AST_UNSET) {
		origin->state = unset(tunnel, &setting);
		return;
	}
	field_reset(tunnel, setting.option);
	origin->state = words_are_sound(lowering, &setting) && !lacks_value(lowering, &setting) &&
				value_read(&setting)
			    ? ORIGIN_GIVEN
			    : ORIGIN_BAD;
}

/* A word under `tunnel': a context that is not ours, or one that stands nowhere. */
static void child(struct lowering *lowering, const struct ast_command *command)
{
	struct slice word = text_slice(lowering->text, command->keyword);
	struct finding *finding;

	if (command->flags & AST_BAD)
		return;
	if (option_weos4(word)) {
		unknown_setting(lowering, command->keyword, word);
		return;
	}
	if (!lower_is_setting(word) && command->count && command->has_body)
		return;
	finding = finding_add(lowering->findings, WI102, command->keyword,
			      "no such word under 'tunnel': %s",
			      finding_quote(lowering->findings, command->keyword));
	if (lower_is_setting(word))
		finding_help(lowering->findings, finding, "it belongs under 'ipsec ID'");
	else
		finding_help(lowering->findings, finding, "write 'ipsec ID', or 'end'");
}

static void bare_no(struct lowering *lowering, const struct ast_command *command)
{
	struct finding *finding = finding_add(lowering->findings, WI104, command->keyword,
					      "'no' lacks the setting that it resets");

	finding_help(lowering->findings, finding, "write 'no' and a setting");
}

static void lower_command(struct lowering *lowering, const struct ast_command *command)
{
	struct findings *findings = lowering->findings;

	findings->tunnel = ID_NONE;
	switch (command->kind) {
	case AST_ENTER:
		enter(lowering, command);
		break;
	case AST_REMOVE:
		remove_tunnel(lowering, command);
		break;
	case AST_REMOVE_ALL:
		remove_all(lowering);
		break;
	case AST_SET:
	case AST_UNSET:
		if (!lowering->current)
			break;
		findings->tunnel = lowering->current->id;
		set(lowering, command);
		break;
	case AST_CHILD:
		child(lowering, command);
		break;
	case AST_NO:
		bare_no(lowering, command);
		break;
	case AST_HOSTNAME:
	case AST_INTERFACE:
	case AST_NO_INTERFACE:
		device_text_command(&lowering->device, command);
		break;
	case AST_BEGIN:
	case AST_COMMIT:
	case AST_ABORT:
		break;
	}
	findings->tunnel = ID_NONE;
}

/* --- transactions ----------------------------------------------------------------------------- */

static bool changes_something(enum ast_kind kind)
{
	switch (kind) {
	case AST_ENTER:
	case AST_SET:
	case AST_UNSET:
	case AST_REMOVE:
	case AST_REMOVE_ALL:
	case AST_NO:
		return true;
	default:
		return false;
	}
}

/* The command that ends the transaction that begins with FIRST; NULL at the end of the text. */
static const struct ast_command *transaction_end(const struct ast_command *first)
{
	while (first && first->kind != AST_BEGIN && first->kind != AST_COMMIT &&
	       first->kind != AST_ABORT)
		first = first->next;
	return first;
}

static void report_aborted(struct lowering *lowering, const struct ast_command *first,
			   const struct ast_command *abort)
{
	struct finding *finding;

	while (first != abort && !changes_something(first->kind))
		first = first->next;
	if (first == abort)
		return;
	finding = finding_add(lowering->findings, WI123, abort->keyword,
			      "'abort' discards what was set before it: it is not compiled");
	finding_relate(lowering->findings, finding, first->at, "from here on");
	finding_help(lowering->findings, finding,
		     "write 'leave' instead if these settings are wanted");
}

static void lower_commands(struct lowering *lowering, const struct ast_command *command)
{
	while (command) {
		const struct ast_command *end = transaction_end(command);

		if (end && end->kind == AST_ABORT) {
			report_aborted(lowering, command, end);
			lowering->current = NULL;
		} else {
			for (; command != end; command = command->next)
				lower_command(lowering, command);
		}
		if (end && end->kind == AST_BEGIN)
			device_text_command(&lowering->device, end);
		command = end ? end->next : NULL;
	}
}

/* --- the whole -------------------------------------------------------------------------------- */

/* The note of WI122, unless another finding says already why there is nothing here. */
static void report_nothing(const struct lowering *lowering)
{
	struct finding *finding;

	if (lowering->findings->count[WI122] || lowering->findings->count[WI119])
		return;
	finding = finding_add_as(lowering->findings, WI122, SEVERITY_NOTE, (struct span){0, 0},
				 "there is no 'tunnel' with an 'ipsec' instance in this file");
	finding_help(lowering->findings, finding, "an instance is 'ipsec ID' under 'tunnel'");
}

static struct model *finish(struct lowering *lowering, const struct ast *ast)
{
	struct arena *arena = lowering->findings->arena;
	struct model *model = arena_alloc(arena, sizeof(*model));
	struct tunnel **tunnels =
	    arena_alloc(arena, (lowering->count + 1) * sizeof(struct tunnel *));

	if (!model || !tunnels || !lowering->device.device)
		return NULL;
	model->text = lowering->text;
	model->dialect = ast->weos4 ? DIALECT_WEOS4 : DIALECT_WEOS5;
	model->tunnels = tunnels;
	model->device = device_text_finish(&lowering->device, ast);
	for (size_t i = 0; i < lowering->count; i++) {
		if (!lowering->tunnels[i])
			continue;
		tunnel_resolve(lowering->tunnels[i], arena);
		tunnels[model->count++] = lowering->tunnels[i];
	}
	if (model->count == 0 && !ast->refused)
		report_nothing(lowering);
	return model;
}

struct model *lower(const struct ast *ast, struct findings *findings, struct arena *secrets)
{
	struct lowering lowering = {
	    .findings = findings,
	    .secrets = secrets,
	    .text = findings->text,
	    .by_id = calloc(ID_COUNT, sizeof(*lowering.by_id)),
	};
	struct model *model = NULL;

	device_text_begin(&lowering.device, findings);
	if (lowering.by_id && lowering.device.device) {
		lower_commands(&lowering, ast->first);
		if (!lowering.failed)
			model = finish(&lowering, ast);
	}
	free(lowering.by_id);
	free(lowering.tunnels);
	return arena_failed(findings->arena) || arena_failed(secrets) ? NULL : model;
}
