/* SPDX-License-Identifier: ISC */
#include "compiler/command/joining.h"

#include "compiler/command/cli_value.h"
#include "compiler/command/gathering.h"
#include "compiler/fleet/account.h"
#include "compiler/fleet/fleet.h"

#include <errno.h>

bool joining_as(struct joining *joining, const char *value)
{
	static const char *const words[] = {
	    [AUTOMATIC_WEOS] = "weos", [AUTOMATIC_WEIPSEC] = "weipsec", NULL};
	int choice = cli_choice(joining->asked.command, "--as", value, words);

	joining->automatic = choice < 0 ? AUTOMATIC_WEOS : (enum automatic)choice;
	return choice >= 0;
}

static int report_network(struct joining *joining, struct network *network, int status)
{
	const struct report_account account = account_of(network);
	struct report report;
	int error;

	for (size_t i = 0; i < network->site_count; i++)
		status = gathering_complain(network->sites[i], status);
	joining->asked.settings.account = &account;
	cli_report_ready(&joining->asked, stdout);
	report_begin(&report, &joining->asked.settings, stdout);
	account_report(network, &report);
	error = report_end(&report);
	if (status == EXIT_OK && (report.fails || network_fails(network)))
		status = EXIT_FINDINGS;
	return cli_written(status, "cannot write the report", error);
}

/* Whether a certificate is valid cannot be said at a time that nobody can read. */
static int check_time(const struct joining *joining, struct site **sites, size_t count)
{
	size_t i = 0;

	while (i < count && !sites[i]->has_pki)
		i++;
	return i == count || cli_now() >= 0
		   ? EXIT_OK
		   : cli_misuse(joining->asked.command,
				"SOURCE_DATE_EPOCH is not a number of seconds since 1970");
}

int joining_run(struct joining *joining, struct site **sites, size_t count, int status)
{
	struct network network;

	if (check_time(joining, sites, count) != EXIT_OK)
		return EXIT_MISUSE;
	if (network_init(&network, sites, count, joining->automatic, cli_now()) &&
	    fleet_judge(&network))
		status = report_network(joining, &network, status);
	else
		status = cli_written(status, "cannot judge the network", ENOMEM);
	network_free(&network);
	return status;
}
