/* SPDX-License-Identifier: ISC */
/* A tunnel's settings in the words of its dialect, one below the other. */
#include "compiler/report/show_words.h"

#include "compiler/model/telling.h"

#include <string.h>

/* Those of `tunnel' itself are no rows of an instance. */
int show_rows(const struct tunnel *tunnel)
{
	return tunnel->weos4 ? WEOS4_COUNT - WEOS4_INSTANCE : SETTING_COUNT;
}

struct show_row show_row(const struct tunnel *tunnel, int i)
{
	const struct weos4_info *info;

	if (!tunnel->weos4)
		return (struct show_row){setting_table[show_order(i)].word, (int)show_order(i), -1};
	i += WEOS4_INSTANCE;
	info = &weos4_table[i];
	return (struct show_row){info->info.word, info->counterpart, i};
}

enum origin_state show_state(const struct tunnel *tunnel, const struct show_row *row)
{
	return row->setting >= 0 ? tunnel_state(tunnel, (enum setting)row->setting)
				 : tunnel->weos4->from[row->weos4].state;
}

struct span show_name(const struct tunnel *tunnel, const struct show_row *row)
{
	return row->setting >= 0 ? tunnel_origin(tunnel, (enum setting)row->setting)->name
				 : tunnel->weos4->from[row->weos4].at.name;
}

bool show_is_default(const struct tunnel *tunnel, const struct show_row *row)
{
	enum origin_state state = show_state(tunnel, row);

	if (row->setting >= 0)
		return tunnel_has_default(tunnel, (enum setting)row->setting);
	/* `no pfs' is none */
	return state == ORIGIN_DEFAULT || (state == ORIGIN_RESET && row->weos4 != WEOS4_PFS);
}

/* ---- settings of WeOS 4 ---- */

/* The field of its setting has no value, and it was given one: that is shown, if its line may be.
 */
static bool show_name_of_weos4(struct show *show, struct text *text, const struct tunnel *tunnel,
			       const struct show_row *row, struct slice name)
{
	const struct origin *from = tunnel_origin(tunnel, (enum setting)row->setting);

	if (!name.length)
		return false;
	*show = (struct show){.known = true,
			      .masked = telling_value(tunnel, name) || !show_may_tell(text, from)};
	show_bytes(show, name);
	return true;
}

static bool show_outbound(struct show *show, struct text *text, const struct tunnel *tunnel,
			  const struct show_row *row)
{
	if (!show_name_of_weos4(show, text, tunnel, row, tunnel->weos4->outbound))
		return false;
	if (tunnel->local_address.set)
		show_remark(show, "its address: " IP_FORMAT, IP_BYTES(tunnel->local_address.ip));
	else
		show_remark(show, "its address is not known");
	return true;
}

static void show_own(struct show *show, struct text *text, const struct tunnel *tunnel,
		     const struct show_row *row)
{
	const struct weos4_tunnel *weos4 = tunnel->weos4;

	*show = (struct show){.known = show_state(tunnel, row) != ORIGIN_BAD};
	if (!show->known)
		show_remark(show, "could not be read, line %u",
			    text_place(text, show_name(tunnel, row).from).line);
	else if (row->weos4 == WEOS4_IKE_LIFETIME && weos4->ike_lifetime)
		show_duration(show, weos4->ike_lifetime);
	else if (row->weos4 == WEOS4_IKE_LIFETIME)
		show_printf(show, "%s", weos4_table[row->weos4].info.standard);
	else
		show_printf(show, "%s",
			    (row->weos4 == WEOS4_PFS ? weos4->pfs : weos4->aggressive) ? "yes"
										       : "no");
	if (show->known && show_is_default(tunnel, row))
		show_remark(show, "default");
}

/* What WeOS 4 has when nothing was said, where that is another word than WeOS 5's. */
static bool show_weos4_default(struct show *show, const struct tunnel *tunnel,
			       const struct show_row *row)
{
	if (!show_is_default(tunnel, row) ||
	    (row->weos4 != WEOS4_SA_LIFETIME && row->weos4 != WEOS4_OUTBOUND))
		return false;
	*show = (struct show){.known = true};
	show_printf(show, "%s", weos4_table[row->weos4].info.standard);
	show_remark(show, "default");
	return true;
}

static void remark_weos4(struct show *show, const struct tunnel *tunnel, const struct show_row *row)
{
	if (row->weos4 == WEOS4_IKE && tunnel->ike->set && !tunnel_given(tunnel, SETTING_IKE))
		show_remark(show, "of aggressive mode");
	if (row->weos4 != WEOS4_ESP || !tunnel_given(tunnel, SETTING_ESP))
		return;
	if (!tunnel->weos4->pfs)
		show_remark(show, "no pfs: there is no group");
	else if (tunnel->esp->slot[SUITE_DH].at.from ==
		 tunnel_origin(tunnel, SETTING_ESP)->name.from)
		show_remark(show, "pfs: the group is that of ike");
}

static void show_weos4(struct show *show, struct text *text, const struct tunnel *tunnel,
		       const struct show_row *row)
{
	if (row->setting < 0) {
		show_own(show, text, tunnel, row);
		return;
	}
	if (show_weos4_default(show, tunnel, row) ||
	    (row->weos4 == WEOS4_OUTBOUND && show_outbound(show, text, tunnel, row)) ||
	    (row->weos4 == WEOS4_PEER &&
	     show_name_of_weos4(show, text, tunnel, row, tunnel->weos4->peer_name)))
		return;
	show_setting(show, text, tunnel, (enum setting)row->setting);
	remark_weos4(show, tunnel, row);
}

void show_fill(struct show *show, struct text *text, const struct tunnel *tunnel,
	       const struct show_row *row)
{
	if (row->weos4 >= 0)
		show_weos4(show, text, tunnel, row);
	else
		show_setting(show, text, tunnel, (enum setting)row->setting);
}

/* ---- tunnels ---- */

static int word_width(const struct tunnel *tunnel)
{
	size_t width = 0;

	for (int i = 0; i < show_rows(tunnel); i++) {
		size_t length = strlen(show_row(tunnel, i).word);

		width = length > width ? length : width;
	}
	return (int)width;
}

static void show_header(FILE *out, struct text *text, const struct tunnel *tunnel)
{
	if (tunnel->id >= 0)
		fprintf(out, "ipsec %d", (int)tunnel->id);
	else
		fprintf(out, "ipsec ? (its number could not be read, line %u)",
			text_place(text, tunnel->header.from).line);
	fputs(tunnel->enabled ? "\n" : " (disabled)\n", out);
}

void show_tunnel(FILE *out, struct text *text, const struct tunnel *tunnel)
{
	int width = word_width(tunnel);
	struct show show;

	show_header(out, text, tunnel);
	for (int i = 0; i < show_rows(tunnel); i++) {
		struct show_row row = show_row(tunnel, i);

		show_fill(&show, text, tunnel, &row);
		fprintf(out, "    %-*s  %s", width, row.word, show.known ? show.value : "?");
		if (*show.remark)
			fprintf(out, "  (%s)", show.remark);
		fputc('\n', out);
	}
}
