/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/facts_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct facts *facts_new(const struct project_asked *asked)
{
	struct facts *facts = calloc(1, sizeof(*facts));
	int error;

	if (!facts)
		return NULL;
	facts->arena = arena_new();
	facts->scratch = arena_new();
	facts->lines = spool_new();
	facts->texts = spool_new();
	facts->asked = asked;
	if (facts->arena)
		facts->outcome = project_outcome_elsewhere(facts->arena, asked, NULL, NULL);
	if (facts->outcome && facts->scratch && facts->lines && facts->texts)
		return facts;
	error = errno;
	facts_free(facts);
	errno = error;
	return NULL;
}

void facts_free(struct facts *facts)
{
	if (!facts)
		return;
	for (size_t i = 0; i < facts->count; i++)
		json_decref(facts->records[i].errors);
	for (size_t i = 0; i < facts->site_count; i++)
		site_free(facts->sites[i]);
	facts_free_projects(facts);
	arena_free(facts->arena);
	arena_free(facts->scratch);
	spool_free(facts->lines);
	spool_free(facts->texts);
	free(facts->seen);
	free(facts->records);
	free(facts->sites);
	free(facts->fingerprint);
	free(facts);
}

const char *facts_culprit(const struct facts *facts)
{
	return facts->culprit;
}

/* ---- what was seen ---- */

static struct seen *find_seen(const struct facts *facts, const struct seen *wanted)
{
	size_t slot = (size_t)wanted->hash[0] & (facts->seen_size - 1);

	while (facts->seen[slot].hash[1] &&
	       memcmp(&facts->seen[slot], wanted, sizeof(*wanted)) != 0)
		slot = (slot + 1) & (facts->seen_size - 1);
	return &facts->seen[slot];
}

static bool grow_seen(struct facts *facts)
{
	struct seen *old = facts->seen;
	size_t size = facts->seen_size;
	struct seen *fresh = calloc(size ? 2 * size : 1024, sizeof(*fresh));

	if (!fresh)
		return false;
	facts->seen = fresh;
	facts->seen_size = size ? 2 * size : 1024;
	for (size_t i = 0; i < size; i++) {
		if (old[i].hash[1])
			*find_seen(facts, &old[i]) = old[i];
	}
	free(old);
	return true;
}

/* True the first time that JSON is seen. */
static bool is_new(struct facts *facts, struct slice json, enum facts_flaw *flaw)
{
	struct seen seen = {{gateway_hash_bytes(1, json), gateway_hash_bytes(2, json) | 1}}, *found;

	if (2 * facts->seen_count >= facts->seen_size && !grow_seen(facts)) {
		*flaw = FACTS_NO_MEMORY;
		return false;
	}
	found = find_seen(facts, &seen);
	if (found->hash[1])
		return false;
	*found = seen;
	facts->seen_count++;
	return true;
}

/* ---- records ---- */

/* The lines of JSON, as numbers, lengths and bytes, into the spool. */
static void put_lines(struct reading *reading, const json_t *json, struct record *record)
{
	const json_t *lines = json_object_get(json, "lines");
	struct spool *spool = reading->facts->lines;
	const json_t *line;
	size_t i;

	record->lines_at = spool_size(spool);
	reading->arena = reading->facts->scratch;
	json_array_foreach(lines, i, line)
	{
		uint32_t head[2] = {facts_number_of(reading, json_array_get(line, 0), UINT32_MAX),
				    0};
		struct slice bytes = facts_bytes_of(reading, json_array_get(line, 1));

		reading->is_wrong = reading->is_wrong || bytes.length > TEXT_LINE_MAX ||
				    (bytes.length && memchr(bytes.at, '\n', bytes.length));
		head[1] = (uint32_t)bytes.length;
		spool_put(spool, (const char *)head, sizeof(head));
		if (bytes.length)
			spool_put(spool, bytes.at, bytes.length);
	}
	record->lines_size = spool_size(spool) - record->lines_at;
	reading->is_wrong = reading->is_wrong || arena_failed(reading->arena);
	arena_reset(reading->arena);
	reading->arena = reading->facts->arena;
}

static struct origin pack_origin(struct reading *reading, const json_t *json)
{
	struct origin origin = {.name = {0, 0}};

	if (json_array_size(json) == 0)
		return origin;
	origin.name = facts_pack(reading, json);
	origin.value.from = facts_number_of(reading, json_array_get(json, 3), UINT16_MAX);
	origin.value.to = facts_number_of(reading, json_array_get(json, 4), UINT16_MAX);
	return origin;
}

static void read_settings(struct reading *reading, const json_t *json, struct record *record)
{
	struct tunnel *tunnel = record->tunnel;
	const json_t *settings = facts_member(reading, json, "settings", JSON_OBJECT);
	struct origin *origins =
	    arena_alloc(reading->arena, json_object_size(settings) * sizeof(*origins) + 1);
	size_t next = 0;

	tunnel->origins = record->origins = origins;
	for (int i = 0; origins && i < SETTING_COUNT; i++) {
		const json_t *one = json_object_get(settings, setting_table[i].word);

		if (!one)
			continue;
		tunnel->states = states_with(tunnel->states, (enum setting)i,
					     (enum origin_state)facts_number_of(
						 reading, json_array_get(one, 0), ORIGIN_BAD));
		origins[next++] = pack_origin(reading, json_array_get(one, 1));
		reading->is_wrong =
		    reading->is_wrong || tunnel_state(tunnel, (enum setting)i) == ORIGIN_DEFAULT;
	}
	reading->is_wrong = reading->is_wrong || next != json_object_size(settings);
}

