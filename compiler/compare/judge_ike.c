/* SPDX-License-Identifier: ISC */
/* What keeps two ends from an IKE_SA: version, suites, method, secrets, identities, certificates.
 */
#include "compiler/compare/accept.h"
#include "compiler/compare/judge.h"
#include "compiler/compare/trust.h"
#include "compiler/compare/written.h"

#include <stdio.h>

static const struct tunnel *tunnel_a(const struct judge *judge)
{
	return judge_tunnel(judge, SIDE_A);
}

static const struct tunnel *tunnel_b(const struct judge *judge)
{
	return judge_tunnel(judge, SIDE_B);
}

static struct end end_of(const struct judge *judge, enum side side)
{
	return (struct end){&judge->pairs->gateway[side], judge_tunnel(judge, side)};
}

void pair_WI1002(struct judge *judge)
{
	struct finding *finding;
	enum side old = tunnel_a(judge)->version == 1 ? SIDE_A : SIDE_B;

	if (tunnel_a(judge)->version == tunnel_b(judge)->version)
		return;
	finding = judge_differs(judge, SETTING_VERSION, REASON_VERSION_DIFFERS, "");
	if (judge->pairs->gateway[old].model->dialect == DIALECT_WEOS4)
		judge_help(judge, finding, SIDE_B,
			   "write 'version 1' in 'ipsec %d' of %s: WeOS 4 has no other",
			   judge_tunnel(judge, other_side(old))->id,
			   judge->pairs->path[other_side(old)]);
	else
		judge_help(judge, finding, SIDE_B, "write 'version 2' in 'ipsec %d' of %s",
			   judge_tunnel(judge, old)->id, judge->pairs->path[old]);
}

/* ---- suites ---- */

/* The kinds of DIFFERENT as `; cipher and dh differ'. */
static void write_kinds(unsigned different, char *buffer, size_t size)
{
	static const char *const words[] = {"cipher", "auth", "prf", "dh"};
	size_t used = 0;
	bool first = true;

	buffer[0] = '\0';
	for (int kind = 0; kind < TRANSFORM_KINDS; kind++) {
		/* a hash is both, and one word */
		if (!(different & 1U << kind) ||
		    (kind == TRANSFORM_PRF && (different & 1U << TRANSFORM_AUTH)))
			continue;
		used += (size_t)snprintf(buffer + used, size - used, "%s%s",
					 first ? "; not in both: " : ", ", words[kind]);
		first = false;
	}
}

void pair_WI1003(struct judge *judge)
{
	struct proposals room_a, room_b, singles;
	struct agreement chosen;
	struct end a = end_of(judge, SIDE_A), b = end_of(judge, SIDE_B);
	const struct proposals *of_a = end_proposals(&a, PROPOSAL_IKE, &room_a);
	const struct proposals *of_b = end_proposals(&b, PROPOSAL_IKE, &room_b);
	struct finding *finding;
	struct show there;
	char kinds[64];

	if (!of_a || !of_b || a.tunnel->version != b.tunnel->version ||
	    proposals_choose(of_a, of_b, PROPOSAL_IKE, true, &chosen)) {
		enum side starter = judge->pair->deciding;

		/* an automatic suite of version 1 takes more than it offers */
		if (judge->pair->cause != CAUSE_IKE || a.tunnel->version != 1 || !of_a || !of_b)
			return;
		proposals_offer_version1(starter == SIDE_A ? of_a : of_b, PROPOSAL_IKE, 0,
					 &singles);
		write_kinds(
		    proposals_differ(&singles, starter == SIDE_A ? of_b : of_a, PROPOSAL_IKE),
		    kinds, sizeof(kinds));
	} else {
		write_kinds(proposals_differ(of_a, of_b, PROPOSAL_IKE), kinds, sizeof(kinds));
	}
	finding = judge_differs(judge, SETTING_IKE, REASON_IKE_DIFFERS, kinds);
	judge_value(judge, b.tunnel->ike->set ? SIDE_B : SIDE_A, SETTING_IKE, &there);
	judge_help(judge, finding, SIDE_B, "write 'ike %s' in both files", there.value);
}

/* ---- method ---- */

void pair_WI1004(struct judge *judge)
{
	enum method there = tunnel_b(judge)->method;

	if (tunnel_a(judge)->method != there)
		judge_help(
		    judge, judge_differs(judge, SETTING_METHOD, reason_of_method(there), ""),
		    SIDE_B,
		    "set one method in both files: 'method psk' with a 'secret', or 'method cert'");
}

