#!/bin/bash
# Faults planted on purpose: the suite must turn red on each, and say why. A green run
# proves nothing otherwise.
. "$UOW_SRCDIR/tests/structure/lib.sh"

program=tests/planted/planted
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset UOW_TOTALS UOW_FILTER

# suite WHAT...: the suite itself, on one planted thing.
suite() {
  UOW_OUT=$work/out UOW_THREAD_PROGRAMS='' UOW_CHECK_SCRIPTS='' \
    bash "$UOW_SRCDIR/tests/run/suite" "$@" > "$work/printed" 2>&1
}

# green NAME TOTALS WHAT: the suite passes, with these totals.
green() {
  local name=$1 totals=$2
  shift 2
  if suite "$@" && [ "$(tail -n 1 "$work/printed")" = "$totals" ]; then
    report "$name"
  else
    report "$name" "$(cat "$work/printed")"
  fi
}

# red NAME REASON WHAT: the suite fails by its status and its totals, and says REASON.
red() {
  local name=$1 reason=$2
  shift 2
  if ! suite "$@" && tail -n 1 "$work/printed" | grep -qE ' [1-9][0-9]* failed' &&
      grep -q -- "$reason" "$work/printed"; then
    report "$name"
  else
    report "$name" "wanted red with: $reason
$(cat "$work/printed")"
  fi
}

# script TEXT: a file with this text, for script:FILE.
script() {
  printf '%s\n' "$1" > "$work/script.sh"
  echo "script:$work/script.sh"
}

# Criterion does not run under ThreadSanitizer; only a plain program does there.
plant_in_criterion() {
  green "a passing test is green" "1 passed, 0 failed, 0 skipped" "criterion:$program:planted/passes"
  red "a failing test" "planted::fails" "criterion:$program:planted/fails"
  red "a crashing test" "planted::crashes" "criterion:$program:planted/crashes"
  red "a run of no test at all" "no test was run" "criterion:$program:nothing/*"
  UOW_TIMEOUT=2 red "a test that hangs" "killed after 2 seconds" "criterion:$program:planted/hangs"
}

plant_for_sanitizers() {
  case $UOW_SANITIZERS in
    *address*)
      red "a leak" "LeakSanitizer" "criterion:$program:planted/leaks"
      red "a read of freed memory" "heap-use-after-free" "criterion:$program:planted/reads_freed_memory"
      ;;
  esac
  case $UOW_SANITIZERS in
    *undefined*) red "a signed overflow" "signed integer overflow" "criterion:$program:planted/overflows" ;;
  esac
  case $UOW_SANITIZERS in
    *thread*) red "a race" "data race" "program:tests/planted/race" ;;
  esac
}

plant_for_valgrind() {
  red "a leak, by valgrind" "definitely lost" "criterion:$program:planted/leaks"
  red "a read of freed memory, by valgrind" "Invalid read" "criterion:$program:planted/reads_freed_memory"
}

green "a skip is a skip" "0 passed, 0 failed, 1 skipped" "$(script 'echo "no such thing here"; exit 77')"
red "a program that is not there" "exit status" "criterion:tests/planted/no_such_program"
red "a program that exits with 3" "not ok" "$(script 'exit 3')"
red "a bad exit without a failing test" "exit status 3" "$(script 'echo "ok 1 - one"; exit 3')"
red "fewer tests than announced" "announced" "$(script 'echo "1..2"; echo "ok 1 - one"')"
[ "$UOW_SANITIZERS" = thread ] || plant_in_criterion
plant_for_sanitizers
[ "${UOW_VALGRIND:-0}" = 0 ] || plant_for_valgrind

# The checks of the structure must be able to fail too.
mkdir -p "$work/lib/base" "$work/lib/work"
printf '#include "work/upper.h"\nint uowi_lower(void) { return uowi_upper(); }\n' > "$work/lib/base/lower.c"
printf 'int uowi_upper(void);\n' > "$work/lib/work/upper.h"
printf '#include <sql.h>\n#include "work/upper.h"\nint uowi_upper(void) { return SQLCancel(0); }\n' > "$work/lib/work/upper.c"
for file in base/lower work/upper; do
  # shellcheck disable=SC2086
  $CC ${odbc_CFLAGS:-} -I"$work/lib" -c "$work/lib/$file.c" -o "$work/lib/$file.o" 2> /dev/null || true
done
layers_say() {
  UOW_LIBRARY_DIR=$work/lib UOW_OBJECT_DIR=$work/lib \
    bash "$UOW_SRCDIR/tests/structure/layers.sh" 2> /dev/null | grep -q "^not ok.* - $1" ||
    echo "not seen"
}
report "an include that goes up is seen" "$(layers_say 'includes of base go down')"
report "a call that goes up is seen" "$(layers_say 'calls of base go down')"
report "ODBC outside its layer is seen" "$(layers_say 'work names no ODBC function')"
finish
