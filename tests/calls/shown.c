/* SPDX-License-Identifier: ISC */
/*
 * `shown [SHARE]' writes lines in which a value stands where a secret might, in the setups where
 * one may be typed, misspelt, wrapped or commented out, behind every spelling of `secret' with
 * blanks of all alphabets, characters that nobody sees and letters that look alike.  What the
 * library says of them, in every format, as excerpts, as quotations and as settings, may have no
 * part of the value.  Of SHARE lines one is taken.
 */
#include "compiler/compilation/compilation.h"
#include "compiler/report/excerpt.h"
#include "compiler/report/report.h"
#include "compiler/report/show.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Lines of one text: so few that no rule has too many findings. */
#define LINES 250
#define LINE_ROOM 256
/* What is shown of a value may have so many bytes: half a word of the language. */
#define WINDOW 6
#define LEAKS_TOLD 20

static const struct report_writer *const writers[] = {
    &report_writer_text,  &report_writer_gcc,	&report_writer_json,
    &report_writer_sarif, &report_writer_junit, &report_writer_github,
    &report_writer_gitlab,
};

/* What a secret may look like. */
static const char *const values[] = {
    "Xq7vTtuZ9KfWm3",
    "0sSGlkZGVuVmFsdWVPZjMyQnl0ZXM9PT0=",
    "L\xc3\xb6senord-\xc3\x85ngstr\xc3\xb6m77",
    "31415926535897",
    "qW3/eR5+tY7(uI9)oP1[Vb]nM{Qw}eR~Ty*Uu^",
    "WESTERMO2024",
    "1234:5678:9012:3456",
    "1234,5678,9012,3456",
    "01:02:03:04:05:06",
    "1d2h3m4=5s6m7h8",
    "555.123.456",
    "49.170.123.456.78",
    "10.20.30.40/1234567",
    "!@$=%^&(*_-)",
    "$12345!=%67890^",
    "FIREWALL:ROUTER:GATEWAY",
    "MODP2048-SHA256",
};

/*
 * Where a line has the word, `%', and the value, `$', with the word's own blank between them.
 * ALONE is a text that no other line is in: one with a prompt makes a session of all.
 */
enum kind { TEXT, SESSION, ALONE };

