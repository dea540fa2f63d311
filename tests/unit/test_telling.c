/* SPDX-License-Identifier: ISC */
/* What is shown of a tunnel where a name of it, or of another, is the secret.  Prints TAP. */
#include "compiler/compilation/compilation.h"
#include "compiler/model/telling.h"
#include "runtime/status/layout.h"
#include "runtime/status/status.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d %s\n", holds ? "" : "not ", ++count, what);
}

/* Both tunnels' secrets are names somewhere; the second's is a word of charon's. */
static const char telling_words[] =
    "tunnel\nipsec 1\npeer 192.0.2.1\nlocal-address 192.0.2.2\n"
    "description the Kd8sLq0pZx7vLm pump\nsecret Kd8sLq0pZx7vLm\nend\n"
    "ipsec 2\npeer 192.0.2.3\nlocal-address 192.0.2.2\n"
    "description 4b6438734c7130705a7837764c6d\nsecret installed\nend\nend\n";

static struct compilation *telling(void)
{
	static const struct surroundings nothing = {.dialect = -1};

	return compilation_new(text_new("a.cfg", telling_words, strlen(telling_words)), &nothing);
}

/* Nothing of the first secret, but for that it was masked. */
static bool hides(const char *text)
{
	return text && !strcasestr(text, "kd8s") && !strcasestr(text, "4b643873") &&
	       strstr(text, "****");
}

/* An IKE_SA as its peer names itself, and the connection that it came from. */
static void put_telling(struct vici_message *message)
{
	vici_put_text(message, "state", "ESTABLISHED");
	vici_put_text(message, "remote-id", "kd8sLq0pZx7vLm");
	vici_put_text(message, "version", "IKEv2");
	vici_put_section(message, "local-1");
	vici_put_text(message, "id", "C=SE, CN=Kd8sLq0pZx7vLm");
	vici_put_section_end(message);
}

static void test_telling_layout(const struct model *model, const struct running_sa *sa)
{
	char *text = NULL;
	size_t size;
	struct layout to = {.out = open_memstream(&text, &size), .model = model};

	if (!to.out)
		exit(2);
	layout_sa(&to, (struct slice){"ipsec1", 6}, sa->section);
	layout_connection(&to, (struct slice){"ipsec1", 6}, sa->section);
	fclose(to.out);
	ok(hides(text) && strstr(text, "remote '****' @") && strstr(text, "id: ****\n") &&
	       strstr(text, "ESTABLISHED"),
	   "the details of a tunnel");
	free(text);
}

static void test_telling_json(const struct model *model, const struct running_sa *sa)
{
	const struct status_notes notes = {.why = {.slug = NULL}};
	const struct running_tunnel running = {.id = 1, .sas = (struct running_sa *)sa};
	const struct status_summary summary = {.state = TUNNEL_INSTALLED};
	const struct status_seen seen = {.running = &running, .summary = &summary, .notes = &notes};
	const struct status_whole whole = {.charon = "6.0.1", .model = model};
	json_t *tunnels = json_array(), *json;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; i < model->count; i++)
		json_array_append_new(tunnels, status_tunnel(model, i, &seen));
	json = status_document(&whole, tunnels);
	if (!json || !out)
		exit(2);
	status_print_table(out, json);
	fclose(out);
	ok(hides(text), "the table");
	ok(strstr(text, "Up(Installed)"), "a word that is ours is no secret");
	free(text);
	text = json_dumps(json, JSON_ENSURE_ASCII);
	ok(hides(text), "JSON");
	free(text);
	json_decref(json);
}

/* A name that is the secret is told to the peer, and to nobody who looks at the status. */
static void test_telling(void)
{
	struct cause cause = {.reason = REASON_WRONG_IDENTITY};
	struct compilation *compilation = telling();
	const struct model *model = compilation->model;
	struct vici_message message;
	struct running_sa sa = {.next = NULL};
	struct note note;
	char spelled[] = "charon: 4b6438734c7130705a7837764c6d and xS2Q4c0xxMHBaeDd2TG0=";
	char cut[] = "charon: 'C=SE, CN=Kd8sLq0pZ...', INSTALLED and Kd8sLq0pZ";

	vici_message_init(&message);
	put_telling(&message);
	sa.section = vici_message_slice(&message);
	if (message.failed || !model || model->count != 2)
		exit(2);
	test_telling_layout(model, &sa);
	test_telling_json(model, &sa);
	cause_add(&cause, "the peer is 'kd8sLq0pZx7vLm' and asks for 'x Kd8sLq0pZx7vLm'");
	note_make(&note, &cause, model, model->tunnels[1]);
	ok(hides(note.text) && strstr(note.text, "the peer is '****' and asks for 'x ****'"),
	   "why");
	telling_hide(model, cut);
	ok(strcmp(cut, "charon: 'C=SE, ****', **** and ****") == 0, cut);
	telling_hide(model, spelled);
	ok(strcmp(spelled, "charon: **** and ****") == 0, spelled);
	vici_message_free(&message);
	compilation_free(compilation);
}

