/* SPDX-License-Identifier: ISC */
#include "compiler/base/json.h"
#include "compiler/base/printable.h"
#include "compiler/compare/accept.h"
#include "compiler/fleet/facts_parts.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

/* A key has so many bytes at most: an identity of 255, each as %XX, and its type. */
#define KEY_MAX 1024
/* local-address, peer, both identities, the secret and the file. */
#define KEYS_MOST 6

struct keys {
	char list[KEYS_MOST][KEY_MAX];
	size_t count;
};

/* ---- values ---- */

/* Bytes as a string, or where they are none as an object with their hex digits. */
static json_t *bytes_json(struct slice bytes)
{
	json_t *json = json_stringn(bytes.length ? bytes.at : "", bytes.length);
	char *hex;

	if (json)
		return json;
	hex = malloc(2 * bytes.length + 1);
	if (!hex)
		return NULL;
	hex_write(bytes.at, bytes.length, hex);
	json = json_object();
	json_put_string(&json, "hex", hex);
	free(hex);
	return json;
}

/* Always as digits: a digest, or a fingerprint. */
#define HEX_MOST 32
_Static_assert(WRITTEN_DIGEST <= HEX_MOST && FINGERPRINT_LENGTH / 2 <= HEX_MOST, "");

static json_t *hex_json(const char *bytes, size_t count)
{
	char hex[2 * HEX_MOST + 1];

	hex_write(bytes, count, hex);
	return json_string(hex);
}

static json_t *address_json(const struct address *address)
{
	return address->set ? json_integer(address->ip) : json_null();
}

static json_t *subnet_json(const struct subnet *subnet)
{
	json_t *json = json_array();

	json_append(&json, json_boolean(subnet->set));
	json_append(&json, json_boolean(subnet->known));
	json_append(&json, json_integer(subnet->address));
	json_append(&json, json_integer(subnet->length));
	return json;
}

static json_t *suite_json(const struct suite *suite)
{
	json_t *json = json_array();

	if (!suite->set) {
		json_decref(json);
		return json_null();
	}
	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		if (suite->slot[slot].algorithm)
			json_append(&json, json_string(suite->slot[slot].algorithm->word));
		else
			json_append(&json, json_integer(suite->slot[slot].state));
	}
	return json;
}

static json_t *identity_json(const struct identity *identity)
{
	json_t *json = json_object();

	json_put_string(&json, "type", model_identity_word(identity->type));
	json_put_integer(&json, "form", identity->form);
	json_put(&json, "wildcard", json_boolean(identity->wildcard));
	json_put_integer(&json, "ip", identity->ip);
	json_put(&json, "value", bytes_json(identity->value));
	json_put(&json, "der", json_boolean(identity->value_is_der));
	json_put(&json, "key", bytes_json(identity->key));
	return json;
}

static json_t *secret_json(const struct secret *secret)
{
	json_t *json = json_object(), *forms = json_array();

	json_put_integer(&json, "mask", secret->mask);
	json_put(&json, "set", json_boolean(secret->set));
	json_put(&json, "hex", json_boolean(secret->hex));
	if (!secret->bytes.length) {
		json_decref(forms);
		return json;
	}
	json_put(&json, "hmac", hex_json(secret->bytes.at, WRITTEN_DIGEST));
	for (int form = 0; form < WRITTEN_FORMS; form++)
		json_append(&forms, hex_json(secret->bytes.at + WRITTEN_FORM_AT(form),
					     WRITTEN_FORM_DIGEST));
	json_put(&json, "forms", forms);
	return json;
}

/* ---- places ---- */

/* `[line, column, length]', the column from 0. */
static json_t *place_json(struct text *text, struct span at)
{
	struct place place = text_place(text, at.from);
	json_t *json = json_array();

	json_append(&json, json_integer(place.line));
	json_append(&json, json_integer(place.column - 1));
	json_append(&json, json_integer(at.to - at.from));
	return json;
}

/* The same of its name, and behind that where its value begins, from the name on, and its length.
 */
static json_t *origin_json(struct text *text, const struct origin *origin)
{
	json_t *json = json_array();

	if (!origin->name.to)
		return json;
	json_decref(json);
	json = place_json(text, origin->name);
	json_append(&json, json_integer(origin->value.from - origin->name.from));
	json_append(&json, json_integer(origin->value.to - origin->value.from));
	return json;
}

static json_t *settings_json(struct text *text, const struct tunnel *tunnel)
{
	json_t *json = json_object();
	size_t next = 0;

	for (int i = 0; i < SETTING_COUNT; i++) {
		enum origin_state state = tunnel_state(tunnel, (enum setting)i);
		json_t *one;

		if (state == ORIGIN_DEFAULT)
			continue;
		one = json_array();
		json_append(&one, json_integer(state));
		json_append(&one, origin_json(text, &tunnel->origins[next++]));
		json_put(&json, setting_table[i].word, one);
	}
	return json;
}

