/* SPDX-License-Identifier: ISC */
/*
 * WI5xx: what tunnels are to each other.
 *
 * A rule goes through the tunnels once, in the order of the file, and finds for each the group of
 * the earlier ones that have the same key (grouping.h).  A later tunnel is reported once, with the
 * earliest partner as related place, so that even 60,000 equal tunnels cost one lookup each.
 * Instances that are disabled take no part, and neither do those whose key rests on a value that
 * could not be read: that value has its own finding.
 */
#include "compiler/rules/check.h"
#include "compiler/rules/grouping.h"
#include "compiler/rules/rules.h"

#include <openssl/crypto.h>
#include <string.h>

/* The guide: "Up to 25 instances is supported". */
#define INSTANCE_MAX 25

/* What a rule across tunnels is made of. */
struct across {
	bool (*takes_part)(const struct tunnel *tunnel);
	group_key_of *key_of;
	/* Whether B counts as one with A, which has the same key; NULL: always. */
	bool (*alike)(const struct tunnel *a, const struct tunnel *b);
	/* A later tunnel, before it enters GROUP; ALIKE is whether it counts as one with first. */
	void (*report)(struct check *check, const struct tunnel *tunnel, const struct group *group,
		       bool alike);
};

static void across_step(struct check *check, const struct across *across, struct group *group,
			const struct tunnel *tunnel)
{
	bool alike;

	if (group->first == tunnel)
		return;
	alike = !across->alike || across->alike(group->first, tunnel);
	across->report(check, tunnel, group, alike);
	if (!alike && !group->other)
		group->other = tunnel;
}

static void across_tunnels(struct check *check, const struct across *across,
			   struct grouping *grouping)
{
	const struct model *model = check->model;

	for (size_t i = 0; i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];

		if (tunnel->enabled && !tunnel_bad(tunnel, SETTING_ENABLE) && tunnel->id >= 0 &&
		    across->takes_part(tunnel))
			across_step(check, across, grouping_find(grouping, tunnel), tunnel);
	}
}

static void across_run(struct check *check, const struct across *across)
{
	size_t count = check->model->count;
	struct grouping *grouping =
	    count < 2 ? NULL : grouping_new(check->scratch, count, across->key_of);

	if (grouping)
		across_tunnels(check, across, grouping);
}

/* An address, 0 for any: nobody's address is 0.0.0.0. */
static uint64_t address_number(struct address address)
{
	return address.set ? address.ip : 0;
}

static uint64_t outer_number(const struct tunnel *tunnel)
{
	return address_number(tunnel->local_address) << 32 | address_number(tunnel->peer);
}

static bool outer_readable(const struct tunnel *tunnel)
{
	return tunnel->local_address.set && !tunnel_bad(tunnel, SETTING_LOCAL_ADDRESS) &&
	       !tunnel_bad(tunnel, SETTING_PEER);
}

/* WeOS 4 names an interface, whose address may not be known. */
static bool outbound_readable(const struct tunnel *tunnel)
{
	return tunnel->weos4 && !tunnel->local_address.set && !tunnel_bad(tunnel, SETTING_PEER) &&
	       (tunnel->weos4->outbound.length || !tunnel_bad(tunnel, SETTING_LOCAL_ADDRESS));
}

static bool method_is(const struct tunnel *tunnel, enum method method)
{
	return tunnel->method == method && !tunnel_bad(tunnel, SETTING_METHOD);
}

/* An automatic identity of the other end rests on the role and, on an initiator, on the peer. */
static bool remote_id_readable(const struct tunnel *tunnel)
{
	if (tunnel_bad(tunnel, SETTING_REMOTE_ID))
		return false;
	if (tunnel->remote_id.form != IDENTITY_AUTO)
		return true;
	return !tunnel_bad(tunnel, SETTING_INITIATOR) &&
	       !(tunnel->initiator && tunnel_bad(tunnel, SETTING_PEER));
}

