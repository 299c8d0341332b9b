#!/bin/bash
# The order entry of 1998 and its three steps, on every data source: what they print is the same to the byte.
set -u
programs=$UOW_BUILDDIR/examples/legacy
day=${UOW_SRCDIR:?}/examples/legacy/day.txt
out=${UOW_TEST_DIR:?run me under tests/run/servers}/legacy

. "$UOW_SRCDIR/tests/run/tap.sh"

# The first step's output is looked at itself: equal and wrong would pass otherwise.
expect_day() {
  local dsn=$1 file=$2 text
  for text in "order 1004 entered" "item 12: only 1 on hand" "customer 2: over the credit limit" "no customer 9" \
    "no item 99" "order 1002 is not open" "Zürich Imports                  1 orders        797.00" \
    "   11 Nut M6                         price      0.10  on hand    380" \
    "    3 Zürich Imports                limit     9000.00  owes      797.00"; do
    if ! grep -qF -- "$text" "$file"; then
      echo "the output lacks: $text" > "$out/lacks"
      not_ok "the program of 1998 on $dsn" "$out/lacks"
      return
    fi
  done
  ok "the program of 1998 on $dsn"
}

rm -rf "$out"
mkdir -p "$out"
for dsn in ${UOW_TEST_DSNS:?}; do
  for step in 0 1 2 3; do
    file=$out/$dsn.$step
    # A program of 1998 frees what it thinks of: its leaks are its own.
    leaks=${ASAN_OPTIONS:-}
    [ $step != 0 ] || leaks=$leaks:detect_leaks=0
    if ! ASAN_OPTIONS=$leaks timeout 60 "$programs/step$step" "$dsn" "$day" > "$file" 2>&1; then
      not_ok "step $step on $dsn" "$file"
    elif [ $step = 0 ]; then
      expect_day "$dsn" "$file"
    elif diff "$out/$dsn.0" "$file" > "$out/diff"; then
      ok "step $step prints the same on $dsn"
    else
      not_ok "step $step prints the same on $dsn" "$out/diff"
    fi
  done
done

# What step 3 has called was the database's own, where it has procedures.
for dsn in $UOW_TEST_DSNS; do
  case $dsn in
    uow_postgresql | uow_mariadb)
      if "$UOW_BUILDDIR/uow" scaffold "$dsn" lg_ord --procedures --out "$out/model_$dsn" > "$out/said" 2>&1 &&
        grep -q "uow_status lg_add_line_call" "$out/model_$dsn.h"; then
        ok "$dsn has the procedures of step 3"
      else
        not_ok "$dsn has the procedures of step 3" "$out/said"
      fi
      ;;
  esac
done
finish
