/* SPDX-License-Identifier: ISC */
/*
 * From foreign lines to what is known of the device.  A stored configuration has all interfaces; what
 * is typed, behind a prompt or behind `configure', adds to what the device has already, so it tells of
 * its own interfaces only.
 */
#include "compiler/lower/device_text.h"

#include "compiler/model/words.h"

#include <string.h>

/* A command on an interface: the words behind its name. */
struct words {
	struct text *text;
	const struct ast_word *words;
	size_t count;
};

void device_text_begin(struct device_text *reading, struct findings *findings)
{
	reading->findings = findings;
	reading->device = arena_alloc(findings->arena, sizeof(*reading->device));
	if (reading->device)
		device_init(reading->device);
}

/* The next word if it is WORD, or if WORD is NULL any; *TEXT is it. */
static bool words_take(struct words *words, const char *word, struct slice *text)
{
	struct slice next;

	if (words->count == 0)
		return false;
	next = ast_word_text(words->text, words->words[0]);
	if (word && !slice_is(next, word))
		return false;
	if (text)
		*text = next;
	words->words++;
	words->count--;
	return true;
}

static bool next_is(const struct words *words, const char *word)
{
	return slice_is(ast_word_text(words->text, words->words[0]), word);
}

static struct device_interface *enter_interface(struct device_text *reading,
						const struct ast_command *command)
{
	struct slice name = ast_word_text(reading->findings->text, command->words[0]);
	struct device_interface *interface = device_interface_find(reading->device, name);

	if (interface)
		return interface;
	interface = device_interface_new(reading->device, reading->findings->arena, name);
	if (interface)
		interface->at = command->at;
	return interface;
}

static void interface_add_address(struct device_text *reading, const struct ast_command *command,
				  struct device_interface *interface, struct words words)
{
	struct device_address *address;
	struct slice word;
	unsigned length;
	uint32_t mask;

	if (!words_take(&words, NULL, &word)) {
		interface->unclear = true;
		return;
	}
	address = device_address_add(interface, reading->findings->arena, word);
	if (!address)
		return;
	address->at = command->at;
	/* a netmask in a word of its own */
	while (words_take(&words, NULL, &word)) {
		if (address_read(word, &mask) && netmask_length(mask, &length))
			address->length = (uint8_t)length;
		address->secondary = address->secondary || slice_is(word, "secondary");
	}
}

/* `no address' removes all, `no address A/L' that one. */
static void interface_remove_address(struct device_interface *interface, struct words words)
{
	struct device_address **place = &interface->addresses;
	struct slice word;
	uint32_t ip;
	uint8_t length;

	if (!words_take(&words, NULL, &word)) {
		interface->addresses = NULL;
		return;
	}
	if (!device_address_read(word, &ip, &length))
		return;
	while (*place) {
		if ((*place)->ip == ip)
			*place = (*place)->next;
		else
			place = &(*place)->next;
	}
}

/* The words behind `inet': what they say of the method.  True if an address follows. */
static bool interface_set_method(struct device_interface *interface, struct words *words)
{
	if (words_take(words, "static", NULL))
		return words->count && !next_is(words, "address") && !next_is(words, "enable");
	if (words_take(words, "dhcp", NULL))
		interface->dhcp = true;
	else if (words_take(words, "link-local", NULL))
		interface->link_local = true;
	else
		interface->unclear = true;
	return false;
}

static void interface_set(struct device_text *reading, const struct ast_command *command,
			  struct words words)
{
	struct device_interface *interface = enter_interface(reading, command);
	bool method = words_take(&words, "inet", NULL);
	bool address;

	if (!interface)
		return;
	address = method && interface_set_method(interface, &words);
	address = words_take(&words, "address", NULL) || address;
	if (address)
		interface_add_address(reading, command, interface, words);
	if (words_take(&words, "enable", NULL))
		interface->enabled = true;
	if ((method || address) && !command->prompted && !reading->script)
		reading->device->whole = true;
}

static void interface_unset(struct device_interface *interface, struct words words)
{
	if (words_take(&words, "inet", NULL)) {
		if (words_take(&words, "dhcp", NULL))
			interface->dhcp = false;
		else if (words_take(&words, "link-local", NULL))
			interface->link_local = false;
		else if (words_take(&words, "static", NULL) && !words.count)
			interface->addresses = NULL;
	}
	if (words_take(&words, "enable", NULL))
		interface->enabled = false;
	else if (words_take(&words, "address", NULL))
		interface_remove_address(interface, words);
}

/* It is there no more, as far as the text tells. */
static void forget(struct device_interface *interface)
{
	interface->addresses = NULL;
	interface->dhcp = interface->link_local = interface->unclear = false;
	interface->enabled = true;
}

static void command_interface(struct device_text *reading, const struct ast_command *command)
{
	struct words words = {reading->findings->text, command->words + 1, command->count - 1};
	bool negated = command->kind == AST_NO_INTERFACE || words_take(&words, "no", NULL);
	struct device_interface *interface;

	if (!negated) {
		interface_set(reading, command, words);
		return;
	}
	interface = enter_interface(reading, command);
	if (interface && words.count)
		interface_unset(interface, words);
	else if (interface && command->kind == AST_NO_INTERFACE)
		forget(interface);
}

void device_text_command(struct device_text *reading, const struct ast_command *command)
{
	switch (command->kind) {
	case AST_HOSTNAME:
		reading->device->hostname =
		    ast_word_text(reading->findings->text, command->words[0]);
		break;
	case AST_INTERFACE:
	case AST_NO_INTERFACE:
		command_interface(reading, command);
		break;
	case AST_BEGIN:
		reading->script = reading->script || !command->prompted;
		break;
	default:
		break;
	}
}

const struct device *device_text_finish(struct device_text *reading, const struct ast *ast)
{
	struct text *text = reading->findings->text;
	struct device *device = reading->device;

	device->unclear = ast->device_cut;
	device->release = text_slice(text, ast->release);
	device->release_at = ast->release;
	device->prompt = text_slice(text, ast->prompt_host);
	return device;
}