static bool identity_has_key(const struct identity *identity)
{
	return identity->type != IDENTITY_NONE && identity->type != IDENTITY_ANY &&
	       identity->type != IDENTITY_SUBJECT && identity->key.length > 0;
}

/* The own one rests on the local-address; on a certificate it is WI505's to know. */
static bool local_id_has_key(const struct tunnel *tunnel)
{
	return identity_has_key(&tunnel->local_id) && !tunnel_bad(tunnel, SETTING_LOCAL_ID) &&
	       (tunnel->local_id.form != IDENTITY_AUTO ||
		!tunnel_bad(tunnel, SETTING_LOCAL_ADDRESS));
}

/* WI501 */

void rule_WI501(struct check *check)
{
	const struct model *model = check->model;
	const struct tunnel *over = NULL;
	struct finding *finding;
	size_t count = 0;

	for (size_t i = 0; i < model->count; i++) {
		if (model->tunnels[i]->id >= 0 && ++count == INSTANCE_MAX + 1)
			over = model->tunnels[i];
	}
	if (!over)
		return;
	finding = check_report(check, over, over->header, "%zu instances, and WeOS supports %d",
			       count, INSTANCE_MAX);
	finding_help(check->findings, finding, "remove %zu, disabled ones count too: 'no ipsec ID'",
		     count - INSTANCE_MAX);
}

/* WI502 */

static bool pair_takes_part(const struct tunnel *tunnel)
{
	return method_is(tunnel, METHOD_PSK) && local_id_has_key(tunnel) &&
	       remote_id_readable(tunnel) && identity_has_key(&tunnel->remote_id);
}

static bool pair_is_swapped(const struct tunnel *tunnel)
{
	return slice_compare(tunnel->local_id.key, tunnel->remote_id.key) > 0;
}

/* A pair and the swapped pair are one group, in which pair_alike() tells the two apart. */
static struct group_key pair_key(const struct tunnel *tunnel)
{
	struct slice local = tunnel->local_id.key, remote = tunnel->remote_id.key;

	if (pair_is_swapped(tunnel))
		return (struct group_key){.bytes = {remote, local}};
	return (struct group_key){.bytes = {local, remote}};
}

static bool pair_alike(const struct tunnel *a, const struct tunnel *b)
{
	return pair_is_swapped(a) == pair_is_swapped(b);
}

static void report_pair(struct check *check, const struct tunnel *tunnel, const struct group *group,
			bool alike)
{
	const bool equal = alike || group->other;
	const struct tunnel *partner = alike || !equal ? group->first : group->other;
	struct findings *findings = check->findings;
	struct finding *finding;

	if (equal)
		finding = check_report(check, tunnel, tunnel->header,
				       "tunnel %d has the same local-id and remote-id: "
				       "the wrong secret may be chosen",
				       partner->id);
	else
		finding = check_report_as(check, tunnel, SEVERITY_WARNING, tunnel->header,
					  "tunnel %d has the same identities the other way round: "
					  "each holder of a secret can claim the other's identity",
					  partner->id);
	finding_relate(findings, finding, partner->header, "tunnel %d has the %s pair", partner->id,
		       equal ? "same" : "swapped");
	finding_help(findings, finding, "write another 'local-id' or 'remote-id' in one of them");
}

void rule_WI502(struct check *check)
{
	static const struct across pairs = {pair_takes_part, pair_key, pair_alike, report_pair};

	across_run(check, &pairs);
}

/* WI503 */

static bool accepts_any(const struct tunnel *tunnel)
{
	return identity_accepts_any(&tunnel->remote_id);
}

static bool local_takes_part(const struct tunnel *tunnel)
{
	return method_is(tunnel, METHOD_PSK) && local_id_has_key(tunnel) &&
	       remote_id_readable(tunnel) && tunnel->remote_id.type != IDENTITY_NONE;
}

static struct group_key local_key(const struct tunnel *tunnel)
{
	return (struct group_key){.bytes = {tunnel->local_id.key}};
}

static bool local_alike(const struct tunnel *a, const struct tunnel *b)
{
	return accepts_any(a) == accepts_any(b);
}

