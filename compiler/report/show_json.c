/* SPDX-License-Identifier: ISC */
/* The JSON of show.c: values as numbers and objects where they are some, null where there is none.
 */
#include "compiler/report/show.h"

#include "compiler/base/json.h"
#include "compiler/model/field.h"
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

/* ---- by type ---- */

/* A value on its way to JSON. */
struct value {
	const struct show *show;
	json_t *json; /* NULL without memory */
};

/* What is shown, as a string, where there is something; else null. */
static void make_string(struct value *value, bool there)
{
	value->json = there ? json_string(value->show->value) : json_null();
}

static void make_flag(void *to, enum setting setting, bool flag)
{
	(void)setting;
	((struct value *)to)->json = json_boolean(flag);
}

static void make_choice(void *to, enum setting setting, int choice)
{
	(void)setting;
	(void)choice;
	make_string(to, true);
}

static void make_number(void *to, enum setting setting, uint32_t number)
{
	(void)setting;
	((struct value *)to)->json = json_integer((json_int_t)number);
}

static void make_suite(void *to, enum setting setting, const struct suite *suite)
{
	(void)setting;
	((struct value *)to)->json = suite_json(suite);
}

static void make_secret(void *to, enum setting setting, const struct secret *secret)
{
	(void)setting;
	make_string(to, secret->set);
}

static void make_label(void *to, enum setting setting, struct slice label)
{
	(void)setting;
	make_string(to, label.length > 0);
}

static void make_address(void *to, enum setting setting, const struct address *address)
{
	(void)setting;
	make_string(to, address->set);
}

static void make_subnet(void *to, enum setting setting, const struct subnet *subnet)
{
	(void)setting;
	make_string(to, subnet->known);
}

static void make_identity(void *to, enum setting setting, const struct identity *identity)
{
	struct value *value = to;

	(void)setting;
	value->json = identity_json(identity, value->show);
}

static void make_text(void *to, enum setting setting, struct slice text)
{
	(void)setting;
	(void)text;
	make_string(to, true);
}

static const struct field_visitor make_value = {
    .flag = make_flag,
    .choice = make_choice,
    .number = make_number,
    .suite = make_suite,
    .secret = make_secret,
    .label = make_label,
    .address = make_address,
    .subnet = make_subnet,
    .identity = make_identity,
    .text = make_text,
};

/* What only WeOS 4 has, or says where WeOS 5 has an address. */
static json_t *weos4_json(const struct tunnel *tunnel, const struct show_row *row,
			  const struct show *show)
{
	struct value value = {.show = show};

	switch (row->weos4) {
	case WEOS4_AGGRESSIVE:
	case WEOS4_PFS:
		return json_boolean(row->weos4 == WEOS4_PFS ? tunnel->weos4->pfs
							    : tunnel->weos4->aggressive);
	case WEOS4_IKE_LIFETIME:
		return tunnel->weos4->ike_lifetime ? json_integer(tunnel->weos4->ike_lifetime)
						   : json_null();
	case WEOS4_SA_LIFETIME:
		return show_is_default(tunnel, row) ? json_null()
						    : json_integer(tunnel->sa_rekey_time);
	default:
		make_string(&value, show_state(tunnel, row) != ORIGIN_DEFAULT &&
					!show_is_default(tunnel, row));
		return value.json;
	}
}

static bool has_own_json(const struct tunnel *tunnel, const struct show_row *row)
{
	return row->weos4 >= 0 && (row->setting < 0 || row->weos4 == WEOS4_SA_LIFETIME ||
				   row->weos4 == WEOS4_OUTBOUND ||
				   (row->weos4 == WEOS4_PEER && tunnel->weos4->peer_name.length));
}

static json_t *value_json(const struct tunnel *tunnel, const struct show_row *row,
			  const struct show *show)
{
	struct value value = {.show = show};

	if (!show->known)
		return json_null();
	if (has_own_json(tunnel, row))
		return weos4_json(tunnel, row, show);
	field_visit(tunnel, (enum setting)row->setting, &make_value, &value);
	return value.json;
}

static json_t *setting_json(struct text *text, const struct tunnel *tunnel,
			    const struct show_row *row)
{
	json_t *json = json_object();
	struct show show;

	show_fill(&show, text, tunnel, row);
	json_put(&json, "value", value_json(tunnel, row, &show));
	json_put(&json, "known", json_boolean(show.known));
	if (show.known)
		json_put_string(&json, "shown", show.value);
	json_put(&json, "default", json_boolean(show_is_default(tunnel, row)));
	if (*show.remark)
		json_put_string(&json, "remark", show.remark);
	if (show_state(tunnel, row) != ORIGIN_DEFAULT)
		json_put_place(&json, text, show_name(tunnel, row).from);
	return json;
}

json_t *show_tunnel_json(struct text *text, const struct tunnel *tunnel)
{
	json_t *json = json_object();
	json_t *settings = json_object();

	json_put(&json, "id", tunnel->id < 0 ? json_null() : json_integer(tunnel->id));
	json_put(&json, "enabled", json_boolean(tunnel->enabled));
	json_put_place(&json, text, tunnel->header.from);
	for (int i = 0; i < show_rows(tunnel); i++) {
		struct show_row row = show_row(tunnel, i);

		json_put(&settings, row.word, setting_json(text, tunnel, &row));
	}
	json_put(&json, "settings", settings);
	return json;
}
