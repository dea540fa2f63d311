# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154 # root and build are set elsewhere
# What `weipsec pair' says of tunnels that are up, against real charons: who finds that the other end is gone and what
# the other one shows meanwhile, with retransmissions of 2 s where charon has 165; two uplinks with one pair of
# identities; both ends that start; a NAT between them; several tunnels at the same time; certificates of version 1.

bats_require_minimum_version 1.5.0
load helper
load ../lab/lab
load ../lab/oracle
load ../pki

setup_file() {
	lab_require || return 0
	oracle_lab || return
	many_addresses
	stamp_logs
	oracle_pki "$LAB_DIR/pki"
}
teardown_file() { lab_down; }
setup() {
	lab_setup
	export WEIPSEC
	cd "$BATS_TEST_TMPDIR" || return
}
teardown() {
	local gw

	for gw in alice bob; do
		lab_in "$gw" nft delete table ip test 2>/dev/null || true
	done
	lab_teardown
}

# An inner address for each of 20 tunnels, and an outer one of each gateway that is no private one.
many_addresses() {
	local n

	for n in {6..20}; do
		lab_ip alice addr add "10.1.$n.1/24" dev lo
		lab_ip bob addr add "10.2.$n.1/24" dev lo
	done
	lab_ip alice addr add 198.51.100.1/32 dev bob
	lab_ip alice route add 198.51.100.2/32 dev bob src 198.51.100.1
	lab_ip bob addr add 198.51.100.2/32 dev wan
	lab_ip bob route add 198.51.100.1/32 dev wan src 198.51.100.2
	lab_ip bob addr add 10.99.0.2/32 dev lo
}

# Lines of the logs begin with the time and have the name of their IKE_SA.
stamp_logs() {
	local gw

	for gw in alice bob; do
		sed -i 's/flush_line = yes/&\n\t\t\t\ttime_format = %s\n\t\t\t\ttime_add_ms = yes\n\t\t\t\tike_name = yes/' \
			"$LAB_DIR/$gw/strongswan.conf"
		lab_swanctl "$gw" --reload-settings >/dev/null
	done
}

# Prints tunnel $2 of gateway $1, alice or bob, who starts; each further argument is a line of it.
tunnel_of() {
	local own=1 other=2 me=alice you=bob start=

	[ "$1" = alice ] || { own=2; other=1; me=bob; you=alice; start=initiator; }
	printf '%s\n' "ipsec $2" $start "peer 192.168.0.$other" "local-address 192.168.0.$own" "local-id name $me-$2" \
		"remote-id name $you-$2" "local-subnet 10.$own.$2.0/24" "remote-subnet 10.$other.$2.0/24" "secret $LAB_SECRET" \
		'ike cipher aes256 auth sha256 dh ecp256' 'esp cipher aes128 auth sha256 dh ecp256' "${@:3}" end
}

# The same with a certificate.
certified_of() {
	local me=alice you=bob

	[ "$1" = alice ] || { me=bob; you=alice; }
	tunnel_of "$1" "$2" 'no secret' 'method cert' "certificate $me" 'ca root' "local-id name $me.example.com" \
		"remote-id name $you.example.com" 'reauth-time 12h' "${@:3}"
}

# What pair says of a.cfg and b.cfg, in said.json.
foretell() {
	"$WEIPSEC" pair --format json "$@" a.cfg b.cfg >said.json || true
	[ "$(jq '.tunnels | length' said.json)" -gt 0 ]
}

# --- who finds that the other end is gone ---------------------------------------------------------------------

# A case in each line: version, and the settings of alice and of bob.
cases() {
	local version early late action

	for version in 2 1; do
		early='dpd-delay 2' late='dpd-delay 9'
		[ $version = 2 ] || { early='dpd-delay 1,dpd-timeout 3'; late='dpd-delay 4,dpd-timeout 12'; }
		for action in clear trap restart; do
			echo "$version|$early|$late,dpd-action $action"
			echo "$version|$late|$early,dpd-action $action"
		done
		echo "$version|$early|no dpd-action"
		echo "$version|no dpd-action|$early"
		echo "$version|no dpd-action|no dpd-action"
		echo "$version|$late|$late"
	done
}

