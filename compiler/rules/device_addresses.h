/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_DEVICE_ADDRESSES_H
#define WEIPSEC_DEVICE_ADDRESSES_H

#include "compiler/model/device.h"
#include "compiler/rules/check.h"

/* What is known of the addresses of a text's device: the text's own and those of `--device'. */

struct own_address {
	uint32_t ip;
	uint8_t length;
	const struct device_interface *interface;
	struct span at; /* in the text; empty if only `--device' tells of it */
};

struct device_addresses {
	const struct own_address *list; /* those of enabled interfaces first, then by `ip' */
	size_t enabled;
	size_t count;
	const struct device_interface *dhcp; /* the first enabled one that is, or NULL */
	bool whole;			     /* there are no other interfaces */
	bool unclear;			     /* there may be other addresses on them */
	bool link_local; /* one of 169.254.0.0/16, that is */
};

/* Made at the first call.  NULL without memory. */
const struct device_addresses *addresses_of(struct check *check);
/* Is IP one of the addresses?  Of several that of an enabled interface. */
const struct own_address *addresses_find(const struct device_addresses *addresses, uint32_t ip);
/* An interface may have IP, and nobody told. */
bool addresses_may_have(const struct device_addresses *addresses, uint32_t ip);
/* An address within SUBNET, on an enabled interface. */
const struct own_address *addresses_inside(const struct device_addresses *addresses,
					   const struct subnet *subnet);
/* An address in whose subnet IP lies; looks at each of them. */
const struct own_address *addresses_around(const struct device_addresses *addresses, uint32_t ip);
/* The interface as ` (vlan1)' into BUFFER, or nothing where its name is unfit for a message. */
#define INTERFACE_NAME_MAX 15 /* of an interface in Linux */
const char *interface_name(const struct device_interface *interface,
			   char buffer[INTERFACE_NAME_MAX + 4]);

#endif
