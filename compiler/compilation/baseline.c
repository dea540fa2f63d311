/* SPDX-License-Identifier: ISC */
#include "compiler/compilation/baseline.h"

#include <jansson.h>
#include <string.h>

/* of the command that was run, which is not always `check' */
#define FOREIGN "no baseline: that is an earlier report of '--format json'"
#define MEMORY "no memory"

static bool is_ours(const json_t *document)
{
	const char *name = json_string_value(
	    json_object_get(json_object_get(document, "tool"), "name"));

	return name && strcmp(name, "weipsec") == 0 &&
	       json_integer_value(json_object_get(document, "schema_version")) == 1 &&
	       json_is_array(json_object_get(document, "diagnostics"));
}

static const char *add(struct fingerprints *set, const json_t *diagnostic)
{
	const char *hex = json_string_value(json_object_get(diagnostic, "fingerprint"));

	if (!json_is_object(diagnostic))
		return FOREIGN;
	if (!hex)
		return "a report of a weipsec before 0.3.0, without fingerprints: write it anew";
	switch (fingerprints_add(set, hex)) {
	case FINGERPRINTS_MALFORMED:
		return "a fingerprint that is not 32 hex digits";
	case FINGERPRINTS_MEMORY:
		return MEMORY;
	default:
		return NULL;
	}
}

static const char *read_document(const json_t *document, struct fingerprints *set)
{
	const json_t *list = json_object_get(document, "diagnostics");
	const char *error = is_ours(document) ? NULL : FOREIGN;

	for (size_t i = 0; !error && i < json_array_size(list); i++)
		error = add(set, json_array_get(list, i));
	if (!error && !fingerprints_order(set))
		error = MEMORY;
	return error;
}

const char *baseline_read(const struct text *text, struct fingerprints *set)
{
	size_t mark = text_bom(text);
	json_error_t error;
	json_t *document;
	const char *what;

	if (text->size > TEXT_FILE_MAX)
		return "over 64 MiB";
	document = json_loadb(text->bytes + mark, text->size - mark, JSON_REJECT_DUPLICATES,
			      &error);
	if (!document)
		return json_error_code(&error) == json_error_out_of_memory ? MEMORY : FOREIGN;
	what = read_document(document, set);
	json_decref(document);
	return what;
}
