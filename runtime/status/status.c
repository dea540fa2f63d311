/* SPDX-License-Identifier: ISC */
#include "runtime/status/status.h"

/* The rules are those of strongswan.md, 7: the best of all SAs of a tunnel counts. */

static bool is_one_of(struct slice word, const char *const *words)
{
	for (; *words; words++) {
		if (word.at && slice_is(word, *words))
			return true;
	}
	return false;
}

bool status_is_established(struct slice sa)
{
	static const char *const states[] = {"ESTABLISHED", "REKEYING", NULL};

	return is_one_of(vici_get(sa, "state"), states);
}

static bool is_connecting(struct slice sa)
{
	static const char *const states[] = {"CREATED", "CONNECTING", NULL};

	return is_one_of(vici_get(sa, "state"), states);
}

/*
 * A rekeyed CHILD_SA lives on for a while beside the new one, whose time is the shorter.  True if
 * one is up.
 */
static bool look_at_children(struct status_summary *summary, struct slice sa)
{
	static const char *const states[] = {"INSTALLED", "REKEYING", "UPDATING", NULL};
	struct slice children = vici_get_body(sa, "child-sas");
	struct vici_element element;
	bool any = false;

	while (children.at && vici_next(&children, &element)) {
		long long since = vici_get_number(element.value, "install-time", -1);

		if (element.kind != VICI_SECTION ||
		    !is_one_of(vici_get(element.value, "state"), states))
			continue;
		summary->state = TUNNEL_INSTALLED;
		any = true;
		if (since >= 0 && (summary->since_rekey < 0 || since < summary->since_rekey))
			summary->since_rekey = since;
	}
	return any;
}

struct status_summary status_of(const struct running_tunnel *running)
{
	struct status_summary summary = {.state = TUNNEL_UNKNOWN, .since_rekey = -1};
	bool works = false, waits, has_children;

	for (const struct running_sa *sa = running ? running->sas : NULL; sa; sa = sa->next) {
		if (status_is_established(sa->section) && summary.state < TUNNEL_IKE_ESTABLISHED)
			summary.state = TUNNEL_IKE_ESTABLISHED;
		if (is_connecting(sa->section) && summary.state < TUNNEL_CONNECTING)
			summary.state = TUNNEL_CONNECTING;
		waits = status_is_established(sa->section) &&
			vici_get_body(sa->section, "tasks-active").length;
		has_children = look_at_children(&summary, sa->section);
		summary.waits = summary.waits || waits;
		works = works || (has_children && !waits);
	}
	summary.waits = summary.waits && !works;
	return summary;
}

const char *status_name(enum tunnel_state state)
{
	switch (state) {
	case TUNNEL_UNKNOWN:
		break;
	case TUNNEL_CONNECTING:
		return "Down(Connecting)";
	case TUNNEL_IKE_ESTABLISHED:
		return "Down(IKE Established)";
	case TUNNEL_INSTALLED:
		return "Up(Installed)";
	case TUNNEL_RETRANSMISSION:
		return "Down(Retransmission)";
	}
	return "Down(Unknown)";
}
