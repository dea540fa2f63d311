/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SURROUNDINGS_H
#define WEIPSEC_SURROUNDINGS_H

struct pki;

/* What is known of a text's device beside the text; all of it outlives the compilation. */
struct surroundings {
	int dialect;	 /* enum dialect, or -1 to look at the text's header */
	struct pki *pki; /* the device's certificates, read as they are asked for; NULL: unknown */
};

#endif
