/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_JSON_H
#define WEIPSEC_JSON_H

#include "compiler/base/text.h"

#include <jansson.h>
#include <stdio.h>

/*
 * Building JSON without a check at each step: without memory the object or array becomes NULL,
 * stays so, and makes NULL of whatever it is put into.
 */

/* Puts VALUE, which it takes over, into *OBJECT as KEY, or behind what *ARRAY has. */
void json_put(json_t **object, const char *key, json_t *value);
void json_append(json_t **array, json_t *value);

void json_put_integer(json_t **object, const char *key, size_t value);
/* STRING as it is if it is UTF-8, else with \xHH for what is not. */
void json_put_string(json_t **object, const char *key, const char *string);
/* The same of BYTES, which are not empty. */
void json_put_slice(json_t **object, const char *key, struct slice bytes);
/* The keys `line' and `column' of OFFSET, or those and `end_line' and `end_column' of a span. */
void json_put_place(json_t **object, struct text *text, uint32_t offset);
void json_put_span(json_t **object, struct text *text, struct span at);

/*
 * Writes JSON, which it frees, on one line and in ASCII: a name or a message may hold what a
 * terminal obeys.  Returns 0 without memory; errors of OUT are for the caller to ask.
 */
int json_write(FILE *out, json_t *json);

#endif
