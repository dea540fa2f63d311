/* SPDX-License-Identifier: ISC */
#include "compiler/pki/pki.h"

#include "compiler/base/below.h"
#include "compiler/base/printable.h"
#include "compiler/base/text.h"
#include "compiler/model/words.h"
#include "compiler/pki/certificate.h"
#include "compiler/pki/pem.h"
#include "compiler/pki/pki_file.h"
#include "compiler/pki/pki_place.h"
#include "compiler/pki/private_key.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Labels fall into so many lists; a configuration has 25. */
#define BUCKETS 4096

/* A file of x509ca/. */
struct authority {
	const char *name; /* as it is in the folder */
	struct certificate certificate;
};

struct pki {
	struct pki_place place;
	int64_t now;
	/* of what follows, also while a file is read: nobody reads it twice */
	pthread_mutex_t lock;
	struct arena *arena;
	struct certificate *own[BUCKETS];
	bool has_authorities;	       /* they were looked for; the rest is of them */
	struct authority *authorities; /* by name */
	size_t authority_count;
	struct certificate **issuers; /* those that are CAs, by subject */
	size_t issuer_count;
	struct certificate *absent[BUCKETS]; /* labels of x509ca/ that have no file */
	bool has_crls;
	struct pki_hidden hidden;
};

/* One whose place is yet to be opened; NULL without memory. */
static struct pki *pki_new(int64_t now)
{
	struct pki *pki = calloc(1, sizeof(*pki));

	if (!pki)
		return NULL;
	pki->now = now;
	pki->place.dir = -1;
	pki->place.hidden = &pki->hidden;
	pthread_mutex_init(&pki->lock, NULL);
	pki->arena = arena_new();
	if (!pki->arena) {
		pki_free(pki);
		errno = ENOMEM;
		return NULL;
	}
	/* what is found in a folder must not hang on the openssl.cnf of the machine */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	return pki;
}

static struct pki *open_at(const char *root, const char *dir, int64_t now)
{
	struct pki *pki = pki_new(now);
	int error = pki ? place_open(&pki->place, root, dir) : errno;

	if (!error)
		return pki;
	pki_free(pki);
	errno = error;
	return NULL;
}

struct pki *pki_open(const char *dir, int64_t now)
{
	return open_at(NULL, dir, now);
}

struct pki *pki_open_below(const char *root, const char *dir, int64_t now)
{
	return open_at(root, dir, now);
}

struct pki *pki_open_kept(const struct pki_kept *kept, int64_t now)
{
	struct pki *pki = pki_new(now);

	if (pki)
		pki->place.kept = kept;
	return pki;
}

static void free_lists(struct certificate *lists[BUCKETS])
{
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct certificate *at = lists[i]; at; at = at->next)
			certificate_free(at);
	}
}

void pki_free(struct pki *pki)
{
	if (!pki)
		return;
	free_lists(pki->own);
	free_lists(pki->absent);
	for (size_t i = 0; i < pki->authority_count; i++)
		certificate_free(&pki->authorities[i].certificate);
	if (pki->arena)
		arena_free(pki->arena);
	place_close(&pki->place);
	pthread_mutex_destroy(&pki->lock);
	free(pki);
}

static bool has_failed(const struct pki *pki)
{
	return arena_failed(pki->arena);
}

bool pki_failed(struct pki *pki)
{
	bool failed;

	pthread_mutex_lock(&pki->lock);
	failed = has_failed(pki);
	pthread_mutex_unlock(&pki->lock);
	return failed;
}

int64_t pki_now(const struct pki *pki)
{
	return pki->now;
}

/* ---- files ---- */

/* What is said of a file that could not be read. */
static const char *fault_of_file(struct pki *pki, const char *shown, int error)
{
	switch (error) {
	case ENOENT:
		return arena_printf(pki->arena, "there is no %s", shown);
	case EINVAL:
	case ENXIO: /* a socket */
		return arena_printf(pki->arena, "%s is not a file", shown);
	case EXDEV:
		return arena_printf(pki->arena, "%s is a link that leads out of the project",
				    shown);
	case EFBIG:
		return arena_printf(pki->arena, "%s has more than the %d bytes that charon takes",
				    shown, PKI_FILE_MAX);
	default:
		return arena_printf(pki->arena, "%s cannot be read: %s", shown, strerror(error));
	}
}

