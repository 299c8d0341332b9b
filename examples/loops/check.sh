#!/bin/bash
# The event-loop examples on every data source of the tests, and 200 contexts on PostgreSQL.
set -u
programs=$UOW_BUILDDIR/examples/loops
. "${UOW_SRCDIR:?}/tests/run/tap.sh"

# check NAME COMMAND...
check() {
  local name=$1 output
  shift
  number=$((number + 1))
  if output=$(timeout 120 "$@" 2>&1); then
    echo "ok $number - $name"
  else
    echo "not ok $number - $name"
    failed=1
  fi
  printf '%s\n' "$output" | sed 's/^/# /'
}

for dsn in ${UOW_TEST_DSNS:?run me under tests/run/servers}; do
  for name in 03_poll 04_epoll 05_libuv 06_glib; do
    if [ -x "$programs/$name" ]; then
      check "$name on $dsn" "$programs/$name" "$dsn"
    else
      skip "$name on $dsn" "not built: its library was not found by configure"
    fi
  done
done

case " $UOW_TEST_DSNS " in
  *" uow_postgresql "*)
    check "200 contexts, one thread" "$programs/04_epoll" uow_postgresql 200
    check "200 contexts that wait for a second" "$programs/04_epoll" uow_postgresql 200 1000
    ;;
  *) skip "200 contexts, one thread" "PostgreSQL is not among the data sources" ;;
esac
finish
