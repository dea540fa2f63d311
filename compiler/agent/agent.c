/* SPDX-License-Identifier: ISC */
/* Agent configuration, leaf by leaf. */
#include "compiler/agent/agent.h"

#include "compiler/model/device.h"
#include "compiler/model/field.h"
#include "compiler/model/resolve.h"
#include "compiler/model/words.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longest name of a file in `source', and the longest secret, in bytes. */
#define FILE_MAX 4096
#define SECRET_MAX 63

/* Nothing is said of it. */
static const struct device unknown_device;

/* ---- life ---- */

struct agent *agent_new(struct text *text)
{
	struct agent *agent = calloc(1, sizeof(*agent));

	if (!agent) {
		text_free(text);
		return NULL;
	}
	agent->text = text;
	agent->arena = arena_new();
	agent->secrets = arena_new_secret();
	if (agent->arena && agent->secrets)
		agent->model = arena_alloc(agent->arena, sizeof(*agent->model));
	if (agent->model)
		agent->model->tunnels =
		    arena_alloc(agent->arena, AGENT_TUNNELS_MAX * sizeof(struct tunnel *));
	if (agent->model && agent->model->tunnels) {
		agent->model->text = text;
		agent->model->dialect = DIALECT_WEOS5;
		agent->model->device = &unknown_device;
		return agent;
	}
	agent_free(agent);
	return NULL;
}

void agent_free(struct agent *agent)
{
	if (!agent)
		return;
	arena_free(agent->arena);
	arena_free(agent->secrets);
	text_free(agent->text);
	free(agent);
}

bool agent_is_xml(const struct text *text)
{
	uint32_t at;

	return text_is_xml(text, &at);
}

bool agent_is_document(const struct text *text)
{
	static const char member[] = "\"weipsec-agent:";
	uint32_t at;

	if (agent_is_xml(text))
		return true;
	if (!text_is_json(text, &at) || text->bytes[at] != '{')
		return false;
	at++;
	at += (uint32_t)strspn(text->bytes + at, " \t\r\n");
	/* blanks may go on behind the text, where there is a line end */
	return strncmp(text->bytes + at, member, sizeof(member) - 1) == 0;
}

bool agent_fail(struct agent *agent, uint32_t line, const char *format, ...)
{
	va_list args;

	if (*agent->error.message)
		return false;
	va_start(args, format);
	vsnprintf(agent->error.message, sizeof(agent->error.message), format, args);
	va_end(args);
	agent->error.line = line;
	return false;
}

bool agent_fail_memory(struct agent *agent)
{
	agent->error.memory = true;
	return agent_fail(agent, 0, "out of memory");
}

/* ---- values ---- */

static void *field(struct agent *agent, int setting)
{
	return field_of(agent->tunnel, (enum setting)setting);
}

static bool copy_slice(struct agent *agent, struct slice value, struct slice *copy)
{
	char *bytes = arena_copy(agent->arena, value.at, value.length);

	*copy = (struct slice){bytes, value.length};
	return bytes || agent_fail_memory(agent);
}

static bool read_id(struct agent *agent, int setting, struct slice value)
{
	uint32_t id;

	(void)setting;
	if (!number_read(value, &id) || id > UINT16_MAX)
		return false;
	agent->tunnel->id = (int32_t)id;
	return true;
}

static bool read_flag(struct agent *agent, int setting, struct slice value)
{
	*(bool *)field(agent, setting) = slice_is(value, "true");
	return slice_is(value, "true") || slice_is(value, "false");
}

static bool read_choice(struct agent *agent, int setting, struct slice value)
{
	const struct setting_choice *choice;

	if (setting == SETTING_DPD_ACTION && slice_is(value, "off")) {
		agent->tunnel->dpd_action = DPD_OFF;
		return true;
	}
	choice = choice_find(&setting_choices, (enum setting)setting, value);
	if (choice)
		*(int *)field(agent, setting) = choice->value;
	return choice != NULL;
}

static bool read_number(struct agent *agent, int setting, struct slice value)
{
	uint32_t *number = field(agent, setting);

	if (setting == SETTING_REAUTH_TIME && slice_is(value, "off"))
		return true;
	return number_read(value, number) && *number >= setting_table[setting].least &&
	       *number <= setting_table[setting].most;
}

