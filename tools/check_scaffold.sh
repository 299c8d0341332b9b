#!/bin/bash
# Scaffold the sample databases, compile what comes out without a warning, read every row by it and compare the sums.
#
#   tests/run/servers -- env UOW_BUILDDIR=build tools/check_scaffold.sh
#
# The databases are loaded from $UOW_SAMPLE_DATA, for this run only.
set -u -o pipefail

build=$(cd "${UOW_BUILDDIR:-build}" && pwd)
uow=$build/uow
here=$(cd "$(dirname "$0")" && pwd)
out=${UOW_TEST_DIR:?run me under tests/run/servers}/scaffold
sample=${UOW_SAMPLE_DATA:-}
. "$here/tap.sh"
. "$here/../tests/run/samples.sh"

CC=${CC:-cc}
CXX=${CXX:-c++}
sanitize=
[ "${UOW_SANITIZERS:-none}" = none ] || sanitize="-fsanitize=$UOW_SANITIZERS"
# A library that was built static only brings nothing of what it needs.
needs=
[ -e "$build/.libs/libuow.so" ] || needs="-lodbc -lodbcinst -lpthread"
warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"

# loads SOURCE FILE NAME: the sample database into a database NAME, as data source NAME.
loads() {
  case $1 in
    uow_sqlite) xz -dc "$sample/$2" | sqlite3 "$out/$3.db" && add_dsn "$1" "$3" "$out/$3.db" ;;
    uow_postgresql)
      run_psql -d postgres -c "create database $3" &&
        xz -dc "$sample/$2" | sed "/^\\\\c/d; /^DROP DATABASE/d; /^CREATE DATABASE/d" | run_psql -d "$3" -o /dev/null -f - &&
        echo "select format('refresh materialized view %I', matviewname) from pg_matviews \\gexec" | run_psql -d "$3" -f - &&
        run_psql -d "$3" -c "grant all on all tables in schema public to $UOW_DB_USER" &&
        add_dsn "$1" "$3" "$3"
      ;;
    uow_mariadb) # without statistics the views of Sakila take minutes
      xz -dc "$sample/$2" | run_mariadb && add_dsn "$1" "$3" "$4" &&
        run_mariadb -N -e "select concat('analyze table \`', table_name, '\`;') from information_schema.tables
          where table_schema = '$4' and table_type = 'BASE TABLE'" | run_mariadb "$4"
      ;;
  esac > "$out/$3.load" 2>&1
}

# compiles NAME: the model in C and in C++, and the program that reads by it.
compiles() {
  local upper
  upper=$(echo "$1" | tr a-z A-Z)
  $CC -std=c11 $warnings -Wstrict-prototypes $sanitize -I"$here/../include" -c "$1.c" -o "$1.o" &&
    echo "#include \"$1.h\"" > "$1.cc" &&
    $CXX -std=c++11 $warnings -I"$here/../include" -I. -fsyntax-only "$1.cc" &&
    $CC -std=c11 $warnings $sanitize -I"$here/../include" -I. "-DMODEL_HEADER=\"$1.h\"" \
      "-DMODEL_ENTITIES=$1_entities" "-DMODEL_COUNT=${upper}_ENTITY_COUNT" ${2:-} \
      "$here/check_scaffold.c" "$1.o" -L"$build/.libs" -luow $needs -Wl,-rpath,"$build/.libs" -lm -o "$1"
}

# reads NAME ROWS [DEFINE [DIALECT]]: scaffolds data source NAME, compiles, and reads by what came out.
reads() {
  local name="scaffold $1"
  says 0 "$name: writes a header and a source" "$1.c: written" scaffold "$1" --procedures
  says 0 "$name: and the same once more" "$1.h: nothing has changed" scaffold "$1" --procedures
  if ! compiles "$1" "${3:-}" > "$out/said" 2>&1; then
    not_ok "$name: compiles without a warning" "it does not"
    return
  fi
  ok "$name: compiles without a warning"
  if "./$1" "$1" ${4:-} > "$out/said" 2>&1 && [ "$(sed -n 's/ rows of .*//p' "$out/said")" -ge "$2" ]; then
    ok "$name: every row is read, and the sums are the database's: $(tail -n 1 "$out/said")"
  else
    not_ok "$name: every row is read, and the sums are the database's" "more than $2 rows are expected"
  fi
}

# add_unknown SOURCE NEW DATABASE: a data source NEW like SOURCE, of a database that libuow has never heard of.
add_unknown() {
  add_dsn "uow_test_${1#uow_}" "$2" "$3"
  echo "TestInfo = SQL_DBMS_NAME:Whatever|SQL_DRIVER_NAME:whatever.so" >> "$ODBCINI"
}

