/* SPDX-License-Identifier: ISC */
#include "compiler/fleet/site.h"

#include "compiler/base/files.h"
#include "compiler/compilation/artefact.h"
#include "compiler/compilation/ignore.h"
#include "compiler/finding/mask.h"
#include "compiler/finding/silence.h"
#include "compiler/finding/tunnel_ids.h"
#include "compiler/fleet/extract.h"
#include "compiler/fleet/site_pki.h"
#include "compiler/model/device.h"
#include "compiler/model/telling.h"
#include "grammar/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A site in the making: what comes from FROM goes to memory of ARENA. */
struct making {
	struct site *site;
	const struct compilation *from;
	struct arena *arena;
	struct digest *digest;
	struct extract extract;
	uint32_t *hidden; /* of each tunnel: bits of settings that may not be shown */
	struct slice shown[SETTING_COUNT]; /* the last line of each that may be shown */
	const struct suite *suites[2];	   /* the last ones that were copied, of each use */
	struct slice words[4];		   /* the last ones that were copied */
	unsigned next_word;
};

/* ---- which lines ---- */

/* Text of the user: what may be shown of it the mask of its line decides. */
static bool is_free_text(enum setting setting)
{
	enum setting_type type = setting_table[setting].type;

	return type == SETTING_TEXT || type == SETTING_LABEL || type == SETTING_IDENTITY;
}

/* The line of ORIGIN, a setting of free text, shows its value.  Neighbours often have the same. */
static bool shows_value(struct making *making, enum setting setting, const struct origin *origin)
{
	const struct text *text = making->from->text;
	const char *at = text->bytes + origin->name.from;
	const char *start = memrchr(text->bytes, '\n', origin->name.from);
	const char *end = memchr(at, '\n', text->size + 1 - origin->name.from);
	struct slice line;
	uint32_t from;
	struct mask mask;

	start = start ? start + 1 : text->bytes;
	line = (struct slice){start, (size_t)(end - start)};
	if (line.length > TEXT_LINE_MAX)
		return false;
	if (making->shown[setting].length && slice_compare(making->shown[setting], line) == 0)
		return true;
	from = (uint32_t)(start - text->bytes);
	mask_read(&mask, text, line);
	if (!mask_shows(&mask, (struct span){origin->value.from - from, origin->value.to - from}))
		return false;
	making->shown[setting] = line;
	return true;
}

static bool has_blank(struct slice value)
{
	return memchr(value.at, ' ', value.length) || memchr(value.at, '\t', value.length);
}

/* True if SETTING may not be shown. */
static bool want_setting(struct making *making, const struct tunnel *tunnel, enum setting setting,
			 const struct origin *origin)
{
	struct text *text = making->from->text;
	struct span whole = {origin->name.from, origin->value.to};
	bool is_known = tunnel_given(tunnel, setting), is_free = is_known && is_free_text(setting);

	if (is_free)
		is_known = !making->site->is_document && shows_value(making, setting, origin);
	if (is_known && setting == SETTING_SECRET)
		is_known = !has_blank(text_slice(text, origin->value));
	if (is_known)
		extract_want_only(&making->extract, whole,
				  setting == SETTING_SECRET ? origin->value : (struct span){0, 0});
	else
		extract_want(&making->extract, origin->name.from);
	return is_free && !is_known && !making->site->is_document;
}

/* The lines of TUNNEL.  Returns the bits of settings of which nothing may be shown. */
static uint32_t want_tunnel(struct making *making, const struct tunnel *tunnel)
{
	uint32_t hidden = 0;
	size_t next = 0;

	extract_want_only(&making->extract, tunnel->header, (struct span){0, 0});
	for (int i = 0; i < SETTING_COUNT; i++) {
		enum setting setting = (enum setting)i;

		if (tunnel_state(tunnel, setting) != ORIGIN_DEFAULT &&
		    want_setting(making, tunnel, setting, &tunnel->origins[next++]))
			hidden |= UINT32_C(1) << i;
		if (is_free_text(setting) && telling_setting(tunnel, setting))
			hidden |= UINT32_C(1) << i;
	}
	return hidden;
}

static void want_ignores(struct making *making, const struct ignore *ignore)
{
	for (; ignore; ignore = ignore->next)
		extract_want(&making->extract, ignore->at.from);
}

/* The lines with comments, and those that they are for. */
static void want_comments(struct making *making, const struct silence *silence)
{
	if (!silence)
		return;
	want_ignores(making, silence->whole);
	for (size_t i = 0; i < silence->count; i++) {
		want_ignores(making, silence->lines[i].first);
		if (silence->lines[i].first)
			extract_want(&making->extract, silence->lines[i].at.from);
	}
}