/* ---- lines ---- */

/* Which lines of a text were written already. */
struct written_lines {
	struct text *text;
	unsigned char *are; /* by the index of the line */
};

static uint32_t line_index(const struct text *text, uint32_t number)
{
	uint32_t low = 0, high = text->line_count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (text->numbers[middle] <= number)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void put_line(json_t **json, struct written_lines *lines, uint32_t index)
{
	uint32_t number = lines->text->numbers[index];
	json_t *one = json_array();

	lines->are[index] = 1;
	json_append(&one, json_integer(number));
	json_append(&one, bytes_json(text_slice(lines->text, text_line(lines->text, number))));
	json_append(json, one);
}

/* Their places come in the order of settings: a line that has several comes once, or twice, which
 * does not matter. */
static json_t *end_lines_json(struct written_lines *lines, const struct tunnel *tunnel)
{
	size_t count = (size_t)__builtin_popcountll(states_named(tunnel->states));
	json_t *json = json_array();
	uint32_t last = line_index(lines->text, text_place(lines->text, tunnel->header.from).line);

	put_line(&json, lines, last);
	for (size_t i = 0; i < count; i++) {
		const struct origin *origin = &tunnel->origins[i];
		uint32_t index;

		if (!origin->name.to)
			continue;
		index = line_index(lines->text, text_place(lines->text, origin->name.from).line);
		if (index != last)
			put_line(&json, lines, index);
		last = index;
	}
	return json;
}

static json_t *other_lines_json(struct written_lines *lines)
{
	json_t *json = json_array();

	for (uint32_t i = 0; i < lines->text->line_count; i++) {
		if (!lines->are[i])
			put_line(&json, lines, i);
	}
	return json;
}

/* ---- keys ---- */

static void add_key(struct keys *keys, const char *kind, struct slice value)
{
	char *key = keys->list[keys->count];
	size_t used = (size_t)snprintf(key, KEY_MAX, "%s:", kind);

	for (size_t i = 0; i < value.length && used + 4 < KEY_MAX; i++) {
		unsigned char c = (unsigned char)value.at[i];

		if (c > ' ' && c < 0x7f && c != '%')
			key[used++] = (char)c;
		else
			used += (size_t)snprintf(key + used, 4, "%%%02x", c);
	}
	key[used] = '\0';
	for (size_t i = 0; i < keys->count; i++) {
		if (strcmp(keys->list[i], key) == 0)
			return;
	}
	keys->count++;
}

static void add_address_key(struct keys *keys, const char *kind, const struct address *address)
{
	char words[16];

	if (!address->set)
		return;
	snprintf(words, sizeof(words), IP_FORMAT, IP_BYTES(address->ip));
	add_key(keys, kind, (struct slice){words, strlen(words)});
}

/* The canonical value of an identity is its key behind the byte of its type. */
static void add_identity_key(struct keys *keys, const struct identity *identity)
{
	char hex[KEY_MAX / 2];
	struct slice key = identity->key;

	if (identity->type <= IDENTITY_SUBJECT || identity_is_pattern(identity) || !key.length)
		return;
	key = slice_cut(key, 1);
	if (identity->type == IDENTITY_INET) {
		struct address address = {true, identity->ip};

		add_address_key(keys, "inet", &address);
		return;
	}
	if (identity->type != IDENTITY_DN) {
		add_key(keys, model_identity_word(identity->type), key);
		return;
	}
	if (key.length > sizeof(hex) / 2 - 1)
		key.length = sizeof(hex) / 2 - 1;
	hex_write(key.at, key.length, hex);
	add_key(keys, "dn", (struct slice){hex, strlen(hex)});
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void find_keys(const struct site *site, const struct tunnel *tunnel, struct keys *keys)
{
	char hex[2 * WRITTEN_DIGEST + 1];

	keys->count = 0;
	add_key(keys, "file", (struct slice){site->path, strlen(site->path)});
	if (tunnel) {
		add_address_key(keys, "address", &tunnel->local_address);
		add_address_key(keys, "address", &tunnel->peer);
		add_identity_key(keys, &tunnel->local_id);
		add_identity_key(keys, &tunnel->remote_id);
		if (tunnel->secret.bytes.length) {
			hex_write(tunnel->secret.bytes.at, WRITTEN_DIGEST, hex);
			add_key(keys, "secret", (struct slice){hex, strlen(hex)});
		}
	}
	qsort(keys->list, keys->count, KEY_MAX, compare_keys);
}

static json_t *begin_json(const char *path, const char *fingerprint, const struct keys *keys)
{
	json_t *json = json_object(), *list = json_array();

	for (size_t i = 0; i < keys->count; i++)
		json_append(&list, json_string(keys->list[i]));
	json_put_integer(&json, "facts", FACTS_VERSION);
	json_put_string(&json, "fingerprint", fingerprint);
	json_put(&json, "keys", list);
	json_put(&json, "file", bytes_json((struct slice){path, strlen(path)}));
	return json;
}

/* Writes JSON, which it frees, under each of KEYS.  False without memory. */
static bool write_lines(json_t *json, const struct keys *keys, FILE *out)
{
	char *line = json ? json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;

	json_decref(json);
	for (size_t i = 0; line && i < keys->count; i++)
		fprintf(out, "%s\t%s\n", keys->list[i], line);
	free(line);
	return line != NULL;
}

/* ---- ends ---- */

static void put_values(json_t **json, const struct tunnel *tunnel)
{
	json_put(json, "enabled", json_boolean(tunnel->enabled));
	json_put(json, "initiator", json_boolean(tunnel->initiator));
	json_put_integer(json, "version", (size_t)tunnel->version);
	json_put_integer(json, "method", tunnel->method);
	json_put(json, "ike", suite_json(tunnel->ike));
	json_put(json, "esp", suite_json(tunnel->esp));
	json_put(json, "secret", secret_json(&tunnel->secret));
	json_put(json, "certificate", bytes_json(tunnel->certificate));
	json_put(json, "ca", bytes_json(tunnel->ca));
	json_put_integer(json, "revocation", tunnel->revocation);
	json_put(json, "local-address", address_json(&tunnel->local_address));
	json_put(json, "peer", address_json(&tunnel->peer));
	json_put(json, "local-id", identity_json(&tunnel->local_id));
	json_put(json, "remote-id", identity_json(&tunnel->remote_id));
	json_put(json, "local-subnet", subnet_json(&tunnel->local_subnet));
	json_put(json, "remote-subnet", subnet_json(&tunnel->remote_subnet));
	json_put_integer(json, "dpd-action", tunnel->dpd_action);
	json_put_integer(json, "dpd-delay", tunnel->dpd_delay);
	json_put_integer(json, "dpd-timeout", tunnel->dpd_timeout);
	json_put_integer(json, "sa-rekey-time", tunnel->sa_rekey_time);
	json_put_integer(json, "reauth-time", tunnel->reauth_time);
	json_put(json, "description", bytes_json(tunnel->description));
}

static bool write_end(const struct site *site, size_t at, const char *fingerprint,
		      struct written_lines *lines, struct keys *keys, FILE *out)
{
	const struct tunnel *tunnel = site->model.tunnels[at];
	json_t *json;

	find_keys(site, tunnel, keys);
	json = begin_json(site->path, fingerprint, keys);
	json_put_integer(&json, "end", at);
	json_put(&json, "id", json_integer(tunnel->id));
	json_put(&json, "invalid", json_boolean(site->ends[at].is_invalid));
	json_put(&json, "told", json_boolean(site->ends[at].is_told));
	json_put(&json, "header", place_json(lines->text, tunnel->header));
	json_put(&json, "settings", settings_json(lines->text, tunnel));
	json_put(&json, "lines", end_lines_json(lines, tunnel));
	put_values(&json, tunnel);
	return write_lines(json, keys, out);
}

/* ---- project files ---- */

static json_t *string_json(const char *string)
{
	return bytes_json((struct slice){string, strlen(string)});
}

static void put_rules(json_t **json, const struct report_policy *policy,
		      enum report_override override)
{
	json_t *list = json_array();

	for (int rule = 0; rule < RULE_COUNT; rule++) {
		if (policy->overrides[rule] == override)
			json_append(&list, json_string(rule_table[rule].id));
	}
	json_put(json, facts_override_names[override], list);
}

/* What is made of findings by the project file of OUTCOME, and by nobody else. */
static json_t *project_json(const struct project_outcome *outcome)
{
	const struct project *project = outcome->project;
	const struct report_policy *policy = &outcome->policy;
	json_t *json = json_object();

	json_put(&json, "file", string_json(project->path));
	if (policy->fail_on != PROJECT_UNSAID)
		json_put_integer(&json, "fail-on", (size_t)policy->fail_on);
	for (int i = REPORT_SILENT; i <= REPORT_AS_ERROR; i++)
		put_rules(&json, policy, (enum report_override)i);
	if (project->baseline_path)
		json_put(&json, "baseline", string_json(project->baseline_path));
	return json;
}

static json_t *known_json(const struct fingerprints *baseline)
{
	json_t *list = json_array();

	for (size_t i = 0; i < baseline->count; i++)
		json_append(&list,
			    hex_json((const char *)baseline->list[i], FINGERPRINT_LENGTH / 2));
	return list;
}

bool facts_write_baseline(const struct project *project, const char *fingerprint, FILE *out)
{
	struct keys *keys = project->baseline_path ? malloc(sizeof(*keys)) : NULL;
	json_t *json;
	bool is_well;

	if (!keys)
		return !project->baseline_path;
	keys->count = 0;
	add_key(keys, "baseline", (struct slice){project->path, strlen(project->path)});
	json = begin_json(project->path, fingerprint, keys);
	json_put(&json, "known", known_json(&project->baseline));
	is_well = write_lines(json, keys, out);
	free(keys);
	return is_well;
}

/* ---- certificates ---- */

/* Files of many devices are the same: each is a line of its own, by its digest. */
static void name_of(struct slice der, char name[HEX_MOST + 1])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)der.at, der.length, digest);
	hex_write((const char *)digest, HEX_MOST / 2, name);
}

