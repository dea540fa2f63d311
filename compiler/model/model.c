/* SPDX-License-Identifier: ISC */
#include "compiler/model/model.h"

#include <string.h>

const struct suite suite_automatic = {.set = false};

_Static_assert(2 * SETTING_COUNT <= 64, "the states of all settings are one word");

const struct origin *tunnel_origin(const struct tunnel *tunnel, enum setting setting)
{
	static const struct origin nowhere;
	uint64_t named = states_named(tunnel->states);
	uint64_t bit = UINT64_C(1) << (2 * setting);

	return named & bit ? &tunnel->origins[__builtin_popcountll(named & (bit - 1))] : &nowhere;
}

struct slice model_file(const struct model *model, const struct tunnel *tunnel)
{
	if (tunnel->provenance)
		return tunnel->provenance->file;
	return (struct slice){model->text->name, strlen(model->text->name)};
}

uint32_t model_line(const struct model *model, const struct tunnel *tunnel, int setting)
{
	if (tunnel->provenance)
		return setting < 0 ? tunnel->provenance->line : tunnel->provenance->lines[setting];
	return text_place(model->text,
			  setting < 0 ? tunnel->header.from
				      : tunnel_origin(tunnel, (enum setting)setting)->name.from)
	    .line;
}

const struct tunnel *model_tunnel(const struct model *model, int32_t id)
{
	for (size_t i = 0; i < model->count; i++) {
		if (model->tunnels[i]->id == id)
			return model->tunnels[i];
	}
	return NULL;
}

const char *model_identity_word(enum identity_type type)
{
	static const char *const words[] = {
	    [IDENTITY_NONE] = "none",
	    [IDENTITY_ANY] = "any",
	    [IDENTITY_SUBJECT] = "subject",
	    [IDENTITY_INET] = "inet",
	    [IDENTITY_INET_RANGE] = "inet-range",
	    [IDENTITY_NAME] = "name",
	    [IDENTITY_EMAIL] = "email",
	    [IDENTITY_KEY] = "key",
	    [IDENTITY_DN] = "dn",
	};

	return words[type];
}
