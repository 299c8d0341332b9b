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

# Functions that take a handle and no call site, without uow_.
without_site() {
  public_headers | while read -r header; do
    without_comments "$include_dir/$header" | tr '\n' ' ' | grep -oE 'UOW_API[^;]*;' |
      grep -E 'uow_(context|statement|cursor|rows) \*[a-z]' | grep -v 'const char \*where' || true
  done | sed -E 's/[[:space:]]*\(.*//; s/.*uow_([a-z0-9_]+)$/\1/' | sort
}

# Those that are right without: what they may read or whose guard they use.
site_exceptions() {
  sort << 'END'
context_error
context_message
context_counters
context_facts
context_id
cursor_next
cursor_next_start
cursor_close
cursor_close_start
rows_column_count
rows_column
rows_index
rows_affected
rows_error
rows_next
rows_next_start
rows_next_result
rows_next_result_start
rows_is_null
rows_text
rows_int64
rows_double
rows_decimal
rows_binary
rows_read
rows_close
rows_close_start
statement_free
unit_attempt
unit_depth
END
}
# context_*, unit_depth: what the calling thread was told, or figures that were fixed when the context was opened or are
#   atomic; nothing is waited for.
# cursor_*, rows_*: inside the operation that opened the handle, which holds the context's guard; each has a guard of its
#   own against a second thread (handle_use.h), except those that only describe the current row to its owner.
# statement_free: takes nothing away from a call in flight.
# unit_attempt: for the function inside a unit, on the thread that runs it.

report "the headers declare calls" "$([ "$(declared | wc -l)" -ge 20 ] || declared)"
report "every call has a row (those of a factory apart: there is no context to guard yet; a polled twin shares its row)" \
  "$(comm -23 <(declared | sed 's/_start$//' | sort -u | grep -vx -e factory_acquire -e factory_unit_run) <(rows))"
report "every row has a call" "$(comm -13 <(declared) <(rows))"
report "every function on a handle takes a call site, or is a known exception" \
  "$(comm -23 <(without_site) <(site_exceptions))"
report "every exception is such a function" "$(comm -13 <(without_site) <(site_exceptions))"
report "no row is there twice" "$(rows | uniq -d)"
report "rows are called what their id says" "$(misnamed)"
report "every call has its macro, with and without variadic macros" \
  "$(diff <({ declared; declared; } | sort) <(macros) || true)"
finish
