/* SPDX-License-Identifier: ISC */
#include "runtime/charon/target.h"

#include "backends/swanctl.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is being made of one tunnel: the sink of the swanctl backend. */
struct maker {
	struct target *target;
	const char *pki;
	struct target_tunnel *tunnel;
	int error;
	struct vici_message owners; /* list items */
	struct slice secret;
	char secret_name[24]; /* the section that is open */
};

static void fail_target(struct maker *maker, int error, const char *what)
{
	if (maker->error)
		return;
	maker->error = error;
	snprintf(maker->target->why, sizeof(maker->target->why), "%.200s: %.50s", what,
		 strerror(error));
}

/* ---- files ---- */

static void fail_file(struct maker *maker)
{
	struct target *target = maker->target;

	if (maker->error)
		return;
	maker->error = target->credentials.error;
	if (maker->error == EBADMSG)
		target->id = maker->tunnel->id;
	snprintf(target->why, sizeof(target->why), "%s", target->credentials.why);
}

static void put_file(struct maker *maker, const struct swanctl_entry *entry)
{
	bool own = strcmp(entry->key, "certs") == 0;
	const struct credential *file =
	    credentials_get(&maker->target->credentials, maker->pki,
			    own ? CREDENTIAL_CERTIFICATE : CREDENTIAL_CA, entry->value);

	if (!file) {
		fail_file(maker);
		return;
	}
	vici_put_list(&maker->tunnel->connection, entry->key);
	vici_put_item(&maker->tunnel->connection, (struct slice){file->bytes, file->size});
	vici_put_list_end(&maker->tunnel->connection);
	*(own ? &maker->tunnel->certificate : &maker->tunnel->ca) = file;
}

/* ---- connections ---- */

static void connection_open(void *context, const struct tunnel *tunnel, const char *name)
{
	struct maker *maker = context;

	(void)tunnel;
	vici_put_section(&maker->tunnel->connection, name);
}

static void connection_close(void *context)
{
	struct maker *maker = context;

	vici_put_section_end(&maker->tunnel->connection);
}

static void put_words(struct vici_message *message, const char *key, struct slice words)
{
	vici_put_list(message, key);
	while (words.length) {
		const char *comma = memchr(words.at, ',', words.length);
		struct slice word = {words.at, comma ? (size_t)(comma - words.at) : words.length};
		size_t skip = comma ? word.length + 2 : word.length; /* a blank follows */

		vici_put_item(message, word);
		words.at += skip;
		words.length -= skip;
	}
	vici_put_list_end(message);
}

static void connection_set(void *context, const struct swanctl_entry *entry)
{
	struct maker *maker = context;

	switch (entry->kind) {
	case SWANCTL_LIST:
		put_words(&maker->tunnel->connection, entry->key, entry->value);
		break;
	case SWANCTL_FILE:
		put_file(maker, entry);
		break;
	case SWANCTL_WORD:
	case SWANCTL_QUOTED:
	case SWANCTL_SECRET:
		vici_put(&maker->tunnel->connection, entry->key, entry->value);
		break;
	}
}

/* Copies SECTION with all that is in it; what it has become starts nothing, and takes no peer. */
static void put_tamed(struct vici_message *message, struct slice section)
{
	/* a peer that was taken under the name of a trial would stay there */
	static const struct slice nobody = {"255.255.255.255", 15};
	struct vici_element element;
	char name[VICI_NAME_MAX + 1];

	while (vici_next(&section, &element)) {
		snprintf(name, sizeof(name), "%.*s", (int)element.name.length, element.name.at);
		if (element.kind == VICI_SECTION) {
			vici_put_section(message, name);
			put_tamed(message, element.value);
			vici_put_section_end(message);
		} else if (element.kind == VICI_LIST) {
			vici_put_list(message, name);
			if (strcmp(name, "remote_addrs") == 0)
				vici_put_item(message, nobody);
			else
				vici_put_raw(message, element.value.at, element.value.length);
			vici_put_list_end(message);
		} else if (strcmp(name, "start_action") == 0) {
			vici_put_text(message, name, "none");
		} else {
			vici_put(message, name, element.value);
		}
	}
}

void target_put_trial(const struct target_tunnel *tunnel, struct vici_message *message)
{
	char name[sizeof(TARGET_TRIAL) + sizeof(tunnel->name)];

	snprintf(name, sizeof(name), TARGET_TRIAL "%s", tunnel->name);
	vici_put_section(message, name);
	put_tamed(message, vici_get_body(vici_message_slice(&tunnel->connection), tunnel->name));
	vici_put_section_end(message);
}

static void make_connection(struct maker *maker, const struct tunnel *tunnel)
{
	const struct swanctl_sink sink = {maker, connection_open, connection_close, connection_set};
	struct target_tunnel *made = maker->tunnel;

	made->id = tunnel->id;
	made->initiator = tunnel->initiator;
	snprintf(made->name, sizeof(made->name), "ipsec%d", (int)tunnel->id);
	snprintf(made->child, sizeof(made->child), "tunnel%d", (int)tunnel->id);
	snprintf(made->secret_name, sizeof(made->secret_name), "ike-ipsec%d", (int)tunnel->id);
	if (!swanctl_tunnel_write(tunnel, &sink) || made->connection.failed)
		fail_target(maker, ENOMEM, made->name);
	made->lacks_identity = made->certificate && tunnel_given(tunnel, SETTING_LOCAL_ID) &&
			       !identity_accepts_any(&tunnel->local_id) &&
			       !credential_has(made->certificate, &tunnel->local_id);
}

