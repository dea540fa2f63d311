# SPDX-License-Identifier: ISC
# `weipsec fmt': the canonical form of a text.
# shellcheck disable=SC2154 # output and stderr are of the helper

bats_require_minimum_version 1.5.0
load helper

setup() { enter_folder; }

# The form of standard input is $1, with 2 blanks a level.
becomes() {
	cat > in.cfg
	printf '%s' "$1" > wanted
	"$WEIPSEC" fmt --indent 2 in.cfg > out.cfg
	diff wanted out.cfg
	"$WEIPSEC" fmt --indent 2 --check out.cfg
}

@test "fmt: settings in full, in the guide's order, in their one form; comments stay with their lines" {
	becomes $'# top\ntunnel # t\n  ipsec 1\n    no enable\n    ike cipher aes128 auth sha256 dh x25519\n    secret \'abcdefgh1\' # s\n    # of the peer\n    # and of the last\n    # old\n    peer 192.0.2.2 # new\n    local-id name bob\n    local-subnet 10.1.0.0/16\n    sa-rekey-time 90m\n    # last\n    end\n  no ipsec 2\n  end\nfoo\n      bar\n' <<- 'EOT'
		# top
		tun # t
		ipsec 1
		# of the peer
		peer 192.0.2.9 # and of the last
		# old
		peer 192.0.2.2   # new

		sa-rek 5400
		local-sub 10.1.2.3 255.255.0.0
		local-id   name  bob
		secret 'abcdefgh1' # s
		ike dh x25519 c aes128 auth sha256
		no enable
		# last
		end
		no ipsec 2
		exit
		foo
		      bar
	EOT
}

@test "fmt: one-line paths become contexts, and what stood above one stays above its setting" {
	becomes $'tunnel\n  ipsec 2\n    initiator\n    # note\n    peer 192.0.2.1\n    end\n  no ipsec 3\n  end\niface vlan1\n' <<- 'EOT'
		# note
		tunnel ipsec 2 peer 192.0.2.1
		tunnel ipsec 2 initiator
		no tunnel ipsec 3
		iface vlan1
	EOT
}

@test "fmt: a script stays one, and a snippet has no tunnel" {
	becomes $'configure\ntunnel\n  ipsec 1\n    initiator\n    end\n  end\nleave\n' \
		<<< $'configure\ntunnel\nipsec 1\ninit\nleave'
	becomes $'ipsec 1\n  initiator\n  end\n' <<< $'ipsec 1\ninitiator\nend'
}

@test "fmt: what undoes something on the device stays, and so does a default" {
	becomes $'tunnel\n  ipsec 1\n    no version\n    version 2\n    no peer\n    end\n  end\n' \
		<<< $'tunnel\nipsec 1\nno peer\nno version\nversion 2\nend\nend'
}

@test "fmt: what only WeOS 4 has stays as it is typed, in a text of WeOS 4" {
	becomes $'# \\\\/ Westermo WeOS v4.28.0\ntunnel\n  ipsec-nat-trav\n  ipsec 1\n    ike dh 2 auth sha cipher AES-128\n    peer 192.0.2.1\n    local-subnet 10.0.0.0/24\n    interf vlan1\n    psk Kd8sLq0pZx7vLmQwErTy\n    end\n  end\n' \
		<<< $'# \\\\/ Westermo WeOS v4.28.0\ntunnel\n  ipsec-nat-trav\nips 1\ninterf vlan1\npsk Kd8sLq0pZx7vLmQwErTy\npee 192.0.2.1\nike dh 2 auth sha cipher AES-128\nlocal-subnet 10.0.0.1 255.255.255.0\nend\nend'
}

@test "fmt: of a session what was typed is printed, and it is not written over" {
	becomes $'configure\ntunnel\n  ipsec 1\n    initiator\n    peer 192.0.2.1\n    end\n  end\n' <<- 'EOT'
		gw:/#> configure
		gw:/config/#> tunnel
		gw:/config/tunnel/#> ipsec 1
		gw:/config/tunnel/ipsec-1/#> peer 192.0.2.1
		gw:/config/tunnel/ipsec-1/#> show
		peer 192.0.2.1
		gw:/config/tunnel/ipsec-1/#> initiator
		gw:/config/tunnel/ipsec-1/#> end
		gw:/config/tunnel/#> end
	EOT
	cp in.cfg before
	run -1 --separate-stderr "$WEIPSEC" fmt --write in.cfg
	[[ $stderr == *"in.cfg: not formatted: of a session"* ]]
	cmp in.cfg before
}

@test "fmt: of a session what is typed at prompts of others, and then elsewhere, is not made lines of tunnel" {
	cat > in.cfg <<- 'EOT'
		gw:/#> configure
		gw:/config/#> tunnel
		gw:/config/tunnel/gre-1/#> peer 192.0.2.3
		gw:/config/tunnel/ipsec-1/#> peer 192.0.2.2
		gw:/config/tunnel/gre-1/#> local-subnet 10.1.0.0/24
		gw:/config/tunnel/ipsec-1/#> leave
	EOT
	run -1 --separate-stderr "$WEIPSEC" fmt in.cfg
	[ -z "$output" ]
	[ -n "$stderr" ]
}

