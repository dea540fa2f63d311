/* SPDX-License-Identifier: ISC */
/*
 * Any lines as facts: they are refused, or a network that is judged and reported, in a format that
 * the last byte chooses.  What is reported can be shown to anybody.
 */
#include "compiler/compilation/project.h"
#include "compiler/fleet/account.h"
#include "compiler/fleet/facts.h"
#include "compiler/fleet/fleet.h"
#include "tests/fuzz/secret.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct report_writer *const writers[] = {&report_writer_text, &report_writer_json,
						      &report_writer_sarif, &report_writer_gcc};

#define WRITERS (sizeof(writers) / sizeof(writers[0]))

static enum facts_flaw read_lines(struct facts *facts, const char *bytes, size_t size)
{
	enum facts_flaw flaw = FACTS_WELL;

	while (size && flaw == FACTS_WELL) {
		const char *end = memchr(bytes, '\n', size);
		size_t length = end ? (size_t)(end - bytes) : size;

		flaw = facts_read(facts, (struct slice){bytes, length});
		length += end != NULL;
		bytes += length;
		size -= length;
	}
	return flaw;
}

static void report_network(struct network *network, const struct report_writer *writer)
{
	const struct report_account account = account_of(network);
	const struct report_settings settings = {
	    .writer = writer, .version = "0", .account = &account};
	struct report report;
	size_t length;
	char *bytes;
	FILE *out = open_memstream(&bytes, &length);

	assert(out);
	report_begin(&report, &settings, out);
	account_report(network, &report);
	assert(report_end(&report) == 0);
	fclose(out);
	assert(is_plain(bytes, length));
	free(bytes);
}

static void judge(struct site **sites, size_t count, const struct report_writer *writer)
{
	struct network network;

	assert(network_init(&network, sites, count, AUTOMATIC_WEOS, 1770000000));
	assert(fleet_judge(&network));
	report_network(&network, writer);
	network_free(&network);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct project_asked asked = {.policy = {.obeys_comments = true, .fail_on = SEVERITY_ERROR},
				      .has_no_project = true};
	struct facts *facts;
	enum facts_flaw flaw;
	struct site **sites;
	size_t count;

	if (!size)
		return -1;
	project_words_init(&asked.words);
	facts = facts_new(&asked);
	assert(facts);
	flaw = read_lines(facts, (const char *)data, size - 1);
	if (flaw == FACTS_WELL)
		flaw = facts_finish(facts, &sites, &count);
	assert(flaw != FACTS_NO_MEMORY);
	if (flaw == FACTS_WELL)
		judge(sites, count, writers[data[size - 1] % WRITERS]);
	facts_free(facts);
	return 0;
}
