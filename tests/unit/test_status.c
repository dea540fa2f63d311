/* SPDX-License-Identifier: ISC */
/*
 * What is made of charon's answers (testdata/vici): the layout, against what swanctl printed at the
 * same moment (NAME.sas and NAME.conns), the state, and from the log why.  Prints TAP.  The
 * argument is the folder of the transcripts.
 */
#include "runtime/status/status.h"

#include "compiler/compilation/compilation.h"
#include "runtime/status/layout.h"
#include "runtime/status/tracker.h"
#include "tests/unit/stories.h"
#include "tests/unit/transcript.h"

static int failures, count;

static void ok(bool holds, const char *name, const char *what)
{
	failures += !holds;
	printf("%sok %d %s: %s\n", holds ? "" : "not ", ++count, name, what);
}

/* The message of LINE, if that is the event NAME; else one whose `at' is NULL. */
static struct slice event_message(const struct line *line, const char *name)
{
	size_t length = strlen(name);

	if (line->direction != '<' || line->size < 2 + length || line->bytes[0] != 7 ||
	    memcmp(line->bytes + 2, name, length) != 0)
		return (struct slice){NULL, 0};
	return (struct slice){line->bytes + 2 + length, line->size - 2 - length};
}

/* ---- layout ---- */

typedef void layout_function(const struct layout *to, struct slice name, struct slice section);

static char *laid_out(const struct transcript *transcript, const char *event, layout_function *put)
{
	struct vici_element element;
	char *bytes = NULL;
	size_t size = 0;
	struct layout to = {.out = open_memstream(&bytes, &size)};

	if (!to.out)
		exit(2);
	for (size_t i = 0; i < transcript->count; i++) {
		struct slice message = event_message(&transcript->lines[i], event);

		while (message.at && vici_next(&message, &element))
			put(&to, element.name, element.value);
	}
	fclose(to.out);
	return bytes;
}

static void compare_file(const char *folder, const char *name, const char *what, char *bytes)
{
	char path[4096], text[8192];
	size_t size;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.%s", folder, name, what);
	file = fopen(path, "r");
	size = file ? fread(text, 1, sizeof(text), file) : 0;
	ok(file && size == strlen(bytes) && memcmp(text, bytes, size) == 0, name, what);
	if (file)
		fclose(file);
	free(bytes);
}

/* ---- states ---- */

struct sas {
	struct running_sa sas[8];
	struct running_tunnel tunnel;
	struct running running;
};

static void sas_of(struct sas *sas, const struct transcript *transcript)
{
	struct running_sa **last = &sas->tunnel.sas;
	struct vici_element element;
	size_t used = 0;

	memset(sas, 0, sizeof(*sas));
	for (size_t i = 0; i < transcript->count; i++) {
		struct slice message = event_message(&transcript->lines[i], "list-sa");

		while (message.at && used < 8 && vici_next(&message, &element)) {
			sas->sas[used].section = element.value;
			*last = &sas->sas[used++];
			last = &(*last)->next;
		}
	}
	sas->tunnel.id = 1;
	sas->tunnel.has_connection = true;
	sas->running = (struct running){.tunnels = &sas->tunnel, .count = 1};
}

struct moment {
	const char *name;
	enum tunnel_state state;
	long long since;
	bool waits;
};

static const struct moment moments[] = {
    {"up", TUNNEL_INSTALLED, 0, false},
    {"up-responder", TUNNEL_INSTALLED, 1, false},
    {"certificate", TUNNEL_INSTALLED, 1, false},
    {"version1", TUNNEL_INSTALLED, 0, false},
    /* the CHILD_SA that was replaced is there for a while; the new one counts */
    {"rekeyed", TUNNEL_INSTALLED, 0, false},
    {"version1-rekeyed", TUNNEL_INSTALLED, 1, false},
    {"unanswered", TUNNEL_INSTALLED, 1, true},
    {"connecting", TUNNEL_CONNECTING, -1, false},
    {"refused-subnets", TUNNEL_IKE_ESTABLISHED, -1, false},
    {"refused-secret", TUNNEL_UNKNOWN, -1, false},
};

static void test_moment(const char *folder, const struct moment *moment)
{
	struct transcript transcript;
	struct status_summary summary;
	struct sas sas;
	char file[64];

	snprintf(file, sizeof(file), "%s.vici", moment->name);
	transcript_read(&transcript, folder, file);
	compare_file(folder, moment->name, "sas", laid_out(&transcript, "list-sa", layout_sa));
	compare_file(folder, moment->name, "conns",
		     laid_out(&transcript, "list-conn", layout_connection));
	sas_of(&sas, &transcript);
	summary = status_of(&sas.tunnel);
	ok(summary.state == moment->state, moment->name, status_name(moment->state));
	printf("# since rekey %lld, %s\n", summary.since_rekey, summary.waits ? "waits" : "idle");
	ok(summary.since_rekey == moment->since && summary.waits == moment->waits, moment->name,
	   "its time, and whether it waits for an answer");
	transcript_free(&transcript);
}

