/* SPDX-License-Identifier: ISC */
#include "compiler/model/dn.h"

#include <assert.h>
#include <limits.h>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/*
 * Two spellings of one name must compare equal: `dn 0x30..' and its text, and text in another case.
 * So a name becomes a key: for each attribute value whether it opens a new RDN, its OID, and the
 * value with its case folded where charon folds it (PrintableString characters; email addresses).
 * charon folds only where both ends chose PrintableString for their encoding; that is no property
 * of what was typed, so the key goes by the characters alone.
 */

struct attribute {
	const char *word;
	const char *oid; /* the body of its DER */
};

#define EMAIL_OID "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"
#define EMPLOYEE_NUMBER_OID "\x60\x86\x48\x01\x86\xf8\x42\x03\x01\x03"

/* The words that charon knows, in any case; no OID of theirs holds a NUL. */
static const struct attribute attributes[] = {
    {"ND", "\x02\x82\x06\x01\x0a\x07\x14"},
    {"UID", "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"},
    {"DC", "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"},
    {"CN", "\x55\x04\x03"},
    {"SN", "\x55\x04\x04"},
    {"serialNumber", "\x55\x04\x05"},
    {"C", "\x55\x04\x06"},
    {"L", "\x55\x04\x07"},
    {"ST", "\x55\x04\x08"},
    {"STREET", "\x55\x04\x09"},
    {"O", "\x55\x04\x0a"},
    {"OU", "\x55\x04\x0b"},
    {"T", "\x55\x04\x0c"},
    {"D", "\x55\x04\x0d"},
    {"postalAddress", "\x55\x04\x10"},
    {"postalCode", "\x55\x04\x11"},
    {"N", "\x55\x04\x29"},
    {"G", "\x55\x04\x2a"},
    {"I", "\x55\x04\x2b"},
    {"ID", "\x55\x04\x2d"},
    {"dnQualifier", "\x55\x04\x2e"},
    {"dmdName", "\x55\x04\x36"},
    {"pseudonym", "\x55\x04\x41"},
    {"EN", EMPLOYEE_NUMBER_OID},
    {"employeeNumber", EMPLOYEE_NUMBER_OID},
    {"E", EMAIL_OID},
    {"Email", EMAIL_OID},
    {"emailAddress", EMAIL_OID},
    {"UN", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x02"},
    {"unstructuredName", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x02"},
    {"UA", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x08"},
    {"unstructuredAddress", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x08"},
    {"TCGID", "\x2b\x06\x01\x04\x01\x89\x31\x01\x01\x02\x02\x4b"},
};

/* More than the key of one attribute value takes beside its OID and its value. */
#define KEY_OVERHEAD 16
#define KEY_OID_MAX 16 /* of those in the table */

/* In a typed key the values' type has a bit that says that case does not count. */
#define TYPE_MASK 0x3f
#define TYPE_FOLDS 0x40

struct key_writer {
	char *at;
	size_t size;
	size_t room;
	enum dn_key kind;
};

static bool key_start(struct key_writer *key, struct arena *arena, enum dn_key kind, size_t room)
{
	*key = (struct key_writer){.at = arena_alloc(arena, room), .room = room, .kind = kind};
	return key->at != NULL;
}

static void key_put(struct key_writer *key, const char *bytes, size_t size)
{
	assert(size <= key->room - key->size);
	if (size)
		memcpy(key->at + key->size, bytes, size);
	key->size += size;
}

/* The length goes in front, so that no two different names run together to one key. */
static void key_put_sized(struct key_writer *key, struct slice bytes)
{
	const char length[4] = {
	    (char)(bytes.length >> 24 & 0xff),
	    (char)(bytes.length >> 16 & 0xff),
	    (char)(bytes.length >> 8 & 0xff),
	    (char)(bytes.length & 0xff),
	};

	key_put(key, length, sizeof(length));
	key_put(key, bytes.at, bytes.length);
}

static bool is_printable_string(struct slice value)
{
	for (size_t i = 0; i < value.length; i++) {
		char c = value.at[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    (c == '\0' || !strchr(" '()+,-./:=?", c)))
			return false;
	}
	return true;
}

static void fold(char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] >= 'A' && bytes[i] <= 'Z')
			bytes[i] = (char)(bytes[i] - 'A' + 'a');
	}
}

/* One value of a name. */
struct value {
	bool opens; /* a new RDN */
	int type;   /* of its string: V_ASN1_... */
	struct slice oid;
	struct slice bytes;
};

/* The first byte of a value in a typed key; charon does not look at RDNs, only at their values. */
static char type_mark(const struct value *value)
{
	bool folds = value->type == V_ASN1_PRINTABLESTRING ||
		     (value->type == V_ASN1_IA5STRING && slice_is(value->oid, EMAIL_OID));

	return (char)((value->type & TYPE_MASK) | (folds ? TYPE_FOLDS : 0));
}

static void dn_add(struct dn *dn, struct key_writer *key, const struct value *value)
{
	const char type = type_mark(value);

	key_put(key, key->kind == DN_KEY_TYPED ? &type : value->opens ? "," : "+", 1);
	key_put_sized(key, value->oid);
	key_put_sized(key, value->bytes);
	if (key->kind == DN_KEY_FOLDED &&
	    (is_printable_string(value->bytes) || slice_is(value->oid, EMAIL_OID)))
		fold(key->at + key->size - value->bytes.length, value->bytes.length);
	if (slice_is(value->bytes, "*"))
		dn->wildcard = true;
	dn->count++;
}

/* Of a sized part at AT of a key: how long it is, with its length. */
static size_t sized_length(struct slice key, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)key.at + at;

	return 4 +
	       ((size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3]);
}

/*
 * Names that match have the same lengths all through, so that one place is in both keys the same.
 */
bool dn_matches(struct slice a, struct slice b)
{
	size_t at = 0, size;

	if (a.length != b.length)
		return false;
	while (at < a.length) {
		bool folds = a.at[at] == b.at[at] && (a.at[at] & TYPE_FOLDS);

		size = sized_length(a, ++at);
		if (memcmp(a.at + at, b.at + at, size) != 0)
			return false;
		at += size;
		size = sized_length(a, at);
		if (memcmp(a.at + at, b.at + at, 4) != 0 ||
		    (folds ? strncasecmp(a.at + at + 4, b.at + at + 4, size - 4)
			   : memcmp(a.at + at, b.at + at, size)) != 0)
			return false;
		at += size;
	}
	return true;
}

static const char *attribute_oid(struct slice word)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		if (slice_is_nocase(word, attributes[i].word))
			return attributes[i].oid;
	}
	return NULL;
}

/* What is left of a name as text. */
struct cursor {
	const char *at;
	const char *end;
	char separator;
};

static void cursor_skip(struct cursor *cursor, const char *set)
{
	while (cursor->at < cursor->end && *cursor->at && strchr(set, *cursor->at))
		cursor->at++;
}

/* The word ends at a blank or `=', and of those any number may stand before the value. */
static struct slice cursor_take_word(struct cursor *cursor)
{
	const char *from = cursor->at;

