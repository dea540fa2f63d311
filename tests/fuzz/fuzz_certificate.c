/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a certificate with its private key, and behind a line `====' as its CA, and behind
 * another one as a CRL; what is missing is what stands before it.  A certificate has each of its
 * own names, and nothing of it that is shown could move a terminal.  Of two gateways that have it,
 * of which one knows what the other one's facts would keep, what `check' says can be shown; a peer
 * takes no certificate that `check' calls expired, or another one's; and no facts keep a key.
 */
#include "compiler/compare/pair.h"
#include "compiler/compilation/compilation.h"
#include "compiler/pki/pem.h"
#include "compiler/pki/pki.h"
#include "compiler/pki/private_key.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* 2026-01-01, as in tests/pki.bash. */
static const int64_t now = 1767225600;

static const char between[] = "====\n";

/* Both versions; a name, and a subject that is said or not and expected by a pattern. */
#define TUNNELS(here, there, subject)                                                              \
	"tunnel\n"                                                                                 \
	"ipsec 1\nlocal-address 192.0.2." here "\npeer 192.0.2." there "\n"                        \
	"method cert\ncertificate a\nca a\nrevocation strict\n"                                    \
	"local-id name plant.example.com\nremote-id name plant.example.com\n"                      \
	"local-subnet 10." here ".0.0/24\nremote-subnet 10." there ".0.0/24\ninitiator\nend\n"     \
	"ipsec 2\nversion 1\nlocal-address 198.51.100." here "\npeer 198.51.100." there "\n"       \
	"method cert\ncertificate a\nca a\n" subject "remote-id \"C=SE, O=Example, CN=*\"\n"       \
	"local-subnet 10." here ".1.0/24\nremote-subnet 10." there ".1.0/24\ninitiator\nend\n"     \
	"end\n"

static const char *const tunnels[SIDES] = {
    TUNNELS("1", "2", "local-id \"C=SE, O=Example, CN=plant\"\n"), TUNNELS("2", "1", "")};

static void is_plain(const char *words)
{
	for (; words && *words; words++)
		assert((unsigned char)*words >= 0x20 && *words != 0x7f);
}

static void check_names(const struct certificate *certificate, struct arena *arena)
{
	for (size_t i = 0; i < certificate->name_count; i++)
		assert(certificate_has(certificate, arena, &certificate->names[i]));
	is_plain(certificate->subject);
}

static void try_key(const struct certificate *certificate, struct arena *arena, struct slice bytes)
{
	struct pem pem;

	if (pem_next(&bytes, &pem) != PEM_FOUND)
		return;
	pem_free(&pem);
	private_key_fault(arena, "private/a.pem", bytes, certificate);
}

static void check_certificate(struct slice bytes)
{
	struct certificate certificate = {.file = "x509/a.pem"};
	struct arena *arena = arena_new();

	assert(arena && certificate_read(&certificate, arena, bytes));
	if (!certificate.fault.what) {
		assert(certificate.x509 && certificate.count);
		assert(certificate_equal(&certificate, &certificate));
		check_names(&certificate, arena);
		try_key(&certificate, arena, bytes);
	}
	certificate_free(&certificate);
	arena_free(arena);
}

/* ---- two gateways ---- */

/* One with its certificates in memory. */
struct gateway_of {
	struct pki *pki;
	struct compilation *compilation;
};

static void open_gateway(struct gateway_of *gateway, const char *bytes, const struct pki_kept *kept)
{
	struct surroundings surroundings = {.dialect = -1};

	gateway->pki = pki_open_kept(kept, now);
	surroundings.pki = gateway->pki;
	gateway->compilation = compilation_new(text_new("-", bytes, strlen(bytes)), &surroundings);
	assert(gateway->pki && gateway->compilation && gateway->compilation->model->count == 2);
	for (const struct finding *at = gateway->compilation->findings.first; at; at = at->next) {
		is_plain(at->message);
		is_plain(at->help);
	}
}

static void close_gateway(const struct gateway_of *gateway)
{
	compilation_free(gateway->compilation);
	pki_free(gateway->pki);
}

/* What facts would have of it. */
static struct pki_kept *keep(struct pki *pki, struct arena *arena)
{
	static const struct slice label = {"a", 1};
	struct pki_store store = {.arena = arena};
	struct pki_kept *kept = pki_keep(pki, &label, 1, &store);

	for (const struct pki_kept *at = kept; at; at = at->next)
		assert(strncmp(at->path, "x509", 4) == 0);
	return kept;
}

/* Is there something about TUNNEL that its peer sees, too? */
static bool is_refused(const struct findings *findings, const struct tunnel *tunnel)
{
	for (const struct finding *at = findings->first; at; at = at->next) {
		if (at->tunnel == tunnel->id && at->severity == SEVERITY_ERROR &&
		    (at->rule == WI418 || at->rule == WI420))
			return true;
	}
	return false;
}

static bool is_invalid(const void *context, enum side side, const struct tunnel *tunnel)
{
	(void)context, (void)side, (void)tunnel;
	return false;
}

static void check_pairs(const struct gateway_of *ends, struct arena *arena)
{
	const struct findings *findings = &ends[SIDE_A].compilation->findings;
	const struct pair_choice choice = {{PAIR_ANY, PAIR_ANY}};
	struct proposal_lists lists = {{NULL}};
	struct pairs pairs = {.path = {"a", "b"}};
	bool made = true;

	for (int side = 0; side < SIDES; side++) {
		struct gateway *gateway = &pairs.gateway[side];

		made &= gateway_init(gateway, ends[side].compilation->model, arena, &lists);
		gateway->pki = ends[side].pki;
	}
	assert(made && pairs_judge(&pairs, &choice, is_invalid, NULL) && pairs.count == 2);
	for (size_t i = 0; i < pairs.count; i++)
		assert(pairs.list[i].outcome != OUTCOME_UP ||
		       !is_refused(findings, pairs.list[i].tunnel[SIDE_A]));
}

static void check_gateways(const struct pki_kept *kept)
{
	struct arena *arena = arena_new();
	struct gateway_of ends[SIDES];

	assert(arena);
	open_gateway(&ends[SIDE_A], tunnels[SIDE_A], kept);
	open_gateway(&ends[SIDE_B], tunnels[SIDE_B], keep(ends[SIDE_A].pki, arena));
	check_pairs(ends, arena);
	close_gateway(&ends[SIDE_A]);
	close_gateway(&ends[SIDE_B]);
	arena_free(arena);
}

/* What stands before the next line between two, or all that is left; then the same again. */
static struct slice next_piece(struct slice *rest)
{
	const char *end = memmem(rest->at, rest->length, between, sizeof(between) - 1);
	struct slice piece = {rest->at, end ? (size_t)(end - rest->at) : rest->length};

	if (end)
		*rest = slice_cut(*rest, piece.length + sizeof(between) - 1);
	return piece;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = {(const char *)data, size};
	struct slice own = next_piece(&rest), ca = next_piece(&rest), crl = next_piece(&rest);
	struct pki_kept list = {NULL, "x509crl/a", crl}, issuer = {&list, "x509ca/a.pem", ca},
			key = {&issuer, "private/a.pem", own}, kept = {&key, "x509/a.pem", own};

	check_certificate(own);
	check_gateways(&kept);
	return 0;
}
