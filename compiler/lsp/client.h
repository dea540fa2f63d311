/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CLIENT_H
#define WEIPSEC_CLIENT_H

#include "compiler/lsp/positions.h"

#include <jansson.h>
#include <stdbool.h>

/* What the editor can do. */
struct client {
	enum encoding encoding;
	bool has_related;      /* a diagnostic has further places */
	bool has_markdown;     /* in hovers */
	bool has_outline;      /* symbols with two ranges */
	bool has_versions;     /* edits are of a version of a text */
	bool has_watches;      /* it can be asked to say when files change */
	bool has_code_actions; /* and not only commands */
};

/* What PARAMS of `initialize' say of it, and what we answer; NULL without memory. */
struct client client_read(const json_t *params);
json_t *client_welcome(const struct client *client);
/* The parameters of `client/registerCapability' that ask to be told of project files. */
json_t *client_watches(void);

#endif
