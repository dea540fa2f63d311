/* SPDX-License-Identifier: ISC */
#include "runtime/status/attempt.h"

#include "compiler/base/printable.h"
#include "compiler/model/words.h"
#include "runtime/status/cause.h"

#include <string.h>

/* ---- words in a line ---- */

static const char *find_words(struct slice line, const char *words)
{
	return memmem(line.at, line.length, words, strlen(words));
}

bool line_has(struct slice line, const char *words)
{
	return find_words(line, words) != NULL;
}

static bool begins_with(struct slice line, const char *words)
{
	return line.length >= strlen(words) && memcmp(line.at, words, strlen(words)) == 0;
}

struct slice line_between(struct slice line, const char *before, const char *after)
{
	const char *from = line.at ? find_words(line, before) : NULL, *to;
	struct slice rest;

	if (!from)
		return (struct slice){NULL, 0};
	rest = slice_cut(line, (size_t)(from - line.at) + strlen(before));
	to = after ? find_words(rest, after) : rest.at + rest.length;
	return to ? (struct slice){rest.at, (size_t)(to - rest.at)} : (struct slice){NULL, 0};
}

uint32_t line_address(struct slice word)
{
	uint32_t ip;

	return word.at && address_read(word, &ip) ? ip : 0;
}

/* ---- attempts ---- */

struct attempt *attempt_find(struct attempts *attempts, long long sa)
{
	struct attempt *attempt;

	for (size_t i = 0; i < ATTEMPTS; i++) {
		if (attempts->all[i].sa == sa)
			return &attempts->all[i];
	}
	attempt = &attempts->all[attempts->next];
	attempts->next = (attempts->next + 1) % ATTEMPTS;
	*attempt = (struct attempt){.sa = sa};
	return attempt;
}

static void keep(char *room, size_t size, struct slice bytes)
{
	if (bytes.at)
		printable_copy(room, size, bytes);
}

/*
 * `looking for peer configs matching 192.0.2.1[alice]...192.0.2.2[bob]'; version 1 has no identity
 * on the left side.
 */
static void note_identities(struct attempt *attempt, struct slice line)
{
	struct slice ends = line_between(line, " peer configs matching ", NULL);
	struct slice left, right;

	if (!ends.at || !ends.length || ends.at[ends.length - 1] != ']')
		return;
	ends.length--;
	left = line_between(ends, "[", "]...");
	right = line_between(ends, left.at ? "]..." : "...", NULL);
	keep(attempt->wanted, sizeof(attempt->wanted), left);
	keep(attempt->peer, sizeof(attempt->peer), line_between(right, "[", NULL));
}

static void note_beginning(struct attempt *attempt, struct slice line)
{
	bool is_ours = begins_with(line, "initiating ");

	if (!is_ours && !line_has(line, " is initiating a"))
		return;
	*attempt = (struct attempt){.sa = attempt->sa, .ip = attempt->ip, .is_ours = is_ours};
	attempt->version = line_has(line, " Mode IKE_SA") ? 1 : 2;
}

/* What came from the peer, by its exchange. */
static void note_message(struct attempt *attempt, struct slice line)
{
	if (!begins_with(line, "parsed "))
		return;
	if (line_has(line, "parsed IKE_SA_INIT "))
		attempt->version = 2;
	if (line_has(line, "parsed ID_PROT "))
		attempt->version = 1;
	if (line_has(line, " response "))
		attempt->is_answered = true;
	if (line_has(line, "parsed INFORMATIONAL request ") && line_has(line, "N(AUTH_FAILED)"))
		attempt->is_refused = true;
	if (line_has(line, "parsed IKE_AUTH response ") && line_has(line, "N(NO_PROP)"))
		attempt->lacks_child = true;
}

static void note_proof(struct attempt *attempt, struct slice line, long long now)
{
	if (begins_with(line, "authentication of '") && !line_has(line, "' (myself) "))
		keep(attempt->peer, sizeof(attempt->peer),
		     line_between(line, "authentication of '", "' with "));
	if (line_has(line, "checking certificate status of"))
		attempt->has_asked = false;
	if (line_has(line, "fetching crl from") || line_has(line, "requesting ocsp status from"))
		attempt->has_asked = true;
	if (line_has(line, "certificate status is not available") && attempt->has_asked)
		attempt->is_unchecked = true;
	if (line_has(line, " established between ")) {
		attempt->is_established = true;
		attempt->since = now;
	}
}

void attempt_note(struct attempt *attempt, struct slice line, long long now)
{
	struct slice from = line_between(line, "received packet: from ", "[");
	struct slice suites = line_between(line, "received proposals: ", NULL);

	if (from.at)
		attempt->ip = line_address(from);
	if (suites.at)
		cause_translate(attempt->suites, sizeof(attempt->suites), suites);
	if (line_has(line, " host is behind NAT"))
		attempt->is_beyond_nat = true;
	note_beginning(attempt, line);
	note_message(attempt, line);
	note_identities(attempt, line);
	note_proof(attempt, line, now);
}
