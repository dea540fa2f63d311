/* SPDX-License-Identifier: ISC */
/*
 * Agent configuration from XML, by libxml2's reader: a node at a time, no network, no document
 * type, no entities but the five that XML has itself, and UTF-8 whatever a declaration says, since
 * that is what was looked at before.
 */
#include "compiler/agent/read.h"

#include "compiler/agent/place.h"

#include <libxml/xmlreader.h>
#include <stdio.h>
#include <string.h>

static const char NAMESPACE[] = "urn:weipsec:agent";

/* More than the longest value, the name of a file, and than the longest path. */
#define VALUE_ROOM 4200
#define NAME_ROOM 40
#define PATH_ROOM (2 * NAME_ROOM)

struct xml_reading {
	struct agent *agent;
	xmlTextReaderPtr reader;
	char container[NAME_ROOM]; /* of the tunnel; empty outside of one */
	char path[PATH_ROOM];	   /* of the leaf; empty outside of one */
	char value[VALUE_ROOM];
	size_t length;
	uint32_t error_line; /* of libxml2's first error */
	bool done;	     /* `ipsec' has ended */
};

static void take_error(void *context, xmlErrorPtr error)
{
	struct xml_reading *reading = context;

	if (!reading->error_line && error->line > 0)
		reading->error_line = (uint32_t)error->line;
}

static bool fail(struct xml_reading *reading, const char *why)
{
	char quote[AGENT_QUOTE_ROOM];

	agent_fail(reading->agent, 0, "%s %s", agent_quote(quote, reading->path, "an element"), why);
	agent_place(reading->agent, reading->path);
	return false;
}

/* ---- elements ---- */

static bool check_element(struct xml_reading *reading, const char *name)
{
	const char *space = (const char *)xmlTextReaderConstNamespaceUri(reading->reader);

	snprintf(reading->path, sizeof(reading->path), "%s%s%.38s", reading->container,
		 *reading->container ? "/" : "", name);
	if (!space || strcmp(space, NAMESPACE) != 0)
		return fail(reading, "is not in the namespace 'urn:weipsec:agent'");
	while (xmlTextReaderMoveToNextAttribute(reading->reader) == 1) {
		if (!xmlTextReaderIsNamespaceDecl(reading->reader))
			return fail(reading, "has an attribute, and none is known");
	}
	xmlTextReaderMoveToElement(reading->reader);
	return true;
}

static bool end_leaf(struct xml_reading *reading)
{
	bool read = agent_leaf(reading->agent, reading->path,
			       (struct slice){reading->value, reading->length});

	agent_place(reading->agent, reading->path);
	explicit_bzero(reading->value, reading->length);
	reading->path[0] = '\0';
	reading->length = 0;
	return read;
}

static bool end_tunnel(struct xml_reading *reading)
{
	bool closed = agent_close(reading->agent);

	agent_place(reading->agent, "");
	return closed;
}

/* What ends is a leaf, a container, a tunnel or all, by its depth and what was begun. */
static bool end_element(struct xml_reading *reading, int depth)
{
	if (*reading->path)
		return end_leaf(reading);
	if (*reading->container)
		reading->container[0] = '\0';
	else if (depth == 1)
		return end_tunnel(reading);
	else
		reading->done = true;
	return true;
}

static bool begin_root(struct xml_reading *reading, const char *name)
{
	reading->path[0] = '\0';
	return strcmp(name, "ipsec") == 0 ||
	       agent_fail(reading->agent, 1, "this is not 'ipsec' of the module 'weipsec-agent'");
}

static bool begin_tunnel(struct xml_reading *reading)
{
	bool opened = agent_open(reading->agent);

	agent_place(reading->agent, "");
	reading->path[0] = '\0';
	return opened;
}

static bool begin_container(struct xml_reading *reading, const char *name)
{
	bool begun = agent_container(reading->agent, name);

	agent_place(reading->agent, name);
	snprintf(reading->container, sizeof(reading->container), "%.*s", NAME_ROOM - 1, name);
	reading->path[0] = '\0';
	return begun;
}

static bool begin_element(struct xml_reading *reading)
{
	const char *name = (const char *)xmlTextReaderConstLocalName(reading->reader);
	int depth = xmlTextReaderDepth(reading->reader);
	bool empty = xmlTextReaderIsEmptyElement(reading->reader) == 1;

	if (*reading->path)
		return fail(reading, "has an element in it, and is a value");
	if (!check_element(reading, name))
		return false;
	if (depth == 0 && !begin_root(reading, name))
		return false;
	if (depth == 1 && strcmp(name, "tunnel") == 0 && !begin_tunnel(reading))
		return false;
	if (depth == 2 && agent_has_container(name) && !begin_container(reading, name))
		return false;
	return !empty || end_element(reading, depth);
}

/* ---- text ---- */

static bool add_text(struct xml_reading *reading)
{
	const char *text = (const char *)xmlTextReaderConstValue(reading->reader);
	size_t length;

	if (!text)
		return true;
	length = strlen(text);
	if (!*reading->path && strspn(text, " \t\r\n") == length)
		return true;
	if (!*reading->path)
		return agent_fail(reading->agent, 0, "there is text where no value stands");
	if (length >= sizeof(reading->value) - reading->length)
		return fail(reading, "has a value that is not valid");
	memcpy(reading->value + reading->length, text, length);
	reading->length += length;
	return true;
}

static bool read_node(struct xml_reading *reading)
{
	switch (xmlTextReaderNodeType(reading->reader)) {
	case XML_READER_TYPE_ELEMENT:
		return begin_element(reading);
	case XML_READER_TYPE_END_ELEMENT:
		return end_element(reading, xmlTextReaderDepth(reading->reader));
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
	case XML_READER_TYPE_WHITESPACE:
	case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
		return add_text(reading);
	case XML_READER_TYPE_COMMENT:
	case XML_READER_TYPE_PROCESSING_INSTRUCTION:
	case XML_READER_TYPE_XML_DECLARATION:
		return true;
	default:
		return agent_fail(reading->agent, 0, "there is something here that is no element");
	}
}

static bool read_nodes(struct xml_reading *reading)
{
	int more;

	while ((more = xmlTextReaderRead(reading->reader)) == 1) {
		if (reading->error_line || !read_node(reading))
			break;
	}
	agent_place(reading->agent, reading->path);
	if (more < 0 || reading->error_line || !reading->done)
		agent_fail(reading->agent, reading->error_line ? reading->error_line : 1,
			   "this is not well-formed XML");
	return !*reading->agent->error.message;
}

bool agent_xml_read(struct agent *agent)
{
	size_t bom = text_bom(agent->text);
	struct xml_reading reading = {
	    .agent = agent,
	    .reader = xmlReaderForMemory(agent->text->bytes + bom, (int)(agent->text->size - bom),
					 NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_IGNORE_ENC),
	};
	bool read;

	if (!reading.reader) {
		agent->error.memory = true;
		return agent_fail(agent, 0, "out of memory");
	}
	xmlTextReaderSetStructuredErrorHandler(reading.reader, take_error, &reading);
	read = read_nodes(&reading);
	explicit_bzero(reading.value, sizeof(reading.value));
	xmlFreeTextReader(reading.reader);
	return read;
}
