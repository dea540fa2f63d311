#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# `check --profile': WI801 and WI802 against testdata/profiles.tsv, and docs/profiles.md against
# schemas/profiles.def.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # Markdown; each test is a subshell; root is the helper's

bats_require_minimum_version 1.5.0
load helper

profiles='rfc nist bsi weos4'

setup() {
	enter_folder
}

# A file with a tunnel for each row of profiles.tsv that is for profile $1, with version $2: the word stands
# last on its line, beside words that give a suite.  In `expected': LINE COLUMN RULE CLAUSE.
matrix() {
	awk -F'\t' -v profile="$1" -v version="$2" '
	function kind(word) {
		if (word ~ /^prf/) return "prf"
		if (word ~ /^sha/) return "auth"
		return word ~ /^aes/ ? "cipher" : "dh"
	}
	function beside(setting, word) {
		if (kind(word) == "auth") return " cipher aes128 dh modp2048"
		if (kind(word) == "prf") return " cipher aes128gcm16 dh modp2048"
		if (kind(word) == "dh") return " cipher aes128 auth sha256"
		if (word !~ /[gc]cm/) return " auth sha256 dh modp2048"
		return setting == "ike" ? " prf prfsha256 dh modp2048" : " dh modp2048"
	}
	/^#/ || $1 != profile || $5 == "none" { next }
	{
		path = "tunnel ipsec " ++id " "
		other = $2 == "ike" ? "esp" : "ike"
		print path "version " version > "matrix.cfg"
		print path other " cipher aes128 auth sha256 dh modp2048" > "matrix.cfg"
		line = path $2 beside($2, $3) " " kind($3) " " $3
		print line > "matrix.cfg"
		rule = version == 1 ? $4 : $5
		print 3 * id "\t" length(line) - length($3) + 1 "\t" rule "\t" \
			(rule == "-" ? "-" : $6) "\t" $2 "\t" $3 > "expected"
	}' "$root/testdata/profiles.tsv"
}

# What was said of those words, in the same form, as LINE COLUMN RULE CLAUSE SETTING WORD.
judged() {
	"$WEIPSEC" check --format json --fail-on never --profile "$1" matrix.cfg > found.json
	jq -r --arg profile "$1" '.diagnostics[] | select(.rule | test("^WI80")) |
		(.message | capture("^\u0027(?<word>[a-z0-9]+)\u0027 for (?<setting>ike|esp) is " +
			"(?<verdict>not allowed|discouraged) by profile " + $profile +
			": [^()]+ \\((?<clause>[^()]+)\\)$")) as $said |
		select(($said.verdict == "not allowed") == (.rule == "WI801")) |
		[.line, .column, .rule, $said.clause, $said.setting, $said.word] | @tsv' found.json > said
	awk -F'\t' 'FILENAME == "said" { said[$1 "\t" $2] = $0; next }
		($1 "\t" $2) in said { print said[$1 "\t" $2]; next }
		{ print $1 "\t" $2 "\t-\t-\t" $5 "\t" $6 }' said expected
}

@test "profiles: every algorithm in every place, in both versions, is judged as the documents say" {
	[ "$(grep -v '^#' "$root/testdata/profiles.tsv" | grep -vcP '\tnone\t')" = 164 ]
	for profile in $profiles; do
		for version in 1 2; do
			matrix "$profile" "$version"
			[ "$(wc -l < expected)" = 41 ]
			judged "$profile" > found
			diff expected found
		done
	done
}

@test "profiles: the table of expectations has every algorithm" {
	sed -nE 's/^ALGORITHM\([A-Z0-9]+, "([a-z0-9]+)".*/\1/p' "$root/schemas/algorithms.def" | sort > known
	for profile in $profiles; do
		awk -F'\t' -v p="$profile" '$1 == p && $2 == "ike" && $5 != "none" { print $3 }' \
			"$root/testdata/profiles.tsv" | sort | diff known -
		awk -F'\t' -v p="$profile" '$1 == p && $2 == "esp" && $5 != "none" { print $3 }' \
			"$root/testdata/profiles.tsv" | sort | diff <(grep -v ^prf known) -
	done
}

