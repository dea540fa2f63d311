/* SPDX-License-Identifier: ISC */
/*
 * The writer of WeOS text: its lines, the words of values, and that whatever a text says is read
 * again as it was, for the model of every accept file below the folder that is the argument.
 */
#include "compiler/base/files.h"
#include "compiler/compilation/compilation.h"
#include "compiler/model/field.h"
#include "compiler/model/identity.h"
#include "compiler/write/canon.h"
#include "compiler/write/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tests, failures;

static void result(bool ok, const char *what)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s\n", ok ? "" : "not ", tests, what);
}

static const struct surroundings alone = {.dialect = -1};

static struct compilation *compile(const char *bytes, size_t size)
{
	struct compilation *compilation = compilation_new(text_new("-", bytes, size), &alone);

	if (!compilation)
		abort();
	return compilation;
}

/* ---- lines ---- */

static void test_lines(void)
{
	static const char wanted[] = "tunnel\r\n"
				     "  # a 1\r\n"
				     "  ipsec 7 # b\r\n"
				     "    no enable\r\n"
				     "    initiator\r\n"
				     "    peer 192.0.2.1\r\n"
				     "    end\r\n"
				     "  end\r\n";
	struct output output;
	struct writer writer;

	output_init(&output);
	writer_init(&writer, &output);
	writer.line_end = "\r\n";
	writer.indent = 2;
	writer_open(&writer, "tunnel");
	writer_comment(&writer, "a %d", 1);
	writer.behind = (struct slice){"# b", 3};
	writer_line(&writer, (struct slice){"ipsec 7", 7});
	writer.level++;
	writer_unset(&writer, SETTING_ENABLE);
	writer_set(&writer, SETTING_INITIATOR, (struct slice){NULL, 0});
	writer_set(&writer, SETTING_PEER, (struct slice){"192.0.2.1", 9});
	writer_close(&writer);
	writer_close(&writer);
	result(output.size == strlen(wanted) && memcmp(output.bytes, wanted, output.size) == 0,
	       "contexts, comments and settings");
	output_free(&output);
}

static void test_order(void)
{
	bool ok = true;

	for (int i = 0; i < SETTING_COUNT; i++)
		ok = ok && writer_rank(writer_order(i)) == i;
	result(ok && writer_order(0) == SETTING_ENABLE && writer_order(9) == SETTING_SECRET &&
		   writer_order(SETTING_COUNT - 1) == SETTING_REAUTH_TIME,
	       "the order of the guide");
}

/* ---- words ---- */

/* One line of an instance, and the line that its model makes. */
static const struct {
	const char *line, *canonical;
} lines[] = {
    {"enable", "enable"},
    {"no enable", "no enable"},
    {"ver 1", "version 1"},
    {"no version", ""},
    {"no dpd-action", "no dpd-action"},
    {"dpd-action trap", "dpd-action trap"},
    {"sa-rekey-time 3600", "sa-rekey-time 1h"},
    {"sa-rekey-time 5400s", "sa-rekey-time 90m"},
    {"reauth-time 172800", "reauth-time 2d"},
    {"reauth-time 61", "reauth-time 61s"},
    {"dpd-delay 60", "dpd-delay 60"},
    {"ike dh x25519 cipher aes128 au sha256", "ike cipher aes128 auth sha256 dh x25519"},
    {"ike d ecp256 p prfsha384 c aes128gcm16", "ike cipher aes128gcm16 prf prfsha384 dh ecp256"},
    {"peer any", "peer ANY"},
    {"local-subnet 10.1.2.3 255.255.0.0", "local-subnet 10.1.0.0/16"},
    {"remote-subnet 10.1.2.3", "remote-subnet 10.1.2.3/32"},
    {"secret 'gl@zed-0ver'", "secret gl@zed-0ver"},
    {"secret 0x00112233445566778899aabbccddeeff", "secret 0x00112233445566778899aabbccddeeff"},
    {"secret 0sAAECAwQFBgcICQoLDA0ODw==", "secret 0x000102030405060708090a0b0c0d0e0f"},
    {"secret 0sAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJA==",
     "secret 0sAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJA=="},
    {"secret $HOME_KEY9", "secret $HOME_KEY9"},
    {"secret \"<not-closed", "secret \"<not-closed"},
    {"secret 0x3c7365637265743e", "secret 0x3c7365637265743e"},
    {"secret 0sPHNlY3JldHM+", "secret 0x3c736563726574733e"},
    {"local-id bob.example", "local-id name bob.example"},
    {"local-id 192.0.2.1", "local-id inet 192.0.2.1"},
    {"remote-id inet %any", "remote-id inet %any"},
    {"remote-id 10.0.0.0/24", "remote-id 10.0.0.0/24"},
    {"local-id 'CN=a b, O=#1'", "local-id 'CN=a b, O=#1'"},
    {"local-id C=SE, CN=x", "local-id C=SE, CN=x"},
    {"local-id '@#0102ff'", "local-id '@#0102ff'"},
    {"local-id '@#6b6579'", "local-id key key"},
    {"local-id key 'a#b'", "local-id key 'a#b'"},
    {"local-id @@nobody", "local-id @@nobody"},
    {"local-id u@d.example", "local-id email u@d.example"},
    {"description 'it # is'", "description 'it # is'"},
    {"description it's 'so", ""},
    {"description it's so", "description it's so"},
    {"certificate gw.1", "certificate gw.1"},
};

