/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_ARTEFACT_H
#define WEIPSEC_ARTEFACT_H

#include "backends/backend.h"
#include "compiler/compilation/compilation.h"
#include "compiler/report/report.h"

#include <stdio.h>

/*
 * What artefacts are made of, in either language, and whether they can be: a backend is given
 * nothing that compilation_is_refused().
 */

/*
 * Compiles TEXT, which it owns from now on, also on failure: CLI text in its SURROUNDINGS, or agent
 * configuration, which READ reads.  NULL without memory.
 */
struct compilation *artefact_read(struct text *text, const struct surroundings *surroundings,
				  agent_reader *read);

/*
 * WI613 for each enabled tunnel that a backend does not support, which refuses the whole artefact:
 * a missing tunnel leaks.  Of what is refused already nothing is asked.
 */
void artefact_check(struct compilation *compilation, backend_supports *supports);
/*
 * The same, of the identities of a gateway's ends as charon would have them, whatever the language,
 * and whatever is wrong with another end: WI613 for each that it would cut, or not show.
 */
void artefact_check_ends(struct compilation *compilation);
/* WI613 that TUNNEL cannot be in an artefact, as REFUSAL has it, or for the reason WHY. */
void artefact_refuse_as(struct compilation *compilation, const struct tunnel *tunnel,
			const struct backend_refusal *refusal);
void artefact_refuse(struct compilation *compilation, const struct tunnel *tunnel, const char *why);

/*
 * Writes the findings to OUT: of a text with SETTINGS, of a document in a line each, `PATH:LINE:
 * error: MESSAGE [WInnn]', since excerpts could show a secret.
 */
void artefact_report(struct compilation *compilation, const char *path,
		     const struct report_settings *settings, FILE *out);
/*
 * Puts the first error into WHY, of SIZE bytes, as such a line without its end; "" if nothing is
 * refused.
 */
void artefact_why(struct compilation *compilation, const char *path, char *why, size_t size);

#endif
