/* SPDX-License-Identifier: ISC */
/* What is shown of a tunnel where a name of it, or of another, is the secret.  Prints TAP. */
#include "compiler/compilation/compilation.h"
#include "compiler/model/telling.h"
#include "runtime/status/layout.h"
#include "runtime/status/status.h"

#include <stdlib.h>
#include <string.h>

static int failures, count;

static void ok(bool holds, const char *what)
{
	failures += !holds;
	printf("%sok %d %s\n", holds ? "" : "not ", ++count, what);
}

/* Both tunnels' secrets are names somewhere; the second's is a word of charon's. */
static const char telling_words[] =
    "tunnel\nipsec 1\npeer 192.0.2.1\nlocal-address 192.0.2.2\n"
    "description the Kd8sLq0pZx7vLm pump\nsecret Kd8sLq0pZx7vLm\nend\n"
    "ipsec 2\npeer 192.0.2.3\nlocal-address 192.0.2.2\n"
    "description 4b6438734c7130705a7837764c6d\nsecret installed\nend\nend\n";

static struct compilation *telling(void)
{
	static const struct surroundings nothing = {.dialect = -1};

	return compilation_new(text_new("a.cfg", telling_words, strlen(telling_words)), &nothing);
}

/* Nothing of the first secret, but for that it was masked. */
static bool hides(const char *text)
{
	return text && !strcasestr(text, "kd8s") && !strcasestr(text, "4b643873") &&
	       strstr(text, "****");
}

/* An IKE_SA as its peer names itself, and the connection that it came from. */
static void put_telling(struct vici_message *message)
{
	vici_put_text(message, "state", "ESTABLISHED");
	vici_put_text(message, "remote-id", "kd8sLq0pZx7vLm");
	vici_put_text(message, "version", "IKEv2");
	vici_put_section(message, "local-1");
	vici_put_text(message, "id", "C=SE, CN=Kd8sLq0pZx7vLm");
	vici_put_section_end(message);
}

static void test_telling_layout(const struct model *model, const struct running_sa *sa)
{
	char *text = NULL;
	size_t size;
	struct layout to = {.out = open_memstream(&text, &size), .model = model};

	if (!to.out)
		exit(2);
	layout_sa(&to, (struct slice){"ipsec1", 6}, sa->section);
	layout_connection(&to, (struct slice){"ipsec1", 6}, sa->section);
	fclose(to.out);
	ok(hides(text) && strstr(text, "remote '****' @") && strstr(text, "id: ****\n") &&
	       strstr(text, "ESTABLISHED"),
	   "the details of a tunnel");
	free(text);
}

static void test_telling_json(const struct model *model, const struct running_sa *sa)
{
	const struct status_notes notes = {.why = {.slug = NULL}};
	const struct running_tunnel running = {.id = 1, .sas = (struct running_sa *)sa};
	const struct status_summary summary = {.state = TUNNEL_INSTALLED};
	const struct status_seen seen = {.running = &running, .summary = &summary, .notes = &notes};
	const struct status_whole whole = {.charon = "6.0.1", .model = model};
	json_t *tunnels = json_array(), *json;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; i < model->count; i++)
		json_array_append_new(tunnels, status_tunnel(model, i, &seen));
	json = status_document(&whole, tunnels);
	if (!json || !out)
		exit(2);
	status_print_table(out, json);
	fclose(out);
	ok(hides(text), "the table");
	ok(strstr(text, "Up(Installed)"), "a word that is ours is no secret");
	free(text);
	text = json_dumps(json, JSON_ENSURE_ASCII);
	ok(hides(text), "JSON");
	free(text);
	json_decref(json);
}

/* A name that is the secret is told to the peer, and to nobody who looks at the status. */
static void test_telling(void)
{
	struct cause cause = {.reason = REASON_WRONG_IDENTITY};
	struct compilation *compilation = telling();
	const struct model *model = compilation->model;
	struct vici_message message;
	struct running_sa sa = {.next = NULL};
	struct note note;
	char cut[] = "charon: 'C=SE, CN=Kd8sLq0pZ...', INSTALLED and Kd8sLq0pZ";

	vici_message_init(&message);
	put_telling(&message);
	sa.section = vici_message_slice(&message);
	if (message.failed || !model || model->count != 2)
		exit(2);
	test_telling_layout(model, &sa);
	test_telling_json(model, &sa);
	cause_add(&cause, "the peer is 'kd8sLq0pZx7vLm' and asks for 'x Kd8sLq0pZx7vLm'");
	note_make(&note, &cause, model, model->tunnels[1]);
	ok(hides(note.text) && strstr(note.text, "the peer is '****' and asks for 'x ****'"),
	   "why");
	telling_hide(model, cut);
	ok(strcmp(cut, "charon: 'C=SE, ****', **** and ****") == 0, cut);
	vici_message_free(&message);
	compilation_free(compilation);
}

int main(void)
{
	test_telling();
	printf("1..%d\n", count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
