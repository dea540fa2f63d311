/* SPDX-License-Identifier: ISC */
#include "backends/swanctl.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The secrets, and whose they are.  charon takes any secret that one of the two identities owns,
 * and when it verifies an IKEv2 peer it tries all of those: a secret that names the gateway's own
 * identity authenticates every peer of the gateway as whoever it claims to be (strongswan.md,
 * 2.5).  So a secret belongs to the peer's identity alone wherever that is enough to find it:
 *
 *   remote-id                              owners
 *   one identity, of this tunnel only      remote-id
 *   one identity, of several tunnels       remote-id and local-id: nothing else tells them apart
 *   a wildcard, responder                  the wildcard
 *   a wildcard, initiator                  local-id, since it sends no identity for the peer
 *   any                                    local-id; none if it is the only secret of a responder:
 *                                          then it also serves peers that ask for no identity
 */

struct keyed {
	struct slice key; /* of the remote-id */
	const struct tunnel *tunnel;
};

static bool wants_secret(const struct tunnel *tunnel)
{
	return tunnel->enabled && tunnel->method == METHOD_PSK;
}

static int compare_keyed(const void *a, const void *b)
{
	return slice_compare(((const struct keyed *)a)->key, ((const struct keyed *)b)->key);
}

/* The tunnels with a secret by their remote-id; *COUNT of them.  NULL without memory. */
static struct keyed *sort_by_remote(const struct model *model, size_t *count)
{
	struct keyed *list = calloc(model->count + 1, sizeof(*list));

	*count = 0;
	if (!list)
		return NULL;
	for (size_t i = 0; i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];

		if (wants_secret(tunnel))
			list[(*count)++] = (struct keyed){tunnel->remote_id.key, tunnel};
	}
	qsort(list, *count, sizeof(*list), compare_keyed);
	return list;
}

static bool is_shared(const struct keyed *list, size_t count, const struct tunnel *tunnel)
{
	const struct keyed wanted = {tunnel->remote_id.key, tunnel};
	const struct keyed *found = bsearch(&wanted, list, count, sizeof(*list), compare_keyed);

	assert(found);
	return (found > list && compare_keyed(found - 1, found) == 0) ||
	       (found + 1 < list + count && compare_keyed(found, found + 1) == 0);
}

/* Where the secrets go, and whose remote-ids there are. */
struct writer {
	const struct swanctl_sink *sink;
	const struct keyed *list;
	size_t count;
	struct output value; /* scratch */
};

static void write_owner(struct writer *writer, const struct tunnel *tunnel, enum setting setting)
{
	bool local = setting == SETTING_LOCAL_ID;
	const struct identity *identity = local ? &tunnel->local_id : &tunnel->remote_id;

	if (identity->type == IDENTITY_NONE)
		return;
	swanctl_id_write(&writer->value, identity, SWANCTL_OWNER_MAX);
	writer->sink->set(
	    writer->sink->context,
	    &(struct swanctl_entry){
		.tunnel = tunnel,
		.setting = (int)setting,
		.key = local ? "id-local" : "id-remote",
		.kind = swanctl_id_kind(identity),
		.value = {writer->value.bytes ? writer->value.bytes : "", writer->value.size},
	    });
	writer->value.size = 0;
}

static void write_owners(struct writer *writer, const struct tunnel *tunnel)
{
	const struct identity *remote = &tunnel->remote_id;

	if (remote->type == IDENTITY_ANY) {
		if (writer->count > 1 || tunnel->initiator)
			write_owner(writer, tunnel, SETTING_LOCAL_ID);
		return;
	}
	if (tunnel->initiator && (remote->wildcard || swanctl_id_has_star(remote))) {
		write_owner(writer, tunnel, SETTING_LOCAL_ID);
		return;
	}
	write_owner(writer, tunnel, SETTING_REMOTE_ID);
	if (is_shared(writer->list, writer->count, tunnel))
		write_owner(writer, tunnel, SETTING_LOCAL_ID);
}

static void write_secret(struct writer *writer, const struct tunnel *tunnel)
{
	const struct swanctl_sink *sink = writer->sink;
	char name[32];

	snprintf(name, sizeof(name), "ike-ipsec%d", (int)tunnel->id);
	sink->open(sink->context, tunnel, name);
	write_owners(writer, tunnel);
	sink->set(sink->context, &(struct swanctl_entry){.tunnel = tunnel,
							 .setting = SETTING_SECRET,
							 .key = "secret",
							 .kind = SWANCTL_SECRET,
							 .value = tunnel->secret.bytes});
	sink->close(sink->context);
}

bool swanctl_secrets_write(const struct model *model, const struct swanctl_sink *sink)
{
	struct writer writer = {.sink = sink};
	struct keyed *list = sort_by_remote(model, &writer.count);
	bool made;

	writer.list = list;
	output_init(&writer.value);
	for (size_t i = 0; list && i < model->count; i++) {
		if (wants_secret(model->tunnels[i]) && model->tunnels[i]->secret.set)
			write_secret(&writer, model->tunnels[i]);
	}
	made = list && !writer.value.failed;
	output_free(&writer.value);
	free(list);
	return made;
}
