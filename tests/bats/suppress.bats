#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Comments that silence findings: where they count, and whom they do not concern.

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
}

# How many findings comments silence, by the summary in the last line.
suppressed() {
	"$WEIPSEC" check --format json --fail-on never "$@" | sed -nE '$s/^"summary": .*"suppressed": ([0-9]+),.*/\1/p'
}

# The file with a warning (WI309, line 10), its line ended with $1, $2 alone before it.
commented() {
	with_warning | sed "s|\\( *ike .*\\)|${2:+$2\\n}\\1$1|"
}

@test "suppress: at the end of the line and alone on the line before, by ID and by name" {
	commented ' # weipsec: ignore WI309 -- old' > a.cfg
	commented ' # weipsec: ignore sha1-deprecated -- old' > b.cfg
	commented '' '# weipsec: ignore wi309 -- old' > c.cfg
	commented '' "$(printf '\t#weipsec:ignore WI309 -- old')" > d.cfg
	commented '  # weipsec: ignore WI309 -- old' | sed 's/$/\r/' > e.cfg
	commented ' # weipsec: ignore WI309 --old' > f.cfg
	for file in ?.cfg; do
		[ -z "$(findings "$file")" ]
		[ "$(suppressed "$file")" -eq 1 ]
		[ "$("$WEIPSEC" check --format sarif "$file" | jq -r '.runs[0].results[].suppressions[].justification')" = old ]
	done
}

@test "suppress: only the summary of the text tells" {
	commented ' # weipsec: ignore WI309 -- old' > a.cfg
	run --separate-stderr -0 "$WEIPSEC" check --fail-on warning a.cfg
	[ "$output" = "1 suppressed" ]
	[ -z "$stderr" ]
	with_error > b.cfg
	run --separate-stderr -1 "$WEIPSEC" check a.cfg b.cfg
	[[ $output == *$'\n'"1 error, 1 suppressed" ]]
	run --separate-stderr -0 "$WEIPSEC" check --format gcc a.cfg
	[ -z "$output" ]
}

@test "suppress: a comment without a reason or a rule silences nothing and is WI116" {
	commented ' # weipsec: ignore WI309' > a.cfg
	commented ' # weipsec: ignore WI309 --  ' > b.cfg
	commented ' # weipsec: ignore WI309 old' > c.cfg
	for file in a.cfg b.cfg c.cfg; do
		findings "$file" | sort | diff - <(printf '10 WI116\n10 WI309\n')
	done
	commented ' # weipsec: ignore -- old' > d.cfg
	findings d.cfg | sort | diff - <(printf '10 WI116\n10 WI309\n')
}

@test "suppress: several rules, by comma or blank, and comments above one another" {
	commented ' # weipsec: ignore WI311,WI309 , WI205 -- x' > a.cfg
	[ "$(findings a.cfg)" = $'10 WI116\n10 WI116' ]
	commented ' # weipsec: ignore WI116 WI311 WI309 -- x' > b.cfg
	[ -z "$(findings b.cfg)" ]
	[ "$(suppressed b.cfg)" -eq 2 ]
	commented '' '# weipsec: ignore WI116 -- x\n# weipsec: ignore WI311 -- y\n# weipsec: ignore WI309 -- z' > c.cfg
	# a comment alone is for the line behind it: the idle one stands elsewhere
	[ "$(findings c.cfg)" = $'10 WI116\n11 WI116' ]
	[ "$(suppressed c.cfg)" -eq 1 ]
}

@test "suppress: a comment is for one line, ignore-file for all, wherever it stands" {
	{ commented ' # weipsec: ignore WI309 -- x'; with_warning 2; } > a.cfg
	[ "$(findings a.cfg)" = "23 WI309" ]
	{ echo '# weipsec: ignore-file WI309 -- x'; with_warning; with_warning 2; } > b.cfg
	[ -z "$(findings b.cfg)" ]
	{ with_warning; with_warning 2; echo '# weipsec: ignore-file WI309 -- x'; } > c.cfg
	[ -z "$(findings c.cfg)" ]
	{ echo 'system # weipsec: ignore-file WI309 -- x'; with_warning; } > d.cfg
	[ -z "$(findings d.cfg)" ]
	{ echo "system 'a # weipsec: ignore-file WI309 -- x'"; with_warning; } > e.cfg
	[ "$(findings e.cfg)" = "11 WI309" ]
	# also for what is found before it is read
	printf 'tunel\n    end\n# weipsec: ignore-file WI122 -- x\n' > f.cfg
	[ -z "$(findings f.cfg)" ]
	printf '\xef\xbb\xbf# weipsec: ignore-file WI122 -- x' > g.cfg
	[ -z "$(findings g.cfg)" ]
}