static bool read_label(struct agent *agent, int setting, struct slice value)
{
	return label_is_legal(value) && copy_slice(agent, value, field(agent, setting));
}

static bool read_address(struct agent *agent, int setting, struct slice value)
{
	struct address *address = field(agent, setting);

	if (setting == SETTING_PEER && slice_is(value, "any"))
		return true;
	address->set = address_read(value, &address->ip) && !address_flaw(address->ip);
	return address->set;
}

static bool read_subnet(struct agent *agent, int setting, struct slice value)
{
	return subnet_read(value, field(agent, setting));
}

/* Characters are what the module counts, bytes what UTF-8 needs for them. */
static bool read_text(struct agent *agent, int setting, struct slice value)
{
	uint32_t code, count = 0;

	for (size_t at = 0; at < value.length; count++) {
		size_t length = utf8_length(value.at + at, value.length - at, &code);

		if (!length || code < ' ' || code == 0x7f)
			return false;
		at += length;
	}
	return count <= setting_table[setting].most &&
	       copy_slice(agent, value, field(agent, setting));
}

/* There is one way to write bytes in base64: others are refused. */
static bool is_base64(struct slice value, const unsigned char *bytes, size_t length)
{
	char again[4 * ((SECRET_MAX + 2) / 3) + 1];
	bool same;

	EVP_EncodeBlock((unsigned char *)again, bytes, (int)length);
	same = slice_is(value, again);
	explicit_bzero(again, sizeof(again));
	return same;
}

static bool read_secret(struct agent *agent, int setting, struct slice value)
{
	unsigned char *bytes = arena_alloc(agent->secrets, SECRET_MAX + 3);
	size_t padding = 0, length = value.length / 4 * 3;

	(void)setting;
	if (!bytes)
		return agent_fail_memory(agent);
	while (padding < 2 && padding < value.length && value.at[value.length - 1 - padding] == '=')
		padding++;
	if (length <= padding || length - padding > SECRET_MAX || value.length % 4 ||
	    EVP_DecodeBlock(bytes, (const unsigned char *)value.at, (int)value.length) < 0 ||
	    !is_base64(value, bytes, length - padding))
		return false;
	agent->tunnel->secret =
	    (struct secret){.set = true, .bytes = {(const char *)bytes, length - padding}};
	return true;
}

/* The suite at PLACE to be written: its own, which it has from here on; NULL without memory. */
static struct suite *own_suite(struct agent *agent, const struct suite **place)
{
	struct suite *suite = *place == &suite_automatic ? arena_alloc(agent->arena, sizeof(*suite))
							 : (struct suite *)*place;

	if (suite)
		*place = suite;
	return suite;
}

static bool open_suite(struct agent *agent, const struct suite **place)
{
	struct suite *suite = own_suite(agent, place);

	if (!suite)
		return agent_fail_memory(agent);
	suite->set = true;
	return true;
}

static bool read_slot(struct agent *agent, int setting, struct slice value, enum suite_slot slot)
{
	struct suite *suite = own_suite(agent, field(agent, setting));

	if (!suite)
		return agent_fail_memory(agent);
	suite->slot[slot].state = SLOT_GIVEN;
	suite->slot[slot].algorithm = algorithm_match(slot, value).exact;
	return suite->slot[slot].algorithm != NULL;
}

static bool read_cipher(struct agent *agent, int setting, struct slice value)
{
	return read_slot(agent, setting, value, SUITE_CIPHER);
}

static bool read_auth(struct agent *agent, int setting, struct slice value)
{
	return read_slot(agent, setting, value, SUITE_AUTH);
}

static bool read_prf(struct agent *agent, int setting, struct slice value)
{
	return read_slot(agent, setting, value, SUITE_PRF);
}

static bool read_dh(struct agent *agent, int setting, struct slice value)
{
	return read_slot(agent, setting, value, SUITE_DH);
}

static struct agent_identity *identity_parts(struct agent *agent, int setting)
{
	return setting == SETTING_LOCAL_ID ? &agent->local_id : &agent->remote_id;
}

static bool read_id_type(struct agent *agent, int setting, struct slice value)
{
	return copy_slice(agent, value, &identity_parts(agent, setting)->type);
}

static bool read_id_value(struct agent *agent, int setting, struct slice value)
{
	return copy_slice(agent, value, &identity_parts(agent, setting)->value);
}

