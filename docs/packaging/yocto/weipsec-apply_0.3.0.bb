# SPDX-License-Identifier: ISC
# With the tar of `make dist' in the folder `files' beside it. Not run: there is no bitbake where the tests run. They hold
# its names against the Makefile, run what it gives to make on the tar with the tools of this machine, and hold what that
# installs against what its packages take.
SUMMARY = "Applies the IPsec part of WeOS configuration to strongSwan, and keeps it applied"
LICENSE = "ISC"
LIC_FILES_CHKSUM = "file://LICENSE;md5=db347966d86c1e4489601dad6c6fc5d3"

SRC_URI = "file://weipsec-${PV}.tar.gz"
S = "${WORKDIR}/weipsec-${PV}"

DEPENDS = "bison-native flex-native jansson libpcap libuev libxml2 openssl"
RRECOMMENDS:${PN} = "strongswan"

inherit pkgconfig systemd

EXTRA_OEMAKE = "PREFIX=${prefix} LIBEXECDIR=${libexecdir} SYSCONFDIR=${sysconfdir} WITH_YANG=0 CC_FOR_BUILD='${BUILD_CC}'"

do_compile() {
	oe_runmake
}

do_install() {
	oe_runmake install DESTDIR=${D}
}

PACKAGES =+ "weipsec"
FILES:weipsec = "${bindir}/weipsec ${datadir}/bash-completion ${datadir}/zsh"
FILES:${PN} += "${prefix}/lib/systemd"

SYSTEMD_SERVICE:${PN} = "weipsec-apply.service"
SYSTEMD_AUTO_ENABLE = "disable"
