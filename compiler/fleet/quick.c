/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/quick.h"

#include <endian.h>
#include <string.h>

#define WORD sizeof(uint64_t)
#define ROUNDS 2
#define LAST_ROUNDS 4

static uint64_t rotate(uint64_t word, int bits)
{
	return word << bits | word >> (64 - bits);
}

static void mix(uint64_t state[4], int rounds)
{
	uint64_t a = state[0], b = state[1], c = state[2], d = state[3];

	for (int i = 0; i < rounds; i++) {
		a += b;
		c += d;
		b = rotate(b, 13) ^ a;
		d = rotate(d, 16) ^ c;
		a = rotate(a, 32);
		c += b;
		a += d;
		b = rotate(b, 17) ^ c;
		d = rotate(d, 21) ^ a;
		c = rotate(c, 32);
	}
	state[0] = a;
	state[1] = b;
	state[2] = c;
	state[3] = d;
}

void quick_begin(struct quick *quick)
{
	const uint64_t *key = quick->key;

	quick->state[0] = key[0] ^ UINT64_C(0x736f6d6570736575);
	quick->state[1] = key[1] ^ UINT64_C(0x646f72616e646f6d) ^ 0xee;
	quick->state[2] = key[0] ^ UINT64_C(0x6c7967656e657261);
	quick->state[3] = key[1] ^ UINT64_C(0x7465646279746573);
	quick->word = 0;
	quick->length = 0;
}

static void take_word(struct quick *quick, uint64_t word)
{
	quick->state[3] ^= word;
	mix(quick->state, ROUNDS);
	quick->state[0] ^= word;
}

static void take_byte(struct quick *quick, unsigned char byte)
{
	quick->word |= (uint64_t)byte << 8 * (quick->length % WORD);
	if (++quick->length % WORD)
		return;
	take_word(quick, quick->word);
	quick->word = 0;
}

void quick_add(struct quick *quick, const char *bytes, size_t length)
{
	uint64_t word;

	for (; length && quick->length % WORD; length--)
		take_byte(quick, (unsigned char)*bytes++);
	for (; length >= WORD; length -= WORD) {
		memcpy(&word, bytes, WORD);
		take_word(quick, le64toh(word));
		quick->length += WORD;
		bytes += WORD;
	}
	for (; length; length--)
		take_byte(quick, (unsigned char)*bytes++);
}

static void put_half(const struct quick *quick, unsigned char *to)
{
	const uint64_t *state = quick->state;
	uint64_t half = htole64(state[0] ^ state[1] ^ state[2] ^ state[3]);

	memcpy(to, &half, sizeof(half));
}

void quick_end(struct quick *quick, unsigned char digest[QUICK_DIGEST])
{
	take_word(quick, quick->word | (uint64_t)quick->length << 56);
	quick->state[2] ^= 0xee;
	mix(quick->state, LAST_ROUNDS);
	put_half(quick, digest);
	quick->state[1] ^= 0xdd;
	mix(quick->state, LAST_ROUNDS);
	put_half(quick, digest + WORD);
}
