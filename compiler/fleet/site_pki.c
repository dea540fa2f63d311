/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/site_pki.h"

#include "compiler/finding/mask.h"
#include "compiler/model/device.h"
#include "compiler/model/telling.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A word of the text, or a value of a document. */
static bool has_secret(const struct model *model, struct slice name)
{
	const struct text *text = model->text;
	size_t from = text ? (size_t)(name.at - text->bytes) : 0;

	if (text && from < text->size &&
	    mask_tells(text, (struct span){(uint32_t)from, (uint32_t)(from + name.length)}))
		return true;
	return telling_model(model, name);
}

struct slice site_hostname(const struct model *model)
{
	struct slice name = {NULL, 0};

	if (model && model->device)
		name = model->device->hostname.length ? model->device->hostname
						      : model->device->prompt;
	return name.length && has_secret(model, name) ? (struct slice){NULL, 0} : name;
}

static bool has_certificates(const struct model *model)
{
	for (size_t i = 0; model && i < model->count; i++) {
		if (model->tunnels[i]->certificate.length || model->tunnels[i]->ca.length)
			return true;
	}
	return false;
}

/* A host name is a folder's if it is one name, which leads nowhere else. */
static bool is_folder_name(struct slice name)
{
	return name.length && name.length <= NAME_MAX && name.at[0] != '.' &&
	       !memchr(name.at, '/', name.length) && !memchr(name.at, '\0', name.length);
}

struct pki *site_pki_find(void *of, const struct model *model)
{
	struct site_reader *reader = of;
	struct slice name = site_hostname(model);
	char *path;

	if (!reader->pki || !has_certificates(model) || !is_folder_name(name) ||
	    asprintf(&path, "%s/%.*s", reader->pki, (int)name.length, name.at) < 0)
		return NULL;
	reader->own = pki_open(path, reader->now);
	free(path);
	return reader->own;
}

void site_pki_keep(struct site_reader *reader, struct site *site,
		   const struct compilation *compilation, struct pki *pki)
{
	const struct model *model = compilation->model;
	struct slice *labels;

	if (!has_certificates(model))
		return;
	labels = arena_alloc(reader->arena, model->count * sizeof(*labels) + 1);
	for (size_t i = 0; labels && i < model->count; i++)
		labels[i] = model->tunnels[i]->certificate;
	site->has_pki = true;
	reader->store.arena = reader->arena;
	if (labels)
		site->kept = pki_keep(pki, labels, model->count, &reader->store);
}
