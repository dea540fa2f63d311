/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_XFRM_KEYS_H
#define WEIPSEC_XFRM_KEYS_H

#include "backends/backend.h"

/* False with *REFUSAL filled in if TUNNEL's keys cannot be used for what it encrypts with. */
bool xfrm_keys_supports(const struct tunnel *tunnel, struct backend_refusal *refusal);
/* The lines of TUNNEL's two states. */
void xfrm_keys_write(struct output *output, const struct tunnel *tunnel);

/* The ID that binds states to their policies: 0 in a template would match those of every tunnel. */
static inline unsigned xfrm_reqid(const struct tunnel *tunnel)
{
	return tunnel->id ? (unsigned)tunnel->id : 65536;
}

#endif