/* ---- secrets ---- */

static void secret_open(void *context, const struct tunnel *tunnel, const char *name)
{
	struct maker *maker = context;

	(void)tunnel;
	snprintf(maker->secret_name, sizeof(maker->secret_name), "%s", name);
}

static void secret_set(void *context, const struct swanctl_entry *entry)
{
	struct maker *maker = context;

	if (entry->kind == SWANCTL_SECRET)
		maker->secret = entry->value;
	else
		vici_put_item(&maker->owners, entry->value);
}

/* The section is over: what load-shared wants of it. */
static void secret_close(void *context)
{
	struct maker *maker = context;

	for (size_t i = 0; i < maker->target->count; i++) {
		struct target_tunnel *tunnel = &maker->target->tunnels[i];
		struct vici_message *message = &tunnel->secret;

		if (strcmp(tunnel->secret_name, maker->secret_name) != 0)
			continue;
		vici_put_text(message, "id", tunnel->secret_name);
		vici_put_text(message, "type", "ike");
		vici_put(message, "data", maker->secret);
		vici_put_list(message, "owners");
		vici_put_raw(message, maker->owners.bytes, maker->owners.size);
		vici_put_list_end(message);
		if (message->failed || maker->owners.failed)
			fail_target(maker, ENOMEM, tunnel->secret_name);
	}
	vici_message_free(&maker->owners);
}

/* ---- digests ---- */

static bool digest(unsigned char *digest, const struct slice *parts, size_t count)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool made = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;

	for (size_t i = 0; made && i < count; i++) {
		uint64_t length = parts[i].length; /* so that parts cannot run into each other */

		made = EVP_DigestUpdate(context, &length, sizeof(length)) == 1 &&
		       EVP_DigestUpdate(context, parts[i].at, parts[i].length) == 1;
	}
	made = made && EVP_DigestFinal_ex(context, digest, NULL) == 1;
	EVP_MD_CTX_free(context);
	return made;
}

static void make_digests(struct maker *maker, struct target_tunnel *tunnel)
{
	struct slice secret = vici_message_slice(&tunnel->secret);
	struct slice data = vici_get(secret, "data");
	struct slice owners = vici_get_body(secret, "owners");
	const struct credential *key = tunnel->certificate ? tunnel->certificate->key : NULL;
	const struct slice parts[] = {vici_message_slice(&tunnel->connection),
				      {key ? key->bytes : "", key ? key->size : 0},
				      {data.at ? data.at : "", data.length}};
	const struct slice owner = {owners.at ? owners.at : "", owners.length};

	if (!digest(tunnel->digest, parts, 3) || !digest(tunnel->owners, &owner, 1))
		fail_target(maker, ENOMEM, tunnel->name);
}

/* ---- the whole ---- */

static int compare_tunnels(const void *a, const void *b)
{
	return ((const struct target_tunnel *)a)->id - ((const struct target_tunnel *)b)->id;
}

int target_init(struct target *target, const struct model *model, const char *pki, bool kept)
{
	struct maker maker = {.target = target, .pki = pki};
	const struct swanctl_sink secrets = {&maker, secret_open, secret_close, secret_set};

	*target = (struct target){.id = -1, .credentials.kept = kept};
	target->tunnels = calloc(model->count + 1, sizeof(*target->tunnels));
	if (!target->tunnels)
		fail_target(&maker, ENOMEM, "tunnels");
	for (size_t i = 0; i < model->count && !maker.error; i++) {
		if (!model->tunnels[i]->enabled)
			continue;
		maker.tunnel = &target->tunnels[target->count++];
		make_connection(&maker, model->tunnels[i]);
	}
	if (!maker.error && !swanctl_secrets_write(model, &secrets))
		fail_target(&maker, ENOMEM, "secrets");
	for (size_t i = 0; i < target->count && !maker.error; i++)
		make_digests(&maker, &target->tunnels[i]);
	if (!maker.error)
		credentials_add_authorities(&target->credentials, pki);
	if (target->credentials.error)
		fail_file(&maker);
	if (target->tunnels)
		qsort(target->tunnels, target->count, sizeof(*target->tunnels), compare_tunnels);
	vici_message_free(&maker.owners);
	return maker.error;
}

void target_free(struct target *target)
{
	for (size_t i = 0; i < target->count; i++) {
		vici_message_free(&target->tunnels[i].connection);
		vici_message_free(&target->tunnels[i].secret);
	}
	credentials_free(&target->credentials);
	free(target->tunnels);
	memset(target, 0, sizeof(*target));
}

const struct target_tunnel *target_find(const struct target *target, int id)
{
	const struct target_tunnel wanted = {.id = id};

	if (!target->count)
		return NULL;
	return bsearch(&wanted, target->tunnels, target->count, sizeof(wanted), compare_tunnels);
}
