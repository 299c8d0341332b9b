#!/bin/bash
# The table of calls: every public function that takes a call site has a row in it, and every row such a function.
. "$(dirname "$0")/lib.sh"

calls_header=${UOW_CALLS_HEADER:-$library_dir/flow/calls.h}

# Functions NAME_at(const char *where, ...) of the public headers, without uow_ and _at.
declared() {
  public_headers | while read -r header; do
    without_comments "$include_dir/$header" | tr '\n' ' ' |
      grep -oE 'uow_[a-z0-9_]+_at[[:space:]]*\([[:space:]]*const char \*where' || true
  done | sed -E 's/^uow_([a-z0-9_]+)_at.*/\1/' | sort
}

# X(ID, "name", ...) of the table.
rows() {
  sed -nE 's/^[[:space:]]*X\([A-Z0-9_]+, "([a-z0-9_]+)".*/\1/p' "$calls_header" | sort
}

# "ID name" of rows whose id is not the name in capitals.
misnamed() {
  sed -nE 's/^[[:space:]]*X\(([A-Z0-9_]+), "([a-z0-9_]+)".*/\1 \2/p' "$calls_header" |
    awk 'toupper($2) != $1 { print $1 " is called \"" $2 "\"" }'
}

# Names that the macros of here.h pass a call site for, each once in both forms.
macros() {
  sed -nE 's/^#define uow_([a-z0-9_]+)\(.*\) uow_\1_at\(UOW_HERE, .*/\1/p' "$include_dir/uow/here.h" | sort
}

report "the headers declare calls" "$([ "$(declared | wc -l)" -ge 20 ] || declared)"
report "every call has a row (its polled twin shares it; acquire apart: there is no context to guard yet)" \
  "$(comm -23 <(declared | sed 's/_start$//' | grep -vx factory_acquire | sort -u) <(rows))"
report "every row has a call" "$(comm -13 <(declared) <(rows))"
report "no row is there twice" "$(rows | uniq -d)"
report "rows are called what their id says" "$(misnamed)"
report "every call has its macro, with and without variadic macros" \
  "$(diff <({ declared; declared; } | sort) <(macros) || true)"
finish
