# SPDX-License-Identifier: ISC
# weipsec-apply: its own archive, which weipsec never links, and the parts of the command line that
# both programs have.
runtime-sources := $(filter-out runtime/main.c runtime/cmd_%.c,$(wildcard runtime/*.c))
runtime-objects := $(runtime-sources:%.c=$(build)/%.o)
apply-sources := $(wildcard runtime/main.c runtime/cmd_*.c)
apply-objects := $(apply-sources:%.c=$(build)/%.o) $(build)/compiler/cli.o
runtime-lib := $(build)/libweipsec-runtime.a

$(runtime-lib): $(runtime-objects)
	$(say) AR $@
	$(run)rm -f $@ && ar rcs $@ $(runtime-objects)

$(build)/weipsec-apply: $(apply-objects) $(runtime-lib) $(lib)
	$(say) LINK $@
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $^ $(ldlibs) -luev $(LDLIBS)
