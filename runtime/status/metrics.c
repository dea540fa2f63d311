/* SPDX-License-Identifier: ISC */
/* A status in the text format of Prometheus: a row for each metric, and who prints its samples. */
#include "runtime/status/metrics.h"

#include "compiler/base/printable.h"
#include "runtime/status/status.h"

#include <stdlib.h>
#include <string.h>

struct family;

struct writer {
	FILE *out;
	const json_t *document;
	const struct family *family;
	bool is_begun; /* its head is written */
};

/* Writes the samples of a family, which has KEY; ABOUT is a tunnel, a certificate, or the whole. */
typedef void put_samples(struct writer *writer, const json_t *about);

struct family {
	const char *name; /* without the prefix */
	const char *type;
	const char *help;
	const char *list; /* of the document: each of its elements has samples; NULL: the whole */
	const char *part; /* of that: where KEY is; NULL: in itself */
	const char *key;  /* a number or a truth, which is the sample; NULL: SAMPLES puts them */
	put_samples *samples;
};

struct label {
	const char *name, *value;
};

/* ---- samples ---- */

/* What would move a terminal is made visible first. */
static void put_value(FILE *out, const char *value)
{
	char *printable = printable_new(value);

	for (const char *at = printable ? printable : ""; *at; at++) {
		if (*at == '\\' || *at == '"')
			fputc('\\', out);
		fputc(*at, out);
	}
	free(printable);
}

static void begin_family(struct writer *writer)
{
	const struct family *family = writer->family;

	if (writer->is_begun)
		return;
	writer->is_begun = true;
	fprintf(writer->out, "# HELP weipsec_%s %s\n# TYPE weipsec_%s %s\n", family->name,
		family->help, family->name, family->type);
}

/* LABELS end with one that has no name. */
static void put_sample(struct writer *writer, const struct label *labels, json_int_t value)
{
	const char *before = "{";

	begin_family(writer);
	fprintf(writer->out, "weipsec_%s", writer->family->name);
	for (; labels->name; labels++) {
		fprintf(writer->out, "%s%s=\"", before, labels->name);
		put_value(writer->out, labels->value);
		fputc('"', writer->out);
		before = ",";
	}
	fprintf(writer->out, "%s %lld\n", *before == ',' ? "}" : "", (long long)value);
}

static const char *member(const json_t *object, const char *key)
{
	const char *string = json_string_value(json_object_get(object, key));

	return string ? string : "";
}

#define ID_ROOM 24

/* The label of TUNNEL, with BUFFER for its value. */
static struct label tunnel_label(const json_t *tunnel, char buffer[ID_ROOM])
{
	snprintf(buffer, ID_ROOM, "%lld",
		 (long long)json_integer_value(json_object_get(tunnel, "id")));
	return (struct label){"tunnel", buffer};
}

/* One more label of TUNNEL, with VALUE. */
static void put_tunnel(struct writer *writer, const json_t *tunnel, struct label label,
		       json_int_t value)
{
	char id[ID_ROOM];

	put_sample(writer, (const struct label[]){tunnel_label(tunnel, id), label, {0}}, value);
}

/* ---- what stands in the document as it is ---- */

static void put_key(struct writer *writer, const json_t *about)
{
	const struct family *family = writer->family;
	const json_t *part = family->part ? json_object_get(about, family->part) : about;
	const json_t *value = json_object_get(part, family->key);
	json_int_t number =
	    json_is_integer(value) ? json_integer_value(value) : json_is_true(value);

	if (!json_is_integer(value) && !json_is_boolean(value))
		return;
	if (family->list)
		put_tunnel(writer, about, (struct label){0}, number);
	else
		put_sample(writer, (const struct label[]){{0}}, number);
}

/* ---- what is made of it ---- */

static bool is_reached(const json_t *document)
{
	return json_is_object(json_object_get(document, "charon"));
}

static void put_build(struct writer *writer, const json_t *document)
{
	put_sample(writer, (const struct label[]){{"version", member(document, "version")}, {0}},
		   1);
}

static void put_charon_up(struct writer *writer, const json_t *document)
{
	put_sample(writer, (const struct label[]){{0}}, is_reached(document));
}

static void put_charon(struct writer *writer, const json_t *document)
{
	const char *version = member(json_object_get(document, "charon"), "version");

	if (is_reached(document))
		put_sample(writer, (const struct label[]){{"version", version}, {0}}, 1);
}

/* Those of a charon that does not answer nobody knows. */
static void put_sas(struct writer *writer, const json_t *tunnel)
{
	if (is_reached(writer->document))
		put_key(writer, tunnel);
}

static void put_tunnel_info(struct writer *writer, const json_t *tunnel)
{
	char id[ID_ROOM];
	const struct label labels[] = {tunnel_label(tunnel, id),
				       {"description", member(tunnel, "description")},
				       {"peer", member(tunnel, "peer")},
				       {0}};

	put_sample(writer, labels, 1);
}

static bool has_state(const json_t *tunnel, enum tunnel_state state)
{
	return strcmp(member(tunnel, "state"), status_name(state)) == 0;
}

static void put_up(struct writer *writer, const json_t *tunnel)
{
	put_tunnel(writer, tunnel, (struct label){0}, has_state(tunnel, TUNNEL_INSTALLED));
}

