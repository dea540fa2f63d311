/* SPDX-License-Identifier: ISC */
/* What many ends have in common that each should have for itself, and ends that nobody answers. */
#include "compiler/compare/judge.h"
#include "compiler/fleet/many.h"
#include "compiler/model/words.h"

#include <stdlib.h>
#include <string.h>

static bool is_judged(const struct link *link)
{
	return link->ends[SIDE_B].tunnel != NETWORK_NONE && link->outcome != OUTCOME_DISABLED &&
	       link->outcome != OUTCOME_INVALID;
}

/* ---- one identity for two ---- */

static bool is_known(const struct identity *identity)
{
	return identity->type > IDENTITY_SUBJECT && identity->key.length;
}

/* Each end with who sees its identity, by both identities and the gateway that sees it. */
static void add_showers(struct many *many, const struct link *link)
{
	for (int side = 0; side < SIDES; side++) {
		const struct network_end *end = &link->ends[side], *other = &link->ends[!side];
		const struct tunnel *shower = many_tunnel(many, end);
		const struct tunnel *viewer = many_tunnel(many, other);
		struct many_entry *entry;

		if (!is_known(&shower->local_id) || !is_known(&viewer->local_id))
			continue;
		entry = many_add(many);
		entry->key[0] = gateway_hash_bytes(other->site, shower->local_id.key);
		entry->key[1] = gateway_hash_bytes(entry->key[0], viewer->local_id.key);
		entry->order = many_order(end);
		entry->end = *end;
		entry->other = *other;
	}
}

static void report_clone(struct many *many, const struct many_entry *first,
			 const struct many_entry *clone)
{
	struct many_finding finding;
	struct show value;

	show_setting(&value, many_site(many, &clone->end)->model.text,
		     many_tunnel(many, &clone->end), SETTING_LOCAL_ID);
	many_report(many, &finding, &clone->end, SETTING_LOCAL_ID, SEVERITY_ERROR,
		    "local-id %s is shown to %s by %s, too: each throws the other out, again and "
		    "again",
		    value.value, many_site(many, &clone->other)->path,
		    many_site(many, &first->end)->path);
	many_relate(&finding, &first->end, SETTING_LOCAL_ID, "the first one");
	many_relate(&finding, &clone->other, WHOLE_TUNNEL, "the end that takes both for one");
	many_finish(&finding,
		    many_has_same_name(many, &first->end, &clone->end)
			? "give each device its own 'local-id' and host name; if the two are files "
			  "of one device, leave out the one that is not in use"
			: "give each device its own 'local-id', and the other end a tunnel that "
			  "expects it");
}

void fleet_WI1101(struct many *many)
{
	const struct network *network = many->network;

	for (size_t i = 0; i < network->link_count; i++) {
		if (is_judged(&network->links[i]))
			add_showers(many, &network->links[i]);
	}
	many_drop_single(many);
	many_sort(many);
	for (size_t from = 0, end; from < many->count; from = end) {
		const struct many_entry *first = &many->entries[from];
		uint32_t last = first->end.site;

		end = many_run_end(many, from);
		for (size_t i = from + 1; i < end; i++) {
			const struct many_entry *clone = &many->entries[i];

			if (clone->end.site == last ||
			    many_is_one_device(many, &first->end, &clone->end))
				continue;
			last = clone->end.site;
			report_clone(many, first, clone);
		}
	}
}

/* ---- one secret for many ---- */

static bool has_secret(const struct tunnel *tunnel)
{
	return tunnel && tunnel->method == METHOD_PSK && tunnel->secret.bytes.length;
}

/* The ends of LINK that have a secret; the link counts once for each one. */
static void add_secrets(struct many *many, const struct link *link)
{
	const struct tunnel *tunnels[SIDES];
	bool is_one;

	for (int side = 0; side < SIDES; side++)
		tunnels[side] = many_tunnel(many, &link->ends[side]);
	is_one = has_secret(tunnels[SIDE_A]) && has_secret(tunnels[SIDE_B]) &&
		 slice_compare(tunnels[SIDE_A]->secret.bytes, tunnels[SIDE_B]->secret.bytes) == 0;
	for (int side = 0; side < SIDES; side++) {
		struct many_entry *entry;

		if (!has_secret(tunnels[side]))
			continue;
		if (side == SIDE_B && is_one) {
			many->entries[many->count - 1].other = link->ends[SIDE_B];
			continue;
		}
		entry = many_add(many);
		memcpy(entry->key, tunnels[side]->secret.bytes.at, sizeof(entry->key));
		entry->order = many_order(&link->ends[side]);
		entry->end = entry->other = link->ends[side];
	}
}

/* The three least of some ends, each of them once. */
struct places {
	uint64_t list[3];
	size_t count;
};

static void places_add(struct places *places, uint64_t order)
{
	for (size_t i = 0; i < places->count; i++) {
		uint64_t other = places->list[i];

		if (other == order)
			return;
		if (other < order)
			continue;
		places->list[i] = order;
		order = other;
	}
	if (places->count < sizeof(places->list) / sizeof(places->list[0]))
		places->list[places->count++] = order;
}

static struct network_end end_of(uint64_t order)
{
	return (struct network_end){(uint32_t)(order >> 32), (uint32_t)order};
}

