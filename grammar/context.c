/* SPDX-License-Identifier: ISC */
/* Which context each line stands in, and what opens and closes one. */
#include "grammar/context.h"

#include "grammar/tree.h"
#include "grammar/unprompted.h"

#include <stdio.h>
#include <string.h>

/* --- lines ------------------------------------------------------------------------------------ */

static enum nest_line nest_line(const struct line *line, uint32_t at);

static enum context_line current_line(const struct context *context)
{
	static const enum context_line lines[] = {
	    [NEST_OUTSIDE] = CONTEXT_OUTSIDE,
	    [NEST_TUNNEL] = CONTEXT_TUNNEL,
	    [NEST_IPSEC] = CONTEXT_IPSEC,
	    [NEST_CHILD] = CONTEXT_SKIP,
	};

	return lines[context->nest.context];
}

/* A line under a foreign context: part of it, or the first line behind it. */
static enum context_line begin_child_line(struct context *context, uint32_t at)
{
	const struct line *line = context->line;
	struct findings *findings = line->reader->findings;
	struct span header = context->child_line;

	if (line_is_empty(line, at))
		return CONTEXT_SKIP;
	line->reader->ast->foreign = true;
	context->child_line = (struct span){at, at + (uint32_t)line_word_at(line, at).length};
	if (nest_line(line, at) == NEST_END)
		ending_command(&context->ending, line->from, true);
	switch (nest_child_line(&context->nest, line->depth, nest_line(line, at))) {
	case NEST_POPPED:
		return current_line(context);
	case NEST_TOO_DEEP:
		finding_help(findings,
			     finding_add(findings, WI117, header,
					 "this context is nested more than %d deep",
					 TEXT_NESTING_MAX),
			     "look for an 'end' that is missing above");
		break;
	case NEST_SKIP:
	case NEST_CLOSED:
		break;
	}
	if (context->child)
		context->child->has_body = true;
	return CONTEXT_SKIP;
}

static enum context_line begin_plain_line(struct context *context, uint32_t at)
{
	if (context->nest.context == NEST_CHILD)
		return begin_child_line(context, at);
	return current_line(context);
}

/* --- sessions --------------------------------------------------------------------------------- */

static enum context_line begin_output_line(struct context *context, uint32_t at)
{
	struct session *session = &context->session;
	struct line *line = context->line;
	char first = line->reader->text->bytes[at];

	if (!session->capture) {
		if (!line_is_empty(line, at))
			unprompted_check(session, line, at);
		session->prompted_line = (struct span){0, 0};
		return CONTEXT_SKIP;
	}
	if (line->in_header && (first == '{' || first == '[')) {
		reader_refuse_json(line->reader, (struct span){at, at + 1},
				   "this output is a JSON document, not CLI text");
		session->capture = false;
		return CONTEXT_SKIP;
	}
	return begin_plain_line(context, at);
}

/*
 * What tells something though it is typed outside of the configuration: `configure', and a comment.
 */
static bool tells_something(const struct line *line, uint32_t at)
{
	struct slice word;

	at = line_skip_blanks(line, at);
	if (line->reader->text->bytes[at] == '#')
		return true;
	word = line_word_at(line, at);
	return slice_is(word, "config") || slice_is(word, "configure");
}

static bool ends_configuring(struct slice word)
{
	return slice_is(word, "leave") || slice_is(word, "abort");
}

/* Enters the context of PROMPT, before a command whose first word is AT: what is the command? */
static enum context_line enter_prompt(struct context *context, const struct prompt *prompt,
				      uint32_t at)
{
	struct slice word = line_word_at(context->line, at);

	context->prompt_is_child = false;
	context->place = PLACE_OUTSIDE;
	switch (prompt->context) {
	case PROMPT_TUNNEL:
		context->nest.context = NEST_TUNNEL;
		context->place = PLACE_TUNNEL;
		return CONTEXT_TUNNEL;
	case PROMPT_IPSEC:
		context->nest.context = NEST_IPSEC;
		context->place = PLACE_IPSEC;
		return CONTEXT_IPSEC;
	case PROMPT_CONFIG:
		return CONTEXT_OUTSIDE;
	case PROMPT_EXEC:
		if (tells_something(context->line, at))
			return CONTEXT_OUTSIDE;
		context->place = PLACE_ANSWER;
		break;
	case PROMPT_SYSTEM:
	case PROMPT_INTERFACE:
		foreign_prompted(&context->foreign, context->line, prompt, at);
		break;
	case PROMPT_CHILD:
		context->prompt_is_child = !ends_configuring(word);
		context->place = PLACE_CHILD;
		break;
	case PROMPT_FOREIGN:
		break;
	}
	return CONTEXT_SKIP;
}

