#!/bin/bash
# Every public function, type and macro has its comment directly before it, or a macro shares that of the ones above it.
. "$(dirname "$0")/lib.sh"

# without_docstring FILE: declarations whose preceding line does not end a comment.
without_docstring() {
  awk '
    /^[ \t]*UOW_API/ && previous !~ /\*\/[ \t]*$/ { print FNR ": " $0 }
    { previous = $0 }' "$1"
}

# without_description FILE: types and macros that no comment leads to. A comment on the line itself will do.
without_description() {
  awk '
    function described() { return previous ~ /\*\/[ \t]*$/ || $0 ~ /\/\*/ || (previous ~ /^#/ && group) || continued }
    continued { continued = $0 ~ /\\$/; previous = "#"; next }
    /^#[ \t]*define UOW_[A-Z0-9_]*_H$/ { previous = $0; group = 1; next }
    /^#[ \t]*define UOW_/ || /^typedef (struct|enum|union)/ || /^typedef .*\(\*/ {
      group = described()
      if (!group) print FNR ": " $0
    }
    /^#[ \t]*(if|ifdef|ifndef|else|elif|endif)/ { group = group || previous ~ /\*\/[ \t]*$/ }
    { continued = $0 ~ /^#.*\\$/; previous = $0 }' "$1"
}

for header in $(public_headers); do
  [ "$header" = uow/here.h ] || # its macros are the functions of the other headers
    report "types and macros of <$header> are described" "$(without_description "$include_dir/$header")"
  if grep -q '^[[:space:]]*UOW_API' "$include_dir/$header"; then
    report "functions of <$header> are described" "$(without_docstring "$include_dir/$header")"
  fi
done
finish