/* What an end has in common with itself in another file of its device, and with no other one. */
static uint64_t end_key(const struct many *many, const struct network_end *end)
{
	const struct tunnel *tunnel = many_tunnel(many, end);
	uint64_t key = many_device_key(many, end);

	if (!key)
		return gateway_hash_number(0, many_order(end));
	key = gateway_hash_bytes(gateway_hash_bytes(key, tunnel->local_id.key),
				 tunnel->remote_id.key);
	return gateway_hash_number(key, (uint64_t)tunnel->id);
}

/* How many pairs one secret's entries, FROM to END, are of: two files of a device count once. */
static uint32_t count_pairs(const struct many *many, size_t from, size_t end)
{
	uint64_t *slots;
	uint32_t count = 0;
	size_t size = 4;

	while (size < 2 * (end - from))
		size *= 2;
	slots = calloc(size, sizeof(*slots));
	if (!slots)
		return (uint32_t)(end - from);
	for (size_t i = from; i < end; i++) {
		const struct many_entry *entry = &many->entries[i];
		uint64_t key = (end_key(many, &entry->end) + end_key(many, &entry->other)) | 1;
		size_t slot = (size_t)(key >> 1) & (size - 1);

		while (slots[slot] && slots[slot] != key)
			slot = (slot + 1) & (size - 1);
		count += !slots[slot];
		slots[slot] = key;
	}
	free(slots);
	return count;
}

/*
 * One secret's entries, FROM to END, as one: its first three ends, and how many pairs have it.  It
 * goes by its first place from here on, since the order of digests is that of a key.
 */
static struct many_entry gather_secret(const struct many *many, size_t from, size_t end)
{
	struct places places = {.count = 0};
	struct many_entry entry = {.value = count_pairs(many, from, end)};

	for (size_t i = from; i < end; i++) {
		places_add(&places, many_order(&many->entries[i].end));
		places_add(&places, many_order(&many->entries[i].other));
	}
	entry.key[0] = entry.order = places.list[0];
	entry.end = end_of(places.list[0]);
	entry.other = end_of(places.list[places.count > 1]);
	entry.key[1] = places.list[places.count > 2 ? 2 : 0];
	return entry;
}

static void report_secret(struct many *many, const struct many_entry *entry)
{
	const struct network_end third = end_of(entry->key[1]);
	struct many_finding finding;

	many_report(many, &finding, &entry->end, SETTING_SECRET, SEVERITY_WARNING,
		    "%u pairs have this secret: who knows it of one can be any of them",
		    entry->value);
	if (many_order(&entry->other) != entry->order)
		many_relate(&finding, &entry->other, SETTING_SECRET, "it is here, too");
	if (entry->key[1] != entry->order)
		many_relate(&finding, &third, SETTING_SECRET, "it is here, too");
	many_finish(&finding, "give each pair its own; 'weipsec secret' makes one");
}

void fleet_WI1103(struct many *many)
{
	const struct network *network = many->network;
	size_t kept = 0;

	for (size_t i = 0; i < network->link_count; i++) {
		if (network->links[i].outcome != OUTCOME_DISABLED)
			add_secrets(many, &network->links[i]);
	}
	many_drop_single(many);
	many_sort(many);
	for (size_t from = 0, end; from < many->count; from = end) {
		struct many_entry entry;

		end = many_run_end(many, from);
		if (end - from == 1)
			continue;
		entry = gather_secret(many, from, end);
		if (entry.value > 1)
			many->entries[kept++] = entry;
	}
	many->count = kept;
	many_sort(many);
	for (size_t i = 0; i < kept; i++)
		report_secret(many, &many->entries[i]);
}

/* ---- nobody answers ---- */

static void report_missing(struct many *many, const struct many_entry *first, size_t tunnels)
{
	const struct tunnel *tunnel = many_tunnel(many, &first->end);
	struct many_finding finding;

	if (tunnel->peer.set)
		many_report(many, &finding, &first->end, SETTING_PEER, SEVERITY_NOTE,
			    "no file has the other end, " IP_FORMAT "%s", IP_BYTES(tunnel->peer.ip),
			    tunnels > 1 ? ", of this tunnel and others here" : "");
	else
		many_report(many, &finding, &first->end, WHOLE_TUNNEL, SEVERITY_NOTE,
			    "no file has an end that starts this one%s",
			    tunnels > 1 ? ", or others here" : "");
	many_finish(&finding, "name the file of the other gateway, too; if it is there, an address "
			      "or an identity must bring the two ends together");
}

void fleet_WI1104(struct many *many)
{
	const struct network *network = many->network;

	for (size_t i = 0; i < network->link_count; i++) {
		const struct link *link = &network->links[i];
		const struct tunnel *tunnel = many_tunnel(many, &link->ends[SIDE_A]);
		struct many_entry *entry;

		if (link->outcome != OUTCOME_UNMATCHED || link->ends[SIDE_B].site != NETWORK_NONE)
			continue;
		entry = many_add(many);
		entry->key[0] = link->ends[SIDE_A].site;
		entry->key[1] = tunnel->peer.set ? (uint64_t)tunnel->peer.ip + 1 : 0;
		entry->order = many_order(&link->ends[SIDE_A]);
		entry->end = link->ends[SIDE_A];
	}
	many_sort(many);
	for (size_t from = 0, end; from < many->count; from = end) {
		end = many_run_end(many, from);
		report_missing(many, &many->entries[from], end - from);
	}
}
