/* SPDX-License-Identifier: ISC */
/*
 * Where things stand in a document of agent configuration.  The libraries that read it know lines
 * while they read and not when they have read, and some of them trust what they read: so each
 * document is walked through here, by its marks alone.
 */
#include "compiler/agent/place.h"

#include <string.h>

struct walk {
	const struct text *text;
	size_t at;
	unsigned depth; /* elements, or objects and lists */
	unsigned nodes; /* elements, or objects, lists and strings, so far */
	unsigned level; /* of them without lists: `ipsec' is 1, a tunnel 2, its leaves 3 */
	bool ended;	/* the object that is all of a JSON document */
	const char *error;
	/* NULL, or gets the name of an element or a member that begins AT; a tunnel's too */
	void (*visit)(void *context, unsigned level, struct slice name, size_t at);
	void *context;
};

static char byte_at(const struct walk *walk, size_t at)
{
	if (at < walk->text->size)
		return walk->text->bytes[at];
	return '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool looking_at(const struct walk *walk, const char *mark)
{
	size_t length = strlen(mark);

	return walk->text->size - walk->at >= length &&
	       memcmp(walk->text->bytes + walk->at, mark, length) == 0;
}

/* Goes to the next MARK, or to the end. */
static bool skip_to(struct walk *walk, const char *mark)
{
	const char *bytes = walk->text->bytes;
	const char *found =
	    memmem(bytes + walk->at, walk->text->size - walk->at, mark, strlen(mark));
	size_t at = found ? (size_t)(found - bytes) : walk->text->size;

	if (at - walk->at > AGENT_PIECE_MAX)
		walk->error = "a text or comment is too long";
	else
		walk->at = at;
	return found && !walk->error;
}

/* Goes behind what MARK ends.  Where it does not end, libxml2 would search again and again. */
static void skip_behind(struct walk *walk, const char *mark)
{
	size_t from = walk->at;

	if (skip_to(walk, mark)) {
		walk->at += strlen(mark);
	} else if (!walk->error) {
		walk->at = from;
		walk->error = "this is not well-formed XML";
	}
}

/* Both libraries take the square of what stands side by side: names, prefixes, values of a list. */
static void count_node(struct walk *walk)
{
	if (++walk->nodes > AGENT_NODES_MAX && !walk->error)
		walk->error = "the document has more in it than a configuration can have";
}

static void visit(struct walk *walk, unsigned level, size_t from, size_t to, size_t at)
{
	const char *bytes = walk->text->bytes;
	const char *colon = memrchr(bytes + from, ':', to - from);

	if (colon)
		from = (size_t)(colon - bytes) + 1;
	if (walk->visit)
		walk->visit(walk->context, level, (struct slice){bytes + from, to - from}, at);
}

static void enter(struct walk *walk)
{
	count_node(walk);
	if (++walk->depth > AGENT_DEPTH_MAX && !walk->error)
		walk->error = "the document is nested too deeply";
}

static void leave(struct walk *walk)
{
	if (walk->depth)
		walk->depth--;
}

/* ---- XML ---- */

static size_t tag_end(const struct walk *walk)
{
	char quote = '\0';
	size_t at = walk->at;

	for (; at < walk->text->size; at++) {
		char c = walk->text->bytes[at];

		if (quote && c == quote)
			quote = '\0';
		else if (quote)
			continue;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			break;
	}
	return at;
}

static void walk_tag(struct walk *walk)
{
	size_t name = walk->at + 1, to = name, end = tag_end(walk);

	while (to < end && !is_blank(byte_at(walk, to)) && byte_at(walk, to) != '/')
		to++;
	enter(walk);
	if (end - walk->at > AGENT_TAG_MAX && !walk->error)
		walk->error = "a tag is too long";
	if (walk->error)
		return;
	visit(walk, walk->depth, name, to, walk->at);
	if (byte_at(walk, end - 1) == '/')
		leave(walk);
	walk->at = end;
}

static void walk_xml(struct walk *walk)
{
	while (!walk->error) {
		if (!skip_to(walk, "<"))
			return;
		if (looking_at(walk, "<!--")) {
			walk->at += 4;
			skip_behind(walk, "-->");
		} else if (looking_at(walk, "<![CDATA[")) {
			skip_behind(walk, "]]>");
		} else if (looking_at(walk, "<?")) {
			skip_behind(walk, "?>");
		} else if (looking_at(walk, "<!")) {
			walk->error = "a document type is not allowed here, nor are its entities";
		} else if (looking_at(walk, "</")) {
			leave(walk);
			walk->at += 2;
		} else {
			walk_tag(walk);
		}
	}
}

/* ---- JSON ---- */

/* A string, and whether it names a member. */
static void walk_string(struct walk *walk)
{
	size_t from = walk->at + 1, to = from, next;

	count_node(walk);
	while (to < walk->text->size && walk->text->bytes[to] != '"')
		to += walk->text->bytes[to] == '\\' ? 2 : 1;
	next = to + 1;
	while (next < walk->text->size && is_blank(byte_at(walk, next)))
		next++;
	if (byte_at(walk, next) == ':' &&
	    !(walk->level == 2 &&
	      slice_is((struct slice){walk->text->bytes + from, to - from}, "tunnel")))
		visit(walk, walk->level, from, to, walk->at);
	walk->at = to;
}

/* A tunnel begins with an object in a list, not with the name of the list. */
static void walk_json(struct walk *walk)
{
	static const struct slice tunnel = {"tunnel", 6};

	for (; walk->at < walk->text->size && !walk->error; walk->at++) {
		char c = walk->text->bytes[walk->at];

		if (walk->ended && !is_blank(c))
			walk->error = "something follows the end of the document";
		else if (c == '"')
			walk_string(walk);
		else if (c == '{' || c == '[')
			enter(walk);
		else if (c == '}' || c == ']')
			leave(walk);
		if (c == '{')
			walk->level++;
		else if (c == '}' && walk->level)
			walk->level--;
		if (c == '{' && walk->level == 3 && walk->visit)
			walk->visit(walk->context, 2, tunnel, walk->at);
		walk->ended = walk->ended || (c == '}' && walk->depth == 0);
	}
}

static void walk(struct walk *walk)
{
	if (agent_is_xml(walk->text))
		walk_xml(walk);
	else
		walk_json(walk);
}

/* ---- before it is read ---- */

static bool is_text(const struct text *text, size_t *at)
{
	uint32_t code;
	size_t length;

	for (*at = 0; *at < text->size; *at += length) {
		length = utf8_length(text->bytes + *at, text->size - *at, &code);
		if (!length || (code < ' ' && code != '\t' && code != '\n' && code != '\r') ||
		    (code & 0xfffe) == 0xfffe)
			return false;
	}
	return true;
}

bool agent_place_check(struct agent *agent)
{
	struct walk over = {.text = agent->text};
	size_t at;

	if (agent->text->size > AGENT_SIZE_MAX)
		return agent_fail(agent, 1, "the document is over %zu MiB", AGENT_SIZE_MAX >> 20);
	if (!is_text(agent->text, &at))
		return agent_fail(agent, text_place(agent->text, (uint32_t)at).line,
				  "a byte here is not UTF-8, or a control character");
	walk(&over);
	return !over.error ||
	       agent_fail(agent, text_place(agent->text, (uint32_t)over.at).line, "%s", over.error);
}

/* ---- after that ---- */

struct search {
	size_t tunnel; /* from 1; 0: `ipsec' itself */
	const char *path;
	size_t tunnels; /* begun so far */
	size_t found;	/* the nearest place */
	unsigned exact; /* how much of the path that is: 1 tunnel, 2 container or leaf, 3 */
	bool inside;	/* the container of the path */
};

static void find(struct search *search, unsigned exact, size_t at)
{
	if (search->exact >= exact)
		return;
	search->exact = exact;
	search->found = at;
}

static void see(void *context, unsigned level, struct slice name, size_t at)
{
	struct search *search = context;
	const char *slash = strchrnul(search->path, '/');
	struct slice first = {search->path, (size_t)(slash - search->path)};

	if (level == 2 && slice_is(name, "tunnel"))
		search->tunnels++;
	if (search->tunnels != search->tunnel)
		return;
	if (level == 2 && search->tunnel)
		find(search, 1, at);
	if (level == (search->tunnel ? 3U : 2U)) {
		search->inside = slice_compare(name, first) == 0;
		if (search->inside)
			find(search, 2, at);
	} else if (level == 4 && search->inside && *slash && slice_is(name, slash + 1)) {
		find(search, 3, at);
	}
}

static uint32_t find_line(struct text *text, size_t tunnel, const char *path)
{
	struct search search = {.tunnel = tunnel, .path = path};
	struct walk over = {.text = text, .visit = see, .context = &search};

	walk(&over);
	return text_place(text, (uint32_t)search.found).line;
}

void agent_place(struct agent *agent, const char *path)
{
	if (*agent->error.message && !agent->error.line)
		agent->error.line = find_line(agent->text, agent->opened, path);
}

struct placing {
	const struct model *model;
	size_t tunnels; /* begun so far */
};

static void place_origin(struct tunnel *tunnel, enum setting setting, struct span at)
{
	if (tunnel_state(tunnel, setting) != ORIGIN_DEFAULT)
		*(struct origin *)tunnel_origin(tunnel, setting) = (struct origin){at, at};
}

/* Where a setting has no element of its own, it stands where its tunnel does. */
static void place_tunnel(struct tunnel *tunnel, struct span at)
{
	tunnel->header = at;
	for (int setting = 0; setting < SETTING_COUNT; setting++)
		place_origin(tunnel, (enum setting)setting, at);
}

static void place_setting(struct tunnel *tunnel, struct slice name, struct span at)
{
	struct setting_match match = setting_match(name);

	if (match.count == 1 && slice_is(name, setting_table[match.first].word))
		place_origin(tunnel, match.first, at);
}

static void place(void *context, unsigned level, struct slice name, size_t offset)
{
	const struct span at = {(uint32_t)offset, (uint32_t)offset};
	struct placing *placing = context;
	bool begins = level == 2 && slice_is(name, "tunnel");

	placing->tunnels += begins;
	if (placing->tunnels == 0 || placing->tunnels > placing->model->count)
		return;
	if (begins)
		place_tunnel(placing->model->tunnels[placing->tunnels - 1], at);
	else if (level == 3)
		place_setting(placing->model->tunnels[placing->tunnels - 1], name, at);
}

void agent_place_tunnels(struct agent *agent)
{
	struct placing placing = {.model = agent->model};
	struct walk over = {.text = agent->text, .visit = place, .context = &placing};

	walk(&over);
}
