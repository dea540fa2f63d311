/* SPDX-License-Identifier: ISC */
#include "compiler/report/excerpt.h"

#include "compiler/base/printable.h"

#include <stdbool.h>
#include <string.h>

/*
 * A line is shown as cells: a character, a tab, a byte as \xHH, or a whole masked word.  Cells are
 * computed one after the other, and nothing is copied, so that a line may be as long as it likes.
 */

/* More than this many columns are cut to a window, in which the caret has room on its left. */
#define WINDOW 120
#define BEFORE_CARET 40

#define MASK "****"

enum cell_kind { CELL_TEXT, CELL_TAB, CELL_BYTE, CELL_MASK };

struct cell {
	struct span at; /* in the line */
	size_t column;	/* from 0 */
	unsigned width;
	enum cell_kind kind;
};

/* A line, and what of it is shown. */
struct view {
	struct slice line;
	const struct mask *mask; /* what of it may be shown */
	size_t end;		 /* without trailing blanks */
	struct span mark;	 /* what the caret points at, in the line */
	size_t first, last;	 /* the columns that are shown, exclusive */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The cell behind *CELL (a zeroed one stands before the line), or false at the end of the line. */
static bool cell_next(const struct view *view, struct cell *cell)
{
	uint32_t from = cell->at.to;
	struct slice rest = {view->line.at + from, view->line.length - from};
	uint32_t masked;
	size_t length;

	if (!rest.length)
		return false;
	cell->column += cell->width;
	length = printable_length(rest);
	cell->at = (struct span){from, from + (length ? (uint32_t)length : 1)};
	cell->width = 1;
	cell->kind = CELL_TEXT;
	masked = mask_end(view->mask, view->line, from);
	if (*rest.at == '\t') {
		cell->kind = CELL_TAB;
	} else if (masked > from) {
		cell->kind = CELL_MASK;
		cell->width = sizeof(MASK) - 1;
		cell->at.to = masked;
	} else if (!length) {
		cell->kind = CELL_BYTE;
		cell->width = PRINTABLE_ESCAPE;
	}
	return true;
}

/* An empty mark stands before the cell that holds it. */
static bool is_marked(const struct view *view, const struct cell *cell)
{
	if (view->mark.from == view->mark.to)
		return cell->at.from <= view->mark.from && view->mark.from < cell->at.to;
	return cell->at.from < view->mark.to && view->mark.from < cell->at.to;
}

static void print_cell(FILE *out, const struct view *view, const struct cell *cell)
{
	if (cell->kind == CELL_MASK)
		fputs(MASK, out);
	else if (cell->kind == CELL_TAB)
		fputc('\t', out);
	else
		printable_print(out, (struct slice){view->line.at + cell->at.from,
						    cell->at.to - cell->at.from});
}

/* The window: all of the line if it is short, else the surroundings of the mark. */
static void find_window(struct view *view)
{
	struct cell cell = {0};
	size_t caret = 0;

	while (cell_next(view, &cell)) {
		if (cell.at.from <= view->mark.from)
			caret = cell.column;
		else if (cell.at.from >= view->end || cell.column > caret + WINDOW)
			break;
	}
	view->first = 0;
	view->last = cell.column + cell.width;
	if (view->last <= WINDOW)
		return;
	if (caret > WINDOW - BEFORE_CARET)
		view->first = caret - BEFORE_CARET;
	view->last = view->first + WINDOW;
}

static bool is_shown(const struct view *view, const struct cell *cell)
{
	return cell->column >= view->first && cell->column + cell->width <= view->last;
}

static void print_line(FILE *out, const struct view *view)
{
	struct cell cell = {0};

	if (view->first)
		fputs("...", out);
	while (cell_next(view, &cell) && cell.at.from < view->end) {
		if (is_shown(view, &cell)) {
			print_cell(out, view, &cell);
		} else if (cell.column >= view->first) {
			fputs("...", out);
			return;
		}
	}
}

static void fill(FILE *out, char with, unsigned width)
{
	while (width--)
		fputc(with, out);
}

/* What stands under CELL: blanks up to the mark, then `^' once and `~'. */
static void print_under(FILE *out, const struct view *view, const struct cell *cell, bool *begun)
{
	bool marked = is_marked(view, cell);

	if (!marked || (*begun && cell->kind == CELL_TAB)) {
		fill(out, cell->kind == CELL_TAB ? '\t' : ' ', cell->width);
		return;
	}
	fputc(*begun ? '~' : '^', out);
	if (view->mark.from != view->mark.to)
		fill(out, '~', cell->width - 1);
	*begun = true;
}

static void print_caret(FILE *out, const struct view *view)
{
	struct cell cell = {0};
	bool begun = false;

	if (view->first)
		fputs("   ", out);
	while (cell_next(view, &cell) && (!begun || is_marked(view, &cell))) {
		if (is_shown(view, &cell))
			print_under(out, view, &cell, &begun);
		else if (cell.column >= view->first)
			return;
	}
	if (!begun)
		fputc('^', out); /* behind the last character */
}

static size_t trimmed_length(struct slice line)
{
	while (line.length && is_blank(line.at[line.length - 1]))
		line.length--;
	return line.length;
}

static uint32_t clamp(uint32_t value, uint32_t least, uint32_t most)
{
	if (value > most)
		return most;
	return value < least ? least : value;
}

static struct span span_within(struct span at, struct span line)
{
	uint32_t from = clamp(at.from, line.from, line.to);

	return (struct span){from - line.from, clamp(at.to, from, line.to) - line.from};
}

/* A byte order mark before the first line is no part of it. */
static struct span skip_mark(const struct text *text, struct span line)
{
	if (line.from == 0)
		line.from = (uint32_t)text_bom(text);
	return line;
}

int excerpt_gutter(uint32_t line)
{
	int width = 5;

	for (line /= 100000; line; line /= 10)
		width++;
	return width;
}

void excerpt_print(FILE *out, struct text *text, struct span at, const char *colour,
		   struct mask_kept *kept)
{
	uint32_t number = text_place(text, at.from).line;
	struct span line = skip_mark(text, text_line(text, number));
	int gutter = excerpt_gutter(number);
	struct view view = {.line = text_slice(text, line), .mark = span_within(at, line)};

	/* one could be the whole file, and a thousand findings point at it: WI117 says so */
	if (view.line.length > TEXT_LINE_MAX || !trimmed_length(view.line))
		return;
	view.end = trimmed_length(view.line);
	view.mask = mask_keep(kept, text, view.line);
	find_window(&view);
	fprintf(out, "%*u | ", gutter, number);
	print_line(out, &view);
	fprintf(out, "\n%*s | %s", gutter, "", colour ? colour : "");
	print_caret(out, &view);
	fputs(colour ? "\033[0m\n" : "\n", out);
}