static void want_errors(struct making *making)
{
	for (const struct finding *at = making->from->findings.first; at; at = at->next) {
		if (at->severity != SEVERITY_ERROR)
			continue;
		extract_want(&making->extract, at->at.from);
		for (const struct finding_related *there = at->related; there; there = there->next)
			extract_want(&making->extract, there->at.from);
	}
}

/* ---- errors ---- */

static const char *copy_string(struct making *making, const char *string)
{
	return string ? arena_copy(making->arena, string, strlen(string)) : NULL;
}

static void copy_related(struct making *making, const struct finding *from, struct finding *to)
{
	struct finding_related **last = &to->related;

	for (const struct finding_related *at = from->related; at; at = at->next) {
		struct finding_related *copy = arena_alloc(making->arena, sizeof(*copy));

		if (!copy)
			return;
		copy->at = extract_map(&making->extract, at->at);
		copy->message = copy_string(making, at->message);
		*last = copy;
		last = &copy->next;
	}
}

/* An edit is for who has the file at hand. */
static void copy_errors(struct making *making)
{
	struct finding **last = &making->site->errors;

	for (const struct finding *at = making->from->findings.first; at; at = at->next) {
		struct finding *copy;

		if (at->severity != SEVERITY_ERROR)
			continue;
		copy = arena_alloc(making->arena, sizeof(*copy));
		if (!copy)
			return;
		*copy = (struct finding){.rule = at->rule,
					 .severity = at->severity,
					 .tunnel = at->tunnel,
					 .at = extract_map(&making->extract, at->at),
					 .message = copy_string(making, at->message),
					 .help = copy_string(making, at->help)};
		copy_related(making, at, copy);
		*last = copy;
		last = &copy->next;
	}
}

/* ---- tunnels ---- */

/* A copy of SLICE; neighbours often have the same words. */
static struct slice copy_slice(struct making *making, struct slice slice)
{
	const size_t count = sizeof(making->words) / sizeof(making->words[0]);
	struct slice *copy;

	if (!slice.length)
		return (struct slice){NULL, 0};
	for (size_t i = 0; i < count; i++) {
		if (making->words[i].length && slice_compare(making->words[i], slice) == 0)
			return making->words[i];
	}
	copy = &making->words[making->next_word++ % count];
	copy->at = arena_copy(making->arena, slice.at, slice.length);
	copy->length = copy->at ? slice.length : 0;
	return *copy;
}

bool site_suites_equal(const struct suite *a, const struct suite *b)
{
	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		if (a->slot[slot].state != b->slot[slot].state ||
		    a->slot[slot].algorithm != b->slot[slot].algorithm)
			return false;
	}
	return a->set == b->set;
}

/* Without the places of its words. */
static const struct suite *copy_suite(struct making *making, const struct suite *suite, int use)
{
	struct suite *copy;

	if (!suite->set)
		return &suite_automatic;
	if (making->suites[use] && site_suites_equal(making->suites[use], suite))
		return making->suites[use];
	copy = arena_alloc(making->arena, sizeof(*copy));
	if (!copy)
		return &suite_automatic;
	copy->set = true;
	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		copy->slot[slot].state = suite->slot[slot].state;
		copy->slot[slot].algorithm = suite->slot[slot].algorithm;
	}
	making->suites[use] = copy;
	return copy;
}

/* Equal ones are still equal. */
static struct slice hidden_key(struct making *making, struct slice key)
{
	char digest[WRITTEN_DIGEST];

	digest_begin(making->digest);
	digest_add(making->digest, key.at, key.length);
	digest_end(making->digest, digest, sizeof(digest));
	return copy_slice(making, (struct slice){digest, sizeof(digest)});
}

/* The end of KEY that is VALUE, or nothing. */
static struct slice find_end(struct slice key, struct slice value)
{
	struct slice end;

	if (!value.length || key.length < value.length)
		return (struct slice){NULL, 0};
	end = slice_cut(key, key.length - value.length);
	return slice_compare(end, value) == 0 ? end : (struct slice){NULL, 0};
}

static struct identity copy_identity(struct making *making, const struct identity *identity,
				     bool is_hidden)
{
	struct identity copy = *identity;

	if (is_hidden && identity->key.length) {
		copy.value = copy_slice(making, (struct slice){SITE_HIDDEN, 4});
		copy.key = hidden_key(making, identity->key);
		copy.wildcard = false;
		copy.value_is_der = false;
		return copy;
	}
	copy.key = copy_slice(making, identity->key);
	copy.value = find_end(copy.key, identity->value);
	if (!copy.value.length)
		copy.value = copy_slice(making, identity->value);
	return copy;
}

static struct slice copy_text(struct making *making, struct slice text, bool is_hidden)
{
	return copy_slice(making, is_hidden && text.length ? (struct slice){SITE_HIDDEN, 4} : text);
}

