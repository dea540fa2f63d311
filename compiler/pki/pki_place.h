/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PKI_PLACE_H
#define WEIPSEC_PKI_PLACE_H

#include "compiler/pki/pki_file.h"

#include <stddef.h>

/* Where the files of a PKI are: in a folder, maybe only as far as another one, or kept in memory.
 */

struct pki_kept;
struct pki_store;
struct x509_st;
struct X509_crl_st;

struct pki_place {
	int dir;		     /* -1: none */
	char *path, *root;	     /* of the folder, and the one that files lie below, or NULL */
	const struct pki_kept *kept; /* without a folder */
	struct pki_hidden *hidden;
};

/* The first thing that hid files of which no finding says that they are missing. */
struct pki_hidden {
	int error; /* 0: nothing did */
	char *where; /* from malloc() */
};

/* Opens the folder DIR, whose files lie below ROOT if that is not NULL.  0, or errno. */
int place_open(struct pki_place *place, const char *root, const char *dir);
void place_close(struct pki_place *place);
/* Reads PATH, up to MOST bytes, into FILE.  0, or errno: EFBIG, EINVAL, EXDEV too. */
int place_read(const struct pki_place *place, const char *path, size_t most, struct pki_file *file);
/* The same, and what fails but for want of the file is kept as hidden. */
int place_read_hint(const struct pki_place *place, const char *path, size_t most,
		    struct pki_file *file);
/* The names in FOLDER, or what hides them, in the order of bytes; their number in *COUNT. */
char **place_list(const struct pki_place *place, const char *folder, size_t *count);
void place_list_free(char **names, size_t count);
/* PATH behind its links, from malloc(), or NULL. */
char *place_where(const struct pki_place *place, const char *path);

/* Puts a certificate or a CRL into LIST as the file PATH, which is copied; all of it is STORE's. */
void pki_keep_certificate(struct pki_kept **list, const char *path, struct x509_st *x509,
			  struct pki_store *store);
void pki_keep_crl(struct pki_kept **list, const char *path, struct X509_crl_st *crl,
		  struct pki_store *store);

#endif
