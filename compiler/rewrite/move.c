/* SPDX-License-Identifier: ISC */
/*
 * What becomes of each setting of a WeOS 4 tunnel.  Whatever was named gets a finding, were it only
 * that it is kept.
 */
#include "compiler/rewrite/move.h"

#include "compiler/base/printable.h"
#include "compiler/model/resolve.h"
#include "compiler/model/words.h"
#include "compiler/rewrite/errors.h"
#include "compiler/rewrite/move_suite.h"
#include "compiler/rewrite/outbound.h"

#include <string.h>

/* What WeOS 5 takes. */
#define INSTANCE_MAX 25
/* Of a longer path the beginning is said. */
#define OPPOSITE_PATH 256

/* ---- what both have ---- */

/* What is said of it, or NULL. */
static struct finding *kept(struct move *move, enum weos4_setting setting)
{
	const struct weos4_info *info = &weos4_table[setting];
	struct slice name =
	    text_slice(move->migration->findings.text, fate_origin(move, setting)->name);

	if (!fate_was_named(move, setting))
		return NULL;
	fate_set(move, (enum setting)info->counterpart, fate_state(move, setting));
	if (slice_is(name, info->info.word))
		return fate_say(move, WI901, info->counterpart, fate_span(move, setting),
				"'%s' is kept", info->info.word);
	return fate_say(move, WI902, info->counterpart, fate_span(move, setting), "this is '%s'",
			info->info.word);
}

static void keep(struct move *move, enum weos4_setting setting)
{
	(void)kept(move, setting);
}

static void move_identity(struct move *move, enum weos4_setting setting)
{
	enum setting id = (enum setting)weos4_table[setting].counterpart;
	const struct identity *identity =
	    id == SETTING_LOCAL_ID ? &move->to.local_id : &move->to.remote_id;

	keep(move, setting);
	if (id != SETTING_REMOTE_ID || identity->form != IDENTITY_AUTO ||
	    identity->type != IDENTITY_INET || move->to.initiator)
		return;
	fate_set(move, id, ORIGIN_GIVEN);
	fate_help(move,
		  fate_say(move, WI902, (int)id, fate_span(move, setting),
			   "an automatic remote-id is taken to be the peer's address in WeOS 4 "
			   "(not confirmed), and is "
			   "written out: a WeOS 5 responder would accept any identity"),
		  "write what the peer calls itself, if it is behind NAT");
}

/* The one that is set, where there is only one. */
static enum weos4_setting set_subnet(const struct move *move)
{
	return move->from->local_subnet.set || !move->from->remote_subnet.set
		   ? WEOS4_LOCAL_SUBNET
		   : WEOS4_REMOTE_SUBNET;
}

/* The other end is known, and is another one's. */
static void say_opposite(struct move *move)
{
	const struct migrate_opposite *other = move->opposite;
	enum weos4_setting setting = set_subnet(move);
	struct finding *finding;
	char path[OPPOSITE_PATH];

	printable_copy(path, sizeof(path), (struct slice){other->path, strlen(other->path)});
	finding = fate_say(move, WI906, weos4_table[setting].counterpart, fate_span(move, setting),
			   "the other end, 'ipsec %d' of %s, has 'local-subnet " IP_FORMAT
			   "/%u' and 'remote-subnet " IP_FORMAT
			   "/%u': these are not the same subnets, turned round",
			   (int)other->id, path, IP_BYTES(other->local.address),
			   other->local.length, IP_BYTES(other->remote.address),
			   other->remote.length);
	fate_help(move, finding,
		  "write both subnets at both ends: what is local here is remote there");
}

/* What is not equal at the other end is down for good. */
static void move_subnet(struct move *move, enum weos4_setting setting)
{
	bool local = move->from->local_subnet.set, remote = move->from->remote_subnet.set;
	struct finding *finding = kept(move, setting);

	if (setting != WEOS4_LOCAL_SUBNET)
		return;
	if (move->opposite)
		say_opposite(move);
	else if (local && remote)
		fate_help(
		    move, finding,
		    "both ends must have the same subnets, turned round, which 'weipsec pair' "
		    "can tell: what WeOS 4 does with others is not known");
	else
		fate_help(
		    move,
		    fate_say(move, WI906, local ? SETTING_LOCAL_SUBNET : SETTING_REMOTE_SUBNET,
			     fate_span(move, set_subnet(move)),
			     "a subnet that is not set is the outer address: both ends must come "
			     "to the same subnets, and what WeOS 4 does with others is not known"),
		    "write both subnets at both ends");
}

