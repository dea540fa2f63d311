/* SPDX-License-Identifier: ISC */
/* What can stand where somebody writes. */
#include "compiler/base/json.h"
#include "compiler/lsp/answers.h"
#include "compiler/lsp/cursor.h"
#include "compiler/lsp/terms.h"
#include "compiler/model/words.h"
#include "compiler/pki/pki.h"

#include <stdio.h>
#include <string.h>

/* Kinds of the protocol. */
enum { KIND_PROPERTY = 10, KIND_VALUE = 12, KIND_KEYWORD = 14, KIND_REFERENCE = 18 };

/* The words of an algorithm's place, as algorithm_list() has them. */
#define WORDS_MAX 512

struct completion {
	struct asking *asking;
	struct cursor cursor;
	enum dialect dialect;
	const struct tunnel *tunnel; /* that the words belong to, or NULL */
	json_t *list;
};

/* WORD, which stands behind those that are there, and what is typed for it if that is not itself.
 */
struct item {
	const char *word;
	const char *typed; /* or NULL */
	int kind;
	const char *detail;
	const char *more; /* or NULL */
};

static void add(struct completion *completion, const struct item *item)
{
	const struct asking *asking = completion->asking;
	const char *typed = item->typed ? item->typed : item->word;
	json_t *json = json_object(), *edit = json_object();
	char order[16];

	snprintf(order, sizeof(order), "%05zu", json_array_size(completion->list));
	json_put_string(&json, "label", item->word);
	json_put(&json, "kind", json_integer(item->kind));
	json_put_string(&json, "detail", item->detail);
	if (item->more)
		json_put_string(&json, "documentation", item->more);
	json_put_string(&json, "sortText", order);
	json_put(&edit, "range",
		 range_json(asking->compilation->text, asking->client->encoding,
			    (struct span){completion->cursor.word.from, completion->cursor.at}));
	json_put_string(&edit, "newText", typed);
	json_put(&json, "textEdit", edit);
	json_append(&completion->list, json);
}

static void add_word(struct completion *completion, const char *word, int kind, const char *detail)
{
	add(completion, &(struct item){.word = word, .kind = kind, .detail = detail});
}

static struct slice word_at(const struct completion *completion, size_t i)
{
	return text_slice(completion->asking->compilation->text, completion->cursor.words[i]);
}

/* ---- settings ---- */

/* TERM stands in the tunnel already, on another line. */
static bool is_given(const struct completion *completion, const struct term *term)
{
	struct text *text = completion->asking->compilation->text;
	uint32_t line = text_place(text, completion->cursor.at).line;
	const struct tunnel *tunnel = completion->tunnel;

	return tunnel && show_state(tunnel, &term->row) != ORIGIN_DEFAULT &&
	       text_place(text, show_name(tunnel, &term->row).from).line != line;
}

static void add_setting(struct completion *completion, const struct term *term)
{
	const struct setting_info *info = term->info;
	char typed[64], more[256];

	snprintf(typed, sizeof(typed), "%s%s", info->word,
		 *info->form && !completion->cursor.is_negated ? " " : "");
	snprintf(more, sizeof(more), "takes: %s\ndefault: %s", *info->form ? info->form : "nothing",
		 info->standard);
	add(completion, &(struct item){.word = info->word,
				       .typed = typed,
				       .kind = KIND_PROPERTY,
				       .detail = info->line,
				       .more = more});
}

/* Those that were not given yet; behind `no' those that were. */
static void add_settings(struct completion *completion, bool in_tunnel)
{
	bool is_negated = completion->cursor.is_negated;

	for (int i = 0; i < term_count(completion->dialect, in_tunnel); i++) {
		struct term term = term_at(completion->dialect, in_tunnel, i);
		bool has_no =
		    term.info->type == SETTING_FLAG || term.row.setting == SETTING_DPD_ACTION;

		if (in_tunnel || is_given(completion, &term) == is_negated ||
		    (is_negated && has_no))
			add_setting(completion, &term);
	}
}

/* ---- values ---- */

static void add_choices(struct completion *completion, const struct term *term)
{
	const struct choices *choices = term_choices(term);

	for (size_t i = 0; i < choices->count; i++) {
		if ((int)choices->list[i].setting == term->row.setting)
			add_word(completion, choices->list[i].word, KIND_VALUE, term->info->line);
	}
}

static void add_identity_types(struct completion *completion)
{
	static const struct {
		const char *word, *detail;
	} types[] = {{"inet", "an IPv4 address"},
		     {"name", "a name, such as gw.example.net"},
		     {"email", "USER@DOMAIN"},
		     {"key", "any text, or bytes as hex digits"},
		     {"dn", "a distinguished name: C=SE, CN=gw"}};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		add_word(completion, types[i].word, KIND_KEYWORD, types[i].detail);
}

static void add_label(void *to, const char *label)
{
	add_word(to, label, KIND_REFERENCE, "in the folder of certificates");
}

static void add_labels(struct completion *completion, const struct term *term)
{
	const struct pki *pki = completion->asking->document->neighbours.surroundings.pki;

	if (pki && (term->row.setting == SETTING_CA || term->row.setting == SETTING_CERTIFICATE))
		pki_labels(pki, term->row.setting == SETTING_CA, add_label, completion);
}

/* ---- suites ---- */

/* What stands on the line before the cursor. */
struct written {
	bool has[SUITE_SLOTS];
	const struct algorithm *cipher; /* NULL: not yet, or not known */
	enum suite_slot open;		/* its word comes now; SUITE_SLOTS: none's */
};

static struct written read_suite(const struct completion *completion)
{
	struct written written = {.open = SUITE_SLOTS};

