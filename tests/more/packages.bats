# SPDX-License-Identifier: ISC
# The tar and the Debian packages: the same bytes twice, nothing that lintian minds, and from a bare Debian to a
# tunnel and back without a trace. The static program, the files of docs/packaging as far as they run here, and what
# pages say of a bare system.
# shellcheck disable=SC2016,SC2034,SC2154 # make expands these, or eval uses them; root is the helper's

bats_require_minimum_version 1.5.0
load helper

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	unset MAKEFLAGS MFLAGS MAKELEVEL
	make -s deb
	mkdir "$BATS_FILE_TMPDIR/first"
	cp build/weipsec-*.tar.gz build/deb/weipsec* "$BATS_FILE_TMPDIR/first"
	rm -rf build/debian/bare
	mkdir -p build/debian
	tests/more/tree.sh make bookworm build/debian/bare
}

teardown_file() {
	rm -rf "$BATS_TEST_DIRNAME/../../build/debian/bare"
}

setup() {
	cd "$root" || return 1
	unset MAKEFLAGS MFLAGS MAKELEVEL
	first=$BATS_FILE_TMPDIR/first
	version=$(sed -n 's/^VERSION := //p' Makefile)
	tree=
}

teardown() {
	[ -z "$tree" ] || rm -rf "$tree"
}

@test "packages: lintian has no error and no warning" {
	run -0 lintian --fail-on error,warning --allow-root "$first"/*.changes
	figure "$(stat -c '%n %s' "$first"/*.deb | sed 's,.*/,,; s/_[^ ]*//' | paste -sd, | sed 's/,/, /g') bytes"
}

@test "packages: who makes them is who DEBFULLNAME and DEBEMAIL say, or nobody" {
	[ "$(dpkg-deb -f "$first"/weipsec_*.deb Maintainer)" = "Nobody <nobody@example.org>" ]
	DEBFULLNAME='A & B/C' DEBEMAIL=packages@example.com make -s deb
	[ "$(dpkg-deb -f build/deb/weipsec_*.deb Maintainer)" = "A & B/C <packages@example.com>" ]
}

@test "packages: of what may be missing the device's package recommends all, and nothing is wanted for a picture" {
	recommended=$(dpkg-deb -f "$first"/weipsec-apply_*.deb Recommends)
	[[ $recommended == *libpcap0.8* && $recommended == *"charon-systemd (>= 5.9.8)"* && $recommended == *strongswan-swanctl* ]]
	for package in weipsec weipsec-apply weipsec-doc; do
		needed=$(dpkg-deb -f "$first"/${package}_*.deb Pre-Depends Depends)
		[[ $needed != *pcap* && $needed != *swan* && $needed != *charon* && $needed != *graphviz* ]]
	done
	[[ $(dpkg-deb -f "$first"/weipsec_*.deb Suggests) == *graphviz* ]]
}

@test "packages: the same sources are the same bytes, and the tar makes itself" {
	make -s dist
	cmp "build/weipsec-$version.tar.gz" "$first/weipsec-$version.tar.gz"
	tar -x -f "build/weipsec-$version.tar.gz" -C "$BATS_TEST_TMPDIR"
	[ "$(ls "$BATS_TEST_TMPDIR/weipsec-$version/docs/made")" = "$(printf '%s\n' _weipsec _weipsec-apply weipsec-apply.{8,bash} \
		weipsec-rules.7 weipsec-settings.5 weipsec.{1,bash} | LC_ALL=C sort)" ]
	for document in "$BATS_TEST_TMPDIR/weipsec-$version"/docs/made/*; do
		cmp "$document" "build/docs/${document##*/}"
	done
	make -s deb
	for package in build/deb/*.deb; do
		cmp "$package" "$first/${package##*/}"
	done
}

# bare NAME: a Debian 12 of this test's own, in which there is nothing but apt
bare() {
	tree=$root/build/debian/$1
	rm -rf "$tree"
	cp -a "$root/build/debian/bare" "$tree"
}

# in_tree COMMAND...: in that
in_tree() {
	"$root/tests/more/tree.sh" run "$tree" sh -ec "$*"
}

