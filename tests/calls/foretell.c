/* SPDX-License-Identifier: ISC */
/*
 * `foretell' says what becomes of many pairs of gateways, as `weipsec pair' does for one: a line of
 * standard input is a pair, FOLDER TAB weos|weipsec TAB PKI-A TAB PKI-B, whose files are
 * FOLDER/a.cfg and FOLDER/b.cfg; a folder of certificates may be `-', none.  Printed are, for each
 * tunnel and its counterpart, a line `pair', and for each end that can start it a line `from', with
 * all that tests/lab/live.py sees of it: tests/lab/oracle.py compares them.  How long that took is
 * said on standard error.
 */
#include "compiler/base/files.h"
#include "compiler/compare/pair.h"
#include "compiler/compilation/compilation.h"
#include "compiler/pki/pki.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PKI_FOLDERS_MOST 16
#define PATH_SIZE 4096

struct pki_folder {
	char *name;
	struct pki *pki;
};

struct foretelling {
	struct pki_folder folders[PKI_FOLDERS_MOST];
	size_t folder_count;
	int64_t now;
	double seconds; /* of judging alone */
	size_t pairs;
};

/* One line of input. */
struct drawn {
	const char *folder;
	enum automatic automatic;
	struct pki *pki[SIDES];
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct pki *find_pki(struct foretelling *all, const char *name)
{
	struct pki_folder *folder = all->folders;

	if (strcmp(name, "-") == 0)
		return NULL;
	for (size_t i = 0; i < all->folder_count; i++, folder++) {
		if (strcmp(folder->name, name) == 0)
			return folder->pki;
	}
	if (all->folder_count == PKI_FOLDERS_MOST)
		abort();
	all->folder_count++;
	folder->name = strdup(name);
	folder->pki = pki_open(name, all->now);
	if (!folder->name || !folder->pki)
		fail(name);
	return folder->pki;
}

/* ---- what is printed ---- */

static const char *word_or_dash(const char *word)
{
	return word ? word : "-";
}

static void print_suite(bool has, const struct agreement *suite, enum proposal_use use)
{
	char words[AGREEMENT_MAX] = "-";

	if (has)
		agreement_write(suite, use, words, sizeof(words));
	printf("\t%s", words);
}

static void print_subnets(const struct exchange *from)
{
	const struct subnet *own = &from->selected.starter, *other = &from->selected.answerer;

	if (!from->has_esp) {
		fputs("\t-", stdout);
		return;
	}
	printf("\t" IP_FORMAT "/%u=" IP_FORMAT "/%u", IP_BYTES(own->address), own->length,
	       IP_BYTES(other->address), other->length);
}

static void print_rekeyings(const struct exchange *from)
{
	for (int by = 0; by < REKEYERS; by++) {
		if (from->has_esp && !from->rekeys[by])
			fputs("\trefused", stdout);
		else
			print_suite(from->has_esp, &from->rekeyed[by], PROPOSAL_ESP);
	}
}

static void print_from(const struct drawn *drawn, const struct pair *pair, enum side side)
{
	const struct exchange *from = &pair->from[side];
	const struct tunnel *own = pair->tunnel[side];

	if (!from->possible)
		return;
	printf("from\t%s\t%c\t%d\t%s\t%s", drawn->folder, 'a' + (int)side, (int)own->id,
	       outcome_name(from->outcome), word_or_dash(refusal_name(from->refusal)));
	if (from->answer)
		printf("\t%d", (int)from->answer->id);
	else
		fputs("\t-", stdout);
	print_suite(from->has_ike, &from->ike, PROPOSAL_IKE);
	print_suite(from->has_esp, &from->esp, PROPOSAL_ESP);
	print_subnets(from);
	print_rekeyings(from);
	/* version 1 has none of the IKE_SA */
	print_suite(from->has_esp && own->version == 2, &from->ike_rekeyed, PROPOSAL_IKE);
	printf("\t%s\t%s\n", word_or_dash(shown_name(from->starter)),
	       word_or_dash(shown_name(from->answerer)));
}

static void print_pair(const struct drawn *drawn, const struct pair *pair)
{
	static const char *const starts[] = {"a", "b", "both", "traffic", "nobody"};

	printf("pair\t%s", drawn->folder);
	for (int side = 0; side < SIDES; side++) {
		if (pair->tunnel[side])
			printf("\t%d", (int)pair->tunnel[side]->id);
		else
			fputs("\t-", stdout);
	}
	printf("\t%s\t%s\t%s\n", outcome_name(pair->outcome),
	       word_or_dash(refusal_name(pair->refusal)), starts[pair->starts]);
	print_from(drawn, pair, SIDE_A);
	print_from(drawn, pair, SIDE_B);
}

/* ---- one pair ---- */

static bool has_error(const void *context, enum side side, const struct tunnel *tunnel)
{
	struct compilation *const *both = context;

	for (const struct finding *at = both[side]->findings.first; at; at = at->next) {
		if (at->severity == SEVERITY_ERROR && at->tunnel == tunnel->id)
			return true;
	}
	return false;
}

static void judge(struct foretelling *all, const struct drawn *drawn, struct compilation **both,
		  struct arena *arena)
{
	const struct pair_choice choice = {{PAIR_ANY, PAIR_ANY}};
	struct proposal_lists lists = {.automatic = {NULL}};
	struct pairs pairs = {0};
	double began = seconds_now();