/* ---- why ---- */

struct told {
	const char *log, *moment;
	enum tunnel_state state;
	const char *why;
	enum method method; /* of the tunnel */
};

static const struct told tolds[] = {
    {"refused-secret-log.vici", "refused-secret.vici", TUNNEL_UNKNOWN, "AUTHENTICATION_FAILED",
     METHOD_PSK},
    {"refused-subnets-log.vici", "refused-subnets.vici", TUNNEL_IKE_ESTABLISHED, "TS_UNACCEPTABLE",
     METHOD_PSK},
    {"refused-certificate-log.vici", "refused-secret.vici", TUNNEL_UNKNOWN, "no valid CRL",
     METHOD_CERT},
    {"unanswered-log.vici", "unanswered.vici", TUNNEL_RETRANSMISSION, "does not answer",
     METHOD_PSK},
    /* of charon 6.1.0 */
    {"alert-local-auth-failed.vici", "refused-secret.vici", TUNNEL_UNKNOWN, "AUTHENTICATION_FAILED",
     METHOD_PSK},
    {"alert-local-auth-failed.vici", "refused-secret.vici", TUNNEL_UNKNOWN, "may not know our CA",
     METHOD_CERT},
    {"alert-peer-auth-failed.vici", "refused-secret.vici", TUNNEL_UNKNOWN, "could not prove",
     METHOD_PSK},
    {"alert-proposal-mismatch-child.vici", "refused-subnets.vici", TUNNEL_IKE_ESTABLISHED,
     "compare esp at both ends", METHOD_PSK},
    {"alert-ts-mismatch.vici", "refused-subnets.vici", TUNNEL_IKE_ESTABLISHED,
     "the subnets do not fit", METHOD_PSK},
    /* what was wrong before it came up is not why of anything */
    {"refused-secret-log.vici", "up.vici", TUNNEL_INSTALLED, NULL, METHOD_PSK},
};

/* Why the tunnel is down; its text is NULL where there is nothing to say. */
static const char *why_of(const struct tracker *tracker, struct status_notes *notes)
{
	tracker_tell(tracker, 0, true, notes);
	return notes->why.slug ? notes->why.text : NULL;
}

static struct compilation *one_tunnel(enum method method)
{
	static const char psk[] = "tunnel\nipsec 1\npeer 192.0.2.1\n"
				  "secret plant-plant-plant\nend\nend\n";
	static const char cert[] = "tunnel\nipsec 1\npeer 192.0.2.1\nmethod cert\n"
				   "certificate own\nca plant\nend\nend\n";
	const char *lines = method == METHOD_CERT ? cert : psk;
	const struct surroundings surroundings = {.dialect = -1};
	struct text *text = text_new("-", lines, strlen(lines));
	struct compilation *compilation = text ? compilation_new(text, &surroundings) : NULL;

	if (!compilation || compilation->model->count != 1)
		exit(2);
	return compilation;
}

static void test_told(const char *folder, const struct told *told)
{
	struct compilation *compilation = one_tunnel(told->method);
	struct tracker *tracker = tracker_new();
	struct transcript log, moment;
	struct status_notes notes;
	struct sas sas;
	const char *why;

	transcript_read(&log, folder, told->log);
	transcript_read(&moment, folder, told->moment);
	if (!tracker)
		exit(2);
	tracker_follow(tracker, compilation->model, NULL);
	for (size_t i = 0; i < log.count; i++) {
		struct slice message = event_message(&log.lines[i], "log");
		struct slice alert = event_message(&log.lines[i], "alert");

		if (message.at)
			tracker_log(tracker, message, 1000);
		if (alert.at)
			tracker_alert(tracker, alert, 1000);
	}
	sas_of(&sas, &moment);
	tracker_look(tracker, &sas.running, NULL, 2000, 2000);
	why = why_of(tracker, &notes);
	printf("# %s\n", why ? why : "-");
	ok(tracker_summary(tracker, 0, &sas.running).state == told->state, told->log,
	   status_name(told->state));
	ok(told->why ? why && strstr(why, told->why) : !why, told->log,
	   told->why ? told->why : "no reason");
	transcript_free(&log);
	transcript_free(&moment);
	tracker_free(tracker);
	compilation_free(compilation);
}

/* ---- what happens in turn ---- */


static void take_step(struct tracker *tracker, const struct step *step, const char *folder,
		      struct transcript *transcript, struct sas *sas)
{
	struct vici_message message;
	char number[16];

