/* SPDX-License-Identifier: ISC */
/* How long certificates are valid yet. */
#include "runtime/status/expiry.h"

#include "compiler/base/json.h"
#include "compiler/base/printable.h"
#include "compiler/model/telling.h"
#include "compiler/report/show.h"
#include "runtime/status/status.h"
#include "runtime/system/clock.h"

#include <stdio.h>
#include <string.h>

#define DAY 86400
#define DAYS_SHOWN 30 /* fewer are shown */

static json_t *tunnels_json(const struct target *target, const struct credential *credential)
{
	json_t *ids = json_array();

	for (size_t i = 0; i < target->count; i++) {
		const struct target_tunnel *tunnel = &target->tunnels[i];

		if (tunnel->certificate == credential || tunnel->ca == credential)
			json_append(&ids, json_integer(tunnel->id));
	}
	return ids;
}

/* Of the file LABEL.pem. */
static void put_label(json_t **object, const struct model *model, const char *name)
{
	size_t length = strlen(name);
	char label[256];

	if (length > 4 && strcmp(name + length - 4, ".pem") == 0)
		length -= 4;
	snprintf(label, sizeof(label), "%.*s", (int)length, name);
	json_put_string(object, "label",
			telling_model(model, (struct slice){name, length}) ? SHOW_SECRET : label);
}

/* Whole ones that are left; below 0 when it is over. */
static long long days_left(long long not_after)
{
	long long left = not_after - clock_wall();

	return left < 0 ? -1 - (-1 - left) / DAY : left / DAY;
}

json_t *expiry_json(const struct target *target, const struct model *model)
{
	json_t *array = json_array();
	const struct credential *at = target ? target->credentials.first : NULL;

	for (; at; at = at->next) {
		json_t *object;

		if (at->kind == CREDENTIAL_KEY)
			continue;
		object = json_object();
		put_label(&object, model, at->name);
		json_put_string(&object, "kind", at->kind == CREDENTIAL_CA ? "ca" : "own");
		json_put(&object, "not_after", json_integer(at->not_after));
		json_put(&object, "days_left", json_integer(days_left(at->not_after)));
		json_put(&object, "tunnels", tunnels_json(target, at));
		json_append(&array, object);
	}
	return array;
}

/* ---- for people ---- */

static bool is_of(const json_t *certificate, const json_t *tunnel)
{
	const json_t *ids = json_object_get(certificate, "tunnels"), *id;
	size_t i;

	json_array_foreach(ids, i, id)
	{
		if (tunnel && json_equal(id, json_object_get(tunnel, "id")))
			return true;
	}
	return !tunnel && !json_array_size(ids);
}

static void print_expiry(FILE *out, const json_t *certificate, int indent)
{
	const char *kind = json_string_value(json_object_get(certificate, "kind"));
	json_int_t left = json_integer_value(json_object_get(certificate, "days_left"));
	char time[32];

	cause_write_time(time, json_integer_value(json_object_get(certificate, "not_after")));
	fprintf(out, "%*s%s '", indent, "", kind && strcmp(kind, "ca") == 0 ? "CA" : "certificate");
	printable_puts(out, json_string_value(json_object_get(certificate, "label")));
	if (left < 0)
		fprintf(out, "': expired on %s\n", time);
	else
		fprintf(out, "': %lld day%s left, until %s\n", (long long)left,
			left == 1 ? "" : "s", time);
}

void status_print_expiries(FILE *out, const json_t *document, const json_t *tunnel, int indent)
{
	const json_t *certificate;
	size_t i;

	json_array_foreach(json_object_get(document, "certificates"), i, certificate)
	{
		const json_t *left = json_object_get(certificate, "days_left");

		if (json_is_integer(left) && json_integer_value(left) < DAYS_SHOWN &&
		    json_is_string(json_object_get(certificate, "label")) &&
		    is_of(certificate, tunnel))
			print_expiry(out, certificate, indent);
	}
}
