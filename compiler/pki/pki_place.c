/* SPDX-License-Identifier: ISC */
#include "compiler/pki/pki_place.h"

#include "compiler/base/below.h"
#include "compiler/base/text.h"
#include "compiler/pki/pki.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int place_open(struct pki_place *place, const char *root, const char *dir)
{
	place->path = root ? below_resolve(root, dir) : strdup(dir);
	if (!place->path)
		return errno;
	place->root = root ? strdup(root) : NULL;
	if (root && !place->root)
		return ENOMEM;
	place->dir = open(place->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (place->dir < 0 || faccessat(place->dir, ".", X_OK, 0) != 0)
		return errno;
	return 0;
}

void place_close(struct pki_place *place)
{
	if (place->dir >= 0)
		close(place->dir);
	free(place->path);
	free(place->root);
	free(place->hidden->where);
}

/* ---- files in memory ---- */

static int read_kept(const struct pki_kept *kept, const char *path, size_t most,
		     struct pki_file *file)
{
	while (kept && strcmp(kept->path, path) != 0)
		kept = kept->next;
	*file = (struct pki_file){.size = 0};
	if (!kept)
		return ENOENT;
	if (kept->der.length > most)
		return EFBIG;
	file->room = kept->der.length + 1;
	file->bytes = OPENSSL_malloc(file->room);
	if (!file->bytes)
		return ENOMEM;
	memcpy(file->bytes, kept->der.at, kept->der.length);
	file->size = kept->der.length;
	return 0;
}

/* The name of KEPT in FOLDER, or NULL. */
static const char *name_in(const struct pki_kept *kept, const char *folder)
{
	size_t length = strlen(folder);

	return strncmp(kept->path, folder, length) == 0 && kept->path[length] == '/'
		   ? kept->path + length + 1
		   : NULL;
}

/* Names in a folder; what there is no memory for is not among them. */
struct names {
	char **list;
	size_t count, room;
};

static void add_name(struct names *names, const char *name)
{
	if (names->count == names->room) {
		size_t room = names->room ? 2 * names->room : 16;
		char **list = realloc(names->list, room * sizeof(char *));

		if (!list)
			return;
		names->list = list;
		names->room = room;
	}
	names->list[names->count] = strdup(name);
	names->count += names->list[names->count] != NULL;
}

static int compare_names(const void *a, const void *b)
{
	const char *const *first = a, *const *second = b;

	return strcmp(*first, *second);
}

static void list_kept(const struct pki_kept *kept, const char *folder, struct names *names)
{
	for (; kept; kept = kept->next) {
		const char *name = name_in(kept, folder);

		if (name)
			add_name(names, name);
	}
}

struct pki_stored {
	struct pki_stored *next;
	struct slice der;
};

static size_t bucket_of(struct slice der)
{
	uint32_t hash = slice_hash(der);

	return (hash ^ hash >> 16) % PKI_STORE_BUCKETS;
}

/* DER as it is in STORE; empty without memory. */
static struct slice store_der(struct pki_store *store, struct slice der)
{
	struct pki_stored **bucket = &store->buckets[bucket_of(der)], *at = *bucket;

	while (at && slice_compare(at->der, der) != 0)
		at = at->next;
	if (at)
		return at->der;
	at = arena_alloc(store->arena, sizeof(*at));
	if (!at)
		return (struct slice){NULL, 0};
	at->der.at = arena_copy(store->arena, der.at, der.length);
	at->der.length = at->der.at ? der.length : 0;
	at->next = *bucket;
	*bucket = at;
	return at->der;
}

static void put(struct pki_kept **list, const char *path, const unsigned char *der, int length,
		struct pki_store *store)
{
	struct pki_kept *kept = length > 0 ? arena_alloc(store->arena, sizeof(*kept)) : NULL;

	if (!kept)
		return;
	kept->path = arena_copy(store->arena, path, strlen(path));
	kept->der = store_der(store, (struct slice){(const char *)der, (size_t)length});
	if (!kept->path || !kept->der.at)
		return;
	kept->next = *list;
	*list = kept;
}

void pki_keep_certificate(struct pki_kept **list, const char *path, struct x509_st *x509,
			  struct pki_store *store)
{
	unsigned char *der = NULL;
	int length = i2d_X509(x509, &der);

	put(list, path, der, length, store);
	OPENSSL_free(der);
}

void pki_keep_crl(struct pki_kept **list, const char *path, struct X509_crl_st *crl,
		  struct pki_store *store)
{
	unsigned char *der = NULL;
	int length = i2d_X509_CRL(crl, &der);

	put(list, path, der, length, store);
	OPENSSL_free(der);
}

/* ---- what is hidden ---- */

/* What is not there, or is something else, hides nothing. */
static void note_error(const struct pki_place *place, const char *where, int error)
{
	static const int known[] = {0, ENOENT, ENOTDIR, ELOOP, EXDEV, EINVAL, EFBIG, EISDIR};
	struct pki_hidden *hidden = place->hidden;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i] == error)
			return;
	}
	if (hidden->error)
		return;
	hidden->error = error;
	hidden->where = strdup(where);
}

/* ---- files in a folder ---- */

/* Opens PATH, a file or a folder, as FLAGS say, if it lies where it may.  -1 with errno. */
static int open_within(const struct pki_place *place, const char *path, int flags)
{
	return place->root ? below_open_in(place->root, place->path, path, flags)
			   : openat(place->dir, path, flags);
}

/* The folder is given to be read: nothing in it can make that wait, be it a pipe or a terminal. */
int place_read(const struct pki_place *place, const char *path, size_t most, struct pki_file *file)
{
	if (place->dir < 0)
		return read_kept(place->kept, path, most, file);
	return pki_file_read(open_within(place, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC),
			     most, file);
}

int place_read_hint(const struct pki_place *place, const char *path, size_t most,
		    struct pki_file *file)
{
	int error = place_read(place, path, most, file);

	note_error(place, path, error);
	return error;
}

static void list_folder(const struct pki_place *place, const char *folder, struct names *names)
{
	int fd = open_within(place, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *found;

	while (dir && (errno = 0, found = readdir(dir))) {
		if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0)
			add_name(names, found->d_name);
	}
	note_error(place, folder, errno);
	if (dir)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
}

char **place_list(const struct pki_place *place, const char *folder, size_t *count)
{
	struct names names = {.list = NULL};

	if (place->dir < 0)
		list_kept(place->kept, folder, &names);
	else
		list_folder(place, folder, &names);
	if (names.count)
		qsort(names.list, names.count, sizeof(char *), compare_names);
	*count = names.count;
	return names.list;
}

void place_list_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

char *place_where(const struct pki_place *place, const char *path)
{
	char *whole, *real;

	if (!place->path || asprintf(&whole, "%s/%s", place->path, path) < 0)
		return NULL;
	real = place->root ? below_resolve(place->root, whole) : realpath(whole, NULL);
	free(whole);
	return real;
}
