" SPDX-License-Identifier: ISC
" Others call files .cfg, too: one is ours if it has tunnels, or says that it is a device's.
function! s:Detect() abort
	let l:found = getline(1, 10000)
	if expand('%:e') ==# 'weos' || match(l:found, '^\s*tunnel\>\|^# Westermo WeOS') >= 0
		set filetype=weos
	endif
endfunction

autocmd BufNewFile,BufRead *.cfg,*.weos call s:Detect()