/* What narrows ANY, the tunnel that takes any identity. */
static void help_narrow(struct findings *findings, struct finding *finding,
			const struct tunnel *any)
{
	if (any->peer.set)
		finding_help(findings, finding,
			     "write 'remote-id inet " IP_FORMAT "' in tunnel %d, "
			     "or what its peer calls itself",
			     IP_BYTES(any->peer.ip), any->id);
	else
		finding_help(findings, finding,
			     "write 'remote-id' in tunnel %d, with what its peer calls itself",
			     any->id);
}

static void report_two_any(struct check *check, const struct tunnel *tunnel,
			   const struct tunnel *any)
{
	struct finding *finding;

	finding = check_report_as(check, tunnel, SEVERITY_ERROR, tunnel->header,
				  "tunnel %d has the same local-id, and both accept any remote-id: "
				  "their secrets cannot be told apart",
				  any->id);
	finding_relate(check->findings, finding, any->header, "tunnel %d accepts any remote-id too",
		       any->id);
	help_narrow(check->findings, finding, tunnel);
}

/* TUNNEL comes after PARTNER; ANY is one of the two. */
static void report_one_any(struct check *check, const struct tunnel *tunnel,
			   const struct tunnel *partner, const struct tunnel *any)
{
	struct finding *finding;

	finding = check_report(check, tunnel, tunnel->header,
			       "tunnel %d accepts any remote-id: the holder of its secret can "
			       "claim to be the peer of tunnel %d",
			       any->id, any == tunnel ? partner->id : tunnel->id);
	finding_relate(check->findings, finding, partner->header,
		       any == partner ? "tunnel %d has the same local-id and accepts any remote-id"
				      : "tunnel %d has the same local-id",
		       partner->id);
	help_narrow(check->findings, finding, any);
}

static void report_any(struct check *check, const struct tunnel *tunnel, const struct group *group,
		       bool alike)
{
	const struct tunnel *any = accepts_any(group->first) ? group->first : group->other;

	(void)alike;
	if (any && accepts_any(tunnel))
		report_two_any(check, tunnel, any);
	else if (any)
		report_one_any(check, tunnel, any, any);
	else if (accepts_any(tunnel))
		report_one_any(check, tunnel, group->first, tunnel);
}

void rule_WI503(struct check *check)
{
	static const struct across locals = {local_takes_part, local_key, local_alike, report_any};

	across_run(check, &locals);
}

/* WI504 */

static bool outer_takes_part(const struct tunnel *tunnel)
{
	/* aggressive mode has the identities in time */
	return method_is(tunnel, METHOD_PSK) && tunnel->version == 1 &&
	       !(tunnel->weos4 && tunnel->weos4->aggressive) &&
	       !tunnel_bad(tunnel, SETTING_VERSION) && tunnel->secret.set &&
	       !tunnel_bad(tunnel, SETTING_SECRET) &&
	       (outer_readable(tunnel) || outbound_readable(tunnel));
}

/* Those of one interface are at one address, whatever that is. */
static struct group_key outer_key(const struct tunnel *tunnel)
{
	bool is_outbound = outbound_readable(tunnel);

	return (struct group_key){
	    .number = {outer_number(tunnel), is_outbound},
	    .bytes = {is_outbound ? tunnel->weos4->outbound : (struct slice){NULL, 0}}};
}

static bool secret_alike(const struct tunnel *a, const struct tunnel *b)
{
	struct slice x = a->secret.bytes, y = b->secret.bytes;

	return x.length == y.length && CRYPTO_memcmp(x.at, y.at, x.length) == 0;
}

static bool one_is_weos4(const struct check *check, const struct tunnel *tunnel,
			      const struct tunnel *partner)
{
	return peer_is_weos4(check, tunnel) || peer_is_weos4(check, partner);
}

