/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SITE_PKI_H
#define WEIPSEC_SITE_PKI_H

#include "compiler/fleet/site.h"

/* The certificates of the device that a site is of. */

/* What a device calls itself, in its text; empty: nobody knows, or it has a secret in it. */
struct slice site_hostname(const struct model *model);
/* The PKI in the folder OF a reader (site.h) that has the name of MODEL's device, if it has a use
 * for one, which is the reader's `own' then; or NULL. */
struct pki *site_pki_find(void *of, const struct model *model);
/* Keeps in SITE, for who judges it, what of PKI the tunnels of COMPILATION need, if they need any.
 */
void site_pki_keep(struct site_reader *reader, struct site *site,
		   const struct compilation *compilation, struct pki *pki);

#endif
