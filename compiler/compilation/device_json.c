/* SPDX-License-Identifier: ISC */
/*
 * The document of `--device' (weos-cli.md, section 5): a few keys of it are read, and must be what
 * they are said to be where they are there at all; `null' is as good as nothing.  It may hold
 * secrets, so no message quotes it, the parser's own ones neither.
 */
#include "compiler/compilation/device_json.h"

#include "grammar/session.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct reading {
	struct arena *arena;
	struct device *device;
	const char *error; /* the first one */
};

/* A value, and where it stands. */
struct node {
	const json_t *json; /* NULL: not there */
	const struct node *parent; /* NULL: it is the document */
	const char *key; /* NULL: it stands in a list */
	size_t index;
};

/* --- the document ----------------------------------------------------------------------------- */

/* In our words, since the parser's quote the document. */
static const char *syntax_error(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_duplicate_key:
		return "a key stands twice in one object";
	case json_error_stack_overflow:
		return "nested too deep";
	case json_error_premature_end_of_input:
		return "the document ends too early";
	case json_error_invalid_utf8:
		return "bytes that are not UTF-8";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "a NUL in a string";
	case json_error_numeric_overflow:
		return "a number is too large";
	case json_error_out_of_memory:
		return "no memory";
	default:
		return "no JSON: --device takes a WeOS 5 backup, or a part of one";
	}
}

static int line_of(struct text *text, size_t at)
{
	return (int)text_place(text, (uint32_t)at).line;
}

/*
 * Behind a document there may be what a capture has: prompts, and comments.  The first line with
 * more, or 0.
 */
static int more_behind(struct text *text, size_t at)
{
	const char *end = text->bytes + text->size;

	while (at < text->size) {
		uint32_t command;
		const char *next = memchr(text->bytes + at, '\n', text->size + 1 - at);
		struct prompt prompt = session_line_prompt(text, (uint32_t)at, &command);
		const char *from = text->bytes + command;

		from += strspn(from, " \t\r");
		if (!prompt.length && from < end && *from != '\n' && *from != '#')
			return line_of(text, at);
		at = (size_t)(next - text->bytes) + 1;
	}
	return 0;
}

static const char *complain_at(struct arena *arena, int line, const char *what)
{
	return arena_printf(arena, "line %d: %s", line, what);
}

static json_t *parse(struct text *text, struct arena *arena, const char **why)
{
	uint32_t skip;
	json_error_t error;
	json_t *json;
	int line;

	session_wipe_pager(text);
	if (!session_find_json(text, SIZE_MAX, &skip))
		skip = (uint32_t)text_bom(text);
	json = json_loadb(text->bytes + skip, text->size - skip,
			  JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &error);
	if (!json)
		*why = error.line > 0 ? complain_at(arena, line_of(text, skip) + error.line - 1,
						    syntax_error(&error))
				      : syntax_error(&error);
	line = json ? more_behind(text, skip + (size_t)error.position) : 0;
	if (!line)
		return json;
	*why = complain_at(arena, line, "something stands behind the document");
	json_decref(json);
	return NULL;
}

/* The document in TEXT, whatever its encoding. */
static json_t *parse_text(struct text *text, struct arena *arena, const char **why)
{
	struct text *decoded;
	json_t *json;

	if (text->size > DEVICE_JSON_MAX) {
		*why = arena_printf(arena, "the file is over %zu MiB: no backup is that large",
				    DEVICE_JSON_MAX >> 20);
		return NULL;
	}
	if (!text_is_utf16(text))
		return parse(text, arena, why);
	decoded = text_from_utf16(text);
	json = decoded ? parse(decoded, arena, why) : NULL;
	text_free(decoded);
	return json;
}

/* --- keys ------------------------------------------------------------------------------------- */

/* `iface[0].inet[1].address'; NULL without memory. */
static const char *path_of(const struct reading *reading, const struct node *node)
{
	const char *parent = node->parent ? path_of(reading, node->parent) : "";

	if (!node->parent || !parent)
		return parent;
	if (!node->key)
		return arena_printf(reading->arena, "%s[%zu]", parent, node->index);
	return arena_printf(reading->arena, "%s%s%s", parent, *parent ? "." : "", node->key);
}

static void device_complain(struct reading *reading, const struct node *node, const char *wanted)
{
	const char *path = reading->error ? NULL : path_of(reading, node);

	if (path)
		reading->error = arena_printf(reading->arena, "'%s' is not %s", path, wanted);
}

/* What KEY of OBJECT holds; nothing, and a complaint, if it is not of TYPE. */
static struct node device_member(struct reading *reading, const struct node *object,
				 const char *key, json_type type)
{
	static const char *const names[] = {[JSON_OBJECT] = "an object",
					    [JSON_ARRAY] = "a list",
					    [JSON_STRING] = "a string",
					    [JSON_TRUE] = "true or false"};
	struct node node = {.parent = object, .key = key};
	const json_t *json = json_object_get(object->json, key);

	if (!json || json_is_null(json))
		return node;
	if (type == JSON_TRUE ? json_is_boolean(json) : json_typeof(json) == type)
		node.json = json;
	else
		device_complain(reading, &node, names[type]);
	return node;
}

