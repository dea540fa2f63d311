/* SPDX-License-Identifier: ISC */
#include "runtime/status/layout.h"

#include "compiler/base/printable.h"
#include "runtime/status/status.h"
#include "runtime/vici/message.h"

#include <string.h>

static void put_value(const struct layout *to, struct slice value)
{
	printable_print(to->out, status_value(to->model, value));
}

/* BEFORE, the value of KEY, BEHIND; nothing without one. */
static void put_key(const struct layout *to, const char *before, struct slice section,
		    const char *key, const char *behind)
{
	struct slice value = vici_get(section, key);

	if (!value.at)
		return;
	fputs(before, to->out);
	put_value(to, value);
	fputs(behind, to->out);
}

/* The same, with what swanctl prints where charon says nothing yet. */
static void put_known(const struct layout *to, const char *before, struct slice section,
		      const char *key)
{
	struct slice value = vici_get(section, key);

	fputs(before, to->out);
	put_value(to, value.at ? value : (struct slice){"(null)", 6});
}

static void put_list(const struct layout *to, struct slice section, const char *key)
{
	struct slice list = vici_get_body(section, key);
	struct vici_element element;

	while (list.at && vici_next(&list, &element)) {
		fputc(' ', to->out);
		put_value(to, element.value);
	}
	fputc('\n', to->out);
}

static bool has_items(struct slice section, const char *key)
{
	return vici_get_body(section, key).length > 0;
}

/* ---- IKE_SAs ---- */

static void put_end(const struct layout *to, struct slice sa, const char *label, bool local)
{
	const char *const keys[2][3] = {{"remote-id", "remote-host", "remote-port"},
					{"local-id", "local-host", "local-port"}};

	fprintf(to->out, "  %s '", label);
	put_known(to, "", sa, keys[local][0]);
	put_known(to, "' @ ", sa, keys[local][1]);
	put_known(to, "[", sa, keys[local][2]);
	fputs("]\n", to->out);
}

/* ENCR-BITS/INTEG-BITS/PRF/DH, as far as they are known. */
static void put_suite(const struct layout *to, struct slice sa)
{
	put_key(to, "", sa, "encr-alg", "");
	put_key(to, "-", sa, "encr-keysize", "");
	put_key(to, "/", sa, "integ-alg", "");
	put_key(to, "-", sa, "integ-keysize", "");
	put_key(to, "/", sa, "prf-alg", "");
	put_key(to, "/", sa, "dh-group", "");
}

static void put_tasks(const struct layout *to, struct slice sa, const char *label, const char *key)
{
	if (!has_items(sa, key))
		return;
	fprintf(to->out, "  %s", label);
	put_list(to, sa, key);
}

/* ---- CHILD_SAs ---- */

/* The keys of one direction. */
struct ways {
	const char *label, *spi, *cpi, *mark, *mask, *bytes, *packets, *use;
};

static void put_padded(const struct layout *to, struct slice section, const char *key, int width,
		       const char *behind)
{
	struct slice value = vici_get(section, key);

	fputs(", ", to->out);
	if (value.at && value.length < (size_t)width)
		fprintf(to->out, "%*s", width - (int)value.length, "");
	put_value(to, value.at ? value : (struct slice){"(null)", 6});
	fputs(behind, to->out);
}

static void put_direction(const struct layout *to, struct slice child, const struct ways *direction)
{
	fprintf(to->out, "    %s ", direction->label);
	put_known(to, "", child, direction->spi);
	put_key(to, "/", child, direction->cpi, "");
	put_key(to, " (0x", child, direction->mark, "");
	put_key(to, "/0x", child, direction->mask, "");
	if (vici_get(child, direction->mark).at)
		fputc(')', to->out);
	put_padded(to, child, direction->bytes, 6, " bytes");
	put_padded(to, child, direction->packets, 5, " packets");
	if (vici_get(child, direction->use).at)
		put_padded(to, child, direction->use, 5, "s ago");
	fputc('\n', to->out);
}

static void put_child_suite(const struct layout *to, struct slice child)
{
	put_known(to, ", ", child, "protocol");
	fputc(':', to->out);
	put_suite(to, child);
	if (vici_get_yes(child, "esn"))
		fputs("/ESN", to->out);
	fputc('\n', to->out);
}

static void put_child(const struct layout *to, struct slice child)
{
	static const struct ways in = {"in ",	       "spi-in",   "cpi-in",	 "mark-in",
				       "mark-mask-in", "bytes-in", "packets-in", "use-in"};
	static const struct ways outward = {"out",	     "spi-out",	  "cpi-out",	 "mark-out",
					    "mark-mask-out", "bytes-out", "packets-out", "use-out"};

	put_known(to, "  ", child, "name");
	put_known(to, ": #", child, "uniqueid");
	put_known(to, ", reqid ", child, "reqid");
	put_known(to, ", ", child, "state");
	put_known(to, ", ", child, "mode");
	if (vici_get_yes(child, "encap"))
		fputs("-in-UDP", to->out);
	put_child_suite(to, child);
	if (vici_get(child, "install-time").at) {
		put_key(to, "    installed ", child, "install-time", "s ago");
		put_key(to, ", rekeying in ", child, "rekey-time", "s");
		put_key(to, ", expires in ", child, "life-time", "s");
		fputc('\n', to->out);
	}
	put_direction(to, child, &in);
	put_direction(to, child, &outward);
	fputs("    local ", to->out);
	put_list(to, child, "local-ts");
	fputs("    remote", to->out);
	put_list(to, child, "remote-ts");
}

