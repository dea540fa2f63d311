/* SPDX-License-Identifier: ISC */
/*
 * The WeOS 5 script of a WeOS 4 text, to be pasted line by line.  Each instance is removed first,
 * so that nothing older shines through; above a line that a person must look at stands why.
 */
#include "compiler/rewrite/migrate.h"

#include "compiler/rewrite/errors.h"
#include "compiler/rewrite/left_out.h"
#include "compiler/rewrite/move.h"
#include "compiler/rewrite/overruled.h"
#include "compiler/write/writer.h"

static struct place place_here(const struct writer *writer)
{
	return (struct place){.line = writer->output->line,
			      .column = writer->level * writer->indent + 1};
}

/*
 * What is said of PLACE, where somebody must look, as comments; and where that is: the line behind
 * them if one IS_WRITTEN, else the comment, or nowhere.
 */
static void write_fates(struct writer *writer, const struct move *move, int place, bool is_written)
{
	for (const struct fate *fate = move->fates; fate; fate = fate->next) {
		if (fate->place != place || fate->finding->severity == SEVERITY_NOTE)
			continue;
		fate->finding->to = place_here(writer);
		writer_comment(writer, "%s: %s", rule_table[fate->finding->rule].id,
			       fate->finding->message);
		if (fate->finding->help)
			writer_comment(writer, "   %s", fate->finding->help);
	}
	for (const struct fate *fate = move->fates; is_written && fate; fate = fate->next) {
		if (fate->place == place)
			fate->finding->to = place_here(writer);
	}
}

/* True if the line of SETTING is there to be written. */
static bool is_written(const struct move *move, enum setting setting)
{
	return !tunnel_has_default(&move->to, setting) ||
	       tunnel_state(&move->to, setting) == ORIGIN_GIVEN;
}

static bool write_setting(struct writer *writer, struct arena *arena, const struct move *move,
			  enum setting setting)
{
	write_fates(writer, move, (int)setting, is_written(move, setting));
	if (!is_written(move, setting))
		return true;
	if (setting != SETTING_SECRET || tunnel_state(&move->to, setting) != ORIGIN_GIVEN)
		return writer_value(writer, arena, &move->to, setting);
	writer->output->has_secrets = 1;
	writer_set(writer, setting, move->secret);
	return true;
}

static bool write_tunnel(struct writer *writer, struct arena *arena, const struct move *move)
{
	bool written = true;

	write_fates(writer, move, MOVE_HEADER, false);
	writer_printf(writer, "no ipsec %d", (int)move->to.id);
	writer_open(writer, "ipsec %d", (int)move->to.id);
	for (int i = 0; i < SETTING_COUNT && written; i++)
		written = write_setting(writer, arena, move, writer_order(i));
	writer_close(writer);
	return written;
}

/* Its error says why there is none. */
static void say_no_number(struct migration *migration, const struct tunnel *tunnel)
{
	finding_help(&migration->findings,
		     finding_add(&migration->findings, WI905, tunnel->header,
				 "this instance has no number: it is not carried over, and nothing "
				 "of it"),
		     "give it one");
}

static bool move_tunnel(struct migration *migration, struct writer *writer, size_t place)
{
	const struct tunnel *from = migration->compilation->model->tunnels[place];
	struct arena *arena = migration->findings.arena;
	struct move *move;

	if (from->id < 0) {
		say_no_number(migration, from);
		return true;
	}
	move = arena_alloc(arena, sizeof(*move));
	if (!move)
		return false;
	*move = (struct move){.migration = migration, .from = from};
	move_decide(move, place);
	return write_tunnel(writer, arena, move);
}

static bool move_tunnels(struct migration *migration)
{
	const struct model *model = migration->compilation->model;
	struct writer writer;
	bool moved = true;

	writer_init(&writer, &migration->output);
	writer_comment(&writer, "made by weipsec migrate of a WeOS 4 configuration, to be pasted "
				"into WeOS 5; two charons "
				"proved it, and not WeOS 4's own daemon");
	writer_printf(&writer, "configure");
	writer_open(&writer, "tunnel");
	for (size_t i = 0; i < model->count && moved; i++)
		moved = move_tunnel(migration, &writer, i);
	writer_close(&writer);
	writer_comment(&writer, "behind 'leave', when the tunnels are up: copy run start");
	writer_printf(&writer, "leave");
	return moved;
}

/*
 * A text that ends inside of `tunnel' was cut off, or lacks its `end': what its last tunnel is to
 * be is not known, and tunnels may be missing behind it.
 */
static bool is_cut(struct migration *migration)
{
	const struct model *model = migration->compilation->model;
	struct findings *findings = &migration->findings;

	if (model->lack != LACK_REST_OF_LINE && model->lack != LACK_END)
		return false;
	finding_help(findings,
		     finding_add(findings, WI905, model->lack_at,
				 "the text ends inside of 'tunnel': what it lost is not known, "
				 "and no script is made of it"),
		     "migrate the whole file; if nothing is lost, close its contexts with 'end'");
	return true;
}

static void count_fates(struct migration *migration)
{
	const size_t *count = migration->findings.count;
	struct migrate_counts *counts = &migration->counts;

	counts->tunnels = migration->compilation->model->count;
	counts->kept = count[WI901] + count[WI902];
	counts->changed = count[WI903] + count[WI906];
	counts->dropped = count[WI904];
	counts->impossible = migration->findings.severities[SEVERITY_ERROR];
}

static bool migrate_once(struct migration *migration)
{
	const struct compilation *compilation = migration->compilation;
	bool moved = true;

	findings_init(&migration->findings, compilation->arena, compilation->text);
	output_init(&migration->output);
	errors_report(migration);
	move_decide_all(migration);
	if (compilation->model->count && !is_cut(migration))
		moved = move_tunnels(migration);
	left_out_report(&migration->findings);
	moved = overruled_report(migration) && moved;
	count_fates(migration);
	return moved && !migration->output.failed && !arena_failed(compilation->arena);
}

bool migrate_run(struct migration *migration)
{
	const struct migrate_opposite *opposites = migration->opposites;
	size_t opposite_count = migration->opposite_count;
	bool moved = migrate_once(migration), again = true;

	/* each round has one tunnel more that is impossible */
	while (moved && (moved = errors_find(migration, &again)) && again) {
		output_free(&migration->output);
		migration->opposites = opposites;
		migration->opposite_count = opposite_count;
		moved = migrate_once(migration);
	}
	return moved && !arena_failed(migration->compilation->arena);
}
