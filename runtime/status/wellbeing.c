/* SPDX-License-Identifier: ISC */
#include "runtime/status/wellbeing.h"

#include "compiler/base/printable.h"
#include "compiler/model/words.h"
#include "runtime/system/clock.h"

#include <stdio.h>
#include <string.h>

#define TWO_SAS_FOR 60000 /* milliseconds: while one takes the other's place there are two */
#define QUIET_FOR 600000
#define QUIET_PACKETS 100

/* ---- SAs ---- */

static bool has_value(struct slice section, const char *key, const char *value)
{
	struct slice found = vici_get(section, key);

	return found.at && slice_is(found, value);
}

/* The CHILD_SA of all that are up that was installed last; its `at' is NULL if none is. */
static struct slice newest_child(const struct running_tunnel *running)
{
	struct slice newest = {NULL, 0};

	for (const struct running_sa *sa = running ? running->sas : NULL; sa; sa = sa->next) {
		struct slice children = vici_get_body(sa->section, "child-sas");
		struct vici_element element;

		while (children.at && vici_next(&children, &element)) {
			if (element.kind != VICI_SECTION ||
			    !has_value(element.value, "state", "INSTALLED"))
				continue;
			if (!newest.at || vici_get_number(element.value, "uniqueid", 0) >
					      vici_get_number(newest, "uniqueid", 0))
				newest = element.value;
		}
	}
	return newest;
}

static bool is_same(struct slice a, struct slice b, const char *key)
{
	struct slice first = vici_get(a, key), second = vici_get(b, key);

	return first.at && second.at && slice_compare(first, second) == 0;
}

/* An IKE_SA that was replaced is REKEYED by then: both are as good as the other. */
static bool has_two(const struct running_tunnel *running)
{
	for (const struct running_sa *sa = running ? running->sas : NULL; sa; sa = sa->next) {
		if (!has_value(sa->section, "state", "ESTABLISHED"))
			continue;
		for (const struct running_sa *other = sa->next; other; other = other->next) {
			if (has_value(other->section, "state", "ESTABLISHED") &&
			    is_same(sa->section, other->section, "remote-id") &&
			    is_same(sa->section, other->section, "remote-host"))
				return true;
		}
	}
	return false;
}

/* ---- subnets ---- */

/*
 * The list KEY of CHILD, which is one subnet without anything beside it, is SUBNET, or none was
 * set.
 */
static bool has_subnet(struct slice child, const char *key, const struct subnet *subnet)
{
	struct slice list = vici_get_body(child, key);
	struct vici_element element;
	struct subnet found;

	if (!subnet->set || !list.at || !vici_next(&list, &element))
		return true;
	return subnet_read(element.value, &found) && found.address == subnet->address &&
	       found.length == subnet->length && !list.length;
}

/* WORD behind BUFFER's others, if there is room for a part of it. */
static void put_word(char *buffer, size_t size, struct slice word)
{
	size_t used = strlen(buffer);

	if (used + 10 > size)
		return;
	if (used)
		buffer[used++] = ' ';
	printable_copy(buffer + used, size - used, word);
}

/* The list KEY of CHILD behind BUFFER's words, as charon has it. */
static void put_list(char *buffer, size_t size, struct slice child, const char *key)
{
	struct slice list = vici_get_body(child, key);
	struct vici_element element;

	while (list.at && vici_next(&list, &element))
		put_word(buffer, size, element.value);
}

/* Any peer, or one of many, may be meant to have less than all. */
static bool is_of_many(const struct tunnel *tunnel)
{
	return !tunnel->peer.set || tunnel->remote_id.wildcard ||
	       identity_accepts_any(&tunnel->remote_id);
}

static void look_at_subnets(struct wellbeing *wellbeing, const struct tunnel *tunnel,
			    struct slice child)
{
	char *words = wellbeing->narrowed;

	wellbeing->is_narrowed = child.at && !is_of_many(tunnel) &&
				 (!has_subnet(child, "local-ts", &tunnel->local_subnet) ||
				  !has_subnet(child, "remote-ts", &tunnel->remote_subnet));
	*words = '\0';
	put_list(words, sizeof(wellbeing->narrowed), child, "local-ts");
	put_word(words, sizeof(wellbeing->narrowed), (struct slice){"===", 3});
	put_list(words, sizeof(wellbeing->narrowed), child, "remote-ts");
}

