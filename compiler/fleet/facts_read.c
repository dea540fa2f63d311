/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/facts.h"

#include "compiler/base/spool.h"
#include "compiler/tables/algorithm.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define FACTS_VERSION 1

/* A line was seen: what it has behind its key. */
struct seen {
	uint64_t hash[2];
};

/* One file's facts, or one end's: until all of them are there they wait in the order of arrival. */
struct record {
	const char *path;
	uint32_t end;		/* its index; of a file NO_END */
	struct site *site;	/* of a file */
	struct tunnel *tunnel;	/* of an end; its places are packed, see pack_place() */
	struct origin *origins; /* the tunnel's */
	bool is_weos4;		/* of a file */
	struct site_end is;
	json_t *errors;		     /* of a file */
	size_t lines_at, lines_size; /* its lines in the spool */
};

#define NO_END UINT32_MAX

struct facts {
	struct arena *arena;
	struct spool *lines; /* of records, as they come */
	struct spool *texts; /* made of them */
	struct seen *seen;   /* a hash table, a power of two */
	size_t seen_count, seen_size;
	struct record *records;
	size_t count, room;
	struct site **sites;
	size_t site_count;
	char *fingerprint; /* of the first line */
	const char *culprit;
	const char *path; /* the last one that was read: the next is often the same */
	const struct suite *suites[2];
};

struct facts *facts_new(void)
{
	struct facts *facts = calloc(1, sizeof(*facts));

	if (!facts)
		return NULL;
	facts->arena = arena_new();
	facts->lines = spool_new();
	facts->texts = spool_new();
	if (facts->arena && facts->lines && facts->texts)
		return facts;
	facts_free(facts);
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
	arena_free(facts->arena);
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
	size_t slot = wanted->hash[0] & (facts->seen_size - 1);

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

/* ---- values: what is not as it should be becomes a flag ---- */

/* JSON that is being taken apart. */
struct reading {
	struct facts *facts;
	bool is_wrong;
};

static json_t *member(struct reading *reading, const json_t *json, const char *key, json_type type)
{
	json_t *value = json_object_get(json, key);

	if (value && json_typeof(value) == type)
		return value;
	reading->is_wrong = true;
	return NULL;
}

static bool read_flag(struct reading *reading, const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	reading->is_wrong = reading->is_wrong || !json_is_boolean(value);
	return json_is_true(value);
}

static uint32_t read_number_of(struct reading *reading, const json_t *value, uint32_t most)
{
	json_int_t number = json_is_integer(value) ? json_integer_value(value) : -1;

	if (number >= 0 && number <= (json_int_t)most)
		return (uint32_t)number;
	reading->is_wrong = true;
	return 0;
}

static uint32_t read_number(struct reading *reading, const json_t *json, const char *key,
			    uint32_t most)
{
	return read_number_of(reading, json_object_get(json, key), most);
}

static bool read_digits(const char *hex, size_t count, char *bytes)
{
	for (size_t i = 0; i < count; i++) {
		int high = hex_digit(hex[2 * i]);
		int low = high < 0 ? -1 : hex_digit(hex[2 * i + 1]);

		if (low < 0)
			return false;
		bytes[i] = (char)(high << 4 | low);
	}
	return hex[2 * count] == '\0';
}

static struct slice read_bytes_of(struct reading *reading, const json_t *value)
{
	struct arena *arena = reading->facts->arena;
	const char *hex = json_string_value(json_object_get(value, "hex"));
	struct slice bytes = {NULL, 0};
	size_t length;
	char *to;

	if (json_is_string(value)) {
		length = json_string_length(value);
		if (length)
			bytes.at = arena_copy(arena, json_string_value(value), length);
		bytes.length = bytes.at ? length : 0;
		return bytes;
	}
	length = hex ? strlen(hex) / 2 : 0;
	to = hex ? arena_alloc(arena, length + 1) : NULL;
	if (!to || !read_digits(hex, length, to)) {
		reading->is_wrong = true;
		return bytes;
	}
	return (struct slice){to, length};
}

static struct slice read_bytes(struct reading *reading, const json_t *json, const char *key)
{
	return read_bytes_of(reading, json_object_get(json, key));
}

/* As a string: nothing that has a NUL in it. */
static const char *read_string(struct reading *reading, const json_t *json, const char *key)
{
	struct slice bytes = read_bytes(reading, json, key);

	if (!bytes.length || memchr(bytes.at, 0, bytes.length)) {
		reading->is_wrong = reading->is_wrong || bytes.length;
		return "";
	}
	return bytes.at;
}

static struct address read_address(struct reading *reading, const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	if (json_is_null(value))
		return (struct address){false, 0};
	return (struct address){true, read_number_of(reading, value, UINT32_MAX)};
}

static struct subnet read_subnet(struct reading *reading, const json_t *json, const char *key)
{
	const json_t *value = member(reading, json, key, JSON_ARRAY);

