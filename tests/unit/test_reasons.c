/* SPDX-License-Identifier: ISC */
/*
 * What is said of tunnels beyond one try: what any scanner can cause, alerts, and what is
 * not well with a tunnel that is up, by times that no lab waits for.  Prints TAP.
 */
#include "compiler/compilation/compilation.h"
#include "runtime/status/tracker.h"
#include "runtime/system/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d reasons: %s\n", holds ? "" : "not ", ++count, what);
}

#define MINUTE 60000LL

/* A model of one text, and its tracker. */
struct scene {
	struct compilation *compilation;
	struct tracker *tracker;
	struct status_notes notes;
};

static void open_scene(struct scene *scene, const char *lines)
{
	const struct surroundings surroundings = {.dialect = -1};
	struct text *text = text_new("-", lines, strlen(lines));

	scene->compilation = text ? compilation_new(text, &surroundings) : NULL;
	scene->tracker = tracker_new();
	if (!scene->compilation || !scene->tracker)
		exit(2);
	tracker_follow(scene->tracker, scene->compilation->model, NULL);
}

static void close_scene(struct scene *scene)
{
	tracker_free(scene->tracker);
	compilation_free(scene->compilation);
}

/* charon logs LINE of its IKE_SA number SA, whose tunnel is NAME. */
static void logs(struct scene *scene, const char *name, int sa, long long now, const char *line)
{
	struct vici_message message;
	char number[16];

	snprintf(number, sizeof(number), "%d", sa);
	vici_message_init(&message);
	vici_put_text(&message, "ikesa-name", name);
	vici_put_text(&message, "ikesa-uniqueid", number);
	vici_put_text(&message, "msg", line);
	tracker_log(scene->tracker, vici_message_slice(&message), now);
	vici_message_free(&message);
}

/* IP asks with an IKE_SA of its own, and charon says LINE. */
static void asks(struct scene *scene, const char *ip, int sa, long long now, const char *line)
{
	char packet[100];

	snprintf(packet, sizeof(packet),
		 "received packet: from %s[500] to 192.0.2.100[500] (1 bytes)", ip);
	logs(scene, "(unnamed)", sa, now, packet);
	logs(scene, "(unnamed)", sa, now, "parsed IKE_SA_INIT request 0 [ SA KE No ]");
	logs(scene, "(unnamed)", sa, now, line);
}

/* An IKE_SA with a child, as list-sas has it. */
struct sa {
	const char *state, *remote_id, *remote_host; /* of the IKE_SA; NULL: there is none */
	const char *child, *sent, *received; /* its number and packets; NULL: there is none */
	const char *subnet;			     /* here; NULL: what is configured */
	const char *age; /* seconds of the child; NULL: 5 */
};

static void put_subnet(struct vici_message *message, const char *key, const char *subnet)
{
	vici_put_list(message, key);
	vici_put_item(message, (struct slice){subnet, strlen(subnet)});
	vici_put_list_end(message);
}

static void put_child(struct vici_message *message, const struct sa *sa)
{
	vici_put_section(message, "child-sas");
	vici_put_section(message, "tunnel1-1");
	vici_put_text(message, "uniqueid", sa->child);
	vici_put_text(message, "state", "INSTALLED");
	vici_put_text(message, "install-time", sa->age ? sa->age : "5");
	vici_put_text(message, "life-time", "3600");
	vici_put_text(message, "packets-out", sa->sent ? sa->sent : "0");
	vici_put_text(message, "packets-in", sa->received ? sa->received : "0");
	put_subnet(message, "local-ts", sa->subnet ? sa->subnet : "10.1.0.0/24");
	put_subnet(message, "remote-ts", "10.2.0.0/24");
	vici_put_section_end(message);
	vici_put_section_end(message);
}

/* Looks at tunnel 1, which has SAS, ended by one without a state; others have none. */
static void looks(struct scene *scene, const struct sa *sas, long long now)
{
	struct vici_message messages[4];
	struct running_sa list[4];
	struct running_tunnel tunnels[4] = {{.id = 1, .has_connection = true},
					    {.id = 2, .has_connection = true},
					    {.id = 3, .has_connection = true},
					    {.id = 4, .has_connection = true}};
	const struct running running = {.tunnels = tunnels, .count = 4};
	size_t used = 0;

	for (; sas && sas[used].state; used++) {
		vici_message_init(&messages[used]);
		vici_put_text(&messages[used], "state", sas[used].state);
		vici_put_text(&messages[used], "remote-id", sas[used].remote_id);
		vici_put_text(&messages[used], "remote-host", sas[used].remote_host);
		if (sas[used].child)
			put_child(&messages[used], &sas[used]);
		list[used].section = vici_message_slice(&messages[used]);
		list[used].next = tunnels[0].sas;
		tunnels[0].sas = &list[used];
	}
	tracker_look(scene->tracker, &running, NULL, now, now);
	for (size_t i = 0; i < used; i++)
		vici_message_free(&messages[i]);
}

