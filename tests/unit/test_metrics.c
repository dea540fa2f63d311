/* SPDX-License-Identifier: ISC */
/* Metrics of statuses that no lab has, and what is summed of SAs that come and go.  Prints TAP. */
#include "compiler/compilation/compilation.h"
#include "runtime/status/metrics.h"
#include "runtime/status/tally.h"
#include "runtime/supervise/metrics_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d metrics: %s\n", holds ? "" : "not ", ++count, what);
}

/* ---- the text ---- */

/* The metrics of the document JSON, to be freed. */
static char *metrics_of(const char *json)
{
	json_t *document = json_loads(json, 0, NULL);
	char *bytes = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);

	if (!document || !out)
		exit(2);
	metrics_print(out, document);
	fclose(out);
	json_decref(document);
	return bytes;
}

/* True if the document JSON has the sample LINE, as a line, or has no LINE with WANTED false. */
static bool has(const char *json, const char *line, bool wanted)
{
	char *text = metrics_of(json);
	const char *at = strstr(text, line);
	bool found = at && (at == text || at[-1] == '\n') && at[strlen(line)] == '\n';

	if (found != wanted)
		printf("# %s\n", text);
	free(text);
	return found == wanted;
}

#define OF(tunnel) "{\"charon\": {\"version\": \"6\"}, \"tunnels\": [{\"id\": 7, " tunnel "}]}"
#define INFO "weipsec_tunnel_info{tunnel=\"7\",description="

static void test_labels(void)
{
	ok(has(OF("\"description\": \"a\\\\b\\\"c\", \"peer\": \"any\""),
	       INFO "\"a\\\\b\\\"c\",peer=\"any\"} 1", true),
	   "a backslash and a quote in a label are escaped");
	ok(has(OF("\"description\": \"a\\nweipsec_charon_up 9\\u001b[2J\""),
	       INFO "\"a\\\\x0Aweipsec_charon_up 9\\\\x1B[2J\",peer=\"\"} 1", true),
	   "a new line and an escape are shown and not obeyed");
	ok(has(OF("\"description\": \"n\\u00f6rd\""), INFO "\"n\xc3\xb6rd\",peer=\"\"} 1", true),
	   "what is no ASCII stays");
}

static void test_samples(void)
{
	static const char warnings[] =
	    OF("\"warnings\": [{\"reason\": \"rekey-refused\"}, {\"reason\": \"rekey-refused\"}]");
	static const char warning[] =
	    "weipsec_tunnel_warning{tunnel=\"7\",warning=\"rekey-refused\"}";
	char *text = metrics_of(warnings);
	const char *first = strstr(text, warning);

	ok(first && !strstr(first + 1, warning), "a warning that there is twice is one sample");
	free(text);
	ok(has("{}", "weipsec_charon_up 0", true), "without charon it is down");
	ok(has("{\"charon\": null, \"tunnels\": [{\"id\": 7, \"ike_sas\": 0}]}",
	       "weipsec_tunnel_ike_sas{tunnel=\"7\"} 0", false),
	   "and nobody knows how many SAs it has");
	ok(has(OF("\"enabled\": false, \"reason\": \"other\""),
	       "weipsec_tunnel_down_reason{tunnel=\"7\",reason=\"other\"} 1", false),
	   "a tunnel that is not enabled has no reason to be down");
	ok(has(OF("\"state\": \"Down(Retransmission)\""),
	       "weipsec_tunnel_state{tunnel=\"7\",state=\"retransmission\"} 1", true),
	   "a state is 1");
	ok(has(OF("\"totals\": {\"received_bytes\": 9007199254740993}"),
	       "weipsec_tunnel_received_bytes_total{tunnel=\"7\"} 9007199254740993", true),
	   "a sum has all its digits");
}

/* ---- sums ---- */

struct scene {
	struct compilation *compilation;
	struct tally *tally;
	struct arena *arena;
};

struct child {
	long long number;
	const char *spi; /* of either way */
	const char *state;
	long long bytes; /* of either way, and half as many packets */
};