# The same of WeOS 4's own words, in a file of WeOS 4, into `matrix.cfg' and `expected'.
matrix_of_weos4() {
	awk -F'\t' -v profile="$1" '
	BEGIN { print "# \\\\/ Westermo WeOS v4.28.0, CLI Format v1.32" > "matrix.cfg" }
	/^#/ || $1 != profile || $5 != "none" { next }
	{
		path = "tunnel ipsec " ++id " "
		other = $2 == "ike" ? "esp" : "ike"
		print path other " crypto aes128 auth sha256 dh 2048" > "matrix.cfg"
		if ($3 == "md5") line = path $2 " crypto aes128 dh 2048 auth md5"
		else if ($3 ~ /^modp/) line = path $2 " crypto aes128 auth sha256 dh " substr($3, 5)
		else line = path $2 " auth sha256 dh 2048 crypto " $3
		print line > "matrix.cfg"
		match(line, /[^ ]*$/)
		print 2 * id + 1 "\t" RSTART "\t" $4 "\t" ($4 == "-" ? "-" : $6) "\t" $2 "\t" $3 > "expected"
	}' "$root/testdata/profiles.tsv"
}

@test "profiles: what WeOS 4 alone has is judged, and what its automatic suites may be" {
	for profile in $profiles; do
		matrix_of_weos4 "$profile"
		[ "$(wc -l < expected)" = 10 ]
		judged "$profile" > found
		diff expected found
		# nothing of what WeOS 4 does not have is asked for, nor said to be in its suites
		run ! grep -E "x25519|ecp|version 2'" found.json
	done
	{ printf '%s\n' '# \\/ Westermo WeOS v4.28.0, CLI Format v1.32'; sound | grep -vE ' (ike|esp) ' | sed '/ipsec 1/a aggressive'; } > s.cfg
	"$WEIPSEC" check --format json --fail-on never --profile nist s.cfg > found.json
	[ "$(included)" = "automatic ike 'modp1024'" ]
	jq -e '.diagnostics[] | select(.rule == "WI802" and .message[0:13] == "automatic ike") |
		.help == "write \u0027ike crypto aes128 auth sha256 dh 2048\u0027 at both ends"' found.json
	grep -v aggressive s.cfg > main.cfg
	"$WEIPSEC" check --format json --fail-on never --profile nist main.cfg > found.json
	[ -z "$(included)" ]
}

@test "profiles: what is to be written instead is allowed itself" {
	for profile in $profiles; do
		matrix "$profile" 2
		judged "$profile" > found
		jq -r '.diagnostics[] | select(.rule | test("^WI80")) | .message + "\t" + .help' found.json |
			sed -nE "s/^'[a-z0-9]+' for (ike|esp) .*\twrite '([^']*)'.*/\1 \2/p" | sort -u > helps
		while read -r setting words; do
			for word in $words; do
				[[ $word != cipher && $word != auth && $word != dh ]] || continue
				grep -qP "^$profile\t$setting\t$word\t-\t-\t" "$root/testdata/profiles.tsv" ||
					{ echo "$profile: $setting $word"; return 1; }
			done
		done < helps
		# and the suites for automatic ones
		sed -nE "s/^PROFILE\([A-Z0-9]+, \"$profile\", \"([^\"]*)\", \"([^\"]*)\"\)/ike \1\nesp \2/p" \
			"$root/schemas/profiles.def" > suites
		[ ! -s suites ] || {
			sound | grep -vE ' (ike|esp) ' | sed "/ipsec 1/r suites" > s.cfg
			run -0 "$WEIPSEC" check --fail-on note --profile "$profile" s.cfg
		}
	done
}

# Silent but for the rules $3..., with lines $2 in the tunnel (\n between them).
assert_said() {
	sound | grep -vE ' (ike|esp) ' | sed "/ipsec 1/a\\$2" > s.cfg
	"$WEIPSEC" check --format json --fail-on never --profile "$1" s.cfg > found.json
	[ "$(jq -r '[.diagnostics[].rule] | sort | join(" ")' found.json)" = "${*:3}" ] ||
		{ jq -c '.diagnostics[] | [.rule, .message]' found.json; return 1; }
}

modp='ike cipher aes128 auth sha256 dh modp2048\nesp cipher aes128 auth sha256 dh modp2048'
ecp='ike cipher aes128 auth sha256 dh ecp256\nesp cipher aes128 auth sha256 dh ecp256'

@test "profiles: the version" {
	for profile in rfc nist bsi; do
		assert_said $profile "$ecp"
		assert_said $profile "version 2\n$ecp"
		assert_said $profile "version 1\n$ecp" WI701 WI802
		assert_said $profile "version 3\n$ecp" WI118
	done
	assert_said weos4 "$modp" WI801
	assert_said weos4 "version 2\n$modp" WI801
	assert_said weos4 "version 1\n$modp" WI701
	assert_said weos4 "version 3\n$modp" WI118
	# what holds in version 2 only is silent where the version is not known
	assert_said bsi "version 3\n$modp" WI118
	assert_said bsi "$modp" WI801 WI801
}

