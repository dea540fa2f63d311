/* SPDX-License-Identifier: ISC */
#include "runtime/status/cause.h"

#include "compiler/base/printable.h"
#include "compiler/model/telling.h"
#include "compiler/report/show.h"
#include "runtime/system/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* ---- values ---- */

static void append(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void append(char *buffer, size_t size, const char *format, ...)
{
	size_t used = strlen(buffer);
	va_list args;

	va_start(args, format);
	vsnprintf(buffer + used, size - used, format, args);
	va_end(args);
}

void cause_add(struct cause *cause, const char *format, ...)
{
	size_t used = strlen(cause->values);
	char more[sizeof(cause->values)];
	va_list args;

	va_start(args, format);
	vsnprintf(more, sizeof(more), format, args);
	va_end(args);
	if (used + 8 < sizeof(cause->values)) /* printable_copy() wants as many */
		printable_copy(cause->values + used, sizeof(cause->values) - used,
			       (struct slice){more, strlen(more)});
}

void cause_add_setting(struct cause *cause, const struct model *model, const struct tunnel *tunnel,
		       enum setting setting)
{
	struct show show;

	show_setting(&show, model->text, tunnel, setting);
	cause_add(cause, "%s %.100s", setting_table[setting].word, show.value);
}

void cause_write_time(char *buffer, long long seconds)
{
	time_t when = (time_t)seconds;
	struct tm tm;

	if (!gmtime_r(&when, &tm) || !strftime(buffer, 32, "%Y-%m-%d %H:%M:%S UTC", &tm))
		snprintf(buffer, 32, "%lld", seconds);
}

static void put_date(struct cause *cause, enum reason reason, long long seconds)
{
	char when[32];

	cause->reason = reason;
	cause_write_time(when, seconds);
	cause_add(cause, "%s", when);
}

bool cause_of_certificate(struct cause *cause, const struct target_tunnel *tunnel)
{
	const struct credential *own = tunnel->certificate;
	long long now = clock_wall();

	*cause = (struct cause){.reason = REASON_NONE};
	if (own && own->not_after < now)
		put_date(cause, REASON_OWN_EXPIRED, own->not_after);
	else if (own && own->not_before > now)
		put_date(cause, REASON_OWN_EARLY, own->not_before);
	else if (tunnel->lacks_identity)
		cause->reason = REASON_OWN_NAMELESS;
	return cause->reason != REASON_NONE;
}

/* ---- suites ---- */

/* charon's names of what WeOS has; its log names a hash after what is kept of it. */
static const struct {
	const char *name;
	const char *weos;
} names[] = {
    {"AES_CBC_128", "cipher aes128"},
    {"AES_CBC_256", "cipher aes256"},
    {"AES_CTR_128", "cipher aes128ctr"},
    {"AES_CTR_256", "cipher aes256ctr"},
    {"AES_CCM_12_128", "cipher aes128ccm12"},
    {"AES_CCM_16_128", "cipher aes128ccm16"},
    {"AES_GCM_12_128", "cipher aes128gcm12"},
    {"AES_GCM_16_128", "cipher aes128gcm16"},
    {"HMAC_SHA1_96", "auth sha1"},
    {"HMAC_SHA2_256_128", "auth sha256"},
    {"HMAC_SHA2_384_192", "auth sha384"},
    {"HMAC_SHA2_512_256", "auth sha512"},
    {"PRF_HMAC_SHA2_256", "prf prfsha256"},
    {"PRF_HMAC_SHA2_384", "prf prfsha384"},
    {"PRF_HMAC_SHA2_512", "prf prfsha512"},
    {"MODP_2048", "dh modp2048"},
    {"MODP_3072", "dh modp3072"},
    {"MODP_4096", "dh modp4096"},
    {"ECP_256", "dh ecp256"},
    {"ECP_384", "dh ecp384"},
    {"ECP_521", "dh ecp521"},
    {"CURVE_25519", "dh x25519"},
};

static const char *find_name(struct slice name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (slice_is(name, names[i].name))
			return names[i].weos;
	}
	return NULL;
}

/*
 * A PRF is named only where there is no `auth' it follows from, and long sequence numbers only where a
 * peer takes no others.
 */
static bool is_silent(struct slice name, struct slice suite)
{
	bool has_auth = memmem(suite.at, suite.length, "/HMAC_", 6) != NULL;
	bool has_choice = memmem(suite.at, suite.length, "NO_EXT_SEQ", 10) != NULL;

	return (has_auth && name.length > 4 && memcmp(name.at, "PRF_", 4) == 0) ||
	       slice_is(name, "NO_EXT_SEQ") || (has_choice && slice_is(name, "EXT_SEQ"));
}

