#!/bin/bash
# Every call that may wait for a database can be started and polled instead, or it is known why not; and what can be
# polled is polled by the live tests, and refuses NULLs like the call.
. "$(dirname "$0")/lib.sh"

calls_header=${UOW_CALLS_HEADER:-$library_dir/flow/calls.h}
polled_header=${UOW_POLLED_HEADER:-$source_dir/tests/live/polled.h}
misuse_tests=(${UOW_MISUSE_TEST:-"$source_dir"/tests/live/test_*misuse*.c})

# Functions of the public headers, without uow_ and _at.
functions() {
  public_headers | while read -r header; do
    without_comments "$include_dir/$header" | tr '\n' ' ' | grep -oE 'UOW_API[^;]*;' || true
  done | sed -E 's/^UOW_API[^(]*uow_([a-z0-9_]+)[[:space:]]*\(.*/\1/; s/_at$//' | sort -u
}

twins() { functions | sed -n 's/_start$//p' | sort; }

# Calls that send statements, make a handle or end a context, by the table of calls.
of_the_table() {
  sed -nE 's/^[[:space:]]*X\([A-Z0-9_]+, "([a-z0-9_]+)", (.*)\).*/\1 \2/p' "$calls_header" |
    grep -E 'DATABASE|HOLDS|CLOSES|OPENS' | sed 's/ .*//'
}

# Functions whose comment says that they wait: "Blocks:" and not "never".
of_the_comments() {
  public_headers | while read -r header; do
    awk '
      /\/\*/ { comment = "" }
      { text = $0; sub(/^[ \t]*\/?\*+\/?/, "", text); comment = comment " " text }
      /^[ \t]*UOW_API/ {
        if (comment ~ /Blocks: / && comment !~ /Blocks: (never|hardly|for a moment)/ &&
            match($0, /uow_[a-z0-9_]+\(/)) {
          name = substr($0, RSTART + 4, RLENGTH - 5); sub(/_at$/, "", name); print name
        }
      }' "$include_dir/$header"
  done
}

blocking() { { of_the_table; of_the_comments; } | grep -v '_start$' | sort -u; }

# Name and reason of those that have no twin.
without_twin() {
  sed 's/^ *//' << 'END' | grep . | sort
    unit_run                 calls a function of the program's, on its thread: what that function does can be polled
    factory_unit_run         likewise
    factory_acquire          waits for other threads, not for a database, where there are openers; timeout_ms 0 does not wait
    factory_release          the thread that had the lease puts the session back before the next one may have it
    factory_close            waits for other threads
    parallel                 is built on polled calls: one thread waits for all
    plan                     prints what is known; at most a table's column types are asked for, once
    metrics_statements       waits for a lock, not for a database
    metrics_write            likewise
    decision_table_create    makes a table, once in the life of a database
    outbox_create            likewise
    inbox_create             likewise
    outbox_put               one insert in the unit under way: uow_save_start of an entity over the table does the same
    relay                    one pass over what there is: a loop of the program's calls it from a context of its own
    distributed_free         rolls back what is open still: uow_distributed_rollback_start is the polled way
    op_wait                  is how operations are waited for
    op_finish                likewise
    op_free                  likewise
    wait_any                 likewise
END
}

# Polled by tests of their own: tests/distributed/inside.
elsewhere() { printf '%s\n' distributed_begin distributed_commit distributed_rollback recover | sort; }

known() { without_twin | sed 's/ .*//' | sort; }
polled() { sed -nE 's/^[[:space:]]*X\(([a-z0-9_]+), .*/\1/p' "$polled_header" | sed 's/_at$//' | sort -u; }
# Closed by a function of its own there, which has no status.
polled_apart() { sed -nE 's/^(uow_status|void) live_([a-z0-9_]+)\(.*/\2/p' "$polled_header" | sed 's/_at$//'; }

report "calls that wait are found" "$([ "$(blocking | wc -l)" -ge 40 ] || blocking)"
report "every call that waits for a database has a polled twin, or it is known why not" \
  "$(comm -23 <(blocking) <({ twins; known; } | sort -u))"
report "every exception is a call without a twin" \
  "$(comm -23 <(known) <(functions); comm -12 <(known) <(twins))"
report "every polled twin takes part when the live tests are polled" \
  "$(comm -23 <(twins) <({ polled; polled_apart; elsewhere; } | sort -u))"
report "every polled twin is called with NULLs" \
  "$(twins | while read -r name; do grep -q "uow_${name}_start(" "${misuse_tests[@]}" || echo "$name"; done)"
finish
