/* SPDX-License-Identifier: ISC */
/* What only WeOS 4 has: its own settings, and the defaults that rest on them. */
#include "compiler/lower/weos4_text.h"

/* The manual's default. */
#define MTU_STANDARD 1419

struct weos4_device *weos4_device_new(struct arena *arena)
{
	struct weos4_device *weos4 = arena_alloc(arena, sizeof(*weos4));

	if (weos4)
		*weos4 = (struct weos4_device){.nat_traversal = true, .mtu_override = MTU_STANDARD};
	return weos4;
}

void *weos4_reset(struct weos4_tunnel *weos4, enum weos4_setting setting, bool off)
{
	switch (setting) {
	case WEOS4_AGGRESSIVE:
		weos4->aggressive = false;
		return &weos4->aggressive;
	case WEOS4_PFS:
		weos4->pfs = !off;
		return &weos4->pfs;
	default:
		weos4->ike_lifetime = 0;
		return &weos4->ike_lifetime;
	}
}

void *weos4_reset_all(struct weos4_device *weos4, enum weos4_setting setting, bool off)
{
	if (setting == WEOS4_NAT_TRAVERSAL) {
		weos4->nat_traversal = !off;
		return &weos4->nat_traversal;
	}
	weos4->mtu_override = off ? 0 : MTU_STANDARD;
	return &weos4->mtu_override;
}

void weos4_forget(struct weos4_tunnel *weos4, enum setting setting)
{
	if (setting == SETTING_PEER)
		weos4->peer_name.length = 0;
	if (setting == SETTING_LOCAL_ADDRESS)
		weos4->outbound.length = 0;
}

void weos4_warn(struct findings *findings, const struct weos4_tunnel *weos4,
		enum weos4_setting setting)
{
	struct finding *finding;

	if (setting != WEOS4_AGGRESSIVE || !weos4->aggressive)
		return;
	finding = finding_add_as(
	    findings, WI114, SEVERITY_WARNING, weos4->from[setting].at.name,
	    "aggressive mode sends the identities for all to read, and a hash that the "
	    "secret can be guessed from; WeOS 5 has main mode only");
	finding_help(findings, finding, "write 'no aggressive' at both ends");
}

/* --- what rests on the whole ------------------------------------------------------------------ */

static void settle_outbound(struct tunnel *tunnel, const struct device *device)
{
	const struct device_address *address;

	if (!tunnel->weos4->outbound.length)
		return;
	address = device_static_address(device, tunnel->weos4->outbound);
	if (!address)
		return;
	tunnel->local_address = (struct address){.set = true, .ip = address->ip};
	tunnel->states = states_with(tunnel->states, SETTING_LOCAL_ADDRESS, ORIGIN_GIVEN);
}

static void settle_aggressive(struct tunnel *tunnel, struct arena *arena)
{
	struct suite *suite;

	if (!tunnel->weos4->aggressive || tunnel->ike->set || tunnel_bad(tunnel, SETTING_IKE))
		return;
	suite = arena_alloc(arena, sizeof(*suite));
	if (!suite)
		return;
	*suite = (struct suite){.set = true};
	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		suite->slot[slot].algorithm = weos4_aggressive((enum suite_slot)slot);
		suite->slot[slot].state = suite->slot[slot].algorithm ? SLOT_GIVEN : SLOT_ABSENT;
	}
	tunnel->ike = suite;
}

/* The group of an `esp' that names none is taken to be that of phase 1; without `pfs' there is
 * none. */
static void settle_pfs(struct tunnel *tunnel, struct arena *arena)
{
	const struct suite *ike = tunnel->ike;
	struct span at = tunnel_origin(tunnel, SETTING_ESP)->name;
	bool given = tunnel->esp->slot[SUITE_DH].state == SLOT_GIVEN;
	struct suite *esp;

	if (!tunnel_given(tunnel, SETTING_ESP) || tunnel->weos4->pfs == given)
		return;
	esp = arena_alloc(arena, sizeof(*esp));
	if (!esp)
		return;
	*esp = *tunnel->esp;
	tunnel->esp = esp;
	esp->slot[SUITE_DH].state = SLOT_ABSENT;
	if (!tunnel->weos4->pfs || ike->slot[SUITE_DH].state != SLOT_GIVEN)
		return;
	esp->slot[SUITE_DH].state = SLOT_GIVEN;
	esp->slot[SUITE_DH].algorithm = ike->slot[SUITE_DH].algorithm;
	esp->slot[SUITE_DH].keyword = esp->slot[SUITE_DH].at = at;
}

void weos4_settle(struct tunnel *tunnel, const struct device *device, struct arena *arena)
{
	if (!tunnel)
		return;
	settle_outbound(tunnel, device);
	settle_aggressive(tunnel, arena);
	settle_pfs(tunnel, arena);
}
