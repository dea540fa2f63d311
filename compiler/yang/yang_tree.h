/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_YANG_TREE_H
#define WEIPSEC_YANG_TREE_H

#include "compiler/model/model.h"

#include <libyang/libyang.h>

/*
 * The tree of MODEL, validated against MODULE, to be freed with lyd_free_all(); the first node is
 * `ipsec'.  NULL without memory, or if libyang does not take it.
 */
struct lyd_node *agent_tree_new(const struct model *model, const struct lys_module *module);

#endif