/* ---- traffic ---- */

static void begin_quiet(struct wellbeing *wellbeing, unsigned long long sent, long long now)
{
	wellbeing->quiet_since = now;
	wellbeing->sent_before = sent;
	wellbeing->sent_half = sent;
	wellbeing->half_since = now;
	wellbeing->is_one_way = false;
}

/* So many packets within the time: of two beginnings half of it apart the older one counts. */
static void count_quiet(struct wellbeing *wellbeing, unsigned long long sent, long long now)
{
	if (sent - wellbeing->sent_before >= QUIET_PACKETS)
		wellbeing->is_one_way = true;
	if (wellbeing->is_one_way || now - wellbeing->half_since < QUIET_FOR / 2)
		return;
	wellbeing->sent_before = wellbeing->sent_half;
	wellbeing->sent_half = sent;
	wellbeing->half_since = now;
}

static void look_at_traffic(struct wellbeing *wellbeing, struct slice child, long long now)
{
	long long number = vici_get_number(child, "uniqueid", 0);
	unsigned long long sent = (unsigned long long)vici_get_number(child, "packets-out", 0);
	unsigned long long received = (unsigned long long)vici_get_number(child, "packets-in", 0);
	bool is_new = number != wellbeing->child;

	wellbeing->child = number;
	if (is_new && !received && wellbeing->is_one_way)
		return; /* a rekeying changes nothing */
	if (is_new || received != wellbeing->received || !wellbeing->quiet_since)
		begin_quiet(wellbeing, is_new ? 0 : sent, now);
	wellbeing->received = received;
	count_quiet(wellbeing, sent, now);
}

/* ---- the whole ---- */

void wellbeing_look(struct wellbeing *wellbeing, const struct tunnel *tunnel,
		    const struct running_tunnel *running, long long now)
{
	struct slice child = newest_child(running);
	long long left = child.at ? vici_get_number(child, "life-time", 0) : 0;

	look_at_subnets(wellbeing, tunnel, child);
	if (!has_two(running))
		wellbeing->two_since = 0;
	else if (!wellbeing->two_since)
		wellbeing->two_since = now;
	if (wellbeing->refused && !wellbeing->ends && left > 0)
		wellbeing->ends = now + left * 1000;
	if (child.at)
		look_at_traffic(wellbeing, child, now);
}

void wellbeing_refuse(struct wellbeing *wellbeing, enum reason reason)
{
	wellbeing->refused = reason;
}

void wellbeing_renew(struct wellbeing *wellbeing)
{
	wellbeing->refused = REASON_NONE;
	wellbeing->ends = 0;
}

void wellbeing_check(struct wellbeing *wellbeing, bool is_unchecked, long long now)
{
	if (!is_unchecked)
		wellbeing->unchecked_since = 0;
	else if (!wellbeing->unchecked_since)
		wellbeing->unchecked_since = now;
}

static void put_time(struct cause *cause, enum reason reason, long long moment)
{
	char when[32];

	*cause = (struct cause){.reason = reason};
	cause_write_time(when, clock_wall_at(moment));
	cause_add(cause, "%s", when);
}

size_t wellbeing_causes(const struct wellbeing *wellbeing, long long now,
			struct cause causes[WELLBEING_CAUSES])
{
	size_t count = 0;

	if (wellbeing->refused && wellbeing->ends)
		put_time(&causes[count++], wellbeing->refused, wellbeing->ends);
	if (wellbeing->unchecked_since)
		put_time(&causes[count++], WARNING_REVOCATION, wellbeing->unchecked_since);
	if (wellbeing->two_since && now - wellbeing->two_since > TWO_SAS_FOR)
		causes[count++] = (struct cause){.reason = WARNING_TWO_SAS};
	if (wellbeing->is_narrowed) {
		causes[count] = (struct cause){.reason = WARNING_NARROWED};
		cause_add(&causes[count++], "%s", wellbeing->narrowed);
	}
	if (wellbeing->is_one_way)
		put_time(&causes[count++], WARNING_ONE_WAY, wellbeing->quiet_since);
	return count;
}
