/* SPDX-License-Identifier: ISC */
/*
 * From commands to instances.  Settings are kept as they come, the last one wins; what was never
 * said gets its default at the end, since some defaults rest on other settings.
 */
#include "compiler/lower/lower.h"

#include "compiler/lower/device_text.h"
#include "compiler/lower/instances.h"
#include "compiler/lower/transactions.h"
#include "compiler/lower/value.h"
#include "compiler/model/field.h"
#include "compiler/model/resolve.h"
#include "compiler/model/words.h"
#include "grammar/grammar.h"

#include <stdio.h>
#include <string.h>

struct lowering {
	struct findings *findings;
	struct arena *secrets;
	struct text *text;
	struct instances instances;
	struct device_text device;
	size_t unreadable; /* instances whose number could not be read */
	struct transactions transactions;
	struct span discarded; /* what an `abort' discards begins there; empty: nothing yet */
	struct span aborted;   /* the `abort', if it is the last that was said of tunnels; or empty */
	bool removes;	       /* it says that a tunnel, or all, are not wanted */
};

/* --- instances -------------------------------------------------------------------------------- */

/* The ID behind `ipsec'; INSTANCE_NONE with a finding if there is none. */
static int32_t read_id(struct lowering *lowering, const struct ast_command *command)
{
	struct slice word;
	struct finding *finding;
	uint32_t id;

	if (command->count == 0) {
		finding = finding_add(lowering->findings, WI104, command->keyword,
				      "'ipsec' lacks its number");
		finding_help(lowering->findings, finding, "write 'ipsec 1'");
		return INSTANCE_NONE;
	}
	word = ast_word_text(lowering->text, command->words[0]);
	if (number_read(word, &id) && id < INSTANCE_COUNT)
		return (int32_t)id;
	if (command->words[0].flags & AST_BAD)
		return INSTANCE_NONE;
	finding = finding_add(lowering->findings, WI201, command->words[0].at,
			      "%s is no number of an instance",
			      finding_quote(lowering->findings, command->words[0].at));
	finding_help(lowering->findings, finding, "write 'ipsec' and a number from 0 to %d",
		     INSTANCE_COUNT - 1);
	return INSTANCE_NONE;
}

static void enter(struct lowering *lowering, const struct ast_command *command)
{
	int32_t id = read_id(lowering, command);
	struct span header = {command->keyword.from,
			      command->count ? command->words[0].at.to : command->keyword.to};

	/* their findings are only counted by now, and their settings would cost memory */
	if (id == INSTANCE_NONE && lowering->unreadable++ >= FINDING_RULE_MAX)
		instances_leave(&lowering->instances);
	else
		instances_enter(&lowering->instances, id, header);
}

/* --- names of settings ------------------------------------------------------------------------ */

bool lower_is_setting(struct slice word)
{
	return setting_find(word) >= 0 || setting_weos4(word);
}

/* `peer=192.0.2.1', `peer:': the setting before the mark, or -1. */
static int setting_before_mark(struct slice word)
{
	struct slice name = {word.at, 0};
	struct setting_match match;

	while (name.length < word.length && name.at[name.length] != '=' && name.at[name.length] != ':')
		name.length++;
	match = setting_match(name);
	return name.length < word.length && match.count == 1 ? (int)match.first : -1;
}

static void suggest_setting(struct lowering *lowering, struct finding *finding, struct span at,
			    struct slice word)
{
	const char *stranger = setting_stranger(word);
	const char *nearest = setting_nearest(word);
	int marked = setting_before_mark(word);
	bool certain;

	if (stranger)
		finding_help(lowering->findings, finding, "%s", stranger);
	else if (marked >= 0)
		finding_help(lowering->findings, finding, "write '%s%s%s'", setting_table[marked].word,
			     *setting_table[marked].form ? " " : "", setting_table[marked].form);
	else if (nearest)
		finding_help(lowering->findings, finding, "write '%s'", nearest);
	else
		finding_help(lowering->findings, finding,
			     "'weipsec explain WI102' lists the settings; 'end' closes the instance");
	if (!stranger && marked < 0 && setting_meant(word, &certain) >= 0 && certain)
		finding_edit(lowering->findings, finding, at, nearest);
}

