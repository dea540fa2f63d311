/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_DEVICE_H
#define WEIPSEC_DEVICE_H

#include "compiler/base/arena.h"
#include "compiler/base/text.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A device as far as its configuration tells: from the text that holds the tunnels, or from the
 * JSON document of `--device'.  Whatever is not told is not known, and no rule may rest on it.
 */

struct device_address {
	struct device_address *next;
	uint32_t ip;
	uint8_t length; /* of its subnet; 32 where that is not told */
	struct span at; /* in the text; empty in a JSON document */
};

struct device_interface {
	struct device_interface *next;
	struct slice name;
	bool enabled;
	bool dhcp;
	bool link_local; /* it has an address of 169.254.0.0/16, of its own choice */
	bool unclear; /* it may have addresses that cannot be told */
	struct device_address *addresses;
	struct span at; /* where the text first tells of it; empty in a JSON document */
};

struct device {
	struct device_interface *interfaces;
	struct device_interface **last;
	bool whole;   /* the interfaces told are all that there are */
	bool unclear; /* there are more of them than were read */
	struct slice hostname; /* empty: not known */
	struct slice prompt;   /* the host name that a session's prompts show; empty: none */
	struct slice release;  /* `v5.23.0', as told; empty: not known */
	struct span release_at;
	bool drops_input;      /* the firewall is on, and its input policy is drop */
	bool encrypts_secrets; /* they cannot be read from the device's files */
};

void device_init(struct device *device);
/* A new interface, enabled, behind the others; NULL without memory. */
struct device_interface *device_interface_new(struct device *device, struct arena *arena,
					      struct slice name);

/* Reads A/L, or A alone, into *IP and *LENGTH; false if it is something else. */
bool device_address_read(struct slice word, uint32_t *ip, uint8_t *length);
/* Looks like IPv6, which has nothing to do with IPsec here. */
bool device_address_is_ipv6(struct slice word);
/*
 * Adds what WORD says, or marks INTERFACE as unclear; IPv6 is left out.  NULL if nothing was added.
 */
struct device_address *device_address_add(struct device_interface *interface, struct arena *arena,
					  struct slice word);

/* A release as numbers; a pre-release (`-rc1') comes before them. */
struct device_release {
	uint32_t major, minor, patch;
	bool before;
};

/* Reads `v5.23.0', `5.23', `5.24.0-rc1'; false if it is something else. */
bool device_release_read(struct slice word, struct device_release *release);

#endif
