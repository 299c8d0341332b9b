#!/bin/bash
# What "uow probe" says of the three drivers, and of one that libuow does not know, is what it said before.
#
#   tests/run/servers -- env UOW_BUILDDIR=build tools/check_probe.sh
#
# UOW_GOLDEN=write takes what it says now for right. Numbers of versions and times are left out.
set -u -o pipefail

uow=${UOW_BUILDDIR:-build}/uow
here=$(cd "$(dirname "$0")" && pwd)
out=${UOW_TEST_DIR:?run me under tests/run/servers}/probe
. "$here/tap.sh"
export NO_COLOR=1

steady() { sed -E '/^  (product|driver|driver manager|round trip) /s/[0-9]+\.[0-9.]+/N/g; s/ +$//; s/  +/  /g'; }

# golden NAME FILE ARG...
golden() {
  local name="probe: $1" file=$here/golden/$2
  shift 2
  if ! "$uow" probe "$@" > "$out/said" 2>&1; then
    not_ok "$name" "it fails"
    return
  fi
  steady < "$out/said" > "$out/steady"
  [ "${UOW_GOLDEN:-}" != write ] || cp "$out/steady" "$file"
  if diff "$file" "$out/steady" > "$out/said"; then
    ok "$name"
  else
    not_ok "$name" "it differs from $file"
  fi
}

# Everything there is in the database, by its own client.
everything() {
  case $1 in
    uow_sqlite) sqlite3 "$UOW_SQLITE_FILE" "select type, name, sql from sqlite_master; pragma schema_version" ;;
    uow_postgresql)
      psql -X -q -t -h "$UOW_PG_SOCKET" -p "$UOW_PG_PORT" -U "$UOW_PG_ADMIN" -d "$UOW_DB_NAME" -c \
        "select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname not like 'pg%' order by 1; select oid from pg_proc where pronamespace <> 11 order by 1"
      ;;
    uow_mariadb)
      MYSQL_PWD=$UOW_DB_PASSWORD mariadb --no-defaults -N -S "$UOW_MARIADB_SOCKET" -u "$UOW_DB_USER" -e \
        "select table_schema, table_name, create_time from information_schema.tables where table_schema not in ('information_schema'); select routine_name from information_schema.routines"
      ;;
  esac
}

check_source() {
  everything "$1" > "$out/before" 2>&1
  golden "what is said of ${1#uow_}" "${1#uow_}.txt" "$1"
  everything "$1" > "$out/after" 2>&1
  if cmp -s "$out/before" "$out/after" && [ -e "$out/after" ]; then
    ok "probe: nothing is left behind in ${1#uow_}"
  else
    diff "$out/before" "$out/after" > "$out/said"
    not_ok "probe: nothing is left behind in ${1#uow_}" "something is"
  fi
  "$uow" probe "$1" --json > "$out/said" 2>&1
  if python3 -c 'import json, sys; f = json.load(open(sys.argv[1]))["facts"]; assert len(f) > 40 and all(x["value"] for x in f)' \
    "$out/said" 2> /dev/null; then
    ok "probe: --json of ${1#uow_}"
  else
    not_ok "probe: --json of ${1#uow_}" "it is none"
  fi
}

# A driver that libuow does not know, tried; then used by its profile.
check_try() {
  local unknown="DSN=uow_test_postgresql;TestInfo=SQL_DBMS_NAME:Whatever|SQL_DRIVER_NAME:whatever.so"
  everything uow_postgresql > "$out/before" 2>&1
  says 0 "probe --try of a driver that is not known" "multi-row VALUES" probe "$unknown" --try "$out/profile"
  cp "$out/said" "$out/tried"
  everything uow_postgresql > "$out/after" 2>&1
  diff "$out/before" "$out/after" > "$out/said" &&
    ok "probe --try: nothing is left behind" || not_ok "probe --try: nothing is left behind" "something is"
  cp "$out/tried" "$out/said"
  for line in "UOW_INT64 *exact" "UOW_UINT64 *exact" "UOW_TIMESTAMPTZ *the moment" \
    "polling *not promised" "UOW_DECIMAL *exact" "UOW_TEXT *exact" "UOW_BLOB *exact" "UOW_TIMESTAMP *6 digits" \
    "generated keys *yes" "savepoints *yes" "parameter arrays *each row" "counts of an array *a count for each row" \
    "errors of an array *an error, SQLSTATE 23505" "cancel *at once, CANCELLED" "row counts *right" \
    "duplicate key *CONSTRAINT, SQLSTATE 23505" "scratch table *gone"; do
    if grep -q "^  $line" "$out/tried"; then
      ok "probe --try: $line"
    else
      not_ok "probe --try: $line" "it is not said"
    fi
  done
  cp "$out/profile" "$out/said"
  for line in "batches = values" "returning = clause" "paging = limit" "second-digits = 6" "row-counts = right" "array-counts = each" \
    "unsigned-64 = exact" "zoned-timestamps = offset" "failed-statement"; do
    if grep -q "^$line" "$out/profile"; then
      ok "probe --try: the profile has $line"
    else
      not_ok "probe --try: the profile has $line" "it lacks it"
    fi
  done
  says 0 "probe: without the profile it is used row by row" "row by row" probe "$unknown"
  says 0 "probe: with the profile it is used by what it does" "multi-row VALUES" probe "$unknown;UowProfile=$out/profile"
  echo "returning = perhaps" > "$out/broken"
  says 1 "probe: a profile that makes no sense is refused" "line 1 that makes no sense" probe "$unknown;UowProfile=$out/broken"
  says 1 "probe: a profile that is not there is refused" "No such file" probe "$unknown;UowProfile=$out/none"
  says 0 "probe: a driver that is known needs no profile" "postgresql" probe "DSN=uow_postgresql;UowProfile=$out/profile"
}

