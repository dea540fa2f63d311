/* SPDX-License-Identifier: ISC */
/*
 * A tunnel turned round.  What the other end has of its own is not known: it is left to its
 * default, or left out with a note, and nothing is guessed.
 */
#include "compiler/rewrite/mirror.h"

#include "compiler/model/identity_parts.h"
#include "compiler/model/resolve.h"
#include "compiler/model/words.h"

#include <string.h>

struct turning {
	struct arena *arena;
	const struct tunnel *from;
	struct mirror_end *end;
	struct tunnel *to;
	enum setting sources[SETTING_COUNT]; /* where each that was given comes from */
};

/* SETTING of the other end is written: it comes from SOURCE. */
static void give(struct turning *turning, enum setting setting, enum setting source)
{
	turning->to->states = states_with(turning->to->states, setting, ORIGIN_GIVEN);
	turning->sources[setting] = source;
}

static void note(struct turning *turning, enum setting setting, const char *text)
{
	turning->end->notes[setting] = text;
}

/* ---- what is the same at both ends ---- */

static void keep(struct turning *turning, enum setting setting)
{
	if (tunnel_given(turning->from, setting))
		give(turning, setting, setting);
}

/* What an automatic setting of a WeOS 4 tunnel stands for is written out. */
static void keep_suites(struct turning *turning)
{
	if (turning->from->ike->set)
		give(turning, SETTING_IKE, SETTING_IKE);
	if (turning->from->esp->set)
		give(turning, SETTING_ESP, SETTING_ESP);
	if (turning->from->version != tunnel_standard.version)
		give(turning, SETTING_VERSION, SETTING_VERSION);
}

static void keep_method(struct turning *turning)
{
	struct tunnel *to = turning->to;

	keep(turning, SETTING_METHOD);
	to->certificate = (struct slice){NULL, 0};
	if (to->method == METHOD_PSK) {
		to->ca = (struct slice){NULL, 0};
		to->revocation = tunnel_standard.revocation;
		keep(turning, SETTING_SECRET);
		return;
	}
	to->secret = tunnel_standard.secret;
	note(turning, SETTING_CERTIFICATE,
	     "the label of this end's own certificate, which the other end does not tell");
	if (to->ca.length)
		note(turning, SETTING_CA,
		     "taken to be the same: write the label of the CA of the other end's "
		     "certificate, if that is another");
	keep(turning, SETTING_CA);
	keep(turning, SETTING_REVOCATION);
}

static void keep_timers(struct turning *turning)
{
	struct tunnel *to = turning->to;

	keep(turning, SETTING_SA_REKEY_TIME);
	if (to->reauth_time)
		keep(turning, SETTING_REAUTH_TIME);
	if (to->dpd_action == DPD_OFF) {
		to->states = states_with(to->states, SETTING_DPD_ACTION, ORIGIN_RESET);
		turning->sources[SETTING_DPD_ACTION] = SETTING_DPD_ACTION;
		return;
	}
	keep(turning, SETTING_DPD_DELAY);
	if (to->version == 1)
		keep(turning, SETTING_DPD_TIMEOUT);
}

/* ---- role and addresses ---- */

static void turn_role(struct turning *turning)
{
	struct tunnel *to = turning->to;

	to->initiator = !turning->from->initiator;
	if (to->initiator)
		give(turning, SETTING_INITIATOR, SETTING_INITIATOR);
	if (to->enabled)
		return;
	to->states = states_with(to->states, SETTING_ENABLE, ORIGIN_RESET);
	turning->sources[SETTING_ENABLE] = SETTING_ENABLE;
}

/* Nobody on the internet can reach the other end by the address that it has. */
static bool is_behind_nat(const struct tunnel *from)
{
	return from->local_address.set && from->peer.set &&
	       address_is_private(from->local_address.ip) && !address_is_private(from->peer.ip);
}

static void turn_peer(struct turning *turning)
{
	const struct tunnel *from = turning->from;

	turning->to->peer = from->local_address;
	if (!from->local_address.set) {
		note(turning, SETTING_PEER, "the other end does not tell its own address");
	} else if (!is_behind_nat(from)) {
		give(turning, SETTING_PEER, SETTING_LOCAL_ADDRESS);
	} else {
		turning->to->peer.set = false;
		note(turning, SETTING_PEER,
		     arena_printf(turning->arena,
				  "the other end has " IP_FORMAT
				  ", which is private, so a NAT stands "
				  "before it: %s",
				  IP_BYTES(from->local_address.ip),
				  from->initiator ? "any peer is taken"
						  : "write the public address that leads to it"));
	}
}

static void turn_local_address(struct turning *turning)
{
	const struct tunnel *from = turning->from;

	turning->to->local_address = from->peer;
	if (from->peer.set)
		give(turning, SETTING_LOCAL_ADDRESS, SETTING_PEER);
	else
		note(turning, SETTING_LOCAL_ADDRESS,
		     from->weos4 && from->weos4->peer_name.length
			 ? "this end's own, which the other end knows by a name only"
			 : "this end's own, which the other end does not tell: it takes any peer");
}

/* ---- subnets ---- */

/* An outer address that a NAT changes is not what the other end selects. */
static void turn_subnets(struct turning *turning)
{
	const struct tunnel *from = turning->from;
	struct tunnel *to = turning->to;

	to->local_subnet = from->remote_subnet;
	to->remote_subnet = from->local_subnet;
	if (from->remote_subnet.set)
		give(turning, SETTING_LOCAL_SUBNET, SETTING_REMOTE_SUBNET);
	if (is_behind_nat(from))
		to->remote_subnet.set = true;
	if (to->remote_subnet.set)
		give(turning, SETTING_REMOTE_SUBNET, SETTING_LOCAL_SUBNET);
}

