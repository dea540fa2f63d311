/* SPDX-License-Identifier: ISC */
/*
 * The golden tests, in TAP: `golden [PATTERN]' compares what weipsec makes of the inputs in
 * testdata/ with what lies beside each, `golden --write [PATTERN]' writes that anew.  PATTERN is an
 * extended regular expression, and means the tests whose name it matches.
 *
 * The commands are called in this program, in a process for each case: a case that crashes, leaks
 * or hangs is one that failed, and what it said on standard error is shown.  Some cases go through
 * the program as well.
 */
#include "tests/goldens/context.h"
#include "tests/goldens/verdict.h"

#include <fcntl.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM_CASES 30 /* so many go through the program, too */
#define WORKERS_MAX 64
#define COMMENT_LINES 100 /* so many are shown of a test */

/* What a worker ends with; anything else, 0 too, is none of its own doing. */
enum { WORKER_PASSED = 40, WORKER_FAILED = 41 };

struct test {
	const char *name;
	const struct golden_case *input; /* NULL: all of them are looked at as such */
	enum golden_act act;
};

/* A process with a test. */
struct worker {
	const struct test *test;
	pid_t pid;
	int out, err, report; /* files without a name, as long as the program runs */
};

struct golden {
	struct arena *arena;
	struct golden_cases cases;
	struct test *tests;
	size_t count;
	const char *program; /* the path of weipsec */
	int home;	     /* the folder of the project */
	bool writes;
	struct worker workers[WORKERS_MAX];
	size_t worker_count;
	size_t printed;
	size_t failed;
};

/* ---- workers ---- */

static bool judge(const struct golden *golden, const struct worker *worker, struct stage *stage,
		  FILE *report)
{
	const struct test *test = worker->test;

	if (dup2(worker->out, STDOUT_FILENO) < 0 || dup2(worker->err, STDERR_FILENO) < 0)
		return false;
	if (!test->input)
		return golden_cases_judge(&golden->cases, report);
	return golden_judge(stage, test->act, test->input, report) && !arena_failed(stage->arena);
}

/* In the worker's process. */
static int work(const struct golden *golden, const struct worker *worker)
{
	struct stage stage = {
	    .arena = arena_new(), .program = golden->program, .home = golden->home};
	FILE *report = fdopen(dup(worker->report), "w");
	bool passed = stage.arena && report && judge(golden, worker, &stage, report);

	if (report && fclose(report) != 0)
		passed = false;
	arena_free(stage.arena);
	return passed ? WORKER_PASSED : WORKER_FAILED;
}

static bool worker_open(struct worker *worker)
{
	worker->out = memfd_create("out", MFD_CLOEXEC);
	worker->err = memfd_create("err", MFD_CLOEXEC);
	worker->report = memfd_create("report", MFD_CLOEXEC);
	return worker->out >= 0 && worker->err >= 0 && worker->report >= 0;
}

static bool empty(int fd)
{
	return ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0;
}

static bool worker_start(struct golden *golden, struct worker *worker, const struct test *test)
{
	int result;

	worker->test = test;
	if (!empty(worker->out) || !empty(worker->err) || !empty(worker->report) ||
	    fflush(stdout) != 0)
		return false;
	worker->pid = fork();
	if (worker->pid == 0) {
		alarm(STAGE_DEADLINE);
		result = work(golden, worker);
		arena_free(golden->arena);
		exit(result);
	}
	return worker->pid > 0;
}

/* ---- results ---- */

/* The lines of a file without a name, each behind a MARK. */
static void print_lines(struct stage *stage, const char *mark, int fd)
{
	struct slice left;

	if (!stage_read_fd(stage, fd, &left))
		return;
	for (int i = 0; left.length && i < COMMENT_LINES; i++) {
		const char *end = memchr(left.at, '\n', left.length);
		size_t length = end ? (size_t)(end - left.at) : left.length;

		printf("%s%.*s\n", mark, (int)length, left.at);
		left.at += length + (end != NULL);
		left.length -= length + (end != NULL);
	}
	if (left.length)
		printf("%s...\n", mark);
}

/* Why a worker's process ended that did not end itself. */
static void print_end(struct stage *stage, const struct worker *worker, int status)
{
	if (WIFSIGNALED(status))
		printf("# process %d was killed: %s\n", (int)worker->pid,
		       strsignal(WTERMSIG(status)));
	else
		printf("# process %d exited with %d\n", (int)worker->pid, WEXITSTATUS(status));
	print_lines(stage, "# ", worker->out);
	print_lines(stage, "# ", worker->err);
}

/* Tests tell how each ended and why it failed; who writes, what was written. */
static void print_result(const struct golden *golden, const struct worker *worker, int status)
{
	bool is_own = WIFEXITED(status) && (WEXITSTATUS(status) == WORKER_PASSED ||
					    WEXITSTATUS(status) == WORKER_FAILED);
	bool passed = is_own && WEXITSTATUS(status) == WORKER_PASSED;
	struct stage stage = {.arena = arena_new()};

	if (!golden->writes || !passed)
		printf("%sok %zu %s\n", passed ? "" : "not ", golden->printed, worker->test->name);
	if (stage.arena && (golden->writes || !passed))
		print_lines(&stage, passed ? "" : "# ", worker->report);
	if (stage.arena && !is_own)
		print_end(&stage, worker, status);
	arena_free(stage.arena);
}

