/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_WEOS4_TEXT_H
#define WEIPSEC_WEOS4_TEXT_H

#include "compiler/finding/finding.h"
#include "compiler/model/device.h"
#include "compiler/model/model.h"

/* What a WeOS 4 device has when nothing was said; NULL without memory. */
struct weos4_device *weos4_device_new(struct arena *arena);
/*
 * Gives SETTING, which has no counterpart, its default, or with OFF the value that its `no' stands
 * for.  Returns the field, for who reads it by its type.
 */
void *weos4_reset(struct weos4_tunnel *weos4, enum weos4_setting setting, bool off);
void *weos4_reset_all(struct weos4_device *weos4, enum weos4_setting setting, bool off);
/* Forgets what WEOS4 has beside the field of SETTING, which is named anew. */
void weos4_forget(struct weos4_tunnel *weos4, enum setting setting);
/* Says what is wrong with having SETTING. */
void weos4_warn(struct findings *findings, const struct weos4_tunnel *weos4,
		enum weos4_setting setting);
/*
 * Fills in what rests on the text as a whole: the address of `outbound', the suite of aggressive
 * mode, the group of `pfs'.  TUNNEL may be NULL.
 */
void weos4_settle(struct tunnel *tunnel, const struct device *device, struct arena *arena);

#endif