# The file of gateway $1, whose settings are field $2 of each case.
file_of() {
	local number=0 line settings

	echo tunnel
	while read -r line; do
		number=$((number + 1))
		IFS=, read -r -a settings <<<"$(cut -d '|' -f "$2" <<<"$line")"
		tunnel_of "$1" $number "version ${line%%|*}" "${settings[@]}"
	done < <(cases)
	echo end
}

# Loads both files, alice's first, of $1 tunnels.
load_both() {
	lab_compile alice <a.cfg && lab_load alice "$1" && lab_compile bob <b.cfg && lab_load bob "$1"
}

# When gateway $1 found that the other end of tunnel $2 is gone, in milliseconds; nothing if it did not.
noticed() {
	lab_log "$1" | sed -n -E "s/^([0-9]+)\.([0-9]+) .*<ipsec$2\|[0-9]+> (giving up after|DPD check timed out).*/\1\2/p" | head -n 1
}

# Every end that is to notice has: lines of seen.list are a gateway and a tunnel.
all_have_noticed() {
	local gw number

	while read -r gw number; do
		[ -n "$(noticed "$gw" "$number")" ] || return
	done <list
}

# What gateway $1 has of tunnel $2 now.
shows() {
	if lab_is_installed "$1" "tunnel$2"; then echo up; else echo down; fi
}

# Who was first of times $1 and $2, of alice and bob; both may be nothing.
first_of() {
	if [ -z "$1$2" ]; then echo nobody; elif [ -z "$2" ]; then echo alice; elif [ -z "$1" ]; then echo bob
	elif [ "$1" -lt "$2" ]; then echo alice; elif [ "$1" -gt "$2" ]; then echo bob; else echo both; fi
}

# Nothing passes between the gateways from now on.
sever() {
	local gw

	for gw in alice bob; do
		lab_in "$gw" nft -f - <<-END
			add table ip test
			add chain ip test in { type filter hook input priority 0; }
			add rule ip test in udp dport { 500, 4500 } drop
		END
	done
}

@test "outage: who knows first that the other end is gone, and who shows it up meanwhile: 20 cases" {
	local count number a b expected failed=0

	count=$(cases | wc -l)
	[ "$count" -eq 20 ]
	file_of alice 2 >a.cfg
	file_of bob 3 >b.cfg
	foretell
	[ "$(jq '[.tunnels[] | select(.outcome == "up")] | length' said.json)" -eq "$count" ]
	jq -r '.tunnels[] | (select(.notices_a) | "alice \(.a)"), (select(.notices_b) | "bob \(.a)")' said.json >list
	load_both "$count"
	for ((number = 1; number <= count; number++)); do lab_installed tunnel$number alice bob; done
	sever
	lab_until 40 all_have_noticed || lab_fail "not all have noticed: $(cat list)"
	while IFS=$'\t' read -r number expected; do
		a=$(noticed alice "$number") b=$(noticed bob "$number")
		# of two that look equally often either may be first
		[ "$expected" = both ] && [ -n "$a" ] && [ -n "$b" ] && continue
		[ "$(first_of "$a" "$b")" = "$expected" ] || { echo "tunnel $number: $expected was to be first: '$a' '$b'"; failed=1; }
	done < <(jq -r '.tunnels[] | [.a, if .notices_a == .notices_b then if .notices_a then "both" else "nobody" end
		elif .notices_b == null or (.notices_a and .notices_a < .notices_b) then "alice" else "bob" end] | @tsv' said.json)
	# whoever does not look shows it up still
	while read -r gw number; do
		[ "$(shows "$gw" "$number")" = up ] || { echo "$gw does not show tunnel $number up"; failed=1; }
	done < <(jq -r '.tunnels[] | (select(.notices_a == null) | "alice \(.a)"), (select(.notices_b == null) | "bob \(.a)")' said.json)
	while read -r gw number; do
		[ "$(shows "$gw" "$number")" = down ] || { echo "$gw shows tunnel $number up"; failed=1; }
	done <list
	[ $failed -eq 0 ]
	figure "$count cases of who finds a dead peer"
}

