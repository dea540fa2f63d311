#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Project files: where they are found, what they say, and what a stranger's cannot do.
# shellcheck disable=SC2154 # root is the helper's

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	mkdir -p a/b c
	with_warning > a/old.cfg
	with_note > a/b/note.cfg
	with_error > c/bad.cfg
}

# Runs check in `.' with the words of each line, divided by blanks.
check_each() {
	sed 's/ /\t/g; s/^/.\tcheck\t/' | each said
}

# What line $1 said of rules, each once.
rules_of() {
	each_said said "$1"
	grep -o '\[WI[0-9]*\]' <<< "$output" | sort -u | tr -d '[]\n'
}

@test "project: the nearest one holds, up to a repository, and none is merged" {
	echo 'no WI309' > .weipsec
	echo 'no WI311' > a/b/.weipsec
	mkdir a/b/deep
	with_note > a/b/deep/x.cfg
	with_warning > a/b/deep/y.cfg
	ln -s "$PWD/a" link
	check_each <<-EOT
		a/old.cfg
		a/b/deep/x.cfg
		a/b/deep/y.cfg
		$PWD/a/old.cfg
		a/../a/b/../old.cfg
		link/old.cfg
		--no-project a/old.cfg
	EOT
	[ "$(for line in 1 2 3 4 5 6 7; do echo "$(rules_of $line)."; done | tr '\n' ' ')" = ". . WI309. . . . WI309. " ]
	each_said said 1
	[ "$output" = "" ]
	[ "$stderr" = $'weipsec: .weipsec: silences or lowers 1 finding\n' ]
	each_said said 2
	[ "$stderr" = $'weipsec: a/b/.weipsec: silences or lowers 1 finding\n' ]
	each_said said 7
	[ "$stderr" = "" ]
	# a folder is walked with each folder's own
	run --separate-stderr -0 "$WEIPSEC" check a
	[[ $output != *old.cfg* && $output == *a/b/deep/y.cfg*"1 warning" ]]
	[[ $stderr == *".weipsec: silences or lowers 1 finding"*"a/b/.weipsec: silences or lowers 2 findings"* ||
		$stderr == *"a/b/.weipsec: silences or lowers 2 findings"*".weipsec: silences or lowers 1 finding"* ]]
	run --separate-stderr -0 "$WEIPSEC" check --jobs 3 a
	[[ $stderr == *"2 findings"* ]]
	# .git, a folder or a file, is where it ends; so is \$HOME
	mkdir a/.git
	[ "$(findings a/old.cfg)" = "10 WI309" ]
	echo 'no WI309' > a/.weipsec
	[ "$(findings a/old.cfg)" = "" ]
	rm -r a/.git a/.weipsec
	[ "$(findings a/old.cfg)" = "" ]
	[ "$(HOME=$PWD/a findings a/old.cfg)" = "10 WI309" ]
	[ "$(HOME=$PWD findings a/old.cfg)" = "" ]
	# from below it is named in full
	cd a
	run --separate-stderr -0 "$WEIPSEC" check old.cfg
	[ "$stderr" = "weipsec: ${PWD%/a}/.weipsec: silences or lowers 1 finding" ]
}

@test "project: one in a folder that others may write to is not read, and that is told" {
	echo 'no WI309' > a/.weipsec
	chmod o+w a
	run --separate-stderr -0 "$WEIPSEC" check a/old.cfg
	[[ $output == *WI309* ]]
	[ "$stderr" = "weipsec: a/.weipsec: not read: others may write to its folder" ]
	# nor does a repository count there, but what is above does
	mkdir a/.git
	echo 'no WI309' > .weipsec
	run --separate-stderr -0 "$WEIPSEC" check a/old.cfg
	[ "$output" = "" ]
	[[ $stderr == *"a/.weipsec: not read"* ]]
}

