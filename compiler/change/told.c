/* SPDX-License-Identifier: ISC */
#include "compiler/change/told.h"

#include "backends/swanctl.h"

#include <stdlib.h>
#include <string.h>

/* ---- connections ---- */

static void ignore_open(void *context, const struct tunnel *tunnel, const char *name)
{
	(void)context;
	(void)tunnel;
	(void)name;
}

static void ignore_close(void *context)
{
	(void)context;
}

static void tell(void *context, const struct swanctl_entry *entry)
{
	struct told *told = context;
	struct output *output;

	if (entry->setting < 0)
		return;
	output = &told->of[entry->setting];
	output_printf(output, "%s ", entry->key);
	output_bytes(output, entry->value.at, entry->value.length);
	output_printf(output, "\n");
}

/* charon is told `dynamic' for an outer address: what that comes to changes with it. */
static void tell_subnet(struct output *output, const struct subnet *subnet)
{
	if (subnet->known)
		output_printf(output, IP_FORMAT "/%u", IP_BYTES(subnet->address), subnet->length);
}

bool told_make(struct told *told, const struct tunnel *tunnel)
{
	const struct swanctl_sink sink = {told, ignore_open, ignore_close, tell};
	bool made;

	for (int i = 0; i < SETTING_COUNT; i++)
		output_init(&told->of[i]);
	made = swanctl_tunnel_write(tunnel, &sink);
	tell_subnet(&told->of[SETTING_LOCAL_SUBNET], &tunnel->local_subnet);
	tell_subnet(&told->of[SETTING_REMOTE_SUBNET], &tunnel->remote_subnet);
	/* the secret is beside the connection, whose method says whether it is in use */
	if (tunnel->method == METHOD_PSK)
		output_bytes(&told->of[SETTING_SECRET], tunnel->secret.bytes.at,
			     tunnel->secret.bytes.length);
	for (int i = 0; i < SETTING_COUNT; i++)
		made = made && !told->of[i].failed;
	return made;
}

void told_free(struct told *told)
{
	for (int i = 0; i < SETTING_COUNT; i++)
		output_free(&told->of[i]);
}

static struct slice output_slice(const struct output *output)
{
	return (struct slice){output->bytes ? output->bytes : "", output->size};
}

bool told_equal(const struct told *a, const struct told *b, enum setting setting)
{
	return slice_compare(output_slice(&a->of[setting]), output_slice(&b->of[setting])) == 0;
}

/* ---- owners ---- */

static void owner_open(void *context, const struct tunnel *tunnel, const char *name)
{
	struct owners *owners = context;
	size_t at = owners->names.size;

	(void)name;
	owners->items[owners->count++] = (struct owner){tunnel->id, at, at};
}

static void owner_set(void *context, const struct swanctl_entry *entry)
{
	struct owners *owners = context;
	struct output *names = &owners->names;

	if (entry->kind == SWANCTL_SECRET)
		return;
	output_printf(names, "%s ", entry->key);
	output_bytes(names, entry->value.at, entry->value.length);
	output_printf(names, "\n");
	owners->items[owners->count - 1].to = names->size;
}

static int compare_owners(const void *a, const void *b)
{
	return ((const struct owner *)a)->id - ((const struct owner *)b)->id;
}

bool owners_make(struct owners *owners, const struct model *model)
{
	const struct swanctl_sink sink = {owners, owner_open, ignore_close, owner_set};

	*owners = (struct owners){
	    .items = calloc((model ? model->count : 0) + 1, sizeof(*owners->items))};
	output_init(&owners->names);
	if (!owners->items || (model && !swanctl_secrets_write(model, &sink)))
		return false;
	qsort(owners->items, owners->count, sizeof(*owners->items), compare_owners);
	return !owners->names.failed;
}

void owners_free(struct owners *owners)
{
	free(owners->items);
	output_free(&owners->names);
}

struct slice owners_of(const struct owners *owners, int32_t id)
{
	const struct owner wanted = {.id = id};
	const struct owner *found =
	    bsearch(&wanted, owners->items, owners->count, sizeof(wanted), compare_owners);

	if (!found || found->from == found->to)
		return (struct slice){"", 0};
	return (struct slice){owners->names.bytes + found->from, found->to - found->from};
}
