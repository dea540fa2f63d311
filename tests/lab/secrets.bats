# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2034 # each test is a process of its own; lab_pair reads A_HAS and B_HAS
# Secrets: whatever WeOS allows as one must reach charon as the bytes that it means.
#
# Alice is ours. Bob's file is written here, with the bytes in hexadecimal as od prints them, so that nothing is
# proven by two equal mistakes. A file holds 25 tunnels with identities and a secret of their own.

load lab

setup_file() {
	# Many tunnels from one address at a time: charon would take that for an attack.
	LAB_CHARON='dos_protection = no' lab_setup_file
	[ -n "${LAB_WHY:-}" ] || many_subnets
}
teardown_file() { lab_down; }
setup() { lab_setup; }
teardown() { lab_teardown; }

many_subnets() {
	for ((i = 1; i <= 25; i++)); do
		lab_ip bob addr add "10.2.$i.1/24" dev lo
	done
}

hex() {
	od -An -v -tx1 | tr -d ' \n'
}

# Alice's tunnel number $1 with the secret $2.
alices() {
	lab_weos alice "local-id name a$1" "remote-id name b$1" "remote-subnet 10.2.$1.0/24" "secret $2" |
		sed "s/ipsec 1$/ipsec $1/"
}

# Bob's tunnel number $1 with the bytes $2.
bobs() {
	cat <<-END
	connections {
		c$1 {
			version = 2
			local_addrs = 192.168.0.2
			remote_addrs = 192.168.0.1
			local {
				auth = psk
				id = "fqdn:b$1"
			}
			remote {
				auth = psk
				id = "fqdn:a$1"
			}
			children {
				tunnel$1 {
					local_ts = 10.2.$1.0/24
					remote_ts = 10.1.0.0/24
					start_action = start
				}
			}
		}
	}
	secrets {
		ike-c$1 {
			id = "fqdn:a$1"
			secret = 0x$2
		}
	}
	END
}

# Prints the numbers of the tunnels that are up on a gateway, in order.
up() {
	lab_swanctl "$1" --list-sas | sed -n 's/^  tunnel\([0-9]*\): .* INSTALLED, .*/\1/p' | sort -n | tr '\n' ' '
}

all_up() {
	[ "$(up alice | wc -w)" -ge "$1" ] && [ "$(up bob | wc -w)" -ge "$1" ]
}

# Brings up one tunnel for each pair of secret and bytes in the arrays SECRETS and BYTES, at most 25.
bring_up() {
	local i count=${#SECRETS[@]}

	for ((i = 0; i < count; i++)); do
		alices $((i + 1)) "${SECRETS[i]}"
	done | lab_compile alice || return
	for ((i = 0; i < count; i++)); do
		bobs $((i + 1)) "${BYTES[i]}"
	done | lab_foreign bob
	lab_load alice "$count" && lab_load bob "$count"
}

# The same, and all of them must come up.
all_come_up() {
	bring_up || return
	lab_until "$LAB_DEADLINE" all_up "${#SECRETS[@]}" || lab_fail "only these came up: $(up alice)"
}

# Adds a secret that means its own characters.
plain() {
	SECRETS+=("$1")
	BYTES+=("$(printf %s "$1" | hex)")
}

# Adds the secret $1 that means the bytes $2.
coded() {
	SECRETS+=("$1")
	BYTES+=("$2")
}

# Prints the character of the code $1.
char() {
	# shellcheck disable=SC2059 # the format is the point
	printf "\\x$(printf %x "$1")"
}

# Every character from code $1 to code $2 but '#' is first, in the middle and last in some secret.
sweep() {
	local code c

	SECRETS=() BYTES=()
	for ((code = $1; code <= $2; code++)); do
		c=$(char "$code")
		case $c in
		'#') ;;
		\' | \")	# at both ends they would be quotes around the secret
			plain "${c}mid${c}end"
			plain "mid${c}end${c}"
			;;
		*) plain "${c}mid${c}end${c}" ;;
		esac
	done
	all_come_up
}

