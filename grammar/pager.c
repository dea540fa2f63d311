/* SPDX-License-Identifier: ISC */
/*
 * A pager writes its prompt where the next line will stand, and wipes it when a key is pressed: by
 * a carriage return and blanks, by backspaces, or by an escape sequence.  A capture has all of it,
 * or what is left when control characters were dropped, and then the line.  Only the line counts,
 * its depth too.
 */
#include "grammar/pager.h"

#include <stdbool.h>
#include <string.h>

#define BANNER                                                                                     \
	"Press Ctrl-C or Q(uit) to quit viewer, Space for next page, <CR> for next line."

static uint32_t skip_digits(const char *at)
{
	return (uint32_t)strspn(at, "0123456789");
}

/* `(45%)', `(45% of 28118 bytes)', `(END)': its length, or 0. */
static uint32_t share_length(const char *at)
{
	static const char of[] = " of ", bytes[] = " bytes", last[] = "(END)";
	uint32_t length = 1 + skip_digits(at + 1), digits;

	if (strncmp(at, last, sizeof(last) - 1) == 0)
		return sizeof(last) - 1;
	if (length == 1 || at[length] != '%')
		return 0;
	length++;
	if (strncmp(at + length, of, sizeof(of) - 1) == 0) {
		digits = skip_digits(at + length + sizeof(of) - 1);
		length += (uint32_t)(sizeof(of) - 1) + digits;
		if (!digits || strncmp(at + length, bytes, sizeof(bytes) - 1) != 0)
			return 0;
		length += sizeof(bytes) - 1;
	}
	return at[length] == ')' ? length + 1 : 0;
}

/* `--More--', `-- More --': its length, or 0. */
static uint32_t more_length(const char *at)
{
	uint32_t length = (uint32_t)strspn(at, "-");

	if (length < 2)
		return 0;
	length += at[length] == ' ';
	if ((at[length] | ('a' - 'A')) != 'm' || strncmp(at + length + 1, "ore", 3) != 0)
		return 0;
	length += 4;
	length += at[length] == ' ' && at[length + 1] == '-';
	return strncmp(at + length, "--", 2) == 0 ? length + (uint32_t)strspn(at + length, "-") : 0;
}

/* An escape sequence of a terminal, ECMA-48; 0 for a lone ESC. */
static uint32_t sequence_length(const char *at)
{
	uint32_t length = 2;

	if (at[1] == '[') {
		while (at[length] >= ' ' && at[length] <= '?')
			length++;
		return at[length] >= '@' && at[length] <= '~' ? length + 1 : 0;
	}
	if (at[1] == '(' || at[1] == ')')
		return at[2] > ' ' ? 3 : 0;
	return at[1] && strchr("=>78DEM", at[1]) ? 2 : 0;
}

/* The piece of a pager's doing AT it, or 0. */
static uint32_t piece_length(const char *at)
{
	switch (*at) {
	case '-':
		return more_length(at);
	case '(':
		return share_length(at);
	case 'P':
		return strncmp(at, BANNER, sizeof(BANNER) - 1) == 0 ? sizeof(BANNER) - 1 : 0;
	case '\b':
		return 1;
	case '\x1b':
		return sequence_length(at);
	default:
		return 0;
	}
}

static bool is_lone_return(const char *at)
{
	return at[0] == '\r' && at[1] != '\n';
}

uint32_t pager_skip(const struct text *text, uint32_t from)
{
	const char *at = text->bytes + from;
	const char *behind = at;
	bool found = false;

	for (;;) {
		uint32_t length;

		at += strspn(at, " \t");
		length = piece_length(at);
		found = found || length;
		if (!length && is_lone_return(at))
			length = 1;
		if (!length)
			break;
		behind = at += length;
	}
	/* a carriage return is a pager's only beside something else of it */
	return found ? (uint32_t)(behind - text->bytes) : from;
}

uint32_t pager_wipe_length(const char *at)
{
	uint32_t length = 2;

	if (at[0] != '\x1b' || at[1] != '[')
		return 0;
	length += at[length] >= '0' && at[length] <= '2';
	return at[length] == 'K' ? length + 1 : 0;
}
