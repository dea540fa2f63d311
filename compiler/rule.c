/* SPDX-License-Identifier: ISC */
#include "compiler/rule.h"

#include "compiler/option.h"

#include <string.h>
#include <strings.h>

/* The catalogue writes severities as letters; DORMANT is a flag beside them. */
#define DORMANT 8
#define SEVERITY(s) ((enum severity)((s) & ~DORMANT))
#define N SEVERITY_NOTE
#define W SEVERITY_WARNING
#define E SEVERITY_ERROR
#define NEED(symbol) OPTION_BIT(OPTION_##symbol)

const struct rule_info rule_table[RULE_COUNT] = {
#define FORM(number, name, severity, line)                                                             \
	[WI##number] = {"WI" #number, name, line, SEVERITY(severity), 0, 0},
#define TUNNEL(number, name, severity, needs, line)                                                    \
	[WI##number] = {"WI" #number,       name,                          line,                       \
			SEVERITY(severity), ((severity) & DORMANT) != 0, needs},
#define MODEL(number, name, severity, needs, line)                                                     \
	[WI##number] = {"WI" #number,       name,                          line,                       \
			SEVERITY(severity), ((severity) & DORMANT) != 0, needs},
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
