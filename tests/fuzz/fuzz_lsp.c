/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as what an editor sends, by the last of them: as they are, in pieces of some length, or
 * line by line in frames of their own, behind an `initialize' and a text that is open.  What goes
 * out is whole messages, and does not have the secret of that text.
 */
#include "compiler/lsp/server.h"

#include <assert.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PIECES 64

static const char secret[] = "Qm9sbGRpY2stMTg0";

static const char opening[] =
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"capabilities\":"
    "{\"textDocument\":{\"codeAction\":{\"codeActionLiteralSupport\":{}}}}}}\n"
    "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":"
    "{\"uri\":\"b\",\"version\":1,\"text\":\"tunnel\\n    ipsec 1\\n        peer 192.0.2.2\\n"
    "        local-address 192.0.2.1\\n        local-id name a\\n"
    "        secret Qm9sbGRpY2stMTg0\\n"
    "        ike cipher aes128gcm16 auth sha256 dh x25519\\n    end\\nend\\n\"}}}\n";

static void run(struct server *server)
{
	/* nothing is done for ever */
	for (int i = 0; server_ended(server) < 0 && server_step(server); i++)
		assert(i < 100000);
}

static void send_line(struct server *server, const char *line, size_t length)
{
	char head[64];
	size_t size = (size_t)snprintf(head, sizeof(head), "Content-Length: %zu\r\n\r\n", length);

	assert(server_take(server, (struct slice){head, size}));
	assert(server_take(server, (struct slice){line, length}));
}

static void send_lines(struct server *server, const char *bytes, size_t size)
{
	while (size) {
		const char *end = memchr(bytes, '\n', size);
		size_t length = end ? (size_t)(end - bytes) : size;

		send_line(server, bytes, length);
		length += end != NULL;
		bytes += length;
		size -= length;
	}
}

static void send_pieces(struct server *server, const char *bytes, size_t size, size_t piece)
{
	for (; size; run(server)) {
		size_t length = size < piece ? size : piece;

		assert(server_take(server, (struct slice){bytes, length}));
		bytes += length;
		size -= length;
	}
}

/* All that goes out is messages, and none shows what it should not. */
static void check_output(struct outbox *outbox, int has_secret)
{
	const char *at, *end;

	assert(!outbox->has_failed);
	if (!outbox->bytes)
		return;
	at = outbox->bytes + outbox->from;
	end = outbox->bytes + outbox->to;
	assert(has_secret || !memmem(at, (size_t)(end - at), secret, sizeof(secret) - 1));
	while (at < end) {
		char *rest;
		size_t length;
		json_t *json;

		assert(strncmp(at, "Content-Length: ", 16) == 0);
		length = strtoul(at + 16, &rest, 10);
		assert(strncmp(rest, "\r\n\r\n", 4) == 0 && (size_t)(end - rest - 4) >= length);
		json = json_loadb(rest + 4, length, 0, NULL);
		assert(json);
		json_decref(json);
		at = rest + 4 + length;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct lsp_settings settings = {.now = 0, .has_no_project = true};
	const char *bytes = (const char *)data;
	struct server *server;
	int choice;

	if (!size)
		return -1;
	choice = data[--size];
	server = server_new(&settings);
	assert(server);
	if (choice % 4 == 0) {
		send_pieces(server, bytes, size, (size_t)(choice / 4) % PIECES + 1);
	} else {
		send_lines(server, opening, sizeof(opening) - 1);
		run(server);
		send_lines(server, bytes, size);
	}
	run(server);
	/* an edit of the text may move it, and an input may have it from the start */
	check_output(server_outbox(server),
		     memmem(data, size, "formatting", 10) || memmem(data, size, secret, 8));
	server_free(server);
	return 0;
}