/* True if what stands AT has an error. */
static bool has_error(const struct migration *migration, struct span at)
{
	const struct finding *error = migration->compilation->findings.first;

	while (error && (error->severity != SEVERITY_ERROR || error->at.from < at.from ||
			 error->at.from > at.to))
		error = error->next;
	return error != NULL;
}

/* One that could not be read has an error mostly, but where nothing rests on it. */
static void move_bad(struct move *move, enum weos4_setting setting)
{
	struct span at = fate_span(move, setting);

	if (!has_error(move->migration, at))
		finding_tunnel(finding_add_as(&move->migration->findings, WI904, SEVERITY_NOTE, at,
					      "it is not carried over: nothing rests on it here"),
			       move->from->id);
}

/* Whether WeOS 5 takes WORD as a secret. */
static bool takes_secret(struct slice word)
{
	const struct setting_info *info = &setting_table[SETTING_SECRET];

	return word.length >= info->least && word.length <= info->most &&
	       secret_characters_are_legal(word);
}

static void refuse_secret(struct move *move, enum weos4_setting setting, struct slice word)
{
	const struct setting_info *info = &setting_table[SETTING_SECRET];
	struct span at = fate_span(move, setting);
	struct finding *refusal;

	if (!secret_characters_are_legal(word))
		refusal = fate_say(move, WI905, SETTING_SECRET, at,
				   "the secret has a character that WeOS 5 does not take");
	else
		refusal = fate_say(move, WI905, SETTING_SECRET, at,
				   "the secret has %zu characters, and WeOS 5 takes %u to %u",
				   word.length, info->least, info->most);
	fate_help(move, refusal,
		  "make a new secret with 'weipsec secret', and write it at both ends");
}

/* WORD without the quotes that are around it, if any. */
static struct slice unquoted(struct slice word)
{
	if (word.length > 2 && (*word.at == '\'' || *word.at == '"') &&
	    word.at[word.length - 1] == *word.at)
		return (struct slice){word.at + 1, word.length - 2};
	return word;
}

/* What rests on a reading that nobody confirms. */
static void doubt_secret(struct move *move, enum weos4_setting setting, bool was_quoted,
			 struct slice word)
{
	if (was_quoted)
		fate_help(move,
			  fate_say(move, WI903, SETTING_SECRET, fate_span(move, setting),
				   "the quotes around the secret are taken to be none of it "
				   "(not confirmed), as in WeOS 5"),
			  "if authentication fails, write a new one without at both ends");
	if (word.at[0] == '0' && strchr("sSxX", word.at[1]))
		fate_say(move, WI903, SETTING_SECRET, fate_span(move, setting),
			 "WeOS 5 decodes a secret that begins with '0s' or '0x'; that WeOS 4 does "
			 "so is not confirmed: if "
			 "authentication fails, write a new one without at both ends");
}

static void move_secret(struct move *move, enum weos4_setting setting)
{
	struct slice typed =
	    text_slice(move->migration->findings.text, fate_origin(move, setting)->value);
	struct slice word = unquoted(typed);

	if (fate_state(move, setting) != ORIGIN_GIVEN) {
		keep(move, setting);
		return;
	}
	if (move->from->method == METHOD_CERT && !takes_secret(word)) {
		move->to.secret = tunnel_standard.secret;
		move_bad(move, setting);
		return;
	}
	/* inner quotes would be taken for outer ones */
	move->secret = unquoted(word).length < word.length ? typed : word;
	if (!takes_secret(word)) {
		refuse_secret(move, setting, word);
		return;
	}
	keep(move, setting);
	doubt_secret(move, setting, word.length < typed.length, word);
}

static void move_certificate(struct move *move, enum weos4_setting setting)
{
	keep(move, setting);
	if (move->from->method == METHOD_CERT && fate_state(move, setting) == ORIGIN_GIVEN)
		fate_say(
		    move, WI906, weos4_table[setting].counterpart, fate_span(move, setting),
		    setting == WEOS4_CA
			? "import this CA certificate on the WeOS 5 device under the same label"
			: "import this certificate and its private key on the WeOS 5 device under "
			  "the "
			  "same label");
	if (setting == WEOS4_CA && move->from->method == METHOD_CERT && !move->from->ca.length)
		fate_help(move,
			  fate_say(move, WI905, SETTING_CA, move->from->header,
				   "there is no 'ca', and WeOS 5 needs one to know whom to trust"),
			  "write 'ca LABEL', and import that certificate");
}

