/* SPDX-License-Identifier: ISC */
#include "compiler/model/field.h"

#include "compiler/model/resolve.h"

#include <string.h>

static const struct {
	size_t offset;
	size_t size;
} fields[OPTION_COUNT] = {
#define OPTION(symbol, word, type, field, least, most, standard, form, line)                           \
	[OPTION_##symbol] = {offsetof(struct tunnel, field), sizeof(((struct tunnel *)0)->field)},
#include "schemas/options.def"
};

/* a choice is stored as an int, whatever its enum */
_Static_assert(sizeof(enum dpd_action) == sizeof(int) && sizeof(enum method) == sizeof(int) &&
		   sizeof(enum revocation) == sizeof(int),
	       "enums are as wide as int");

static const void *value_of(const struct tunnel *tunnel, enum option option)
{
	return (const char *)tunnel + fields[option].offset;
}

void *field_of(struct tunnel *tunnel, enum option option)
{
	return (char *)tunnel + fields[option].offset;
}

void field_reset(struct tunnel *tunnel, enum option option)
{
	memcpy(field_of(tunnel, option), value_of(&tunnel_standard, option), fields[option].size);
}

void field_visit(const struct tunnel *tunnel, enum option option,
		 const struct field_visitor *visitor, void *to)
{
	const void *value = value_of(tunnel, option);

	switch (option_table[option].type) {
	case OPTION_FLAG:
		visitor->flag(to, option, *(const bool *)value);
		break;
	case OPTION_CHOICE:
		visitor->choice(to, option, *(const int *)value);
		break;
	case OPTION_NUMBER:
	case OPTION_DURATION:
		visitor->number(to, option, *(const uint32_t *)value);
		break;
	case OPTION_SUITE:
		visitor->suite(to, option, *(const struct suite *const *)value);
		break;
	case OPTION_SECRET_TEXT:
		visitor->secret(to, option, value);
		break;
	case OPTION_LABEL:
		visitor->label(to, option, *(const struct slice *)value);
		break;
	case OPTION_ADDRESS:
		visitor->address(to, option, value);
		break;
	case OPTION_SUBNET:
		visitor->subnet(to, option, value);
		break;
	case OPTION_IDENTITY:
		visitor->identity(to, option, value);
		break;
	case OPTION_TEXT:
		visitor->text(to, option, *(const struct slice *)value);
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

bool field_equal(const struct tunnel *a, const struct tunnel *b, enum option option)
{
	const void *one = value_of(a, option), *other = value_of(b, option);

	switch (option_table[option].type) {
	case OPTION_SUITE:
		return same_suite(*(const struct suite *const *)one,
				  *(const struct suite *const *)other);
	case OPTION_SECRET_TEXT:
		return same_secret(one, other);
	case OPTION_ADDRESS:
		return same_address(one, other);
	case OPTION_SUBNET:
		return same_subnet(one, other);
	case OPTION_IDENTITY:
		return same_identity(one, other);
	case OPTION_LABEL:
	case OPTION_TEXT:
		return same_slice(one, other);
	case OPTION_FLAG:
	case OPTION_CHOICE:
	case OPTION_NUMBER:
	case OPTION_DURATION:
		break;
	}
	return memcmp(one, other, fields[option].size) == 0;
}
