# SPDX-License-Identifier: ISC
# The command's own files; everything else of this folder is the library's.
weipsec-sources := $(wildcard compiler/main.c compiler/cli.c compiler/cmd_*.c compiler/map.c)
weipsec-objects := $(weipsec-sources:%.c=$(build)/%.o)
lib-objects += $(patsubst %.c,$(build)/%.o,$(filter-out $(weipsec-sources),$(wildcard compiler/*.c)))
