/* SPDX-License-Identifier: ISC */
/*
 * WI406 to WI408: how hard a secret is to guess.  No message shows a secret, a part of it or its
 * place in another setting's value.  Disabled tunnels are looked at too.
 */
#include "compiler/model/device.h"
#include "compiler/rules/check.h"
#include "compiler/rules/grouping.h"
#include "compiler/rules/rules.h"
#include "compiler/rules/strength.h"

#include <ctype.h>
#include <strings.h>

#define HELP_SECRET "write what 'weipsec secret' prints, at both ends"

/* Anything shorter is in a random secret by chance. */
#define GUESS_LEAST 4

static bool has_secret(const struct tunnel *tunnel)
{
	return tunnel->id >= 0 && tunnel->method == METHOD_PSK && tunnel->secret.set &&
	       tunnel->secret.mask == SECRET_KEY &&
	       !tunnel_bad(tunnel, SETTING_METHOD) && !tunnel_bad(tunnel, SETTING_SECRET);
}

static struct group_key secret_key(const struct tunnel *tunnel)
{
	return (struct group_key){.bytes = {tunnel->secret.bytes}};
}

/* ---- WI406 and the estimates ---- */

/* What the secret has to be worth: the size of the key that the PRF makes of it. */
static unsigned wanted_bits(const struct tunnel *tunnel)
{
	const struct algorithm *auth = tunnel->ike->slot[SUITE_AUTH].algorithm;

	/* where ike cannot be read nobody knows more than that */
	if (tunnel_bad(tunnel, SETTING_IKE))
		return 160;
	if (tunnel->ike->set && tunnel->ike->slot[SUITE_AUTH].state == SLOT_GIVEN &&
	    auth == &algorithm_table[ALGORITHM_SHA1])
		return 160;
	/* 63 characters hold no more than 30 bytes of hex */
	return tunnel->secret.hex ? 240 : 256;
}

static void report_weak(struct check *check, const struct tunnel *tunnel, unsigned bits)
{
	unsigned wanted = wanted_bits(tunnel);
	struct finding *finding;

	if (bits >= wanted)
		return;
	finding = check_report(check, tunnel, setting_value(tunnel, SETTING_SECRET),
			       "the secret is worth about %u bits, and should be worth %u", bits,
			       wanted);
	finding_help(check->findings, finding, HELP_SECRET);
}

/* Of each tunnel with a secret; the estimate is made once for each distinct one. */
static const struct strength *estimates(struct check *check)
{
	const struct model *model = check->model;
	struct strength *strengths;
	struct grouping *grouping;

	if (check->strengths || model->count == 0 || check->surroundings->is_compared)
		return check->strengths;
	strengths = arena_alloc(check->findings->arena, model->count * sizeof(*strengths));
	grouping = grouping_new(check->scratch, model->count, secret_key);
	for (size_t i = 0; strengths && grouping && i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];
		struct group *group = has_secret(tunnel) ? grouping_find(grouping, tunnel) : NULL;

		if (!group)
			continue;
		if (group->first == tunnel) {
			group->number = i;
			strengths[i] = strength_of(tunnel->secret.bytes);
		}
		strengths[i] = strengths[group->number];
	}
	check->strengths = grouping ? strengths : NULL;
	return check->strengths;
}

void rule_WI406(struct check *check)
{
	const struct strength *strengths = estimates(check);

	for (size_t i = 0; strengths && i < check->model->count; i++) {
		if (has_secret(check->model->tunnels[i]))
			report_weak(check, check->model->tunnels[i], strengths[i].bits);
	}
}

/* ---- WI407 ---- */

static void report_reused(struct check *check, const struct tunnel *tunnel,
			  const struct tunnel *first)
{
	struct finding *finding =
	    check_report(check, tunnel, setting_value(tunnel, SETTING_SECRET),
			 "tunnel %d has the same secret: who learns one has both", first->id);

	finding_relate(check->findings, finding, setting_value(first, SETTING_SECRET),
		       "the secret of tunnel %d", first->id);
	finding_help(check->findings, finding, HELP_SECRET);
}

void rule_WI407(struct check *check)
{
	const struct model *model = check->model;
	struct grouping *grouping;

	if (model->count < 2 || check->surroundings->is_compared)
		return;
	grouping = grouping_new(check->scratch, model->count, secret_key);
	for (size_t i = 0; grouping && i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];
		const struct tunnel *first;

		if (!has_secret(tunnel))
			continue;
		first = grouping_find(grouping, tunnel)->first;
		if (first != tunnel)
			report_reused(check, tunnel, first);
	}
}

/* ---- WI408 ---- */

static bool contains(struct slice whole, struct slice part)
{
	return part.length >= GUESS_LEAST && slice_find_nocase(whole, part);
}

/* What is known to others and in the secret: the setting's word, `host name', or NULL. */
static const char *guessable_from(const struct check *check, const struct tunnel *tunnel)
{
	const struct device *text = check->model->device, *json = check->surroundings->device;
	struct slice secret = tunnel->secret.bytes;

	if (!tunnel_bad(tunnel, SETTING_LOCAL_ID) && contains(secret, tunnel->local_id.value))
		return setting_table[SETTING_LOCAL_ID].word;
	if (!tunnel_bad(tunnel, SETTING_REMOTE_ID) && contains(secret, tunnel->remote_id.value))
		return setting_table[SETTING_REMOTE_ID].word;
	if (tunnel_given(tunnel, SETTING_DESCRIPTION) && contains(secret, tunnel->description))
		return setting_table[SETTING_DESCRIPTION].word;
	if (contains(secret, text->hostname) || contains(secret, text->prompt) ||
	    (json && contains(secret, json->hostname)))
		return "device's host name";
	return NULL;
}

static void report_guessable(struct check *check, const struct tunnel *tunnel,
			     const struct strength *strength)
{
	const char *pattern = strength_pattern(strength, tunnel->secret.bytes.length);
	const char *word = guessable_from(check, tunnel);
	struct span at = setting_value(tunnel, SETTING_SECRET);
	struct finding *finding = NULL;

	if (word)
		finding = check_report(check, tunnel, at, "the secret contains the %s", word);
	else if (pattern)
		finding = check_report(check, tunnel, at, "the secret %s", pattern);
	finding_help(check->findings, finding, HELP_SECRET);
}

void rule_WI408(struct check *check)
{
	const struct strength *strengths = estimates(check);

	for (size_t i = 0; strengths && i < check->model->count; i++) {
		if (has_secret(check->model->tunnels[i]))
			report_guessable(check, check->model->tunnels[i], &strengths[i]);
	}
}

/* ---- WI430 ---- */

void rule_WI430(struct check *check, const struct tunnel *tunnel)
{
	bool masked = tunnel->secret.mask == SECRET_MASKED;
	bool refused = masked && check->surroundings->is_made_of && tunnel->method == METHOD_PSK;
	struct finding *finding;

	if (tunnel->secret.mask == SECRET_KEY)
		return;
	finding = check_report_as(check, tunnel, refused ? SEVERITY_ERROR : SEVERITY_NOTE,
				  setting_value(tunnel, SETTING_SECRET), "%s",
				  masked ? "this is a placeholder, not the secret"
					 : "the secret reads like the name of a variable: it is "
					   "taken as it stands");
	finding_help(check->findings, finding,
		     masked ? "put the secret there before it is used; if this is the secret, "
			      "write it as '0x' and hex"
			    : "put the value there, if it stands for one");
}
