#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The recipes of docs/ci.md, run as far as that goes without a network: what they would install is
# there, and what would fetch or build it only tells that it was called.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; root is the helper's

bats_require_minimum_version 1.5.0
load helper

setup() {
	enter_folder
	export HOME=$BATS_TEST_TMPDIR/home PRE_COMMIT_HOME=$BATS_TEST_TMPDIR/cache
	export https_proxy=http://127.0.0.1:9 http_proxy=http://127.0.0.1:9
	mkdir "$HOME" "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$WEIPSEC" > "$BATS_TEST_TMPDIR/bin/weipsec"
	for name in make apt-get curl; do
		# shellcheck disable=SC2016 # for the stub
		printf '#!/bin/sh\necho "${0##*/} $*" >> "%s/called"\n' "$HOME" > "$BATS_TEST_TMPDIR/bin/$name"
	done
	chmod +x "$BATS_TEST_TMPDIR"/bin/*
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	git config --global user.name test
	git config --global user.email test@example.com
	git config --global init.defaultBranch main
	publish
	mkdir configs
	sound > configs/sound.cfg
}

# This project as a repository that recipes find at https://git.example.com/weipsec, in the version that
# they ask for.
publish() {
	git init -q "$HOME/published"
	cp "$root/.pre-commit-hooks.yaml" "$HOME/published"
	git -C "$HOME/published" add .
	git -C "$HOME/published" commit -qm all
	grep -oE '\bv[0-9]+\.[0-9]+\.[0-9]+\b' "$root/docs/ci.md" | sort -u |
		while read -r version; do
			git -C "$HOME/published" tag "$version"
		done
	git config --global "url.file://$HOME/published.insteadOf" https://git.example.com/weipsec
}

recipe() {
	/usr/bin/python3 "$BATS_TEST_DIRNAME/recipe.py" "$root/docs/ci.md" "$@"
}

# Runs step $1 of the workflow whose steps are in ../steps; in a container GitHub has no shell but sh.
step() {
	run --separate-stderr "${shell[@]}" "$BATS_TEST_TMPDIR/steps/$1.sh"
}

read_steps() {
	shell=(sh -e)
	[[ $1 == .github/* ]] || shell=(bash -eo pipefail)
	mkdir "$BATS_TEST_TMPDIR/steps"
	recipe "$@" "$BATS_TEST_TMPDIR/steps"
}

# --- pre-commit

# A repository with recipe $1 of a pre-commit configuration: what is bad stays out, what is good gets in.
commit_with() {
	command -v pre-commit > /dev/null || skip "no pre-commit"
	git init -q .
	recipe .pre-commit-config.yaml "$1" > recipe.yaml
	mv recipe.yaml .pre-commit-config.yaml
	pre-commit validate-config .pre-commit-config.yaml
	pre-commit install
	git add .pre-commit-config.yaml
	git commit -qm hook
	with_error > configs/alice.cfg
	echo '[metadata]' > setup.py # not for us
	git add .
	run git commit -m bad
	[ "$status" != 0 ]
	[[ $output == *"configs/alice.cfg:10:32: error: "*"[WI304]"* ]]
	[[ $output != *setup.py* ]]
	"$2" > configs/alice.cfg
	git add .
	run git commit -m "$2"
	echo "$output"
}

@test "ci: the hook for pre-commit, from the repository, keeps bad files out" {
	commit_with 1 with_warning
	[ "$status" != 0 ] # as its args ask
	[[ $output == *"[WI309]"* ]]
	sound > configs/alice.cfg
	git add .
	run -0 git commit -m good
	[ "$(git log --format=%s)" = $'good\nhook' ]
	run -0 pre-commit validate-manifest "$root/.pre-commit-hooks.yaml"
}

@test "ci: the local hook for pre-commit does the same" {
	commit_with 2 with_warning
	[ "$status" = 0 ]
	[ "$(git log --format=%s)" = $'with_warning\nhook' ]
}

@test "ci: the hook with --fix mends, and stops the commit" {
	command -v pre-commit > /dev/null || skip "no pre-commit"
	git init -q .
	recipe .pre-commit-config.yaml 1 | sed 's/args: .*/args: [--fix]/' > recipe.yaml
	mv recipe.yaml .pre-commit-config.yaml
	pre-commit install
	with_error > configs/alice.cfg
	git add .
	run git commit -m bad
	[ "$status" != 0 ]
	[[ $output == *"files were modified by this hook"* ]]
	grep -q 'prf prfsha256' configs/alice.cfg
	git add .
	run -0 git commit -m good
}

# --- GitHub and GitLab

# What step 1 fetched and installed: the package of this release.
check_package() {
	local version
	step 1
	[ "$status" = 0 ]
	version=$(sed -n 's/^VERSION := //p' "$root/Makefile")
	grep -qx "curl -fsSLO https://files.example.com/weipsec_${version}_amd64.deb" "$HOME/called"
	grep -qx "apt-get install -y ./weipsec_${version}_amd64.deb" "$HOME/called"
	! grep -q '^make' "$HOME/called"
}

# The same of the recipe that builds.
check_build() {
	step 1
	[ "$status" = 0 ]
	[ -f "$HOME/weipsec/.pre-commit-hooks.yaml" ]
	grep -qx "make -C $HOME/weipsec" "$HOME/called"
	grep -qx "make -C $HOME/weipsec install" "$HOME/called"
	grep -q '^apt-get install ' "$HOME/called"
}

@test "ci: the workflow for GitHub annotates, and fails where there is an error" {
	export GITHUB_ACTIONS=true
	read_steps .github/workflows/weipsec.yml 1
	check_package
	step 2
	[ "$status" = 0 ]
	[ -z "$output" ]
	with_error > configs/alice.cfg
	step 2
	[ "$status" = 1 ]
	[[ $output == "::error file=configs/alice.cfg,line=10,"* ]]
}

