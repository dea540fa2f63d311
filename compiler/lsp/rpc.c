/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/rpc.h"

#include "compiler/base/json.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MAX 64
#define ESCAPE_LENGTH 6 /* of \uXXXX */

/* ---- what goes out ---- */

static bool has_room(struct outbox *outbox, size_t count)
{
	size_t left = outbox->to - outbox->from;
	size_t room = outbox->room ? outbox->room : 4096;
	char *grown;

	if (outbox->from)
		memmove(outbox->bytes, outbox->bytes + outbox->from, left);
	outbox->from = 0;
	outbox->to = left;
	while (room - left < count)
		room *= 2;
	if (room == outbox->room)
		return true;
	grown = realloc(outbox->bytes, room);
	if (!grown)
		return false;
	outbox->bytes = grown;
	outbox->room = room;
	return true;
}

static void put(struct outbox *outbox, const char *body)
{
	char head[64];
	size_t length = strlen(body);
	size_t head_length =
	    (size_t)snprintf(head, sizeof(head), "Content-Length: %zu\r\n\r\n", length);

	if (!has_room(outbox, head_length + length)) {
		outbox->has_failed = true;
		return;
	}
	memcpy(outbox->bytes + outbox->to, head, head_length);
	memcpy(outbox->bytes + outbox->to + head_length, body, length);
	outbox->to += head_length + length;
}

/* Sends MESSAGE, and frees it. */
static void send_message(struct outbox *outbox, json_t *message)
{
	char *body;

	json_put_string(&message, "jsonrpc", "2.0");
	body = message ? json_dumps(message, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
	if (body)
		put(outbox, body);
	else
		outbox->has_failed = true;
	free(body);
	json_decref(message);
}

static json_t *message_for(const json_t *id)
{
	json_t *message = json_object();

	json_put(&message, "id", id ? json_deep_copy(id) : json_null());
	return message;
}

void rpc_answer(struct outbox *outbox, const json_t *id, json_t *result)
{
	json_t *message = message_for(id);

	json_put(&message, "result", result);
	send_message(outbox, message);
}

void rpc_refuse(struct outbox *outbox, const json_t *id, enum rpc_error error, const char *message)
{
	json_t *answer = message_for(id), *why = json_object();

	json_put(&why, "code", json_integer(error));
	json_put_string(&why, "message", message);
	json_put(&answer, "error", why);
	send_message(outbox, answer);
}

void rpc_ask(struct outbox *outbox, const char *id, const char *method, json_t *params)
{
	json_t *message = json_object();

	json_put_string(&message, "id", id);
	json_put_string(&message, "method", method);
	json_put(&message, "params", params);
	send_message(outbox, message);
}

void rpc_notify(struct outbox *outbox, const char *method, json_t *params)
{
	json_t *message = json_object();

	json_put_string(&message, "method", method);
	json_put(&message, "params", params);
	send_message(outbox, message);
}

void outbox_free(struct outbox *outbox)
{
	free(outbox->bytes);
	*outbox = (struct outbox){.bytes = NULL};
}

/* ---- what came in ---- */

enum half { HALF_NONE, HALF_FIRST, HALF_SECOND };

/* Which half of a pair the escape is that BYTES begin with. */
static enum half half_of(struct slice bytes)
{
	if (bytes.length < ESCAPE_LENGTH || memcmp(bytes.at, "\\u", 2) != 0 ||
	    (bytes.at[2] | 0x20) != 'd' || !isxdigit((unsigned char)bytes.at[3]) ||
	    !isxdigit((unsigned char)bytes.at[4]) || !isxdigit((unsigned char)bytes.at[5]) ||
	    bytes.at[3] < '8')
		return HALF_NONE;
	return (bytes.at[3] | 0x20) < 'c' ? HALF_FIRST : HALF_SECOND;
}

/* Makes U+FFFD of each half without the other in JSON, of LENGTH bytes; false if there is none. */
static bool mend_halves(char *json, size_t length)
{
	static const char replacement[ESCAPE_LENGTH] = {'\\', 'u', 'f', 'f', 'f', 'd'};
	struct slice left = {json, length};
	const char *escape;
	bool is_mended = false;

	while ((escape = memchr(left.at, '\\', left.length))) {
		enum half half;

		left = slice_cut(left, (size_t)(escape - left.at));
		half = half_of(left);
		if (half == HALF_FIRST && half_of(slice_cut(left, ESCAPE_LENGTH)) == HALF_SECOND) {
			left = slice_cut(left, (size_t)2 * ESCAPE_LENGTH);
		} else if (half != HALF_NONE) {
			memcpy(json + (escape - json), replacement, ESCAPE_LENGTH);
			is_mended = true;
		} else {
			left = slice_cut(left, left.length < 2 ? left.length : 2);
		}
	}
	return is_mended;
}

static json_t *read_mended(struct slice bytes)
{
	char *copy = malloc(bytes.length + 1);
	json_t *json = NULL;

	if (!copy)
		return NULL;
	memcpy(copy, bytes.at, bytes.length);
	if (mend_halves(copy, bytes.length))
		json = json_loadb(copy, bytes.length, JSON_ALLOW_NUL, NULL);
	explicit_bzero(copy, bytes.length);
	free(copy);
	return json;
}

json_t *rpc_read(struct slice bytes)
{
	json_t *json = json_loadb(bytes.at, bytes.length, JSON_ALLOW_NUL, NULL);

	return json ? json : read_mended(bytes);
}

json_t *rpc_at(const json_t *json, const char *path)
{
	const json_t *in = json;
	json_t *at = NULL;
	char key[KEY_MAX];

	do {
		size_t length = strcspn(path, ".");

		if (length >= sizeof(key))
			return NULL;
		memcpy(key, path, length);
		key[length] = '\0';
		in = at = json_object_get(in, key);
		path += length + (path[length] == '.');
	} while (at && *path);
	return at;
}

const char *rpc_word(const json_t *json)
{
	if (!json_is_string(json) || strlen(json_string_value(json)) != json_string_length(json))
		return NULL;
	return json_string_value(json);
}

const char *rpc_string(const json_t *json, const char *path)
{
	return rpc_word(rpc_at(json, path));
}

json_int_t rpc_number(const json_t *json, const char *path)
{
	const json_t *at = rpc_at(json, path);

	return json_is_integer(at) && json_integer_value(at) >= 0 ? json_integer_value(at) : -1;
}

bool rpc_has(const json_t *json, const char *path, const char *word)
{
	const json_t *list = rpc_at(json, path);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *item = rpc_word(json_array_get(list, i));

		if (item && strcmp(item, word) == 0)
			return true;
	}
	return false;
}
