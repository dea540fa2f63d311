/* SPDX-License-Identifier: ISC */
/*
 * Agent configuration by libyang, for a host: it knows what there may be, and of which type.  What
 * is missing, twice there, or does not fit together is said by those who say it of every document
 * (agent.c and the rules), so the module's must statements are not asked.
 *
 * Nothing of libyang's messages is shown where they may quote a value, since that may be a secret:
 * what is wrong with a value is said by agent.c.
 */
#include "compiler/yang/yang.h"

#include "compiler/agent/place.h"
#include "compiler/yang/schema.h"

#include <libyang/plugins_types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer than any two names of the module. */
#define PATH_LENGTH 80

/* ---- errors ---- */

/*
 * Where ERROR is in the tree, or NULL.  libyang 3 tells a place in the data apart from one in the
 * module, and has the line as a number, which before stood in words in what it calls the path.
 */
#if LYPLG_TYPE_API_VERSION > 1
static const char *error_path(const struct ly_err_item *error)
{
	return error->data_path ? error->data_path : error->schema_path;
}

static uint64_t told_line(const struct ly_err_item *error)
{
	return error->line ? error->line : 1;
}
#else
static const char *error_path(const struct ly_err_item *error)
{
	return error->path;
}

static uint64_t told_line(const struct ly_err_item *error)
{
	static const char mark[] = "ine number ";
	const char *at = error->path ? strstr(error->path, mark) : NULL;

	return at ? strtoul(at + sizeof(mark) - 1, NULL, 10) : 1;
}
#endif

/* It counts the end of the text as a line, too. */
static uint32_t error_line(const struct agent *agent, const struct ly_err_item *error)
{
	uint64_t line = error ? told_line(error) : 1;
	uint32_t last = text_place(agent->text, (uint32_t)agent->text->size).line;

	return line < last ? (uint32_t)line : last;
}

/* The last name of the path: a setting, or what has something wrong in it. */
static struct slice error_name(const char *path)
{
	static const char module[] = "weipsec-agent:";
	struct slice name = {"ipsec", 5};
	bool quoted = false;

	for (; path && *path; path++) {
		quoted = quoted != (*path == '\'');
		if (*path != '/' || quoted)
			continue;
		path += strncmp(path + 1, module, strlen(module)) == 0 ? strlen(module) : 0;
		name = (struct slice){path + 1, strcspn(path + 1, "/[\",. ")};
	}
	return name;
}

static bool fail_parse(struct agent *agent, const struct ly_ctx *context)
{
	const struct ly_err_item *first = ly_err_first(context);
	const struct ly_err_item *error = first ? first->prev : NULL;
	uint32_t line = error_line(agent, error);
	struct slice name = error_name(error ? error_path(error) : NULL);
	char copy[AGENT_QUOTE_ROOM], quote[AGENT_QUOTE_ROOM];

	snprintf(copy, sizeof(copy), "%.*s", (int)name.length, name.at);
	if (!error || error->vecode == LYVE_SYNTAX)
		return agent_fail(agent, line, "this is not well-formed %s",
				  agent_is_xml(agent->text) ? "XML" : "JSON");
	return agent_fail(agent, line,
			  error->vecode == LYVE_DATA
			      ? "%s has a value that is not valid"
			      : "%s has something in it that the module does not have there",
			  agent_quote(quote, copy, "something"));
}

/* ---- the tree ---- */

static bool read_leaf(struct agent *agent, const struct lyd_node *node, const char *container)
{
	const char *text = lyd_get_value(node);
	struct slice value = {text, strlen(text)};
	char path[PATH_LENGTH];
	bool read;

	snprintf(path, sizeof(path), "%s%s%s", container, *container ? "/" : "", LYD_NAME(node));
	read = agent_leaf(agent, path, value);
	agent_place(agent, path);
	return read;
}

static bool read_container(struct agent *agent, const struct lyd_node *container)
{
	const struct lyd_node *node;
	bool read = agent_container(agent, LYD_NAME(container));

	agent_place(agent, LYD_NAME(container));
	LY_LIST_FOR(lyd_child(container), node)
	{
		read = read && read_leaf(agent, node, LYD_NAME(container));
	}
	return read;
}

static bool read_leaves(struct agent *agent, const struct lyd_node *tunnel)
{
	const struct lyd_node *node;

	LY_LIST_FOR(lyd_child(tunnel), node)
	{
		if (node->schema->nodetype == LYS_CONTAINER ? !read_container(agent, node)
							    : !read_leaf(agent, node, ""))
			return false;
	}
	return true;
}

static bool read_tunnel(struct agent *agent, const struct lyd_node *tunnel)
{
	bool read = agent_open(agent) && read_leaves(agent, tunnel) && agent_close(agent);

	agent_place(agent, "");
	return read;
}

static bool read_tree(struct agent *agent, const struct lyd_node *tree)
{
	const struct lyd_node *node;

	if (!tree || tree->next || strcmp(LYD_NAME(tree), "ipsec") != 0)
		return agent_fail(agent, 1,
				  "there is no 'ipsec' of the module 'weipsec-agent' here, "
				  "or something beside it");
	LY_LIST_FOR(lyd_child(tree), node)
	{
		if (strcmp(LYD_NAME(node), "tunnel") == 0 ? !read_tunnel(agent, node)
							  : !read_leaf(agent, node, ""))
			return false;
	}
	return true;
}

static bool read_in(struct agent *agent, struct ly_ctx *context)
{
	const char *bytes = agent->text->bytes + text_bom(agent->text);
	struct lyd_node *tree = NULL;
	bool read = false;

	if (lyd_parse_data_mem(context, bytes, agent_is_xml(agent->text) ? LYD_XML : LYD_JSON,
			       LYD_PARSE_ONLY | LYD_PARSE_STRICT, 0, &tree))
		fail_parse(agent, context);
	else
		read = read_tree(agent, tree);
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
	agent_context_free(context);
	return read;
}
