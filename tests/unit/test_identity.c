/* SPDX-License-Identifier: ISC */
/*
 * Identities: what each type takes, what type a value without one is given, and which are equal.
 * The expectations for values without a type are what libstrongswan 5.9.8 makes of them.
 */
#include "compiler/model/identity.h"
#include "compiler/model/identity_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tests, failures;

static void result(bool ok, const char *what, const char *value)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s %s\n", ok ? "" : "not ", tests, what, value);
}

/* One reading, and everything that it rests on. */
struct reading {
	struct arena *arena;
	struct identity identity;
	struct identity_flaw flaw;
	bool good;
};

static void read_bytes(struct reading *reading, enum identity_word word, const char *bytes,
		       size_t size)
{
	struct slice copy;

	reading->arena = arena_new();
	if (!reading->arena)
		abort();
	copy = (struct slice){arena_copy(reading->arena, bytes, size), size};
	reading->good =
	    identity_parse(reading->arena, word, copy, &reading->identity, &reading->flaw);
}

static void read_string(struct reading *reading, enum identity_word word, const char *value)
{
	read_bytes(reading, word, value, strlen(value));
}

static void forget(struct reading *reading)
{
	arena_free(reading->arena);
}

static bool is_refused(const struct reading *reading, enum rule rule)
{
	return !reading->good && reading->flaw.why && reading->flaw.rule == rule;
}

static bool is_taken(const struct reading *reading)
{
	return reading->good && !reading->flaw.why && reading->identity.key.length > 0;
}

#define AUTO IDENTITY_WORD_AUTODETECT
#define INET IDENTITY_WORD_INET
#define NAME IDENTITY_WORD_NAME
#define EMAIL IDENTITY_WORD_EMAIL
#define KEY IDENTITY_WORD_KEY
#define DN IDENTITY_WORD_DN

/* CN=ABC as UTF8String; C=SE, O=Example, CN=alice as PrintableString */
#define DER_ABC "300e310c300a06035504030c03414243"
#define DER_ALICE                                                                                  \
	"302f310b3009060355040613025345311030"                                                     \
	"0e060355040a13074578616d706c65310e300c06035504031305616c696365"

struct taken {
	enum identity_word word;
	const char *input;
	enum identity_type type;
	const char *value; /* NULL: the input */
	bool wildcard;
};

