/* SPDX-License-Identifier: ISC */
#include "compiler/compare/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_MAX 4096

void judge_value(const struct judge *judge, enum side side, enum setting setting,
		 struct show *value)
{
	show_setting(value, judge->findings[side]->text, judge_tunnel(judge, side), setting);
}

const char *judge_sentence(enum reason reason)
{
	return reason_table[reason].sentence;
}

struct span judge_place(const struct tunnel *tunnel, int setting)
{
	const struct origin *origin;

	if (setting < 0 || tunnel_state(tunnel, (enum setting)setting) == ORIGIN_DEFAULT)
		return tunnel->header;
	origin = tunnel_origin(tunnel, (enum setting)setting);
	if (!origin->name.to)
		return tunnel->header;
	/* where a secret ends would tell how long it is */
	if (setting == SETTING_SECRET)
		return origin->name;
	return (struct span){origin->name.from, origin->value.to};
}

struct finding *judge_report(struct judge *judge, enum side side, int setting,
			     enum severity severity, const char *format, ...)
{
	struct findings *findings = judge->findings[side];
	const struct tunnel *tunnel = judge_tunnel(judge, side);
	struct finding *finding;
	va_list args;

	findings->tunnel = tunnel->id;
	va_start(args, format);
	finding = finding_vadd(findings, judge->rule, severity, judge_place(tunnel, setting),
			       format, args);
	va_end(args);
	return finding;
}

void judge_relate(struct judge *judge, struct finding *finding, enum side side, int setting,
		  const char *format, ...)
{
	const struct tunnel *tunnel = judge_tunnel(judge, side);
	char message[MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	judge->findings[side]->tunnel = tunnel->id;
	finding_relate_in(judge->findings[other_side(side)], finding, judge->findings[side],
			  judge_place(tunnel, setting), "%s", message);
}

void judge_help(struct judge *judge, struct finding *finding, enum side side, const char *format,
		...)
{
	char message[MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	finding_help(judge->findings[other_side(side)], finding, "%s", message);
}

struct finding *judge_differs(struct judge *judge, enum setting setting, enum reason reason,
			      const char *more)
{
	const char *word = setting_table[setting].word;
	struct show here, there;
	struct finding *finding;

	judge_value(judge, SIDE_A, setting, &here);
	judge_value(judge, SIDE_B, setting, &there);
	finding = judge_report(judge, SIDE_A, (int)setting, rule_table[judge->rule].severity,
			       "%s: %s %s here, %s there%s", judge_sentence(reason), word,
			       here.value, there.value, more);
	judge_relate(judge, finding, SIDE_B, (int)setting, "%s %s", word, there.value);
	return finding;
}
