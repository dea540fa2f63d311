/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SWANCTL_H
#define WEIPSEC_SWANCTL_H

#include "backends/backend.h"

/* The rows of `struct backend' for swanctl.conf. */
backend_supports swanctl_supports;
/* Of a tunnel of any language: charon has both identities as they are. */
backend_supports swanctl_supports_identities;
void swanctl_emit(const struct model *model, struct output *output);

/* What a value is. */
enum swanctl_kind {
	SWANCTL_WORD,
	SWANCTL_LIST,	/* of words, with ", " between them */
	SWANCTL_QUOTED, /* text that needs quotes in swanctl.conf */
	SWANCTL_FILE,	/* the name of a file in one of swanctl's folders */
	SWANCTL_SECRET	/* bytes that nobody may see */
};

struct swanctl_entry {
	const struct tunnel *tunnel;
	int setting; /* that it comes from: enum setting, or -1, nobody's */
	const char *key;
	enum swanctl_kind kind;
	struct slice value; /* good until `set' returns */
};

/* Where settings go. */
struct swanctl_sink {
	void *context;
	/* Begins the section NAME; TUNNEL if it bears its number, else NULL. */
	void (*open)(void *context, const struct tunnel *tunnel, const char *name);
	void (*close)(void *context);
	void (*set)(void *context, const struct swanctl_entry *entry);
};

/* The connection of TUNNEL, which swanctl_supports().  False without memory. */
bool swanctl_tunnel_write(const struct tunnel *tunnel, const struct swanctl_sink *sink);
/* A section for each secret of MODEL, with its owners.  False without memory. */
bool swanctl_secrets_write(const struct model *model, const struct swanctl_sink *sink);

/*
 * charon copies identities into buffers and cuts off what does not fit, without a word
 * (strongswan.md, 2.1): characters of an `id', and of the owner of a secret.
 */
#define SWANCTL_ID_MAX 511
#define SWANCTL_OWNER_MAX 255

/* True if IDENTITY can be written with at most MOST characters. */
bool swanctl_id_fits(const struct identity *identity, size_t most);
/* How it stands in a text. */
enum swanctl_kind swanctl_id_kind(const struct identity *identity);
/* Writes it as charon reads it, without quotes; it must fit. */
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

#endif
