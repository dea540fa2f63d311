/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_BACKEND_H
#define WEIPSEC_BACKEND_H

#include "backends/output.h"
#include "compiler/model/model.h"

/* What a backend cannot express: it becomes WI613, and the whole output is refused. */
struct backend_refusal {
	struct span at;
	char message[160];	    /* lower case, no full stop, no secret */
	const struct tunnel *other; /* that it cannot stand beside, or NULL */
};

/* False with *REFUSAL filled in if TUNNEL of MODEL, enabled, cannot be expressed. */
typedef bool backend_supports(const struct model *model, const struct tunnel *tunnel,
			      struct backend_refusal *refusal);

struct backend {
	const char *name; /* the word behind --to */
	const char *summary;
	bool takes_keys; /* --keys is of use */
	backend_supports *supports;
	/*
	 * Writes the whole artefact; pure and deterministic.  Sets output->failed without memory.
	 */
	void (*emit)(const struct model *model, struct output *output);
	/* The same as JSON, NULL where there is none. */
	void (*emit_json)(const struct model *model, struct output *output);
};

/* Fills in REFUSAL, at SETTING of TUNNEL; returns false, for supports(). */
bool backend_refuse(struct backend_refusal *refusal, const struct tunnel *tunnel,
		    enum setting setting, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
