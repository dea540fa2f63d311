/* SPDX-License-Identifier: ISC */
/* Networks and addresses that more than one site has. */
#include "compiler/compare/judge.h"
#include "compiler/fleet/many.h"
#include "compiler/model/words.h"

#include <stdlib.h>

/* More that enclose one network, or are equal to it, are not compared with it. */
#define COMPARED_MOST 16

/* ---- networks at one responder ---- */

static bool is_told(const struct many *many, const struct network_end *end)
{
	return many_site(many, end)->ends[end->tunnel].is_told;
}

/* LINK with SIDE as the one that starts, and the network behind it. */
static void add_starter(struct many *many, const struct link *link, int side)
{
	const struct network_end *end = &link->ends[side], *other = &link->ends[!side];
	const struct tunnel *starter = many_tunnel(many, end);
	struct many_entry *entry;

	if (!starter->initiator || many_tunnel(many, other)->initiator ||
	    !starter->local_subnet.set)
		return;
	entry = many_add(many);
	entry->key[0] = other->site;
	entry->key[1] = (uint64_t)starter->local_subnet.address << 8 | starter->local_subnet.length;
	entry->order = many_order(end);
	entry->end = *end;
	entry->other = *other;
}

static void add_starters(struct many *many)
{
	const struct network *network = many->network;

	for (size_t i = 0; i < network->link_count; i++) {
		const struct link *link = &network->links[i];

		if (link->ends[SIDE_B].tunnel == NETWORK_NONE ||
		    link->outcome == OUTCOME_DISABLED || link->outcome == OUTCOME_INVALID)
			continue;
		for (int side = 0; side < SIDES; side++)
			add_starter(many, link, side);
	}
}

static struct subnet site_net(const struct many *many, const struct many_entry *entry)
{
	return many_tunnel(many, &entry->end)->local_subnet;
}

/* The two are of two devices and meet at the responder, and `check' of its file did not say so. */
static bool meet(const struct many *many, const struct many_entry *a, const struct many_entry *b)
{
	const struct tunnel *first = many_tunnel(many, &a->other);
	const struct tunnel *second = many_tunnel(many, &b->other);
	struct subnet common;

	if (a->end.site == b->end.site || many_is_one_device(many, &a->end, &b->end))
		return false;
	if (first != second && (is_told(many, &a->other) || is_told(many, &b->other)))
		return false;
	return subnet_intersect(tunnel_local(first), tunnel_local(second), &common);
}

static void report_overlap(struct many *many, const struct many_entry *first,
			   const struct many_entry *later)
{
	struct subnet wide = site_net(many, first), net = site_net(many, later);
	bool is_equal = subnet_equal(wide, net);
	struct many_finding finding;

	many_report(many, &finding, &later->end, SETTING_LOCAL_SUBNET,
		    is_equal ? SEVERITY_WARNING : SEVERITY_NOTE,
		    "local-subnet " IP_FORMAT "/%u is %s " IP_FORMAT "/%u behind %s, and both are "
		    "reached through %s%s",
		    IP_BYTES(net.address), net.length, is_equal ? "that" : "in",
		    IP_BYTES(wide.address), wide.length, many_site(many, &first->end)->path,
		    many_site(many, &later->other)->path,
		    is_equal ? ": only one of the two is, at a time" : ", where the narrower wins");
	many_relate(&finding, &first->end, SETTING_LOCAL_SUBNET, "the other network");
	many_relate(&finding, &later->other, WHOLE_TUNNEL, "the end that has both");
	many_finish(&finding, "give each site a network of its own");
}

/* The entries that enclose the one at hand, from the widest to the narrowest, equal ones too. */
struct enclosing {
	size_t *list;
	size_t count;
};

static bool encloses(const struct many *many, const struct many_entry *wide,
		     const struct many_entry *net)
{
	struct subnet common;

	return wide->key[0] == net->key[0] &&
	       site_net(many, wide).length <= site_net(many, net).length &&
	       subnet_intersect(site_net(many, wide), site_net(many, net), &common);
}

