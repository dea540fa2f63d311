/* SPDX-License-Identifier: ISC */
/* The model as a tree of libyang. */
#include "compiler/yang/yang_tree.h"

#include "backends/agent_walk.h"

#include <string.h>

struct planting {
	const struct lys_module *module;
	struct lyd_node *tree;
	struct lyd_node *parent;
	bool in_list; /* the entry of a list is made when its key is known */
	bool failed;  /* out of memory, or a value that the module does not take */
};

static void plant_container(void *context, const char *name)
{
	struct planting *planting = context;
	struct lyd_node *node = NULL;

	if (strcmp(name, "tunnel") == 0) {
		planting->in_list = true;
		return;
	}
	if (lyd_new_inner(planting->parent, planting->parent ? NULL : planting->module, name, 0,
			  &node)) {
		planting->failed = true;
		return;
	}
	if (!planting->tree)
		planting->tree = node;
	planting->parent = node;
}

static void leave_container(void *context)
{
	struct planting *planting = context;

	if (!planting->failed)
		planting->parent = lyd_parent(planting->parent);
}

static void plant_leaf(void *context, const char *name, const char *value)
{
	struct planting *planting = context;
	struct lyd_node *node = NULL;

	if (planting->failed)
		return;
	if (planting->in_list) {
		planting->failed = lyd_new_list(planting->parent, NULL, "tunnel", 0, &node, value);
		planting->parent = planting->failed ? planting->parent : node;
		planting->in_list = false;
	} else if (lyd_new_term(planting->parent, NULL, name, *value ? value : NULL, 0, NULL)) {
		planting->failed = true;
	}
}

struct lyd_node *agent_tree_new(const struct model *model, const struct lys_module *module)
{
	struct planting planting = {.module = module};
	const struct agent_sink sink = {&planting, plant_container, leave_container, plant_leaf};

	if (agent_walk(model, &sink) && !planting.failed &&
	    !lyd_validate_all(&planting.tree, NULL, LYD_VALIDATE_PRESENT, NULL))
		return planting.tree;
	lyd_free_all(planting.tree);
	return NULL;
}