@test "project: head, sections in their order, then the command line, then comments" {
	cat > .weipsec <<-EOT
		# head
		error WI309   # for all
		fail-on never
		[/a/b/]
		fail-on note
		[*.cfg]
		warning WI311
		[note.cfg]   # a comment
		error short-icv
	EOT
	check_each <<-EOT
		a/old.cfg
		a/b/note.cfg
		--warning WI309 --warning WI311 a/old.cfg a/b/note.cfg
		--no WI309 --no WI311 a/old.cfg a/b/note.cfg
		--fail-on error a/old.cfg
		--fail-on never a/b/note.cfg
		--format json a
	EOT
	[ "$(cut -f 1 said/status | tr '\n' ' ')" = "0 1 1 0 1 0 1 " ]
	each_said said 1
	[[ $output == *"error: auth sha1"* || $output == *" error: "*"[WI309]"* ]]
	each_said said 2
	[[ $output == *" error: "*"[WI311]"* ]]
	each_said said 3
	[[ $output == *"2 warnings"* ]]
	each_said said 7
	jq -e '.summary.errors == 2' <<< "$output"
	# a comment is over all
	sed -i 's/auth sha1.*/& # weipsec: ignore WI309 -- old/' a/old.cfg
	run -0 "$WEIPSEC" check --error WI309 --fail-on note a/old.cfg
	# profile, dialect
	printf '[a/]\nprofile nist\n[c/*]\ndialect weos4\n' > .weipsec
	run --separate-stderr -1 "$WEIPSEC" check a/old.cfg
	[[ $output == *"profile nist"* ]]
	run --separate-stderr -1 "$WEIPSEC" check --profile bsi a/old.cfg
	[[ $output == *"profile bsi"* && $output != *"profile nist"* ]]
	"$WEIPSEC" check --format json a/old.cfg c/bad.cfg > report || true
	[ "$(jq -c '[.files[].dialect]' report)" = '["weos5","weos4"]' ]
	"$WEIPSEC" check --format json --dialect auto c/bad.cfg > report || true
	[ "$(jq -c '[.files[].dialect]' report)" = '["weos5"]' ]
}

@test "project: what cannot be silenced stays an error, and that is told" {
	echo 'no WI304 WI309' > .weipsec
	run --separate-stderr -1 "$WEIPSEC" check c/bad.cfg
	[[ $output == *" error: "*"[WI304]"* ]]
	[ "$stderr" = "weipsec: .weipsec: errors of WI304 cannot be silenced or lowered" ]
	echo 'warning WI304' > .weipsec
	run --separate-stderr -1 "$WEIPSEC" check c/bad.cfg
	[[ $output == *" error: "*"[WI304]"* && $stderr == *"cannot be silenced"* ]]
}

@test "project: a walk takes files and leaves out exclude, as .gitignore says; a named FILE is checked" {
	printf 'files switch-* *.conf\nexclude b/ \\#x*\n' > .weipsec
	cp a/old.cfg a/switch-1
	cp a/old.cfg a/x.conf
	cp a/old.cfg "a/#x.conf"
	cp a/old.cfg a/b/switch-2
	cp a/old.cfg a/.switch-3
	run --separate-stderr -0 "$WEIPSEC" check --list-files a
	[ "$output" = $'a/switch-1\na/x.conf' ]
	[ "$stderr" = "weipsec: .weipsec: excludes 2 files or folders" ]
	run --separate-stderr -0 "$WEIPSEC" check a/old.cfg a/b/switch-2
	[[ $output == *"a/old.cfg:10:"*"a/b/switch-2:10:"* ]]
	run --separate-stderr -2 "$WEIPSEC" check c
	[[ $stderr == *"weipsec: c: nothing in this folder that .weipsec takes"* ]]
	run --separate-stderr -0 "$WEIPSEC" check --list-files --no-project c
	[ "$output" = c/bad.cfg ]
	# standard input, as a name that need not be there
	run --separate-stderr -0 "$WEIPSEC" check --stdin-filename a/b/new/x.cfg - < c/bad.cfg
	[ "$output" = "" ]
	[ "$stderr" = "weipsec: .weipsec: excludes 1 file or folder" ]
	run --separate-stderr -1 "$WEIPSEC" check --stdin-filename a/new/x.cfg - < c/bad.cfg
	[[ $output == "a/new/x.cfg:10:"* ]]
	run -1 "$WEIPSEC" check - < c/bad.cfg
	# fmt takes the same files, and its indent
	printf 'indent 3\nexclude b/\n' > .weipsec
	"$WEIPSEC" fmt a/old.cfg | grep -qx '   ipsec 1'
	"$WEIPSEC" fmt --indent 2 a/old.cfg | grep -qx '  ipsec 1'
	"$WEIPSEC" fmt --no-project a/old.cfg | grep -qx '        ipsec 1'
	run --separate-stderr -1 "$WEIPSEC" fmt --check a
	[ "$output" = a/old.cfg ]
	echo 'indent 17' > .weipsec
	run --separate-stderr -64 "$WEIPSEC" fmt --check a
	[[ $output == "" && $stderr == *".weipsec:1:8: "* ]]
	run --separate-stderr -64 "$WEIPSEC" fmt a/old.cfg
}