void layout_sa(const struct layout *to, struct slice name, struct slice sa)
{
	bool initiator = vici_get_yes(sa, "initiator");
	struct slice children = vici_get_body(sa, "child-sas");
	struct vici_element element;

	put_value(to, name);
	put_known(to, ": #", sa, "uniqueid");
	put_known(to, ", ", sa, "state");
	put_known(to, ", IKEv", sa, "version");
	put_known(to, ", ", sa, "initiator-spi");
	fputs(initiator ? "_i* " : "_i ", to->out);
	put_known(to, "", sa, "responder-spi");
	fputs(initiator ? "_r\n" : "_r*\n", to->out);
	put_end(to, sa, "local ", true);
	put_end(to, sa, "remote", false);
	if (vici_get(sa, "encr-alg").at) {
		fputs("  ", to->out);
		put_suite(to, sa);
		fputc('\n', to->out);
	}
	if (vici_get(sa, "established").at) {
		put_key(to, "  established ", sa, "established", "s ago");
		put_key(to, ", rekeying in ", sa, "rekey-time", "s");
		put_key(to, ", reauth in ", sa, "reauth-time", "s");
		fputc('\n', to->out);
	}
	put_tasks(to, sa, "queued: ", "tasks-queued");
	put_tasks(to, sa, "active: ", "tasks-active");
	put_tasks(to, sa, "passive:", "tasks-passive");
	while (children.at && vici_next(&children, &element)) {
		if (element.kind == VICI_SECTION)
			put_child(to, element.value);
	}
}

/* ---- connections ---- */

/* "every Ns", or "no WHAT". */
static void put_interval(const struct layout *to, struct slice section, const char *key,
			 const char *what)
{
	long long seconds = vici_get_number(section, key, 0);

	if (seconds)
		fprintf(to->out, ", %s every %llds", what, seconds);
	else
		fprintf(to->out, ", no %s", what);
}

/* A line behind LABEL for each item of SECTION's KEY. */
static void put_lines(const struct layout *to, const char *label, struct slice section,
		      const char *key)
{
	struct slice list = vici_get_body(section, key);
	struct vici_element element;

	while (list.at && vici_next(&list, &element)) {
		fputs(label, to->out);
		put_value(to, element.value);
		fputc('\n', to->out);
	}
}

static void put_authentication(const struct layout *to, const char *label, struct slice end)
{
	struct slice class = vici_get(end, "class");

	fprintf(to->out, "  %s ", label);
	put_value(to, class.at ? class : (struct slice){"unspecified", 11});
	fputs(" authentication:\n", to->out);
	put_key(to, "    id: ", end, "id", "\n");
	put_lines(to, "    certs: ", end, "certs");
	put_lines(to, "    cacerts: ", end, "cacerts");
}

static void put_loaded_child(const struct layout *to, struct slice name, struct slice child,
			     bool has_dpd)
{
	fputs("  ", to->out);
	put_value(to, name);
	put_known(to, ": ", child, "mode");
	put_interval(to, child, "rekey_time", "rekeying");
	if (has_dpd)
		put_key(to, ", dpd action is ", child, "dpd_action", "");
	fputs("\n    local: ", to->out);
	put_list(to, child, "local-ts");
	fputs("    remote:", to->out);
	put_list(to, child, "remote-ts");
}

void layout_connection(const struct layout *to, struct slice name, struct slice connection)
{
	struct slice children = vici_get_body(connection, "children");
	long long dpd = vici_get_number(connection, "dpd_delay", 0);
	bool version_1 = slice_is(vici_get(connection, "version"), "IKEv1");
	bool only_reauthenticates = version_1 && !vici_get_number(connection, "reauth_time", 0);
	struct slice rest = connection;
	struct vici_element element;

	put_value(to, name);
	put_known(to, ": ", connection, "version");
	/* version 1 has no rekeying of an IKE_SA but by authenticating again */
	put_interval(to, connection, only_reauthenticates ? "rekey_time" : "reauth_time",
		     "reauthentication");
	if (!version_1)
		put_interval(to, connection, "rekey_time", "rekeying");
	if (dpd)
		fprintf(to->out, ", dpd delay %llds", dpd);
	fputc('\n', to->out);
	put_lines(to, "  local:  ", connection, "local_addrs");
	put_lines(to, "  remote: ", connection, "remote_addrs");
	while (vici_next(&rest, &element)) {
		if (element.kind != VICI_SECTION)
			continue;
		if (element.name.length > 5 && memcmp(element.name.at, "local", 5) == 0)
			put_authentication(to, "local", element.value);
		if (element.name.length > 6 && memcmp(element.name.at, "remote", 6) == 0)
			put_authentication(to, "remote", element.value);
	}
	while (children.at && vici_next(&children, &element)) {
		if (element.kind == VICI_SECTION)
			put_loaded_child(to, element.name, element.value, dpd != 0);
	}
}
