/* SPDX-License-Identifier: ISC */
#include "runtime/status/layout.h"

#include "compiler/base/printable.h"
#include "runtime/vici/message.h"

#include <string.h>

static void put_value(FILE *out, struct slice value)
{
	printable_print(out, value);
}

/* BEFORE, the value of KEY, BEHIND; nothing without one. */
static void put_key(FILE *out, const char *before, struct slice section, const char *key,
		    const char *behind)
{
	struct slice value = vici_get(section, key);

	if (!value.at)
		return;
	fputs(before, out);
	put_value(out, value);
	fputs(behind, out);
}

/* The same, with what swanctl prints where charon says nothing yet. */
static void put_known(FILE *out, const char *before, struct slice section, const char *key)
{
	struct slice value = vici_get(section, key);

	fputs(before, out);
	put_value(out, value.at ? value : (struct slice){"(null)", 6});
}

static void put_list(FILE *out, struct slice section, const char *key)
{
	struct slice list = vici_get_body(section, key);
	struct vici_element element;

	while (list.at && vici_next(&list, &element)) {
		fputc(' ', out);
		put_value(out, element.value);
	}
	fputc('\n', out);
}

static bool has_items(struct slice section, const char *key)
{
	return vici_get_body(section, key).length > 0;
}

/* ---- IKE_SAs ---- */

static void put_end(FILE *out, struct slice sa, const char *label, bool local)
{
	const char *const keys[2][3] = {{"remote-id", "remote-host", "remote-port"},
					{"local-id", "local-host", "local-port"}};

	fprintf(out, "  %s '", label);
	put_known(out, "", sa, keys[local][0]);
	put_known(out, "' @ ", sa, keys[local][1]);
	put_known(out, "[", sa, keys[local][2]);
	fputs("]\n", out);
}

/* ENCR-BITS/INTEG-BITS/PRF/DH, as far as they are known. */
static void put_suite(FILE *out, struct slice sa)
{
	put_key(out, "", sa, "encr-alg", "");
	put_key(out, "-", sa, "encr-keysize", "");
	put_key(out, "/", sa, "integ-alg", "");
	put_key(out, "-", sa, "integ-keysize", "");
	put_key(out, "/", sa, "prf-alg", "");
	put_key(out, "/", sa, "dh-group", "");
}

static void put_tasks(FILE *out, struct slice sa, const char *label, const char *key)
{
	if (!has_items(sa, key))
		return;
	fprintf(out, "  %s", label);
	put_list(out, sa, key);
}

/* ---- CHILD_SAs ---- */

/* The keys of one direction. */
struct direction {
	const char *label, *spi, *cpi, *mark, *mask, *bytes, *packets, *use;
};

static void put_padded(FILE *out, struct slice section, const char *key, int width,
		       const char *behind)
{
	struct slice value = vici_get(section, key);

	fputs(", ", out);
	if (value.at && value.length < (size_t)width)
		fprintf(out, "%*s", width - (int)value.length, "");
	put_value(out, value.at ? value : (struct slice){"(null)", 6});
	fputs(behind, out);
}

static void put_direction(FILE *out, struct slice child, const struct direction *direction)
{
	fprintf(out, "    %s ", direction->label);
	put_known(out, "", child, direction->spi);
	put_key(out, "/", child, direction->cpi, "");
	put_key(out, " (0x", child, direction->mark, "");
	put_key(out, "/0x", child, direction->mask, "");
	if (vici_get(child, direction->mark).at)
		fputc(')', out);
	put_padded(out, child, direction->bytes, 6, " bytes");
	put_padded(out, child, direction->packets, 5, " packets");
	if (vici_get(child, direction->use).at)
		put_padded(out, child, direction->use, 5, "s ago");
	fputc('\n', out);
}

static void put_child_suite(FILE *out, struct slice child)
{
	put_known(out, ", ", child, "protocol");
	fputc(':', out);
	put_suite(out, child);
	if (vici_get_yes(child, "esn"))
		fputs("/ESN", out);
	fputc('\n', out);
}

static void put_child(FILE *out, struct slice child)
{
	static const struct direction in = {"in ",	    "spi-in",	"cpi-in",     "mark-in",
					    "mark-mask-in", "bytes-in", "packets-in", "use-in"};
	static const struct direction outward = {"out",		"spi-out",	 "cpi-out",
						 "mark-out",	"mark-mask-out", "bytes-out",
						 "packets-out", "use-out"};

	put_known(out, "  ", child, "name");
	put_known(out, ": #", child, "uniqueid");
	put_known(out, ", reqid ", child, "reqid");
	put_known(out, ", ", child, "state");
	put_known(out, ", ", child, "mode");
	if (vici_get_yes(child, "encap"))
		fputs("-in-UDP", out);
	put_child_suite(out, child);
	if (vici_get(child, "install-time").at) {
		put_key(out, "    installed ", child, "install-time", "s ago");
		put_key(out, ", rekeying in ", child, "rekey-time", "s");
		put_key(out, ", expires in ", child, "life-time", "s");
		fputc('\n', out);
	}
	put_direction(out, child, &in);
	put_direction(out, child, &outward);
	fputs("    local ", out);
	put_list(out, child, "local-ts");
	fputs("    remote", out);
	put_list(out, child, "remote-ts");
}

