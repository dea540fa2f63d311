/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GRAPH_H
#define WEIPSEC_GRAPH_H

#include "compiler/picture/topology.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * Which of Graphviz's programs draws TOPOLOGY: `dot' where most are spokes of a few, `sfdp' where
 * they are a mesh.  What graph_write() writes is for it.
 */
const char *graph_engine(const struct topology *topology);

/*
 * Writes TOPOLOGY in the language of Graphviz: gateways with their networks, tunnels in the colour
 * of their outcome, and never a secret.  False without memory; errors of OUT are for the caller.
 */
bool graph_write(const struct topology *topology, FILE *out);

#endif
