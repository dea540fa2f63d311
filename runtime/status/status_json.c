/* SPDX-License-Identifier: ISC */
/* The status of tunnels as JSON. */
#include "runtime/status/status.h"

#include "compiler/base/json.h"
#include "compiler/base/printable.h"
#include "compiler/model/telling.h"
#include "compiler/report/show.h"
#include "runtime/status/expiry.h"
#include "runtime/system/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What has a secret in it, such as a name that is the same, is not shown. */
struct slice status_value(const struct model *model, struct slice value)
{
	static const char masked[] = SHOW_SECRET;

	return telling_model(model, value) ? (struct slice){masked, sizeof(masked) - 1} : value;
}

/* A copy with a NUL behind it, to be freed. */
static char *copy(struct slice slice)
{
	return strndup(slice.at, slice.length);
}

/* The same as a key, which JSON takes only in UTF-8. */
static char *copy_key(struct slice name)
{
	char *bytes = copy(name), *key = bytes ? printable_new(bytes) : NULL;

	free(bytes);
	return key;
}

static void put_value(json_t **object, const struct model *model, struct slice name,
		      struct slice value)
{
	char *key = copy_key(name), *string = copy(status_value(model, value));

	if (key && string)
		json_put_string(object, key, string);
	free(key);
	free(string);
}

static json_t *list_json(const struct model *model, struct slice list)
{
	json_t *array = json_array();
	struct vici_element element;

	while (vici_next(&list, &element)) {
		json_t *item = json_object();

		put_value(&item, model, (struct slice){"item", 4}, element.value);
		json_append(&array, json_incref(json_object_get(item, "item")));
		json_decref(item);
	}
	return array;
}

/* Everything that charon says, known to us or not, as strings; without the section WITHOUT. */
static json_t *section_json(const struct model *model, struct slice section, const char *without)
{
	json_t *object = json_object();
	struct vici_element element;

	while (vici_next(&section, &element)) {
		char *key = copy_key(element.name);

		if (key && element.kind == VICI_VALUE)
			put_value(&object, model, element.name, element.value);
		else if (key && element.kind == VICI_LIST)
			json_put(&object, key, list_json(model, element.value));
		else if (key && !slice_is(element.name, without))
			json_put(&object, key, section_json(model, element.value, ""));
		free(key);
	}
	return object;
}

static void append_children(const struct model *model, json_t **array, struct slice sa)
{
	struct slice children = vici_get_body(sa, "child-sas");
	struct vici_element element;

	while (children.at && vici_next(&children, &element)) {
		if (element.kind == VICI_SECTION)
			json_append(array, section_json(model, element.value, ""));
	}
}

/* The IKE_SA that counts: an established one before others, the youngest of several. */
static const struct running_sa *main_sa(const struct running_tunnel *running)
{
	const struct running_sa *best = NULL;
	bool best_is_up = false;

	for (const struct running_sa *sa = running ? running->sas : NULL; sa; sa = sa->next) {
		bool is_up = slice_is(vici_get(sa->section, "state"), "ESTABLISHED");

		if (best &&
		    (best_is_up > is_up ||
		     (best_is_up == is_up && vici_get_number(sa->section, "uniqueid", 0) <
						 vici_get_number(best->section, "uniqueid", 0))))
			continue;
		best = sa;
		best_is_up = is_up;
	}
	return best;
}

static int compare_ids(const void *a, const void *b)
{
	json_int_t first = json_integer_value(json_object_get(*(json_t *const *)a, "id"));
	json_int_t second = json_integer_value(json_object_get(*(json_t *const *)b, "id"));

	return (first > second) - (first < second);
}

/* TUNNELS, which it takes over, by their IDs: a model has them as they were written. */
static json_t *sorted(json_t *tunnels)
{
	size_t count = json_array_size(tunnels);
	json_t **all = calloc(count + 1, sizeof(json_t *)),
	       *array = all && tunnels ? json_array() : NULL;

	for (size_t i = 0; all && i < count; i++)
		all[i] = json_array_get(tunnels, i);
	if (all)
		qsort(all, count, sizeof(json_t *), compare_ids);
	for (size_t i = 0; all && i < count; i++)
		json_append(&array, json_incref(all[i]));
	json_decref(tunnels);
	free(all);
	return array;
}

/* Why, and its slug; null where there is nothing to say. */
static void put_note(json_t **object, const struct note *why)
{
	if (why->slug) {
		json_put_string(object, "why", why->text);
		json_put_string(object, "reason", why->slug);
	} else {
		json_put(object, "why", json_null());
		json_put(object, "reason", json_null());
	}
}

