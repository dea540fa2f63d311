# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# What is to be seen in a build's files of what docs/building.md says of its flags.

# hardened_program FILE: where it lies is not known, nothing in it is both written and run, nothing of the linker's
# tables is written once it runs, and what is called looks at its stack
hardened_program() {
	local file=$1 headers
	headers=$(readelf -hdlW "$file")
	grep -q 'Type: *DYN' <<< "$headers" || { echo "$file: no PIE"; return 1; }
	if ! grep -q 'GNU_RELRO' <<< "$headers" || ! grep -q 'FLAGS.*\bNOW\b' <<< "$headers"; then
		echo "$file: no full RELRO"
		return 1
	fi
	grep -q 'GNU_STACK .* RW  *0x' <<< "$headers" || { echo "$file: a stack that is run"; return 1; }
	! grep -q ' RWE ' <<< "$headers" || { echo "$file: written and run"; return 1; }
	readelf -sW --dyn-syms "$file" | grep -q __stack_chk_fail || { echo "$file: no stack protector"; return 1; }
}

# fortified FILE: some of its calls know how much room there is
fortified() {
	readelf -sW --dyn-syms "$1" | grep -q '__[a-z]*printf_chk' || { echo "$1: no FORTIFY"; return 1; }
}

# branches_are_checked ARCHIVE: every object says that it may be called where its marks are, if the processor knows
branches_are_checked() {
	local mark objects marked
	case $(readelf -h "$1" | sed -n '/Machine:/{s/.*: *//p;q}') in
	*X86-64) mark='IBT, SHSTK' ;;
	AArch64) mark='BTI, PAC' ;;
	*) return 0 ;;
	esac
	objects=$(readelf -nW "$1" 2> /dev/null | grep -c '^File: ')
	marked=$(readelf -nW "$1" 2> /dev/null | grep -c "feature: .*$mark")
	if [ "$objects" -lt 20 ] || [ "$objects" != "$marked" ]; then
		echo "$1: $marked of $objects objects have $mark"
		return 1
	fi
}

# hardened_build FOLDER
hardened_build() {
	local program
	for program in weipsec weipsec-apply weipsec-monitor; do
		hardened_program "$1/$program" || return 1
	done
	branches_are_checked "$1/libweipsec.a" && branches_are_checked "$1/libweipsec-runtime.a"
}