/* ---- secrets ---- */

/* What there is to say of secrets that differ in form alone. */
static const char *form_differs(const struct judge *judge)
{
	struct written ends[SIDES];

	for (int side = 0; side < SIDES; side++)
		ends[side] = (struct written){&judge->pairs->gateway[side],
					      judge_tunnel(judge, (enum side)side),
					      judge->findings[side]->text};
	return written_differs(&ends[SIDE_A], &ends[SIDE_B]);
}

static bool has_secret(const struct tunnel *tunnel)
{
	return tunnel->method == METHOD_PSK && tunnel->secret.set &&
	       tunnel->secret.mask != SECRET_MASKED;
}

static void judge_secrets(struct judge *judge)
{
	const struct tunnel *a = tunnel_a(judge), *b = tunnel_b(judge);
	struct finding *finding;

	if (!has_secret(a) || !has_secret(b) ||
	    slice_compare(a->secret.bytes, b->secret.bytes) == 0)
		return;
	finding = judge_report(judge, SIDE_A, SETTING_SECRET, SEVERITY_ERROR, "%s%s",
			       judge_sentence(REASON_SECRETS_DIFFER), form_differs(judge));
	judge_relate(judge, finding, SIDE_B, SETTING_SECRET, "the other secret");
	judge_help(
	    judge, finding, SIDE_B,
	    "write the same secret in both files, in the same form; 'weipsec secret' makes one");
}

/* The secrets are equal, but another one was taken when STARTER started. */
static void judge_taken(struct judge *judge, enum side starter)
{
	const struct exchange *from = &judge->pair->from[starter];
	enum side taker = from->is_taken_by_starter ? starter : other_side(starter);
	struct findings *findings = judge->findings[taker];
	struct finding *finding;

	finding = judge_report(
	    judge, taker, SETTING_SECRET, SEVERITY_ERROR,
	    "the secrets are equal, but that of 'ipsec %d' is taken, whose identities fit the peer "
	    "better",
	    from->taken->id);
	finding_relate_in(findings, finding, findings,
			  tunnel_origin(from->taken, SETTING_SECRET)->name,
			  "the one that is taken");
	judge_help(judge, finding, other_side(taker),
		   "write the peer's identity itself as 'remote-id', or another one at the peer");
}

void pair_WI1005(struct judge *judge)
{
	enum side side = judge->pair->deciding;

	judge_secrets(judge);
	if (judge->pair->from[side].cause == CAUSE_OTHER_SECRET)
		judge_taken(judge, side);
}

/* ---- identities ---- */

static bool fits(const struct judge *judge, enum side shower)
{
	const struct identity *shown = &judge_tunnel(judge, shower)->local_id;
	const struct identity *wanted = &judge_tunnel(judge, other_side(shower))->remote_id;
	struct end end = end_of(judge, shower);

	if (wanted->type == IDENTITY_ANY || wanted->type == IDENTITY_NONE ||
	    shown->type == IDENTITY_NONE)
		return true;
	if (shown->type != IDENTITY_SUBJECT)
		return identity_acceptance(shown, wanted, judge->pairs->gateway[shower].arena) !=
		       ACCEPT_NOT;
	return wanted->type == IDENTITY_DN && trust_subject_fits(&end, wanted) != TRUST_REFUSED;
}

/* The same text, but another type. */
static bool is_other_type(const struct identity *a, const struct identity *b)
{
	return a->type != b->type && a->value.length && slice_compare(a->value, b->value) == 0;
}

/* Who starts asks for all addresses of a range at once, and nobody answers to that. */
static void judge_range(struct judge *judge, enum side asker)
{
	const struct tunnel *tunnel = judge_tunnel(judge, asker);
	struct finding *finding;

	if (tunnel->version == 1 || !tunnel->initiator ||
	    tunnel->remote_id.type != IDENTITY_INET_RANGE)
		return;
	finding = judge_report(judge, asker, SETTING_REMOTE_ID, SEVERITY_ERROR,
			       "an initiator asks for this range as it stands, and it is nobody's "
			       "identity");
	judge_relate(judge, finding, other_side(asker), SETTING_LOCAL_ID, "who is to answer");
	judge_help(judge, finding, other_side(asker), "write the identity of the peer itself");
}

