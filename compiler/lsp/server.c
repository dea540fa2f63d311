/* SPDX-License-Identifier: ISC */
/*
 * Messages wait in a queue until all is there that has come: then it is known of each request
 * whether it was cancelled, or asks of a text that is not the latest any more.  Texts are judged
 * when the queue is empty.
 */
#include "compiler/lsp/server.h"

#include "compiler/base/json.h"
#include "compiler/lsp/answers.h"
#include "compiler/lsp/client.h"
#include "compiler/lsp/diagnostics.h"
#include "compiler/lsp/framing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A message that came, or what is to be said in its place. */
struct message {
	struct message *next;
	json_t *json;
	size_t size;
	enum rpc_error error;
	bool is_cancel; /* of a request */
	bool is_change; /* of a text, or who knows: what was asked of the one before is of no use */
};

enum phase { PHASE_NEW, PHASE_READY, PHASE_DOWN, PHASE_GONE };

struct server {
	struct framing framing;
	struct outbox outbox;
	struct message *first, **last;
	size_t waiting;
	struct documents documents;
	struct client client;
	enum phase phase;
	int status;
};

struct server *server_new(const struct lsp_settings *settings)
{
	struct server *server = calloc(1, sizeof(*server));

	if (!server)
		return NULL;
	server->last = &server->first;
	server->documents.settings = settings;
	return server;
}

static void free_message(struct message *message)
{
	json_decref(message->json);
	free(message);
}

static struct message *next_message(struct server *server)
{
	struct message *message = server->first;

	if (!message)
		return NULL;
	server->first = message->next;
	server->waiting -= message->size;
	if (!server->first)
		server->last = &server->first;
	return message;
}

void server_free(struct server *server)
{
	struct message *message;

	if (!server)
		return;
	while ((message = next_message(server)))
		free_message(message);
	documents_free(&server->documents);
	framing_free(&server->framing);
	outbox_free(&server->outbox);
	free(server);
}

/* ---- what comes ---- */

/* What cannot be read may be a change. */
static void classify(struct message *message)
{
	const char *method = rpc_string(message->json, "method");

	message->is_change = !json_is_object(message->json);
	if (!method)
		return;
	message->is_cancel = strcmp(method, "$/cancelRequest") == 0;
	message->is_change = strcmp(method, "textDocument/didChange") == 0 ||
			     strcmp(method, "textDocument/didClose") == 0;
}

static bool add_message(struct server *server, struct slice bytes, enum rpc_error error)
{
	struct message *message = calloc(1, sizeof(*message));

	if (!message)
		return false;
	message->error = error;
	message->size = bytes.length;
	if (!error)
		message->json = rpc_read(bytes);
	if (!error && !message->json)
		message->error = RPC_PARSE;
	classify(message);
	*server->last = message;
	server->last = &message->next;
	server->waiting += message->size;
	return true;
}

bool server_take(struct server *server, struct slice bytes)
{
	static const struct slice none = {"", 0};
	struct slice message;
	bool is_well = framing_add(&server->framing, bytes);

	while (is_well) {
		switch (framing_next(&server->framing, &message)) {
		case FRAMING_NOTHING:
			return true;
		case FRAMING_MESSAGE:
			is_well = add_message(server, message, 0);
			break;
		case FRAMING_BROKEN:
			is_well = add_message(server, none, RPC_PARSE);
			break;
		case FRAMING_LARGE:
			is_well = add_message(server, none, RPC_REQUEST);
			break;
		}
	}
	return false;
}

size_t server_waiting(const struct server *server)
{
	return server->waiting;
}

struct outbox *server_outbox(struct server *server)
{
	return &server->outbox;
}

int server_ended(const struct server *server)
{
	return server->phase == PHASE_GONE ? server->status : -1;
}

int server_abandoned(const struct server *server)
{
	return server->phase != PHASE_DOWN;
}

/* ---- notifications ---- */

static const char uri_path[] = "params.textDocument.uri";

static struct document *document_of(const struct server *server, const json_t *message)
{
	const char *uri = rpc_string(message, uri_path);

	return uri ? document_find(&server->documents, uri) : NULL;
}

/* Types of messages to who edits. */
enum { MESSAGE_ERROR = 1, MESSAGE_WARNING = 2, MESSAGE_INFO = 3 };

/* A line for who edits; of no text is anything in it. */
static void tell(struct server *server, const char *method, size_t type, const char *words)
{
	json_t *params = json_object();
	char *line = NULL;

	if (asprintf(&line, "weipsec: %s", words) < 0)
		line = NULL;
	json_put_integer(&params, "type", type);
	json_put_string(&params, "message", line);
	rpc_notify(&server->outbox, method, params);
	free(line);
}

static void show_message(struct server *server, const char *words)
{
	tell(server, "window/showMessage", MESSAGE_ERROR, words);
}

/*
 * MESSAGE cannot be read, so that the text that it is about, or any if it does not say which, may
 * have changed: no edit, and nothing else, comes of what it was before.
 */
