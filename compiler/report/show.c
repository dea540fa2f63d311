/* SPDX-License-Identifier: ISC */
/*
 * Effective settings in words.  What the table of settings calls a default is said in its words
 * where there is no value; text of the user is made printable, and is not shown at all where its
 * line may hold a secret.
 */
#include "compiler/report/show.h"

#include "compiler/base/printable.h"
#include "compiler/finding/mask.h"
#include "compiler/model/field.h"
#include "compiler/model/identity.h"

#include <stdarg.h>
#include <string.h>

/* clang-format off */
static const enum option order[] = {
    OPTION_ENABLE, OPTION_DESCRIPTION, OPTION_VERSION, OPTION_INITIATOR, OPTION_PEER,
    OPTION_LOCAL_ADDRESS, OPTION_LOCAL_ID, OPTION_REMOTE_ID, OPTION_LOCAL_SUBNET,
    OPTION_REMOTE_SUBNET, OPTION_METHOD, OPTION_SECRET, OPTION_CERTIFICATE, OPTION_CA,
    OPTION_REVOCATION, OPTION_IKE, OPTION_ESP, OPTION_SA_REKEY_TIME, OPTION_REAUTH_TIME,
    OPTION_DPD_ACTION, OPTION_DPD_DELAY, OPTION_DPD_TIMEOUT,
};
/* clang-format on */

_Static_assert(sizeof(order) / sizeof(order[0]) == OPTION_COUNT, "a setting has no place");

enum option show_order(int i)
{
	return order[i];
}

/* ---- values ---- */

static void show_printf(struct show *show, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void show_printf(struct show *show, const char *format, ...)
{
	size_t used = strlen(show->value);
	va_list args;

	va_start(args, format);
	vsnprintf(show->value + used, sizeof(show->value) - used, format, args);
	va_end(args);
}

static void show_bytes(struct show *show, struct slice bytes)
{
	size_t used = strlen(show->value);

	if (show->masked)
		show_printf(show, SHOW_SECRET);
	else if (used + 8 <= sizeof(show->value))
		printable_copy(show->value + used, sizeof(show->value) - used, bytes);
}

/* 5400 is `1h 30m'. */
static void show_duration(struct show *show, uint32_t seconds)
{
	static const struct {
		uint32_t seconds;
		char unit;
	} units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (seconds >= units[i].seconds)
			show_printf(show, "%s%u%c", *show->value ? " " : "",
				    seconds / units[i].seconds, units[i].unit);
		seconds %= units[i].seconds;
	}
}

static void show_flag(void *show, enum option option, bool value)
{
	(void)option;
	show_printf(show, value ? "yes" : "no");
}

static void show_number(void *show, enum option option, uint32_t seconds)
{
	(void)option;
	show_duration(show, seconds);
}

/* The words of options.def; `no dpd-action' has none there. */
static void show_choice(void *show, enum option option, int value)
{
	for (size_t i = 0; i < option_choice_count; i++) {
		if (option_choices[i].option == option && option_choices[i].value == value) {
			show_printf(show, "%s", option_choices[i].word);
			return;
		}
	}
	show_printf(show, "off");
}

static void show_suite(void *to, enum option option, const struct suite *suite)
{
	struct show *show = to;

	(void)option;
	if (!suite->set)
		show_printf(show, "Auto");
	for (int slot = 0; suite->set && slot < SUITE_SLOTS; slot++) {
		if (suite->slot[slot].algorithm)
			show_printf(show, "%s%s %s", *show->value ? " " : "",
				    suite_slot_word((enum suite_slot)slot),
				    suite->slot[slot].algorithm->word);
	}
}

static void show_secret(void *show, enum option option, const struct secret *secret)
{
	(void)option;
	show_printf(show, "%s", secret->set ? SHOW_SECRET : "");
}

static void show_address(void *show, enum option option, const struct address *address)
{
	(void)option;
	if (address->set)
		show_printf(show, IP_FORMAT, IP_BYTES(address->ip));
}

static void show_subnet(void *show, enum option option, const struct subnet *subnet)
{
	if (subnet->known)
		show_printf(show, IP_FORMAT "/%u", IP_BYTES(subnet->address), subnet->length);
	else
		show_printf(show, "%s", option_table[option].standard);
}

