/* SPDX-License-Identifier: ISC */
#include "runtime/status/tally.h"

#include "runtime/system/clock.h"

#include <stdlib.h>
#include <string.h>

/*
 * A look and an event may pass each other on the way: an SA that one look does not have may be new,
 * and one that ended may be in a look that began before.  Two looks without it are an end.
 */
#define MISSED_MOST 2

#define SPI_MOST 20 /* two of them in hex are 16 */

/* A CHILD_SA as it was seen last. */
struct counted {
	struct counted *next;
	/* charon counts its SAs anew when it is restarted, so its numbers alone would do for two */
	long long number;
	char spis[SPI_MOST];
	unsigned long long bytes_in, packets_in, bytes_out, packets_out;
	int missed;    /* looks that did not have it */
	bool is_ended; /* or another has its place */
};

struct tallied {
	int id;
	struct tally_totals totals;
	struct counted *first;
};

struct tally {
	struct tallied *tunnels;
	size_t count;
	bool has_looked; /* SAs that it did not know before are new */
};

struct tally *tally_new(void)
{
	return calloc(1, sizeof(struct tally));
}

static void forget_counted(struct tallied *tallied)
{
	while (tallied->first) {
		struct counted *next = tallied->first->next;

		free(tallied->first);
		tallied->first = next;
	}
}

void tally_free(struct tally *tally)
{
	for (size_t i = 0; tally && i < tally->count; i++)
		forget_counted(&tally->tunnels[i]);
	if (tally)
		free(tally->tunnels);
	free(tally);
}

static struct tallied *find_tallied(const struct tally *tally, int id)
{
	for (size_t i = 0; i < tally->count; i++) {
		if (tally->tunnels[i].id == id)
			return &tally->tunnels[i];
	}
	return NULL;
}

void tally_follow(struct tally *tally, const struct model *model)
{
	size_t count = model ? model->count : 0;
	struct tallied *tunnels = count ? calloc(count, sizeof(*tunnels)) : NULL;

	for (size_t i = 0; tunnels && i < count; i++) {
		struct tallied *before = find_tallied(tally, model->tunnels[i]->id);

		if (before)
			tunnels[i] = *before;
		if (before)
			before->first = NULL;
		tunnels[i].id = model->tunnels[i]->id;
	}
	for (size_t i = 0; i < tally->count; i++)
		forget_counted(&tally->tunnels[i]);
	free(tally->tunnels);
	tally->tunnels = tunnels;
	tally->count = tunnels ? count : 0;
}

const struct tally_totals *tally_find(const struct tally *tally, int id)
{
	const struct tallied *tallied = find_tallied(tally, id);

	return tallied ? &tallied->totals : NULL;
}

/* ---- SAs ---- */

static void put_spi(char spis[SPI_MOST], struct slice child, const char *key)
{
	struct slice spi = vici_get(child, key);
	size_t used = strlen(spis);

	if (!spi.at || spi.length > (SPI_MOST - 1) / 2)
		return;
	memcpy(spis + used, spi.at, spi.length);
	spis[used + spi.length] = '\0';
}

static unsigned long long read_count(struct slice child, const char *key)
{
	long long count = vici_get_number(child, key, 0);

	return count > 0 ? (unsigned long long)count : 0;
}

/* What CHILD has counted; false for one that is not made yet, or no more. */
static bool read_counted(struct counted *counted, struct slice child)
{
	*counted = (struct counted){.number = vici_get_number(child, "uniqueid", 0)};
	put_spi(counted->spis, child, "spi-in");
	put_spi(counted->spis, child, "spi-out");
	counted->bytes_in = read_count(child, "bytes-in");
	counted->packets_in = read_count(child, "packets-in");
	counted->bytes_out = read_count(child, "bytes-out");
	counted->packets_out = read_count(child, "packets-out");
	return *counted->spis && vici_get(child, "bytes-in").at;
}

static struct counted *find_counted(const struct tallied *tallied, const struct counted *like)
{
	struct counted *counted = tallied->first;

	while (counted &&
	       (counted->number != like->number || strcmp(counted->spis, like->spis) != 0))
		counted = counted->next;
	return counted;
}

static bool is_alive(const struct counted *counted)
{
	return !counted->is_ended && !counted->missed;
}

static bool has_alive(const struct tallied *tallied)
{
	for (const struct counted *at = tallied->first; at; at = at->next) {
		if (is_alive(at))
			return true;
	}
	return false;
}

static void add_difference(unsigned long long *total, unsigned long long *before,
			   unsigned long long now)
{
	if (now > *before)
		*total += now - *before;
	*before = now;
}

static void add_counted(struct tallied *tallied, struct counted *before, const struct counted *now)
{
	struct tally_totals *totals = &tallied->totals;

	add_difference(&totals->received_bytes, &before->bytes_in, now->bytes_in);
	add_difference(&totals->received_packets, &before->packets_in, now->packets_in);
	add_difference(&totals->transmitted_bytes, &before->bytes_out, now->bytes_out);
	add_difference(&totals->transmitted_packets, &before->packets_out, now->packets_out);
}

