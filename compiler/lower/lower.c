/* SPDX-License-Identifier: ISC */
/*
 * From commands to instances.  Settings are kept as they come, the last one wins; what was never
 * said gets its default at the end, since some defaults rest on other settings.
 */
#include "compiler/lower/lower.h"

#include "compiler/lower/device_text.h"
#include "compiler/lower/instances.h"
#include "compiler/lower/names.h"
#include "compiler/lower/transactions.h"
#include "compiler/lower/value.h"
#include "compiler/lower/weos4_text.h"
#include "compiler/model/field.h"
#include "compiler/model/resolve.h"
#include "compiler/model/words.h"
#include "grammar/grammar.h"

#include <stdio.h>
#include <string.h>

struct lowering {
	struct findings *findings;
	int dialect; /* enum dialect, or -1: the header above the first command will tell */
	struct weos4_device *weos4; /* NULL until something of WeOS 4 came */
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

/* --- settings --------------------------------------------------------------------------------- */

/* Where SETTING was named before, or NULL. */
static const struct origin *named_before(const struct lowering *lowering,
					 const struct reading *reading, int row)
{
	const struct tunnel *tunnel = lowering->instances.current;

	if (reading->setting != SETTING_COUNT)
		return tunnel_state(tunnel, reading->setting) == ORIGIN_DEFAULT
			   ? NULL
			   : &lowering->instances.from[reading->setting];
	return tunnel->weos4->from[row].state == ORIGIN_DEFAULT ? NULL
								: &tunnel->weos4->from[row].at;
}

/* WI106, where the same text says it twice; who types twice corrects himself. */
static void check_repeated(struct lowering *lowering, const struct ast_command *command,
			   const struct reading *reading, int row)
{
	const struct origin *before = named_before(lowering, reading, row);
	struct finding *finding;

	if (!before || command->prompted || before->name.from < command->since ||
	    !name_is_known(text_slice(lowering->text, before->name), reading->is_weos4))
		return;
	/* of a one-line path only what it sets */
	finding = finding_add(lowering->findings, WI106,
			      (struct span){command->keyword.from, command->at.to},
			      "'%s' is set again: the last one wins", reading->info->word);
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
	const struct setting_info *info = reading->info;
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

static enum origin_state read_value(struct lowering *lowering, const struct reading *reading)
{
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

/* What is not read may be a secret all the same. */
static void keep_secret(struct lowering *lowering, const struct ast_command *command)
{
	if (name_may_be_secret(text_slice(lowering->text, command->keyword),
			       lowering->instances.is_weos4))
		instances_add_secret(&lowering->instances, value_span(command));
}

/* A misspelt setting is not missing, so that nothing more is said of it. */
static void set_unreadable(struct lowering *lowering, const struct ast_command *command)
{
	struct tunnel *tunnel = lowering->instances.current;
	int meant = name_meant(text_slice(lowering->text, command->keyword), tunnel->weos4 != NULL);

	keep_secret(lowering, command);
	if (meant < 0 || tunnel_state(tunnel, (enum setting)meant) != ORIGIN_DEFAULT)
		return;
	lowering->instances.from[meant] =
	    (struct origin){.name = command->keyword, .value = value_span(command)};
	tunnel->states = states_with(tunnel->states, (enum setting)meant, ORIGIN_BAD);
}

/* Of a setting whose value is a field of struct tunnel. */
static void set_field(struct lowering *lowering, const struct ast_command *command,
		      struct reading *reading, struct origin origin)
{
	struct tunnel *tunnel = lowering->instances.current;
	enum origin_state state;

	if (reading->setting == SETTING_SECRET)
		instances_forget_secret(&lowering->instances);
	lowering->instances.from[reading->setting] = origin;
	if (reading->weos4)
		weos4_forget(reading->weos4, reading->setting);
	if (command->kind == AST_UNSET) {
		state = unset(tunnel, reading);
	} else {
		field_reset(tunnel, reading->setting);
		reading->value = reading->weos4 && reading->setting == SETTING_LOCAL_ADDRESS
				     ? &reading->weos4->outbound
				     : instances_field(&lowering->instances, reading->setting);
		state = read_value(lowering, reading);
	}
	/* what address an interface has is known when all was read */
	if (state == ORIGIN_GIVEN && reading->weos4 && reading->setting == SETTING_LOCAL_ADDRESS)
		state = ORIGIN_BAD;
	tunnel->states = states_with(tunnel->states, reading->setting, state);
}

/* Of one that only WeOS 4 has. */
static void set_weos4(struct lowering *lowering, const struct ast_command *command,
		      struct reading *reading, struct weos4_origin *from, struct origin origin)
{
	from->at = origin;
	if (command->kind == AST_UNSET || command->negated)
		from->state = reading_no_more(reading, 0) ? ORIGIN_RESET : ORIGIN_BAD;
	else
		from->state = read_value(lowering, reading);
}

static void begin_reading(struct lowering *lowering, const struct ast_command *command,
			  const struct name *name, struct reading *reading)
{
	*reading = (struct reading){
	    .findings = lowering->findings,
	    .secrets = lowering->secrets,
	    .text = lowering->text,
	    .setting = name->setting,
	    .info = name->info,
	    .is_weos4 = name->weos4 >= 0,
	    .name = command->keyword,
	    .words = command->words,
	    .count = command->count,
	};
	if (name->setting != SETTING_SECRET)
		reading_cut_comment(reading);
}

/* Which setting of WeOS 5 that was, or -1. */
static int set(struct lowering *lowering, const struct ast_command *command)
{
	struct tunnel *tunnel = lowering->instances.current;
	struct weos4_tunnel *weos4 = tunnel->weos4;
	struct reading reading;
	struct origin origin;
	struct name name;

	if (!name_find(lowering->findings, command, weos4 != NULL, &name)) {
		set_unreadable(lowering, command);
		return -1;
	}
	begin_reading(lowering, command, &name, &reading);
	reading.weos4 = weos4;
	check_repeated(lowering, command, &reading, name.weos4);
	origin = (struct origin){
	    .name = command->keyword,
	    .value = reading.count ? words_span(reading.words, reading.count)
				   : (struct span){command->keyword.to, command->keyword.to}};
	if (name.setting != SETTING_COUNT) {
		set_field(lowering, command, &reading, origin);
		return (int)name.setting;
	}
	reading.value =
	    weos4_reset(weos4, (enum weos4_setting)name.weos4, command->kind == AST_UNSET);
	set_weos4(lowering, command, &reading, &weos4->from[name.weos4], origin);
	weos4_warn(lowering->findings, weos4, (enum weos4_setting)name.weos4);
	return -1;
}

/* Of `tunnel' itself, in WeOS 4. */
static void set_all(struct lowering *lowering, const struct ast_command *command)
{
	struct reading reading;
	struct name name;

	if (!name_find(lowering->findings, command, true, &name))
		return;
	begin_reading(lowering, command, &name, &reading);
	reading.value =
	    weos4_reset_all(lowering->weos4, (enum weos4_setting)name.weos4, command->negated);
	set_weos4(lowering, command, &reading, &lowering->weos4->from[name.weos4],
		  (struct origin){.name = command->keyword, .value = value_span(command)});
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
	if (lowering->weos4 && weos4_match(word, true).count == 1) {
		set_all(lowering, command);
		return;
	}
	if (!lowering->weos4 && weos4_instead(word)) {
		names_report_weos4(lowering->findings, command->keyword, word);
		return;
	}
	if (!lower_is_setting(word) && command->count && command->has_body)
		return;
	finding = finding_add(lowering->findings, WI102, command->keyword,
			      "no such word under 'tunnel': %s",
			      finding_quote(lowering->findings, command->keyword));
	if (setting_stranger(word))
		finding_help(lowering->findings, finding, "%s", setting_stranger(word));
	else if (lower_is_setting(word) && !weos4_match(word, true).count)
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
	if (command->kind == AST_SET || command->kind == AST_UNSET)
		keep_secret(lowering, command);
	if (command->kind == AST_ABORT) {
		report_aborted(lowering, command);
		lowering->discarded = (struct span){0, 0};
		instances_leave(&lowering->instances);
	} else if (lowering->discarded.to == 0 && changes_something(command->kind)) {
		lowering->discarded = command->at;
	}
}

/* What is said of tunnels is in the language of the header above the first of it. */
static void find_dialect(struct lowering *lowering, const struct ast_command *command)
{
	if (lowering->dialect < 0)
		lowering->dialect = command->weos4 ? DIALECT_WEOS4 : DIALECT_WEOS5;
	if (lowering->dialect != DIALECT_WEOS4 || lowering->weos4)
		return;
	lowering->instances.is_weos4 = true;
	lowering->weos4 = weos4_device_new(lowering->findings->arena);
	lowering->instances.failed = lowering->instances.failed || !lowering->weos4;
}

static bool is_of_tunnels(enum ast_kind kind)
{
	return changes_something(kind) || kind == AST_CHILD;
}

static void take_command(struct lowering *lowering, const struct ast_command *command)
{
	if (is_of_tunnels(command->kind))
		find_dialect(lowering, command);
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

	if (!model)
		return NULL;
	if (lowering->dialect < 0)
		lowering->dialect = ast->weos4 ? DIALECT_WEOS4 : DIALECT_WEOS5;
	model->text = lowering->text;
	model->dialect = (enum dialect)lowering->dialect;
	model->device = device_text_finish(&lowering->device, ast);
	model->weos4 = lowering->weos4;
	instances_leave(&lowering->instances);
	for (size_t i = 0; lowering->weos4 && i < lowering->instances.count; i++)
		weos4_settle(lowering->instances.tunnels[i], model->device,
			     lowering->findings->arena);
	if (!instances_finish(&lowering->instances, model))
		return NULL;
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

static struct model *lower_text(struct lowering *lowering, struct findings *findings, bool *refused)
{
	struct ast *ast = read_and_lower(lowering, findings);

	if (!ast)
		return NULL;
	*refused = ast->refused;
	return finish(lowering, ast);
}

struct model *lower(struct findings *findings, struct arena *secrets, int dialect, bool *refused)
{
	struct findings own;
	struct lowering lowering = {.findings = &own,
				    .secrets = secrets,
				    .dialect = dialect,
				    .text = findings->text,
				    .instances = {.arena = findings->arena}};
	struct model *model = NULL;

	findings_init(&own, findings->arena, findings->text);
	own.silence = findings->silence;
	device_text_begin(&lowering.device, &own);
	if (lowering.device.device)
		model = lower_text(&lowering, findings, refused);
	instances_free(&lowering.instances);
	transactions_free(&lowering.transactions);
	return arena_failed(findings->arena) || arena_failed(secrets) ? NULL : model;
}
