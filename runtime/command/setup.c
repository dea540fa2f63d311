/* SPDX-License-Identifier: ISC */
#include "runtime/command/setup.h"

#include "compiler/model/words.h"

#include <errno.h>
#include <string.h>
#include <sys/un.h>

/* Whoever would wait for a charon that cannot be there is told so at once. */
static bool is_uri(const char *uri)
{
	static const char scheme[] = "unix://";
	size_t length = strlen(uri);

	return strncmp(uri, scheme, sizeof(scheme) - 1) == 0 && length > sizeof(scheme) - 1 &&
	       length - (sizeof(scheme) - 1) < sizeof(((struct sockaddr_un *)NULL)->sun_path);
}

static bool is_known(struct places *places, int option, const char *value)
{
	switch (option) {
	case SETUP_VICI:
		places->vici = value;
		return true;
	case SETUP_STATE_DIR:
		places->state_dir = value;
		return true;
	case SETUP_PKI:
		places->pki = value;
		return true;
	case SETUP_PERSIST:
		places->persist = value;
		return true;
	default:
		return false;
	}
}

int setup_next(struct places *places, struct cli *cli)
{
	int option;

	do {
		option = cli_next(cli);
		if (option == SETUP_VICI && !is_uri(cli->value)) {
			cli_misuse(cli->command,
				   "--vici takes unix://PATH, a path of up to %zu bytes, not '%s'",
				   sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1, cli->value);
			return CLI_WRONG;
		}
	} while (is_known(places, option, cli->value));
	return option;
}

int setup_read_id(const struct cli *cli, int *id)
{
	const char *word = cli->operand < cli->argc ? cli->argv[cli->operand] : NULL;
	uint32_t number;

	if (!word)
		return EXIT_OK;
	if (cli->operand + 1 < cli->argc)
		return cli_misuse(cli->command, "one tunnel at a time: '%s' is too much",
				  cli->argv[cli->operand + 1]);
	if (!number_read((struct slice){word, strlen(word)}, &number) || number > 65535)
		return cli_misuse(cli->command, "a tunnel is a number from 0 to 65535, not '%s'",
				  word);
	*id = (int)number;
	return EXIT_OK;
}

int setup_read_applied(const struct places *places, struct state *state, struct config *config)
{
	int error = state_open(state, places->state_dir);
	char *text;
	size_t size;

	if (error)
		return setup_complain(state->why, error);
	if (!state->current) {
		cli_complain("%s: nothing is applied", places->state_dir);
		return EXIT_FINDINGS;
	}
	text = state_read(state, state->current, &size);
	if (text) {
		config_read_model(config, text_new("agent.xml", text, size));
		state_free_text(text, size);
	}
	if (text && !config->error && !config->has_errors)
		return EXIT_OK;
	cli_complain("%s: %s", places->state_dir, text ? config_why(config) : state->why);
	return EXIT_FAILED;
}

const char *setup_hint(int error)
{
	return error == EACCES || error == EPERM ? "run it as root, or as the owner of this socket"
						 : "is charon running?";
}

int setup_connect(const struct places *places, struct vici *vici)
{
	int error = vici_connect(vici, places->vici);

	if (!error)
		return EXIT_OK;
	cli_complain("%s: %s: %s", places->vici, strerror(error), setup_hint(error));
	return EXIT_FAILED;
}

int setup_complain(const char *why, int error)
{
	cli_complain("%s%s", why,
		     error == EACCES || error == EPERM
			 ? ": run it as root, or name a folder of yours with --state-dir"
			 : "");
	return EXIT_FAILED;
}
