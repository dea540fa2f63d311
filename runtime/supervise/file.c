/* SPDX-License-Identifier: ISC */
#include "runtime/supervise/file.h"

#include "compiler/base/cli.h"
#include "compiler/report/report.h"
#include "runtime/system/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Milliseconds until what could not be read is tried again; twice as long each time. */
#define AGAIN_FIRST 2000
#define AGAIN_MOST 60000

/* ---- reading ---- */

/* Each finding is a line of its own, as for an editor. */
static void say_findings(const struct file *file, const struct config *config)
{
	const struct report_settings settings = {.writer = &report_writer_gcc,
						 .version = WEIPSEC_VERSION};
	char *text = NULL, *line, *rest;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	config_report(config, file->path, &settings, out);
	fclose(out);
	for (rest = text; rest && (line = strsep(&rest, "\n"));) {
		if (*line)
			voice_say(file->voice, "%s", line);
	}
	free(text);
}

/* Once, where it is tried again and again. */
static void say_why(struct file *file, const char *why)
{
	if (*why && strcmp(why, file->why) != 0)
		voice_say(file->voice, "%s", why);
	snprintf(file->why, sizeof(file->why), "%s", why);
}

static void forget_fresh(struct file *file)
{
	if (file->fresh)
		config_free(file->fresh);
	free(file->fresh);
	file->fresh = NULL;
	file->failed = false;
}

bool file_is_regular(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

int file_read(struct file *file)
{
	int status;
	struct config *config;

	forget_fresh(file);
	if (access(file->path, F_OK) == 0 && !file_is_regular(file->path)) {
		voice_say(file->voice, "%s: is no regular file", file->path);
		return EXIT_FAILED;
	}
	config = calloc(1, sizeof(*config));
	file->failed = !config;
	if (!config)
		return EXIT_FAILED;
	config_read(config, file->path);
	config_take_pki(config, file->pki);
	if (config->compilation)
		say_findings(file, config);
	say_why(file, config->why);
	if (!config->error && !config->has_errors) {
		file->fresh = config;
		return EXIT_OK;
	}
	/* one that is not there is a change when it comes */
	file->failed = config->error && config->error != ENOENT;
	status = config->error ? EXIT_FAILED : EXIT_FINDINGS;
	config_free(config);
	free(config);
	return status;
}

struct config *file_take(struct file *file)
{
	struct config *config = file->fresh;

	file->fresh = NULL;
	return config;
}

void file_fail(struct file *file)
{
	file->failed = true;
	file->again_at = 0;
}

void file_read_again(struct file *file)
{
	long long now = clock_now();
	int after = 2 * file->again_after;

	if (!file->failed || now < file->again_at)
		return;
	file_read(file);
	if (!file->failed) {
		file->again_after = 0;
		return;
	}
	file->again_after = after < AGAIN_FIRST	 ? AGAIN_FIRST
			    : after > AGAIN_MOST ? AGAIN_MOST
						 : after;
	file->again_at = now + file->again_after;
}

/* ---- which one it is ---- */

bool file_open(struct file *file, const char *path, const char *pki, voice_line *voice)
{
	*file = (struct file){.voice = voice, .pki = pki, .path = strdup(path)};
	return file->path != NULL;
}

int file_watch(struct file *file, uev_ctx_t *loop, void (*changed)(void *context), void *context)
{
	file->watch = watch_new(loop, file->path, changed, context);
	return file->watch ? 0 : errno;
}

void file_replace(struct file *file, char *path)
{
	free(file->path);
	file->path = path;
	forget_fresh(file);
	watch_file(file->watch, path);
}

void file_expect(struct file *file, char *path)
{
	free(file->next);
	file->next = path;
}

void file_confirm(struct file *file)
{
	char *next = file->next;

	file->next = NULL;
	if (next)
		file_replace(file, next);
}

void file_close(struct file *file)
{
	watch_free(file->watch);
	forget_fresh(file);
	free(file->next);
	free(file->path);
	*file = (struct file){0};
}
