/* SPDX-License-Identifier: ISC */
#include "compiler/command/joining.h"

#include "compiler/base/files.h"
#include "compiler/command/cli_value.h"
#include "compiler/command/gathering.h"
#include "compiler/command/publish.h"
#include "compiler/fleet/account.h"
#include "compiler/fleet/fleet.h"
#include "compiler/page/page.h"

#include <errno.h>
#include <string.h>

static bool set_as(struct joining *joining, const char *value)
{
	static const char *const words[] = {
	    [AUTOMATIC_WEOS] = "weos", [AUTOMATIC_WEIPSEC] = "weipsec", NULL};
	int choice = cli_choice(joining->asked.command, "--as", value, words);

	joining->automatic = choice < 0 ? AUTOMATIC_WEOS : (enum automatic)choice;
	return choice >= 0;
}

/* Standard output has the report. */
static bool set_html(struct joining *joining, const char *value)
{
	joining->html = value;
	if (strcmp(value, "-") != 0)
		return true;
	cli_misuse(joining->asked.command, "--html needs the name of a file");
	return false;
}

static bool set_graph(struct joining *joining, const char *value)
{
	joining->graph = value;
	return drawing_is_known(joining->asked.command, value);
}

bool joining_option(struct joining *joining, int option, const char *value)
{
	switch (option) {
	case JOINING_AS:
		return set_as(joining, value);
	case JOINING_HTML:
		return set_html(joining, value);
	case JOINING_GRAPH:
		return set_graph(joining, value);
	default:
		return cli_report_option(&joining->asked, option, value);
	}
}

int joining_check_outputs(struct joining *joining)
{
	outputs_add(&joining->outputs, "--html", joining->html);
	outputs_add(&joining->outputs, "--graph", joining->graph);
	outputs_spare(&joining->outputs, joining->asked.baseline_path);
	return outputs_check(&joining->outputs, joining->asked.command);
}

struct page_wanted {
	struct network *network;
	const struct report_settings *settings;
};

static int fill_page(void *context, struct files_output *file)
{
	struct page_wanted *wanted = context;

	return page_write(wanted->network, wanted->settings, file->stream);
}

/* What becomes of STATUS. */
static int write_page(struct joining *joining, struct network *network, int status)
{
	struct page_wanted wanted = {network, &joining->asked.settings};
	int failed = publish_file(joining->html, false, fill_page, &wanted);

	return failed ? failed : status;
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
	if (joining->html)
		status = write_page(joining, network, status);
	if (joining->graph)
		status = drawing_make(joining->graph, network, status);
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
