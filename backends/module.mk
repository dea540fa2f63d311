# SPDX-License-Identifier: ISC
lib-objects += $(patsubst %.c,$(build)/%.o,$(filter-out backends/agent_write.c,$(wildcard backends/*.c))) $(build)/gen/xfrm_script.o \
	$(build)/gen/agent_schema.o

# the part that is the same in every script, without its licence: a string for each line
$(build)/gen/xfrm_script.c: backends/xfrm.sh backends/module.mk
	$(say) LINES $@
	$(run)mkdir -p $(@D)
	$(run)( echo '/* made of backends/xfrm.sh */'; echo '#include "backends/xfrm.h"'; \
		echo 'const char *const xfrm_script[] = {'; \
		sed '1,/^# before it/d; s/[\\"]/\\&/g; s/.*/"&\\n",/' $<; echo 'NULL};' ) > $@

# the module of the agent configuration, for those who have no schemas/ at hand
$(build)/gen/agent_schema.c: schemas/embed.awk schemas/weipsec-agent.yang
	$(say) EMBED $@
	$(run)mkdir -p $(@D)
	$(run)LC_ALL=C awk -v name=agent_schema -f schemas/embed.awk schemas/weipsec-agent.yang > $@
