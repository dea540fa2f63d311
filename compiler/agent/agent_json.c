/* SPDX-License-Identifier: ISC */
/* Agent configuration from JSON (RFC 7951), by jansson. */
#include "compiler/agent/read.h"

#include "compiler/agent/place.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define PATH_ROOM 80

static bool fail(struct agent *agent, const char *path, const char *why)
{
	char quote[AGENT_QUOTE_ROOM];

	agent_fail(agent, 0, "%s %s", agent_quote(quote, path, "a member"), why);
	agent_place(agent, path);
	return false;
}

static bool put(struct agent *agent, const char *path, const char *value, size_t length)
{
	bool read = agent_leaf(agent, path, (struct slice){value, length});

	agent_place(agent, path);
	return read;
}

static bool put_number(struct agent *agent, const char *path, const json_t *value)
{
	char digits[32];
	int length =
	    snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT, json_integer_value(value));

	return put(agent, path, digits, (size_t)length);
}

static bool is_of_kind(const json_t *value, enum agent_kind kind)
{
	switch (kind) {
	case AGENT_STRING:
		return json_is_string(value);
	case AGENT_NUMBER:
		return json_is_integer(value);
	case AGENT_BOOLEAN:
		return json_is_boolean(value);
	case AGENT_UNION:
		return json_is_integer(value) || json_is_string(value);
	case AGENT_EMPTY:
		return json_array_size(value) == 1 && json_is_null(json_array_get(value, 0));
	case AGENT_UNKNOWN:
		break;
	}
	return false;
}

static bool read_leaf(struct agent *agent, const char *path, const json_t *value)
{
	enum agent_kind kind = agent_leaf_kind(path);

	if (kind == AGENT_UNKNOWN)
		return put(agent, path, "", 0);
	if (!is_of_kind(value, kind))
		return fail(agent, path, "has a value that is not valid");
	if (json_is_integer(value))
		return put_number(agent, path, value);
	if (json_is_boolean(value))
		return put(agent, path, json_is_true(value) ? "true" : "false",
			   json_is_true(value) ? 4 : 5);
	if (json_is_array(value))
		return put(agent, path, "", 0);
	return put(agent, path, json_string_value(value), json_string_length(value));
}

static bool read_list(struct agent *agent, const char *path, const json_t *list)
{
	const json_t *value;
	size_t i;

	if (!json_is_array(list))
		return fail(agent, path, "is no list");
	json_array_foreach(list, i, value)
	{
		if (!read_leaf(agent, path, value))
			return false;
	}
	return true;
}

static bool read_container(struct agent *agent, const char *name, json_t *container)
{
	char path[PATH_ROOM];
	const char *key;
	json_t *value;

	if (!json_is_object(container))
		return fail(agent, name, "is no object");
	if (!agent_container(agent, name))
		return false;
	json_object_foreach(container, key, value)
	{
		snprintf(path, sizeof(path), "%.38s/%.38s", name, key);
		if (!read_leaf(agent, path, value))
			return false;
	}
	return true;
}

static bool read_members(struct agent *agent, json_t *tunnel)
{
	const char *key;
	json_t *value;

	json_object_foreach(tunnel, key, value)
	{
		bool read = agent_has_container(key)	  ? read_container(agent, key, value)
			    : strcmp(key, "default") == 0 ? read_list(agent, key, value)
							  : read_leaf(agent, key, value);

		if (!read)
			return false;
	}
	return true;
}

static bool read_tunnel(struct agent *agent, json_t *tunnel)
{
	bool read = agent_open(agent) &&
		    (json_is_object(tunnel) || agent_fail(agent, 0, "a tunnel is no object")) &&
		    read_members(agent, tunnel) && agent_close(agent);

	agent_place(agent, "");
	return read;
}

static bool read_tunnels(struct agent *agent, const json_t *list)
{
	json_t *tunnel;
	size_t i;

	if (!json_is_array(list))
		return fail(agent, "tunnel", "is no list");
	json_array_foreach(list, i, tunnel)
	{
		if (!read_tunnel(agent, tunnel))
			return false;
	}
	return true;
}

static bool read_root(struct agent *agent, json_t *root)
{
	json_t *ipsec = json_object_get(root, "weipsec-agent:ipsec");
	json_t *dialect = json_object_get(ipsec, "dialect");
	json_t *tunnels = json_object_get(ipsec, "tunnel");

	if (!json_is_object(ipsec) || json_object_size(root) != 1)
		return agent_fail(agent, 1,
				  "there is no 'ipsec' of the module 'weipsec-agent' here, "
				  "or something beside it");
	if (json_object_size(ipsec) != (size_t)(dialect != NULL) + (tunnels != NULL))
		return agent_fail(
		    agent, 1, "'ipsec' has something in it that the module does not have there");
	return (!dialect || read_leaf(agent, "dialect", dialect)) &&
	       (!tunnels || read_tunnels(agent, tunnels));
}

bool agent_json_read(struct agent *agent)
{
	size_t bom = text_bom(agent->text);
	json_error_t error;
	json_t *root = json_loadb(agent->text->bytes + bom, agent->text->size - bom,
				  JSON_REJECT_DUPLICATES, &error);
	bool read;

	if (!root && json_error_code(&error) == json_error_out_of_memory) {
		agent->error.memory = true;
		return agent_fail(agent, 0, "out of memory");
	}
	if (!root)
		return agent_fail(agent, error.line > 0 ? (uint32_t)error.line : 1,
				  json_error_code(&error) == json_error_duplicate_key
				      ? "a name is there twice in one object"
				      : "this is not well-formed JSON");
	read = read_root(agent, root);
	json_decref(root);
	return read;
}
