/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_ANSWERS_H
#define WEIPSEC_ANSWERS_H

#include "compiler/lsp/client.h"
#include "compiler/lsp/documents.h"
#include "compiler/lsp/rpc.h"

#include <jansson.h>

/* What is answered to a request, one function a method. */

#define ASKING_WHY_MAX 512

/* A request that is being answered. */
struct asking {
	const struct client *client;
	const struct document *document;
	struct compilation *compilation; /* of its latest text, which is ours */
	const json_t *params;
	uint32_t at;	      /* the place that is asked of, where the method has one */
	enum rpc_error error; /* 0, or why there is no answer, with the words */
	char why[ASKING_WHY_MAX];
};

/* Each returns the answer, or NULL: there is an error, or no memory. */
typedef json_t *answer(struct asking *asking);

answer answer_actions;
answer answer_completion;
answer answer_definition;
answer answer_formatting;
answer answer_hover;
answer answer_symbols;

#endif