static void unknown_setting(struct lowering *lowering, struct span at, struct slice word)
{
	const char *weos4 = setting_weos4(word);
	const char *quote = finding_quote(lowering->findings, at);
	struct finding *finding;

	if (weos4) {
		finding = finding_add(lowering->findings, WI114, at,
				      "%s is a WeOS 4 setting: WeOS 5 has none", quote);
		finding_help(lowering->findings, finding, "%s", weos4);
		return;
	}
	finding = finding_add(lowering->findings, WI102, at, "no such setting of 'ipsec': %s", quote);
	if (finding)
		suggest_setting(lowering, finding, at, word);
}

static void ambiguous_setting(struct lowering *lowering, struct span at, struct setting_match match)
{
	char list[240];
	size_t used = 0;
	struct finding *finding;

	for (int i = 0; i < match.count && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s'%s'", i ? ", " : "",
					 setting_table[(int)match.first + i].word);
	finding = finding_add(lowering->findings, WI103, at, "%s fits several settings: %s",
			      finding_quote(lowering->findings, at), list);
	finding_help(lowering->findings, finding, "write one of them in full");
}

/* The setting that COMMAND names, or -1 with a finding. */
static int find_setting(struct lowering *lowering, const struct ast_command *command)
{
	struct slice word = ast_word_text(
	    lowering->text, (struct ast_word){.at = command->keyword, .flags = command->flags});
	struct setting_match match = setting_match(word);

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
static void cut_comment(struct lowering *lowering, struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		struct slice word = text_slice(lowering->text, reading->words[i].at);
		struct finding *finding;
		struct ast_word *copy;

		if (!(reading->words[i].flags & AST_GLUED))
			continue;
		copy = arena_alloc(lowering->findings->arena, (i + 1) * sizeof(*copy));
		if (!copy)
			return;
		memcpy(copy, reading->words, (i + 1) * sizeof(*copy));
		copy[i].at.to = copy[i].at.from +
				(uint32_t)((const char *)memchr(word.at, '#', word.length) - word.at);
		copy[i].flags &= ~(unsigned)AST_GLUED;
		finding = finding_add(lowering->findings, WI121, reading->words[i].at,
				      "'#' ends this word and begins a comment");
		finding_help(lowering->findings, finding, "put a blank before a comment");
		reading->words = copy;
		reading->count = i + 1;
		return;
	}
}

/* WI106, where the same text says it twice; who types twice corrects himself. */
static void check_repeated(struct lowering *lowering, const struct ast_command *command,
			   enum setting setting)
{
	const struct origin *before = &lowering->instances.from[setting];
	struct finding *finding;

	if (tunnel_state(lowering->instances.current, setting) == ORIGIN_DEFAULT || command->prompted ||
	    before->name.from < command->since ||
	    !setting_match(text_slice(lowering->text, before->name)).count)
		return;
	/* of a one-line path only what it sets */
	finding = finding_add(lowering->findings, WI106,
			      (struct span){command->keyword.from, command->at.to},
			      "'%s' is set again: the last one wins", setting_table[setting].word);
	finding_relate(lowering->findings, finding, before->name, "it was set here");
	finding_help(lowering->findings, finding, "remove one of the two lines");
}

/* Words that no reader can make sense of. */
static bool words_are_sound(struct lowering *lowering, const struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		if (reading->words[i].flags & AST_BAD)
			return false;
		if (!(reading->words[i].flags & AST_UNCLOSED) || reading->setting == SETTING_SECRET)
			continue;
		finding_help(lowering->findings,
			     finding_add(lowering->findings, WI115, reading->words[i].at,
					 "a quote begins here that is not closed on this line"),
			     "close it, or leave it out");
		return false;
	}
	return true;
}

static bool lacks_value(struct lowering *lowering, const struct reading *reading)
{
	const struct setting_info *info = &setting_table[reading->setting];
	struct finding *finding;

	if (reading->count || info->type == SETTING_FLAG)
		return false;
	finding = finding_add(lowering->findings, WI104, reading->name, "'%s' lacks its value",
			      info->word);
	if (reading->setting == SETTING_SECRET)
		finding_help(lowering->findings, finding,
			     "write 'secret SECRET'; a '#' at its start begins a comment");
	else
		finding_help(lowering->findings, finding, "write '%s %s'", info->word, info->form);
	return true;
}

static enum origin_state unset(struct tunnel *tunnel, const struct reading *reading)
{
	field_reset(tunnel, reading->setting);
	if (!reading_no_more(reading, 0))
		return ORIGIN_BAD;
	if (reading->setting == SETTING_ENABLE)
		tunnel->enabled = false;
	if (reading->setting == SETTING_DPD_ACTION)
		tunnel->dpd_action = DPD_OFF;
	return ORIGIN_RESET;
}