/* TUNNEL has the outer addresses of PARTNER, which came before it, and another WHAT; so WHY. */
static struct finding *report_unlike(struct check *check, const struct tunnel *tunnel,
				     const struct tunnel *partner, const char *what,
				     const char *why)
{
	struct finding *finding;

	finding = check_report(check, tunnel, tunnel->header,
			       "tunnel %d has the same %s, %s and another %s: %s", partner->id,
			       setting_word(tunnel, SETTING_LOCAL_ADDRESS),
			       tunnel->peer.set ? "the same peer" : "any peer too", what, why);
	finding_relate(check->findings, finding, partner->header,
		       "tunnel %d has the same addresses and another %s", partner->id, what);
	return finding;
}

static void report_secret(struct check *check, const struct tunnel *tunnel,
			  const struct group *group, bool alike)
{
	const struct tunnel *partner = alike ? group->other : group->first;

	if (partner)
		finding_help(check->findings,
			     report_unlike(check, tunnel, partner, "secret",
					   "in version 1 the addresses alone choose the secret"),
			     "write %s in one of them%s, or the same secret",
			     !tunnel->peer.set ? "'peer ADDRESS'"
			     : tunnel->weos4   ? "another 'outbound'"
					       : "another 'local-address'",
			     one_is_weos4(check, tunnel, partner) ? "" : ", 'version 2' in both");
}

void rule_WI504(struct check *check)
{
	static const struct across outers = {outer_takes_part, outer_key, secret_alike,
					     report_secret};

	across_run(check, &outers);
}

/* WI505 */

/* The own certificate's subject is not known here, but equal labels have equal subjects. */
static bool subject_readable(const struct tunnel *tunnel)
{
	return tunnel->local_id.type == IDENTITY_SUBJECT && tunnel->certificate.length > 0 &&
	       !tunnel_bad(tunnel, SETTING_LOCAL_ID) && !tunnel_bad(tunnel, SETTING_CERTIFICATE);
}

static bool connection_takes_part(const struct tunnel *tunnel)
{
	return method_is(tunnel, METHOD_CERT) && !tunnel_bad(tunnel, SETTING_VERSION) &&
	       outer_readable(tunnel) && (local_id_has_key(tunnel) || subject_readable(tunnel)) &&
	       remote_id_readable(tunnel) &&
	       (accepts_any(tunnel) || identity_has_key(&tunnel->remote_id));
}

static struct group_key connection_key(const struct tunnel *tunnel)
{
	bool subject = tunnel->local_id.type == IDENTITY_SUBJECT;
	bool any = accepts_any(tunnel);

	return (struct group_key){
	    .number = {outer_number(tunnel),
		       (uint64_t)tunnel->version << 2 | (uint64_t)subject << 1 | (uint64_t)any},
	    .bytes = {subject ? tunnel->certificate : tunnel->local_id.key,
		      any ? (struct slice){NULL, 0} : tunnel->remote_id.key},
	};
}

static void report_connection(struct check *check, const struct tunnel *tunnel,
			      const struct group *group, bool alike)
{
	const struct tunnel *partner = group->first;
	struct finding *finding;

	(void)alike;
	finding = check_report(check, tunnel, tunnel->header,
			       "tunnel %d has the same version, addresses and identities: "
			       "this tunnel can never come up",
			       partner->id);
	finding_relate(check->findings, finding, partner->header,
		       "tunnel %d is the one that can come up", partner->id);
	finding_help(check->findings, finding,
		     "write another 'local-id' or 'remote-id' in one of them");
}

void rule_WI505(struct check *check)
{
	static const struct across connections = {connection_takes_part, connection_key, NULL,
						  report_connection};

	across_run(check, &connections);
}

/* WI509 */

/* One that accepts many may mean another peer in each tunnel. */
static bool twin_takes_part(const struct tunnel *tunnel)
{
	return connection_takes_part(tunnel) && !accepts_any(tunnel) && !tunnel->remote_id.wildcard;
}

static struct group_key twin_key(const struct tunnel *tunnel)
{
	bool subject = tunnel->local_id.type == IDENTITY_SUBJECT;

