/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_AGENT_H
#define WEIPSEC_AGENT_H

#include "compiler/base/arena.h"
#include "compiler/model/model.h"

#include <stdbool.h>

/*
 * From agent configuration (schemas/weipsec-agent.yang) to the model.  Whoever reads a document,
 * with whatever library, says what it finds, leaf by leaf; what is right is decided here.  The
 * first error counts: every function returns false from then on.
 */

/* Limits of one document; 25 tunnels take a tenth of the bytes and half of the nodes. */
#define AGENT_SIZE_MAX ((size_t)4 << 20)   /* bytes */
#define AGENT_DEPTH_MAX 8		   /* elements, or objects and lists */
#define AGENT_NODES_MAX 8192		   /* elements, or objects, lists and strings */
#define AGENT_TAG_MAX 1024		   /* bytes */
#define AGENT_PIECE_MAX ((size_t)64 << 10) /* bytes of text between tags, or of a comment */
#define AGENT_TUNNELS_MAX 25

/* What agent_quote() makes of a name has so many bytes at most, its end included. */
#define AGENT_QUOTE_ROOM 68

/* How JSON writes a leaf (RFC 7951). */
enum agent_kind {
	AGENT_STRING,
	AGENT_NUMBER,
	AGENT_BOOLEAN,
	AGENT_EMPTY, /* [null] */
	AGENT_UNION, /* a number or a string */
	AGENT_UNKNOWN
};

struct agent_error {
	char message[200]; /* lower case, no full stop, no secret; empty: there is none */
	uint32_t line;	   /* from 1; 0: not known yet */
	bool memory;	   /* there was not enough of it */
};

/* One identity, while it is read. */
struct agent_identity {
	struct slice type, value, octets;
	bool deduced;
};

struct agent {
	struct text *text;
	struct arena *arena;
	struct arena *secrets; /* wiped */
	struct model *model;
	struct agent_error error;

	/* what is being read */
	size_t opened; /* tunnels so far */
	struct tunnel *tunnel;
	struct provenance *provenance;
	struct agent_identity local_id, remote_id;
	uint64_t seen;	   /* leaves of the tunnel */
	uint32_t lines;	   /* settings with a line in `source' */
	uint32_t defaults; /* settings that have their default */
	uint32_t containers;
	bool has_dialect;
};

/* Begins with TEXT, which it owns from now on, also on failure.  NULL without memory. */
struct agent *agent_new(struct text *text);
void agent_free(struct agent *agent);

/* Reads the text of AGENT, with whatever library.  False with the error. */
typedef bool agent_reader(struct agent *agent);

/*
 * Looks at the tunnels of a document that was read, and that the rules on meaning have no error
 * for, for what a document alone can do wrong with several settings.  False with the error.
 */
bool agent_check(struct agent *agent);

/* True if TEXT begins like XML. */
bool agent_is_xml(const struct text *text);
/* True if TEXT is XML, or JSON that begins with a member of the module. */
bool agent_is_document(const struct text *text);

/* False with the error, unless there was one before; LINE is 0 where agent_place() is to find it.
 */
bool agent_fail(struct agent *agent, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A tunnel begins, and ends. */
bool agent_open(struct agent *agent);
bool agent_close(struct agent *agent);
/*
 * A leaf: PATH is its name below the tunnel, such as `peer' or `ike/cipher', or outside of one
 * below `ipsec'.  VALUE is copied.
 */
bool agent_leaf(struct agent *agent, const char *path, struct slice value);
/* True if NAME is a container of a tunnel; and one that begins, before its leaves. */
bool agent_has_container(const char *name);
bool agent_container(struct agent *agent, const char *name);
enum agent_kind agent_leaf_kind(const char *path);
/*
 * PATH in quotes, in BUFFER, if each of its names is one of the module or nearly a word of the
 * language, else OTHERWISE: what stands in a name's place may be anything, a secret too.
 */
const char *agent_quote(char buffer[AGENT_QUOTE_ROOM], const char *path, const char *otherwise);

/* --- what the files of this reader share ------------------------------------------------------ */

/* Gives an identity what was read of it.  False if that is none, with the reason. */
bool agent_read_identity(struct agent *agent, enum setting setting,
			 const struct agent_identity *parts, const char **why);
/* False: there was not enough memory, which is an error too. */
bool agent_fail_memory(struct agent *agent);

#endif
