/* SPDX-License-Identifier: ISC */
/* Where a label's file is; where a finding has further places, these. */
#include "compiler/base/json.h"
#include "compiler/lsp/answers.h"
#include "compiler/lsp/cursor.h"
#include "compiler/lsp/diagnostics.h"
#include "compiler/lsp/terms.h"
#include "compiler/model/words.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *location_json(const char *uri, json_t *range)
{
	json_t *json = json_object();

	json_put_string(&json, "uri", uri);
	json_put(&json, "range", range);
	return json;
}

/* ---- labels ---- */

/* PATH as a URI into BUFFER; false if there is no room. */
static bool write_uri(const char *path, char *buffer, size_t size)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
	size_t length = (size_t)snprintf(buffer, size, "file://");

	for (; *path && length + sizeof("%00") <= size; path++)
		length +=
		    (size_t)snprintf(buffer + length, size - length,
				     strchr(plain, *path) ? "%c" : "%%%02X", (unsigned char)*path);
	return !*path;
}

/* The file of the label that the cursor is on, from malloc(), or NULL. */
static char *label_path(const struct asking *asking, const struct cursor *cursor)
{
	const struct text *text = asking->compilation->text;
	struct slice label;
	struct term term;
	char path[PATH_MAX];
	int length;

	if (cursor->place != PLACE_IPSEC || cursor->index != 1 || cursor->count < 2 ||
	    !asking->settings->pki)
		return NULL;
	term = term_find(asking->compilation->model->dialect, false,
			 text_slice(text, cursor->words[0]));
	label = text_slice(text, cursor->words[1]);
	if (!term.info || !label_is_legal(label) ||
	    (term.row.setting != SETTING_CA && term.row.setting != SETTING_CERTIFICATE))
		return NULL;
	length = snprintf(path, sizeof(path), "%s/%s/%.*s.pem", asking->settings->pki,
			  term.row.setting == SETTING_CA ? "x509ca" : "x509", (int)label.length,
			  label.at);
	return length > 0 && (size_t)length < sizeof(path) ? realpath(path, NULL) : NULL;
}

static json_t *file_json(const struct asking *asking, const char *path)
{
	static const char begin[] = "";
	char uri[3 * PATH_MAX];
	struct text *none = text_new("", begin, 0);
	json_t *json = NULL;

	if (none && write_uri(path, uri, sizeof(uri)))
		json = location_json(
		    uri, range_json(none, asking->client->encoding, (struct span){0, 0}));
	text_free(none);
	return json;
}

/* ---- findings ---- */

static json_t *related_json(const struct asking *asking)
{
	const struct document *document = asking->document;
	struct span at = {asking->at, asking->at};
	json_t *list = json_array();

	for (const struct finding *f = asking->compilation->findings.first; f; f = f->next) {
		const struct finding_related *related = diagnostic_is_at(f, at) ? f->related : NULL;

		for (; related; related = related->next)
			json_append(&list, location_json(document->uri,
							 range_json(asking->compilation->text,
								    asking->client->encoding,
								    related->at)));
	}
	return list;
}

json_t *answer_definition(struct asking *asking)
{
	struct cursor cursor;
	char *path;
	json_t *json;

	if (!cursor_read(&cursor, asking->compilation, asking->at))
		return NULL;
	path = label_path(asking, &cursor);
	json = path ? file_json(asking, path) : related_json(asking);
	free(path);
	return json;
}
