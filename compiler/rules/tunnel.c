/* SPDX-License-Identifier: ISC */
/* WI208, WI6xx and WI7xx: addresses, roles and timers of one tunnel. */
#include "compiler/rules/check.h"
#include "compiler/rules/rules.h"

/* Seconds: outside of these a rekey time is hardly what was meant. */
#define REKEY_SHORT 300
#define REKEY_LONG 86400

void rule_WI208(struct check *check, const struct tunnel *tunnel)
{
	bool is_short = tunnel->sa_rekey_time < REKEY_SHORT;
	struct finding *finding;

	if (!tunnel_given(tunnel, SETTING_SA_REKEY_TIME) ||
	    (!is_short && tunnel->sa_rekey_time <= REKEY_LONG))
		return;
	finding = check_report(
	    check, tunnel, setting_value(tunnel, SETTING_SA_REKEY_TIME),
	    "%s of %u s is unusual: %s", tunnel->weos4 ? "an sa-lifetime" : "an sa-rekey-time",
	    tunnel->sa_rekey_time, is_short ? "it is under 5 minutes" : "it is over 24 hours");
	finding_help(check->findings, finding,
		     tunnel->weos4 ? "write 'sa-lifetime 3600'"
				   : "write 'sa-rekey-time 1h', the default");
}

/* WI6xx */

void rule_WI601(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (tunnel->local_address.set)
		return;
	finding = check_report(check, tunnel, tunnel->header,
			       "local-address is not set, and the tunnel cannot work without it");
	finding_help(check->findings, finding,
		     "write 'local-address ADDRESS', the one of the outbound interface");
}

void rule_WI603(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (!tunnel->initiator || tunnel->peer.set)
		return;
	finding = check_report(check, tunnel, tunnel_origin(tunnel, SETTING_INITIATOR)->name,
			       "an initiator needs a peer to connect to");
	if (tunnel_state(tunnel, SETTING_PEER) != ORIGIN_DEFAULT)
		finding_relate(check->findings, finding, setting_span(tunnel, SETTING_PEER),
			       "the peer is any here");
	finding_help(check->findings, finding, "write 'peer ADDRESS', or 'no initiator'");
}

void rule_WI608(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (!tunnel->peer.set || !tunnel->local_address.set ||
	    tunnel->peer.ip != tunnel->local_address.ip)
		return;
	finding = check_report(check, tunnel, setting_value(tunnel, SETTING_PEER),
			       "the peer " IP_FORMAT " is the %s too", IP_BYTES(tunnel->peer.ip),
			       tunnel->weos4 ? "address of outbound" : "local-address");
	finding_relate(check->findings, finding, setting_value(tunnel, SETTING_LOCAL_ADDRESS),
		       tunnel->weos4 ? "the interface" : "the local-address");
	finding_help(check->findings, finding, "write the address of the other end as 'peer'");
}

/* WI7xx */

void rule_WI701(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (tunnel->version != 1)
		return;
	finding = check_report(check, tunnel, setting_span(tunnel, SETTING_VERSION),
			       "version 1 is deprecated (RFC 9395)");
	finding_help(check->findings, finding,
		     peer_is_weos4(check, tunnel)
			 ? "keep it as long as the peer is a WeOS 4 device"
			 : "write 'version 2', unless the peer is a WeOS 4 device");
}

void rule_WI702(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (tunnel->initiator || !tunnel_given(tunnel, SETTING_DPD_ACTION) ||
	    (tunnel->dpd_action != DPD_TRAP && tunnel->dpd_action != DPD_RESTART))
		return;
	finding = check_report(check, tunnel, setting_value(tunnel, SETTING_DPD_ACTION),
			       "a responder can only clear a tunnel whose peer is dead");
	finding_help(check->findings, finding,
		     "write 'dpd-action clear', or 'initiator' if this end is to start the tunnel");
}

void rule_WI703(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (!tunnel_given(tunnel, SETTING_DPD_ACTION) || tunnel->dpd_action != DPD_TRAP)
		return;
	finding = check_report(check, tunnel, setting_value(tunnel, SETTING_DPD_ACTION),
			       "dpd-action trap adds nothing: "
			       "traffic starts a tunnel that is down in any case");
	finding_help(check->findings, finding,
		     "write 'dpd-action restart' or 'dpd-action clear', whichever is meant");
}

void rule_WI704(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (tunnel->version != 2 || !tunnel_given(tunnel, SETTING_DPD_TIMEOUT))
		return;
	finding = check_report(check, tunnel, setting_span(tunnel, SETTING_DPD_TIMEOUT),
			       "dpd-timeout does nothing in version 2: "
			       "there a peer is dead after 5 retransmissions, 165 s");
	finding_help(check->findings, finding, "drop 'dpd-timeout'");
}

void rule_WI705(struct check *check, const struct tunnel *tunnel)
{
	static const enum setting timers[] = {SETTING_DPD_DELAY, SETTING_DPD_TIMEOUT};

	if (tunnel->dpd_action != DPD_OFF)
		return;
	for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
		const char *word = setting_table[timers[i]].word;
		struct finding *finding;

		if (!tunnel_given(tunnel, timers[i]))
			continue;
		finding = check_report(check, tunnel, setting_span(tunnel, timers[i]),
				       "%s does nothing while DPD is off", word);
		finding_relate(check->findings, finding, setting_span(tunnel, SETTING_DPD_ACTION),
			       "'no dpd-action' turns DPD off");
		finding_help(check->findings, finding, "drop '%s', or write 'dpd-action %s'", word,
			     tunnel->initiator ? "restart" : "clear");
	}
}

void rule_WI706(struct check *check, const struct tunnel *tunnel)
{
	const uint32_t doubled = tunnel->dpd_delay * 2;
	const bool given = tunnel_given(tunnel, SETTING_DPD_TIMEOUT);
	struct finding *finding;

	if (tunnel->version != 1 || tunnel->dpd_action == DPD_OFF || tunnel->dpd_timeout >= doubled)
		return;
	finding = check_report(
	    check, tunnel, setting_value(tunnel, given ? SETTING_DPD_TIMEOUT : SETTING_DPD_DELAY),
	    "the %sdpd-timeout of %u s is under twice the dpd-delay of %u s: "
	    "one lost probe and the peer counts as dead",
	    given ? "" : "default ", tunnel->dpd_timeout, tunnel->dpd_delay);
	if (doubled <= setting_table[SETTING_DPD_TIMEOUT].most)
		finding_help(check->findings, finding, "write 'dpd-timeout %u' or more", doubled);
	else
		finding_help(check->findings, finding,
			     "write 'dpd-delay 30' and 'dpd-timeout 120', the defaults");
}

void rule_WI707(struct check *check, const struct tunnel *tunnel)
{
	struct finding *finding;

	if (!tunnel->reauth_time || tunnel->reauth_time > tunnel->sa_rekey_time)
		return;
	finding = check_report(check, tunnel, setting_value(tunnel, SETTING_REAUTH_TIME),
			       "a reauth-time of %u s is not above the sa-rekey-time of %u s: "
			       "the tunnel is never rekeyed, but broken and made anew",
			       tunnel->reauth_time, tunnel->sa_rekey_time);
	finding_help(check->findings, finding,
		     "write a 'reauth-time' of over %u s, or a shorter 'sa-rekey-time'",
		     tunnel->sa_rekey_time);
}
