/* SPDX-License-Identifier: ISC */
#include "compiler/command/cli_value.h"

#include "compiler/model/words.h"
#include "compiler/pki/pki.h"
#include "compiler/tables/rule.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* `304', `W304', `WI-304', `wi0304': the digits of ID, and of its letters some. */
static bool is_near_id(const char *word, const char *id)
{
	size_t letters = strcspn(word, "0123456789");
	const char *digits = word + letters;

	if (letters > 4 || strspn(word, "WwIi-_ ") != letters)
		return false;
	digits += strspn(digits, "0");
	return *digits && strcmp(digits, id + strcspn(id, "0123456789")) == 0;
}

int cli_rule(const struct cli_command *command, const char *word)
{
	struct cli_guess guess = {.word = word};
	const char *near = NULL;
	int rule = rule_find(word);

	if (rule >= 0)
		return rule;
	for (rule = 0; rule < RULE_COUNT; rule++) {
		cli_guess(&guess, rule_table[rule].name);
		if (!guess.best && is_near_id(word, rule_table[rule].id))
			near = rule_table[rule].id;
	}
	if (!guess.best)
		guess.best = near;
	if (guess.best)
		cli_misuse(command, "unknown rule '%s', did you mean '%s'?", word, guess.best);
	else
		cli_misuse(command, "unknown rule '%s'", word);
	return -1;
}

bool cli_id_read(struct slice word, int32_t *id)
{
	uint32_t number;

	if (!number_read(word, &number) || number > CLI_ID_MAX)
		return false;
	*id = (int32_t)number;
	return true;
}

bool cli_id(const struct cli_command *command, const char *word, int32_t *id)
{
	if (cli_id_read((struct slice){word, strlen(word)}, id))
		return true;
	cli_misuse(command, "'%s' is no ID: it is a number from 0 to %d", word, CLI_ID_MAX);
	return false;
}

unsigned cli_number(const struct cli_command *command, const char *option, const char *value,
		    unsigned least, unsigned most)
{
	size_t length = strspn(value, "0123456789");
	unsigned long number = 0;

	if (length > 0 && length < 10 && !value[length] && value[0] != '0')
		number = strtoul(value, NULL, 10);
	if (number >= least && number <= most)
		return (unsigned)number;
	cli_misuse(command, "%s is a number from %u to %u", option, least, most);
	return 0;
}

/* ---- the PKI folder ---- */

/* The end of the year 9999, as far as certificates go. */
#define EPOCH_MAX INT64_C(253402300799)

/* Seconds since 1970, of SOURCE_DATE_EPOCH if that is set to anything: -1 if that is no number. */
static int64_t time_now(const char *epoch)
{
	int64_t seconds = 0;

	if (!epoch || !*epoch)
		return time(NULL);
	for (; *epoch; epoch++) {
		if (*epoch < '0' || *epoch > '9')
			return -1;
		seconds = 10 * seconds + (*epoch - '0');
		if (seconds > EPOCH_MAX)
			return -1;
	}
	return seconds;
}

int64_t cli_now(void)
{
	return time_now(getenv("SOURCE_DATE_EPOCH"));
}

int cli_open_pki(const struct cli_command *command, const char *dir, struct pki **pki)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	int64_t now;

	*pki = NULL;
	if (!dir)
		return EXIT_OK;
	if (!*dir)
		return cli_misuse(command, "--pki needs the name of a folder");
	now = time_now(epoch);
	if (now < 0)
		return cli_misuse(command,
				  "SOURCE_DATE_EPOCH is not a number of seconds since 1970: '%s'",
				  epoch ? epoch : "");
	*pki = pki_open(dir, now);
	return *pki ? EXIT_OK : cli_written(EXIT_OK, dir, errno);
}

int cli_judge_pki(const struct pki *pki, const char *dir)
{
	const char *where;
	int error = pki ? pki_error(pki, &where) : 0;

	if (!error)
		return EXIT_OK;
	cli_complain("%s/%s: %s", dir, where, strerror(error));
	return EXIT_FAILED;
}