@test "profiles: the other settings of nist" {
	assert_said nist "sa-rekey-time 28800\n$ecp"
	assert_said nist "sa-rekey-time 8h\n$ecp"
	assert_said nist "sa-rekey-time 28801\n$ecp" WI802
	assert_said nist "sa-rekey-time 9x\n$ecp" WI202
	assert_said nist 'ike cipher aes128 auth sha256 dh ecp384\nesp cipher aes128 auth sha256 dh ecp384'
	assert_said nist 'ike cipher aes128 auth sha256 dh ecp256\nesp cipher aes128 auth sha256 dh ecp384'
	assert_said nist 'ike cipher aes128 auth sha256 dh ecp384\nesp cipher aes128 auth sha256 dh ecp256' WI802
	assert_said nist 'ike cipher aes128 auth sha256 dh ecp384\nesp cipher aes128 auth sha256 dh' WI104
	assert_said bsi "sa-rekey-time 24h\n$ecp"
	assert_said rfc "sa-rekey-time 24h\n$ecp"
}

# The algorithms that messages on automatic suites name, one line a suite.
included() {
	jq -r '.diagnostics[].message | select(contains("includes")) |
		[scan("automatic [a-z]+|\u0027[a-z0-9]+\u0027")] | join(" ")' found.json
}

@test "profiles: automatic suites" {
	assert_said rfc ''
	assert_said rfc 'no ike\nno esp'
	assert_said bsi '' WI802 WI802
	[ "$(included)" = "automatic ike 'sha1' 'modp2048'"$'\n'"automatic esp 'sha1' 'modp2048'" ]
	assert_said nist '' WI802 WI802 WI802
	[ "$(included)" = "automatic ike 'x25519'"$'\n'"automatic esp 'sha1' 'x25519'" ]
	assert_said nist 'ike cipher aes128 auth sha256 dh ecp256' WI314 WI802 WI802
	assert_said nist 'esp cipher aes128 auth sha256 dh ecp256' WI802
	assert_said weos4 '' WI801
	# in version 1 too; bsi's groups are of version 2 alone
	assert_said nist 'version 1' WI313 WI701 WI802 WI802 WI802
	[ "$(included)" = "automatic ike 'x25519'"$'\n'"automatic esp 'sha1' 'x25519'" ]
	assert_said bsi 'version 1' WI313 WI701 WI802 WI802
	[ "$(included)" = "automatic esp 'sha1'" ]
	# one that could not be read is not automatic
	assert_said nist 'ike cipher\nesp cipher aes128 auth sha256 dh ecp256' WI104
}

@test "profiles: a disabled tunnel is judged as any other" {
	assert_said nist "no enable\n${ecp//ecp256/x25519}" WI801 WI801
}

@test "profiles: a good secret passes every profile, a poor one none" {
	for profile in $profiles; do
		settings=$ecp
		[ "$profile" != weos4 ] || settings="version 1\\n$modp"
		sound | grep -vE ' (ike|esp|secret) ' | sed "/ipsec 1/a\\$settings" > s.cfg
		for secret in "0s$(openssl rand -base64 32)" Westermo123 "$(printf 'k7Tq%.0s' {1..11})" \
			abcdefghijklmnopqrstuvwxyz0123456789 0123456789012345678901234567890123456789; do
			sed "/ipsec 1/a secret $secret" s.cfg > t.cfg
			run "$WEIPSEC" check --format gcc --fail-on warning --no WI701 --profile "$profile" t.cfg
			if [[ $secret == 0s* ]]; then
				[ "$status" = 0 ]
				[ -z "$output" ]
			else
				[ "$status" = 1 ]
				[[ $output == *"[WI406]"* && $output != *"$secret"* ]]
			fi
		done
	done
}

@test "profiles: without --profile there is neither rule, and the last one wins" {
	matrix nist 2
	run "$WEIPSEC" check --format gcc --fail-on never matrix.cfg
	[[ $output != *WI80* ]]
	sound > s.cfg
	run -1 "$WEIPSEC" check --profile rfc --profile=nist s.cfg
	run -0 "$WEIPSEC" check --profile nist --profile rfc s.cfg
	[ -z "$output" ]
	run -0 "$WEIPSEC" check --profile nist --no WI801 s.cfg
	[ -z "$output" ]
}