/* clang-format off */
static const struct taken taken[] = {
    {INET, "192.168.1.10", IDENTITY_INET, NULL, false},
    {INET, "255.255.255.255", IDENTITY_INET, NULL, false},
    {INET, "0.0.0.0", IDENTITY_ANY, NULL, true},
    {INET, "%any", IDENTITY_ANY, NULL, true},
    {INET, "::", IDENTITY_ANY, NULL, true},
    {NAME, "server.example.com", IDENTITY_NAME, NULL, false},
    {NAME, "10.0.0.1", IDENTITY_NAME, NULL, false},
    {NAME, "CN=x", IDENTITY_NAME, NULL, false},
    {NAME, "a:b", IDENTITY_NAME, NULL, false},
    {NAME, "a@b", IDENTITY_NAME, NULL, false},
    {NAME, "#a", IDENTITY_NAME, NULL, false},
    {NAME, "fqdn:a", IDENTITY_NAME, NULL, false},
    {NAME, "fe80::1", IDENTITY_NAME, NULL, false},
    {NAME, "*.example.com", IDENTITY_NAME, NULL, true},
    {NAME, "alice*", IDENTITY_NAME, NULL, false},
    {NAME, "*", IDENTITY_NAME, NULL, true},
    {NAME, "%any6", IDENTITY_NAME, NULL, false},
    {NAME, "0::0", IDENTITY_NAME, NULL, false},
    {EMAIL, "user@example.com", IDENTITY_EMAIL, NULL, false},
    {EMAIL, "*@example.com", IDENTITY_EMAIL, NULL, true},
    {KEY, "my_vpn_key", IDENTITY_KEY, NULL, false},
    {KEY, "*", IDENTITY_KEY, NULL, false},
    {KEY, "0.0.0.0", IDENTITY_KEY, NULL, false},
    {KEY, "CN=x, O=y", IDENTITY_KEY, NULL, false},

    /* 1. a prefix, in any case */
    {AUTO, "ipv4:#0a000001", IDENTITY_INET, "10.0.0.1", false},
    {AUTO, "ipv4:#00000000", IDENTITY_ANY, "0.0.0.0", true},
    {AUTO, "ipv4:abcd", IDENTITY_INET, "97.98.99.100", false},
    {AUTO, "ipv4net:#0a000005ffffff00", IDENTITY_INET_RANGE, "10.0.0.0/24", true},
    {AUTO, "ipv4net:#0000000000000000", IDENTITY_INET_RANGE, "0.0.0.0/0", true},
    {AUTO, "ipv4range:#0a0000010a000009", IDENTITY_INET_RANGE, "10.0.0.1-10.0.0.9", true},
    {AUTO, "rfc822:abc", IDENTITY_EMAIL, "abc", false},
    {AUTO, "email:u@d", IDENTITY_EMAIL, "u@d", false},
    {AUTO, "userfqdn:u@d", IDENTITY_EMAIL, "u@d", false},
    {AUTO, "fqdn:abc", IDENTITY_NAME, "abc", false},
    {AUTO, "FqDn:abc", IDENTITY_NAME, "abc", false},
    {AUTO, "dns:10.0.0.1", IDENTITY_NAME, "10.0.0.1", false},
    {AUTO, "fqdn:a=b", IDENTITY_NAME, "a=b", false},
    {AUTO, "fqdn:#616263", IDENTITY_NAME, "abc", false},
    {AUTO, "fqdn:#0x616263", IDENTITY_NAME, "abc", false},
    {AUTO, "fqdn:#61:62:63", IDENTITY_NAME, "abc", false},
    {AUTO, "fqdn:*", IDENTITY_NAME, "*", true},
    {AUTO, "keyid:abc", IDENTITY_KEY, "abc", false},
    {AUTO, "keyid:#0aff", IDENTITY_KEY, "\x0a\xff", false},

    /* 2. {N}: */
    {AUTO, "{2}:abc", IDENTITY_NAME, "abc", false},
    {AUTO, "{ 0x2}:abc", IDENTITY_NAME, "abc", false},
    {AUTO, "{11}:#6162", IDENTITY_KEY, "ab", false},
    {AUTO, "{3}:u@d", IDENTITY_EMAIL, "u@d", false},
    {AUTO, "{0}:abc", IDENTITY_ANY, "abc", true},
    {AUTO, "{2}abc", IDENTITY_NAME, NULL, false},
    {AUTO, "{2:abc", IDENTITY_KEY, NULL, false},
    {AUTO, "{2x}:abc", IDENTITY_KEY, NULL, false},
    {AUTO, "a{2}:b", IDENTITY_KEY, NULL, false},

    /* 3. `=': a distinguished name, or else a key ID */
    {AUTO, "C=SE, O=Example, CN=alice", IDENTITY_DN, NULL, false},
    {AUTO, "/C=SE/O=Example/CN=alice", IDENTITY_DN, NULL, false},
    {AUTO, "CN=*, O=x", IDENTITY_DN, NULL, true},
    {AUTO, "CN=*x", IDENTITY_DN, NULL, false},
    {AUTO, "CN=", IDENTITY_DN, NULL, false},
    {AUTO, "CN=x,", IDENTITY_DN, NULL, false},
    {AUTO, "CN==x", IDENTITY_DN, NULL, false},
    {AUTO, "C N=x", IDENTITY_DN, NULL, false},
    {AUTO, "E=a@b", IDENTITY_DN, NULL, false},
    {AUTO, "CN=a:b", IDENTITY_DN, NULL, false},
    {AUTO, "foo=bar", IDENTITY_KEY, NULL, false},
    {AUTO, "S=x", IDENTITY_KEY, NULL, false},
    {AUTO, "CN=x, S=y", IDENTITY_KEY, NULL, false},
    {AUTO, "CN=\"x,y\"", IDENTITY_KEY, NULL, false},
    {AUTO, "CN=x,,O=y", IDENTITY_KEY, NULL, false},
    {AUTO, "CN=x/O=y", IDENTITY_DN, NULL, false},
    {AUTO, "//CN=x", IDENTITY_KEY, NULL, false},
    {AUTO, ",CN=x", IDENTITY_KEY, NULL, false},
    {AUTO, "CN=x, O", IDENTITY_KEY, NULL, false},
    {AUTO, "=", IDENTITY_KEY, NULL, false},
    {AUTO, "a@b=c", IDENTITY_KEY, NULL, false},
    {AUTO, "@CN=x", IDENTITY_KEY, NULL, false},

    /* 4. no `@': anyone, addresses, names, key IDs */
    {AUTO, "%any", IDENTITY_ANY, NULL, true},
    {AUTO, "%any6", IDENTITY_ANY, NULL, true},
    {AUTO, "0.0.0.0", IDENTITY_ANY, NULL, true},
    {AUTO, "*", IDENTITY_ANY, NULL, true},
    {AUTO, "::", IDENTITY_ANY, NULL, true},
    {AUTO, "0::0", IDENTITY_ANY, NULL, true},
    {AUTO, "%ANY", IDENTITY_NAME, NULL, false},
    {AUTO, "10.0.0.1", IDENTITY_INET, NULL, false},
    {AUTO, "10.0.0.5/24", IDENTITY_INET_RANGE, "10.0.0.0/24", true},
    {AUTO, "10.0.0.1/32", IDENTITY_INET_RANGE, NULL, true},
    {AUTO, "0.0.0.0/0", IDENTITY_INET_RANGE, NULL, true},
    {AUTO, "10.0.0.1/", IDENTITY_INET_RANGE, "0.0.0.0/0", true},
    {AUTO, "10.0.0.1/24x", IDENTITY_INET_RANGE, "10.0.0.0/24", true},
    {AUTO, "10.0.0.1/33", IDENTITY_NAME, NULL, false},
    {AUTO, "10.0.0.1/-1", IDENTITY_NAME, NULL, false},
    {AUTO, "10.0.0.1/255.0.0.0", IDENTITY_NAME, NULL, false},
    {AUTO, "10.0.0.1-10.0.0.9", IDENTITY_INET_RANGE, NULL, true},
    {AUTO, "10.0.0.9-10.0.0.1", IDENTITY_NAME, NULL, false},
    {AUTO, "10.0.0.1-", IDENTITY_NAME, NULL, false},
    {AUTO, "010.0.0.1", IDENTITY_NAME, NULL, false},
    {AUTO, "10.1", IDENTITY_NAME, NULL, false},
    {AUTO, "167772161", IDENTITY_NAME, NULL, false},
    {AUTO, "alice", IDENTITY_NAME, NULL, false},
    {AUTO, "my_vpn_key", IDENTITY_NAME, NULL, false},
    {AUTO, "*.example.com", IDENTITY_NAME, NULL, true},
    {AUTO, "host:500", IDENTITY_KEY, NULL, false},
    {AUTO, "a:b", IDENTITY_KEY, NULL, false},
    {AUTO, "10.0.0.1:500", IDENTITY_KEY, NULL, false},

    /* 5. `@' */
    {AUTO, "@#0x6162", IDENTITY_KEY, "ab", false},
    {AUTO, "@#6162", IDENTITY_KEY, "ab", false},
    {AUTO, "@@x", IDENTITY_EMAIL, "x", false},
    {AUTO, "@x", IDENTITY_NAME, "x", false},
    {AUTO, "@10.0.0.1", IDENTITY_NAME, "10.0.0.1", false},
    {AUTO, "x@y", IDENTITY_EMAIL, NULL, false},
    {AUTO, "*@example.com", IDENTITY_EMAIL, NULL, true},
};
/* clang-format on */

