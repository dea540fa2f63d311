/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_BYTES_H
#define WEIPSEC_BYTES_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Reads from FD until SIZE bytes are there or there are no more, however few come at a time, and
 * whatever interrupts.  How many; -1 with errno.
 */
ssize_t bytes_read(int fd, char *bytes, size_t size);

#endif
