/* SPDX-License-Identifier: ISC */
#include "grammar/nest.h"

void nest_push_tunnel(struct nest *nest, struct span at)
{
	nest->context = NEST_TUNNEL;
	nest->spare_end = false;
	nest->tunnel_at = at;
}

void nest_push_ipsec(struct nest *nest, struct span at, bool path)
{
	nest->has_tunnel = nest->context == NEST_TUNNEL;
	nest->context = NEST_IPSEC;
	nest->path = path;
	nest->spare_end = false;
	nest->ipsec_at = at;
}

void nest_push_child(struct nest *nest, unsigned depth, bool path)
{
	nest->context = NEST_CHILD;
	nest->path = path;
	nest->spare_end = false;
	nest->children[0] = (struct nest_child){.header = depth};
	nest->child_count = 1;
	nest->previous_depth = depth;
}

static void pop_child(struct nest *nest)
{
	if (--nest->child_count > 0)
		return;
	nest->context = nest->path ? NEST_OUTSIDE : NEST_TUNNEL;
	nest->spare_end = nest->path;
}

/* The first line below a header says how its body is indented. */
static void settle_body(struct nest_child *top, unsigned depth)
{
	top->body = depth > top->header ? depth : top->header;
	top->has_body = true;
}

/* A line deeper than the body: the line before it was a header. */
static enum nest_verdict push_nested(struct nest *nest, unsigned depth)
{
	if (nest->child_count == TEXT_NESTING_MAX - 1) {
		bool first = !nest->too_deep;

		nest->too_deep = true;
		return first ? NEST_TOO_DEEP : NEST_SKIP;
	}
	nest->children[nest->child_count++] =
	    (struct nest_child){.header = nest->previous_depth, .body = depth, .has_body = true};
	return NEST_SKIP;
}

static enum nest_verdict child_end(struct nest *nest)
{
	pop_child(nest);
	return nest->child_count ? NEST_SKIP : NEST_CLOSED;
}

enum nest_verdict nest_child_line(struct nest *nest, unsigned depth, enum nest_line kind)
{
	struct nest_child *top = &nest->children[nest->child_count - 1];
	enum nest_verdict verdict = NEST_SKIP;

	/* what stands above its header, or beside an indented body, ends a context */
	while (depth < top->header || (kind != NEST_END && top->has_body &&
				       top->body > top->header && depth == top->header)) {
		pop_child(nest);
		if (!nest->child_count)
			return NEST_POPPED;
		top = &nest->children[nest->child_count - 1];
	}
	if (kind == NEST_OURS && depth == top->header && nest->child_count == 1) {
		pop_child(nest);
		return NEST_POPPED;
	}
	if (kind == NEST_END && !top->has_body)
		return child_end(nest);
	if (!top->has_body)
		settle_body(top, depth);
	else if (depth > top->body && depth > nest->previous_depth)
		verdict = push_nested(nest, depth);
	if (kind == NEST_END)
		return child_end(nest);
	nest->previous_depth = depth;
	return verdict;
}

bool nest_end(struct nest *nest)
{
	switch (nest->context) {
	case NEST_IPSEC:
		nest->spare_end = nest->path;
		nest->context = nest->has_tunnel && !nest->path ? NEST_TUNNEL : NEST_OUTSIDE;
		return true;
	case NEST_TUNNEL:
	case NEST_CHILD:
		nest->context = NEST_OUTSIDE;
		return true;
	case NEST_OUTSIDE:
		break;
	}
	if (nest->spare_end) {
		nest->spare_end = false;
		return true;
	}
	return false;
}

void nest_end_prompted(struct nest *nest)
{
	nest->context = nest->context == NEST_IPSEC ? NEST_TUNNEL : NEST_OUTSIDE;
}

void nest_leave(struct nest *nest)
{
	nest->context = NEST_OUTSIDE;
	nest->child_count = 0;
	nest->spare_end = false;
}
