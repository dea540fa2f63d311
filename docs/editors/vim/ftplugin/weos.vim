" SPDX-License-Identifier: ISC
if exists('b:did_ftplugin')
	finish
endif
let b:did_ftplugin = 1
setlocal commentstring=#\ %s comments=:# iskeyword+=-
setlocal expandtab shiftwidth=8 softtabstop=8
compiler weipsec
let b:undo_ftplugin = 'setlocal commentstring< comments< iskeyword< expandtab< shiftwidth< softtabstop<'
