#!/bin/sh
# SPDX-License-Identifier: ISC
# A whole-device file: `generate.sh TUNNELS [PORTS]' prints one with that many distinct tunnels, in the
# shape of a stored configuration, foreign contexts before and after them.
awk -v count="$1" -v ports="${2:-20}" '
function random(count, text) {
	for (text = ""; count > 0; count--)
		text = text substr(alphabet, 1 + int(rand() * 64), 1)
	return text
}
function setting(text) { print "                " text }
BEGIN {
	srand(1)
	alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	print "# \\\\/ Westermo WeOS v5.24.0, CLI Format v1.40\n"
	print "system\n        hostname bench\n        end\n"
	for (i = 1; i <= ports; i++)
		printf "port %d\n        description uplink%d\n        speed-duplex auto\n        end\n", i, i
	print "\niface vlan1 inet static\n        address 192.0.2.1/24\n        end\n\ntunnel"
	for (i = 0; i < count; i++) {
		hi = int(i / 65536); mid = int(i / 256) % 256; lo = i % 256
		printf "        ipsec %d\n", i % 65536
		setting("description \"Branch office " i "\"")
		if (i % 2) setting("initiator")
		setting("local-address 192.0.2.1")
		setting("peer 100." (64 + hi) "." mid "." lo)
		setting("local-id name hub.example.com")
		setting("remote-id name branch" i ".example.com")
		setting("local-subnet 10.0.0.0/16")
		setting("remote-subnet 10." (64 + hi) "." mid "." lo "/32")
		setting("ike cipher aes256 auth sha256 dh ecp256")
		setting("esp cipher aes128gcm16 dh x25519")
		setting("method psk")
		setting("secret 0s" random(42) "A=")
		setting("dpd-delay 20")
		setting("sa-rekey-time 2h")
		setting("end")
	}
	print "        end\n\nntp\n        server 192.0.2.9\n                end\n        end"
}'
