/* SPDX-License-Identifier: ISC */
#include "runtime/charon/running.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is ours ---- */

/* The number behind PREFIX in NAME, or -1 if that is not all of it. */
static int number_behind(const char *prefix, struct slice name)
{
	size_t length = strlen(prefix);
	int id = 0;

	if (name.length <= length || name.length > length + 5 ||
	    memcmp(name.at, prefix, length) != 0)
		return -1;
	for (size_t i = length; i < name.length; i++) {
		if (name.at[i] < '0' || name.at[i] > '9')
			return -1;
		id = id * 10 + (name.at[i] - '0');
	}
	return id <= 65535 && (name.at[length] != '0' || name.length == length + 1) ? id : -1;
}

int running_id(struct slice name)
{
	return number_behind("ipsec", name);
}

static struct running_tunnel *find_tunnel(const struct running *running, int id)
{
	for (size_t i = 0; i < running->count; i++) {
		if (running->tunnels[i].id == id)
			return &running->tunnels[i];
	}
	return NULL;
}

/* There are few: WeOS has at most 25. */
static struct running_tunnel *enter_tunnel(struct running *running, int id)
{
	struct running_tunnel *tunnel = id < 0 ? NULL : find_tunnel(running, id);

	if (id < 0 || tunnel)
		return tunnel;
	if (running->count == running->room) {
		size_t room = running->room ? 2 * running->room : 32;
		struct running_tunnel *grown =
		    realloc(running->tunnels, room * sizeof(*running->tunnels));

		running->failed = running->failed || !grown;
		if (!grown)
			return NULL;
		running->tunnels = grown;
		running->room = room;
	}
	tunnel = &running->tunnels[running->count++];
	*tunnel = (struct running_tunnel){.id = id, .connection = {"", 0}};
	return tunnel;
}

/* ---- asking ---- */

/*
 * Milliseconds, as long as it is alive.  charon tells of an IKE_SA only when it is done with it,
 * and one whose peer sent certificates waits 10 s for each CRL that does not come
 * (charon.plugins.revocation.timeout).
 */
#define SAS_TIMEOUT 45000

/* charon keeps a few hundred of its peers' beside those that were loaded. */
#define CERTIFICATES_MAX 16384

static struct slice keep(struct running *running, struct slice bytes)
{
	const char *copy = arena_copy(running->arena, bytes.at, bytes.length);

	return copy ? (struct slice){copy, bytes.length} : (struct slice){"", 0};
}

static void add_sa(struct running *running, struct running_tunnel *tunnel, struct slice section)
{
	struct running_sa *sa = arena_alloc(running->arena, sizeof(*sa));
	struct running_sa **last = &tunnel->sas;

	if (!sa)
		return;
	while (*last)
		last = &(*last)->next;
	sa->section = keep(running, section);
	*last = sa;
}

static void on_connection(void *context, struct slice message)
{
	struct running *running = context;
	struct running_tunnel *tunnel;
	struct vici_element element;

	while (vici_next(&message, &element)) {
		if (element.kind != VICI_SECTION)
			continue;
		tunnel = enter_tunnel(running, number_behind(TARGET_TRIAL "ipsec", element.name));
		if (tunnel)
			tunnel->has_trial = true;
		tunnel = enter_tunnel(running, running_id(element.name));
		if (!tunnel)
			continue;
		tunnel->has_connection = true;
		tunnel->connection = keep(running, element.value);
	}
}

static void on_sa(void *context, struct slice message)
{
	struct running *running = context;
	struct running_tunnel *tunnel;
	struct vici_element element;

	while (vici_next(&message, &element)) {
		tunnel = element.kind == VICI_SECTION
			     ? enter_tunnel(running, running_id(element.name))
			     : NULL;
		if (tunnel)
			add_sa(running, tunnel, element.value);
	}
}

static void note_secrets(struct running *running, struct slice message)
{
	struct slice keys = vici_get_body(message, "keys");
	struct running_tunnel *tunnel;
	struct vici_element element;

	while (keys.at && vici_next(&keys, &element)) {
		tunnel = enter_tunnel(running, number_behind("ike-ipsec", element.value));
		if (tunnel)
			tunnel->has_secret = true;
	}
}

static void on_certificate(void *context, struct slice message)
{
	struct running *running = context;
	struct running_certificate *certificate;
	struct slice der = vici_get(message, "data");

	if (!der.at || !slice_is(vici_get(message, "type"), "X509"))
		return;
	certificate = running->certificate_count < CERTIFICATES_MAX
			  ? arena_alloc(running->arena, sizeof(*certificate))
			  : NULL;
	if (!certificate ||
	    EVP_Digest(der.at, der.length, certificate->digest, NULL, EVP_sha256(), NULL) != 1) {
		running->failed = true;
		return;
	}
	certificate->next = running->certificates;
	running->certificates = certificate;
	running->certificate_count++;
}

