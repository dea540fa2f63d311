/* SPDX-License-Identifier: ISC */
/* Texts of sites that wait in a spool, since few are asked for again. */
#include "compiler/fleet/site.h"

#include "compiler/base/spool.h"

#include <stdlib.h>

void site_put_aside(struct site *site, struct spool *spool)
{
	struct text *text = site->model.text;

	if (!text)
		return;
	site->is_aside = true;
	site->aside_at = spool_size(spool);
	/* with what stands behind it, as any text has it */
	spool_put(spool, text->bytes, text->size + 3);
	free(text->bytes);
	free(text->lines);
	text->bytes = NULL;
	text->lines = NULL;
}

void site_use(struct site *site, char *map)
{
	if (site->is_aside)
		site->model.text->bytes = map + site->aside_at;
}

void site_free(struct site *site)
{
	if (!site || !site->model.text)
		return;
	if (!site->is_aside) {
		text_free(site->model.text);
		return;
	}
	free(site->model.text->lines);
	free(site->model.text);
}
