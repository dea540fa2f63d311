/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_NOTIFY_H
#define WEIPSEC_NOTIFY_H

/*
 * The protocol of sd_notify(3), for whatever started us: a datagram to the socket that
 * NOTIFY_SOCKET names, or, as finit has it, a line to the descriptor whose number it is.  Without
 * one nothing happens.
 */
void notify_send(const char *state);

/* How often, in milliseconds, `WATCHDOG=1' is wanted: half of WATCHDOG_USEC; 0: never. */
int notify_watchdog(void);

#endif
