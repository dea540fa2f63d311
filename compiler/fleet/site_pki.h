/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SITE_PKI_H
#define WEIPSEC_SITE_PKI_H

#include "compiler/fleet/site.h"

/* The certificates of the device that a site is of. */

/* What a device calls itself, in its text; empty: nobody knows, or it has a secret in it. */
struct slice site_hostname(const struct model *model);
/* The PKI in the folder of READER that has its name, if COMPILATION has a use for one; or NULL. */
struct pki *site_pki_open(const struct site_reader *reader, const struct compilation *compilation);
/* Keeps in SITE, for who judges it, what of PKI the tunnels of COMPILATION need, if they need any.
 */
void site_pki_keep(struct site_reader *reader, struct site *site,
		   const struct compilation *compilation, struct pki *pki);

#endif
