/* SPDX-License-Identifier: ISC */
#include "runtime/setup.h"

#include "compiler/value.h"

#include <errno.h>
#include <string.h>

bool setup_option(struct setup *setup, int option, const char *value)
{
	switch (option) {
	case SETUP_VICI:
		setup->vici = value;
		return true;
	case SETUP_STATE_DIR:
		setup->state_dir = value;
		return true;
	case SETUP_PKI:
		setup->pki = value;
		return true;
	case SETUP_PERSIST:
		setup->persist = value;
		return true;
	default:
		return false;
	}
}

bool setup_read_id(const char *word, int *id)
{
	uint32_t number;

	if (!number_read((struct slice){word, strlen(word)}, &number) || number > 65535)
		return false;
	*id = (int)number;
	return true;
}

int setup_read_applied(const struct setup *setup, struct state *state, struct config *config)
{
	char *text;
	size_t size;

	if (state_open(state, setup->state_dir) != 0) {
		cli_complain("%s", state->why);
		return STATUS_FAILED;
	}
	if (!state->current) {
		cli_complain("%s: nothing is applied", setup->state_dir);
		return STATUS_FINDINGS;
	}
	text = state_read(state, state->current, &size);
	if (text) {
		config_read_model(config, text_new("agent.xml", text, size));
		state_free_text(text, size);
	}
	if (text && !*config->why)
		return STATUS_OK;
	cli_complain("%s: %s", setup->state_dir, text ? config->why : state->why);
	return STATUS_FAILED;
}

int setup_connect(const struct setup *setup, const struct cli_command *command, struct vici *vici)
{
	int error = vici_connect(vici, setup->vici);

	if (error == EINVAL)
		return cli_misuse(command, "--vici takes unix://PATH, not '%s'", setup->vici);
	if (!error)
		return STATUS_OK;
	cli_complain("%s: %s: is charon running?", setup->vici, strerror(error));
	return STATUS_FAILED;
}
