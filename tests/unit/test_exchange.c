/* SPDX-License-Identifier: ISC */
/*
 * What two charons 5.9.8 made of 500 random pairs of gateways (testdata/pair/charon.tsv), against
 * what is predicted for each, field by field.  The first end started.
 */
#include "compiler/compare/exchange.h"
#include "compiler/compare/pair.h"
#include "compiler/model/identity.h"
#include "compiler/model/resolve.h"
#include "compiler/model/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAIRS "testdata/pair/charon.tsv"

/* The columns of a row. */
enum {
	NUMBER,
	VERSION_A,
	VERSION_B,
	IKE_A,
	IKE_B,
	ESP_A,
	ESP_B,
	SECRET_B,
	LOCAL_ID_B,
	SUBNETS_B,
	STATUS,
	REASON,
	IKE,
	ESP,
	SUBNETS,
	REKEY,
	COLUMNS
};

static int tests, failures;

static void result(bool ok, const char *what, const char *row)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s of pair %s\n", ok ? "" : "not ", tests, what, row);
}

static struct slice slice_of(const char *string)
{
	return (struct slice){string, strlen(string)};
}

/* ---- a gateway of a row ---- */

struct site {
	struct tunnel tunnel;
	struct tunnel *tunnels[1];
	struct suite ike, esp;
	struct model model;
};

static const struct algorithm *algorithm_called(struct slice word)
{
	for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
		if (slice_is(word, algorithm_table[i].word))
			return &algorithm_table[i];
	}
	abort();
}

static void read_suite(struct suite *suite, const char *words)
{
	struct slice rest = slice_of(words), word;
	bool more = true;

	*suite = (struct suite){.set = true};
	while (more) {
		const struct algorithm *algorithm;
		enum suite_slot slot;

		more = slice_split(rest, '-', &word, &rest);
		algorithm = algorithm_called(more ? word : rest);
		slot = algorithm_slot(algorithm->kind);
		suite->slot[slot].state = SLOT_GIVEN;
		suite->slot[slot].algorithm = algorithm;
	}
}

static void read_name(struct arena *arena, const char *name, struct identity *identity)
{
	struct identity_flaw flaw;

	if (!identity_parse(arena, IDENTITY_WORD_NAME, slice_of(name), identity, &flaw))
		abort();
}

static void read_subnets(struct tunnel *tunnel, const char *words)
{
	struct slice local, remote;

	if (!slice_split(slice_of(words), ',', &local, &remote) ||
	    !subnet_read(local, &tunnel->local_subnet) ||
	    !subnet_read(remote, &tunnel->remote_subnet))
		abort();
	tunnel->local_subnet.set = tunnel->remote_subnet.set = true;
}

static void make_site(struct site *site, const char *version, const char *ike, const char *esp)
{
	struct tunnel *tunnel = &site->tunnel;

	*tunnel = tunnel_standard;
	site->tunnels[0] = tunnel;
	site->model = (struct model){.tunnels = site->tunnels, .count = 1};
	read_suite(&site->ike, ike);
	read_suite(&site->esp, esp);
	tunnel->version = strcmp(version, "1") == 0 ? 1 : 2;
	tunnel->enabled = true;
	tunnel->ike = &site->ike;
	tunnel->esp = &site->esp;
	tunnel->method = METHOD_PSK;
	tunnel->secret = (struct secret){.set = true, .bytes = slice_of("one secret of both")};
	tunnel->sa_rekey_time = 3600;
	tunnel->local_address = (struct address){true, 0xc0000201};
	tunnel->peer = (struct address){true, 0xc0000202};
}

static void make_pair(struct site site[2], char **row, struct arena *arena)
{
	struct tunnel *a = &site[0].tunnel, *b = &site[1].tunnel;

	make_site(&site[0], row[VERSION_A], row[IKE_A], row[ESP_A]);
	make_site(&site[1], row[VERSION_B], row[IKE_B], row[ESP_B]);
	a->initiator = true;
	b->local_address.ip = a->peer.ip;
	b->peer.ip = a->local_address.ip;
	read_name(arena, "alice", &a->local_id);
	read_name(arena, "bob", &a->remote_id);
	read_name(arena, row[LOCAL_ID_B], &b->local_id);
	read_name(arena, "alice", &b->remote_id);
	read_subnets(a, "10.0.1.0/24,10.0.2.0/24");
	read_subnets(b, row[SUBNETS_B]);
	if (strcmp(row[SECRET_B], "diff") == 0)
		b->secret.bytes = slice_of("another");
}