# check SOURCE FILE NAME ROWS [DATABASE [DEFINE]]; then the same by a driver that is not known.
check() {
  local database=${5:-$3}
  if ! loads "$1" "$2" "$3" "${5:-}"; then
    cp "$out/$3.load" "$out/said"
    not_ok "scaffold $3: the sample is loaded" "see below"
    return
  fi
  reads "$3" "$4" "${6:-}"
  [ -n "$test_driver" ] || return
  [ "$1" != uow_sqlite ] || database=$out/$3.db
  add_unknown "$1" "unknown_$3" "$database"
  reads "unknown_$3" "$4" "" "${1#uow_}"
  holds "unknown_$3.c" "_relations\[\]"
  [ "$3" = sakila_s ] || holds "unknown_$3.c" UOW_GENERATED # its keys are no AUTOINCREMENT: only a pragma tells
}

# --- names and keys as nobody should choose them

strange() {
  local int=int q='"'
  [ "$1" = uow_mariadb ] && q='`'
  cat << SQL
create table ${q}class${q} (${q}int${q} int not null primary key, ${q}Int_${q} varchar(20) not null, ${q}with space${q} int,
  ${q}größe${q} varchar(9), ${q}2nd${q} int not null, ${q}naïve_日本${q} int, ${q}version${q} int not null default 0,
  ${q}with_space${q} int, ${q}with_space_ind${q} int, ${q}*/ x /*${q} int, ${q}what??!${q} int);
insert into ${q}class${q} values (1, 'one', 2, 'drei', 3, null, 0, 4, null, 5, 6);
create table ${q}user${q} (id int not null primary key, a int not null, b int not null, unique (a, b));
create table ${q}order line${q} (a int not null, b int not null, n int not null, parent int, primary key (a, b, n),
  foreign key (a, b) references ${q}user${q} (a, b), foreign key (parent) references ${q}class${q} (${q}int${q}));
insert into ${q}user${q} values (1, 2, 3);
insert into ${q}order line${q} values (2, 3, 1, 1), (2, 3, 2, null);
create table no_key (a int, b varchar(300));
insert into no_key values (null, 'ä'), (2, null), (2, null);
create table only_unique (code varchar(10) not null unique, n int);
insert into only_unique values ('x', 1);
create table computed (id int not null primary key, n int not null, twice int generated always as (n * 2) stored);
insert into computed (id, n) values (1, 4);
create view ${q}a view${q} as select ${q}int${q}, ${q}größe${q} from ${q}class${q};
SQL
}

check_strange() {
  local name="scaffold ${1#uow_}: names that are keywords, hold blanks, marks or other letters"
  local dsn=strange_${1#uow_}
  case $1 in
    uow_sqlite) strange "$1" | sqlite3 "$out/$dsn.db" && add_dsn "$1" "$dsn" "$out/$dsn.db" ;;
    uow_postgresql)
      run_psql -d postgres -c "create database $dsn owner $UOW_DB_USER" && strange "$1" | run_psql -U "$UOW_DB_USER" -d "$dsn" -f - &&
        add_dsn "$1" "$dsn" "$dsn"
      ;;
    uow_mariadb)
      run_mariadb -e "create database $dsn" && strange "$1" | run_mariadb "$dsn" && add_dsn "$1" "$dsn" "$dsn"
      ;;
  esac > "$out/said" 2>&1 || { not_ok "$name" "the tables are not made"; return; }
  says 0 "$name" "6 tables, 1 views, 2 relations" scaffold "$dsn"
  if compiles "$dsn" > "$out/said" 2>&1 && "./$dsn" "$dsn" > "$out/said" 2>&1; then
    ok "$name: compiles, and reads: $(tail -n 1 "$out/said")"
  else
    not_ok "$name: compiles, and reads" "it does not"
  fi
  holds "$dsn.h" "struct class_ {" "int32_t int_;\|int64_t int_;" "int__2\[" "grosse\[" "n2nd;" "naive_u65e5u672c;" "with_space_2;" \
    "struct user_row {"
  holds "$dsn.c" '"größe"' 'UOW_VERSION' 'what\\?\\?!' 'UOW_UNIQUE_GROUP(1)' '{ "a", "b", NULL' 'no_key_columns, UOW_KEYLESS' \
    '"code", UOW_TEXT, UOW_KEY' '"twice", .*UOW_READONLY'
  strange_unknown "$1" "$dsn"
  says 1 "scaffold ${1#uow_}: a table that is not there, and the nearest" "did you mean no_key?" scaffold "$dsn" no_keys
  says 0 "scaffold ${1#uow_}: some tables only" "1 tables, 0 views, 0 relations" scaffold "$dsn" "order line" --out some
}

# The same names by a driver that is not known, from ODBC's catalog functions.
strange_unknown() {
  local unknown=unknown_$2 database=$2 relations=2
  [ -n "$test_driver" ] || return
  [ "$1" != uow_sqlite ] || database=$out/$2.db
  [ "$1" != uow_mariadb ] || relations=1 # its SQLForeignKeys leaves out a key to columns that are unique only
  add_unknown "$1" "$unknown" "$database"
  says 0 "scaffold $unknown: the same of a driver that is not known" "6 tables, 1 views, $relations relations" scaffold "$unknown"
  if compiles "$unknown" > "$out/said" 2>&1 && "./$unknown" "$unknown" "${1#uow_}" > "$out/said" 2>&1; then
    ok "scaffold $unknown: compiles, and reads: $(tail -n 1 "$out/said")"
  else
    not_ok "scaffold $unknown: compiles, and reads" "it does not"
  fi
  holds "$unknown.h" "struct class_ {" "int__2\[" "grosse\[" "n2nd;" "naive_u65e5u672c;" "with_space_2;"
  holds "$unknown.c" '"größe"' 'UOW_VERSION' 'what\\?\\?!' 'UOW_UNIQUE_GROUP(1)' 'no_key_columns, UOW_KEYLESS' \
    '"code", UOW_TEXT, UOW_KEY'
  if [ "$1" = uow_postgresql ]; then
    run_psql -d "$2" -c "create function twin(a int) returns int language sql as 'select 1';
      create function twin(a text) returns int language sql as 'select 2'" > "$out/said" 2>&1
    says 0 "scaffold $unknown: procedures of one name are left out, and that is said" "several procedures are called twin" \
      scaffold "$unknown" --procedures --out twins
  fi
  # A computed column shows where setting it is refused before it is tried; SQLite's SQLColumns leaves it out.
  case $1 in
    uow_postgresql) holds "$unknown.c" '"twice", .*UOW_READONLY' ;;
    uow_sqlite) grep -q twice "$unknown.c" && not_ok "scaffold $unknown: a computed column" "it is there" ;;
  esac
  [ $relations -eq 1 ] || holds "$unknown.c" '{ "a", "b", NULL'
}

# holds FILE PATTERN...
holds() {
  local file=$1 pattern
  shift
  for pattern in "$@"; do
    if ! grep -q -- "$pattern" "$file"; then
      cp "$file" "$out/said"
      not_ok "scaffold: $file has $pattern" "it does not"
      return
    fi
  done
  ok "scaffold: $file has what was expected"
}

rm -rf "$out"
mkdir -p "$out"
system_ini=$ODBCINI
# The test driver makes an unknown database of a known one.
test_driver=
[ ! -e "$build/odbc/testdrv/.libs/libuowtest.so" ] && [ ! -e "$build/odbc/testdrv/libuowtest.so" ] || test_driver=1
export ODBCINI=$out/odbc.ini NO_COLOR=1
: > "$ODBCINI"
cd "$out" || exit 70
says 64 "scaffold: without a data source" "which data source?" scaffold
says 64 "scaffold: an unknown option names the nearest" "did you mean --procedures?" scaffold x --procedure
says 1 "scaffold: a data source that is none" "no data source named" scaffold no_such_source
for dsn in $UOW_TEST_DSNS; do
  case $dsn in uow_sqlite | uow_postgresql | uow_mariadb) check_strange "$dsn" ;; esac
done
echo "/* mine */" > mine.h
says 1 "scaffold: a file of somebody else is left alone" "mine.h is there and was not made here" \
  scaffold "strange_${dsn#uow_}" --out mine
if ! ls "$sample"/sakila/*.sql.xz > /dev/null 2>&1; then
  skip "scaffold: Chinook, Sakila, Pagila" "no sample data in $sample (set UOW_SAMPLE_DATA)"
else
  held=-DCALL_HELD_BY
  for dsn in $UOW_TEST_DSNS; do
    case $dsn in
      uow_sqlite)
        check $dsn chinook/chinook-autoincrement-sqlite.sql.xz chinook_s 15000
        check $dsn sakila/sakila-sqlite.sql.xz sakila_s 46000
        ;;
      uow_postgresql)
        check $dsn chinook/chinook-serial-postgresql.sql.xz chinook_p 15000
        check $dsn sakila/sakila-postgresql.sql.xz sakila_p 46000 "" $held
        check $dsn sakila/pagila-xzilla15a-postgresql.sql.xz pagila_x 46000
        check $dsn sakila/pagila-devrim31-postgresql.sql.xz pagila_d 46000 "" $held
        ;;
      uow_mariadb)
        check $dsn chinook/chinook-autoincrement-mysql.sql.xz chinook_m 15000 Chinook_AutoIncrement
        check $dsn sakila/sakila-mysql.sql.xz sakila_m 46000 sakila $held
        ;;
    esac
  done
fi
finish