static void read_certificate(struct pki *pki, struct certificate *certificate, const char *path)
{
	struct pki_file file;
	int error = place_read(&pki->place, path, PKI_FILE_MAX, &file);

	if (error) {
		certificate->fault.what = fault_of_file(pki, certificate->file, error);
		return;
	}
	certificate_read(certificate, pki->arena, pki_file_slice(&file));
	pki_file_wipe(&file);
}

/* ---- certificates with their keys ---- */

static struct fault try_key(struct pki *pki, const struct certificate *certificate,
			    struct slice label)
{
	const char *path =
	    arena_printf(pki->arena, "private/%.*s.pem", (int)label.length, label.at);
	struct fault fault;
	struct pki_file file;
	int error;

	if (!path)
		return (struct fault){NULL, NULL};
	error = place_read(&pki->place, path, PKI_FILE_MAX, &file);
	if (error)
		return (struct fault){fault_of_file(pki, path, error), PRIVATE_KEY_HELP};
	fault = private_key_fault(pki->arena, path, pki_file_slice(&file), certificate);
	pki_file_wipe(&file);
	return fault;
}

static size_t bucket_of(const char *string)
{
	uint32_t hash = slice_hash((struct slice){string, strlen(string)});

	return (hash ^ hash >> 16) % BUCKETS;
}

/* The certificate of FILE in LISTS, a new one if it is not there, which *IS_NEW tells. */
static struct certificate *look_up(struct pki *pki, struct certificate *lists[BUCKETS],
				   const char *file, bool *is_new)
{
	struct certificate **list = &lists[bucket_of(file)];
	struct certificate *at = *list;

	while (at && strcmp(at->file, file) != 0)
		at = at->next;
	*is_new = !at;
	if (at)
		return at;
	at = arena_alloc(pki->arena, sizeof(*at));
	if (!at)
		return NULL;
	at->file = arena_copy(pki->arena, file, strlen(file));
	if (!at->file)
		return NULL;
	at->next = *list;
	*list = at;
	return at;
}

char *pki_where(const struct pki *pki, bool is_ca, struct slice label)
{
	char *path, *real;

	if (asprintf(&path, "%s/%.*s.pem", is_ca ? "x509ca" : "x509", (int)label.length, label.at) <
	    0)
		return NULL;
	real = place_where(&pki->place, path);
	free(path);
	return real;
}

/* Longer than any label is. */
#define PATH_ROOM 128

static struct certificate *find_certificate(struct pki *pki, struct slice label)
{
	struct certificate *certificate;
	char path[PATH_ROOM];
	bool is_new;

	snprintf(path, sizeof(path), "x509/%.*s.pem", (int)label.length, label.at);
	certificate = look_up(pki, pki->own, path, &is_new);
	if (!certificate || !is_new)
		return certificate;
	read_certificate(pki, certificate, path);
	if (!certificate->fault.what && !has_failed(pki))
		certificate->key_fault = try_key(pki, certificate, label);
	return certificate;
}

struct certificate *pki_certificate(struct pki *pki, struct slice label)
{
	struct certificate *certificate;

	pthread_mutex_lock(&pki->lock);
	certificate = find_certificate(pki, label);
	pthread_mutex_unlock(&pki->lock);
	return certificate;
}

int pki_error(const struct pki *pki, const char **where)
{
	*where = pki->hidden.where;
	return pki->hidden.error;
}

/* ---- CAs ---- */

static void read_authority(struct pki *pki, const char *name)
{
	struct authority *authority = &pki->authorities[pki->authority_count];
	const char *path = arena_printf(pki->arena, "x509ca/%s", name);
	char shown[4 * NAME_MAX];

	if (!path)
		return;
	printable_copy(shown, sizeof(shown), (struct slice){path, strlen(path)});
	authority->name = path + sizeof("x509ca/") - 1;
	authority->certificate.file = arena_copy(pki->arena, shown, strlen(shown));
	pki->authority_count++;
	if (authority->certificate.file)
		read_certificate(pki, &authority->certificate, path);
}

static int name_compare(const struct certificate *a, const X509_NAME *name)
{
	return X509_NAME_cmp(X509_get_subject_name(a->x509), name);
}

static int by_subject(const void *a, const void *b)
{
	const struct certificate *const *first = a, *const *second = b;

	return name_compare(*first, X509_get_subject_name((*second)->x509));
}

static void index_issuers(struct pki *pki)
{
	pki->issuers =
	    arena_alloc(pki->arena, (pki->authority_count + 1) * sizeof(struct certificate *));
	if (!pki->issuers || !pki->authorities)
		return;
	for (size_t i = 0; i < pki->authority_count; i++) {
		struct certificate *ca = &pki->authorities[i].certificate;

		if (ca->file && !ca->fault.what && ca->is_ca)
			pki->issuers[pki->issuer_count++] = ca;
	}
	qsort(pki->issuers, pki->issuer_count, sizeof(struct certificate *), by_subject);
}