/* The tunnel INDEX says SLUG, and WORDS are in it; NULL: it says nothing. */
static bool says(struct scene *scene, size_t index, const char *slug, const char *words)
{
	const struct note *why = &scene->notes.why;

	tracker_tell(scene->tracker, index, true, &scene->notes);
	printf("# %s: %s\n", why->slug ? why->slug : "-", why->text);
	if (!slug || !why->slug)
		return !slug && !why->slug;
	return strcmp(why->slug, slug) == 0 && strstr(why->text, words);
}

/* Tunnel 1 warns of SLUG alone, and WORDS are in it; NULL: of nothing. */
static bool warns(struct scene *scene, const char *slug, const char *words)
{
	const struct note *warning = &scene->notes.warnings[0];

	tracker_tell(scene->tracker, 0, true, &scene->notes);
	for (size_t i = 0; i < scene->notes.count; i++)
		printf("# %s: %s\n", scene->notes.warnings[i].slug, scene->notes.warnings[i].text);
	if (!slug)
		return scene->notes.count == 0;
	return scene->notes.count == 1 && strcmp(warning->slug, slug) == 0 &&
	       strstr(warning->text, words);
}

static const char two_peers[] =
    "tunnel\nipsec 1\npeer 192.0.2.1\nlocal-address 192.0.2.100\n"
    "local-id name hub\nremote-id name one\nsecret plant-plant-plant\nend\n"
    "ipsec 2\nno peer\nlocal-id name hub\nremote-id name two\n"
    "secret plant-plant-other\nend\nend\n";

/* ---- what a scanner can cause ---- */

static void test_scanner(void)
{
	static const char unknown[] =
	    "no IKE config found for 192.0.2.100...198.51.100.7, sending NO_PROPOSAL_CHOSEN";
	struct scene scene;

	open_scene(&scene, two_peers);
	looks(&scene, NULL, 1000);
	asks(&scene, "198.51.100.7", 1, 2000, unknown);
	looks(&scene, NULL, 3000);
	ok(says(&scene, 0, "nobody-starts", "waiting"), "who asks once is not believed");
	asks(&scene, "198.51.100.8", 2, 4000, unknown);
	asks(&scene, "198.51.100.7", 3, 2000 + 3 * MINUTE, unknown);
	looks(&scene, NULL, 2000 + 3 * MINUTE);
	ok(says(&scene, 0, "nobody-starts", "waiting"), "nor twice in three minutes, nor two once");
	asks(&scene, "198.51.100.7", 4, 2000 + 4 * MINUTE, unknown);
	looks(&scene, NULL, 3000 + 4 * MINUTE);
	ok(says(&scene, 0, "peer-elsewhere", "198.51.100.7 asks, and peer is 192.0.2.1: see peer"),
	   "who asks again within two minutes is");
	ok(says(&scene, 1, "nobody-starts", "waiting"), "not of a tunnel that takes any peer");
	looks(&scene, NULL, 1000 + 9 * MINUTE);
	ok(says(&scene, 0, "peer-elsewhere", "198.51.100.7"), "for five minutes");
	looks(&scene, NULL, 4000 + 9 * MINUTE);
	ok(says(&scene, 0, "nobody-starts", "waiting"), "and no longer");
	close_scene(&scene);
}

