/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a text that an editor opens: what it is told of it is what `check' finds, rule by
 * rule, and never the secret.
 */
#include "compiler/compilation/compilation.h"
#include "compiler/lsp/server.h"
#include "tests/fuzz/secret.h"

#include <assert.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void send(struct server *server, json_t *message)
{
	char *bytes = json_dumps(message, JSON_COMPACT), head[64];
	int length = snprintf(head, sizeof(head), "Content-Length: %zu\r\n\r\n", strlen(bytes));

	assert(server_take(server, (struct slice){head, (size_t)length}));
	assert(server_take(server, (struct slice){bytes, strlen(bytes)}));
	free(bytes);
	json_decref(message);
	while (server_ended(server) < 0 && server_step(server))
		;
}

static void open_text(struct server *server, json_t *text)
{
	send(server, json_pack("{s:s, s:i, s:s, s:{s:{}}}", "jsonrpc", "2.0", "id", 0, "method",
			       "initialize", "params", "capabilities"));
	/* what it answers is of no interest here */
	server_outbox(server)->from = server_outbox(server)->to;
	send(server, json_pack("{s:s, s:s, s:{s:{s:s, s:i, s:o}}}", "jsonrpc", "2.0", "method",
			       "textDocument/didOpen", "params", "textDocument", "uri", "b",
			       "version", 1, "text", text));
}

/* The list of diagnostics in what goes out, which is this alone. */
static json_t *told(const struct outbox *outbox)
{
	const char *at = outbox->bytes + outbox->from, *end = outbox->bytes + outbox->to;
	const char *body = memmem(at, (size_t)(end - at), "\r\n\r\n", 4);
	json_t *message, *list;

	assert(body);
	message = json_loadb(body + 4, (size_t)(end - body - 4), 0, NULL);
	list = json_object_get(json_object_get(message, "params"), "diagnostics");
	assert(json_is_array(list));
	json_incref(list);
	json_decref(message);
	return list;
}

/* What is shown, in order. */
static void are_equal(struct compilation *compilation, const json_t *list)
{
	struct finding **sorted = findings_sorted(&compilation->findings);
	size_t count = 0;

	for (size_t i = 0; i < compilation->findings.kept; i++) {
		const json_t *one, *code;

		if (sorted[i]->ignore)
			continue;
		one = json_array_get(list, count++);
		code = json_object_get(one, "code");
		assert(code &&
		       strcmp(json_string_value(code), rule_table[sorted[i]->rule].id) == 0);
	}
	assert(count == json_array_size(list));
}

static void check(struct server *server, const char *bytes, size_t size)
{
	const struct surroundings surroundings = {.dialect = -1};
	const struct slice text = {bytes, size};
	struct compilation *compilation =
	    compilation_new(text_new("b", bytes, size), &surroundings);
	const struct outbox *outbox = server_outbox(server);
	json_t *list = told(outbox);

	assert(compilation);
	/* of a text without a tunnel an editor is told nothing */
	if (json_array_size(list) || compilation->model->count)
		are_equal(compilation, list);
	assert(!secret_is_shown(text, outbox->bytes + outbox->from, outbox->to - outbox->from));
	json_decref(list);
	compilation_free(compilation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct lsp_settings settings = {.now = 0, .has_no_project = true};
	const char *bytes = (const char *)data;
	json_t *text = size ? json_stringn(bytes, size - 1) : NULL;
	struct server *server;

	if (!text)
		return -1;
	server = server_new(&settings);
	assert(server);
	open_text(server, text);
	check(server, bytes, size - 1);
	server_free(server);
	return 0;
}
