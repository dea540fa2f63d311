/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/replacing.h"

#include "compiler/base/json.h"

#include <stdbool.h>
#include <string.h>

json_t *replacing_json(const struct asking *asking, struct span at, struct slice words)
{
	json_t *json = json_object();

	json_put(&json, "range",
		 range_json(asking->compilation->text, asking->client->encoding, at));
	json_put(&json, "newText", json_stringn(words.at, words.length));
	return json;
}

static uint32_t count_lines(struct text *text)
{
	return text_place(text, (uint32_t)text->size).line;
}

/* What differs, from the first line to the last one that does. */
static void replace_middle(const struct asking *asking, const struct text *after, json_t **list)
{
	const struct text *before = asking->compilation->text;
	size_t from = 0, begin = 0, end = 0;
	size_t least = before->size < after->size ? before->size : after->size;

	for (; from < least && before->bytes[from] == after->bytes[from]; from++) {
		if (before->bytes[from] == '\n')
			begin = from + 1;
	}
	if (from == before->size && from == after->size)
		return;
	for (size_t i = 1;
	     i <= least - begin && before->bytes[before->size - i] == after->bytes[after->size - i];
	     i++) {
		if (before->bytes[before->size - i] == '\n')
			end = i - 1;
	}
	json_append(
	    list,
	    replacing_json(asking, (struct span){(uint32_t)begin, (uint32_t)(before->size - end)},
			   (struct slice){after->bytes + begin, after->size - end - begin}));
}

/* In the middle of a character. */
static bool is_inside(struct slice slice, size_t at)
{
	return at < slice.length && ((unsigned char)slice.at[at] & 0xc0) == 0x80;
}

/* Only what differs between the line AT and WORDS: what stays is nobody's business. */
static json_t *replace_part(const struct asking *asking, struct span at, struct slice words)
{
	struct slice old = text_slice(asking->compilation->text, at);
	size_t least = old.length < words.length ? old.length : words.length;
	size_t head = 0, tail = 0;

	while (head < least && old.at[head] == words.at[head])
		head++;
	while (head && (is_inside(old, head) || is_inside(words, head)))
		head--;
	while (tail < least - head &&
	       old.at[old.length - 1 - tail] == words.at[words.length - 1 - tail])
		tail++;
	while (tail && is_inside(old, old.length - tail))
		tail--;
	return replacing_json(asking,
			      (struct span){at.from + (uint32_t)head, at.to - (uint32_t)tail},
			      (struct slice){words.at + head, words.length - head - tail});
}

static bool has_return(const struct text *text, struct span line)
{
	return text->bytes[line.to] == '\r';
}

/* Line by line they differ in nothing but what stands on a line: its end is out of an edit's reach.
 */
static bool has_same_lines(struct text *before, struct text *after, uint32_t count)
{
	if (count != count_lines(after))
		return false;
	for (uint32_t line = 1; line <= count; line++) {
		if (has_return(before, text_line(before, line)) !=
		    has_return(after, text_line(after, line)))
			return false;
	}
	return true;
}

json_t *replacing_lines(const struct asking *asking, struct text *after)
{
	struct text *before = asking->compilation->text;
	uint32_t count = count_lines(before);
	json_t *list = json_array();

	if (!has_same_lines(before, after, count)) {
		replace_middle(asking, after, &list);
		return list;
	}
	for (uint32_t line = 1; line <= count; line++) {
		struct span at = text_line(before, line);
		struct slice words = text_slice(after, text_line(after, line));

		if (slice_compare(text_slice(before, at), words) != 0)
			json_append(&list, replace_part(asking, at, words));
	}
	return list;
}

/* To one version of a text, where the editor knows such. */
static json_t *versioned_json(const struct document *document, json_t *edits)
{
	json_t *list = json_array(), *one = json_object(), *id = json_object();

	json_put_string(&id, "uri", document->uri);
	json_put(&id, "version", document->version ? json_incref(document->version) : json_null());
	json_put(&one, "textDocument", id);
	json_put(&one, "edits", edits);
	json_append(&list, one);
	return list;
}

json_t *replacing_edit(const struct asking *asking, json_t *edits)
{
	const struct document *document = asking->document;
	json_t *edit = json_object(), *changes;

	if (asking->client->has_versions) {
		json_put(&edit, "documentChanges", versioned_json(document, edits));
		return edit;
	}
	changes = json_object();
	json_put(&changes, document->uri, edits);
	json_put(&edit, "changes", changes);
	return edit;
}
