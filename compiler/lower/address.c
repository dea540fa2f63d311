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
static void bad_address(const struct setting *setting, struct slice word)
{
	const char *name = option_table[setting->option].word;
	struct span at = setting->words[0].at;
	const char *quote = finding_quote(setting->findings, at);
	struct finding *finding;

	if (looks_like_ipv6(word)) {
		finding = finding_add(setting->findings, WI206, at,
				      "%s is an IPv6 address: '%s' takes IPv4 only", quote, name);
		finding_help(setting->findings, finding, "write an IPv4 address, such as 192.0.2.1");
	} else if (setting->option == OPTION_PEER && looks_like_name(word)) {
		finding = finding_add(setting->findings, WI207, at,
				      "%s is a host name: 'peer' takes an IPv4 address", quote);
		finding_help(setting->findings, finding,
			     "write its address, such as 'peer 192.0.2.1', or 'peer ANY'");
	} else {
		finding = finding_add(setting->findings, WI203, at, "%s is not an IPv4 address", quote);
		finding_help(setting->findings, finding,
			     "write four numbers from 0 to 255 without leading zeros, such as "
			     "192.0.2.1");
	}
}

/* FLAW is why the address cannot be used, or NULL. */
static bool check_usable(const struct setting *setting, const char *flaw)
{
	struct finding *finding;

	if (!flaw)
		return true;
	finding = finding_add(setting->findings, WI203, setting->words[0].at,
			      "%s is %s: it cannot be used as '%s'",
			      finding_quote(setting->findings, setting->words[0].at), flaw,
			      option_table[setting->option].word);
	if (setting->option == OPTION_PEER)
		finding_help(setting->findings, finding, "write the peer's address, or 'peer ANY'");
	else
		finding_help(setting->findings, finding, "write an address of a host");
	return false;
}

bool value_read_address(const struct setting *setting)
{
	struct slice word = word_text(setting, setting->words);
	struct address *address = setting->value;
	uint32_t ip;

	if (!value_no_more(setting, 1))
		return false;
	if (setting->option == OPTION_PEER && slice_is_nocase(word, "any"))
		return true;
	if (!address_read(word, &ip)) {
		bad_address(setting, word);
		return false;
	}
	if (!check_usable(setting, address_flaw(ip)))
		return false;
	*address = (struct address){.set = true, .ip = ip};
	return true;
}

static void bad_subnet(const struct setting *setting, struct span at)
{
	struct finding *finding =
	    finding_add(setting->findings, WI204, at, "%s is no %s",
			finding_quote(setting->findings, at),
			setting->count > 1 ? "netmask: its bits must be ones, then zeros"
					   : "prefix length: it is a number from 0 to 32");

	finding_help(setting->findings, finding, "write the subnet as 192.0.2.0/24");
}

/* `/24' behind the address. */
static bool read_length(const struct setting *setting, struct slice word, unsigned *length)
{
	struct span at = setting->words[0].at;
	uint32_t number;

	if (number_read(word, &number) && number <= PREFIX_MAX) {
		*length = number;
		return true;
	}
	/* `10.0.0.0/255.0.0.0' too */
	if (word.length)
		at.from += (uint32_t)(word.at - (setting->text->bytes + at.from));
	bad_subnet(setting, at);
	return false;
}

/* A second word: the netmask. */
static bool read_mask(const struct setting *setting, unsigned *length)
{
	struct slice word = word_text(setting, &setting->words[1]);
	struct span at = setting->words[1].at;
	uint32_t mask;

	if (!address_read(word, &mask)) {
		if (strspn(word.at, "0123456789.") < word.length)
			return value_no_more(setting, 1);
		bad_subnet(setting, at);
		return false;
	}
	*length = (unsigned)__builtin_popcount(mask);
	if (mask == prefix_mask(*length))
		return true;
	bad_subnet(setting, at);
	return false;
}

static void report_host_bits(const struct setting *setting, uint32_t ip, unsigned length)
{
	uint32_t network = ip & prefix_mask(length);
	char right[sizeof("255.255.255.255/32")];
	struct span at = words_span(setting->words, setting->count);
	struct finding *finding;

	if (ip == network)
		return;
	snprintf(right, sizeof(right), IP_FORMAT "/%u", IP_BYTES(network), length);
	finding = finding_add(setting->findings, WI205, at, "%s has host bits set: it means '%s'",
			      finding_quote(setting->findings, at), right);
	finding_help(setting->findings, finding, "write '%s'", right);
	finding_edit(setting->findings, finding, at, right);
}

bool value_read_subnet(const struct setting *setting)
{
	struct slice word = word_text(setting, setting->words);
	const char *slash = memchr(word.at, '/', word.length);
	struct slice address = {word.at, slash ? (size_t)(slash - word.at) : word.length};
	unsigned length = PREFIX_MAX;
	uint32_t ip;

	if (!value_no_more(setting, slash ? 1 : 2))
		return false;
	if (!address_read(address, &ip)) {
		bad_address(setting, word);
		return false;
	}
	if (slash &&
	    !read_length(setting, (struct slice){slash + 1, word.length - address.length - 1}, &length))
		return false;
	if (setting->count > 1 && !read_mask(setting, &length))
		return false;
	if (!check_usable(setting, subnet_flaw(ip, length)))
		return false;
	report_host_bits(setting, ip, length);
	*(struct subnet *)setting->value = (struct subnet){.set = true,
							   .known = true,
							   .address = ip & prefix_mask(length),
							   .length = (uint8_t)length};
	return true;
}
