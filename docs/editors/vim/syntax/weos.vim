" SPDX-License-Identifier: ISC
" The IPsec part of WeOS configuration.  tests/more/editors.bats holds its words against schemas/.
if exists('b:current_syntax')
	finish
endif

syntax case match
syntax iskeyword @,48-57,_,-

syntax keyword weosContext tunnel ipsec end leave configure abort
syntax keyword weosNo no
syntax keyword weosSetting ca certificate description dpd-action dpd-delay dpd-timeout enable esp ike initiator
syntax keyword weosSetting local-address local-id local-subnet method peer reauth-time remote-id remote-subnet
syntax keyword weosSetting revocation sa-rekey-time version
" of WeOS 4
syntax keyword weosSetting aggressive ike-lifetime ipsec-mtu-override ipsec-nat-traversal outbound pfs sa-lifetime
syntax keyword weosSecretWord secret nextgroup=weosSecret skipwhite
syntax match weosSecret /\S.*/ contained
syntax keyword weosPlace auth cipher crypto dh prf
syntax keyword weosType inet name email key dn
syntax keyword weosChoice any cert clear hold psk relaxed restart strict trap
syntax keyword weosAlgorithm aes128 aes128ctr aes256 aes256ctr aes128ccm12 aes128ccm16 aes128gcm12 aes128gcm16
syntax keyword weosAlgorithm sha1 sha256 sha384 sha512 prfsha256 prfsha384 prfsha512
syntax keyword weosAlgorithm modp2048 modp3072 modp4096 ecp256 ecp384 ecp521 x25519
" of WeOS 4, and weak but for aes192
syntax keyword weosAlgorithm aes192
syntax keyword weosWeak 3des md5 modp1024 modp1536
syntax match weosAddress /\<\d\{1,3}\(\.\d\{1,3}\)\{3}\(\/\d\+\)\=\>/
syntax region weosString start=/"/ end=/"/ oneline
syntax match weosComment /\(^\|\s\)\zs#.*/ contains=weosDirective
syntax match weosDirective /weipsec:\s*\(ignore\|ignore-file\)\>/ contained

highlight default link weosContext Statement
highlight default link weosNo Exception
highlight default link weosSetting Identifier
highlight default link weosSecretWord Identifier
highlight default link weosSecret Special
highlight default link weosPlace Keyword
highlight default link weosType Type
highlight default link weosChoice Constant
highlight default link weosAlgorithm Constant
highlight default link weosWeak Error
highlight default link weosAddress Number
highlight default link weosString String
highlight default link weosComment Comment
highlight default link weosDirective PreProc

let b:current_syntax = 'weos'