/* ---- what was seen, and what was predicted ---- */

static enum outcome outcome_of(char **row)
{
	if (strcmp(row[STATUS], "FAIL") == 0)
		return OUTCOME_NO_IKE;
	if (strcmp(row[STATUS], "IKE_ONLY") == 0)
		return OUTCOME_NO_CHILD;
	return strcmp(row[REKEY], "refused") == 0 ? OUTCOME_LOST_AT_REKEY : OUTCOME_UP;
}

static bool is_written(const struct agreement *agreement, enum proposal_use use, const char *seen)
{
	char words[AGREEMENT_MAX];

	agreement_write(agreement, use, words, sizeof(words));
	return strcmp(words, seen) == 0;
}

static void write_subnets(const struct exchange *exchange, char *buffer, size_t size)
{
	const struct subnet *a = &exchange->selected.starter, *b = &exchange->selected.answerer;

	snprintf(buffer, size, IP_FORMAT "/%u," IP_FORMAT "/%u", IP_BYTES(a->address), a->length,
		 IP_BYTES(b->address), b->length);
}

static const char *group_of(const struct agreement *agreement)
{
	static char words[AGREEMENT_MAX];
	struct agreement group = {{0}};

	group.transform[TRANSFORM_GROUP] = agreement->transform[TRANSFORM_GROUP];
	agreement_write(&group, PROPOSAL_ESP, words, sizeof(words));
	return *words ? words : "none";
}

static void compare_child(const struct exchange *exchange, char **row)
{
	char subnets[64];

	write_subnets(exchange, subnets, sizeof(subnets));
	result(is_written(&exchange->esp, PROPOSAL_ESP, row[ESP]), "esp", row[NUMBER]);
	result(strcmp(subnets, row[SUBNETS]) == 0, "subnets", row[NUMBER]);
	if (exchange->outcome == OUTCOME_UP)
		result(strcmp(group_of(&exchange->rekeyed[REKEYER_STARTER]), row[REKEY]) == 0,
		       "group of the rekeying", row[NUMBER]);
}

static void compare(const struct exchange *exchange, char **row)
{
	enum outcome seen = outcome_of(row);
	const char *refusal = refusal_name(exchange->refusal);

	result(exchange->possible && exchange->outcome == seen, "outcome", row[NUMBER]);
	/* what says so at the rekeying was not kept */
	if (seen != OUTCOME_LOST_AT_REKEY)
		result(strcmp(refusal ? refusal : "-", row[REASON]) == 0, "reason", row[NUMBER]);
	if (seen != OUTCOME_NO_IKE)
		result(is_written(&exchange->ike, PROPOSAL_IKE, row[IKE]), "ike", row[NUMBER]);
	if (seen == OUTCOME_UP || seen == OUTCOME_LOST_AT_REKEY)
		compare_child(exchange, row);
}

static void try_row(char **row)
{
	struct arena *arena = arena_new();
	struct proposal_lists lists = {.automatic = {NULL}};
	struct site site[2];
	struct gateway gateway[2];
	struct exchange exchange;

	if (!arena)
		abort();
	make_pair(site, row, arena);
	for (int i = 0; i < 2; i++) {
		if (!gateway_init(&gateway[i], &site[i].model, arena, &lists))
			abort();
	}
	exchange_predict(&(struct end){&gateway[0], &site[0].tunnel},
			 &(struct end){&gateway[1], &site[1].tunnel}, &exchange);
	compare(&exchange, row);
	arena_free(arena);
}

static void split(char *line, char **row)
{
	for (int i = 0; i < COLUMNS; i++) {
		row[i] = line;
		line += strcspn(line, "\t\n");
		if (i + 1 < COLUMNS && *line != '\t')
			abort();
		*line++ = '\0';
	}
}

int main(void)
{
	FILE *file = fopen(PAIRS, "r");
	char line[1024], *row[COLUMNS];
	int rows = 0;

	if (!file || !fgets(line, sizeof(line), file)) {
		perror(PAIRS);
		return 2;
	}
	for (; fgets(line, sizeof(line), file); rows++) {
		split(line, row);
		try_row(row);
	}
	fclose(file);
	result(rows == 500, "number", "all");
	printf("1..%d\n", tests);
	return failures > 0;
}
