/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_JOINING_H
#define WEIPSEC_JOINING_H

#include "compiler/command/cli_report.h"
#include "compiler/command/drawing.h"
#include "compiler/command/outputs.h"
#include "compiler/fleet/network.h"

/* What `fleet' and `join' do with the sites of a network. */
struct joining {
	struct cli_report asked;
	enum automatic automatic;
	const char *html;  /* --html, or NULL */
	const char *graph; /* --graph, or NULL */
	struct outputs outputs;
};

/* The options of both beside those of a report, and their rows. */
enum joining_option { JOINING_AS = CLI_REPORT_COUNT, JOINING_HTML, JOINING_GRAPH, JOINING_COUNT };

#define JOINING_OPTIONS                                                                            \
	[JOINING_AS] = {"as", 0, "weos|weipsec", "what automatic suites mean (weos, see below)"},  \
	[JOINING_HTML] = {"html", 0, "FILE", "write a page for a browser, too"},              \
	[JOINING_GRAPH] = DRAWING_OPTION

/* Takes VALUE of OPTION, one of a report or of the above; false, complained of, if it is none. */
bool joining_option(struct joining *joining, int option, const char *value);
/* When all options are taken: its outputs, and whether they spare what is read beside.  0, or
 * EXIT_MISUSE, complained of. */
int joining_check_outputs(struct joining *joining);

/*
 * Judges the COUNT SITES, each of which has an outcome, reports them on standard output, and writes
 * the page and the picture that are asked for.  What becomes of STATUS.
 */
int joining_run(struct joining *joining, struct site **sites, size_t count, int status);

#endif
