# SPDX-License-Identifier: ISC
# weipsec-apply.  What it has beyond libweipsec is an archive of its own, since it takes libxml2 and
# libuev, which weipsec does not.
runtime-lib := $(build)/libweipsec-runtime.a
# weipsec-monitor alone takes libpcap
monitor-sources := runtime/monitor/monitor.c runtime/monitor/capture.c
apply-sources := $(wildcard runtime/command/main.c runtime/command/commands.c runtime/command/cmd_*.c)
runtime-sources := $(device-sources) \
	$(filter-out $(monitor-sources) $(apply-sources),$(wildcard runtime/*/*.c))
runtime-objects := $(runtime-sources:%.c=$(build)/%.o)
runtime-cppflags := -isystem /usr/include/libxml2
runtime-ldlibs := -lxml2 -luev -lcrypto -ljansson
apply-objects := $(apply-sources:%.c=$(build)/%.o) $(build)/compiler/base/cli.o

$(runtime-objects): cppflags += $(runtime-cppflags)

$(build)/weipsec-apply: $(apply-objects) $(runtime-lib) $(lib)
	$(say) LINK $@
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $^ $(runtime-ldlibs) $(LDLIBS)

monitor-objects := $(monitor-sources:%.c=$(build)/%.o) $(build)/compiler/base/cli.o

$(build)/weipsec-monitor: $(monitor-objects) $(runtime-lib) $(lib)
	$(say) LINK $@
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $^ -lpcap $(LDLIBS)
