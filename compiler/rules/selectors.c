/* SPDX-License-Identifier: ISC */
/* WI604 to WI609: what traffic one tunnel takes, and what that does to the gateway itself. */
#include "compiler/rules/check.h"
#include "compiler/rules/device_addresses.h"
#include "compiler/rules/rules.h"

static bool subnet_has(const struct subnet *subnet, uint32_t ip)
{
	return subnet->length == 0 || (ip ^ subnet->address) >> (32 - subnet->length) == 0;
}

void rule_WI604(struct check *check, const struct tunnel *tunnel)
{
	const struct subnet *remote = &tunnel->remote_subnet, *local = &tunnel->local_subnet;
	struct finding *finding;

	if (!remote->set || remote->length == 32 || !local->known || !tunnel->peer.set ||
	    !tunnel->local_address.set || !subnet_has(remote, tunnel->peer.ip) ||
	    !subnet_has(local, tunnel->local_address.ip))
		return;
	finding = check_report(check, tunnel, setting_value(tunnel, SETTING_REMOTE_SUBNET),
			       "the peer " IP_FORMAT " is inside: what the gateways send each "
			       "other, management too, depends on the tunnel",
			       IP_BYTES(tunnel->peer.ip));
	finding_relate(check->findings, finding, setting_value(tunnel, SETTING_PEER), "the peer");
	finding_help(check->findings, finding,
		     "write a 'remote-subnet' without the peer's address, if that is not meant");
}

static bool is_everything(const struct subnet *subnet)
{
	return subnet->set && subnet->length == 0;
}

/* What a hub has that offers the internet; elsewhere it is a surprise. */
static void report_all_answers(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding =
	    check_report_as(check, tunnel, SEVERITY_NOTE,
			    setting_value(tunnel, SETTING_LOCAL_SUBNET),
			    "0.0.0.0/0 is everything: what any address sends to the remote-subnet "
			    "goes into the tunnel");

	finding_help(check->findings, finding,
		     "write the subnet that is behind this gateway, if the peer is not to reach "
		     "everything through it");
}

void rule_WI605(struct check *check, const struct tunnel *tunnel)
{
	struct span at = setting_value(tunnel, SETTING_REMOTE_SUBNET);
	struct finding *finding;

	if (!is_everything(&tunnel->remote_subnet)) {
		if (is_everything(&tunnel->local_subnet))
			report_all_answers(check, tunnel);
		return;
	}
	if (is_everything(&tunnel->local_subnet))
		finding = check_report_as(check, tunnel, SEVERITY_ERROR, at,
					  "both sides are 0.0.0.0/0: every packet that this device "
					  "sends or forwards goes into the tunnel");
	else
		finding = check_report(check, tunnel, at,
				       "0.0.0.0/0 is everything: all traffic of the local-subnet "
				       "goes into the tunnel, management too");
	finding_help(check->findings, finding, "write the subnet that is behind the peer");
}

static void report_lan_lost(struct check *check, const struct tunnel *tunnel)
{
	bool equal = tunnel->remote_subnet.length == tunnel->local_subnet.length;
	struct finding *finding =
	    check_report(check, tunnel, setting_value(tunnel, SETTING_REMOTE_SUBNET),
			 "the remote-subnet %s the local-subnet: "
			 "this gateway loses its own LAN to the tunnel",
			 equal ? "equals" : "contains");

	finding_relate(check->findings, finding, setting_value(tunnel, SETTING_LOCAL_SUBNET),
		       "the local-subnet");
	if (equal)
		finding_help(check->findings, finding,
			     "give one site another subnet; or give each a part of this one, and "
			     "write these parts at both ends");
	else
		finding_help(check->findings, finding,
			     "write a 'remote-subnet' that only has what is behind the peer");
}

static void report_interface_lost(struct check *check, const struct tunnel *tunnel,
				  const struct own_address *address)
{
	char name[INTERFACE_NAME_MAX + 4];
	struct finding *finding =
	    check_report(check, tunnel, setting_value(tunnel, SETTING_REMOTE_SUBNET),
			 "the device's own address " IP_FORMAT "%s is inside: "
			 "this gateway loses that LAN to the tunnel",
			 IP_BYTES(address->ip), interface_name(address->interface, name));

	if (address->at.to)
		finding_relate(check->findings, finding, address->at, "the address");
	finding_help(check->findings, finding,
		     "write a 'remote-subnet' that only has what is behind the peer");
}

/*
 * Where none is set there is no LAN of this gateway to lose.  A remote-subnet within the local one
 * is what a hub has, and right unless the hub itself is in it.
 */
void rule_WI606(struct check *check, const struct tunnel *tunnel)
{
	const struct subnet *remote = &tunnel->remote_subnet, *local = &tunnel->local_subnet;
	const struct device_addresses *addresses;
	const struct own_address *address;

	if (!remote->set || !local->set)
		return;
	if (remote->length <= local->length) {
		if (subnet_has(remote, local->address))
			report_lan_lost(check, tunnel);
		return;
	}
	addresses = subnet_has(local, remote->address) ? addresses_of(check) : NULL;
	address = addresses ? addresses_inside(addresses, remote) : NULL;
	if (address)
		report_interface_lost(check, tunnel, address);
}

void rule_WI607(struct check *check, const struct tunnel *tunnel)
{
	bool local = tunnel->local_subnet.set;
	struct finding *finding;

	if (local == tunnel->remote_subnet.set)
		return;
	finding = check_report(
	    check, tunnel,
	    setting_value(tunnel, local ? SETTING_LOCAL_SUBNET : SETTING_REMOTE_SUBNET),
	    "%s is set and %s is not: that side is the %s alone",
	    local ? "local-subnet" : "remote-subnet", local ? "remote-subnet" : "local-subnet",
	    local ? "peer" : "local-address");
	finding_help(check->findings, finding, "write '%s' too, if there is a network behind it",
		     local ? "remote-subnet ADDRESS/LENGTH" : "local-subnet ADDRESS/LENGTH");
}

void rule_WI609(struct check *check, const struct tunnel *tunnel)
{
	enum origin_state state = tunnel_state(tunnel, SETTING_PEER);
	struct finding *finding;

	if (tunnel->initiator || tunnel->peer.set)
		return;
	finding = check_report(check, tunnel,
			       state == ORIGIN_GIVEN   ? setting_value(tunnel, SETTING_PEER)
			       : state == ORIGIN_RESET ? setting_span(tunnel, SETTING_PEER)
						       : tunnel->header,
			       "with any peer only the peer can start the tunnel");
	finding_help(check->findings, finding, "write 'peer ADDRESS' if its address is known");
}
