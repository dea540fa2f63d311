/* SPDX-License-Identifier: ISC */
#include "runtime/charon/credentials.h"

#include "compiler/base/bytes.h"
#include "compiler/pki/certificate.h"
#include "compiler/pki/private_key.h"
#include "runtime/system/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_ROOM 4096
#define AUTHORITIES_MAX 64

static const char *const folders[] = {
    [CREDENTIAL_CERTIFICATE] = "x509", [CREDENTIAL_CA] = "x509ca", [CREDENTIAL_KEY] = "private"};

#define FOLDERS (sizeof(folders) / sizeof(folders[0]))

/* What reading one of them takes. */
struct reading {
	struct credentials *credentials;
	const char *pki;
	bool loose; /* no tunnel names it */
	struct arena *arena;
	struct certificate certificate; /* what is known of it */
};

/* ---- files ---- */

static void fail_reading(struct credentials *credentials, int error, const char *path)
{
	const char *why = error == EINVAL  ? "is not a file"
			  : error == EFBIG ? "has more than the 65535 bytes that charon takes"
					   : strerror(error);

	if (credentials->error)
		return;
	credentials->error = error;
	snprintf(credentials->why, sizeof(credentials->why), "%.180s: %.70s", path, why);
}

static void refuse_file(struct credentials *credentials, const struct fault *fault)
{
	if (credentials->error)
		return;
	credentials->error = EBADMSG;
	snprintf(credentials->why, sizeof(credentials->why), "%.150s%s%.100s", fault->what,
		 fault->help ? ": " : "", fault->help ? fault->help : "");
}

/*
 * Reads the file that is open as FD, at most a value of VICI, into BYTES, with room for one more.
 * Its length; 0 with *ERROR.
 */
static size_t read_small(int fd, char *bytes, int *error)
{
	struct stat status;
	ssize_t size = 0;

	*error = fstat(fd, &status) == 0 ? 0 : errno;
	if (!*error && !S_ISREG(status.st_mode)) /* reading it might never end */
		*error = EINVAL;
	if (!*error)
		size = bytes_read(fd, bytes, VICI_VALUE_MAX + 1);
	if (size < 0)
		*error = errno;
	else if (size > VICI_VALUE_MAX)
		*error = EFBIG;
	return *error ? 0 : (size_t)size;
}

static void credential_free(struct credential *credential)
{
	if (credential->bytes)
		explicit_bzero(credential->bytes, credential->size);
	free(credential->bytes);
	free(credential->name);
	free(credential);
}

/* CREDENTIAL with SIZE BYTES of its own, or NULL. */
static struct credential *new_credential(enum credential_kind kind, struct slice name,
					 const char *bytes, size_t size)
{
	struct credential *credential = calloc(1, sizeof(*credential));

	if (!credential)
		return NULL;
	credential->kind = kind;
	credential->name = strndup(name.at, name.length);
	credential->bytes = malloc(size + 1);
	if (credential->bytes)
		memcpy(credential->bytes, bytes, size);
	credential->size = credential->bytes ? size : 0;
	if (credential->name && credential->bytes)
		return credential;
	credential_free(credential);
	return NULL;
}

/* A name that stays in its folder. */
static bool is_plain(struct slice name)
{
	return name.length && !memchr(name.at, '/', name.length) &&
	       !memchr(name.at, '\0', name.length) && !slice_is(name, ".") && !slice_is(name, "..");
}

static struct credential *read_credential(const struct reading *reading, enum credential_kind kind,
					  struct slice name)
{
	struct credential *credential = NULL;
	char path[PATH_ROOM], *bytes = malloc(VICI_VALUE_MAX + 1);
	int error = ENOENT, fd = -1;
	size_t size = 0;

	snprintf(path, sizeof(path), "%s/%s/%.*s", reading->pki ? reading->pki : "", folders[kind],
		 (int)name.length, name.at);
	if (reading->pki && is_plain(name)) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (fd < 0)
			error = errno == ENXIO ? EINVAL : errno; /* a socket */
	}
	if (fd >= 0 && bytes) {
		size = read_small(fd, bytes, &error);
		credential = error ? NULL : new_credential(kind, name, bytes, size);
		explicit_bzero(bytes, VICI_VALUE_MAX + 1);
	}
	if (fd >= 0)
		close(fd);
	if (!credential)
		fail_reading(reading->credentials, fd >= 0 && (!bytes || !error) ? ENOMEM : error,
			     path);
	free(bytes);
	return credential;
}

