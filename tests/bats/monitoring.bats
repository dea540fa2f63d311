# SPDX-License-Identifier: ISC
# The alerts of docs/monitoring.md, by Prometheus' own tool, with series that were made up for them; and its table.
# shellcheck disable=SC2016 # the backquotes are Markdown's

bats_require_minimum_version 1.5.0
load ../trace

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	page=docs/monitoring.md
	sed -n '/^```yaml/,/^```$/p' "$page" | sed '/^```/d' > "$BATS_TEST_TMPDIR/rules.yml"
}

needs_promtool() {
	command -v promtool > /dev/null || skip 'there is no promtool here (package prometheus)'
}

@test "monitoring: promtool takes the alert rules" {
	needs_promtool
	promtool check rules "$BATS_TEST_TMPDIR/rules.yml"
}

@test "monitoring: each alert comes when it should, and not before" {
	needs_promtool
	[ "$(grep -c 'alert:' "$BATS_TEST_TMPDIR/rules.yml")" = "$(grep -o 'alertname: .*' testdata/monitoring/alerts.yml | sort -u | wc -l)" ]
	sed -n 's/^ *- expr: //p' testdata/monitoring/alerts.yml > "$BATS_TEST_TMPDIR/expressions"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/expressions")" -eq 2 ]
	while read -r expression; do
		grep -qF "\`$expression\`" docs/monitoring.md
	done < "$BATS_TEST_TMPDIR/expressions"
	cp testdata/monitoring/alerts.yml "$BATS_TEST_TMPDIR"
	promtool test rules "$BATS_TEST_TMPDIR/alerts.yml"
	# it would find something
	sed -i 's/for: 5m/for: 9m/' "$BATS_TEST_TMPDIR/rules.yml"
	run ! promtool test rules "$BATS_TEST_TMPDIR/alerts.yml"
}

@test "monitoring: the page has every metric, and no other" {
	diff <(sed -n 's/^    {"\([a-z_]*\)", "\(gauge\|counter\)".*/\1/p' runtime/status/metrics.c | sort) \
		<(sed -n '/^| name |/,/^$/p' "$page" | cut -d'|' -f2 | grep -o '`[a-z_]*`' | tr -d '`' | sort)
}

@test "monitoring: the rules name what is a metric" {
	local name

	while read -r name; do
		grep -q "{\"${name#weipsec_}\", " runtime/status/metrics.c || { echo "$name"; return 1; }
	done < <(grep -o 'weipsec_[a-z_]*' "$BATS_TEST_TMPDIR/rules.yml" | sort -u)
}

@test "monitoring: the drop-in is the unit's command with the file, which the unit makes room for" {
	local dropin

	dropin=$(sed -n 's/^ExecStart=\(\/.*\)/\1/p' "$page")
	[ "${dropin/ --metrics \/run\/weipsec\/weipsec.prom/}" = \
		"$(sed -n 's,^ExecStart=@SBINDIR@,/usr/sbin,p' runtime/weipsec-apply.service.in)" ]
	[[ $dropin == *' --metrics '* ]]
	grep -qx RuntimeDirectory=weipsec runtime/weipsec-apply.service.in
	grep -qx RuntimeDirectoryMode=0755 runtime/weipsec-apply.service.in
}
