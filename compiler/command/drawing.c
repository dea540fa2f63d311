/* SPDX-License-Identifier: ISC */
#include "compiler/command/drawing.h"

#include "compiler/base/arena.h"
#include "compiler/base/files.h"
#include "compiler/base/sink.h"
#include "compiler/command/publish.h"
#include "compiler/picture/graph.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool ends_in(const char *path, const char *suffix)
{
	size_t length = strlen(path), end = strlen(suffix);

	return length > end && strcmp(path + length - end, suffix) == 0;
}

bool drawing_is_known(const struct cli_command *command, const char *path)
{
	if (ends_in(path, ".dot") || ends_in(path, ".svg"))
		return true;
	cli_misuse(command, "--graph writes FILE.dot or FILE.svg: '%s' is neither", path);
	return false;
}

/* ---- Graphviz ---- */

/* IN becomes the standard input of a program, OUT its output; what it says is not heard. */
static int set_up(posix_spawn_file_actions_t *actions, int in, int out)
{
	int error = posix_spawn_file_actions_adddup2(actions, in, STDIN_FILENO);

	if (!error)
		error = posix_spawn_file_actions_adddup2(actions, out, STDOUT_FILENO);
	if (!error)
		error = posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null",
							 O_WRONLY, 0);
	return error;
}

/* Signals that this program ignores end that one. */
static int spawn(const char *engine, int in, int out, pid_t *child)
{
	char name[8], format[] = "-Tsvg", *const words[] = {name, format, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t all;
	int error;

	snprintf(name, sizeof(name), "%s", engine);
	sigfillset(&all);
	error = posix_spawn_file_actions_init(&actions);
	if (error)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (!error) {
		posix_spawnattr_setsigdefault(&attributes, &all);
		posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
		error = set_up(&actions, in, out);
		if (!error)
			error = posix_spawnp(child, engine, &actions, &attributes, words, environ);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* ENGINE could not be started, for the reason ERROR. */
static int complain_of_start(const char *engine, int error)
{
	if (error != ENOENT)
		return cli_written(EXIT_OK, engine, error);
	cli_complain("there is no '%s' in PATH: install Graphviz, or write FILE.dot", engine);
	return EXIT_FAILED;
}

static int run_engine(const char *engine, int in, int out)
{
	int ended = 0, error;
	pid_t child;

	error = spawn(engine, in, out, &child);
	if (error)
		return complain_of_start(engine, error);
	while (waitpid(child, &ended, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0)
		return EXIT_OK;
	if (WIFSIGNALED(ended))
		cli_complain("'%s' was killed by signal %d", engine, WTERMSIG(ended));
	else
		cli_complain("'%s' failed with status %d: write FILE.dot and try it by hand",
			     engine, WEXITSTATUS(ended));
	return EXIT_FAILED;
}

/* Lets all be in TEXT, from its begin on; 0 or errno. */
static int rewind_text(FILE *text)
{
	if (fflush(text) || ferror(text))
		return sink_why(text);
	return fseek(text, 0, SEEK_SET) ? errno : 0;
}

/* What is to be drawn waits in a file without a name. */
static int draw(const struct topology *topology, int out)
{
	FILE *text = tmpfile();
	int error, status;

	if (!text) {
		cli_written(EXIT_OK, "a temporary file", errno);
		return PUBLISH_TOLD;
	}
	error = graph_write(topology, text) ? rewind_text(text) : ENOMEM;
	status = cli_written(EXIT_OK, "a temporary file", error);
	if (!error)
		status = run_engine(graph_engine(topology), fileno(text), out);
	fclose(text);
	return status == EXIT_OK ? 0 : PUBLISH_TOLD;
}

/* ---- the file ---- */

struct picture {
	struct topology topology;
	const char *path;
};

static int fill_picture(void *context, struct files_output *file)
{
	struct picture *picture = context;

	if (ends_in(picture->path, ".svg"))
		return draw(&picture->topology, file->sink.fd);
	return graph_write(&picture->topology, file->stream) ? 0 : ENOMEM;
}

int drawing_make(const char *path, const struct network *network, int status)
{
	struct arena *arena = arena_new();
	struct picture picture = {.path = path};
	int drawn;

	if (arena && topology_make(&picture.topology, network, arena))
		drawn = publish_file(path, false, fill_picture, &picture);
	else
		drawn = cli_written(EXIT_OK, path, ENOMEM);
	arena_free(arena);
	return drawn == EXIT_OK ? status : drawn;
}
