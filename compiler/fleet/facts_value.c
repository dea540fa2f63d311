/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/facts_parts.h"
#include "compiler/tables/algorithm.h"
#include "compiler/tables/weos4.h"

#include <string.h>

json_t *facts_member(struct reading *reading, const json_t *json, const char *key, json_type type)
{
	json_t *value = json_object_get(json, key);

	if (value && json_typeof(value) == type)
		return value;
	reading->is_wrong = true;
	return NULL;
}

bool facts_flag(struct reading *reading, const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	reading->is_wrong = reading->is_wrong || !json_is_boolean(value);
	return json_is_true(value);
}

uint32_t facts_number_of(struct reading *reading, const json_t *value, uint32_t most)
{
	json_int_t number = json_is_integer(value) ? json_integer_value(value) : -1;

	if (number >= 0 && number <= (json_int_t)most)
		return (uint32_t)number;
	reading->is_wrong = true;
	return 0;
}

uint32_t facts_number(struct reading *reading, const json_t *json, const char *key, uint32_t most)
{
	return facts_number_of(reading, json_object_get(json, key), most);
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

struct slice facts_bytes_of(struct reading *reading, const json_t *value)
{
	struct arena *arena = reading->arena;
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

struct slice facts_bytes(struct reading *reading, const json_t *json, const char *key)
{
	return facts_bytes_of(reading, json_object_get(json, key));
}

/* Nothing that has a NUL in it. */
const char *facts_string(struct reading *reading, const json_t *json, const char *key)
{
	struct slice bytes = facts_bytes(reading, json, key);

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
	return (struct address){true, facts_number_of(reading, value, UINT32_MAX)};
}

static struct subnet read_subnet(struct reading *reading, const json_t *json, const char *key)
{
	const json_t *value = facts_member(reading, json, key, JSON_ARRAY);

	return (struct subnet){
	    .set = json_is_true(json_array_get(value, 0)),
	    .known = json_is_true(json_array_get(value, 1)),
	    .address = facts_number_of(reading, json_array_get(value, 2), UINT32_MAX),
	    .length = (uint8_t)facts_number_of(reading, json_array_get(value, 3), 32),
	};
}

/* That of WeOS 5, or one that only WeOS 4 has. */
static const struct algorithm *find_algorithm(enum suite_slot slot, struct slice word)
{
	const struct algorithm *found = algorithm_match(slot, word).exact;

	return found ? found : weos4_algorithm(slot, word);
}

static void read_slot(struct reading *reading, const json_t *value, enum suite_slot slot,
		      struct suite *suite)
{
	const char *word = json_string_value(value);

	if (!word) {
		suite->slot[slot].state =
		    (enum slot_state)facts_number_of(reading, value, SLOT_UNKNOWN);
		return;
	}
	suite->slot[slot].state = SLOT_GIVEN;
	suite->slot[slot].algorithm = find_algorithm(slot, (struct slice){word, strlen(word)});
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
	if (reading->facts->suites[use] && site_suites_equal(reading->facts->suites[use], &read))
		return reading->facts->suites[use];
	copy = arena_alloc(reading->arena, sizeof(*copy));
	if (!copy)
		return &suite_automatic;
	*copy = read;
	reading->facts->suites[use] = copy;
	return copy;
}

static enum identity_type read_type(struct reading *reading, const json_t *json)
{
	const char *word = json_string_value(facts_member(reading, json, "type", JSON_STRING));

	for (int type = IDENTITY_NONE; word && type <= IDENTITY_DN; type++) {
		if (strcmp(word, model_identity_word((enum identity_type)type)) == 0)
			return (enum identity_type)type;
	}
	reading->is_wrong = true;
	return IDENTITY_NONE;
}

static struct identity read_identity(struct reading *reading, const json_t *json, const char *key)
{
	const json_t *value = facts_member(reading, json, key, JSON_OBJECT);

	return (struct identity){
	    .type = read_type(reading, value),
	    .form = (enum identity_form)facts_number(reading, value, "form", IDENTITY_DEDUCED),
	    .wildcard = facts_flag(reading, value, "wildcard"),
	    .ip = facts_number(reading, value, "ip", UINT32_MAX),
	    .value = facts_bytes(reading, value, "value"),
	    .value_is_der = facts_flag(reading, value, "der"),
	    .key = facts_bytes(reading, value, "key"),
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
	const json_t *value = facts_member(reading, json, "secret", JSON_OBJECT);
	const json_t *hmac = json_object_get(value, "hmac");
	const json_t *forms = json_object_get(value, "forms");
	struct secret secret = {
	    .mask = (enum secret_mask)facts_number(reading, value, "mask", SECRET_MASKED),
	    .set = facts_flag(reading, value, "set"),
	    .hex = facts_flag(reading, value, "hex"),
	};
	char *digests = hmac ? arena_alloc(reading->arena, WRITTEN_DIGESTS) : NULL;

	if (!digests)
		return secret;
	read_digest(reading, hmac, WRITTEN_DIGEST, digests);
	for (int form = 0; form < WRITTEN_FORMS; form++)
		read_digest(reading, json_array_get(forms, (size_t)form), WRITTEN_FORM_DIGEST,
			    digests + WRITTEN_FORM_AT(form));
	secret.bytes = (struct slice){digests, WRITTEN_DIGEST};
	return secret;
}

/* Those that are compared have them. */
static bool lacks_digests(const struct tunnel *tunnel)
{
	const struct secret *secret = &tunnel->secret;

	return tunnel->method == METHOD_PSK && secret->set && secret->mask != SECRET_MASKED &&
	       !secret->bytes.length;
}

/* ---- a tunnel ---- */

void facts_values(struct reading *reading, const json_t *json, struct tunnel *tunnel)
{
	tunnel->enabled = facts_flag(reading, json, "enabled");
	tunnel->initiator = facts_flag(reading, json, "initiator");
	tunnel->version = (int)facts_number(reading, json, "version", 2);
	tunnel->method = (enum method)facts_number(reading, json, "method", METHOD_CERT);
	tunnel->ike = read_suite(reading, json, "ike", 0);
	tunnel->esp = read_suite(reading, json, "esp", 1);
	tunnel->secret = read_secret(reading, json);
	reading->is_wrong = reading->is_wrong || lacks_digests(tunnel);
	tunnel->certificate = facts_bytes(reading, json, "certificate");
	tunnel->ca = facts_bytes(reading, json, "ca");
	tunnel->revocation =
	    (enum revocation)facts_number(reading, json, "revocation", REVOCATION_STRICT);
	tunnel->local_address = read_address(reading, json, "local-address");
	tunnel->peer = read_address(reading, json, "peer");
	tunnel->local_id = read_identity(reading, json, "local-id");
	tunnel->remote_id = read_identity(reading, json, "remote-id");
	tunnel->local_subnet = read_subnet(reading, json, "local-subnet");
	tunnel->remote_subnet = read_subnet(reading, json, "remote-subnet");
	tunnel->dpd_action = (enum dpd_action)facts_number(reading, json, "dpd-action", DPD_OFF);
	tunnel->dpd_delay = facts_number(reading, json, "dpd-delay", UINT32_MAX);
	tunnel->dpd_timeout = facts_number(reading, json, "dpd-timeout", UINT32_MAX);
	tunnel->sa_rekey_time = facts_number(reading, json, "sa-rekey-time", UINT32_MAX);
	tunnel->reauth_time = facts_number(reading, json, "reauth-time", UINT32_MAX);
	tunnel->description = facts_bytes(reading, json, "description");
}

struct span facts_pack(struct reading *reading, const json_t *json)
{
	uint32_t line = facts_number_of(reading, json_array_get(json, 0), UINT32_MAX);
	uint32_t column = facts_number_of(reading, json_array_get(json, 1), UINT16_MAX);
	uint32_t length = facts_number_of(reading, json_array_get(json, 2), UINT16_MAX);

	return (struct span){line, column << 16 | length};
}
