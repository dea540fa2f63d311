/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/many.h"

#include "compiler/compare/judge.h"
#include "compiler/model/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MESSAGE_MAX 512

/* ---- entries ---- */

bool many_begin(struct many *many, size_t count)
{
	struct many_entry *entries = reallocarray(many->entries, count + 1, sizeof(*entries));

	many->count = 0;
	if (entries)
		many->entries = entries;
	return entries != NULL;
}

struct many_entry *many_add(struct many *many)
{
	struct many_entry *entry = &many->entries[many->count++];

	*entry = (struct many_entry){.value = 0};
	return entry;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_entries(const void *a, const void *b)
{
	const struct many_entry *first = a, *second = b;
	int order = compare_numbers(first->key[0], second->key[0]);

	if (!order)
		order = compare_numbers(first->key[1], second->key[1]);
	if (!order)
		order = compare_numbers(first->order, second->order);
	return order ? order
		     : compare_numbers(many_order(&first->other), many_order(&second->other));
}

void many_sort(struct many *many)
{
	qsort(many->entries, many->count, sizeof(*many->entries), compare_entries);
}

/* Counts keys by a part of each: up to two, in a byte. */
void many_drop_single(struct many *many)
{
	size_t size = 64, kept = 0;
	unsigned char *counts;

	while (size < 4 * many->count)
		size *= 2;
	counts = calloc(size, 1);
	for (size_t i = 0; counts && i < many->count; i++) {
		unsigned char *count = &counts[many->entries[i].key[1] & (size - 1)];

		*count = (unsigned char)(*count + (*count < 2));
	}
	for (size_t i = 0; counts && i < many->count; i++) {
		if (counts[many->entries[i].key[1] & (size - 1)] > 1)
			many->entries[kept++] = many->entries[i];
	}
	if (counts)
		many->count = kept;
	free(counts);
}

size_t many_run_end(const struct many *many, size_t from)
{
	const struct many_entry *first = &many->entries[from];
	size_t end = from + 1;

	while (end < many->count && many->entries[end].key[0] == first->key[0] &&
	       many->entries[end].key[1] == first->key[1])
		end++;
	return end;
}

/* ---- devices ---- */

bool many_has_same_name(const struct many *many, const struct network_end *a,
			const struct network_end *b)
{
	struct slice name = many_site(many, a)->hostname;

	return name.length && slice_compare(name, many_site(many, b)->hostname) == 0;
}

bool many_is_one_device(const struct many *many, const struct network_end *a,
			const struct network_end *b)
{
	const struct address *first = &many_tunnel(many, a)->local_address;
	const struct address *second = &many_tunnel(many, b)->local_address;

	return first->set && second->set && first->ip == second->ip &&
	       (!address_is_private(first->ip) || many_has_same_name(many, a, b));
}

uint64_t many_device_key(const struct many *many, const struct network_end *end)
{
	const struct address *address = &many_tunnel(many, end)->local_address;
	struct slice name = many_site(many, end)->hostname;
	uint64_t key = gateway_hash_number(0, address->ip);

	if (!many_is_one_device(many, end, end))
		return 0;
	return (address_is_private(address->ip) ? gateway_hash_bytes(key, name) : key) | 1;
}

/* ---- findings ---- */

void many_report(struct many *many, struct many_finding *finding, const struct network_end *end,
		 int setting, enum severity severity, const char *format, ...)
{
	const struct tunnel *tunnel = many_tunnel(many, end);
	va_list args;

	finding->network = many->network;
	finding->site = end->site;
	network_take_findings(many->network, end->site, &finding->findings);
	finding->findings.tunnel = tunnel->id;
	va_start(args, format);
	finding->finding = finding_vadd(&finding->findings, many->rule, severity,
					judge_place(tunnel, setting), format, args);
	va_end(args);
}

void many_relate(struct many_finding *finding, const struct network_end *end, int setting,
		 const char *format, ...)
{
	const struct site *site = finding->network->sites[end->site];
	const struct tunnel *tunnel = network_tunnel(finding->network, end);
	struct findings there = {
	    .text = site->model.text, .silence = site->silence, .tunnel = tunnel->id};
	char message[MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	finding_relate_in(&finding->findings, finding->finding, &there,
			  judge_place(tunnel, setting), "%s", message);
}

void many_finish(struct many_finding *finding, const char *help)
{
	finding_help(&finding->findings, finding->finding, "%s", help);
	finding->findings.tunnel = -1;
	network_give_findings(finding->network, finding->site, &finding->findings);
}
