# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Bats keeps the whole stack before each command, to be able to say where a test failed; that was half of
# the time of all tests.  Here only the last line is kept, and the stack is looked at when a test fails,
# which is as good.  A Bats that is made otherwise is left as it is.

if declare -F bats_debug_trap bats_error_trap bats_check_status_from_trap bats_capture_stack_trace > /dev/null; then
	# the first time it is called, and then no more
	bats_debug_trap() {
		trap 'case ${FUNCNAME-} in bats_*) ;; *) TRACE_LAST="$LINENO ${FUNCNAME-} ${BASH_SOURCE-}" ;; esac' DEBUG
	}

	bats_error_trap() {
		bats_check_status_from_trap
		bats_capture_stack_trace
		# a test that returns is no more on the stack
		case ${BATS_DEBUG_LAST_STACK_TRACE[0]-} in
		*' bats_perform_test '*) BATS_DEBUG_LAST_STACK_TRACE=("${TRACE_LAST-}") ;;
		esac
		# shellcheck disable=SC2034 # for Bats
		BATS_DEBUG_LAST_STACK_TRACE_IS_VALID=1
	}
fi
