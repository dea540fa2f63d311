# SPDX-License-Identifier: ISC
# Builds for other processors, by Debian's compilers, against Debian's libraries for them, which are unpacked and not
# installed; qemu runs what comes of it. docs/building.md has what ran.
ARCH ?= armhf
arches := arm64 armhf s390x
triplet-arm64 := aarch64-linux-gnu
triplet-armhf := arm-linux-gnueabihf
triplet-s390x := s390x-linux-gnu
triplet = $(or $(triplet-$(ARCH)),$(error ARCH is one of $(arches)))

# What is built against.
cross-packages := libc6-dev libssl-dev libjansson-dev 'libyang2-dev|libyang-dev' libxml2-dev libuev-dev libpcap-dev

# $(call sysroot,ARCH): fetches what is missing of it
sysroot = tests/cross/sysroot.sh build/cross/$(1)/sysroot $(1) $(cross-packages)

# pkg-config of this machine, told to see that one's files alone
cross-pkg-config = env PKG_CONFIG_PATH= PKG_CONFIG_SYSROOT_DIR=$(CURDIR)/build/cross/$(ARCH)/sysroot \
	PKG_CONFIG_LIBDIR=$(CURDIR)/build/cross/$(ARCH)/sysroot/usr/lib/$(triplet)/pkgconfig pkg-config

.PHONY: cross cross-programs
cross:
	@$(call sysroot,$(ARCH))
	@$(MAKE) --no-print-directory build=build/cross/$(ARCH) sanitize= \
		CC='$(triplet)-gcc --sysroot=$(CURDIR)/build/cross/$(ARCH)/sysroot' AR=$(triplet)-ar CC_FOR_BUILD=gcc \
		PKG_CONFIG='$(cross-pkg-config)' cross-programs

# what runs there; documents are the same everywhere
cross-programs: $(build)/weipsec $(build)/weipsec-apply $(monitor) $(unit-programs) $(build)/tests/golden $(build)/tests/each
