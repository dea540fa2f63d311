/* SPDX-License-Identifier: ISC */
/* What there is to know of a word: a setting, an algorithm, a tunnel, and what is wrong there. */
#include "compiler/base/json.h"
#include "compiler/lsp/answers.h"
#include "compiler/lsp/cursor.h"
#include "compiler/lsp/diagnostics.h"
#include "compiler/lsp/terms.h"
#include "compiler/tables/page.h"
#include "compiler/tables/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So many rules are explained at one place. */
#define PAGES_MAX 4

struct hover {
	struct asking *asking;
	struct cursor cursor;
	FILE *out;
	bool is_plain;	/* no Markdown */
	struct span at; /* what is told of; empty: nothing */
};

/* ---- writing ---- */

static void paragraph(struct hover *hover)
{
	if (ftell(hover->out) > 0)
		fputs("\n\n", hover->out);
}

/* WORDS as they are typed. */
static void put_code(struct hover *hover, const char *words)
{
	if (!hover->is_plain)
		fputc('`', hover->out);
	for (; *words; words++)
		fputc(*words == '`' ? '\'' : *words, hover->out);
	if (!hover->is_plain)
		fputc('`', hover->out);
}

static void put_title(struct hover *hover, const char *word, const char *line)
{
	const char *mark = hover->is_plain ? "" : "**";

	paragraph(hover);
	fprintf(hover->out, "%s%s%s: %s", mark, word, mark, line);
}

static void put_item(struct hover *hover, const char *name, const char *value, const char *remark)
{
	fprintf(hover->out, hover->is_plain ? "\n%s: " : "\n* %s: ", name);
	put_code(hover, value);
	if (*remark)
		fprintf(hover->out, " (%s)", remark);
}

/* ---- settings ---- */

static void put_limits(struct hover *hover, const struct setting_info *info)
{
	char bounds[64];

	setting_bounds(info, bounds, sizeof(bounds));
	if (*bounds)
		fprintf(hover->out, "\n%s%s", hover->is_plain ? "" : "* ", bounds);
}

/* What the tunnel has, in the words of `show'. */
static void put_effective(struct hover *hover, const struct term *term)
{
	struct compilation *compilation = hover->asking->compilation;
	const struct tunnel *tunnel = cursor_tunnel(compilation, hover->cursor.id);
	char name[sizeof("in ipsec 65535")];
	struct show show;

	if (!tunnel || !tunnel->weos4 != (term->row.weos4 < 0))
		return;
	show_fill(&show, compilation->text, tunnel, &term->row);
	snprintf(name, sizeof(name), "in ipsec %d", (int)(hover->cursor.id & 0xffff));
	put_item(hover, name, show.known && *show.value ? show.value : "?", show.remark);
}

static void put_setting(struct hover *hover, const struct term *term)
{
	const struct setting_info *info = term->info;

	put_title(hover, info->word, info->line);
	fputc('\n', hover->out);
	if (*info->form)
		put_item(hover, "takes", info->form, "");
	put_limits(hover, info);
	put_item(hover, "default", info->standard, "");
	if (hover->cursor.place == PLACE_IPSEC)
		put_effective(hover, term);
}

/* ---- algorithms ---- */

static const char *kind_line(enum algorithm_kind kind)
{
	static const char *const lines[] = {
	    [ALGORITHM_CBC] = "cipher in CBC mode, which wants 'auth'",
	    [ALGORITHM_CTR] = "cipher in counter mode, which wants 'auth'",
	    [ALGORITHM_AEAD] = "authenticated cipher: 'prf' in ike, no 'auth' in esp",
	    [ALGORITHM_AUTH] = "integrity",
	    [ALGORITHM_PRF] = "pseudo-random function, for an authenticated cipher in ike",
	    [ALGORITHM_DH] = "group of the key exchange",
	};

	return lines[kind];
}

/* What the policies say of ALGORITHM in SETTING. */
static void put_verdicts(struct hover *hover, const struct algorithm *algorithm, int setting)
{
	for (size_t i = 0; i < verdict_count; i++) {
		const struct verdict *verdict = &verdict_table[i];

		if (verdict->condition != PROFILE_SUITE || (int)verdict->setting != setting ||
		    verdict->algorithm != algorithm)
			continue;
		fprintf(hover->out,
			hover->is_plain ? "\n%s: %s%s (%s: %s)" : "\n* %s: %s%s (%s: %s)",
			profile_table[verdict->profile].name,
			verdict->rule == WI801 ? "not allowed" : "discouraged",
			verdict->versions == PROFILE_VERSION_2_ONLY ? " in version 2" : "",
			verdict->clause, verdict->why);
	}
}