static void read_authorities(struct pki *pki)
{
	char **names;
	size_t count;

	if (pki->has_authorities)
		return;
	pki->has_authorities = true;
	names = place_list(&pki->place, "x509ca", &count);
	pki->authorities = arena_alloc(pki->arena, (count + 1) * sizeof(*pki->authorities));
	for (size_t i = 0; i < count && pki->authorities; i++)
		read_authority(pki, names[i]);
	place_list_free(names, count);
	index_issuers(pki);
}

static int authority_compare(const void *name, const void *authority)
{
	return strcmp(name, ((const struct authority *)authority)->name);
}

/* Of a label without a file: reading it says why, which may be that the folder is not there. */
static struct certificate *absent_ca(struct pki *pki, const char *path)
{
	bool is_new;
	struct certificate *ca = look_up(pki, pki->absent, path, &is_new);

	if (ca && is_new)
		read_certificate(pki, ca, path);
	return ca;
}

static struct certificate *find_ca(struct pki *pki, struct slice label)
{
	struct authority *found = NULL;
	char path[PATH_ROOM];

	snprintf(path, sizeof(path), "x509ca/%.*s.pem", (int)label.length, label.at);
	read_authorities(pki);
	if (pki->authority_count)
		found = bsearch(path + sizeof("x509ca/") - 1, pki->authorities,
				pki->authority_count, sizeof(*pki->authorities), authority_compare);
	return found ? &found->certificate : absent_ca(pki, path);
}

struct certificate *pki_ca(struct pki *pki, struct slice label)
{
	struct certificate *ca;

	pthread_mutex_lock(&pki->lock);
	ca = find_ca(pki, label);
	pthread_mutex_unlock(&pki->lock);
	return ca;
}

/* ---- who issued what ---- */

