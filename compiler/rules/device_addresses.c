/* SPDX-License-Identifier: ISC */
#include "compiler/rules/device_addresses.h"

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
	const struct own_address *a = left, *b = right;

	if (a->interface->enabled != b->interface->enabled)
		return a->interface->enabled ? -1 : 1;
	if (a->ip != b->ip)
		return a->ip < b->ip ? -1 : 1;
	/* the text's own, in its order, before those that have no place */
	if (!a->at.to != !b->at.to)
		return a->at.to ? -1 : 1;
	return (a->at.from > b->at.from) - (a->at.from < b->at.from);
}

static void add_device(struct device_addresses *addresses, struct own_address *list,
		       const struct device *device)
{
	for (const struct device_interface *i = device->interfaces; i; i = i->next) {
		if (i->enabled && i->dhcp && !addresses->dhcp)
			addresses->dhcp = i;
		addresses->unclear = addresses->unclear || (i->enabled && i->unclear);
		addresses->link_local = addresses->link_local || (i->enabled && i->link_local);
		for (const struct device_address *a = i->addresses; a; a = a->next) {
			if (is_loopback(a->ip))
				continue;
			list[addresses->count++] = (struct own_address){a->ip, a->length, i, a->at};
			addresses->enabled += i->enabled;
		}
	}
	addresses->whole = addresses->whole || device->whole;
	addresses->unclear = addresses->unclear || device->unclear;
}

static struct device_addresses *make(const struct check *check)
{
	const struct device *text = check->model->device, *json = check->surroundings->device;
	size_t count = count_addresses(text) + (json ? count_addresses(json) : 0);
	struct arena *arena = check->findings->arena;
	struct own_address *list = arena_alloc(arena, (count + 1) * sizeof(*list));
	struct device_addresses *addresses = arena_alloc(arena, sizeof(*addresses));

	if (!list || !addresses)
		return NULL;
	add_device(addresses, list, text);
	if (json)
		add_device(addresses, list, json);
	qsort(list, addresses->count, sizeof(*list), compare);
	addresses->list = list;
	return addresses;
}

const struct device_addresses *addresses_of(struct check *check)
{
	if (!check->addresses)
		check->addresses = make(check);
	return check->addresses;
}

/* The first address of those from LOW to HIGH that is not below IP; HIGH if there is none. */
static size_t lower_bound(const struct device_addresses *addresses, size_t low, size_t high,
			  uint32_t ip)
{
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (addresses->list[middle].ip < ip)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct own_address *addresses_find(const struct device_addresses *addresses, uint32_t ip)
{
	size_t at = lower_bound(addresses, 0, addresses->enabled, ip);

	if (at < addresses->enabled && addresses->list[at].ip == ip)
		return &addresses->list[at];
	at = lower_bound(addresses, addresses->enabled, addresses->count, ip);
	return at < addresses->count && addresses->list[at].ip == ip ? &addresses->list[at] : NULL;
}

/* RFC 3927: who gives itself an address takes one of these. */
static bool is_link_local(uint32_t ip)
{
	return ip >> 16 == 0xa9fe;
}

bool addresses_may_have(const struct device_addresses *addresses, uint32_t ip)
{
	return addresses->unclear || (addresses->link_local && is_link_local(ip));
}

const struct own_address *addresses_inside(const struct device_addresses *addresses,
					   const struct subnet *subnet)
{
	size_t at = lower_bound(addresses, 0, addresses->enabled, subnet->address);
	uint32_t last = subnet->address | ~prefix_mask(subnet->length);

	return at < addresses->enabled && addresses->list[at].ip <= last ? &addresses->list[at]
									 : NULL;
}

const struct own_address *addresses_around(const struct device_addresses *addresses, uint32_t ip)
{
	for (size_t at = 0; at < addresses->count; at++) {
		const struct own_address *address = &addresses->list[at];

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

const char *interface_name(const struct device_interface *interface,
			   char buffer[INTERFACE_NAME_MAX + 4])
{
	struct slice name = interface->name;

	buffer[0] = '\0';
	if (name.length == 0 || name.length > INTERFACE_NAME_MAX)
		return buffer;
	for (size_t i = 0; i < name.length; i++) {
		if (!is_plain(name.at[i]))
			return buffer;
	}
	snprintf(buffer, INTERFACE_NAME_MAX + 4, " (%.*s)", (int)name.length, name.at);
	return buffer;
}
