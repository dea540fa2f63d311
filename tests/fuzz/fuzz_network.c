/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as the texts of up to three gateways, with a line `====' between them: the network that
 * is judged in memory, and that of the facts of each, sorted, have the same report, in a format
 * that the last byte chooses, or the same picture, or page, in which no file begins or ends a tag.
 * None of them has a secret that stands behind its word.
 */
#include "compiler/agent/read.h"
#include "compiler/compilation/project.h"
#include "compiler/fleet/account.h"
#include "compiler/fleet/facts.h"
#include "compiler/fleet/fleet.h"
#include "compiler/page/page.h"
#include "compiler/picture/graph.h"
#include "tests/fuzz/secret.h"
#include "tests/fuzz/writing.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SITES = 3, LINES = 4096 };

static const char between[] = "====\n";
static const int64_t now = 1770000000;

/* ---- the report ---- */

static const struct report_writer *writer_of(uint8_t choice)
{
	static const struct report_writer *const writers[] = {
	    &report_writer_text, &report_writer_json, &report_writer_gcc};

	return writers[choice % (sizeof(writers) / sizeof(writers[0]))];
}

static void report(struct network *network, const struct report_settings *settings, FILE *out)
{
	struct report report;

	report_begin(&report, settings, out);
	account_report(network, &report);
	assert(report_end(&report) == 0);
}

/* ---- pictures ---- */

static void draw(const struct network *network, FILE *out)
{
	struct arena *arena = arena_new();
	struct topology topology;

	assert(arena && topology_make(&topology, network, arena));
	if (!graph_write(&topology, out))
		abort();
	arena_free(arena);
}

static size_t count_words(const struct writing *writing, const char *words)
{
	const char *at = writing->bytes, *end = at + writing->size;
	size_t count = 0, length = strlen(words);

	while ((at = memmem(at, (size_t)(end - at), words, length))) {
		at += length;
		count++;
	}
	return count;
}

/* The page has its two scripts and its comment, whatever the files say. */
static void check_tags(const struct writing *page)
{
	assert(count_words(page, "<script") == 2 && count_words(page, "</script") == 2);
	assert(count_words(page, "<!--") == 1);
}

/* ---- what a network comes to ---- */

/* The page takes longer than all else. */
enum { SELDOM = 16, PAGE_IN_16 = 5, GRAPH_IN_16 = 6 };

static void judge(struct site **sites, size_t count, uint8_t choice, struct writing *to)
{
	struct network network;
	const struct report_account account = account_of(&network);
	const struct report_settings settings = {
	    .writer = writer_of(choice), .version = "0", .account = &account};
	bool made = network_init(&network, sites, count, AUTOMATIC_WEOS, now);

	assert(made && fleet_judge(&network));
	writing_begin(to);
	if (choice % SELDOM == PAGE_IN_16) {
		if (page_write(&network, &settings, to->out) != 0)
			abort();
	} else if (choice % SELDOM == GRAPH_IN_16) {
		draw(&network, to->out);
	} else {
		report(&network, &settings, to->out);
	}
	writing_end(to);
	if (choice % SELDOM == PAGE_IN_16)
		check_tags(to);
	else
		assert(is_plain(to->bytes, to->size));
	network_free(&network);
}

/* ---- facts ---- */

static int compare_lines(const void *a, const void *b)
{
	return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

static size_t sort_lines(const char *bytes, size_t size, struct slice *lines)
{
	size_t count = 0;

	while (size && count < LINES) {
		const char *end = memchr(bytes, '\n', size);
		size_t length = (size_t)(end - bytes);

		assert(end);
		lines[count++] = (struct slice){bytes, length};
		bytes += length + 1;
		size -= length + 1;
	}
	assert(!size);
	qsort(lines, count, sizeof(*lines), compare_lines);
	return count;
}

static void join(const struct project_asked *asked, const struct writing *written, uint8_t choice,
		 struct writing *to)
{
	struct slice *lines = malloc(LINES * sizeof(*lines));
	struct facts *facts = facts_new(asked);
	struct site **sites;
	size_t count;

	assert(lines && facts);
	count = sort_lines(written->bytes, written->size, lines);
	for (size_t i = 0; i < count; i++) {
		enum facts_flaw flaw = facts_read(facts, lines[i]);

		assert(flaw == FACTS_WELL);
	}
	free(lines);
	if (facts_finish(facts, &sites, &count) != FACTS_WELL)
		abort();
	judge(sites, count, choice, to);
	facts_free(facts);
}

/* ---- the texts ---- */

/* A site of BYTES, which PATH leads to. */
static struct site *read_site(struct site_reader *reader, const char *path, int file,
			      struct slice bytes)
{
	struct site *site;

	if (ftruncate(file, 0) != 0 ||
	    pwrite(file, bytes.at, bytes.length, 0) != (ssize_t)bytes.length)
		abort();
	site = site_read(reader, path, false);
	assert(site && !site->error);
	return site;
}

static struct slice next_text(struct slice *rest)
{
	const char *end = memmem(rest->at, rest->length, between, sizeof(between) - 1);
	struct slice text = {rest->at, end ? (size_t)(end - rest->at) : rest->length};

	*rest = slice_cut(*rest, text.length + (end ? sizeof(between) - 1 : 0));
	return text;
}

/* Memory that is a file, and the path to it. */
struct shelf {
	int file;
	char path[32];
};

static size_t read_sites(struct site_reader *reader, struct slice rest, struct shelf *shelves,
			 struct site **sites)
{
	size_t count = 0;

	while (rest.length && count < SITES) {
		struct shelf *shelf = &shelves[count];

		shelf->file = memfd_create("site", MFD_CLOEXEC);
		snprintf(shelf->path, sizeof(shelf->path), "/dev/fd/%d", shelf->file);
		sites[count] = read_site(reader, shelf->path, shelf->file, next_text(&rest));
		count++;
	}
	return count;
}

static void close_sites(const struct shelf *shelves, struct site **sites, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		site_free(sites[i]);
		close(shelves[i].file);
	}
}

static void are_equal(const struct writing *a, const struct writing *b)
{
	assert(a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0);
}

static void check(struct site_reader *reader, struct slice texts, uint8_t choice)
{
	struct project_asked asked = {.policy = {.obeys_comments = true, .fail_on = SEVERITY_ERROR},
				      .has_no_project = true};
	char fingerprint[DIGEST_FINGERPRINT];
	struct shelf shelves[SITES];
	struct writing facts, fleet, joined;
	struct site *sites[SITES], *order[SITES];
	size_t count = read_sites(reader, texts, shelves, sites);

	project_words_init(&asked.words);
	digest_fingerprint(reader->digest, fingerprint);
	writing_begin(&facts);
	for (size_t i = 0; i < count; i++) {
		order[i] = sites[i];
		sites[i]->outcome = project_outcome_elsewhere(reader->arena, &asked, NULL, NULL);
		assert(sites[i]->outcome && facts_write(sites[i], fingerprint, facts.out));
	}
	writing_end(&facts);
	judge(order, count, choice, &fleet);
	join(&asked, &facts, choice, &joined);
	are_equal(&fleet, &joined);
	/* a report is made of what facts have */
	assert(!secret_is_shown(texts, facts.bytes, facts.size) &&
	       !secret_is_shown(texts, fleet.bytes, fleet.size));
	close_sites(shelves, sites, count);
	free(facts.bytes);
	free(fleet.bytes);
	free(joined.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char key[DIGEST_KEY_LEAST] = "a key that anybody may know";
	const struct surroundings surroundings = {.dialect = -1};
	struct site_reader reader = {.surroundings = &surroundings,
				     .read = agent_read,
				     .now = now,
				     .digest = digest_new((struct slice){key, sizeof(key)}),
				     .arena = arena_new()};

	assert(reader.digest && reader.arena);
	if (size > 1)
		check(&reader, (struct slice){(const char *)data, size - 1}, data[size - 1]);
	workspace_free(&reader.workspace);
	digest_free(reader.digest);
	arena_free(reader.arena);
	return 0;
}
