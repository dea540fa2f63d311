/* SPDX-License-Identifier: ISC */
/* When a tunnel whose new CHILD_SAs are refused is made anew, by a clock that nobody waits for.
 * Prints TAP. */
#include "compiler/compilation/compilation.h"
#include "runtime/supervise/revival.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES(settings)                                                                            \
	"tunnel\nipsec 1\n" settings "\nlocal-address 192.0.2.7\nsecret plant-plant-plant\n"       \
	"end\nend\n"
#define INITIATOR LINES("initiator\npeer 192.0.2.1")

#define MINUTE 60000LL

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d revival: %s\n", holds ? "" : "not ", ++count, what);
}

/* What is followed of a text, and what charon has of it. */
struct scene {
	struct compilation *compilation;
	struct revival *revival;
	long long sa;	 /* its IKE_SA, 0: none */
	long long child; /* what that has, 0: none */
	int life;	 /* its seconds left */
	bool is_busy;	 /* with an exchange that is open */
};

static struct scene scene_of(const char *lines)
{
	const struct surroundings surroundings = {.dialect = -1};
	struct text *text = text_new("-", lines, strlen(lines));
	struct scene scene = {.compilation = text ? compilation_new(text, &surroundings) : NULL,
			      .revival = revival_new(),
			      .sa = 7,
			      .child = 3,
			      .life = 3960};

	if (!scene.revival || !scene.compilation || scene.compilation->model->count != 1)
		exit(2);
	revival_follow(scene.revival, scene.compilation->model);
	return scene;
}

static void scene_end(struct scene *scene)
{
	revival_free(scene->revival);
	compilation_free(scene->compilation);
}

static void put_number(struct vici_message *message, const char *key, long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", number);
	vici_put_text(message, key, text);
}

static void put_sa(struct vici_message *message, const struct scene *scene)
{
	vici_message_init(message);
	put_number(message, "uniqueid", scene->sa);
	vici_put_text(message, "state", "ESTABLISHED");
	if (scene->is_busy) {
		vici_put_list(message, "tasks-active");
		vici_put_item(message, (struct slice){"IKE_DPD", 7});
		vici_put_list_end(message);
	}
	vici_put_section(message, "child-sas");
	if (scene->child) {
		vici_put_section(message, "tunnel1-3");
		put_number(message, "uniqueid", scene->child);
		vici_put_text(message, "state", "INSTALLED");
		put_number(message, "life-time", scene->life);
		vici_put_section_end(message);
	}
	vici_put_section_end(message);
}

/* charon was ASKED, and has answered NOW: what is to be done then. */
static enum revival_step hear(struct scene *scene, long long asked, long long now)
{
	struct vici_message message;
	struct running_sa sa = {.next = NULL};
	struct running_tunnel tunnel = {
	    .id = 1, .has_connection = true, .sas = scene->sa ? &sa : NULL};
	const struct running running = {.tunnels = &tunnel, .count = 1};

	put_sa(&message, scene);
	sa.section = vici_message_slice(&message);
	revival_look(scene->revival, &running, asked, now);
	vici_message_free(&message);
	return revival_next(scene->revival, 0, now);
}

static enum revival_step look(struct scene *scene, long long now)
{
	return hear(scene, now, now);
}

static void say(struct scene *scene, const char *line, long long now)
{
	struct vici_message message;

	vici_message_init(&message);
	vici_put_text(&message, "ikesa-name", "ipsec1");
	put_number(&message, "ikesa-uniqueid", scene->sa);
	vici_put_text(&message, "msg", line);
	revival_log(scene->revival, vici_message_slice(&message), now);
	vici_message_free(&message);
}

/* So many refusals at NOW, each with the line WHY before. */
static void refuse(struct scene *scene, int times, const char *why, long long now)
{
	while (times--) {
		say(scene, why, now);
		say(scene, "failed to establish CHILD_SA, keeping IKE_SA", now);
	}
}

static const char suites[] = "received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built";

/* The first step behind NOW, at *WHEN, or nothing within an hour. */
static enum revival_step wait_for(struct scene *scene, long long now, long long *when)
{
	enum revival_step step = REVIVAL_NOTHING;

	for (*when = now; !step && *when < now + 60 * MINUTE; *when += 2000)
		step = look(scene, *when);
	*when -= 2000 + now;
	return step;
}

static void test_reauthentication(void)
{
	struct scene scene = scene_of(INITIATOR);
	long long when;

	look(&scene, 1000);
	refuse(&scene, 2, suites, 2000);
	ok(wait_for(&scene, 2000, &when) == REVIVAL_NOTHING, "two refusals are none");
	refuse(&scene, 1, "no acceptable proposal found", 4000000);
	ok(revival_need(scene.revival, 0).refused == 3 && revival_need(scene.revival, 0).due &&
	       revival_need(scene.revival, 0).ends > 0,
	   "three are");
	ok(wait_for(&scene, 4000000, &when) == REVIVAL_REAUTHENTICATE && when >= MINUTE &&
	       when <= MINUTE * 5 / 4 + 2000,
	   "after a minute it is authenticated anew, since its CHILD_SA is up");
	ok(revival_need(scene.revival, 0).ends >= 4000000 + 3960 * 1000,
	   "until when it has to be is known");
	scene.sa = 8;
	scene.child = 4;
	ok(look(&scene, 9000000) == REVIVAL_NOTHING && !revival_need(scene.revival, 0).refused,
	   "with a new CHILD_SA nothing has to be done");
	refuse(&scene, 3, suites, 9000000);
	scene.life = 100;
	ok(look(&scene, 9002000) == REVIVAL_NOTHING, "not at once");
	scene.life = 29;
	ok(look(&scene, 9004000) == REVIVAL_REAUTHENTICATE, "but before the CHILD_SA ends");
	scene_end(&scene);
}