@test "a wrong secret is refused, and its neighbours are not" {
	SECRETS=() BYTES=()
	plain 'the-secret-1'
	coded 'the-secret-2' "$(printf the-secret-3 | hex)"
	plain 'the-secret-3'
	bring_up
	lab_logged alice "tried 1 shared key for 'a2' - 'b2', but MAC mismatched"
	lab_logged bob 'received AUTHENTICATION_FAILED notify error'
	lab_until 5 all_up 2
	[ "$(up alice)" = '1 3 ' ]
}

@test "every character from ! to 7 at the first, a middle and the last position" {
	sweep 33 55
	[ ${#SECRETS[@]} -eq 24 ]
}

@test "every character from 8 to O at the first, a middle and the last position" {
	sweep 56 79
	[ ${#SECRETS[@]} -eq 24 ]
}

@test "every character from P to g at the first, a middle and the last position" {
	sweep 80 103
	[ ${#SECRETS[@]} -eq 24 ]
}

@test "every character from h to ~ at the first, a middle and the last position" {
	sweep 104 126
	[ ${#SECRETS[@]} -eq 23 ]
}

@test "base64 and hexadecimal secrets, of every padding, with every digit" {
	SECRETS=() BYTES=()
	for length in 5 6 7 30 31 32 33 43 44 45; do
		text=$(openssl rand -base64 "$length" | tr -d '\n')
		coded "0s$text" "$(base64 -d <<<"$text" | hex)"
	done
	for text in 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef' 'ghijklmnopqrstuvwxyz0123456789+/'; do
		coded "0s$text" "$(base64 -d <<<"$text" | hex)"
	done
	coded 0x0123456789abcdef 0123456789abcdef
	coded 0xFEDCBA9876543210 fedcba9876543210
	coded 0x00000000000000 00000000000000
	coded 0xff00ff00ff00ff00 ff00ff00ff00ff00
	for length in 3 16 30; do
		text=$(openssl rand -hex "$length")
		coded "0x$text" "$text"
	done
	all_come_up
}

@test "prefixes in capitals are decoded too, and half a prefix is not one" {
	SECRETS=() BYTES=()
	coded 0SQUJDREVGR0hJSktM 4142434445464748494a4b4c
	coded 0X4142434445464748 4142434445464748
	plain 0y12345678
	plain 00x12345678
	plain x0x12345678
	plain s0sQUJDREVG
	plain 0-0s0x0s0x
	all_come_up
}

@test "the shortest and the longest secret, and characters that mean something to swanctl.conf" {
	SECRETS=() BYTES=()
	plain 8letters
	plain "$(printf '%063d' 7)"
	# shellcheck disable=SC2016 # characters, not expansions
	for text in '"quoted"in"side' '\"\\\n\t\r\0' '{}={}={}' '$HOME$(id)`id`' '%s%d%n%p%s' 'a,b,c,d,e,f' \
		'include,*' '@@@@@@@@' "it's-a'quote"; do
		plain "$text"
	done
	all_come_up
}

@test "quotes around a secret are not part of it" {
	SECRETS=() BYTES=()
	coded "'in-single-quotes'" "$(printf in-single-quotes | hex)"
	coded '"in-double-quotes"' "$(printf in-double-quotes | hex)"
	coded "'0x4142434445464748'" 4142434445464748
	all_come_up
}

@test "version 1 decodes the same bytes" {
	for secret in '!"$%&()*+,-./' ':;<=>?@[\]^_`{|}~' 0sQUJDREVGR0hJSg==; do
		bytes=$(printf %s "$secret" | hex)
		[[ $secret != 0s* ]] || bytes=4142434445464748494a
		lab_weos alice 'version 1' 'local-id name a0' 'remote-id name b0' "secret $secret" \
			'ike cipher aes128 auth sha256 dh x25519' 'esp cipher aes128 auth sha256 dh x25519' | lab_compile alice
		lab_load alice
		# of charon's own the first is all that counts, and each version has another
		bobs 0 "$bytes" | sed 's/version = 2/version = 1\nproposals = aes128-sha256-x25519/
			s/^\(.*\)start_action/\1esp_proposals = aes128-sha256-x25519\n&/' |
			lab_foreign bob
		lab_load bob
		lab_installed tunnel0 bob
		lab_installed tunnel1 alice
		lab_reset
	done
}