@test "packages: a bare Debian 12 checks, applies to a charon, and has no trace of it when they are purged" {
	bare packages
	mkdir "$tree/root/packages"
	cp "$first"/*.deb "$tree/root/packages"
	cp testdata/accept/site/figure1-alice.weos "$tree/root/site.cfg"
	cp testdata/reject/rule/WI304/*.cfg "$tree/root/"
	cp tests/more/packages.sh "$tree/root"
	run -0 in_tree 'sh packages.sh'
	[[ $output == *'all is as it was'* ]]
	[ "$(grep -c '^size: ' <<< "$output")" = 3 ]
	figure "$(sed -n 's/^size: //p' <<< "$output" | paste -sd';' | sed 's/;/; /g')"
}

# The page's commands, and what the last of them says there. Its times are of one run, and not looked at.
@test "packages: from a bare Debian 12 to a finding, as docs/building.md shows it" {
	bare finding
	sed -n '/^## From nothing/,/^## /{/^```$/,/^```$/p}' docs/building.md | sed '/^```$/d' > "$BATS_TEST_TMPDIR/page"
	cp "$first"/weipsec_*.deb "$tree/root"
	cp testdata/reject/rule/WI304/WI304-esp.cfg "$tree/root/site.cfg"
	sed -n 's/^# //p' "$BATS_TEST_TMPDIR/page" | sed 's/  *# .*//' > "$BATS_TEST_TMPDIR/commands"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/commands")" = 3 ]
	tenths=()
	while read -r command; do
		begun=$(date +%s%N)
		run in_tree "$command"
		tenths+=($((($(date +%s%N) - begun) / 100000000)))
		[[ $status == 0 || $command == *check* ]] || { echo "$command: $output"; return 1; }
	done < "$BATS_TEST_TMPDIR/commands"
	[ "$status" = 1 ]
	[ "$output" = "$(sed '1,/weipsec check/d' "$BATS_TEST_TMPDIR/page")" ]
	figure "from a bare system to a finding: ${tenths[*]} tenths of a second"
}

@test "packages: what docs/ci.md builds of, on Debian 12, is all that it takes" {
	bare recipe
	git clone -q . "$tree/root/published"
	git -C "$tree/root/published" tag "v$version"
	printf '[url "file:///root/published"]\n\tinsteadOf = https://git.example.com/weipsec\n' > "$tree/root/.gitconfig"
	mkdir "$tree/root/steps" "$tree/root/configs"
	cp testdata/reject/rule/WI304/WI304-esp.cfg "$tree/root/configs"
	/usr/bin/python3 tests/bats/recipe.py docs/ci.md .github/workflows/weipsec-build.yml 1 "$tree/root/steps"
	begun=$(date +%s)
	run -0 in_tree sh -e steps/1.sh
	figure "built of docs/ci.md's packages: $(($(date +%s) - begun)) s"
	run -1 in_tree sh -e steps/2.sh
	[[ $output == *'[WI304]'* ]]
}

