#!/bin/sh
# SPDX-License-Identifier: ISC
# In a bare Debian, for packages.bats: installs what lies in `packages', uses it, and purges it.
set -eux

export DEBIAN_FRONTEND=noninteractive
apt-get -q update
# what each brings along, before anything is there
for package in weipsec weipsec-apply weipsec-doc; do
	apt-get --assume-no --download-only --no-install-recommends install ./packages/"${package}"_*.deb > planned || true
	awk -v package="$package" '/ newly installed/ { count = $3 - 1 } /^Need to get/ { fetched = $4 " " $5 } /^After this/ { kept = $4 " " $5 }
		END { sub("/.*", "", fetched); print "size: " package " and " count " others: " fetched " fetched, " kept " on disk" }' planned
done
rm planned
apt-get -qy install --no-install-recommends charon-systemd strongswan-swanctl man-db
list() {
	find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /root -o -path /var/log \
		-o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/dpkg \) -prune -o -printf '%y %p -> %l\n' | sort
}
apt-get -qy install --no-install-recommends libssl3 libjansson4 libyang2 libxml2 libuev3
list > before

apt-get -qy install --no-install-recommends ./packages/*.deb
dpkg-query -W -f '${Conffiles}' weipsec weipsec-apply weipsec-doc > conffiles
[ ! -s conffiles ]
[ ! -e /etc/systemd/system/multi-user.target.wants/weipsec-apply.service ]
[ -e /usr/lib/systemd/system/weipsec-apply.service ]
weipsec --version
weipsec check site.cfg
if weipsec check WI304*.cfg; then exit 1; fi
man weipsec-apply | grep -q supervise
# libpcap is recommended only
ldd /usr/libexec/weipsec/weipsec-monitor | grep 'libpcap.*not found'
ls /usr/share/doc/weipsec/apply.md* /usr/share/doc/weipsec/rules

# where nothing leads out
cat > apply.sh <<'END'
charon-systemd > /dev/null 2>&1 &
charon=$!
for _ in $(seq 200); do
	! swanctl --stats > /dev/null 2>&1 || break
	sleep 0.1
done
weipsec-apply site.cfg
swanctl --list-conns | grep -q '^ipsec'
weipsec-apply status --metrics | grep -q '^weipsec_charon_up 1' || exit
kill $charon
wait $charon || true
END
unshare --net sh -eux apply.sh
[ -e /var/lib/weipsec/current ]
cp site.cfg /etc/weipsec.cfg

apt-get -qy remove weipsec weipsec-apply weipsec-doc
[ -e /var/lib/weipsec/current ]
apt-get -qy purge weipsec weipsec-apply weipsec-doc
[ ! -e /var/lib/weipsec ]
[ -e /etc/weipsec.cfg ]
rm /etc/weipsec.cfg
list > after
diff before after
echo 'all is as it was'
