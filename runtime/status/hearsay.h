/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_HEARSAY_H
#define WEIPSEC_HEARSAY_H

#include "runtime/status/cause.h"

/*
 * What somebody who has proven nothing makes charon say, as any scanner at a public address can.
 * It is believed when the same address was heard with a second IKE_SA within two minutes, and
 * forgotten five minutes after the last.
 */
struct hearsay {
	struct cause cause;
	uint32_t ip;	/* of whom it is; 0: nobody was heard */
	long long sa;	/* charon's number of the last IKE_SA */
	long long last; /* milliseconds */
	bool is_twice;
};

/*
 * CAUSE was said of the IKE_SA number SA of IP, NOW.  Who was heard twice stays before a newcomer.
 */
void hearsay_add(struct hearsay *hearsay, const struct cause *cause, uint32_t ip, long long sa,
		 long long now);
/* What is to be believed NOW, or NULL. */
const struct cause *hearsay_cause(const struct hearsay *hearsay, long long now);

#endif