/* ---- other words and values ---- */

static void move_peer(struct move *move, enum weos4_setting setting)
{
	if (!move->from->weos4->peer_name.length) {
		keep(move, setting);
		return;
	}
	fate_help(move,
		  fate_say(move, WI905, SETTING_PEER, fate_span(move, setting),
			   "the peer is a name, and WeOS 5 takes an address only"),
		  "write its address, if that never changes; else let the other end be the "
		  "initiator, and write 'peer ANY'");
}

static void move_outbound(struct move *move, enum weos4_setting setting)
{
	struct outbound outbound;
	const char *why = outbound_find(move->migration, move->from->weos4->outbound, &outbound);

	if (why) {
		fate_help(move,
			  fate_say(move, WI905, SETTING_LOCAL_ADDRESS, fate_span(move, setting),
				   "%s", why),
			  "write 'local-address' with the address that the tunnel is to have, then "
			  "'enable'");
		return;
	}
	move->to.local_address = (struct address){.set = true, .ip = outbound.ip};
	fate_set(move, SETTING_LOCAL_ADDRESS, ORIGIN_GIVEN);
	if (fate_was_named(move, setting) && move->from->weos4->outbound.length)
		fate_say(move, WI902, SETTING_LOCAL_ADDRESS, fate_span(move, setting),
			 "'outbound' becomes 'local-address " IP_FORMAT
			 "', the interface's static address",
			 IP_BYTES(outbound.ip));
	else
		fate_help(move,
			  fate_say(move, WI903, SETTING_LOCAL_ADDRESS, fate_span(move, setting),
				   "'outbound' is not set: " IP_FORMAT
				   " is the one static address that the internet can "
				   "reach, and is taken",
				   IP_BYTES(outbound.ip)),
			  "see that it is the address of the interface of the default route");
}

static void move_dpd_action(struct move *move, enum weos4_setting setting)
{
	if (move->from->initiator || fate_state(move, setting) != ORIGIN_GIVEN ||
	    move->from->dpd_action == DPD_CLEAR) {
		if (fate_state(move, setting) != ORIGIN_GIVEN ||
		    move->from->dpd_action != DPD_TRAP) {
			keep(move, setting);
			return;
		}
		fate_set(move, SETTING_DPD_ACTION, ORIGIN_GIVEN);
		fate_say(move, WI902, SETTING_DPD_ACTION, fate_span(move, setting),
			 "'hold' is 'trap' in WeOS 5");
		return;
	}
	move->to.dpd_action = DPD_CLEAR;
	fate_set(move, SETTING_DPD_ACTION, ORIGIN_GIVEN);
	fate_say(move, WI903, SETTING_DPD_ACTION, fate_span(move, setting),
		 "a WeOS 5 responder can only clear: 'dpd-action clear' is written; traffic still "
		 "starts the tunnel, if the "
		 "peer has an address");
}

static void move_ike_lifetime(struct move *move, enum weos4_setting setting)
{
	if (fate_state(move, setting) == ORIGIN_GIVEN)
		fate_help(move,
			  fate_say(move, WI904, MOVE_HEADER, fate_span(move, setting),
				   "WeOS 5 makes new keys for IKE every 4 hours, and has no "
				   "setting for that"),
			  "if they are to be made more often, write 'reauth-time'");
	else if (fate_was_named(move, setting))
		finding_add_as(&move->migration->findings, WI904, SEVERITY_NOTE,
			       fate_span(move, setting),
			       "WeOS 5 makes new keys for IKE every 4 hours");
}

static void move_sa_lifetime(struct move *move, enum weos4_setting setting)
{
	if (!fate_was_named(move, setting))
		return;
	fate_set(move, SETTING_SA_REKEY_TIME, fate_state(move, setting));
	fate_say(move, WI902, SETTING_SA_REKEY_TIME, fate_span(move, setting),
		 "'sa-lifetime' is 'sa-rekey-time' in WeOS 5");
}

/* ---- the mode ---- */