static json_t *pki_json(const struct pki_kept *kept)
{
	json_t *json = json_array();
	char name[HEX_MOST + 1];

	for (; kept; kept = kept->next) {
		json_t *one = json_array();

		name_of(kept->der, name);
		json_append(&one, string_json(kept->path));
		json_append(&one, json_string(name));
		json_append(&json, one);
	}
	return json;
}

static bool write_pki(const struct site *site, const char *fingerprint, struct keys *keys,
		      FILE *out)
{
	bool is_well = true;

	for (const struct pki_kept *at = site->kept; at && is_well; at = at->next) {
		char name[HEX_MOST + 1];
		json_t *json;

		name_of(at->der, name);
		keys->count = 0;
		add_key(keys, "certificate", (struct slice){name, strlen(name)});
		json = begin_json(name, fingerprint, keys);
		json_put(&json, "der", bytes_json(at->der));
		is_well = write_lines(json, keys, out);
	}
	return is_well;
}

/* ---- files ---- */

static json_t *related_json(struct text *text, const struct finding_related *related)
{
	json_t *json = json_array();

	for (; related; related = related->next) {
		json_t *one = json_object();

		json_put(&one, "place", place_json(text, related->at));
		json_put(&one, "message",
			 bytes_json((struct slice){related->message, strlen(related->message)}));
		json_append(&json, one);
	}
	return json;
}