/* Element I of LIST, which must be an object. */
static struct node element(struct reading *reading, const struct node *list, size_t i)
{
	struct node node = {.json = json_array_get(list->json, i), .parent = list, .index = i};

	if (!json_is_object(node.json)) {
		device_complain(reading, &node, "an object");
		node.json = NULL;
	}
	return node;
}

/* The string KEY of OBJECT, copied; empty if it is not there. */
static struct slice string(struct reading *reading, const struct node *object, const char *key)
{
	struct node node = device_member(reading, object, key, JSON_STRING);
	size_t length = json_string_length(node.json);
	const char *copy =
	    node.json ? arena_copy(reading->arena, json_string_value(node.json), length) : NULL;

	return copy ? (struct slice){copy, length} : (struct slice){NULL, 0};
}

/* The boolean KEY of OBJECT, STANDARD if it is not there. */
static bool boolean(struct reading *reading, const struct node *object, const char *key,
		    bool standard)
{
	struct node node = device_member(reading, object, key, JSON_TRUE);

	return node.json ? json_is_true(node.json) : standard;
}

/* --- what they mean --------------------------------------------------------------------------- */

static void read_meta(struct reading *reading, const struct node *root)
{
	struct node meta = device_member(reading, root, "meta", JSON_OBJECT);
	struct node secrets = device_member(reading, &meta, "encrypted-secrets", JSON_OBJECT);
	struct slice source = string(reading, &secrets, "key-source");
	struct slice os = string(reading, &meta, "os");
	struct slice release = string(reading, &meta, "release");

	reading->device->encrypts_secrets = source.length && !slice_is(source, "none");
	if (!os.length || slice_is_nocase(os, "WeOS"))
		reading->device->release = release;
}

static void read_firewall(struct reading *reading, const struct node *root)
{
	struct node ip = device_member(reading, root, "ip", JSON_OBJECT);
	struct node firewall = device_member(reading, &ip, "firewall", JSON_OBJECT);
	struct node input = device_member(reading, &firewall, "input", JSON_OBJECT);
	bool enabled = boolean(reading, &firewall, "enable", false);
	struct slice policy = string(reading, &input, "policy");

	reading->device->drops_input = enabled && slice_is(policy, "drop");
}

static void read_address(struct reading *reading, struct device_interface *interface,
			 const struct node *inet)
{
	struct slice type = string(reading, inet, "type");
	struct slice address = string(reading, inet, "address");

	if (slice_is(type, "dhcp"))
		interface->dhcp = true;
	else if (slice_is(type, "link-local"))
		interface->link_local = true;
	else if (!slice_is(type, "static") || !address.length)
		interface->unclear = true;
	else
		device_address_add(interface, reading->arena, address);
}

static void read_interface(struct reading *reading, const struct node *node)
{
	struct device_interface *interface = device_interface_new(
	    reading->device, reading->arena, string(reading, node, "id"));
	struct node inet = device_member(reading, node, "inet", JSON_ARRAY);

	if (!interface)
		return;
	interface->enabled = boolean(reading, node, "enabled", true);
	interface->unclear = !inet.json;
	for (size_t i = 0; i < json_array_size(inet.json) && !reading->error; i++) {
		struct node entry = element(reading, &inet, i);

		if (entry.json)
			read_address(reading, interface, &entry);
	}
}

static void read_interfaces(struct reading *reading, const struct node *root)
{
	struct node list = device_member(reading, root, "iface", JSON_ARRAY);

	reading->device->whole = json_array_size(list.json) > 0;
	for (size_t i = 0; i < json_array_size(list.json) && !reading->error; i++) {
		struct node entry = element(reading, &list, i);

		if (entry.json)
			read_interface(reading, &entry);
	}
}

static void read_document(struct reading *reading, const json_t *json)
{
	struct node root = {.json = json};
	struct node system;

	if (!json_is_object(json)) {
		reading->error = "the document is not an object";
		return;
	}
	system = device_member(reading, &root, "system", JSON_OBJECT);
	reading->device->hostname = string(reading, &system, "hostname");
	read_meta(reading, &root);
	read_firewall(reading, &root);
	read_interfaces(reading, &root);
}

const char *device_json_read(struct text *text, struct arena *arena, struct device *device)
{
	struct reading reading = {.arena = arena, .device = device};
	json_t *json;

	device_init(device);
	json = parse_text(text, arena, &reading.error);
	if (json)
		read_document(&reading, json);
	json_decref(json);
	return arena_failed(arena) ? "no memory" : reading.error;
}