static void note_install(struct tallied *tallied, struct slice child)
{
	long long at = clock_now() - 1000 * vici_get_number(child, "install-time", 0);

	/* one that is older than the system has been awake is of some time or other */
	if (at > tallied->totals.installed || !tallied->totals.installed)
		tallied->totals.installed = at;
}

/*
 * CHILD is an SA of TALLIED; a new one is counted from its beginning if IS_NEW, and takes the place
 * of another if it REPLACES one.  What is known of it, or NULL.
 */
static struct counted *count_child(struct tallied *tallied, struct slice child, bool is_new,
				   bool replaces)
{
	struct counted now, *counted;

	if (!read_counted(&now, child))
		return NULL;
	counted = find_counted(tallied, &now);
	if (!counted) {
		counted = malloc(sizeof(*counted));
		if (!counted)
			return NULL;
		*counted = now;
		if (is_new)
			*counted = (struct counted){.number = now.number};
		memcpy(counted->spis, now.spis, sizeof(now.spis));
		counted->next = tallied->first;
		tallied->first = counted;
		tallied->totals.rekeys += is_new && replaces;
		note_install(tallied, child);
	}
	add_counted(tallied, counted, &now);
	return counted;
}

/* ---- looking ---- */

/* True if CHILD carries what is sent: it is not one whose place another has. */
static bool is_in_use(struct slice child)
{
	static const char *const states[] = {"INSTALLED", "REKEYING", "UPDATING"};
	struct slice state = vici_get(child, "state");
	bool any = false;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]) && state.at; i++)
		any = any || slice_is(state, states[i]);
	return any;
}

static void look_at_sa(struct tallied *tallied, struct slice sa, bool is_new, bool replaces)
{
	struct slice children = vici_get_body(sa, "child-sas");
	struct vici_element element;

	while (children.at && vici_next(&children, &element)) {
		struct counted *counted =
		    element.kind == VICI_SECTION
			? count_child(tallied, element.value, is_new, replaces)
			: NULL;

		if (!counted)
			continue;
		counted->missed = 0;
		counted->is_ended = counted->is_ended || !is_in_use(element.value);
	}
}

static void drop_missed(struct tallied *tallied)
{
	struct counted **at = &tallied->first;

	while (*at) {
		struct counted *counted = *at;

		if (counted->missed < MISSED_MOST) {
			at = &counted->next;
			continue;
		}
		*at = counted->next;
		free(counted);
	}
}

static void look_at_tunnel(struct tallied *tallied, const struct running_tunnel *running,
			   bool is_new)
{
	bool replaces = has_alive(tallied);

	for (struct counted *counted = tallied->first; counted; counted = counted->next)
		counted->missed++;
	for (const struct running_sa *sa = running ? running->sas : NULL; sa; sa = sa->next)
		look_at_sa(tallied, sa->section, is_new, replaces);
	drop_missed(tallied);
}

void tally_look(struct tally *tally, const struct running *running)
{
	for (size_t i = 0; i < tally->count; i++) {
		struct tallied *tallied = &tally->tunnels[i];

		look_at_tunnel(tallied, running_find(running, tallied->id), tally->has_looked);
	}
	tally->has_looked = true;
}

void tally_lose(struct tally *tally)
{
	for (size_t i = 0; i < tally->count; i++) {
		struct counted *counted = tally->tunnels[i].first;

		for (; counted; counted = counted->next)
			counted->is_ended = true;
	}
}

/* ---- listening ---- */

/* The child in one of the sections of `child-updown', which is up or has ended. */
static void hear_updown(struct tallied *tallied, struct slice child, bool is_up)
{
	struct counted *counted = count_child(tallied, child, is_up, has_alive(tallied));

	if (counted && !is_up)
		counted->is_ended = true;
}

/* Of the old one charon tells the last time here. */
static void hear_rekey(struct tallied *tallied, struct slice children)
{
	struct slice old = vici_get_body(children, "old"), new = vici_get_body(children, "new");
	struct counted *counted = old.at ? count_child(tallied, old, false, false) : NULL;

	if (counted)
		counted->is_ended = true;
	count_child(tallied, new, true, true);
}

static void hear_sa(struct tallied *tallied, struct slice sa, bool is_up)
{
	struct slice children = vici_get_body(sa, "child-sas");
	struct vici_element element;

	while (children.at && vici_next(&children, &element)) {
		if (element.kind != VICI_SECTION)
			continue;
		if (vici_get_body(element.value, "new").at)
			hear_rekey(tallied, element.value);
		else
			hear_updown(tallied, element.value, is_up);
	}
}

void tally_hear(struct tally *tally, struct slice message)
{
	bool is_up = vici_get(message, "up").at != NULL;
	struct vici_element element;

	while (vici_next(&message, &element)) {
		struct tallied *tallied = element.kind == VICI_SECTION
					      ? find_tallied(tally, running_id(element.name))
					      : NULL;

		if (tallied)
			hear_sa(tallied, element.value, is_up);
	}
}