void layout_sa(FILE *out, struct slice name, struct slice sa)
{
	bool initiator = vici_get_yes(sa, "initiator");
	struct slice children = vici_get_body(sa, "child-sas");
	struct vici_element element;

	put_value(out, name);
	put_known(out, ": #", sa, "uniqueid");
	put_known(out, ", ", sa, "state");
	put_known(out, ", IKEv", sa, "version");
	put_known(out, ", ", sa, "initiator-spi");
	fputs(initiator ? "_i* " : "_i ", out);
	put_known(out, "", sa, "responder-spi");
	fputs(initiator ? "_r\n" : "_r*\n", out);
	put_end(out, sa, "local ", true);
	put_end(out, sa, "remote", false);
	if (vici_get(sa, "encr-alg").at) {
		fputs("  ", out);
		put_suite(out, sa);
		fputc('\n', out);
	}
	if (vici_get(sa, "established").at) {
		put_key(out, "  established ", sa, "established", "s ago");
		put_key(out, ", rekeying in ", sa, "rekey-time", "s");
		put_key(out, ", reauth in ", sa, "reauth-time", "s");
		fputc('\n', out);
	}
	put_tasks(out, sa, "queued: ", "tasks-queued");
	put_tasks(out, sa, "active: ", "tasks-active");
	put_tasks(out, sa, "passive:", "tasks-passive");
	while (children.at && vici_next(&children, &element)) {
		if (element.kind == VICI_SECTION)
			put_child(out, element.value);
	}
}

/* ---- connections ---- */

/* "every Ns", or "no WHAT". */
static void put_interval(FILE *out, struct slice section, const char *key, const char *what)
{
	long long seconds = vici_get_number(section, key, 0);

	if (seconds)
		fprintf(out, ", %s every %llds", what, seconds);
	else
		fprintf(out, ", no %s", what);
}

/* A line behind LABEL for each item of SECTION's KEY. */
static void put_lines(FILE *out, const char *label, struct slice section, const char *key)
{
	struct slice list = vici_get_body(section, key);
	struct vici_element element;

	while (list.at && vici_next(&list, &element)) {
		fputs(label, out);
		put_value(out, element.value);
		fputc('\n', out);
	}
}

static void put_authentication(FILE *out, const char *label, struct slice end)
{
	struct slice class = vici_get(end, "class");

	fprintf(out, "  %s ", label);
	put_value(out, class.at ? class : (struct slice){"unspecified", 11});
	fputs(" authentication:\n", out);
	put_key(out, "    id: ", end, "id", "\n");
	put_lines(out, "    certs: ", end, "certs");
	put_lines(out, "    cacerts: ", end, "cacerts");
}

static void put_loaded_child(FILE *out, struct slice name, struct slice child, bool has_dpd)
{
	fputs("  ", out);
	put_value(out, name);
	put_known(out, ": ", child, "mode");
	put_interval(out, child, "rekey_time", "rekeying");
	if (has_dpd)
		put_key(out, ", dpd action is ", child, "dpd_action", "");
	fputs("\n    local: ", out);
	put_list(out, child, "local-ts");
	fputs("    remote:", out);
	put_list(out, child, "remote-ts");
}

void layout_connection(FILE *out, struct slice name, struct slice connection)
{
	struct slice children = vici_get_body(connection, "children");
	long long dpd = vici_get_number(connection, "dpd_delay", 0);
	bool version_1 = slice_is(vici_get(connection, "version"), "IKEv1");
	bool only_reauthenticates = version_1 && !vici_get_number(connection, "reauth_time", 0);
	struct slice rest = connection;
	struct vici_element element;

	put_value(out, name);
	put_known(out, ": ", connection, "version");
	/* version 1 has no rekeying of an IKE_SA but by authenticating again */
	put_interval(out, connection, only_reauthenticates ? "rekey_time" : "reauth_time",
		     "reauthentication");
	if (!version_1)
		put_interval(out, connection, "rekey_time", "rekeying");
	if (dpd)
		fprintf(out, ", dpd delay %llds", dpd);
	fputc('\n', out);
	put_lines(out, "  local:  ", connection, "local_addrs");
	put_lines(out, "  remote: ", connection, "remote_addrs");
	while (vici_next(&rest, &element)) {
		if (element.kind != VICI_SECTION)
			continue;
		if (element.name.length > 5 && memcmp(element.name.at, "local", 5) == 0)
			put_authentication(out, "local", element.value);
		if (element.name.length > 6 && memcmp(element.name.at, "remote", 6) == 0)
			put_authentication(out, "remote", element.value);
	}
	while (children.at && vici_next(&children, &element)) {
		if (element.kind == VICI_SECTION)
			put_loaded_child(out, element.name, element.value, dpd != 0);
	}
}