static json_t *errors_json(struct text *text, const struct finding *error)
{
	json_t *json = json_array();

	for (; error; error = error->next) {
		json_t *one = json_object();

		json_put_string(&one, "rule", rule_table[error->rule].id);
		json_put(&one, "tunnel", json_integer(error->tunnel));
		json_put(&one, "place", place_json(text, error->at));
		json_put(&one, "message",
			 bytes_json((struct slice){error->message, strlen(error->message)}));
		if (error->help)
			json_put(&one, "help",
				 bytes_json((struct slice){error->help, strlen(error->help)}));
		json_put(&one, "related", related_json(text, error->related));
		json_append(&json, one);
	}
	return json;
}

static bool write_file(const struct site *site, const char *fingerprint,
		       struct written_lines *lines, struct keys *keys, FILE *out)
{
	json_t *json;

	find_keys(site, NULL, keys);
	json = begin_json(site->path, fingerprint, keys);
	json_put_integer(&json, "tunnels", site->model.count);
	json_put(&json, "named", json_boolean(site->is_named));
	json_put(&json, "skipped", json_boolean(site->is_skipped));
	if (site->has_pki)
		json_put(&json, "pki", pki_json(site->kept));
	if (site->outcome->project) {
		json_put(&json, "project", project_json(site->outcome));
		json_put(&json, "name", string_json(site->name));
	}
	if (site->error)
		json_put(&json, "error",
			 bytes_json((struct slice){site->error, strlen(site->error)}));
	if (lines->text) {
		json_put_integer(&json, "dialect", site->model.dialect);
		json_put(&json, "document", json_boolean(site->is_document));
		json_put(&json, "weos4",
			 json_boolean(site->model.count && site->model.tunnels[0]->weos4));
		json_put(&json, "hostname", bytes_json(site->hostname));
		json_put(&json, "errors", errors_json(lines->text, site->errors));
		json_put(&json, "lines", other_lines_json(lines));
	}
	return write_lines(json, keys, out);
}

bool facts_write(const struct site *site, const char *fingerprint, FILE *out)
{
	struct written_lines lines = {.text = site->model.text};
	struct keys *keys = malloc(sizeof(*keys));
	bool is_well = true;

	if (!keys)
		return false;
	if (lines.text) {
		text_place(lines.text, 0); /* counts the lines */
		lines.are = calloc(lines.text->line_count + (size_t)1, 1);
		is_well = lines.are && lines.text->lines;
	}
	for (size_t i = 0; is_well && i < site->model.count; i++)
		is_well = write_end(site, i, fingerprint, &lines, keys, out);
	is_well = is_well && write_file(site, fingerprint, &lines, keys, out) &&
		  write_pki(site, fingerprint, keys, out);
	free(lines.are);
	free(keys);
	return is_well;
}
