/* SPDX-License-Identifier: ISC */
/* The JSON of show.c: values as numbers and objects where they are some, null where there is none.
 */
#include "compiler/report/show.h"

#include "compiler/base/json.h"
#include "compiler/model/identity.h"

#include <string.h>

static json_t *suite_json(const struct suite *suite)
{
	json_t *json = suite->set ? json_object() : json_null();

	for (int slot = 0; suite->set && slot < SUITE_SLOTS; slot++) {
		if (suite->slot[slot].algorithm)
			json_put_string(&json, suite_slot_word((enum suite_slot)slot),
					suite->slot[slot].algorithm->word);
	}
	return json;
}

/* The value is the end of what is shown, behind the type. */
static json_t *identity_json(const struct identity *identity, const struct show *show)
{
	static const char *const forms[] = {[IDENTITY_AUTO] = "auto",
					    [IDENTITY_TYPED] = "typed",
					    [IDENTITY_DEDUCED] = "autodetect"};
	const char *type = identity_type_name(identity->type);
	const char *value = show->value;
	json_t *json = json_object();
	char address[sizeof("255.255.255.255")];

	json_put_string(&json, "form", forms[identity->form]);
	json_put_string(&json, "type", type);
	if (identity->form == IDENTITY_DEDUCED)
		value = strstr(value, ") ") + 2;
	else if (identity->form == IDENTITY_TYPED)
		value = strchr(value, ' ') + 1;
	else if (identity->type != IDENTITY_INET)
		return json;
	if (identity->form == IDENTITY_AUTO) {
		snprintf(address, sizeof(address), IP_FORMAT, IP_BYTES(identity->ip));
		value = address;
	}
	json_put_string(&json, "value", value);
	return json;
}

/* A string where there is something, else null. */
static json_t *string_json(bool there, const char *string)
{
	return there ? json_string(string) : json_null();
}

static json_t *value_json(const struct tunnel *tunnel, enum option option, const struct show *show)
{
	const struct option_info *info = &option_table[option];
	const void *value = (const char *)tunnel + info->offset;

	if (!show->known)
		return json_null();
	switch (info->type) {
	case OPTION_FLAG:
		return json_boolean(*(const bool *)value);
	case OPTION_NUMBER:
	case OPTION_DURATION:
		return json_integer((json_int_t) * (const uint32_t *)value);
	case OPTION_SUITE:
		return suite_json(value);
	case OPTION_SECRET_TEXT:
		return string_json(tunnel->secret.set, SHOW_SECRET);
	case OPTION_ADDRESS:
		return string_json(((const struct address *)value)->set, show->value);
	case OPTION_SUBNET:
		return string_json(((const struct subnet *)value)->known, show->value);
	case OPTION_IDENTITY:
		return identity_json(value, show);
	case OPTION_LABEL:
		return string_json(((const struct slice *)value)->length > 0, show->value);
	case OPTION_CHOICE:
	case OPTION_TEXT:
		break;
	}
	return json_string(show->value);
}

static json_t *setting_json(struct text *text, const struct tunnel *tunnel, enum option option)
{
	json_t *json = json_object();
	struct show show;

	show_setting(&show, text, tunnel, option);
	json_put(&json, "value", value_json(tunnel, option, &show));
	json_put(&json, "known", json_boolean(show.known));
	if (show.known)
		json_put_string(&json, "shown", show.value);
	json_put(&json, "default", json_boolean(tunnel_has_default(tunnel, option)));
	if (*show.remark)
		json_put_string(&json, "remark", show.remark);
	if (tunnel->from[option].state != ORIGIN_DEFAULT)
		json_put_place(&json, text, tunnel->from[option].name.from);
	return json;
}

json_t *show_tunnel_json(struct text *text, const struct tunnel *tunnel)
{
	json_t *json = json_object();
	json_t *settings = json_object();

	json_put(&json, "id", tunnel->id < 0 ? json_null() : json_integer(tunnel->id));
	json_put(&json, "enabled", json_boolean(tunnel->enabled));
	json_put_place(&json, text, tunnel->header.from);
	for (int i = 0; i < OPTION_COUNT; i++) {
		enum option option = show_order(i);

		json_put(&settings, option_table[option].word, setting_json(text, tunnel, option));
	}
	json_put(&json, "settings", settings);
	return json;
}
