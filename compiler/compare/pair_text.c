/* SPDX-License-Identifier: ISC */
#include "compiler/base/printable.h"
#include "compiler/compare/outage.h"
#include "compiler/compare/pair.h"

#include <stdarg.h>

/*
 * The account of a pair for people under stress: the verdict first, then the exchanges in their
 * order, each with what was agreed, and the one that ends it with the reason in the words of
 * `status'.
 */

#define RESET "\033[0m"

const char *pair_verdict_words(const struct pair *pair)
{
	switch (pair->outcome) {
	case OUTCOME_UP:
		return "up, and stays up";
	case OUTCOME_ON_TRAFFIC:
		return "up as soon as there is traffic";
	case OUTCOME_LOST_AT_REKEY:
		return "up, and lost at its first rekeying";
	case OUTCOME_NO_CHILD:
		return "down: the gateways know each other, but carry no traffic";
	case OUTCOME_NO_IKE:
		return pair->starts == STARTS_NOBODY ? "down: nothing can start it" : "down";
	case OUTCOME_UNMATCHED:
		return "no counterpart";
	case OUTCOME_DISABLED:
		return "disabled";
	case OUTCOME_INVALID:
		return "not judged: there is an error in it";
	default:
		return "cannot be told";
	}
}

const char *outcome_colour(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_UP:
	case OUTCOME_ON_TRAFFIC:
		return "\033[1;32m";
	case OUTCOME_UNKNOWN:
	case OUTCOME_DISABLED:
		return "\033[1;36m";
	default:
		return "\033[1;31m";
	}
}

/* What `status' would say when STARTER starts, of the end that refuses or of that one. */
static const char *cause_words(const struct exchange *from, const struct tunnel *starter)
{
	static const enum reason reasons[] = {
	    [CAUSE_NONE] = REASON_NONE,
	    [CAUSE_UNREACHED] = REASON_NO_ANSWER,
	    [CAUSE_UNEXPECTED] = REASON_IKE_REFUSED,
	    [CAUSE_IKE] = REASON_IKE_DIFFERS,
	    [CAUSE_NO_TUNNEL] = REASON_NO_TUNNEL,
	    [CAUSE_SECRET] = REASON_SECRETS_DIFFER,
	    [CAUSE_OTHER_SECRET] = REASON_SECRETS_DIFFER,
	    [CAUSE_NO_SECRET] = REASON_NO_SECRET,
	    [CAUSE_WRONG_IDENTITY] = REASON_WRONG_IDENTITY,
	    [CAUSE_SELECTORS] = REASON_SUBNETS_DIFFER,
	    [CAUSE_ESP] = REASON_ESP_DIFFERS,
	    [CAUSE_REKEY] = REASON_ESP_DIFFERS,
	};

	if (from->cause == CAUSE_SECRET && starter->version == 1)
		return reason_table[REASON_UNDECRYPTABLE].sentence;
	if (from->cause == CAUSE_METHOD)
		return reason_table[reason_of_method(starter->method)].sentence;
	if (from->cause == CAUSE_CERTIFICATE || from->cause == CAUSE_ANSWER_CERTIFICATE)
		return reason_table[from->certificate.reason].sentence;
	return reason_table[reasons[from->cause]].sentence;
}

/* Which of the steps the exchange ended in. */
enum step { STEP_IKE, STEP_AUTH, STEP_CHILD, STEP_REKEY, STEP_DONE };

static enum step step_of(const struct exchange *from)
{
	switch (from->outcome) {
	case OUTCOME_NO_CHILD:
		return STEP_CHILD;
	case OUTCOME_LOST_AT_REKEY:
		return STEP_REKEY;
	case OUTCOME_NO_IKE:
		return from->has_ike ? STEP_AUTH : STEP_IKE;
	case OUTCOME_UNKNOWN:
		if (!from->has_ike)
			return STEP_IKE;
		return from->missing & (MISSING_STARTER_ADDRESS | MISSING_ANSWER_ADDRESS)
			   ? STEP_CHILD
			   : STEP_AUTH;
	default:
		return STEP_DONE;
	}
}

/* ---- the exchanges ---- */

