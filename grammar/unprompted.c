/* SPDX-License-Identifier: ISC */
/* Configuration in a session that no prompt stands before, where a device's answers stand. */
#include "grammar/unprompted.h"

#include <string.h>

static bool is_tunnel_word(struct slice word)
{
	return word.length >= 3 && word.length <= 6 && memcmp(word.at, "tunnel", word.length) == 0;
}

/* `tunnel', and what may follow it; `tunnel is up' is an answer. */
static bool is_tunnel_line(const struct line *line, uint32_t at)
{
	uint32_t behind = line_word_behind(line, at);

	if (!is_tunnel_word(line_word_at(line, at)))
		return false;
	return line_is_empty(line, behind) || line_is_instance(line, behind) ||
	       slice_is(line_word_at(line, behind), "no");
}

/* A terminal is at least so wide that nothing shorter is wrapped. */
#define WRAPPED_FROM 40

/*
 * One word without a prompt, behind a long prompted line with a secret: the rest of it, which would
 * be lost.
 */
static bool is_wrapped_secret(const struct session *session, const struct line *line, uint32_t at)
{
	const struct text *text = line->reader->text;
	struct slice before = text_slice(text, session->prompted_line);
	uint32_t typed = line_skip_blanks(line, session->typed);
	uint32_t behind = line_word_behind(line, at);

	return before.length >= WRAPPED_FROM && line_is_empty(line, behind) &&
	       strncmp(text->bytes + typed, "sec", 3) == 0;
}

static void report_wrapped(const struct line *line, uint32_t at)
{
	struct findings *findings = line->reader->findings;
	struct span word = {at, at + (uint32_t)line_word_at(line, at).length};

	finding_help(findings,
		     finding_add(findings, WI120, word,
				 "this may be the rest of the secret above: the terminal wrapped "
				 "the line"),
		     "join the two lines");
}

void unprompted_check(const struct session *session, const struct line *line, uint32_t at)
{
	struct findings *findings = line->reader->findings;
	struct slice word = line_word_at(line, at);

	if (slice_is(word, "no")) {
		at = line_word_behind(line, at);
		word = line_word_at(line, at);
	}
	if (is_wrapped_secret(session, line, at)) {
		report_wrapped(line, at);
		return;
	}
	if (!is_tunnel_line(line, at) && !line_is_instance(line, at))
		return;
	finding_help(findings,
		     finding_add(findings, WI120, (struct span){at, at + (uint32_t)word.length},
				 "this line has no prompt, so it would be skipped as a device's "
				 "answer"),
		     "put the configuration into a file of its own, or give each of its lines the "
		     "prompt that was there");
}