@test "profiles: an unknown name is 64 and lists what there is" {
	sound > s.cfg
	for name in '' nits NIST fips; do
		run --separate-stderr -64 "$WEIPSEC" check --profile "$name" s.cfg
		[ -z "$output" ]
		[[ $stderr == *"--profile takes rfc, nist, bsi or weos4, not '$name'"* ]]
	done
	run --separate-stderr -64 "$WEIPSEC" compile --profile nist --to swanctl s.cfg
}

@test "profiles: for a WeOS 4 peer nothing asks for version 2" {
	mapfile -t files < <(find "$root/testdata/accept" "$root/testdata/reject" -name '*.cfg')
	"$WEIPSEC" check --fail-on never "${files[@]}" > without
	"$WEIPSEC" check --fail-on never --profile weos4 "${files[@]}" > with
	[ "$(grep -c "version 2'" without)" -gt 20 ]
	run ! grep "version 2'" with
}

# The rows of profile $1 of schemas/profiles.def, as docs/profiles.md has them.
verdicts() {
	sed -E 's/^SUITE4\(([A-Z0-9]+, 80[12]),/SUITE(\1, ANY_VERSION,/; s/DES3/3DES/' "$root/schemas/profiles.def" |
		sed -nE "s/^SUITE\(${1^^}, (80[12]), ([A-Z_0-9]+), ([A-Z]+), ([A-Z0-9]+), \"([^\"]*)\", \"([^\"]*)\", \"([^\"]*)\"\)$/| \`\L\4\` in \`\3\`\E\2 | \1 | \5 | \6 | \`\7\` |/p
		s/^SETTING\(${1^^}, (80[12]), ([A-Z_0-9]+), ([0-9]+), \"([^\"]*)\", \"([^\"]*)\", \"?([^\")]*)\"?\)$/| \2 \3 | \1 | \4 | \5 | \`\6\` |/p" |
		sed -E 's/ANY_VERSION//; s/VERSION_2_ONLY/, `version 2`/; s/\| 801 \|/| not allowed |/
			s/\| 802 \|/| discouraged |/; s/VERSION_([12]) 0/`version \1`/; s/`NULL`/the `dh` of `ike`/
			s/WITHOUT_PFS 0/automatic `esp`, `version 2`/
			s/WEAKER_PFS 0/`dh` of `esp` weaker than that of `ike`/
			s/REKEY_ABOVE ([0-9]+)/`sa-rekey-time` over \1 s/'
}

@test "profiles: docs/profiles.md has each verdict with its clause, and no other" {
	[ "$(for profile in $profiles; do verdicts "$profile"; done | wc -l)" = \
		"$(grep -cE '^(SUITE4?|SETTING)\(' "$root/schemas/profiles.def")" ]
	for profile in $profiles; do
		verdicts "$profile" > expected
		[ -s expected ]
		sed -n "/^## $profile\$/,/^## /p" "$root/docs/profiles.md" | grep '^|' | tail -n +3 > shown
		diff expected shown
	done
}

@test "profiles: an instance may have a policy of its own, which wins" {
	instance() {
		{ sound; sound 2; } | sed "0,/ipsec 1/s|ipsec 1.*|&$1|"
	}
	instance ' # weipsec: profile weos4 -- an old peer' > own.cfg
	instance '' | sed 's/^ *ipsec 1/# weipsec: profile weos4 -- an old peer\n&/' > before.cfg
	for file in own.cfg before.cfg; do
		"$WEIPSEC" check --format json --fail-on never --profile nist "$file" > said
		jq -e '[.diagnostics[] | select(.tunnel == 1) | .message] | length > 0 and all(.[]; test("profile weos4"))' said
		jq -e '[.diagnostics[] | select(.tunnel == 2) | .message] | length > 0 and all(.[]; test("profile nist"))' said
		"$WEIPSEC" check --format json --fail-on never "$file" > said
		jq -e '[.diagnostics[].tunnel] | unique == [1]' said
	done
	# nobody else asks for it: what is compiled, shown or paired is not judged by a policy
	run --separate-stderr -0 "$WEIPSEC" compile --to swanctl own.cfg
	[ -z "$stderr" ]
	# what is wrong with one
	for comment in 'profile wos4 -- x' 'profile -- x' 'profile weos4' 'profile weos4 nist -- x' 'porfile weos4 -- x'; do
		instance " # weipsec: $comment" > bad.cfg
		[ "$(findings bad.cfg | sort -u)" = "2 WI116" ]
	done
	sound | sed 's|^ *peer.*|& # weipsec: profile weos4 -- x|' > stray.cfg
	[ "$(findings stray.cfg)" = "3 WI116" ]
}
