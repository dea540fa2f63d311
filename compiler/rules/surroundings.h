/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SURROUNDINGS_H
#define WEIPSEC_SURROUNDINGS_H

#include <stdbool.h>

struct device;
struct model;
struct pki;
struct profile;

/* What is known of a text's device beside the text; all of it outlives the compilation. */
struct surroundings {
	int dialect; /* enum dialect, or -1 to look at the text's header */
	const struct device *device; /* of `--device' (device.h), or NULL */
	const struct profile *profile; /* the policy to judge by (profile.h), or NULL */
	bool has_policies; /* comments of instances name others, which win */
	/* the device's certificates (pki.h), read as they are asked for, or NULL */
	struct pki *pki;
	/* the same, where only the text tells whose they are: asked once there is a model */
	struct pki *(*find_pki)(void *context, const struct model *model);
	void *context;
	/*
	 * With other texts: warnings are of no use, so that secrets are not estimated (WI406 to
	 * WI408), and a text that breaks off is an error.
	 */
	bool is_compared;
	/* not only to be judged: what may be wrong in what is made of it is an error */
	bool is_made_of;
	bool is_found; /* the file was found in a folder: nobody said that it has tunnels */
	bool is_thrifty; /* on a device: memory counts for more than time */
};

#endif
