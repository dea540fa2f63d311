/* SPDX-License-Identifier: ISC */
#include "tests/fuzz/words.h"

#include "compiler/tables/algorithm.h"
#include "compiler/tables/rule.h"
#include "compiler/tables/weos4.h"

#include <string.h>

#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof((list)[0])))
#define PICK(chance, list) ((list)[chance_below(chance, COUNT(list))])

static const char *const addresses[] = {
    "192.0.2.1",   "192.0.2.2",	      "198.51.100.1", "10.0.0.1",   "0.0.0.0",
    "127.0.0.1",   "255.255.255.255", "224.0.0.1",    "ANY",	    "any",
    "192.0.2.256", "vpn.example.com", "2001:db8::1",  "192.0.2.001"};
static const char *const subnets[] = {
    "10.0.0.0/24", "10.0.1.0/24",  "10.0.0.0/16", "192.168.0.0/16", "10.0.0.1/24",
    "0.0.0.0/0",   "192.0.2.1/32", "10.0.0.0/33", "10.0.0.0/08",    "10.0.0.0 255.255.255.0",
    "10.0.0.0/",   "10.0.0.0"};
static const char *const identities[] = {"inet 192.0.2.1",
					 "inet 192.0.2.2",
					 "name a",
					 "name b",
					 "a.example.com",
					 "@b.example.com",
					 "email a@b.c",
					 "key 0x6162",
					 "dn \"C=SE, O=Ex\"",
					 "dn CN=a",
					 "192.0.2.0/24",
					 "*.example.com",
					 "name \"a b\"",
					 "key a",
					 "192.0.2.1-192.0.2.9",
					 "C=SE, O=*",
					 "autodetect",
					 "@#6162",
					 "asn1dn:#3000",
					 "none"};
static const char *const secrets[] = {WORDS_SECRET,
				      WORDS_SECRET,
				      "plant-plant-plant",
				      "0sQm9sbGRpY2stMTg0",
				      "0x626f6c6c6469636b",
				      "\"with blanks in it\"",
				      "short",
				      "secret secret",
				      "Westermo2024",
				      "****"};
static const char *const labels[] = {"a", "b", "plant", "none", "\"a b\"", "../a", "a.pem"};
static const char *const texts[] = {"a",   "\"to the plant\"", "to the plant", "ipsec1", "\"",
				    "a#b", "\xc3\xa5"};
static const char *const choices[] = {"psk",	 "cert",    "1",      "2",    "clear", "trap",
				      "restart", "relaxed", "strict", "hold", "off"};
static const char *const times[] = {"1h", "60", "59",	   "60s",     "30d", "31d",
				    "1m", "1x", "2592000", "2592001", "0"};
static const char *const numbers[] = {"0",    "1",    "2",  "30",	  "120",
				      "3600", "3601", "-1", "4294967296", "030"};
static const char *const contexts[] = {
    "tunnel",	  "ipsec 1",	 "ipsec 2",
    "ipsec 3",	  "ipsec 65535", "ipsec 65536",
    "no ipsec 1", "no ipsec",	 "no tunnel",
    "end",	  "end",	 "end",
    "exit",	  "leave",	 "abort",
    "gre 1",	  "ssl 1",	 "configure",
    "do show",	  "iface vlan1", "iface vlan1 inet static address 192.0.2.1/24",
    "no",	  "firewall",	 "system"};
static const char *const others[] = {"# Westermo WeOS v5.23.0",
				     "# Westermo WeOS v4.33.0",
				     "# weipsec: policy nist",
				     "# weipsec: policy bsi",
				     "a:/config/tunnel/ipsec-1/#> peer 192.0.2.1",
				     "a:/#> show running-config",
				     "--More--",
				     "#",
				     "",
				     "a:/config/tunnel/#> ",
				     "    \tpeer 192.0.2.1",
				     "hostname a",
				     "\xef\xbb\xbftunnel",
				     "^C",
				     "====",
				     "Invalid syntax"};

uint32_t chance_below(struct chance *chance, uint32_t count)
{
	chance->state ^= chance->state << 13;
	chance->state ^= chance->state >> 7;
	chance->state ^= chance->state << 17;
	return (uint32_t)(chance->state >> 32) % count;
}

static void put(struct piece *to, const char *words)
{
	size_t length = strlen(words), room = sizeof(to->bytes) - to->length;

	length = length < room ? length : room;
	memcpy(to->bytes + to->length, words, length);
	to->length += length;
}

static const char *any_algorithm(struct chance *chance)
{
	static const char *const foreign[] = {"3des",	"des",	"md5",	       "modp1024",
					      "aes192", "null", "aes128gcm64", "sha2"};
	uint32_t number = chance_below(chance, ALGORITHM_COUNT + COUNT(foreign) / 2);

	return number < ALGORITHM_COUNT ? algorithm_table[number].word : PICK(chance, foreign);
}

/* One that fits SLOT; seldom another. */
static const char *algorithm_for(struct chance *chance, enum suite_slot slot)
{
	uint32_t at = chance_below(chance, ALGORITHM_COUNT);

	if (!chance_below(chance, 16))
		return any_algorithm(chance);
	while (algorithm_slot(algorithm_table[at].kind) != slot)
		at = (at + 1) % ALGORITHM_COUNT;
	return algorithm_table[at].word;
}

