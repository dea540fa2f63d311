/* SPDX-License-Identifier: ISC */
#include "runtime/command/commands.h"

#include "runtime/command/setup.h"
#include "runtime/keep/config.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "weipsec-monitor"
#define ID_ALL (-1)

enum { WRITE = SETUP_COUNT };

static const struct cli_option options[] = {
    SETUP_OPTIONS,
    [WRITE] = {NULL, 'w', "FILE.pcap", "write the packets to a capture file too"},
    {0},
};

/* What the program is called with: its options, and two addresses a tunnel. */
enum { LEADING_WORDS = 4, ADDRESS_ROOM = 16 };

struct monitoring {
	struct places places;
	const char *write;
	int id;
	struct state state;
	struct config applied;
	char (*addresses)[ADDRESS_ROOM];
	char **words;
	size_t word_count;
};

/* ---- the program's words ---- */

static char *add_address(struct monitoring *monitoring, const struct address *address)
{
	char *room = monitoring->addresses[monitoring->word_count - LEADING_WORDS];

	if (address->set)
		snprintf(room, ADDRESS_ROOM, IP_FORMAT, IP_BYTES(address->ip));
	else
		snprintf(room, ADDRESS_ROOM, "any");
	return room;
}

/* All that are enabled, or the one that was asked for; without a local address nothing is sent. */
static bool is_wanted(const struct monitoring *monitoring, const struct tunnel *tunnel)
{
	if (monitoring->id != ID_ALL)
		return tunnel->id == monitoring->id;
	return tunnel->enabled;
}

static int complain_of_none(const struct monitoring *monitoring)
{
	if (monitoring->id != ID_ALL)
		cli_complain("there is no 'ipsec %d' with a local-address in what is applied",
			     monitoring->id);
	else
		cli_complain("no tunnel is enabled in what is applied");
	return EXIT_FINDINGS;
}

static int write_words(struct monitoring *monitoring)
{
	const struct model *model = monitoring->applied.model;
	size_t most;

	assert(model);
	most = LEADING_WORDS + 2 * model->count;
	monitoring->words = calloc(most + 1, sizeof(*monitoring->words));
	monitoring->addresses = calloc(most, sizeof(*monitoring->addresses));
	if (!monitoring->words || !monitoring->addresses)
		return cli_written(EXIT_OK, PROGRAM, ENOMEM);
	monitoring->word_count = LEADING_WORDS;
	for (size_t i = 0; i < model->count; i++) {
		const struct tunnel *tunnel = model->tunnels[i];

		if (!is_wanted(monitoring, tunnel) || !tunnel->local_address.set)
			continue;
		monitoring->words[monitoring->word_count] =
		    add_address(monitoring, &tunnel->local_address);
		monitoring->word_count++;
		monitoring->words[monitoring->word_count] = add_address(monitoring, &tunnel->peer);
		monitoring->word_count++;
	}
	return monitoring->word_count > LEADING_WORDS ? EXIT_OK : complain_of_none(monitoring);
}

/* ---- the program ---- */

/* Where it is installed: an absolute path if that was chosen, else from this program's folder. */
#ifndef WEIPSEC_LIBEXEC
#define WEIPSEC_LIBEXEC "../libexec"
#endif

/* Beside this program, or where it would be installed. */
static void find_program(char *path, size_t room)
{
	static const char installed[] = WEIPSEC_LIBEXEC "/" PROGRAM;
	ssize_t length = readlink("/proc/self/exe", path, room);
	char *slash = length > 0 ? memrchr(path, '/', (size_t)length) : NULL;
	char *name = slash && *installed != '/' ? slash + 1 : path;

	if (slash && (size_t)(slash + 1 - path) + sizeof(installed) <= room) {
		memcpy(slash + 1, PROGRAM, sizeof(PROGRAM));
		if (access(path, X_OK) == 0)
			return;
	}
	snprintf(name, room - (size_t)(name - path), "%s", installed);
}

/* Does not return unless it fails. */
static int execute(struct monitoring *monitoring)
{
	char path[4096], program[] = PROGRAM, option[] = "-w", end[] = "--";
	char *file = monitoring->write ? strdup(monitoring->write) : NULL;
	char **words = monitoring->words + (monitoring->write ? 0 : 2);

	if (monitoring->write && !file)
		return cli_written(EXIT_OK, PROGRAM, ENOMEM);
	find_program(path, sizeof(path));
	if (file) {
		words[1] = option;
		words[2] = file;
	}
	words[0] = program;
	monitoring->words[LEADING_WORDS - 1] = end;
	execv(path, words);
	cli_complain("%s: %s", path, strerror(errno));
	free(file);
	return EXIT_FAILED;
}

static int monitor(struct monitoring *monitoring)
{
	int status =
	    setup_read_applied(&monitoring->places, &monitoring->state, &monitoring->applied);

	if (status == EXIT_OK)
		status = write_words(monitoring);
	/* what follows needs nothing of the configuration, and least of all its secrets */
	config_free(&monitoring->applied);
	state_close(&monitoring->state);
	if (status == EXIT_OK)
		status = execute(monitoring);
	free(monitoring->addresses);
	free(monitoring->words);
	return status;
}

static int run_monitor(const struct cli_command *command, int argc, char **argv)
{
	struct monitoring monitoring = {
	    .places = places_default, .id = ID_ALL, .state = {.fd = -1, .lock = -1}};
	struct cli cli = {.command = command, .argc = argc, .argv = argv};
	int option;

	while ((option = setup_next(&monitoring.places, &cli)) >= 0)
		monitoring.write = cli.value;
	if (option == CLI_HELP)
		return cli_flush(EXIT_OK);
	if (option == CLI_WRONG)
		return EXIT_MISUSE;
	if (setup_read_id(&cli, &monitoring.id) != EXIT_OK)
		return EXIT_MISUSE;
	return monitor(&monitoring);
}

const struct cli_command cli_monitor = {
    .name = "monitor",
    .operands = "[ID]",
    .line = "Shows the IKE and ESP packets of all tunnels that are applied, or of tunnel ID",
    .more =
	"A line has the time, '>' for sent or '<' for received, the peer, what the packet is, and\n"
	"its size.  Ctrl-C ends it.\n"
	"\n"
	"Exit status: 0 ended by Ctrl-C or by its reader, 1 nothing is applied, or no such "
	"tunnel,\n"
	"2 nothing can be captured or written, 64 wrong usage.\n",
    .options = options,
    .run = run_monitor,
};
