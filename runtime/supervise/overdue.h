/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_OVERDUE_H
#define WEIPSEC_OVERDUE_H

#include "runtime/charon/running.h"

/*
 * IKE_SAs that were to authenticate anew (reauth-time) and did not.  charon 6 makes the new IKE_SA
 * before it ends the old one, which it keeps where the peer refuses the new one: whoever has lost the
 * right to a tunnel would keep it until the old one's hard lifetime, 24 minutes later or more.
 */

/*
 * charon's number of an IKE_SA of TUNNEL that is over its time, while this end tries no more to make
 * another; 0: there is none.  RUNNING may be NULL.
 */
long long overdue_sa(const struct tunnel *tunnel, const struct running_tunnel *running);

#endif