	if (step->moment) {
		transcript_free(transcript);
		transcript_read(transcript, folder, step->moment);
		sas_of(sas, transcript);
		tracker_look(tracker, &sas->running, NULL, (step->time - step->after) * 1000,
			     step->time * 1000);
		return;
	}
	vici_message_init(&message);
	snprintf(number, sizeof(number), "%d", step->sa);
	vici_put_text(&message, "ikesa-name", step->name);
	vici_put_text(&message, "ikesa-uniqueid", number);
	vici_put_text(&message, "msg", step->log);
	tracker_log(tracker, vici_message_slice(&message), step->time * 1000);
	vici_message_free(&message);
}

static void test_story(const char *folder, const struct story *story)
{
	struct compilation *compilation = one_tunnel(story->method);
	struct tracker *tracker = tracker_new();
	struct transcript transcript = {0};
	struct status_notes notes;
	struct sas sas;
	const char *why;

	if (!tracker)
		exit(2);
	tracker_follow(tracker, compilation->model, NULL);
	for (size_t i = 0; i < 8 && story->steps[i].time; i++)
		take_step(tracker, &story->steps[i], folder, &transcript, &sas);
	why = why_of(tracker, &notes);
	printf("# %s\n", why ? why : "-");
	ok(tracker_summary(tracker, 0, &sas.running).state == story->state, story->name,
	   status_name(story->state));
	ok(story->why ? why && strstr(why, story->why) : !why, story->name,
	   story->why ? story->why : "no reason");
	transcript_free(&transcript);
	tracker_free(tracker);
	compilation_free(compilation);
}

/* Of two peers on one tunnel one does not answer: the other still carries traffic. */
static void test_peers(const char *folder)
{
	struct transcript silent, up;
	struct sas first, second;
	struct status_summary summary;

	transcript_read(&silent, folder, "unanswered.vici");
	transcript_read(&up, folder, "up.vici");
	sas_of(&first, &silent);
	sas_of(&second, &up);
	summary = status_of(&first.tunnel);
	ok(summary.waits, "one silent peer", "waits");
	first.sas[0].next = second.tunnel.sas;
	summary = status_of(&first.tunnel);
	ok(summary.state == TUNNEL_INSTALLED && !summary.waits, "one of two peers", "is up");
	transcript_free(&silent);
	transcript_free(&up);
}

/* ---- what a peer may say ---- */

static const char escape[] = "\033]0;mine\a\xff\xc2\x9b\xe2\x80\xae\r\n\"\\";

static void put_hostile_section(struct vici_message *message)
{
	static const char *const keys[] = {"name",	   "uniqueid",	"state",    "version",
					   "local-id",	   "remote-id", "encr-alg", "established",
					   "install-time", "bytes-in",	"mode",	    "local-host",
					   "spi-in",	   "mark-in",	escape};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		vici_put_text(message, keys[i], escape);
	vici_put_list(message, "local-ts");
	vici_put_item(message, (struct slice){escape, sizeof(escape)}); /* with its NUL */
	vici_put_list_end(message);
}

static bool is_harmless(const char *bytes)
{
	for (; *bytes; bytes++) {
		if ((unsigned char)*bytes >= 0x7f ||
		    ((unsigned char)*bytes < ' ' && *bytes != '\n'))
			return false;
	}
	return true;
}

static void test_hostile(void)
{
	const struct status_notes notes = {.count = 0};
	struct compilation *compilation = one_tunnel(METHOD_PSK);
	struct vici_message message;
	struct running_sa sa = {.next = NULL};
	struct running_tunnel running = {.id = 1, .sas = &sa};
	struct status_summary summary;
	json_t *json;
	char *text = NULL;
	size_t size;
	struct layout to = {.out = open_memstream(&text, &size)};

	vici_message_init(&message);
	put_hostile_section(&message);
	vici_put_section(&message, "child-sas");
	vici_put_section(&message, escape);
	put_hostile_section(&message);
	vici_put_section_end(&message);
	vici_put_section_end(&message);
	sa.section = vici_message_slice(&message);
	if (!to.out || message.failed)
		exit(2);
	layout_sa(&to, (struct slice){"ipsec1", 6}, sa.section);
	fclose(to.out);
	ok(text && is_harmless(text), "hostile", "layout");
	free(text);
	summary = status_of(&running);
	ok(summary.state == TUNNEL_UNKNOWN && summary.since_rekey == -1, "hostile", "state");
	json = status_tunnel(
	    compilation->model, 0,
	    &(struct status_seen){.running = &running, .summary = &summary, .notes = &notes});
	text = json ? json_dumps(json, JSON_ENSURE_ASCII) : NULL;
	ok(text && is_harmless(text) && strstr(text, "\\\\x1B]0;mine"), "hostile", "JSON");
	free(text);
	json_decref(json);
	vici_message_free(&message);
	compilation_free(compilation);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++)
		test_moment(argv[1], &moments[i]);
	for (size_t i = 0; i < sizeof(tolds) / sizeof(tolds[0]); i++)
		test_told(argv[1], &tolds[i]);
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++)
		test_story(argv[1], &stories[i]);
	test_peers(argv[1]);
	test_hostile();
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