static int compare_ids(const void *a, const void *b)
{
	return ((const struct running_tunnel *)a)->id - ((const struct running_tunnel *)b)->id;
}

static void finish_reading(struct running *running)
{
	char why[sizeof(running->why)]; /* RUNNING may be freed by whom it is told */

	if (!*running->why && (running->failed || arena_failed(running->arena)))
		snprintf(running->why, sizeof(running->why), "out of memory");
	memcpy(why, running->why, sizeof(why));
	if (running->tunnels)
		qsort(running->tunnels, running->count, sizeof(*running->tunnels), compare_ids);
	running->done.call(running->done.context, *why ? why : NULL);
}

/*
 * A call has got its reply.  RUNNING may be freed once DONE was called, so that waits for the last
 * of them, also when an earlier one failed.
 */
static void end_call(struct running *running, enum vici_status status, struct slice message)
{
	static const char unknown[] = "charon does not know this command: is it older than 5.9?";

	if (status == VICI_UNKNOWN)
		message = (struct slice){unknown, sizeof(unknown) - 1};
	if (status != VICI_DONE && !*running->why)
		snprintf(running->why, sizeof(running->why), "%.*s", (int)message.length,
			 message.at);
	if (--running->open == 0)
		finish_reading(running);
}

static void on_listed(void *context, enum vici_status status, struct slice message)
{
	end_call(context, status, message);
}

static void on_keys(void *context, enum vici_status status, struct slice message)
{
	struct running *running = context;
	struct slice keys = {NULL, 0};

	if (status == VICI_DONE)
		keys = vici_get_body(message, "keys");
	if (keys.at)
		running->keys = keep(running, keys);
	end_call(running, status, message);
}

static void on_secrets(void *context, enum vici_status status, struct slice message)
{
	if (status == VICI_DONE)
		note_secrets(context, message);
	end_call(context, status, message);
}

static void read_lists(struct running *running, struct vici *vici, bool all,
		       void (*done)(void *context, const char *why), void *context)
{
	const struct vici_call calls[] = {
	    {"get-keys", NULL, {"", 0}, NULL, on_keys, running, 0},
	    {"list-certs", "list-cert", {"", 0}, on_certificate, on_listed, running, 0},
	    {"list-conns", "list-conn", {"", 0}, on_connection, on_listed, running, 0},
	    {"list-sas", "list-sa", {"", 0}, on_sa, on_listed, running, SAS_TIMEOUT},
	    {"get-shared", NULL, {"", 0}, NULL, on_secrets, running, 0},
	};

	memset(running, 0, sizeof(*running));
	running->has_credentials = all;
	running->keys = (struct slice){"", 0};
	running->done.call = done;
	running->done.context = context;
	running->arena = arena_new();
	running->failed = !running->arena;
	running->open = 1; /* the asking itself */
	for (size_t i = all ? 0 : 2; !running->failed && i < sizeof(calls) / sizeof(calls[0]);
	     i++) {
		if (vici_call(vici, &calls[i]))
			running->open++;
		else
			snprintf(running->why, sizeof(running->why), "no connection to charon");
	}
	end_call(running, VICI_DONE, (struct slice){0});
}

void running_read(struct running *running, struct vici *vici,
		  void (*done)(void *context, const char *why), void *context)
{
	read_lists(running, vici, false, done, context);
}

void running_read_all(struct running *running, struct vici *vici,
		      void (*done)(void *context, const char *why), void *context)
{
	read_lists(running, vici, true, done, context);
}

void running_free(struct running *running)
{
	arena_free(running->arena);
	free(running->tunnels);
	memset(running, 0, sizeof(*running));
}

const struct running_tunnel *running_find(const struct running *running, int id)
{
	return find_tunnel(running, id);
}

/* ---- comparing ---- */

bool running_has_key(const struct running *running, const char *id)
{
	struct slice keys = running->keys;
	struct vici_element element;

	while (vici_next(&keys, &element)) {
		if (slice_is(element.value, id))
			return true;
	}
	return false;
}

bool running_has(const struct running *running, const struct credential *credential)
{
	const struct running_certificate *at = running->certificates;

	if (credential->kind == CREDENTIAL_KEY)
		return running_has_key(running, credential->id);
	while (at && memcmp(at->digest, credential->digest, CREDENTIAL_DIGEST) != 0)
		at = at->next;
	return at != NULL;
}