static const struct setup {
	enum kind kind;
	const char *form;
	const char *word;
} setups[] = {
    {TEXT, "%$", "secret"},
    {TEXT, "%$ more words", "secret"},
    {TEXT, "no %$", "secret"},
    {TEXT, "tunnel ipsec 1 %$", "secret"},
    {TEXT, "tunnel %$", "secret"},
    {TEXT, "ipsec 1 %$", "secret"},
    {TEXT, "i 1 %$", "secret"},
    {TEXT, "ispec 1 %$", "secret"},
    {TEXT, "ispec 1 %$", "s"},
    {TEXT, "tunnle ipsec 1 %$", "s"},
    {TEXT, "tunnle ispec 1 %$", "secr"},
    {TEXT, "tunnel ipsec one %$", "se"},
    {TEXT, "peer 192.0.2.1 %$", "s"},
    {TEXT, "peer 192.0.2.1 %$", "secret"},
    {TEXT, "peer ANY %$", "sec"},
    {TEXT, "ike cipher aes128 %$", "se"},
    {TEXT, "ike cipher aes128 auth sha256 dh x25519 %$", "secret"},
    {TEXT, "esp ciper aes128gcm16 %$", "se"},
    {TEXT, "local-subnet 10.0.0.0/8 %$", "s"},
    {TEXT, "local-subnet 10.0.0.0 255.0.0.0 %$", "secret"},
    {TEXT, "dpd-delay 30 %$", "s"},
    {TEXT, "sa-rekey-time 5 m %$", "secret"},
    {TEXT, "version 3 %$", "secret"},
    {TEXT, "enable %$", "s"},
    {TEXT, "initiator %$", "secret"},
    {TEXT, "end %$", "secret"},
    {TEXT, "local-id name a %$", "s"},
    {TEXT, "local-id name a %$", "secret"},
    {TEXT, "remote-id alice %$", "secret"},
    {TEXT, "remote-id CN=alice, O=x %$", "secret"},
    {TEXT, "certificate gw %$", "s"},
    {TEXT, "description the %$", "secret"},
    {TEXT, "psk %$", "scret"},
    {TEXT, "frobnicate %$", "secret"},
    {TEXT, "frobnicate $", ""},
    {TEXT, "$", ""},
    {TEXT, "presharedkey $", ""},
    {TEXT, "psk $", ""},
    {TEXT, "PSK: $", ""},
    {TEXT, "key $", ""},
    {TEXT, "key 0 $", ""},
    {TEXT, "pre-shared-key $", ""},
    {TEXT, "preshard-key $", ""},
    {TEXT, "passphrase $", ""},
    {TEXT, "pasword $", ""},
    {TEXT, "my-psk $", ""},
    {TEXT, "no psk $", ""},
    {TEXT, "method psk $", ""},
    {TEXT, "method pks $", ""},
    {TEXT, "peer 192.0.2.1 $", ""},
    {TEXT, "peer 192.0.2.1 # the $", ""},
    {TEXT, "description the password $", ""},
    {TEXT, "secret\n$", ""},
    {TEXT, "secret \n$", ""},
    {TEXT, "secret\n\n$", ""},
    {TEXT, "secret Kd8sLq0pZx7vLm\n$", ""},
    {TEXT, "secret Kd8sLq0pZx7vLm\nrouter\n\n1234567\n$", ""},
    {TEXT, "psk Kd8sLq0pZx7vLm\nrouter\n$", ""},
    {SESSION, "gw:/config/tunnel/ipsec-1/#> secret 01234567890123456789\nrouter\n1234567\n$", ""},
    {TEXT, "secret 0123456789012345678901234567890123456789\n$", ""},
    {TEXT, "peer 192.0.2.1 # %$", "secret"},
    {TEXT, "peer 192.0.2.1 #%$", "psk"},
    {TEXT, "# %$", "s"},
    {TEXT, "frob # weipsec: ignore WI309 -- $", ""},
    {TEXT, "# weipsec: ignore WI309 -- the %$", "secret"},
    {TEXT, "peer 192.0.2.1 # weipsec: ignore WI309 -- until May: $", ""},
    {TEXT, "ike cipher aes128 auth md5 dh modp1024 # weipsec: ignore WI309 -- $", ""},
    {TEXT, "ike cipher aes128 auth md5 dh modp1024 # weipsec: ignore WI309 -- the %$", "secret"},
    {TEXT, "# weipsec: ignore $", ""},
    {TEXT, "# weipsec: ignore $ -- as it is", ""},
    {TEXT, "local-id name $\nsecret $", ""},
    {TEXT, "description the $\nremote-id $\nremote-id x$y\nsecret $", ""},
    {TEXT, "certificate $\nca $\nhostname $\nlocal-id inet $\nsecret \"$\"", ""},
    {TEXT, "secret $\nlocal-id $\nlocal-id b", ""},
    {TEXT, "pfs $", ""},
    {TEXT, "aggressive $", ""},
    {TEXT, "ipsec-nat-traversal $", ""},
    {TEXT, "enable $", ""},
    {TEXT, "local-id a=b se $", ""},
    {TEXT, "description x se $", ""},
    {TEXT, "description x s $", ""},
    {TEXT, "description \"x se $\"", ""},
    {ALONE, "secret Kd8sLq0pZx7vLm\nx:/y#>$", ""},
    {TEXT, "iface vlan1 %$", "secret"},
    {TEXT, "outbound vlan1 %$", "s"},
    {TEXT, "hostname gw\n%$", "secret"},
    {TEXT, "ca=%$", "secret"},
    {TEXT, "'%' \"$\"", "secret"},
    {TEXT, "ipsec-1:%$", "secret"},
    {SESSION, "gw:/config/tunnel/ipsec-1/#> %$", "secret"},
    {SESSION, "gw:/config/tunnel/ipsec-1/#>%$", "s"},
    {SESSION, "gw:/config/tunnel/#> ipsec 1 %$", "secret"},
    {SESSION, "gw:/config/#> tunle ipsec 1 %$", "s"},
    {SESSION, "% gw:/config/#> $", "secret"},
    {SESSION, "gw:/config/tunnel/ipsec-1/#> secret 01234567890123456789\n$", ""},
    {SESSION, "gw:/config/tunnel/ipsec-1/#> frob $", ""},
    {SESSION, "gw:/config/$/#> tunnel", ""},
    {SESSION, "gw:/config/tunnel/ipsec-1/#> secret 01234567890123456789\nx:/y#>$", ""},
    {SESSION, "gw:/#> show tunnel %$", "secret"},
    {SESSION, "--More-- %$", "secret"},
    {SESSION, "\033[7mgw:/config/tunnel/ipsec-1/#> \033[0m%$", "secret"},
};