/* Whom it is meant for is known: a tunnel that is not enabled, or one of two. */
static void test_known_peer(void)
{
	static const char three[] = "tunnel\nipsec 1\npeer 192.0.2.1\nlocal-address 192.0.2.100\n"
				    "secret plant-plant-plant\nend\n"
				    "ipsec 2\npeer 192.0.2.2\nno enable\n"
				    "secret plant-plant-other\nend\n"
				    "ipsec 3\npeer 192.0.2.3\nsecret plant-plant-third\nend\n"
				    "ipsec 4\npeer 192.0.2.3\nlocal-id name four\n"
				    "secret plant-plant-third\nend\nend\n";
	static const char disabled[] = "no IKE config found for 192.0.2.100...192.0.2.2, sending",
			  both[] = "no IKE config found for 192.0.2.100...192.0.2.3, sending",
			  other[] = "no IKE config found for 192.0.2.9...192.0.2.1, sending",
			  same[] = "no IKE config found for 192.0.2.100...192.0.2.1, sending";
	struct scene scene;

	open_scene(&scene, three);
	looks(&scene, NULL, 1000);
	for (int i = 0; i < 2; i++) {
		asks(&scene, "192.0.2.2", 10 + i, 2000, disabled);
		asks(&scene, "192.0.2.3", 20 + i, 2000, both);
		asks(&scene, "192.0.2.1", 30 + i, 2000, same);
	}
	looks(&scene, NULL, 3000);
	ok(says(&scene, 0, "nobody-starts", "waiting"),
	   "who asks for a tunnel that is not enabled does not ask for others");
	ok(says(&scene, 2, "nobody-starts", "waiting"), "nor does who asks for one of two");
	asks(&scene, "192.0.2.1", 40, 4000, other);
	asks(&scene, "192.0.2.1", 41, 4000, other);
	looks(&scene, NULL, 5000);
	ok(says(&scene, 0, "peer-elsewhere",
		"for another address of this device (it asks for 192.0.2.9; here is local-address "
		"192.0.2.100): see local-address"),
	   "the peer that asks for another address is told so");
	close_scene(&scene);
}

static void test_scanned_suites(void)
{
	struct scene scene;

	open_scene(&scene, two_peers);
	looks(&scene, NULL, 1000);
	for (int i = 0; i < 3; i++) {
		asks(&scene, "192.0.2.1", 10 + i, 1000 + i, "received proposals unacceptable");
		asks(&scene, "198.51.100.7", 20 + i, 1000 + i, "received proposals unacceptable");
		looks(&scene, NULL, 1000 + i);
		if (!i)
			ok(says(&scene, 0, "nobody-starts", "waiting"), "suites, seen once");
	}
	looks(&scene, NULL, 2000);
	ok(says(&scene, 0, "ike-suites", "none of the peer's suites fits"),
	   "the peer's own suites");
	ok(says(&scene, 1, "nobody-starts", "waiting"), "a scanner's suites are of no tunnel");
	looks(&scene,
	      (const struct sa[]){{"ESTABLISHED", "one", "192.0.2.1", "1", "0", "0", NULL, NULL},
				{NULL}},
	      3000);
	looks(&scene, NULL, 4000);
	ok(says(&scene, 0, "nobody-starts", "waiting"), "what came up leaves no rumour");
	for (int i = 0; i < 4000; i++) {
		char ip[24];

		snprintf(ip, sizeof(ip), "198.51.%d.%d", i / 250, i % 250 + 1);
		asks(&scene, ip, 100 + i, 5000 + i, "no IKE config found for 192.0.2.100...x");
		asks(&scene, "192.0.2.1", 9000 + i, 5000 + i, "received proposals unacceptable");
	}
	looks(&scene, NULL, 10000);
	ok(says(&scene, 0, "ike-suites", "none of the peer's suites fits"),
	   "a thousand scanners do not hide the peer");
	close_scene(&scene);
}

/* A name as long as a message, with what moves a terminal, and with what ends an identity. */
static void test_stranger(void)
{
	char line[4000], name[3000];
	struct scene scene;

	memset(name, 'x', sizeof(name));
	memcpy(name, "\033]0;mine\a\n]...192.0.2.9[", 24);
	name[sizeof(name) - 1] = '\0';
	open_scene(&scene, two_peers);
	looks(&scene, NULL, 1000);
	for (int sa = 1; sa < 3; sa++) {
		snprintf(line, sizeof(line),
			 "looking for peer configs matching 192.0.2.100[hub]...192.0.2.1[%s]",
			 name);
		asks(&scene, "192.0.2.1", sa, 1000, line);
		logs(&scene, "(unnamed)", sa, 1000, "no matching peer config found");
		looks(&scene, NULL, 1000);
		if (sa == 1)
			ok(says(&scene, 0, "nobody-starts", "waiting"), "who asks but once");
	}
	looks(&scene, NULL, 2000);
	ok(says(&scene, 0, "authentication", "the peer is '\\x1B]0;mine\\x07\\x0A]...192.0.2.9[xx"),
	   "a stranger's identity is printable");
	ok(strstr(scene.notes.why.text,
		  "asks for 'hub'; here are local-id name hub, remote-id name one"),
	   "and leaves room for ours");
	ok(strlen(scene.notes.why.text) < 400, "and is bounded");
	close_scene(&scene);
}

