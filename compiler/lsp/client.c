/* SPDX-License-Identifier: ISC */
#include "compiler/lsp/client.h"

#include "compiler/base/json.h"
#include "compiler/lsp/rpc.h"

#define TEXT "capabilities.textDocument."

static bool is_true(const json_t *params, const char *path)
{
	return json_is_true(rpc_at(params, path));
}

struct client client_read(const json_t *params)
{
	return (struct client){
	    .encoding = rpc_has(params, "capabilities.general.positionEncodings", "utf-8")
			    ? ENCODING_UTF8
			    : ENCODING_UTF16,
	    .has_related = is_true(params, TEXT "publishDiagnostics.relatedInformation"),
	    .has_markdown = rpc_has(params, TEXT "hover.contentFormat", "markdown"),
	    .has_outline = is_true(params, TEXT "documentSymbol.hierarchicalDocumentSymbolSupport"),
	    .has_versions = is_true(params, "capabilities.workspace.workspaceEdit.documentChanges"),
	    .has_watches =
		is_true(params, "capabilities.workspace.didChangeWatchedFiles.dynamicRegistration"),
	    .has_code_actions =
		json_is_object(rpc_at(params, TEXT "codeAction.codeActionLiteralSupport")),
	};
}

json_t *client_watches(void)
{
	json_t *params = json_object(), *list = json_array(), *one = json_object();
	json_t *options = json_object(), *watchers = json_array(), *watcher = json_object();

	json_put_string(&watcher, "globPattern", "**/.weipsec");
	json_append(&watchers, watcher);
	json_put(&options, "watchers", watchers);
	json_put_string(&one, "id", "project-files");
	json_put_string(&one, "method", "workspace/didChangeWatchedFiles");
	json_put(&one, "registerOptions", options);
	json_append(&list, one);
	json_put(&params, "registrations", list);
	return params;
}

/* Whole texts, which the other side sends when they change. */
static json_t *sync_json(void)
{
	json_t *sync = json_object();

	json_put(&sync, "openClose", json_true());
	json_put_integer(&sync, "change", 1);
	json_put(&sync, "save", json_true());
	return sync;
}

static json_t *actions_json(void)
{
	json_t *actions = json_object(), *kinds = json_array();

	json_append(&kinds, json_string("quickfix"));
	json_append(&kinds, json_string("source.fixAll"));
	json_put(&actions, "codeActionKinds", kinds);
	return actions;
}

static json_t *completion_json(void)
{
	json_t *completion = json_object(), *triggers = json_array();

	json_append(&triggers, json_string(" "));
	json_put(&completion, "triggerCharacters", triggers);
	return completion;
}

json_t *client_welcome(const struct client *client)
{
	json_t *welcome = json_object(), *can = json_object(), *info = json_object();

	json_put_string(&can, "positionEncoding",
			client->encoding == ENCODING_UTF8 ? "utf-8" : "utf-16");
	json_put(&can, "textDocumentSync", sync_json());
	json_put(&can, "codeActionProvider", actions_json());
	json_put(&can, "completionProvider", completion_json());
	json_put(&can, "hoverProvider", json_true());
	json_put(&can, "definitionProvider", json_true());
	json_put(&can, "documentSymbolProvider", json_true());
	json_put(&can, "documentFormattingProvider", json_true());
	json_put_string(&info, "name", "weipsec");
	json_put_string(&info, "version", WEIPSEC_VERSION);
	json_put(&welcome, "capabilities", can);
	json_put(&welcome, "serverInfo", info);
	return welcome;
}