/* The first of those with the network of the last one that encloses. */
static size_t first_equal(const struct many *many, const struct enclosing *enclosing)
{
	size_t at = enclosing->count - 1;
	uint64_t key = many->entries[enclosing->list[at]].key[1];

	/* they are neighbours: a look back, by halves, would not be worth it for so few */
	while (at > 0 && many->entries[enclosing->list[at - 1]].key[1] == key)
		at--;
	return at;
}

/* Who meets the entry at hand, the nearest network first, and of that the first site. */
static const struct many_entry *find_partner(const struct many *many,
					     const struct enclosing *enclosing,
					     const struct many_entry *entry)
{
	struct enclosing rest = *enclosing;
	unsigned looked = 0;

	while (rest.count && looked < COMPARED_MOST) {
		size_t from = first_equal(many, &rest);

		for (size_t i = from; i < rest.count && looked < COMPARED_MOST; i++, looked++) {
			const struct many_entry *other = &many->entries[rest.list[i]];

			if (meet(many, other, entry))
				return other;
		}
		rest.count = from;
	}
	return NULL;
}

/* REPORTED has for each site the responder at which it was reported last, plus one. */
static void sweep(struct many *many, struct enclosing *enclosing, uint32_t *reported)
{
	for (size_t i = 0; i < many->count; i++) {
		const struct many_entry *entry = &many->entries[i], *partner;

		while (
		    enclosing->count &&
		    !encloses(many, &many->entries[enclosing->list[enclosing->count - 1]], entry))
			enclosing->count--;
		partner = find_partner(many, enclosing, entry);
		if (partner && reported[entry->end.site] != entry->other.site + 1) {
			reported[entry->end.site] = entry->other.site + 1;
			report_overlap(many, partner, entry);
		}
		/* of equal ones the first few are enough to be compared with */
		if (enclosing->count < COMPARED_MOST ||
		    many->entries[enclosing->list[enclosing->count - COMPARED_MOST]].key[1] !=
			entry->key[1])
			enclosing->list[enclosing->count++] = i;
	}
}

/* ---- networks behind two responders ---- */

/* Each network behind a responder, by who starts and that network. */
static void add_responders(struct many *many)
{
	size_t count = many->count;

	for (size_t i = 0; i < count; i++) {
		struct many_entry *entry = &many->entries[i];
		const struct tunnel *responder = many_tunnel(many, &entry->other);
		struct network_end starter = entry->end;

		if (is_told(many, &starter) || !responder->local_subnet.set) {
			entry->key[0] = UINT64_MAX;
			entry->key[1] = i; /* equal to nobody */
			continue;
		}
		entry->key[0] = starter.site;
		entry->key[1] =
		    (uint64_t)responder->local_subnet.address << 8 | responder->local_subnet.length;
		entry->end = entry->other;
		entry->other = starter;
		entry->order = many_order(&entry->end);
	}
}

/* Two responders that one starter reaches one network through, by both, in place of the entries. */
static void pair_responders(struct many *many)
{
	size_t kept = 0;

	for (size_t from = 0, end; from < many->count; from = end) {
		const struct many_entry first = many->entries[from];

		end = many_run_end(many, from);
		for (size_t i = from + 1; i < end && i - from < COMPARED_MOST; i++) {
			struct many_entry entry = many->entries[i];

			if (entry.end.site == first.end.site ||
			    many_is_one_device(many, &entry.end, &first.end))
				continue;
			entry.value = (uint32_t)entry.key[0]; /* who starts */
			entry.key[0] = (uint64_t)first.end.site << 32 | entry.end.site;
			entry.other = first.end;
			entry.order = entry.value;
			many->entries[kept++] = entry;
		}
	}
	many->count = kept;
}

