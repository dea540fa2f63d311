/* SPDX-License-Identifier: ISC */
/* Whole texts that are refused at sight. */
#include "grammar/reader.h"

#include "grammar/session.h"

#include <string.h>

/* How many of the first bytes are looked at to tell binary data, and the share that makes it. */
#define BINARY_PROBE 1024
#define BINARY_SHARE 10

static bool is_binary(const struct text *text)
{
	size_t size = text->size < BINARY_PROBE ? text->size : BINARY_PROBE;
	size_t bad = 0;

	for (size_t i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)text->bytes[i];

		if ((byte < 0x20 && !strchr("\t\r\n\b\x1b", byte)) || byte == 0)
			bad++;
	}
	return bad * BINARY_SHARE > size;
}

#define HELP_CLI_TEXT "weipsec reads CLI text: what is typed, or what 'show running-config' prints"

void reader_refuse(struct reader *reader, struct span at, const char *message)
{
	finding_help(reader->findings, finding_add(reader->findings, WI119, at, "%s", message),
		     HELP_CLI_TEXT);
}

void reader_refuse_json(struct reader *reader, struct span at, const char *message)
{
	finding_help(
	    reader->findings, finding_add(reader->findings, WI119, at, "%s", message),
	    "WeOS 5 stores JSON, in which tunnels cannot be read yet: check what is typed at the "
	    "prompt to make them, and give this to 'check --device FILE.json' beside that");
}

/* Agent configuration has one member, behind its brace at AT. */
static bool is_agent_json(const struct text *text, uint32_t at)
{
	static const char member[] = "\"weipsec-agent:ipsec\"";

	do {
		if (++at >= text->size)
			return false;
	} while (strchr(" \t\r\n", text->bytes[at]));
	return text->size - at >= sizeof(member) - 1 &&
	       memcmp(text->bytes + at, member, sizeof(member) - 1) == 0;
}

static void refuse_found_json(struct reader *reader, uint32_t at)
{
	if (is_agent_json(reader->text, at))
		reader_refuse(reader, (struct span){at, at + 1},
			      "this is a JSON document, not CLI text: agent configuration is for "
			      "'weipsec compile' and weipsec-apply");
	else
		reader_refuse_json(
		    reader, (struct span){at, text_is_utf16(reader->text) ? at : at + 1},
		    "this is a JSON document, such as a WeOS 5 backup, not CLI text");
}

bool reader_is_refused(struct reader *reader)
{
	const struct text *text = reader->text;
	uint32_t at;

	if (text->size > TEXT_FILE_MAX) {
		finding_help(reader->findings,
			     finding_add(reader->findings, WI117, (struct span){0, 0},
					 "the file is over %zu MiB: not checked",
					 TEXT_FILE_MAX >> 20),
			     "check the devices' files one by one");
		return true;
	}
	if (session_is_json(text, &at)) {
		refuse_found_json(reader, at);
		return true;
	}
	if (text_is_xml(text, &at)) {
		reader_refuse(reader, (struct span){at, at + 1},
			      "this is an XML document, not CLI text: agent configuration is for "
			      "'weipsec compile' and weipsec-apply");
		return true;
	}
	if (text_is_utf16(text)) {
		finding_help(reader->findings,
			     finding_add(reader->findings, WI119, (struct span){0, 0},
					 "this is UTF-16 text, and weipsec reads UTF-8"),
			     "save it as UTF-8; in PowerShell: Out-File -Encoding utf8");
		return true;
	}
	if (is_binary(text)) {
		reader_refuse(reader, (struct span){0, 0}, "this is binary data, not CLI text");
		return true;
	}
	return false;
}
