/* SPDX-License-Identifier: ISC */
/*
 * IKE messages as far as they can be read without keys: the header (RFC 7296 3.1, RFC 2408 3.1),
 * what is refused in clear, and which fragment of a message it is (RFC 7383).
 */
#include "runtime/monitor/ike.h"

enum { HEADER = 28, PAYLOAD_HEADER = 4, PAYLOADS_MAX = 64, NOTIFIES_MAX = 3 };
enum { V1_FLAG_ENCRYPTED = 0x01, V2_FLAG_INITIATOR = 0x08, V2_FLAG_RESPONSE = 0x20 };
enum { V1_NOTIFY = 11, V2_NOTIFY = 41, V2_ENCRYPTED = 46, V2_ENCRYPTED_FRAGMENT = 53 };
enum { V2_COOKIE = 16390 };

/* Notifies from here on are no errors. */
enum { V1_ERRORS = 8192, V2_ERRORS = 16384 };

struct name {
	unsigned number;
	const char *name;
};

static const struct name exchanges_v1[] = {
    {1, "Base"},	{2, "Main Mode"},	{3, "Authentication Only"},
    {4, "Aggressive"},	{5, "Informational"},	{6, "Transaction"},
    {32, "Quick Mode"}, {33, "New Group Mode"}, {0}};

static const struct name exchanges_v2[] = {{34, "IKE_SA_INIT"},	       {35, "IKE_AUTH"},
					   {36, "CREATE_CHILD_SA"},    {37, "INFORMATIONAL"},
					   {38, "IKE_SESSION_RESUME"}, {43, "IKE_INTERMEDIATE"},
					   {44, "IKE_FOLLOWUP_KE"},    {0}};

static const struct name notifies_v1[] = {
    {4, "INVALID_COOKIE"},	    {7, "INVALID_EXCHANGE_TYPE"},
    {14, "NO_PROPOSAL_CHOSEN"},	    {16, "PAYLOAD_MALFORMED"},
    {18, "INVALID_ID_INFORMATION"}, {23, "INVALID_HASH_INFORMATION"},
    {24, "AUTHENTICATION_FAILED"},  {0}};

static const struct name notifies_v2[] = {{1, "UNSUPPORTED_CRITICAL_PAYLOAD"},
					  {4, "INVALID_IKE_SPI"},
					  {5, "INVALID_MAJOR_VERSION"},
					  {7, "INVALID_SYNTAX"},
					  {9, "INVALID_MESSAGE_ID"},
					  {11, "INVALID_SPI"},
					  {14, "NO_PROPOSAL_CHOSEN"},
					  {17, "INVALID_KE_PAYLOAD"},
					  {24, "AUTHENTICATION_FAILED"},
					  {43, "TEMPORARY_FAILURE"},
					  {V2_COOKIE, "COOKIE"},
					  {0}};

/* One message; its header is there. */
struct message {
	struct packet_line *line;
	const struct packet_part *part;
	unsigned version;
	size_t end;	   /* of the bytes that payloads may be in */
	unsigned notifies; /* shown so far */
};

static void add_name(struct packet_line *line, const struct name *names, unsigned number,
		     const char *kind)
{
	while (names->name && names->number != number)
		names++;
	if (names->name)
		packet_line_add(line, " %s", names->name);
	else
		packet_line_add(line, " %s %u", kind, number);
}

/* ---- payloads ---- */

/* Only errors, and what else means that the exchange begins anew. */
static bool is_shown(unsigned version, unsigned number)
{
	return version == 1 ? number < V1_ERRORS : number < V2_ERRORS || number == V2_COOKIE;
}

static void add_notify(struct message *message, const unsigned char *payload, size_t length)
{
	size_t at = message->version == 1 ? 10 : 6;
	unsigned number;

	if (length < at + 2)
		return;
	number = packet_u16(payload + at);
	if (is_shown(message->version, number) && message->notifies++ < NOTIFIES_MAX)
		add_name(message->line, message->version == 1 ? notifies_v1 : notifies_v2, number,
			 "notify");
}

/* Says what there is to say of a payload; false at the last one that can be read. */
static bool add_payload(struct message *message, unsigned type, const unsigned char *payload,
			size_t length)
{
	if (type == (message->version == 1 ? V1_NOTIFY : V2_NOTIFY))
		add_notify(message, payload, length);
	if (message->version == 1)
		return true;
	if (type == V2_ENCRYPTED_FRAGMENT && length >= PAYLOAD_HEADER + 4)
		packet_line_add(message->line, " part %u/%u", packet_u16(payload + 4),
				packet_u16(payload + 6));
	return type != V2_ENCRYPTED && type != V2_ENCRYPTED_FRAGMENT;
}

static const char *add_payloads(struct message *message)
{
	const unsigned char *bytes = message->part->at;
	unsigned type = bytes[16];
	size_t at = HEADER;

	for (int count = 0; type && count < PAYLOADS_MAX; count++) {
		size_t left = message->end - at, length;

		length = left < PAYLOAD_HEADER ? 0 : packet_u16(bytes + at + 2);
		if (length < PAYLOAD_HEADER || length > left)
			return message->end < message->part->size || !message->part->whole
				   ? NULL
				   : "wrong length of a payload";
		if (!add_payload(message, type, bytes + at, length))
			return NULL;
		type = bytes[at];
		at += length;
	}
	return NULL;
}

/* ---- headers ---- */

static void add_spis(struct packet_line *line, const unsigned char *bytes)
{
	packet_line_add(line, " spi %08x%08x_i %08x%08x_r", (unsigned)packet_u32(bytes),
			(unsigned)packet_u32(bytes + 4), (unsigned)packet_u32(bytes + 8),
			(unsigned)packet_u32(bytes + 12));
}

static const char *describe_v1(struct message *message)
{
	const unsigned char *bytes = message->part->at;

	packet_line_add(message->line, " IKEv1");
	add_name(message->line, exchanges_v1, bytes[18], "exchange");
	if (packet_u32(bytes + 20))
		packet_line_add(message->line, " id %08x", (unsigned)packet_u32(bytes + 20));
	add_spis(message->line, bytes);
	return bytes[19] & V1_FLAG_ENCRYPTED ? NULL : add_payloads(message);
}

static const char *describe_v2(struct message *message)
{
	const unsigned char *bytes = message->part->at;

	packet_line_add(message->line, " IKEv2");
	add_name(message->line, exchanges_v2, bytes[18], "exchange");
	packet_line_add(message->line, " %s %u from %s",
			bytes[19] & V2_FLAG_RESPONSE ? "response" : "request",
			(unsigned)packet_u32(bytes + 20),
			bytes[19] & V2_FLAG_INITIATOR ? "initiator" : "responder");
	add_spis(message->line, bytes);
	return add_payloads(message);
}

const char *ike_describe(struct packet_line *line, const struct packet_part *part)
{
	struct message message = {.line = line, .part = part, .end = part->left};
	const char *flaw = NULL;

	if (part->left < HEADER) {
		packet_line_add(line, " IKE");
		return part->size < HEADER && part->whole ? "shorter than an IKE header" : NULL;
	}
	message.version = part->at[17] >> 4;
	if (message.version == 1)
		flaw = describe_v1(&message);
	else if (message.version == 2)
		flaw = describe_v2(&message);
	else
		packet_line_add(line, " IKE version %u.%u", message.version, part->at[17] & 15u);
	if (part->whole && packet_u32(part->at + 24) != part->size)
		flaw = "wrong length of IKE";
	return flaw;
}