static void show_text(void *show, enum option option, struct slice text)
{
	(void)option;
	if (text.length)
		show_bytes(show, text);
}

static void show_payload(struct show *show, const struct identity *identity)
{
	if (!identity->value_is_der || show->masked) {
		show_bytes(show, identity->value);
		return;
	}
	show_printf(show, "0x");
	for (size_t i = 0; i < identity->value.length; i++)
		show_printf(show, "%02x", (unsigned)(unsigned char)identity->value.at[i]);
}

/* What an automatic identity comes to. */
static void show_automatic(struct show *show, const struct identity *identity, enum option option)
{
	enum option ground = option == OPTION_LOCAL_ID ? OPTION_LOCAL_ADDRESS : OPTION_PEER;

	show_printf(show, "auto (");
	if (identity->type == IDENTITY_SUBJECT)
		show_printf(show, "subject of the certificate");
	else if (identity->type == IDENTITY_ANY)
		show_printf(show, "any");
	else if (identity->type == IDENTITY_NONE)
		show_printf(show, "there is no %s", option_table[ground].word);
	else
		show_payload(show, identity);
	show_printf(show, ")");
}

static void show_identity(void *show, enum option option, const struct identity *identity)
{
	/* `inet %any' is the one typed identity whose type is not its word */
	enum identity_type type = identity->form == IDENTITY_TYPED && identity->type == IDENTITY_ANY
				      ? IDENTITY_INET
				      : identity->type;

	if (identity->form == IDENTITY_AUTO) {
		show_automatic(show, identity, option);
		return;
	}
	show_printf(show, identity->form == IDENTITY_DEDUCED ? "autodetect (%s) " : "%s ",
		    identity_type_name(type));
	show_payload(show, identity);
}

static const struct field_visitor put_field = {
    .flag = show_flag,
    .choice = show_choice,
    .number = show_number,
    .suite = show_suite,
    .secret = show_secret,
    .label = show_text,
    .address = show_address,
    .subnet = show_subnet,
    .identity = show_identity,
    .text = show_text,
};

static void show_value(struct show *show, const struct tunnel *tunnel, enum option option)
{
	const struct option_info *info = &option_table[option];

	field_visit(tunnel, option, &put_field, show);
	/* none, any, off */
	if (!*show->value && info->type != OPTION_TEXT)
		show_printf(show, "%s", info->standard);
}

/* ---- what stands beside them ---- */

