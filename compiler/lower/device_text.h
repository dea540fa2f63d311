/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_DEVICE_TEXT_H
#define WEIPSEC_DEVICE_TEXT_H

#include "compiler/finding/finding.h"
#include "compiler/model/device.h"
#include "grammar/ast.h"

/* What the text itself tells of its device.  Nothing in it is ever a finding. */
struct device_text {
	struct device *device; /* NULL: no memory */
	struct findings *findings;
	bool script; /* typed without prompts */
};

void device_text_begin(struct device_text *reading, struct findings *findings);
/* An AST_HOSTNAME, AST_INTERFACE, AST_NO_INTERFACE or AST_BEGIN. */
void device_text_command(struct device_text *reading, const struct ast_command *command);
/* The device, with what AST tells as a whole. */
const struct device *device_text_finish(struct device_text *reading, const struct ast *ast);

#endif