/* Who answers may call itself what it likes, and want many subnets: ours are said all the same. */
static void test_answerer(void)
{
	char line[2000];
	struct scene scene;

	open_scene(&scene, two_peers);
	looks(&scene, NULL, 1000);
	snprintf(line, sizeof(line), "IDir '\033]0;%0900d' does not match to 'one'", 1);
	logs(&scene, "ipsec1", 1, 2000, line);
	looks(&scene, NULL, 3000);
	ok(says(&scene, 0, "authentication", "the peer is '\\x1B]0;000") &&
	       strstr(scene.notes.why.text, "...'; here is remote-id name one): compare"),
	   "a long identity of an answer leaves room for ours");
	snprintf(line, sizeof(line), "traffic selectors 10.%0900d === 10.%0900d unacceptable", 1,
		 2);
	logs(&scene, "ipsec1", 2, 4000, line);
	looks(&scene, NULL, 5000);
	ok(says(&scene, 0, "selectors", "... here, 10.0000") &&
	       strstr(scene.notes.why.text, "... there; here are local-subnet "),
	   "and so do subnets");
	close_scene(&scene);
}

/* ---- alerts ---- */

static void alerts(struct scene *scene, const char *type, const char *name, const char *sa,
		   bool ours, long long now)
{
	struct vici_message message;

	vici_message_init(&message);
	vici_put_text(&message, "type", type);
	if (name) {
		vici_put_section(&message, "ike-sa");
		vici_put_section(&message, name);
		vici_put_text(&message, "uniqueid", sa);
		if (ours)
			vici_put_text(&message, "initiator", "yes");
		vici_put_section_end(&message);
		vici_put_section_end(&message);
	}
	tracker_alert(scene->tracker, vici_message_slice(&message), now);
	vici_message_free(&message);
}

static void test_alerts(void)
{
	struct scene scene;

	open_scene(&scene, two_peers);
	looks(&scene, NULL, 1000);
	alerts(&scene, "ts-mismatch", "ipsec1", "7", true, 2000);
	logs(&scene, "ipsec1", 7, 2001, "received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built");
	ok(says(&scene, 0, "selectors", "the peer refused the subnets"),
	   "an alert comes before the log");
	alerts(&scene, "proposal-mismatch-ike", "ipsec1", "7", false, 20000);
	ok(says(&scene, 0, "ike-suites", "none of the peer's suites fits"), "the later one counts");
	logs(&scene, "ipsec1", 7, 20001, "received proposals unacceptable");
	ok(says(&scene, 0, "ike-suites", "ours: ike Auto"), "the log has the values");
	alerts(&scene, "peer-auth-failed", "ipsec1", "7", false, 40000);
	ok(says(&scene, 0, "ike-suites", "none"), "one that tells nothing does not hide a reason");
	logs(&scene, "ipsec1", 8, 50000,
	     "tried 1 shared key for 'hub' - 'one', but MAC mismatched");
	alerts(&scene, "peer-auth-failed", "ipsec1", "8", false, 50001);
	ok(says(&scene, 0, "authentication", "the secrets differ"),
	   "what the log tells of the same stays");
	alerts(&scene, "shutdown-signal", NULL, "7", false, 60000);
	alerts(&scene, "ts-mismatch", "other", "7", false, 60000);
	alerts(&scene, "half-open-timeout", "(unnamed)", "7", false, 60000);
	ok(says(&scene, 1, "nobody-starts", "waiting"), "others' are not ours");
	close_scene(&scene);
}

/* ---- secrets that are not found ---- */

/* charon finds none, for our identity and the peer's. */
static bool lacks(struct scene *scene, const char *identities, const char *words)
{
	static int sa;
	char line[1000];

	sa++;
	snprintf(line, sizeof(line), "no shared key found for %s", identities);
	logs(scene, "ipsec1", sa, sa * MINUTE, line);
	looks(scene, NULL, sa * MINUTE + 1000);
	return says(scene, 0, "authentication", words);
}