/* The prompt says the context, whatever was open before. */
static enum context_line begin_prompted_line(struct context *context, const struct prompt *prompt,
					     struct span command)
{
	struct session *session = &context->session;
	struct line *line = context->line;
	struct reader *reader = line->reader;
	uint32_t from = command.from - prompt->length;

	command.to = command.from + (uint32_t)strcspn(reader->text->bytes + command.from, "\r\n");
	ending_output(context);
	line->is_prompted = true;
	line->in_header = true;
	line->typed = command.from;
	line->since = command.to;
	context->child = NULL;
	nest_leave(&context->nest);
	context->foreign.context = FOREIGN_NONE;
	session->prompt_id = prompt->id;
	session->capture = session_prints_config(text_slice(reader->text, command));
	session->prompted_line = (struct span){from, command.to};
	session->typed = command.from;
	if (reader->ast->prompt_host.to == 0)
		reader->ast->prompt_host = (struct span){from, from + prompt->host};
	command.from += (uint32_t)strspn(reader->text->bytes + command.from, " \t");
	ending_line(&context->ending, line->from, command.from);
	context->prompt_at = (struct span){from, from + prompt->length};
	context->behind_prompt = enter_prompt(context, prompt, command.from);
	if (session->capture) { /* what comes is a text of its own */
		nest_leave(&context->nest);
		context->place = PLACE_ANSWER;
	}
	return CONTEXT_PROMPT;
}

/* Says whose the line IS, for who takes lines; WAS_CHILD: a context of others was open before it.
 */
static void hand_over(const struct context *context, enum context_line is, bool was_child)
{
	static const enum grammar_place places[] = {
	    [CONTEXT_OUTSIDE] = PLACE_OUTSIDE,
	    [CONTEXT_TUNNEL] = PLACE_TUNNEL,
	    [CONTEXT_IPSEC] = PLACE_IPSEC,
	    [CONTEXT_SKIP] = PLACE_ANSWER,
	};
	const struct line *line = context->line;
	const struct grammar_taker *taker = line->reader->taker;
	struct grammar_line told = {
	    .from = line->from, .typed = line->typed, .prompted = line->is_prompted};

	if (is == CONTEXT_PROMPT)
		told.place = context->place;
	else
		told.place = is == CONTEXT_SKIP && was_child ? PLACE_CHILD : places[is];
	taker->line(taker->to, &told);
}

static enum context_line begin_line(struct context *context, uint32_t offset)
{
	const struct text *text = context->line->reader->text;
	struct line *line = context->line;
	struct span command = {0, 0};
	struct prompt prompt;

	line_begin(line, offset);
	if (offset >= text->size)
		return CONTEXT_SKIP;
	ending_line(&context->ending, offset, line->first);
	if (!context->session.is_one)
		return begin_plain_line(context, line->first);
	prompt = session_line_prompt(text, offset, &command.from);
	if (prompt.length)
		return begin_prompted_line(context, &prompt, command);
	return begin_output_line(context, line->first);
}

enum context_line context_line_begin(struct context *context, uint32_t offset)
{
	const struct reader *reader = context->line->reader;
	bool was_child = context->nest.context == NEST_CHILD;
	enum context_line is = begin_line(context, offset);

	if (reader->taker->line && offset < reader->text->size)
		hand_over(context, is, was_child);
	return is;
}

/* --- words that look like others -------------------------------------------------------------- */

#define LOOK_ROOM 16 /* no word of ours that is looked for has more letters */

/* WORD without its characters beyond ASCII, which may be invisible, in LOOK. */
static struct slice plain_part(struct slice word, char *look)
{
	size_t count = 0;

