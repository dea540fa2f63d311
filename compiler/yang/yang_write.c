/* SPDX-License-Identifier: ISC */
#include "compiler/yang/yang_write.h"

#include "compiler/yang/schema.h"
#include "compiler/yang/yang_tree.h"

#include <string.h>

/*
 * Agent configuration: the model as an instance of schemas/weipsec-agent.yang.  libyang prints it,
 * and validates it first; what it prints has one leaf a line, each below the name of its setting.
 */

/* Everything that a model holds has a place in the module. */
bool agent_supports(const struct model *model, const struct tunnel *tunnel,
		    struct backend_refusal *refusal)
{
	(void)model;
	(void)tunnel;
	(void)refusal;
	return true;
}

/* ---- the map ---- */

/* Where the printed text stands, line by line. */
struct printed {
	const struct model *model;
	size_t tunnels; /* begun so far */
	int setting;	/* whose lines these are, or -1 */
	size_t depth;	/* of its first line */
};

/* The name of the element or member that LINE begins with, empty if there is none. */
static struct slice line_name(struct slice line, size_t depth)
{
	struct slice name = {line.at + depth + 1, 0};

	if (depth + 1 >= line.length || (line.at[depth] != '<' && line.at[depth] != '"'))
		return (struct slice){line.at, 0};
	while (name.at + name.length < line.at + line.length &&
	       !strchr(" <>/\":", name.at[name.length]))
		name.length++;
	if (line.at[depth] == '"' &&
	    (name.at + name.length + 1 >= line.at + line.length || name.at[name.length + 1] != ':'))
		name.length = 0;
	return name;
}

/* Each tunnel begins with its `id'; what is deeper than a setting's line belongs to it. */
static void map_line(struct printed *printed, struct output *output, struct slice line)
{
	const struct tunnel *tunnel;
	struct slice name;
	size_t depth = 0;

	while (depth < line.length && line.at[depth] == ' ')
		depth++;
	name = line_name(line, depth);
	if (slice_is(name, "id")) {
		printed->setting = -1;
		printed->tunnels++;
	} else if (printed->setting < 0 || depth <= printed->depth) {
		printed->setting = setting_find(name);
		printed->depth = depth;
	}
	if (printed->tunnels == 0 || (printed->setting < 0 && !slice_is(name, "id")))
		return;
	tunnel = printed->model->tunnels[printed->tunnels - 1];
	if (name.length)
		output_origin(output, tunnel, printed->setting);
}

static void write_lines(const struct model *model, const char *text, struct output *output)
{
	struct printed printed = {.model = model, .setting = -1};

	while (*text) {
		const char *end = strchrnul(text, '\n');
		struct slice line = {text, (size_t)(end - text)};

		map_line(&printed, output, line);
		output_bytes(output, line.at, line.length);
		output_bytes(output, "\n", 1);
		text = *end ? end + 1 : end;
	}
}

/* ---- printing ---- */

static void emit(const struct model *model, LYD_FORMAT format, struct output *output)
{
	const struct lys_module *module = NULL;
	struct ly_ctx *context = agent_context_new(&module);
	struct lyd_node *tree = context ? agent_tree_new(model, module) : NULL;
	char *text = NULL;

	if (context && !tree && ly_errcode(context) != LY_EMEM)
		output->failure = "what was made of it does not fit the module 'weipsec-agent', "
				  "which is a fault of weipsec";
	if (!tree || lyd_print_mem(&text, tree, format, LYD_PRINT_WITHSIBLINGS))
		output->failed = 1;
	else
		write_lines(model, text, output);
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	lyd_free_all(tree);
	agent_context_free(context);
	for (size_t i = 0; i < model->count; i++)
		output->has_secrets |= model->tunnels[i]->secret.set;
}

void agent_emit_xml(const struct model *model, struct output *output)
{
	emit(model, LYD_XML, output);
}

void agent_emit_json(const struct model *model, struct output *output)
{
	emit(model, LYD_JSON, output);
}