static void report_responders(struct many *many, const struct many_entry *entry)
{
	struct subnet net = many_tunnel(many, &entry->end)->local_subnet;
	struct many_finding finding;

	many_report(many, &finding, &entry->end, SETTING_LOCAL_SUBNET, SEVERITY_NOTE,
		    "local-subnet " IP_FORMAT
		    "/%u is behind %s as well, for the same counterparts: "
		    "taken for two ways to one network",
		    IP_BYTES(net.address), net.length, many_site(many, &entry->other)->path);
	many_relate(&finding, &entry->other, SETTING_LOCAL_SUBNET, "the other way");
	many_finish(&finding, "if it is not one network, give each its own");
}

static void judge_responders(struct many *many, uint32_t *reported)
{
	add_responders(many);
	many_sort(many);
	pair_responders(many);
	many_sort(many);
	for (size_t from = 0, end; from < many->count; from = end) {
		const struct many_entry *entry = &many->entries[from];

		end = many_run_end(many, from);
		if (many->entries[end - 1].value == entry->value ||
		    reported[entry->end.site] == entry->other.site + 1)
			continue;
		reported[entry->end.site] = entry->other.site + 1;
		report_responders(many, entry);
	}
}

void fleet_WI1102(struct many *many)
{
	struct enclosing enclosing;
	uint32_t *reported = calloc(many->network->site_count + 1, sizeof(*reported));

	add_starters(many);
	many_sort(many);
	enclosing = (struct enclosing){.list = calloc(many->count + 1, sizeof(size_t))};
	if (reported && enclosing.list) {
		sweep(many, &enclosing, reported);
		judge_responders(many, reported);
	}
	free(enclosing.list);
	free(reported);
}

/* ---- addresses ---- */

/* The same address and identity as the entry before, which is of the same site, or NULL. */
static bool is_repeated(const struct many *many, const struct many_entry *before,
			const struct network_end *end)
{
	const struct tunnel *tunnel = many_tunnel(many, end), *other;

	if (!before || before->end.site != end->site)
		return false;
	other = many_tunnel(many, &before->end);
	return other->local_address.ip == tunnel->local_address.ip &&
	       slice_compare(other->local_id.key, tunnel->local_id.key) == 0;
}

/* The ends of each site, by their addresses. */
static void add_addresses(struct many *many)
{
	const struct network *network = many->network;

	for (uint32_t i = 0; i < network->site_count; i++) {
		const struct model *model = &network->sites[i]->model;

		for (uint32_t j = 0; j < model->count; j++) {
			const struct tunnel *tunnel = model->tunnels[j];
			const struct network_end end = {i, j};
			struct many_entry *entry =
			    many->count ? &many->entries[many->count - 1] : NULL;

			if (!tunnel->enabled || !tunnel->local_address.set ||
			    is_repeated(many, entry, &end))
				continue;
			entry = many_add(many);
			entry->key[0] = tunnel->local_address.ip;
			entry->end = end;
			entry->order = many_order(&entry->end);
		}
	}
	many_sort(many);
}

/* Tells one device by: its name, or its identity; not by an identity that is but a private address.
 */
static bool has_mark(const struct many *many, const struct many_entry *entry, bool by_name,
		     struct slice *mark)
{
	const struct tunnel *tunnel = many_tunnel(many, &entry->end);

	*mark = by_name ? many_site(many, &entry->end)->hostname : tunnel->local_id.key;
	if (by_name)
		return mark->length > 0;
	return mark->length && tunnel->local_id.type > IDENTITY_SUBJECT &&
	       !(tunnel->local_id.type == IDENTITY_INET && address_is_private(tunnel->local_id.ip));
}

/* Known names that differ. */
static bool names_differ(const struct many *many, const struct network_end *a,
			 const struct network_end *b)
{
	struct slice first = many_site(many, a)->hostname, second = many_site(many, b)->hostname;

	return first.length && second.length && slice_compare(first, second) != 0;
}

/*
 * For each entry FROM to END, which have one address, the first one of another site with its name
 * or identity, into `value' as its index plus one.
 */
