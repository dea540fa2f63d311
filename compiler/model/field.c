/* SPDX-License-Identifier: ISC */
#include "compiler/model/field.h"

#include "compiler/model/resolve.h"

#include <string.h>

static const struct {
	size_t offset;
	size_t size;
} fields[SETTING_COUNT] = {
#define SETTING(symbol, word, type, field, least, most, standard, form, line)                      \
	[SETTING_##symbol] = {offsetof(struct tunnel, field), sizeof(((struct tunnel *)0)->field)},
#include "schemas/settings.def"
};

/* a choice is stored as an int, whatever its enum */
_Static_assert(sizeof(enum dpd_action) == sizeof(int) && sizeof(enum method) == sizeof(int) &&
		   sizeof(enum revocation) == sizeof(int),
	       "enums are as wide as int");

static const void *value_of(const struct tunnel *tunnel, enum setting setting)
{
	return (const char *)tunnel + fields[setting].offset;
}

void *field_of(struct tunnel *tunnel, enum setting setting)
{
	return (char *)tunnel + fields[setting].offset;
}

void field_reset(struct tunnel *tunnel, enum setting setting)
{
	memcpy(field_of(tunnel, setting), value_of(&tunnel_standard, setting),
	       fields[setting].size);
}

void field_visit(const struct tunnel *tunnel, enum setting setting,
		 const struct field_visitor *visitor, void *to)
{
	const void *value = value_of(tunnel, setting);

	switch (setting_table[setting].type) {
	case SETTING_FLAG:
		visitor->flag(to, setting, *(const bool *)value);
		break;
	case SETTING_CHOICE:
		visitor->choice(to, setting, *(const int *)value);
		break;
	case SETTING_NUMBER:
	case SETTING_DURATION:
		visitor->number(to, setting, *(const uint32_t *)value);
		break;
	case SETTING_SUITE:
		visitor->suite(to, setting, *(const struct suite *const *)value);
		break;
	case SETTING_SECRET_TEXT:
		visitor->secret(to, setting, value);
		break;
	case SETTING_LABEL:
		visitor->label(to, setting, *(const struct slice *)value);
		break;
	case SETTING_ADDRESS:
		visitor->address(to, setting, value);
		break;
	case SETTING_SUBNET:
		visitor->subnet(to, setting, value);
		break;
	case SETTING_IDENTITY:
		visitor->identity(to, setting, value);
		break;
	case SETTING_TEXT:
		visitor->text(to, setting, *(const struct slice *)value);
		break;
	}
}

/* ---- equality ---- */

static bool same_slice(const struct slice *a, const struct slice *b)
{
	return slice_compare(*a, *b) == 0;
}

static bool same_suite(const struct suite *a, const struct suite *b)
{
	if (a->set != b->set)
		return false;
	for (int slot = 0; a->set && slot < SUITE_SLOTS; slot++) {
		if (a->slot[slot].algorithm != b->slot[slot].algorithm)
			return false;
	}
	return true;
}

static bool same_secret(const struct secret *a, const struct secret *b)
{
	return a->set == b->set && (!a->set || same_slice(&a->bytes, &b->bytes));
}

static bool same_address(const struct address *a, const struct address *b)
{
	return a->set == b->set && (!a->set || a->ip == b->ip);
}

static bool same_subnet(const struct subnet *a, const struct subnet *b)
{
	return a->known == b->known && a->address == b->address && a->length == b->length;
}

/* Whoever accepts any identity may have a key for that, or none. */
static bool same_identity(const struct identity *a, const struct identity *b)
{
	return a->type == b->type && (a->type == IDENTITY_ANY || same_slice(&a->key, &b->key));
}

bool field_equal(const struct tunnel *a, const struct tunnel *b, enum setting setting)
{
	const void *one = value_of(a, setting), *other = value_of(b, setting);

	switch (setting_table[setting].type) {
	case SETTING_SUITE:
		return same_suite(*(const struct suite *const *)one,
				  *(const struct suite *const *)other);
	case SETTING_SECRET_TEXT:
		return same_secret(one, other);
	case SETTING_ADDRESS:
		return same_address(one, other);
	case SETTING_SUBNET:
		return same_subnet(one, other);
	case SETTING_IDENTITY:
		return same_identity(one, other);
	case SETTING_LABEL:
	case SETTING_TEXT:
		return same_slice(one, other);
	case SETTING_FLAG:
	case SETTING_CHOICE:
	case SETTING_NUMBER:
	case SETTING_DURATION:
		break;
	}
	return memcmp(one, other, fields[setting].size) == 0;
}
