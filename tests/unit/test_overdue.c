/* SPDX-License-Identifier: ISC */
/* Which IKE_SAs should have authenticated anew.  Prints TAP. */
#include "compiler/compilation/compilation.h"
#include "runtime/supervise/overdue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES(settings)                                                                            \
	"tunnel\nipsec 1\n" settings "\npeer 192.0.2.1\nlocal-address 192.0.2.7\n"                    \
	"secret plant-plant-plant\nend\nend\n"

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d overdue: %s\n", holds ? "" : "not ", ++count, what);
}

/* An IKE_SA of list-sas; with REAUTH NULL it has no time to authenticate. */
struct sa {
	const char *number, *state, *initiator, *reauth;
};

static void put_sa(struct vici_message *message, const struct sa *sa)
{
	vici_message_init(message);
	vici_put_text(message, "uniqueid", sa->number);
	vici_put_text(message, "state", sa->state);
	if (sa->initiator)
		vici_put_text(message, "initiator", sa->initiator);
	if (sa->reauth)
		vici_put_text(message, "reauth-time", sa->reauth);
}

/* What is over its time of the tunnel of LINES, which has two IKE_SAs. */
static long long look(const char *lines, struct sa first, struct sa second)
{
	const struct surroundings surroundings = {.dialect = -1};
	struct text *text = text_new("-", lines, strlen(lines));
	struct compilation *compilation = text ? compilation_new(text, &surroundings) : NULL;
	struct vici_message messages[2];
	struct running_sa sas[2] = {{.next = &sas[1]}, {.next = NULL}};
	const struct running_tunnel tunnel = {.id = 1, .has_connection = true, .sas = sas};
	long long found;

	if (!compilation || compilation->model->count != 1)
		exit(2);
	put_sa(&messages[0], &first);
	put_sa(&messages[1], &second);
	for (size_t i = 0; i < 2; i++)
		sas[i].section = vici_message_slice(&messages[i]);
	found = overdue_sa(compilation->model->tunnels[0], &tunnel);
	for (size_t i = 0; i < 2; i++)
		vici_message_free(&messages[i]);
	compilation_free(compilation);
	return found;
}

static const char timed[] = LINES("reauth-time 10m");
static const struct sa late = {"7", "ESTABLISHED", "yes", "-31"};
static const struct sa soon = {"8", "ESTABLISHED", "yes", "540"};

int main(void)
{
	ok(look(timed, soon, late) == 7, "one that is over its time, whichever it is");
	ok(look(timed, late, soon) == 7, "though another took its place");
	ok(look(timed, soon, soon) == 0, "none before");
	ok(look(timed, soon, (struct sa){"7", "ESTABLISHED", "yes", "-30"}) == 0,
	   "charon may take half a minute to begin");
	ok(look(timed, late, (struct sa){"8", "CONNECTING", "yes", NULL}) == 0,
	   "while this end tries, it is waited for");
	ok(look(timed, late, (struct sa){"8", "CONNECTING", NULL, NULL}) == 7,
	   "the peer's tries keep none alive");
	ok(look(timed, soon, (struct sa){"7", "DELETING", "yes", "-31"}) == 0,
	   "one that ends is left to charon");
	ok(look(timed, soon, (struct sa){"7", "ESTABLISHED", "yes", NULL}) == 0,
	   "nor one that never has to");
	ok(look(LINES("version 1\nreauth-time 10m"), soon, late) == 0, "nor any of version 1");
	ok(look(LINES("no reauth-time"), soon, late) == 0, "nor where reauth-time is off");
	ok(overdue_sa(NULL, NULL) == 0, "charon has nothing of it");
	printf("1..%d\n", count);
	return failures != 0;
}