/* The next of REST, up to MARK or its end, which REST then stands behind. */
static struct slice cut_part(struct slice *rest, char mark)
{
	const char *end = memchr(rest->at, mark, rest->length);
	struct slice part = {rest->at, end ? (size_t)(end - rest->at) : rest->length};

	*rest = slice_cut(*rest, end ? part.length + 1 : part.length);
	return part;
}

/* How many characters of WORDS, `auth sha1', are the setting that LAST begins with, too, and the blank. */
static size_t same_setting(const char *words, const char *last)
{
	size_t length = strcspn(words, " ") + 1;

	return last && strncmp(words, last, length) == 0 ? length : 0;
}

static void translate_suite(char *buffer, size_t size, struct slice suite)
{
	struct slice rest = suite, name;
	const char *last = NULL;
	bool is_first = true;

	while (rest.length) {
		const char *weos;
		char shown[40];
		size_t same;

		name = cut_part(&rest, '/');
		if (is_silent(name, suite))
			continue;
		weos = find_name(name);
		if (!weos)
			printable_copy(shown, sizeof(shown), name);
		same = weos ? same_setting(weos, last) : 0;
		append(buffer, size, "%s%s", is_first ? "" : same ? " or " : " ",
		       weos ? weos + same : shown);
		last = weos;
		is_first = false;
	}
}

void cause_translate(char *buffer, size_t size, struct slice suites)
{
	char one[200];

	*buffer = '\0';
	while (suites.length) {
		struct slice suite = cut_part(&suites, ',');
		const char *colon;

		while (suite.length && *suite.at == ' ')
			suite = slice_cut(suite, 1);
		colon = memchr(suite.at, ':', suite.length);
		if (colon)
			suite = slice_cut(suite, (size_t)(colon + 1 - suite.at));
		*one = '\0';
		translate_suite(one, sizeof(one), suite);
		if (strlen(buffer) + strlen(one) + sizeof(", ...") > size) {
			append(buffer, size, "%s...", *buffer ? ", " : "");
			return;
		}
		append(buffer, size, "%s%s", *buffer ? ", " : "", one);
	}
}

/* ---- the sentence ---- */

/* The settings that a tunnel has with its method. */
static uint32_t settings_of(const struct tunnel *tunnel, uint32_t settings)
{
	const uint32_t of_certificates = SETTING_BIT(SETTING_CA) | SETTING_BIT(SETTING_CERTIFICATE) |
					 SETTING_BIT(SETTING_REVOCATION);

	return settings & ~(tunnel->method == METHOD_PSK ? of_certificates
							 : SETTING_BIT(SETTING_SECRET));
}

static void append_look(struct note *note, const struct reason_info *info,
			const struct tunnel *tunnel)
{
	static const char *const places[] = {[REASON_SEE] = "",
					     [REASON_BOTH] = " at both ends",
					     [REASON_THERE] = " at its end",
					     [REASON_ONE] = " at one of both ends"};
	uint32_t left = settings_of(tunnel, info->settings);
	const char *before = info->where == REASON_BOTH ? ": compare " : ": see ";

	for (int i = 0; left; i++) {
		if (!(left & SETTING_BIT(i)))
			continue;
		left &= ~SETTING_BIT(i);
		append(note->text, sizeof(note->text), "%s%s", before, setting_table[i].word);
		before = left & (left - 1) || (left && info->more) ? ", " : info->more ? ", " : " and ";
	}
	if (settings_of(tunnel, info->settings))
		append(note->text, sizeof(note->text), "%s", places[info->where]);
	if (info->more)
		append(note->text, sizeof(note->text), "%s%s", before, info->more);
}

void note_make(struct note *note, const struct cause *cause, const struct model *model,
	       const struct tunnel *tunnel)
{
	const struct reason_info *info = &reason_table[cause->reason];
	const char *at = info->sentence ? strchr(info->sentence, '@') : NULL;
	char values[CAUSE_VALUES];

	*note = (struct note){.slug = info->slug};
	if (!info->slug)
		return;
	memcpy(values, cause->values, sizeof(values));
	telling_hide(model, values);
	if (at)
		append(note->text, sizeof(note->text), "%.*s%s%s", (int)(at - info->sentence),
		       info->sentence, values, at + 1);
	else
		append(note->text, sizeof(note->text), "%s%s%s%s", info->sentence,
		       *values ? " (" : "", values, *values ? ")" : "");
	append_look(note, info, tunnel);
}
