/* SPDX-License-Identifier: ISC */
/*
 * A text is read twice at once: line by line, as the scanner begins them, and command by command.
 * A line without a command of ours is foreign, or stands above what comes next; of one with
 * commands the values are put into their one form, and script.c arranges them.  At the end the
 * result is compiled: what means anything else is not given away.
 */
#include "compiler/rewrite/format.h"

#include "compiler/lower/lower.h"
#include "compiler/model/field.h"
#include "compiler/rewrite/canonical.h"
#include "compiler/rewrite/script.h"
#include "grammar/grammar.h"
#include "grammar/session.h"

#include <stdlib.h>
#include <string.h>

/* A line of the text, or a command of one. */
struct formatting {
	struct text *text;
	struct canonical canonical;
	struct script script;
	struct grammar_line *lines; /* from malloc() */
	size_t line_count, line_room;
	size_t next; /* of the canonical commands */
	struct span
	    held; /* foreign comments and blank lines that may belong to a path; empty: none */
	bool is_session;
	bool failed;
};

const char format_changes_why[] = "what stands in a context of others, whose header or 'end' is "
				  "not there, would be read otherwise: give it both";

static const struct slice none = {"", 0};

/* ---- the text, line by line ---- */

static void take_line(void *to, const struct grammar_line *line)
{
	struct formatting *formatting = to;
	size_t room = formatting->line_room ? 2 * formatting->line_room : 256;
	struct grammar_line *lines;

	if (formatting->line_count == formatting->line_room) {
		lines = realloc(formatting->lines, room * sizeof(*lines));
		formatting->failed = formatting->failed || !lines;
		if (!lines)
			return;
		formatting->lines = lines;
		formatting->line_room = room;
	}
	formatting->lines[formatting->line_count++] = *line;
}

static void take_commands(void *to, const struct ast_command *command)
{
	struct formatting *formatting = to;

	for (; command; command = command->next)
		canonical_take(&formatting->canonical, command);
}

/* Where line I ends, its line end included. */
static uint32_t end_of(const struct formatting *formatting, size_t i)
{
	return i + 1 < formatting->line_count ? formatting->lines[i + 1].from
					      : (uint32_t)formatting->text->size;
}

static struct slice bytes_of(const struct formatting *formatting, uint32_t from, uint32_t to)
{
	return (struct slice){formatting->text->bytes + from, to - from};
}

/* SLICE without the blanks, and the line end, around it. */
static struct slice trim(struct slice slice)
{
	while (slice.length && strchr(" \t\r\n", slice.at[slice.length - 1]))
		slice.length--;
	while (slice.length && strchr(" \t", slice.at[0]))
		slice = slice_cut(slice, 1);
	return slice;
}

/* What stands on line I, behind a prompt and what a pager left. */
static struct slice content_of(const struct formatting *formatting, size_t i)
{
	return trim(bytes_of(formatting, formatting->lines[i].typed, end_of(formatting, i)));
}

/* The comment behind FROM on line I. */
static struct slice comment_behind(const struct formatting *formatting, size_t i, uint32_t from)
{
	struct slice rest = bytes_of(formatting, from, end_of(formatting, i));
	const char *mark = memchr(rest.at, '#', rest.length);

	return mark ? trim(slice_cut(rest, (size_t)(mark - rest.at))) : none;
}

/* ---- foreign lines ---- */

/* What was held is foreign after all. */
static void release(struct formatting *formatting)
{
	if (formatting->held.to > formatting->held.from)
		script_bytes(&formatting->script, text_slice(formatting->text, formatting->held));
	formatting->held = (struct span){0, 0};
}

/* The comments that were held belong to the path that comes now; what stands above them does not,
 * unless one goes on. */
static void release_to_path(struct formatting *formatting, bool goes_on)
{
	struct script *script = &formatting->script;
	struct span held = formatting->held;
	uint32_t from = held.from;
	const char *end;

	formatting->held = (struct span){0, 0};
	if (!goes_on) {
		from = canonical_comments(formatting->text, held);
		if (from > held.from)
			script_bytes(script, bytes_of(formatting, held.from, from));
	}
	for (; from < held.to; from = (uint32_t)(end - formatting->text->bytes)) {
		end = memchr(formatting->text->bytes + from, '\n', held.to - from);
		end = end ? end + 1 : formatting->text->bytes + held.to;
		script_note(script, trim(bytes_of(formatting, from,
						  (uint32_t)(end - formatting->text->bytes))));
	}
}