@test "fmt: line ends are those of the text, and foreign text is what it was" {
	printf 'iface\tx \r\n\ttunnel-y\r\ntunnel\r\nipsec 1\r\n\tinitiator \r\nend\r\nend\r\n' > in.cfg
	"$WEIPSEC" fmt in.cfg > out.cfg
	printf 'iface\tx \r\n\ttunnel-y\r\ntunnel\r\n        ipsec 1\r\n                initiator\r\n                end\r\n        end\r\n' | cmp - out.cfg
}

@test "fmt: a byte order mark stays where it is, a last line gets its end, and each line keeps its own" {
	sound > a.cfg
	"$WEIPSEC" fmt a.cfg > wanted
	{ printf '\xef\xbb\xbf'; cat a.cfg; } > mark.cfg
	"$WEIPSEC" fmt mark.cfg > out.cfg
	{ printf '\xef\xbb\xbf'; cat wanted; } | cmp - out.cfg
	"$WEIPSEC" fmt --check out.cfg
	printf %s "$(cat a.cfg)" > cut.cfg
	"$WEIPSEC" fmt cut.cfg | cmp wanted -
	# what comes last is foreign, and stays as it is
	{ cat wanted; printf 'ntp\n        end'; } > foreign.cfg
	"$WEIPSEC" fmt --check foreign.cfg
	sed 's/$/\r/' a.cfg > dos.cfg
	"$WEIPSEC" fmt dos.cfg | cmp <(sed 's/$/\r/' wanted) -
	{ head -4 a.cfg; sed '1,4d; s/$/\r/' a.cfg; } > mixed.cfg
	"$WEIPSEC" fmt mixed.cfg > out.cfg
	tr -d '\r' < out.cfg | cmp wanted -
	"$WEIPSEC" fmt --check out.cfg
}

@test "fmt: standard input is checked and compared as a file is" {
	sound > a.cfg
	"$WEIPSEC" fmt a.cfg > good.cfg
	run -1 --separate-stderr "$WEIPSEC" fmt --check - < a.cfg
	[ "$output" = - ] && [ -z "$stderr" ]
	run -0 "$WEIPSEC" fmt --check - < good.cfg
	[ -z "$output" ]
	"$WEIPSEC" fmt --diff - < a.cfg > changes.patch
	patch -s a.cfg < changes.patch
	cmp a.cfg good.cfg
	run -0 "$WEIPSEC" fmt --diff - < good.cfg
	[ -z "$output" ]
}

@test "fmt: what cannot be read or written does not stop the others" {
	mkdir d d/3.cfg
	sound > d/1.cfg
	mkfifo d/2.cfg
	"$WEIPSEC" fmt d/1.cfg > d/4.cfg
	printf 'tunnel\nipsec 1\nspeed 3\nend\nend\n' > d/5.cfg
	cp d/1.cfg d/6.cfg
	for mode in --check --diff --write; do
		run -2 --separate-stderr "$WEIPSEC" fmt $mode nowhere.cfg /proc/self/mem d
		[[ $stderr == *"nowhere.cfg: No such file"*"/proc/self/mem: "*"d/5.cfg:3:1: error: "* ]]
		[ $mode = --write ] || [[ $output == *d/1.cfg*d/6.cfg* && $output != *d/4.cfg* ]]
	done
	cmp d/1.cfg d/4.cfg
	cmp d/6.cfg d/4.cfg
	{ for id in {0..1500}; do printf 'tunnel\nipsec %d\npeer 192.0.2.1\nend\nend\n' "$id"; done; } > many.cfg
	for mode in '' --diff; do
		# shellcheck disable=SC2086 # an option or none
		{
			"$WEIPSEC" fmt $mode many.cfg 2> err || echo "$?" > status
		} | head -1 > /dev/null
		[ ! -e status ] && [ ! -s err ]
		run -2 bash -c "'$WEIPSEC' fmt $mode many.cfg > /dev/full"
	done
}

@test "fmt: what cannot be read in full is left alone" {
	printf 'tunnel\nipsec 1\nspeed 3\nend\nend\n' > in.cfg
	printf 'tunnel\nipsec 1\nsecret abcdefghi' > cut.cfg
	for file in in.cfg cut.cfg; do
		cp "$file" before
		run -1 --separate-stderr "$WEIPSEC" fmt "$file"
		[ -z "$output" ]
		run -1 "$WEIPSEC" fmt --write "$file"
		cmp before "$file"
	done
	run -1 --separate-stderr "$WEIPSEC" fmt in.cfg
	[[ $stderr == *"in.cfg:3:1: error: "*"[WI102]"* ]]
	run -2 "$WEIPSEC" fmt none.cfg
}

