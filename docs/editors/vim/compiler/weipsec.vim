" SPDX-License-Identifier: ISC
" `:make' checks the file, and its findings are in the quickfix list.
if exists('current_compiler')
	finish
endif
let current_compiler = 'weipsec'
CompilerSet makeprg=weipsec\ check\ --format\ gcc\ --fail-on\ never\ %:S
CompilerSet errorformat=%f:%l:%c:\ %trror:\ %m,%f:%l:%c:\ %tarning:\ %m,%f:%l:%c:\ %tote:\ %m