const char *running_lacks(const struct running *running, const struct target_tunnel *tunnel)
{
	if (!tunnel->certificate)
		return NULL;
	if (!running_has(running, tunnel->certificate))
		return "certificate";
	if (!running_has(running, tunnel->certificate->key))
		return "private key";
	return tunnel->ca && !running_has(running, tunnel->ca) ? "ca" : NULL;
}

/* The seconds of `3600s'. */
static long long seconds(struct slice section, const char *key)
{
	struct slice value = vici_get(section, key);
	long long number = 0;

	for (size_t i = 0; i < value.length && value.at[i] >= '0' && value.at[i] <= '9'; i++)
		number = number * 10 + (value.at[i] - '0');
	return number;
}

static bool lists_equal(struct slice a, struct slice b)
{
	return a.length == b.length && a.length && memcmp(a.at, b.at, a.length) == 0;
}

/* Identities that charon shows as they are: others it writes in its own way. */
static bool identity_differs(struct slice wanted, struct slice shown)
{
	static const char *const prefixes[] = {"fqdn:", "email:"};

	if (!wanted.at)
		return false;
	for (size_t i = 0; i < 2; i++) {
		size_t length = strlen(prefixes[i]);

		if (wanted.length > length && memcmp(wanted.at, prefixes[i], length) == 0 &&
		    wanted.at[length] != '#')
			return slice_compare(
				   (struct slice){wanted.at + length, wanted.length - length},
				   shown.at ? shown : (struct slice){"", 0}) != 0;
	}
	return false;
}

static const char *end_difference(struct slice wanted, struct slice shown, const char *id)
{
	bool psk = slice_is(vici_get(wanted, "auth"), "psk");
	struct slice class = vici_get(shown, "class");

	if (!shown.at || !class.at || psk != slice_is(class, "pre-shared key"))
		return "method";
	return identity_differs(vici_get(wanted, "id"), vici_get(shown, "id")) ? id : NULL;
}

static const char *child_difference(struct slice wanted, struct slice shown)
{
	struct slice action = vici_get(wanted, "dpd_action");
	struct slice shown_action = vici_get(shown, "dpd_action");
	const char *word = slice_is(action, "clear")	 ? "none"
			   : slice_is(action, "restart") ? "start"
							 : "trap";

	if (!shown.at)
		return "child";
	if (!lists_equal(vici_get_body(wanted, "local_ts"), vici_get_body(shown, "local-ts")))
		return "local-subnet";
	if (!lists_equal(vici_get_body(wanted, "remote_ts"), vici_get_body(shown, "remote-ts")))
		return "remote-subnet";
	if (seconds(wanted, "rekey_time") != vici_get_number(shown, "rekey_time", -1))
		return "sa-rekey-time";
	return shown_action.at && slice_is(shown_action, word) ? NULL : "dpd-action";
}

static const char *connection_difference(struct slice wanted, struct slice shown)
{
	char version[8] = "IKEv";

	if (!lists_equal(vici_get_body(wanted, "local_addrs"), vici_get_body(shown, "local_addrs")))
		return "local-address";
	if (!lists_equal(vici_get_body(wanted, "remote_addrs"),
			 vici_get_body(shown, "remote_addrs")))
		return "peer";
	snprintf(version + 4, sizeof(version) - 4, "%lld", vici_get_number(wanted, "version", 0));
	if (!slice_is(vici_get(shown, "version"), version))
		return "version";
	if (seconds(wanted, "reauth_time") != vici_get_number(shown, "reauth_time", 0))
		return "reauth-time";
	if (seconds(wanted, "rekey_time") != vici_get_number(shown, "rekey_time", 0))
		return "rekeying of IKE";
	if (seconds(wanted, "dpd_delay") != vici_get_number(shown, "dpd_delay", 0))
		return "dpd-delay";
	return NULL;
}

const char *running_difference(const struct running_tunnel *running,
			       const struct target_tunnel *tunnel)
{
	struct slice wanted = vici_get_body(vici_message_slice(&tunnel->connection), tunnel->name);
	const char *difference = connection_difference(wanted, running->connection);

	if (!difference)
		difference =
		    end_difference(vici_get_body(wanted, "local"),
				   vici_get_body(running->connection, "local-1"), "local-id");
	if (!difference)
		difference =
		    end_difference(vici_get_body(wanted, "remote"),
				   vici_get_body(running->connection, "remote-1"), "remote-id");
	if (!difference)
		difference = child_difference(
		    vici_get_body(vici_get_body(wanted, "children"), tunnel->child),
		    vici_get_body(vici_get_body(running->connection, "children"), tunnel->child));
	return difference;
}
