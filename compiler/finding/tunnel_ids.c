/* SPDX-License-Identifier: ISC */
#include "compiler/finding/tunnel_ids.h"

void tunnel_ids_add(struct tunnel_ids *ids, int32_t id)
{
	unsigned bit = (unsigned)(id + 1);

	ids->bits[bit / 8] |= (unsigned char)(1U << bit % 8);
}

bool tunnel_ids_have(const struct tunnel_ids *ids, int32_t id)
{
	unsigned bit = (unsigned)(id + 1);

	return ids->bits[bit / 8] >> bit % 8 & 1;
}

void tunnel_ids_add_all(struct tunnel_ids *ids, const struct tunnel_ids *more)
{
	for (size_t i = 0; i < sizeof(ids->bits); i++)
		ids->bits[i] |= more->bits[i];
}

void tunnel_ids_add_errors(struct tunnel_ids *ids, const struct findings *findings)
{
	for (const struct finding *at = findings->first; at; at = at->next) {
		if (at->severity == SEVERITY_ERROR)
			tunnel_ids_add(ids, at->tunnel);
	}
	if (findings->beyond)
		tunnel_ids_add_all(ids, findings->beyond);
}