static enum origin_state read_value(struct lowering *lowering, struct reading *reading)
{
	field_reset(lowering->instances.current, reading->setting);
	reading->value = instances_field(&lowering->instances, reading->setting);
	return words_are_sound(lowering, reading) && !lacks_value(lowering, reading) &&
			       value_read(reading)
		   ? ORIGIN_GIVEN
		   : ORIGIN_BAD;
}

static struct span value_span(const struct ast_command *command)
{
	return command->count ? words_span(command->words, command->count)
			      : (struct span){command->keyword.to, command->keyword.to};
}

/* A misspelt setting is not missing, so that nothing more is said of it. */
static void set_unreadable(struct lowering *lowering, const struct ast_command *command)
{
	struct tunnel *tunnel = lowering->instances.current;
	bool certain;
	int meant = setting_meant(text_slice(lowering->text, command->keyword), &certain);

	if (meant < 0 || tunnel_state(tunnel, (enum setting)meant) != ORIGIN_DEFAULT)
		return;
	lowering->instances.from[meant] =
	    (struct origin){.name = command->keyword, .value = value_span(command)};
	tunnel->states = states_with(tunnel->states, (enum setting)meant, ORIGIN_BAD);
}

/* Which setting that was, or -1. */
static int set(struct lowering *lowering, const struct ast_command *command)
{
	struct tunnel *tunnel = lowering->instances.current;
	int setting = find_setting(lowering, command);
	struct reading reading = {
	    .findings = lowering->findings,
	    .secrets = lowering->secrets,
	    .text = lowering->text,
	    .setting = (enum setting)setting,
	    .name = command->keyword,
	    .words = command->words,
	    .count = command->count,
	};
	enum origin_state state;

	if (setting < 0) {
		set_unreadable(lowering, command);
		return -1;
	}
	check_repeated(lowering, command, reading.setting);
	if (setting != SETTING_SECRET)
		cut_comment(lowering, &reading);
	lowering->instances.from[setting] = (struct origin){
	    .name = command->keyword,
	    .value = reading.count ? words_span(reading.words, reading.count)
				   : (struct span){command->keyword.to, command->keyword.to}};
	state = command->kind == AST_UNSET ? unset(tunnel, &reading) : read_value(lowering, &reading);
	tunnel->states = states_with(tunnel->states, reading.setting, state);
	return setting;
}

int lower_setting(struct findings *findings, struct arena *secrets, const struct ast_command *command,
		  struct tunnel *tunnel)
{
	struct lowering lowering = {
	    .findings = findings,
	    .secrets = secrets,
	    .text = findings->text,
	    .instances = {.arena = findings->arena, .current = tunnel},
	};
	int setting;

	*tunnel = tunnel_standard;
	setting = set(&lowering, command);
	instances_leave(&lowering.instances);
	return setting;
}

int32_t lower_id(const struct text *text, const struct ast_command *command)
{
	uint32_t id;

	return command->count && number_read(ast_word_text(text, command->words[0]), &id) &&
			       id < INSTANCE_COUNT
		   ? (int32_t)id
		   : INSTANCE_NONE;
}