@test "project: patterns are git's" {
	command -v git > /dev/null || skip "no git"
	git init -q tree
	mkdir -p tree/x/y/z tree/y/x "tree/a b"
	for name in a.cfg x/a.cfg x/b.cfg x/y/a.cfg x/y/z/c.cfg y/x/a.cfg 'a b/[q].cfg' 'a b/!d.cfg' y/ab.cfg; do
		cp a/old.cfg "tree/$name"
	done
	cat > patterns <<-'EOT'
		a.cfg
		/a.cfg
		x
		x/
		/x/
		/x/*
		x/*.cfg
		x/y
		**/y
		x/**
		x/**/a.cfg
		**/x/a.cfg
		?.cfg
		??.cfg
		[a-b].cfg
		[!a].cfg
		\[q\].cfg
		\!*
		a\ b
		*[[:alpha:]].cfg
		y/**/*.cfg
		*y*
	EOT
	cd tree
	find . -name '*.cfg' | sed 's,^\./,,' | LC_ALL=C sort > ../all
	while IFS= read -r pattern; do
		printf '%s\n' "$pattern" > .gitignore
		printf 'exclude %s\n' "$pattern" > .weipsec
		git check-ignore --no-index --stdin < ../all | sed 's/^"\(.*\)"$/\1/' | LC_ALL=C sort > ../ignored || true
		"$WEIPSEC" check --list-files . 2> /dev/null | sed 's,^\./,,' | LC_ALL=C sort > ../listed || true
		LC_ALL=C comm -23 ../all ../ignored | diff - ../listed || { echo "pattern $pattern"; return 1; }
	done < ../patterns
}