	for (size_t i = 0; i < word.length && count < LOOK_ROOM; i++) {
		if (word.at[i] > ' ' && word.at[i] < 0x7f)
			look[count++] = word.at[i];
	}
	return (struct slice){look, count};
}

/* Has WORD letters of other scripts in the places of some of KNOWN's, and not of all? */
static bool is_spelt_like(struct slice word, struct slice known)
{
	size_t count = 0, plain = 0;

	for (size_t i = 0; i < word.length; i++) {
		unsigned char byte = (unsigned char)word.at[i];

		if (byte >= 0x80 && byte < 0xc0)
			continue;
		if (count == known.length || (byte < 0x80 && word.at[i] != known.at[count]))
			return false;
		plain += byte < 0x80;
		count++;
	}
	return count == known.length && plain > 0;
}

/* Is WORD, which may have bytes beyond ASCII, at most LIMIT edits from KNOWN to the eye? */
static bool looks_like(struct slice word, struct slice known, unsigned limit)
{
	char look[LOOK_ROOM];

	return slice_distance(word, known, limit) <= limit || is_spelt_like(word, known) ||
	       slice_distance(plain_part(word, look), known, limit) <= limit;
}

/* `ipsec' and more; outside of `tunnel', where LIMIT is 0, no longer word. */
static bool begins_with(struct slice word, struct slice known, unsigned limit)
{
	struct slice first = {word.at, known.length};
	unsigned char behind;

	if (word.length <= known.length || slice_distance(first, known, 0) != 0)
		return false;
	behind = (unsigned char)word.at[known.length];
	return limit || behind >= 0x80 || (behind >= '0' && behind <= '9');
}

/* LIMIT edits away or fewer; also with something behind it: `ipsec-vpn'. */
static bool is_near_ipsec(const struct reader *reader, struct slice word, unsigned limit)
{
	static const struct slice ipsec = {"ipsec", 5};
	const char *mark = memchr(word.at, '-', word.length);

	if (reader->is_setting(word))
		return false;
	return looks_like(word, ipsec, limit) ||
	       (mark &&
		looks_like((struct slice){word.at, (size_t)(mark - word.at)}, ipsec, limit)) ||
	       begins_with(word, ipsec, limit);
}

/* --- foreign text ----------------------------------------------------------------------------- */

/* One edit away from `tunnel', or it or its abbreviation in other case. */
static bool is_near_tunnel(struct slice word)
{
	static const struct slice tunnel = {"tunnel", 6};

	if (word.length > 2 && (*word.at == '\'' || *word.at == '"')) {
		word.at++;
		word.length -= 2;
	}
	return word.length >= 3 &&
	       (looks_like(word, tunnel, 1) ||
		(word.length < tunnel.length &&
		 slice_distance(word, (struct slice){tunnel.at, word.length}, 0) == 0));
}

static bool is_t_or_u(char c)
{
	c |= 'a' - 'A';
	return c == 't' || c == 'u';
}

/* Whatever is one edit away has one of these letters there, a quote aside, or is beyond ASCII. */
static bool may_be_near_tunnel(const char *word)
{
	return (unsigned char)word[0] >= 0x80 || is_t_or_u(word[0]) || is_t_or_u(word[1]) ||
	       is_t_or_u(word[2]);
}

/*
 * Whatever is one edit away from `ipsec' begins with an i, with what stands behind it, or has one
 * of these second; or some byte there is beyond ASCII.
 */
static bool may_be_near_ipsec(const char *word)
{
	int first = word[0] | 0x20, second = word[1] | 0x20;
	bool is_odd = (unsigned char)word[1] >= 0x80;

	return (unsigned char)word[0] >= 0x80 || first == 'i' || second == 'i' || second == 'p' ||
	       (first == 'p' && (second == 's' || is_odd));
}

/* Does a number stand AT, and nothing behind it? */
static bool is_lone_number(const struct line *line, uint32_t at)
{
	struct slice word = line_word_at(line, at);

	for (size_t i = 0; i < word.length; i++) {
		if (word.at[i] < '0' || word.at[i] > '9')
			return false;
	}
	return word.length && line_is_empty(line, line_word_behind(line, at));
}

