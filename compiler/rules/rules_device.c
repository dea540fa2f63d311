/* SPDX-License-Identifier: ISC */
/* WI427, WI602, WI610 to WI612: a tunnel and what is known of the device that it is on. */
#include "compiler/rules/check.h"
#include "compiler/rules/device_addresses.h"
#include "compiler/rules/rules.h"

#include <stdio.h>

/* ---- WI427 ---- */

void rule_WI427(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (!device_encrypts_secrets(check) || tunnel->method != METHOD_PSK || tunnel->secret.set)
		return;
	finding = check_report(check, tunnel, tunnel->header,
			       "there is no secret here, and the device keeps its secrets "
			       "encrypted: nothing can be said of it");
	finding_help(check->findings, finding,
		     "write 'secret SECRET', the same at both ends, if it is to be checked");
}

/* ---- WI602, WI610 ---- */

/* So many addresses stand in a help. */
#define LISTED_MAX 4

/* `192.0.2.1 (vlan1), 192.0.2.9 (vlan2) or 3 others'. */
static void list_addresses(const struct device_addresses *addresses, char *buffer, size_t size)
{
	size_t listed = addresses->enabled < LISTED_MAX ? addresses->enabled : LISTED_MAX;
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < listed && used < size; i++) {
		char name[INTERFACE_NAME_MAX + 4];

		used += (size_t)snprintf(buffer + used, size - used, "%s" IP_FORMAT "%s",
					 i ? ", " : "", IP_BYTES(addresses->list[i].ip),
					 interface_name(addresses->list[i].interface, name));
	}
	if (listed < addresses->enabled && used < size)
		snprintf(buffer + used, size - used, " and %zu more", addresses->enabled - listed);
}

/* What to type is one of the addresses; with FIRST another way stands before that. */
static void help_addresses(struct check *check, struct finding *finding,
			   const struct device_addresses *addresses, const char *first)
{
	char list[LISTED_MAX * sizeof("255.255.255.255 (012345678901234), ") +
		  sizeof(" and 18446744073709551615 more")];

	list_addresses(addresses, list, sizeof(list));
	finding_help(check->findings, finding, "%swrite an address that the device has%s%s", first,
		     addresses->enabled ? ": " : "", list);
}

static void relate_interface(struct check *check, struct finding *finding,
			     const struct own_address *address)
{
	if (address && address->at.to)
		finding_relate(check->findings, finding, address->at,
			       "the device has " IP_FORMAT "/%u", IP_BYTES(address->ip),
			       address->length);
}

static void report_disabled(struct check *check, const struct tunnel *tunnel,
			    const struct device_addresses *addresses,
			    const struct own_address *address)
{
	char name[INTERFACE_NAME_MAX + 4];
	struct finding *finding =
	    check_report(check, tunnel, setting_value(tunnel, SETTING_LOCAL_ADDRESS),
			 IP_FORMAT " is the address of an interface that is disabled%s",
			 IP_BYTES(address->ip), interface_name(address->interface, name));

	relate_interface(check, finding, address);
	help_addresses(check, finding, addresses, "enable the interface, or ");
}

void rule_WI602(struct check *check, const struct tunnel *tunnel)
{
	const struct device_addresses *addresses = addresses_of(check);
	uint32_t ip = tunnel->local_address.ip;
	const struct own_address *address;
	struct finding *finding;

	if (!tunnel->local_address.set || !addresses || !addresses->count || addresses->dhcp ||
	    addresses_may_have(addresses, ip))
		return;
	address = addresses_find(addresses, ip);
	if (address && address->interface->enabled)
		return;
	if (address) {
		report_disabled(check, tunnel, addresses, address);
		return;
	}
	/* two interfaces have no common subnet, so where one is known, so are its addresses */
	if (!addresses->whole && !addresses_around(addresses, ip))
		return;
	finding = check_report(check, tunnel, setting_value(tunnel, SETTING_LOCAL_ADDRESS),
			       IP_FORMAT " is not the address of any interface of the device",
			       IP_BYTES(ip));
	if (!finding)
		return;
	address = addresses_around(addresses, ip);
	relate_interface(check, finding, address ? address : &addresses->list[0]);
	help_addresses(check, finding, addresses, "");
}

void rule_WI610(struct check *check, const struct tunnel *tunnel)
{
	const struct device_addresses *addresses = addresses_of(check);
	char name[INTERFACE_NAME_MAX + 4];
	struct finding *finding;

	if (!tunnel->local_address.set || !addresses || !addresses->dhcp ||
	    addresses_may_have(addresses, tunnel->local_address.ip) ||
	    addresses_find(addresses, tunnel->local_address.ip))
		return;
	finding = check_report(check, tunnel, setting_value(tunnel, SETTING_LOCAL_ADDRESS),
			       IP_FORMAT " is no static address, and an interface%s has its by "
			       "DHCP: the tunnel works only while that is the same",
			       IP_BYTES(tunnel->local_address.ip),
			       interface_name(addresses->dhcp, name));
	if (addresses->dhcp->at.to)
		finding_relate(check->findings, finding, addresses->dhcp->at, "the interface");
	finding_help(check->findings, finding,
		     "give the interface a static address, or write 'local-address' only once it "
		     "is assigned");
}

/* ---- WI611, WI612: once a file ---- */

static const struct tunnel *first_enabled(const struct model *model)
{
	for (size_t i = 0; i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];

		if (tunnel->enabled && !tunnel_bad(tunnel, SETTING_ENABLE))
			return tunnel;
	}
	return NULL;
}

void rule_WI611(struct check *check)
{
	const struct device *device = check->surroundings->device;
	const struct tunnel *tunnel = first_enabled(check->model);
	struct finding *finding;

	if (!tunnel || !device || !device->drops_input)
		return;
	finding = check_report(check, tunnel, tunnel->header,
			       "the device's firewall drops what no rule lets in, and IPsec is "
			       "nothing that it lets in by itself");
	finding_help(check->findings, finding,
		     "let in UDP port 500, UDP port 4500 and ESP from the peers, if no rule does");
}

/* WeOS 5 before 5.24.0. */
static bool is_vulnerable(const struct device_release *release)
{
	if (release->major != 5 || release->minor > 24)
		return false;
	return release->minor < 24 || (release->patch == 0 && release->before);
}

void rule_WI612(struct check *check)
{
	const struct device *text = check->model->device, *json = check->surroundings->device;
	const struct device *device = json && json->release.length ? json : text;
	const struct tunnel *tunnel = first_enabled(check->model);
	struct device_release release;
	struct finding *finding;

	if (!tunnel || !device_release_read(device->release, &release) || !is_vulnerable(&release))
		return;
	finding = check_report(check, tunnel, tunnel->header,
			       "a malformed ESP packet restarts a device with WeOS %u.%u.%u%s that "
			       "uses IPsec (CVE-2025-46419)",
			       release.major, release.minor, release.patch,
			       release.before ? ", a pre-release," : "");
	if (device->release_at.to)
		finding_relate(check->findings, finding, device->release_at, "the release");
	finding_help(check->findings, finding, "upgrade the device to WeOS 5.24.0 or later");
}
