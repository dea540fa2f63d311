/* SPDX-License-Identifier: ISC */
/*
 * What of a WeOS 4 text its own later lines take back.  Which line counts the model knows, where
 * each setting has its place; the commands are read once more, and looked at from the last one up,
 * so that what takes a line back is met before it.
 */
#include "compiler/rewrite/overruled.h"

#include "compiler/lower/lower.h"
#include "grammar/grammar.h"

#include <stdlib.h>

#define NO_INSTANCE (-1)

/* A command on tunnels, or one that ends a transaction. */
struct line {
	enum ast_kind kind;
	int32_t id;	     /* the instance that it stands in, or is about */
	struct span at;	     /* it, without the path that leads to it */
	struct span keyword; /* its first word, `no' aside */
};

struct overruled {
	struct findings *findings;
	const struct model *model;
	struct line *lines;
	size_t count, room;
	int32_t current;    /* the instance that settings belong to, while lines are read */
	uint32_t *standing; /* where what counts begins, in order */
	size_t standing_count;
	const struct tunnel **tunnels; /* those of the model, by their IDs */
	struct span *removals;	       /* of each ID, from 0: its next one; empty: there is none */
	struct span removal_of_all;
	struct span abort; /* what discards that which is looked at; empty: nothing does */
	bool failed;
};

/* ---- the lines ---- */

static bool is_about_instance(enum ast_kind kind)
{
	return kind == AST_ENTER || kind == AST_REMOVE;
}

static bool is_wanted(enum ast_kind kind)
{
	switch (kind) {
	case AST_ENTER:
	case AST_SET:
	case AST_UNSET:
	case AST_REMOVE:
	case AST_REMOVE_ALL:
	case AST_CHILD:
	case AST_BEGIN:
	case AST_COMMIT:
	case AST_ABORT:
		return true;
	default:
		return false;
	}
}

static bool make_room(struct overruled *overruled)
{
	size_t room = overruled->room ? 2 * overruled->room : 256;
	struct line *lines;

	if (overruled->count < overruled->room)
		return true;
	lines = reallocarray(overruled->lines, room, sizeof(*lines));
	overruled->failed = overruled->failed || !lines;
	if (!lines)
		return false;
	overruled->lines = lines;
	overruled->room = room;
	return true;
}

/* The instance that COMMAND stands in, or is about; and which is current behind it. */
static int32_t follow(struct overruled *overruled, const struct ast_command *command)
{
	int32_t id = overruled->current;

	if (is_about_instance(command->kind))
		id = lower_id(overruled->findings->text, command);
	if (command->kind == AST_ENTER)
		overruled->current = id;
	else if (command->kind == AST_REMOVE || command->kind == AST_REMOVE_ALL ||
		 command->kind == AST_ABORT)
		overruled->current = NO_INSTANCE;
	return id;
}

/* True if COMMAND only leads, on its line or in its prompt, to the next one, which is looked at. */
static bool is_path(const struct ast_command *command)
{
	return command->kind == AST_ENTER && command->next &&
	       command->next->at.from == command->at.from;
}

static void take(void *to, const struct ast_command *command)
{
	struct overruled *overruled = to;

	for (; command; command = command->next) {
		int32_t id = follow(overruled, command);
		uint32_t end = is_about_instance(command->kind) && command->count
				   ? command->words[0].at.to
				   : command->at.to;

		if (is_path(command) || !is_wanted(command->kind) || !make_room(overruled))
			continue;
		overruled->lines[overruled->count++] = (struct line){
		    command->kind, id, {command->keyword.from, end}, command->keyword};
	}
}

static void read_lines(struct overruled *overruled)
{
	const struct grammar_taker taker = {.take = take, .to = overruled};
	struct findings *findings = overruled->findings, form; /* said already */

	findings_init(&form, findings->arena, findings->text);
	grammar_read(findings->text, &form, lower_is_setting, &taker);
}

/* ---- what counts ---- */