/* `ipsce 2', which is no word of others. */
static bool is_misspelt_ipsec(const struct line *line, uint32_t at)
{
	static const struct slice ipsec = {"ipsec", 5};

	return may_be_near_ipsec(line->reader->text->bytes + at) &&
	       is_lone_number(line, line_word_behind(line, at)) &&
	       looks_like(line_word_at(line, at), ipsec, 1);
}

/* `i 2', an abbreviation. */
static bool is_short_ipsec(const struct line *line, uint32_t at)
{
	struct slice word = line_word_at(line, at);

	return word.length && word.length < strlen("ipsec") &&
	       memcmp(word.at, "ipsec", word.length) == 0 &&
	       is_lone_number(line, line_word_behind(line, at));
}

/*
 * Whose a line under a context of others is.  No instance is lost behind a word that is not known.
 */
static enum nest_line nest_line(const struct line *line, uint32_t at)
{
	struct slice word = line_word_at(line, at);

	if (slice_is(word, "end") || slice_is(word, "exit"))
		return NEST_END;
	if (slice_is(word, "tunnel") || line_is_instance(line, at) ||
	    is_misspelt_ipsec(line, at) || is_short_ipsec(line, at))
		return NEST_OURS;
	return NEST_OTHER;
}

static struct span word_span(const struct line *line, uint32_t at)
{
	return (struct span){at, at + (uint32_t)line_word_at(line, at).length};
}

static void report_word(struct findings *findings, struct span at, const char *right)
{
	finding_help(
	    findings,
	    finding_add(findings, WI102, at, "no such word here: %s", finding_quote(findings, at)),
	    "write '%s'", right);
}

/* The lines below a `Tunnel' are read all the same, but nobody knows what its `end' ends. */
static void report_near_tunnel(struct reader *reader, struct span at)
{
	struct findings *findings = reader->findings;

	if (!reader->ast->doubtful.to)
		reader->ast->doubtful = at;
	finding_help(findings,
		     finding_add(findings, WI122, at,
				 "%s is not 'tunnel': the line was taken for foreign text",
				 finding_quote(findings, at)),
		     "write 'tunnel'");
}

/*
 * What the word AT is nearly; one that IS_NEGATED, or has an `ipsec' behind it, is a whole command.
 */
static void check_near(const struct line *line, uint32_t at, bool is_negated)
{
	struct reader *reader = line->reader;
	struct slice word = line_word_at(line, at);
	struct span span = word_span(line, at);
	uint32_t next;

	if (may_be_near_tunnel(reader->text->bytes + at) && is_near_tunnel(word)) {
		next = line_word_behind(line, at);
		if (is_negated || is_near_ipsec(reader, line_word_at(line, next), 2))
			report_word(reader->findings, span, "tunnel");
		else
			report_near_tunnel(reader, span);
	} else if (is_misspelt_ipsec(line, at)) {
		report_word(reader->findings, span, "ipsec");
	}
}

void context_foreign(struct context *context, uint32_t at)
{
	struct line *line = context->line;
	struct reader *reader = line->reader;
	bool is_negated = reader->text->bytes[at] == 'n' && slice_is(line_word_at(line, at), "no");

	line->in_header = false;
	foreign_line(&context->foreign, line, at);
	if (line->is_prompted)
		return;
	reader->ast->foreign = true;
	context->foreign_is_open = context->foreign_is_open || line->depth == 0;
	if (is_negated)
		at = line_word_behind(line, at);
	check_near(line, at, is_negated);
}

bool context_is_foreign_no(struct context *context, uint32_t at)
{
	struct line *line = context->line;
	struct reader *reader = line->reader;
	struct span word = word_span(line, line_word_behind(line, at));

	if (line->is_prompted || !line->depth || !context->foreign_is_open)
		return false;
	if (!reader->ast->doubtful.to)
		reader->ast->doubtful = (struct span){at, word.to};
	finding_help(reader->findings,
		     finding_add(reader->findings, WI122, (struct span){at, word.to},
				 "this stands below a line of another context: it was taken for "
				 "foreign text"),
		     "write it flush left if tunnels are to be removed");
	return true;
}