static bool read_id_octets(struct agent *agent, int setting, struct slice value)
{
	return copy_slice(agent, value, &identity_parts(agent, setting)->octets);
}

static bool read_id_deduced(struct agent *agent, int setting, struct slice value)
{
	identity_parts(agent, setting)->deduced = true;
	return value.length == 0;
}

static bool read_default(struct agent *agent, struct slice value)
{
	int setting = setting_find(value);

	if (setting < 0 || agent->defaults & SETTING_BIT(setting))
		return false;
	agent->defaults |= SETTING_BIT(setting);
	return true;
}

static bool read_file(struct agent *agent, int setting, struct slice value)
{
	(void)setting;
	return value.length && value.length <= FILE_MAX &&
	       copy_slice(agent, value, &agent->provenance->file);
}

static bool read_line(struct agent *agent, int setting, struct slice value)
{
	uint32_t *line =
	    setting < 0 ? &agent->provenance->line : &agent->provenance->lines[setting];

	if (setting >= 0)
		agent->lines |= SETTING_BIT(setting);
	return number_read(value, line) && *line;
}

/* ---- leaves ---- */

struct leaf {
	const char *path;
	int setting; /* whose value it is, or -1 */
	enum agent_kind kind;
	bool required;
	bool (*read)(struct agent *agent, int setting, struct slice value);
};

#define REQUIRED true
#define OPTIONAL false
#define NOBODY (-1)

/* clang-format off */
static const struct leaf leaves[] = {
    {"id", NOBODY, AGENT_NUMBER, REQUIRED, read_id},
    {"enable", SETTING_ENABLE, AGENT_BOOLEAN, REQUIRED, read_flag},
    {"description", SETTING_DESCRIPTION, AGENT_STRING, REQUIRED, read_text},
    {"version", SETTING_VERSION, AGENT_NUMBER, REQUIRED, read_choice},
    {"initiator", SETTING_INITIATOR, AGENT_BOOLEAN, REQUIRED, read_flag},
    {"method", SETTING_METHOD, AGENT_STRING, REQUIRED, read_choice},
    {"secret", SETTING_SECRET, AGENT_STRING, OPTIONAL, read_secret},
    {"certificate", SETTING_CERTIFICATE, AGENT_STRING, OPTIONAL, read_label},
    {"ca", SETTING_CA, AGENT_STRING, OPTIONAL, read_label},
    {"revocation", SETTING_REVOCATION, AGENT_STRING, REQUIRED, read_choice},
    {"local-address", SETTING_LOCAL_ADDRESS, AGENT_STRING, OPTIONAL, read_address},
    {"peer", SETTING_PEER, AGENT_STRING, REQUIRED, read_address},
    {"local-id/type", SETTING_LOCAL_ID, AGENT_STRING, REQUIRED, read_id_type},
    {"local-id/value", SETTING_LOCAL_ID, AGENT_STRING, OPTIONAL, read_id_value},
    {"local-id/octets", SETTING_LOCAL_ID, AGENT_STRING, OPTIONAL, read_id_octets},
    {"local-id/deduced", SETTING_LOCAL_ID, AGENT_EMPTY, OPTIONAL, read_id_deduced},
    {"remote-id/type", SETTING_REMOTE_ID, AGENT_STRING, REQUIRED, read_id_type},
    {"remote-id/value", SETTING_REMOTE_ID, AGENT_STRING, OPTIONAL, read_id_value},
    {"remote-id/octets", SETTING_REMOTE_ID, AGENT_STRING, OPTIONAL, read_id_octets},
    {"remote-id/deduced", SETTING_REMOTE_ID, AGENT_EMPTY, OPTIONAL, read_id_deduced},
    {"local-subnet", SETTING_LOCAL_SUBNET, AGENT_STRING, OPTIONAL, read_subnet},
    {"remote-subnet", SETTING_REMOTE_SUBNET, AGENT_STRING, OPTIONAL, read_subnet},
    {"ike/cipher", SETTING_IKE, AGENT_STRING, OPTIONAL, read_cipher},
    {"ike/auth", SETTING_IKE, AGENT_STRING, OPTIONAL, read_auth},
    {"ike/prf", SETTING_IKE, AGENT_STRING, OPTIONAL, read_prf},
    {"ike/dh", SETTING_IKE, AGENT_STRING, OPTIONAL, read_dh},
    {"esp/cipher", SETTING_ESP, AGENT_STRING, OPTIONAL, read_cipher},
    {"esp/auth", SETTING_ESP, AGENT_STRING, OPTIONAL, read_auth},
    {"esp/dh", SETTING_ESP, AGENT_STRING, OPTIONAL, read_dh},
    {"dpd-action", SETTING_DPD_ACTION, AGENT_STRING, REQUIRED, read_choice},
    {"dpd-delay", SETTING_DPD_DELAY, AGENT_NUMBER, REQUIRED, read_number},
    {"dpd-timeout", SETTING_DPD_TIMEOUT, AGENT_NUMBER, REQUIRED, read_number},
    {"sa-rekey-time", SETTING_SA_REKEY_TIME, AGENT_NUMBER, REQUIRED, read_number},
    {"reauth-time", SETTING_REAUTH_TIME, AGENT_UNION, REQUIRED, read_number},
    {"source/file", NOBODY, AGENT_STRING, OPTIONAL, read_file},
    {"source/line", NOBODY, AGENT_NUMBER, OPTIONAL, read_line},
};
/* clang-format on */