/* Another tunnel for any peer with another secret, which main mode has nothing to tell apart by. */
static bool has_rival(const struct move *move)
{
	const struct migration *migration = move->migration;

	return migration->are_any_several ||
	       (migration->any_secret.length && move->from->secret.set &&
		slice_compare(migration->any_secret, move->from->secret.bytes) != 0);
}

static void move_aggressive(struct move *move, enum weos4_setting setting)
{
	const struct tunnel *from = move->from;
	bool any = !from->peer.set && !from->weos4->peer_name.length;

	if (!fate_was_named(move, setting))
		return;
	if (!from->weos4->aggressive) {
		finding_add_as(&move->migration->findings, WI904, SEVERITY_NOTE,
			       fate_span(move, setting),
			       "WeOS 5 has main mode only, which this is");
	} else if (move->migration->both_ends) {
		fate_say(move, WI904, MOVE_HEADER, fate_span(move, setting),
			 "version 2 has no modes");
	} else if (any && from->method == METHOD_PSK && has_rival(move)) {
		fate_help(
		    move,
		    fate_say(move, WI905, MOVE_HEADER, fate_span(move, setting),
			     "WeOS 5 has main mode only, which cannot tell peers of unknown "
			     "address with several secrets "
			     "apart"),
		    "move both ends to version 2 with '--both-ends', or write 'peer ADDRESS'");
	} else {
		fate_help(
		    move,
		    fate_say(
			move, WI906, MOVE_HEADER, fate_span(move, setting),
			"WeOS 5 has main mode only: the other end must not be in aggressive mode"),
		    "write 'no aggressive' at the other end, before or together with this one");
	}
}

static void move_version(struct move *move)
{
	move->to.version = move->migration->both_ends ? 2 : 1;
	fate_set(move, SETTING_VERSION, ORIGIN_GIVEN);
	if (move->migration->both_ends)
		fate_help(move,
			  fate_say(move, WI906, MOVE_HEADER, move->from->header,
				   "version 2 is written: the other end must be a WeOS 5 device "
				   "with version 2 first"),
			  "write 'version 2' there, the same 'ike' and 'esp' as here, and the "
			  "secret as it is");
	else
		fate_say(move, WI902, SETTING_VERSION, move->from->header,
			 "'version 1' is written, since WeOS 4 is taken to have no other: write "
			 "'version 2' when both ends "
			 "are WeOS 5");
}

/* ---- the whole ---- */

/* After all others, since what is not possible is written disabled. */
static void move_enable(struct move *move)
{
	if (!move->is_impossible || !move->from->enabled) {
		keep(move, WEOS4_ENABLE);
	} else if (fate_was_named(move, WEOS4_ENABLE)) {
		fate_say(move, WI903, SETTING_ENABLE, fate_span(move, WEOS4_ENABLE),
			 "'no enable' is written, since this tunnel is not possible as it is");
	}
	if (!move->is_impossible)
		return;
	tunnel_ids_add(&move->migration->impossible, move->from->id);
	move->to.enabled = false;
	fate_set(move, SETTING_ENABLE, ORIGIN_RESET);
}

static void (*const movers[WEOS4_COUNT])(struct move *move, enum weos4_setting setting) = {
    [WEOS4_DESCRIPTION] = keep,
    [WEOS4_AGGRESSIVE] = move_aggressive,
    [WEOS4_INITIATOR] = keep,
    [WEOS4_PEER] = move_peer,
    [WEOS4_OUTBOUND] = move_outbound,
    [WEOS4_LOCAL_ID] = move_identity,
    [WEOS4_REMOTE_ID] = move_identity,
    [WEOS4_LOCAL_SUBNET] = move_subnet,
    [WEOS4_REMOTE_SUBNET] = move_subnet,
    [WEOS4_METHOD] = keep,
    [WEOS4_SECRET] = move_secret,
    [WEOS4_CERTIFICATE] = move_certificate,
    [WEOS4_CA] = move_certificate,
    [WEOS4_IKE] = move_suite_ike,
    [WEOS4_ESP] = move_suite_esp,
    [WEOS4_PFS] = move_suite_pfs,
    [WEOS4_IKE_LIFETIME] = move_ike_lifetime,
    [WEOS4_SA_LIFETIME] = move_sa_lifetime,
    [WEOS4_DPD_ACTION] = move_dpd_action,
    [WEOS4_DPD_DELAY] = keep,
    [WEOS4_DPD_TIMEOUT] = keep,
};

