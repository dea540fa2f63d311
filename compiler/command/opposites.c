/* SPDX-License-Identifier: ISC */
#include "compiler/command/opposites.h"

#include "compiler/command/cli_value.h"
#include "compiler/model/words.h"
#include "compiler/yang/yang.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- reading ---- */

static bool is_file(const struct operand *operand)
{
	struct stat file;

	return !operand->error && !operand->is_empty && !operand->is_standard &&
	       stat(operand->path, &file) == 0 && S_ISREG(file.st_mode);
}

static bool make_reader(struct site_reader *reader, const struct surroundings *surroundings)
{
	*reader = (struct site_reader){.surroundings = surroundings,
				       .read = agent_yang_read,
				       .now = cli_now(),
				       .digest = digest_new_random(),
				       .arena = arena_new()};
	return reader->digest && reader->arena;
}

/* False without memory. */
static bool read_sites(struct opposites *opposites, const struct operands *operands)
{
	static const struct surroundings weos4 = {.dialect = DIALECT_WEOS4, .is_made_of = true};

	opposites->sites = calloc(operands->count + 1, sizeof(struct site *));
	if (!opposites->sites || !make_reader(&opposites->reader, &weos4))
		return false;
	for (size_t i = 0; i < operands->count; i++) {
		struct site *site;

		if (!is_file(&operands->list[i]))
			continue;
		site = site_read(&opposites->reader, operands->list[i].path, true);
		if (!site)
			return false;
		opposites->sites[opposites->count++] = site;
	}
	return true;
}

/* ---- what differs ---- */

/* The subnet that TUNNEL has for those behind OTHER; of any peer that is not set, OTHER alone. */
static struct subnet remote_of(const struct tunnel *tunnel, const struct tunnel *other)
{
	return tunnel->remote_subnet.known
		   ? tunnel->remote_subnet
		   : (struct subnet){false, true, other->local_address.ip, PREFIX_MAX};
}

static bool is_behind(const struct tunnel *a, const struct tunnel *b)
{
	struct subnet own = a->local_subnet, there = remote_of(b, a);

	return own.address == there.address && own.length == there.length;
}

/* What an end without an address is itself nobody knows. */
static bool is_known(const struct tunnel *tunnel)
{
	return tunnel->local_subnet.known && tunnel->local_address.set;
}

static bool make_room(struct opposites *opposites)
{
	size_t room = 2 * opposites->list_room + 16;
	struct migrate_opposite *list;

	if (opposites->list_count < opposites->list_room)
		return true;
	list = reallocarray(opposites->list, room, sizeof(*list));
	if (!list)
		return false;
	opposites->list = list;
	opposites->list_room = room;
	return true;
}

/* Of END, the other end. */
static bool add_opposite(struct opposites *opposites, const struct network_end *end,
			 const struct network_end *other)
{
	const struct network *network = &opposites->network;
	const struct tunnel *own = network_tunnel(network, end);
	const struct tunnel *tunnel = network_tunnel(network, other);

	if (!make_room(opposites))
		return false;
	opposites->list[opposites->list_count++] =
	    (struct migrate_opposite){.site = end->site,
				      .tunnel = end->tunnel,
				      .path = network->sites[other->site]->path,
				      .id = tunnel->id,
				      .local = tunnel->local_subnet,
				      .remote = remote_of(tunnel, own)};
	return true;
}

static bool is_sound(const struct network *network, const struct network_end *end)
{
	return end->tunnel != NETWORK_NONE &&
	       !network->sites[end->site]->ends[end->tunnel].is_invalid;
}

static bool add_link(struct opposites *opposites, const struct link *link)
{
	const struct network *network = &opposites->network;
	const struct network_end *a = &link->ends[SIDE_A], *b = &link->ends[SIDE_B];
	const struct tunnel *first, *second;

	if (!is_sound(network, a) || !is_sound(network, b) || a->site == b->site)
		return true;
	first = network_tunnel(network, a);
	second = network_tunnel(network, b);
	if (!is_known(first) || !is_known(second) ||
	    (is_behind(first, second) && is_behind(second, first)))
		return true;
	return add_opposite(opposites, a, b) && add_opposite(opposites, b, a);
}

static int compare_opposites(const void *left, const void *right)
{
	const struct migrate_opposite *a = left, *b = right;

	if (a->site != b->site)
		return a->site < b->site ? -1 : 1;
	if (a->tunnel != b->tunnel)
		return a->tunnel < b->tunnel ? -1 : 1;
	return strcmp(a->path, b->path);
}

bool opposites_find(struct opposites *opposites, const struct operands *operands)
{
	*opposites = (struct opposites){.sites = NULL};
	if (!read_sites(opposites, operands) ||
	    !network_init(&opposites->network, opposites->sites, opposites->count, AUTOMATIC_WEOS,
			  opposites->reader.now) ||
	    !network_match(&opposites->network))
		return false;
	for (size_t i = 0; i < opposites->network.link_count; i++) {
		if (!add_link(opposites, &opposites->network.links[i]))
			return false;
	}
	if (opposites->list_count)
		qsort(opposites->list, opposites->list_count, sizeof(*opposites->list),
		      compare_opposites);
	return true;
}

/* ---- telling ---- */

/* Which of the sites, in the order of their paths, PATH is; their number: none. */
static size_t site_of(const struct opposites *opposites, const char *path)
{
	size_t low = 0, high = opposites->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(opposites->sites[middle]->path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < opposites->count && strcmp(opposites->sites[low]->path, path) == 0
		   ? low
		   : opposites->count;
}

/* The number of those that are of a site before SITE. */
static size_t count_before(const struct opposites *opposites, size_t site)
{
	size_t low = 0, high = opposites->list_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (opposites->list[middle].site < site)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void opposites_tell(const struct opposites *opposites, const char *path,
		    struct migration *migration)
{
	size_t site = site_of(opposites, path);
	size_t from = count_before(opposites, site);

	migration->opposites = opposites->list + from;
	migration->opposite_count = count_before(opposites, site + 1) - from;
}

void opposites_free(struct opposites *opposites)
{
	network_free(&opposites->network);
	for (size_t i = 0; i < opposites->count; i++)
		site_free(opposites->sites[i]);
	free(opposites->sites);
	free(opposites->list);
	digest_free(opposites->reader.digest);
	workspace_free(&opposites->reader.workspace);
	arena_free(opposites->reader.arena);
}
