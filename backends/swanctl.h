/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SWANCTL_H
#define WEIPSEC_SWANCTL_H

#include "backends/backend.h"

/* The rows of `struct backend' for swanctl.conf. */
bool swanctl_supports(const struct model *model, const struct tunnel *tunnel,
		      struct backend_refusal *refusal);
void swanctl_emit(const struct model *model, struct output *output);

/*
 * charon copies identities into buffers and cuts off what does not fit, without a word
 * (strongswan.md, 2.1): characters of an `id', and of the owner of a secret.
 */
#define SWANCTL_ID_MAX 511
#define SWANCTL_OWNER_MAX 255

/* True if IDENTITY can be written with at most MOST characters. */
bool swanctl_id_fits(const struct identity *identity, size_t most);
/* Writes it, quoted where need be; it must fit. */
void swanctl_id_write(struct output *output, const struct identity *identity, size_t most);

/*
 * True if charon takes it for a pattern: for that a `*' anywhere in a name is enough, though only
 * one at its beginning matches anything.  It never sends a pattern to the peer.
 */
bool swanctl_id_has_star(const struct identity *identity);

/* Two lower-case digits a byte. */
void swanctl_hex_write(struct output *output, struct slice bytes);

/* The value of `proposals' and of `esp_proposals'. */
void swanctl_ike_write(struct output *output, const struct tunnel *tunnel);
void swanctl_esp_write(struct output *output, const struct tunnel *tunnel);
/* What is missing in a suite that was given, or NULL. */
const char *swanctl_ike_flaw(const struct suite *suite);
const char *swanctl_esp_flaw(const struct suite *suite);

/* The section `secrets'. */
void swanctl_secrets_write(struct output *output, const struct model *model);

/* Opens the section NAME, DEPTH tabs in; DEPTH is one more afterwards. */
void swanctl_open(struct output *output, int *depth, const char *name);
void swanctl_close(struct output *output, int *depth);
/* Begins the line `KEY = ', which comes from OPTION (or -1, nobody's) of TUNNEL. */
void swanctl_key(struct output *output, int depth, const struct tunnel *tunnel, int option,
		 const char *key);

#endif