static int compare_places(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static int compare_tunnels(const void *left, const void *right)
{
	const struct tunnel *const *a = left, *const *b = right;

	return ((*a)->id > (*b)->id) - ((*a)->id < (*b)->id);
}

static void add_weos4(struct overruled *overruled, const struct weos4_origin *from, int first,
		      int behind)
{
	for (int i = first; i < behind; i++) {
		if (from[i].state != ORIGIN_DEFAULT)
			overruled->standing[overruled->standing_count++] = from[i].at.name.from;
	}
}

static void add_tunnel(struct overruled *overruled, const struct tunnel *tunnel)
{
	int count = __builtin_popcountll(states_named(tunnel->states));

	if (tunnel->id < 0) /* it is not carried over */
		return;
	for (int i = 0; i < count; i++)
		overruled->standing[overruled->standing_count++] = tunnel->origins[i].name.from;
	add_weos4(overruled, tunnel->weos4->from, WEOS4_INSTANCE, WEOS4_COUNT);
}

/* False without memory. */
static bool find_standing(struct overruled *overruled)
{
	const struct model *model = overruled->model;

	overruled->standing =
	    calloc((model->count + 1) * ((size_t)SETTING_COUNT + WEOS4_COUNT), sizeof(uint32_t));
	overruled->tunnels = calloc(model->count + 1, sizeof(struct tunnel *));
	if (!overruled->standing || !overruled->tunnels)
		return false;
	for (size_t i = 0; i < model->count; i++) {
		add_tunnel(overruled, model->tunnels[i]);
		overruled->tunnels[i] = model->tunnels[i];
	}
	if (model->weos4)
		add_weos4(overruled, model->weos4->from, 0, WEOS4_INSTANCE);
	qsort(overruled->standing, overruled->standing_count, sizeof(uint32_t), compare_places);
	qsort(overruled->tunnels, model->count, sizeof(struct tunnel *), compare_tunnels);
	return true;
}

static bool is_standing(const struct overruled *overruled, const struct line *line)
{
	return bsearch(&line->keyword.from, overruled->standing, overruled->standing_count,
		       sizeof(uint32_t), compare_places) != NULL;
}

/* The one of the model that has the ID of LINE, or NULL. */
static const struct tunnel *namesake(const struct overruled *overruled, const struct line *line)
{
	const struct tunnel key = {.id = line->id}, *wanted = &key;
	const struct tunnel **found = bsearch(&wanted, overruled->tunnels, overruled->model->count,
					      sizeof(struct tunnel *), compare_tunnels);

	return found ? *found : NULL;
}

/* The one that LINE stands in or enters, unless that was removed behind it; or NULL. */
static const struct tunnel *tunnel_of(const struct overruled *overruled, const struct line *line)
{
	const struct tunnel *tunnel = namesake(overruled, line);

	return tunnel && tunnel->header.from <= line->keyword.from ? tunnel : NULL;
}

/* ---- what is said ---- */

static bool is_there(struct span at)
{
	return at.from < at.to;
}

/* What is said of LINE, and where to look, unless WHERE is nowhere. */
static void say(struct overruled *overruled, const struct line *line, enum rule rule,
		const char *what, struct span where, const char *there)
{
	struct finding *finding =
	    finding_add_as(overruled->findings, rule, SEVERITY_NOTE, line->at, "%s", what);

	finding_tunnel(finding, line->kind == AST_CHILD ? NO_INSTANCE : line->id);
	if (is_there(where))
		finding_relate(overruled->findings, finding, where, "%s", there);
}

static bool say_discarded(struct overruled *overruled, const struct line *line)
{
	if (is_there(overruled->abort))
		say(overruled, line, WI904, "it is discarded, and not carried over",
		    overruled->abort, "by this 'abort'");
	return is_there(overruled->abort);
}

/* The next line that removes the instance of LINE. */
static struct span removal_of(const struct overruled *overruled, const struct line *line)
{
	struct span one = line->id < 0 ? (struct span){0, 0} : overruled->removals[line->id];
	struct span all = overruled->removal_of_all;

	return !is_there(one) || (is_there(all) && all.from < one.from) ? all : one;
}

/* Where SETTING was named that counts in TUNNEL. */
static struct span counting(const struct tunnel *tunnel, enum weos4_setting setting)
{
	int counterpart = weos4_table[setting].counterpart;

	return counterpart >= 0 ? tunnel_origin(tunnel, (enum setting)counterpart)->name
				: tunnel->weos4->from[setting].at.name;
}

static void say_set_again(struct overruled *overruled, const struct line *line, struct span where)
{
	say(overruled, line, WI904, "it is set again: this is without effect, and not carried over",
	    where, "this is what counts");
}

/* One that is in no tunnel.  What no setting is has an error. */
static void look_at_setting(struct overruled *overruled, const struct line *line)
{
	const struct tunnel *tunnel = tunnel_of(overruled, line);
	struct weos4_match match =
	    weos4_match(text_slice(overruled->findings->text, line->keyword), false);

	if (is_standing(overruled, line) || say_discarded(overruled, line))
		return;
	if (line->id < 0)
		say(overruled, line, WI904, "its instance has no number: it is not carried over",
		    (struct span){0, 0}, NULL);
	else if (!tunnel)
		say(overruled, line, WI904, "its instance is removed: it is not carried over",
		    removal_of(overruled, line), "here");
	else if (match.count == 1)
		say_set_again(overruled, line, counting(tunnel, match.first));
}

/* Another kind of tunnel is said of elsewhere (left_out.h). */
static void look_at_child(struct overruled *overruled, const struct line *line)
{
	const struct weos4_device *weos4 = overruled->model->weos4;
	struct weos4_match match =
	    weos4_match(text_slice(overruled->findings->text, line->keyword), true);

	if (match.count != 1 || is_standing(overruled, line) || say_discarded(overruled, line))
		return;
	if (weos4)
		say_set_again(overruled, line, weos4->from[match.first].at.name);
}

static void look_at_header(struct overruled *overruled, const struct line *line)
{
	const struct tunnel *tunnel = tunnel_of(overruled, line);

	if (line->id < 0 || say_discarded(overruled, line)) /* one without a number has an error */
		return;
	if (!tunnel)
		say(overruled, line, WI904, "this instance is removed: it is not carried over",
		    removal_of(overruled, line), "here");
	else if (tunnel->header.from < line->keyword.from)
		say(overruled, line, WI901,
		    "this is the same instance again, which is written once", tunnel->header,
		    "it begins here");
}

/* The script removes what it writes, and nothing else. */
static void say_removal(struct overruled *overruled, const struct line *line)
{
	const struct span nowhere = {0, 0};

	if (line->kind == AST_REMOVE_ALL)
		say(overruled, line, WI904,
		    "the script removes no instance that it does not write: see that the device "
		    "has no other",
		    nowhere, NULL);
	else if (namesake(overruled, line))
		say(overruled, line, WI901, "each instance of the script begins with such a line",
		    nowhere, NULL);
	else
		say(overruled, line, WI904,
		    "the script removes no instance that it does not write: see that the device "
		    "has none of this number",
		    nowhere, NULL);
}

static void look_at_removal(struct overruled *overruled, const struct line *line)
{
	if (say_discarded(overruled, line))
		return;
	say_removal(overruled, line);
	if (line->kind == AST_REMOVE_ALL)
		overruled->removal_of_all = line->at;
	else if (line->id >= 0)
		overruled->removals[line->id] = line->at;
}

static void look_at(struct overruled *overruled, const struct line *line)
{
	switch (line->kind) {
	case AST_SET:
	case AST_UNSET:
		look_at_setting(overruled, line);
		break;
	case AST_CHILD:
		look_at_child(overruled, line);
		break;
	case AST_ENTER:
		look_at_header(overruled, line);
		break;
	case AST_REMOVE:
	case AST_REMOVE_ALL:
		look_at_removal(overruled, line);
		break;
	case AST_ABORT:
		overruled->abort = line->at;
		say(overruled, line, WI904, "what it discards is not carried over",
		    (struct span){0, 0}, NULL);
		break;
	default: /* here another transaction ends, or this one begins */
		overruled->abort = (struct span){0, 0};
		break;
	}
}

/* ---- the whole ---- */

/* False without memory. */
static bool make_removals(struct overruled *overruled)
{
	int32_t most = 0;

	for (size_t i = 0; i < overruled->count; i++)
		most = overruled->lines[i].id > most ? overruled->lines[i].id : most;
	overruled->removals = calloc((size_t)most + 1, sizeof(*overruled->removals));
	return overruled->removals != NULL;
}

bool overruled_report(struct migration *migration)
{
	struct overruled overruled = {.findings = &migration->findings,
				      .model = migration->compilation->model,
				      .current = NO_INSTANCE};
	bool done;

	read_lines(&overruled);
	done = !overruled.failed && find_standing(&overruled) && make_removals(&overruled);
	for (size_t i = overruled.count; done && i; i--)
		look_at(&overruled, &overruled.lines[i - 1]);
	free(overruled.lines);
	free(overruled.standing);
	free(overruled.tunnels);
	free(overruled.removals);
	return done;
}
