# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# The installed unit, under systemd. Bob is a device: process 1, root and /run are his own, his charon is the
# service of Debian's package, and weipsec-apply the one that `make install' left. What is on his disk stays when
# he is switched off. Alice is the peer, as ever.

service_begin() {
	gateways
	device_make
	lab_start alice
	lab_until "$LAB_DEADLINE" lab_answers alice
	lab_weos alice 'local-id name alice' 'remote-id name bob' | lab_compile alice
	lab_load alice
	device_boot
}

service_promises() {
	promise 'it is ready when charon has the configuration, and does with what the unit leaves it' service_boots
	promise 'a reload reads the file, and touches no tunnel' service_reload
	promise 'a file is applied through it, and followed, wherever it is' service_applies
	whole_promise 'the monitor shows packets beside it' service_monitor
	promise 'charon is killed: systemd brings it back, and the tunnel is up again' service_killed
	whole_promise "charon's own service is reloaded, and forgets what is not in its files: it gets it back" service_reloaded
	whole_promise 'restart --daemon restarts charon, and the tunnel is up again' service_restarts
	promise 'a supervisor that hangs is replaced, and the tunnel stays' service_hangs
	promise 'it is stopped and started, and the tunnel stays' service_stops
	whole_promise 'power is lost: with the next boot the tunnel is back' service_power
	whole_promise 'with --persist the unit may write that file' service_persists
}

service_report() {
	on_device journalctl --no-pager --output=short-monotonic | tail -n 100
	on_device systemctl --no-pager status weipsec-apply
}

# --- the device --------------------------------------------------------------------------------------------

# His disk. What lab.bash looks for in bob's folder is there.
device_make() {
	local disk=$LAB_DIR/disk dir=$LAB_DIR/bob folder

	mkdir -p "$disk"/{etc/swanctl/conf.d,etc/systemd/system/weipsec-apply.service.d} \
		"$disk"/{var/lib,var/log,run,tmp,proc,root}
	for folder in bin sbin lib lib64 usr dev sys; do
		mkdir "$disk/$folder"
		mount --rbind "/$folder" "$disk/$folder"
	done
	ln -s ../run "$disk/var/run"
	: >"$disk/etc/machine-id"
	sed "s,$dir/vici,/run/charon.vici,; s,$dir/log,/var/log/charon," "$dir/strongswan.conf" \
		>"$disk/etc/strongswan.conf"
	ln -s "$disk/run/charon.vici" "$dir/vici"
	ln -s "$disk/var/log/charon" "$dir/log"
	echo 'include conf.d/*.conf' >"$disk/etc/swanctl/swanctl.conf"
	service_weos >"$disk/etc/weipsec.cfg"
	SYSTEMD_OFFLINE=1 chroot "$disk" systemctl enable strongswan weipsec-apply
	# A call that the unit forbids shall be seen, and nothing waited for longer than need be. The sanitizer looks for
	# leaks as a debugger would, which is forbidden.
	service_drop_in SystemCallErrorNumber=kill WatchdogSec=8 RestartSec=1 Environment=ASAN_OPTIONS=detect_leaks=0
}

# Switches him on, and waits until all that is to be started is.
device_boot() {
	local disk=$LAB_DIR/disk

	mount -t tmpfs run "$disk/run"
	mkdir -p /sys/fs/cgroup/device
	# shellcheck disable=SC2016 # the inner shell expands these
	nsenter --net="/run/netns/$(lab_ns bob)" unshare --mount --pid --uts --ipc --fork \
		bash -c '. "$1"; device_init "$2"' init "${BASH_SOURCE[0]}" "$disk" </dev/null >"$LAB_DIR/bob/out" 2>&1 &
	echo $! >"$LAB_DIR/device"
	disown
	lab_until $((3 * LAB_DEADLINE)) device_is_up
}

# Becomes his process 1.
device_init() {
	echo 0 >/sys/fs/cgroup/device/cgroup.procs
	mount --rbind "$1" "$1"
	cd "$1" || exit
	mount -t proc proc proc
	mount --move . /
	exec chroot . env -i container=lab PATH="$PATH" /lib/systemd/systemd --log-target=journal-or-kmsg \
		--show-status=false
}

device_is_up() {
	[ "$(on_device systemctl is-system-running 2>&1)" = running ]
}

on_device() {
	nsenter --target "$(device_child "$(cat "$LAB_DIR/device")")" --mount --pid --net --uts --ipc -- "$@"
}

# The child of process $1, by its number outside.
device_child() {
	local children

	children=$(cat "/proc/$1/task/$1/children")
	echo "${children% }"
}

# Pulls the plug.
device_cut() {
	kill -KILL "$(device_child "$(cat "$LAB_DIR/device")")"
	lab_until "$LAB_DEADLINE" lab_not kill -0 "$(cat "$LAB_DIR/device")"
	umount "$LAB_DIR/disk/run"
	lab_ip bob xfrm state flush
	lab_ip bob xfrm policy flush
}

# --- the service -------------------------------------------------------------------------------------------

# Settings of the unit beyond the installed ones.
service_drop_in() {
	printf '%s\n' '[Service]' "$@" >"$LAB_DIR/disk/etc/systemd/system/weipsec-apply.service.d/lab.conf"
}