static void forget(struct server *server, const json_t *message)
{
	if (documents_forget(&server->documents, rpc_string(message, uri_path)))
		show_message(server,
			     "a change could not be read: nothing is said of the text until "
			     "it changes again");
}

/* The text of DOCUMENT, compiled, and what there is to say of what lies beside it. */
static struct compilation *compile(struct server *server, struct document *document)
{
	static const struct {
		const char *method;
		size_t type;
	} ways[REMARKS] = {[REMARK_WRONG] = {"window/showMessage", MESSAGE_ERROR},
			   [REMARK_VAIN] = {"window/showMessage", MESSAGE_WARNING},
			   [REMARK_DONE] = {"window/logMessage", MESSAGE_INFO}};
	struct compilation *compilation = document_compile(&server->documents, document);

	for (int i = 0; i < REMARKS; i++) {
		struct document_remark *remark = &document->remarks[i];

		if (remark->is_new && remark->words)
			tell(server, ways[i].method, ways[i].type, remark->words);
		remark->is_new = false;
	}
	return compilation;
}

static void set_version(struct document *document, const json_t *message)
{
	json_t *version = rpc_at(message, "params.textDocument.version");

	json_decref(document->version);
	document->version = json_is_integer(version) ? json_incref(version) : NULL;
}

static void did_open(struct server *server, const json_t *message)
{
	const char *uri = rpc_string(message, uri_path);
	const json_t *text = rpc_at(message, "params.textDocument.text");
	struct document *document = NULL;

	if (!uri || !json_is_string(text)) {
		forget(server, message);
		return;
	}
	document = document_set(&server->documents, uri,
				(struct slice){json_string_value(text), json_string_length(text)});
	if (document)
		set_version(document, message);
	else
		show_message(server, "there is no memory for another text");
}

static void did_change(struct server *server, const json_t *message)
{
	struct document *document = document_of(server, message);

	if (document && document_change(document, server->client.encoding,
					rpc_at(message, "params.contentChanges")))
		set_version(document, message);
	else
		forget(server, message);
}

static void did_save(struct server *server, const json_t *message)
{
	struct document *document = document_of(server, message);

	if (document)
		document_refresh(document);
}

static void publish(struct server *server, struct document *document,
		    struct compilation *compilation)
{
	document->is_told = true;
	rpc_notify(&server->outbox, "textDocument/publishDiagnostics",
		   diagnostics_json(&server->client, document, compilation));
}

static void did_close(struct server *server, const json_t *message)
{
	struct document *document = document_of(server, message);

	if (!document)
		return;
	publish(server, document, NULL);
	document_close(&server->documents, document);
}

static void initialized(struct server *server, const json_t *message)
{
	(void)message;
	if (server->client.has_watches)
		rpc_ask(&server->outbox, "watches", "client/registerCapability", client_watches());
}

/* A project file: it may hold for any of the texts. */
static void did_change_files(struct server *server, const json_t *message)
{
	(void)message;
	documents_refresh(&server->documents);
}

static void leave(struct server *server, const json_t *message)
{
	(void)message;
	server->status = server->phase != PHASE_DOWN;
	server->phase = PHASE_GONE;
}

typedef void notice(struct server *server, const json_t *message);

static const struct {
	const char *method;
	notice *take;
} notices[] = {
    {"exit", leave},
    {"initialized", initialized},
    {"textDocument/didChange", did_change},
    {"textDocument/didClose", did_close},
    {"textDocument/didOpen", did_open},
    {"textDocument/didSave", did_save},
    {"workspace/didChangeWatchedFiles", did_change_files},
};

/* What is not known is left alone, as the protocol wants it. */
static void take_notice(struct server *server, const json_t *message, const char *method)
{
	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
		if (strcmp(method, notices[i].method) == 0 &&
		    (server->phase == PHASE_READY || notices[i].take == leave))
			notices[i].take(server, message);
	}
}

/* ---- requests ---- */

static const struct request {
	const char *name;
	answer *answer;
	bool has_position;
} requests[] = {
    {"textDocument/codeAction", answer_actions, false},
    {"textDocument/completion", answer_completion, true},
    {"textDocument/definition", answer_definition, true},
    {"textDocument/documentSymbol", answer_symbols, false},
    {"textDocument/formatting", answer_formatting, false},
    {"textDocument/hover", answer_hover, true},
};

static const struct request *find_request(const char *name)
{
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		if (strcmp(name, requests[i].name) == 0)
			return &requests[i];
	}
	return NULL;
}

/* Why nobody needs an answer to the request MESSAGE any more, or 0. */
static enum rpc_error find_cancelled(const struct server *server, const json_t *message)
{
	const json_t *id = rpc_at(message, "id");
	const char *uri = rpc_string(message, uri_path);

	for (const struct message *at = server->first; at; at = at->next) {
		const char *other = rpc_string(at->json, uri_path);

		if (at->is_cancel && json_equal(rpc_at(at->json, "params.id"), id))
			return RPC_CANCELLED;
		if (uri && at->is_change && (!other || strcmp(uri, other) == 0))
			return RPC_MODIFIED;
	}
	return 0;
}

