/* SPDX-License-Identifier: ISC */
/*
 * Names in messages.  What stands where a name does may be anything, a secret too, so it fails
 * closed: only names of the module are told, and what is nearly a word of the language.
 */
#include "compiler/agent/agent.h"

#include "compiler/tables/vocabulary.h"

#include <stdio.h>
#include <string.h>

/* Those of the module that are no words of the language. */
static bool is_of_module(struct slice name)
{
	static const char *const names[] = {"id",   "default", "dialect", "source", "file",
					    "line", "type",    "value",	  "octets", "deduced"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (slice_is(name, names[i]))
			return true;
	}
	return false;
}

/* A misspelt name is shown if it is in lower case, and without digits, as all of them are. */
static bool is_shown(struct slice name)
{
	for (size_t i = 0; i < name.length; i++) {
		if (!(name.at[i] >= 'a' && name.at[i] <= 'z') && name.at[i] != '-')
			return false;
	}
	return is_of_module(name) || vocabulary_has(name) || vocabulary_is_near(name);
}

const char *agent_quote(char buffer[AGENT_QUOTE_ROOM], const char *path, const char *otherwise)
{
	struct slice first, rest = {path, strlen(path)};

	if (rest.length > AGENT_QUOTE_ROOM - sizeof("''"))
		return otherwise;
	while (slice_split(rest, '/', &first, &rest)) {
		if (!is_shown(first))
			return otherwise;
	}
	if (!is_shown(rest))
		return otherwise;
	snprintf(buffer, AGENT_QUOTE_ROOM, "'%s'", path);
	return buffer;
}