/* Who starts asks for nobody by name, and who answers expects nobody: no secret is theirs. */
static void judge_unnamed(struct judge *judge)
{
	enum side starter = judge->pair->deciding;
	struct finding *finding;

	if (judge->pair->cause != CAUSE_NO_SECRET ||
	    judge->pair->refusal != REFUSAL_AUTHENTICATION_FAILED)
		return;
	finding = judge_report(judge, starter, SETTING_REMOTE_ID, SEVERITY_ERROR,
			       "%s: this end asks for nobody by name, and the other one, which has "
			       "several secrets, expects nobody by name",
			       judge_sentence(REASON_NO_SECRET));
	judge_relate(judge, finding, other_side(starter), SETTING_REMOTE_ID, "who is to answer");
	judge_help(judge, finding, other_side(starter),
		   "write the identity of the peer itself as 'remote-id', in either file");
}

static void judge_identity(struct judge *judge, enum side shower)
{
	enum side asker = other_side(shower);
	const struct tunnel *tunnel = judge_tunnel(judge, shower);
	struct finding *finding;
	struct show shown, wanted;

	if (fits(judge, shower))
		return;
	judge_value(judge, shower, SETTING_LOCAL_ID, &shown);
	judge_value(judge, asker, SETTING_REMOTE_ID, &wanted);
	finding =
	    judge_report(judge, asker, SETTING_REMOTE_ID, SEVERITY_ERROR,
			 "%s: remote-id %s here, local-id %s there%s",
			 judge_sentence(REASON_WRONG_IDENTITY), wanted.value, shown.value,
			 is_other_type(&tunnel->local_id, &judge_tunnel(judge, asker)->remote_id)
			     ? ", the same text under another type"
			     : "");
	judge_relate(judge, finding, shower, SETTING_LOCAL_ID, "local-id %s", shown.value);
	if (tunnel->local_id.form == IDENTITY_TYPED && !shown.masked)
		judge_help(judge, finding, shower,
			   "write 'remote-id %s' here, or 'local-id' there as 'remote-id' is here",
			   shown.value);
	else if (tunnel->local_id.form != IDENTITY_AUTO)
		judge_help(judge, finding, shower,
			   "write 'remote-id' with what 'local-id' has in 'ipsec %d' of %s",
			   tunnel->id, judge->pairs->path[shower]);
	else
		judge_help(judge, finding, shower,
			   "an automatic identity is an address, or the certificate's subject: "
			   "write 'local-id' in "
			   "'ipsec %d' of %s and the same as 'remote-id' here",
			   tunnel->id, judge->pairs->path[shower]);
}

void pair_WI1006(struct judge *judge)
{
	judge_identity(judge, SIDE_A);
	judge_identity(judge, SIDE_B);
	judge_range(judge, SIDE_A);
	judge_range(judge, SIDE_B);
	judge_unnamed(judge);
}

/* ---- certificates ---- */

/* Kinds of keys that differ are said at one end. */
static bool is_refused(const struct judge *judge, enum side holder, struct refused_certificate *why)
{
	struct end shown = end_of(judge, holder), verifier = end_of(judge, other_side(holder));

	if (shown.tunnel->method != METHOD_CERT || verifier.tunnel->method != METHOD_CERT)
		return false;
	return trust_judge(&shown, &verifier, &shown.tunnel->local_id, why) == TRUST_REFUSED ||
	       (holder == SIDE_A && trust_kinds_differ(&shown, &verifier, why));
}

static void judge_certificate(struct judge *judge, enum side holder)
{
	struct refused_certificate why;
	struct finding *finding;

	if (!is_refused(judge, holder, &why))
		return;
	finding = judge_report(judge, holder, SETTING_CERTIFICATE, SEVERITY_ERROR,
			       "the other end does not take this certificate: %s%s",
			       judge_sentence(why.reason), why.more);
	judge_relate(judge, finding, other_side(holder), SETTING_CA, "it is judged by this 'ca'");
	judge_help(judge, finding, other_side(holder),
		   "give this end a certificate that the other's 'ca' has signed, valid now and "
		   "with the local-id "
		   "in it");
}

void pair_WI1007(struct judge *judge)
{
	judge_certificate(judge, SIDE_A);
	judge_certificate(judge, SIDE_B);
}