	return (struct subnet){
	    .set = json_is_true(json_array_get(value, 0)),
	    .known = json_is_true(json_array_get(value, 1)),
	    .address = read_number_of(reading, json_array_get(value, 2), UINT32_MAX),
	    .length = (uint8_t)read_number_of(reading, json_array_get(value, 3), 32),
	};
}

static void read_slot(struct reading *reading, const json_t *value, enum suite_slot slot,
		      struct suite *suite)
{
	const char *word = json_string_value(value);

	if (!word) {
		suite->slot[slot].state =
		    (enum slot_state)read_number_of(reading, value, SLOT_UNKNOWN);
		return;
	}
	suite->slot[slot].state = SLOT_GIVEN;
	suite->slot[slot].algorithm =
	    algorithm_match(slot, (struct slice){word, strlen(word)}).exact;
	reading->is_wrong = reading->is_wrong || !suite->slot[slot].algorithm;
}

/* Neighbours have the same suites. */
static const struct suite *read_suite(struct reading *reading, const json_t *json, const char *key,
				      int use)
{
	const json_t *value = json_object_get(json, key);
	struct suite read = {.set = true}, *copy;

	if (json_is_null(value))
		return &suite_automatic;
	for (int slot = 0; slot < SUITE_SLOTS; slot++)
		read_slot(reading, json_array_get(value, (size_t)slot), (enum suite_slot)slot,
			  &read);
	if (reading->facts->suites[use] &&
	    memcmp(reading->facts->suites[use], &read, sizeof(read)) == 0)
		return reading->facts->suites[use];
	copy = arena_alloc(reading->facts->arena, sizeof(*copy));
	if (!copy)
		return &suite_automatic;
	memcpy(copy, &read, sizeof(read));
	reading->facts->suites[use] = copy;
	return copy;
}

static enum identity_type read_type(struct reading *reading, const json_t *json)
{
	const char *word = json_string_value(member(reading, json, "type", JSON_STRING));

	for (int type = IDENTITY_NONE; word && type <= IDENTITY_DN; type++) {
		if (strcmp(word, model_identity_word((enum identity_type)type)) == 0)
			return (enum identity_type)type;
	}
	reading->is_wrong = true;
	return IDENTITY_NONE;
}

static struct identity read_identity(struct reading *reading, const json_t *json, const char *key)
{
	const json_t *value = member(reading, json, key, JSON_OBJECT);

	return (struct identity){
	    .type = read_type(reading, value),
	    .form = (enum identity_form)read_number(reading, value, "form", IDENTITY_DEDUCED),
	    .wildcard = read_flag(reading, value, "wildcard"),
	    .ip = read_number(reading, value, "ip", UINT32_MAX),
	    .value = read_bytes(reading, value, "value"),
	    .value_is_der = read_flag(reading, value, "der"),
	    .key = read_bytes(reading, value, "key"),
	};
}

static void read_digest(struct reading *reading, const json_t *value, size_t count, char *to)
{
	const char *hex = json_string_value(value);

	if (!hex || strlen(hex) != 2 * count || !read_digits(hex, count, to))
		reading->is_wrong = true;
}

static struct secret read_secret(struct reading *reading, const json_t *json)
{
	const json_t *value = member(reading, json, "secret", JSON_OBJECT);
	const json_t *hmac = json_object_get(value, "hmac");
	const json_t *forms = json_object_get(value, "forms");
	struct secret secret = {
	    .mask = (enum secret_mask)read_number(reading, value, "mask", SECRET_MASKED),
	    .set = read_flag(reading, value, "set"),
	    .hex = read_flag(reading, value, "hex"),
	};
	char *digests = hmac ? arena_alloc(reading->facts->arena, WRITTEN_DIGESTS) : NULL;

	if (!digests)
		return secret;
	read_digest(reading, hmac, WRITTEN_DIGEST, digests);
	for (int form = 0; form < WRITTEN_FORMS; form++)
		read_digest(reading, json_array_get(forms, (size_t)form), WRITTEN_FORM_DIGEST,
			    digests + WRITTEN_FORM_AT(form));
	secret.bytes = (struct slice){digests, WRITTEN_DIGEST};
	return secret;
}

/* ---- places: packed until the text is there ---- */

/* `[line, column, length]' as a span: the line, and both others in the second half. */
static struct span pack_place(struct reading *reading, const json_t *json)
{
	uint32_t line = read_number_of(reading, json_array_get(json, 0), UINT32_MAX);
	uint32_t column = read_number_of(reading, json_array_get(json, 1), UINT16_MAX);
	uint32_t length = read_number_of(reading, json_array_get(json, 2), UINT16_MAX);

