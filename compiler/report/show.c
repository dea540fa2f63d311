/* SPDX-License-Identifier: ISC */
/*
 * Effective settings in words.  What the table of settings calls a default is said in its words
 * where there is no value; text of the user is made printable, and is not shown at all where its
 * line may hold a secret.
 */
#include "compiler/report/show_words.h"

#include "compiler/finding/mask.h"
#include "compiler/model/field.h"
#include "compiler/model/identity.h"
#include "compiler/model/telling.h"

#include <string.h>

/* clang-format off */
static const enum setting order[] = {
    SETTING_ENABLE, SETTING_DESCRIPTION, SETTING_VERSION, SETTING_INITIATOR, SETTING_PEER,
    SETTING_LOCAL_ADDRESS, SETTING_LOCAL_ID, SETTING_REMOTE_ID, SETTING_LOCAL_SUBNET,
    SETTING_REMOTE_SUBNET, SETTING_METHOD, SETTING_SECRET, SETTING_CERTIFICATE, SETTING_CA,
    SETTING_REVOCATION, SETTING_IKE, SETTING_ESP, SETTING_SA_REKEY_TIME, SETTING_REAUTH_TIME,
    SETTING_DPD_ACTION, SETTING_DPD_DELAY, SETTING_DPD_TIMEOUT,
};
/* clang-format on */

_Static_assert(sizeof(order) / sizeof(order[0]) == SETTING_COUNT, "a setting has no place");

enum setting show_order(int i)
{
	return order[i];
}

/* ---- values ---- */

static void show_flag(void *show, enum setting setting, bool value)
{
	(void)setting;
	show_printf(show, value ? "yes" : "no");
}

static void show_number(void *show, enum setting setting, uint32_t seconds)
{
	(void)setting;
	show_duration(show, seconds);
}

/* The words of settings.def; `no dpd-action' has none there. */
static void show_choice(void *to, enum setting setting, int value)
{
	struct show *show = to;
	const char *word = show->is_weos4 ? choice_word(&weos4_choices, setting, value) : NULL;

	if (!word)
		word = choice_word(&setting_choices, setting, value);
	show_printf(show, "%s", word ? word : "off");
}

static void show_suite(void *to, enum setting setting, const struct suite *suite)
{
	struct show *show = to;

	(void)setting;
	if (!suite->set)
		show_printf(show, "Auto");
	for (int slot = 0; suite->set && slot < SUITE_SLOTS; slot++) {
		if (suite->slot[slot].algorithm)
			show_printf(show, "%s%s %s", *show->value ? " " : "",
				    suite_slot_word((enum suite_slot)slot),
				    suite->slot[slot].algorithm->word);
	}
}

static void show_secret(void *show, enum setting setting, const struct secret *secret)
{
	(void)setting;
	show_printf(show, "%s", secret->set ? SHOW_SECRET : "");
}

static void show_address(void *show, enum setting setting, const struct address *address)
{
	(void)setting;
	if (address->set)
		show_printf(show, IP_FORMAT, IP_BYTES(address->ip));
}

static void show_subnet(void *to, enum setting setting, const struct subnet *subnet)
{
	struct show *show = to;

	if (subnet->known)
		show_printf(show, IP_FORMAT "/%u", IP_BYTES(subnet->address), subnet->length);
	else
		show_printf(show, "%s",
			    show->is_weos4 ? weos4_table[weos4_of(setting)].info.standard
					   : setting_table[setting].standard);
}

