/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/documents.h"

#include "compiler/lsp/rpc.h"

#include <stdlib.h>
#include <string.h>

/* ---- their texts ---- */

/* Forgets what was made of the text, which is kept if it is NEXT. */
static void drop_text(struct document *document)
{
	if (document->compilation)
		compilation_free(document->compilation);
	else
		text_free(document->text);
	neighbours_drop(&document->neighbours);
	document->compilation = NULL;
	document->text = NULL;
	document->is_told = false;
}

static bool set_text(struct document *document, struct slice bytes)
{
	/* one too large is refused where it is read, for which a byte more is enough */
	size_t size = bytes.length > TEXT_FILE_MAX ? TEXT_FILE_MAX + 1 : bytes.length;
	struct text *text = text_new(document->uri, bytes.at, size);

	drop_text(document);
	document->text = text;
	return text;
}

static struct slice bytes_of(const json_t *string)
{
	return (struct slice){json_string_value(string), json_string_length(string)};
}

/* Replaces AT by NEW. */
static bool splice(struct document *document, struct span at, struct slice new)
{
	const struct text *text = document->text;
	size_t size = text->size - (at.to - at.from) + new.length;
	char *bytes = malloc(size + 1), *to = bytes;
	bool is_set;

	if (!bytes)
		return false;
	to = mempcpy(to, text->bytes, at.from);
	to = mempcpy(to, new.at, new.length);
	memcpy(to, text->bytes + at.to, text->size - at.to);
	is_set = set_text(document, (struct slice){bytes, size});
	explicit_bzero(bytes, size);
	free(bytes);
	return is_set;
}

static bool change(struct document *document, enum encoding encoding, const json_t *one)
{
	const json_t *text = rpc_at(one, "text"), *range = rpc_at(one, "range");
	struct span at;

	if (!json_is_string(text))
		return false;
	if (!range || json_is_null(range))
		return set_text(document, bytes_of(text));
	return document->text && range_read(document->text, encoding, range, &at) &&
	       splice(document, at, bytes_of(text));
}

bool document_change(struct document *document, enum encoding encoding, const json_t *changes)
{
	bool is_well = json_is_array(changes);

	for (size_t i = 0; is_well && i < json_array_size(changes); i++)
		is_well = change(document, encoding, json_array_get(changes, i));
	return is_well;
}

/* The version goes, too: a list for one that is past may be passed over in the editor. */
bool documents_forget(struct documents *documents, const char *uri)
{
	bool was_known = false;

	for (struct document *at = documents->first; at; at = at->next) {
		if (!at->text || (uri && strcmp(at->uri, uri) != 0))
			continue;
		was_known = true;
		drop_text(at);
		json_decref(at->version);
		at->version = NULL;
	}
	return was_known;
}

void document_refresh(struct document *document)
{
	const struct text *text = document->text;

	if (text)
		splice(document, (struct span){0, 0}, (struct slice){"", 0});
}

void documents_refresh(struct documents *documents)
{
	for (struct document *at = documents->first; at; at = at->next)
		document_refresh(at);
}

/* ---- all of them ---- */

struct document *document_find(const struct documents *documents, const char *uri)
{
	struct document *at = documents->first;

	while (at && strcmp(at->uri, uri) != 0)
		at = at->next;
	return at;
}

static struct document *add(struct documents *documents, const char *uri)
{
	struct document *document;

	if (documents->count == DOCUMENTS_MAX)
		return NULL;
	document = calloc(1, sizeof(*document));
	if (!document)
		return NULL;
	document->uri = strdup(uri);
	if (!document->uri) {
		free(document);
		return NULL;
	}
	document->next = documents->first;
	documents->first = document;
	documents->count++;
	return document;
}

struct document *document_set(struct documents *documents, const char *uri, struct slice bytes)
{
	struct document *document = document_find(documents, uri);

	if (!document)
		document = add(documents, uri);
	return document && set_text(document, bytes) ? document : NULL;
}

void document_close(struct documents *documents, struct document *document)
{
	struct document **at = &documents->first;

	while (*at != document)
		at = &(*at)->next;
	*at = document->next;
	documents->count--;
	drop_text(document);
	for (int i = 0; i < REMARKS; i++)
		free(document->remarks[i].words);
	json_decref(document->version);
	free(document->uri);
	free(document);
}

void documents_free(struct documents *documents)
{
	while (documents->first)
		document_close(documents, documents->first);
}

/* ---- what they mean ---- */

static bool are_said(const struct documents *documents, int remark, const char *words)
{
	const struct document *at = documents->first;

	while (at && !(at->remarks[remark].words && strcmp(at->remarks[remark].words, words) == 0))
		at = at->next;
	return at;
}

/* What is said of one text, or of another one in the same project, is not said again. */
static void keep_remarks(const struct documents *documents, struct document *document)
{
	for (int i = 0; i < REMARKS; i++) {
		const char *words = neighbours_remark(&document->neighbours, (enum remark)i);
		bool is_new = words && !are_said(documents, i, words);
		struct document_remark *remark = &document->remarks[i];

		free(remark->words);
		*remark = (struct document_remark){words ? strdup(words) : NULL, is_new};
	}
}

/* What holds for the findings is known when they are.  False without memory. */
static bool judge(struct document *document)
{
	struct neighbours *neighbours = &document->neighbours;
	struct findings *findings = &document->compilation->findings;

	if (!document_is_ours(document))
		return true;
	if (!report_know(neighbours->policy, findings, document_name(document)))
		return false;
	if (neighbours->project)
		neighbours->project->hushed = report_hushed(neighbours->policy, findings);
	return true;
}

struct compilation *document_compile(const struct documents *documents, struct document *document)
{
	if (document->compilation || !document->text)
		return document->compilation;
	neighbours_find(&document->neighbours, documents->settings, document->uri);
	document->compilation = compilation_new(document->text, &document->neighbours.surroundings);
	if (!document->compilation)
		document->text = NULL; /* it was freed */
	if (document->compilation && judge(document))
		keep_remarks(documents, document);
	else
		drop_text(document);
	return document->compilation;
}

const struct report_policy *document_policy(const struct document *document)
{
	return document->neighbours.policy;
}

const char *document_name(const struct document *document)
{
	return document->neighbours.name ? document->neighbours.name : document->uri;
}

static bool has_tunnel(const struct compilation *compilation)
{
	static const struct slice word = {"tunnel", 6};
	const struct model *model = compilation->model;
	const struct text *text = compilation->text;

	if (model->count)
		return true;
	if (model->lack == LACK_NOTHING) /* also of a text that was not read at all */
		return memmem(text->bytes, text->size, word.at, word.length);
	return model->lack != LACK_TUNNEL_WORD;
}

bool document_is_ours(const struct document *document)
{
	const struct neighbours *neighbours = &document->neighbours;

	return neighbours->policy && !neighbours->is_excluded && has_tunnel(document->compilation);
}
