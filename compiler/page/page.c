/* SPDX-License-Identifier: ISC */
/*
 * The page is a template, page.html, whose words between two `@' stand for what is written in their
 * place.  A browser is told to load nothing, and to run no script and use no style but the two that
 * stand here, by their hashes: whatever a configuration calls itself, it stays text.
 */
#include "compiler/page/page.h"

#include "compiler/base/sink.h"
#include "compiler/fleet/account.h"
#include "compiler/page/page_parts.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

/* ---- what is known without the network ---- */

static int put_hash(const struct page *page, const char *words)
{
	unsigned char hash[EVP_MAX_MD_SIZE], base64[2 * EVP_MAX_MD_SIZE];
	unsigned length = 0;

	if (!EVP_Digest(words, strlen(words), hash, &length, EVP_sha256(), NULL))
		return ENOMEM;
	EVP_EncodeBlock(base64, hash, (int)length);
	fprintf(page->out, "'sha256-%s'", (const char *)base64);
	return 0;
}

static int put_style(const struct page *page)
{
	fputs(page_css, page->out);
	return 0;
}

static int put_style_hash(const struct page *page)
{
	return put_hash(page, page_css);
}

static int put_script(const struct page *page)
{
	fputs(page_script, page->out);
	return 0;
}

static int put_script_hash(const struct page *page)
{
	return put_hash(page, page_script);
}

static int put_version(const struct page *page)
{
	fputs(page->settings->version, page->out);
	return 0;
}

/* ---- without a script ---- */

static int put_totals(const struct page *page)
{
	const struct report_account account = account_of(page->network);

	account.text_end(account.context, page->out);
	return 0;
}

static void put_end(const struct page *page, const struct network_end *end)
{
	const struct tunnel *tunnel = network_tunnel(page->network, end);
	const struct site *site;

	fputs("<td>", page->out);
	if (end->site == NETWORK_NONE) {
		fputc('?', page->out);
		return;
	}
	site = page->network->sites[end->site];
	page_put_text(page->out, site->path);
	if (tunnel && tunnel->id >= 0)
		fprintf(page->out, " ipsec %d", (int)tunnel->id);
}

static void put_row(const struct page *page, const struct link *link)
{
	const char *refusal = refusal_name(link->refusal);

	fprintf(page->out, "<tr><td>%s<td>%s", outcome_name(link->outcome),
		refusal ? refusal : "-");
	put_end(page, &link->ends[SIDE_A]);
	put_end(page, &link->ends[SIDE_B]);
	fputc('\n', page->out);
}

/* The table of the report in text: the worst first. */
static int put_rows(const struct page *page)
{
	const struct network *network = page->network;

	for (size_t i = 0; i < OUTCOMES; i++) {
		for (size_t j = 0; j < network->link_count; j++) {
			if (network->links[j].outcome == outcome_order[i])
				put_row(page, &network->links[j]);
		}
	}
	return sink_why(page->out);
}

/* ---- all of it ---- */

static int put_part(const struct page *page, const char *name, size_t length)
{
	static const struct {
		const char *name;
		int (*put)(const struct page *page);
	} parts[] = {
	    {"STYLE", put_style},     {"STYLE-HASH", put_style_hash},
	    {"SCRIPT", put_script},   {"SCRIPT-HASH", put_script_hash},
	    {"VERSION", put_version}, {"TOTALS", put_totals},
	    {"ROWS", put_rows},	      {"DATA", page_put_data},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (slice_is((struct slice){name, length}, parts[i].name))
			return parts[i].put(page);
	}
	return EINVAL;
}

int page_write(struct network *network, const struct report_settings *settings, FILE *out)
{
	const struct page page = {.network = network, .settings = settings, .out = out};
	struct slice rest = {page_html, strlen(page_html)}, before, name;
	int error = 0;

	while (!error && slice_split(rest, '@', &before, &rest)) {
		fwrite(before.at, 1, before.length, out);
		if (slice_split(rest, '@', &name, &rest))
			error = put_part(&page, name.at, name.length);
	}
	fwrite(rest.at, 1, rest.length, out);
	if (!error)
		error = sink_why(out);
	return error;
}