static void test_taken(size_t i)
{
	const char *value = taken[i].value ? taken[i].value : taken[i].input;
	struct reading reading;

	read_string(&reading, taken[i].word, taken[i].input);
	result(is_taken(&reading) && reading.identity.type == taken[i].type &&
		   reading.identity.form == (taken[i].word ? IDENTITY_TYPED : IDENTITY_DEDUCED) &&
		   slice_is(reading.identity.value, value) &&
		   reading.identity.wildcard == taken[i].wildcard,
	       identity_type_name(taken[i].type), taken[i].input);
	forget(&reading);
}

static const struct {
	enum identity_word word;
	const char *input;
	enum rule rule;
} refused[] = {
    {AUTO, "", WI413},
    {NAME, "", WI413},
    {INET, "alice", WI413},
    {INET, "10.0.0", WI413},
    {INET, "10.0.0.256", WI413},
    {INET, "010.0.0.1", WI413},
    {INET, "10.0.0.0/24", WI413},
    {INET, "2001:db8::1", WI413},
    {EMAIL, "alice", WI413},
    {EMAIL, "@example.com", WI413},
    {EMAIL, "alice@", WI413},
    {EMAIL, "a@b@c", WI413},
    {EMAIL, "a b@c", WI413},
    {NAME, "v\xc3\xa4ster\xc3\xa5s", WI413},
    {KEY, "a\tb", WI413},
    {AUTO, "a\x7f", WI413},
    {DN, "CN=Alice, O=Example", WI415},
    {DN, "alice", WI415},
    {DN, DER_ABC, WI415},
    {DN, "0x", WI415},
    {DN, "0x30", WI415},
    {DN, "0x3000", WI415},
    {DN, "0x" DER_ABC "00", WI415},
    {DN, "0x" DER_ABC "0", WI415},
    {DN, "0x3g", WI415},
    {DN, "0x30:0e", WI415},
    {DN, "0x0403616263", WI415},
    {DN, "0x3080310c300a06035504030c034142430000", WI415},
    {DN, "0x30810e310c300a06035504030c03414243", WI415},
    {DN, "0x300f310d300b06035504030c8103414243", WI415},
    {DN, "0x3010310e300c06035504032c050c03414243", WI415},
    {DN, "0x300e310c300a06035504030c04414243", WI415},
    {AUTO, "asn1dn:CN=x", WI415},
    {AUTO, "{9}:#3000", WI415},
    {AUTO, "fqdn:", WI413},
    {AUTO, "fqdn:#", WI413},
    {AUTO, "keyid:", WI413},
    {AUTO, "keyid:#", WI413},
    {AUTO, "keyid:#0x", WI413},
    {AUTO, "keyid:#zz", WI413},
    {AUTO, "keyid:#123", WI413},
    {AUTO, "keyid:#12::34", WI413},
    {AUTO, "keyid:#:12", WI413},
    {AUTO, "keyid:#12:", WI413},
    {AUTO, "@", WI413},
    {AUTO, "@@", WI413},
    {AUTO, "@#", WI413},
    {AUTO, "a@", WI413},
    {AUTO, "fqdn:#0a", WI413},
    {AUTO, "ipv4:10.0.0.1", WI413},
    {AUTO, "ipv4net:10.0.0.0/24", WI413},
    {AUTO, "ipv4net:#0a00000000ff00ff", WI413},
    {AUTO, "ipv4range:#0a0000090a000001", WI413},
    {AUTO, "asn1gn:abc", WI413},
    {AUTO, "xmppaddr:a@b", WI413},
    {AUTO, "{12}:abc", WI413},
    {AUTO, "{-1}:abc", WI413},
    {AUTO, "::1", WI206},
    {AUTO, "fe80::1%eth0", WI206},
    {AUTO, "2001:db8::/32", WI206},
    {AUTO, "2001:db8::1-2001:db8::2", WI206},
    {AUTO, "ipv6:#00", WI206},
};

