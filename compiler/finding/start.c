/* SPDX-License-Identifier: ISC */
#include "compiler/finding/start.h"

#include "compiler/finding/piece.h"
#include "compiler/tables/setting.h"
#include "compiler/tables/vocabulary.h"
#include "compiler/tables/weos4.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_number(struct slice word)
{
	for (size_t i = 0; i < word.length; i++) {
		if (word.at[i] < '0' || word.at[i] > '9')
			return false;
	}
	return true;
}

/* --- what stands before the words ------------------------------------------------------------- */

/* `--More--', `(45% of 28118 bytes)': what a pager leaves. */
static size_t pager_length(struct slice rest)
{
	static const char more[] = "--More--", tail[] = "bytes)";
	size_t length = 1;

	if (rest.length >= sizeof(more) - 1 && memcmp(rest.at, more, sizeof(more) - 1) == 0)
		return sizeof(more) - 1;
	if (!rest.length || *rest.at != '(')
		return 0;
	while (length < rest.length && rest.at[length] && strchr("0123456789% of", rest.at[length]))
		length++;
	rest = slice_cut(rest, length);
	return rest.length >= sizeof(tail) - 1 && memcmp(rest.at, tail, sizeof(tail) - 1) == 0
		   ? length + sizeof(tail) - 1
		   : 0;
}

/* How many bytes of LINE stand before its first word and are none. */
static size_t lead_length(struct slice line)
{
	size_t length = 0, more;

	/* hardly any line has more than these */
	while (length < line.length && is_blank(line.at[length]))
		length++;
	while ((more = piece_gap(slice_cut(line, length))) ||
	       (more = pager_length(slice_cut(line, length))))
		length += more;
	return length;
}

static bool is_host_byte(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

/* `tunnel', `vlan1', and an ID, which has five digits at most. */
static bool is_path_part(struct slice part)
{
	return (is_number(part) && part.length <= 5) ||
	       (vocabulary_has(part) && !vocabulary_has_algorithm(part));
}

/*
 * Of `/config/tunnel/ipsec-1/', `/config/iface-vlan1/': contexts and their numbers, nothing else.
 */
static bool is_known_path(struct slice path)
{
	while (path.length) {
		size_t length = 0;

		while (length < path.length && !strchr("/- ", path.at[length]))
			length++;
		if (!is_path_part((struct slice){path.at, length}))
			return false;
		path = slice_cut(path, length < path.length ? length + 1 : length);
	}
	return true;
}

/* `lynx:/config/tunnel/#>', which a session's lines begin with, or 0. */
static size_t prompt_length(struct slice line)
{
	size_t host = 0, path;

	while (host < line.length && host <= 64 && is_host_byte(line.at[host]))
		host++;
	if (!host || host > 64 || line.length - host < 4 || memcmp(line.at + host, ":/", 2) != 0)
		return 0;
	for (path = host + 2; path < line.length && path - host <= 130; path++) {
		if (line.at[path] == '#' || line.at[path] == '>')
			break;
	}
	if (path + 2 > line.length || memcmp(line.at + path, "#>", 2) != 0)
		return 0;
	return is_known_path((struct slice){line.at + host + 2, path - host - 2}) ? path + 2 : 0;
}

size_t start_length(struct slice line)
{
	size_t lead = lead_length(line);

	return lead + prompt_length(slice_cut(line, lead));
}

/* --- the first word --------------------------------------------------------------------------- */

static bool is_one_of(struct slice word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_is(word, words[i]))
			return true;
	}
	return false;
}

bool start_is_path_word(struct slice word)
{
	static const struct slice tunnel = {"tunnel", 6}, ipsec = {"ipsec", 5};

	return slice_is(word, "no") || slice_is(word, "system") || is_number(word) ||
	       (word.length >= 3 && word.length <= 6 &&
		memcmp(word.at, tunnel.at, word.length) == 0) ||
	       (word.length <= 5 && memcmp(word.at, ipsec.at, word.length) == 0) ||
	       slice_distance(word, tunnel, 2) <= 2 || slice_distance(word, ipsec, 2) <= 2;
}

/* Words that are no settings of ours and take one word: of a device, of WeOS 4 a name. */
bool start_takes_word(struct slice word)
{
	static const char *const words[] = {"ipsec",	"iface",    "interface",
					    "hostname", "location", "contact",
					    "timezone", "domain",   "outbound"};

	return is_one_of(word, words, sizeof(words) / sizeof(words[0]));
}

/* --- a line of its own ------------------------------------------------------------------------ */

/* The word that REST begins with, behind blanks. */
static struct slice first_word(struct slice rest)
{
	struct slice word;

	while (rest.length && is_blank(*rest.at))
		rest = slice_cut(rest, 1);
	word = (struct slice){rest.at, 0};
	while (word.length < rest.length && !is_blank(rest.at[word.length]))
		word.length++;
	return word;
}

/* Commands that stand alone: behind a wrapped secret no rest of one looks like them. */
static bool is_lone_command(struct slice word)
{
	static const char *const words[] = {"end",  "exit",   "leave",	   "abort",
					    "quit", "enable", "initiator", "tunnel"};

	return is_one_of(word, words, sizeof(words) / sizeof(words[0]));
}

/* A setting or context, also abbreviated or misspelt, that wants something behind it. */
static bool is_start_with_value(struct slice word)
{
	struct setting_match match = setting_match(word);

	return (match.count == 1 && word.length >= 3) || (match.count && setting_find(word) >= 0) ||
	       slice_is(word, "no") || start_takes_word(word) || weos4_instead(word) ||
	       (word.length >= 3 && start_is_path_word(word) && !is_number(word)) ||
	       (word.length >= 5 && (vocabulary_is_near(word) || piece_kind(word) == PIECE_SECRET));
}

/*
 * LINE begins with a prompt, or is a comment, a command that stands alone, or a setting or context
 * with something behind: no rest of a secret that was wrapped, which has no blanks.
 */
bool start_is_new(struct slice line)
{
	struct slice rest = slice_cut(line, lead_length(line));
	struct slice word = first_word(rest), next;

	if (prompt_length(rest))
		return true;
	if (!word.length)
		return false;
	if (*word.at == '#')
		return word.length == 1;
	next = first_word(slice_cut(rest, (size_t)(word.at - rest.at) + word.length));
	if (!next.length || *next.at == '#')
		return is_lone_command(word);
	return is_start_with_value(word) || is_lone_command(word);
}