@test "fmt: a context of others that ends by nothing but its indentation keeps the file as it is" {
	printf 'tunnel\ngre 1\nlocal 192.0.2.1\nipsec 1\nleave\nend\n' > in.cfg
	run -1 --separate-stderr "$WEIPSEC" fmt in.cfg
	[ -z "$output" ]
	[[ $stderr == *"give it both" ]]
}

@test "fmt: --check, --diff and --write" {
	mkdir a
	sound | "$WEIPSEC" fmt - > a/good.cfg
	sound > a/other.weos
	echo '{}' > a/backup.cfg
	inode=$(stat -c %i a/good.cfg)
	run -1 "$WEIPSEC" fmt --check a
	[ "$output" = a/other.weos ]
	run -2 --separate-stderr "$WEIPSEC" fmt --check none.cfg a
	[ "$output" = a/other.weos ]
	"$WEIPSEC" fmt --diff a > changes.patch
	cp -r a b
	(cd b && mkdir a && mv other.weos a/ && patch -sp1 < ../changes.patch)
	"$WEIPSEC" fmt --write a
	"$WEIPSEC" fmt --check a
	cmp a/other.weos b/a/other.weos
	[ "$(stat -c %i a/good.cfg)" = "$inode" ]
	cmp a/other.weos a/good.cfg
}

@test "fmt: wrong usage" {
	sound > a.cfg
	run -64 "$WEIPSEC" fmt
	run -64 "$WEIPSEC" fmt a.cfg a.cfg
	run -64 "$WEIPSEC" fmt .
	run -64 "$WEIPSEC" fmt --check --write a.cfg
	run -64 "$WEIPSEC" fmt --write -
	run -64 "$WEIPSEC" fmt --indent 0 a.cfg
}

# $1: folder of results, in the order of `names'
formats_to_itself() {
	local i=0 name
	while read -r name; do
		i=$((i + 1))
		[ ! -s "$1/$i.out" ] || cmp "$1/$i.out" "$2/$i.out" || {
			echo "$name"
			return 1
		}
	done < names
}

@test "fmt: of its own output it changes nothing, on every accept file" {
	accepted > names
	sed "s|.*|.\tfmt\t&|" names | each first
	seq "$(wc -l < names)" | sed "s|.*|.\tfmt\tfirst/&.out|" | each second
	# one context there ends by nothing but how it is indented
	[ "$(grep -vc $'^0\t' first/status)" = 1 ]
	formats_to_itself first second
}

@test "fmt: every accept file means the same in its form" {
	local number=0 name

	accepted > names
	sed "s|.*|.\tfmt\t&|" names | each forms
	# one that would not mean the same is refused
	[ "$(grep -vc $'^0\t' forms/status)" = 1 ]
	while read -r name; do
		[ ! -s forms/$((number += 1)).out ] || printf '.\tdiff\t%s\tforms/%s.out\n' "$name" $number
	done < names > pairs
	[ "$(wc -l < pairs)" -gt 400 ]
	each differ < pairs
	# what diff does not take has an error there, without an option or for a suite that nobody knows
	[ "$(cut -f 1 differ/status | sort | uniq -c | xargs)" = "$(($(wc -l < pairs) - 2)) 0 2 2" ]
}

# What of $1 stands outside of `tunnel', where nothing of others is at the margin.
outside() {
	awk '/^tunnel/ { inside = 1; next } inside && /^[^ \t#]/ && !/^(end|ipsec|exit)/ { inside = 0 } !inside' "$1"
}

@test "fmt: what is no tunnel stays byte for byte, and tunnels stay in their order" {
	local name number=0

	accepted | grep -E '/(foreign|device|weos4)/' | grep -vE 'flush|pager|session' > names
	sed "s|.*|.\tfmt\t&|" names | each forms
	while read -r name; do
		number=$((number + 1))
		outside "$name" > was
		outside forms/$number.out > is
		cmp was is
		cat was >> all
	done < names
	[ "$(wc -l < all)" -gt 150 ]
	becomes $'tunnel\n  ipsec 7\n    initiator\n    peer 192.0.2.7\n    end\n  ipsec 1\n    no enable\n    end\n  end\n' \
		<<< $'tunnel\nipsec 7\npeer 192.0.2.7\ninit\nend\nipsec 1\nno enable\nend\nend'
}

@test "fmt: a comment that is glued to a word is a comment, and stays" {
	printf 'tunnel\nipsec 1\npeer 192.0.2.1# glued a\nversion 2# glued b # c\ndescription a# glued d e\ndescription "x # y" # glued f\nsecret Kd8sLq0pZx7vLm\nend\nend\n' > a.cfg
	run -0 "$WEIPSEC" fmt a.cfg
	diff - <(echo "$output") <<-'EOT'
		tunnel
		        ipsec 1
		                version 2 # glued b # c
		                secret Kd8sLq0pZx7vLm
		                peer 192.0.2.1 # glued a
		                # glued d e
		                description "x # y" # glued f
		                end
		        end
	EOT
	echo "$output" > b.cfg
	run -0 "$WEIPSEC" fmt b.cfg
	diff b.cfg <(echo "$output")
}
