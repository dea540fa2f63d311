# SPDX-License-Identifier: ISC
unit-programs := $(patsubst tests/unit/%.c,$(build)/tests/%,$(wildcard tests/unit/test_*.c))
fuzz-targets := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
scripts := $(wildcard tests/*.sh tests/*.bash tests/*/*.sh tests/*/*.bash tests/*/*/*.bash tests/*/*.bats) \
	tests/vm/init .ci/run

.PHONY: test check-one lint-clang lint-tidy lint-cppcheck lint-shell
.SECONDARY:

unit-objects := $(patsubst %.c,$(build)/%.o,$(wildcard tests/unit/*.c))

$(build)/tests/%: $(build)/tests/unit/%.o $(runtime-lib) $(lib)
	$(say) LINK $@
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $^ $(runtime-ldlibs) $(ldlibs) $(LDLIBS)

# Programs that call the commands themselves, and need all of weipsec but its main().
golden-objects := $(patsubst %.c,$(build)/%.o,$(wildcard tests/goldens/*.c))
each-objects := $(build)/tests/calls/each.o

$(build)/tests/golden: $(golden-objects)
$(build)/tests/each: $(each-objects)
$(build)/tests/golden $(build)/tests/each: $(filter-out %/main.o,$(weipsec-objects)) $(lib)
	$(say) LINK $@
	$(run)mkdir -p $(@D)
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $^ $(ldlibs) $(LDLIBS)

$(build)/tests/vm.bats: $(wildcard tests/vm/*.bash tests/vm/*/*.bash) tests/lab/lab.bash
	$(run)mkdir -p $(@D)
	$(run)bash tests/vm/guest.bash bats > $@

# what takes seconds, and what a name says
quick := all $(unit-programs) $(build)/tests/golden $(build)/tests/each

test: $(quick)
	@SAN=$(SAN) VALGRIND=$(VALGRIND) tests/quick.sh $(build)

check-one: $(quick) $(build)/tests/vm.bats
	$(if $(T),,$(error which tests? make check-one T=PATTERN))
	@SAN=$(SAN) VALGRIND=$(VALGRIND) tests/quick.sh $(build) '$(T)'

check-built: $(quick) $(build)/tests/vm.bats
	@SAN=$(SAN) VALGRIND=$(VALGRIND) FUZZ_SECONDS=$(FUZZ_SECONDS) tests/run.sh $(build)

check-vm-built: all $(build)/tests/vm.bats
	@tests/run.sh $(build) $(build)/tests/vm.bats

golden: $(build)/tests/golden
	@$< --write $(if $(T),'$(T)')

# --- lint

own-sources := $(wildcard grammar/*.c compiler/*/*.c backends/*.c runtime/*/*.c docs/*.c \
	tests/unit/*.c tests/goldens/*.c tests/calls/*.c tests/fuzz/*.c tests/bench/*.c)

lint: lint-clang lint-tidy lint-cppcheck lint-shell

# clang as a second compiler, in a build of its own
lint-clang:
	@$(MAKE) --no-print-directory -j2 CC=clang build=build/clang sanitize= all

tidy-stamps := $(own-sources:%.c=build/tidy/%.stamp)
tidy := $(cppflags) $(runtime-cppflags) -std=c11

lint-tidy: $(build)/gen/parse.h
	@$(MAKE) --no-print-directory -j2 $(tidy-stamps)

# what includes what is told by the compiler, so a header is looked at with those that include it
build/tidy/%.stamp: %.c .clang-tidy $(build)/gen/parse.h
	$(say) TIDY $<
	$(run)mkdir -p $(@D)
	$(run)$(CC) $(tidy) -MM -MP -MT $@ -MF $(@:.stamp=.d) $<
	$(run)clang-tidy --quiet --warnings-as-errors='*' $< -- $(tidy) 2> $@.log \
		|| { cat $@.log; exit 1; }
	$(run)touch $@

ifneq ($(filter build/tidy/%,$(MAKECMDGOALS)),)
-include $(wildcard $(tidy-stamps:.stamp=.d))
endif

# for clangd: how each source is compiled
.PHONY: compile_commands.json
compile_commands.json: export COMMAND = $(CC) $(tidy) $(warnings) $(CFLAGS) -c
compile_commands.json: $(build)/gen/parse.h
	$(say) JSON $@
	$(run)printf '%s\n' $(own-sources) | awk -v folder='$(CURDIR)' ' \
		BEGIN { command = ENVIRON["COMMAND"]; gsub(/["\\]/, "\\\\&", command) } \
		{ printf "%s{\"directory\": \"%s\", \"file\": \"%s\", \"command\": \"%s %s\"}", \
			(NR > 1 ? ",\n" : "["), folder, $$1, command, $$1 } \
		END { print "]" }' > $@

lint-cppcheck: $(build)/gen/parse.h
	$(say) CPPCHK .
	$(run)cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr --max-configs=1 -j2 \
		--enable=warning,portability,performance --suppress=missingIncludeSystem \
		--suppress=unusedStructMember $(cppflags) grammar compiler backends runtime docs

lint-shell:
	$(say) SHELL .
	$(run)shellcheck -x $(scripts)

# --- fuzz: clang's libFuzzer over the library, instrumented, in a build of its own

fuzz-cflags := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

build/fuzz/%: tests/fuzz/%.c
	@$(MAKE) --no-print-directory -f Makefile build=build/fuzzlib CC=clang \
		CFLAGS='$(fuzz-cflags)' sanitize= build/fuzzlib/libweipsec.a \
		build/fuzzlib/libweipsec-runtime.a
	$(say) FUZZ $@
	$(run)mkdir -p $(@D)
	$(run)clang $(cppflags) -std=c11 -O1 -g -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -o $@ $< build/fuzzlib/libweipsec-runtime.a \
		build/fuzzlib/libweipsec.a $(runtime-ldlibs) $(ldlibs)

.PHONY: build-fuzz
build-fuzz:
	@rm -f $(fuzz-targets)
	@$(MAKE) --no-print-directory $(fuzz-targets)

fuzz: build-fuzz
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run.sh $(fuzz-targets)

bench: all $(build)/tests/measure $(build)/tests/replay
	@tests/bench/bench.sh $(build)/weipsec $(build)/tests/measure $(build)
	@tests/bench/runtime.sh $(build)/weipsec-apply $(build)/tests/replay

$(build)/tests/measure $(build)/tests/replay: $(build)/tests/%: tests/bench/%.c
	$(say) LINK $@
	$(run)mkdir -p $(@D)
	$(run)$(CC) $(cppflags) -std=c11 $(warnings) $(CFLAGS) $(LDFLAGS) -o $@ $<
