# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Commands to which the system says no (tests/faults/deny.c): those that write files.  The inputs are memory.bash's.
# shellcheck disable=SC2154 # root is helper.bash's

# Lines for deny; the inputs are in folder $1.
system_commands() {
	sed "s,^,$1/,; s/ /\t/g; s,PKI,pki,g" <<-'EOT'
		fix check --fix a.cfg
		text check a.cfg bad.cfg
		project check .
		certificate check --pki PKI a.cfg
		text compile --to swanctl a.cfg
		text compile --to swanctl -o out --map map a.cfg
		again compile --to swanctl -o out --map map a.cfg
		text compile --to xfrm --keys keys -o out keyed.cfg
		certificate compile --pki PKI --to swanctl -o out a.cfg
		agent compile --to swanctl -o out a.xml
		text fmt --write a.cfg
		weos4 migrate -o out --report report certificate.cfg
		weos4 migrate --out-dir out many.cfg certificate.cfg identities.cfg
		pair facts -o out --key key alice.cfg bob.cfg
		facts join facts
		pair fleet --html out alice.cfg bob.cfg third.cfg
		pair fleet --graph out.dot alice.cfg bob.cfg third.cfg
	EOT
}

# The same for weipsec-apply, which finds no charon.
system_apply() {
	sed "s,^,$1/,; s/ /\t/g; s,PKI,pki,; s,$,\t--state-dir\tstate\t--vici\tunix://none," <<-'EOT'
		agent apply a.xml
		text apply a.cfg
		certificate apply --pki PKI a.cfg
		remembered apply a.xml
		remembered rollback
		remembered restart
		remembered confirm
	EOT
}

# A folder with what was applied, and before, which waits to be confirmed.
remember() {
	local generation

	mkdir -p "$1/state/gen"
	for generation in 1 2; do
		mkdir "$1/state/gen/000$generation"
		cp "$1/a.xml" "$1/state/gen/000$generation/agent.xml"
		printf '{"schema_version": 1, "previous": %d, "tunnels": []}' $((generation - 1)) > "$1/state/gen/000$generation/plan.json"
	done
	ln -s gen/0002 "$1/state/current"
	: > "$1/state/lock"
	printf '{"schema_version": 1, "time": %d, "seconds": 9000, "generation": 1}' \
		$(($(cut -d. -f1 /proc/uptime) + 9000)) > "$1/state/deadline"
	chmod -R go= "$1/state"
}

# One whose outputs are there already.
system_inputs() {
	memory_inputs "$1" > log 2>&1
	sed -i 's/CN=alice, O=Example, C=SE/C=SE, O=Example, CN=alice/' "$1/certificate/a.cfg"
	mkdir "$1/again" "$1/remembered"
	cp "$1/agent/a.xml" "$1/remembered"
	remember "$1/remembered"
	cp "$1/text/a.cfg" "$1/again"
	echo old > "$1/again/out"
	echo '{}' > "$1/again/map"
}

# denied STRIDE [PROGRAM LIBRARY]: the lines on standard input
denied() {
	local build=${WEIPSEC_BUILD:-$root/build}
	mkdir -p work
	"$build/tests/deny" work "$@" > said || { cat said; return 1; }
	[ -s said ] || return 1
	awk -F'\t' '{ calls += $1; runs += $2; refused += $3 } END { print calls " calls, " runs " refusals, " refused " not passed over" }' said > figures
}