/* ---- identities ---- */

/* The identity of SETTING is what SOURCE of the other end has, unless that is its default. */
static void give_identity(struct turning *turning, enum setting setting, enum setting source,
			  const struct identity *wanted)
{
	struct tunnel *to = turning->to;
	struct identity *identity = setting == SETTING_LOCAL_ID ? &to->local_id : &to->remote_id;

	if (!tunnel_given(turning->from, source) && slice_compare(identity->key, wanted->key) == 0)
		return;
	*identity = *wanted;
	give(turning, setting, source);
}

static void turn_local_id(struct turning *turning)
{
	const struct identity *wanted = &turning->from->remote_id;

	if (wanted->type == IDENTITY_NONE || identity_accepts_any(wanted))
		return;
	if (wanted->wildcard)
		note(turning, SETTING_LOCAL_ID,
		     "this end's own, one of those that the other end's remote-id stands for");
	else
		give_identity(turning, SETTING_LOCAL_ID, SETTING_REMOTE_ID, wanted);
}

/* Who is not known is nobody in particular, where a language can say that. */
static bool turn_remote_id(struct turning *turning)
{
	static const struct slice any = {"%any", 4};
	const struct identity *wanted = &turning->from->local_id;

	if (wanted->type == IDENTITY_SUBJECT) {
		note(turning, SETTING_REMOTE_ID,
		     "the subject of the other end's certificate, which it does not tell");
		return identity_from_any(turning->arena, any, &turning->to->remote_id);
	}
	if (wanted->type != IDENTITY_NONE)
		give_identity(turning, SETTING_REMOTE_ID, SETTING_LOCAL_ID, wanted);
	return true;
}

/* ---- the whole ---- */

/* Side by side in the order of the settings, as the model has them. */
static bool place_origins(struct turning *turning)
{
	struct tunnel *to = turning->to;
	struct origin *origins = arena_alloc(turning->arena, SETTING_COUNT * sizeof(*origins));
	size_t count = 0;

	for (int setting = 0; origins && setting < SETTING_COUNT; setting++) {
		if (tunnel_state(to, (enum setting)setting) != ORIGIN_DEFAULT)
			origins[count++] = *tunnel_origin(turning->from, turning->sources[setting]);
	}
	to->origins = origins;
	return origins != NULL;
}

/* Main mode has a counterpart; aggressive mode only in other languages than that of WeOS 5. */
static bool turn_mode(struct turning *turning)
{
	const struct weos4_tunnel *from = turning->from->weos4;
	struct weos4_tunnel *to = NULL;

	if (from && from->aggressive) {
		to = arena_alloc(turning->arena, sizeof(*to));
		if (!to)
			return false;
		to->aggressive = true;
	}
	turning->to->weos4 = to;
	return true;
}

static bool turn_tunnel(struct mirror_end *end, const struct tunnel *from, struct arena *arena)
{
	struct turning turning = {.arena = arena, .from = from, .end = end, .to = &end->tunnel};
	struct tunnel *to = &end->tunnel;

	end->from = from;
	*to = *from;
	to->states = 0;
	to->keys = NULL;
	to->weos4 = NULL;
	to->local_id = to->remote_id = (struct identity){.type = IDENTITY_NONE};
	turn_role(&turning);
	keep_suites(&turning);
	keep_method(&turning);
	keep_timers(&turning);
	turn_peer(&turning);
	turn_local_address(&turning);
	turn_subnets(&turning);
	tunnel_resolve(to, arena);
	turn_local_id(&turning);
	return turn_remote_id(&turning) && turn_mode(&turning) && place_origins(&turning);
}

static const struct slice *name_of(const struct tunnel *tunnel)
{
	return tunnel->weos4 && tunnel->weos4->peer_name.length ? &tunnel->weos4->peer_name : NULL;
}

static bool have_one_peer(const struct tunnel *a, const struct tunnel *b)
{
	const struct slice *first = name_of(a), *second = name_of(b);

	if (first && second)
		return slice_compare(*first, *second) == 0;
	return a->peer.set && b->peer.set && a->peer.ip == b->peer.ip;
}

bool mirror_is_one(const struct model *model)
{
	for (size_t i = 1; i < model->count; i++) {
		if (!have_one_peer(model->tunnels[0], model->tunnels[i]))
			return false;
	}
	return true;
}

bool mirror_make(struct mirror *mirror, const struct model *model, int32_t id, struct arena *arena)
{
	size_t room = model->count + 1;

	*mirror = (struct mirror){.model = {.text = model->text, .device = model->device}};
	mirror->ends = arena_alloc(arena, room * sizeof(*mirror->ends));
	mirror->model.tunnels = arena_alloc(arena, room * sizeof(void *));
	if (!mirror->ends || !mirror->model.tunnels)
		return false;
	for (size_t i = 0; i < model->count; i++) {
		struct mirror_end *end = &mirror->ends[mirror->model.count];

		if (id != MIRROR_ALL && model->tunnels[i]->id != id)
			continue;
		if (!turn_tunnel(end, model->tunnels[i], arena))
			return false;
		mirror->model.tunnels[mirror->model.count++] = &end->tunnel;
	}
	return !arena_failed(arena);
}
