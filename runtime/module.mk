# SPDX-License-Identifier: ISC
# What a device needs and the host does not: apart, since it takes libxml2.
runtime-lib := $(build)/libweipsec-runtime.a
runtime-objects := $(patsubst %.c,$(build)/%.o,$(wildcard runtime/*.c))
runtime-cppflags := -isystem /usr/include/libxml2
runtime-ldlibs := -lxml2

$(runtime-objects): cppflags += $(runtime-cppflags)

$(runtime-lib): $(runtime-objects)
	$(say) AR $@
	$(run)rm -f $@ && ar rcs $@ $(runtime-objects)