static json_t *warnings_json(const struct status_notes *notes)
{
	json_t *array = json_array();

	for (size_t i = 0; i < notes->count; i++) {
		json_t *warning = json_object();

		json_put_string(&warning, "reason", notes->warnings[i].slug);
		json_put_string(&warning, "text", notes->warnings[i].text);
		json_append(&array, warning);
	}
	return array;
}

static void put_peer(json_t **object, const struct tunnel *tunnel)
{
	char address[16] = "any";

	if (tunnel->peer.set)
		snprintf(address, sizeof(address), IP_FORMAT, IP_BYTES(tunnel->peer.ip));
	json_put_string(object, "peer", address);
}

static void put_count(json_t **object, const char *key, unsigned long long count)
{
	json_put(object, key, json_integer((json_int_t)count));
}

static json_t *totals_json(const struct tally_totals *totals)
{
	json_t *object = json_object();

	put_count(&object, "received_bytes", totals->received_bytes);
	put_count(&object, "received_packets", totals->received_packets);
	put_count(&object, "transmitted_bytes", totals->transmitted_bytes);
	put_count(&object, "transmitted_packets", totals->transmitted_packets);
	put_count(&object, "rekeys", totals->rekeys);
	return object;
}

/* Who sums saw when that was; else it follows from how long ago. */
static json_t *last_rekey_json(const struct status_summary *summary,
			       const struct tally_totals *totals)
{
	long long at = totals			   ? totals->installed
		       : summary->since_rekey >= 0 ? clock_now() - summary->since_rekey * 1000
						   : 0;

	return at ? json_integer(clock_wall_at(at)) : json_null();
}

static size_t count_sas(const struct running_tunnel *running)
{
	size_t count = 0;

	for (const struct running_sa *sa = running ? running->sas : NULL; sa; sa = sa->next)
		count++;
	return count;
}

json_t *status_tunnel(const struct model *model, size_t index, const struct status_seen *seen)
{
	const struct tunnel *tunnel = model->tunnels[index];
	const struct running_tunnel *running = seen->running;
	const struct tally_totals *totals = seen->totals;
	const struct running_sa *sa = main_sa(running);
	json_t *object = json_object(), *children = json_array();
	long long since = seen->summary->since_rekey;

	json_put_integer(&object, "id", (size_t)tunnel->id);
	put_value(&object, model, (struct slice){"description", 11}, tunnel->description);
	put_peer(&object, tunnel);
	json_put(&object, "enabled", json_boolean(tunnel->enabled));
	json_put_string(&object, "state", status_name(seen->summary->state));
	json_put(&object, "since_rekey_s", since < 0 ? json_null() : json_integer(since));
	json_put(&object, "last_rekey", last_rekey_json(seen->summary, totals));
	json_put(&object, "totals", totals ? totals_json(totals) : json_null());
	put_note(&object, &seen->notes->why);
	json_put(&object, "warnings", warnings_json(seen->notes));
	json_put_integer(&object, "ike_sas", count_sas(running));
	json_put(&object, "ike", sa ? section_json(model, sa->section, "child-sas") : json_null());
	for (const struct running_sa *at = running ? running->sas : NULL; at; at = at->next)
		append_children(model, &children, at->section);
	json_put(&object, "children", children);
	return object;
}

static json_t *charon_json(const char *version)
{
	json_t *charon = json_object();

	json_put_string(&charon, "version", version);
	return charon;
}

static json_t *config_json(const struct status_whole *whole)
{
	json_t *config = json_object();

	json_put_integer(&config, "generation", whole->generation);
	json_put(&config, "last_apply",
		 whole->applied ? json_integer(whole->applied) : json_null());
	json_put(&config, "success",
		 whole->is_known ? json_boolean(whole->went_well) : json_null());
	return config;
}

json_t *status_document(const struct status_whole *whole, json_t *tunnels)
{
	json_t *document = json_object(), *expiries = expiry_json(whole->target, whole->model);

	json_put_integer(&document, "schema_version", 1);
	json_put_string(&document, "version", WEIPSEC_VERSION);
	json_put(&document, "charon", whole->charon ? charon_json(whole->charon) : json_null());
	json_put(&document, "config", config_json(whole));
	json_put(&document, "certificates", expiries);
	json_put(&document, "tunnels", sorted(tunnels));
	return document;
}
