# SPDX-License-Identifier: ISC
lib-objects += $(patsubst %.c,$(build)/%.o,$(wildcard grammar/*.c))
lib-objects += $(build)/gen/parse.o $(build)/gen/scan.o

$(build)/gen/parse.c $(build)/gen/parse.h &: grammar/parse.y
	$(say) BISON $<
	$(run)mkdir -p $(@D)
	$(run)bison -Wall $(werror) --header=$(@D)/parse.h -o $(@D)/parse.c $<

$(build)/gen/scan.c: grammar/scan.l
	$(say) FLEX $<
	$(run)mkdir -p $(@D)
	$(run)flex -o $@ $<

# what flex and bison write is not ours to mend
$(build)/gen/%.o: $(build)/gen/%.c $(build)/gen/parse.h Makefile $(build)/switches
	$(say) CC $<
	$(run)$(CC) $(cppflags) $(CPPFLAGS) $(cflags) -Wno-conversion -Wno-sign-conversion \
		-Wno-unused-function -Wno-unused-but-set-variable -Wno-missing-prototypes \
		$(CFLAGS) -MMD -MP -c -o $@ $<

$(build)/grammar/grammar.o: $(build)/gen/parse.h
