/* SPDX-License-Identifier: ISC */
#include "backends/output.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST ((size_t)4 << 10)
#define ORIGINS_FIRST ((size_t)64)

void output_init(struct output *output)
{
	*output = (struct output){.line = 1};
}

static void wipe(struct output *output)
{
	if (output->bytes)
		explicit_bzero(output->bytes, output->size);
	free(output->bytes);
}

void output_free(struct output *output)
{
	wipe(output);
	free(output->origins);
	output_init(output);
}

/* Not by realloc(), which would leave the secrets where they were. */
static bool grow(struct output *output, size_t more)
{
	size_t room = output->room ? output->room : ROOM_FIRST;
	char *bytes;

	while (room - output->size <= more && room <= SIZE_MAX / 2)
		room *= 2;
	bytes = room - output->size > more ? malloc(room) : NULL;
	if (!bytes) {
		output->failed = 1;
		return false;
	}
	if (output->size)
		memcpy(bytes, output->bytes, output->size);
	wipe(output);
	output->bytes = bytes;
	output->room = room;
	return true;
}

/* Room for MORE bytes and the NUL that vsnprintf() writes. */
static bool output_make_room(struct output *output, size_t more)
{
	if (output->failed)
		return false;
	return output->room - output->size > more || grow(output, more);
}

static void count_lines(struct output *output, const char *bytes, size_t size)
{
	const char *end = bytes + size;

	while ((bytes = memchr(bytes, '\n', (size_t)(end - bytes)))) {
		bytes++;
		output->line++;
	}
}

void output_bytes(struct output *output, const char *bytes, size_t size)
{
	if (!size || !output_make_room(output, size))
		return;
	memcpy(output->bytes + output->size, bytes, size);
	count_lines(output, bytes, size);
	output->size += size;
}

static void output_vprintf(struct output *output, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void output_vprintf(struct output *output, const char *format, va_list args)
{
	va_list again;
	char *at;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0) {
		output->failed = 1;
		return;
	}
	if (!length || !output_make_room(output, (size_t)length))
		return;
	at = output->bytes + output->size;
	vsnprintf(at, (size_t)length + 1, format, args);
	count_lines(output, at, (size_t)length);
	output->size += (size_t)length;
}

void output_printf(struct output *output, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	output_vprintf(output, format, args);
	va_end(args);
}

void output_origin(struct output *output, const struct tunnel *tunnel, int setting)
{
	if (output->failed)
		return;
	if (output->origin_count == output->origin_room) {
		size_t room = output->origin_room ? output->origin_room * 2 : ORIGINS_FIRST;
		struct output_origin *origins = NULL;

		if (room <= SIZE_MAX / sizeof(*origins))
			origins = realloc(output->origins, room * sizeof(*origins));
		if (!origins) {
			output->failed = 1;
			return;
		}
		output->origins = origins;
		output->origin_room = room;
	}
	output->origins[output->origin_count++] =
	    (struct output_origin){output->line, tunnel, setting};
}
