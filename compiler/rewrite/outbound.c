/* SPDX-License-Identifier: ISC */
/* From an interface to the address that WeOS 5 wants to be told. */
#include "compiler/rewrite/outbound.h"

#include "compiler/model/words.h"

/* Not to be reached from the internet: the host's own addresses are not either. */
static bool is_private(uint32_t ip)
{
	return address_is_private(ip) || ip >> 24 == 127;
}

static const char *find_named(const struct device *text, const struct device *json,
			      struct slice name, struct outbound *outbound)
{
	const struct device_interface *interface = device_interface_find(text, name);
	const struct device *device = interface || !json ? text : json;
	const struct device_address *address = device_static_address(device, name);

	interface = interface || !json ? interface : device_interface_find(json, name);
	if (address) {
		outbound->ip = address->ip;
		return NULL;
	}
	if (!interface)
		return "the interface of 'outbound' is not in the text, so its address is not "
		       "known: '--device' can "
		       "tell it";
	if (!interface->enabled)
		return "the interface of 'outbound' is disabled";
	if (interface->dhcp)
		return "the interface of 'outbound' has its address by DHCP, and WeOS 5 wants it "
		       "written";
	return "the interface of 'outbound' has no single static address";
}

/* How many addresses of DEVICE the internet can reach; the last into OUTBOUND. */
static size_t count_public(const struct device *device, struct outbound *outbound)
{
	size_t count = 0;

	for (const struct device_interface *i = device ? device->interfaces : NULL; i;
	     i = i->next) {
		for (const struct device_address *a = i->enabled ? i->addresses : NULL; a;
		     a = a->next) {
			if (a->secondary || is_private(a->ip))
				continue;
			outbound->ip = a->ip;
			count++;
		}
	}
	return count;
}

const char *outbound_find(const struct migration *migration, struct slice name,
			  struct outbound *outbound)
{
	const struct device *text = migration->compilation->model->device;
	const struct device *json = migration->device;
	size_t count;

	if (name.length)
		return find_named(text, json, name, outbound);
	count = count_public(text, outbound);
	if (count == 0)
		count = count_public(json, outbound);
	return count == 1 ? NULL
			  : "'outbound' is not set, and which address the interface of the default "
			    "route has cannot "
			    "be told";
}
