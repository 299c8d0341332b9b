#!/bin/bash
# What the shared library shows is what the public headers declare, and what
# exports.txt says; --update writes the latter anew.
. "$(dirname "$0")/lib.sh"
export LC_ALL=C

golden=$source_dir/tests/structure/exports.txt
library=$build_dir/.libs/libuow.so

exported() {
  $NM -D --defined-only "$library" |
    awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort
}

# declared: the name before the first parenthesis of each UOW_API declaration.
declared() {
  local header
  for header in $(public_headers); do
    without_comments "$include_dir/$header" | grep -v '^[[:space:]]*#' | tr '\n' ' ' | tr ';' '\n' |
      awk '/UOW_API/ {
        sub(/.*UOW_API/, "")
        if (match($0, /uow_[a-z0-9_]+[ \t]*\(/)) {
          name = substr($0, RSTART, RLENGTH); gsub(/[ \t(]/, "", name); print name
        } else print "unreadable:" $0
      }'
  done | sort -u
}

# differ A B: lines of A that B lacks.
differ() { comm -23 "$1" "$2" | paste -sd ' '; }

if [ ! -e "$library" ]; then
  skip "exports" "no shared library was built"
  finish
  exit
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
exported > "$work/exported"
declared > "$work/declared"
if [ "${1:-}" = --update ]; then
  cp "$work/exported" "$golden"
  echo "exports.txt: $(wc -l < "$golden") symbols"
  exit
fi

report "the library exports uow_* only" "$(grep -v '^uow_' "$work/exported" || true)"
report "every declared function is exported" "$(differ "$work/declared" "$work/exported")"
report "every exported symbol is declared" "$(differ "$work/exported" "$work/declared")"
report "nothing of exports.txt is gone" "$(differ "$golden" "$work/exported")"
report "exports.txt has all (else: make update-exports)" "$(differ "$work/exported" "$golden")"
finish
