/* SPDX-License-Identifier: ISC */
#include "runtime/status/verdict.h"

#include "compiler/base/printable.h"
#include "compiler/model/identity.h"

#define SOON 3000 /* milliseconds: who ends an IKE_SA so soon never wanted it */

/* ---- which reason it is ---- */

/* Certificates are looked at: the peer has one. */
static bool is_of_certificates(enum reason reason)
{
	switch (reason) {
	case REASON_CA_MISSING:
	case REASON_CA_DIFFERS:
	case REASON_CERTIFICATE_DATES:
	case REASON_CERTIFICATE_USELESS:
	case REASON_NO_TRUST:
	case REASON_REVOKED:
	case REASON_UNCHECKED:
		return true;
	default:
		return false;
	}
}

/* Nothing came back, or nothing more: the exchange tells how far it went. */
static enum reason silence_of(const struct verdict_case *about, struct slice line)
{
	const struct attempt *attempt = about->attempt;

	if (about->is_established)
		return REASON_NO_ANSWER;
	if (attempt->is_answered || line_has(line, " request with message ID 1"))
		return REASON_HALF_ANSWER;
	return about->tunnel->version == 1 ? REASON_NO_ANSWER_1 : REASON_NO_ANSWER;
}

/* Which address of ours the peer asks for: `no IKE config found for 192.0.2.1...192.0.2.2, ...'. */
static uint32_t asked_address(struct slice line)
{
	return line_address(line_between(line, "no IKE config found for ", "..."));
}

/* No connection has these two addresses and this version. */
static enum reason stranger_of(const struct verdict_case *about, struct slice line)
{
	const struct tunnel *tunnel = about->tunnel;

	if (tunnel->peer.ip != about->attempt->ip)
		return REASON_PEER_ELSEWHERE;
	if (about->attempt->version && about->attempt->version != tunnel->version)
		return REASON_VERSION_DIFFERS;
	return tunnel->local_address.set && asked_address(line) != tunnel->local_address.ip
		   ? REASON_OTHER_ADDRESS
		   : REASON_NONE;
}

static enum reason end_of(const struct verdict_case *about, struct slice line)
{
	const struct attempt *attempt = about->attempt;

	return line_has(line, "DELETE for IKE_SA") && attempt->is_established &&
		       about->now - attempt->since < SOON
		   ? REASON_PEER_REFUSES
		   : REASON_PEER_ENDED;
}

/* Is IDENTITY what charon's log calls WORDS? */
static bool is_called(const struct identity *identity, struct slice words)
{
	struct arena *arena = arena_new();
	struct identity said;
	struct identity_flaw flaw;
	bool same = slice_find_nocase(identity->value, words) == identity->value.at &&
		    identity->value.length == words.length;

	if (!same && arena && identity_parse(arena, IDENTITY_WORD_AUTODETECT, words, &said, &flaw))
		same = slice_compare(said.key, identity->key) == 0;
	arena_free(arena);
	return same;
}

/* Who `no shared key found for 'alice' - 'bob'' says that the peer is. */
static struct slice unknown_peer(struct slice line)
{
	struct slice theirs = line_between(line, "' - '", NULL);

	theirs.length -= theirs.length > 0; /* the quote behind it */
	return theirs;
}

/*
 * `no shared key found for 'alice' - 'bob'', ours and the peer's; version 1 has an address behind
 * each, or nothing else, and looks for the identities that are configured, before any is said.
 */
static enum reason lack_of(const struct verdict_case *about, struct slice line)
{
	struct slice ours = line_between(line, "no shared key found for '", "' - '");
	struct slice theirs = unknown_peer(line);
	const struct identity *remote = &about->tunnel->remote_id;

	if (!ours.at || !theirs.length)
		return REASON_SECRET_GONE;
	if (slice_is(theirs, "%any"))
		return REASON_MANY_TO_ASK;
	if (slice_is(ours, "%any"))
		return REASON_NOBODY_ASKED;
	return identity_accepts_any(remote) || remote->wildcard || is_called(remote, theirs)
		   ? REASON_SECRET_GONE
		   : REASON_NO_SECRET;
}

/* `but none allows RSA signature authentication using Main Mode': it may also be the mode. */
static enum reason method_of(bool has_psk, struct slice line)
{
	if (has_psk && line_has(line, " signature authentication using "))
		return REASON_USES_CERTIFICATES;
	if (!has_psk && line_has(line, " pre-shared key authentication using "))
		return REASON_USES_SECRET;
	return REASON_METHOD_DIFFERS;
}

/* REASON is what charon's words say; what it is rests on the tunnel, and on what came before. */
static enum reason refine(enum reason reason, const struct verdict_case *about, struct slice line)
{
	bool has_psk = about->tunnel->method == METHOD_PSK;

