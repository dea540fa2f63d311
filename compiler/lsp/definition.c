/* SPDX-License-Identifier: ISC */
/* Where a label's file is; where a finding has further places, these. */
#include "compiler/base/json.h"
#include "compiler/lsp/answers.h"
#include "compiler/lsp/cursor.h"
#include "compiler/lsp/diagnostics.h"
#include "compiler/lsp/terms.h"
#include "compiler/lsp/uri.h"
#include "compiler/model/words.h"
#include "compiler/pki/pki.h"

#include <stdlib.h>

static json_t *location_json(const char *uri, json_t *range)
{
	json_t *json = json_object();

	json_put_string(&json, "uri", uri);
	json_put(&json, "range", range);
	return json;
}

/* ---- labels ---- */

/* The file of the label that the cursor is on, from malloc(), or NULL. */
static char *label_path(const struct asking *asking, const struct cursor *cursor)
{
	const struct text *text = asking->compilation->text;
	struct slice label;
	const struct pki *pki = asking->document->neighbours.surroundings.pki;
	struct term term;

	if (cursor->place != PLACE_IPSEC || cursor->index != 1 || cursor->count < 2 || !pki)
		return NULL;
	term = term_find(asking->compilation->model->dialect, false,
			 text_slice(text, cursor->words[0]));
	label = text_slice(text, cursor->words[1]);
	if (!term.info || !label_is_legal(label) ||
	    (term.row.setting != SETTING_CA && term.row.setting != SETTING_CERTIFICATE))
		return NULL;
	return pki_where(pki, term.row.setting == SETTING_CA, label);
}

static json_t *file_json(const struct asking *asking, const char *path)
{
	static const char begin[] = "";
	struct text *none = text_new("", begin, 0);
	char *uri = uri_new(path);
	json_t *json = NULL;

	if (none && uri)
		json = location_json(
		    uri, range_json(none, asking->client->encoding, (struct span){0, 0}));
	free(uri);
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
		const struct finding_related *related =
		    diagnostic_is_at(document, f, at) ? f->related : NULL;

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
