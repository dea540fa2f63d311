# SPDX-License-Identifier: ISC
# The tar and the Debian packages: the same bytes twice, nothing that lintian minds, and from a bare Debian to a
# tunnel and back without a trace. The static program, and the files of docs/packaging as far as they run here.
# shellcheck disable=SC2016,SC2154 # make expands these; root is the helper's

bats_require_minimum_version 1.5.0
load helper

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	unset MAKEFLAGS MFLAGS MAKELEVEL
	make -s deb
	mkdir "$BATS_FILE_TMPDIR/first"
	cp build/weipsec-*.tar.gz build/deb/weipsec* "$BATS_FILE_TMPDIR/first"
}

setup() {
	cd "$root" || return 1
	unset MAKEFLAGS MFLAGS MAKELEVEL
	first=$BATS_FILE_TMPDIR/first
	version=$(sed -n 's/^VERSION := //p' Makefile)
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

@test "packages: the same sources are the same bytes, and the tar makes itself" {
	make -s dist
	cmp "build/weipsec-$version.tar.gz" "$first/weipsec-$version.tar.gz"
	tar -x -f "build/weipsec-$version.tar.gz" -C "$BATS_TEST_TMPDIR"
	cmp "$BATS_TEST_TMPDIR/weipsec-$version/docs/made/weipsec.1" build/docs/weipsec.1
	make -s deb
	for package in build/deb/*.deb; do
		cmp "$package" "$first/${package##*/}"
	done
}

# in_tree COMMAND...: in the bare Debian
in_tree() {
	"$root/tests/more/tree.sh" run "$tree" sh -ec "$*"
}

@test "packages: a bare Debian 12 checks, applies to a charon, and has no trace of it when they are purged" {
	tree=$root/build/debian/packages
	rm -rf "$tree"
	mkdir -p "${tree%/*}"
	"$root/tests/more/tree.sh" make bookworm "$tree"
	mkdir "$tree/root/packages"
	cp "$first"/*.deb "$tree/root/packages"
	cp testdata/accept/site/figure1-alice.weos "$tree/root/site.cfg"
	cp testdata/reject/rule/WI304/*.cfg "$tree/root/"
	cp tests/more/packages.sh "$tree/root"
	run -0 in_tree 'sh packages.sh'
	[[ $output == *'all is as it was'* ]]
	rm -rf "$tree"
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

@test "packages: Buildroot's commands make the device's program of the tar" {
	unpack
	printf '%s\n' 'define INCLUDED' 'endef' 'generic-package =' 'include docs/packaging/buildroot/weipsec-apply.mk' \
		'build: ; $(WEIPSEC_APPLY_BUILD_CMDS)' 'install: ; $(WEIPSEC_APPLY_INSTALL_TARGET_CMDS)' \
		'systemd: ; $(WEIPSEC_APPLY_INSTALL_INIT_SYSTEMD)' 'version: ; @echo $(WEIPSEC_APPLY_VERSION)' > buildroot
	make -s -f buildroot "@D=$PWD" TARGET_CC=cc TARGET_AR=ar HOSTCC=gcc PKG_CONFIG_HOST_BINARY=pkg-config TARGET_CFLAGS=-O1 \
		INSTALL=install TARGET_DIR="$PWD/target" build install systemd
	[ "$(make -s -f buildroot version)" = "$version" ]
	[ "$(target/usr/sbin/weipsec-apply --version)" = "weipsec-apply $version" ]
	grep -q '^ExecStart=/usr/sbin/weipsec-apply ' target/usr/lib/systemd/system/weipsec-apply.service
	[ ! -e target/usr/sbin/weipsec-monitor ]
	run ! ldd target/usr/sbin/weipsec-apply -- libyang
}

@test "packages: what the Yocto recipe gives to make is taken, and its licence is ours" {
	unpack
	recipe=$(ls docs/packaging/yocto/weipsec-apply_*.bb)
	[ "$recipe" = "docs/packaging/yocto/weipsec-apply_$version.bb" ]
	grep -qF "md5=$(md5sum LICENSE | cut -d' ' -f1)" "$recipe"
	sed -n 's/^EXTRA_OEMAKE = "\(.*\)"/\1/p' "$recipe" | grep -o '[A-Z_]*=' > names
	[ "$(wc -l < names)" = 5 ]
	while read -r name; do
		grep -q "^${name%=} *?=" Makefile || { echo "$name"; return 1; }
	done < names
}

@test "packages: the Dockerfile's commands are those that make the static program" {
	grep -qx 'RUN make static WITH_YANG=0 CFLAGS=-O2' docs/packaging/docker/Dockerfile
	read -r -a packages < <(sed -n 's/^RUN apt-get.*recommends //p' docs/packaging/docker/Dockerfile)
	apt-cache show "${packages[@]}" > /dev/null
	grep -q '^COPY --from=build /src/build/static/weipsec ' docs/packaging/docker/Dockerfile
}
