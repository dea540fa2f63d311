/* SPDX-License-Identifier: ISC */
/*
 * When an initiator that is down is started again, by states that last too short to be met in a
 * lab, and what each of charon's alerts is taken for.  Prints TAP.
 */
#include "compiler/compilation/compilation.h"
#include "runtime/status/tracker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d tracker: %s\n", holds ? "" : "not ", ++count, what);
}

static struct compilation *tunnel(const char *lines)
{
	const struct surroundings surroundings = {.dialect = -1};
	struct text *text = text_new("-", lines, strlen(lines));
	struct compilation *compilation = text ? compilation_new(text, &surroundings) : NULL;

	if (!compilation || compilation->model->count != 1)
		exit(2);
	return compilation;
}

/* An IKE_SA without a child, at work on TASK, or on nothing. */
static void put_sa(struct vici_message *message, const char *state, const char *task)
{
	vici_message_init(message);
	vici_put_text(message, "state", state);
	if (!task)
		return;
	vici_put_list(message, "tasks-active");
	vici_put_item(message, (struct slice){task, strlen(task)});
	vici_put_list_end(message);
}

/* Looks at NOW at such an SA; true if the tunnel is to be started. */
static bool is_due(struct tracker *tracker, const char *state, const char *task, long long now)
{
	struct vici_message message;
	struct running_sa sa = {.next = NULL};
	struct running_tunnel tunnel = {.id = 1, .has_connection = true, .sas = state ? &sa : NULL};
	const struct running running = {.tunnels = &tunnel, .count = 1};
	bool due;

	put_sa(&message, state ? state : "", task);
	sa.section = vici_message_slice(&message);
	tracker_look(tracker, &running, NULL, now, now);
	due = tracker_due(tracker, 0, now);
	vici_message_free(&message);
	return due;
}

/* ---- alerts ---- */

struct alert {
	const char *type, *slug;
};

static void send_alert(struct tracker *tracker, const char *type, long long now)
{
	struct vici_message message;

	vici_message_init(&message);
	vici_put_text(&message, "type", type);
	vici_put_section(&message, "ike-sa");
	vici_put_section(&message, "ipsec1");
	vici_put_text(&message, "uniqueid", "7");
	vici_put_section_end(&message);
	vici_put_section_end(&message);
	tracker_alert(tracker, vici_message_slice(&message), now);
	vici_message_free(&message);
}

/* The tunnel of LINES, which is down, says why in the words of each of ALERTS when it comes. */
static void test_alerts(const char *lines, const struct alert *alerts, size_t alert_count)
{
	struct compilation *compilation = tunnel(lines);

	for (size_t i = 0; i < alert_count; i++) {
		struct tracker *tracker = tracker_new();
		struct status_notes notes;

		if (!tracker)
			exit(2);
		tracker_follow(tracker, compilation->model, NULL);
		is_due(tracker, NULL, NULL, 1000);
		send_alert(tracker, alerts[i].type, 2000);
		tracker_tell(tracker, 0, true, &notes);
		printf("# %s: %s: %s\n", alerts[i].type, notes.why.slug ? notes.why.slug : "-",
		       notes.why.text);
		ok(notes.why.slug && strcmp(notes.why.slug, alerts[i].slug) == 0, alerts[i].type);
		tracker_free(tracker);
	}
	compilation_free(compilation);
}

static void test_each_alert(void)
{
	static const struct alert all[] = {
	    {"local-auth-failed", "authentication"},	{"peer-auth-failed", "authentication"},
	    {"authorization-failed", "authentication"}, {"proposal-mismatch-ike", "ike-suites"},
	    {"proposal-mismatch-child", "esp-suites"},	{"ts-mismatch", "selectors"},
	    {"peer-init-unreachable", "no-answer"},	{"half-open-timeout", "peer-tries"}};
	static const struct alert certificates[] = {
	    {"cert-expired", "certificate-refused"},
	    {"cert-revoked", "revocation"},
	    {"cert-validation-failed", "revocation"},
	    {"cert-no-issuer", "ca-missing"},
	    {"cert-untrusted-root", "ca-missing"},
	    {"cert-exceeded-path-len", "certificate-refused"},
	    {"cert-policy-violation", "certificate-refused"}};

	test_alerts("tunnel\nipsec 1\npeer 192.0.2.1\nsecret plant-plant-plant\nend\nend\n", all,
		    sizeof(all) / sizeof(all[0]));
	test_alerts("tunnel\nipsec 1\npeer 192.0.2.1\nmethod cert\ncertificate own\nend\nend\n",
		    certificates, sizeof(certificates) / sizeof(certificates[0]));
}

int main(void)
{
	struct compilation *compilation = tunnel("tunnel\nipsec 1\ninitiator\npeer 192.0.2.1\n"
						 "secret plant-plant-plant\nend\nend\n");
	struct tracker *tracker = tracker_new();
	int starts = 0;

	if (!tracker)
		return 2;
	tracker_follow(tracker, compilation->model, NULL);
	ok(!is_due(tracker, NULL, NULL, 1000), "not when it is first seen down");
	ok(is_due(tracker, NULL, NULL, 5000), "some time later");
	ok(!is_due(tracker, "CONNECTING", NULL, 100000), "not while it connects");
	ok(!is_due(tracker, "ESTABLISHED", "QUICK_MODE", 102000),
	   "not while the child is negotiated: version 1 would get two");
	ok(is_due(tracker, "ESTABLISHED", NULL, 104000), "when that came to nothing");
	for (long long now = 200000; now < 500000; now += 2000)
		starts += is_due(tracker, NULL, NULL, now);
	ok(starts >= 5 && starts <= 8, "every minute in the end");
	ok(tracker_is_stubborn(tracker, 0), "one that never comes up is known as such");
	tracker_forget(tracker, 1);
	ok(!tracker_is_stubborn(tracker, 0), "one that was changed is not");
	tracker_free(tracker);
	compilation_free(compilation);
	test_each_alert();
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
