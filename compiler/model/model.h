/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_MODEL_H
#define WEIPSEC_MODEL_H

#include "compiler/base/text.h"
#include "compiler/tables/algorithm.h"
#include "compiler/tables/setting.h"
#include "compiler/tables/weos4.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The model: every effective value of every `ipsec ID', its default resolved, and where it was set.
 * Backends and the rules on meaning read nothing else.
 */

enum dialect { DIALECT_WEOS5, DIALECT_WEOS4 };

/* How a setting came by its value. */
enum origin_state {
	ORIGIN_DEFAULT, /* never named */
	ORIGIN_GIVEN,
	ORIGIN_RESET, /* `no SETTING' */
	/* given, but not readable: its finding is already there; both bits of the others */
	ORIGIN_BAD
};

/* Where a setting was named; all zero: nowhere. */
struct origin {
	struct span name;  /* the setting's word */
	struct span value; /* the words behind it; empty at the end of `name' if there are none */
};

/* IPv4, most significant byte first: 192.168.0.1 is 0xc0a80001. */
#define IP_FORMAT "%u.%u.%u.%u"
#define IP_BYTES(ip) (ip) >> 24, (ip) >> 16 & 0xff, (ip) >> 8 & 0xff, (ip) & 0xff

struct address {
	bool set; /* false: a peer is any, a local-address is missing */
	uint32_t ip;
};

struct subnet {
	bool set; /* false: the effective one is the outer address, if that is known */
	bool known; /* address and length are right: set, or taken from the outer address */
	uint32_t address; /* without host bits */
	uint8_t length;
};

enum slot_state {
	SLOT_ABSENT,
	SLOT_GIVEN,
	SLOT_BAD,    /* its keyword is there, its word is no algorithm */
	SLOT_UNKNOWN /* the line could not be read so far */
};

struct suite {
	bool set; /* false: automatic */
	struct {
		enum slot_state state;
		const struct algorithm *algorithm; /* when given */
		struct span keyword;
		struct span at; /* the algorithm's word */
	} slot[SUITE_SLOTS];
};

extern const struct suite suite_automatic;

enum identity_type {
	IDENTITY_NONE,	  /* automatic, and what it rests on is missing or unknown */
	IDENTITY_ANY,	  /* any identity is accepted */
	IDENTITY_SUBJECT, /* the subject of the own certificate */
	IDENTITY_INET,	  /* one IPv4 address */
	IDENTITY_INET_RANGE, /* an IPv4 subnet or range (untyped only): matches many */
	IDENTITY_NAME,
	IDENTITY_EMAIL,
	IDENTITY_KEY,
	IDENTITY_DN
};

/* How an identity was written. */
enum identity_form {
	IDENTITY_AUTO,	  /* not given: the default of role and method */
	IDENTITY_TYPED,	  /* inet, name, email, key, dn */
	IDENTITY_DEDUCED  /* no type word */
};

struct identity {
	enum identity_type type;
	enum identity_form form;
	bool wildcard;	  /* matches more than one identity; true for IDENTITY_INET_RANGE too */
	uint32_t ip;	  /* IDENTITY_INET */
	struct slice value; /* the payload as bytes: name, U@D, key, `C=SE, CN=x', `10.0.0.0/24' */
	bool value_is_der;  /* IDENTITY_DN from hex: value is DER */
	/*
	 * Equal identities, and only those, have equal keys: type and value, case and form folded.
	 */
	struct slice key;
};

/* No identity at all, or the name `*'. */
static inline bool identity_accepts_any(const struct identity *identity)
{
	return identity->type == IDENTITY_ANY ||
	       (identity->type == IDENTITY_NAME && slice_is(identity->value, "*"));
}

/* What stands where the secret should. */
enum secret_mask {
	SECRET_KEY,	 /* the secret */
	SECRET_VARIABLE, /* it, though it reads like the name of a variable */
	SECRET_MASKED	 /* a placeholder: there is no secret */
};

/* The decoded secret, in the arena for secrets. */
struct secret {
	enum secret_mask mask;
	bool set;
	bool hex; /* written as `0x' */
	struct slice bytes;
};

/* The directions of a tunnel, as this end sees them. */
enum direction { DIRECTION_OUT, DIRECTION_IN, DIRECTION_COUNT };

/* One direction's keys, given by hand (`--keys'), in the arena for secrets. */
struct sa_keys {
	uint32_t line; /* of the file of keys; 0: not given */
	uint32_t spi;
	struct slice encryption;
	struct slice authentication;
};

/*
 * Where a tunnel of an agent configuration was written before it was compiled: there the spans
 * below are empty, and say where the document has it.
 */
struct provenance {
	struct slice file; /* empty: not known */
	uint32_t line;	   /* of the tunnel, from 1; 0: not known */
	uint32_t lines[SETTING_COUNT];
};

/* A setting that only WeOS 4 has: how it came by its value, and where. */
struct weos4_origin {
	enum origin_state state;
	struct origin at;
};

/* What a WeOS 4 tunnel has beside what those of WeOS 5 have. */
struct weos4_tunnel {
	bool aggressive;
	bool pfs;
	struct slice outbound; /* empty: the interface of the default route */
	struct slice
	    peer_name;	       /* a host name as peer: there `peer' is no address, and ORIGIN_BAD */
	uint32_t ike_lifetime; /* seconds; 0: the default, which is not published */
	struct weos4_origin from[WEOS4_COUNT]; /* of those without a counterpart */
};

