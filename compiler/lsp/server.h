/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SERVER_H
#define WEIPSEC_SERVER_H

#include "compiler/lsp/documents.h"
#include "compiler/lsp/rpc.h"

#include <stdbool.h>

/*
 * A language server, of which the bytes that come and go are somebody else's business: it reads
 * nothing, and writes nothing, by itself.
 */
struct server;

/* SETTINGS outlive it.  NULL without memory. */
struct server *server_new(const struct lsp_settings *settings);
void server_free(struct server *server);

/* Takes BYTES that came, which are looked at in server_step(); false without memory. */
bool server_take(struct server *server, struct slice bytes);
/*
 * Does one thing: a message, else the diagnostics of a text that has changed.  False if there is
 * nothing to do.  All that has come should be taken first: what comes may make an answer needless.
 */
bool server_step(struct server *server);
/* How many bytes of messages wait to be looked at. */
size_t server_waiting(const struct server *server);
/* What is to go out. */
struct outbox *server_outbox(struct server *server);
/* What to exit with when `exit' was said, or -1; with what, should the other side be gone, which is
 * the same. */
int server_ended(const struct server *server);
int server_abandoned(const struct server *server);

#endif
