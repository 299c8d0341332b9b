#!/bin/bash
# No public call needs more than 32 KiB of stack, as the compiler lays out the frames (tests/run/stack).
. "$(dirname "$0")/lib.sh"

status=0
found=$(bash "$source_dir/tests/run/stack" 2>&1) || status=$?
if [ "$status" = 77 ]; then
  skip "the stack of every public call has its bound" "$found"
else
  [ "$status" != 0 ] || printf '%s\n' "$found" | grep 'a public call' | sed 's/^/# /'
  report "the stack of every public call has its bound" "$([ "$status" = 0 ] || printf '%s\n' "$found")"
fi
finish