# --- two uplinks ------------------------------------------------------------------------------------------------

# Gateway $1 has its certificates.
has_certificates() {
	local side=a

	[ "$1" = alice ] || side=b
	cp "$LAB_DIR/pki/$side-plain/x509ca/root.pem" "$LAB_DIR/$1/x509ca/"
	cp "$LAB_DIR/pki/$side-plain/x509/$1.pem" "$LAB_DIR/$1/x509/"
	cp "$LAB_DIR/pki/$side-plain/private/$1.pem" "$LAB_DIR/$1/private/"
}

# Starts tunnels in one moment: each argument is a gateway and a tunnel, GATEWAY:NUMBER.
start_together() {
	PYTHONPATH=$LAB_ROOT/tests/lab python3 - "$@" <<-'END'
		import sys, time, live
		held = []
		for word in sys.argv[1:]:
		    gateway, n = word.split(':')
		    held.append(live.ask(gateway, 'initiate', child=f'tunnel{n}', ike=f'ipsec{n}', timeout='9000'))
		time.sleep(2)
	END
}

not_by_themselves() {
	sed -i 's/start_action = .*/start_action = none/' "$LAB_DIR"/{alice,bob}/swanctl.conf
}

end_all() {
	lab_until 10 lab_emptied bob
	lab_until 10 lab_emptied alice
}

@test "outage: of two uplinks with one pair of identities the hub drops the first, and the branch shows it up until it looks" {
	local dropped tries=0

	{ echo tunnel; certified_of alice 1; certified_of alice 2 'peer 192.168.0.12'; echo end; } >a.cfg
	{ echo tunnel; certified_of bob 1 'dpd-delay 6'; certified_of bob 2 'dpd-delay 6' 'local-address 192.168.0.12'; echo end; } >b.cfg
	foretell --pki-a "$LAB_DIR/pki/a-plain" --pki-b "$LAB_DIR/pki/b-plain"
	jq -e 'all(.tunnels[]; .outcome == "up" and .later_a == "Down(Unknown)" and .later_b == "Up(Installed)" and
		.notices_b == 171) and ([.diagnostics[] | select(.rule == "WI1016" and .severity == "warning")] | length) == 2' said.json
	has_certificates alice
	has_certificates bob
	lab_compile alice <a.cfg
	lab_compile bob <b.cfg
	not_by_themselves
	lab_load alice 2
	lab_load bob 2
	# each says INITIAL_CONTACT if neither was there when the other said it
	start_together bob:1 bob:2
	until lab_log_has alice 'received INITIAL_CONTACT'; do
		tries=$((tries + 1))
		[ $tries -lt 5 ]
		end_all
		start_together bob:1 bob:2
	done
	dropped=1
	[ -z "$(lab_state alice tunnel2)" ] && dropped=2
	[ -z "$(lab_state alice tunnel$dropped)" ]
	[ "$(shows alice $((3 - dropped))) $(shows bob 1) $(shows bob 2)" = 'up up up' ]
	lab_not lab_log_has bob 'received DELETE for IKE_SA'
	# it looks, and starts again; the other one is up, and so it says nothing of a first contact
	lab_until 20 noticed_any bob
	lab_installed tunnel1 alice bob
	lab_installed tunnel2 alice bob
	[ "$(lab_log alice | grep -c 'received INITIAL_CONTACT')" -eq 1 ]
}

noticed_any() {
	[ -n "$(noticed "$1" '[0-9]+')" ]
}

# --- both start ---------------------------------------------------------------------------------------------------

