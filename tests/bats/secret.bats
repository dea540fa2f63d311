# SPDX-License-Identifier: ISC
# `weipsec secret', and what WI406 to WI408 make of secrets.

load helper
bats_require_minimum_version 1.5.0

setup() {
	enter_folder
}

# The rules among WI406 to WI408 that find fault with the secret $1.
faults() {
	sound | sed "s|secret .*|secret $1|" > s.cfg
	"$WEIPSEC" check --format gcc s.cfg > out || [ $? -eq 1 ]
	if grep -qF -- "$1" out; then echo shown; fi
	grep -oE 'WI40[678]' out | sort -u | tr '\n' ' '
}

@test "secret: what it prints passes every rule" {
	for bits in 256 264 300 359 360; do
		secret=$("$WEIPSEC" secret --bits "$bits")
		[[ $secret =~ ^0s[A-Za-z0-9+/]+=*$ ]]
		[ "${#secret}" -le 63 ]
		sound | sed "s|secret .*|secret $secret|" > s.cfg
		run -0 "$WEIPSEC" check --fail-on note s.cfg
		[ -z "$output" ]
	done
	[ "$("$WEIPSEC" secret | wc -c)" -eq 47 ]
	[ "$("$WEIPSEC" secret --bits 128 | wc -c)" -eq 27 ]
	[ "$("$WEIPSEC" secret)" != "$("$WEIPSEC" secret)" ]
}

@test "secret: wrong usage is 64" {
	for bits in 127 361 0256 25x '' -1 +256 99999999999999999999; do
		run -64 "$WEIPSEC" secret --bits "$bits"
	done
	run -64 "$WEIPSEC" secret --bits
	run -64 "$WEIPSEC" secret 256
	run -64 "$WEIPSEC" secret --bit
	run -0 "$WEIPSEC" --help
	[[ $output == *"  secret "* ]]
}

@test "secret: hundreds of random ones have no fault" {
	{
		echo tunnel
		for i in $(seq 400); do
			printf 'ipsec %d\nsecret 0s%s\nend\n' "$i" "$(openssl rand -base64 32)"
		done
		echo end
	} > s.cfg
	"$WEIPSEC" check --format gcc s.cfg > out || [ $? -eq 1 ]
	[ -s out ]
	run -1 grep -E 'WI40[678]' out
}

@test "secret: weak ones are told, and never shown" {
	[ "$(faults Westermo123)" = "WI406 " ]
	[ "$(faults "$(printf 'k7Tq%.0s' {1..12})")" = "WI406 WI408 " ]
	[ "$(faults "$(printf 'a%.0s' {1..63})")" = "WI406 WI408 " ]
	[ "$(faults abcdefghijklmnopqrstuvwxyz0123456789)" = "WI406 WI408 " ]
	[ "$(faults 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d)" = "WI406 WI408 " ]
	[ "$(faults 0x00030609_)" = "" ] # WI404 alone
	[ "$(faults 12345678)" = "WI406 WI408 " ]
	[ "$(faults "$(printf 'abbabaab%.0s' {1..7})")" = "WI406 WI408 " ]
}

# crossing, nested and equal selectors in number
@test "overlap: 20,000 tunnels of many lengths, each told once" {
	awk 'BEGIN { print "tunnel"
		for (i = 0; i < 20000; i++)
			printf "ipsec %d\nlocal-subnet 10.0.0.0/%d\nremote-subnet 10.64.0.0/%d\nend\n",
				i, 9 + i % 8, 10 + int(i / 8) % 8
		print "end" }' > s.cfg
	"$WEIPSEC" check --format json --fail-on never s.cfg > out
	[ "$(jq '[.diagnostics[] | select(.rule == "WI507") | .tunnel] | (length == (unique | length)) and length == 1000' out)" = true ]
}
