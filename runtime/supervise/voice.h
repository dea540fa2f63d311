/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_VOICE_H
#define WEIPSEC_VOICE_H

/* Says one line, for people: what has happened. */
typedef void voice_line(const char *line);

/* The same of a line that is made of FORMAT; one that is too long is cut. */
void voice_say(voice_line *voice, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