static void read_end(struct reading *reading, const json_t *json, struct record *record)
{
	struct tunnel *tunnel = arena_alloc(reading->arena, sizeof(*tunnel));
	const json_t *id = json_object_get(json, "id");

	if (!tunnel)
		return;
	record->tunnel = tunnel;
	record->end = facts_number(reading, json, "end", UINT32_MAX - 1);
	record->is.is_invalid = facts_flag(reading, json, "invalid");
	record->is.is_told = facts_flag(reading, json, "told");
	tunnel->id =
	    json_integer_value(id) == -1 ? -1 : (int32_t)facts_number_of(reading, id, UINT16_MAX);
	tunnel->header = facts_pack(reading, json_object_get(json, "header"));
	read_settings(reading, json, record);
	facts_values(reading, json, tunnel);
}

static void read_file(struct reading *reading, const json_t *json, struct record *record)
{
	struct site *site = arena_alloc(reading->arena, sizeof(*site));
	bool has_model = json_object_get(json, "dialect") != NULL;

	if (!site)
		return;
	record->end = NO_END;
	record->site = site;
	site->path = record->path;
	site->is_named = facts_flag(reading, json, "named");
	site->is_skipped = facts_flag(reading, json, "skipped");
	site->model.count = facts_number(reading, json, "tunnels", UINT32_MAX - 1);
	facts_read_project(reading, json, site);
	facts_read_pki(reading, json, site);
	if (json_object_get(json, "error"))
		site->error = facts_string(reading, json, "error");
	/* what could not be read has no tunnels, and what was read was no failure */
	reading->is_wrong = reading->is_wrong || (!has_model && site->model.count) ||
			    (has_model && (site->error || site->is_skipped));
	if (!has_model)
		return;
	site->model.dialect = (enum dialect)facts_number(reading, json, "dialect", DIALECT_WEOS4);
	site->is_document = facts_flag(reading, json, "document");
	site->hostname = facts_bytes(reading, json, "hostname");
	record->is_weos4 = facts_flag(reading, json, "weos4");
	record->errors = json_incref(facts_member(reading, json, "errors", JSON_ARRAY));
}

static const char *read_path(struct reading *reading, const json_t *json)
{
	struct facts *facts = reading->facts;
	const char *path = json_string_value(json_object_get(json, "file"));

	if (!facts->path || !path || strcmp(path, facts->path) != 0)
		facts->path = facts_string(reading, json, "file");
	reading->is_wrong = reading->is_wrong || !*facts->path;
	return facts->path;
}

static struct record *new_record(struct facts *facts)
{
	size_t room = 2 * facts->room + 64;
	struct record *records;

	if (facts->count == facts->room) {
		records = reallocarray(facts->records, room, sizeof(*records));
		if (!records)
			return NULL;
		facts->records = records;
		facts->room = room;
	}
	facts->records[facts->count] = (struct record){.end = NO_END};
	return &facts->records[facts->count++];
}

/* The key of the lines before must be that of JSON. */
static enum facts_flaw check_key(struct facts *facts, const json_t *json)
{
	const char *fingerprint = json_string_value(json_object_get(json, "fingerprint"));

	if (json_integer_value(json_object_get(json, "facts")) != FACTS_VERSION || !fingerprint)
		return FACTS_FOREIGN;
	if (!facts->fingerprint) {
		facts->fingerprint = strdup(fingerprint);
		return facts->fingerprint ? FACTS_WELL : FACTS_NO_MEMORY;
	}
	return strcmp(facts->fingerprint, fingerprint) == 0 ? FACTS_WELL : FACTS_OTHER_KEY;
}

static enum facts_flaw read_record(struct facts *facts, const json_t *json)
{
	struct reading reading = {.facts = facts, .arena = facts->arena};
	enum facts_flaw flaw = check_key(facts, json);
	struct record *record;

	if (flaw == FACTS_WELL && json_object_get(json, "known"))
		return facts_read_known(&reading, json, read_path(&reading, json));
	if (flaw == FACTS_WELL && json_object_get(json, "der"))
		return facts_read_der(&reading, json, read_path(&reading, json));
	record = flaw == FACTS_WELL ? new_record(facts) : NULL;
	if (!record)
		return flaw == FACTS_WELL ? FACTS_NO_MEMORY : flaw;
	record->path = read_path(&reading, json);
	if (json_object_get(json, "end"))
		read_end(&reading, json, record);
	else
		read_file(&reading, json, record);
	put_lines(&reading, json, record);
	if (arena_failed(facts->arena))
		return FACTS_NO_MEMORY;
	return reading.is_wrong ? FACTS_FOREIGN : FACTS_WELL;
}

enum facts_flaw facts_read(struct facts *facts, struct slice line)
{
	struct slice key, json;
	enum facts_flaw flaw = FACTS_WELL;
	json_t *read;

	if (!slice_split(line, '\t', &key, &json))
		return FACTS_FOREIGN;
	if (!is_new(facts, json, &flaw))
		return flaw;
	read = json_loadb(json.at, json.length, JSON_ALLOW_NUL, NULL);
	if (!read)
		return FACTS_FOREIGN;
	flaw = read_record(facts, read);
	json_decref(read);
	return flaw;
}
