/* SPDX-License-Identifier: ISC */
#include "compiler/model/device.h"

#include "compiler/model/words.h"

#include <string.h>

void device_init(struct device *device)
{
	*device = (struct device){0};
	device->last = &device->interfaces;
}

struct device_interface *device_interface_new(struct device *device, struct arena *arena,
					      struct slice name)
{
	struct device_interface *interface = arena_alloc(arena, sizeof(*interface));

	if (!interface)
		return NULL;
	interface->name = name;
	interface->enabled = true;
	*device->last = interface;
	device->last = &interface->next;
	return interface;
}

bool device_address_read(struct slice word, uint32_t *ip, uint8_t *length)
{
	struct slice address = word, digits;
	uint32_t number = PREFIX_MAX;

	if (slice_split(word, '/', &address, &digits) && !number_read(digits, &number))
		return false;
	if (!address_read(address, ip) || number > PREFIX_MAX)
		return false;
	*length = (uint8_t)number;
	return true;
}

bool device_address_is_ipv6(struct slice word)
{
	return memchr(word.at, ':', word.length);
}

struct device_address *device_address_add(struct device_interface *interface, struct arena *arena,
					  struct slice word)
{
	struct device_address *address;
	uint32_t ip;
	uint8_t length;

	if (!device_address_read(word, &ip, &length)) {
		interface->unclear = interface->unclear || !device_address_is_ipv6(word);
		return NULL;
	}
	address = arena_alloc(arena, sizeof(*address));
	if (!address)
		return NULL;
	*address = (struct device_address){
	    .next = interface->addresses, .ip = ip, .length = length};
	interface->addresses = address;
	return address;
}

struct device_interface *device_interface_find(const struct device *device, struct slice name)
{
	struct device_interface *interface = device->interfaces;

	while (interface && slice_compare(interface->name, name) != 0)
		interface = interface->next;
	return interface;
}

const struct device_address *device_static_address(const struct device *device, struct slice name)
{
	const struct device_interface *interface = device_interface_find(device, name);
	const struct device_address *found = NULL;

	if (!interface || !interface->enabled || interface->dhcp || interface->unclear)
		return NULL;
	for (const struct device_address *a = interface->addresses; a; a = a->next) {
		if (a->secondary)
			continue;
		if (found)
			return NULL;
		found = a;
	}
	return found;
}

/* --- releases --------------------------------------------------------------------------------- */

/* The digits that WORD begins with, and a dot behind them. */
static bool take_number(struct slice *word, uint32_t *number)
{
	struct slice digits = {word->at, 0};

	while (digits.length < word->length && word->at[digits.length] >= '0' &&
	       word->at[digits.length] <= '9')
		digits.length++;
	if (!number_read(digits, number))
		return false;
	word->at += digits.length;
	word->length -= digits.length;
	return true;
}

static bool take_dot(struct slice *word)
{
	if (word->length == 0 || *word->at != '.')
		return false;
	word->at++;
	word->length--;
	return true;
}

static bool is_pre_release(struct slice rest)
{
	static const char *const marks[] = {"-rc", "-beta", "-alpha"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t length = strlen(marks[i]);

		if (rest.length >= length &&
		    slice_is_nocase((struct slice){rest.at, length}, marks[i]))
			return true;
	}
	return false;
}

bool device_release_read(struct slice word, struct device_release *release)
{
	*release = (struct device_release){0};
	if (word.length && *word.at == 'v') {
		word.at++;
		word.length--;
	}
	if (!take_number(&word, &release->major) || !take_dot(&word) ||
	    !take_number(&word, &release->minor))
		return false;
	if (take_dot(&word) && !take_number(&word, &release->patch))
		return false;
	release->before = is_pre_release(word);
	return true;
}
