/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/facts_parts.h"

#include <stdlib.h>
#include <string.h>

/* By file, the file itself first, then its ends. */
static int compare_records(const void *a, const void *b)
{
	const struct record *first = a, *second = b;
	int order = strcmp(first->path, second->path);
	uint32_t one = first->end + 1, other = second->end + 1;

	return order ? order : one < other ? -1 : one > other;
}

/* A line of a text that is put together. */
struct piece {
	uint32_t number;
	struct slice bytes;
};

/* A site that is put together of COUNT records, the first of them the file's own. */
struct joint {
	struct facts *facts;
	struct site *site;
	struct record *records;
	size_t count;
	char *bytes; /* of all lines */
	struct piece *pieces;
	size_t piece_count;
	uint32_t *starts; /* of each line, in the text */
};

static int compare_pieces(const void *a, const void *b)
{
	const struct piece *first = a, *second = b;

	return first->number < second->number ? -1 : first->number > second->number;
}

static size_t count_pieces(const struct joint *joint)
{
	size_t count = 0;

	for (size_t i = 0; i < joint->count; i++) {
		const char *at = joint->bytes + joint->records[i].lines_at;
		const char *end = at + joint->records[i].lines_size;

		for (uint32_t head[2]; at < end; at += sizeof(head) + head[1]) {
			memcpy(head, at, sizeof(head));
			if (joint->pieces)
				joint->pieces[count] =
				    (struct piece){head[0], {at + sizeof(head), head[1]}};
			count++;
		}
	}
	return count;
}

/* The lines of all records, side by side: each knows where its own are in them. */
static bool read_lines(struct joint *joint)
{
	size_t size = 0;

	for (size_t i = 0; i < joint->count; i++)
		size += joint->records[i].lines_size;
	joint->bytes = malloc(size + 1);
	size = 0;
	for (size_t i = 0; joint->bytes && i < joint->count; i++) {
		struct record *record = &joint->records[i];

		if (!spool_read(joint->facts->lines, record->lines_at, joint->bytes + size,
				record->lines_size))
			return false;
		record->lines_at = size;
		size += record->lines_size;
	}
	return joint->bytes != NULL;
}

/* All lines in order, each of them once. */
static bool gather_pieces(struct joint *joint)
{
	size_t count, kept = 0;

	if (!read_lines(joint))
		return false;
	count = count_pieces(joint);

	joint->pieces = calloc(count + 1, sizeof(*joint->pieces));
	joint->starts = calloc(count + 1, sizeof(*joint->starts));
	if (!joint->pieces || !joint->starts)
		return false;
	count_pieces(joint);
	qsort(joint->pieces, count, sizeof(*joint->pieces), compare_pieces);
	for (size_t i = 0; i < count; i++) {
		if (!kept || joint->pieces[kept - 1].number != joint->pieces[i].number)
			joint->pieces[kept++] = joint->pieces[i];
	}
	joint->piece_count = kept;
	return true;
}

static struct text *make_text(struct joint *joint)
{
	uint32_t *numbers = arena_alloc(joint->facts->arena,
					joint->piece_count * sizeof(*numbers) + sizeof(*numbers));
	size_t size = 0;
	struct text *text;
	char *bytes;

	for (size_t i = 0; i < joint->piece_count; i++)
		size += joint->pieces[i].bytes.length + 1;
	bytes = malloc(size + 3);
	if (!bytes || !numbers) {
		free(bytes);
		return NULL;
	}
	size = 0;
	for (size_t i = 0; i < joint->piece_count; i++) {
		const struct piece *piece = &joint->pieces[i];

		if (i)
			bytes[size++] = '\n';
		joint->starts[i] = (uint32_t)size;
		numbers[i] = piece->number;
		if (piece->bytes.length)
			memcpy(bytes + size, piece->bytes.at, piece->bytes.length);
		size += piece->bytes.length;
	}
	text = text_adopt(joint->site->path, bytes, size);
	if (text)
		text->numbers = numbers;
	return text;
}

