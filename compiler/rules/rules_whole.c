/* SPDX-License-Identifier: ISC */
/* The rule on a text as a whole. */
#include "compiler/rules/check.h"

/* WI124 */

/* Half a secret, or a subnet that lost a digit, is not to become a tunnel. */
void rule_WI124(struct check *check)
{
	const struct model *model = check->model;
	enum severity severity =
	    check->surroundings->is_made_of ? SEVERITY_ERROR : SEVERITY_WARNING;
	struct finding *finding;

	if (model->lack != LACK_REST_OF_LINE)
		return;
	finding = finding_add_as(check->findings, WI124, severity, model->lack_at,
				 "the text ends in the middle of this line");
	finding_help(
	    check->findings, finding,
	    "look for what is lost; if nothing is, end the line, and close its context with "
	    "'end'");
}
