/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TRUST_H
#define WEIPSEC_TRUST_H

#include "compiler/compare/exchange.h"

/* Whether one end takes the certificate of the other, as charon decides, from the folders of both.
 */
enum trust { TRUST_GIVEN, TRUST_REFUSED, TRUST_UNKNOWN };

/* WHY, of static duration, is set when it is refused. */
enum trust trust_judge(const struct end *holder, const struct end *verifier, const char **why);
/* The subject of the certificate of HOLDER fits WANTED, a DN. */
enum trust trust_subject_fits(const struct end *holder, const struct identity *wanted);

#endif