static void find_twins(struct many *many, size_t from, size_t end, bool by_name)
{
	size_t size = 16;
	uint32_t *slots;

	while (size < 2 * (end - from))
		size *= 2;
	slots = calloc(size, sizeof(*slots));
	for (size_t i = from; slots && i < end; i++) {
		struct many_entry *entry = &many->entries[i];
		struct slice mark, other;
		size_t slot;

		if (!has_mark(many, entry, by_name, &mark))
			continue;
		slot = (size_t)gateway_hash_bytes(by_name, mark) & (size - 1);
		while (slots[slot] &&
		       has_mark(many, &many->entries[slots[slot] - 1], by_name, &other) &&
		       slice_compare(mark, other) != 0)
			slot = (slot + 1) & (size - 1);
		if (!slots[slot])
			slots[slot] = (uint32_t)i + 1;
		else if (!entry->value &&
			 many->entries[slots[slot] - 1].end.site != entry->end.site)
			entry->value = slots[slot];
	}
	free(slots);
}

static void report_address(struct many *many, const struct many_entry *entry,
			   const struct many_entry *first, enum severity severity, const char *what,
			   const char *help)
{
	struct many_finding finding;

	many_report(many, &finding, &entry->end, SETTING_LOCAL_ADDRESS, severity,
		    "local-address " IP_FORMAT " is that of %s, too%s",
		    IP_BYTES((uint32_t)entry->key[0]), many_site(many, &first->end)->path, what);
	many_relate(&finding, &first->end, SETTING_LOCAL_ADDRESS, "the first one");
	many_finish(&finding, help);
}

/* The entry of the site of FROM, up to END, that has a twin, or FROM. */
static size_t find_twin(const struct many *many, size_t from, size_t end)
{
	for (size_t i = from; i < end && many->entries[i].end.site == many->entries[from].end.site;
	     i++) {
		const struct many_entry *entry = &many->entries[i];

		if (entry->value &&
		    !(address_is_private((uint32_t)entry->key[0]) &&
		      names_differ(many, &entry->end, &many->entries[entry->value - 1].end)))
			return i;
	}
	return from;
}

/* What there is to say of the site of FROM, whose address another one has.  True for one of many
 * behind a NAT, of which only the first is told. */
static void judge_address(struct many *many, size_t first, size_t from, size_t end,
			  bool *is_told_of)
{
	const struct many_entry *entry = &many->entries[find_twin(many, from, end)];
	bool is_private = address_is_private((uint32_t)entry->key[0]);

	if (entry->value && !(is_private && names_differ(many, &entry->end,
							 &many->entries[entry->value - 1].end))) {
		report_address(many, entry, &many->entries[entry->value - 1], SEVERITY_WARNING,
			       ": two files of one device",
			       "leave out the one that is not in use: none is taken for the newer");
	} else if (!is_private) {
		report_address(many, entry, &many->entries[first], SEVERITY_ERROR,
			       ", under another identity",
			       "two devices cannot have one public address: correct one of them");
	} else if (!*is_told_of) {
		*is_told_of = true;
		report_address(many, entry, &many->entries[first], SEVERITY_NOTE,
			       ", and it is private: taken for devices behind NATs of their own",
			       "each of them needs an identity of its own that is not its address");
	}
}

static void judge_addresses(struct many *many, size_t from, size_t end)
{
	bool is_told_of = false;
	uint32_t site = many->entries[from].end.site;

	if (many->entries[end - 1].end.site == site)
		return;
	find_twins(many, from, end, true);
	find_twins(many, from, end, false);
	for (size_t i = from; i < end; i++) {
		if (many->entries[i].end.site == site)
			continue;
		site = many->entries[i].end.site;
		judge_address(many, from, i, end, &is_told_of);
	}
}

void fleet_WI1105(struct many *many)
{
	add_addresses(many);
	for (size_t from = 0, end; from < many->count; from = end) {
		end = many_run_end(many, from);
		judge_addresses(many, from, end);
	}
}