@test "ci: the workflow for code scanning has a report of findings, and fails without one" {
	export GITHUB_ACTIONS=true
	read_steps .github/workflows/weipsec-scan.yml 1
	check_package
	with_error > configs/alice.cfg
	step 2
	[ "$status" = 0 ]
	jq -e '.runs[0].results | length == 1 and .[0].ruleId == "WI304" and
		.[0].locations[0].physicalLocation.artifactLocation.uri == "configs/alice.cfg"' weipsec.sarif
	rm -r configs
	step 2
	[ "$status" != 0 ]
	[[ $stderr == *"configs: No such file or directory"* ]]
}

@test "ci: the workflow that builds fetches, makes and checks" {
	read_steps .github/workflows/weipsec-build.yml 1
	check_build
	with_error > configs/alice.cfg
	step 2
	[ "$status" = 1 ]
}

@test "ci: the job for GitLab has a code quality and a test report, and fails where there is an error" {
	read_steps .gitlab-ci.yml 1
	check_package
	step 2
	[ "$status" = 0 ]
	[ "$(jq -c . gl-code-quality-report.json)" = "[]" ]
	# a folder as GitLab's runner makes it
	echo 'error WI309' > .weipsec
	with_warning > configs/alice.cfg
	chmod -R a+w .
	step 1
	step 2
	[ "$status" = 1 ]
	[ "$(jq -r '.[0].severity' gl-code-quality-report.json)" = critical ]
	rm .weipsec
	with_error > configs/alice.cfg
	step 2
	[ "$status" = 1 ]
	jq -e '.[0] | .check_name == "WI304" and .severity == "critical" and .location == {path: "configs/alice.cfg",
		lines: {begin: 10}} and (.fingerprint | test("^[0-9a-f]{32}$"))' gl-code-quality-report.json
	[ "$(xmllint --xpath 'count(//failure)' weipsec.xml)" = 1 ]
	[ "$(xmllint --xpath 'string(//testsuite[1]/@name)' weipsec.xml)" = configs/alice.cfg ]
}

@test "ci: the recipes, for Debian 12, install what building needs, by the Makefile's list" {
	# of several names the first is Debian 12's
	sed -n "/^packages :=/,/[^\\\\]$/p" "$root/Makefile" | sed "s/|[^' ]*//g" | tr -s "'\\\\\t " '\n' | sort > known
	grep -o 'apt-get install -y gcc .*' "$root/docs/ci.md" | cut -d' ' -f4- | tr ' ' '\n' | sort -u > named
	[ -s named ]
	[ -z "$(comm -13 known named)" ]
	# every library that is linked
	{ grep -E '^lib.*-dev$' known | grep -vE '^lib(c6|clang.*)-dev$'; } | comm -23 - named > missing
	[ ! -s missing ] || { echo "docs/ci.md lacks $(cat missing)"; return 1; }
}

@test "ci: of a stranger only the files count, with the project files and the baseline of the target branch" {
	read_steps .github/workflows/weipsec-strangers.yml 1
	check_package
	git init -q .
	with_warning > configs/old.cfg
	weipsec check --format json configs > configs/known.json
	printf 'error WI309\nbaseline configs/known.json\n' > .weipsec
	# names that a shell, or git, writes in another way
	mkdir -p 'configs/site a' configs/Västerås
	printf 'files *\nerror WI309\n' | tee 'configs/site a/.weipsec' > configs/Västerås/.weipsec
	with_warning 3 > 'configs/site a/gw'
	with_warning 4 > configs/Västerås/gw
	git add .
	git commit -qm target
	git branch target
	git update-ref refs/remotes/origin/target target
	# the stranger adds a file, silences it in three ways, and a link to a project file of his own
	with_warning 2 > configs/new.cfg
	echo 'no WI309' > .weipsec
	mkdir configs/.weipsec other
	echo 'no WI309' > other/file
	ln -s other/file other/.weipsec
	weipsec check --no-project --format json configs > configs/known.json
	git add .
	git commit -qm stranger
	export TARGET=target
	step 2
	[ "$status" = 0 ]
	step 3
	[ "$status" = 1 ]
	[[ $output == *"configs/new.cfg:"*" error: "*"[WI309]"* && $output != *old.cfg* ]]
	[[ $output == *"configs/site a/gw:"*" error: "*"[WI309]"* && $output == *"configs/Västerås/gw:"*" error: "*"[WI309]"* ]]
	[ ! -e configs/.weipsec ] && [ ! -L other/.weipsec ]
	# and with none at all
	git checkout -q .
	run --separate-stderr -0 weipsec check --no-project configs
	[[ $output == *"[WI309]"* && -z $stderr ]]
}

@test "ci: every recipe is run here" {
	[ "$(grep -c '^```yaml' "$root/docs/ci.md")" = 7 ]
}

# What apt said of each name is in a file, so that nothing has to be asked here.
@test "ci: each package that is installed has a name in Debian 12 and in Debian 13" {
	MAKEFLAGS='' /usr/bin/make --no-print-directory -C "$root" -pn deps 2> /dev/null | sed -nE 's/^(packages|packages-more|daemons|daemon-files|peers|editors|cross-packages|vm-kernel) := //p' |
		sed 's/:[^ ]*//g' | tr -d "'" | xargs -n 1 > wanted
	[ "$(wc -l < wanted)" -gt 40 ]
	for release in 12 13; do
		sed -n "/ $release\\b/s/ .*//p" "$root/tests/packages" > known
		while read -r names; do
			tr '|' '\n' <<< "$names" | grep -qxFf known || { echo "Debian $release has none of $names"; return 1; }
		done < wanted
	done
}