/*
 * Blanks of all alphabets, and what a terminal shows nothing of: the categories Zs, Zl, Zp and Cf
 * of Unicode, controls, and letters that are empty or change their neighbours.
 */
static const struct {
	uint32_t first, last;
} gaps[] = {
    {0x1, 0x1},		{0x8, 0x9},	    {0xb, 0xc},		{0x1b, 0x1b},
    {0x20, 0x20},	{0x7f, 0x7f},	    {0x85, 0x85},	{0xa0, 0xa0},
    {0xad, 0xad},	{0x34f, 0x34f},	    {0x600, 0x605},	{0x61c, 0x61c},
    {0x6dd, 0x6dd},	{0x70f, 0x70f},	    {0x890, 0x891},	{0x8e2, 0x8e2},
    {0x115f, 0x1160},	{0x1680, 0x1680},   {0x17b4, 0x17b4},	{0x180b, 0x180b},
    {0x180e, 0x180e},	{0x2000, 0x200f},   {0x2028, 0x202f},	{0x205f, 0x2064},
    {0x2066, 0x206f},	{0x2800, 0x2800},   {0x3000, 0x3000},	{0x3164, 0x3164},
    {0xfe00, 0xfe00},	{0xfe0f, 0xfe0f},   {0xfeff, 0xfeff},	{0xffa0, 0xffa0},
    {0xfff9, 0xfffb},	{0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f},
    {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0001, 0xe0001}, {0xe0020, 0xe007f},
    {0xe0100, 0xe0100},
};
#define GAPS 208 /* in all of them (gaps_are_all()) */

/* Letters that look like those of `secret', in its order; a capital of the same alphabet too. */
static const uint32_t alike[][8] = {
    {0x455, 0x405, 0xff53, 0x1d42c, 0xa731, 0x1d68c, 0x15b, 0x24e2},
    {0x435, 0x415, 0xff45, 0x1d41e, 0x212e, 0x3f5, 0xe9, 0x24d4},
    {0x441, 0x421, 0xff43, 0x1d41c, 0x3f2, 0x1d04, 0xe7, 0x24d2},
    {0x433, 0x280, 0xff52, 0x1d42b, 0x1d26, 0xab47, 0x155, 0x24e1},
    {0x435, 0x450, 0xff45, 0x1d41e, 0x4bd, 0x451, 0xeb, 0x24d4},
    {0x442, 0x3c4, 0xff54, 0x1d42d, 0x1d1b, 0x422, 0x163, 0x24e3},
};

/* --- spellings -------------------------------------------------------------------------------- */

/* How a word, and the blank behind it, is spelt. */
struct spelling {
	char word[64];
	char blank[16];
};

static char *utf8_put(char *to, uint32_t code)
{
	if (code < 0x80) {
		*to++ = (char)code;
	} else if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
		*to++ = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	}
	*to = '\0';
	return to;
}

/* WORD with CODE before its byte AT, or instead of it. */
static void spell_with(struct spelling *spelling, const char *word, size_t at, uint32_t code,
		       bool instead)
{
	char *to = spelling->word;

	stpcpy(spelling->blank, " ");
	memcpy(to, word, at);
	to = utf8_put(to + at, code);
	stpcpy(to, word + at + instead);
}

#define GAP_WAYS 4
#define GAP_SPELLINGS ((size_t)GAPS * GAP_WAYS)
#define ALIKE_SPELLINGS (ARRAY_SIZE(alike) * ARRAY_SIZE(alike[0]))
#define WHOLE_SPELLINGS ARRAY_SIZE(alike[0])
#define PLAIN_SPELLINGS 3
#define SPELLINGS (GAP_SPELLINGS + ALIKE_SPELLINGS + WHOLE_SPELLINGS + PLAIN_SPELLINGS)