#define LEAVES (sizeof(leaves) / sizeof(leaves[0]))
_Static_assert(LEAVES <= 64, "more leaves than bits");

#define SOURCE "source/"

/* The row of PATH, or -1. */
static int find_leaf(const char *path)
{
	for (size_t i = 0; i < LEAVES; i++) {
		if (strcmp(path, leaves[i].path) == 0)
			return (int)i;
	}
	return -1;
}

/* The setting whose line PATH is, or -1. */
static int find_source(const char *path)
{
	size_t length = strlen(SOURCE);

	if (strncmp(path, SOURCE, length) != 0)
		return -1;
	return setting_find((struct slice){path + length, strlen(path + length)});
}

static const char *const containers[] = {"local-id", "remote-id", "ike", "esp", "source"};

/* The index of the container NAME, or -1. */
static int find_container(const char *name)
{
	for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++) {
		if (strcmp(name, containers[i]) == 0)
			return (int)i;
	}
	return -1;
}

bool agent_has_container(const char *name)
{
	return find_container(name) >= 0;
}

/* A suite is given by its container, and lacks something if that is empty. */
bool agent_container(struct agent *agent, const char *name)
{
	uint32_t bit = UINT32_C(1) << find_container(name);

	if (*agent->error.message)
		return false;
	if (agent->containers & bit)
		return agent_fail(agent, 0, "'%s' is there twice", name);
	agent->containers |= bit;
	if (strcmp(name, "ike") == 0)
		return open_suite(agent, &agent->tunnel->ike);
	return strcmp(name, "esp") != 0 || open_suite(agent, &agent->tunnel->esp);
}

enum agent_kind agent_leaf_kind(const char *path)
{
	int leaf = find_leaf(path);

	if (leaf >= 0)
		return leaves[leaf].kind;
	if (find_source(path) >= 0)
		return AGENT_NUMBER;
	return strcmp(path, "default") == 0 || strcmp(path, "dialect") == 0 ? AGENT_STRING
									    : AGENT_UNKNOWN;
}

static bool fail_unknown(struct agent *agent, const char *path, const char *where)
{
	char quote[AGENT_QUOTE_ROOM];

	return agent_fail(agent, 0, "there is no %s in %s",
			  agent_quote(quote, path, "such name"), where);
}

static bool set_dialect(struct agent *agent, struct slice value)
{
	if (agent->has_dialect)
		return agent_fail(agent, 0, "'dialect' is there twice");
	agent->has_dialect = true;
	agent->model->dialect = slice_is(value, "weos4") ? DIALECT_WEOS4 : DIALECT_WEOS5;
	return slice_is(value, "weos4") || slice_is(value, "weos5") ||
	       agent_fail(agent, 0, "'dialect' has a value that is not valid");
}

static bool is_repeated(struct agent *agent, int leaf, int source)
{
	if (leaf >= 0)
		return agent->seen & UINT64_C(1) << leaf;
	return agent->lines & SETTING_BIT(source);
}

