/* SPDX-License-Identifier: ISC */
#include "compiler/compare/accept.h"

#include "backends/swanctl.h"
#include "compiler/model/dn.h"
#include "compiler/model/words.h"

#include <string.h>
#include <strings.h>

bool identity_is_pattern(const struct identity *identity)
{
	return identity_accepts_any(identity) || identity->wildcard;
}

bool identity_is_asked_for(const struct identity *identity)
{
	if (identity->type == IDENTITY_INET_RANGE)
		return true;
	return !identity_is_pattern(identity) && !swanctl_id_has_star(identity);
}

/* `*.example.com': what stands behind the star ends the other, in any case. */
static bool has_end(struct slice shown, struct slice pattern)
{
	struct slice end = slice_cut(pattern, 1);

	return shown.length >= end.length &&
	       strncasecmp(shown.at + shown.length - end.length, end.at, end.length) == 0;
}

/* `10.0.0.0/24' or `10.0.0.1-10.0.0.9'. */
static bool holds_address(struct slice range, uint32_t ip)
{
	struct slice first, rest;
	struct subnet subnet;
	uint32_t from, to;

	if (slice_split(range, '-', &first, &rest))
		return address_read(first, &from) && address_read(rest, &to) && from <= ip &&
		       ip <= to;
	return subnet_read(range, &subnet) && (ip & prefix_mask(subnet.length)) == subnet.address;
}

static bool read_name(const struct identity *identity, struct arena *arena, struct dn *dn)
{
	return identity->value_is_der ? dn_from_der(arena, identity->value, DN_KEY_TYPED, dn)
				      : dn_from_text(arena, identity->value, DN_KEY_TYPED, dn);
}

static bool name_fits(const struct identity *shown, const struct identity *wanted,
		      struct arena *arena)
{
	struct dn name, pattern;

	return read_name(shown, arena, &name) && read_name(wanted, arena, &pattern) &&
	       dn_fits(name.key, pattern.key);
}

/* `name *': any name, but nothing else. */
static bool is_any_name(const struct identity *identity)
{
	return identity->type == IDENTITY_NAME && slice_is(identity->value, "*");
}

static bool fits_pattern(const struct identity *shown, const struct identity *wanted,
			 struct arena *arena)
{
	if (is_any_name(wanted))
		return shown->type == IDENTITY_NAME;
	if (wanted->type == IDENTITY_INET_RANGE)
		return shown->type == IDENTITY_INET && holds_address(wanted->value, shown->ip);
	if (shown->type != wanted->type || !wanted->wildcard)
		return false;
	if (wanted->type == IDENTITY_DN)
		return name_fits(shown, wanted, arena);
	return has_end(shown->value, wanted->value);
}

/* In keys the case of a value is gone where all of it could be a PrintableString; charon goes
 * by what it is, which only DER can say otherwise. */
static bool is_equal(const struct identity *shown, const struct identity *wanted,
		     struct arena *arena)
{
	if (!shown->key.length || slice_compare(shown->key, wanted->key) != 0)
		return false;
	return !(shown->value_is_der || wanted->value_is_der) || name_fits(shown, wanted, arena);
}

enum acceptance identity_acceptance(const struct identity *shown, const struct identity *wanted,
				    struct arena *arena)
{
	if (wanted->type == IDENTITY_ANY)
		return ACCEPT_ANY;
	if (is_equal(shown, wanted, arena))
		return ACCEPT_EXACTLY;
	if (!fits_pattern(shown, wanted, arena))
		return ACCEPT_NOT;
	return is_any_name(wanted) ? ACCEPT_ANY : ACCEPT_PATTERN;
}
