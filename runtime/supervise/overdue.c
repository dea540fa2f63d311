/* SPDX-License-Identifier: ISC */
#include "runtime/supervise/overdue.h"

/* Seconds: charon puts an authentication off while a CHILD_SA is rekeyed. */
#define GRACE 30

static bool has_value(struct slice section, const char *key, const char *value)
{
	struct slice found = vici_get(section, key);

	return found.at && slice_is(found, value);
}

/* The new one is under way: charon gives it up by itself.  The peer's tries are no reason to wait. */
static bool is_trying(const struct running_tunnel *running)
{
	for (const struct running_sa *sa = running->sas; sa; sa = sa->next) {
		if (has_value(sa->section, "state", "CONNECTING") &&
		    has_value(sa->section, "initiator", "yes"))
			return true;
	}
	return false;
}

static bool is_over(struct slice section)
{
	return has_value(section, "state", "ESTABLISHED") &&
	       vici_get_number(section, "reauth-time", 0) < -GRACE;
}

/*
 * In version 1 no CHILD_SA hangs on its IKE_SA, and charon authenticates every four hours without a
 * reauth-time, too.
 */
long long overdue_sa(const struct tunnel *tunnel, const struct running_tunnel *running)
{
	if (!running || !tunnel->enabled || tunnel->version != 2 || !tunnel->reauth_time ||
	    is_trying(running))
		return 0;
	for (const struct running_sa *sa = running->sas; sa; sa = sa->next) {
		if (is_over(sa->section))
			return vici_get_number(sa->section, "uniqueid", 0);
	}
	return 0;
}