/* The gap at INDEX of all. */
static uint32_t gap_code(size_t index)
{
	size_t range = 0;

	for (; index > gaps[range].last - gaps[range].first; range++)
		index -= gaps[range].last - gaps[range].first + 1;
	return gaps[range].first + (uint32_t)index;
}

static bool gaps_are_all(void)
{
	size_t count = 0;

	for (size_t range = 0; range < ARRAY_SIZE(gaps); range++)
		count += gaps[range].last - gaps[range].first + 1;
	return count == GAPS;
}

/* A gap before the word, within it, behind it, or before and behind it. */
static void spell_gap(struct spelling *spelling, const char *word, size_t number)
{
	uint32_t code = gap_code(number / GAP_WAYS);
	size_t way = number % GAP_WAYS;

	spell_with(spelling, word, way == 1 && word[0] ? 1 : 0, code, false);
	if (way >= 2)
		utf8_put(spelling->blank, code);
	if (way == 2)
		stpcpy(spelling->word, word);
}

static void spell_alike(struct spelling *spelling, const char *word, size_t number)
{
	size_t at = number / ARRAY_SIZE(alike[0]);

	if (at < strlen(word))
		spell_with(spelling, word, at, alike[at][number % ARRAY_SIZE(alike[0])], true);
}

static void spell_whole(struct spelling *spelling, const char *word, size_t number)
{
	char *to = spelling->word;

	for (size_t at = 0; word[at] && at < ARRAY_SIZE(alike); at++)
		to = utf8_put(to, alike[at][number]);
}

static void spell_plain(struct spelling *spelling, const char *word, size_t number)
{
	static const char *const blanks[PLAIN_SPELLINGS] = {" ", "=", ": "};

	stpcpy(spelling->word, word);
	stpcpy(spelling->blank, blanks[number]);
	if (number == 1 && word[0])
		spelling->word[0] = (char)(word[0] - 'a' + 'A');
}

/* Spelling NUMBER of WORD, if that has so many. */
static void spell(struct spelling *spelling, const char *word, size_t number)
{
	stpcpy(spelling->word, word);
	stpcpy(spelling->blank, " ");
	if (number < PLAIN_SPELLINGS)
		spell_plain(spelling, word, number);
	else if ((number -= PLAIN_SPELLINGS) < GAP_SPELLINGS)
		spell_gap(spelling, word, number);
	else if ((number -= GAP_SPELLINGS) < ALIKE_SPELLINGS)
		spell_alike(spelling, word, number);
	else
		spell_whole(spelling, word, number - ALIKE_SPELLINGS);
}

/* A line of PLACE at TO; returns its end. */
static char *put_line(char *to, const struct setup *setup, const struct spelling *spelling,
		      const char *value)
{
	for (const char *form = setup->form; *form; form++) {
		if (*form == '%')
			to = stpcpy(to, spelling->word);
		else if (*form == '$' && form > setup->form && form[-1] == '%')
			to = stpcpy(stpcpy(to, spelling->blank), value);
		else if (*form == '$')
			to = stpcpy(to, value);
		else
			*to++ = *form;
	}
	*to = '\0';
	return to;
}

/* --- what is said ----------------------------------------------------------------------------- */

static void say_report(FILE *out, struct compilation *compilation,
		       const struct report_writer *writer)
{
	const struct report_settings settings = {
	    .writer = writer, .version = "0", .policy = {.obeys_comments = true}};
	const struct report_file file = {.path = "a.cfg",
					 .findings = &compilation->findings,
					 .model = compilation->model};
	struct report report;

	report_begin(&report, &settings, out);
	report_file(&report, &file);
	report_end(&report);
}

/* Each line, whether anything was found there or not. */
static void say_lines(FILE *out, struct compilation *compilation)
{
	struct text *text = compilation->text;
	char words[FINDING_WORDS_MAX];

	for (uint32_t number = 1, at = 0; at < text->size; number++) {
		struct span line = text_line(text, number);

		excerpt_print(out, text, line, NULL, &compilation->findings.mask);
		excerpt_print(out, text, (struct span){line.to, line.to}, NULL,
			      &compilation->findings.mask);
		finding_words(&compilation->findings, line, words, sizeof(words));
		fprintf(out, "%s\n", words);
		at = line.to + 1;
	}
}

