/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_RPC_H
#define WEIPSEC_RPC_H

#include "compiler/base/text.h"

#include <jansson.h>
#include <stdbool.h>

/* Messages of JSON-RPC: what stands in them, and how they go out. */

/* What an answer says that is none; 0: it is one. */
enum rpc_error {
	RPC_PARSE = -32700,
	RPC_REQUEST = -32600, /* no request */
	RPC_METHOD = -32601,
	RPC_PARAMS = -32602,
	RPC_INTERNAL = -32603,
	RPC_NOT_INITIALIZED = -32002,
	RPC_CANCELLED = -32800,
	RPC_MODIFIED = -32801, /* the text that was asked of is not the latest any more */
	RPC_FAILED = -32803    /* a sound request, which cannot be carried out */
};

/* What is to be written to the other side.  Zeroed it is empty. */
struct outbox {
	char *bytes; /* from malloc() */
	size_t from, to, room;
	bool has_failed; /* without memory, or somebody gave it NULL: a message is missing */
};

/* Each takes over the JSON that it is given, and makes a frame of it; an ID is the request's. */
void rpc_answer(struct outbox *outbox, const json_t *id, json_t *result);
void rpc_refuse(struct outbox *outbox, const json_t *id, enum rpc_error error, const char *message);
/* A request of ours, whose answer nobody waits for. */
void rpc_ask(struct outbox *outbox, const char *id, const char *method, json_t *params);
void rpc_notify(struct outbox *outbox, const char *method, json_t *params);
void outbox_free(struct outbox *outbox);

/*
 * BYTES as JSON, NULL if they are none, or without memory.  Half a pair of UTF-16, which an editor
 * may have in a text, is read as U+FFFD, which counts as much.
 */
json_t *rpc_read(struct slice bytes);
/* What JSON has at PATH, keys with dots between them; NULL if it is not there. */
json_t *rpc_at(const json_t *json, const char *path);
/* JSON as a string, or NULL if it is none or has a NUL in it. */
const char *rpc_word(const json_t *json);
/* What JSON has at PATH as such a string; as a number from 0 on, or -1. */
const char *rpc_string(const json_t *json, const char *path);
json_int_t rpc_number(const json_t *json, const char *path);
/* True if the array at PATH has WORD. */
bool rpc_has(const json_t *json, const char *path, const char *word);

#endif
