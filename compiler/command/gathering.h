/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_GATHERING_H
#define WEIPSEC_GATHERING_H

#include "compiler/base/cli.h"
#include "compiler/command/operands.h"
#include "compiler/command/outputs.h"
#include "compiler/command/progress.h"
#include "compiler/fleet/site.h"

#include <stdbool.h>

/* The files of a network, read into sites. */
struct gathering {
	const struct cli_command *command;
	struct project_asked asked; /* beside project files */
	const char *pki;	    /* --pki: a folder with one for each host name, or NULL */
	struct projects *projects;
	struct digest *digest;
	unsigned jobs; /* files at once; 0: as many as there are processors for */
	struct operands operands;
	size_t *tasks; /* the operands that are files, each of them once, in the order of paths */
	size_t count;
	struct site **sites; /* of each task */
	unsigned char *of;   /* whose reader read it */
	struct site_reader *readers;
	unsigned reader_count;
	struct progress progress;
};

/* The files of a network of which nothing is asked but what their project files say. */
void gathering_init(struct gathering *gathering, const struct cli_command *command);
/* The option of both that read files. */
#define GATHERING_PKI                                                                              \
	{                                                                                          \
		"pki", 0, "DIR", "the certificates and keys of each device, in DIR/HOSTNAME"       \
	}

/*
 * Collects what the COUNT WORDS mean, with what holds for each.  Returns the status so far: wrong
 * usage, a folder without a file, or a project file that is wrong, are complained of; without
 * `sites' there is nothing to go on with.
 */
int gathering_collect(struct gathering *gathering, int count, char **words);
/* OUTPUTS are to spare all that is read then, with what project files name. */
void gathering_spare(const struct gathering *gathering, struct outputs *outputs);
/* The file of TASK. */
const struct operand *gathering_operand(const struct gathering *gathering, size_t task);
/* Reads TASK with READER, with all that holds for it.  NULL without memory. */
struct site *gathering_read_task(const struct gathering *gathering, struct site_reader *reader,
				 size_t task);
/* Reads all of it; false without memory. */
bool gathering_read(struct gathering *gathering);
/* Complains of what could not be read; what becomes of STATUS: a FILE that was named is needed. */
int gathering_complain(const struct site *site, int status);
void gathering_free(struct gathering *gathering);

#endif