static void show_text(void *show, enum setting setting, struct slice text)
{
	(void)setting;
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
static void show_automatic(struct show *show, const struct identity *identity, enum setting setting)
{
	enum setting ground = setting == SETTING_LOCAL_ID ? SETTING_LOCAL_ADDRESS : SETTING_PEER;

	show_printf(show, "auto (");
	if (identity->type == IDENTITY_SUBJECT)
		show_printf(show, "subject of the certificate");
	else if (identity->type == IDENTITY_ANY)
		show_printf(show, "any");
	else if (identity->type == IDENTITY_NONE)
		show_printf(show, "there is no %s",
			    show->is_weos4 && ground == SETTING_LOCAL_ADDRESS
				? "address of outbound"
				: setting_table[ground].word);
	else
		show_payload(show, identity);
	show_printf(show, ")");
}

static void show_identity(void *show, enum setting setting, const struct identity *identity)
{
	/* `inet %any' is the one typed identity whose type is not its word */
	enum identity_type type = identity->form == IDENTITY_TYPED && identity->type == IDENTITY_ANY
				      ? IDENTITY_INET
				      : identity->type;

	if (identity->form == IDENTITY_AUTO) {
		show_automatic(show, identity, setting);
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

static void show_value(struct show *show, const struct tunnel *tunnel, enum setting setting,
		       const struct field_visitor *visitor)
{
	const struct setting_info *info = &setting_table[setting];

	field_visit(tunnel, setting, visitor, show);
	/* none, any, off */
	if (!*show->value && info->type != SETTING_TEXT)
		show_printf(show, "%s", info->standard);
}

/* ---- what stands beside them ---- */

/* The word that TUNNEL's dialect has for SETTING. */
static const char *word_of(const struct tunnel *tunnel, int setting)
{
	int row = tunnel->weos4 ? weos4_of((enum setting)setting) : -1;

	return row < 0 ? setting_table[setting].word : weos4_table[row].info.word;
}

static void remark_default(struct show *show, const struct tunnel *tunnel, enum setting setting)
{
	const struct setting_info *info = &setting_table[setting];

	if (setting == SETTING_DPD_ACTION)
		show_remark(show, "default for %s",
			    tunnel->initiator ? "an initiator" : "a responder");
	else if (info->type == SETTING_SUBNET && strcmp(show->value, info->standard) != 0)
		show_remark(show, "default: %s", info->standard);
	else
		show_remark(show, "default");
}

static void remark_method(struct show *show, const struct tunnel *tunnel, enum method method)
{
	if (!tunnel_bad(tunnel, SETTING_METHOD) && tunnel->method != method)
		show_remark(show, "not in use: for method %s",
			    method == METHOD_PSK ? "psk" : "cert");
}

static void remark_dpd(struct show *show, const struct tunnel *tunnel, enum setting setting)
{
	if (setting == SETTING_DPD_TIMEOUT && !tunnel_bad(tunnel, SETTING_VERSION) &&
	    tunnel->version != 1)
		show_remark(show, "not in use: for version 1");
	else if (!tunnel_bad(tunnel, SETTING_DPD_ACTION) && tunnel->dpd_action == DPD_OFF)
		show_remark(show, "not in use: dead peer detection is off");
}

/* IKEv1 has no rekeying of its IKE_SA: what would be one is a reauthentication. */
static void remark_reauth(struct show *show, const struct tunnel *tunnel)
{
	struct show every = {.known = true};

	if (tunnel_bad(tunnel, SETTING_VERSION) || tunnel->version != 1)
		return;
	show_duration(&every, IKE_REKEY_TIME);
	show_remark(show, "IKEv1 has a built-in reauthentication every %.16s", every.value);
}

static void remark_use(struct show *show, const struct tunnel *tunnel, enum setting setting)
{
	switch (setting) {
	case SETTING_SECRET:
		remark_method(show, tunnel, METHOD_PSK);
		break;
	case SETTING_CERTIFICATE:
	case SETTING_CA:
	case SETTING_REVOCATION:
		remark_method(show, tunnel, METHOD_CERT);
		break;
	case SETTING_DPD_DELAY:
	case SETTING_DPD_TIMEOUT:
		remark_dpd(show, tunnel, setting);
		break;
	case SETTING_REAUTH_TIME:
		remark_reauth(show, tunnel);
		break;
	default:
		break;
	}
}

/* ---- settings ---- */

/* The setting that the default of SETTING rests on and that could not be read, or -1. */
static int unreadable_ground(const struct tunnel *tunnel, enum setting setting)
{
	static const struct {
		enum setting setting, ground;
	} rests[] = {
	    {SETTING_DPD_ACTION, SETTING_INITIATOR},
	    {SETTING_LOCAL_ID, SETTING_METHOD},
	    {SETTING_LOCAL_ID, SETTING_LOCAL_ADDRESS},
	    {SETTING_REMOTE_ID, SETTING_INITIATOR},
	    {SETTING_REMOTE_ID, SETTING_PEER},
	    {SETTING_LOCAL_SUBNET, SETTING_LOCAL_ADDRESS},
	    {SETTING_REMOTE_SUBNET, SETTING_PEER},
	};

	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		/* a subject and `any' rest on no address */
		bool needed = rests[i].ground == SETTING_METHOD ||
			      rests[i].ground == SETTING_INITIATOR ||
			      (setting == SETTING_LOCAL_ID    ? tunnel->method == METHOD_PSK
			       : setting == SETTING_REMOTE_ID ? tunnel->initiator
							      : true);

		if (rests[i].setting == setting && needed && tunnel_bad(tunnel, rests[i].ground))
			return (int)rests[i].ground;
	}
	return -1;
}

/* Text of the user that excerpts would mask. */
static bool may_hold_secret(struct text *text, const struct tunnel *tunnel, enum setting setting)
{
	enum setting_type type = setting_table[setting].type;

	return tunnel_given(tunnel, setting) &&
	       (type == SETTING_TEXT || type == SETTING_LABEL || type == SETTING_IDENTITY) &&
	       !show_may_tell(text, tunnel_origin(tunnel, setting));
}

void show_setting(struct show *show, struct text *text, const struct tunnel *tunnel,
		  enum setting setting)
{
	bool is_default = tunnel_has_default(tunnel, setting);
	int ground = is_default ? unreadable_ground(tunnel, setting) : -1;
	bool nameless = is_default && setting == SETTING_DESCRIPTION && tunnel->id < 0;

	*show = (struct show){.known = !tunnel_bad(tunnel, setting) && ground < 0 && !nameless,
			      .is_weos4 = tunnel->weos4 != NULL,
			      .masked = telling_setting(tunnel, setting) ||
					may_hold_secret(text, tunnel, setting)};
	if (show->known)
		show_value(show, tunnel, setting, &put_field);
	else if (!is_default)
		show_remark(show, "could not be read, line %u",
			    text_place(text, tunnel_origin(tunnel, setting)->name.from).line);
	if (ground >= 0)
		show_remark(show, "default, but '%s' %s", word_of(tunnel, ground),
			    tunnel->weos4 ? "is not known" : "could not be read");
	else if (is_default)
		remark_default(show, tunnel, setting);
	remark_use(show, tunnel, setting);
}

/* ---- values, however they were written ---- */

/*
 * A document has no line that an excerpt could show: the line that VALUE would stand on is made, so
 * that of a text and of its document is told the same.
 */
static bool would_hold_secret(enum setting setting, struct slice value)
{
	const char *word = setting_table[setting].word;
	uint32_t from = (uint32_t)strlen(word) + 1;
	char line[SHOW_VALUE_MAX];
	struct text *text;
	struct mask mask;
	bool masked;
	int length = snprintf(line, sizeof(line), "%s %.*s", word, (int)value.length, value.at);

	if (length < 0 || (size_t)length >= sizeof(line) || memchr(value.at, 0, value.length))
		return true;
	text = text_new("", line, (size_t)length);
	if (!text)
		return true;
	mask_read(&mask, text, (struct slice){text->bytes, text->size});
	masked = !mask_shows(&mask, (struct span){from, (uint32_t)length});
	text_free(text);
	return masked;
}

static void show_plain_text(void *to, enum setting setting, struct slice value)
{
	struct show *show = to;

	if (!value.length)
		return;
	show->masked = show->masked || would_hold_secret(setting, value);
	show_bytes(show, value);
}

static void show_plain_identity(void *to, enum setting setting, const struct identity *identity)
{
	struct show *show = to;

	if (identity->type == IDENTITY_ANY) {
		show_printf(show, "any");
	} else if (identity->type == IDENTITY_SUBJECT) {
		show_printf(show, "subject of the certificate");
	} else if (identity->type == IDENTITY_NONE) {
		show_printf(show, "none");
	} else {
		show_printf(show, "%s ", identity_type_name(identity->type));
		show->masked = show->masked || (!identity->value_is_der &&
						would_hold_secret(setting, identity->value));
		show_payload(show, identity);
	}
}

static const struct field_visitor put_plain = {
    .flag = show_flag,
    .choice = show_choice,
    .number = show_number,
    .suite = show_suite,
    .secret = show_secret,
    .label = show_plain_text,
    .address = show_address,
    .subnet = show_subnet,
    .identity = show_plain_identity,
    .text = show_plain_text,
};

void show_effective(struct show *show, const struct tunnel *tunnel,
		    const struct telling_index *secrets, enum setting setting)
{
	*show = (struct show){.known = true,
			      .masked = telling_setting(tunnel, setting) ||
					telling_setting_in(secrets, tunnel, setting)};
	show_value(show, tunnel, setting, &put_plain);
}