static struct scene scene_new(void)
{
	static const char lines[] =
	    "tunnel\nipsec 1\npeer 192.0.2.1\nsecret plant-plant-plant\nend\nend\n";
	const struct surroundings surroundings = {.dialect = -1};
	struct text *text = text_new("-", lines, sizeof(lines) - 1);
	struct scene scene = {.compilation = text ? compilation_new(text, &surroundings) : NULL,
			      .tally = tally_new(),
			      .arena = arena_new()};

	if (!scene.compilation || scene.compilation->model->count != 1 || !scene.tally ||
	    !scene.arena)
		exit(2);
	tally_follow(scene.tally, scene.compilation->model);
	return scene;
}

static void scene_end(struct scene *scene)
{
	tally_free(scene->tally);
	compilation_free(scene->compilation);
	arena_free(scene->arena);
}

static void put_number(struct vici_message *message, const char *key, long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", number);
	vici_put_text(message, key, text);
}

static void put_child(struct vici_message *message, const char *name, const struct child *child)
{
	vici_put_section(message, name);
	put_number(message, "uniqueid", child->number);
	vici_put_text(message, "state", child->state);
	vici_put_text(message, "spi-in", child->spi);
	vici_put_text(message, "spi-out", child->spi);
	put_number(message, "bytes-in", child->bytes);
	put_number(message, "packets-in", child->bytes / 2);
	put_number(message, "bytes-out", child->bytes);
	put_number(message, "packets-out", child->bytes / 2);
	vici_put_section_end(message);
}

/* charon has CHILDREN, which end with one that has no number. */
static void look(const struct scene *scene, const struct child *children)
{
	struct vici_message message;
	struct running_sa sa = {.next = NULL};
	struct running_tunnel tunnel = {.id = 1, .sas = &sa};
	const struct running running = {.tunnels = &tunnel, .count = 1};
	char name[24];

	vici_message_init(&message);
	vici_put_section(&message, "child-sas");
	for (; children->number; children++) {
		snprintf(name, sizeof(name), "tunnel1-%lld", children->number);
		put_child(&message, name, children);
	}
	vici_put_section_end(&message);
	sa.section = vici_message_slice(&message);
	tally_look(scene->tally, &running);
	vici_message_free(&message);
}

/* charon tells of CHILD, which is UP or has ended, or with OLD takes the place of that. */
static void hear(const struct scene *scene, bool up, const struct child *old,
		 const struct child *child)
{
	struct vici_message message;

	vici_message_init(&message);
	if (up)
		vici_put_text(&message, "up", "yes");
	vici_put_section(&message, "ipsec1");
	vici_put_section(&message, "child-sas");
	if (old) {
		vici_put_section(&message, "tunnel1");
		put_child(&message, "old", old);
		put_child(&message, "new", child);
		vici_put_section_end(&message);
	} else {
		put_child(&message, "tunnel1-1", child);
	}
	vici_put_section_end(&message);
	vici_put_section_end(&message);
	tally_hear(scene->tally, vici_message_slice(&message));
	vici_message_free(&message);
}

/* The sums are BYTES either way, and REKEYS. */
static bool sums_are(const struct scene *scene, unsigned long long bytes, unsigned long long rekeys)
{
	const struct tally_totals *totals = tally_find(scene->tally, 1);

	if (totals && totals->received_bytes == bytes && totals->transmitted_bytes == bytes &&
	    totals->received_packets == bytes / 2 && totals->transmitted_packets == bytes / 2 &&
	    totals->rekeys == rekeys)
		return true;
	if (totals)
		printf("# %llu bytes, %llu rekeys\n", totals->received_bytes, totals->rekeys);
	return false;
}

#define A(bytes)                                                                                   \
	{                                                                                          \
		1, "aaaaaaaa", "INSTALLED", bytes                                                  \
	}
#define A_OLD(bytes)                                                                               \
	{                                                                                          \
		1, "aaaaaaaa", "REKEYED", bytes                                                    \
	}
#define B(bytes)                                                                                   \
	{                                                                                          \
		2, "bbbbbbbb", "INSTALLED", bytes                                                  \
	}