/* ---- what is in them ---- */

static struct slice bytes_of(const struct credential *credential)
{
	return (struct slice){credential->bytes, credential->size};
}

/* What the file of CREDENTIAL is called in messages. */
static const char *shown(const struct reading *reading, const struct credential *credential)
{
	const char *name =
	    arena_printf(reading->arena, "%s/%s", folders[credential->kind], credential->name);

	return name ? name : "";
}

/* Reads what is in CREDENTIAL, a certificate. */
static struct fault look_at(struct reading *reading, struct credential *credential)
{
	struct certificate *certificate = &reading->certificate;

	*certificate = (struct certificate){.file = shown(reading, credential)};
	if (!certificate_read(certificate, reading->arena, bytes_of(credential)))
		return (struct fault){"out of memory", NULL};
	if (!certificate->fault.what &&
	    X509_digest(certificate->x509, EVP_sha256(), credential->digest, NULL) != 1)
		return (struct fault){"out of memory", NULL};
	credential->not_before = certificate->not_before;
	credential->not_after = certificate->not_after;
	return certificate->fault;
}

/* The key that belongs to the certificate just read. */
static struct credential *read_key(const struct reading *reading, struct slice name)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	struct credential *key = read_credential(reading, CREDENTIAL_KEY, name);
	struct fault fault = {NULL, NULL};

	if (!key)
		return NULL;
	if (!reading->credentials->kept)
		fault = private_key_fault(reading->arena, shown(reading, key), bytes_of(key),
					  &reading->certificate);
	if (!fault.what &&
	    X509_pubkey_digest(reading->certificate.x509, EVP_sha1(), digest, &size) != 1)
		fault.what = "out of memory";
	if (fault.what) {
		refuse_file(reading->credentials, &fault);
		credential_free(key);
		return NULL;
	}
	for (size_t i = 0; i < size && 2 * i + 2 < sizeof(key->id); i++)
		snprintf(key->id + 2 * i, 3, "%02x", digest[i]);
	return key;
}

static void enter_credential(struct credentials *credentials, struct credential *credential)
{
	struct credential **last = &credentials->first;

	while (*last)
		last = &(*last)->next;
	*last = credential;
}

/* charon takes no certificate with a critical extension that is not known, whoever asks. */
static bool is_understood(const struct certificate *certificate)
{
	return !(X509_get_extension_flags(certificate->x509) & EXFLAG_CRITICAL);
}

/* CREDENTIAL becomes one of them, if it is of use. */
static struct credential *take_credential(struct reading *reading, struct credential *credential)
{
	struct credentials *credentials = reading->credentials;
	struct slice name = {credential->name, strlen(credential->name)};
	struct fault fault = look_at(reading, credential);
	struct credential *key = NULL;
	char room[400];

	if (reading->loose) /* charon takes the first */
		reading->certificate.count = 1;
	if (!fault.what && credential->kind == CREDENTIAL_CA)
		fault = certificate_ca_fault(&reading->certificate, room, sizeof(room));
	if (!fault.what && reading->loose && !is_understood(&reading->certificate))
		fault.what = "it has an extension that is not known";
	if (fault.what)
		refuse_file(credentials, &fault);
	else if (credential->kind == CREDENTIAL_CERTIFICATE)
		key = read_key(reading, name);
	certificate_free(&reading->certificate);
	if (credentials->error) {
		credential_free(credential);
		return NULL;
	}
	credential->key = key;
	enter_credential(credentials, credential);
	if (key)
		enter_credential(credentials, key);
	return credential;
}

static const struct credential *find_credential(const struct credentials *credentials,
						enum credential_kind kind, struct slice name)
{
	const struct credential *at = credentials->first;

	while (at && (at->kind != kind || !slice_is(name, at->name)))
		at = at->next;
	return at;
}

static const struct credential *get(struct reading *reading, enum credential_kind kind,
				    struct slice name)
{
	const struct credential *found = find_credential(reading->credentials, kind, name);
	struct credential *credential;

	if (found)
		return found;
	reading->arena = arena_new();
	if (!reading->arena) {
		fail_reading(reading->credentials, ENOMEM, "certificates");
		return NULL;
	}
	credential = read_credential(reading, kind, name);
	if (credential)
		credential = take_credential(reading, credential);
	arena_free(reading->arena);
	return credential;
}