static void move_setting(struct move *move, enum weos4_setting setting)
{
	bool is_bad = fate_state(move, setting) == ORIGIN_BAD;

	if (is_bad && setting != WEOS4_OUTBOUND && setting != WEOS4_PEER)
		move_bad(move, setting);
	else if (movers[setting])
		movers[setting](move, setting);
}

static void judge_whole(struct move *move, size_t place)
{
	const struct migrate_error *error = errors_of(move->migration, move->from->id);

	/* the errors themselves are said beside */
	if (tunnel_ids_have(&move->migration->errors, move->from->id))
		fate_say(move, WI905, MOVE_HEADER, move->from->header,
			 "an error of this tunnel is said at its place, and what could not be read "
			 "is not carried over");
	if (error)
		fate_help(move,
			  fate_say(move, WI905, MOVE_HEADER, move->from->header,
				   "in WeOS 5 this is an error of the tunnel (%s): %s",
				   rule_table[error->rule].id, error->message),
			  error->help);
	if (place >= INSTANCE_MAX)
		fate_help(move,
			  fate_say(move, WI905, MOVE_HEADER, move->from->header,
				   "WeOS 5 takes %d tunnels, and this is number %zu", INSTANCE_MAX,
				   place + 1),
			  "leave one out");
}

/* In the order of the tunnels, which are asked for one after the other. */
static void find_opposite(struct move *move, size_t place)
{
	struct migration *migration = move->migration;

	while (migration->opposite_count && migration->opposites->tunnel < place) {
		migration->opposites++;
		migration->opposite_count--;
	}
	if (migration->opposite_count && migration->opposites->tunnel == place)
		move->opposite = migration->opposites;
}

void move_decide(struct move *move, size_t place)
{
	move->last = &move->fates;
	move->to = *move->from;
	move->to.weos4 = NULL;
	move->to.states = 0;
	find_opposite(move, place);
	judge_whole(move, place);
	move_version(move);
	for (int setting = WEOS4_INSTANCE; setting < WEOS4_COUNT; setting++)
		move_setting(move, (enum weos4_setting)setting);
	move_enable(move);
}

/* ---- for all tunnels ---- */

static void find_any_secrets(struct migration *migration)
{
	const struct model *model = migration->compilation->model;

	for (size_t i = 0; i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];

		if (!tunnel->enabled || tunnel->method != METHOD_PSK || tunnel->peer.set ||
		    tunnel->weos4->peer_name.length || !tunnel->secret.set)
			continue;
		if (!migration->any_secret.length)
			migration->any_secret = tunnel->secret.bytes;
		else if (slice_compare(migration->any_secret, tunnel->secret.bytes) != 0)
			migration->are_any_several = true;
	}
}

void move_decide_all(struct migration *migration)
{
	const struct weos4_device *weos4 = migration->compilation->model->weos4;
	const struct weos4_origin *nat, *mtu;
	struct findings *findings = &migration->findings;

	if (!weos4)
		return;
	find_any_secrets(migration);
	nat = &weos4->from[WEOS4_NAT_TRAVERSAL];
	mtu = &weos4->from[WEOS4_MTU_OVERRIDE];
	if (nat->state == ORIGIN_RESET)
		finding_help(
		    findings,
		    finding_add(
			findings, WI904, nat->at.name,
			"NAT traversal is off here and always on in WeOS 5: where there is a NAT, "
			"ESP goes in UDP port 4500 from now on"),
		    "let UDP port 4500 through at both ends");
	else if (nat->state == ORIGIN_GIVEN)
		finding_add_as(findings, WI904, SEVERITY_NOTE, nat->at.name,
			       "NAT traversal is always on in WeOS 5");
	if (mtu->state == ORIGIN_GIVEN)
		finding_help(
		    findings,
		    finding_add(findings, WI904, mtu->at.name,
				"WeOS 5 has no MTU for tunnels: large packets may vanish again"),
		    "lower TCP's MSS, or the MTU of the hosts behind, to what fits");
	else if (mtu->state == ORIGIN_RESET)
		finding_add_as(findings, WI904, SEVERITY_NOTE, mtu->at.name,
			       "WeOS 5 has no MTU for tunnels either");
}