static void test_refused(size_t i)
{
	struct reading reading;

	read_string(&reading, refused[i].word, refused[i].input);
	result(is_refused(&reading, refused[i].rule), rule_table[refused[i].rule].id,
	       refused[i].word == NAME || refused[i].word == KEY ? "a typed one"
								 : refused[i].input);
	forget(&reading);
}

static const struct {
	enum identity_word word;
	const char *input;
	enum identity_word other_word;
	const char *other;
	bool equal;
} pairs[] = {
    {NAME, "Alice", AUTO, "aLICE", true},
    {NAME, "alice", KEY, "alice", false},
    {NAME, "10.0.0.1", INET, "10.0.0.1", false},
    {INET, "10.0.0.1", AUTO, "ipv4:#0a000001", true},
    {INET, "10.0.0.1", AUTO, "10.0.0.1/32", false},
    {AUTO, "10.0.0.0/24", AUTO, "10.0.0.9/24", true},
    {AUTO, "10.0.0.0/24", AUTO, "10.0.0.0-10.0.0.255", true},
    {AUTO, "10.0.0.0/24", AUTO, "10.0.0.0/25", false},
    {EMAIL, "A@b.c", AUTO, "a@B.C", true},
    {EMAIL, "a@b", NAME, "a@b", false},
    {KEY, "Alice", KEY, "alice", false},
    {KEY, "alice", AUTO, "@#616c696365", true},
    {INET, "0.0.0.0", AUTO, "*", true},
    {DN, "0x" DER_ALICE, AUTO, "C=SE, O=Example, CN=alice", true},
    {DN, "0X" DER_ALICE, AUTO, "/c=se/o=EXAMPLE/cn=Alice", true},
    {DN, "0x" DER_ALICE, AUTO, "asn1dn:#" DER_ALICE, true},
    {DN, "0x" DER_ALICE, AUTO, "O=Example, C=SE, CN=alice", false},
    {DN, "0x" DER_ALICE, AUTO, "C=SE, O=Example", false},
    {DN, "0x" DER_ABC, AUTO, "CN=abc", true},
    {AUTO, "CN=a_b", AUTO, "CN=A_b", false},
    {AUTO, "E=A@b", AUTO, "emailAddress=a@B", true},
    {AUTO, "CN=a, O=b", AUTO, "CN=a , O = b ,", true},
    {AUTO, "CN=ab", AUTO, "CN=a, O=b", false},
    {AUTO, "SN=a", AUTO, "serialNumber=a", false},
    {KEY, "CN=a", AUTO, "CN=a", false},
};

