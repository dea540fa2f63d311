/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_CAUSE_H
#define WEIPSEC_CAUSE_H

#include "compiler/model/model.h"
#include "compiler/tables/reason.h"
#include "runtime/charon/target.h"

/*
 * A reason of schemas/reasons.def with the values that belong to it, and the sentence that both
 * make for people.  What others said is in it printable, and no longer than there is room for.
 */

#define CAUSE_VALUES 320

struct cause {
	enum reason reason; /* REASON_NONE: there is none */
	char values[CAUSE_VALUES];
};

/* What is said of a tunnel. */
struct note {
	const char *slug; /* NULL: nothing */
	char text[800];
};

/*
 * What CAUSE says of TUNNEL, of whose settings those of the other method are not named.  A value
 * that has a secret of MODEL, which TUNNEL is of, in it is not shown.
 */
void note_make(struct note *note, const struct cause *cause, const struct model *model,
	       const struct tunnel *tunnel);

/* More values behind those that CAUSE has; what there is no room for is left out. */
void cause_add(struct cause *cause, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The value that TUNNEL has for SETTING, of MODEL, as `WORD VALUE'. */
void cause_add_setting(struct cause *cause, const struct model *model, const struct tunnel *tunnel,
		       enum setting setting);
/* What is wrong with the certificate that TUNNEL shows its peer at this moment; false: nothing. */
bool cause_of_certificate(struct cause *cause, const struct target_tunnel *tunnel);
/*
 * charon's names of suites, `IKE:AES_CBC_128/..., ...', as WeOS has them, into BUFFER of SIZE
 * bytes.
 */
void cause_translate(char *buffer, size_t size, struct slice suites);
/* SECONDS since 1970 in words, in UTC, into BUFFER of 32 bytes. */
void cause_write_time(char *buffer, long long seconds);

#endif
