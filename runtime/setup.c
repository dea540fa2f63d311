/* SPDX-License-Identifier: ISC */
#include "runtime/setup.h"

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
	default:
		return false;
	}
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