/* The lines that the settings of TUNNEL make, into OUTPUT. */
static bool write_tunnel(struct writer *writer, struct arena *arena, const struct tunnel *tunnel)
{
	bool ok = true;

	writer_open(writer, "ipsec %d", (int)tunnel->id);
	for (int i = 0; i < SETTING_COUNT; i++) {
		if (!tunnel_bad(tunnel, writer_order(i)))
			ok = writer_value(writer, arena, tunnel, writer_order(i)) && ok;
	}
	writer_close(writer);
	return ok;
}

static void test_words(const char *line, const char *canonical)
{
	char text[256], wanted[256];
	int size = snprintf(text, sizeof(text), "tunnel\nipsec 1\n%s\nend\nend\n", line);
	struct compilation *compilation = compile(text, (size_t)size);
	struct output output;
	struct writer writer;

	snprintf(wanted, sizeof(wanted), "ipsec 1\n%s%s%send\n", *canonical ? "\t" : "", canonical,
		 *canonical ? "\n\t" : "\t");
	output_init(&output);
	writer_init(&writer, &output);
	write_tunnel(&writer, compilation->secrets, compilation->model->tunnels[0]);
	/* eight blanks are a tab here */
	for (char *at = wanted; (at = strchr(at, '\t'));) {
		memmove(at + 8, at + 1, strlen(at));
		memset(at, ' ', 8);
	}
	result(output.size == strlen(wanted) && memcmp(output.bytes, wanted, output.size) == 0,
	       line);
	if (output.size != strlen(wanted) || memcmp(output.bytes, wanted, output.size) != 0)
		printf("# %.*s", (int)output.size, output.bytes);
	output_free(&output);
	compilation_free(compilation);
}

/* ---- whole models ---- */

static bool same_tunnel(const struct tunnel *a, const struct tunnel *b)
{
	for (int setting = 0; setting < SETTING_COUNT; setting++) {
		if (!tunnel_bad(a, (enum setting)setting) &&
		    !field_equal(a, b, (enum setting)setting))
			return false;
	}
	return a->id == b->id;
}

static bool is_read_again(const struct model *model, const struct output *output)
{
	struct compilation *again = compile(output->bytes, output->size);
	bool ok = again->model->count == model->count;

	for (size_t i = 0; ok && i < model->count; i++)
		ok = same_tunnel(model->tunnels[i], again->model->tunnels[i]);
	compilation_free(again);
	return ok;
}

static void test_file(void *context, const char *path, bool found, int error)
{
	struct text *text = files_read(path);
	struct compilation *compilation = text ? compilation_new(text, &alone) : NULL;
	struct output output;
	struct writer writer;
	bool ok = compilation && !error;

	(void)context, (void)found;
	output_init(&output);
	writer_init(&writer, &output);
	writer_open(&writer, "tunnel");
	for (size_t i = 0; ok && i < compilation->model->count; i++)
		ok = write_tunnel(&writer, compilation->secrets, compilation->model->tunnels[i]);
	writer_close(&writer);
	/* what only WeOS 4 has is not said in the words of WeOS 5 */
	if (!ok || compilation->model->dialect == DIALECT_WEOS5)
		result(ok && is_read_again(compilation->model, &output), path);
	output_free(&output);
	compilation_free(compilation);
}

int main(int argc, char **argv)
{
	test_lines();
	test_order();
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		test_words(lines[i].line, lines[i].canonical);
	if (argc > 1)
		files_walk(argv[1], &(struct files_walk){.visit = test_file});
	printf("1..%d\n", tests);
	return failures > 0;
}