static void refuse(struct server *server, const json_t *id, enum rpc_error error)
{
	const char *words = "this cannot be answered";

	switch (error) {
	case RPC_PARSE:
		words = "this is no message of JSON-RPC";
		break;
	case RPC_REQUEST:
		words = "this is no request, or one too large";
		break;
	case RPC_METHOD:
		words = "there is no such method";
		break;
	case RPC_PARAMS:
		words = "something is missing from the parameters";
		break;
	case RPC_NOT_INITIALIZED:
		words = "'initialize' comes first";
		break;
	case RPC_CANCELLED:
		words = "cancelled";
		break;
	case RPC_MODIFIED:
		words = "a newer text came";
		break;
	case RPC_INTERNAL:
		words = "there is no memory";
		break;
	case RPC_FAILED:
		break;
	}
	rpc_refuse(&server->outbox, id, error, words);
}

/* What a text that is not ours has to say. */
static json_t *nothing_of(const struct request *request)
{
	return request->answer == answer_hover ? json_null() : json_array();
}

/* Makes ASKING of what MESSAGE asks, or says why not. */
static enum rpc_error ask(struct server *server, const json_t *message,
			  const struct request *request, struct asking *asking)
{
	struct document *document = document_of(server, message);

	if (!document)
		return RPC_PARAMS;
	if (!document->text)
		return RPC_MODIFIED;
	asking->document = document;
	asking->compilation = compile(server, document);
	if (!asking->compilation)
		return RPC_INTERNAL;
	if (request->has_position &&
	    !position_read(asking->compilation->text, server->client.encoding,
			   rpc_at(message, "params.position"), &asking->at))
		return RPC_PARAMS;
	return 0;
}

static void answer_request(struct server *server, const json_t *message,
			   const struct request *request)
{
	const json_t *id = rpc_at(message, "id");
	struct asking asking = {.client = &server->client, .params = rpc_at(message, "params")};
	enum rpc_error error = ask(server, message, request, &asking);
	json_t *result = NULL;

	if (!error)
		result = document_is_ours(asking.document) ? request->answer(&asking)
							   : nothing_of(request);
	if (asking.error)
		rpc_refuse(&server->outbox, id, asking.error, asking.why);
	else if (!result)
		refuse(server, id, error ? error : RPC_INTERNAL);
	else
		rpc_answer(&server->outbox, id, result);
}

static void initialize(struct server *server, const json_t *message)
{
	server->client = client_read(rpc_at(message, "params"));
	server->phase = PHASE_READY;
	rpc_answer(&server->outbox, rpc_at(message, "id"), client_welcome(&server->client));
}

static void take_request(struct server *server, const json_t *message, const char *name)
{
	const json_t *id = rpc_at(message, "id");
	const struct request *request = find_request(name);
	enum rpc_error cancelled = find_cancelled(server, message);

	if (cancelled)
		refuse(server, id, cancelled);
	else if (server->phase == PHASE_NEW && strcmp(name, "initialize") == 0)
		initialize(server, message);
	else if (server->phase == PHASE_NEW)
		refuse(server, id, RPC_NOT_INITIALIZED);
	else if (server->phase == PHASE_DOWN || strcmp(name, "initialize") == 0)
		refuse(server, id, RPC_REQUEST);
	else if (strcmp(name, "shutdown") == 0) {
		server->phase = PHASE_DOWN;
		rpc_answer(&server->outbox, id, json_null());
	} else if (!request) {
		refuse(server, id, RPC_METHOD);
	} else {
		answer_request(server, message, request);
	}
}

/* ---- one after the other ---- */

/* An answer to what we asked is not waited for: who cannot watch files does not. */
static void take_message(struct server *server, const struct message *message)
{
	const json_t *json = message->json, *id = rpc_at(json, "id");
	const char *method = rpc_string(json, "method");

	if (message->error)
		refuse(server, NULL, message->error);
	else if (!method && id && (rpc_at(json, "result") || rpc_at(json, "error")))
		;
	else if (!method || (id && !json_is_integer(id) && !json_is_string(id)))
		refuse(server, json_is_integer(id) || json_is_string(id) ? id : NULL, RPC_REQUEST);
	else if (id)
		take_request(server, json, method);
	else
		take_notice(server, json, method);
	/* what is none was not carried out, nor what wants an answer that nobody gives */
	if (message->is_change && (!method || id))
		forget(server, json);
}

static struct document *find_untold(const struct server *server)
{
	struct document *at = server->documents.first;

	while (at && at->is_told)
		at = at->next;
	return at;
}

bool server_step(struct server *server)
{
	struct message *message = next_message(server);
	struct document *document;

	if (message) {
		take_message(server, message);
		free_message(message);
		return true;
	}
	document = find_untold(server);
	if (document)
		publish(server, document, compile(server, document));
	return document;
}
