/* SPDX-License-Identifier: ISC */
#include "compiler/tables/rule.h"

#include "compiler/tables/setting.h"

#include <string.h>
#include <strings.h>

/*
 * The catalogue writes severities as letters; what else there is to say of a rule is flags beside
 * them.
 */
#define DORMANT 8
#define WEOS5 1024
#define PKI BESIDE_PKI
#define DEVICE BESIDE_DEVICE
#define PROFILE BESIDE_PROFILE
#define BACKEND BESIDE_BACKEND
#define MIGRATE BESIDE_MIGRATE
#define TENTHS 127
#define RISK_SHIFT 16
#define CONFIDENTIALITY(tenths) ((tenths) << RISK_SHIFT | RISK_CONFIDENTIALITY)
#define AUTHENTICATION(tenths) ((tenths) << RISK_SHIFT | RISK_AUTHENTICATION)
#define RISK (TENTHS << RISK_SHIFT | RISK_CONFIDENTIALITY | RISK_AUTHENTICATION)
#define BESIDE (PKI | DEVICE | PROFILE | BACKEND | BESIDE_PAIR | MIGRATE)
#define N (int)SEVERITY_NOTE
#define W (int)SEVERITY_WARNING
#define E (int)SEVERITY_ERROR
#define NEED(symbol) SETTING_BIT(SETTING_##symbol)

#define ROW(number, name, flags, needs, line)                                                      \
	[WI##number] = {"WI" #number,                                                              \
			name,                                                                      \
			line,                                                                      \
			(enum severity)((int)(flags) & ~(DORMANT | WEOS5 | BESIDE | RISK)),        \
			((int)(flags) & DORMANT) != 0,                                             \
			((int)(flags) & WEOS5) != 0,                                               \
			(int)(flags) & BESIDE,                                                     \
			(unsigned)(flags) >> RISK_SHIFT & TENTHS,                                  \
			(enum risk)((int)(flags) & (RISK_CONFIDENTIALITY | RISK_AUTHENTICATION)),  \
			needs},

const struct rule_info rule_table[RULE_COUNT] = {
#define FORM(number, name, severity, line) ROW(number, name, severity, 0, line)
#define TUNNEL ROW
#define MODEL ROW
#define PAIR(number, name, severity, line) ROW(number, name, (severity) | BESIDE_PAIR, 0, line)
#define FLEET(number, name, severity, line) PAIR(number, name, severity, line)
#include "schemas/rules.def"
};

int rule_find(const char *word)
{
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		if (strcasecmp(word, rule_table[rule].id) == 0 ||
		    strcmp(word, rule_table[rule].name) == 0)
			return rule;
	}
	return -1;
}

int rule_is_locked(enum rule rule)
{
	return rule <= WI404;
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
	    [SEVERITY_NOTE] = "note",
	    [SEVERITY_WARNING] = "warning",
	    [SEVERITY_ERROR] = "error",
	};

	return names[severity];
}