/* Those of one tunnel, when one end of it starts. */
struct steps {
	const struct exchange *from;
	const struct tunnel *starter;
	struct pair_step *list;
	size_t count;
};

static void add_step(struct steps *steps, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add_step(struct steps *steps, const char *name, const char *format, ...)
{
	struct pair_step *step = &steps->list[steps->count++];
	va_list args;

	step->name = name;
	step->is_refused = false;
	va_start(args, format);
	vsnprintf(step->words, sizeof(step->words), format, args);
	va_end(args);
}

static void add_refusal(struct steps *steps, const char *name)
{
	const struct exchange *from = steps->from;

	if (from->outcome == OUTCOME_UNKNOWN) {
		add_step(steps, name, "cannot be told");
		return;
	}
	add_step(steps, name, "%s: %s", from->refusal ? refusal_name(from->refusal) : "refused",
		 cause_words(from, steps->starter));
	steps->list[steps->count - 1].is_refused = true;
}

static void add_ike(struct steps *steps, const char *name)
{
	char suite[AGREEMENT_MAX];

	agreement_write(&steps->from->ike, PROPOSAL_IKE, suite, sizeof(suite));
	add_step(steps, name, "%s%s", suite,
		 steps->from->key_again ? ", after one INVALID_KE_PAYLOAD" : "");
}

static void add_child(struct steps *steps, const char *name, bool is_a)
{
	const struct exchange *from = steps->from;
	struct subnet a = is_a ? from->selected.starter : from->selected.answerer;
	struct subnet b = is_a ? from->selected.answerer : from->selected.starter;
	char suite[AGREEMENT_MAX];

	agreement_write(&from->esp, PROPOSAL_ESP, suite, sizeof(suite));
	add_step(steps, name, "%s, " IP_FORMAT "/%u === " IP_FORMAT "/%u%s", suite,
		 IP_BYTES(a.address), a.length, IP_BYTES(b.address), b.length,
		 from->narrowed ? " (narrowed)" : "");
}

/* Of a tunnel that lasts. */
static void add_rekeying(struct steps *steps, const char *name)
{
	const struct exchange *from = steps->from;
	char suite[AGREEMENT_MAX];

	if (!from->rekeys[REKEYER_STARTER]) {
		add_step(steps, name, "refused; a reauthentication comes before it");
		return;
	}
	agreement_write(&from->rekeyed[REKEYER_STARTER], PROPOSAL_ESP, suite, sizeof(suite));
	add_step(steps, name, "%s", suite);
}

/* What two uplinks with one pair of identities come to when they start in one moment. */
static void add_rival(struct steps *steps)
{
	if (steps->from->rival)
		add_step(steps, "both at once",
			 "'ipsec %d' shows the same identities: the other end may drop this one",
			 (int)steps->from->rival->id);
}

size_t pair_steps(const struct pair *pair, enum side starter, struct pair_step list[PAIR_STEPS])
{
	static const char *const names[STEP_DONE][2] = {
	    [STEP_IKE] = {"IKE_SA_INIT", "Main Mode"},
	    [STEP_AUTH] = {"IKE_AUTH", "identities"},
	    [STEP_CHILD] = {"CHILD_SA", "Quick Mode"},
	    [STEP_REKEY] = {"first rekeying", "first rekeying"}};
	const struct tunnel *tunnel = pair->tunnel[starter];
	struct steps steps = {.from = &pair->from[starter], .starter = tunnel, .list = list};
	enum step last = step_of(steps.from);
	bool is_old = tunnel->version == 1;

	if (last != STEP_IKE)
		add_ike(&steps, names[STEP_IKE][is_old]);
	if (last > STEP_AUTH)
		add_step(&steps, names[STEP_AUTH][is_old], "%s",
			 tunnel->method == METHOD_PSK ? "with the secret" : "with certificates");
	if (last > STEP_CHILD)
		add_child(&steps, names[STEP_CHILD][is_old], starter == SIDE_A);
	if (last == STEP_DONE) {
		add_rekeying(&steps, names[STEP_REKEY][is_old]);
		add_rival(&steps);
	} else {
		add_refusal(&steps, names[last][is_old]);
	}
	return steps.count;
}

/* ---- for people ---- */

/* An end that does not look whether the other is there. */
static void print_blind(const struct pairs *pairs, enum side side, FILE *out)
{
	printable_puts(out, pairs->path[side]);
	fputs(" shows it up until its next rekeying\n", out);
}

/* Who knows first that nobody is there any more, and what the other end shows meanwhile. */
static void print_outage(const struct pairs *pairs, const struct pair *pair, FILE *out)
{
	unsigned seconds[SIDES];
	enum side first;

	for (int side = 0; side < SIDES; side++)
		seconds[side] = outage_seconds(pair->tunnel[side]);
	first = !seconds[SIDE_A] || (seconds[SIDE_B] && seconds[SIDE_B] < seconds[SIDE_A]) ? SIDE_B
											   : SIDE_A;
	fprintf(out, "    %-15s", "dead peer");
	if (!seconds[first]) {
		fputs("both ends show it up until their next rekeying\n", out);
		return;
	}
	if (seconds[SIDE_A] == seconds[SIDE_B]) {
		fprintf(out, "both ends know after %u s\n", seconds[first]);
		return;
	}
	printable_puts(out, pairs->path[first]);
	fprintf(out, " knows after %u s, ", seconds[first]);
	if (!seconds[1 - first]) {
		print_blind(pairs, (enum side)(1 - first), out);
		return;
	}
	printable_puts(out, pairs->path[1 - first]);
	fprintf(out, " after %u s\n", seconds[1 - first]);
}

static void print_steps(const struct pairs *pairs, const struct pair *pair, enum side starter,
			FILE *out)
{
	struct pair_step steps[PAIR_STEPS];
	size_t count = pair_steps(pair, starter, steps);

	for (size_t i = 0; i < count; i++)
		fprintf(out, "    %-15s%s\n", steps[i].name, steps[i].words);
	if (step_of(&pair->from[starter]) == STEP_DONE)
		print_outage(pairs, pair, out);
}

const char *pair_starts_words(const struct pair *pair)
{
	static const char *const words[] = {
	    [STARTS_A] = "starts",
	    [STARTS_B] = "starts",
	    [STARTS_BOTH] = "starts, as the other end does",
	    [STARTS_TRAFFIC] = "starts, when it has traffic",
	    [STARTS_NOBODY] = "",
	};

	return words[pair->starts];
}

static void print_starter(const struct pairs *pairs, const struct pair *pair, FILE *out)
{
	fputs("    ", out);
	printable_puts(out, pairs->path[pair->deciding]);
	fprintf(out, " %s\n", pair_starts_words(pair));
}

static void print_end(const struct pairs *pairs, const struct pair *pair, enum side side, FILE *out)
{
	printable_puts(out, pairs->path[side]);
	if (pair->tunnel[side])
		fprintf(out, " ipsec %d", (int)pair->tunnel[side]->id);
}

/* Which end is disabled. */
static void print_disabled(const struct pairs *pairs, const struct pair *pair, FILE *out)
{
	const struct tunnel *a = pair->tunnel[SIDE_A], *b = pair->tunnel[SIDE_B];
	bool is_a = a && !a->enabled, is_b = b && !b->enabled;

	if (is_a && is_b) {
		fputs(" at both ends", out);
		return;
	}
	fputs(" in ", out);
	printable_puts(out, pairs->path[is_a ? SIDE_A : SIDE_B]);
}

static void print_pair(const struct pairs *pairs, const struct pair *pair, bool colour, FILE *out)
{
	print_end(pairs, pair, SIDE_A, out);
	fputs(" - ", out);
	print_end(pairs, pair, SIDE_B, out);
	fprintf(out, ": %s%s%s", colour ? outcome_colour(pair->outcome) : "",
		pair_verdict_words(pair), colour ? RESET : "");
	if (pair->outcome == OUTCOME_DISABLED)
		print_disabled(pairs, pair, out);
	fputc('\n', out);
	if (!pair->from[pair->deciding].possible)
		return;
	print_starter(pairs, pair, out);
	print_steps(pairs, pair, pair->deciding, out);
}

void pairs_print(const struct pairs *pairs, bool colour, FILE *out)
{
	for (size_t i = 0; i < pairs->count; i++)
		print_pair(pairs, &pairs->list[i], colour, out);
	if (pairs->count)
		fputc('\n', out);
}
