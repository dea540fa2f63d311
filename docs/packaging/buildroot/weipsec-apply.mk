################################################################################
#
# weipsec-apply
#
################################################################################

# SPDX-License-Identifier: ISC
# As package/weipsec-apply, with Config.in beside it and the tar of `make dist' in dl/weipsec-apply; package/Config.in names
# it. Not run: there is no Buildroot where the tests run. They run its commands on the tar with the tools of this machine in
# the place of Buildroot's, and look for the form that utils/check-package wants. There is no .hash file: whoever makes
# the tar has its hash.

WEIPSEC_APPLY_VERSION = 0.3.0
WEIPSEC_APPLY_SOURCE = weipsec-$(WEIPSEC_APPLY_VERSION).tar.gz
WEIPSEC_APPLY_SITE = $(TOPDIR)/dl/weipsec-apply
WEIPSEC_APPLY_SITE_METHOD = file
WEIPSEC_APPLY_LICENSE = ISC
WEIPSEC_APPLY_LICENSE_FILES = LICENSE
WEIPSEC_APPLY_DEPENDENCIES = host-bison host-flex host-pkgconf jansson libuev libxml2 openssl

WEIPSEC_APPLY_MAKE_OPTS = CC="$(TARGET_CC)" AR="$(TARGET_AR)" CC_FOR_BUILD="$(HOSTCC)" PKG_CONFIG="$(PKG_CONFIG_HOST_BINARY)" \
	CFLAGS="$(TARGET_CFLAGS)" LDFLAGS="$(TARGET_LDFLAGS)" PREFIX=/usr WITH_YANG=0

ifeq ($(BR2_PACKAGE_WEIPSEC_APPLY_MONITOR),y)
WEIPSEC_APPLY_DEPENDENCIES += libpcap
WEIPSEC_APPLY_PROGRAMS = build/weipsec-apply build/weipsec-monitor
else
WEIPSEC_APPLY_MAKE_OPTS += WITH_MONITOR=0
WEIPSEC_APPLY_PROGRAMS = build/weipsec-apply
endif

define WEIPSEC_APPLY_BUILD_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D) $(WEIPSEC_APPLY_MAKE_OPTS) $(WEIPSEC_APPLY_PROGRAMS)
endef

define WEIPSEC_APPLY_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 755 -t $(TARGET_DIR)/usr/sbin $(addprefix $(@D)/,$(WEIPSEC_APPLY_PROGRAMS))
endef

define WEIPSEC_APPLY_INSTALL_INIT_SYSTEMD
	sed 's,@SBINDIR@,/usr/sbin,' $(@D)/runtime/weipsec-apply.service.in > $(@D)/build/weipsec-apply.service
	$(INSTALL) -D -m 644 $(@D)/build/weipsec-apply.service $(TARGET_DIR)/usr/lib/systemd/system/weipsec-apply.service
endef

$(eval $(generic-package))