	while (cursor->at < cursor->end && *cursor->at != ' ' && *cursor->at != '=')
		cursor->at++;
	return (struct slice){from, (size_t)(cursor->at - from)};
}

/* There is no way to quote a separator. */
static struct slice cursor_take_value(struct cursor *cursor)
{
	const char *from, *to;

	cursor_skip(cursor, " =");
	from = cursor->at;
	while (cursor->at < cursor->end && *cursor->at != cursor->separator)
		cursor->at++;
	to = cursor->at;
	if (cursor->at < cursor->end)
		cursor->at++;
	while (to > from && to[-1] == ' ')
		to--;
	return (struct slice){from, (size_t)(to - from)};
}

static struct cursor cursor_on(struct slice text)
{
	struct cursor cursor = {text.at, text.at + text.length, ','};

	cursor_skip(&cursor, " ");
	if (cursor.at < cursor.end && *cursor.at == '/') {
		cursor.separator = '/';
		cursor.at++;
	}
	return cursor;
}

static size_t text_key_room(struct cursor cursor)
{
	size_t length = (size_t)(cursor.end - cursor.at);
	size_t count = 1;

	for (size_t i = 0; i < length && count < DN_TEXT_MAX; i++)
		count += cursor.at[i] == cursor.separator;
	return count * (KEY_OVERHEAD + KEY_OID_MAX) + length;
}

/* The string that charon makes of a value typed as text. */
static int text_type(struct slice oid, struct slice bytes)
{
	if (slice_is(oid, EMAIL_OID))
		return V_ASN1_IA5STRING;
	return is_printable_string(bytes) ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING;
}

