/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MANY_H
#define WEIPSEC_MANY_H

#include "compiler/fleet/network.h"

/*
 * What only many gateways show, WI11xx.  Each rule gathers entries, sorts them and looks at
 * neighbours, so that nobody is compared with everybody.
 */
struct many {
	struct network *network;
	enum rule rule; /* the one that runs */
	struct many_entry *entries;
	size_t count;
};

#define FLEET(number) void fleet_WI##number(struct many *many);
#include "rule_numbers.h"

/* One thing to sort: by `key', then by `order'. */
struct many_entry {
	uint64_t key[2];
	uint64_t order; /* of END, from many_order() */
	struct network_end end, other;
	uint32_t value;
};

/* Makes room for COUNT entries, of which there is none then; false without memory. */
bool many_begin(struct many *many, size_t count);
struct many_entry *many_add(struct many *many);
void many_sort(struct many *many);
/* Drops entries whose key no other one has, as far as that can be told at once. */
void many_drop_single(struct many *many);
/* Behind the last entry from FROM on with its key. */
size_t many_run_end(const struct many *many, size_t from);

static inline uint64_t many_order(const struct network_end *end)
{
	return (uint64_t)end->site << 32 | end->tunnel;
}

static inline const struct site *many_site(const struct many *many, const struct network_end *end)
{
	return many->network->sites[end->site];
}

static inline const struct tunnel *many_tunnel(const struct many *many,
					       const struct network_end *end)
{
	return network_tunnel(many->network, end);
}

/* Host names that are known and equal. */
bool many_has_same_name(const struct many *many, const struct network_end *a,
			const struct network_end *b);
/* Two files of one device, which WI1105 tells of; of two addresses, or of none, it says nothing. */
bool many_is_one_device(const struct many *many, const struct network_end *a,
			const struct network_end *b);
/* A hash of what that goes by: equal of one device.  0 of an end that is not even its own. */
uint64_t many_device_key(const struct many *many, const struct network_end *end);

/* A finding in the making. */
struct many_finding {
	struct network *network;
	size_t site;
	struct findings findings;
	struct finding *finding;
};

/* The running rule at SETTING (or WHOLE_TUNNEL) of END, with SEVERITY. */
void many_report(struct many *many, struct many_finding *finding, const struct network_end *end,
		 int setting, enum severity severity, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* A further place, in whatever file. */
void many_relate(struct many_finding *finding, const struct network_end *end, int setting,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));
/* What to type, and that was all. */
void many_finish(struct many_finding *finding, const char *help);

#endif
