# SPDX-License-Identifier: ISC
# The command's own files, and the device's XML reader; everything else of these rooms is the library's.
weipsec-sources := compiler/base/cli.c compiler/base/allocator.c $(wildcard compiler/command/*.c)
weipsec-objects := $(weipsec-sources:%.c=$(build)/%.o)
device-sources := $(addprefix compiler/agent/,read.c agent_json.c xml.c)
# with libyang, or the file that says that there is none
yang-sources := $(if $(yang),$(filter-out compiler/yang/without.c,$(wildcard compiler/yang/*.c)),compiler/yang/without.c)
# what each page of `fleet --html' has
page-parts := page_html page_css page_script
lib-objects += $(patsubst %.c,$(build)/%.o,$(filter-out $(weipsec-sources) $(device-sources) compiler/yang/%,\
	$(wildcard compiler/*/*.c)) $(yang-sources)) $(page-parts:%=$(build)/gen/%.o) $(build)/gen/page.o $(if $(yang),$(build)/gen/agent_schema.o)

# The rows of rules.def without their words: who only counts the rules is not made anew for a sentence.
rule-numbers := $(build)/gen/rule_numbers.h
rule-numbers-sed := /^\#(ifndef|endif|undef)/p; s/^(\#define [A-Z]+\(number),.*/\1)/p; s/^([A-Z]+\([0-9]+),.*/\1)/p
$(call keep,$(rule-numbers),echo '/* made of schemas/rules.def */'; \
	sed -nE '$(rule-numbers-sed)' schemas/rules.def)

# the pages of the rules, for `explain' and SARIF; a page is one string, whatever its length
pages := $(sort $(wildcard docs/rules/WI*.md))

$(build)/gen/page.o: cflags += -Wno-overlength-strings

$(build)/gen/page.c: docs/pages.awk $(rule-numbers) $(pages) docs/rules
	$(say) PAGES $@
	$(run)mkdir -p $(@D)
	$(run)awk -f docs/pages.awk $(rule-numbers) $(pages) > $@

# the module of the agent configuration, for those who have no schemas/ at hand
$(build)/gen/agent_schema.c: schemas/embed.awk schemas/weipsec-agent.yang
	$(say) EMBED $@
	$(run)mkdir -p $(@D)
	$(run)LC_ALL=C awk -v name=agent_schema -f schemas/embed.awk schemas/weipsec-agent.yang > $@

# the page of `fleet --html': its template, its style, and its script, which is several files
$(build)/gen/page_html.c: compiler/page/page.html
$(build)/gen/page_css.c: compiler/page/page.css
$(build)/gen/page_script.c: $(addprefix compiler/page/,network.js view.js details.js topology.js page.js)

$(page-parts:%=$(build)/gen/%.c): schemas/embed.awk
	$(say) EMBED $@
	$(run)mkdir -p $(@D)
	$(run)LC_ALL=C awk -v name=$(basename $(@F)) -f schemas/embed.awk $(filter-out %.awk,$^) > $@
