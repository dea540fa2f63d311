/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_RULE_H
#define WEIPSEC_RULE_H

#include "compiler/base/text.h"

#include <stdint.h>

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

/* WI101, WI102, ... in the catalogue's order: an index, not the number. */
enum rule {
#define FORM(number) WI##number,
#define TUNNEL(number) WI##number,
#define MODEL(number) WI##number,
#define PAIR(number) WI##number,
#define FLEET(number) WI##number,
#include "rule_numbers.h"
	RULE_COUNT
};

enum beside {
	BESIDE_PKI = 16,
	BESIDE_DEVICE = 32,
	BESIDE_PROFILE = 64,
	BESIDE_BACKEND = 128,
	BESIDE_PAIR = 256,
	BESIDE_MIGRATE = 512
};

/* What suffers on the wire where a rule finds something. */
enum risk { RISK_NONE = 0, RISK_CONFIDENTIALITY = 1 << 24, RISK_AUTHENTICATION = 1 << 25 };

struct rule_info {
	const char *id;	  /* WI101 */
	const char *name; /* syntax-error */
	const char *line;
	enum severity severity;
	int dormant;	/* a warning on a disabled tunnel */
	int weos5;	/* of no meaning in a WeOS 4 text */
	int beside;	/* what it may take beside the text: an enum beside, or 0 */
	unsigned risk_tenths; /* how much, from 0 to 100 as CVSS has it */
	enum risk risk;
	uint32_t needs; /* the settings that must be readable: bits 1 << enum setting */
};

extern const struct rule_info rule_table[RULE_COUNT];

/* The rule with this ID or name (a C string), or -1. */
int rule_find(const char *word);
/* 1 if an error of this rule can be neither silenced nor lowered (WI1xx to WI3xx, WI401-404). */
int rule_is_locked(enum rule rule);

const char *severity_name(enum severity severity);

#endif