static void put_suite(struct chance *chance, struct piece *to)
{
	for (int i = 0; i < SUITE_SLOTS; i++) {
		enum suite_slot slot = (enum suite_slot)i;

		/* a suite has one of these two, or none */
		if ((slot == SUITE_AUTH || slot == SUITE_PRF) && chance_below(chance, 2))
			continue;
		if (!chance_below(chance, 16))
			continue;
		put(to, to->length ? " " : "");
		put(to, suite_slot_word(slot));
		put(to, " ");
		put(to, algorithm_for(chance, slot));
	}
}

void words_value(struct chance *chance, enum setting setting, struct piece *to)
{
	struct piece suite = {.length = 0};

	switch (setting_table[setting].type) {
	case SETTING_FLAG:
		break;
	case SETTING_CHOICE:
		put(to, PICK(chance, choices));
		break;
	case SETTING_NUMBER:
		put(to, PICK(chance, numbers));
		break;
	case SETTING_DURATION:
		put(to, PICK(chance, times));
		break;
	case SETTING_SUITE:
		put_suite(chance, &suite);
		for (size_t i = 0; i < suite.length && to->length < sizeof(to->bytes); i++)
			to->bytes[to->length++] = suite.bytes[i];
		break;
	case SETTING_SECRET_TEXT:
		put(to, PICK(chance, secrets));
		break;
	case SETTING_LABEL:
		put(to, PICK(chance, labels));
		break;
	case SETTING_ADDRESS:
		put(to, PICK(chance, addresses));
		break;
	case SETTING_SUBNET:
		put(to, PICK(chance, subnets));
		break;
	case SETTING_IDENTITY:
		put(to, PICK(chance, identities));
		break;
	case SETTING_TEXT:
		put(to, PICK(chance, texts));
		break;
	}
}

static const char *any_setting(struct chance *chance)
{
	if (chance_below(chance, 4))
		return setting_table[chance_below(chance, SETTING_COUNT)].word;
	return weos4_table[chance_below(chance, WEOS4_COUNT)].info.word;
}

void words_word(struct chance *chance, struct piece *to)
{
	switch (chance_below(chance, 8)) {
	case 0:
		put(to, PICK(chance, contexts));
		break;
	case 1:
		put(to, any_algorithm(chance));
		break;
	case 2:
		put(to, any_setting(chance));
		break;
	case 3:
		put(to, suite_slot_word((enum suite_slot)chance_below(chance, SUITE_SLOTS)));
		break;
	case 4:
		put(to, "no");
		break;
	default:
		words_value(chance, (enum setting)chance_below(chance, SETTING_COUNT), to);
	}
}

static void put_setting(struct chance *chance, struct piece *to)
{
	uint32_t setting = chance_below(chance, SETTING_COUNT);
	size_t from = to->length;

	put(to, chance_below(chance, 8) ? "" : "no ");
	put(to, setting_table[setting].word);
	/* abbreviated, or cut */
	if (!chance_below(chance, 16) && to->length - from > 2)
		to->length -= 1 + chance_below(chance, 2);
	put(to, " ");
	words_value(chance, (enum setting)setting, to);
}

static void put_weos4(struct chance *chance, struct piece *to)
{
	const struct weos4_info *row = &weos4_table[chance_below(chance, WEOS4_COUNT)];

	put(to, chance_below(chance, 8) ? "" : "no ");
	put(to, row->info.word);
	put(to, " ");
	if (row->counterpart >= 0)
		words_value(chance, (enum setting)row->counterpart, to);
	else
		words_word(chance, to);
}

static void put_comment(struct chance *chance, struct piece *to)
{
	put(to, "# weipsec: ignore ");
	put(to, rule_table[chance_below(chance, RULE_COUNT)].id);
	put(to, chance_below(chance, 2) ? "" : " -- until May");
}

void words_line(struct chance *chance, struct piece *to)
{
	put(to, chance_below(chance, 4) ? "" : "        ");
	switch (chance_below(chance, 12)) {
	case 0:
	case 1:
		put(to, PICK(chance, contexts));
		break;
	case 2:
		put(to, PICK(chance, others));
		break;
	case 3:
		put_comment(chance, to);
		break;
	case 4:
	case 5:
		put_weos4(chance, to);
		break;
	default:
		put_setting(chance, to);
	}
	put(to, chance_below(chance, 32) ? "\n" : "\r\n");
}

bool words_whole(struct chance *chance, unsigned number, struct piece *to)
{
	static const char *const lines[][2] = {
	    {"ipsec 1", "ipsec 2"},
	    {"peer 192.0.2.2", "peer 198.51.100.2"},
	    {"local-address 192.0.2.1", "local-address 198.51.100.1"},
	    {"local-subnet 10.0.0.0/24", "local-subnet 10.0.1.0/24"},
	    {"remote-subnet 10.1.0.0/24", "remote-subnet 10.2.0.0/16"},
	    {"secret " WORDS_SECRET, "secret plant-plant-plant"},
	    {"ike cipher aes256 auth sha256 dh ecp256",
	     "ike cipher aes128gcm16 prf prfsha256 dh x25519"},
	    {"esp cipher aes256 auth sha256 dh ecp256", "esp cipher aes128gcm16 dh x25519"},
	    {"local-id name a", "no initiator"},
	    {"remote-id name b", "initiator"},
	    {"version 2", "version 1"},
	    {"end", "end"},
	};

	if (number >= COUNT(lines))
		return false;
	put(to, lines[number][chance_below(chance, 2)]);
	put(to, "\n");
	return true;
}
