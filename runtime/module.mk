# SPDX-License-Identifier: ISC
# weipsec-apply.  What it has beyond libweipsec is an archive of its own, since it takes libxml2 and
# libuev, which weipsec does not.
runtime-lib := $(build)/libweipsec-runtime.a
# weipsec-monitor alone takes libpcap
monitor-sources := runtime/monitor/monitor.c runtime/monitor/capture.c
apply-sources := $(wildcard runtime/command/main.c runtime/command/memory.c runtime/command/wiping.c runtime/command/commands.c runtime/command/cmd_*.c)
runtime-sources := $(device-sources) \
	$(filter-out $(monitor-sources) $(apply-sources),$(wildcard runtime/*/*.c))
runtime-objects := $(runtime-sources:%.c=$(build)/%.o)
runtime-cflags = $(call once,runtime-cflags,$(call pkg-cflags,libxml-2.0 libuev))
runtime-ldlibs = $(call once,runtime-ldlibs,$(call pkg-libs,libxml-2.0 libuev libcrypto jansson))
apply-objects := $(apply-sources:%.c=$(build)/%.o) $(build)/compiler/base/cli.o $(build)/compiler/base/allocator.o

$(runtime-objects) $(build)/runtime/command/wiping.o: cflags += $(runtime-cflags)

$(build)/weipsec-apply: $(apply-objects) $(runtime-lib) $(lib)
	$(say) LINK $@
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $^ $(runtime-ldlibs) $(LDLIBS)

# unless there is to be none
monitor := $(if $(filter-out 0,$(WITH_MONITOR)),$(build)/weipsec-monitor)
monitor-objects := $(monitor-sources:%.c=$(build)/%.o) $(build)/compiler/base/cli.o

# What libpcap tells has the time of those who made it, of 32 bits in Debian 12's armhf.
$(monitor-sources:%.c=$(build)/%.o): wide := -D_FILE_OFFSET_BITS=64

$(build)/weipsec-monitor: $(monitor-objects) $(runtime-lib) $(lib)
	$(say) LINK $@
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $^ $(call pkg-libs,libpcap) $(LDLIBS)