static struct secret copy_secret(struct making *making, const struct tunnel *tunnel)
{
	struct secret copy = tunnel->secret;
	struct digest *digest = making->digest;
	struct slice written;
	char *digests;

	copy.bytes = (struct slice){NULL, 0};
	if (!copy.set || copy.mask == SECRET_MASKED || tunnel->method != METHOD_PSK)
		return copy;
	digests = arena_alloc(making->arena, WRITTEN_DIGESTS);
	if (!digests)
		return copy;
	copy.bytes = (struct slice){digests, WRITTEN_DIGEST};
	written = written_secret(making->from->text, tunnel, making->site->is_document);
	digest_begin(digest);
	digest_add(digest, tunnel->secret.bytes.at, tunnel->secret.bytes.length);
	digest_end(digest, digests, WRITTEN_DIGEST);
	for (int form = 0; form < WRITTEN_FORMS; form++) {
		enum written_form same = written_form_same(written, (enum written_form)form);
		char *to = digests + WRITTEN_FORM_AT(form);

		if ((int)same < form) {
			memcpy(to, digests + WRITTEN_FORM_AT(same), WRITTEN_FORM_DIGEST);
			continue;
		}
		digest_begin(digest);
		written_form_put(written, (enum written_form)form, digest_add, digest);
		digest_end(digest, to, WRITTEN_FORM_DIGEST);
	}
	return copy;
}

static const struct origin *copy_origins(struct making *making, const struct tunnel *tunnel)
{
	size_t count = (size_t)__builtin_popcountll(states_named(tunnel->states));
	struct origin *copy = arena_alloc(making->arena, count * sizeof(*copy) + 1);

	for (size_t i = 0; copy && i < count; i++) {
		const struct origin *from = &tunnel->origins[i];

		copy[i].name = extract_map(&making->extract, from->name);
		copy[i].value = from->name.to ? extract_map(&making->extract, from->value)
					      : (struct span){0, 0};
		if (!from->name.to)
			copy[i].name = (struct span){0, 0};
	}
	return copy;
}

static bool hides(uint32_t hidden, enum setting setting)
{
	return hidden & UINT32_C(1) << setting;
}

