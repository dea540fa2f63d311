/* SPDX-License-Identifier: ISC */
#include "runtime/status/hearsay.h"

/* Milliseconds. */
#define AGAIN_WITHIN 120000
#define FORGOTTEN_AFTER 300000

static bool is_fresh(const struct hearsay *hearsay, long long now)
{
	return hearsay->is_twice && now - hearsay->last <= FORGOTTEN_AFTER;
}

void hearsay_add(struct hearsay *hearsay, const struct cause *cause, uint32_t ip, long long sa,
		 long long now)
{
	bool is_known = hearsay->ip == ip;

	if (!is_known && is_fresh(hearsay, now))
		return;
	if (!is_known || now - hearsay->last > FORGOTTEN_AFTER)
		hearsay->is_twice = false;
	if (is_known && hearsay->sa != sa && now - hearsay->last <= AGAIN_WITHIN)
		hearsay->is_twice = true;
	hearsay->cause = *cause;
	hearsay->ip = ip;
	hearsay->sa = sa;
	hearsay->last = now;
}

const struct cause *hearsay_cause(const struct hearsay *hearsay, long long now)
{
	return is_fresh(hearsay, now) ? &hearsay->cause : NULL;
}
