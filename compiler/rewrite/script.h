/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SCRIPT_H
#define WEIPSEC_SCRIPT_H

#include "compiler/base/arena.h"
#include "compiler/write/writer.h"

#include <stdbool.h>

/*
 * A text on its way to its canonical form: items, of which the settings of an instance are put in
 * the guide's order, and those that a later one overrides are left out.
 */

/* What stands above an item: a comment, a line that configures nothing, or a blank line (empty). */
struct note {
	struct note *next;
	struct slice text;
};

struct notes {
	struct note *first, *last; /* both NULL: there are none */
};

enum item_kind {
	ITEM_BYTES,   /* foreign text, its line ends included */
	ITEM_LINE,    /* a line that stands for itself */
	ITEM_SETTING, /* of the open instance */
};

struct item {
	enum item_kind kind;
	unsigned level;
	struct slice words; /* the line, or the value of SETTING */
	struct notes above;
	struct slice behind; /* the comment at its end, or empty */
	const char *line_end;
	size_t number; /* its place in the text */
	int setting;   /* of ITEM_SETTING, or -1: WORDS are the whole line */
	bool unsets;   /* `no SETTING' */
	bool is_bad;   /* its value cannot be read */
	bool is_overridden;
};

/* The last line that set each setting of an instance. */
struct latest {
	unsigned epoch;
	struct item *set[SETTING_COUNT];
};

struct script {
	struct arena *arena;
	struct item **items; /* from malloc() */
	size_t count, room;
	bool has_tunnel;	/* `tunnel' is open */
	bool tunnel_is_path;	/* by lines `tunnel ipsec N ...' */
	bool has_instance;	/* `ipsec N' is open */
	bool instance_is_path;	/* by lines `ipsec N SETTING' */
	int32_t id;		/* its ID, or -1 */
	size_t settings;	/* where its settings begin */
	struct notes pending;	/* what stands above the next item */
	const char *line_end;	/* of the line that is read */
	struct latest **latest; /* by ID */
	unsigned epoch;
	bool keeps_all; /* what is overridden stays */
	bool failed;	/* out of memory */
};

/* Everything comes from ARENA, but for what script_free() frees.  LINE_END is for before the first
 * line. */
void script_init(struct script *script, struct arena *arena, const char *line_end);
void script_free(struct script *script);

/* TEXT stands above whatever comes next in the open context. */
void script_note(struct script *script, struct slice text);
/* Foreign text, with all that it has. */
void script_bytes(struct script *script, struct slice bytes);
/* A line in the open contexts. */
void script_line(struct script *script, struct slice line, struct slice behind);
/* A context begins; its header may have a comment BEHIND it. */
void script_open_tunnel(struct script *script, bool is_path, struct slice header,
			struct slice behind);
void script_open_instance(struct script *script, int32_t id, bool is_path, struct slice header,
			  struct slice behind);
/* The `end' of the open instance, or of `tunnel', with the comment BEHIND it.  Nothing if none is
 * open. */
void script_close_instance(struct script *script, struct slice behind);
void script_close_tunnel(struct script *script, struct slice behind);
/* Both, without comments; nothing where nothing is open. */
void script_close(struct script *script);
/* A line of the open instance: ITEM as far as setting, unsets, is_bad, words and behind say it. */
void script_setting(struct script *script, const struct item *item);
/* `no ipsec ID', or with -1 `no tunnel': what was set there before is not overridden any more. */
void script_forget(struct script *script, int32_t id);

/* Writes the items with WRITER. */
void script_write(const struct script *script, struct writer *writer);

#endif
