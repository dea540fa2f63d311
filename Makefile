# SPDX-License-Identifier: ISC
#
#   make           build/weipsec, build/weipsec-apply, build/weipsec-monitor, manual pages and
#                  completions
#   make demo      install what is missing, build, two gateways and a tunnel between them
#   make test      build, and the tests that take seconds; nothing is installed
#   make check-one T=PATTERN: build, and the tests whose name, line or file matches
#   make check     install what is missing, build, pass every test (SAN=1, VALGRIND=1)
#   make check-vm  of these, those that need a kernel with ESP: lab 2, in an emulator
#   make check-more  what takes hours (T=PATTERN: of that), into docs/checks.md
#   make oracle    N=100 SEED=1: pairs of files, foretold and then tried on live charons: docs/pair.md
#   make soak      HOURS=1 SEED=1: two supervised gateways with 25 tunnels in bad weather: docs/checks.md
#   make deps      install what building, running and testing need (as root; else says what)
#   make lint      clang build, clang-tidy, cppcheck, shellcheck
#   make fuzz      each fuzz target for FUZZ_SECONDS
#   make fuzz-some  what each begins with, and FUZZ_RUNS inputs made of it
#   make fuzz-corpus  rewrite what they begin with, in testdata/
#   make fuzz-reached  how much of the sources these inputs reach, and what no list says that they do not
#   make bench     how fast it is
#   make compile_commands.json  how each source is compiled, for clangd
#   make golden    rewrite the expected outputs in testdata/ (T=PATTERN: of some): review the
#                  difference like code
#   make cross     ARCH=armhf, arm64 or s390x: programs and tests for that, in build/cross/ARCH
#   make install   DESTDIR, PREFIX, LIBEXECDIR, SYSCONFDIR; make uninstall takes it away again
#   make static    build/static/weipsec, which needs no library; with WITH_YANG=0 where there is no libyang.a
#   make dist      build/weipsec-VERSION.tar.gz, with manual pages and completions in it
#   make deb       Debian packages in build/deb
#
# CFLAGS, LDFLAGS and LDLIBS are yours; what the project itself needs is in the lower-case ones.
# docs/building.md has these, CC, CC_FOR_BUILD, AR, PKG_CONFIG, WITH_YANG, WITH_MONITOR and WERROR.

MAKEFLAGS += -r
.DELETE_ON_ERROR:
.SUFFIXES:

VERSION := 0.3.0
PREFIX ?= /usr/local
LIBEXECDIR ?= $(PREFIX)/libexec
SYSCONFDIR ?= /etc
ifeq ($(origin CC),default)
CC := gcc
endif
# what runs while this is built is made by it
CC_FOR_BUILD ?= $(CC)
PKG_CONFIG ?= pkg-config
WITH_YANG ?= 1
WITH_MONITOR ?= 1
WERROR ?= 0
CFLAGS ?= -O2 -g
FUZZ_SECONDS ?= 4
FUZZ_RUNS ?= 200
V ?= 0

# Debian packages: the lists of what building, running and testing need; names with | between them are those of
# one thing in Debian 12 and 13. What `make check' needs:
packages := gcc binutils libc6-dev make 'pkgconf|pkg-config' flex bison libssl-dev libjansson-dev 'libyang2-dev|libyang-dev' \
	'libyang2-tools|libyang-tools|libyang3-tools' libxml2-dev libuev-dev libpcap-dev \
	bats jq shellcheck cppcheck clang clang-tidy 'libclang-rt-14-dev|libclang-rt-19-dev' valgrind \
	python3-jsonschema python3-yaml libxml2-utils patch man-db mandoc zsh pre-commit \
	openssl tcpdump iproute2 iputils-ping netbase procps util-linux bsdutils time git \
	busybox-static nftables strace xz-utils graphviz gcc-arm-linux-gnueabihf qemu-user
# Daemons and other big programs, which are fetched for the tests but not installed.
daemons := charon-systemd strongswan-swanctl libcharon-extra-plugins libstrongswan-standard-plugins \
	libstrongswan-extra-plugins systemd qemu-system-x86
# A single file of one, which needs nothing else.
daemon-files := 'promtool|prometheus:usr/bin/promtool'
# Other people's gateways, likewise, but for that VM alone.
peers := libreswan openiked
# The kernel of the VM in tests/vm, likewise.
vm-kernel := linux-image-cloud-amd64
# What `make check-more' needs besides:
packages-more := mmdebstrap debhelper lintian chromium chromium-driver python3-selenium gcc-aarch64-linux-gnu gcc-s390x-linux-gnu llvm
# Editors, which are fetched for it but not installed.
editors := neovim vim emacs-nox 'elpa-eglot|emacs-common'

# SAN=1 and SAN=thread build aside, so that no build spoils another.
ifeq ($(SAN),1)
build := build/san
sanitize := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else ifeq ($(SAN),thread)
build := build/tsan
sanitize := -fsanitize=thread -fno-omit-frame-pointer
else
build := build
sanitize :=
endif

warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings -Wformat=2
werror = $(if $(filter 1,$(WERROR)),-Werror)
# times and file offsets of 64 bits, on processors of 32, too
wide := -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
cppflags = -D_GNU_SOURCE $(wide) -DWEIPSEC_VERSION='"$(VERSION)"' -I. -I$(build)/gen
# else weipsec-apply finds its monitor from where it is itself, whatever PREFIX is
ifneq ($(LIBEXECDIR),$(PREFIX)/libexec)
cppflags += -DWEIPSEC_LIBEXEC='"$(LIBEXECDIR)"'
endif