static void test_pair(size_t i)
{
	struct reading one, other;
	struct slice a, b;
	bool equal;

	read_string(&one, pairs[i].word, pairs[i].input);
	read_string(&other, pairs[i].other_word, pairs[i].other);
	a = one.identity.key;
	b = other.identity.key;
	equal = a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
	result(is_taken(&one) && is_taken(&other) && equal == pairs[i].equal,
	       pairs[i].equal ? "equal" : "not equal", pairs[i].other);
	forget(&one);
	forget(&other);
}

/* The words of a name that charon knows; a DER of each OID is in no other test. */
/* clang-format off */
static const char *const known[] = {
    "ND", "UID", "DC", "CN", "SN", "serialNumber", "C", "L", "ST", "STREET", "O", "OU", "T", "D",
    "postalAddress", "postalCode", "N", "G", "I", "dnQualifier", "dmdName", "pseudonym", "ID", "EN",
    "employeeNumber", "E", "Email", "emailAddress", "UN", "unstructuredName", "UA",
    "unstructuredAddress", "TCGID", "cn", "EMAILADDRESS",
};
/* clang-format on */

static void test_attributes(void)
{
	struct reading reading;
	char value[64];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		snprintf(value, sizeof(value), "%s=x", known[i]);
		read_string(&reading, AUTO, value);
		result(is_taken(&reading) && reading.identity.type == IDENTITY_DN, "attribute",
		       value);
		forget(&reading);
	}
}

static void test_count(int count, enum identity_type type)
{
	struct reading reading;
	char value[256] = "";
	size_t used = 0;

	for (int i = 0; i < count; i++)
		used +=
		    (size_t)snprintf(value + used, sizeof(value) - used, "%sO=%d", i ? "," : "", i);
	read_string(&reading, AUTO, value);
	result(is_taken(&reading) && reading.identity.type == type, "as many parts as in", value);
	forget(&reading);
}

