# SPDX-License-Identifier: ISC
# The tar of a release, and Debian's packages of it.
name := weipsec-$(VERSION)
tar := build/$(name).tar.gz

# of the last change, so that the same sources are the same bytes
epoch = $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2> /dev/null || stat -c %Y Makefile))
# in a tar there is no git, and everything is of it
files = git ls-files -co --exclude-standard 2> /dev/null | grep . || find . -type f ! -path './build/*' ! -path './debian/*' -printf '%P\n'

.PHONY: dist deb
dist: $(documents)
	$(say) DIST $(tar)
	$(run)rm -rf build/dist && mkdir -p build/dist/$(name)
	$(run)($(files)) | grep -v '^docs/made/' | tar -c -T - | tar -x -C build/dist/$(name)
	$(run)install -D -m 644 -t build/dist/$(name)/docs/made $(documents)
	$(run)tar -c --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mtime=@$(epoch) \
		--mode=u+rwX,go+rX,go-w -C build/dist $(name) | gzip -9n > $(tar)
	$(run)rm -rf build/dist

deb: dist
	$(say) DEB build/deb
	$(run)docs/packaging/deb.sh $(tar) $(VERSION)
