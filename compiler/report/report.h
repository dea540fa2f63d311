/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_REPORT_H
#define WEIPSEC_REPORT_H

#include "compiler/finding/finding.h"
#include "compiler/model/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * A report: the findings of some files in one of the formats, written as they come.  The findings
 * themselves are never changed: what the command line makes of a rule is applied on the way out.
 */

/* What the command line makes of a rule. */
enum report_override { REPORT_AS_IS, REPORT_SILENT, REPORT_AS_WARNING, REPORT_AS_ERROR };

struct report_writer;

/* What a command tells beside findings: in text around them, in JSON as members of the document. */
struct report_account {
	void *context;
	void (*text)(const void *context, bool colour, FILE *out);
	void (*text_end)(const void *context, FILE *out); /* NULL: nothing stands behind them */
	/* `"KEY": VALUE', or several with commas between; false without memory. */
	bool (*json)(void *context, FILE *out);
};

struct report_settings {
	const struct report_writer *writer; /* the format: who names one links no other */
	bool colour;
	const char *version;
	enum report_override overrides[RULE_COUNT];
	bool obeys_comments; /* what comments silence is left out, and counted */
	enum severity fail_on; /* the least that fails a test, where a format has tests */
	const struct report_account *account; /* NULL: there are findings only */
};

/* One file of a report. */
struct report_file {
	const char *path;
	const char *error;	   /* why it could not be read, or NULL */
	const char *skipped;	   /* why it was not looked at, or NULL */
	struct findings *findings; /* NULL with either of them */
	const struct model *model; /* NULL too if there is none */
};

struct report;

/*
 * What a format does; `finding' and `rest' come between `file' and `file_end', in order.  These
 * four know nothing of other files but by the counts of a document's elements (document.h), so that
 * each file can be written aside and joined to the others (part.h).
 */
struct report_writer {
	bool has_silenced; /* also findings that comments silence */
	void (*begin)(struct report *report);
	void (*file)(struct report *report, const struct report_file *file);
	void (*finding)(struct report *report, const struct report_file *file,
			const struct finding *finding, enum severity severity);
	/* COUNT more findings of RULE were only counted. */
	void (*rest)(struct report *report, const struct report_file *file, enum rule rule,
		     size_t count);
	void (*file_end)(struct report *report, const struct report_file *file);
	void (*end)(struct report *report);
};

extern const struct report_writer report_writer_text;
extern const struct report_writer report_writer_gcc;
extern const struct report_writer report_writer_json;
extern const struct report_writer report_writer_sarif;
extern const struct report_writer report_writer_junit;
extern const struct report_writer report_writer_github;

/* The state of a report: for the formats to read. */
struct report {
	const struct report_settings *settings;
	const struct report_writer *writer;
	FILE *out;
	FILE *
	    spool; /* JSON: the diagnostics, SARIF: the notifications; they stand behind the rest */
	size_t listed;	/* elements of the list that OUT is in, where the format has one */
	size_t spooled; /* the same of SPOOL */
	size_t failed;	/* files that could not be read */
	size_t severities[SEVERITY_ERROR + 1]; /* as reported, those only counted included */
	size_t truncated;
	size_t suppressed;
	int error; /* errno of the first write that failed, 0: none; nothing is written after it */
};

/* 1 if a report with SETTINGS has FINDING: neither a comment nor the command line silences it. */
bool report_shows(const struct report_settings *settings, const struct finding *finding);

/* 1 if OVERRIDE does nothing to the errors of RULE, since they cannot be silenced or lowered. */
bool report_override_is_refused(enum rule rule, enum report_override override);

/* The same for RULE, comments aside; *SEVERITY becomes the one that it is shown with. */
bool report_shows_rule(const struct report_settings *settings, enum rule rule,
		       enum severity *severity);
/* How many findings of RULE were only counted, without those that comments silence. */
size_t report_not_kept(const struct report *report, const struct findings *findings,
		       enum rule rule);

/*
 * PATH as programs compare it with their own: `./a' is `a', and a root has one slash (two would be
 * a host in a URI).
 */
const char *report_path(const char *path);

/* The path of the file that RELATED, of a finding in FILE, is in. */
const char *report_related_path(const struct report_file *file,
				const struct finding_related *related);

/* Whether a terminal at FD, if it is one, is to be given colours (NO_COLOR, TERM). */
bool report_wants_colour(int fd);

/* Begins a report; SETTINGS and OUT must outlive it. */
void report_begin(struct report *report, const struct report_settings *settings, FILE *out);
void report_file(struct report *report, const struct report_file *file);
/* Ends it and flushes OUT.  Returns report->error. */
int report_end(struct report *report);

/*
 * For what writes: keeps why a write failed in report->error.  stdio forgets it: asked after each
 * piece, errno still tells.
 */
void report_note_error(struct report *report);

/* 1 if anything at or above SEVERITY was reported. */
bool report_reaches(const struct report *report, enum severity severity);

#endif