static void put_states(struct writer *writer, const json_t *tunnel)
{
	static const struct {
		enum tunnel_state state;
		const char *word;
	} states[] = {{TUNNEL_UNKNOWN, "unknown"},
		      {TUNNEL_CONNECTING, "connecting"},
		      {TUNNEL_IKE_ESTABLISHED, "ike-established"},
		      {TUNNEL_INSTALLED, "installed"},
		      {TUNNEL_RETRANSMISSION, "retransmission"}};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		put_tunnel(writer, tunnel, (struct label){"state", states[i].word},
			   has_state(tunnel, states[i].state));
}

/* One that is not enabled is not meant to be up. */
static void put_reason(struct writer *writer, const json_t *tunnel)
{
	const char *reason = member(tunnel, "reason");

	if (*reason && json_is_true(json_object_get(tunnel, "enabled")))
		put_tunnel(writer, tunnel, (struct label){"reason", reason}, 1);
}

/* True if the member KEY of the element INDEX of ARRAY, and its KIND, are those of one before. */
static bool is_again(const json_t *array, size_t index, const char *key, const char *kind)
{
	const json_t *element = json_array_get(array, index);

	for (size_t i = 0; i < index; i++) {
		const json_t *other = json_array_get(array, i);

		if (strcmp(member(other, key), member(element, key)) == 0 &&
		    strcmp(member(other, kind), member(element, kind)) == 0)
			return true;
	}
	return false;
}

static void put_warnings(struct writer *writer, const json_t *tunnel)
{
	const json_t *warnings = json_object_get(tunnel, "warnings"), *warning;
	size_t i;

	json_array_foreach(warnings, i, warning)
	{
		if (!is_again(warnings, i, "reason", "reason"))
			put_tunnel(writer, tunnel,
				   (struct label){"warning", member(warning, "reason")}, 1);
	}
}

static void put_expiries(struct writer *writer, const json_t *document)
{
	const json_t *all = json_object_get(document, "certificates"), *certificate;
	size_t i;

	json_array_foreach(all, i, certificate)
	{
		const json_t *not_after = json_object_get(certificate, "not_after");
		const struct label labels[] = {{"label", member(certificate, "label")},
					       {"kind", member(certificate, "kind")},
					       {0}};

		if (json_is_integer(not_after) && !is_again(all, i, "label", "kind"))
			put_sample(writer, labels, json_integer_value(not_after));
	}
}

/* ---- the whole ---- */

#define TUNNELS "tunnels"

static const struct family families[] = {
    {"build_info", "gauge", "The version of weipsec-apply.", .samples = put_build},
    {"charon_up", "gauge", "Whether charon answers.", .samples = put_charon_up},
    {"charon_info", "gauge", "The version of charon.", .samples = put_charon},
    {"config_generation", "gauge", "The configuration that is applied, 0 for none.",
     .part = "config", .key = "generation", .samples = put_key},
    {"config_last_apply_timestamp_seconds", "gauge", "When a configuration was applied last.",
     .part = "config", .key = "last_apply", .samples = put_key},
    {"config_last_apply_success", "gauge", "Whether that went well.", .part = "config",
     .key = "success", .samples = put_key},
    {"tunnel_info", "gauge", "A tunnel that is configured.", .list = TUNNELS,
     .samples = put_tunnel_info},
    {"tunnel_enabled", "gauge", "Whether it is to be up.", .list = TUNNELS, .key = "enabled",
     .samples = put_key},
    {"tunnel_up", "gauge", "Whether it is up.", .list = TUNNELS, .samples = put_up},
    {"tunnel_state", "gauge", "Its state, which has 1.", .list = TUNNELS, .samples = put_states},
    {"tunnel_down_reason", "gauge", "Why it is down.", .list = TUNNELS, .samples = put_reason},
    {"tunnel_warning", "gauge", "What is not well with it while it is up.", .list = TUNNELS,
     .samples = put_warnings},
    {"tunnel_ike_sas", "gauge", "Its IKE SAs.", .list = TUNNELS, .key = "ike_sas",
     .samples = put_sas},
    {"tunnel_last_rekey_timestamp_seconds", "gauge", "When it got its keys for traffic.",
     .list = TUNNELS, .key = "last_rekey", .samples = put_key},
    {"tunnel_rekeys_total", "counter", "How often new keys for traffic took the place of others.",
     .list = TUNNELS, .part = "totals", .key = "rekeys", .samples = put_key},
    {"tunnel_received_bytes_total", "counter", "Bytes that came through it.", .list = TUNNELS,
     .part = "totals", .key = "received_bytes", .samples = put_key},
    {"tunnel_received_packets_total", "counter", "Packets that came through it.", .list = TUNNELS,
     .part = "totals", .key = "received_packets", .samples = put_key},
    {"tunnel_transmitted_bytes_total", "counter", "Bytes that went through it.", .list = TUNNELS,
     .part = "totals", .key = "transmitted_bytes", .samples = put_key},
    {"tunnel_transmitted_packets_total", "counter", "Packets that went through it.",
     .list = TUNNELS, .part = "totals", .key = "transmitted_packets", .samples = put_key},
    {"certificate_not_after_timestamp_seconds", "gauge", "When a certificate or CA expires.",
     .samples = put_expiries},
};

static void put_family(FILE *out, const struct family *family, const json_t *document)
{
	struct writer writer = {.out = out, .document = document, .family = family};
	const json_t *element;
	size_t i;

	if (!family->list) {
		family->samples(&writer, document);
		return;
	}
	json_array_foreach(json_object_get(document, family->list), i, element)
	{
		family->samples(&writer, element);
	}
}

void metrics_print(FILE *out, const json_t *document)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		put_family(out, &families[i], document);
}