/* ---- what a text tells: the same as by looking for each secret everywhere ---- */

#define RANDOM_TUNNELS 12
#define RANDOM_LETTERS "abABab"

struct random_text {
	char bytes[4000];
	size_t length;
	uint32_t state;
};

static unsigned draw(struct random_text *text, unsigned below)
{
	text->state = text->state * 1664525u + 1013904223u;
	return (text->state >> 16) % below;
}

static void put(struct random_text *text, const char *words)
{
	text->length += (size_t)snprintf(text->bytes + text->length,
					 sizeof(text->bytes) - text->length, "%s", words);
}

/* A word of few letters, so that one is often the beginning or a part of another. */
static void put_word(struct random_text *text, unsigned least, unsigned most)
{
	char word[80] = "";
	unsigned length = least + draw(text, most - least + 1);

	for (unsigned i = 0; i < length; i++)
		word[i] = RANDOM_LETTERS[draw(text, sizeof(RANDOM_LETTERS) - 1)];
	word[length] = '\0';
	put(text, word);
}

static void make_text(struct random_text *text, uint32_t seed)
{
	unsigned longest = 4 + seed % 60;
	char line[40];

	*text = (struct random_text){.state = seed};
	put(text, "tunnel\n");
	for (int i = 0; i < RANDOM_TUNNELS; i++) {
		snprintf(line, sizeof(line), "ipsec %u\nsecret ", draw(text, RANDOM_TUNNELS));
		put(text, line);
		put_word(text, 4, longest);
		put(text, "\ndescription ");
		put_word(text, 1, 9 + seed % 50);
		put(text, "\nend\n");
	}
	put(text, "end\n");
}

/* Where line of TEXT `secret' has its value at AT. */
static bool is_secret_at(const char *text, const char *at)
{
	while (at > text && at[-1] != '\n' && at[-1] != ' ')
		at--;
	return at - text > 7 && strncmp(at - 7, "secret ", 7) == 0;
}

/* Marks in MARKS the words of TEXT that have SECRET where none is to stand. */
static void mark_words(const char *text, const char *secret, char *marks)
{
	for (const char *at = text; (at = strcasestr(at, secret)); at++) {
		size_t from = (size_t)(at - text), to = from;

		if (is_secret_at(text, at))
			continue;
		while (from > 0 && !strchr(" \n", text[from - 1]))
			from--;
		while (text[to] && !strchr(" \n", text[to]))
			to++;
		memset(marks + from, 1, to - from);
	}
}

/* The same by what was found; false: it is not in order, or not apart. */
static bool mark_told(const struct text *text, char *marks)
{
	uint32_t last = 0;

	for (size_t i = 0; i < text->told_count; i++) {
		struct span words = text->told[i];

		if (words.from >= words.to || (i && words.from <= last))
			return false;
		last = words.to;
		memset(marks + words.from, 1, words.to - words.from);
	}
	return true;
}

/* All words that have a secret which is elsewhere are told, and no other; how many. */
static int count_told(const struct random_text *random, const struct text *text)
{
	const char *line = random->bytes;
	char expected[sizeof(random->bytes)] = "", found[sizeof(random->bytes)] = "";
	char secret[80];

	while ((line = strstr(line, "\nsecret "))) {
		line += strlen("\nsecret ");
		snprintf(secret, sizeof(secret), "%.*s", (int)strcspn(line, "\n"), line);
		mark_words(random->bytes, secret, expected);
	}
	if (!mark_told(text, found) || memcmp(expected, found, sizeof(found)) != 0)
		return -1;
	return (int)text->told_count;
}

static void test_search(void)
{
	static const struct surroundings nothing = {.dialect = -1};
	struct random_text random;
	int told = 0, wrong = 0;

	for (uint32_t seed = 1; seed <= 600; seed++) {
		struct compilation *compilation;
		int found;

		make_text(&random, seed);
		compilation = compilation_new(text_new("a.cfg", random.bytes, random.length),
					      &nothing);
		found = compilation ? count_told(&random, compilation->text) : -1;
		if (found < 0)
			printf("# seed %u\n", (unsigned)seed);
		wrong += found < 0;
		told += found > 0 ? found : 0;
		compilation_free(compilation);
	}
	printf("# %d words were told\n", told);
	ok(wrong == 0 && told > 1000, "what a text tells");
}

/* ---- a secret in other letters, among others ---- */

#define SECRET "Kd8sLq0pZx7vLm"

