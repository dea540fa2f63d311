# SPDX-License-Identifier: ISC
unit-programs := $(patsubst tests/unit/%.c,$(build)/tests/%,$(wildcard tests/unit/test_*.c))
fuzz-targets := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
scripts := $(wildcard tests/*.sh tests/*.bash tests/*/*.sh tests/*/*.bash tests/*/*/*.bash tests/*/*.bats) \
	tests/vm/init .ci/run

.PHONY: oracle reached soak test check-one lint-clang lint-generated lint-tidy lint-cppcheck lint-shell
.SECONDARY:

unit-objects := $(patsubst %.c,$(build)/%.o,$(wildcard tests/unit/*.c))

$(build)/tests/%: $(build)/tests/unit/%.o $(runtime-lib) $(lib)
	$(say) LINK $@
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter-out %.o,$^) $(runtime-ldlibs) $(ldlibs) $(LDLIBS)

# SAN=thread builds no more than it needs.
$(build)/tests/test_workers: $(build)/tests/unit/test_workers.o $(lib)
	$(say) LINK $@
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $^ $(ldlibs) $(LDLIBS)

# It lets allocations fail.
$(build)/tests/test_memory: ldflags += -Wl,--wrap=calloc

# They free what libxml2 keeps.
$(addprefix $(build)/tests/unit/,test_memory.o test_whole.o): cflags += $(runtime-cflags)

# It takes memory as weipsec-apply does.
$(build)/tests/test_secrecy: $(build)/runtime/command/memory.o $(build)/runtime/command/wiping.o

# Programs that call the commands themselves, and need all of weipsec but its main().
golden-objects := $(patsubst %.c,$(build)/%.o,$(wildcard tests/goldens/*.c))
each-objects := $(build)/tests/calls/each.o
shown-objects := $(build)/tests/calls/shown.o
foretell-objects := $(build)/tests/calls/foretell.o
starve-objects := $(addprefix $(build)/tests/faults/,starve.o trial.o tree.o)
lacking := $(build)/tests/lacking.so
deny-objects := $(addprefix $(build)/tests/faults/,deny.o attend.o refusal.o trial.o tree.o)
hinder-objects := $(addprefix $(build)/tests/faults/,hinder.o attend.o refusal.o)
denied := $(build)/tests/denied.so
jumped := $(build)/tests/jumped.so

$(build)/tests/golden: $(golden-objects)
$(build)/tests/each: $(each-objects)
$(build)/tests/shown: $(shown-objects)
$(build)/tests/foretell: $(foretell-objects)
# what its allocations go through stands before all other libraries
$(build)/tests/starve: ldflags += -Wl,-rpath,'$$ORIGIN'
$(build)/tests/starve: $(starve-objects) $(lacking)
$(build)/tests/deny: $(deny-objects)
$(build)/tests/golden $(build)/tests/each $(build)/tests/shown $(build)/tests/foretell $(build)/tests/starve $(build)/tests/deny: $(filter-out %/main.o,$(weipsec-objects)) $(lib)
	$(say) LINK $@
	$(run)mkdir -p $(@D)
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.so,$^) $(filter %.a,$^) $(ldlibs) $(LDLIBS)

$(build)/tests/hinder: $(hinder-objects)
	$(say) LINK $@
	$(run)mkdir -p $(@D)
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(denied): tests/faults/denied.c tests/faults/refusal.c tests/faults/refusal.h Makefile
	$(say) LINK $@
	$(run)mkdir -p $(@D)
	$(run)$(CC) $(cppflags) -std=c11 $(warnings) $(CFLAGS) -fPIC -shared -Wl,-soname,$(@F) $(LDFLAGS) -o $@ $(filter %.c,$^)

$(jumped): tests/faults/jumped.c Makefile
	$(say) LINK $@
	$(run)mkdir -p $(@D)
	$(run)$(CC) $(cppflags) -std=c11 $(warnings) $(CFLAGS) -fPIC -shared -Wl,-soname,$(@F) $(LDFLAGS) -o $@ $<

$(lacking): tests/faults/lacking.c tests/faults/lacking.h Makefile
	$(say) LINK $@
	$(run)mkdir -p $(@D)
	$(run)$(CC) $(cppflags) -std=c11 $(warnings) $(CFLAGS) -fPIC -shared -Wl,-soname,$(@F) $(LDFLAGS) -o $@ $<

$(build)/tests/vm.bats: $(wildcard tests/vm/*.bash tests/vm/*/*.bash) tests/lab/lab.bash
	$(run)mkdir -p $(@D)
	$(run)bash tests/vm/guest.bash bats > $@

# a warning fails them
test check-one lint-clang lint-generated: WERROR := 1
export WERROR

# what takes seconds, and what a name says
quick := all $(unit-programs) $(build)/tests/golden $(build)/tests/each $(build)/tests/shown $(build)/tests/foretell $(build)/tests/starve \
	$(build)/tests/deny $(build)/tests/hinder $(denied) $(jumped)

test: $(quick)
	@SAN=$(SAN) VALGRIND=$(VALGRIND) tests/quick.sh $(build)

check-one: $(quick) $(build)/tests/vm.bats
	$(if $(T),,$(error which tests? make check-one T=PATTERN))
	@SAN=$(SAN) VALGRIND=$(VALGRIND) tests/with.sh tests/quick.sh $(build) '$(T)'

check-built: $(quick) $(build)/tests/vm.bats
	@SAN=$(SAN) VALGRIND=$(VALGRIND) FUZZ_RUNS=$(FUZZ_RUNS) tests/with.sh tests/run.sh $(build)

check-more-built: $(quick)
	@tests/with.sh tests/more/run.sh $(build) '$(T)'

check-vm-built: all $(build)/tests/vm.bats
	@tests/with.sh tests/run.sh $(build) $(build)/tests/vm.bats

oracle: $(quick)
	@nice tests/with.sh tests/lab/oracle.sh $(build) $(or $(N),100) $(or $(SEED),1) $(build)/oracle

# what of the predictor the pairs reach that were tried so far
reached: $(quick)
	@nice tests/lab/reached.sh $(build) $(build)/oracle

soak: $(quick)
	@tests/with.sh tests/lab/soak.sh $(build) "$$(awk 'BEGIN { print $(or $(HOURS),1) * 3600 }')" $(or $(SEED),1)

golden: $(build)/tests/golden
	@$< --write $(if $(T),'$(T)')

# --- lint

own-sources := $(wildcard grammar/*.c compiler/*/*.c backends/*.c runtime/*/*.c docs/*.c \
	tests/unit/*.c tests/goldens/*.c tests/calls/*.c tests/faults/*.c tests/fuzz/*.c tests/bench/*.c)

lint: lint-clang lint-tidy lint-cppcheck lint-shell

# clang as a second compiler, in a build of its own
clang-build = $(MAKE) --no-print-directory -j2 CC=clang build=build/clang sanitize= CFLAGS=-O0

lint-clang:
	@$(clang-build) all

# of that, what programs wrote: at all else clang-tidy looks, with the same warnings
lint-generated:
	@$(clang-build) generated

.PHONY: generated
generated: $(filter $(build)/gen/%,$(lib-objects))

# DEEP=1, which takes ten times as long, has clang's analyzer follow calls as far as it can; else it leaves a function
# early, and does not look at tests. Of several sources in one process, which spares most of the time, the analyzer
# of clang 14 mistakes what va_start() is.
ifeq ($(DEEP),1)
stamps := build/tidy-deep
at-once := 1
else
stamps := build/tidy
at-once := 16
analysis := $(addprefix -Xclang -analyzer-config -Xclang ,mode=shallow max-nodes=5000)
own-checks := --checks=-clang-analyzer-valist.*
test-checks := --checks=-clang-analyzer-*
endif
tidy = $(cppflags) $(lib-cflags) $(runtime-cflags) -std=c11
# gcc has the last of these warnings, too, and knows {NULL}
tidy-warnings := $(warnings) -Wreserved-identifier -Wno-missing-field-initializers

lint-tidy:
	@$(MAKE) --no-print-directory -j2 tidied

.PHONY: tidied
tidied: $(stamps)/own $(stamps)/tests $(stamps)/fuzz

# a source is looked at when it is compiled anew: then it or what it includes has changed
objects-of = $(patsubst %.c,$(build)/%.o,$(1))
$(stamps)/own: $(call objects-of,$(filter-out tests/%,$(own-sources)))
$(stamps)/tests: $(call objects-of,$(filter-out tests/fuzz/%,$(filter tests/%,$(own-sources))))
# what is not compiled here may include anything
$(stamps)/fuzz: $(wildcard tests/fuzz/*.c grammar/*.h compiler/*/*.h backends/*.h runtime/*/*.h tests/fuzz/*.h)

stale = $(filter %.c,$(patsubst $(build)/%.o,%.c,$(if $(filter .clang-tidy %.h,$?),$^,$?)))
# private, since what an object inherits make 4.4 looks up for each pkg-config that it asks, which asks for the same
$(stamps)/own: private export CHECKS = $(own-checks)
$(stamps)/tests $(stamps)/fuzz: private export CHECKS = $(test-checks)
$(stamps)/own $(stamps)/tests $(stamps)/fuzz: private export FLAGS = $(tidy) $(tidy-warnings) $(analysis)
$(stamps)/own $(stamps)/tests $(stamps)/fuzz: .clang-tidy
	$(say) TIDY '$(if $(word 4,$(stale)),$(words $(stale)) sources,$(stale))'
	$(run)printf '%s\n' $(stale) | xargs -n $(at-once) -P 2 tests/tidy.sh
	$(run)mkdir -p $(@D) && touch $@

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
		--suppress=unusedStructMember --suppress=normalCheckLevelMaxBranches $(cppflags) grammar compiler backends runtime docs

lint-shell:
	$(say) SHELL .
	$(run)printf '%s\n' $(scripts) | xargs -n 16 -P 2 shellcheck -x

# --- fuzz: clang's libFuzzer over the library, in two builds of their own.  The search only counts which
# code an input reaches, so that it sees many; the replay runs what it kept under the sanitizers, once, for which it
# need not be optimized.  Neither
# follows comparisons: that takes longer than all else, and the words are in dictionaries.

fuzz-flags := -gline-tables-only -fno-sanitize-coverage=trace-cmp
fuzz-search := -O2
fuzz-replay := ,address,undefined -O0 -fno-sanitize-recover=all
fuzz-counted := -fprofile-instr-generate -fcoverage-mapping -O0

# $(call fuzz-lib,FOLDER,FLAGS): the library for targets, in FOLDER
fuzz-lib = $(MAKE) --no-print-directory -f Makefile build=$(1) CC=clang sanitize= \
	CFLAGS='-fsanitize=fuzzer-no-link$(2) $(fuzz-flags)' $(1)/libweipsec.a $(1)/libweipsec-runtime.a

# $(call fuzz-link,FOLDER,FLAGS): the target $@, with what its texts are changed by, and the library in FOLDER
fuzz-link = mkdir -p $(@D) && clang $(cppflags) -std=c11 -fsanitize=fuzzer$(2) $(fuzz-flags) -o $@ $(filter %.c,$^) \
	$(1)/libweipsec-runtime.a $(1)/libweipsec.a $(runtime-ldlibs) $(ldlibs)

.PHONY: fuzz-search-lib fuzz-replay-lib fuzz-counted-lib build-fuzz fuzz-some fuzz-corpus fuzz-reached

fuzz-search-lib:
	@$(call fuzz-lib,build/fuzzlib, $(fuzz-search))

fuzz-replay-lib:
	@$(call fuzz-lib,build/fuzzsan,$(fuzz-replay))

fuzz-counted-lib:
	@$(call fuzz-lib,build/fuzzcount, $(fuzz-counted))

build/fuzz/%: tests/fuzz/%.c | fuzz-search-lib
	$(say) FUZZ $@
	$(run)$(call fuzz-link,build/fuzzlib, $(fuzz-search))

build/fuzz/%.replay: tests/fuzz/%.c | fuzz-replay-lib
	$(say) FUZZ $@
	$(run)$(call fuzz-link,build/fuzzsan,$(fuzz-replay))

build/fuzz/%.counted: tests/fuzz/%.c | fuzz-counted-lib
	$(say) FUZZ $@
	$(run)$(call fuzz-link,build/fuzzcount, $(fuzz-counted))

# texts are changed by lines and words
fuzz-texts := $(addprefix build/fuzz/fuzz_,compare compile editor network rewrite)
$(fuzz-texts) $(fuzz-texts:=.replay) $(fuzz-texts:=.counted): tests/fuzz/mutator.c tests/fuzz/words.c

# $(call fuzz-anew,TARGETS): whatever they are made of
fuzz-anew = rm -f $(1) && $(MAKE) --no-print-directory $(1)

build-fuzz:
	@$(call fuzz-anew,$(fuzz-targets) $(fuzz-targets:=.replay))

fuzz: build-fuzz
	@FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_RUNS= tests/fuzz/run.sh $(fuzz-targets)

# what `make check' has of it: one of the two builds, and few runs
fuzz-some:
	@$(call fuzz-anew,$(fuzz-targets:=.replay))
	@FUZZ_RUNS=$(FUZZ_RUNS) tests/fuzz/run.sh $(fuzz-targets)

# writes testdata/fuzz-corpus anew, from what is there, the other test data and what was found since
fuzz-corpus: build-fuzz
	@tests/fuzz/merge.sh $(fuzz-targets)

# in a third build, which counts what an input reaches
fuzz-reached:
	@$(call fuzz-anew,$(fuzz-targets:=.counted))
	@tests/fuzz/reached.sh $(fuzz-targets)

bench: all $(build)/tests/measure $(build)/tests/replay
	@tests/bench/bench.sh $(build)/weipsec $(build)/tests/measure $(build)
	@tests/with.sh tests/bench/runtime.sh $(build)/weipsec-apply $(build)/tests/replay

$(build)/tests/measure $(build)/tests/replay: $(build)/tests/%: tests/bench/%.c
	$(say) LINK $@
	$(run)mkdir -p $(@D)
	$(run)$(CC) $(cppflags) -std=c11 $(warnings) $(CFLAGS) $(LDFLAGS) -o $@ $<