	return (struct group_key){
	    .number = {subject},
	    .bytes = {subject ? tunnel->certificate : tunnel->local_id.key, tunnel->remote_id.key},
	};
}

static bool outer_alike(const struct tunnel *a, const struct tunnel *b)
{
	return outer_number(a) == outer_number(b);
}

static void report_twin(struct check *check, const struct tunnel *tunnel, const struct group *group,
			bool alike)
{
	const struct tunnel *partner = alike ? group->other : group->first;
	struct finding *finding;

	if (!partner)
		return;
	finding = check_report(check, tunnel, tunnel->header,
			       "tunnel %d has the same local-id and remote-id and other addresses: "
			       "when one comes up, the other end may throw the other one out",
			       partner->id);
	finding_relate(check->findings, finding, partner->header,
		       "tunnel %d has the same identities", partner->id);
	finding_help(check->findings, finding,
		     "give each its own identity: another 'local-id' here, which the certificate "
		     "has, and the same as 'remote-id' at the peer");
}

void rule_WI509(struct check *check)
{
	static const struct across twins = {twin_takes_part, twin_key, outer_alike, report_twin};

	across_run(check, &twins);
}

/* WI506 */

static uint64_t subnet_number(const struct subnet *subnet)
{
	return (uint64_t)subnet->address << 8 | subnet->length;
}

static struct group_key selectors_key(const struct tunnel *tunnel)
{
	return (struct group_key){
	    .number = {subnet_number(&tunnel->local_subnet), subnet_number(&tunnel->remote_subnet)},
	};
}

static void report_selectors(struct check *check, const struct tunnel *tunnel,
			     const struct group *group, bool alike)
{
	const struct tunnel *partner = group->first;
	const struct subnet *local = &tunnel->local_subnet, *remote = &tunnel->remote_subnet;
	struct finding *finding;

	(void)alike;
	finding = check_report(check, tunnel, tunnel->header,
			       "tunnel %d has the same subnets, " IP_FORMAT "/%u and " IP_FORMAT
			       "/%u: one carries the traffic, the other is at best a standby",
			       partner->id, IP_BYTES(local->address), local->length,
			       IP_BYTES(remote->address), remote->length);
	finding_relate(check->findings, finding, partner->header, "tunnel %d has the same subnets",
		       partner->id);
	finding_help(check->findings, finding,
		     "write another 'local-subnet' or 'remote-subnet' in one, or 'no enable'");
}

void rule_WI506(struct check *check)
{
	static const struct across selectors = {selectors_are_readable, selectors_key, NULL,
						report_selectors};

	across_run(check, &selectors);
}

/* WI508 */

static bool responder_takes_part(const struct tunnel *tunnel)
{
	return tunnel->version == 1 && !tunnel->initiator && !tunnel_bad(tunnel, SETTING_VERSION) &&
	       !tunnel_bad(tunnel, SETTING_INITIATOR) && !tunnel_bad(tunnel, SETTING_IKE) &&
	       outer_readable(tunnel);
}

static bool suite_alike(const struct tunnel *a, const struct tunnel *b)
{
	if (a->ike->set != b->ike->set)
		return false;
	for (int slot = 0; a->ike->set && slot < SUITE_SLOTS; slot++) {
		if (a->ike->slot[slot].algorithm != b->ike->slot[slot].algorithm)
			return false;
	}
	return true;
}

static void report_suite(struct check *check, const struct tunnel *tunnel,
			 const struct group *group, bool alike)
{
	const struct tunnel *partner = alike ? group->other : group->first;

	if (partner)
		finding_help(check->findings,
			     report_unlike(check, tunnel, partner, "ike",
					   "a version 1 responder tries only one of the two"),
			     "write the same 'ike' in both%s",
			     one_is_weos4(check, tunnel, partner) ? ""
								  : ", or 'version 2' in both");
}

void rule_WI508(struct check *check)
{
	static const struct across responders = {responder_takes_part, outer_key, suite_alike,
						 report_suite};

	across_run(check, &responders);
}
