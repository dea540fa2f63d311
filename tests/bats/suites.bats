# SPDX-License-Identifier: ISC
# The suites that two live charons were seen to agree on, or not (testdata/suites.tsv): what came up is
# accepted and emitted as that proposal, what failed is WI308.

load ../trace

setup() {
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	WEIPSEC=${WEIPSEC:-$root/build/weipsec}
	cd "$BATS_TEST_TMPDIR" || return 1
}

# One-line paths, 25 tunnels a file; the setting that the suite is for stands on a line of its own.
tunnels() {
	awk -F'\t' -v verdict="$1" '
	$1 !~ /^(ike|esp)$/ || $4 != verdict { next }
	{
		file = sprintf("suites-%03d.cfg", int(count / 25))
		id = count++ % 25
		path = "tunnel ipsec " id " "
		n = split($3, part, "-")
		line = path $1 " cipher " part[1]
		for (i = 2; i <= n; i++)
			line = line " " (i == n ? "dh" : part[i] ~ /^prf/ ? "prf" : "auth") " " part[i]
		print path "version " $2 > file
		print path "local-address 192.0.2.1" > file
		print path "peer 198.51.100." (id + 1) > file
		print path "remote-id inet 198.51.100." (id + 1) > file
		printf "%ssecret 0x%032x\n", path, count > file
		print line > file
		print ($1 == "ike" ? "\t" : "\t\t\t\t") ($1 == "ike" ? "proposals" : "esp_proposals") \
			" = " $3 > "expected"
	}' "$root/testdata/suites.tsv"
}

@test "suites: the 532 that come up are accepted and emitted as such" {
	tunnels UP
	for file in suites-*.cfg; do
		"$WEIPSEC" check --format gcc "$file" > /dev/null
		"$WEIPSEC" compile --to swanctl "$file" 2> /dev/null
	done > emitted
	[ "$(wc -l < expected)" -eq 532 ]
	# in order, and each in its connection; what is automatic says `default' or is a list
	grep -oE '(esp_)?proposals = [^,]*$' emitted | grep -v default |
		diff - <(tr -d '\t' < expected)
}

@test "suites: the 140 that fail are WI308" {
	tunnels FAIL
	[ "$(wc -l < expected)" -eq 140 ]
	for file in suites-*.cfg; do
		"$WEIPSEC" check --format json --fail-on never "$file" |
			jq -r '.diagnostics[] | select(.severity == "error") | .rule'
	done > rules
	[ "$(wc -l < rules)" -eq 140 ]
	[ "$(sort -u rules)" = WI308 ]
}