# What a fault in memory cannot be used for: as far as the processor has it, and a sanitizer leaves it alone.
machine = $(call once,machine,$(shell $(CC) -dumpmachine 2> /dev/null))
branches = $(if $(filter x86_64-% i386-% i486-% i586-% i686-%,$(machine)),-fcf-protection=full,$(if $(filter aarch64-%,$(machine)),-mbranch-protection=standard))
fortify = $(if $(findstring FORTIFY,$(CPPFLAGS) $(CFLAGS))$(findstring -fsanitize,$(CFLAGS) $(sanitize)),,\
	$(if $(filter-out -O0,$(filter -O%,$(CFLAGS))),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2))
hardening = -fPIE -fstack-protector-strong -fstack-clash-protection $(branches) $(fortify)

cflags = -std=c11 -pthread $(warnings) $(werror) $(hardening) $(sanitize)
ldflags := -pthread -pie -Wl,-z,relro,-z,now,-z,noexecstack $(sanitize)

# What pkg-config says, which is asked when it is needed, and once: $(call once,VARIABLE,VALUE) is the value of
# VARIABLE, and becomes that.  Headers of others are not warned of.
once = $(eval $(1) := $(2))$(2)
pkg-cflags = $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(1)))
pkg-libs = $(shell $(PKG_CONFIG) $(static) --libs $(1))

yang := $(if $(filter-out 0,$(WITH_YANG)),libyang)
ifeq ($(yang),)
cppflags += -DWITHOUT_YANG
endif
lib-cflags = $(call once,lib-cflags,$(call pkg-cflags,libcrypto jansson $(yang)))
ldlibs = $(call once,ldlibs,$(call pkg-libs,libcrypto jansson $(yang)))

ifeq ($(V),1)
say := @:
run :=
else
say := @printf '  %-6s %s\n'
run := @
endif

.PHONY: all deps deps-more demo check check-built check-more check-more-built check-vm check-vm-built lint fuzz bench golden clean
all:

# $(call keep,FILE,COMMAND): makes FILE have what COMMAND prints, and be as old as it was if it has that
# already
keep = $(shell mkdir -p $(dir $(1)); { $(2); } > $(1).$$$$; \
	if cmp -s $(1).$$$$ $(1); then rm $(1).$$$$; else mv $(1).$$$$ $(1); fi)

lib := $(build)/libweipsec.a
lib-objects :=
include grammar/module.mk compiler/module.mk backends/module.mk runtime/module.mk \
	docs/module.mk docs/packaging/module.mk tests/module.mk tests/cross/module.mk

all: $(build)/weipsec $(build)/weipsec-apply $(monitor) $(documents)

# Other switches are another program.  What builds aside has a make of its own, whose switches say nothing of this build.
ifneq ($(filter-out static cross,$(or $(MAKECMDGOALS),all)),)
$(call keep,$(build)/switches,echo '$(CC) $(cppflags)')
# a source that is gone must leave its archive, too
$(call keep,$(build)/lib-objects,echo '$(lib-objects)')
$(call keep,$(build)/runtime-objects,echo '$(runtime-objects)')
endif

# in a static program malloc() is everybody's already (compiler/base/allocator.c)
ifneq ($(static),)
wrapped := malloc calloc realloc
$(build)/compiler/base/allocator.o: cppflags += -DMEMORY_WRAPPED
$(build)/weipsec: ldflags += $(wrapped:%=-Wl,--wrap=%)
endif

$(lib): $(lib-objects) $(build)/lib-objects
$(runtime-lib): $(runtime-objects) $(build)/runtime-objects

$(lib) $(runtime-lib):
	$(say) AR $@
	$(run)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

$(build)/weipsec: $(weipsec-objects) $(lib)
	$(say) LINK $@
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $^ $(ldlibs) $(LDLIBS)

# the Makefile has the version and the flags
$(build)/%.o: %.c Makefile $(build)/switches
	$(say) CC $<
	$(run)mkdir -p $(@D)
	$(run)$(CC) $(cppflags) $(CPPFLAGS) $(lib-cflags) $(cflags) $(CFLAGS) -MMD -MP -c -o $@ $<

# weipsec alone, without a shared library: glibc's own warnings of what it would load are of no use to it
.PHONY: static
static:
	@$(MAKE) --no-print-directory build=build/static sanitize= static=--static \
		LDFLAGS='$(LDFLAGS) -static-pie' build/static/weipsec

deps:
	@tests/deps.sh $(packages)
	@tests/fetch.sh build/daemons $(daemons) $(daemon-files)
	@tests/with.sh true || tests/deps.sh $(daemons)
	@tests/vm/kernel.sh build/vm $(vm-kernel)
	@for peer in $(peers); do tests/fetch.sh build/peers $$peer || exit; done
	@$(call sysroot,armhf)

deps-more: deps
	@tests/deps.sh $(packages-more)
	@tests/fetch.sh build/editors $(editors)
	@$(foreach arch,$(filter-out armhf,$(arches)),$(call sysroot,$(arch)) &&) :

# deps may install what the parse of this file wants to see, so the rest is a make of its own
check: deps
	@$(MAKE) -s --no-print-directory WERROR=1 check-built

check-more: deps-more
	@$(MAKE) -s --no-print-directory WERROR=1 check-more-built

check-vm: deps
	@$(MAKE) -s --no-print-directory check-vm-built

demo: deps
	@$(MAKE) -s --no-print-directory all
	@tests/with.sh tests/lab/demo.sh

clean:
	rm -rf build

objects := $(sort $(lib-objects) $(runtime-objects) $(weipsec-objects) $(apply-objects) \
	$(monitor-objects) $(docs-objects) $(unit-objects) $(golden-objects) $(each-objects) $(shown-objects) \
	$(foretell-objects) $(starve-objects) $(deny-objects) $(hinder-objects))
-include $(wildcard $(sort $(objects:.o=.d) $(own-sources:%.c=$(build)/%.d)))
