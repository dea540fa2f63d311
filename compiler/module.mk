# SPDX-License-Identifier: ISC
# The command's own files; everything else of this folder is the library's.
weipsec-sources := $(wildcard compiler/main.c compiler/cli.c compiler/cli_value.c compiler/commands.c \
	compiler/cmd_*.c compiler/map.c)
weipsec-objects := $(weipsec-sources:%.c=$(build)/%.o)
lib-objects += $(patsubst %.c,$(build)/%.o,$(filter-out $(weipsec-sources),$(wildcard compiler/*.c))) \
	$(build)/gen/page.o

# the pages of the rules, for `explain' and SARIF; a page is one string, whatever its length
pages := $(sort $(wildcard docs/rules/WI*.md))

$(build)/gen/page.o: cflags += -Wno-overlength-strings

$(build)/gen/page.c: docs/pages.awk schemas/rules.def $(pages) docs/rules
	$(say) PAGES $@
	$(run)mkdir -p $(@D)
	$(run)awk -f docs/pages.awk schemas/rules.def $(pages) > $@
