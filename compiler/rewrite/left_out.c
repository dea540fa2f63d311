/* SPDX-License-Identifier: ISC */
#include "compiler/rewrite/left_out.h"

#include "compiler/lower/lower.h"
#include "grammar/grammar.h"

#include <string.h>

struct leaving {
	struct findings *findings;
	enum grammar_place last; /* where the line before stands */
	struct span last_word;	 /* and what it begins with */
	bool is_said;		 /* that what stands outside is left out */
	bool is_comment_said;	 /* that comments are */
};

static void take_nothing(void *to, const struct ast_command *first)
{
	(void)to;
	(void)first;
}

static struct slice first_word(struct slice *rest)
{
	struct slice word;

	while (rest->length && strchr(" \t\r", *rest->at))
		*rest = slice_cut(*rest, 1);
	word = (struct slice){rest->at, 0};
	while (word.length < rest->length && !strchr(" \t\r", word.at[word.length]))
		word.length++;
	*rest = slice_cut(*rest, word.length);
	return word;
}

/* What leads to `tunnel' and back, or says nothing. */
static bool is_ours(struct slice word, struct slice rest)
{
	static const char *const words[] = {"configure", "config", "end",  "exit",
					    "leave",	 "abort",  "copy", "do"};
	static const char tunnel[] = "tunnel";

	if (slice_is(word, "no"))
		word = first_word(&rest);
	if (!word.length || *word.at == '#')
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (slice_is(word, words[i]))
			return true;
	}
	return word.length >= 3 && word.length < sizeof(tunnel) &&
	       memcmp(word.at, tunnel, word.length) == 0;
}

static void report_child(struct leaving *leaving, struct span at)
{
	finding_add_as(leaving->findings, WI904, SEVERITY_NOTE, at,
		       "a tunnel of another kind is left out: IPsec only");
}

static void report_outside(struct leaving *leaving, struct span at)
{
	struct finding *finding = finding_add_as(
	    leaving->findings, WI904, SEVERITY_NOTE, at,
	    "what stands outside of 'tunnel' is left out, from here on: IPsec only");

	finding_help(leaving->findings, finding,
		     "see that the WeOS 5 device has the addresses and routes, and that its "
		     "firewall lets in UDP ports 500 and 4500 and ESP, and lets through what "
		     "comes out of the tunnels and goes into them");
	leaving->is_said = true;
}

/* The comment that begins in REST, which begins with a word; empty: none.  Quotes end the search.
 */
static struct slice comment_in(struct slice rest)
{
	struct slice word = first_word(&rest);

	while (word.length && *word.at != '#' && *word.at != '"' && *word.at != '\'')
		word = first_word(&rest);
	return word.length && *word.at == '#' ? (struct slice){word.at, word.length + rest.length}
					      : (struct slice){NULL, 0};
}

static void report_comment(struct leaving *leaving, struct slice line)
{
	struct slice comment = comment_in(line);
	uint32_t from = (uint32_t)(comment.at - leaving->findings->text->bytes);

	if (!comment.length)
		return;
	finding_add_as(leaving->findings, WI904, SEVERITY_NOTE, (struct span){from, from + 1},
		       "comments are left out, from here on");
	leaving->is_comment_said = true;
}

static void take_line(void *to, const struct grammar_line *line)
{
	struct leaving *leaving = to;
	struct text *text = leaving->findings->text;
	struct span whole = text_line(text, text_place(text, line->from).line);
	struct slice rest = text_slice(text, (struct span){line->typed, whole.to});
	struct slice typed = rest, word = first_word(&rest);
	uint32_t from = (uint32_t)(word.at - text->bytes);
	struct span at = {from, from + (uint32_t)word.length};

	if (line->place == PLACE_CHILD && leaving->last != PLACE_CHILD)
		report_child(leaving, leaving->last_word);
	else if (line->place == PLACE_OUTSIDE && !leaving->is_said && !is_ours(word, rest))
		report_outside(leaving, at);
	if ((line->place == PLACE_TUNNEL || line->place == PLACE_IPSEC) &&
	    !leaving->is_comment_said)
		report_comment(leaving, typed);
	leaving->last = line->place;
	leaving->last_word = at;
}

void left_out_report(struct findings *findings)
{
	struct leaving leaving = {.findings = findings, .last = PLACE_OUTSIDE};
	const struct grammar_taker taker = {
	    .take = take_nothing, .to = &leaving, .line = take_line};
	struct findings form; /* said already */

	findings_init(&form, findings->arena, findings->text);
	grammar_read(findings->text, &form, lower_is_setting, &taker);
}