/* A word under `tunnel': a context that is not ours, or one that stands nowhere. */
static void child(struct lowering *lowering, const struct ast_command *command)
{
	struct slice word = text_slice(lowering->text, command->keyword);
	struct finding *finding;

	if (command->flags & AST_BAD)
		return;
	if (setting_weos4(word)) {
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
	else if (setting_stranger(word))
		finding_help(lowering->findings, finding, "%s", setting_stranger(word));
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

	findings->tunnel = INSTANCE_NONE;
	switch (command->kind) {
	case AST_ENTER:
		enter(lowering, command);
		break;
	case AST_REMOVE:
		instances_remove(&lowering->instances, read_id(lowering, command));
		lowering->removes = true;
		break;
	case AST_REMOVE_ALL:
		instances_remove_all(&lowering->instances);
		lowering->removes = true;
		break;
	case AST_SET:
	case AST_UNSET:
		if (!lowering->instances.current)
			break;
		findings->tunnel = lowering->instances.current->id;
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
	case AST_BEGIN:
		device_text_command(&lowering->device, command);
		break;
	case AST_TUNNEL:
	case AST_END:
	case AST_COMMIT:
	case AST_ABORT:
		break;
	}
	findings->tunnel = INSTANCE_NONE;
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

static void report_aborted(struct lowering *lowering, const struct ast_command *abort)
{
	struct finding *finding;

	if (lowering->discarded.to == 0)
		return;
	lowering->aborted = abort->keyword;
	finding = finding_add(lowering->findings, WI123, abort->keyword,
			      "'abort' discards what was set before it: it is not compiled");
	finding_relate(lowering->findings, finding, lowering->discarded, "from here on");
	finding_help(lowering->findings, finding,
		     "write 'leave' instead if these settings are wanted");
}

static void discard(struct lowering *lowering, const struct ast_command *command)
{
	if (command->kind == AST_ABORT) {
		report_aborted(lowering, command);
		lowering->discarded = (struct span){0, 0};
		instances_leave(&lowering->instances);
	} else if (lowering->discarded.to == 0 && changes_something(command->kind)) {
		lowering->discarded = command->at;
	}
}

static void take_command(struct lowering *lowering, const struct ast_command *command)
{
	if (changes_something(command->kind))
		lowering->aborted = (struct span){0, 0};
	lower_command(lowering, command);
}

static void lower_commands(void *to, const struct ast_command *command)
{
	struct lowering *lowering = to;

	for (; command; command = command->next) {
		if (transactions_discard(&lowering->transactions))
			discard(lowering, command);
		else
			take_command(lowering, command);
		transactions_pass(&lowering->transactions, command->kind);
	}
}

/* --- the whole -------------------------------------------------------------------------------- */

static void find_lack(const struct lowering *lowering, const struct ast *ast, struct model *model)
{
	model->lack_at = ast->ending_at;
	if (ast->ending == AST_ENDS_MIDLINE) {
		model->lack = LACK_REST_OF_LINE;
	} else if (lowering->aborted.to) {
		model->lack = LACK_COMMIT;
		model->lack_at = lowering->aborted;
	} else if (ast->ending == AST_ENDS_INSIDE) {
		model->lack = LACK_END;
	} else if (ast->doubtful.to) {
		model->lack = LACK_DOUBTFUL;
		model->lack_at = ast->doubtful;
	} else if (!ast->has_tunnel) {
		model->lack = LACK_TUNNEL_WORD;
	} else if (model->count == 0 && !lowering->removes) {
		model->lack = LACK_TUNNEL;
	}
}

static struct model *finish(struct lowering *lowering, const struct ast *ast)
{
	struct model *model = arena_alloc(lowering->findings->arena, sizeof(*model));

	if (!model || !instances_finish(&lowering->instances, model))
		return NULL;
	model->text = lowering->text;
	model->dialect = ast->weos4 ? DIALECT_WEOS4 : DIALECT_WEOS5;
	model->device = device_text_finish(&lowering->device, ast);
	if (!ast->refused)
		find_lack(lowering, ast, model);
	return model;
}

/*
 * What is lowered while the text is read has findings of its own, so that those on its form stand before them
 * where a place has both, and where a rule has too many.
 */
static struct ast *read_and_lower(struct lowering *lowering, struct findings *findings)
{
	const struct grammar_taker taker = {.take = lower_commands, .to = lowering};
	struct ast *ast = NULL;

	if (transactions_find(&lowering->transactions, findings->text, lower_is_setting))
		ast = grammar_read(findings->text, findings, lower_is_setting, &taker);
	findings_join(findings, lowering->findings);
	return ast;
}

static struct model *lower_text(struct lowering *lowering, struct findings *findings, int dialect,
				bool *refused)
{
	struct ast *ast = read_and_lower(lowering, findings);

	if (!ast)
		return NULL;
	if (dialect >= 0)
		ast->weos4 = dialect == DIALECT_WEOS4;
	*refused = ast->refused;
	return finish(lowering, ast);
}

struct model *lower(struct findings *findings, struct arena *secrets, int dialect, bool *refused)
{
	struct findings own;
	struct lowering lowering = {.findings = &own,
				    .secrets = secrets,
				    .text = findings->text,
				    .instances = {.arena = findings->arena}};
	struct model *model = NULL;

	findings_init(&own, findings->arena, findings->text);
	own.silence = findings->silence;
	device_text_begin(&lowering.device, &own);
	if (lowering.device.device)
		model = lower_text(&lowering, findings, dialect, refused);
	instances_free(&lowering.instances);
	transactions_free(&lowering.transactions);
	return arena_failed(findings->arena) || arena_failed(secrets) ? NULL : model;
}