/* What stands around each byte. */
static const struct marks {
	const char *before, *behind;
} marks[] = {{"", ""},	  {"", ":"},	{"", " "},	  {"0x", ", "},
	     {"\\x", ""}, {"%", ""}, {"&#x", ";"}, {"", "-"}};

/* SECRET in hex with marks as in FORMAT, among other words, into TO of SIZE. */
static void put_marked(char *to, size_t size, const struct marks *format, const char *secret)
{
	char *end = to + snprintf(to, size, "x ");

	for (const char *at = secret; *at; at++) {
		end += snprintf(end, size - (size_t)(end - to), "%s%02x%s", format->before,
				(unsigned)*at, format->behind);
	}
	snprintf(end, size - (size_t)(end - to), "zz");
}

/* SECRET behind BEFORE others and before more, in base64 of either alphabet. */
static void put_base64(char *to, const char *secret, size_t before, bool is_url)
{
	char bytes[100];
	int length = snprintf(bytes, sizeof(bytes), "%.*s%s?>", (int)before, "~~~~", secret);

	EVP_EncodeBlock((unsigned char *)to, (const unsigned char *)bytes, length);
	for (char *at = to; is_url && *at; at++)
		*at = (char)(*at == '+' ? '-' : *at == '/' ? '_' : *at);
}

/* Whether VALUE is told of where it stands, and whether it would be as a value. */
static bool is_told(const char *secret, const char *value)
{
	static const struct surroundings nothing = {.dialect = -1};
	struct compilation *compilation;
	const struct text *text;
	char words[400], *hidden;
	size_t at;
	int length = snprintf(words, sizeof(words),
			      "tunnel\nipsec 1\npeer 192.0.2.1\nsecret %s\n# %s\nend\nend\n",
			      secret, value);
	bool told;

	compilation = compilation_new(text_new("a.cfg", words, (size_t)length), &nothing);
	if (!compilation)
		exit(2);
	text = compilation->text;
	at = (size_t)(strstr(words, value) - words);
	told = text->told_count == 1 && text->told[0].from <= at + 2 &&
	       text->told[0].to + 3 >= at + strlen(value);
	hidden = strdup(value);
	telling_hide(compilation->model, hidden);
	if (compilation->model->tunnels[0]->secret.set &&
	    (told != telling_model(compilation->model,
				   (struct slice){value, strlen(value)}) ||
	     told != (strstr(hidden, "****") != NULL)))
		exit(2);
	free(hidden);
	compilation_free(compilation);
	return told;
}

/* Told of SECRET, and not of a secret that has another last letter. */
static bool tells_secret(const char *value)
{
	return is_told(SECRET, value) && !is_told(SECRET "4", value);
}

static void test_letters(void)
{
	char value[300];
	int wrong = 0;

	for (size_t before = 0; before < 4; before++) {
		put_base64(value, SECRET, before, false);
		wrong += !tells_secret(value);
		put_base64(value, SECRET, before, true);
		wrong += !tells_secret(value);
	}
	ok(!wrong, "base64 of a secret among other bytes");
	wrong = 0;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		put_marked(value, sizeof(value), &marks[i], SECRET);
		if (!tells_secret(value))
			printf("# %s\n", value);
		wrong += !tells_secret(value);
	}
	ok(!wrong && tells_secret("1 4b64 3873 4c71 3070 5a78 3776 4c6d 3"), "hex with marks");
	/* one digit or padding too few, which is refused */
	ok(is_told("0x4b6438734c7130705a7837764c6d3", "x" SECRET "x") &&
	       is_told("0sS2Q4c0xxMHBaeDd2TG0", "x" SECRET "x") &&
	       is_told("0sS2Q4c0xxMHBaeDd2TG0", "4b:64:38:73:4c:71:30:70:5a:78:37:76:4c:6d"),
	   "what was meant by a secret that could not be read");
}

/* Hex that goes on in the next lines, each behind BETWEEN. */
static bool tells_lines(const char *between)
{
	static const char *const parts[] = {"4b643873", "4c713070", "5a783776", "4c6d"};
	char value[300] = "";
	size_t length = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		length += (size_t)snprintf(value + length, sizeof(value) - length, "%s%s",
					   i ? between : "", parts[i]);
	return is_told(SECRET, value);
}

static void test_lines(void)
{
	ok(tells_lines("\n") && tells_lines("\r\n") && tells_lines("\n# ") &&
	       tells_lines("\n\t\t# ") && tells_lines("\n        # "),
	   "hex over several lines");
	ok(!tells_lines("\ndescription ") && !tells_lines("\nend\n"), "and not over other words");
}

int main(void)
{
	test_telling();
	test_search();
	test_letters();
	test_lines();
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
