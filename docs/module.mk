# SPDX-License-Identifier: ISC
# Manual pages and completions: docs/*.in with what the program's own tables say.
# those that have a template, and the completions of weipsec-apply, which share theirs with weipsec
templated := $(patsubst docs/%.in,$(build)/docs/%,$(wildcard docs/*.in))
shared := $(addprefix $(build)/docs/,weipsec-apply.bash _weipsec-apply)
documents := $(templated) $(shared)
generate := $(build)/docs/generate

# What it prints is in these objects; the archives are there for what else these name.
docs-objects := $(patsubst %.c,$(build)/%.o,$(wildcard docs/*.c) compiler/tables/rule.c)
printed := $(docs-objects) $(sort $(filter-out %/main.o %/compiler/command/memory.o,$(weipsec-objects) $(apply-objects)))

$(generate): $(printed) | $(runtime-lib) $(lib)
	$(say) LINK $@
	$(run)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $^ $| $(runtime-ldlibs) $(ldlibs) $(LDLIBS)

ifneq ($(wildcard docs/made),)
# of a tar, which has them
$(documents): $(build)/docs/%: docs/made/%
	$(say) DOC $@
	$(run)mkdir -p $(@D) && cp $< $@
else ifeq ($(CC_FOR_BUILD),$(CC))
$(templated): $(build)/docs/%: docs/%.in $(generate)
	$(say) DOC $@
	$(run)$(generate) $< > $@

$(shared): $(build)/docs/%: $(build)/docs/%.in $(generate)
	$(say) DOC $@
	$(run)$(generate) $< > $@

$(build)/docs/weipsec-apply.bash.in: docs/weipsec.bash.in
$(build)/docs/_weipsec-apply.in: docs/_weipsec.in
$(shared:=.in):
	$(run)mkdir -p $(@D)
	$(run)sed 's/weipsec/weipsec-apply/g; s/_weipsec-apply/_weipsec_apply/g' $< > $@
else
# what $(CC) makes may not run here
$(documents): native-documents
	$(run)mkdir -p $(@D) && cmp -s build/native/docs/$(@F) $@ || cp build/native/docs/$(@F) $@

.PHONY: native-documents
native-documents:
	@env -u AR -u PKG_CONFIG -u CPPFLAGS -u LDFLAGS -u LDLIBS $(MAKE) --no-print-directory build=build/native sanitize= \
		CC=$(CC_FOR_BUILD) CC_FOR_BUILD=$(CC_FOR_BUILD) AR=ar PKG_CONFIG=pkg-config CFLAGS=-O0 CPPFLAGS= LDFLAGS= LDLIBS= \
		$(documents:$(build)/%=build/native/%)
endif

# what is installed where, below PREFIX, and for finit, which knows one place, below SYSCONFDIR
man1 := share/man/man1/weipsec.1
man8 := share/man/man8/weipsec-apply.8
man5 := share/man/man5/weipsec-settings.5
man7 := share/man/man7/weipsec-rules.7
bash-completion := share/bash-completion/completions/weipsec
zsh-completion := share/zsh/site-functions/_weipsec
apply-bash-completion := share/bash-completion/completions/weipsec-apply
apply-zsh-completion := share/zsh/site-functions/_weipsec-apply
systemd-unit := lib/systemd/system/weipsec-apply.service
finit-service := finit.d/available/weipsec-apply.conf

.PHONY: install uninstall
install: all
	install -D -m 755 $(build)/weipsec $(DESTDIR)$(PREFIX)/bin/weipsec
	install -D -m 755 $(build)/weipsec-apply $(DESTDIR)$(PREFIX)/sbin/weipsec-apply
	$(if $(monitor),install -D -m 755 $(monitor) $(DESTDIR)$(LIBEXECDIR)/weipsec-monitor)
	install -D -m 644 $(build)/docs/weipsec.1 $(DESTDIR)$(PREFIX)/$(man1)
	install -D -m 644 $(build)/docs/weipsec-apply.8 $(DESTDIR)$(PREFIX)/$(man8)
	install -D -m 644 $(build)/docs/weipsec-settings.5 $(DESTDIR)$(PREFIX)/$(man5)
	install -D -m 644 $(build)/docs/weipsec-rules.7 $(DESTDIR)$(PREFIX)/$(man7)
	install -D -m 644 $(build)/docs/weipsec.bash $(DESTDIR)$(PREFIX)/$(bash-completion)
	install -D -m 644 $(build)/docs/_weipsec $(DESTDIR)$(PREFIX)/$(zsh-completion)
	install -D -m 644 $(build)/docs/weipsec-apply.bash $(DESTDIR)$(PREFIX)/$(apply-bash-completion)
	install -D -m 644 $(build)/docs/_weipsec-apply $(DESTDIR)$(PREFIX)/$(apply-zsh-completion)
	sed 's,@SBINDIR@,$(PREFIX)/sbin,' runtime/weipsec-apply.service.in > $(build)/service
	install -D -m 644 $(build)/service $(DESTDIR)$(PREFIX)/$(systemd-unit)
	sed 's,@SBINDIR@,$(PREFIX)/sbin,' runtime/weipsec-apply.finit.in > $(build)/service
	install -D -m 644 $(build)/service $(DESTDIR)$(SYSCONFDIR)/$(finit-service)

uninstall:
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/,bin/weipsec sbin/weipsec-apply \
		$(man1) $(man5) $(man7) $(man8) $(bash-completion) $(zsh-completion) \
		$(apply-bash-completion) $(apply-zsh-completion) $(systemd-unit)) \
		$(DESTDIR)$(LIBEXECDIR)/weipsec-monitor $(DESTDIR)$(SYSCONFDIR)/$(finit-service)