sas_of() {
	lab_swanctl "$1" --list-sas | grep -c '^ipsec1: .*ESTABLISHED'
}

@test "outage: two ends that start in one moment have two IKE_SAs, and one if one is a moment later" {
	local tries=0

	{ echo tunnel; tunnel_of alice 1 initiator; echo end; } >a.cfg
	{ echo tunnel; tunnel_of bob 1; echo end; } >b.cfg
	foretell
	jq -e '.tunnels[0].starts == "both" and any(.diagnostics[]; .rule == "WI1012")' said.json
	lab_compile alice <a.cfg
	lab_compile bob <b.cfg
	not_by_themselves
	lab_load alice
	lab_load bob
	# on a busy machine the one may have come before the other began
	start_together alice:1 bob:1
	until [ "$(sas_of alice) $(sas_of bob)" = '2 2' ]; do
		tries=$((tries + 1))
		[ $tries -lt 5 ]
		end_all
		start_together alice:1 bob:1
	done
	# and they stay
	lab_swanctl alice --rekey --ike ipsec1 >/dev/null
	lab_swanctl bob --rekey --child tunnel1 >/dev/null
	[ "$(sas_of alice) $(sas_of bob)" = '2 2' ]
	end_all
	start_together alice:1
	start_together bob:1
	[ "$(sas_of alice) $(sas_of bob)" = '1 1' ]
}

# --- reauthentication ---------------------------------------------------------------------------------------------

spi_of() {
	lab_swanctl "$1" --list-sas --child tunnel1 | sed -n 's/^ *in  \([0-9a-f]*\),.*/\1/p' | tail -n 1
}

has_another_spi() {
	lab_is_installed "$1" tunnel1 && [ "$(spi_of "$1")" != "$2" ]
}

@test "outage: a child whose rekeyings are refused is made anew by a reauthentication, whichever end begins it" {
	local gw spi

	{ echo tunnel; tunnel_of alice 1 'esp cipher aes128 auth sha256 dh x25519'; echo end; } >a.cfg
	{ echo tunnel; tunnel_of bob 1 'reauth-time 30m'; echo end; } >b.cfg
	foretell
	jq -e '.tunnels[0].outcome == "up" and .tunnels[0].esp_after_rekey == null and
		any(.diagnostics[]; .rule == "WI1011" and .severity == "note")' said.json
	load_both 1
	lab_installed tunnel1 alice bob
	for gw in alice bob; do
		spi=$(spi_of bob)
		lab_swanctl $gw --rekey --child tunnel1 >/dev/null
		lab_logged $gw 'CHILD_SA rekeying failed'
		[ "$(spi_of bob)" = "$spi" ]
		lab_swanctl $gw --rekey --ike ipsec1 --reauth >/dev/null
		lab_until 20 has_another_spi bob "$spi" || lab_fail "it has the old CHILD_SA" || return
		lab_installed tunnel1 alice bob
	done
}

# --- several tunnels at the same time -----------------------------------------------------------------------------

@test "outage: drawn pairs with several tunnels: those foretold one by one are up at the same time" {
	python3 "$LAB_ROOT/tests/lab/drawn.py" "${TOGETHER:-60}" together drawn "$LAB_DIR/pki" >list
	"$build/tests/foretell" <list >foretold
	run python3 "$LAB_ROOT/tests/lab/together.py" foretold <list
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *", 0 disagreements" ]]
	figure "${output##*$'\n'}"
}

# --- a NAT between them ---------------------------------------------------------------------------------------------

# Pair $1 of a hub at a public address and a branch whose own address, 10.99.0.2, is behind a NAT that forwards: $2 and
# $3 are lines of either file, with commas between them.
behind_nat() {
	local folder=$PWD/$1 more

	mkdir -p "$folder"
	IFS=, read -r -a more <<<"$2"
	{ echo tunnel; tunnel_of alice 1 'peer 198.51.100.2' 'local-address 198.51.100.1' "${more[@]}"; echo end; } >"$folder/a.cfg"
	IFS=, read -r -a more <<<"$3"
	{ echo tunnel; tunnel_of bob 1 'peer 198.51.100.1' 'local-address 10.99.0.2' "${more[@]}"; echo end; } >"$folder/b.cfg"
	printf '%s\tweos\t-\t-\n' "$folder" >>list
}

