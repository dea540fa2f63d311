/* SPDX-License-Identifier: ISC */
#include "runtime/keep/config.h"

#include "backends/agent_write.h"
#include "backends/swanctl.h"
#include "compiler/agent/read.h"
#include "compiler/base/files.h"
#include "compiler/base/shortage.h"
#include "compiler/compilation/artefact.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void fail(struct config *config, int error, const char *what)
{
	config->error = error;
	snprintf(config->why, sizeof(config->why), "%.200s: %.100s", what, strerror(error));
}

/*
 * What a library said since SHORTAGE was the count may be of memory, and not of NAME: then that is
 * what failed.
 */
static void check_shortage(struct config *config, unsigned shortage, const char *name)
{
	if (config->error || shortage_count() == shortage)
		return;
	config->has_errors = false;
	fail(config, ENOMEM, name);
}

static bool is_empty(const struct text *text)
{
	size_t at = 0;

	while (at < text->size && strchr(" \t\r\n", text->bytes[at]) && text->bytes[at])
		at++;
	return at == text->size;
}

#define NOTHING "'no tunnel' stands for no tunnel at all"

/* Of a copy or a pipe that failed; who wants no tunnel writes so. */
static void refuse_empty(struct config *config, struct text *text)
{
	config->has_errors = true;
	snprintf(config->why, sizeof(config->why), "%.200s: error: it is empty; " NOTHING,
		 text->name);
	text_free(text);
}

/*
 * What a text does not have is taken away, so it is to be whole.  One that is cut within a line has
 * a finding of its own.
 */
static void refuse_part(struct config *config)
{
	static const char *const words[] = {
	    [LACK_NOTHING] = NULL,
	    [LACK_REST_OF_LINE] = NULL,
	    [LACK_COMMIT] =
		"'abort' discards what was set before it: 'leave' would keep it; " NOTHING,
	    [LACK_END] = "the text ends inside of this context: its rest is lost, or an 'end'",
	    [LACK_DOUBTFUL] = "this line may be one of ours, and was taken for foreign text: "
			      "mend it, or take it out",
	    [LACK_TUNNEL_WORD] =
		"no line says 'tunnel': this is a part of a configuration, or none; " NOTHING,
	    [LACK_TUNNEL] = "there is no tunnel in 'tunnel'; " NOTHING,
	};
	struct text *text = config->compilation->text;
	const struct model *model = config->model;
	char line[16] = "";

	if (config->has_errors || !words[model->lack])
		return;
	if (model->lack_at.to)
		snprintf(line, sizeof(line), ":%u",
			 (unsigned)text_place(text, model->lack_at.from).line);
	config->has_errors = true;
	snprintf(config->why, sizeof(config->why), "%.200s%s: error: %s", text->name, line,
		 words[model->lack]);
}

static bool supports(const struct model *model, const struct tunnel *tunnel,
		     struct backend_refusal *refusal)
{
	return backend_takes_dialect(tunnel, refusal) && swanctl_supports(model, tunnel, refusal);
}

static void compile(struct config *config, struct text *text)
{
	const struct surroundings surroundings = {.dialect = -1, .is_thrifty = true};
	unsigned shortage = shortage_count();
	const char *name = text->name;

	config->compilation = artefact_read(text, &surroundings, agent_read);
	if (!config->compilation) {
		fail(config, ENOMEM, name);
		return;
	}
	config->model = config->compilation->model;
	artefact_check(config->compilation, supports);
	config->has_errors = compilation_is_refused(config->compilation);
	refuse_part(config);
	check_shortage(config, shortage, name);
}

void config_read_model(struct config *config, struct text *text)
{
	memset(config, 0, sizeof(*config));
	output_init(&config->document);
	if (!text)
		fail(config, ENOMEM, "configuration");
	else if (is_empty(text))
		refuse_empty(config, text);
	else
		compile(config, text);
}

static void read_text(struct config *config, struct text *text)
{
	config_read_model(config, text);
	if (config->error || config->has_errors)
		return;
	agent_write(config->model, &config->document);
	if (config->document.failed)
		fail(config, ENOMEM, "configuration");
}

static void take_pki(struct config *config, const char *pki, bool kept)
{
	unsigned shortage = shortage_count();

	if (config->error || config->has_errors)
		return;
	config->error = target_init(&config->target, config->model, pki, kept);
	if (!config->error)
		return;
	if (config->target.id < 0) {
		snprintf(config->why, sizeof(config->why), "%s", config->target.why);
		return;
	}
	/* what the tunnel names can be read, and is of no use */
	config_refuse(config, config_tunnel(config, config->target.id), config->target.why);
	config->error = 0;
	config->has_errors = true;
	check_shortage(config, shortage, pki);
}

void config_take_pki(struct config *config, const char *pki)
{
	take_pki(config, pki, false);
}

void config_read_text(struct config *config, struct text *text, const char *pki)
{
	read_text(config, text);
	take_pki(config, pki, false);
}

void config_read_kept(struct config *config, struct text *text, const char *pki)
{
	read_text(config, text);
	take_pki(config, pki, true);
}

void config_read(struct config *config, const char *file)
{
	struct text *text = files_read(file);

	if (text) {
		read_text(config, text);
		return;
	}
	memset(config, 0, sizeof(*config));
	fail(config, errno, file);
}

void config_free(struct config *config)
{
	target_free(&config->target);
	output_free(&config->document);
	compilation_free(config->compilation);
	memset(config, 0, sizeof(*config));
}

void config_refuse(const struct config *config, const struct tunnel *tunnel, const char *why)
{
	artefact_refuse(config->compilation, tunnel, why);
}

void config_report(const struct config *config, const char *path,
		   const struct report_settings *settings, FILE *out)
{
	artefact_report(config->compilation, path, settings, out);
}

const char *config_why(struct config *config)
{
	if (!*config->why && config->has_errors)
		artefact_why(config->compilation, config->compilation->text->name, config->why,
			     sizeof(config->why));
	return config->why;
}

const struct tunnel *config_tunnel(const struct config *config, int id)
{
	return config->model ? model_tunnel(config->model, id) : NULL;
}