static bool read_leaf(struct agent *agent, const char *path, struct slice value)
{
	int leaf = find_leaf(path), source = leaf < 0 ? find_source(path) : -1;
	bool read;

	if (leaf < 0 && source < 0)
		return fail_unknown(agent, path, "a tunnel");
	if (is_repeated(agent, leaf, source))
		return agent_fail(agent, 0, "'%s' is there twice", path);
	if (leaf >= 0) {
		agent->seen |= UINT64_C(1) << leaf;
		read = leaves[leaf].read(agent, leaves[leaf].setting, value);
	} else {
		read = read_line(agent, source, value);
	}
	return read || agent_fail(agent, 0, "'%s' has a value that is not valid", path);
}

bool agent_leaf(struct agent *agent, const char *path, struct slice value)
{
	if (*agent->error.message)
		return false;
	if (!agent->tunnel && strcmp(path, "dialect") == 0)
		return set_dialect(agent, value);
	if (!agent->tunnel)
		return fail_unknown(agent, path, "'ipsec'");
	if (strcmp(path, "default") == 0)
		return read_default(agent, value) ||
		       agent_fail(agent, 0, "'default' names no setting, or one twice");
	return read_leaf(agent, path, value);
}

/* ---- tunnels ---- */

bool agent_open(struct agent *agent)
{
	struct model *model = agent->model;

	if (*agent->error.message)
		return false;
	agent->opened++;
	if (model->count == AGENT_TUNNELS_MAX)
		return agent_fail(agent, 0, "there are more than %d tunnels", AGENT_TUNNELS_MAX);
	agent->tunnel = arena_alloc(agent->arena, sizeof(*agent->tunnel));
	agent->provenance = arena_alloc(agent->arena, sizeof(*agent->provenance));
	if (!agent->tunnel || !agent->provenance)
		return agent_fail_memory(agent);
	*agent->tunnel = tunnel_standard;
	agent->tunnel->provenance = agent->provenance;
	agent->local_id = agent->remote_id = (struct agent_identity){0};
	agent->seen = 0;
	agent->lines = agent->defaults = agent->containers = 0;
	model->tunnels[model->count++] = agent->tunnel;
	return true;
}

static enum origin_state state_of(const struct tunnel *tunnel, int setting)
{
	if ((setting == SETTING_ENABLE && !tunnel->enabled) ||
	    (setting == SETTING_DPD_ACTION && tunnel->dpd_action == DPD_OFF))
		return ORIGIN_RESET;
	return ORIGIN_GIVEN;
}

/* Where they stand is for agent_place_tunnels() to find. */
static bool set_origins(struct agent *agent)
{
	size_t count = SETTING_COUNT - (size_t)__builtin_popcount(agent->defaults);
	struct tunnel *tunnel = agent->tunnel;

	tunnel->origins = arena_alloc(agent->arena, count * sizeof(*tunnel->origins));
	if (!tunnel->origins)
		return agent_fail_memory(agent);
	for (int setting = 0; setting < SETTING_COUNT; setting++) {
		if (!(agent->defaults & SETTING_BIT(setting)))
			tunnel->states = states_with(tunnel->states, (enum setting)setting,
						     state_of(tunnel, setting));
	}
	tunnel->local_subnet.set = tunnel_given(tunnel, SETTING_LOCAL_SUBNET);
	tunnel->remote_subnet.set = tunnel_given(tunnel, SETTING_REMOTE_SUBNET);
	return true;
}

static bool has_leaves(struct agent *agent)
{
	const struct model *model = agent->model;

	for (size_t i = 0; i < LEAVES; i++) {
		if (leaves[i].required && !(agent->seen & UINT64_C(1) << i))
			return agent_fail(agent, 0, "a tunnel lacks its '%s'", leaves[i].path);
	}
	if (model_tunnel(model, agent->tunnel->id) != agent->tunnel)
		return agent_fail(agent, 0, "there are two tunnels with the id %d",
				  (int)agent->tunnel->id);
	return true;
}

static bool has_identities(struct agent *agent)
{
	const char *why;

	return (agent_read_identity(agent, SETTING_LOCAL_ID, &agent->local_id, &why) &&
		agent_read_identity(agent, SETTING_REMOTE_ID, &agent->remote_id, &why)) ||
	       agent_fail(agent, 0, "%s", why);
}

bool agent_close(struct agent *agent)
{
	if (*agent->error.message || !has_leaves(agent))
		return false;
	if (!set_origins(agent) || !has_identities(agent))
		return false;
	agent->tunnel = NULL;
	return !arena_failed(agent->arena) || agent_fail_memory(agent);
}
