/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_PRINTABLE_H
#define WEIPSEC_PRINTABLE_H

#include "compiler/base/text.h"

#include <stddef.h>
#include <stdio.h>

/*
 * What others wrote, made harmless for a terminal and for JSON: control characters, invalid UTF-8
 * and what turns or hides text (bidirectional marks, zero widths) become \xHH, byte by byte.
 */

/* How many bytes a byte takes as \xHH. */
#define PRINTABLE_ESCAPE 4

/* Bytes of the printable character that BYTES begin with, 0 if the first one must become \xHH. */
size_t printable_length(struct slice bytes);

/*
 * BYTES made printable into BUFFER of SIZE (at least 8) bytes, with a NUL; what does not fit is cut
 * between characters and ends in '...'.  Returns the length without the NUL.
 */
size_t printable_copy(char *buffer, size_t size, struct slice bytes);

/* The same from malloc(), whole; NULL without memory. */
char *printable_new(const char *string);

/* What C is in XML and HTML, which have a use for it, be it in an attribute; NULL: itself. */
const char *printable_entity(char c);

void printable_print(FILE *out, struct slice bytes);
void printable_puts(FILE *out, const char *string);

#endif
