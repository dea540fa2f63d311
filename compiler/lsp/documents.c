/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/documents.h"

#include "compiler/lsp/rpc.h"
#include "compiler/pki/pki.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

const struct report_settings document_report = {.obeys_comments = true};

/* ---- their texts ---- */

/* Forgets what was made of the text, which is kept if it is NEXT. */
static void drop_text(struct document *document)
{
	if (document->compilation)
		compilation_free(document->compilation);
	else
		text_free(document->text);
	pki_free(document->surroundings.pki);
	document->surroundings.pki = NULL;
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
	if (!json_is_object(range))
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

void document_refresh(struct document *document)
{
	const struct text *text = document->text;

	if (text)
		splice(document, (struct span){0, 0}, (struct slice){"", 0});
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

/* The folder may have changed since it was read last. */
static struct pki *open_pki(const struct lsp_settings *settings)
{
	int64_t now = settings->now >= 0 ? settings->now : (int64_t)time(NULL);

	return settings->pki ? pki_open(settings->pki, now) : NULL;
}

struct compilation *document_compile(const struct documents *documents, struct document *document)
{
	if (document->compilation || !document->text)
		return document->compilation;
	document->surroundings = (struct surroundings){.dialect = -1,
						       .profile = documents->settings->profile,
						       .pki = open_pki(documents->settings)};
	document->compilation = compilation_new(document->text, &document->surroundings);
	if (!document->compilation) {
		document->text = NULL; /* it was freed */
		drop_text(document);
	}
	return document->compilation;
}

bool document_is_ours(const struct compilation *compilation)
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