/* What WeOS 4 has for all tunnels together. */
struct weos4_device {
	bool nat_traversal;
	uint32_t mtu_override; /* bytes; 0: off */
	struct weos4_origin from[WEOS4_INSTANCE];
};

struct tunnel {
	int32_t id; /* 0..65535, or -1 if it could not be read */
	struct span header; /* `ipsec ID' where it was first opened */
	uint64_t states; /* two bits a setting: enum origin_state */
	/* of all but ORIGIN_DEFAULT, side by side in the order of enum setting */
	const struct origin *origins;
	const struct provenance *provenance; /* NULL: it was written in the model's text */

	bool enabled;
	bool initiator;
	int version; /* 1 or 2 */
	enum method method;
	const struct suite *ike; /* suite_automatic, or its own */
	const struct suite *esp;
	struct secret secret;
	struct slice certificate; /* empty: none */
	struct slice ca;	  /* empty: none */
	enum revocation revocation;
	struct address local_address;
	struct address peer;
	struct identity local_id; /* effective: the default of role and method filled in */
	struct identity remote_id;
	struct subnet local_subnet;
	struct subnet remote_subnet;
	enum dpd_action dpd_action;
	uint32_t dpd_delay;	/* seconds */
	uint32_t dpd_timeout;	/* seconds; version 1 only */
	uint32_t sa_rekey_time; /* seconds */
	uint32_t reauth_time;	/* seconds; 0 is off */
	struct slice description;
	struct sa_keys *keys; /* DIRECTION_COUNT of them; NULL without `--keys' */
	struct weos4_tunnel *weos4; /* NULL of one of WeOS 5 */
};

struct device;

/*
 * What a text lacks to be whole, the gravest first: of one that does, nobody can tell whether what
 * it does not say is not wanted, or was lost.
 */
enum lack {
	LACK_NOTHING,
	LACK_REST_OF_LINE, /* it ends in the middle of a line */
	LACK_COMMIT,	   /* `abort' discarded what came last */
	LACK_END,	   /* it ends inside of `tunnel', or of a context in it */
	LACK_DOUBTFUL,	   /* what may be a line of ours was taken for foreign text */
	LACK_TUNNEL_WORD,  /* no line says `tunnel' */
	LACK_TUNNEL	   /* there is no tunnel, and nothing says that there is to be none */
};

/* A secret that the text has, and no tunnel: it is overridden, removed or discarded. */
struct old_secret {
	struct span at;
	struct slice bytes; /* what it came to; empty: it was not read */
	const struct old_secret *next;
};

struct model {
	struct text *text;
	enum dialect dialect;
	struct tunnel **tunnels; /* in the order of their first `ipsec ID' */
	size_t count;
	/* what the text tells of it (device.h), which may be nothing */
	const struct device *device;
	const struct weos4_device *weos4; /* NULL of a model of WeOS 5 */
	const struct old_secret *old_secrets;
	enum lack lack;		     /* of a document nothing */
	struct span lack_at;	     /* where that is seen, if it is somewhere */
};

/* IKE rekeying is no setting of WeOS: the guide's sample output shows 4 hours. */
#define IKE_REKEY_TIME 14400

/* How SETTING came by its value. */
static inline enum origin_state tunnel_state(const struct tunnel *tunnel, enum setting setting)
{
	return (enum origin_state)(tunnel->states >> (2 * setting) & 3);
}

/* STATES, but SETTING has STATE. */
static inline uint64_t states_with(uint64_t states, enum setting setting, enum origin_state state)
{
	return (states & ~(UINT64_C(3) << (2 * setting))) | (uint64_t)state << (2 * setting);
}

#define STATES_LOWER UINT64_C(0x5555555555555555)

/*
 * The lower bits of those of STATES that are not ORIGIN_DEFAULT; the same of those that are
 * ORIGIN_BAD.
 */
static inline uint64_t states_named(uint64_t states)
{
	return (states | states >> 1) & STATES_LOWER;
}

static inline uint64_t states_bad(uint64_t states)
{
	return states & states >> 1 & STATES_LOWER;
}

/* Where SETTING was named. */
const struct origin *tunnel_origin(const struct tunnel *tunnel, enum setting setting);

/* 1 if SETTING was given a value that could be read. */
static inline bool tunnel_given(const struct tunnel *tunnel, enum setting setting)
{
	return tunnel_state(tunnel, setting) == ORIGIN_GIVEN;
}

static inline bool tunnel_bad(const struct tunnel *tunnel, enum setting setting)
{
	return tunnel_state(tunnel, setting) == ORIGIN_BAD;
}

/*
 * 1 if SETTING has its default.  Two settings have a `no' that sets a value of its own: a disabled
 * tunnel, and DPD that is off.
 */
static inline bool tunnel_has_default(const struct tunnel *tunnel, enum setting setting)
{
	enum origin_state state = tunnel_state(tunnel, setting);

	return state == ORIGIN_DEFAULT || (state == ORIGIN_RESET && setting != SETTING_ENABLE &&
					   setting != SETTING_DPD_ACTION);
}

/* The tunnel with ID, or NULL. */
const struct tunnel *model_tunnel(const struct model *model, int32_t id);
/* The file that TUNNEL was written in, empty if that is not known. */
struct slice model_file(const struct model *model, const struct tunnel *tunnel);
/* The line that sets SETTING there, or with -1 opens TUNNEL; 0 if that is not known. */
uint32_t model_line(const struct model *model, const struct tunnel *tunnel, int setting);
/* The word that agent configuration has for TYPE. */
const char *model_identity_word(enum identity_type type);

#endif
