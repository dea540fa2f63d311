/* SPDX-License-Identifier: ISC */
/*
 * `deny WORK STRIDE [PROGRAM LIBRARY]': for every line of standard input, a folder and behind it
 * the words of a command with TABs between them, runs the command in WORK, which is a copy of the
 * folder each time, at first as it is, and then with one of its system calls refused, with each
 * errno that it can have, alone and with all of its kind behind it, or doing half of what it is
 * asked: of those runs one in STRIDE.  It is to end as the first, or with status 2, a last line on
 * standard error that says why, and nothing else said or written that the first did not; where a
 * call did half or was interrupted, as the first.  Told to end at a call it does, and leaves
 * nothing.
 *
 * Commands of `weipsec' are called in processes that are forked; those of another PROGRAM are
 * started with LIBRARY (denied.c).  What is printed is that of starve.c.
 */
#include "compiler/command/commands.h"
#include "tests/faults/refusal.h"
#include "tests/faults/trial.h"

#include <openssl/evp.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct denying {
	struct trial trial;
	long stride, number; /* of the refusals that there could be */
	struct outcome plain; /* without the word --fix */
	int sockets[2];
	struct refusal refusal;
	unsigned char made[REFUSAL_CALLS];  /* in the whole run */
	unsigned char again[REFUSAL_CALLS]; /* in the present one */
};

/* ---- a run ---- */

static int begin(const struct trial *trial, void *context)
{
	const struct denying *denying = context;

	if (dup2(denying->sockets[1], REFUSAL_SOCKET) < 0)
		return 127;
	close(denying->sockets[0]);
	close(denying->sockets[1]);
	if (!trial->program)
		return refusal_submit() ? trial_call(trial) : 127;
	setenv("LD_PRELOAD", trial->library, 1);
	execv(trial->program, (char **)trial->argv);
	return 127;
}

static void attend(pid_t child, void *context)
{
	struct denying *denying = context;

	close(denying->sockets[1]);
	refusal_attend(child, denying->sockets[0], &denying->refusal);
	close(denying->sockets[0]);
}

static void run(struct denying *denying, struct outcome *outcome, long at, int error, bool on)
{
	const struct trial_manner manner = {.context = denying, .begin = begin, .attend = attend};

	denying->refusal = (struct refusal){.at = at, .on = on, .error = error};
	denying->refusal.made = at ? denying->again : denying->made;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, denying->sockets) != 0)
		trial_fail("socketpair");
	trial_run(&denying->trial, &manner, outcome);
}

/* ---- what is wrong with it ---- */

/* Help rests on all that is known; what is told where nothing can be told may be cut. */
static bool is_said(const char *line, const void *context)
{
	const struct refusal *refusal = context;

	return strstr(line, strerror(refusal->error)) || strstr(line, "      = help: ") == line;
}

/* So may how many findings there were. */
static bool is_beside(const char *line, const void *context)
{
	return is_said(line, context) ||
	       (*line >= '0' && *line <= '9' && strstr(line, " | ") == NULL) ||
	       strstr(line, "  total");
}

/* What is told goes nowhere, or not whole. */
static bool is_deaf(const struct denying *denying)
{
	const char *name = refusal_row(denying->made[denying->refusal.at])->name;

	return strstr(denying->refusal.file, "memfd:err") &&
	       (strcmp(name, "write") == 0 || strcmp(name, "close") == 0);
}

/* Facts, and a network, are those of the files that could be read. */
static bool is_some(const struct denying *denying, const struct outcome *outcome)
{
	const char *command = denying->trial.argv[1];

	return (strcmp(command, "facts") == 0 || strcmp(command, "fleet") == 0) &&
	       strstr(outcome->said[1], ".cfg: ");
}

static const char *wrong_words(const struct denying *denying, const struct outcome *outcome)
{
	const struct outcome *whole = &denying->trial.whole, *plain = &denying->plain;

	if (!is_deaf(denying) &&
	    trial_adds(whole->said[1], outcome->said[1], is_beside, &denying->refusal))
		return "standard error";
	/* of a file that was not mended, what there was before */
	if (!is_some(denying, outcome) &&
	    trial_adds(whole->said[0], outcome->said[0], is_beside, &denying->refusal) &&
	    trial_adds(plain->said[0], outcome->said[0], is_beside, &denying->refusal))
		return "standard output";
	return NULL;
}

static bool is_of_journal(const struct outcome *outcome)
{
	return strstr(outcome->said[1], "journal: cannot be read: every tunnel is made anew");
}

/* A line that names the reason, or what that was told to cannot have it. */
static bool is_told(const struct denying *denying, const struct outcome *outcome)
{
	return strstr(outcome->said[1], strerror(denying->refusal.error)) || is_deaf(denying) ||
	       is_of_journal(outcome);
}

/* What cannot be read of a folder of certificates is a finding, with the reason. */
static bool is_finding(const struct denying *denying, const struct outcome *outcome)
{
	char words[128];

	snprintf(words, sizeof(words), "cannot be read: %s [WI4",
		 strerror(denying->refusal.error));
	return (outcome->status == EXIT_FINDINGS || outcome->status == EXIT_FAILED) &&
	       (strstr(outcome->said[0], words) || strstr(outcome->said[1], words));
}

/* Of what cannot be renamed back, or removed, it says so. */
static bool is_stuck(const char *line)
{
	return strstr(line, "is new already, and stays") || strstr(line, "the old file, beside");
}