static struct tunnel *copy_tunnel(struct making *making, const struct tunnel *tunnel,
				  uint32_t hidden)
{
	struct tunnel *copy = arena_alloc(making->arena, sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *tunnel;
	copy->header = extract_map(&making->extract, tunnel->header);
	copy->origins = copy_origins(making, tunnel);
	copy->provenance = NULL;
	copy->keys = NULL;
	copy->ike = copy_suite(making, tunnel->ike, 0);
	copy->esp = copy_suite(making, tunnel->esp, 1);
	copy->secret = copy_secret(making, tunnel);
	copy->certificate =
	    copy_text(making, tunnel->certificate, hides(hidden, SETTING_CERTIFICATE));
	copy->ca = copy_text(making, tunnel->ca, hides(hidden, SETTING_CA));
	copy->description =
	    copy_text(making, tunnel->description, hides(hidden, SETTING_DESCRIPTION));
	copy->local_id = copy_identity(making, &tunnel->local_id, hides(hidden, SETTING_LOCAL_ID));
	copy->remote_id =
	    copy_identity(making, &tunnel->remote_id, hides(hidden, SETTING_REMOTE_ID));
	return copy;
}

/* In WeOS 4 what is asked of this is whether it is there. */
static void share_weos4(struct making *making)
{
	struct model *model = &making->site->model;
	struct weos4_tunnel *shared = NULL;

	for (size_t i = 0; i < model->count; i++) {
		if (!model->tunnels[i]->weos4)
			continue;
		if (!shared)
			shared = arena_alloc(making->arena, sizeof(*shared));
		model->tunnels[i]->weos4 = shared;
	}
}

static void find_told(const struct making *making, struct tunnel_ids *told)
{
	for (const struct finding *at = making->from->findings.first; at; at = at->next) {
		if (at->rule == WI506 || at->rule == WI507)
			tunnel_ids_add(told, at->tunnel);
	}
}

static bool copy_model(struct making *making)
{
	const struct model *from = making->from->model;
	struct site *site = making->site;
	struct tunnel_ids invalid = {{0}}, told = {{0}};

	site->model.dialect = from->dialect;
	site->model.count = from->count;
	site->model.tunnels = arena_alloc(making->arena, from->count * sizeof(struct tunnel *) + 1);
	site->ends = arena_alloc(making->arena, from->count * sizeof(*site->ends) + 1);
	if (!site->model.tunnels || !site->ends)
		return false;
	tunnel_ids_add_errors(&invalid, &making->from->findings);
	find_told(making, &told);
	for (size_t i = 0; i < from->count; i++) {
		site->model.tunnels[i] = copy_tunnel(making, from->tunnels[i], making->hidden[i]);
		if (!site->model.tunnels[i])
			return false;
		site->ends[i].is_invalid = tunnel_ids_have(&invalid, from->tunnels[i]->id);
		site->ends[i].is_told = tunnel_ids_have(&told, from->tunnels[i]->id);
	}
	share_weos4(making);
	return true;
}

/* ---- all of it ---- */

static bool make_site(struct making *making)
{
	const struct model *model = making->from->model;
	struct site *site = making->site;

	site->is_document = making->from->agent != NULL;
	extract_init(&making->extract, making->from->text, site->is_document, making->from->arena);
	making->hidden =
	    arena_alloc(making->from->arena, (model ? model->count : 0) * sizeof(uint32_t) + 1);
	for (size_t i = 0; model && making->hidden && i < model->count; i++)
		making->hidden[i] = want_tunnel(making, model->tunnels[i]);
	want_errors(making);
	want_comments(making, making->from->findings.silence);
	site->model.text = extract_make(&making->extract, site->path, making->arena);
	if (!site->model.text || arena_failed(making->from->arena))
		return false;
	site->hostname = copy_slice(making, site_hostname(model));
	copy_errors(making);
	if (model && !copy_model(making))
		return false;
	return site_finish(site, making->arena);
}

bool site_finish(struct site *site, struct arena *arena)
{
	struct findings findings;

	findings_init(&findings, arena, site->model.text);
	if (!site->is_document)
		ignore_collect(&findings);
	site->silence = findings.silence;
	if (!gateway_init(&site->gateway, &site->model, arena, NULL))
		return false;
	site->gateway.is_document = site->is_document;
	site->gateway.has_digests = true;
	return !arena_failed(arena);
}

static struct text *read_text(struct site_reader *reader, const char *path)
{
	struct text *old = reader->workspace.text;

	reader->workspace.text = NULL;
	return files_read_over(old, path);
}

/* TEXT, which it takes over, as far as it is one of a gateway.  NULL without memory. */
static struct compilation *compile(struct site_reader *reader, struct text *text, bool is_found)
{
	struct surroundings surroundings = *reader->surroundings;

	surroundings.is_found = is_found;
	surroundings.is_compared = true;
	/* of which device a text is stands in it */
	if (reader->pki)
		surroundings.find_pki = site_pki_find;
	surroundings.context = reader;
	return agent_is_document(text)
		   ? compilation_new_agent(text, reader->read)
		   : compilation_new_in(&reader->workspace, text, &surroundings);
}

/* What keeps a document from being one; its own words quote nothing of it. */
static const char *find_flaw(struct arena *arena, const struct compilation *compilation)
{
	const struct agent *agent = compilation->agent;

	if (compilation->model || !agent)
		return NULL;
	return arena_copy(arena, agent->error.message, strlen(agent->error.message));
}

static bool fill_from(struct site_reader *reader, struct site *site,
		      struct compilation *compilation)
{
	struct making making = {
	    .site = site, .from = compilation, .arena = reader->arena, .digest = reader->digest};
	bool is_well;

	if (!compilation)
		return false;
	if (compilation->model)
		artefact_check_ends(compilation);
	site->error = find_flaw(reader->arena, compilation);
	is_well = site->error || make_site(&making);
	if (is_well && reader->spool)
		site_put_aside(site, reader->spool);
	compilation_free(compilation);
	return is_well && !arena_failed(reader->arena) && !digest_failed(reader->digest);
}

static bool fill_site(struct site_reader *reader, struct site *site, struct text *text)
{
	struct compilation *compilation;
	struct pki *pki;
	bool is_well;

	reader->own = NULL;
	compilation = compile(reader, text, !site->is_named);
	if (compilation && compilation->agent)
		site_pki_find(reader, compilation->model);
	pki = reader->own ? reader->own : reader->surroundings->pki;
	if (compilation && pki)
		site_pki_keep(reader, site, compilation, pki);
	is_well = fill_from(reader, site, compilation) && !(reader->own && pki_failed(reader->own));
	pki_free(reader->own);
	return is_well;
}

struct site *site_read(struct site_reader *reader, const char *path, bool is_found)
{
	struct site *site = arena_alloc(reader->arena, sizeof(*site));
	struct text *text;
	uint32_t at;

	if (!site)
		return NULL;
	site->path = path;
	site->is_named = !is_found;
	text = read_text(reader, path);
	if (!text) {
		const char *why = strerror(errno);

		site->error = arena_copy(reader->arena, why, strlen(why));
		return site->error ? site : NULL;
	}
	if (is_found && session_is_json(text, &at)) {
		site->is_skipped = true;
		reader->workspace.text = text;
		return site;
	}
	return fill_site(reader, site, text) ? site : NULL;
}
