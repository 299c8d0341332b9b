#!/bin/bash
# The guide's ten examples on every data source: each prints what is written down beside it, the same on all of them.
#
#   tests/run/servers -- env UOW_SRCDIR=. UOW_BUILDDIR=build examples/guide/check.sh
#   UPDATE=1 ... examples/guide/check.sh     writes down what they print on the first data source
set -u
source_dir=${UOW_SRCDIR:?}/examples/guide
programs=${UOW_BUILDDIR:?}/examples/guide
out=${UOW_TEST_DIR:?run me under tests/run/servers}/guide

. "$UOW_SRCDIR/tests/run/tap.sh"

# run NAME DSN: the example prints what is expected and leaves no table behind it.
run() {
  local name=$1 dsn=$2 expected=$source_dir/expected/$1.txt
  local file=$out/$1.$2
  if ! timeout 60 "$programs/$name" "$dsn" > "$file" 2> "$file.err"; then
    cat "$file" "$file.err" > "$out/failed"
    not_ok "$name on $dsn ends well" "$out/failed"
    return
  fi
  [ -z "${UPDATE:-}" ] || [ -e "$out/$name.updated" ] || { cp "$file" "$expected" && : > "$out/$name.updated"; }
  if ! diff "$expected" "$file" > "$out/diff"; then
    not_ok "$name on $dsn prints what is expected" "$out/diff"
  elif [ -s "$file.err" ]; then
    not_ok "$name on $dsn complains about nothing" "$file.err"
  else
    ok "$name on $dsn"
  fi
}

rm -rf "$out"
mkdir -p "$out"
for dsn in ${UOW_TEST_DSNS:?}; do
  for file in "$source_dir"/[0-9][0-9]_*.c; do
    run "$(basename "$file" .c)" "$dsn"
  done
done
finish
