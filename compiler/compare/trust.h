/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TRUST_H
#define WEIPSEC_TRUST_H

#include "compiler/compare/exchange.h"

/* Whether one end takes the certificate of the other, as charon decides, from the folders of both.
 */
enum trust {
	TRUST_GIVEN,
	TRUST_REFUSED,
	TRUST_UNKNOWN,
	TRUST_UNLISTED /* revocation is strict, and the CRL that would tell is not in the folder */
};

/* WHY is set when it is refused; SHOWN is the identity that it must hold. */
enum trust trust_judge(const struct end *holder, const struct end *verifier,
		       const struct identity *shown, struct refused_certificate *why);
/* The certificate of HOLDER holds the identity SHOWN. */
enum trust trust_has_identity(const struct end *holder, const struct identity *shown);
/* In version 1 whoever starts says how both ends sign: WHY is set if that cannot be with the
 * certificates of both. */
bool trust_kinds_differ(const struct end *a, const struct end *b, struct refused_certificate *why);
/* The subject of the certificate of HOLDER fits WANTED, a DN. */
enum trust trust_subject_fits(const struct end *holder, const struct identity *wanted);
/*
 * In version 1 the private key is found by the identity that is shown, and any certificate of the
 * gateway may be the one.  True if HOLDER, which shows SHOWN, has another one for it that VERIFIER
 * judges otherwise.
 */
bool trust_has_choice(const struct end *holder, const struct end *verifier,
		      const struct identity *shown);

#endif