# Both ends of what is in list, each from the ends that know the other, to seen.
try_all() {
	local folder rest

	while IFS=$'\t' read -r folder rest; do
		lab_compile alice <"$folder/a.cfg"
		lab_compile bob <"$folder/b.cfg"
		not_by_themselves
		lab_load alice
		lab_load bob
		PYTHONPATH=$LAB_ROOT/tests/lab python3 - "$folder" >>seen <<-'END'
			import sys, live
			for side in 'ab':
			    for number in live.starters(f'{sys.argv[1]}/{side}.cfg'):
			        seen = live.try_end(side, number)
			        print('\t'.join(['from', sys.argv[1], side, number] + [seen[key] for key in live.COLUMNS]))
		END
	done <list
}

@test "outage: a branch behind a NAT, with names, automatic identities, and those of the wrong address" {
	command -v nft >/dev/null || skip 'no nft (nftables)'
	lab_in bob nft -f - <<-END
		add table ip test
		add chain ip test out { type nat hook postrouting priority 100; }
		add rule ip test out ip saddr 10.99.0.2 ip daddr 198.51.100.1 snat to 198.51.100.2
		add chain ip test in { type nat hook prerouting priority -100; }
		add rule ip test in ip daddr 198.51.100.2 udp dport { 500, 4500 } dnat to 10.99.0.2
	END
	behind_nat 0 '' ''
	behind_nat 1 'no peer,no local-id,no remote-id' 'no local-id,no remote-id'
	behind_nat 2 'remote-id inet 198.51.100.2' 'no local-id'
	behind_nat 3 'remote-id inet 10.99.0.2' 'no local-id'
	behind_nat 4 'no remote-id,initiator' 'no local-id'
	behind_nat 5 'version 1' 'version 1'
	behind_nat 6 'version 1,remote-id inet 198.51.100.2' 'version 1,no local-id'
	behind_nat 7 'no remote-id' 'no local-id,remote-id inet 198.51.100.1'
	"$build/tests/foretell" <list >foretold
	try_all
	run python3 "$LAB_ROOT/tests/lab/oracle.py" compare list foretold seen
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^from.*Up(Installed)' seen)" -ge 5 ]
	[[ $output == *'15 exchanges'* ]]
}

# --- certificates of version 1 ------------------------------------------------------------------------------------

@test "outage: version 1 with several certificates for one identity: told where all come to the same, else it says so" {
	local second

	for second in alice-sub alice-old alice-foreign; do
		{ echo tunnel; certified_of alice 1 'version 1'; certified_of alice 2 'version 1' "certificate $second" 'peer 192.168.0.12'
			echo end; } >a.cfg
		{ echo tunnel; certified_of bob 1 'version 1'; echo end; } >b.cfg
		foretell --pki-a "$LAB_DIR/pki/a-plain" --pki-b "$LAB_DIR/pki/b-plain"
		if [ $second = alice-sub ]; then
			jq -e '.tunnels[0] | .outcome == "up"' said.json
		else
			jq -e '.tunnels[0] | .outcome == "unknown" and .missing == ["choice of certificate of a"]' said.json
			continue
		fi
		has_certificates alice
		has_certificates bob
		lab_compile alice <a.cfg
		lab_compile bob <b.cfg
		for side in private x509; do cp "$LAB_DIR/pki/a-plain/$side/$second.pem" "$LAB_DIR/alice/$side/"; done
		cp "$LAB_DIR/pki/a-plain/x509ca/sub.pem" "$LAB_DIR/alice/x509ca/"
		lab_load alice 2
		lab_load bob
		lab_installed tunnel1 alice bob
	done
}