static void test_secrets(void)
{
	static const char named[] = "tunnel\nipsec 1\npeer 192.0.2.1\nlocal-address 192.0.2.100\n"
				    "local-id name hub\nremote-id CN=bob,O=x\n"
				    "secret plant-plant-plant\nend\nend\n";
	char stranger[400];
	struct scene scene;

	open_scene(&scene, two_peers);
	looks(&scene, NULL, 1000);
	ok(lacks(&scene, "'hub' - 'bobby'",
		 "the peer is 'bobby'; here are local-id name hub, remote-id name one): compare "
		 "local-id and remote-id at both ends"),
	   "a peer of another name is named beside ours");
	ok(lacks(&scene, "'hub' - 'ONE'",
		 "charon has no secret for this peer: apply it again (here are local-id name hub, "
		 "remote-id name one): see secret"),
	   "of a peer that is expected the secret is not there");
	ok(lacks(&scene, "'hub'[192.0.2.100] - 'one'[192.0.2.1]", "see secret"),
	   "in version 1, where both have addresses");
	ok(lacks(&scene, "192.0.2.100 - 192.0.2.1", "see secret"), "or nothing else");
	ok(lacks(&scene, "'%any' - 'one'",
		 "whom it asks for (the peer is 'one'; here is local-id name hub): see remote-id "
		 "at its end"),
	   "who asks for nobody is told so");
	ok(lacks(&scene, "'hub' - '%any'", "see dpd-action, initiator and remote-id"),
	   "nor can this end ask for anybody");
	snprintf(stranger, sizeof(stranger), "'hub' - '\033]0;%0300d'", 1);
	ok(lacks(&scene, stranger, "'\\x1B]0;000000") &&
	       strstr(scene.notes.why.text, "'; here are local-id name hub, remote-id name one"),
	   "a long one that moves a terminal leaves room for ours");
	close_scene(&scene);
	open_scene(&scene, named);
	looks(&scene, NULL, 1000);
	ok(lacks(&scene, "'hub' - 'CN=bob, O=x'", "see secret"), "charon writes blanks in a name");
	ok(lacks(&scene, "'hub' - 'CN=bobby, O=x'", "the peer is 'CN=bobby, O=x'; here are"),
	   "of another subject");
	close_scene(&scene);
}

/* ---- what is up, and not well ---- */

static const char one_peer[] = "tunnel\nipsec 1\npeer 192.0.2.1\nlocal-subnet 10.1.0.0/24\n"
			       "remote-subnet 10.2.0.0/24\nremote-id name one\n"
			       "secret plant-plant-plant\nend\nend\n";

static struct sa up(const char *child, const char *sent, const char *received)
{
	return (struct sa){"ESTABLISHED", "one", "192.0.2.1", child, sent, received, NULL, NULL};
}

static void test_one_way(void)
{
	struct scene scene;

	open_scene(&scene, one_peer);
	for (int minute = 0; minute < 60; minute++) { /* 80 in ten minutes */
		char sent[8];

		snprintf(sent, sizeof(sent), "%d", 8 * minute);
		looks(&scene, (const struct sa[]){up("1", sent, "0"), {NULL}},
		      1000 + minute * MINUTE);
		if (minute % 20 == 19)
			ok(warns(&scene, NULL, NULL), "80 packets in ten minutes are not 100");
	}
	looks(&scene, (const struct sa[]){up("1", "560", "0"), {NULL}}, 61 * MINUTE);
	ok(warns(&scene, "one-way-traffic", "received none since"),
	   "88 and those of the minutes before are");
	looks(&scene, (const struct sa[]){up("2", "0", "0"), {NULL}}, 62 * MINUTE);
	ok(warns(&scene, "one-way-traffic", "received none since"), "a rekeying changes nothing");
	looks(&scene, (const struct sa[]){up("2", "1", "1"), {NULL}}, 63 * MINUTE);
	ok(warns(&scene, NULL, NULL), "a packet that comes does");
	looks(&scene, (const struct sa[]){up("2", "90", "2"), {NULL}}, 64 * MINUTE);
	looks(&scene, (const struct sa[]){up("2", "189", "2"), {NULL}}, 65 * MINUTE);
	ok(warns(&scene, NULL, NULL), "which begins it anew");
	close_scene(&scene);
}