	return (struct span){line, column << 16 | length};
}

static struct origin pack_origin(struct reading *reading, const json_t *json)
{
	struct origin origin = {.name = {0, 0}};

	if (json_array_size(json) == 0)
		return origin;
	origin.name = pack_place(reading, json);
	origin.value.from = read_number_of(reading, json_array_get(json, 3), UINT16_MAX);
	origin.value.to = read_number_of(reading, json_array_get(json, 4), UINT16_MAX);
	return origin;
}

static void read_settings(struct reading *reading, const json_t *json, struct record *record)
{
	struct tunnel *tunnel = record->tunnel;
	const json_t *settings = member(reading, json, "settings", JSON_OBJECT);
	struct origin *origins =
	    arena_alloc(reading->facts->arena, json_object_size(settings) * sizeof(*origins) + 1);
	size_t next = 0;

	tunnel->origins = record->origins = origins;
	for (int i = 0; origins && i < SETTING_COUNT; i++) {
		const json_t *one = json_object_get(settings, setting_table[i].word);

		if (!one)
			continue;
		tunnel->states = states_with(
		    tunnel->states, (enum setting)i,
		    (enum origin_state)read_number_of(reading, json_array_get(one, 0), ORIGIN_BAD));
		origins[next++] = pack_origin(reading, json_array_get(one, 1));
		reading->is_wrong =
		    reading->is_wrong || tunnel_state(tunnel, (enum setting)i) == ORIGIN_DEFAULT;
	}
	reading->is_wrong = reading->is_wrong || next != json_object_size(settings);
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
	json_array_foreach(lines, i, line)
	{
		uint32_t head[2] = {read_number_of(reading, json_array_get(line, 0), UINT32_MAX),
				    0};
		struct slice bytes = read_bytes_of(reading, json_array_get(line, 1));

		reading->is_wrong = reading->is_wrong || bytes.length > TEXT_LINE_MAX ||
				    (bytes.length && memchr(bytes.at, '\n', bytes.length));
		head[1] = (uint32_t)bytes.length;
		spool_put(spool, (const char *)head, sizeof(head));
		if (bytes.length)
			spool_put(spool, bytes.at, bytes.length);
	}
	record->lines_size = spool_size(spool) - record->lines_at;
}

static void read_values(struct reading *reading, const json_t *json, struct tunnel *tunnel)
{
	tunnel->enabled = read_flag(reading, json, "enabled");
	tunnel->initiator = read_flag(reading, json, "initiator");
	tunnel->version = (int)read_number(reading, json, "version", 2);
	tunnel->method = (enum method)read_number(reading, json, "method", METHOD_CERT);
	tunnel->ike = read_suite(reading, json, "ike", 0);
	tunnel->esp = read_suite(reading, json, "esp", 1);
	tunnel->secret = read_secret(reading, json);
	tunnel->certificate = read_bytes(reading, json, "certificate");
	tunnel->ca = read_bytes(reading, json, "ca");
	tunnel->revocation =
	    (enum revocation)read_number(reading, json, "revocation", REVOCATION_STRICT);
	tunnel->local_address = read_address(reading, json, "local-address");
	tunnel->peer = read_address(reading, json, "peer");
	tunnel->local_id = read_identity(reading, json, "local-id");
	tunnel->remote_id = read_identity(reading, json, "remote-id");
	tunnel->local_subnet = read_subnet(reading, json, "local-subnet");
	tunnel->remote_subnet = read_subnet(reading, json, "remote-subnet");
	tunnel->dpd_action = (enum dpd_action)read_number(reading, json, "dpd-action", DPD_OFF);
	tunnel->dpd_delay = read_number(reading, json, "dpd-delay", UINT32_MAX);
	tunnel->dpd_timeout = read_number(reading, json, "dpd-timeout", UINT32_MAX);
	tunnel->sa_rekey_time = read_number(reading, json, "sa-rekey-time", UINT32_MAX);
	tunnel->reauth_time = read_number(reading, json, "reauth-time", UINT32_MAX);
	tunnel->description = read_bytes(reading, json, "description");
}

static void read_end(struct reading *reading, const json_t *json, struct record *record)
{
	struct tunnel *tunnel = arena_alloc(reading->facts->arena, sizeof(*tunnel));
	const json_t *id = json_object_get(json, "id");

	if (!tunnel)
		return;
	record->tunnel = tunnel;
	record->end = read_number(reading, json, "end", UINT32_MAX - 1);
	record->is.is_invalid = read_flag(reading, json, "invalid");
	record->is.is_told = read_flag(reading, json, "told");
	tunnel->id =
	    json_integer_value(id) == -1 ? -1 : (int32_t)read_number_of(reading, id, UINT16_MAX);
	tunnel->header = pack_place(reading, json_object_get(json, "header"));
	read_settings(reading, json, record);
	read_values(reading, json, tunnel);
}

static void read_file(struct reading *reading, const json_t *json, struct record *record)
{
	struct site *site = arena_alloc(reading->facts->arena, sizeof(*site));
	bool has_model = json_object_get(json, "dialect") != NULL;

	if (!site)
		return;
	record->end = NO_END;
	record->site = site;
	site->path = record->path;
	site->is_named = read_flag(reading, json, "named");
	site->is_skipped = read_flag(reading, json, "skipped");
	site->model.count = read_number(reading, json, "tunnels", UINT32_MAX - 1);
	if (json_object_get(json, "error"))
		site->error = read_string(reading, json, "error");
	if (!has_model)
		return;
	site->model.dialect = (enum dialect)read_number(reading, json, "dialect", DIALECT_WEOS4);
	site->is_document = read_flag(reading, json, "document");
	site->hostname = read_bytes(reading, json, "hostname");
	record->is_weos4 = read_flag(reading, json, "weos4");
	record->errors = json_incref(member(reading, json, "errors", JSON_ARRAY));
}

static const char *read_path(struct reading *reading, const json_t *json)
{
	struct facts *facts = reading->facts;
	const char *path = json_string_value(json_object_get(json, "file"));

	if (!facts->path || !path || strcmp(path, facts->path) != 0)
		facts->path = read_string(reading, json, "file");
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
	struct reading reading = {.facts = facts};
	enum facts_flaw flaw = check_key(facts, json);
	struct record *record = flaw == FACTS_WELL ? new_record(facts) : NULL;

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

/* ---- sites ---- */

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
	struct piece *pieces;
	size_t piece_count;
	uint32_t *starts; /* of each line, in the text */
};

static int compare_pieces(const void *a, const void *b)
{
	const struct piece *first = a, *second = b;

	return first->number < second->number ? -1 : first->number > second->number;
}

static size_t count_pieces(const struct joint *joint, const char *map)
{
	size_t count = 0;

	for (size_t i = 0; i < joint->count; i++) {
		const char *at = map + joint->records[i].lines_at;
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

/* All lines in order, each of them once. */
static bool gather_pieces(struct joint *joint, const char *map)
{
	size_t count = count_pieces(joint, map), kept = 0;

	joint->pieces = calloc(count + 1, sizeof(*joint->pieces));
	joint->starts = calloc(count + 1, sizeof(*joint->starts));
	if (!joint->pieces || !joint->starts)
		return false;
	count_pieces(joint, map);
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
		struct finding_related *related =
		    arena_alloc(reading->facts->arena, sizeof(*related));

		if (!related)
			return;
		related->at = pack_place(reading, json_object_get(one, "place"));
		related->message = read_string(reading, one, "message");
		reading->is_wrong = reading->is_wrong || !unpack(joint, &related->at);
		*last = related;
		last = &related->next;
	}
}

static struct finding *read_error(struct reading *reading, const struct joint *joint,
				  const json_t *json)
{
	struct finding *error = arena_alloc(reading->facts->arena, sizeof(*error));
	const char *rule = json_string_value(json_object_get(json, "rule"));
	int found = rule ? rule_find(rule) : -1;

	if (!error || found < 0) {
		reading->is_wrong = true;
		return NULL;
	}
	error->rule = (enum rule)found;
	error->severity = SEVERITY_ERROR;
	error->tunnel = (int32_t)json_integer_value(json_object_get(json, "tunnel"));
	error->at = pack_place(reading, json_object_get(json, "place"));
	error->message = read_string(reading, json, "message");
	if (json_object_get(json, "help"))
		error->help = read_string(reading, json, "help");
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

static enum facts_flaw join_text(struct joint *joint, const char *map)
{
	struct site *site = joint->site;
	struct reading reading = {.facts = joint->facts};
	struct weos4_tunnel *weos4 = NULL;

	if (!gather_pieces(joint, map))
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
static enum facts_flaw join_site(struct facts *facts, const char *map, size_t first, size_t *next)
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
	if (flaw == FACTS_WELL && records->errors)
		flaw = join_text(&joint, map);
	free(joint.pieces);
	free(joint.starts);
	return flaw;
}

enum facts_flaw facts_finish(struct facts *facts, struct site ***sites, size_t *count)
{
	const char *map = spool_map(facts->lines);
	enum facts_flaw flaw = FACTS_WELL;
	char *texts;

	facts->sites = calloc(facts->count + 1, sizeof(struct site *));
	if (!map || !facts->sites)
		return FACTS_NO_MEMORY;
	if (facts->count)
		qsort(facts->records, facts->count, sizeof(*facts->records), compare_records);
	for (size_t at = 0; flaw == FACTS_WELL && at < facts->count;)
		flaw = join_site(facts, map, at, &at);
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
