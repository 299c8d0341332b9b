#!/bin/bash
# Run the examples on every data source and look at what they print.
#
#   tests/run/servers -- env UOW_BUILDDIR=build examples/check.sh
#
# Prints "ok NAME", "not ok NAME" or "ok NAME # SKIP why" for each; exits 1 when one
# is not ok. Each example gets a database of its own on every server, made by the
# server's own client; 02_real_database needs Chinook in $UOW_SAMPLE_DATA.
set -u -o pipefail

build=${UOW_BUILDDIR:-build}/examples
out=${UOW_TEST_DIR:?run me under tests/run/servers}/examples
sample=${UOW_SAMPLE_DATA:-}/chinook
shop=uow_examples_shop
copy=uow_examples_chinook

. "$(dirname "${BASH_SOURCE[0]}")/../tests/run/tap.sh"

# expect NAME FILE TEXT...: each text is somewhere in the file.
expect() {
  local name=$1 file=$2 text
  shift 2
  for text in "$@"; do
    if ! grep -qF -- "$text" "$file"; then
      not_ok_since "$name" "the output lacks: $text" "$file"
      return
    fi
  done
  ok "$name"
}

# run NAME FILE PROGRAM ARG...: exit status 0, or the test named NAME has failed.
run() {
  local name=$1 file=$2 status=0
  shift 2
  "$@" > "$file" 2>&1 || status=$?
  [ $status -eq 0 ] && return 0
  not_ok_since "$name" "exit status $status" "$file"
  return 1
}

# --- databases of our own

run_psql() {
  psql -X -q -v ON_ERROR_STOP=1 -h "$UOW_PG_SOCKET" -p "$UOW_PG_PORT" -U "$UOW_DB_USER" \
    -d "$UOW_DB_NAME" "$@"
}

run_mariadb() {
  MYSQL_PWD=$UOW_DB_PASSWORD mariadb --no-defaults --default-character-set=utf8mb4 \
    -S "$UOW_MARIADB_SOCKET" -u "$UOW_DB_USER" "$@"
}

# make_database DSN NAME: an empty one; a file of SQLite comes into being when opened.
make_database() {
  case $1 in
    uow_postgresql) run_psql -c "drop database if exists $2" -c "create database $2" ;;
    uow_mariadb) run_mariadb -e "drop database if exists $2; create database $2" ;;
  esac
}

# add_dsn DSN NEW NAME: a data source NEW like DSN, the same section with database NAME.
# unixODBC takes 32 characters for a data source, so NEW is short.
add_dsn() {
  local dsn=$1 database=$3
  [ "$dsn" = uow_sqlite ] && database=$out/$3.db
  awk -v from="[$dsn]" -v to="[$2]" -v database="$database" '
    /^\[/ { inside = ($0 == from); if (inside) print to; next }
    inside && /^Database[ =]/ { print "Database = " database; next }
    inside' "$system_ini" >> "$ODBCINI"
}

# --- the shop

check_first_unit() {
  local dsn=$1 file=$out/01_$1.txt
  local name="01_first_unit $dsn"
  run "$name" "$file" make_database "$dsn" "$shop" || return
  add_dsn "$dsn" "shop_$dsn" "$shop"
  if run "$name" "$file" "$build/01_first_unit" "shop_$dsn"; then
    expect "$name" "$file" "made and filled" "75 customers, 37 products, 120 orders" \
      "without SQL: the same struct" "1 row saved" "SELECT" "UPDATE" "INSERT" \
      "key is temporary: yes; its lines point to it: yes" "The lines followed their order: yes" \
      "BUSY" "01_first_unit.c:" "1 call refused by the guard"
  fi
  # Once more: the tables are there now.
  if run "$name again" "$file" "$build/01_first_unit" "shop_$dsn"; then
    expect "$name again" "$file" "The tables are there" "121 orders"
  fi
}

# --- procedures

# On the shop the first example has made.
check_procedures() {
  local dsn=$1 file=$out/03_$1.txt
  local name="03_procedures $dsn"
  if run "$name" "$file" "$build/03_procedures" "shop_$dsn"; then
    expect "$name" "$file" "as the program expects" "3 rows of 37 products" "2 pieces cost" \
      "The second call says SQL, SQLSTATE 45001" "there are not so many pieces" \
      "Its variable is untouched: yes" "The first call went with it, and the context goes on: yes"
  fi
}

# --- Chinook

load_chinook() {
  case $1 in
    uow_sqlite)
      xz -dc "$sample/chinook-autoincrement-sqlite.sql.xz" | sqlite3 "$out/$copy.db"
      ;;
    uow_postgresql)
      xz -dc "$sample/chinook-serial-postgresql.sql.xz" | sed "s/chinook_serial/$copy/" |
        run_psql -f -
      ;;
    uow_mariadb)
      xz -dc "$sample/chinook-autoincrement-mysql.sql.xz" |
        sed "s/Chinook_AutoIncrement/$copy/" | run_mariadb
      ;;
  esac
}

