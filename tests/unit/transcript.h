/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_TRANSCRIPT_H
#define WEIPSEC_TRANSCRIPT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A conversation with charon, as testdata/vici has it: a packet a line, what is not printable as
 * \xHH.  What cannot be read ends the program.
 */

#define LINES_MAX 200

/* A packet: `>' to charon, `<' from it. */
struct line {
	char direction;
	char *bytes;
	size_t size;
};

struct transcript {
	struct line lines[LINES_MAX];
	size_t count;
};

static size_t unescape(char *bytes, const char *text)
{
	size_t size = 0;

	for (; *text && *text != '\n'; text++) {
		if (*text == '\\' && text[1] == 'x') {
			const char digits[3] = {text[2], text[3], '\0'};

			bytes[size++] = (char)strtol(digits, NULL, 16);
			text += 3;
		} else {
			bytes[size++] = *text;
		}
	}
	return size;
}

static void add_line(struct transcript *transcript, const char *text)
{
	struct line *line = &transcript->lines[transcript->count++];

	line->direction = *text;
	line->bytes = calloc(1, strlen(text) + 1);
	if (!line->bytes || transcript->count == LINES_MAX)
		exit(2);
	line->size = unescape(line->bytes, text + 2);
}

/* The file NAME in FOLDER; to be freed. */
static void transcript_read(struct transcript *transcript, const char *folder, const char *name)
{
	char path[4096], *text = NULL;
	size_t room = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	transcript->count = 0;
	while (file && getline(&text, &room, file) > 2)
		add_line(transcript, text);
	free(text);
	if (!file || !transcript->count)
		exit(2);
	fclose(file);
}

static void transcript_free(struct transcript *transcript)
{
	for (size_t i = 0; i < transcript->count; i++)
		free(transcript->lines[i].bytes);
	transcript->count = 0;
}

#endif
