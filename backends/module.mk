# SPDX-License-Identifier: ISC
lib-objects += $(patsubst %.c,$(build)/%.o,$(wildcard backends/*.c))