static bool is_exec(struct slice line)
{
	static const char *const words[] = {"show", "do", "help", "copy"};
	struct slice word = {line.at, 0};

	while (word.length < line.length && !strchr(" \t", line.at[word.length]))
		word.length++;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (slice_is(word, words[i]))
			return true;
	}
	return false;
}

/* What was typed behind a prompt, and is no command of ours. */
static void format_typed(struct formatting *formatting, size_t i)
{
	const struct grammar_line *line = &formatting->lines[i];
	struct script *script = &formatting->script;
	struct slice content = content_of(formatting, i);
	bool is_comment = content.length && content.at[0] == '#';

	if (line->place == PLACE_OUTSIDE)
		script_close(script);
	if (!content.length || is_exec(content))
		return;
	if (is_comment && line->place != PLACE_CHILD) {
		script_note(script, content);
		return;
	}
	/* a context's lines stand one level deeper than its header */
	script_close_instance(script, none);
	if (line->place == PLACE_CHILD) {
		script->has_instance = true;
		script_line(script, content, none);
		script->has_instance = false;
	} else {
		script_line(script, content, none);
	}
}

static void format_foreign(struct formatting *formatting, size_t i)
{
	struct script *script = &formatting->script;
	const struct grammar_line *line = &formatting->lines[i];
	struct slice content = content_of(formatting, i);
	uint32_t end = end_of(formatting, i);

	if (line->place == PLACE_OUTSIDE && (!content.length || content.at[0] == '#')) {
		if (!formatting->held.to)
			formatting->held.from = line->from;
		formatting->held.to = end;
		return;
	}
	if (line->place == PLACE_OUTSIDE)
		script_close(script);
	else
		script_close_instance(script, none);
	release(formatting);
	script_bytes(script, bytes_of(formatting, line->from, end));
}

/* A line without a command of ours. */
static void format_other(struct formatting *formatting, size_t i, bool is_child)
{
	const struct grammar_line *line = &formatting->lines[i];

	if (line->place == PLACE_ANSWER)
		return;
	if (line->prompted)
		format_typed(formatting, i);
	else if (is_child || line->place == PLACE_OUTSIDE || line->place == PLACE_CHILD)
		format_foreign(formatting, i);
	else
		script_note(&formatting->script, content_of(formatting, i));
}

/* ---- our lines ---- */

/* The commands of line I. */
struct commands {
	const struct canonical_command *first;
	size_t count;
	struct slice behind; /* the comment at the end of the line */
	enum grammar_place place;
	bool has_tunnel; /* the line says `tunnel' */
	bool is_path;	 /* it has more than a header */
};

static const struct slice tunnel_word = {"tunnel", 6};

/* Whatever the line says belongs under `tunnel', or to a snippet that has none. */
static void open_around(struct formatting *formatting, const struct commands *line)
{
	struct script *script = &formatting->script;
	bool goes_on = script->has_tunnel && script->tunnel_is_path;

	if (line->has_tunnel) {
		release_to_path(formatting, goes_on);
		if (!goes_on) {
			struct notes above = script->pending;

			script->pending = (struct notes){NULL, NULL};
			script_open_tunnel(script, true, tunnel_word, none);
			script->pending = above;
		}
	} else if (line->place == PLACE_OUTSIDE) {
		goes_on = script->has_instance && script->instance_is_path && !script->has_tunnel;
		release_to_path(formatting, goes_on);
		if (!goes_on)
			script_close(script);
	} else if (!script->has_tunnel && formatting->is_session) {
		script_open_tunnel(script, false, tunnel_word, none);
	}
}

/* Closes the open instance, and keeps what stands above the line that comes. */
static void close_before(struct script *script)
{
	struct notes above = script->pending;

	script->pending = (struct notes){NULL, NULL};
	script_close_instance(script, none);
	script->pending = above;
}

/* What stands above a path stands above its setting. */
static void open_path(struct script *script, const struct canonical_command *command)
{
	struct notes above = script->pending;

	script->pending = (struct notes){NULL, NULL};
	script_open_instance(script, command->id, true, command->words, none);
	script->pending = above;
}

static void enter(struct formatting *formatting, const struct commands *line,
		  const struct canonical_command *command)
{
	struct script *script = &formatting->script;
	bool goes_on = script->has_instance && script->id >= 0 && script->id == command->id &&
		       line->is_path && (script->instance_is_path || formatting->is_session);

	if (goes_on)
		return;
	close_before(script);
	if (line->is_path)
		open_path(script, command);
	else
		script_open_instance(script, command->id, false, command->words, line->behind);
}

