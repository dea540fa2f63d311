/* SPDX-License-Identifier: ISC */
/* What becomes of each setting of a WeOS 4 tunnel.  Whatever was named gets a finding, were it only that it is kept. */
#include "compiler/rewrite/move.h"

#include "compiler/model/resolve.h"
#include "compiler/rewrite/outbound.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What WeOS 5 takes. */
#define INSTANCE_MAX 25

/* ---- what is said ---- */

static struct finding *say(struct move *move, enum rule rule, int place, struct span at,
			   const char *format, ...) __attribute__((format(printf, 5, 6)));

static struct finding *say(struct move *move, enum rule rule, int place, struct span at,
			   const char *format, ...)
{
	struct findings *findings = &move->migration->findings;
	struct fate *fate = arena_alloc(findings->arena, sizeof(*fate));
	struct finding *finding;
	va_list args;

	va_start(args, format);
	finding = finding_vadd(findings, rule, rule_table[rule].severity, at, format, args);
	va_end(args);
	finding_tunnel(finding, move->from->id);
	if (rule == WI905)
		move->is_impossible = true;
	if (!fate || !finding)
		return finding;
	*fate = (struct fate){.place = place, .finding = finding};
	*move->last = fate;
	move->last = &fate->next;
	return finding;
}

static void help(struct move *move, struct finding *finding, const char *what)
{
	finding_help(&move->migration->findings, finding, "%s", what);
}

static const struct origin *origin_of(const struct move *move, enum weos4_setting setting)
{
	int counterpart = weos4_table[setting].counterpart;

	return counterpart >= 0 ? tunnel_origin(move->from, (enum setting)counterpart)
				: &move->from->weos4->from[setting].at;
}

static enum origin_state state_of(const struct move *move, enum weos4_setting setting)
{
	int counterpart = weos4_table[setting].counterpart;

	return counterpart >= 0 ? tunnel_state(move->from, (enum setting)counterpart)
				: move->from->weos4->from[setting].state;
}

/* The whole line, or the tunnel's first where it was never named. */
static struct span span_of(const struct move *move, enum weos4_setting setting)
{
	const struct origin *origin = origin_of(move, setting);

	if (state_of(move, setting) == ORIGIN_DEFAULT)
		return move->from->header;
	return (struct span){origin->name.from, origin->value.to};
}

static void set_state(struct move *move, enum setting setting, enum origin_state state)
{
	move->to.states = states_with(move->to.states, setting, state);
}

static bool was_named(const struct move *move, enum weos4_setting setting)
{
	return state_of(move, setting) != ORIGIN_DEFAULT;
}

/* ---- what both have ---- */

static void keep(struct move *move, enum weos4_setting setting)
{
	const struct weos4_info *info = &weos4_table[setting];
	struct slice name = text_slice(move->migration->findings.text, origin_of(move, setting)->name);

	if (!was_named(move, setting))
		return;
	set_state(move, (enum setting)info->counterpart, state_of(move, setting));
	if (slice_is(name, info->info.word))
		say(move, WI901, info->counterpart, span_of(move, setting), "'%s' is kept", info->info.word);
	else
		say(move, WI902, info->counterpart, span_of(move, setting), "this is '%s'", info->info.word);
}

static void move_identity(struct move *move, enum weos4_setting setting)
{
	enum setting id = (enum setting)weos4_table[setting].counterpart;
	const struct identity *identity = id == SETTING_LOCAL_ID ? &move->to.local_id : &move->to.remote_id;

	keep(move, setting);
	if (id != SETTING_REMOTE_ID || identity->form != IDENTITY_AUTO || identity->type != IDENTITY_INET ||
	    move->to.initiator)
		return;
	set_state(move, id, ORIGIN_GIVEN);
	help(move,
	     say(move, WI902, (int)id, span_of(move, setting),
		 "an automatic remote-id is taken to be the peer's address in WeOS 4 (not confirmed), and is "
		 "written out: a WeOS 5 responder would accept any identity"),
	     "write what the peer calls itself, if it is behind NAT");
}

