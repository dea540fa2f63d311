/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TRACKER_H
#define WEIPSEC_TRACKER_H

#include "runtime/charon/target.h"
#include "runtime/status/cause.h"
#include "runtime/status/status.h"
#include "runtime/system/addresses.h"

/*
 * What has happened to each tunnel, beyond what charon can be asked: the reason it logged last,
 * answers that stay away, what is not well while it is up, and when an initiator is to be started
 * again.  NOW is in milliseconds of the monotonic clock.
 */
struct tracker;

/* NULL without memory. */
struct tracker *tracker_new(void);
void tracker_free(struct tracker *tracker);
/*
 * Follows the tunnels of MODEL from now on, which must stay (NULL: none); what is known of the same
 * IDs stays.  TARGET has their certificates (NULL: nothing is said of those).  Without memory it
 * follows none.
 */
void tracker_follow(struct tracker *tracker, const struct model *model,
		    const struct target *target);
/* How many tunnels it follows: all of the model, or none. */
size_t tracker_count(const struct tracker *tracker);
/* The tunnel ID is not what it was before: nothing is known of it. */
void tracker_forget(struct tracker *tracker, int id);
/* charon has gone, and with it all SAs. */
void tracker_lose(struct tracker *tracker);

/* charon's event `log', and its event `alert', which it has from 6.0.3 on. */
void tracker_log(struct tracker *tracker, struct slice message, long long now);
void tracker_alert(struct tracker *tracker, struct slice message, long long now);
/*
 * charon was ASKED what there is, and has answered NOW: what its log has said in between may be
 * younger than the answer.
 */
void tracker_look(struct tracker *tracker, const struct running *running,
		  const struct addresses *addresses, long long asked, long long now);

/* The state of the tunnel INDEX of the model. */
struct status_summary tracker_summary(const struct tracker *tracker, size_t index,
				      const struct running *running);
/* All that is said of it; without a log (LOGGED false) what can be seen at once. */
void tracker_tell(const struct tracker *tracker, size_t index, bool logged,
		  struct status_notes *notes);
/* What of its warnings was not told by this function before: into NOTES, of which it has COUNT. */
void tracker_take_news(struct tracker *tracker, size_t index, struct status_notes *notes);
/*
 * True if the tunnel INDEX, an initiator with dpd-action restart, is down, and it is time to start
 * it again; the next time is later then, up to a minute.
 */
bool tracker_due(struct tracker *tracker, size_t index, long long now);
/* True if so many starts came to nothing that it is tried no less often any more. */
bool tracker_is_stubborn(const struct tracker *tracker, size_t index);

#endif