/* Where LINE begins in the text, and how long it is; false: it is not there. */
static bool find_line(const struct joint *joint, uint32_t line, uint32_t *start, uint32_t *length)
{
	const struct piece wanted = {.number = line};
	const struct piece *found =
	    bsearch(&wanted, joint->pieces, joint->piece_count, sizeof(wanted), compare_pieces);

	if (!found)
		return false;
	*start = joint->starts[found - joint->pieces];
	*length = (uint32_t)found->bytes.length;
	return true;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* A packed place as a span of the text. */
static bool unpack(const struct joint *joint, struct span *at)
{
	uint32_t column = at->to >> 16, size = at->to & 0xffff, start, length;

	if (!find_line(joint, at->from, &start, &length))
		return false;
	column = least(column, length);
	*at = (struct span){start + column, start + column + least(size, length - column)};
	return true;
}

static bool unpack_origin(const struct joint *joint, struct origin *origin)
{
	uint32_t offset = origin->value.from, size = origin->value.to, end;

	if (!origin->name.to && !origin->name.from)
		return true;
	if (!unpack(joint, &origin->name))
		return false;
	end = (uint32_t)joint->site->model.text->size;
	origin->value.from = least(origin->name.from + offset, end);
	origin->value.to = least(origin->value.from + size, end);
	return true;
}

static bool unpack_tunnel(const struct joint *joint, const struct record *record)
{
	struct tunnel *tunnel = record->tunnel;
	size_t count = (size_t)__builtin_popcountll(states_named(tunnel->states));
	bool is_well = unpack(joint, &tunnel->header);

	for (size_t i = 0; is_well && i < count; i++)
		is_well = unpack_origin(joint, &record->origins[i]);
	return is_well;
}

static void read_related(struct reading *reading, const struct joint *joint, const json_t *json,
			 struct finding *error)
{
	struct finding_related **last = &error->related;
	const json_t *one;
	size_t i;

	json_array_foreach(json, i, one)
	{
		struct finding_related *related = arena_alloc(reading->arena, sizeof(*related));

		if (!related)
			return;
		related->at = facts_pack(reading, json_object_get(one, "place"));
		related->message = facts_string(reading, one, "message");
		reading->is_wrong = reading->is_wrong || !unpack(joint, &related->at);
		*last = related;
		last = &related->next;
	}
}

static struct finding *read_error(struct reading *reading, const struct joint *joint,
				  const json_t *json)
{
	struct finding *error = arena_alloc(reading->arena, sizeof(*error));
	const char *rule = json_string_value(json_object_get(json, "rule"));
	int found = rule ? rule_find(rule) : -1;

	if (!error || found < 0) {
		reading->is_wrong = true;
		return NULL;
	}
	error->rule = (enum rule)found;
	error->severity = SEVERITY_ERROR;
	error->tunnel = (int32_t)json_integer_value(json_object_get(json, "tunnel"));
	error->at = facts_pack(reading, json_object_get(json, "place"));
	error->message = facts_string(reading, json, "message");
	if (json_object_get(json, "help"))
		error->help = facts_string(reading, json, "help");
	reading->is_wrong = reading->is_wrong || !unpack(joint, &error->at);
	read_related(reading, joint, json_object_get(json, "related"), error);
	return error;
}

static void read_errors(struct reading *reading, const struct joint *joint)
{
	struct finding **last = &joint->site->errors;
	const json_t *one;
	size_t i;

	json_array_foreach(joint->records->errors, i, one)
	{
		*last = read_error(reading, joint, one);
		if (!*last)
			return;
		last = &(*last)->next;
	}
}

/* The ends of the file, one of each index. */
static enum facts_flaw join_ends(struct joint *joint)
{
	struct site *site = joint->site;
	size_t count = site->model.count;

	if (joint->count != count + 1)
		return joint->count > count + 1 ? FACTS_TWICE : FACTS_CUT;
	site->model.tunnels = arena_alloc(joint->facts->arena, count * sizeof(struct tunnel *) + 1);
	site->ends = arena_alloc(joint->facts->arena, count * sizeof(*site->ends) + 1);
	if (!site->model.tunnels || !site->ends)
		return FACTS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const struct record *record = &joint->records[i + 1];

		if (record->end != i)
			return record->end < i ? FACTS_TWICE : FACTS_CUT;
		site->model.tunnels[i] = record->tunnel;
		site->ends[i] = record->is;
	}
	return FACTS_WELL;
}