static void show_remark(struct show *show, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void show_remark(struct show *show, const char *format, ...)
{
	size_t used = strlen(show->remark);
	va_list args;

	if (used)
		used += (size_t)snprintf(show->remark + used, sizeof(show->remark) - used, "; ");
	va_start(args, format);
	vsnprintf(show->remark + used, sizeof(show->remark) - used, format, args);
	va_end(args);
}

static void remark_default(struct show *show, const struct tunnel *tunnel, enum option option)
{
	const struct option_info *info = &option_table[option];

	if (option == OPTION_DPD_ACTION)
		show_remark(show, "default for %s",
			    tunnel->initiator ? "an initiator" : "a responder");
	else if (info->type == OPTION_SUBNET && strcmp(show->value, info->standard) != 0)
		show_remark(show, "default: %s", info->standard);
	else
		show_remark(show, "default");
}

static void remark_method(struct show *show, const struct tunnel *tunnel, enum method method)
{
	if (!tunnel_bad(tunnel, OPTION_METHOD) && tunnel->method != method)
		show_remark(show, "not in use: for method %s",
			    method == METHOD_PSK ? "psk" : "cert");
}

static void remark_dpd(struct show *show, const struct tunnel *tunnel, enum option option)
{
	if (option == OPTION_DPD_TIMEOUT && !tunnel_bad(tunnel, OPTION_VERSION) &&
	    tunnel->version != 1)
		show_remark(show, "not in use: for version 1");
	else if (!tunnel_bad(tunnel, OPTION_DPD_ACTION) && tunnel->dpd_action == DPD_OFF)
		show_remark(show, "not in use: dead peer detection is off");
}

/* IKEv1 has no rekeying of its IKE_SA: what would be one is a reauthentication. */
static void remark_reauth(struct show *show, const struct tunnel *tunnel)
{
	struct show every = {.known = true};

	if (tunnel_bad(tunnel, OPTION_VERSION) || tunnel->version != 1)
		return;
	show_duration(&every, IKE_REKEY_TIME);
	show_remark(show, "IKEv1 has a built-in reauthentication every %.16s", every.value);
}

static void remark_use(struct show *show, const struct tunnel *tunnel, enum option option)
{
	switch (option) {
	case OPTION_SECRET:
		remark_method(show, tunnel, METHOD_PSK);
		break;
	case OPTION_CERTIFICATE:
	case OPTION_CA:
	case OPTION_REVOCATION:
		remark_method(show, tunnel, METHOD_CERT);
		break;
	case OPTION_DPD_DELAY:
	case OPTION_DPD_TIMEOUT:
		remark_dpd(show, tunnel, option);
		break;
	case OPTION_REAUTH_TIME:
		remark_reauth(show, tunnel);
		break;
	default:
		break;
	}
}

/* ---- settings ---- */

/* The setting that the default of OPTION rests on and that could not be read, or -1. */
static int unreadable_ground(const struct tunnel *tunnel, enum option option)
{
	static const struct {
		enum option option, ground;
	} rests[] = {
	    {OPTION_DPD_ACTION, OPTION_INITIATOR},   {OPTION_LOCAL_ID, OPTION_METHOD},
	    {OPTION_LOCAL_ID, OPTION_LOCAL_ADDRESS}, {OPTION_REMOTE_ID, OPTION_INITIATOR},
	    {OPTION_REMOTE_ID, OPTION_PEER},	     {OPTION_LOCAL_SUBNET, OPTION_LOCAL_ADDRESS},
	    {OPTION_REMOTE_SUBNET, OPTION_PEER},
	};

	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		/* a subject and `any' rest on no address */
		bool needed = rests[i].ground == OPTION_METHOD ||
			      rests[i].ground == OPTION_INITIATOR ||
			      (option == OPTION_LOCAL_ID    ? tunnel->method == METHOD_PSK
			       : option == OPTION_REMOTE_ID ? tunnel->initiator
							    : true);

		if (rests[i].option == option && needed && tunnel_bad(tunnel, rests[i].ground))
			return (int)rests[i].ground;
	}
	return -1;
}

/* Text of the user behind what may be a secret, as excerpts mask it. */
static bool may_hold_secret(struct text *text, const struct tunnel *tunnel, enum option option)
{
	const struct origin *from = tunnel_origin(tunnel, option);
	enum option_type type = option_table[option].type;
	struct span at;
	size_t masked;

	if (!tunnel_given(tunnel, option) ||
	    (type != OPTION_TEXT && type != OPTION_LABEL && type != OPTION_IDENTITY))
		return false;
	at = text_line(text, text_place(text, from->name.from).line);
	masked = mask_from(text, text_slice(text, at));
	return at.from + masked < from->value.to;
}

void show_setting(struct show *show, struct text *text, const struct tunnel *tunnel,
		  enum option option)
{
	bool is_default = tunnel_has_default(tunnel, option);
	int ground = is_default ? unreadable_ground(tunnel, option) : -1;
	bool nameless = is_default && option == OPTION_DESCRIPTION && tunnel->id < 0;

	*show = (struct show){.known = !tunnel_bad(tunnel, option) && ground < 0 && !nameless,
			      .masked = may_hold_secret(text, tunnel, option)};
	if (show->known)
		show_value(show, tunnel, option);
	else if (!is_default)
		show_remark(show, "could not be read, line %u",
			    text_place(text, tunnel_origin(tunnel, option)->name.from).line);
	if (ground >= 0)
		show_remark(show, "default, but '%s' could not be read", option_table[ground].word);
	else if (is_default)
		remark_default(show, tunnel, option);
	remark_use(show, tunnel, option);
}

static int word_width(void)
{
	size_t width = 0;

	for (int i = 0; i < OPTION_COUNT; i++) {
		size_t length = strlen(option_table[i].word);

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
	int width = word_width();
	struct show show;

	show_header(out, text, tunnel);
	for (int i = 0; i < OPTION_COUNT; i++) {
		enum option option = show_order(i);

		show_setting(&show, text, tunnel, option);
		fprintf(out, "    %-*s  %s", width, option_table[option].word,
			show.known ? show.value : "?");
		if (*show.remark)
			fprintf(out, "  (%s)", show.remark);
		fputc('\n', out);
	}
}
