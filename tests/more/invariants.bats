# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154 # root and build are the helper's
# Each invariant that a fuzz target asserts is broken once: what it guards is sabotaged, and the inputs that the target begins
# with find that.

bats_require_minimum_version 1.5.0
load helper

# A row of each: the target, a file of the library, what the assertion that fails begins with, and what sed -E makes of
# the file.
sabotages() {
	cat <<'END'
agent|backends/swanctl.c|!output.failed && output.size|s/^void swanctl_emit\(.*/&\n{\n}\n\nvoid emit_model(const struct model *model, struct output *output)/
agent|compiler/compilation/artefact.c|strncmp(why, "-:", 2) == 0 &&|s/(error: "), \(unsigned\)line/\1, 0u/
agent|compiler/compilation/artefact.c|strncmp(end, ": error: "|s/%u: error: /%u: /
agent|compiler/compilation/artefact.c|(unsigned char)*at >= 0x20|s/path, 1, "", out/path, 1, "\\n", out/
certificate|compiler/pki/certificate.c|certificate.x509 && certificate.count|s/count = 1 \+ /count = 0 * /
certificate|compiler/pki/certificate.c|certificate_equal(|s/return a == b \|\| /return a != b \&\& /
certificate|compiler/pki/certificate.c|certificate_has(|s/i = 0; i < certificate->name_count/i = 1; i < certificate->name_count/
certificate|compiler/pki/certificate.c|(unsigned char)*words >= 0x20|s/ASN1_STRFLGS_RFC2253/(& \& ~ASN1_STRFLGS_ESC_CTRL)/;s/printable_copy\(buffer, sizeof\(buffer\), .*/snprintf(buffer, sizeof(buffer), "%.*s", (int)size, bytes);/
certificate|compiler/rules/rules_certificate.c|(unsigned char)*words >= 0x20|s/%s expired on %s/%s expired\\n%s/
certificate|compiler/pki/pki.c|strncmp(at->path, "x509", 4) ==|s/list, own->file, own->x509/list, "private\/a.pem", own->x509/
certificate|compiler/compare/trust.c|pairs.list[i].outcome != OUTCOME_UP|s/return certificate->not_before <= now.*/return now > 0;/
certificate|compiler/compare/trust.c|pairs.list[i].outcome != OUTCOME_UP|s/if \(trust_has_identity\(.*/if (false) {/
compare|compiler/change/change.c|made && !changes_are_some(|s/return !field_equal\(from, to, setting\)/return setting == SETTING_PEER/
compare|backends/agent_walk.c|made && !changes_are_some(|s/IP_BYTES\(tunnel->local_address.ip\)/IP_BYTES(tunnel->local_address.ip ^ 4)/
compare|backends/agent_walk.c|!output.failed|s/"dpd-delay"/"dpd-delays"/
compare|compiler/agent/agent.c|document && !compilation_is_refused(|s/return read \|\|/return (read \&\& strcmp(path, "peer") != 0) ||/
compare|compiler/rewrite/mirror.c|pairs.list->outcome == OUTCOME_UP|s/remote_subnet = from->local_subnet/remote_subnet = from->remote_subnet/
compare|compiler/rewrite/mirror.c|pairs.list->outcome == OUTCOME_UP|s/^	turn_local_id\(&turning\);//
compare|compiler/compare/pair.c|pairs.list->starts ==|s/= who_starts\(pair\)/= STARTS_BOTH/
compare|compiler/rewrite/mirror_text.c|read->model->count == 1|s/written = write_end\(.*/written = true;/
compare|compiler/rewrite/mirror.c|!read->findings.severities[SEVERITY_ERROR]|s/give\(turning, SETTING_LOCAL_ADDRESS, SETTING_PEER\)//
compare|compiler/compare/counterpart.c|pairs.count == 1|s/of_a\[i\] = found;/of_a[i] = COUNTERPART_NONE;/
compare|compiler/report/show.c|!secret_is_shown(|s/"%s", secret->set \? SHOW_SECRET : ""/"%.*s", secret->bytes.length == 16 \&\& *secret->bytes.at == 'Q' ? 16 : 0, secret->bytes.at/
compare|compiler/change/change_print.c|is_plain(told|s/"ipsec%d/"\\ripsec%d/
compare|backends/libreswan.c|!output.failed && output.size|s/^void libreswan_write\(.*/&\n{\n}\n\nvoid write_model(const struct model *model, bool peer_is_ours, struct output *output)/
compare|backends/libreswan.c|is_plain(output.bytes|s/nconn ipsec/n\\rconn ipsec/
compare|compiler/rewrite/fix.c|count_lines(|s/round->size \+ 3\)/round->size + round->count + 3)/;s/^		from = edit->at.to;$/&\n		*to++ = '\\n';/;s/bytes, round->size\)/bytes, round->size + round->count)/
compare|compiler/rewrite/fix.c|fixed->findings.severities|s/!close_new\(.*/true)/;s/to = mempcpy\(to, edit->text, (.*)\);/to = (char *)memset(to, 'x', \1) + \1;/
compare|compiler/rewrite/fix.c|!fix(fixed)|s/ROUNDS_MAX 1000/ROUNDS_MAX 1/
compile|compiler/finding/mask.c|!secret_is_shown(|s/!mask_shows\(mask, \(struct span\)\{at, at \+ 1\}\)/false/
compile|compiler/finding/finding.c|!secret_is_shown(|s/length = mask_copy\(.*/length = at.to - at.from;\n	length = length < 99 ? length : 99;\n	memcpy(words, line.at + at.from, length);/
compile|compiler/base/printable.c|is_plain(|s/return length && !is_hidden.*/return 1;/
compile|backends/swanctl.c|byte >= 0x20|s/text->output, "# ", 2/text->output, "#\\r", 2/
compile|backends/swanctl.c|depth >= 0|s/"\}\\n", 2/"}\\n}\\n", 4/
compile|backends/swanctl.c|compilation->findings.severities[SEVERITY_WARNING]|s/return supports_weos4\(model, tunnel, refusal\)/return tunnel->id > 1/
compile|backends/swanctl.c|first.size && first.size == second.size|s/^	sink_indent\(text\);/	static int count;\n&\n	output_printf(text->output, "%.*s", count++ == 1, "\\n");/
crl|compiler/pki/certificate.c|first == certificate_listing(|s/^	X509_REVOKED \*entry;/&\n	static int count;\n	if (++count % 3 == 0)\n		return CERTIFICATE_NO_LIST;/
crl|compiler/pki/certificate.c|(first == CERTIFICATE_LISTED) ==|s/if \(X509_CRL_get0_by_cert/if (now <= issuer->crl_from \&\& X509_CRL_get0_by_cert/
crl|compiler/pki/certificate.c|first != CERTIFICATE_OLD_LIST|s/now > issuer->crl_from/now <= issuer->crl_from/
crl|compiler/pki/certificate.c|(first == CERTIFICATE_NOT_LISTED) ==|s/return now > issuer->crl_from.*/return false ? CERTIFICATE_OLD_LIST/
device|compiler/compilation/device_json.c|(unsigned char)*c >= 0x20|s/^([	 ]+)syntax_error\(&error\)\)/\1error.text)/
device|compiler/rules/device_addresses.c|(unsigned char)*c >= 0x20|s/if \(!is_plain\(name.at\[i\]\)\)/if (false)/
editor|compiler/lsp/diagnostics.c|code &&|s/size_t i = 0; sorted/size_t i = 1; sorted/
editor|compiler/lsp/diagnostics.c|count == json_array_size(|s/if \(report_shows\(document_policy\(document\), sorted\[i\]\)\)/if (true)/
editor|compiler/lsp/diagnostics.c|json_is_array(|s/"diagnostics"/"diagnostic"/
editor|compiler/lsp/rpc.c|body|s/\\r\\n\\r\\n/\\r\\n/
editor|compiler/finding/finding.c|!secret_is_shown(|s/length = mask_copy\(.*/length = at.to - at.from;\n	length = length < 99 ? length : 99;\n	memcpy(words, line.at + at.from, length);/
facts|compiler/base/printable.c|is_plain(|s/return length && !is_hidden.*/return 1;/
keys|compiler/compilation/keys.c|at.line >= 1|s/at = \{1, 1\};/at = {0, 1};/
keys|compiler/compilation/keys.c|*message|s/"a direction is 'out' or 'in'"/""/
keys|compiler/compilation/keys.c|(unsigned char)*c >= 0x20|s/(is 'out' or 'in')"/\1\\n"/
keys|compiler/compilation/keys.c|read == (count == 0)|s/return !reading.complaints &&/return/
keys|compiler/compilation/keys.c|sa->line && sa->spi|s/SPI_LEAST 256/SPI_LEAST 1/
keys|compiler/compilation/keys.c|sa->line && sa->spi|s/if \(!tunnel->enabled \|\|/if (true ||/
lsp|compiler/lsp/server.c|i < 100000|s/^bool server_step\(.*/static bool step(struct server *server);\n&\n{\n	step(server);\n	return true;\n}\n\nstatic bool step(struct server *server)/
lsp|compiler/lsp/rpc.c|!outbox->has_failed|s/if \(!has_room\(/if (length > 2000 || !has_room(/
lsp|compiler/lsp/rpc.c|strncmp(at, "Content-Length: "|s/"Content-Length/"Content-length/
lsp|compiler/lsp/rpc.c|strncmp(rest, "\r\n\r\n"|s/\\n", length\)/\\n", length + 100000)/
lsp|compiler/lsp/rpc.c|json|s/\\n", length\)/\\n", length - 1)/
lsp|compiler/report/show.c|has_secret |s/secret->set \? SHOW_SECRET : ""/"Qm9sbGRpY2stMTg0"/
network|compiler/fleet/facts_write.c|end|s/"%s\\t%s\\n"/"%s\\t%s "/
network|compiler/fleet/facts_read.c|flaw == FACTS_WELL|s/next != json_object_size/next == json_object_size/
network|compiler/fleet/facts_read.c|a->size == b->size|s/site->hostname = .*/site->hostname = (struct slice){"x", 1};/
network|compiler/fleet/facts_value.c|a->size == b->size|s/\(struct slice\)\{digests, WRITTEN_DIGEST\}/(struct slice){"0123456789abcdef0123456789abcdef", WRITTEN_DIGEST}/
network|compiler/page/page_words.c|count_words(page, "<script") == 2|s/printable_entity\(bytes\[i\]\) \&\& bytes/false \&\& bytes/
network|compiler/page/page_words.c|count_words(page, "<!--") == 1|s/printable_entity\(bytes\[i\]\) \&\& bytes/printable_entity(bytes[i]) \&\& (i + 1 == size || bytes[i + 1] != '!') \&\& bytes/
network|compiler/base/printable.c|is_plain(|s/return length && !is_hidden.*/return 1;/
network|compiler/fleet/site.c|!secret_is_shown(|s/hides\(hidden, SETTING_DESCRIPTION\)/false/
packet|runtime/monitor/ike.c|line->length < sizeof|s/NOTIFIES_MAX = 3/NOTIFIES_MAX = 64/
packet|runtime/monitor/line.c|strlen(line->text) == line->length|s/\? \(size_t\)length : room/? (size_t)length - 1 : room/
packet|runtime/monitor/packet.c|strstr(line->text, " bytes")|s/ %zu bytes/ %zu octets/
packet|runtime/monitor/packet.c|line->text[i] >= 0x20|s/ %zu bytes/\\n%zu bytes/
project|compiler/compilation/project_text.c|(unsigned char)*words >= 0x20|s/"no rule has this ID or name"/plain_word(reading->text->arena, word)/
project|compiler/compilation/project_text.c|strncmp(path, "/folder/"|s/arena_printf\(text->arena, "%s\/%s", text->folder, plain\)/plain/
project|compiler/compilation/project_text.c|depth >= 0|s/return depth < 0;/return false;/
project|compiler/compilation/project_text.c|count == text->sections &&|s/text->sections\+\+;//
project|compiler/compilation/project_text.c|count == text->sections &&|s/ \|\| number > INDENT_MOST//
project|compiler/compilation/project_text.c|text.error && text.at.line|s/\(struct place\)\{reading->number/(struct place){0/
project|compiler/compilation/baseline.c|(unsigned char)*words >= 0x20|s/return "a fingerprint that is not 32 hex digits"/return "\\n"/
project|compiler/finding/fingerprints.c|fingerprints_count(&set, FINGERPRINT_USED) ==|s/\(unsigned char\)use, memory/0, memory/
project|compiler/finding/fingerprints.c|fingerprints_count(&set, FINGERPRINT_UNUSED) ==|s/set->use = calloc\(.*/set->use = memset(malloc(kept + 1), FINGERPRINT_REFUSED, kept + 1);/
rewrite|compiler/rewrite/format.c|outcome != FORMAT_MEMORY &&|s/if \(outcome == FORMAT_DONE\)/if (true)/
rewrite|compiler/rewrite/format.c|made && !changes_are_some(|s/same_model\(original->model, again->model\)/true/;s/script_setting\(script, &item\)/if (item.setting != SETTING_PEER)\n			&/
rewrite|compiler/rewrite/format.c|to->count[rule] <=|s/reads_as_well\(.*findings\) &&/true \&\&/
rewrite|compiler/rewrite/format.c|text && text->size ==|s/same_bytes\(again->text, text\)/true/;s/script_write\(&formatting->script, &writer\);/&\n	output_bytes(\&output, "\\n", 1);/
rewrite|compiler/rewrite/errors.c|at->severity != SEVERITY_ERROR|s/noted = script && .*/noted = true;/
rewrite|compiler/rewrite/migrate.c|script->model->lack == LACK_NOTHING|s/^	writer_(close\(&writer\)|printf\(&writer, "leave"\));//
rewrite|compiler/rewrite/migrate.c|!script->findings.severities|s/writer_printf\(&writer, "configure"\);/&\n	writer_printf(\&writer, "no ipsec x");/
rewrite|compiler/rewrite/migrate.c|script->model->count ==|s/size_t i = 0; i < model->count && moved/size_t i = 1; i < model->count \&\& moved/
rewrite|compiler/rewrite/migrate.c|text && text->size ==|s/"leave"\)/" leave  ")/
vici|runtime/status/layout.c|(unsigned char)bytes[i] >= 0x20|s/printable_print\(to->out, .*/fwrite(value.at, 1, value.length, to->out);/
vici|compiler/base/printable.c|dump|s/return length && !is_hidden.*/return 1;/
vici|runtime/vici/vici.c|*why|s/"charon closed the connection"/""/
vici|runtime/vici/vici.c|vici_is_sound(message)|s/ \|\| !vici_is_sound\(message\)\) \{/) {/
vici|runtime/vici/vici.c|conversation.replies == 2 &&|s/^		finish_operation\(rest, status/		if (next)\n	&/
vici|runtime/vici/vici.c|conversation.replies == 2 &&|s/vici->fd = -1;/vici->fd = 0;/
END
}

# Links the target $1 with the file $2 of the library changed by $3, as `sabotaged'.
sabotage() {
	local target=$1 file=$2 change=$3

	sed -E "$change" "$root/$file" >sabotaged.c
	! cmp -s sabotaged.c "$root/$file" || { echo "$file has nothing that $change changes"; return 1; }
	compile sabotaged.c sabotaged.o || return
	# what stands before the library is taken instead of what is in it
	link "$target" sabotaged.o sabotaged
}

compile() {
	gcc -std=c11 -D_GNU_SOURCE -DWEIPSEC_VERSION='"0"' -O1 -w -I"$root" -I"$build/gen" -c -o "$2" "$1"
}

link() {
	gcc -o "$3" "$1.o" inputs.o ${2:+"$2"} "$build/libweipsec-runtime.a" "$build/libweipsec.a" -lyang -lxml2 \
		-ljansson -lcrypto -luev -lpthread
}

# What the first assertion that fails in the program $1 says, over all that the target $2 begins with.
first_failure() {
	"./$1" "$2.seeds"/* "$root/testdata/fuzz-corpus/fuzz_$2"/* 2>&1 >/dev/null |
		sed -n "s/.*Assertion \`\(.*\)' failed.*/\1/p"
}

@test "invariants: each is seen to fail in a fuzz target once what it guards is sabotaged" {
	local target file expression change said number=0 missed=0

	cd "$BATS_TEST_TMPDIR"
	compile "$root/tests/fuzz/inputs.c" inputs.o
	for file in "$root"/tests/fuzz/fuzz_*.c; do
		target=$(basename "$file" .c)
		target=${target#fuzz_}
		compile "$file" "$target.o"
		mkdir "$target.seeds"
		: >"$target.seeds/empty"
		[ "$target" != certificate ] || (
			cd "$root"
			# shellcheck source=tests/fuzz/seeds.bash
			. tests/fuzz/seeds.bash
			seeds_of fuzz_certificate "$BATS_TEST_TMPDIR/certificate.seeds"
		)
		link "$target" '' whole
		said=$(first_failure whole "$target")
		[ -z "$said" ] || { echo "$target fails as it is: $said"; return 1; }
	done
	while IFS='|' read -r target file expression change; do
		number=$((number + 1))
		sabotage "$target" "$file" "$change"
		said=$(first_failure sabotaged "$target")
		[[ $said == "$expression"* ]] || {
			echo "not found: $target, $file, $change: '$said' instead of '$expression'"
			missed=$((missed + 1))
		}
	done < <(sabotages)
	[ "$missed" -eq 0 ]
	figure "$number sabotages"
}
