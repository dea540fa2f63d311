# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is the helper's
# Editors of others, with what docs/editors has for them: each shows a finding of a file and mends it.  They are Debian's,
# unpacked below build/editors, or what is installed.

bats_require_minimum_version 1.5.0
load ../bats/helper
load helper

setup() {
	enter_folder
	export WEIPSEC EDITORS=$root/docs/editors HOME=$PWD
	WEIPSEC=$(realpath "$WEIPSEC")
	export PATH=${WEIPSEC%/*}:$PATH
	usr=$root/build/editors/usr
	# what was unpacked does not know where it is
	libraries=$usr/lib/$(dpkg-architecture -q DEB_HOST_MULTIARCH 2> /dev/null || echo x86_64-linux-gnu):$usr/lib
	with_error > wrong.cfg
	"$WEIPSEC" check --fix wrong.cfg > /dev/null
	cp wrong.cfg right.cfg
	with_error > wrong.cfg
}

# The editor $1, its words behind it, for $patience seconds at most; where there is none the test is skipped.
patience=120
editor() {
	local name=$1
	shift
	if [ -x "$usr/bin/$name" ]; then
		LD_LIBRARY_PATH=$libraries timeout "$patience" "$usr/bin/$name" "$@" < /dev/null
	else
		command -v "$name" > /dev/null || skip "there is no $name"
		timeout "$patience" "$name" "$@" < /dev/null
	fi
}

# Where that of Debian has its own files; Vim would take them, too.
unpacked_nvim() {
	[ ! -x "$usr/bin/nvim" ] || export VIMRUNTIME=$usr/share/nvim/runtime
}

# Whatever an editor said has the line $1.
said() {
	grep -qxF -- "$1" said || { echo "no '$1' in:"; cat said; return 1; }
}

# The file is as `check --fix' and `fmt' leave it.
is_mended() {
	"$WEIPSEC" fmt right.cfg | cmp - wrong.cfg
}

finding="'aes128gcm16' is an AEAD cipher and takes a prf, not an auth | help: write 'prf prfsha256'"

@test "editors: Neovim shows a finding beside its line, explains it, applies the fix, formats, and sees what is typed" {
	unpacked_nvim
	editor nvim --headless -n -u NONE -i NONE -c "luafile $root/tests/more/editors/nvim.lua" > shown 2>&1 ||
		{ cat shown said; false; }
	said "filetype weos"
	said "10: WI304 $finding"
	grep -q "^screen 10:         ike cipher aes128gcm16 auth sha256 dh x25519.*'aes128gcm16' is an AEAD cipher" said
	said "hover WI304 aead-with-auth"
	said "action WI304: write 'prf prfsha256'"
	said "mended ike cipher aes128gcm16 prf prfsha256 dh x25519"
	said "formatted         ipsec 1"
	said "typed WI203"
	figure "Neovim: $(grep -o '^screen .*' said | cut -c1-80)"
}

# In a Neovim that runs, as somebody who types: keys, and what an expression of its own comes to.
types() {
	editor nvim --server "$PWD/neovim" --remote-send "$1"
}

asks() {
	editor nvim --server "$PWD/neovim" --remote-expr "$1"
}

# waits_for WORDS EXPRESSION [KEYS]: until what it comes to has them; KEYS are typed each time, for a question of which nobody
# knows when it comes, and as long as it stands no expression is answered
waits_for() {
	local answer patience=2

	for _ in {1..100}; do
		[ -z "${3:-}" ] || types "$3"
		answer=$(asks "$2" 2>&1) || true
		[[ $answer != *"$1"* ]] || return 0
		sleep 0.1
	done
	echo "no '$1' in: $answer"
	return 1
}

@test "editors: each key of Neovim's file does what docs/editors.md says" {
	. "$root/tests/pki.bash"
	unpacked_nvim
	mkdir -p pki/{x509,x509ca,private}
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=leaf -days 3000 -keyout pki/private/leaf.pem \
		-out pki/x509/leaf.pem 2> said
	{ sed '/^end/d' wrong.cfg; sound 2 | sed '1d; s/secret .*/method cert\ncertificate leaf/'; } > site.cfg
	editor nvim --headless -n -u NONE -i NONE --listen "$PWD/neovim" \
		-c "let g:weipsec_command = ['$WEIPSEC', 'lsp', '--pki', 'pki']" -c "luafile $EDITORS/nvim.lua" -c 'edit site.cfg' > shown 2>&1 3>&- &
	waits_for WI304 'luaeval("vim.inspect(vim.diagnostic.get(0))")'
	windows='luaeval("table.concat(vim.tbl_map(function(w) return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(w), 0, -1, true), \" \") end, vim.api.nvim_list_wins()), \" | \")")'
	types '/auth sha256<CR>K'
	waits_for 'WI304 aead-with-auth' "$windows"
	types '<Esc>:only<CR>gO'
	waits_for 'ipsec 2' 'string(getloclist(0)) . string(getqflist())'
	types '<Esc>:only<CR>:buffer site.cfg<CR>/certificate leaf<CR>wgd'
	waits_for pki/x509/leaf.pem 'bufname()'
	types '<Esc>:buffer site.cfg<CR>gg/auth sha256<CR>\a'
	waits_for 'prf prfsha256' "$windows" '1<CR>'
	types ':only<CR>\f'
	waits_for '        ipsec 1' "$windows"
	types 'G?ipsec 2<CR>o<C-X><C-O>'
	waits_for sa-rekey-time 'string(complete_info().items)'
	types '<C-E><Esc>:qall!<CR>'
	wait
}

@test "editors: Emacs with Eglot shows a finding, explains it, applies the fix, formats" {
	local words=()
	if [ -x "$usr/bin/emacs-nox" ]; then
		lisp=$(echo "$usr"/share/emacs/*/lisp)
		EMACSLOADPATH=$(find "$lisp" -type d ! -path '*/obsolete' ! -path '*/term' | LC_ALL=C sort | paste -sd:)
		export EMACSLOADPATH EMACSDATA=${lisp%/lisp}/etc
		words=(--dump-file="$(echo "$usr"/libexec/emacs/*/*/emacs.pdmp)")
		words+=(-L "$(echo "$usr"/share/emacs/site-lisp/elpa-src/eglot-*)")
	fi
	editor emacs-nox "${words[@]:0:1}" -Q --batch "${words[@]:1}" -l "$root/tests/more/editors/eglot.el" > shown 2>&1 ||
		{ cat shown said; false; }
	said "mode weos-mode"
	said "server runs"
	said "10: weipsec [WI304]: $finding"
	said "hover WI304 aead-with-auth"
	said "action WI304: write 'prf prfsha256'"
	said "mended ike cipher aes128gcm16 prf prfsha256 dh x25519"
	said "formatted         ipsec 1"
	is_mended
}

# Vim with our files, which does the commands on standard input.
in_vim() {
	cat > script.vim
	# without a terminal, and without what the user has
	editor vim -es -u NONE -i NONE -N --cmd "set runtimepath^=$EDITORS/vim" -c 'filetype plugin on' -c 'syntax on' \
		-c 'source script.vim' -c 'qall!' > shown 2>&1 || { cat shown; false; }
}

@test "editors: Vim knows each word of schemas/ by its kind" {
	awk -F '"' '/^SETTING\(/ { print (($2 == "secret") ? "weosSecretWord" : "weosSetting") "\t" $2 }
		/^CHOICE\([A-Z_]+, "[a-z]/ { print "weosChoice\t" $2 }' "$root/schemas/settings.def" > words
	awk -F '"' '/^ALGORITHM\(/ { print "weosAlgorithm\t" $2 }
		/^WEOS4\(/ { print (($2 == "secret") ? "weosSecretWord" : "weosSetting") "\t" $2 }
		/^VALUE\(/ { print "weosChoice\t" $2 }
		/^WEOS4_ALGORITHM\(/ { print (/NULL\)$/ ? "weosAlgorithm\t" : "weosWeak\t") $2 }' \
		"$root/schemas/algorithms.def" "$root/schemas/weos4.def" >> words
	printf 'weosPlace\t%s\n' cipher auth prf dh crypto >> words
	[ "$(wc -l < words)" -gt 80 ]
	cut -f2 words > words.weos
	in_vim <<- 'EOT'
		edit words.weos
		let groups = map(range(1, line('$')), {_, at -> synIDattr(synID(at, 1, 1), 'name') . "\t" . getline(at)})
		call writefile([&filetype] + groups, 'groups')
	EOT
	diff <(echo weos; cat words) groups
	# and has none that they do not have
	sed -n 's/^syntax keyword weos\(Setting\|Algorithm\|Weak\|Place\) //p' "$EDITORS/vim/syntax/weos.vim" | tr ' ' '\n' | sort > ours
	diff ours <(grep -v -e Choice -e SecretWord words | cut -f2 | sort -u)
	# what is called so by others is left alone
	printf '[server]\npeer = a\n' > other.cfg
	in_vim <<- 'EOT'
		edit other.cfg
		call writefile([&filetype], 'groups')
	EOT
	[ "$(< groups)" = cfg ]
	# a value is no secret's, and a secret no word
	printf '        secret peer aes128\n        peer 192.0.2.1 # peer\n' > words.weos
	in_vim <<- 'EOT'
		edit words.weos
		call writefile([synIDattr(synID(1, 16, 1), 'name'), synIDattr(synID(2, 14, 1), 'name'),
			\ synIDattr(synID(2, 27, 1), 'name')], 'groups')
	EOT
	[ "$(paste -sd' ' groups)" = "weosSecret weosAddress weosComment" ]
}

@test "editors: Vim's :make has the findings in its list, with places and kinds" {
	{ with_error | sed '$d'; with_warning 2 | sed 1d; } > wrong.cfg
	in_vim <<- 'EOT'
		edit wrong.cfg
		silent make!
		call writefile(map(filter(getqflist(), 'v:val.valid'), {_, one -> bufname(one.bufnr) . ':' . one.lnum . ':' . one.col
			\ . ' ' . one.type . ' ' . matchstr(one.text, 'WI\d\+')}), 'list')
	EOT
	diff <("$WEIPSEC" check --format gcc --fail-on never wrong.cfg | sed -E 's/^(wrong.cfg:[0-9]+:[0-9]+): (.)[a-z]*: .*/\1 \2/') \
		<(cut -d' ' -f1,2 list)
	grep -q ' e WI304' list
	grep -q ' w WI309' list
}