/* It ends an hour behind NOW, by the clock of people, which may go on meanwhile. */
static bool ends_in_an_hour(struct scene *scene, const char *words, long long now)
{
	for (long long second = -1; second <= 1; second++) {
		char when[32], expected[200];

		cause_write_time(when, clock_wall_at(now + 60 * MINUTE) + second);
		snprintf(expected, sizeof(expected), "without a new one it ends at %s: %s", when,
			 words);
		if (warns(scene, "rekey-refused", expected))
			return true;
	}
	return false;
}

static void test_refused(void)
{
	struct sa sas[2] = {up("1", "0", "0"), {NULL}};
	struct scene scene;

	open_scene(&scene, one_peer);
	looks(&scene, sas, 1000);
	logs(&scene, "ipsec1", 1, 2000, "received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built");
	looks(&scene, sas, 3000);
	ok(ends_in_an_hour(&scene, "compare esp at both ends", 3000),
	   "a refused rekeying has the time at which the tunnel ends");
	looks(&scene, sas, 50 * MINUTE);
	ok(ends_in_an_hour(&scene, "compare esp at both ends", 3000), "for as long as it is so");
	sas[0] = up("2", "0", "0");
	sas[0].age = "1";
	looks(&scene, sas, 51 * MINUTE);
	ok(warns(&scene, NULL, NULL), "and no longer, with a new one");
	logs(&scene, "ipsec1", 1, 51 * MINUTE,
	     "received TS_UNACCEPTABLE notify, no CHILD_SA built");
	looks(&scene, sas, 52 * MINUTE);
	ok(ends_in_an_hour(&scene, "compare local-subnet and remote-subnet at both ends",
			   52 * MINUTE),
	   "one that was refused for the subnets");
	looks(&scene, NULL, 53 * MINUTE);
	ok(says(&scene, 0, "selectors", "refused the subnets"), "which is why, when it is down");
	close_scene(&scene);
}

static void test_two_sas(void)
{
	struct sa two[3] = {up("1", "0", "0"), up("2", "0", "0"), {NULL}};
	struct scene scene;

	open_scene(&scene, one_peer);
	looks(&scene, two, 1000);
	looks(&scene, two, MINUTE);
	ok(warns(&scene, NULL, NULL), "two IKE SAs for a minute are none too many");
	looks(&scene, two, 2000 + MINUTE);
	ok(warns(&scene, "duplicate-ike-sa", "two IKE SAs"), "for longer they are");
	two[1].remote_host = "192.0.2.9";
	looks(&scene, two, 3000 + MINUTE);
	ok(warns(&scene, NULL, NULL), "those of two addresses are not");
	close_scene(&scene);
}

static void test_narrowed(void)
{
	struct sa narrow[2] = {up("1", "0", "0"), {NULL}};
	struct status_notes news;
	struct scene scene;

	narrow[0].subnet = "10.1.0.0/25";
	open_scene(&scene, one_peer);
	looks(&scene, narrow, 1000);
	ok(warns(&scene, "selectors-narrowed", "(10.1.0.0/25 === 10.2.0.0/24)"),
	   "narrower subnets");
	tracker_take_news(scene.tracker, 0, &news);
	ok(news.count == 1, "are news");
	looks(&scene, narrow, 2000);
	tracker_take_news(scene.tracker, 0, &news);
	ok(news.count == 0, "once");
	close_scene(&scene);
	open_scene(
	    &scene,
	    "tunnel\nipsec 1\npeer 192.0.2.1\nremote-subnet 10.2.0.0/24\nremote-id name one\n"
	    "secret plant-plant-plant\nend\nend\n");
	looks(&scene, narrow, 1000);
	ok(warns(&scene, NULL, NULL), "where none is set none is narrower");
	close_scene(&scene);
	open_scene(
	    &scene,
	    "tunnel\nipsec 1\npeer 192.0.2.1\nlocal-subnet 10.1.0.0/24\nremote-id name *.one\n"
	    "secret plant-plant-plant\nend\nend\n");
	looks(&scene, narrow, 1000);
	ok(warns(&scene, NULL, NULL), "nor where many may come");
	close_scene(&scene);
}

/* The words that are looked for in charon's log, for whoever holds them against charon's own. */
static int print_words(void)
{
	for (size_t i = 0; reason_words(i); i++)
		puts(reason_words(i));
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "words") == 0)
		return print_words();
	test_scanner();
	test_known_peer();
	test_scanned_suites();
	test_stranger();
	test_answerer();
	test_alerts();
	test_secrets();
	test_one_way();
	test_refused();
	test_two_sas();
	test_narrowed();
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
