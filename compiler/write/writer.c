/* SPDX-License-Identifier: ISC */
#include "compiler/write/writer.h"

#include "compiler/write/canon.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
static const enum setting order[] = {
    SETTING_ENABLE, SETTING_VERSION, SETTING_DPD_ACTION, SETTING_DPD_DELAY, SETTING_DPD_TIMEOUT,
    SETTING_INITIATOR, SETTING_IKE, SETTING_ESP, SETTING_METHOD, SETTING_SECRET,
    SETTING_CERTIFICATE, SETTING_CA, SETTING_REVOCATION, SETTING_PEER, SETTING_LOCAL_ADDRESS,
    SETTING_LOCAL_ID, SETTING_REMOTE_ID, SETTING_LOCAL_SUBNET, SETTING_REMOTE_SUBNET,
    SETTING_DESCRIPTION, SETTING_SA_REKEY_TIME, SETTING_REAUTH_TIME,
};
/* clang-format on */

_Static_assert(sizeof(order) / sizeof(order[0]) == SETTING_COUNT, "a setting has no place");

enum setting writer_order(int i)
{
	return order[i];
}

int writer_rank(enum setting setting)
{
	int i = 0;

	while (order[i] != setting)
		i++;
	return i;
}

void writer_init(struct writer *writer, struct output *output)
{
	*writer = (struct writer){.output = output, .line_end = "\n", .indent = WRITER_INDENT};
}

/* ---- lines ---- */

static void begin_line(struct writer *writer)
{
	output_printf(writer->output, "%*s", (int)(writer->level * writer->indent), "");
}

static void end_line(struct writer *writer)
{
	if (writer->behind.length) {
		output_bytes(writer->output, " ", 1);
		output_bytes(writer->output, writer->behind.at, writer->behind.length);
		writer->behind.length = 0;
	}
	output_bytes(writer->output, writer->line_end, strlen(writer->line_end));
}

void writer_line(struct writer *writer, struct slice line)
{
	if (line.length)
		begin_line(writer);
	output_bytes(writer->output, line.at, line.length);
	end_line(writer);
}

/* A line that begins with BEFORE. */
static void print_line(struct writer *writer, const char *before, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void print_line(struct writer *writer, const char *before, const char *format, va_list args)
{
	char line[512];

	vsnprintf(line, sizeof(line), format, args);
	begin_line(writer);
	output_printf(writer->output, "%s%s", before, line);
	end_line(writer);
}

void writer_printf(struct writer *writer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(writer, "", format, args);
	va_end(args);
}

void writer_comment(struct writer *writer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(writer, "# ", format, args);
	va_end(args);
}

void writer_open(struct writer *writer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(writer, "", format, args);
	va_end(args);
	writer->level++;
}

void writer_close(struct writer *writer)
{
	writer_printf(writer, "end");
	writer->level--;
}

/* ---- settings ---- */

void writer_set(struct writer *writer, enum setting setting, struct slice words)
{
	begin_line(writer);
	output_printf(writer->output, "%s%s", setting_table[setting].word, words.length ? " " : "");
	output_bytes(writer->output, words.at, words.length);
	end_line(writer);
}

void writer_unset(struct writer *writer, enum setting setting)
{
	writer_printf(writer, "no %s", setting_table[setting].word);
}

bool writer_value(struct writer *writer, struct arena *arena, const struct tunnel *tunnel,
		  enum setting setting)
{
	struct slice words;

	if (tunnel_has_default(tunnel, setting))
		return true;
	if (tunnel_state(tunnel, setting) == ORIGIN_RESET) {
		output_origin(writer->output, tunnel, (int)setting);
		writer_unset(writer, setting);
		return true;
	}
	if (!canon_words(arena, tunnel, setting, &words))
		return false;
	output_origin(writer->output, tunnel, (int)setting);
	if (setting == SETTING_SECRET)
		writer->output->has_secrets = 1;
	writer_set(writer, setting, words);
	return true;
}
