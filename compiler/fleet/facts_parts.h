/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_FACTS_PARTS_H
#define WEIPSEC_FACTS_PARTS_H

#include "compiler/base/spool.h"
#include "compiler/fleet/facts.h"

#include <jansson.h>

/* The parts of facts that are read: facts_value.c reads values, facts_read.c lines, facts_join.c
 * makes sites of them. */

/* Lines of other versions mean something else. */
#define FACTS_VERSION 1

/* A line was seen: what it has behind its key. */
struct seen {
	uint64_t hash[2];
};

/* One file's facts, or one end's: until all of them are there they wait in the order of arrival. */
struct record {
	const char *path;
	uint32_t end;		/* its index; of a file NO_END */
	struct site *site;	/* of a file */
	struct tunnel *tunnel;	/* of an end; its places are packed, facts_pack() */
	struct origin *origins; /* the tunnel's */
	bool is_weos4;		/* of a file */
	struct site_end is;
	json_t *errors;		     /* of a file */
	size_t lines_at, lines_size; /* its lines in the spool */
};

#define NO_END UINT32_MAX

#define FACTS_DERS 1024

struct facts {
	struct arena *arena;
	struct arena *scratch; /* of one record's lines */
	struct spool *lines;   /* of records, as they come */
	struct spool *texts;   /* made of them */
	struct seen *seen;     /* a hash table, a power of two */
	size_t seen_count, seen_size;
	struct record *records;
	size_t count, room;
	struct site **sites;
	size_t site_count;
	char *fingerprint; /* of the first line */
	const struct project_asked *asked;
	struct project_outcome *outcome; /* of files without a project file */
	struct facts_project *projects;
	struct facts_outcome *outcomes;
	struct facts_der *ders[FACTS_DERS]; /* certificates and CRLs, by digest */
	const char *culprit;
	const char *path; /* the last one that was read: the next is often the same */
	const struct suite *suites[2];
};

/* JSON that is being taken apart: what is not as it should be becomes a flag. */
struct reading {
	struct facts *facts;
	struct arena *arena; /* for what is read */
	bool is_wrong;
};

/* The member KEY of JSON, which has TYPE, or NULL. */
json_t *facts_member(struct reading *reading, const json_t *json, const char *key, json_type type);
bool facts_flag(struct reading *reading, const json_t *json, const char *key);
uint32_t facts_number(struct reading *reading, const json_t *json, const char *key, uint32_t most);
uint32_t facts_number_of(struct reading *reading, const json_t *value, uint32_t most);
/* Bytes, and a string that is not empty, of the arena. */
struct slice facts_bytes(struct reading *reading, const json_t *json, const char *key);
struct slice facts_bytes_of(struct reading *reading, const json_t *value);
const char *facts_string(struct reading *reading, const json_t *json, const char *key);
/* The values of a tunnel, without its places. */
void facts_values(struct reading *reading, const json_t *json, struct tunnel *tunnel);
/*
 * `[line, column, length]' as a span: the line, and both others in the second half, until the text
 * is there.
 */
struct span facts_pack(struct reading *reading, const json_t *json);

/* What is made of the findings of SITE, whose facts are JSON, and what they are known again by. */
void facts_read_project(struct reading *reading, const json_t *json, struct site *site);
/* The baseline of the project file PATH, in JSON. */
enum facts_flaw facts_read_known(struct reading *reading, const json_t *json, const char *path);
/* When all is read: baselines that were heard of are there. */
enum facts_flaw facts_finish_projects(struct facts *facts);
void facts_free_projects(struct facts *facts);

/* The certificates of SITE, whose facts are JSON; one line of them, called NAME; and together. */
void facts_read_pki(struct reading *reading, const json_t *json, struct site *site);
enum facts_flaw facts_read_der(struct reading *reading, const json_t *json, const char *name);
enum facts_flaw facts_join_pki(struct facts *facts, struct site *site);

/* Under which name a list of rules stands that a project file has something to say of. */
extern const char *const facts_override_names[];

#endif
