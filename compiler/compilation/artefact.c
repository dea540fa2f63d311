/* SPDX-License-Identifier: ISC */
#include "compiler/compilation/artefact.h"

#include "backends/swanctl.h"
#include "compiler/base/printable.h"

#include <string.h>

struct compilation *artefact_read(struct text *text, const struct surroundings *surroundings,
				  agent_reader *read)
{
	struct surroundings made = *surroundings;

	made.is_made_of = true;
	return agent_is_document(text) ? compilation_new_agent(text, read)
				       : compilation_new(text, &made);
}

/* ---- WI613 ---- */

void artefact_refuse_as(struct compilation *compilation, const struct tunnel *tunnel,
			const struct backend_refusal *refusal)
{
	struct findings *findings = &compilation->findings;
	struct finding *finding = finding_add(findings, WI613, refusal->at, "%s", refusal->message);

	finding_tunnel(finding, tunnel->id);
	if (refusal->other)
		finding_relate(findings, finding, refusal->other->header, "it is here");
}

static void check_tunnel(struct compilation *compilation, const struct tunnel *tunnel,
			 backend_supports *supports)
{
	struct backend_refusal refusal = {.at = tunnel->header};

	if (!supports(compilation->model, tunnel, &refusal))
		artefact_refuse_as(compilation, tunnel, &refusal);
}

void artefact_check(struct compilation *compilation, backend_supports *supports)
{
	const struct model *model = compilation->model;

	if (compilation_is_refused(compilation))
		return;
	for (size_t i = 0; i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];

		/* the words of another dialect are there of a dormant one, too */
		if (tunnel->enabled || tunnel->weos4)
			check_tunnel(compilation, tunnel, supports);
	}
}

void artefact_check_ends(struct compilation *compilation)
{
	const struct model *model = compilation->model;

	for (size_t i = 0; i < model->count; i++) {
		if (model->tunnels[i]->enabled)
			check_tunnel(compilation, model->tunnels[i], swanctl_supports_identities);
	}
}

void artefact_refuse(struct compilation *compilation, const struct tunnel *tunnel, const char *why)
{
	finding_tunnel(
	    finding_add(&compilation->findings, WI613, tunnel->header, "%s", why), tunnel->id);
}

/* ---- what is said ---- */

static void write_error(FILE *out, const char *path, uint32_t line, const char *message)
{
	printable_puts(out, path);
	fprintf(out, ":%u: error: ", (unsigned)line);
	printable_puts(out, message);
}

static void write_finding(FILE *out, const char *path, struct text *text,
			  const struct finding *finding)
{
	write_error(out, path, text_place(text, finding->at.from).line, finding->message);
	fprintf(out, " [%s]", rule_table[finding->rule].id);
}

/* The errors, MOST of them, with END behind each. */
static void write_errors(struct compilation *compilation, const char *path, size_t most,
			 const char *end, FILE *out)
{
	struct findings *findings = &compilation->findings;
	const struct agent_error *error = compilation->agent ? &compilation->agent->error : NULL;
	struct finding **sorted = findings_sorted(findings);

	if (error && *error->message) {
		write_error(out, path, error->line, error->message);
		fputs(end, out);
		return;
	}
	for (size_t i = 0; sorted && i < findings->kept && most; i++) {
		if (sorted[i]->severity != SEVERITY_ERROR)
			continue;
		write_finding(out, path, compilation->text, sorted[i]);
		fputs(end, out);
		most--;
	}
}

void artefact_report(struct compilation *compilation, const char *path,
		     const struct report_settings *settings, FILE *out)
{
	struct report_file file = {
	    .path = path, .findings = &compilation->findings, .model = compilation->model};
	struct report report;

	if (compilation->agent) {
		write_errors(compilation, path, SIZE_MAX, "\n", out);
		return;
	}
	report_begin(&report, settings, out);
	report_file(&report, &file);
	report_end(&report);
}

void artefact_why(struct compilation *compilation, const char *path, char *why, size_t size)
{
	FILE *out = fmemopen(why, size, "w");

	memset(why, 0, size);
	if (!out)
		return;
	write_errors(compilation, path, 1, "", out);
	fclose(out);
	why[size - 1] = '\0';
}
