/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_SETUP_H
#define WEIPSEC_SETUP_H

#include "compiler/base/cli.h"
#include "runtime/keep/config.h"
#include "runtime/keep/places.h"

/* What every command of weipsec-apply takes: options for its places, and a tunnel. */

/* The first rows of a command's options; its own begin at SETUP_COUNT. */
enum { SETUP_VICI, SETUP_STATE_DIR, SETUP_PKI, SETUP_PERSIST, SETUP_COUNT };

/* clang-format off */
#define SETUP_OPTIONS                                                                              \
	[SETUP_VICI] = {"vici", 0, "URI", "charon's socket (" VICI_URI ")"},                       \
	[SETUP_STATE_DIR] = {"state-dir", 0, "DIR", "what is remembered (" STATE_DIR ")"},         \
	[SETUP_PKI] = {"pki", 0, "DIR", "certificates and keys: x509, x509ca and private in it"},  \
	[SETUP_PERSIST] = {"persist", 0, "FILE", "keep what is applied as a swanctl.conf, too"}
/* clang-format on */

/* cli_next(), but options of places, which it takes into PLACES; CLI_WRONG for a wrong value. */
int setup_next(struct places *places, struct cli *cli);

/* Reads the tunnel that may stand behind CLI's options into ID, which stays what it is if there is
 * none.  0, or EXIT_MISUSE, complained of. */
int setup_read_id(const struct cli *cli, int *id);

/*
 * Opens STATE without its lock, and reads the model of what was applied last into CONFIG.  0,
 * EXIT_FINDINGS if nothing was, or EXIT_FAILED, complained of.  Both are freed in any case.
 */
int setup_read_applied(const struct places *places, struct state *state, struct config *config);

/* Connects VICI to charon.  0, or EXIT_FAILED, complained of. */
int setup_connect(const struct places *places, struct vici *vici);

/* What to do about ERROR of connecting to charon. */
const char *setup_hint(int error);

/* Complains of WHY, which is about the state directory, and of ERROR.  Returns EXIT_FAILED. */
int setup_complain(const char *why, int error);

#endif