const struct credential *credentials_get(struct credentials *credentials, const char *pki,
					 enum credential_kind kind, struct slice name)
{
	struct reading reading = {.credentials = credentials, .pki = pki};

	return get(&reading, kind, name);
}

/* ---- CAs ---- */

static int is_pem(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 4 && strcmp(entry->d_name + length - 4, ".pem") == 0;
}

static void add_authority(struct credentials *credentials, const char *pki, const char *name)
{
	struct reading reading = {.credentials = credentials, .pki = pki, .loose = true};

	get(&reading, CREDENTIAL_CA, (struct slice){name, strlen(name)});
	if (credentials->error == ENOMEM)
		return;
	credentials->error = 0;
	credentials->why[0] = '\0';
}

void credentials_add_authorities(struct credentials *credentials, const char *pki)
{
	struct dirent **names = NULL;
	char path[PATH_ROOM];
	int count;

	if (!credentials->first)
		return;
	snprintf(path, sizeof(path), "%s/%s", pki, folders[CREDENTIAL_CA]);
	count = scandir(path, &names, is_pem, alphasort);
	for (int i = 0; i < count; i++) {
		if (i < AUTHORITIES_MAX)
			add_authority(credentials, pki, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

void credentials_free(struct credentials *credentials)
{
	while (credentials->first) {
		struct credential *next = credentials->first->next;

		credential_free(credentials->first);
		credentials->first = next;
	}
	*credentials = (struct credentials){.error = 0};
}

/* ---- looking at them ---- */

/* True if all of A are in B. */
static bool holds_all(const struct credentials *a, const struct credentials *b)
{
	for (const struct credential *at = a->first; at; at = at->next) {
		const struct credential *other =
		    find_credential(b, at->kind, (struct slice){at->name, strlen(at->name)});

		if (!other || slice_compare(bytes_of(at), bytes_of(other)) != 0)
			return false;
	}
	return true;
}

bool credentials_equal(const struct credentials *a, const struct credentials *b)
{
	return holds_all(a, b) && holds_all(b, a);
}

bool credentials_have_key(const struct credentials *credentials, const char *id)
{
	const struct credential *at = credentials->first;

	while (at && (at->kind != CREDENTIAL_KEY || strcmp(at->id, id) != 0))
		at = at->next;
	return at != NULL;
}

bool credential_has(const struct credential *credential, const struct identity *identity)
{
	struct arena *arena = arena_new();
	struct certificate certificate = {.file = ""};
	bool has = !arena || !certificate_read(&certificate, arena, bytes_of(credential)) ||
		   certificate.fault.what || certificate_has(&certificate, arena, identity);

	certificate_free(&certificate);
	arena_free(arena);
	return has;
}

void credential_message(const struct credential *credential, struct vici_message *message)
{
	if (credential->kind == CREDENTIAL_KEY) {
		vici_put_text(message, "type", "any");
	} else {
		vici_put_text(message, "type", "X509");
		vici_put_text(message, "flag", credential->kind == CREDENTIAL_CA ? "CA" : "NONE");
	}
	vici_put(message, "data", bytes_of(credential));
}

/* ---- keeping them ---- */

/* Those of KIND, in the folder of that name of the one that is open as FD. */
static int keep_kind(const struct credentials *credentials, enum credential_kind kind, int fd)
{
	int error = 0, folder;

	if (mkdirat(fd, folders[kind], 0700) != 0)
		return errno;
	folder = openat(fd, folders[kind], O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (folder < 0)
		return errno;
	for (const struct credential *at = credentials->first; at && !error; at = at->next) {
		if (at->kind == kind)
			error = folder_put_new(folder, at->name, at->bytes, at->size);
	}
	if (!error)
		error = folder_sync(folder);
	close(folder);
	return error;
}

bool credentials_keep_in(const char *name)
{
	size_t i = 0;

	while (i < FOLDERS && strcmp(name, folders[i]) != 0)
		i++;
	return i < FOLDERS;
}

int credentials_keep(const struct credentials *credentials, int fd)
{
	int error = 0, pki;

	if (!credentials->first)
		return 0;
	if (mkdirat(fd, "pki", 0700) != 0)
		return errno;
	pki = openat(fd, "pki", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (pki < 0)
		return errno;
	for (size_t i = 0; i < FOLDERS && !error; i++)
		error = keep_kind(credentials, (enum credential_kind)i, pki);
	if (!error)
		error = folder_sync(pki);
	close(pki);
	return error;
}