	for (size_t i = 1; i < completion->cursor.index; i++) {
		struct slice word = word_at(completion, i);

		if (written.open == SUITE_CIPHER)
			written.cipher = term_algorithm(completion->dialect, SUITE_CIPHER, word);
		if (written.open < SUITE_SLOTS) {
			written.open = SUITE_SLOTS;
			continue;
		}
		written.open = term_slot(completion->dialect, word);
		if (written.open < SUITE_SLOTS)
			written.has[written.open] = true;
	}
	return written;
}

/* SLOT can stand beside the cipher: an authenticated one wants `prf' in ike, and nothing in esp. */
static bool slot_fits(const struct written *written, enum suite_slot slot, bool is_ike)
{
	bool is_aead = written->cipher && written->cipher->kind == ALGORITHM_AEAD;

	if (written->has[slot])
		return false;
	if (slot == SUITE_AUTH)
		return !is_aead;
	return slot != SUITE_PRF || (is_ike && (is_aead || !written->cipher));
}

static bool algorithm_fits(const struct completion *completion, const struct algorithm *algorithm,
			   bool is_ike)
{
	const struct tunnel *tunnel = completion->tunnel;

	return algorithm->ikev1 || !is_ike || !tunnel || tunnel->version != 1;
}

static void add_algorithm(struct completion *completion, enum suite_slot slot, struct slice word,
			  bool is_ike)
{
	const struct algorithm *algorithm = term_algorithm(completion->dialect, slot, word);
	char detail[64];

	if (!algorithm || !algorithm_fits(completion, algorithm, is_ike))
		return;
	snprintf(detail, sizeof(detail), "strength of %u bits, RFC %u", algorithm->strength,
		 algorithm->rfc);
	add_word(completion, algorithm->word, KIND_VALUE, detail);
}

/* The list has ", " and " or " between its words. */
static void add_algorithms(struct completion *completion, enum suite_slot slot, bool is_ike)
{
	char list[WORDS_MAX];
	size_t length;

	term_algorithms(completion->dialect, slot, list, sizeof(list));
	for (const char *at = list; *at; at += length + strspn(at + length, ", ")) {
		struct slice word = {at, length = strcspn(at, ", ")};

		if (!slice_is(word, "or"))
			add_algorithm(completion, slot, word, is_ike);
	}
}

static void add_suite(struct completion *completion, const struct term *term)
{
	struct written written = read_suite(completion);
	bool is_ike = term->row.setting == SETTING_IKE;

	if (written.open < SUITE_SLOTS) {
		add_algorithms(completion, written.open, is_ike);
		return;
	}
	for (int slot = 0; slot < SUITE_SLOTS; slot++) {
		const char *word = term_slot_word(completion->dialect, (enum suite_slot)slot);

		if (word && slot_fits(&written, (enum suite_slot)slot, is_ike))
			add(completion, &(struct item){.word = word,
						       .kind = KIND_KEYWORD,
						       .detail = term->info->line});
	}
}

static void add_values(struct completion *completion)
{
	struct term term = term_find(completion->dialect, completion->cursor.place == PLACE_TUNNEL,
				     word_at(completion, 0));
	bool is_first = completion->cursor.index == 1;

	if (!term.info || completion->cursor.is_negated)
		return;
	if (term.info->type == SETTING_SUITE)
		add_suite(completion, &term);
	else if (term.info->type == SETTING_CHOICE && is_first)
		add_choices(completion, &term);
	else if (term.info->type == SETTING_IDENTITY && is_first)
		add_identity_types(completion);
	else if (term.info->type == SETTING_LABEL && is_first)
		add_labels(completion, &term);
	else if (term.row.setting == SETTING_PEER && is_first)
		add_word(completion, "any", KIND_VALUE, "a peer of any address");
}

/* ---- commands ---- */

/* The least ID that no tunnel has. */
static int free_id(const struct completion *completion)
{
	int id = 1;

	while (cursor_tunnel(completion->asking->compilation, id))
		id++;
	return id;
}

static void add_instance(struct completion *completion, bool has_word)
{
	char id[sizeof("ipsec 65535")];

	snprintf(id, sizeof(id), "%s%d", has_word ? "" : "ipsec ", free_id(completion) & 0xffff);
	add_word(completion, id, KIND_KEYWORD, "a tunnel");
}

static void add_commands(struct completion *completion)
{
	if (completion->cursor.place == PLACE_OUTSIDE) {
		add_word(completion, "tunnel", KIND_KEYWORD, "the context of all tunnels");
		return;
	}
	if (completion->cursor.place == PLACE_IPSEC)
		add_settings(completion, false);
	else
		add_settings(completion, true);
	if (completion->cursor.is_negated)
		return;
	if (completion->cursor.place == PLACE_TUNNEL)
		add_instance(completion, false);
	add_word(completion, "no", KIND_KEYWORD, "back to the default");
	add_word(completion, "end", KIND_KEYWORD, "closes the context");
}

static void add_all(struct completion *completion)
{
	const struct cursor *cursor = &completion->cursor;

	if (cursor->is_comment || cursor->place == PLACE_CHILD || cursor->place == PLACE_ANSWER)
		return;
	if (cursor->index == 0)
		add_commands(completion);
	else if (cursor->index == 1 && slice_is(word_at(completion, 0), "ipsec"))
		add_instance(completion, true);
	else if (cursor->place != PLACE_OUTSIDE)
		add_values(completion);
}

json_t *answer_completion(struct asking *asking)
{
	struct completion completion = {
	    .asking = asking, .dialect = asking->compilation->model->dialect, .list = json_array()};

	if (!cursor_read(&completion.cursor, asking->compilation, asking->at)) {
		json_decref(completion.list);
		return NULL;
	}
	completion.tunnel = cursor_tunnel(asking->compilation, completion.cursor.id);
	add_all(&completion);
	return completion.list;
}
