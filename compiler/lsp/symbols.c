/* SPDX-License-Identifier: ISC */
#include "compiler/base/json.h"
#include "compiler/lsp/answers.h"
#include "compiler/lsp/cursor.h"
#include "compiler/report/show.h"

#include <stdio.h>
#include <stdlib.h>

/* What a tunnel is among the kinds of the protocol: an interface. */
#define KIND_INTERFACE 11

/* What tells TUNNEL from others, as `show' has it. */
static json_t *detail_json(const struct asking *asking, const struct tunnel *tunnel)
{
	static const enum setting settings[] = {SETTING_DESCRIPTION, SETTING_PEER};
	struct show description, peer;
	struct show *shows[] = {&description, &peer};
	char line[2 * SHOW_VALUE_MAX + 32];

	if (!tunnel)
		return json_string("");
	for (size_t i = 0; i < 2; i++)
		show_setting(shows[i], asking->compilation->text, tunnel, settings[i]);
	snprintf(line, sizeof(line), "%s, peer %s%s", description.value,
		 peer.known ? peer.value : "?", tunnel->enabled ? "" : ", disabled");
	return json_string(line);
}

static json_t *outline_json(const struct asking *asking, const struct cursor_instance *instance)
{
	struct compilation *compilation = asking->compilation;
	enum encoding encoding = asking->client->encoding;
	json_t *json = json_object();

	json_put(&json, "detail", detail_json(asking, cursor_tunnel(compilation, instance->id)));
	json_put(&json, "range", range_json(compilation->text, encoding, instance->whole));
	json_put(&json, "selectionRange",
		 range_json(compilation->text, encoding, instance->header));
	return json;
}

static json_t *place_json(const struct asking *asking, const struct cursor_instance *instance)
{
	json_t *json = json_object(), *location = json_object();

	json_put_string(&location, "uri", asking->document->uri);
	json_put(&location, "range",
		 range_json(asking->compilation->text, asking->client->encoding, instance->whole));
	json_put(&json, "location", location);
	return json;
}

static json_t *symbol_json(const struct asking *asking, const struct cursor_instance *instance)
{
	json_t *json = asking->client->has_outline ? outline_json(asking, instance)
						   : place_json(asking, instance);
	char name[sizeof("ipsec 65535")] = "ipsec ?";

	if (instance->id >= 0)
		snprintf(name, sizeof(name), "ipsec %d", (int)(instance->id & 0xffff));
	json_put_string(&json, "name", name);
	json_put_integer(&json, "kind", KIND_INTERFACE);
	return json;
}

json_t *answer_symbols(struct asking *asking)
{
	size_t count = 0;
	struct cursor_instance *instances = cursor_instances(asking->compilation, &count);
	json_t *list = instances ? json_array() : NULL;

	for (size_t i = 0; i < count; i++)
		json_append(&list, symbol_json(asking, &instances[i]));
	free(instances);
	return list;
}
