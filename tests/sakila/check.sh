#!/bin/bash
# Call the stored procedures of Sakila and Pagila through libuow and through the databases'
# own clients, and compare what they give.
#
#   tests/run/servers -- env UOW_BUILDDIR=build tests/sakila/check.sh
#
# The databases are loaded from $UOW_SAMPLE_DATA, for this run only, in a few seconds.
set -u -o pipefail

program=${UOW_BUILDDIR:-build}/tests/sakila/sakila
out=${UOW_TEST_DIR:?run me under tests/run/servers}/sakila
sample=${UOW_SAMPLE_DATA:-}/sakila
. "$(dirname "$0")/../run/samples.sh"
. "$(dirname "$0")/../run/tap.sh"

load_postgresql() {
  run_psql -d postgres -c "create database $2" &&
    xz -dc "$sample/$1.sql.xz" | run_psql -d "$2" -o /dev/null -f - &&
    run_psql -d "$2" -c "grant all on all tables in schema public to $UOW_DB_USER"
}

load_mariadb() { xz -dc "$sample/sakila-mysql.sql.xz" | run_mariadb; }

# --- the same calls, as each client makes them

mariadb_calls() {
  local film store i
  for film in $(seq 1 20); do
    for store in 1 2; do
      echo "call film_in_stock($film, $store, @n); select concat('OUT ', @n);"
      echo "call film_not_in_stock($film, $store, @n); select concat('OUT ', @n);"
    done
  done
  for i in $(seq 1 40); do
    echo "select inventory_in_stock($i); select inventory_held_by_customer($i);"
  done
  for i in $(seq 295 300); do
    echo "select get_customer_balance($i, '2005-08-01');"
  done
  echo "set timestamp = unix_timestamp('2005-08-15');"
  for i in "0, 1" "7, 20.00" "14, 80.00"; do
    echo "call rewards_report($i, @n); select concat('OUT ', ifnull(@n, 'NULL'));"
  done
}

postgresql_calls() {
  local film store i
  for film in $(seq 1 20); do
    for store in 1 2; do
      echo "select * from film_in_stock($film, $store); select * from film_not_in_stock($film, $store);"
    done
  done
  for i in $(seq 1 40); do
    echo "select inventory_in_stock($i)::int; select inventory_held_by_customer($i);"
  done
  echo "select last_day(timestamp '2007-02-03 04:05:06');"
  failing "select get_customer_balance(298, timestamp '2005-08-01');"
  failing "select * from rewards_report(0, 1);"
}

# The cursors, without the row that names them.
pagila_calls() {
  printf '%s\n' "begin;" '\o /dev/null' "call rewards_report(7, 20, '2007-04-01');" '\o' \
    "fetch all in rewardees_detail;" "fetch all in rewardees_count;" "commit;"
}

# failing STATEMENT: and the state of its error.
failing() { printf '%s\n\\echo ERROR :SQLSTATE\n' "$1"; }

by_psql() { run_psql -v ON_ERROR_STOP=0 -d "$1" -A -t -F "$(printf '\t')" -P null=NULL -f - 2> /dev/null; }

# compare NAME DSN KIND WANTED
compare() {
  if ! "$program" "$2" "$3" > "$out/$2.txt" 2>&1; then
    not_ok "$1" "$out/$2.txt"
  elif ! diff "$4" "$out/$2.txt" > "$out/$2.diff"; then
    not_ok "$1" "$out/$2.diff"
  elif [ "$(wc -l < "$out/$2.txt")" -lt 100 ]; then
    not_ok "$1" "$out/$2.txt"
  else
    ok "$1"
  fi
}

check_mariadb() {
  local name="Sakila's procedures and functions on MariaDB give what its own client sees"
  add_dsn uow_mariadb uow_sakila_m sakila
  if ! load_mariadb > "$out/load_m.txt" 2>&1; then
    not_ok "$name" "$out/load_m.txt"
    return
  fi
  mariadb_calls | run_mariadb -N -B sakila > "$out/wanted_m.txt" 2>&1
  compare "$name" uow_sakila_m mariadb "$out/wanted_m.txt"
}

check_sakila() {
  local name="Sakila's functions on PostgreSQL give what its own client sees"
  add_dsn uow_postgresql uow_sakila_p uow_sakila
  if ! load_postgresql sakila-postgresql uow_sakila > "$out/load_p.txt" 2>&1; then
    not_ok "$name" "$out/load_p.txt"
    return
  fi
  postgresql_calls | by_psql uow_sakila > "$out/wanted_p.txt"
  compare "$name" uow_sakila_p postgresql "$out/wanted_p.txt"
}

check_pagila() {
  local name="Pagila's procedure with cursors gives what PostgreSQL's own client sees"
  add_dsn uow_postgresql uow_pagila_p uow_pagila
  if ! load_postgresql pagila-xzilla15a-postgresql uow_pagila > "$out/load_x.txt" 2>&1; then
    not_ok "$name" "$out/load_x.txt"
    return
  fi
  { failing "select inventory_held_by_customer(9);"; failing "call rewards_report(0, 1);"; } |
    by_psql uow_pagila > "$out/wanted_x.txt"
  pagila_calls | by_psql uow_pagila | cut -f 1,3,4 > "$out/rewards.txt"
  { cat "$out/rewards.txt"; echo "ERROR 42P07"; cat "$out/rewards.txt"; } >> "$out/wanted_x.txt"
  compare "$name" uow_pagila_p pagila "$out/wanted_x.txt"
}

mkdir -p "$out"
system_ini=$ODBCINI
export ODBCINI=$out/odbc.ini
: > "$ODBCINI"
for dsn in $UOW_TEST_DSNS; do
  case $dsn in
    uow_postgresql | uow_mariadb) ;;
    *) skip "the procedures of Sakila on $dsn" "it has none"; continue ;;
  esac
  if ! ls "$sample"/*.sql.xz > /dev/null 2>&1; then
    skip "the procedures of Sakila on $dsn" "no sample data in $sample (set UOW_SAMPLE_DATA)"
  elif [ "$dsn" = uow_mariadb ]; then
    check_mariadb
  else
    check_sakila
    check_pagila
  fi
done
finish
