/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_WRITTEN_H
#define WEIPSEC_WRITTEN_H

#include "compiler/compare/gateway.h"

/*
 * How a secret was written, as far as people mix that up: two that differ may be equal in one of
 * these forms.
 */
enum written_form {
	WRITTEN_UNQUOTED,
	WRITTEN_WITHOUT_BLANKS,
	WRITTEN_FOLDED, /* without blanks, and in lower case */
	WRITTEN_BARE,	/* without blanks, and the 0x or 0s in front */
	WRITTEN_BARE_FOLDED,
	WRITTEN_FORMS
};

/*
 * Where secrets themselves are not at hand, the `bytes' of one are a digest of what it decodes to,
 * of so many bytes, and shorter ones of its forms stand behind that in the order of the enum.
 */
#define WRITTEN_DIGEST 16
#define WRITTEN_FORM_DIGEST 8
#define WRITTEN_FORM_AT(form) (WRITTEN_DIGEST + (size_t)(form)*WRITTEN_FORM_DIGEST)
#define WRITTEN_DIGESTS WRITTEN_FORM_AT(WRITTEN_FORMS)

/* Gets bytes of a form, some at a time. */
typedef void written_put(void *context, const char *bytes, size_t length);

/* The secret of TUNNEL as it stands in TEXT; a document has its bytes only. */
struct slice written_secret(const struct text *text, const struct tunnel *tunnel, bool is_document);
/* Puts FORM of SECRET. */
void written_form_put(struct slice secret, enum written_form form, written_put *put, void *context);

/* The first of the forms that come to the same as FORM for SECRET, as can be told at a glance. */
enum written_form written_form_same(struct slice secret, enum written_form form);

/* One end's secret, and where it is written. */
struct written {
	const struct gateway *gateway;
	const struct tunnel *tunnel;
	const struct text *text;
};

/* What there is to say of two secrets that differ in form alone; empty: they differ in more. */
const char *written_differs(const struct written *a, const struct written *b);

#endif
