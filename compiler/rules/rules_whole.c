/* SPDX-License-Identifier: ISC */
/* The rule on a text as a whole. */
#include "compiler/rules/check.h"

/* WI124 */

static bool is_within(struct span line, struct span at)
{
	return at.to && at.from >= line.from && at.to <= line.to;
}

/* Something of TUNNEL stands in LINE. */
static bool stands_in(const struct tunnel *tunnel, struct span line)
{
	size_t count = (size_t)__builtin_popcountll(states_named(tunnel->states));

	for (size_t i = 0; i < count; i++) {
		if (is_within(line, tunnel->origins[i].name))
			return true;
	}
	return is_within(line, tunnel->header);
}

/* Whose line it is that the text ends in; NULL: nobody's that is left. */
static const struct tunnel *find_cut(const struct model *model)
{
	for (size_t i = model->count; i > 0; i--) {
		if (stands_in(model->tunnels[i - 1], model->lack_at))
			return model->tunnels[i - 1];
	}
	return NULL;
}

/* Half a secret, or a subnet that lost a digit, is not to become a tunnel. */
void rule_WI124(struct check *check)
{
	const struct surroundings *surroundings = check->surroundings;
	const struct model *model = check->model;
	bool is_refused = surroundings->is_made_of || surroundings->is_compared;
	const struct tunnel *cut;
	struct finding *finding;

	if (model->lack != LACK_REST_OF_LINE)
		return;
	finding = finding_add_as(check->findings, WI124,
				 is_refused ? SEVERITY_ERROR : SEVERITY_WARNING, model->lack_at,
				 "the text ends in the middle of this line");
	finding_help(
	    check->findings, finding,
	    "look for what is lost; if nothing is, end the line, and close its context with "
	    "'end'");
	cut = find_cut(model);
	if (cut)
		finding_tunnel(finding, cut->id);
}
