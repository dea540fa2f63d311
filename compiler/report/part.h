/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PART_H
#define WEIPSEC_PART_H

#include "compiler/report/report.h"

/* What is written aside: a stream into memory, and what it wrote. */
struct part_stream {
	FILE *stream;
	char *bytes;
	size_t size;
};

/*
 * One file's part of a report, written aside by whoever checked the file, and joined to the report
 * when its turn has come.  Zeroed it is empty; the memory is used again from file to file.
 */
struct part {
	struct report report; /* of this file alone */
	struct part_stream out;
	struct part_stream spool;
};

/* What report_file() would do in a report with SETTINGS, which outlive it, aside. */
void part_write(struct part *part, const struct report_settings *settings,
		const struct report_file *file);
/* The bytes that PART holds. */
size_t part_size(const struct part *part);
/* Puts PART into REPORT, behind what that has, as report_file() would have done. */
void part_join(struct part *part, struct report *report);
void part_free(struct part *part);

#endif
