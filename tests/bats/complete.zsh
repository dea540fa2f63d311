# SPDX-License-Identifier: ISC
# What a zsh at a terminal makes of each line of standard input and a TAB behind it: `<LINE>', and before
# that what it listed.  The arguments are the folder of the completion and the one to be in.

setopt extended_glob
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT=; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; cd $2"
zpty -w shell 'bindkey -e; bindkey "^I" complete-word; LISTMAX=0; setopt no_beep'
zpty -w shell 'finish() { print -r -- "<$BUFFER>"; BUFFER= }; zle -N finish; bindkey "^T" finish'
zpty -w shell 'print BE''GIN'
zpty -r -m shell text '*BEGIN*'
while IFS= read -r line; do
	zpty -n -w shell "$line"$'\t\x14'
	# the echo of what was typed before has <$BUFFER>, and may come late
	zpty -r -m shell text '*<weipsec*>*'
	# without what moves the cursor and colours
	print -r -- "${${text//$'\e'\[[0-9;?]#[a-zA-Z]/}//$'\r'/}"
done
zpty -d shell