/* --- our own ---------------------------------------------------------------------------------- */

bool context_is_ours(const struct context *context)
{
	return context->nest.context == NEST_TUNNEL || context->nest.context == NEST_IPSEC;
}

bool context_is_near_ipsec(struct context *context, struct span at)
{
	const struct reader *reader = context->line->reader;
	unsigned limit = context->nest.context == NEST_OUTSIDE ? 0 : 2;

	if (!is_near_ipsec(reader, text_slice(reader->text, at), limit))
		return false;
	report_word(reader->findings, at, "ipsec");
	return true;
}

bool context_is_glued_ipsec(struct context *context, struct span at)
{
	const struct reader *reader = context->line->reader;
	struct slice word = text_slice(reader->text, at);
	size_t digits = 0;
	struct finding *finding;
	char right[sizeof("ipsec 65535")];

	while (digits < word.length && word.at[word.length - 1 - digits] >= '0' &&
	       word.at[word.length - 1 - digits] <= '9')
		digits++;
	if (!digits || digits > 5 ||
	    !slice_is((struct slice){word.at, word.length - digits}, "ipsec"))
		return false;
	snprintf(right, sizeof(right), "ipsec %.*s", (int)digits, word.at + word.length - digits);
	finding = finding_add(reader->findings, WI102, at, "no such word here: %s",
			      finding_quote(reader->findings, at));
	finding_help(reader->findings, finding, "write '%s'", right);
	finding_edit(reader->findings, finding, at, right);
	return true;
}

void context_ours(struct context *context)
{
	context->line->in_header = false;
	context->line->is_ours = true;
	context->foreign.context = FOREIGN_NONE;
	context->foreign_is_open = false;
}

/* The `end' AT, which closes something of ours or is spare, for who takes lines. */
static void tell_end(const struct line *line, uint32_t at, bool closes)
{
	if (closes && line->reader->taker->line)
		tree_add(line, AST_END,
			 (struct span){at, at + (uint32_t)line_word_at(line, at).length}, NULL, 0);
}

void context_end(struct context *context, uint32_t at)
{
	struct line *line = context->line;
	struct findings *findings = line->reader->findings;

	enum nest_context was = context->nest.context;
	bool closes;

	line->in_header = false;
	context->foreign_is_open = context->foreign_is_open && line->depth > 0;
	foreign_end(&context->foreign, line);
	if (line->is_prompted) {
		nest_end_prompted(&context->nest);
		tell_end(line, at, was != NEST_OUTSIDE);
		return;
	}
	closes = nest_end(&context->nest);
	tell_end(line, at, closes);
	if (closes || context->session.is_one || line->reader->ast->foreign)
		return;
	finding_help(findings,
		     finding_add(findings, WI108,
				 (struct span){at, at + (uint32_t)line_word_at(line, at).length},
				 "this 'end' closes nothing"),
		     "remove it, or look for an 'end' too many above");
}

/* WI107 for a context that another one, or the end of the file, cuts short. */
static void report_open(struct context *context, struct span at)
{
	struct findings *findings = context->line->reader->findings;

	if (context->session.is_one)
		return;
	finding_help(findings, finding_add(findings, WI107, at, "this context has no 'end'"),
		     "close it with 'end'");
}

void context_close_ipsec(struct context *context)
{
	struct nest *nest = &context->nest;

	if (nest->context != NEST_IPSEC)
		return;
	report_open(context, nest->ipsec_at);
	nest->context = nest->has_tunnel && !nest->path ? NEST_TUNNEL : NEST_OUTSIDE;
}

void context_close_all(struct context *context)
{
	struct nest *nest = &context->nest;

	if (context->line->reader->ast->ending == AST_ENDS_MIDLINE) /* which is WI124 */
		return;
	context_close_ipsec(context);
	/* a foreign context that a path opened has no `tunnel' of its own */
	if (nest->context == NEST_TUNNEL || (nest->context == NEST_CHILD && !nest->path))
		report_open(context, nest->tunnel_at);
	nest->context = NEST_OUTSIDE;
}