check_real_database() {
  local dsn=$1 file=$out/02_$1.txt
  local name="02_real_database $dsn"
  if ! ls "$sample"/chinook-*.sql.xz > /dev/null 2>&1; then
    skip "$name" "no sample data in $sample (set UOW_SAMPLE_DATA)"
    return
  fi
  case $dsn in
    uow_sqlite | uow_postgresql | uow_mariadb) ;;
    *) skip "$name" "no script of Chinook for $dsn"; return ;;
  esac
  run "$name" "$out/load_$dsn.txt" load_chinook "$dsn" || return
  add_dsn "$dsn" "chinook_$dsn" "$copy"
  if run "$name" "$file" "$build/02_real_database" "chinook_$dsn"; then
    expect "$name" "$file" "Legião Urbana has 2 albums" "page 2:" "5 rows saved: Jiří Žáček" \
      "Foreign keys patched: yes" "Iron Maiden               140 sold" "Nancy Edwards, Sales Manager" \
      "CONFLICT" "Reloaded, it says \"Road trip\"" \
      "Track 3503, InvoiceLine 2240, Customer 59, sum of Invoice.Total 2328.60" \
      "The sums are what they were: ok"
  fi
}

# --- TPC-C: one warehouse, few rows, ten seconds in all; $UOW_TPCC_SECONDS each way, and nothing else (make check-tpcc)

check_tpcc() {
  local dsn=$1 file=$out/tpcc_$1.txt
  local name="tpcc $dsn"
  run "$name" "$file" make_database "$dsn" uow_examples_tpcc || return
  add_dsn "$dsn" "tpcc_$dsn" uow_examples_tpcc
  run "$name" "$file" "$build/tpcc/tpcc" "tpcc_$dsn" --warehouses 1 --scale 2 --terminals 4 \
    --seconds "${UOW_TPCC_SECONDS:-5}" || return
  expect "$name" "$file" "rows: 1 warehouse, 2000 items" "new orders a minute" "Procedures" \
    "Tracked entities" " 0 units failed." "Everything holds."
  if run "$name exactly once" "$file" "$build/tpcc/tpcc" "tpcc_$dsn" --exactly-once --seconds 0.3 --mode procedures; then
    expect "$name exactly once" "$file" "The tables are there." "Everything holds."
  fi
}

# --- three shapes

check_three_shapes() {
  local dsn=$1 file=$out/06_$1.txt
  local name="06_three_shapes $dsn"
  if run "$name" "$file" "$build/06_three_shapes" "shop_$dsn"; then
    expect "$name" "$file" "three calls and a rollback: 0 settled" "eight calls and a commit: 8 settled at once" \
      "times as fast" "UNSUPPORTED" "cannot be part of one transaction" "32 of 32 settlements"
  fi
}

rm -rf "$out"
mkdir -p "$out"
system_ini=$ODBCINI
export ODBCINI=$out/odbc.ini
: > "$ODBCINI"
if [ -n "${UOW_TPCC_SECONDS:-}" ]; then
  for dsn in $UOW_TEST_DSNS; do
    check_tpcc "$dsn"
    grep 'new orders a minute' "$out/tpcc_$dsn.txt" | sed "s/^/# $dsn: /"
  done
  finish
fi
for dsn in $UOW_TEST_DSNS; do
  check_first_unit "$dsn"
  check_procedures "$dsn"
done
for dsn in $UOW_TEST_DSNS; do
  check_real_database "$dsn"
done
for dsn in $UOW_TEST_DSNS; do
  check_tpcc "$dsn"
  check_three_shapes "$dsn"
done
finish