@test "project: a bad line is 64 with its place, nothing is checked, and nothing of it is shown" {
	number=0
	while IFS= read -r line; do
		number=$((number + 1))
		mkdir "t$number"
		cp c/bad.cfg "t$number"
		printf '\357\273\277# x\r\nno WI309\r\n%b\r\n' "$line" > "t$number/.weipsec"
		printf 't%d/bad.cfg\n' "$number" >> words
	done <<-'EOT'
		secret Vinterdag77
		prfile nist
		profile Vinterdag77
		no Vinterdag77
		warning
		fail-on errors
		dialect weos
		pki /etc/Vinterdag77
		pki ../x
		pki x/../../y
		baseline
		files [Vinterdag77
		exclude !x
		exclude x\\
		indent 0
		device x.json
		[*.cfg]\nfiles x
		[*.cfg
		[]
		no WI309 # x\nno\tWI309 \0x
		profile nist bsi
		fail-on \x1b[31m
	EOT
	check_each < words
	[ "$(wc -l < said/status)" = 22 ]
	run -1 grep -v $'^64\t' said/status
	for line in $(seq 22); do
		each_said said "$line"
		[ -z "$output" ]
		[[ $stderr == "weipsec: t$line/.weipsec:"[34]:*": "* && $(wc -l <<< "$stderr") -le 2 ]]
		refute_output Vinterdag77
	done
	each_said said 2
	[[ $stderr == *":3:1: no line of a project file, did you mean 'profile'?"* ]]
	# one among many stops all, whatever is named first
	run --separate-stderr -64 "$WEIPSEC" check c t1
	[ -z "$output" ]
	run --separate-stderr -64 "$WEIPSEC" check --list-files t1
	run --separate-stderr -1 "$WEIPSEC" check --no-project t1
	run --separate-stderr -64 "$WEIPSEC" pair a/old.cfg t1/bad.cfg
	# those that do not read it do not mind
	run -1 "$WEIPSEC" show t1/bad.cfg
	run -1 "$WEIPSEC" compile --to swanctl t1/bad.cfg
}

@test "project: one that is unreadable, no file, or over 64 KiB is 2" {
	echo '# x' > "$BATS_TEST_TMPDIR/outside"
	mkfifo a/.weipsec
	mkdir c/.weipsec
	mkdir big just linked chained
	for folder in big just linked chained; do cp c/bad.cfg $folder; done
	yes '# a comment' | head -c 65537 > big/.weipsec
	yes '# a comment' | head -c 65536 > just/.weipsec
	ln -s "$BATS_TEST_TMPDIR/outside" linked/.weipsec
	echo 'no WI309' > chained/rules
	ln -s rules chained/.weipsec
	check_each <<-EOT
		a/old.cfg
		c/bad.cfg
		big/bad.cfg
		linked/bad.cfg
		just/bad.cfg
		chained/bad.cfg
	EOT
	[ "$(cut -f 1 said/status | tr '\n' ' ')" = "2 2 2 2 1 1 " ]
	for line in 1 2 3 4; do
		each_said said $line
		[ -z "$output" ]
		[[ $stderr == "weipsec: "*"/.weipsec: "* ]]
	done
	if [ "$(id -u)" != 0 ]; then
		chmod 0 just/.weipsec
		run -2 "$WEIPSEC" check just/bad.cfg
	fi
}

@test "project: what it names stays below its folder, links followed, and is a regular file" {
	. "$root/tests/pki.bash"
	mkdir out p p/x509 p/real
	printf '{"schema_version": 1, "tool": {"name": "weipsec"}, "diagnostics": []}' > out/base.json
	cp out/base.json p/real
	cp out/base.json p/real.json
	cp a/old.cfg p
	ln -s ../out/base.json p/out.json
	ln -s real/base.json p/in.json
	ln -s ../out p/folder
	mkfifo p/fifo.json
	echo '{"ietf-interfaces:interfaces": {"interface": []}}' > out/device.json
	cp out/device.json p/device.json
	ln -s ../out/device.json p/device-out.json
	number=0
	while IFS= read -r line; do
		number=$((number + 1))
		printf '%b\n' "$line" > p/.weipsec
		run --separate-stderr "$WEIPSEC" check p/old.cfg
		echo "$number: $line: $status $stderr" >&2
		echo "$status" >> statuses
	done <<-EOT
		baseline real.json
		baseline ./real/../in.json
		baseline out.json
		baseline folder/base.json
		baseline fifo.json
		baseline real
		baseline nowhere.json
		pki folder
		pki nowhere
		pki .
		[*]\ndevice device.json
		[*]\ndevice device-out.json
		[*]\ndevice folder/device.json
		[*]\ndevice fifo.json
	EOT
	[ "$(tr '\n' ' ' < statuses)" = "0 0 64 64 2 2 2 64 2 0 0 64 64 2 " ]
	# in a folder of certificates, too: a link out of it, and a pipe, are as good as nothing
	sound | sed 's/secret .*/method cert\ncertificate leaf\nca ca/' > p/cert.cfg
	echo 'pki .' > p/.weipsec
	mkdir p/private p/x509ca
	echo hello > out/leaf.pem
	ln -s ../../out/leaf.pem p/x509/leaf.pem
	mkfifo p/x509ca/ca.pem
	run --separate-stderr -1 "$WEIPSEC" check p/cert.cfg
	[[ $output == *"x509/leaf.pem is a link that leads out of the project"* ]]
	refute_output hello
}

@test "project: sections give a device its backup and its certificates" {
	mkdir pki
	echo '{"ietf-system:system": {"hostname": "alice1"}}' > alice.json
	printf '[a/]\ndevice alice.json\n' > .weipsec
	with_warning | sed 's/secret .*/secret alice1alice1/' > a/old.cfg
	cp a/old.cfg c/same.cfg
	run --separate-stderr "$WEIPSEC" check a c
	with=$("$WEIPSEC" check --no-project --device alice.json --format json a/old.cfg | jq '.diagnostics | length') || true
	[ "$("$WEIPSEC" check --format json a/old.cfg | jq '.diagnostics | length')" = "$with" ]
	echo nonsense > alice.json
	run --separate-stderr -2 "$WEIPSEC" check a/old.cfg
	[[ $stderr == "weipsec: alice.json: "* ]]
	run --separate-stderr -0 "$WEIPSEC" check c/same.cfg
}

@test "project: nothing is written over what it names, or over the project file, or over a file of --pki" {
	# shellcheck source=tests/pki.bash
	. "$root/tests/pki.bash"
	mkdir p
	cp a/old.cfg p
	pki_new p/pki
	pki_ca plant
	pki_certificate alice plant
	pki_new apart
	pki_ca plant
	"$WEIPSEC" check --format json p > p/base.json || [ $? = 1 ]
	printf '{"ietf-interfaces:interfaces": {"interface": []}}\n' > p/device.json
	printf 'baseline base.json\npki pki\n[old.cfg]\ndevice device.json\n[none.cfg]\ndevice other.json\n' > p/.weipsec
	cp p/device.json p/other.json
	"$WEIPSEC" facts p | LC_ALL=C sort > lines
	cp -r p kept
	export SOURCE_DATE_EPOCH=$PKI_NOW
	for lost in base.json device.json other.json .weipsec pki/x509/alice.pem pki/x509ca/plant.pem pki/private/alice.pem; do
		for words in 'facts -o' 'fleet --html'; do
			# shellcheck disable=SC2086 # words
			run -64 --separate-stderr "$WEIPSEC" $words ./p/$lost p
			[[ $stderr == *"p/$lost: would be overwritten"* ]]
		done
	done
	ln -s p/base.json net.dot
	run -64 --separate-stderr "$WEIPSEC" fleet --graph net.dot p
	[[ $stderr == 'weipsec: p/base.json: would be overwritten'* ]]
	for words in 'facts --pki apart -o' 'fleet --no-project --pki . --html' 'compile --to swanctl --pki apart -o' \
		'compile --to swanctl --pki apart -o out --map'; do
		# shellcheck disable=SC2086 # words
		run -64 --separate-stderr "$WEIPSEC" $words apart/x509ca/plant.pem p/old.cfg
		[[ $stderr == 'weipsec: apart/x509ca/plant.pem: would be overwritten'* ]]
	done
	diff -r p kept
	# what is beside them, in the same folders, is written, and again
	for file in p/page.html p/pki/page.html p/pki/page.html; do
		"$WEIPSEC" fleet --fail-on never --html $file p > /dev/null || [ $? = 1 ]
		"$WEIPSEC" compile --to swanctl --pki . -o $file.out a/old.cfg
		[ -s $file ]
	done
	# of a project file that is not read neither is the baseline
	"$WEIPSEC" facts --no-project -o p/base.json p
}

@test "project: its baseline silences, fingerprints are from its folder, and pair reads it" {
	echo 'baseline base.json' > .weipsec
	(cd a && "$WEIPSEC" check --no-project --format json old.cfg > ../none.json)
	echo '{"schema_version": 1, "tool": {"name": "weipsec"}, "diagnostics": []}' > base.json
	(cd a && "$WEIPSEC" check --format json old.cfg > ../in.json)
	"$WEIPSEC" check --format json "$PWD/a" > base.json.new
	mv base.json.new base.json
	[ "$(jq -r '.diagnostics[0].fingerprint' in.json)" != "$(jq -r '.diagnostics[0].fingerprint' none.json)" ]
	jq -e --arg f "$(jq -r '.diagnostics[0].fingerprint' in.json)" 'any(.diagnostics[]; .fingerprint == $f)' base.json
	run --separate-stderr -0 env -C a "$WEIPSEC" check --fail-on note old.cfg
	[ "$output" = "1 baselined" ]
	[[ $stderr == *"/.weipsec: silences or lowers 1 finding" ]]
	rm a/b/note.cfg
	run --separate-stderr -0 "$WEIPSEC" check --fail-on note a
	[[ $stderr == *"base.json: 1 entry matches nothing"* ]]
	run --separate-stderr -0 "$WEIPSEC" check --fail-on note --baseline in.json a
	[ "$output" = "1 baselined" ]
	[ "$stderr" = "" ]
	# pair: the file's own project
	"$WEIPSEC" pair --no-project --format json "$root/testdata/alice.cfg" a/old.cfg > pair.json || true
	rule=$(jq -r --arg f a/old.cfg '[.diagnostics[] | select(.file == $f)][0].rule' pair.json)
	echo "no $rule" > .weipsec
	"$WEIPSEC" pair --format json "$root/testdata/alice.cfg" a/old.cfg > pair.json || true
	jq -e --arg r "$rule" 'any(.diagnostics[]; .rule == $r and .file == "a/old.cfg") | not' pair.json
}
