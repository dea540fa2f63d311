/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_ADDRESSES_H
#define WEIPSEC_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>
#include <uev/uev.h>

/* The IPv4 addresses that the kernel has, kept up to date over rtnetlink. */
struct addresses;

/* CHANGED is called whenever one came or went.  NULL with errno. */
struct addresses *addresses_new(uev_ctx_t *loop, void (*changed)(void *context), void *context);
void addresses_free(struct addresses *addresses);
/* True if some interface has IP; also while that is not known. */
bool addresses_have(const struct addresses *addresses, uint32_t ip);

#endif
