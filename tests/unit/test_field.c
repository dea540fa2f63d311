/* SPDX-License-Identifier: ISC */
/* The fields of a tunnel: each setting has its own, and two tunnels differ where they were changed. */
#include "compiler/model/field.h"
#include "compiler/model/resolve.h"

#include <stdio.h>
#include <stdlib.h>

static int tests, failures;

static void result(bool ok, const char *what, enum option option)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s: %s\n", ok ? "" : "not ", tests, option_table[option].word, what);
}

/* Gives OPTION a value that is not its default. */
static void change(struct tunnel *tunnel, enum option option)
{
	static const struct slice word = {"word", 4};
	static const struct suite written = {.set = true};
	void *field = field_of(tunnel, option);

	switch (option_table[option].type) {
	case OPTION_FLAG:
		*(bool *)field = !*(bool *)field;
		break;
	case OPTION_CHOICE:
		*(int *)field += 1;
		break;
	case OPTION_NUMBER:
	case OPTION_DURATION:
		*(uint32_t *)field += 1;
		break;
	case OPTION_SUITE:
		*(const struct suite **)field = &written;
		break;
	case OPTION_SECRET_TEXT:
		*(struct secret *)field = (struct secret){.set = true, .bytes = word};
		break;
	case OPTION_ADDRESS:
		*(struct address *)field = (struct address){.set = true, .ip = 1};
		break;
	case OPTION_SUBNET:
		*(struct subnet *)field = (struct subnet){.set = true, .known = true, .length = 1};
		break;
	case OPTION_IDENTITY:
		*(struct identity *)field = (struct identity){.type = IDENTITY_NAME, .key = word};
		break;
	case OPTION_LABEL:
	case OPTION_TEXT:
		*(struct slice *)field = word;
		break;
	}
}

/* True if A and B differ in WHICH alone; -1: in nothing. */
static bool differ_in(const struct tunnel *a, const struct tunnel *b, int which)
{
	for (int option = 0; option < OPTION_COUNT; option++) {
		if (field_equal(a, b, (enum option)option) != (option != which))
			return false;
	}
	return true;
}

static void test_change(enum option option)
{
	struct tunnel tunnel = tunnel_standard;

	change(&tunnel, option);
	result(differ_in(&tunnel, &tunnel_standard, (int)option), "changed alone", option);
	field_reset(&tunnel, option);
	result(differ_in(&tunnel, &tunnel_standard, -1), "reset", option);
}

/* Values that are both given. */
static void test_given(void)
{
	struct tunnel a = tunnel_standard, b = tunnel_standard;
	struct suite one = {.set = true}, other = {.set = true};

	a.peer = (struct address){.set = true, .ip = 1};
	b.peer = (struct address){.set = true, .ip = 2};
	result(!field_equal(&a, &b, OPTION_PEER), "another address", OPTION_PEER);
	a.secret = (struct secret){.set = true, .bytes = {"0", 1}};
	b.secret = (struct secret){.set = true, .hex = true, .bytes = {"0", 1}};
	result(field_equal(&a, &b, OPTION_SECRET), "the same in hex", OPTION_SECRET);
	b.secret.bytes.at = "1";
	result(!field_equal(&a, &b, OPTION_SECRET), "another", OPTION_SECRET);
	a.ike = &one;
	b.ike = &other;
	one.slot[SUITE_DH].at.from = 1;
	result(field_equal(&a, &b, OPTION_IKE), "the same elsewhere in the text", OPTION_IKE);
	one.slot[SUITE_DH].algorithm = &algorithm_table[0];
	result(!field_equal(&a, &b, OPTION_IKE), "another algorithm", OPTION_IKE);
	a.remote_id = (struct identity){.type = IDENTITY_ANY, .key = {"*", 1}};
	b.remote_id = (struct identity){.type = IDENTITY_ANY};
	result(field_equal(&a, &b, OPTION_REMOTE_ID), "any, typed or not", OPTION_REMOTE_ID);
}

int main(void)
{
	for (int option = 0; option < OPTION_COUNT; option++)
		test_change((enum option)option);
	test_given();
	printf("1..%d\n", tests);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
