/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_VICI_MESSAGE_H
#define WEIPSEC_VICI_MESSAGE_H

#include "compiler/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The messages of VICI, strongSwan's control protocol: sections, keys with values, and lists.
 * Values are bytes; numbers in them are decimal text.
 */

enum vici_kind {
	VICI_SECTION = 1,
	VICI_SECTION_END,
	VICI_VALUE,
	VICI_LIST,
	VICI_ITEM,
	VICI_LIST_END
};

#define VICI_NAME_MAX 255
#define VICI_VALUE_MAX 65535
#define VICI_DEPTH_MAX 16 /* ours: charon's own messages are four deep */

/* A message that is being written. */
struct vici_message {
	char *bytes;
	size_t size;
	size_t room;
	bool failed; /* out of memory, or a name or value was too long; sticky */
};

void vici_message_init(struct vici_message *message);
/* Wipes it, since it may hold secrets. */
void vici_message_free(struct vici_message *message);
/* What is in it; of one that failed something that vici_is_sound() is false of. */
struct slice vici_message_slice(const struct vici_message *message);

void vici_put_section(struct vici_message *message, const char *name);
void vici_put_section_end(struct vici_message *message);
void vici_put(struct vici_message *message, const char *key, struct slice value);
void vici_put_text(struct vici_message *message, const char *key, const char *value);
void vici_put_list(struct vici_message *message, const char *name);
void vici_put_item(struct vici_message *message, struct slice value);
void vici_put_list_end(struct vici_message *message);
/* Bytes as they are: the frame of a message. */
void vici_put_raw(struct vici_message *message, const void *bytes, size_t size);

/* One element at the top of a message or section. */
struct vici_element {
	enum vici_kind kind; /* VICI_SECTION, VICI_VALUE, VICI_LIST, or VICI_ITEM in a list */
	struct slice name;
	struct slice
	    value; /* of a section or list what is in it, in turn to be read with vici_next() */
};

/* True if MESSAGE is whole: nothing cut short, all closed, no deeper than VICI_DEPTH_MAX. */
bool vici_is_sound(struct slice message);

/*
 * The functions below take what vici_is_sound() found to be so, or a part of it.  The next element
 * of *REST, which moves behind it; false at the end.
 */
bool vici_next(struct slice *rest, struct vici_element *element);
/* The value of KEY at the top of SECTION; without it one whose `at' is NULL. */
struct slice vici_get(struct slice section, const char *key);
/* What is in the section or list NAME of SECTION; without it one whose `at' is NULL. */
struct slice vici_get_body(struct slice section, const char *name);
/* True if KEY is `yes'. */
bool vici_get_yes(struct slice section, const char *key);
/* The number that KEY has, or FALLBACK where there is none or it is no decimal number. */
long long vici_get_number(struct slice section, const char *key, long long fallback);

#endif