bool dn_from_text(struct arena *arena, struct slice text, enum dn_key kind, struct dn *dn)
{
	struct cursor cursor = cursor_on(text);
	struct key_writer key;

	*dn = (struct dn){.count = 0};
	if (!key_start(&key, arena, kind, text_key_room(cursor)))
		return false;
	for (cursor_skip(&cursor, " "); cursor.at < cursor.end; cursor_skip(&cursor, " ")) {
		const char *oid = attribute_oid(cursor_take_word(&cursor));
		struct value value = {.opens = true};

		if (!oid || cursor.at == cursor.end || dn->count == DN_TEXT_MAX)
			return false;
		value.oid = (struct slice){oid, strlen(oid)};
		value.bytes = cursor_take_value(&cursor);
		value.type = text_type(value.oid, value.bytes);
		dn_add(dn, &key, &value);
	}
	dn->key = (struct slice){key.at, key.size};
	return dn->count > 0;
}

static struct slice string_slice(const ASN1_STRING *string)
{
	return (struct slice){(const char *)ASN1_STRING_get0_data(string),
			      (size_t)ASN1_STRING_length(string)};
}

static struct slice object_slice(const ASN1_OBJECT *object)
{
	return (struct slice){(const char *)OBJ_get0_data(object), OBJ_length(object)};
}

static size_t name_key_room(const X509_NAME *name)
{
	size_t room = 1;

	for (int i = 0; i < X509_NAME_entry_count(name); i++) {
		const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);

		room += KEY_OVERHEAD + object_slice(X509_NAME_ENTRY_get_object(entry)).length +
			string_slice(X509_NAME_ENTRY_get_data(entry)).length;
	}
	return room;
}

static void name_read(const X509_NAME *name, struct key_writer *key, struct dn *dn)
{
	int set = -1;

	for (int i = 0; i < X509_NAME_entry_count(name); i++) {
		const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
		const ASN1_STRING *string = X509_NAME_ENTRY_get_data(entry);
		const struct value value = {
		    .opens = X509_NAME_ENTRY_set(entry) != set,
		    .type = ASN1_STRING_type(string),
		    .oid = object_slice(X509_NAME_ENTRY_get_object(entry)),
		    .bytes = string_slice(string),
		};

		set = X509_NAME_ENTRY_set(entry);
		dn_add(dn, key, &value);
	}
	dn->key = (struct slice){key->at, key->size};
}

/* The length at *AT, which is behind it then; SIZE_MAX if it is none that DER allows. */
static size_t take_length(struct slice der, size_t *at)
{
	const unsigned char *bytes = (const unsigned char *)der.at;
	size_t count, length = 0;

	if (*at == der.length)
		return SIZE_MAX;
	if (bytes[*at] < 0x80)
		return bytes[(*at)++];
	count = bytes[(*at)++] & 0x7fU;
	if (count == 0 || count > 3 || count > der.length - *at || bytes[*at] == 0)
		return SIZE_MAX;
	for (size_t i = 0; i < count; i++)
		length = length << 8 | bytes[(*at)++];
	return length < 0x80 ? SIZE_MAX : length;
}

/*
 * OpenSSL takes BER too, which charon cannot read: lengths that are indefinite or longer than need
 * be, strings in pieces.
 */
static bool is_strict(struct slice der)
{
	size_t at = 0;

	while (at < der.length) {
		unsigned char tag = (unsigned char)der.at[at++];
		size_t length = take_length(der, &at);
		bool constructed = tag == 0x30 || tag == 0x31;

		if (length > der.length - at || (tag & 0x1f) == 0x1f ||
		    (!constructed && tag & 0x20))
			return false;
		if (!constructed)
			at += length;
	}
	return true;
}

bool dn_from_der(struct arena *arena, struct slice der, enum dn_key kind, struct dn *dn)
{
	const unsigned char *at = (const unsigned char *)der.at;
	struct key_writer key;
	X509_NAME *name;
	bool good = false;

	*dn = (struct dn){.count = 0};
	if (der.length == 0 || der.length > LONG_MAX || !is_strict(der))
		return false;
	name = d2i_X509_NAME(NULL, &at, (long)der.length);
	if (name && at == (const unsigned char *)der.at + der.length &&
	    key_start(&key, arena, kind, name_key_room(name))) {
		name_read(name, &key, dn);
		good = true;
	}
	X509_NAME_free(name);
	ERR_clear_error();
	return good;
}
