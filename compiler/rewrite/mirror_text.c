/* SPDX-License-Identifier: ISC */
/* The other end in the languages that it may want, and what each cannot say. */
#include "backends/libreswan.h"
#include "backends/swanctl.h"
#include "compiler/rewrite/mirror.h"
#include "compiler/write/canon.h"
#include "compiler/write/writer.h"

#include <string.h>

/* ---- what cannot be said ---- */

/* What a WeOS 4 device agrees to of itself, no public source tells. */
static bool supports_suites(const struct mirror_end *end, struct backend_refusal *refusal)
{
	const struct tunnel *from = end->from;

	if (!from->weos4 || !from->enabled)
		return true;
	if (!from->ike->set)
		return backend_refuse(
		    refusal, from, SETTING_IKE,
		    "the suites of automatic ike are not known of WeOS 4: name one");
	return from->esp->set ||
	       backend_refuse(refusal, from, SETTING_ESP,
			      "the suites of automatic esp are not known of WeOS 4: name one");
}

static bool supports_algorithms(const struct tunnel *tunnel, enum setting setting,
				const struct suite *suite, struct backend_refusal *refusal)
{
	for (int slot = 0; suite->set && slot < SUITE_SLOTS; slot++) {
		const struct algorithm *algorithm = suite->slot[slot].algorithm;
		const char *instead = suite->slot[slot].state == SLOT_GIVEN
					  ? weos4_algorithm_instead(algorithm)
					  : NULL;

		if (instead)
			return backend_refuse(refusal, tunnel, setting,
					      "WeOS 5 has no %s: write %s first, at both ends",
					      algorithm->word, instead);
	}
	return true;
}

/* What WeOS 4 has and WeOS 5 has not. */
static bool supports_weos4(const struct mirror_end *end, struct backend_refusal *refusal)
{
	const struct tunnel *tunnel = &end->tunnel;

	if (end->from->weos4 && end->from->weos4->aggressive) {
		backend_refuse(refusal, end->from, SETTING_COUNT - 1,
			       "WeOS 5 has main mode only: write 'no aggressive' first");
		refusal->at = end->from->weos4->from[WEOS4_AGGRESSIVE].at.name;
		return false;
	}
	if (tunnel->esp->set && tunnel->esp->slot[SUITE_DH].state != SLOT_GIVEN)
		return backend_refuse(refusal, tunnel, SETTING_ESP,
				      "esp of WeOS 5 has a group, and this one has none: write "
				      "'pfs' first");
	return supports_algorithms(tunnel, SETTING_IKE, tunnel->ike, refusal) &&
	       supports_algorithms(tunnel, SETTING_ESP, tunnel->esp, refusal);
}

static bool weos_supports(const struct mirror *mirror, const struct mirror_end *end,
			  struct arena *arena, struct backend_refusal *refusal)
{
	const struct tunnel *tunnel = &end->tunnel;
	struct slice words;

	(void)mirror;
	if (!supports_suites(end, refusal) || !supports_weos4(end, refusal))
		return false;
	for (int setting = 0; setting < SETTING_COUNT; setting++) {
		if (tunnel_given(tunnel, (enum setting)setting) &&
		    !canon_words(arena, tunnel, (enum setting)setting, &words))
			return backend_refuse(refusal, tunnel, (enum setting)setting,
					      "no words of WeOS 5 make this '%s' at the other end",
					      setting_table[setting].word);
	}
	return true;
}

static bool swanctl_takes(const struct mirror *mirror, const struct mirror_end *end,
			  struct arena *arena, struct backend_refusal *refusal)
{
	(void)arena;
	return supports_suites(end, refusal) &&
	       swanctl_supports(&mirror->model, &end->tunnel, refusal);
}

static bool libreswan_takes(const struct mirror *mirror, const struct mirror_end *end,
			    struct arena *arena, struct backend_refusal *refusal)
{
	(void)arena;
	return supports_suites(end, refusal) &&
	       libreswan_supports(&mirror->model, &end->tunnel, refusal);
}

/* ---- writing ---- */

static void write_note(struct writer *writer, const struct mirror_end *end, enum setting setting)
{
	if (end->notes[setting])
		writer_comment(writer, "%s: %s", setting_table[setting].word, end->notes[setting]);
}

static bool write_end(struct writer *writer, struct arena *arena, const struct mirror_end *end)
{
	bool written = true;

	writer_printf(writer, "no ipsec %d", (int)end->tunnel.id);
	writer_open(writer, "ipsec %d", (int)end->tunnel.id);
	for (int i = 0; i < SETTING_COUNT && written; i++) {
		write_note(writer, end, writer_order(i));
		written = writer_value(writer, arena, &end->tunnel, writer_order(i));
	}
	writer_close(writer);
	return written;
}

static void weos_write(const struct mirror *mirror, struct arena *arena, struct output *output)
{
	struct writer writer;
	bool written = true;

	writer_init(&writer, output);
	writer_comment(&writer,
		       "made by weipsec mirror: the other end, to be pasted into WeOS 5; an "
		       "ID that has another tunnel there is to be changed first");
	writer_printf(&writer, "configure");
	writer_open(&writer, "tunnel");
	for (size_t i = 0; i < mirror->model.count && written; i++)
		written = write_end(&writer, arena, &mirror->ends[i]);
	writer_close(&writer);
	writer_comment(&writer, "behind 'leave', when the tunnels are up: copy run start");
	writer_printf(&writer, "leave");
	if (!written)
		output->failed = 1;
}

/* What is not known, before what is; in the words of WeOS. */
static void write_notes(const struct mirror *mirror, struct output *output)
{
	bool any = false;

	for (size_t i = 0; i < mirror->model.count; i++) {
		const struct mirror_end *end = &mirror->ends[i];

		for (int at = 0; end->tunnel.enabled && at < SETTING_COUNT; at++) {
			enum setting setting = writer_order(at);

			if (!end->notes[setting])
				continue;
			output_printf(output, "# ipsec%d, %s: %s\n", (int)end->tunnel.id,
				      setting_table[setting].word, end->notes[setting]);
			any = true;
		}
	}
	if (any)
		output_printf(output, "\n");
}

static void swanctl_write(const struct mirror *mirror, struct arena *arena, struct output *output)
{
	(void)arena;
	write_notes(mirror, output);
	swanctl_emit(&mirror->model, output);
}

static void write_libreswan(const struct mirror *mirror, struct arena *arena, struct output *output)
{
	(void)arena;
	write_notes(mirror, output);
	libreswan_write(&mirror->model, mirror->is_document, output);
}

const struct mirror_language mirror_languages[] = {
    {"weos", weos_supports, true, weos_write},
    {"swanctl", swanctl_takes, false, swanctl_write},
    {"libreswan", libreswan_takes, false, write_libreswan},
    {NULL, NULL, false, NULL},
};
