# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031 # each test is a process of its own
# weipsec-apply status without a supervisor, and --watch. (supervise.bats has each state and its why.)

bats_require_minimum_version 1.5.0
load lab
load device

setup_file() {
	device_build
	lab_setup_file
}
teardown_file() { lab_down; }
setup() {
	device_setup
	rm -f "$LAB_DIR"/watched*
}
teardown() {
	[ -z "${watcher:-}" ] || kill "$watcher" 2>/dev/null || true
	[ ! -e "$LAB_DIR/alice/away" ] || mv "$LAB_DIR/alice/away" "$LAB_DIR/alice/vici"
	lab_teardown
}

# status of gateway alice, seen from there, with the arguments.
status_of_alice() {
	lab_in alice "$WEIPSEC_APPLY" status --vici "unix://$LAB_DIR/alice/vici" --state-dir "$LAB_DIR/alice/state" "$@"
}

# Watches alice; what it says is in the files `watched' and `watched.err'.
watch_alice() {
	(
		ulimit -n 16 # it is to take no more, however long it stays
		exec nsenter --net="/run/netns/$(lab_ns alice)" "$WEIPSEC_APPLY" status --watch \
			--vici "unix://$LAB_DIR/alice/vici" --state-dir "$LAB_DIR/alice/state" "$@"
	) >"$LAB_DIR/watched" 2>"$LAB_DIR/watched.err" 3>&- &
	watcher=$!
}

# Waits for the line $1 among those that were watched.
sees() {
	lab_until "$LAB_DEADLINE" grep -qx -- "$1" "$LAB_DIR/watched${2:-}" || lab_fail "it never says '$1'"
}

# Nobody reaches charon at its address any more.
hide_charon() {
	mv "$LAB_DIR/alice/vici" "$LAB_DIR/alice/away"
}

show_charon() {
	mv "$LAB_DIR/alice/away" "$LAB_DIR/alice/vici"
}

has_lines() {
	[ "$(wc -l <"$2")" = "$1" ]
}

ended() {
	! kill -0 "$1" 2>/dev/null
}

@test "status: what is wrong and can be seen at once is said without a supervisor" {
	{ site 1; site 2 'no enable'; site 3 'local-address 192.168.0.77'; } | device | apply alice
	run -1 status_of_alice
	[[ $output == *'ipsec3 '*'local-address 192.168.0.77 is on no interface of this device' ]]
	[[ $output != *ipsec2* ]]
	run -0 status_of_alice 2
	[ "${lines[0]}" = 'Current state for tunnel ipsec2 is DOWN(Unknown).' ]
	[ "${lines[1]}" = 'it is not enabled: see enable' ]
	lab_swanctl alice --load-all --noprompt --clear >/dev/null 2>&1 # as if charon had been restarted
	run -1 status_of_alice 1
	[ "${lines[1]}" = "charon does not have this tunnel: apply it again" ]
	hide_charon
	run --separate-stderr -2 status_of_alice --json
	# shellcheck disable=SC2154 # Bats sets it
	[ "$stderr" = "weipsec-apply: unix://$LAB_DIR/alice/vici: No such file or directory: is charon running?" ]
	jq -e '.charon == null and .tunnels[0].why == "charon is out of reach: see its service, and --vici"' <<<"$output"
}

@test "status: tunnels are in the order of their IDs, and a description has characters" {
	{ site 10; site 9 'description Übertragung'; site 1; } | device | apply alice
	run -1 status_of_alice
	same "$(grep -o '^[0-9]* *[^ ]* *Down' <<<"$output")" "$(printf '%s\n' '1      ipsec1       Down' \
		'9      Übertragung  Down' '10     ipsec10      Down')"
	run -1 status_of_alice --json
	same "$(jq -c '[.tunnels[].id]' <<<"$output")" '[1,9,10]'
}

@test "status: that a supervisor hangs is said, and charon is asked" {
	site 1 | device | apply alice
	/usr/bin/python3 - "$LAB_DIR/alice/state/control" 3>&- <<-'END' &
		import signal, socket, sys
		server = socket.socket(socket.AF_UNIX)
		server.bind(sys.argv[1])
		server.listen()
		signal.alarm(60)
		signal.pause()
	END
	watcher=$! # to be ended
	lab_until 10 [ -S "$LAB_DIR/alice/state/control" ]
	run --separate-stderr -1 status_of_alice
	[ "$stderr" = "weipsec-apply: $LAB_DIR/alice/state: the supervisor does not answer" ]
	[[ ${lines[1]} == '1      ipsec1 '* ]]
	kill "$watcher"
	run --separate-stderr -1 status_of_alice # its socket is still there
	[ -z "$stderr" ]
}