static enum facts_flaw join_text(struct joint *joint)
{
	struct site *site = joint->site;
	struct reading reading = {.facts = joint->facts, .arena = joint->facts->arena};
	struct weos4_tunnel *weos4 = NULL;

	if (!gather_pieces(joint))
		return FACTS_NO_MEMORY;
	site->model.text = make_text(joint);
	if (!site->model.text)
		return FACTS_NO_MEMORY;
	if (joint->records->is_weos4)
		weos4 = arena_alloc(joint->facts->arena, sizeof(*weos4));
	for (size_t i = 0; i < site->model.count; i++) {
		site->model.tunnels[i]->weos4 = weos4;
		if (!unpack_tunnel(joint, &joint->records[i + 1]))
			return FACTS_FOREIGN;
	}
	read_errors(&reading, joint);
	if (!site_finish(site, joint->facts->arena))
		return FACTS_NO_MEMORY;
	site_put_aside(site, joint->facts->texts);
	return reading.is_wrong ? FACTS_FOREIGN : FACTS_WELL;
}

/* Puts together the records from FIRST on that are of one file; *NEXT is behind them. */
static enum facts_flaw join_site(struct facts *facts, size_t first, size_t *next)
{
	struct record *records = &facts->records[first];
	struct joint joint = {.facts = facts, .site = records->site, .records = records};
	enum facts_flaw flaw;

	while (first + joint.count < facts->count &&
	       strcmp(records[joint.count].path, records->path) == 0)
		joint.count++;
	*next = first + joint.count;
	facts->culprit = records->path;
	if (!joint.site)
		return FACTS_CUT;
	if (joint.count > 1 && records[1].site)
		return FACTS_TWICE;
	facts->sites[facts->site_count++] = joint.site;
	flaw = join_ends(&joint);
	if (flaw == FACTS_WELL)
		flaw = facts_join_pki(facts, joint.site);
	if (flaw == FACTS_WELL && records->errors)
		flaw = join_text(&joint);
	free(joint.bytes);
	free(joint.pieces);
	free(joint.starts);
	return flaw;
}

enum facts_flaw facts_finish(struct facts *facts, struct site ***sites, size_t *count)
{
	enum facts_flaw flaw = FACTS_WELL;
	char *texts;

	facts->sites = calloc(facts->count + 1, sizeof(struct site *));
	if (!facts->sites)
		return FACTS_NO_MEMORY;
	if (facts->count)
		qsort(facts->records, facts->count, sizeof(*facts->records), compare_records);
	for (size_t at = 0; flaw == FACTS_WELL && at < facts->count;)
		flaw = join_site(facts, at, &at);
	if (flaw == FACTS_WELL)
		flaw = facts_finish_projects(facts);
	texts = flaw == FACTS_WELL ? spool_map(facts->texts) : NULL;
	if (flaw != FACTS_WELL || !texts)
		return flaw == FACTS_WELL ? FACTS_NO_MEMORY : flaw;
	for (size_t i = 0; i < facts->site_count; i++)
		site_use(facts->sites[i], texts);
	facts->culprit = NULL;
	*sites = facts->sites;
	*count = facts->site_count;
	return FACTS_WELL;
}
