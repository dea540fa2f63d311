/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PRIVILEGE_H
#define WEIPSEC_PRIVILEGE_H

/*
 * Gives up every capability for good, of this process and of whatever it might execute: that root
 * owns charon's socket, the state directory and the files is enough.  0 or errno.
 */
int privilege_drop(void);

#endif