static void say_tunnels(FILE *out, struct compilation *compilation)
{
	for (size_t i = 0; compilation->model && i < compilation->model->count; i++) {
		const struct tunnel *tunnel = compilation->model->tunnels[i];
		json_t *json = show_tunnel_json(compilation->text, tunnel);

		show_tunnel(out, compilation->text, tunnel);
		json_dumpf(json, out, JSON_INDENT(1));
		json_decref(json);
	}
}

/* --- the texts -------------------------------------------------------------------------------- */

struct trial {
	const char *value;
	char text[LINES * LINE_ROOM + 64];
	char *end;
	unsigned lines;
	enum kind kind;
	char *said;
	size_t length;
	size_t tried, leaks;
};

/* The first part of the value that was said, or NULL. */
static const char *find_leak(const struct trial *trial)
{
	size_t last = strlen(trial->value) - WINDOW;
	const size_t parts[] = {0, last / 3, last * 2 / 3, last};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const char *leak =
		    memmem(trial->said, trial->length, trial->value + parts[i], WINDOW);

		if (leak)
			return leak;
	}
	return NULL;
}

static void tell_leak(struct trial *trial, const char *leak)
{
	const char *from = memrchr(trial->said, '\n', (size_t)(leak - trial->said));
	const char *to = memchr(leak, '\n', (size_t)(trial->said + trial->length - leak));

	from = from ? from + 1 : trial->said;
	to = to ? to : trial->said + trial->length;
	if (trial->leaks++ < LEAKS_TOLD)
		printf("# %.*s\n", (int)(to - from), from);
}

static void say_all(struct trial *trial)
{
	static const struct surroundings nothing;
	FILE *out = open_memstream(&trial->said, &trial->length);
	struct text *text = text_new("a.cfg", trial->text, (size_t)(trial->end - trial->text));
	struct compilation *compilation = compilation_new(text, &nothing);

	for (size_t i = 0; i < ARRAY_SIZE(writers); i++)
		say_report(out, compilation, writers[i]);
	say_lines(out, compilation);
	say_tunnels(out, compilation);
	compilation_free(compilation);
	fclose(out);
}

/* Tries the lines that were gathered, and forgets them. */
static void trial_run(struct trial *trial)
{
	const char *leak;

	if (trial->lines) {
		say_all(trial);
		leak = find_leak(trial);
		if (leak)
			tell_leak(trial, leak);
		free(trial->said);
	}
	trial->tried += trial->lines;
	trial->lines = 0;
	trial->end = stpcpy(trial->text,
			    trial->kind == SESSION ? "gw:/#> configure\n" : "tunnel\n");
}

static void trial_add(struct trial *trial, const struct setup *setup, size_t number)
{
	struct spelling spelling;

	if (trial->lines == LINES || trial->kind != setup->kind || setup->kind == ALONE) {
		trial_run(trial);
		trial->kind = setup->kind;
		trial_run(trial);
	}
	spell(&spelling, setup->word, number);
	if (setup->kind != SESSION)
		trial->end += sprintf(trial->end, "ipsec %u\n", ++trial->lines);
	else
		trial->lines++;
	trial->end = put_line(trial->end, setup, &spelling, trial->value);
	trial->end = stpcpy(trial->end, setup->kind != SESSION ? "\nend\n" : "\n");
}

int main(int argc, char **argv)
{
	size_t share = argc > 1 ? strtoul(argv[1], NULL, 10) : 1, number = 0;
	static struct trial trial;

	if (!gaps_are_all())
		return 2;
	trial_run(&trial);
	for (size_t value = 0; value < ARRAY_SIZE(values); value++) {
		trial.value = values[value];
		for (size_t i = 0; i < ARRAY_SIZE(setups); i++) {
			for (size_t spelling = 0; spelling < SPELLINGS; spelling++) {
				if (!*setups[i].word && spelling)
					break;
				if (share && number++ % share == 0)
					trial_add(&trial, &setups[i], spelling);
			}
		}
		trial_run(&trial);
	}
	printf("%zu lines, %zu texts with a leak\n", trial.tried, trial.leaks);
	return trial.leaks || !trial.tried;
}
