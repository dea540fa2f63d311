/* SPDX-License-Identifier: ISC */
/* What keeps two ends that know each other from traffic, or makes them lose it: subnets, ESP,
 * groups. */
#include "compiler/compare/accept.h"
#include "compiler/compare/judge.h"

#include <stdio.h>
#include <string.h>

#define SUBNET_MAX 24

static struct end end_of(const struct judge *judge, enum side side)
{
	return (struct end){&judge->pairs->gateway[side], judge_tunnel(judge, side)};
}

static bool versions_differ(const struct judge *judge)
{
	return judge_tunnel(judge, SIDE_A)->version != judge_tunnel(judge, SIDE_B)->version;
}

static void report_suites(struct judge *judge, const char *more)
{
	struct finding *finding = judge_differs(judge, SETTING_ESP, REASON_ESP_DIFFERS, more);
	struct show value;

	judge_value(judge, judge_tunnel(judge, SIDE_B)->esp->set ? SIDE_B : SIDE_A, SETTING_ESP,
		    &value);
	judge_help(judge, finding, SIDE_B, "write 'esp %s' in both files", value.value);
}

/* Whether the suites of both fit, groups included or not. */
static bool suites_fit(const struct judge *judge, bool groups)
{
	struct proposals room_a, room_b;
	struct agreement chosen;
	struct end a = end_of(judge, SIDE_A), b = end_of(judge, SIDE_B);
	const struct proposals *of_a = end_proposals(&a, PROPOSAL_ESP, &room_a);
	const struct proposals *of_b = end_proposals(&b, PROPOSAL_ESP, &room_b);

	return !of_a || !of_b || proposals_choose(of_a, of_b, PROPOSAL_ESP, groups, &chosen);
}

void pair_WI1008(struct judge *judge)
{
	bool is_quick = judge_tunnel(judge, SIDE_A)->version == 1;

	if (versions_differ(judge))
		return;
	if (!suites_fit(judge, is_quick))
		report_suites(judge, is_quick && suites_fit(judge, false)
					 ? "; version 1 has the group of esp from the beginning"
					 : "");
	else if (judge->pair->cause == CAUSE_ESP)
		report_suites(judge, "; an automatic end offers the group of its phase 1 only");
}

/* ---- subnets ---- */

static void subnet_write(struct subnet subnet, char *buffer)
{
	snprintf(buffer, SUBNET_MAX, IP_FORMAT "/%u", IP_BYTES(subnet.address), subnet.length);
}

/* The networks behind both ends, as each of them has it: [of whom][whose]. */
struct selections {
	struct subnet of[SIDES][SIDES];
	struct subnet common[SIDES];
	bool has_common;
};

static void find_selections(const struct judge *judge, struct selections *found)
{
	for (int side = 0; side < SIDES; side++) {
		enum side other = other_side((enum side)side);
		const struct tunnel *own = judge_tunnel(judge, (enum side)side);

		found->of[side][side] = tunnel_local(own);
		found->of[side][other] =
		    tunnel_remote(own, judge_tunnel(judge, other)->local_address.ip);
	}
	found->has_common = true;
	for (int side = 0; side < SIDES; side++)
		found->has_common =
		    subnet_intersect(found->of[SIDE_A][side], found->of[SIDE_B][side],
				     &found->common[side]) &&
		    found->has_common;
}

/* An outer address that a NAT changes is selected: nobody knows. */
static bool rests_on_address(const struct judge *judge)
{
	return judge->pair->outcome == OUTCOME_UNKNOWN;
}

static enum setting subnet_setting(enum side of, enum side whose)
{
	return of == whose ? SETTING_LOCAL_SUBNET : SETTING_REMOTE_SUBNET;
}

static bool has_weos4(const struct judge *judge)
{
	return judge->pairs->gateway[SIDE_A].model->dialect == DIALECT_WEOS4 ||
	       judge->pairs->gateway[SIDE_B].model->dialect == DIALECT_WEOS4;
}

/* The network behind WHOSE, which the two ends have as other ones. */
static void report_disjoint(struct judge *judge, const struct selections *found, enum side whose,
			    const char *more)
{
	char here[SUBNET_MAX], there[SUBNET_MAX];
	enum setting own = subnet_setting(SIDE_A, whose), other = subnet_setting(SIDE_B, whose);
	struct finding *finding;

	subnet_write(found->of[SIDE_A][whose], here);
	subnet_write(found->of[SIDE_B][whose], there);
	finding =
	    judge_report(judge, SIDE_A, (int)own, SEVERITY_ERROR, "%s: %s %s here, %s %s there%s",
			 judge_sentence(REASON_SUBNETS_DIFFER), setting_table[own].word, here,
			 setting_table[other].word, there, more);
	judge_relate(judge, finding, SIDE_B, (int)other, "%s %s", setting_table[other].word, there);
	judge_help(judge, finding, SIDE_B, "write '%s %s' in 'ipsec %d' of %s",
		   setting_table[whose == SIDE_A ? other : own].word,
		   whose == SIDE_A ? here : there, judge_tunnel(judge, other_side(whose))->id,
		   judge->pairs->path[other_side(whose)]);
}