static void move_subnet(struct move *move, enum weos4_setting setting)
{
	bool local = move->from->local_subnet.set, remote = move->from->remote_subnet.set;

	keep(move, setting);
	if (setting != WEOS4_LOCAL_SUBNET || (local && remote))
		return;
	help(move,
	     say(move, WI906, local ? SETTING_LOCAL_SUBNET : SETTING_REMOTE_SUBNET,
		 span_of(move, local ? WEOS4_LOCAL_SUBNET : WEOS4_REMOTE_SUBNET),
		 "a subnet that is not set is the outer address: both ends must come to the same subnets, and what "
		 "WeOS 4 does with others is not known"),
	     "write both subnets at both ends");
}

static void move_secret(struct move *move, enum weos4_setting setting)
{
	const struct setting_info *info = &setting_table[SETTING_SECRET];
	struct span at = origin_of(move, setting)->value;
	struct text *text = move->migration->findings.text;
	struct slice word = text_slice(text, at);
	struct finding *finding;

	if (state_of(move, setting) != ORIGIN_GIVEN) {
		keep(move, setting);
		return;
	}
	if (word.length > 2 && (*word.at == '\'' || *word.at == '"') && word.at[word.length - 1] == *word.at) {
		word.at++;
		word.length -= 2;
	}
	move->secret = word;
	for (size_t i = 0; i < word.length; i++) {
		if (word.at[i] > ' ' && word.at[i] <= '~' && word.at[i] != '#')
			continue;
		finding = say(move, WI905, SETTING_SECRET, span_of(move, setting),
			      "the secret has a character that WeOS 5 does not take");
		help(move, finding, "make a new secret with 'weipsec secret', and write it at both ends");
		return;
	}
	if (word.length < info->least || word.length > info->most) {
		finding = say(move, WI905, SETTING_SECRET, span_of(move, setting),
			      "the secret has %zu characters, and WeOS 5 takes %u to %u", word.length, info->least,
			      info->most);
		help(move, finding, "make a new secret with 'weipsec secret', and write it at both ends");
		return;
	}
	keep(move, setting);
	if (word.at[0] == '0' && strchr("sSxX", word.at[1]))
		say(move, WI903, SETTING_SECRET, span_of(move, setting),
		    "WeOS 5 decodes a secret that begins with '0s' or '0x'; that WeOS 4 does so is not confirmed: if "
		    "authentication fails, write a new one without at both ends");
}

