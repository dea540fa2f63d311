/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_BACKEND_H
#define WEIPSEC_BACKEND_H

#include "backends/output.h"
#include "compiler/model.h"

/* What a backend cannot express: it becomes WI613, and the whole output is refused. */
struct backend_refusal {
	struct span at;
	char message[160]; /* lower case, no full stop, no secret */
};

struct backend {
	const char *name; /* the word behind --to */
	const char *summary;
	/* False with *REFUSAL filled in if TUNNEL, enabled, cannot be expressed. */
	bool (*supports)(const struct tunnel *tunnel, struct backend_refusal *refusal);
	/* Writes the whole artefact; pure and deterministic.  Sets output->failed without memory. */
	void (*emit)(const struct model *model, struct output *output);
	/* The same as JSON, NULL where there is none. */
	void (*emit_json)(const struct model *model, struct output *output);
};

/* All of them, ended by a row without a name. */
extern const struct backend backends[];

const struct backend *backend_find(const char *name);

#endif
