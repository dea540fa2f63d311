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

struct fingerprints;

/* What is made of the findings of a file. */
struct report_policy {
	enum report_override overrides[RULE_COUNT];
	bool is_of_project[RULE_COUNT]; /* a project file says so, and nobody else */
	bool obeys_comments;		/* what comments silence is left out, and counted */
	int fail_on; /* enum severity: the least that fails; REPORT_NEVER: nothing does */
	/* silences what it has (fingerprint.h), or NULL; the project file's if nobody named it */
	const struct fingerprints *baseline;
	bool is_projects_baseline;
};

#define REPORT_NEVER (SEVERITY_ERROR + 1)

struct report_settings {
	const struct report_writer *writer; /* the format: who names one links no other */
	bool colour;
	const char *version;
	struct report_policy policy; /* of files that have none of their own */
	const struct report_account *account; /* NULL: there are findings only */
	bool is_copy; /* another report has the same, and counts what project files leave out */
};

/* One file of a report. */
struct report_file {
	const char *path;
	bool is_standard;	   /* it came from standard input, whatever its path */
	const char *name;	   /* what fingerprints call it, or NULL: its path */
	const struct report_policy *policy; /* or NULL: that of the settings */
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
	bool has_silenced;     /* also findings that comments silence */
	bool has_fingerprints; /* what a finding is known again by */
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
extern const struct report_writer report_writer_gitlab;
extern const struct report_writer report_writer_statistics;

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
	size_t baselined;
	size_t hushed;		  /* what project files left out or lowered */
	size_t rules[RULE_COUNT]; /* as reported, by rule */
	bool fails;		  /* something is at or above the `fail_on' of its file */
	int error; /* errno of the first write that failed, 0: none; nothing is written after it */
};

/* What is made of the findings of FILE. */
const struct report_policy *report_policy(const struct report *report,
					  const struct report_file *file);

/*
 * Looks up FINDINGS, of the file that fingerprints call NAME, in the baseline of POLICY, if it has
 * one, so that report_shows() knows them.  False without memory.
 */
bool report_know(const struct report_policy *policy, struct findings *findings, const char *name);

/* How many of FINDINGS, which it knows, the project file in POLICY leaves out or lowers. */
size_t report_hushed(const struct report_policy *policy, struct findings *findings);
/* 1 if a report by POLICY has FINDING: no comment, baseline or command line silences it. */
bool report_shows(const struct report_policy *policy, const struct finding *finding);
/* 1 if one with SEVERITY fails a test, where a format has tests. */
bool report_fails(const struct report_policy *policy, enum severity severity);

/* 1 if OVERRIDE does nothing to the errors of RULE, since they cannot be silenced or lowered. */
bool report_override_is_refused(enum rule rule, enum report_override override);

/* The same for RULE, comments aside; *SEVERITY becomes the one that it is shown with. */
bool report_shows_rule(const struct report_policy *policy, enum rule rule,
		       enum severity *severity);
/* How many findings of RULE in FILE were only counted, without those that comments silence. */
size_t report_not_kept(const struct report *report, const struct report_file *file,
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

#endif