	for (int side = 0; side < SIDES; side++) {
		struct gateway *gateway = &pairs.gateway[side];

		if (!gateway_init(gateway, both[side]->model, arena, &lists))
			fail(drawn->folder);
		gateway->automatic = drawn->automatic;
		gateway->pki = drawn->pki[side];
	}
	if (!pairs_judge(&pairs, &choice, has_error, both))
		fail(drawn->folder);
	all->seconds += seconds_now() - began;
	all->pairs++;
	for (size_t i = 0; i < pairs.count; i++)
		print_pair(drawn, &pairs.list[i]);
}

/* Certificates are judged as the other end does, and not as `check' would at home. */
static struct compilation *read_end(const struct drawn *drawn, enum side side, char *path)
{
	const struct surroundings surroundings = {.dialect = -1};
	struct compilation *compilation;
	struct text *text;

	snprintf(path, PATH_SIZE, "%s/%c.cfg", drawn->folder, 'a' + (int)side);
	text = files_read(path);
	if (!text)
		fail(path);
	compilation = compilation_new(text, &surroundings);
	if (!compilation)
		fail(path);
	return compilation;
}

static void foretell(struct foretelling *all, const struct drawn *drawn)
{
	static char paths[SIDES][PATH_SIZE];
	struct compilation *both[SIDES];
	struct arena *arena = arena_new();

	if (!arena)
		fail(drawn->folder);
	for (int side = 0; side < SIDES; side++)
		both[side] = read_end(drawn, (enum side)side, paths[side]);
	judge(all, drawn, both, arena);
	for (int side = 0; side < SIDES; side++)
		compilation_free(both[side]);
	arena_free(arena);
}

int main(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	struct foretelling all = {.now = epoch ? strtoll(epoch, NULL, 10) : (int64_t)time(NULL)};
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		char *next = line, *word[4];

		line[strcspn(line, "\n")] = '\0';
		for (int i = 0; i < 4; i++) {
			word[i] = strsep(&next, "\t");
			if (!word[i])
				abort();
		}
		foretell(&all, &(struct drawn){
				   .folder = word[0],
				   .automatic = strcmp(word[1], "weos") == 0 ? AUTOMATIC_WEOS
									     : AUTOMATIC_WEIPSEC,
				   .pki = {find_pki(&all, word[2]), find_pki(&all, word[3])},
			       });
	}
	free(line);
	for (size_t i = 0; i < all.folder_count; i++) {
		pki_free(all.folders[i].pki);
		free(all.folders[i].name);
	}
	fprintf(stderr, "%zu pairs, %.1f us each\n", all.pairs,
		all.pairs ? all.seconds * 1e6 / (double)all.pairs : 0);
	return 0;
}