static void end(struct formatting *formatting, const struct commands *line)
{
	struct script *script = &formatting->script;

	if (script->has_instance && !(line->place == PLACE_TUNNEL && script->instance_is_path)) {
		script_close_instance(script, line->behind);
	} else {
		script_close_instance(script, none);
		script_close_tunnel(script, line->behind);
	}
}

static void run_command(struct formatting *formatting, const struct commands *line,
			const struct canonical_command *command)
{
	struct script *script = &formatting->script;
	struct item item = {.words = command->words,
			    .behind = line->behind,
			    .setting = command->setting,
			    .unsets = command->kind == AST_UNSET,
			    .is_bad = command->is_bad};

	switch (command->kind) {
	case AST_ENTER:
		enter(formatting, line, command);
		break;
	case AST_SET:
	case AST_UNSET:
		script_setting(script, &item);
		break;
	case AST_REMOVE:
		close_before(script);
		script_line(script, command->words, line->behind);
		script_forget(script, command->id);
		break;
	case AST_END:
		end(formatting, line);
		break;
	default: /* it stands for itself, outside of all contexts */
		script_close(script);
		release(formatting);
		script_line(script, command->words, line->behind);
		if (command->kind == AST_REMOVE_ALL)
			script_forget(script, -1);
		break;
	}
}

/* An `end' that closes nothing any more, behind a path. */
static bool is_spare_end(const struct formatting *formatting, const struct commands *line)
{
	return line->first->kind == AST_END && line->place == PLACE_OUTSIDE &&
	       formatting->script.has_tunnel && formatting->script.tunnel_is_path;
}

static void run_line(struct formatting *formatting, const struct commands *line)
{
	struct script *script = &formatting->script;
	const struct canonical_command *first = line->first;
	size_t from = line->has_tunnel;

	if (is_spare_end(formatting, line))
		return;
	if (line->has_tunnel && line->count == 1) {
		script_close(script);
		release(formatting);
		script_open_tunnel(script, false, tunnel_word, line->behind);
		return;
	}
	if (from < line->count &&
	    (first[from].kind == AST_ENTER || first[from].kind == AST_REMOVE) &&
	    line->place != PLACE_IPSEC)
		open_around(formatting, line);
	else if (line->has_tunnel)
		script_close(script);
	for (size_t i = from; i < line->count; i++)
		run_command(formatting, line, &first[i]);
}

/* ---- all lines ---- */

static void format_line(struct formatting *formatting, size_t i)
{
	const struct canonical *canonical = &formatting->canonical;
	uint32_t to = end_of(formatting, i);
	struct commands line = {.place = formatting->lines[i].place};
	bool is_child = false;

	canonical_line_end(formatting->text, to, &formatting->script.line_end);
	for (;
	     formatting->next < canonical->count && canonical->list[formatting->next].at.from < to;
	     formatting->next++, line.count++) {
		const struct canonical_command *command = &canonical->list[formatting->next];

		if (!line.first)
			line.first = command;
		is_child = is_child || command->kind == AST_CHILD;
		line.has_tunnel = line.has_tunnel || command->kind == AST_TUNNEL;
		line.is_path =
		    line.is_path || command->kind == AST_SET || command->kind == AST_UNSET;
		line.behind = comment_behind(formatting, i, command->at.to);
	}
	if (!line.first || is_child ||
	    (line.first->kind == AST_END && line.place == PLACE_OUTSIDE &&
	     !formatting->script.has_tunnel && !formatting->script.has_instance))
		format_other(formatting, i, is_child);
	else
		run_line(formatting, &line);
}

static bool read_text(struct formatting *formatting, struct compilation *original)
{
	const struct grammar_taker taker = {take_commands, formatting, take_line};
	struct findings unheard;

	findings_init(&unheard, original->arena, original->text);
	return grammar_read(original->text, &unheard, lower_is_setting, &taker) != NULL;
}

static struct text *write_text(const struct formatting *formatting, unsigned indent)
{
	struct text *text = NULL;
	struct output output;
	struct writer writer;

	output_init(&output);
	writer_init(&writer, &output);
	writer.indent = indent;
	output_bytes(&output, formatting->text->bytes, text_bom(formatting->text));
	script_write(&formatting->script, &writer);
	if (!output.failed)
		text =
		    text_new(formatting->text->name, output.bytes ? output.bytes : "", output.size);
	output_free(&output);
	return text;
}

static struct text *format(struct formatting *formatting, struct compilation *original,
			   unsigned indent)
{
	if (!read_text(formatting, original) || formatting->failed || formatting->canonical.failed)
		return NULL;
	formatting->script.keeps_all = formatting->canonical.has_abort;
	for (size_t i = 0; i < formatting->line_count; i++)
		format_line(formatting, i);
	script_close(&formatting->script);
	release(formatting);
	if (formatting->script.failed || arena_failed(original->arena))
		return NULL;
	return write_text(formatting, indent);
}