static void move_certificate(struct move *move, enum weos4_setting setting)
{
	keep(move, setting);
	if (move->from->method == METHOD_CERT && state_of(move, setting) == ORIGIN_GIVEN)
		say(move, WI906, weos4_table[setting].counterpart, span_of(move, setting),
		    setting == WEOS4_CA ? "import this CA certificate on the WeOS 5 device under the same label"
					: "import this certificate and its private key on the WeOS 5 device under the "
					  "same label");
	if (setting == WEOS4_CA && move->from->method == METHOD_CERT && !move->from->ca.length)
		help(move,
		     say(move, WI905, SETTING_CA, move->from->header,
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
	help(move,
	     say(move, WI905, SETTING_PEER, span_of(move, setting),
		 "the peer is a name, and WeOS 5 takes an address only"),
	     "write its address, if that never changes; else let the other end be the initiator, and write 'peer ANY'");
}

static void move_outbound(struct move *move, enum weos4_setting setting)
{
	struct outbound outbound;
	const char *why =
	    outbound_find(move->migration, move->from->weos4->outbound, &outbound);

	if (why) {
		help(move, say(move, WI905, SETTING_LOCAL_ADDRESS, span_of(move, setting), "%s", why),
		     "write 'local-address' with the address that the tunnel is to have, then 'enable'");
		return;
	}
	move->to.local_address = (struct address){.set = true, .ip = outbound.ip};
	set_state(move, SETTING_LOCAL_ADDRESS, ORIGIN_GIVEN);
	if (was_named(move, setting) && move->from->weos4->outbound.length)
		say(move, WI902, SETTING_LOCAL_ADDRESS, span_of(move, setting),
		    "'outbound' becomes 'local-address " IP_FORMAT "', the interface's static address",
		    IP_BYTES(outbound.ip));
	else
		help(move,
		     say(move, WI903, SETTING_LOCAL_ADDRESS, span_of(move, setting),
			 "'outbound' is not set: " IP_FORMAT " is the one static address that the internet can "
			 "reach, and is taken",
			 IP_BYTES(outbound.ip)),
		     "see that it is the address of the interface of the default route");
}

static void move_dpd_action(struct move *move, enum weos4_setting setting)
{
	if (move->from->initiator || state_of(move, setting) != ORIGIN_GIVEN ||
	    move->from->dpd_action == DPD_CLEAR) {
		if (state_of(move, setting) != ORIGIN_GIVEN || move->from->dpd_action != DPD_TRAP) {
			keep(move, setting);
			return;
		}
		set_state(move, SETTING_DPD_ACTION, ORIGIN_GIVEN);
		say(move, WI902, SETTING_DPD_ACTION, span_of(move, setting), "'hold' is 'trap' in WeOS 5");
		return;
	}
	move->to.dpd_action = DPD_CLEAR;
	set_state(move, SETTING_DPD_ACTION, ORIGIN_GIVEN);
	say(move, WI903, SETTING_DPD_ACTION, span_of(move, setting),
	    "a WeOS 5 responder can only clear: 'dpd-action clear' is written; traffic still starts the tunnel, if the "
	    "peer has an address");
}

static void move_ike_lifetime(struct move *move, enum weos4_setting setting)
{
	if (state_of(move, setting) == ORIGIN_GIVEN)
		say(move, WI904, MOVE_HEADER, span_of(move, setting),
		    "WeOS 5 makes new keys for IKE every 4 hours, and has no setting for that");
	else if (was_named(move, setting))
		finding_add_as(&move->migration->findings, WI904, SEVERITY_NOTE, span_of(move, setting),
			       "WeOS 5 makes new keys for IKE every 4 hours");
}

static void move_sa_lifetime(struct move *move, enum weos4_setting setting)
{
	if (!was_named(move, setting))
		return;
	set_state(move, SETTING_SA_REKEY_TIME, state_of(move, setting));
	say(move, WI902, SETTING_SA_REKEY_TIME, span_of(move, setting),
	    "'sa-lifetime' is 'sa-rekey-time' in WeOS 5");
}

/* ---- suites ---- */

/* The nearest suite of WeOS 5 to that of SETTING; true if it is another. */
static bool nearest_suite(struct suite *suite)
{
	bool changed = false;

	for (enum suite_slot slot = SUITE_CIPHER; slot < SUITE_SLOTS; slot++) {
		const struct algorithm *algorithm = suite->slot[slot].algorithm;
		const char *instead = algorithm && suite->slot[slot].state == SLOT_GIVEN
					  ? weos4_algorithm_instead(algorithm)
					  : NULL;

		if (!instead)
			continue;
		suite->slot[slot].algorithm =
		    algorithm_match(slot, (struct slice){instead, strlen(instead)}).exact;
		changed = true;
	}
	return changed;
}

static void set_slot(struct suite *suite, enum suite_slot slot, const char *word)
{
	suite->set = true;
	suite->slot[slot].algorithm = algorithm_match(slot, (struct slice){word, strlen(word)}).exact;
	suite->slot[slot].state = SLOT_GIVEN;
}

static void set_default_suite(struct suite *suite, const char *hash, const char *group)
{
	set_slot(suite, SUITE_CIPHER, "aes256");
	set_slot(suite, SUITE_AUTH, hash);
	set_slot(suite, SUITE_DH, group);
}

/* In the words of the other end: `crypto', and a group by its bits, while that is WeOS 4. */
static void print_suite(const struct suite *suite, bool is_weos4, char *text, size_t size)
{
	static const char modp[] = "modp";
	size_t used = 0;

	text[0] = '\0';
	for (int slot = 0; slot < SUITE_SLOTS && used < size; slot++) {
		const struct algorithm *algorithm = suite->slot[slot].algorithm;
		const char *word = slot == SUITE_CIPHER && is_weos4 ? "crypto"
								    : suite_slot_word((enum suite_slot)slot);

		if (suite->slot[slot].state != SLOT_GIVEN || !algorithm)
			continue;
		used += (size_t)snprintf(
		    text + used, size - used, "%s%s %s", used ? " " : "", word,
		    algorithm->word +
			(is_weos4 && strncmp(algorithm->word, modp, sizeof(modp) - 1) == 0 ? sizeof(modp) - 1 : 0));
	}
}

/* Says what both ends must have. */
static void say_suite(struct move *move, enum weos4_setting setting, const char *why)
{
	bool is_ike = setting == WEOS4_IKE;
	const struct suite *suite = &move->suites[!is_ike];
	struct finding *finding;
	char text[96];

	print_suite(suite, !move->migration->both_ends, text, sizeof(text));
	finding = say(move, WI906, is_ike ? SETTING_IKE : SETTING_ESP, span_of(move, setting), "%s", why);
	finding_help(&move->migration->findings, finding,
		     "the other end must have '%s %s'%s, before or together with this one", is_ike ? "ike" : "esp",
		     text, is_ike || move->migration->both_ends ? "" : ", and 'pfs'");
}

static void move_ike(struct move *move, enum weos4_setting setting)
{
	struct suite *suite = &move->suites[0];

	*suite = *move->from->ike;
	move->to.ike = suite;
	set_state(move, SETTING_IKE, ORIGIN_GIVEN);
	if (move->migration->both_ends) {
		*suite = suite_automatic;
		set_default_suite(suite, "sha256", "ecp256");
		say_suite(move, setting, "a suite of today is written for phase 1");
	} else if (!suite->set) {
		set_default_suite(suite, "sha256", "modp2048");
		say_suite(move, setting,
			  "which suites automatic 'ike' stands for in WeOS 4 is not known: one is spelt out");
	} else if (nearest_suite(suite)) {
		say_suite(move, setting, "WeOS 5 has not got this suite for phase 1: the nearest is written");
	} else {
		say(move, WI902, SETTING_IKE, span_of(move, setting), "the suite of phase 1 is kept");
	}
}

/* True if the suite of phase 2 is said in both in the same way. */
static void move_same_esp(struct move *move, enum weos4_setting setting)
{
	bool derived = move->suites[1].slot[SUITE_DH].at.from == origin_of(move, setting)->name.from;

	if (derived)
		say(move, WI903, SETTING_ESP, span_of(move, setting),
		    "'esp' names no group: that of 'ike' is written, which automatic 'pfs' is taken to be (not confirmed)");
	else
		say(move, WI902, SETTING_ESP, span_of(move, setting), "the suite of phase 2 is kept");
}

static bool has_hash(const struct suite *suite, enum algorithm_id hash)
{
	return suite->slot[SUITE_AUTH].state == SLOT_GIVEN &&
	       suite->slot[SUITE_AUTH].algorithm == &algorithm_table[hash];
}

static void move_esp(struct move *move, enum weos4_setting setting)
{
	const struct tunnel *from = move->from;
	struct suite *suite = &move->suites[1];
	const struct algorithm *group = move->suites[0].slot[SUITE_DH].algorithm;
	bool changed;

	*suite = *from->esp;
	move->to.esp = suite;
	set_state(move, SETTING_ESP, ORIGIN_GIVEN);
	changed = nearest_suite(suite);
	if (move->migration->both_ends) {
		*suite = suite_automatic;
		set_default_suite(suite, "sha256", "ecp256");
		say_suite(move, setting, "a suite of today is written for phase 2");
	} else if (!suite->set) {
		set_default_suite(suite, "sha256", group ? group->word : "modp2048");
		say_suite(move, setting,
			  "which suites automatic 'esp' stands for in WeOS 4 is not known: one is spelt out");
	} else if (!from->weos4->pfs) {
		set_slot(suite, SUITE_DH, group ? group->word : "modp2048");
		say_suite(move, WEOS4_PFS,
			  "'no pfs' cannot be said in WeOS 5, whose 'esp' has a group");
		if (was_named(move, setting))
			say(move, WI902, SETTING_ESP, span_of(move, setting),
			    changed ? "the nearest cipher and auth of phase 2 are written"
				    : "cipher and auth of phase 2 are kept");
	} else if (changed) {
		say_suite(move, setting, "WeOS 5 has not got this suite for phase 2: the nearest is written");
	} else {
		move_same_esp(move, setting);
	}
	if (!move->migration->both_ends && has_hash(suite, ALGORITHM_SHA256))
		finding_add_as(&move->migration->findings, WI903, SEVERITY_NOTE, span_of(move, setting),
			       "old kernels cut SHA-256 to 96 bits in ESP; whether WeOS 4 does is not known: if the "
			       "tunnel is up and no packet passes, try 'auth sha1' at both ends");
}

static void move_pfs(struct move *move, enum weos4_setting setting)
{
	if (was_named(move, setting) && (move->from->weos4->pfs || move->migration->both_ends))
		say(move, WI902, SETTING_ESP, span_of(move, setting), "'pfs' is the group in 'esp'");
}

/* ---- the mode ---- */

/* Another tunnel for any peer with another secret, which main mode has nothing to tell apart by. */
static bool has_rival(const struct move *move)
{
	const struct model *model = move->migration->compilation->model;
	const struct tunnel *from = move->from;

	for (size_t i = 0; i < model->count; i++) {
		const struct tunnel *other = model->tunnels[i];

		if (other != from && other->enabled && other->method == METHOD_PSK && !other->peer.set &&
		    !other->weos4->peer_name.length && other->secret.set &&
		    slice_compare(other->secret.bytes, from->secret.bytes) != 0)
			return true;
	}
	return false;
}

static void move_aggressive(struct move *move, enum weos4_setting setting)
{
	const struct tunnel *from = move->from;
	bool any = !from->peer.set && !from->weos4->peer_name.length;

	if (!was_named(move, setting))
		return;
	if (!from->weos4->aggressive) {
		finding_add_as(&move->migration->findings, WI904, SEVERITY_NOTE, span_of(move, setting),
			       "WeOS 5 has main mode only, which this is");
	} else if (move->migration->both_ends) {
		say(move, WI904, MOVE_HEADER, span_of(move, setting), "version 2 has no modes");
	} else if (any && from->method == METHOD_PSK && has_rival(move)) {
		help(move,
		     say(move, WI905, MOVE_HEADER, span_of(move, setting),
			 "WeOS 5 has main mode only, which cannot tell peers of unknown address with several secrets "
			 "apart"),
		     "move both ends to version 2 with '--both-ends', or write 'peer ADDRESS'");
	} else {
		help(move,
		     say(move, WI906, MOVE_HEADER, span_of(move, setting),
			 "WeOS 5 has main mode only: the other end must not be in aggressive mode"),
		     "write 'no aggressive' at the other end, before or together with this one");
	}
}

static void move_version(struct move *move)
{
	move->to.version = move->migration->both_ends ? 2 : 1;
	set_state(move, SETTING_VERSION, ORIGIN_GIVEN);
	if (move->migration->both_ends)
		help(move,
		     say(move, WI906, MOVE_HEADER, move->from->header,
			 "version 2 is written: the other end must be a WeOS 5 device with version 2 first"),
		     "write 'version 2' there, the same 'ike' and 'esp' as here, and the secret as it is");
	else
		say(move, WI902, SETTING_VERSION, move->from->header,
		    "'version 1' is written, since WeOS 4 is taken to have no other: write 'version 2' when both ends "
		    "are WeOS 5");
}

/* ---- the whole ---- */

static void (*const movers[WEOS4_COUNT])(struct move *move, enum weos4_setting setting) = {
    [WEOS4_ENABLE] = keep,
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
    [WEOS4_IKE] = move_ike,
    [WEOS4_ESP] = move_esp,
    [WEOS4_PFS] = move_pfs,
    [WEOS4_IKE_LIFETIME] = move_ike_lifetime,
    [WEOS4_SA_LIFETIME] = move_sa_lifetime,
    [WEOS4_DPD_ACTION] = move_dpd_action,
    [WEOS4_DPD_DELAY] = keep,
    [WEOS4_DPD_TIMEOUT] = keep,
};

/* What the text has an error in has not been understood; the errors themselves are said beside. */
static bool has_error(const struct move *move)
{
	const struct findings *findings = &move->migration->compilation->findings;

	for (const struct finding *finding = findings->first; finding; finding = finding->next) {
		if (finding->severity == SEVERITY_ERROR && finding->tunnel == move->from->id)
			return true;
	}
	return false;
}

static void judge_whole(struct move *move, size_t place)
{
	if (has_error(move))
		say(move, WI905, MOVE_HEADER, move->from->header,
		    "a line of this tunnel has an error, and is not carried over: see 'weipsec check'");
	if (place >= INSTANCE_MAX)
		help(move,
		     say(move, WI905, MOVE_HEADER, move->from->header,
			 "WeOS 5 takes %d tunnels, and this is number %zu", INSTANCE_MAX, place + 1),
		     "leave one out");
}

void move_decide(struct move *move, size_t place)
{
	move->last = &move->fates;
	move->to = *move->from;
	move->to.weos4 = NULL;
	move->to.states = 0;
	judge_whole(move, place);
	move_version(move);
	for (int setting = WEOS4_INSTANCE; setting < WEOS4_COUNT; setting++) {
		if (state_of(move, (enum weos4_setting)setting) != ORIGIN_BAD ||
		    setting == WEOS4_OUTBOUND || setting == WEOS4_PEER)
			movers[setting](move, (enum weos4_setting)setting);
	}
	if (!move->is_impossible)
		return;
	move->to.enabled = false;
	set_state(move, SETTING_ENABLE, ORIGIN_RESET);
}

/* ---- for all tunnels ---- */

void move_decide_all(struct migration *migration)
{
	const struct weos4_device *weos4 = migration->compilation->model->weos4;
	const struct weos4_origin *nat, *mtu;
	struct findings *findings = &migration->findings;

	if (!weos4)
		return;
	nat = &weos4->from[WEOS4_NAT_TRAVERSAL];
	mtu = &weos4->from[WEOS4_MTU_OVERRIDE];
	if (nat->state == ORIGIN_RESET)
		finding_help(findings,
			     finding_add(findings, WI904, nat->at.name,
					 "NAT traversal is off here and always on in WeOS 5: where there is a NAT, "
					 "ESP goes in UDP port 4500 from now on"),
			     "let UDP port 4500 through at both ends");
	else if (nat->state == ORIGIN_GIVEN)
		finding_add_as(findings, WI904, SEVERITY_NOTE, nat->at.name,
			       "NAT traversal is always on in WeOS 5");
	if (mtu->state == ORIGIN_GIVEN)
		finding_help(findings,
			     finding_add(findings, WI904, mtu->at.name,
					 "WeOS 5 has no MTU for tunnels: large packets may vanish again"),
			     "lower TCP's MSS, or the MTU of the hosts behind, to what fits");
	else if (mtu->state == ORIGIN_RESET)
		finding_add_as(findings, WI904, SEVERITY_NOTE, mtu->at.name,
			       "WeOS 5 has no MTU for tunnels either");
}
