# SPDX-License-Identifier: ISC
lib-objects += $(patsubst %.c,$(build)/%.o,$(wildcard backends/*.c)) $(build)/gen/agent_schema.o

# the module of the agent configuration, for those who have no schemas/ at hand
$(build)/gen/agent_schema.c: schemas/embed.awk schemas/weipsec-agent.yang
	$(say) EMBED $@
	$(run)mkdir -p $(@D)
	$(run)LC_ALL=C awk -v name=agent_schema -f schemas/embed.awk schemas/weipsec-agent.yang > $@
