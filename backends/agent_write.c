/* SPDX-License-Identifier: ISC */
#include "backends/agent_write.h"

#include "backends/agent_walk.h"
#include "compiler/base/printable.h"

#include <string.h>

/* The deepest element is a leaf in a container of a tunnel. */
#define DEPTH_MAX 8

struct printing {
	struct output *output;
	const char *open[DEPTH_MAX];
	int depth;
};

static void printing_indent(const struct printing *printing)
{
	output_printf(printing->output, "%*s", 2 * printing->depth, "");
}

static void print_open(void *context, const char *name)
{
	struct printing *printing = context;

	printing_indent(printing);
	output_printf(printing->output, "<%s%s>\n", name,
		      printing->depth ? "" : " xmlns=\"urn:weipsec:agent\"");
	printing->open[printing->depth++] = name;
}

static void print_close(void *context)
{
	struct printing *printing = context;

	printing->depth--;
	printing_indent(printing);
	output_printf(printing->output, "</%s>\n", printing->open[printing->depth]);
}

/* In the text of an element; a carriage return as itself would be read as a line feed. */
static const char *entity(char c)
{
	return c == '\r' ? "&#13;" : c == '"' ? NULL : printable_entity(c);
}

static void print_escaped(struct output *output, const char *value)
{
	for (const char *at = value; *at; at++) {
		if (!entity(*at))
			continue;
		output_bytes(output, value, (size_t)(at - value));
		output_printf(output, "%s", entity(*at));
		value = at + 1;
	}
	output_bytes(output, value, strlen(value));
}

static void print_leaf(void *context, const char *name, const char *value)
{
	struct printing *printing = context;

	printing_indent(printing);
	if (!*value) {
		output_printf(printing->output, "<%s/>\n", name);
		return;
	}
	output_printf(printing->output, "<%s>", name);
	print_escaped(printing->output, value);
	output_printf(printing->output, "</%s>\n", name);
}

void agent_write(const struct model *model, struct output *output)
{
	struct printing printing = {.output = output};
	const struct agent_sink sink = {&printing, print_open, print_close, print_leaf};

	if (!agent_walk(model, &sink))
		output->failed = 1;
	output->has_secrets = 1;
}