@test "suppress: errors that may not be silenced stay" {
	with_error | sed 's/ike .*/& # weipsec: ignore WI304 -- x/' > a.cfg
	run -1 "$WEIPSEC" check a.cfg
	[[ $output == *"[WI304]"*"[WI116]"* ]]
	{ echo '# weipsec: ignore-file WI304 WI401 -- x'; with_error | sed '/secret/d'; } > b.cfg
	run -1 "$WEIPSEC" check b.cfg
	[[ $output == *"[WI304]"* ]]
	# the warnings that such rules have for a disabled tunnel are no errors
	{ echo '# weipsec: ignore-file WI401 -- a draft'
	sound | sed 's/ *secret.*/        no enable/'; } > c.cfg
	run -0 "$WEIPSEC" check c.cfg
	[ "$output" = "1 suppressed" ]
}

@test "suppress: never inside a secret or a quoted word" {
	sound | sed 's/ike .*/ike cipher aes128 auth sha1 dh x25519/' > plain
	sed 's/secret .*/&#weipsec: ignore-file WI309 -- x/' plain > a.cfg
	findings a.cfg | diff - <(printf '7 WI403\n10 WI309\n')
	sed "s/secret .*/secret 'a # weipsec: ignore-file WI309 -- xxxxxxxxxxxxxx'/" plain > b.cfg
	[[ $(findings b.cfg) == *"10 WI309"* ]]
	[[ $(findings b.cfg) != *WI116* ]]
	sed 's/peer/description "# weipsec: ignore-file WI309 -- x"\npeer/' plain > c.cfg
	[ "$(findings c.cfg)" = "11 WI309" ]
	# a mark that is not closed is not a quote
	sed "s/peer/description it's # weipsec: ignore-file WI309 -- x\npeer/" plain > d.cfg
	[ -z "$(findings d.cfg)" ]
}

@test "suppress: no message shows a secret that stands before the comment" {
	sound | sed 's/secret .*/secret Plant-floor # weipsec: ignore Plant-floor-2 -- x/' > a.cfg
	run "$WEIPSEC" check a.cfg
	[[ $output == *WI116* ]]
	refute_output Plant-floor
	run "$WEIPSEC" check --format json a.cfg
	refute_output Plant-floor
}

@test "suppress: compile takes the catalogue" {
	{ echo '# weipsec: ignore-file WI502 -- x'; sound; sound 2 | sed "s/bob2/bob1/; s/alice2/alice1/"; } > a.cfg
	commented ' # weipsec: ignore WI309 -- x' > b.cfg
	run --separate-stderr -0 "$WEIPSEC" compile --to swanctl b.cfg
	[[ $stderr == *"[WI309]"*"1 warning" ]]
	[ "$(suppressed a.cfg)" -eq 1 ]
	run --separate-stderr -1 "$WEIPSEC" compile --to swanctl a.cfg
	[[ $stderr == *"error: "*"[WI502]"* ]]
	[ -z "$output" ]
}

@test "suppress: the command line still has its say" {
	commented ' # weipsec: ignore WI309 -- x' > a.cfg
	run -0 "$WEIPSEC" check -E WI309 a.cfg
	commented ' # weipsec: ignore WI311 -- x' > b.cfg
	run -1 "$WEIPSEC" check -E unused-suppression b.cfg
	run -0 "$WEIPSEC" check --no WI116 --no WI309 b.cfg
	[ -z "$output" ]
}

@test "suppress: 60,000 comments, and what they do not silence past the limit is still said" {
	"$BATS_TEST_DIRNAME/../bench/generate.sh" 60000 > plain
	sed 's/ike cipher.*/ike cipher aes128 auth sha1 dh x25519 # weipsec: ignore WI309 -- old/' plain > a.cfg
	"$WEIPSEC" check --format json --no WI501 a.cfg > a.json || [ $? -eq 1 ]
	[ "$(grep -c 'weipsec: ignore' a.cfg)" -ge 60000 ]
	[ "$(jq .summary.suppressed a.json)" -eq "$(grep -c 'weipsec: ignore' a.cfg)" ]
	[ "$(jq '[.diagnostics[] | select(.rule == "WI309" or .rule == "WI116")] | length' a.json)" -eq 0 ]
	# the very last one has none
	last=$(grep -n 'weipsec: ignore' a.cfg | tail -1 | cut -d: -f1)
	sed "$last"'s/ # weipsec.*//' a.cfg > b.cfg
	"$WEIPSEC" check --format json --no WI501 b.cfg > b.json || [ $? -eq 1 ]
	[ "$(jq -r '.diagnostics[] | select(.rule == "WI309") | .line' b.json)" = "$last" ]
	# all of them above one line
	{ for _ in {1..100}; do printf '# weipsec: ignore WI205 -- x\n%.0s' {1..600}; done; cat plain; } > c.cfg
	"$WEIPSEC" check --format json --no WI501 c.cfg > c.json || [ $? -eq 1 ]
	[ "$(jq '[.diagnostics[] | select(.rule == "WI116")] | length' c.json)" -eq 1000 ]
}