@test "packages: the static program runs in a folder with nothing else" {
	make -s static WITH_YANG=0 2> "$BATS_TEST_TMPDIR/said" || { cat "$BATS_TEST_TMPDIR/said"; return 1; }
	mkdir "$BATS_TEST_TMPDIR/bare"
	strip -o "$BATS_TEST_TMPDIR/bare/weipsec" build/static/weipsec
	cp testdata/reject/rule/WI304/*.cfg "$BATS_TEST_TMPDIR/bare"
	cd "$BATS_TEST_TMPDIR/bare"
	run -1 chroot . /weipsec check /
	[[ $output == *'[WI304]'* ]]
	run -64 chroot . /weipsec compile --to agent /a.cfg
	[[ $output == *"--to takes swanctl or xfrm, not 'agent'"* ]]
	figure "static: $(stat -c %s weipsec) bytes"
}

# unpacked: into the test's folder, what `make dist' made
unpack() {
	tar -x -f "$first/weipsec-$version.tar.gz" -C "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR/weipsec-$version" || return 1
}

# What this compiler makes for another processor cannot run here.
@test "packages: nothing that was compiled of the tar runs while it is built" {
	unpack
	cat > cc <<-'END'
		#!/bin/sh -e
		gcc "$@"
		while [ $# -gt 1 ]; do
			[ "$1" != -o ] || chmod a-x "$2"
			shift
		done
	END
	chmod +x cc
	make -s all CC="$PWD/cc" CC_FOR_BUILD=false CFLAGS=-O0
	[ -s build/weipsec ]
	run -126 build/weipsec
	cmp docs/made/weipsec.1 build/docs/weipsec.1
}

# in_buildroot TARGET... [VARIABLE=VALUE]: of a make that knows of Buildroot what the package uses of it
in_buildroot() {
	printf '%s\n' 'define INCLUDED' 'endef' 'generic-package =' 'include docs/packaging/buildroot/weipsec-apply.mk' \
		'build: ; $(WEIPSEC_APPLY_BUILD_CMDS)' 'install: ; $(WEIPSEC_APPLY_INSTALL_TARGET_CMDS)' \
		'systemd: ; $(WEIPSEC_APPLY_INSTALL_INIT_SYSTEMD)' 'version: ; @echo $(WEIPSEC_APPLY_VERSION)' > buildroot
	make -s -f buildroot "@D=$PWD" TARGET_CC=cc TARGET_AR=ar HOSTCC=gcc PKG_CONFIG_HOST_BINARY=pkg-config TARGET_CFLAGS=-O1 \
		INSTALL=install TARGET_DIR="$PWD/target" "$@"
}

@test "packages: Buildroot's commands make the device's program of the tar" {
	unpack
	in_buildroot build install systemd
	[ "$(make -s -f buildroot version)" = "$version" ]
	[ "$(target/usr/sbin/weipsec-apply --version)" = "weipsec-apply $version" ]
	grep -q '^ExecStart=/usr/sbin/weipsec-apply ' target/usr/lib/systemd/system/weipsec-apply.service
	[ ! -e target/usr/sbin/weipsec-monitor ]
	ldd target/usr/sbin/weipsec-apply > libraries
	grep -q libxml2 libraries
	run ! grep libyang libraries
	# with its option
	rm -rf build target
	in_buildroot build install BR2_PACKAGE_WEIPSEC_APPLY_MONITOR=y
	[ "$(target/usr/sbin/weipsec-monitor --version)" = "weipsec-monitor $version" ]
	ldd target/usr/sbin/weipsec-monitor | grep -q libpcap
}

@test "packages: Buildroot's configuration selects the libraries that its package is built with, and no other" {
	buildroot=docs/packaging/buildroot
	sed -n 's/^WEIPSEC_APPLY_DEPENDENCIES +\?= //p' $buildroot/weipsec-apply.mk | tr ' ' '\n' | grep -v ^host- | sort > "$BATS_TEST_TMPDIR/needed"
	sed -n 's/^\tselect BR2_PACKAGE_//p' $buildroot/Config.in | tr '[:upper:]' '[:lower:]' | sort > "$BATS_TEST_TMPDIR/selected"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/needed")" = 5 ]
	diff "$BATS_TEST_TMPDIR"/{needed,selected}
	# each condition in the package is one that can be chosen
	while read -r name; do
		grep -qx "config $name" $buildroot/Config.in || { echo "$name"; return 1; }
	done < <(grep -o 'BR2_[A-Z_]*' $buildroot/weipsec-apply.mk | sort -u)
}

@test "packages: Yocto's recipe makes and installs of the tar what its packages take, and its licence is ours" {
	unpack
	recipe=$(ls docs/packaging/yocto/weipsec-apply_*.bb)
	[ "$recipe" = "docs/packaging/yocto/weipsec-apply_$version.bb" ]
	grep -qF "md5=$(md5sum LICENSE | cut -d' ' -f1)" "$recipe"
	# bitbake's own names, which stand for something inside of any quotes
	prefix=/usr libexecdir=/usr/libexec sysconfdir=/etc BUILD_CC=gcc
	eval "line=\"$(sed -n 's/^EXTRA_OEMAKE = "\(.*\)"/\1/p' "$recipe")\""
	eval "words=($line)"
	[ "${#words[@]}" = 5 ]
	for word in "${words[@]}"; do
		grep -q "^${word%%=*} *?=" Makefile || { echo "$word"; return 1; }
	done
	make -s "${words[@]}"
	make -s "${words[@]}" install "DESTDIR=$PWD/image"
	[ "$(image/usr/sbin/weipsec-apply --version)" = "weipsec-apply $version" ]
	[ -x image/usr/libexec/weipsec-monitor ]
	# what bitbake's own patterns do not take
	bindir=/usr/bin datadir=/usr/share
	eval "taken=($(sed -n 's/^FILES:.* += "\(.*\)"/\1/p; s/^FILES:weipsec = "\(.*\)"/\1/p' "$recipe"))"
	(cd image && find . -type f -printf '/%P\n') | grep -v '^/usr/sbin/\|^/usr/libexec/\|^/etc/\|^/usr/share/man/' > others
	[ "$(wc -l < others)" -ge 5 ]
	while read -r file; do
		for place in "${taken[@]}"; do
			[[ $file != "$place" && $file != "$place"/* ]] || continue 2
		done
		echo "$file: of no package"
		return 1
	done < others
}

# What Dockerfile says, by hand: $tree is the first image, $image the second; `place' is the folder that a line is in.
dockerfile() {
	local image=$1 at=build place=/ line words

	while read -r line; do
		read -r -a words <<< "$line"
		case $line in
		'' | '#'*) ;;
		'FROM debian:bookworm-slim AS build') ;;
		'FROM scratch') at=scratch place=/ ;;
		'RUN '*) [ $at = build ] && in_tree "cd $place; ${line#RUN }" ;;
		'COPY . /src')
			sed 's,^[^#],./&,' docs/packaging/docker/Dockerfile.dockerignore > "$BATS_TEST_TMPDIR/ignored"
			mkdir "$tree/src"
			tar -c --anchored --exclude-from="$BATS_TEST_TMPDIR/ignored" . | tar -x -C "$tree/src"
			;;
		'COPY --from=build '*) cp "$tree${words[2]}" "$image${words[3]}" ;;
		'WORKDIR '*)
			place=${words[1]}
			[ $at = build ] || mkdir -p "$image$place"
			;;
		'ENTRYPOINT ["'*'"]')
			entry=${line#*\"}
			entry=${entry%%\"*}
			;;
		*) echo "not known: $line" && return 1 ;;
		esac || return 1
	done < docs/packaging/docker/Dockerfile
}

@test "packages: the Dockerfile's lines, one after the other in a bare Debian 12, make an image that checks a folder" {
	bare docker
	image=$BATS_TEST_TMPDIR/image
	mkdir "$image"
	dockerfile "$image" < /dev/null > "$BATS_TEST_TMPDIR/said" 2>&1 || { tail -n 50 "$BATS_TEST_TMPDIR/said"; return 1; }
	[ "$(find "$image" -type f)" = "$image/weipsec" ]
	cp testdata/reject/rule/WI304/*.cfg "$image/work"
	run -1 chroot "$image" "$entry" check /work
	[[ $output == *'[WI304]'* ]]
	# of what was made here it had nothing
	[ ! -e "$tree/src/.git" ]
	[ ! -e "$tree/src/build/weipsec" ]
}

@test "packages: an upgrade leaves a supervisor that runs, nothing starts one, and removing ends it" {
	bare upgrade
	cp "$first"/weipsec-apply_*.deb "$tree/root/old.deb"
	dpkg-deb -R "$first"/weipsec-apply_*.deb "$BATS_TEST_TMPDIR/newer"
	sed -i 's/^Version: .*/&+1/' "$BATS_TEST_TMPDIR/newer/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$BATS_TEST_TMPDIR/newer" "$tree/root/new.deb"
	# a systemd that says that it runs, and keeps what it was asked for
	printf '%s\n' '#!/bin/sh' 'echo "$*" >> /root/asked' 'case $* in *is-enabled*) echo disabled; exit 1 ;; esac' > "$tree/usr/bin/systemctl"
	chmod 755 "$tree/usr/bin/systemctl"
	cat > "$tree/root/all.sh" <<-'END'
		mkdir -p /run/systemd/system
		for step in '-i old.deb' '-i new.deb' '-i new.deb' '-r weipsec-apply' '-i new.deb' '-P weipsec-apply'; do
			echo "== $step" >> asked
			dpkg --force-depends $step
			[ ! -e /etc/systemd/system/multi-user.target.wants/weipsec-apply.service ]
		done
	END
	run -0 in_tree 'sh -e all.sh'
	cat "$tree/root/asked"
	[ "$(grep -c '^==' "$tree/root/asked")" = 6 ]
	run ! grep -q -e start -e enable "$tree/root/asked"
	# the package is removed twice
	[ "$(grep -B1 -e ' *stop weipsec-apply.service' "$tree/root/asked" | grep '^==')" = $'== -r weipsec-apply\n== -P weipsec-apply' ]
}