service_weos() {
	lab_weos bob 'local-id name bob' 'remote-id name alice' "$@"
}

# What systemd knows of unit $1 under the name $2.
service_knows() {
	on_device systemctl show --value --property="$2" "$1"
}

service_is_up() {
	on_device weipsec-apply status | grep -q '^1 .* Up(Installed) '
}

# The tunnel is up and carries packets.
service_carries() {
	lab_until "$LAB_DEADLINE" service_is_up
	lab_installed tunnel1 alice bob
	through bob 10.2.0.1 10.1.0.1
}

# The SAs that carry packets.
service_sas() {
	lab_ip bob xfrm state | grep -o 'spi 0x[0-9a-f]*' | sort
}

service_heard() {
	on_device journalctl --no-pager --output=cat --unit=weipsec-apply
}

# --- promises ----------------------------------------------------------------------------------------------

service_boots() {
	local pid

	[ "$(service_knows weipsec-apply StatusText)" = 'charon has the configuration' ]
	[ "$(service_knows weipsec-apply ExecMainStartTimestampMonotonic)" -gt \
		"$(service_knows strongswan ActiveEnterTimestampMonotonic)" ]
	service_carries
	service_heard | grep -qx 'weipsec-apply: ipsec1: added'
	[ "$(stat -c %a "$LAB_DIR/disk/var/lib/weipsec")" = 700 ]
	pid=$(service_knows weipsec-apply MainPID)
	on_device grep -qE '^Seccomp:.2$' "/proc/$pid/status"
}

service_reload() {
	local pid before

	pid=$(service_knows weipsec-apply MainPID)
	before=$(service_sas)
	on_device systemctl reload weipsec-apply
	lab_until "$LAB_DEADLINE" service_has_read
	[ "$(service_knows weipsec-apply MainPID)" = "$pid" ]
	[ "$(service_sas)" = "$before" ]
}

service_has_read() {
	service_heard | grep -q 'reading /etc/weipsec.cfg'
}

service_applies() {
	local place

	for place in /root/new.cfg /tmp/new.cfg /etc/weipsec.cfg; do
		service_weos 'sa-rekey-time 1000' >"$LAB_DIR/disk$place"
		on_device weipsec-apply apply "$place"
		service_weos 'sa-rekey-time 2000' >"$LAB_DIR/disk$place"
		lab_until "$LAB_DEADLINE" service_has_lifetime 2000
		service_carries
	done
}

service_has_lifetime() {
	lab_swanctl bob --list-conns | grep -q "rekeying every $1s"
}

service_monitor() {
	local pinging

	while sleep 0.2; do
		pings bob 10.2.0.1 10.1.0.1 1
	done >/dev/null &
	pinging=$!
	on_device timeout "$LAB_DEADLINE" weipsec-apply monitor 1 | grep -m 1 ' ESP '
	kill $pinging
}

service_killed() {
	local pid

	pid=$(service_knows strongswan MainPID)
	lab_swanctl alice --terminate --ike ipsec1 --force
	on_device kill -KILL "$pid"
	lab_until "$LAB_DEADLINE" service_is_new strongswan "$pid"
	service_carries
}

# Unit $1 runs, with another main process than $2.
service_is_new() {
	[ "$(service_knows "$1" ActiveState)" = active ] && [ "$(service_knows "$1" MainPID)" != "$2" ]
}

service_reloaded() {
	on_device systemctl reload strongswan
	lab_logged bob "unloaded shared key with id 'ike-ipsec1'"
	lab_until "$LAB_DEADLINE" service_has_lifetime 2000
	service_carries
}

service_restarts() {
	local pid

	pid=$(service_knows strongswan MainPID)
	on_device weipsec-apply restart --daemon 'systemctl restart strongswan'
	lab_until "$LAB_DEADLINE" service_is_new strongswan "$pid"
	service_carries
}

service_hangs() {
	local pid before

	before=$(service_sas)
	pid=$(service_knows weipsec-apply MainPID)
	on_device kill -STOP "$pid"
	lab_until "$LAB_DEADLINE" service_is_new weipsec-apply "$pid"
	service_heard | grep -q 'Watchdog timeout'
	service_carries
	[ "$(service_sas)" = "$before" ]
}

service_stops() {
	local before

	before=$(service_sas)
	on_device systemctl stop weipsec-apply
	[ "$(service_knows weipsec-apply Result)" = success ]
	[ "$(service_knows weipsec-apply ActiveState)" = inactive ]
	through bob 10.2.0.1 10.1.0.1
	on_device systemctl start weipsec-apply
	service_carries
	[ "$(service_sas)" = "$before" ]
}

service_power() {
	device_cut
	lab_swanctl alice --terminate --ike ipsec1 --force
	device_boot
	service_carries
}

service_persists() {
	service_drop_in ReadWritePaths=/etc/swanctl/conf.d ExecStart= \
		"$(sed -n 's,^ExecStart=.* supervise,& --persist /etc/swanctl/conf.d/weipsec.conf,p' \
			/usr/lib/systemd/system/weipsec-apply.service)"
	on_device systemctl daemon-reload
	on_device systemctl restart weipsec-apply
	service_carries
	grep -q ipsec1 "$LAB_DIR/disk/etc/swanctl/conf.d/weipsec.conf"
}
