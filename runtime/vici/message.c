/* SPDX-License-Identifier: ISC */
#include "runtime/vici/message.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing ---- */

void vici_message_init(struct vici_message *message)
{
	memset(message, 0, sizeof(*message));
}

void vici_message_free(struct vici_message *message)
{
	if (message->bytes)
		explicit_bzero(message->bytes, message->room);
	free(message->bytes);
	vici_message_init(message);
}

struct slice vici_message_slice(const struct vici_message *message)
{
	static const char unsound[] = "\xff"; /* no message begins so */

	if (message->failed)
		return (struct slice){unsound, 1};
	return (struct slice){message->bytes ? message->bytes : "", message->size};
}

/* realloc() would leave a copy of what may be a secret behind. */
static bool make_message_room(struct vici_message *message, size_t more)
{
	size_t room = message->room ? message->room : 512;
	char *bytes;

	if (message->room - message->size >= more)
		return true;
	while (room - message->size < more)
		room *= 2;
	bytes = malloc(room);
	if (!bytes)
		return false;
	if (message->bytes) {
		memcpy(bytes, message->bytes, message->size);
		explicit_bzero(message->bytes, message->room);
		free(message->bytes);
	}
	message->bytes = bytes;
	message->room = room;
	return true;
}

void vici_put_raw(struct vici_message *message, const void *bytes, size_t size)
{
	if (!message->failed && !make_message_room(message, size))
		message->failed = true;
	if (message->failed || size == 0)
		return;
	memcpy(message->bytes + message->size, bytes, size);
	message->size += size;
}

static void put_kind(struct vici_message *message, enum vici_kind kind)
{
	uint8_t byte = (uint8_t)kind;

	vici_put_raw(message, &byte, 1);
}

static void put_element(struct vici_message *message, enum vici_kind kind, const char *name)
{
	size_t length = strlen(name);
	uint8_t byte = (uint8_t)length;

	if (length > VICI_NAME_MAX)
		message->failed = true;
	put_kind(message, kind);
	vici_put_raw(message, &byte, 1);
	vici_put_raw(message, name, length);
}

static void put_bytes(struct vici_message *message, struct slice value)
{
	uint8_t bytes[2] = {(uint8_t)(value.length >> 8), (uint8_t)value.length};

	if (value.length > VICI_VALUE_MAX)
		message->failed = true;
	vici_put_raw(message, bytes, sizeof(bytes));
	vici_put_raw(message, value.at, value.length);
}

void vici_put_section(struct vici_message *message, const char *name)
{
	put_element(message, VICI_SECTION, name);
}

void vici_put_section_end(struct vici_message *message)
{
	put_kind(message, VICI_SECTION_END);
}

void vici_put(struct vici_message *message, const char *key, struct slice value)
{
	put_element(message, VICI_VALUE, key);
	put_bytes(message, value);
}

void vici_put_text(struct vici_message *message, const char *key, const char *value)
{
	vici_put(message, key, (struct slice){value, strlen(value)});
}

void vici_put_list(struct vici_message *message, const char *name)
{
	put_element(message, VICI_LIST, name);
}

void vici_put_item(struct vici_message *message, struct slice value)
{
	put_kind(message, VICI_ITEM);
	put_bytes(message, value);
}

void vici_put_list_end(struct vici_message *message)
{
	put_kind(message, VICI_LIST_END);
}

/* ---- reading ---- */

static bool take_bytes(struct slice *rest, size_t length, struct slice *taken)
{
	if (rest->length < length)
		return false;
	*taken = (struct slice){rest->at, length};
	rest->at += length;
	rest->length -= length;
	return true;
}

static bool take_sized(struct slice *rest, size_t size_bytes, struct slice *taken)
{
	struct slice size;
	size_t length = 0;

	if (!take_bytes(rest, size_bytes, &size))
		return false;
	for (size_t i = 0; i < size_bytes; i++)
		length = length << 8 | (unsigned char)size.at[i];
	return take_bytes(rest, length, taken);
}

/* One token: the begin or end of a section or list counts as one. */
static bool take_token(struct slice *rest, struct vici_element *token)
{
	struct slice kind;

	*token = (struct vici_element){.name = {"", 0}, .value = {"", 0}};
	if (!take_bytes(rest, 1, &kind))
		return false;
	token->kind = (enum vici_kind)(unsigned char)*kind.at;
	switch (token->kind) {
	case VICI_SECTION:
	case VICI_LIST:
		return take_sized(rest, 1, &token->name);
	case VICI_VALUE:
		return take_sized(rest, 1, &token->name) && take_sized(rest, 2, &token->value);
	case VICI_ITEM:
		return take_sized(rest, 2, &token->value);
	case VICI_SECTION_END:
	case VICI_LIST_END:
		return true;
	}
	return false;
}

bool vici_is_sound(struct slice message)
{
	unsigned depth = 0; /* of sections */
	bool in_list = false;
	struct vici_element token;

	while (message.length) {
		if (!take_token(&message, &token))
			return false;
		if (in_list != (token.kind == VICI_ITEM || token.kind == VICI_LIST_END))
			return false;
		if (token.kind == VICI_SECTION && ++depth > VICI_DEPTH_MAX)
			return false;
		if (token.kind == VICI_SECTION_END && depth-- == 0)
			return false;
		if (token.kind == VICI_LIST || token.kind == VICI_LIST_END)
			in_list = token.kind == VICI_LIST;
	}
	return depth == 0 && !in_list;
}

/* The body of the section or list that was just begun; *REST moves behind its end. */
static struct slice take_body(struct slice *rest)
{
	struct slice body = *rest;
	unsigned depth = 1;
	struct vici_element token;

	while (depth && take_token(rest, &token)) {
		if (token.kind == VICI_SECTION || token.kind == VICI_LIST)
			depth++;
		else if (token.kind == VICI_SECTION_END || token.kind == VICI_LIST_END)
			depth--;
	}
	body.length = (size_t)(rest->at - body.at) - 1;
	return body;
}

bool vici_next(struct slice *rest, struct vici_element *element)
{
	if (!take_token(rest, element))
		return false;
	if (element->kind == VICI_SECTION || element->kind == VICI_LIST)
		element->value = take_body(rest);
	return true;
}

struct slice vici_get(struct slice section, const char *key)
{
	struct vici_element element;

	while (vici_next(&section, &element)) {
		if (element.kind == VICI_VALUE && slice_is(element.name, key))
			return element.value;
	}
	return (struct slice){NULL, 0};
}

struct slice vici_get_body(struct slice section, const char *name)
{
	struct vici_element element;

	while (vici_next(&section, &element)) {
		if (element.kind != VICI_VALUE && slice_is(element.name, name))
			return element.value;
	}
	return (struct slice){NULL, 0};
}

bool vici_get_yes(struct slice section, const char *key)
{
	return slice_is(vici_get(section, key), "yes");
}

long long vici_get_number(struct slice section, const char *key, long long fallback)
{
	struct slice value = vici_get(section, key);
	bool negative = value.length && *value.at == '-';
	long long number = 0;

	if (value.length == negative || value.length > 18)
		return fallback;
	for (size_t i = negative; i < value.length; i++) {
		if (value.at[i] < '0' || value.at[i] > '9')
			return fallback;
		number = number * 10 + (value.at[i] - '0');
	}
	return negative ? -number : number;
}