/* of a charon that was restarted, and counts anew */
#define C(bytes)                                                                                   \
	{                                                                                          \
		1, "cccccccc", "INSTALLED", bytes                                                  \
	}
#define D(bytes)                                                                                   \
	{                                                                                          \
		3, "dddddddd", "INSTALLED", bytes                                                  \
	}
#define LOOK(scene, ...) look(scene, (const struct child[]){__VA_ARGS__, {0}})
#define NO_CHILD                                                                                   \
	{                                                                                          \
		0                                                                                  \
	}

static void test_looks(void)
{
	struct scene scene = scene_new();

	LOOK(&scene, A(1000));
	ok(sums_are(&scene, 0, 0), "what was carried before the first look is not of the sum");
	LOOK(&scene, A(1100));
	ok(sums_are(&scene, 100, 0), "what an SA carries from then on is");
	LOOK(&scene, A_OLD(1110), B(20));
	ok(sums_are(&scene, 130, 1),
	   "an SA that took another's place is counted from its beginning");
	LOOK(&scene, B(30));
	LOOK(&scene, B(40));
	LOOK(&scene, B(40));
	ok(sums_are(&scene, 150, 1), "nothing is lost with one that ended");
	LOOK(&scene, NO_CHILD);
	LOOK(&scene, A(10));
	ok(sums_are(&scene, 160, 1), "one that comes after a while without any is no rekeying");
	scene_end(&scene);
}

static void test_events(void)
{
	struct scene scene = scene_new();

	LOOK(&scene, NO_CHILD);
	hear(&scene, true, NULL, &(struct child)A(0));
	hear(&scene, false, &(struct child)A(50), &(struct child)B(10));
	ok(sums_are(&scene, 60, 1), "what is told of a rekeying between two looks is of the sum");
	LOOK(&scene, A(50));
	ok(sums_are(&scene, 60, 1), "a look that began before changes nothing");
	LOOK(&scene, B(12));
	ok(sums_are(&scene, 62, 1), "and the next one goes on");
	hear(&scene, false, NULL, &(struct child)B(20));
	hear(&scene, true, NULL, &(struct child)D(2));
	ok(sums_are(&scene, 72, 1), "the last word of an SA counts, and the next is no rekeying");
	scene_end(&scene);
}

static void test_losses(void)
{
	struct scene scene = scene_new();

	LOOK(&scene, NO_CHILD);
	LOOK(&scene, A(100));
	tally_lose(scene.tally);
	LOOK(&scene, A(130));
	ok(sums_are(&scene, 130, 0), "a charon that did not answer goes on with the same SA");
	tally_lose(scene.tally);
	LOOK(&scene, C(7));
	ok(sums_are(&scene, 137, 0), "one that was restarted has another by the same number");
	tally_follow(scene.tally, scene.compilation->model);
	LOOK(&scene, C(9));
	ok(sums_are(&scene, 139, 0), "another configuration with the same tunnel goes on");
	tally_follow(scene.tally, NULL);
	ok(!tally_find(scene.tally, 1), "one without it does not");
	scene_end(&scene);
}

static void test_due(void)
{
	struct metrics_file file;
	const long long now = 1000000;
	uint64_t mark = METRICS_FILE_MARK, other = METRICS_FILE_MARK;

	ok(metrics_file_open(&file, "/nowhere/w.prom", NULL), "a file is kept");
	metrics_file_mix(&other, "down", 4);
	ok(metrics_file_is_due(&file, mark, now) && !metrics_file_is_due(&file, mark, now),
	   "it is written once of what is the same");
	ok(metrics_file_is_due(&file, other, now) && metrics_file_is_due(&file, mark, now),
	   "and at once of each change");
	ok(!metrics_file_is_due(&file, mark, now + 14999) &&
	       metrics_file_is_due(&file, mark, now + 15000),
	   "and after 15 seconds, whatever it is of");
	ok(!metrics_file_is_due(&file, mark, now + 29999), "which count from then on");
	metrics_file_close(&file);
}

int main(void)
{
	test_due();
	test_labels();
	test_samples();
	test_looks();
	test_events();
	test_losses();
	printf("1..%d\n", count);
	return failures != 0;
}