static void put_algorithm(struct hover *hover, const struct algorithm *algorithm, int setting)
{
	const char *flaw = weos4_algorithm_flaw(algorithm);
	const char *bullet = hover->is_plain ? "\n" : "\n* ";

	put_title(hover, algorithm->word, kind_line(algorithm->kind));
	fputc('\n', hover->out);
	fprintf(hover->out, "%skey of %u bits", bullet, algorithm->key_bits);
	if (algorithm->icv)
		fprintf(hover->out, ", check value of %u bytes", algorithm->icv);
	fprintf(hover->out, ", strength of %u bits", algorithm->strength);
	fprintf(hover->out, "%sRFC %u", bullet, algorithm->rfc);
	if (!algorithm->ikev1)
		fprintf(hover->out, "%snot in phase 1 of version 1", bullet);
	if (flaw)
		fprintf(hover->out, "%s%s", bullet, flaw);
	put_verdicts(hover, algorithm, setting);
}

/* ---- what stands there ---- */

static struct slice word_at(const struct hover *hover, size_t i)
{
	return text_slice(hover->asking->compilation->text, hover->cursor.words[i]);
}

/* The algorithm behind its word, if the cursor is on one. */
static const struct algorithm *find_algorithm(const struct hover *hover, const struct term *term)
{
	enum dialect dialect = hover->asking->compilation->model->dialect;
	size_t i = hover->cursor.index;
	enum suite_slot slot;

	if (term->info->type != SETTING_SUITE || i < 2 || i >= hover->cursor.count)
		return NULL;
	slot = term_slot(dialect, word_at(hover, i - 1));
	return slot == SUITE_SLOTS ? NULL : term_algorithm(dialect, slot, word_at(hover, i));
}

static void put_words(struct hover *hover)
{
	const struct cursor *cursor = &hover->cursor;
	enum dialect dialect = hover->asking->compilation->model->dialect;
	const struct algorithm *algorithm;
	struct term term;

	if ((cursor->place != PLACE_IPSEC && cursor->place != PLACE_TUNNEL) || cursor->is_comment ||
	    !cursor->count || cursor->word.from == cursor->word.to)
		return;
	term = term_find(dialect, cursor->place == PLACE_TUNNEL, word_at(hover, 0));
	if (!term.info)
		return;
	hover->at = cursor->word;
	algorithm = find_algorithm(hover, &term);
	if (algorithm)
		put_algorithm(hover, algorithm, term.row.setting);
	else
		put_setting(hover, &term);
}

/* All settings of a tunnel, on its header. */
static void put_tunnel(struct hover *hover)
{
	struct compilation *compilation = hover->asking->compilation;
	const struct tunnel *tunnel = cursor_tunnel(compilation, hover->cursor.id);

	if (!tunnel)
		return;
	hover->at = (struct span){hover->cursor.words[0].from, hover->cursor.words[1].to};
	fputs(hover->is_plain ? "" : "```text\n", hover->out);
	show_tunnel(hover->out, compilation->text, tunnel);
	fputs(hover->is_plain ? "" : "```", hover->out);
}

/* ---- what is wrong there ---- */

static void put_page(struct hover *hover, const struct finding *finding)
{
	const struct rule_info *info = &rule_table[finding->rule];
	const struct page *page = &page_table[finding->rule];
	const char *text = hover->is_plain ? page->text : page->markdown;

	paragraph(hover);
	if (!text)
		fprintf(hover->out, "%s %s: %s", info->id, info->name, info->line);
	else if (hover->is_plain)
		fprintf(hover->out, "%s %s\n\n%s", info->id, info->name, text);
	else
		fputs(text, hover->out);
}

static void put_pages(struct hover *hover)
{
	const struct findings *findings = &hover->asking->compilation->findings;
	struct span at = {hover->cursor.at, hover->cursor.at};
	bool is_told[RULE_COUNT] = {false};
	int count = 0;

	for (const struct finding *f = findings->first; f && count < PAGES_MAX; f = f->next) {
		if (is_told[f->rule] || !diagnostic_is_at(hover->asking->document, f, at))
			continue;
		is_told[f->rule] = true;
		count++;
		put_page(hover, f);
		if (hover->at.from == hover->at.to)
			hover->at = f->at;
	}
}

/* ---- the answer ---- */

static json_t *hover_json(const struct hover *hover, const char *words, size_t size)
{
	const struct client *client = hover->asking->client;
	json_t *json = json_object(), *contents = json_object();

	json_put_string(&contents, "kind", hover->is_plain ? "plaintext" : "markdown");
	json_put(&contents, "value", json_stringn(words, size));
	json_put(&json, "contents", contents);
	json_put(&json, "range",
		 range_json(hover->asking->compilation->text, client->encoding, hover->at));
	return json;
}

static json_t *finish(struct hover *hover, char **words, const size_t *size)
{
	if (hover->cursor.is_header)
		put_tunnel(hover);
	else
		put_words(hover);
	put_pages(hover);
	if (fclose(hover->out) != 0)
		return NULL;
	return *size ? hover_json(hover, *words, *size) : json_null();
}

json_t *answer_hover(struct asking *asking)
{
	struct hover hover = {.asking = asking, .is_plain = !asking->client->has_markdown};
	char *words = NULL;
	size_t size = 0;
	json_t *json;

	if (!cursor_read(&hover.cursor, asking->compilation, asking->at))
		return NULL;
	hover.out = open_memstream(&words, &size);
	if (!hover.out)
		return NULL;
	json = finish(&hover, &words, &size);
	free(words);
	return json;
}