/* Backoff: the IKE_SA comes, its CHILD_SA does not. */
static void test_restart(void)
{
	static const long long minutes[] = {1, 2, 4, 8, 15, 15};
	struct scene scene = scene_of(INITIATOR);
	long long now = 1000, when;
	bool grows = true;

	look(&scene, now);
	scene.child = 0;
	for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++) {
		refuse(&scene, 3, suites, now);
		grows = grows && wait_for(&scene, now, &when) == REVIVAL_RESTART &&
			when >= minutes[i] * MINUTE && when <= minutes[i] * MINUTE * 5 / 4 + 2000;
		now += when + 2000;
		scene.sa++;
		grows = grows && look(&scene, now) == REVIVAL_NOTHING;
	}
	ok(grows, "one without a CHILD_SA is begun anew after 1, 2, 4, 8, 15, 15 minutes");
	ok(revival_is_stubborn(scene.revival, 0), "and known as such");
	refuse(&scene, 3, suites, now);
	scene.is_busy = true;
	ok(wait_for(&scene, now, &when) == REVIVAL_NOTHING, "not while its peer does not answer");
	scene.is_busy = false;
	scene.child = 9;
	look(&scene, now);
	ok(!revival_is_stubborn(scene.revival, 0), "a new CHILD_SA ends that");
	scene_end(&scene);
}

static bool is_left_alone(const char *lines, long long child, const char *why)
{
	struct scene scene = scene_of(lines);
	enum revival_step step;
	long long when;

	scene.child = child;
	look(&scene, 1000);
	scene.child = 0;
	refuse(&scene, 3, why, 2000);
	step = wait_for(&scene, 2000, &when);
	scene_end(&scene);
	return step == REVIVAL_NOTHING;
}

static void test_never(void)
{
	static const char gone[] = "received TS_UNACCEPTABLE notify, no CHILD_SA built",
			  id[] = "received INVALID_ID_INFORMATION error notify",
			  ours[] = "traffic selectors 10.0.0.0/8 === 10.1.0.0/16 unacceptable";

	ok(!is_left_alone(LINES("peer 192.0.2.1"), 3, suites), "a responder with a peer is, too");
	ok(is_left_alone(LINES("no peer"), 3, suites), "never without a peer");
	ok(is_left_alone(INITIATOR, 0, suites), "never one that was not up");
	ok(is_left_alone(LINES("initiator\npeer 192.0.2.1\nversion 1"), 3, suites),
	   "never in version 1");
	ok(is_left_alone(LINES("initiator\npeer 192.0.2.1\nno enable"), 3, suites),
	   "never one that is disabled");
	ok(is_left_alone(INITIATOR, 3, gone) && is_left_alone(INITIATOR, 3, id) &&
	       is_left_alone(INITIATOR, 3, ours),
	   "never for the subnets");
}

/* Both ends may have been told at the same moment. */
static void test_chance(void)
{
	long long first = 0;
	bool differ = false;

	for (int i = 0; i < 8; i++) {
		struct scene scene = scene_of(INITIATOR);
		long long due;

		look(&scene, 1000);
		refuse(&scene, 3, suites, 2000);
		due = revival_need(scene.revival, 0).due;
		differ = differ || (first && due != first);
		first = due;
		scene_end(&scene);
	}
	ok(differ, "no two ends do it at the same time");
}

static void test_forgetting(void)
{
	struct scene scene = scene_of(INITIATOR);
	long long when;

	look(&scene, 1000);
	refuse(&scene, 2, suites, 2000);
	scene.sa = 8;
	refuse(&scene, 1, suites, 3000);
	ok(wait_for(&scene, 3000, &when) == REVIVAL_NOTHING,
	   "refusals of another IKE_SA are others");
	refuse(&scene, 2, suites, 4000000);
	revival_forget(scene.revival, 1);
	ok(wait_for(&scene, 4000000, &when) == REVIVAL_NOTHING, "one that was changed begins anew");
	refuse(&scene, 3, suites, 9000000);
	scene.sa = 0;
	ok(wait_for(&scene, 9000000, &when) == REVIVAL_NOTHING,
	   "one without an IKE_SA is not asked");
	revival_lose(scene.revival);
	ok(!revival_need(scene.revival, 0).refused, "with charon all is forgotten");
	revival_follow(scene.revival, NULL);
	ok(revival_next(scene.revival, 0, 9000000) == REVIVAL_NOTHING, "nobody follows nothing");
	scene_end(&scene);
}

/* charon refuses while its answer is on its way, which does not know of that. */
static void test_answer_on_its_way(void)
{
	struct scene scene = scene_of(INITIATOR);
	long long when;

	scene.sa = 0;
	scene.child = 0;
	look(&scene, 1000);
	scene.sa = 7;
	refuse(&scene, 1, suites, 2100);
	scene.sa = 0;
	hear(&scene, 2000, 2200);
	scene.sa = 7;
	refuse(&scene, 1, suites, 4100);
	scene.child = 3;
	hear(&scene, 4000, 4200);
	refuse(&scene, 1, suites, 4300);
	ok(wait_for(&scene, 4300, &when) == REVIVAL_NOTHING,
	   "what was before a new CHILD_SA is past");
	refuse(&scene, 1, suites, 4000000);
	ok(wait_for(&scene, 4000000, &when) == REVIVAL_REAUTHENTICATE,
	   "a refusal that an answer cannot know of counts");
	scene_end(&scene);
}

int main(void)
{
	test_reauthentication();
	test_restart();
	test_never();
	test_chance();
	test_forgetting();
	test_answer_on_its_way();
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