@test "status: a line is a line, and a full disk is said once" {
	site 1 | device | apply alice
	run -1 status_of_alice --json
	[ "$(status_of_alice --json | wc -l)" = 1 ]
	for words in '' --json 1 --watch '--watch --json'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -2 bash -c '"$@" >/dev/full' full nsenter --net="/run/netns/$(lab_ns alice)" \
			"$WEIPSEC_APPLY" status $words --vici "unix://$LAB_DIR/alice/vici" \
			--state-dir "$LAB_DIR/alice/state"
		[ "$stderr" = 'weipsec-apply: standard output: No space left on device' ]
	done
}

@test "status --watch: charon goes and comes, a tunnel too; each is said once" {
	local away="weipsec-apply: unix://$LAB_DIR/alice/vici: No such file or directory: is charon running?"

	{ site 1; site 2; } | device | apply alice
	watch_alice
	sees 'ipsec2: Down(Unknown)'
	hide_charon
	sees "$away" .err
	LAB_SLACK=1 lab_not lab_until 9 ended "$watcher" # it looks each second, and lasts
	show_charon
	sees 'weipsec-apply: charon is back' .err
	site 1 | device | apply alice
	sees 'ipsec2: removed'
	hide_charon
	lab_until "$LAB_DEADLINE" has_lines 3 "$LAB_DIR/watched.err"
	[ "$(grep -cxF "$away" "$LAB_DIR/watched.err")" = 2 ]
	kill -INT "$watcher"
	wait "$watcher"
	[ "$(grep -c '^ipsec2' "$LAB_DIR/watched")" = 4 ] # down, out of reach, down, removed
}

@test "status --watch --json: a document a change, each on a line" {
	{ site 1; site 2; } | device | apply alice
	watch_alice --json
	lab_until "$LAB_DEADLINE" [ -s "$LAB_DIR/watched" ]
	hide_charon
	lab_until "$LAB_DEADLINE" grep -q '"charon": null' "$LAB_DIR/watched"
	show_charon
	sees 'weipsec-apply: charon is back' .err
	site 1 | device | apply alice
	lab_until "$LAB_DEADLINE" has_lines 4 "$LAB_DIR/watched"
	same "$(jq -c '[.charon != null, (.tunnels | length)]' "$LAB_DIR/watched")" \
		"$(printf '%s\n' '[true,2]' '[false,2]' '[true,2]' '[true,1]')"
}

@test "status --watch: it ends when its reader goes" {
	site 1 | device | apply alice
	# shellcheck disable=SC2016 # the inner shell expands these
	run -0 timeout 120 bash -c '"$@" | head -1; exit "${PIPESTATUS[0]}"' head "$WEIPSEC_APPLY" status --watch \
		--vici "unix://$LAB_DIR/alice/vici" --state-dir "$LAB_DIR/alice/state"
	[[ ${lines[0]} == 'ipsec1: Down'* ]]
}

# Watches alice on a terminal of $1 rows and $2 columns.
watch_screen() {
	TERM=xterm script -qfec "stty rows $1 cols $2; exec nsenter --net=/run/netns/$(lab_ns alice) $WEIPSEC_APPLY status \
		--watch ${*:3} --vici unix://$LAB_DIR/alice/vici --state-dir $LAB_DIR/alice/state" \
		"$LAB_DIR/watched" </dev/null >/dev/null 3>&- &
	watcher=$!
}

# The first screen that was drawn, without what moves the cursor.
screen() {
	tr -d '\r' <"$LAB_DIR/watched" | sed -n '/\x1b\[H/,$p' | sed '/\x1b\[J/q' | sed 's/\x1b\[[HJK]//g; /^$/d'
}

@test "status --watch: a terminal is never scrolled, nor a line broken" {
	command -v script >/dev/null || skip 'no script (bsdutils)'
	for id in {1..9}; do site "$id" 'description Übertragung'; done | device | apply alice
	watch_screen 8 30
	lab_until "$LAB_DEADLINE" grep -qF $'\e[J' "$LAB_DIR/watched"
	kill "$watcher"
	screen >"$LAB_DIR/watched.screen"
	same "$(wc -l <"$LAB_DIR/watched.screen")" 7
	same "$(head -2 "$LAB_DIR/watched.screen")" "$(printf '%s\n' 'ID     DESCRIPTION  STATUS   ' '1      Übertragung  Down(Unkn')"
	grep -qx '\.\.\. [0-9]* more lines' <(tail -1 "$LAB_DIR/watched.screen")
	rm "$LAB_DIR/watched"
	watch_screen 40 100 1
	lab_until "$LAB_DEADLINE" grep -qF $'\e[J' "$LAB_DIR/watched"
	kill "$watcher"
	screen | grep -qx 'Current state for tunnel ipsec1 is DOWN(Unknown).'
	screen | grep -qx 'Loaded configuration for the connection:'
}
