/* SPDX-License-Identifier: ISC */
#ifndef WEIPSEC_WORDS_H
#define WEIPSEC_WORDS_H

#include "compiler/base/text.h"
#include "compiler/model/model.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Single words as values, whoever wrote them: numbers, addresses, labels.  Nothing is said of one
 * that is none: each function returns false then, and what it was to fill is of no meaning.
 */

/* The longest label, in bytes, and the longest prefix of an address, in bits. */
#define LABEL_MAX 64
#define PREFIX_MAX 32

/* A decimal number without leading zeros, at most UINT32_MAX. */
bool number_read(struct slice word, uint32_t *number);
/* A number with a unit or none, s, m, h or d, as seconds; at most UINT32_MAX of them. */
bool duration_read(struct slice word, uint32_t *seconds);
/* What certificates on a device can be called: 1 to LABEL_MAX of [A-Za-z0-9._-]. */
bool label_is_legal(struct slice word);
/* A dotted quad without leading zeros. */
bool address_read(struct slice word, uint32_t *ip);
/* The most bytes that an address has in words. */
#define ADDRESS_WORD_MAX 15
/*
 * Writes IP as a dotted quad to BUFFER, which has room for it; returns its length.  There is no
 * NUL.
 */
size_t address_write(char *buffer, uint32_t ip);
/* The address that four bytes are. */
uint32_t address_from_bytes(const char *bytes);
/* Why IP can be neither end of a tunnel, or NULL. */
const char *address_flaw(uint32_t ip);
/*
 * IP is not to be reached from everywhere: networks for private use, those between a carrier and
 * its NAT, and what a host gives itself.
 */
bool address_is_private(uint32_t ip);
/* `A/L' without its host bits; false also for one that no tunnel can carry. */
bool subnet_read(struct slice word, struct subnet *subnet);
/* Why no tunnel can carry the subnet IP/LENGTH, or NULL. */
const char *subnet_flaw(uint32_t ip, unsigned length);

/* The length of a netmask; false if its bits are not ones, then zeros. */
bool netmask_length(uint32_t mask, unsigned *length);

/*
 * What the rest of a line is that stands where a secret goes: people and templates put other things
 * there, and tools print something instead of one.  INFO has how long a secret is.
 */
enum secret_mask secret_mask(struct slice text, const struct setting_info *info);
/* WORD has only characters that WeOS 5 takes in a secret: ASCII 33 to 126, and no `#'. */
bool secret_characters_are_legal(struct slice word);

/* The netmask of LENGTH bits. */
static inline uint32_t prefix_mask(unsigned length)
{
	return length ? UINT32_MAX << (PREFIX_MAX - length) : 0;
}

#endif
