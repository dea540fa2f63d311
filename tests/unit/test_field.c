/* SPDX-License-Identifier: ISC */
/*
 * The fields of a tunnel: each setting has its own, and two tunnels differ where they were changed.
 */
#include "compiler/model/field.h"
#include "compiler/model/resolve.h"

#include <stdio.h>
#include <stdlib.h>

static int tests, failures;

static void result(bool ok, const char *what, enum setting setting)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s: %s\n", ok ? "" : "not ", tests, setting_table[setting].word, what);
}

/* Gives SETTING a value that is not its default. */
static void change(struct tunnel *tunnel, enum setting setting)
{
	static const struct slice word = {"word", 4};
	static const struct suite written = {.set = true};
	void *field = field_of(tunnel, setting);

	switch (setting_table[setting].type) {
	case SETTING_FLAG:
		*(bool *)field = !*(bool *)field;
		break;
	case SETTING_CHOICE:
		*(int *)field += 1;
		break;
	case SETTING_NUMBER:
	case SETTING_DURATION:
		*(uint32_t *)field += 1;
		break;
	case SETTING_SUITE:
		*(const struct suite **)field = &written;
		break;
	case SETTING_SECRET_TEXT:
		*(struct secret *)field = (struct secret){.set = true, .bytes = word};
		break;
	case SETTING_ADDRESS:
		*(struct address *)field = (struct address){.set = true, .ip = 1};
		break;
	case SETTING_SUBNET:
		*(struct subnet *)field = (struct subnet){.set = true, .known = true, .length = 1};
		break;
	case SETTING_IDENTITY:
		*(struct identity *)field = (struct identity){.type = IDENTITY_NAME, .key = word};
		break;
	case SETTING_LABEL:
	case SETTING_TEXT:
		*(struct slice *)field = word;
		break;
	}
}

/* True if A and B differ in WHICH alone; -1: in nothing. */
static bool differ_in(const struct tunnel *a, const struct tunnel *b, int which)
{
	for (int setting = 0; setting < SETTING_COUNT; setting++) {
		if (field_equal(a, b, (enum setting)setting) != (setting != which))
			return false;
	}
	return true;
}

static void test_change(enum setting setting)
{
	struct tunnel tunnel = tunnel_standard;

	change(&tunnel, setting);
	result(differ_in(&tunnel, &tunnel_standard, (int)setting), "changed alone", setting);
	field_reset(&tunnel, setting);
	result(differ_in(&tunnel, &tunnel_standard, -1), "reset", setting);
}

/* Values that are both given. */
static void test_given(void)
{
	struct tunnel a = tunnel_standard, b = tunnel_standard;
	struct suite one = {.set = true}, other = {.set = true};

	a.peer = (struct address){.set = true, .ip = 1};
	b.peer = (struct address){.set = true, .ip = 2};
	result(!field_equal(&a, &b, SETTING_PEER), "another address", SETTING_PEER);
	a.secret = (struct secret){.set = true, .bytes = {"0", 1}};
	b.secret = (struct secret){.set = true, .hex = true, .bytes = {"0", 1}};
	result(field_equal(&a, &b, SETTING_SECRET), "the same in hex", SETTING_SECRET);
	b.secret.bytes.at = "1";
	result(!field_equal(&a, &b, SETTING_SECRET), "another", SETTING_SECRET);
	a.ike = &one;
	b.ike = &other;
	one.slot[SUITE_DH].at.from = 1;
	result(field_equal(&a, &b, SETTING_IKE), "the same elsewhere in the text", SETTING_IKE);
	one.slot[SUITE_DH].algorithm = &algorithm_table[0];
	result(!field_equal(&a, &b, SETTING_IKE), "another algorithm", SETTING_IKE);
	a.remote_id = (struct identity){.type = IDENTITY_ANY, .key = {"*", 1}};
	b.remote_id = (struct identity){.type = IDENTITY_ANY};
	result(field_equal(&a, &b, SETTING_REMOTE_ID), "any, typed or not", SETTING_REMOTE_ID);
}

int main(void)
{
	for (int setting = 0; setting < SETTING_COUNT; setting++)
		test_change((enum setting)setting);
	test_given();
	printf("1..%d\n", tests);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
