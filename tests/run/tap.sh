# What the check scripts share: their results in TAP; to be sourced.
# shellcheck shell=bash
number=0
failed=0

ok() { number=$((number + 1)); echo "ok $number - $1"; }
skip() { number=$((number + 1)); echo "ok $number - $1 # SKIP $2"; }

# not_ok NAME FILE: the file says why.
not_ok() {
  number=$((number + 1))
  failed=1
  echo "not ok $number - $1"
  head -n 25 "$2" | sed 's/^/#   /'
}

# not_ok_since NAME WHY [FILE]: and how the file ends.
not_ok_since() {
  number=$((number + 1))
  failed=1
  echo "not ok $number - $1"
  echo "# $2"
  [ -z "${3:-}" ] || tail -n 15 "$3" | sed 's/^/#   /'
}

finish() {
  echo "1..$number"
  exit $failed
}