void pair_WI1009(struct judge *judge)
{
	struct selections found;
	struct subnet common;

	find_selections(judge, &found);
	for (int whose = 0; whose < SIDES && !rests_on_address(judge); whose++) {
		struct subnet a = found.of[SIDE_A][whose], b = found.of[SIDE_B][whose];

		if (!subnet_intersect(a, b, &common))
			report_disjoint(judge, &found, (enum side)whose, "");
		else if (has_weos4(judge) && !subnet_equal(a, b))
			report_disjoint(
			    judge, &found, (enum side)whose,
			    "; what the daemon of WeOS 4 does with other than equal ones is not "
			    "known");
	}
}

/* Nobody wonders that it carries less than SIDE selects there. */
static bool is_meant(const struct judge *judge, enum side side, struct subnet wide)
{
	const struct tunnel *tunnel = judge_tunnel(judge, side);

	return !tunnel->peer.set || identity_is_pattern(&tunnel->remote_id) || wide.length == 0;
}

static void report_narrowed(struct judge *judge, const struct selections *found, enum side side,
			    enum side whose)
{
	struct subnet wide = found->of[side][whose];
	enum setting own = subnet_setting(side, whose),
		     other = subnet_setting(other_side(side), whose);
	char here[SUBNET_MAX], carried[SUBNET_MAX];
	struct finding *finding;

	subnet_write(wide, here);
	subnet_write(found->common[whose], carried);
	finding = judge_report(
	    judge, side, (int)own, is_meant(judge, side, wide) ? SEVERITY_NOTE : SEVERITY_WARNING,
	    "%s: %s is carried, and the rest of %s %s is not", judge_sentence(WARNING_NARROWED),
	    carried, setting_table[own].word, here);
	judge_relate(judge, finding, other_side(side), (int)other, "%s %s",
		     setting_table[other].word, carried);
	judge_help(judge, finding, other_side(side),
		   "write '%s %s' here, or '%s %s' in 'ipsec %d' of %s", setting_table[own].word,
		   carried, setting_table[other].word, here,
		   judge_tunnel(judge, other_side(side))->id, judge->pairs->path[other_side(side)]);
}

void pair_WI1010(struct judge *judge)
{
	struct selections found;

	find_selections(judge, &found);
	if (!found.has_common || has_weos4(judge) || rests_on_address(judge))
		return;
	for (int side = 0; side < SIDES; side++) {
		for (int whose = 0; whose < SIDES; whose++) {
			if (!subnet_equal(found.of[side][whose], found.common[whose]))
				report_narrowed(judge, &found, (enum side)side, (enum side)whose);
		}
	}
}

/* ---- groups ---- */

/* Seconds until the tunnel is gone: 110 % of the shorter lifetime. */
static unsigned long long life_of(const struct judge *judge)
{
	uint32_t a = judge_tunnel(judge, SIDE_A)->sa_rekey_time;
	uint32_t b = judge_tunnel(judge, SIDE_B)->sa_rekey_time;

	return (unsigned long long)(a < b ? a : b) * 110 / 100;
}

static const char *automatic_words(const struct judge *judge)
{
	for (int side = 0; side < SIDES; side++) {
		if (!judge_tunnel(judge, (enum side)side)->esp->set &&
		    judge->pairs->gateway[side].automatic == AUTOMATIC_WEOS)
			return "; an automatic suite is taken as WeOS's default, which the guide "
			       "does not spell "
			       "out";
	}
	return "";
}

#define THEN_MAX 128

/* What becomes of a tunnel whose rekeyings are not taken, into BUFFER. */
static void write_then(const struct judge *judge, bool holds, char buffer[THEN_MAX])
{
	if (holds)
		snprintf(buffer, THEN_MAX,
			 "no rekeying is taken, and it holds by reauthentication alone");
	else
		snprintf(buffer, THEN_MAX,
			 "it comes up all the same, its first rekeying is refused "
			 "(NO_PROPOSAL_CHOSEN), and after %llu s it is gone",
			 life_of(judge));
}

/* In version 1 one end's rekeyings may be refused where the other's are taken. */
static bool is_lost_version1(const struct judge *judge)
{
	return judge_tunnel(judge, SIDE_A)->version == 1 &&
	       judge->pair->outcome == OUTCOME_LOST_AT_REKEY;
}

void pair_WI1011(struct judge *judge)
{
	const struct tunnel *a = judge_tunnel(judge, SIDE_A), *b = judge_tunnel(judge, SIDE_B);
	bool holds = exchange_holds_by_reauthentication(a, b);
	struct show here, there;
	struct finding *finding;
	char then[THEN_MAX];

	if (versions_differ(judge) || !suites_fit(judge, false))
		return;
	if (a->version == 1 ? !is_lost_version1(judge) : suites_fit(judge, true))
		return;
	judge_value(judge, SIDE_A, SETTING_ESP, &here);
	judge_value(judge, SIDE_B, SETTING_ESP, &there);
	write_then(judge, holds, then);
	finding =
	    judge_report(judge, SIDE_A, SETTING_ESP, holds ? SEVERITY_NOTE : SEVERITY_ERROR,
			 "%s: esp %s here, esp %s there; %s%s", judge_sentence(REASON_ESP_DIFFERS),
			 here.value, there.value, then, automatic_words(judge));
	judge_relate(judge, finding, SIDE_B, SETTING_ESP, "esp %s", there.value);
	judge_help(judge, finding, SIDE_B, "write 'esp %s' in both files",
		   b->esp->set ? there.value : here.value);
}
