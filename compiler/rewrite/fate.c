/* SPDX-License-Identifier: ISC */
#include "compiler/rewrite/fate.h"

#include <stdarg.h>

struct finding *fate_say(struct move *move, enum rule rule, int place, struct span at,
			 const char *format, ...)
{
	struct findings *findings = &move->migration->findings;
	struct fate *fate = arena_alloc(findings->arena, sizeof(*fate));
	struct finding *finding;
	va_list args;

	va_start(args, format);
	finding = finding_vadd(findings, rule, rule_table[rule].severity, at, format, args);
	va_end(args);
	finding_tunnel(finding, move->from->id);
	if (rule == WI905)
		move->is_impossible = true;
	if (!fate || !finding)
		return finding;
	*fate = (struct fate){.place = place, .finding = finding};
	*move->last = fate;
	move->last = &fate->next;
	return finding;
}

void fate_help(struct move *move, struct finding *finding, const char *what)
{
	if (what)
		finding_help(&move->migration->findings, finding, "%s", what);
}

const struct origin *fate_origin(const struct move *move, enum weos4_setting setting)
{
	int counterpart = weos4_table[setting].counterpart;

	return counterpart >= 0 ? tunnel_origin(move->from, (enum setting)counterpart)
				: &move->from->weos4->from[setting].at;
}

enum origin_state fate_state(const struct move *move, enum weos4_setting setting)
{
	int counterpart = weos4_table[setting].counterpart;

	return counterpart >= 0 ? tunnel_state(move->from, (enum setting)counterpart)
				: move->from->weos4->from[setting].state;
}

struct span fate_span(const struct move *move, enum weos4_setting setting)
{
	const struct origin *origin = fate_origin(move, setting);

	if (fate_state(move, setting) == ORIGIN_DEFAULT)
		return move->from->header;
	return (struct span){origin->name.from, origin->value.to};
}

void fate_set(struct move *move, enum setting setting, enum origin_state state)
{
	move->to.states = states_with(move->to.states, setting, state);
}

bool fate_was_named(const struct move *move, enum weos4_setting setting)
{
	return fate_state(move, setting) != ORIGIN_DEFAULT;
}
