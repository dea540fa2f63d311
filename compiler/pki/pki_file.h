/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PKI_FILE_H
#define WEIPSEC_PKI_FILE_H

#include "compiler/base/text.h"

#include <stddef.h>

/* A file of a PKI as a whole.  It may be a private key, so it is wiped. */
struct pki_file {
	char *bytes;
	size_t size;
	size_t room;
};

/*
 * Reads what DESCRIPTOR, which may be -1 with errno, has open, and closes it.  0, or errno, and
 * FILE is empty: EINVAL for what is no regular file, EFBIG for one of more than MOST bytes.
 */
int pki_file_read(int descriptor, size_t most, struct pki_file *file);
struct slice pki_file_slice(const struct pki_file *file);
void pki_file_wipe(struct pki_file *file);

#endif