	if (is_of_certificates(reason))
		return has_psk ? REASON_USES_CERTIFICATES : reason;
	switch (reason) {
	case REASON_NO_SECRET:
		return has_psk ? lack_of(about, line) : REASON_USES_SECRET;
	case REASON_SECRETS_DIFFER:
		return has_psk ? reason : REASON_USES_SECRET;
	case REASON_METHOD_DIFFERS:
		return method_of(has_psk, line);
	case REASON_REFUSED:
		return has_psk ? reason : REASON_CERTIFICATE_REFUSED;
	case REASON_IKE_REFUSED:
		return about->is_established ? REASON_ESP_REFUSED : reason;
	case REASON_NO_ANSWER:
		return silence_of(about, line);
	case REASON_PEER_ELSEWHERE:
		return stranger_of(about, line);
	case REASON_PEER_ENDED:
		return end_of(about, line);
	default:
		return reason;
	}
}

/* ---- the values ---- */

static void add_setting(struct cause *cause, const struct verdict_case *about, enum setting setting)
{
	cause_add_setting(cause, about->model, about->tunnel, setting);
}

static void add_settings(struct cause *cause, const struct verdict_case *about, enum setting first,
			 enum setting second)
{
	cause_add(cause, "here are ");
	add_setting(cause, about, first);
	cause_add(cause, ", ");
	add_setting(cause, about, second);
}

static enum setting suite_of(enum reason reason)
{
	return reason == REASON_IKE_REFUSED || reason == REASON_IKE_DIFFERS ? SETTING_IKE
									    : SETTING_ESP;
}

/* Of the peer, who may not be authenticated and says as much as it likes: BEFORE, WORDS, BEHIND. */
static void add_theirs(struct cause *cause, const char *before, struct slice words,
		       const char *behind)
{
	char shown[ATTEMPT_IDENTITY];

	printable_copy(shown, sizeof(shown), words);
	cause_add(cause, "%s%s%s", before, shown, behind);
}

static void add_our_suites(struct cause *cause, const struct verdict_case *about, struct slice line)
{
	(void)line;
	cause_add(cause, "ours: ");
	add_setting(cause, about, suite_of(cause->reason));
}

static void add_suites(struct cause *cause, const struct verdict_case *about, struct slice line)
{
	if (*about->attempt->suites)
		cause_add(cause, "the peer's: %s; ", about->attempt->suites);
	add_our_suites(cause, about, line);
}

static void add_our_identities(struct cause *cause, const struct verdict_case *about,
			       struct slice line)
{
	(void)line;
	add_settings(cause, about, SETTING_LOCAL_ID, SETTING_REMOTE_ID);
}

static void add_identities(struct cause *cause, const struct verdict_case *about, struct slice line)
{
	const struct attempt *attempt = about->attempt;

	if (*attempt->peer)
		cause_add(cause, "the peer is '%s'", attempt->peer);
	if (*attempt->peer && *attempt->wanted)
		cause_add(cause, " and asks for '%s'", attempt->wanted);
	cause_add(cause, *attempt->peer ? "; " : "");
	add_our_identities(cause, about, line);
}

static void add_stranger(struct cause *cause, const struct verdict_case *about, struct slice line)
{
	add_theirs(cause, "the peer is '", unknown_peer(line), "'; ");
	add_our_identities(cause, about, line);
}

static void add_asker(struct cause *cause, const struct verdict_case *about, struct slice line)
{
	add_theirs(cause, "the peer is '", unknown_peer(line), "'; here is ");
	add_setting(cause, about, SETTING_LOCAL_ID);
}

static void add_identity(struct cause *cause, const struct verdict_case *about, struct slice line)
{
	struct slice said = line_between(line, "IDir '", "' does not match");

	if (said.at)
		add_theirs(cause, "the peer is '", said, "'; here is ");
	else if (*about->attempt->peer)
		cause_add(cause, "the peer is '%s'; here is ", about->attempt->peer);
	add_setting(cause, about, SETTING_REMOTE_ID);
}

/* `A === B': ours and the peer's in version 2, the other way round in version 1. */
static void add_subnets(struct cause *cause, const struct verdict_case *about, struct slice line)
{
	struct slice both = line_between(line, "traffic selectors ", " unacceptable");
	bool is_turned = !both.at;
	struct slice first, second, here, there;

	if (is_turned)
		both = line_between(line, "config found for ", NULL);
	first = line_between(both, "", " === ");
	second = line_between(both, " === ", NULL);
	here = is_turned ? second : first;
	there = is_turned ? first : second;
	if (here.at && there.at) {
		add_theirs(cause, "the peer wants ", here, " here, ");
		add_theirs(cause, "", there, " there; ");
	}
	add_settings(cause, about, SETTING_LOCAL_SUBNET, SETTING_REMOTE_SUBNET);
}