static const char *wrong_with_files(const struct denying *denying, const struct outcome *outcome)
{
	return is_some(denying, outcome) || is_stuck(outcome->said[1])
		   ? NULL
		   : trial_odd(&denying->trial, outcome);
}

/*
 * Half done, or interrupted, and done for all that; but stdio gives up where it is interrupted: at
 * standard output and error, at files without a name, and in `join'.
 */
static bool is_to_pass(const struct denying *denying, const struct refusal_call *call)
{
	const struct refusal *refusal = &denying->refusal;

	return call->is_retried &&
	       (refusal->error == REFUSAL_SHORT ||
		(refusal->error == EINTR && !strstr(refusal->file, "(deleted)") &&
		 strcmp(denying->trial.argv[1], "join") != 0));
}

/*
 * Where we are is for the names that are told, a folder that is closed has no project file for us,
 * and a journal that is damaged costs its tunnels.
 */
static bool is_passed_over(const struct denying *denying, const struct outcome *outcome,
			   const struct refusal_call *call)
{
	return outcome->status == denying->trial.whole.status &&
	       (strcmp(call->name, "getcwd") == 0 ||
		(strcmp(call->name, "fstatat") == 0 && denying->refusal.error == EACCES) ||
		is_of_journal(outcome));
}

static const char *wrong_with(const struct denying *denying, const struct outcome *outcome,
			      const struct refusal_call *call)
{
	const char *why;

	if (denying->refusal.error == REFUSAL_END)
		return outcome->status == 128 + SIGTERM ? trial_odd(&denying->trial, outcome)
							: "it did not end";
	if (is_to_pass(denying, call))
		return "it is not as if nothing had been";
	if (is_finding(denying, outcome) || is_passed_over(denying, outcome, call))
		return wrong_with_files(denying, outcome);
	if (outcome->status != EXIT_FAILED)
		return "exit status";
	if (!is_told(denying, outcome))
		return "it does not say so";
	why = wrong_words(denying, outcome);
	return why ? why : wrong_with_files(denying, outcome);
}

static void deny_once(struct denying *denying, long at, int error, bool on)
{
	const struct refusal_call *call = refusal_row(denying->made[at]);
	struct trial *trial = &denying->trial;
	struct outcome outcome;
	const char *why = NULL;
	char label[160];

	if (denying->number++ % denying->stride != 0)
		return;
	run(denying, &outcome, at, error, on);
	if (!trial_is_whole(trial, &outcome)) {
		trial->refused++;
		why = wrong_with(denying, &outcome, call);
	}
	snprintf(label, sizeof(label), "%ld %s%s %s: %s", at, call->name, on ? "+" : "",
		 denying->refusal.file,
		 error == REFUSAL_SHORT ? "half"
		 : error == REFUSAL_END ? "told to end"
					: strerrorname_np(error));
	trial_count(trial, &outcome, label, why);
	outcome_free(&outcome);
}

/* One that is interrupted for ever, or never ready, would be tried for ever. */
static bool ends_if_on(int error)
{
	return error != EINTR && error != EAGAIN;
}

static void deny_at(struct denying *denying, long at)
{
	const struct refusal_call *call = refusal_row(denying->made[at]);

	for (size_t i = 0; i < REFUSAL_ERRORS && call->errors[i]; i++) {
		deny_once(denying, at, call->errors[i], false);
		if (ends_if_on(call->errors[i]))
			deny_once(denying, at, call->errors[i], true);
	}
	deny_once(denying, at, REFUSAL_END, false);
}

/* ---- a command ---- */

/* What is said where nothing is mended: of `check --fix', what `check' says. */
static void run_plain(struct denying *denying)
{
	struct trial *trial = &denying->trial;
	char *word = trial->argv[2];

	if (trial->argc > 2 && strcmp(word, "--fix") == 0) {
		static char all[] = "--fail-on=error";

		trial->argv[2] = all;
		run(denying, &denying->plain, 0, 0, false);
		trial->argv[2] = word;
	} else {
		run(denying, &denying->plain, 0, 0, false);
	}
}

static bool deny(void *context, char *line)
{
	struct denying *denying = context;
	struct trial *trial = &denying->trial;
	char *whole = strdup(line);
	long count;

	trial_begin(trial, line);
	run_plain(denying);
	run(denying, &trial->whole, 0, 0, false);
	count = denying->refusal.count;
	for (long at = 1; at <= count && at < REFUSAL_CALLS; at++)
		deny_at(denying, at);
	printf("%ld\t%ld\t%ld\t%ld\t%s\n", count, trial->runs, trial->refused, trial->wrong, whole);
	free(whole);
	outcome_free(&denying->plain);
	trial_end(trial);
	return trial->wrong == 0;
}

int main(int argc, char **argv)
{
	struct denying denying = {.number = 0};

	if (argc < 3) {
		fputs("usage: deny WORK STRIDE [PROGRAM LIBRARY] < LINES\n", stderr);
		return EXIT_MISUSE;
	}
	denying.trial.work = argv[1];
	denying.stride = strtol(argv[2], NULL, 10);
	if (argc == 5) {
		denying.trial.program = argv[3];
		denying.trial.library = argv[4];
	}
	/* what libcrypto wants once is not refused each time */
	EVP_MD_free(EVP_MD_fetch(NULL, "SHA256", NULL));
	return trial_each(deny, &denying) ? EXIT_OK : EXIT_FINDINGS;
}