@test "suppress: a long line of marks and quotes is read once" {
	{ printf 'tunnel\n'; yes "'a \"b weipsec: # weipsec:" | head -c 8000000 | tr '\n' ' '; echo; } > a.cfg
	run findings a.cfg
	[[ $output == *"2 WI117"* ]]
}

@test "suppress: a comment for what takes an option is not idle without it" {
	commented ' # weipsec: ignore WI309, WI419, WI611, WI802 -- x' '# weipsec: ignore-file WI613 -- x' > a.cfg
	[ -z "$(findings a.cfg)" ]
	run -0 --separate-stderr "$WEIPSEC" compile --to swanctl a.cfg
	[[ $stderr != *WI116* ]]
	mkdir pki
	echo '{}' > device.json
	# the comment of WI309 is the one line below that for the file
	[ "$(findings --pki pki a.cfg)" = "11 WI116" ]
	[ "$(findings --device device.json a.cfg)" = "11 WI116" ]
	[ -z "$(findings --profile rfc a.cfg)" ]
	[ "$(findings --profile weos4 a.cfg | grep -c WI116)" -eq 1 ]
}

@test "suppress: on the line of an instance, or alone before it, for the whole instance" {
	with_warning | sed 's/ipsec 1/& # weipsec: ignore WI309 WI106 -- old/; s/^ *peer.*/&\n&/' > a.cfg
	with_warning | sed 's/^    ipsec 1/    # weipsec: ignore WI309 -- old\n&/' > b.cfg
	with_warning | sed 's/^tunnel/# weipsec: ignore WI309 -- old\ntunnel ipsec 1/; /^    ipsec/d' > c.cfg
	printf 'gw:/config/tunnel/#>ipsec 1 # weipsec: ignore WI309 -- old\n' > d.cfg
	with_warning | sed -n 's/^        [^ ].*/gw:\/config\/tunnel\/ipsec-1\/#>&/; s/#> */#>/p' >> d.cfg
	for file in ?.cfg; do
		[ -z "$(findings "$file")" ] || { findings "$file"; return 1; }
		[ "$(suppressed "$file")" -ge 1 ]
	done
	[ "$(suppressed a.cfg)" -eq 2 ]
}

@test "suppress: an instance's comment is for no other, for no locked error, and must silence something" {
	{ with_warning; with_warning 2; } | sed 's/ipsec 2/& # weipsec: ignore WI309 -- old/' > a.cfg
	[ "$(findings a.cfg)" = "10 WI309" ]
	# entered again it is the same instance; a rule across tunnels is at the later one
	{ sound | sed 's/ipsec 1/& # weipsec: ignore WI309 -- old/'
		printf 'tunnel\n ipsec 1\n  ike cipher aes128 auth sha1 dh x25519\n end\nend\n'; } > b.cfg
	[ "$(findings b.cfg | grep -v WI106)" = "" ]
	{ sound; sound 2 | sed 's/remote-subnet.*/remote-subnet 10.2.1.0\/24/; s/local-subnet.*/local-subnet 10.1.1.0\/24/' |
		sed 's/ipsec 2/& # weipsec: ignore WI506 -- a standby/'; } > c.cfg
	[ -z "$(findings c.cfg)" ]
	[ "$(suppressed c.cfg)" -eq 1 ]
	with_error | sed 's/ipsec 1/& # weipsec: ignore WI304 -- x/' > d.cfg
	[ "$(findings d.cfg)" = $'2 WI116\n10 WI304' ]
	sound | sed 's/ipsec 1/& # weipsec: ignore WI309 -- x/' > e.cfg
	[ "$(findings e.cfg)" = "2 WI116" ]
	# a path sets one thing, and its comment is for that
	{ with_warning; echo 'tunnel ipsec 1 description x # weipsec: ignore WI309 -- x'; } > f.cfg
	[ "$(findings f.cfg)" = $'10 WI309\n14 WI116' ]
}
