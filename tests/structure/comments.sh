#!/bin/bash
# Every public function has its comment directly before it.
. "$(dirname "$0")/lib.sh"

# without_docstring FILE: declarations whose preceding line does not end a comment.
without_docstring() {
  awk '
    /^[ \t]*UOW_API/ && previous !~ /\*\/[ \t]*$/ { print FNR ": " $0 }
    { previous = $0 }' "$1"
}

for header in $(public_headers); do
  if grep -q '^[[:space:]]*UOW_API' "$include_dir/$header"; then
    report "functions of <$header> are described" "$(without_docstring "$include_dir/$header")"
  fi
done
finish