/* The form of what ORIGINAL was read from, whatever it means; NULL without memory. */
static struct text *format_text(struct compilation *original, unsigned indent)
{
	struct formatting formatting = {.text = original->text,
					.is_session = session_detect(original->text)};
	const char *line_end = "\n";
	struct text *text;

	canonical_line_end(original->text, (uint32_t)strcspn(original->text->bytes, "\n") + 1,
			   &line_end);
	canonical_init(&formatting.canonical, original);
	script_init(&formatting.script, original->arena, line_end);
	text = format(&formatting, original, indent);
	free(formatting.lines);
	canonical_free(&formatting.canonical);
	script_free(&formatting.script);
	return text;
}

/* ---- what it means ---- */

static bool same_tunnel(const struct tunnel *a, const struct tunnel *b)
{
	if (a->id != b->id || a->states != b->states)
		return false;
	for (int setting = 0; setting < SETTING_COUNT; setting++) {
		if (!tunnel_bad(a, (enum setting)setting) &&
		    !field_equal(a, b, (enum setting)setting))
			return false;
	}
	return true;
}

static bool same_model(const struct model *a, const struct model *b)
{
	bool same = a->count == b->count && a->dialect == b->dialect &&
		    (a->lack == b->lack || a->lack == LACK_END);

	for (size_t i = 0; same && i < a->count; i++)
		same = same_tunnel(a->tunnels[i], b->tunnels[i]);
	return same;
}

static bool same_bytes(const struct text *a, const struct text *b)
{
	return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

/* WI1xx: how a text is read. */
static bool is_of_reading(enum rule rule)
{
	return strncmp(rule_table[rule].id, "WI1", 3) == 0 && strlen(rule_table[rule].id) == 5;
}

bool format_is_refused_by(const struct finding *finding)
{
	return finding->rule == WI124 ||
	       (finding->severity == SEVERITY_ERROR && is_of_reading(finding->rule));
}

static bool is_refused(const struct compilation *original)
{
	for (const struct finding *at = original->findings.first; at; at = at->next) {
		if (format_is_refused_by(at))
			return true;
	}
	return false;
}

/*
 * AGAIN can be read as well; what a session typed twice may stand there twice, and so may the `end'
 * that it left the configuration with.
 */
static bool reads_as_well(const struct findings *original, const struct findings *again)
{
	bool was_typed = session_detect(original->text);

	for (int rule = 0; rule < RULE_COUNT; rule++) {
		if (was_typed && (rule == WI106 || rule == WI108))
			continue;
		if (is_of_reading((enum rule)rule) && again->count[rule] > original->count[rule])
			return false;
	}
	return true;
}

/*
 * AGAIN is compiled of what ORIGINAL became: it can be read as well, means the same, and is its own
 * form.  Of a session that types in a context of others, and then elsewhere, it would not be.
 */
static enum format_outcome judge_again(const struct compilation *original,
				       struct compilation *again, unsigned indent)
{
	enum format_outcome outcome = FORMAT_MEMORY;
	struct text *text = format_text(again, indent);

	if (text)
		outcome = reads_as_well(&original->findings, &again->findings) &&
				  same_model(original->model, again->model) &&
				  same_bytes(again->text, text)
			      ? FORMAT_DONE
			      : FORMAT_CHANGES;
	text_free(text);
	return outcome;
}

static enum format_outcome judge(const struct text *text, const struct compilation *original,
				 const struct surroundings *surroundings, unsigned indent)
{
	struct text *copy = text_new(text->name, text->bytes, text->size);
	struct compilation *again = copy ? compilation_new(copy, surroundings) : NULL;
	enum format_outcome outcome = again ? judge_again(original, again, indent) : FORMAT_MEMORY;

	compilation_free(again);
	return outcome;
}

bool format_is_of_session(const struct text *text)
{
	return session_detect(text);
}

enum format_outcome format_run(struct compilation *original,
			       const struct surroundings *surroundings, unsigned indent,
			       struct text **formatted)
{
	enum format_outcome outcome = FORMAT_MEMORY;
	struct text *text;

	if (is_refused(original))
		return FORMAT_REFUSED;
	text = format_text(original, indent);
	if (text)
		outcome = judge(text, original, surroundings, indent);
	if (outcome == FORMAT_DONE)
		*formatted = text;
	else
		text_free(text);
	return outcome;
}