static void test_length(size_t length, bool fits)
{
	struct reading reading;
	char *value = malloc(length);

	if (!value)
		abort();
	memset(value, 'a', length);
	for (int word = AUTO; word <= DN; word++) {
		if (word == INET || word == EMAIL || word == DN)
			continue;
		read_bytes(&reading, (enum identity_word)word, value, length);
		result(fits ? is_taken(&reading) : is_refused(&reading, WI413),
		       fits ? "fits" : "is too long", word == AUTO ? "untyped" : "typed");
		forget(&reading);
	}
	free(value);
}

/* Every byte that is not printable ASCII is refused, wherever it stands; no byte does harm. */
static void test_bytes(void)
{
	bool good = true;

	for (int byte = 0; byte < 256; byte++) {
		char value[3] = {'a', (char)byte, 'b'};

		for (int word = AUTO; word <= DN; word++) {
			struct reading reading;

			read_bytes(&reading, (enum identity_word)word, value, sizeof(value));
			if (byte < ' ' || byte > '~')
				good = good && is_refused(&reading, WI413);
			else
				good = good && reading.good == !reading.flaw.why;
			forget(&reading);
		}
	}
	result(good, "any byte", "in the middle");
}

/* What the deduction looks at, strung together at random: a flaw or an identity with a key. */
/* clang-format off */
static const char *const parts[] = {
    "{", "}", ":", "#", "@", "=", "/", "-", ",", " ", "*", "%", "0x", "CN", "O=", "10.0.0.1", "::",
    "fqdn:", "keyid:", "asn1dn:#30", "ipv4net:#", "2", "ff", "a", "\\", "\"",
};
/* clang-format on */

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static void test_random(void)
{
	unsigned state = 1;
	bool good = true;

	for (int round = 0; round < 20000; round++) {
		struct reading reading;
		char value[256] = "";
		size_t used = 0;

		for (unsigned i = 0; i <= (state >> 13 & 7); i++) {
			state = state * 1103515245U + 12345U;
			used += (size_t)snprintf(value + used, sizeof(value) - used, "%s",
						 parts[(state >> 16) % PARTS]);
		}
		state = state * 1103515245U + 12345U;
		read_string(&reading, AUTO, value);
		good =
		    good && (is_taken(&reading) || (!reading.good && reading.flaw.why));
		forget(&reading);
	}
	result(good, "random values", "are taken, or refused with a reason");
}

static void test_words(void)
{
	result(identity_word_find((struct slice){"inet", 4}) == INET, "word", "inet");
	result(identity_word_find((struct slice){"dn", 2}) == DN, "word", "dn");
	result(identity_word_find((struct slice){"autodetect", 10}) == AUTO, "word", "autodetect");
	result(identity_word_find((struct slice){"Name", 4}) == -1, "no word", "Name");
	result(identity_word_find((struct slice){"nam", 3}) == -1, "no word", "nam");
}

static void test_from_ip(void)
{
	struct arena *arena = arena_new();
	struct identity identity = {.form = IDENTITY_AUTO};
	struct reading reading;

	read_string(&reading, INET, "192.168.0.1");
	result(identity_from_ip(arena, 0xc0a80001, &identity) && identity.type == IDENTITY_INET &&
		   identity.form == IDENTITY_AUTO && identity.ip == 0xc0a80001 &&
		   slice_is(identity.value, "192.168.0.1") &&
		   identity.key.length == reading.identity.key.length &&
		   memcmp(identity.key.at, reading.identity.key.at, identity.key.length) == 0,
	       "automatic", "192.168.0.1");
	forget(&reading);
	arena_free(arena);
}

/* A readable name behind `dn' gets the hint to drop the word. */
static void test_hint(void)
{
	struct reading reading;

	read_string(&reading, DN, "CN=Alice");
	result(is_refused(&reading, WI415) && reading.flaw.help &&
		   strstr(reading.flaw.help, "drop the word 'dn'"),
	       "hint", "to drop the word 'dn'");
	forget(&reading);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		test_taken(i);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		test_refused(i);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		test_pair(i);
	test_attributes();
	test_count(20, IDENTITY_DN);
	test_count(21, IDENTITY_KEY);
	test_length(255, true);
	test_length(256, false);
	test_length(100000, false);
	test_bytes();
	test_random();
	test_words();
	test_from_ip();
	test_hint();
	printf("1..%d\n", tests);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
