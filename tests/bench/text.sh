#!/bin/sh
# SPDX-License-Identifier: ISC
# Texts of one kind, to be measured: `text.sh KIND COUNT' prints COUNT of
#   dense     tunnels of ten settings, and nothing else
#   conf      the same tunnels as libreswan's ipsec.conf
#   finding   tunnels of five settings, one of which has a finding
#   foreign   contexts of four lines that are not ours
#   junk      settings of one letter that there are not, in one tunnel
#   ...       and, for growth, lines of one kind each: see line() below
awk -v kind="$1" -v count="$2" '
function random(count, text) {
	for (text = ""; count > 0; count--)
		text = text substr(alphabet, 1 + int(rand() * 64), 1)
	return text
}
function address(first, i) {
	return first "." (64 + int(i / 65536)) "." int(i / 256) % 256 "." i % 256
}
function dense(i) {
	print " ipsec " i
	print "  local-address 192.0.2.1"
	print "  peer " address(100, i)
	print "  remote-id name branch" i ".example.com"
	print "  local-subnet 10.0.0.0/16"
	print "  remote-subnet " address(10, i) "/32"
	print "  esp cipher aes128gcm16 dh x25519"
	print "  method psk"
	print "  secret 0s" random(42) "A="
	print "  dpd-delay 20"
	print "  sa-rekey-time 2h"
	print " end"
}
function conf(i) {
	print "conn tunnel" i
	print "\tleft=192.0.2.1"
	print "\tright=" address(100, i)
	print "\trightid=@branch" i ".example.com"
	print "\tleftsubnet=10.0.0.0/16"
	print "\trightsubnet=" address(10, i) "/32"
	print "\tesp=aes_gcm128-null;dh31"
	print "\tauthby=secret"
	print "\tauto=add"
	print "\tdpddelay=20"
	print "\tsalifetime=2h"
	print ""
}
function finding(i) {
	print " ipsec " i
	print "  local-address 192.0.2.1"
	print "  peer " address(100, i)
	print "  secret 0s" random(42) "A="
	print "  remote-id name branch" i ".example.com"
	print "  dpd-timeout " 100 + i
	print " end"
}
function port(i) {
	print "port " i
	print "        description uplink" i
	print "        speed-duplex auto"
	print "        end"
}
function list(i) {
	print "access-list \"Rule " i "\""
	print "        permit tcp " address(10, i) "/24 any dport 443"
	print "        log limit 5"
	print "        end"
}
# the words of growth: what a reader might keep, count, look up or compare with all before it
function line(i) {
	if (kind == "comment") return "# weipsec: ignore WI701 -- word " i
	if (kind == "enter") return "ipsec " i % 65536
	if (kind == "remove") return i % 2 ? "no ipsec 1" : "ipsec 1"
	if (kind == "again") return "peer " address(100, i)
	if (kind == "quoted") return "description \"word " i "\""
	if (kind == "unquoted") return "description \"word" i
	if (kind == "unknown") return "word" i " 1"
	if (kind == "no") return "no word" i
	if (kind == "child") return "word" i " 1\n end"
	if (kind == "begin") return i % 2 ? "leave" : "configure"
	if (kind == "abort") return i % 2 ? "abort" : "ipsec 1 peer 192.0.2.1"
	if (kind == "interface") return "iface vlan" i " inet static\n address " address(10, i) "/24\n end"
	if (kind == "end") return "end"
	if (kind == "bytes") return "\302\240word" i
	if (kind == "junk") return "x"
}
BEGIN {
	srand(1)
	alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	inside = "dense finding enter remove child "
	deeper = "again quoted unquoted unknown no bytes junk "
	if (kind == "conf") print "version 2.0\n"
	else if (index(inside, kind " ") || kind == "comment") print "tunnel"
	else if (index(deeper, kind " ")) print "tunnel\nipsec 1"
	for (i = 0; i < count; i++) {
		if (kind == "dense") dense(i)
		else if (kind == "conf") conf(i)
		else if (kind == "finding") finding(i)
		else if (kind == "foreign" && i % 2) port(i)
		else if (kind == "foreign") list(i)
		else print line(i)
	}
	if (index(deeper, kind " ")) print "end"
	if (kind != "conf" && (index(inside deeper, kind " ") || kind == "comment")) print "end"
}'
