/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_XFRM_H
#define WEIPSEC_XFRM_H

#include "backends/backend.h"

/* The row of `struct backend' for the script. */
backend_supports xfrm_supports;
void xfrm_emit(const struct model *model, struct output *output);

/* False with *REFUSAL filled in if TUNNEL's keys cannot be used for what it encrypts with. */
bool xfrm_keys_supports(const struct tunnel *tunnel, struct backend_refusal *refusal);
/* The lines of TUNNEL's two states. */
void xfrm_keys_write(struct output *output, const struct tunnel *tunnel);

/* 0 in a template would match the states of every tunnel. */
static inline unsigned xfrm_reqid(const struct tunnel *tunnel)
{
	return tunnel->id ? (unsigned)tunnel->id : 65536;
}

/* The lines that every script ends with (backends/xfrm.sh), ended by NULL; made when this is built. */
extern const char *const xfrm_script[];

#endif
