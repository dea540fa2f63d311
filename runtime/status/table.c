/* SPDX-License-Identifier: ISC */
/* The table of `show ipsec'. */
#include "runtime/status/status.h"

#include "compiler/base/printable.h"

#include <string.h>

#define DESCRIPTION_LEAST ((int)sizeof("DESCRIPTION") - 1)
#define INDENT 7 /* of what is said of a tunnel below its row */
#define STATUS_WIDTH ((int)sizeof("Down(IKE Established)") - 1)

static const char *member(const json_t *tunnel, const char *key)
{
	const char *string = json_string_value(json_object_get(tunnel, key));

	return string ? string : "";
}

static bool is_enabled(const json_t *tunnel)
{
	return json_is_true(json_object_get(tunnel, "enabled"));
}

/* Columns of a description: characters, not bytes. */
static int width_of(const char *string)
{
	int width = 0;

	for (; *string; string++)
		width += ((unsigned char)*string & 0xc0) != 0x80;
	return width;
}

static void print_since(FILE *out, const json_t *tunnel, bool up)
{
	long long seconds = json_integer_value(json_object_get(tunnel, "since_rekey_s"));

	if (!up || !json_is_integer(json_object_get(tunnel, "since_rekey_s")))
		fputs("-\n", out);
	else
		fprintf(out, "%lld Days %lld Hours %lld Mins %lld Secs\n", seconds / 86400,
			seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

/* A line below the tunnel's own. */
static void print_line(FILE *out, const char *text)
{
	fprintf(out, "%*s", INDENT, "");
	printable_puts(out, text);
	fputc('\n', out);
}

static void print_row(FILE *out, const json_t *document, const json_t *tunnel, int width)
{
	const char *description = member(tunnel, "description"), *state = member(tunnel, "state");
	const char *why = member(tunnel, "why");
	const json_t *warning;
	size_t i;
	bool up = strcmp(state, status_name(TUNNEL_INSTALLED)) == 0;

	fprintf(out, "%-5lld  ", (long long)json_integer_value(json_object_get(tunnel, "id")));
	printable_puts(out, description);
	fprintf(out, "%*s  %-*s  ", width - width_of(description), "", STATUS_WIDTH, state);
	print_since(out, tunnel, up);
	if (*why)
		print_line(out, why);
	json_array_foreach(json_object_get(tunnel, "warnings"), i, warning) {
		print_line(out, member(warning, "text"));
	}
	status_print_expiries(out, document, tunnel, INDENT);
}

void status_print_table(FILE *out, const json_t *document)
{
	const json_t *tunnels = json_object_get(document, "tunnels"), *tunnel;
	int width = DESCRIPTION_LEAST;
	size_t i;

	json_array_foreach(tunnels, i, tunnel)
	{
		if (is_enabled(tunnel) && width_of(member(tunnel, "description")) > width)
			width = width_of(member(tunnel, "description"));
	}
	fprintf(out, "%-5s  %-*s  %-*s  %s\n", "ID", width, "DESCRIPTION", STATUS_WIDTH, "STATUS",
		"TIME (since last rekey)");
	json_array_foreach(tunnels, i, tunnel)
	{
		if (is_enabled(tunnel))
			print_row(out, document, tunnel, width);
	}
	status_print_expiries(out, document, NULL, 0);
}