@test "packages: Buildroot's files have the form that its check-package wants" {
	cd docs/packaging/buildroot
	hashes=$(printf '%80s' '' | tr ' ' '#')
	diff <(head -n 6 weipsec-apply.mk) <(printf '%s\n' "$hashes" '#' '# weipsec-apply' '#' "$hashes" '')
	run -1 grep -nE '[[:blank:]]$|[$][{]|[[:blank:]]{2}\\$' weipsec-apply.mk Config.in
	run -1 grep -nP '[^\x00-\x7f]' weipsec-apply.mk Config.in
	# help: a TAB, two blanks, and 62 characters
	run -1 grep -nP '^\t  .{63}' Config.in
	[ "$(grep -cP '^\t  \S' Config.in)" -ge 3 ]
	# bool, depends, select, help
	awk '/^config/ { before = 0 } /^\t(bool|depends|select|help)/ { now = index("bool    depends select  help", $1); if (now < before) { print; bad = 1 } before = now }
		END { exit bad }' Config.in
	# every variable is the package's own
	run -1 grep -nP '^(define )?(?!WEIPSEC_APPLY_)[A-Z0-9_]+_[A-Z0-9_]+' weipsec-apply.mk
	[ "$(tail -c 1 Config.in | od -An -c | tr -d ' ')" = '\n' ]
}
