/* SPDX-License-Identifier: ISC */
/* What a finding's edits, and those of all, do for an editor. */
#include "compiler/base/json.h"
#include "compiler/lsp/answers.h"
#include "compiler/lsp/diagnostics.h"
#include "compiler/lsp/replacing.h"
#include "compiler/rewrite/fix.h"

#include <stdio.h>
#include <string.h>

static const char quick_fix[] = "quickfix";
static const char fix_all[] = "source.fixAll";

/* KIND is one that is asked for: itself, or what it is a kind of. */
static bool is_wanted(const struct asking *asking, const char *kind)
{
	const json_t *only = rpc_at(asking->params, "context.only");

	if (!json_is_array(only))
		return true;
	for (size_t i = 0; i < json_array_size(only); i++) {
		const char *asked = rpc_word(json_array_get(only, i));
		size_t length = asked ? strlen(asked) : 0;

		if (asked && strncmp(asked, kind, length) == 0 &&
		    (!length || !kind[length] || kind[length] == '.'))
			return true;
	}
	return false;
}

static json_t *action_json(struct asking *asking, const char *title, const char *kind,
			   json_t *edits)
{
	json_t *action = json_object();

	json_put_string(&action, "title", title);
	json_put_string(&action, "kind", kind);
	json_put(&action, "edit", replacing_edit(asking, edits));
	return action;
}

static json_t *edits_of(const struct asking *asking, const struct finding *finding)
{
	json_t *list = json_array();

	for (const struct finding_edit *at = finding->edits; at; at = at->next)
		json_append(&list, replacing_json(asking, at->at,
						  (struct slice){at->text, strlen(at->text)}));
	return list;
}

static json_t *quick_fix_json(struct asking *asking, const struct finding *finding)
{
	const char *help = finding->help ? finding->help : finding->message;
	json_t *diagnostics = json_array(), *action;
	char *title =
	    arena_printf(asking->compilation->arena, "%s: %s", rule_table[finding->rule].id, help);

	if (!title)
		return NULL;
	action = action_json(asking, title, quick_fix, edits_of(asking, finding));
	json_append(&diagnostics, diagnostic_json(asking->client, asking->document, finding));
	json_put(&action, "diagnostics", diagnostics);
	json_put(&action, "isPreferred", json_true());
	return action;
}

/* What `check --fix' would do. */
static void add_fix_all(struct asking *asking, json_t **list)
{
	const struct document *document = asking->document;
	struct compilation *fixed;
	int error;

	fixed = fix_run(asking->compilation, &document->neighbours.surroundings,
			document_policy(document), document_name(document), &error);
	if (fixed)
		json_append(list, action_json(asking, "weipsec: fix all", fix_all,
					      replacing_lines(asking, fixed->text)));
	else if (error)
		json_append(list, NULL);
	compilation_free(fixed);
}

json_t *answer_actions(struct asking *asking)
{
	struct compilation *compilation = asking->compilation;
	json_t *list = json_array();
	/* who asks for that by its kind means the text, wherever the cursor is */
	bool has_fix = json_is_array(rpc_at(asking->params, "context.only")) &&
		       is_wanted(asking, fix_all);
	struct span at;

	if (!range_read(compilation->text, asking->client->encoding,
			rpc_at(asking->params, "range"), &at)) {
		json_decref(list);
		asking->error = RPC_PARAMS;
		snprintf(asking->why, sizeof(asking->why), "there is no range");
		return NULL;
	}
	if (!asking->client->has_code_actions)
		return list;
	for (const struct finding *f = compilation->findings.first; f; f = f->next) {
		if (!f->edits || !diagnostic_is_at(asking->document, f, at))
			continue;
		has_fix = true;
		if (is_wanted(asking, quick_fix))
			json_append(&list, quick_fix_json(asking, f));
	}
	if (has_fix && is_wanted(asking, fix_all))
		add_fix_all(asking, &list);
	return list;
}
