/* SPDX-License-Identifier: ISC */
/* The settings that are addresses or subnets: IPv4 only. */
#include "compiler/lower/value.h"
#include "compiler/model/words.h"

#include <stdio.h>
#include <string.h>

/* Two colons: nothing else that is written for an address has them. */
static bool looks_like_ipv6(struct slice word)
{
	int colons = 0;

	for (size_t i = 0; i < word.length; i++) {
		if (word.at[i] == ':')
			colons++;
		else if (!strchr("0123456789abcdefABCDEF./%[]", word.at[i]) && colons < 2)
			return false;
	}
	return colons >= 2;
}

/* A letter in the last label, as every host name has it. */
static bool looks_like_name(struct slice word)
{
	bool letter = false;

	for (size_t i = 0; i < word.length; i++) {
		char c = word.at[i];

		if (c == '.' && i + 1 < word.length)
			letter = false;
		else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			letter = true;
		else if (!strchr("0123456789-_.", c))
			return false;
	}
	return letter;
}

/* Says what is wrong with a word that is no IPv4 address. */
static void bad_address(const struct reading *reading, struct slice word)
{
	const char *name = reading->info->word;
	struct span at = reading->words[0].at;
	const char *quote = finding_quote(reading->findings, at);
	struct finding *finding;

	if (looks_like_ipv6(word)) {
		finding = finding_add(reading->findings, WI206, at,
				      "%s is an IPv6 address: '%s' takes IPv4 only", quote, name);
		finding_help(reading->findings, finding, "write an IPv4 address, such as 192.0.2.1");
	} else if (reading->setting == SETTING_PEER && looks_like_name(word)) {
		finding = finding_add(reading->findings, WI207, at,
				      "%s is a host name: 'peer' takes an IPv4 address", quote);
		finding_help(reading->findings, finding,
			     "write its address, such as 'peer 192.0.2.1', or 'peer ANY'");
	} else {
		finding = finding_add(reading->findings, WI203, at, "%s is not an IPv4 address", quote);
		finding_help(reading->findings, finding,
			     "write four numbers from 0 to 255 without leading zeros, such as "
			     "192.0.2.1");
	}
}

/* FLAW is why the address cannot be used, or NULL. */
static bool check_usable(const struct reading *reading, const char *flaw)
{
	struct finding *finding;

	if (!flaw)
		return true;
	finding = finding_add(
	    reading->findings, WI203, reading->words[0].at, "%s is %s: it cannot be used as '%s'",
	    finding_quote(reading->findings, reading->words[0].at), flaw, reading->info->word);
	if (reading->setting == SETTING_PEER)
		finding_help(reading->findings, finding, "write the peer's address, or 'peer ANY'");
	else
		finding_help(reading->findings, finding, "write an address of a host");
	return false;
}

bool value_read_address(const struct reading *reading)
{
	struct slice word = reading_word(reading, reading->words);
	struct address *address = reading->value;
	uint32_t ip;

	if (!reading_no_more(reading, 1))
		return false;
	if (reading->setting == SETTING_PEER && slice_is_nocase(word, "any"))
		return true;
	if (!address_read(word, &ip)) {
		if (reading->weos4 && looks_like_name(word) && !looks_like_ipv6(word))
			reading->weos4->peer_name = word;
		else
			bad_address(reading, word);
		return false;
	}
	if (!check_usable(reading, address_flaw(ip)))
		return false;
	*address = (struct address){.set = true, .ip = ip};
	return true;
}

static void bad_subnet(const struct reading *reading, struct span at)
{
	struct finding *finding =
	    finding_add(reading->findings, WI204, at, "%s is no %s",
			finding_quote(reading->findings, at),
			reading->count > 1 ? "netmask: its bits must be ones, then zeros"
					   : "prefix length: it is a number from 0 to 32");

	if (memchr(reading->text->bytes + at.from, ',', at.to - at.from))
		finding_help(reading->findings, finding, READING_ONE_SUBNET);
	else
		finding_help(reading->findings, finding, "write the subnet as 192.0.2.0/24");
}

/* `/24' behind the address. */
static bool read_length(const struct reading *reading, struct slice word, unsigned *length)
{
	struct span at = reading->words[0].at;
	uint32_t number;

	if (number_read(word, &number) && number <= PREFIX_MAX) {
		*length = number;
		return true;
	}
	/* `10.0.0.0/255.0.0.0' too */
	if (word.length)
		at.from += (uint32_t)(word.at - (reading->text->bytes + at.from));
	bad_subnet(reading, at);
	return false;
}

/* A second word: the netmask. */
static bool read_mask(const struct reading *reading, unsigned *length)
{
	struct slice word = reading_word(reading, &reading->words[1]);
	struct span at = reading->words[1].at;
	uint32_t mask;

	if (!address_read(word, &mask)) {
		if (strspn(word.at, "0123456789.") < word.length)
			return reading_no_more(reading, 1);
		bad_subnet(reading, at);
		return false;
	}
	if (netmask_length(mask, length))
		return true;
	bad_subnet(reading, at);
	return false;
}

static void report_host_bits(const struct reading *reading, uint32_t ip, unsigned length)
{
	uint32_t network = ip & prefix_mask(length);
	char right[sizeof("255.255.255.255/32")];
	struct span at = words_span(reading->words, reading->count);
	struct finding *finding;

	if (ip == network)
		return;
	snprintf(right, sizeof(right), IP_FORMAT "/%u", IP_BYTES(network), length);
	finding = finding_add(reading->findings, WI205, at, "%s has host bits set: it means '%s'",
			      finding_quote(reading->findings, at), right);
	finding_help(reading->findings, finding, "write '%s'", right);
	finding_edit(reading->findings, finding, at, right);
}

bool value_read_subnet(const struct reading *reading)
{
	struct slice word = reading_word(reading, reading->words);
	struct slice address = word, digits;
	bool whole = slice_split(word, '/', &address, &digits);
	unsigned length = PREFIX_MAX;
	uint32_t ip;

	if (!reading_no_more(reading, whole ? 1 : 2))
		return false;
	if (!address_read(address, &ip)) {
		bad_address(reading, word);
		return false;
	}
	if (whole && !read_length(reading, digits, &length))
		return false;
	if (reading->count > 1 && !read_mask(reading, &length))
		return false;
	if (!check_usable(reading, subnet_flaw(ip, length)))
		return false;
	report_host_bits(reading, ip, length);
	*(struct subnet *)reading->value = (struct subnet){.set = true,
							   .known = true,
							   .address = ip & prefix_mask(length),
							   .length = (uint8_t)length};
	return true;
}
