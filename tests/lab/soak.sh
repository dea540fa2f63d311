#!/bin/bash
# SPDX-License-Identifier: ISC
# `make soak HOURS=1 SEED=1': two supervised gateways with 25 tunnels in bad weather, an hour of it.
#
#   soak.sh BUILD SECONDS SEED   LOGS: a folder for what the daemons said
#
# Loss is nft's `numgen random' in the gateways' namespaces, whose dice are the kernel's; all else that happens, and
# when, is decided by SEED. What is checked is in soak.py.
set -euo pipefail
self=$(readlink -f "${BASH_SOURCE[0]}")
root=$(cd "$(dirname "$self")/../.." && pwd)
# shellcheck source=tests/lab/lab.bash
. "$root/tests/lab/lab.bash"
# shellcheck source=tests/lab/supervisor.bash
. "$root/tests/lab/supervisor.bash"
# shellcheck source=tests/pki.bash
. "$root/tests/pki.bash"

TUNNELS=26 # one comes and goes

# charon gives up within 11 s, and takes as many at once from one address as there are tunnels.
# shellcheck disable=SC2034 # of lab.bash
LAB_CHARON='retransmit_timeout = 1.0
		retransmit_base = 1.4
		retransmit_tries = 4
		dos_protection = no'

# Who says a line of charon's log, and inner addresses for all tunnels.
prepare() {
	local gw n number

	number=1
	for gw in alice bob; do
		sed -i 's/flush_line = yes/&\n\t\t\t\tike_name = yes/' "$LAB_DIR/$gw/strongswan.conf"
		lab_swanctl "$gw" --reload-settings >/dev/null
		for ((n = 1; n <= TUNNELS; n++)); do
			lab_ip "$gw" addr add "10.$number.$n.1/24" dev lo
		done
		number=2
	done
	lab_ip alice route add 192.168.0.12/32 dev bob src 192.168.0.1
}

certificates() {
	local gw

	pki_new "$LAB_DIR/pki"
	pki_ca root
	for gw in alice bob; do
		pki_certificate "$gw" root "$(printf 'subjectAltName=DNS:%s9.example.com,DNS:%s10.example.com' "$gw" "$gw")"
	done
}

talk() {
	lab_in "$1" python3 "$root/tests/lab/talk.py" "$2" "$3" "$TUNNELS" </dev/null >/dev/null 2>&1 &
}

end() {
	[ -z "${soak:-}" ] || kill "$soak" 2>/dev/null || true
	end_supervisors
	if [ -n "${LOGS:-}" ] && [ -d "${LAB_DIR:-}" ]; then
		mkdir -p "$LOGS"
		for gw in alice bob; do
			cp "$LAB_DIR/$gw/log" "$LOGS/$gw.log"
			cp "$LAB_DIR/$gw/said" "$LOGS/$gw.said"
			cp "$LAB_DIR/$gw/controls" "$LOGS/$gw.controls" 2>/dev/null || true
		done
	fi
	lab_down
}

lab_require || { echo "$LAB_WHY" >&2; exit 2; }
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
# what is built anew meanwhile is another one
lab_up
cp "$root/$1/weipsec" "$root/$1/weipsec-apply" "$LAB_DIR"
export WEIPSEC_APPLY=$LAB_DIR/weipsec-apply
prepare
certificates
for gw in alice bob; do
	echo 'no tunnel' >"$LAB_DIR/$gw/weos.cfg"
	supervise "$gw" '' --pki "$LAB_DIR/pki" --metrics "$LAB_DIR/$gw/metrics"
done
talk alice 1 2
talk bob 2 1
python3 "$root/tests/lab/soak.py" "$2" "$3" &
soak=$! # a signal is not to wait for its end
wait "$soak"
soak=
for gw in alice bob; do
	end_supervisor "$gw" TERM
	# shellcheck disable=SC2154 # end_supervisor sets it
	[ "$status" -eq 0 ] || { echo "the supervisor of $gw ends with $status"; exit 1; }
done
