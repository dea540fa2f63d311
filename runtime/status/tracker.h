/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TRACKER_H
#define WEIPSEC_TRACKER_H

#include "runtime/status/status.h"
#include "runtime/system/addresses.h"

/*
 * What has happened to each tunnel, beyond what charon can be asked: the reason it logged last,
 * answers that stay away, and when an initiator is to be started again.
 */
struct tracker;

/* NULL without memory. */
struct tracker *tracker_new(void);
void tracker_free(struct tracker *tracker);
/*
 * Follows the tunnels of MODEL from now on, which must stay (NULL: none); what is known of the same
 * IDs stays.  Without memory it follows none.
 */
void tracker_follow(struct tracker *tracker, const struct model *model);
/* How many tunnels it follows: all of the model, or none. */
size_t tracker_count(const struct tracker *tracker);
/* The tunnel ID is not what it was before: nothing is known of it. */
void tracker_forget(struct tracker *tracker, int id);
/* charon has gone, and with it all SAs. */
void tracker_lose(struct tracker *tracker);

/* charon's event `log'. */
void tracker_log(struct tracker *tracker, struct slice message, long long now);
/* charon was looked at; NOW is in milliseconds of the monotonic clock. */
void tracker_look(struct tracker *tracker, const struct running *running,
		  const struct addresses *addresses, long long now);

/* The state of the tunnel INDEX of the model. */
struct status_summary tracker_summary(const struct tracker *tracker, size_t index,
				      const struct running *running);
/* What is wrong with it as far as can be seen at once, or NULL. */
const char *tracker_fault(const struct tracker *tracker, size_t index);
/* Why it is down, or NULL. */
const char *tracker_why(const struct tracker *tracker, size_t index);
/*
 * True if the tunnel INDEX, an initiator with dpd-action restart, is down, and it is time to start
 * it again; the next time is later then, up to a minute.
 */
bool tracker_due(struct tracker *tracker, size_t index, long long now);
/* True if so many starts came to nothing that it is tried no less often any more. */
bool tracker_is_stubborn(const struct tracker *tracker, size_t index);

#endif
