/* SPDX-License-Identifier: ISC */
/*
 * Agent configuration by libyang, for a host.  Nothing of libyang's messages is shown where they may
 * quote a value, since that may be a secret: what is wrong with a value is said by agent.c.
 */
#include "compiler/agent_yang.h"

#include "backends/agent.h"
#include "compiler/agent_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MAX_LENGTH 80

bool agent_yang_is_document(const struct text *text)
{
	static const char member[] = "\"weipsec-agent:";
	uint32_t at;

	if (agent_is_xml(text))
		return true;
	if (!text_is_json(text, &at) || text->bytes[at] != '{')
		return false;
	for (at++; at < text->size && memchr(" \t\r\n", text->bytes[at], 4);)
		at++;
	return text->size - at >= sizeof(member) - 1 &&
	       memcmp(text->bytes + at, member, sizeof(member) - 1) == 0;
}

/* ---- errors ---- */

/* libyang has the line in words, in what it calls the path. */
static uint32_t error_line(const struct ly_ctx *context)
{
	static const char mark[] = "ine number ";
	const struct ly_err_item *error = ly_err_first(context);
	const char *at = error && error->prev->path ? strstr(error->prev->path, mark) : NULL;

	return at ? (uint32_t)strtoul(at + sizeof(mark) - 1, NULL, 10) : 0;
}

static bool fail_parse(struct agent *agent, const struct ly_ctx *context)
{
	uint32_t line = error_line(context);

	return agent_fail(agent, line ? line : 1, "this is not well-formed %s",
			  agent_is_xml(agent->text) ? "XML" : "JSON");
}

/* What the module's own must statements say has no value in it. */
static bool fail_validation(struct agent *agent, const struct ly_ctx *context)
{
	const struct ly_err_item *error = ly_err_first(context);

	error = error ? error->prev : NULL;
	if (error && error->apptag && strcmp(error->apptag, "must-violation") == 0)
		return agent_fail(agent, 0, "%s", error->msg);
	return agent_fail(agent, 0, "the document does not fit the module 'weipsec-agent'");
}

/* ---- the tree ---- */

struct reading {
	struct agent *agent;
	size_t index; /* of the tunnel */
	char path[PATH_MAX_LENGTH];
};

/* The place of an error that has none yet. */
static bool placed(struct reading *reading, bool read)
{
	struct agent_error *error = &reading->agent->error;

	if (!read && !error->line)
		error->line =
		    agent_place_line(reading->agent->text, reading->index, reading->path);
	return read;
}

/* A node that is opaque has a name, a namespace or a value that the module has not. */
static bool read_leaf(struct reading *reading, const struct lyd_node *node)
{
	const char *text = lyd_get_value(node);
	struct slice value = {text ? text : "", text ? strlen(text) : 0};

	if (!agent_leaf(reading->agent, reading->path, value, 0))
		return false;
	return node->schema || agent_fail(reading->agent, 0, "'%s' has a value of another type",
					  reading->path);
}

static bool read_container(struct reading *reading, const struct lyd_node *container)
{
	const struct lyd_node *node;

	LY_LIST_FOR(lyd_child(container), node)
	{
		snprintf(reading->path, sizeof(reading->path), "%.38s/%.38s", LYD_NAME(container),
			 LYD_NAME(node));
		if (!read_leaf(reading, node))
			return false;
	}
	return true;
}

static bool read_tunnel(struct reading *reading, const struct lyd_node *tunnel)
{
	const struct lyd_node *node;

	reading->path[0] = '\0';
	if (!agent_open(reading->agent, 0))
		return false;
	LY_LIST_FOR(lyd_child(tunnel), node)
	{
		bool container = agent_has_container(LYD_NAME(node));

		snprintf(reading->path, sizeof(reading->path), "%.76s", LYD_NAME(node));
		if (container ? !read_container(reading, node) : !read_leaf(reading, node))
			return false;
	}
	reading->path[0] = '\0';
	return agent_close(reading->agent, 0);
}

static bool read_tree(struct reading *reading, const struct lyd_node *tree)
{
	const struct lyd_node *node;

	reading->index = AGENT_PLACE_OUTSIDE;
	if (!tree || !tree->schema || tree->next || strcmp(LYD_NAME(tree), "ipsec") != 0)
		return agent_fail(reading->agent, 1, "there is no 'ipsec' of the module "
						     "'weipsec-agent' here, or something beside it");
	LY_LIST_FOR(lyd_child(tree), node)
	{
		if (strcmp(LYD_NAME(node), "tunnel") == 0) {
			reading->index++;
			if (!placed(reading, read_tunnel(reading, node)))
				return false;
			continue;
		}
		snprintf(reading->path, sizeof(reading->path), "%.76s", LYD_NAME(node));
		if (reading->index != AGENT_PLACE_OUTSIDE ||
		    !placed(reading, read_leaf(reading, node)))
			return false;
	}
	return true;
}

static bool read_in(struct agent *agent, struct ly_ctx *context)
{
	struct reading reading = {.agent = agent};
	const char *bytes = agent->text->bytes + text_bom(agent->text);
	struct lyd_node *tree = NULL;
	bool read = false;

	if (lyd_parse_data_mem(context, bytes, agent_is_xml(agent->text) ? LYD_XML : LYD_JSON,
			       LYD_PARSE_ONLY | LYD_PARSE_OPAQ, 0, &tree))
		fail_parse(agent, context);
	else
		read = read_tree(&reading, tree);
	if (read && lyd_validate_all(&tree, NULL, LYD_VALIDATE_PRESENT, NULL))
		read = placed(&reading, fail_validation(agent, context));
	lyd_free_all(tree);
	return read;
}

bool agent_yang_read(struct agent *agent)
{
	const struct lys_module *module = NULL;
	struct ly_ctx *context;
	bool read;

	if (!agent_place_check(agent))
		return false;
	context = agent_context_new(&module);
	if (!context) {
		agent->error.memory = true;
		return agent_fail(agent, 0, "out of memory");
	}
	read = read_in(agent, context);
	ly_ctx_destroy(context);
	return read;
}