/* The first of the issuers with this subject, or where it would stand. */
static size_t issuers_from(const struct pki *pki, const X509_NAME *name)
{
	size_t from = 0, to = pki->issuer_count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (name_compare(pki->issuers[middle], name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static bool is_valid(const struct pki *pki, const struct certificate *certificate)
{
	return pki->now >= certificate->not_before && pki->now <= certificate->not_after;
}

/* A CA that was renewed may lie beside what it was, with the same name and key. */
static struct certificate *find_issuer(struct pki *pki, const struct certificate *certificate)
{
	const X509_NAME *name = X509_get_issuer_name(certificate->x509);
	struct certificate *found = NULL;

	for (size_t i = issuers_from(pki, name);
	     i < pki->issuer_count && name_compare(pki->issuers[i], name) == 0; i++) {
		if ((found && !is_valid(pki, pki->issuers[i])) ||
		    !certificate_is_by(certificate, pki->issuers[i]))
			continue;
		found = pki->issuers[i];
		if (is_valid(pki, found))
			break;
	}
	return found;
}

struct certificate *pki_issuer(struct pki *pki, struct certificate *certificate)
{
	struct certificate *issuer;

	pthread_mutex_lock(&pki->lock);
	read_authorities(pki);
	if (!certificate->issuer_is_known && !certificate->is_self_signed)
		certificate->issuer = find_issuer(pki, certificate);
	certificate->issuer_is_known = true;
	issuer = certificate->issuer;
	pthread_mutex_unlock(&pki->lock);
	return issuer;
}

struct certificate *pki_issuer_of_any(struct pki *pki, const struct certificate *certificate)
{
	struct certificate *issuer;

	pthread_mutex_lock(&pki->lock);
	read_authorities(pki);
	issuer = certificate->is_self_signed ? NULL : find_issuer(pki, certificate);
	pthread_mutex_unlock(&pki->lock);
	return issuer;
}

void pki_labels(const struct pki *pki, bool is_ca, void (*take)(void *to, const char *label),
		void *to)
{
	size_t count;
	char **names = place_list(&pki->place, is_ca ? "x509ca" : "x509", &count);

	for (size_t i = 0; i < count; i++) {
		char *name = names[i];
		size_t length = strlen(name);

		if (length < sizeof(".pem") || strcmp(name + length - 4, ".pem") != 0)
			continue;
		name[length - 4] = '\0';
		if (label_is_legal((struct slice){name, length - 4}))
			take(to, name);
	}
	place_list_free(names, count);
}

/* ---- CRLs ---- */

static int64_t crl_time(const ASN1_TIME *time)
{
	struct tm tm;

	return time && ASN1_TIME_to_tm(time, &tm) ? (int64_t)timegm(&tm) : -1;
}

/* The latest CRL of each CA counts. */
static void take_crl(struct pki *pki, X509_CRL *crl)
{
	const X509_NAME *name = X509_CRL_get_issuer(crl);
	int64_t from = crl_time(X509_CRL_get0_lastUpdate(crl));
	int64_t to = crl_time(X509_CRL_get0_nextUpdate(crl));

	if (from < 0 || to <= from)
		return;
	for (size_t i = issuers_from(pki, name);
	     i < pki->issuer_count && name_compare(pki->issuers[i], name) == 0; i++) {
		struct certificate *ca = pki->issuers[i];

		if (from < ca->crl_from || X509_CRL_verify(crl, X509_get0_pubkey(ca->x509)) != 1)
			continue;
		ca->crl_from = from;
		ca->crl_refresh = to - from;
		X509_CRL_up_ref(crl);
		X509_CRL_free(ca->crl);
		ca->crl = crl;
	}
}

/* A hint is all that comes of it, so that what is no CRL is passed over. */
static void read_crl(struct pki *pki, const char *name)
{
	const char *path = arena_printf(pki->arena, "x509crl/%s", name);
	struct pki_file file;
	X509_CRL *crl;

	if (!path || place_read_hint(&pki->place, path, PKI_CRL_MAX, &file) != 0)
		return;
	crl = certificate_crl_read(pki_file_slice(&file));
	pki_file_wipe(&file);
	if (crl)
		take_crl(pki, crl);
	X509_CRL_free(crl);
	ERR_clear_error();
}

static void read_crls(struct pki *pki)
{
	char **names;
	size_t count;

	if (pki->has_crls)
		return;
	pki->has_crls = true;
	read_authorities(pki);
	names = place_list(&pki->place, "x509crl", &count);
	for (size_t i = 0; i < count; i++)
		read_crl(pki, names[i]);
	place_list_free(names, count);
}

int64_t pki_crl_refresh(struct pki *pki, const struct certificate *ca)
{
	int64_t refresh;

	pthread_mutex_lock(&pki->lock);
	read_crls(pki);
	refresh = ca->crl_refresh;
	pthread_mutex_unlock(&pki->lock);
	return refresh;
}

enum certificate_listing pki_revocation(struct pki *pki, const struct certificate *certificate,
					const struct certificate *issuer)
{
	enum certificate_listing listing;

	pthread_mutex_lock(&pki->lock);
	read_crls(pki);
	listing = certificate_listing(certificate, issuer, pki->now);
	pthread_mutex_unlock(&pki->lock);
	return listing;
}

/* ---- what leaves the machine ---- */

/* An own one, of a label that a tunnel has; of what cannot be read nothing is kept. */
static void keep_own(struct pki *pki, struct slice label, struct pki_kept **list,
		     struct pki_store *store)
{
	const struct certificate *own = label.length ? find_certificate(pki, label) : NULL;

	if (own && !own->fault.what)
		pki_keep_certificate(list, own->file, own->x509, store);
}

/* The list that a CA has may be that of another one with the same name and key. */
static void keep_crl(const struct pki *pki, size_t at, struct pki_kept **list,
		     struct pki_store *store)
{
	struct X509_crl_st *crl = pki->issuers[at]->crl;
	char path[PATH_ROOM];

	for (size_t i = 0; i < at; i++) {
		if (pki->issuers[i]->crl == crl)
			return;
	}
	snprintf(path, sizeof(path), "x509crl/%zu", at);
	if (crl)
		pki_keep_crl(list, path, crl, store);
}

struct pki_kept *pki_keep(struct pki *pki, const struct slice *labels, size_t count,
			  struct pki_store *store)
{
	struct pki_kept *list = NULL;

	pthread_mutex_lock(&pki->lock);
	read_crls(pki);
	for (size_t i = 0; i < pki->authority_count; i++) {
		const struct certificate *ca = &pki->authorities[i].certificate;

		if (ca->file && !ca->fault.what)
			pki_keep_certificate(&list, ca->file, ca->x509, store);
	}
	for (size_t i = 0; i < pki->issuer_count; i++)
		keep_crl(pki, i, &list, store);
	for (size_t i = 0; i < count; i++)
		keep_own(pki, labels[i], &list, store);
	pthread_mutex_unlock(&pki->lock);
	return list;
}
