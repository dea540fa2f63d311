#!/bin/sh
# SPDX-License-Identifier: ISC
# tidy.sh SOURCE...: has clang-tidy look at the sources; says what it found, and nothing where that is nothing.
#
# How they are compiled stands in FLAGS, and what it looks for in CHECKS, as in a line of the shell.
set -eu
found=$(eval "clang-tidy --quiet --warnings-as-errors='*' $CHECKS \"\$@\" -- $FLAGS" 2>&1) || { echo "$found"; exit 1; }
