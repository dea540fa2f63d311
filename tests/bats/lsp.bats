#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# `weipsec lsp', as an editor sees it: each request of the protocol by a client of ours (lsp.py), which checks what is
# answered (lsp_says.py).  Editors of others: tests/more/editors.bats.
# shellcheck disable=SC2154 # root is the helper's

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	export WEIPSEC
	export PYTHONDONTWRITEBYTECODE=1
}

# says TEST [WORD...]
says() {
	# one that waits for ever is ended
	timeout 300 /usr/bin/python3 "$root/tests/bats/lsp_says.py" "$@"
}

# A folder of certificates, pki.
make_pki() {
	# shellcheck source=tests/pki.bash
	. "$root/tests/pki.bash"
	pki_new pki
	pki_ca plant
	pki_certificate alice plant
	pki_certificate alice2 plant
	export SOURCE_DATE_EPOCH=$PKI_NOW
}

@test "lsp: it says what it can, and takes positions in UTF-8 from who offers them" {
	says initialize
	says positions
}

@test "lsp: what comes before initialize, or behind shutdown, is refused, and how it ends" {
	says order
	says ends
}

@test "lsp: what is no message, lacks something, or is too large does not end it" {
	says broken
	says headers
	says large
}

@test "lsp: who reads nothing before all is written gets all answers" {
	says flood
}

@test "lsp: of every input it says what check says, and nothing of those without a tunnel" {
	says check
	says foreign
}

@test "lsp: a finding has its severity, rule, places and data, of the text as it stands in the editor" {
	says diagnostics
	says related
	says changes
	says profile
}

@test "lsp: of a text whose change cannot be read nothing is said, and none of it edited" {
	says forgets
	says halves
}

@test "lsp: many texts are open at once" {
	says many
}

@test "lsp: an answer is cancelled when that is asked for, or a newer text came" {
	says cancel
}

@test "lsp: each fix of every input is what check has, and all of them what check --fix does" {
	says actions
	mkdir fixes
	says fixes fixes
}

@test "lsp: a word is explained: a setting with what the tunnel has, an algorithm, a tunnel, a rule" {
	says hover
	says settings
}

@test "lsp: what can stand at a place is offered" {
	make_pki
	says completion pki
}

@test "lsp: the tunnels are symbols" {
	says symbols
}

@test "lsp: every input is formatted as fmt does it, or refused as there" {
	mkdir formatted
	says formatting formatted
}

@test "lsp: a label leads to its file in the folder of certificates" {
	make_pki
	says definition pki
}

@test "lsp: a project file counts for what is in an editor as it does for check and fmt" {
	make_pki
	says project pki
	says project_wins pki
	says project_fixes
}

@test "lsp: a project file that has changed counts, and one that is wrong is told of once" {
	says project_changes
	says project_remarks
}

@test "lsp: no answer has a secret" {
	says secrets
}

@test "lsp: it writes no file, and goes nowhere" {
	mkdir empty
	printf '#!/bin/sh\nexec strace -f -o "%s" -e trace=%%file,%%network,write,pwrite64,ftruncate "%s" "$@"\n' "$PWD/trace" \
		"$WEIPSEC" > watched
	chmod +x watched
	# who is traced cannot look for leaks
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 WEIPSEC=$PWD/watched says session empty
	grep -q 'write(1, "Content-Length' trace
	run -1 grep -E 'O_(WRONLY|RDWR|CREAT|TMPFILE)|^[0-9]+ +(creat|mkdir|rename|unlink|link|symlink|ch(mod|own)|truncate|socket|connect)' trace
	run -1 grep -E '^[0-9]+ +p?write(64)?\([^1]' trace
}

@test "lsp: its options, and what it is not given" {
	run -64 --separate-stderr "$WEIPSEC" lsp file.cfg
	[[ $stderr == *"'file.cfg' is too much: an editor sends the texts"* ]]
	run -64 --separate-stderr "$WEIPSEC" lsp --profile none
	run -64 --separate-stderr "$WEIPSEC" lsp --pki ''
	run -2 --separate-stderr "$WEIPSEC" lsp --pki missing
	[ "$stderr" = "weipsec: missing: No such file or directory" ]
}