# tried NAME LINE PROFILE KEYS: --try of an unknown driver with those keys says LINE, and writes PROFILE.
tried() {
  "$uow" probe "DSN=uow_test_postgresql;TestInfo=SQL_DBMS_NAME:Whatever|SQL_DRIVER_NAME:whatever.so;$4" --try "$out/lies" \
    > "$out/said" 2>&1
  if grep -q "^  $2" "$out/said" && grep -qx "$3" "$out/lies"; then
    ok "probe --try: $1"
  else
    { grep "^  ${2%% \**}" "$out/said"; cat "$out/lies"; } > "$out/what"
    mv "$out/what" "$out/said"
    not_ok "probe --try: $1" "\"$2\" is not said, or the profile lacks \"$3\""
  fi
}

# A driver that crashes while it is asked, or when it is left.
check_crash() {
  if [ "${UOW_SANITIZERS:-none}" != none ]; then
    skip "probe: a driver that crashes while it is asked" "a sanitizer reports every crash"
    return
  fi
  crashes "what it can do" "SQLGetInfo:3" "crashed while it was asked what it can do (SQLGetInfo)"
  crashes "for a transaction" "SQLEndTran:1" "crashed while it was asked for a savepoint"
  crashes "its types" "SQLGetTypeInfo:1+" "crashed while it was asked"
  crashes "to disconnect" "SQLDisconnect:1" "crashed while it was asked to disconnect"
  says 11 "probe: a crash is a fact of --json" '"group": "crash"' probe "DSN=uow_test_sqlite;TestCrash=SQLEndTran:1" --json
  "$uow" probe "DSN=uow_test_sqlite;TestCrash=SQLEndTran:1" --json 2> /dev/null > "$out/crash.json"
  python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$out/crash.json" 2> "$out/said" &&
    ok "probe: which is JSON" || not_ok "probe: which is JSON" "it is none"
  says 11 "probe --try is not begun with a driver that crashes" "crashed while" probe \
    "DSN=uow_test_sqlite;TestCrash=SQLEndTran:1" --try "$out/none.profile"
  [ ! -e "$out/none.profile" ] && ok "probe --try: no profile of it" || not_ok "probe --try: no profile of it" "there is one"
}

crashes() { says 11 "probe: a driver that crashes when it is asked $1" "$3" probe "DSN=uow_test_sqlite;TestCrash=$2"; }

# Drivers that lie are found out.
check_lies() {
  tried "row counts that are one too high" "row counts *wrong" "row-counts = wrong" "TestRowCount=+1"
  tried "counts of an array that are one too high" "counts of an array *wrong" "array-counts = untold" "TestRowCount=+1"
  tried "a driver that polls" "polling *statements come to the right end" "async = yes" \
    "TestAsync=statement;TestAsyncPolls=3;TestAsyncFunctions=SQLPrepare|SQLExecute|SQLFetchScroll|SQLGetData"
  tried "a driver that keeps the attribute and does not poll" "polling *calls run to their end" "async = no" "TestAsync=pretends"
  if [ "${UOW_SANITIZERS:-none}" != none ]; then
    skip "probe --try: drivers that crash" "a sanitizer reports every crash"
    return
  fi
  tried "a driver that crashes when an array is counted" "counts of an array *crashes the driver" "array-counts = untold" \
    "TestCrash=SQLMoreResults:4+"
  tried "a driver that crashes when a call is given up" "cancel *crashes the driver" "row-counts = right" "TestCrash=SQLCancel:1+"
}

rm -rf "$out"
mkdir -p "$out"
says 64 "probe: without a data source" "which data source?" probe
says 64 "probe: an unknown option names the nearest" "did you mean --json?" probe x --jsn
says 1 "probe: a server that is down" "cannot be reached" probe uow_down
for dsn in $UOW_TEST_DSNS; do
  case $dsn in uow_sqlite | uow_postgresql | uow_mariadb) check_source "$dsn" ;; esac
done
if [ -e "${UOW_BUILDDIR:-build}/odbc/testdrv/.libs/libuowtest.so" ] ||
  [ -e "${UOW_BUILDDIR:-build}/odbc/testdrv/libuowtest.so" ]; then
  golden "a driver that libuow does not know" unknown.txt \
    "DSN=uow_test_sqlite;TestInfo=SQL_DBMS_NAME:Whatever|SQL_DRIVER_NAME:whatever.so;TestUnsupported=param_arrays"
  golden "a driver that polls" polls.txt "DSN=uow_test_postgresql;TestAsync=statement"
  golden "a driver that forgets what was set" forgets.txt "DSN=uow_test_mariadb;TestAsync=forgets"
else
  skip "probe: a driver that libuow does not know" "the test driver is not built"
fi
check_try
check_crash
check_lies
finish