static void add_losses(struct cause *cause, const struct verdict_case *about, struct slice line)
{
	(void)line;
	cause_add(cause, "it drops us");
	if (about->attempt->is_beyond_nat)
		cause_add(cause, ", or UDP 4500 is lost on the way");
	if (about->tunnel->method == METHOD_CERT)
		cause_add(cause, ", or large packets are, as those with certificates");
}

static void add_addresses(struct cause *cause, const struct verdict_case *about, struct slice line)
{
	(void)line;
	cause_add(cause, IP_FORMAT " asks, and ", IP_BYTES(about->attempt->ip));
	add_setting(cause, about, SETTING_PEER);
}

static void add_versions(struct cause *cause, const struct verdict_case *about, struct slice line)
{
	(void)line;
	cause_add(cause, "it asks in version %d; here is ", about->attempt->version);
	add_setting(cause, about, SETTING_VERSION);
}

static void add_own_address(struct cause *cause, const struct verdict_case *about,
			    struct slice line)
{
	cause_add(cause, "it asks for " IP_FORMAT "; here is ", IP_BYTES(asked_address(line)));
	add_setting(cause, about, SETTING_LOCAL_ADDRESS);
}

typedef void value_adder(struct cause *cause, const struct verdict_case *about, struct slice line);

static value_adder *const adders[REASON_COUNT] = {
    [REASON_IKE_REFUSED] = add_our_suites,
    [REASON_ESP_REFUSED] = add_our_suites,
    [REASON_IKE_DIFFERS] = add_suites,
    [REASON_ESP_DIFFERS] = add_suites,
    [REASON_NO_TUNNEL] = add_identities,
    [REASON_NO_SECRET] = add_stranger,
    [REASON_SECRET_GONE] = add_our_identities,
    [REASON_MANY_TO_ASK] = add_our_identities,
    [REASON_NOBODY_ASKED] = add_asker,
    [REASON_WRONG_IDENTITY] = add_identity,
    [REASON_REFUSED] = add_our_identities,
    [REASON_CERTIFICATE_REFUSED] = add_our_identities,
    [REASON_NO_SECRET_THERE] = add_our_identities,
    [REASON_SUBNETS_REFUSED] = add_subnets,
    [REASON_SUBNETS_REFUSED_1] = add_subnets,
    [REASON_SUBNETS_DIFFER] = add_subnets,
    [REASON_HALF_ANSWER] = add_losses,
    [REASON_PEER_ELSEWHERE] = add_addresses,
    [REASON_VERSION_DIFFERS] = add_versions,
    [REASON_OTHER_ADDRESS] = add_own_address,
};

static void add_values(struct cause *cause, const struct verdict_case *about, struct slice line)
{
	if (adders[cause->reason])
		adders[cause->reason](cause, about, line);
}

/* ---- verdicts ---- */

/* What the peer's message says by itself, before charon has words for it, or where it has none. */
static enum reason reason_of_message(const struct attempt *attempt, struct slice line)
{
	if (!line_has(line, "parsed "))
		return REASON_NONE;
	if (attempt->is_refused && line_has(line, "N(AUTH_FAILED)"))
		return REASON_REFUSED;
	return attempt->lacks_child && line_has(line, "N(NO_PROP)") ? REASON_ESP_REFUSED
								    : REASON_NONE;
}

void verdict_of_line(struct verdict *verdict, const struct verdict_case *about, struct slice line)
{
	enum reason told = reason_of_message(about->attempt, line);
	struct reason_said said = told ? (struct reason_said){told, false} : reason_of_line(line);

	*verdict = (struct verdict){.is_hint = said.hint};
	if (!said.reason)
		return;
	verdict->cause.reason = refine(said.reason, about, line);
	if (verdict->cause.reason == REASON_USES_CERTIFICATES)
		verdict->is_hint = false;
	add_values(&verdict->cause, about, line);
}

/* Whoever began it hears that it is refused; the other end refuses. */
static enum reason turned(enum reason reason)
{
	switch (reason) {
	case REASON_IKE_DIFFERS:
		return REASON_IKE_REFUSED;
	case REASON_ESP_DIFFERS:
		return REASON_ESP_REFUSED;
	case REASON_SUBNETS_DIFFER:
		return REASON_SUBNETS_REFUSED;
	default:
		return reason;
	}
}

void verdict_of_alert(struct verdict *verdict, const struct verdict_case *about, struct slice type)
{
	enum reason reason = reason_of_alert(type);

	*verdict = (struct verdict){.is_hint = reason == REASON_UNPROVEN ||
					       reason == REASON_NO_ANSWER ||
					       reason == REASON_PEER_STOPS};
	if (!reason)
		return;
	if (about->attempt->is_ours)
		reason = turned(reason);
	verdict->cause.reason = refine(reason, about, type);
	add_values(&verdict->cause, about, type);
}