/* Waits for the end of WORKER. */
static bool worker_finish(struct golden *golden, struct worker *worker)
{
	int status;

	if (waitpid(worker->pid, &status, 0) != worker->pid)
		return false;
	golden->printed++;
	golden->failed += !WIFEXITED(status) || WEXITSTATUS(status) != WORKER_PASSED;
	print_result(golden, worker, status);
	return true;
}

static struct worker *worker_next(struct golden *golden, struct worker *worker)
{
	worker++;
	return worker == golden->workers + golden->worker_count ? golden->workers : worker;
}

/* As many tests at a time as there are workers; the results in the order of the tests. */
static bool run(struct golden *golden)
{
	struct worker *oldest = golden->workers, *next = golden->workers;
	size_t begun = 0;

	for (size_t done = 0; done < golden->count; done++) {
		for (; begun < golden->count && begun < done + golden->worker_count; begun++) {
			if (!worker_start(golden, next, &golden->tests[begun]))
				return false;
			next = worker_next(golden, next);
		}
		if (!worker_finish(golden, oldest))
			return false;
		oldest = worker_next(golden, oldest);
	}
	return true;
}

/* ---- tests ---- */

static void add_test(struct golden *golden, const regex_t *pattern, struct test test)
{
	if (test.name && (!pattern || regexec(pattern, test.name, 0, NULL, 0) == 0))
		golden->tests[golden->count++] = test;
}

static void add_case(struct golden *golden, const regex_t *pattern, size_t row, bool program)
{
	const struct golden_case *input = &golden->cases.rows[row];
	struct test test = {.input = input};

	test.act = program ? GOLDEN_PROGRAM : golden->writes ? GOLDEN_WRITE : GOLDEN_COMPARE;
	test.name = arena_printf(golden->arena, "golden: %s%s", program ? "the program, too: " : "",
				 input->name);
	add_test(golden, pattern, test);
}

/* One for each case, then some by stride for the program, then that of all cases. */
static bool add_tests(struct golden *golden, const regex_t *pattern)
{
	static const char names[] = "golden: every case has a name of its own, every file a case";
	size_t count = golden->cases.count;
	size_t programs = golden->writes ? 0 : count < PROGRAM_CASES ? count : PROGRAM_CASES;

	golden->tests = arena_alloc(golden->arena, (count + programs + 1) * sizeof(*golden->tests));
	if (!golden->tests)
		return false;
	for (size_t i = 0; i < count; i++)
		add_case(golden, pattern, i, false);
	for (size_t i = 0; i < programs; i++)
		add_case(golden, pattern, i * count / programs, true);
	if (!golden->writes)
		add_test(golden, pattern, (struct test){.name = names});
	return !arena_failed(golden->arena);
}

static bool find_tests(struct golden *golden, const char *word)
{
	regex_t pattern;
	bool good;

	golden->cases.arena = golden->arena;
	golden_cases_find(&golden->cases);
	if (golden->cases.failed)
		return false;
	if (!word)
		return add_tests(golden, NULL);
	if (regcomp(&pattern, word, REG_EXTENDED | REG_NOSUB) != 0) {
		fprintf(stderr, "golden: '%s' is no regular expression\n", word);
		return false;
	}
	good = add_tests(golden, &pattern);
	regfree(&pattern);
	return good;
}

/* ---- the program ---- */

/* weipsec is where this is built, a folder above. */
static const char *find_program(struct arena *arena, const char *own)
{
	char *here = get_current_dir_name();
	const char *slash = strrchr(own, '/');
	const char *program;

	program = arena_printf(arena, "%s/%.*s/../weipsec", *own == '/' || !here ? "" : here,
			       slash ? (int)(slash - own) : 1, slash ? own : ".");
	free(here);
	return program;
}

/* One for each processor. */
static bool open_workers(struct golden *golden)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	do {
		if (!worker_open(&golden->workers[golden->worker_count]))
			return false;
		golden->worker_count++;
	} while ((long)golden->worker_count < processors && golden->worker_count < WORKERS_MAX);
	return true;
}

static int fail(const char *what)
{
	perror(what);
	return EXIT_FAILURE;
}

static int run_tests(struct golden *golden, const char *pattern)
{
	if (!find_tests(golden, pattern))
		return EXIT_FAILURE;
	if (!context_prepare())
		return fail("golden: no context of libyang");
	if (!golden->program || golden->home < 0 || !open_workers(golden))
		return fail("golden: no workers");
	if (!golden->writes)
		printf("1..%zu\n", golden->count);
	if (!run(golden))
		return fail("golden: not finished");
	return golden->failed || !golden->count ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct golden golden = {.arena = arena_new()};
	int status;

	if (!golden.arena)
		return fail("golden");
	golden.writes = argc > 1 && strcmp(argv[1], "--write") == 0;
	golden.program = find_program(golden.arena, argv[0]);
	golden.home = open(".", O_PATH | O_CLOEXEC);
	status = run_tests(&golden, argv[1 + golden.writes]);
	context_finish();
	arena_free(golden.arena);
	return status;
}
