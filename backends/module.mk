# SPDX-License-Identifier: ISC
lib-objects += $(patsubst %.c,$(build)/%.o,$(wildcard backends/*.c)) $(build)/gen/xfrm_script.o

# the part that is the same in every script, without its licence: a string for each line
$(build)/gen/xfrm_script.c: backends/xfrm.sh backends/module.mk
	$(say) LINES $@
	$(run)mkdir -p $(@D)
	$(run)( echo '/* made of backends/xfrm.sh */'; echo '#include "backends/xfrm.h"'; \
		echo 'const char *const xfrm_script[] = {'; \
		sed '1,/^# before it/d; s/[\\"]/\\&/g; s/.*/"&\\n",/' $<; echo 'NULL};' ) > $@
