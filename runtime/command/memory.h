/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MEMORY_H
#define WEIPSEC_MEMORY_H

/*
 * Has jansson, libxml2 and libcrypto wipe what they free, since documents hold secrets.  Before any
 * of them is asked for anything.
 */
void memory_wipe(void);

/* No dump of this process is written, and nobody but root looks into it. */
void memory_close(void);

/*
 * From now on the program goes on without the memory that it asked for, as far as it can: charon is
 * being changed, and what is begun is to be ended or taken back.  Before that it ends.
 */
void memory_endure(void);

#endif
