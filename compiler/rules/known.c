/* SPDX-License-Identifier: ISC */
#include "compiler/rules/known.h"

#include "compiler/model/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An address that no peer can reach: nothing of a tunnel is to have it, or is lost with it. */
static bool is_loopback(uint32_t ip)
{
	return ip >> 24 == 127;
}

static size_t count_addresses(const struct device *device)
{
	size_t count = 0;

	for (const struct device_interface *i = device->interfaces; i; i = i->next) {
		for (const struct device_address *a = i->addresses; a; a = a->next)
			count++;
	}
	return count;
}

static int compare(const void *left, const void *right)
{
	const struct known_address *a = left, *b = right;

	if (a->interface->enabled != b->interface->enabled)
		return a->interface->enabled ? -1 : 1;
	if (a->ip != b->ip)
		return a->ip < b->ip ? -1 : 1;
	/* the text's own, in its order, before those that have no place */
	if (!a->at.to != !b->at.to)
		return a->at.to ? -1 : 1;
	return (a->at.from > b->at.from) - (a->at.from < b->at.from);
}

static void add_device(struct known *known, struct known_address *addresses,
		       const struct device *device)
{
	for (const struct device_interface *i = device->interfaces; i; i = i->next) {
		if (i->enabled && i->dhcp && !known->dhcp)
			known->dhcp = i;
		known->unclear = known->unclear || (i->enabled && i->unclear);
		for (const struct device_address *a = i->addresses; a; a = a->next) {
			if (is_loopback(a->ip))
				continue;
			addresses[known->count++] =
			    (struct known_address){a->ip, a->length, i, a->at};
			known->enabled += i->enabled;
		}
	}
	known->whole = known->whole || device->whole;
	known->unclear = known->unclear || device->unclear;
}

static struct known *make(const struct check *check)
{
	const struct device *text = check->model->device, *json = check->surroundings->device;
	size_t count = count_addresses(text) + (json ? count_addresses(json) : 0);
	struct arena *arena = check->findings->arena;
	struct known_address *addresses = arena_alloc(arena, (count + 1) * sizeof(*addresses));
	struct known *known = arena_alloc(arena, sizeof(*known));

	if (!addresses || !known)
		return NULL;
	add_device(known, addresses, text);
	if (json)
		add_device(known, addresses, json);
	qsort(addresses, known->count, sizeof(*addresses), compare);
	known->addresses = addresses;
	return known;
}

const struct known *known_of(struct check *check)
{
	if (!check->known)
		check->known = make(check);
	return check->known;
}

/* The first address of those from LOW to HIGH that is not below IP; HIGH if there is none. */
static size_t lower_bound(const struct known *known, size_t low, size_t high, uint32_t ip)
{
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (known->addresses[middle].ip < ip)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct known_address *known_find(const struct known *known, uint32_t ip)
{
	size_t at = lower_bound(known, 0, known->enabled, ip);

	if (at < known->enabled && known->addresses[at].ip == ip)
		return &known->addresses[at];
	at = lower_bound(known, known->enabled, known->count, ip);
	return at < known->count && known->addresses[at].ip == ip ? &known->addresses[at] : NULL;
}

const struct known_address *known_inside(const struct known *known, const struct subnet *subnet)
{
	size_t at = lower_bound(known, 0, known->enabled, subnet->address);
	uint32_t last = subnet->address | ~prefix_mask(subnet->length);

	return at < known->enabled && known->addresses[at].ip <= last ? &known->addresses[at] : NULL;
}

const struct known_address *known_around(const struct known *known, uint32_t ip)
{
	for (size_t at = 0; at < known->count; at++) {
		const struct known_address *address = &known->addresses[at];

		if (((address->ip ^ ip) & prefix_mask(address->length)) == 0)
			return address;
	}
	return NULL;
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("._:-", c));
}

const char *known_name(const struct device_interface *interface, char buffer[KNOWN_NAME_MAX + 4])
{
	struct slice name = interface->name;

	buffer[0] = '\0';
	if (name.length == 0 || name.length > KNOWN_NAME_MAX)
		return buffer;
	for (size_t i = 0; i < name.length; i++) {
		if (!is_plain(name.at[i]))
			return buffer;
	}
	snprintf(buffer, KNOWN_NAME_MAX + 4, " (%.*s)", (int)name.length, name.at);
	return buffer;
}
