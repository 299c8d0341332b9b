#!/bin/bash
# Break set-ups, one after the other, and see that "uow doctor" names what is wrong with each.
#
#   tests/run/servers -- env UOW_BUILDDIR=build tools/check_doctor.sh
set -u -o pipefail

uow=$(cd "${UOW_BUILDDIR:-build}" && pwd)/uow
out=${UOW_TEST_DIR:?run me under tests/run/servers}/doctor
. "$(dirname "$0")/tap.sh"

servers_sys=$ODBCSYSINI
servers_ini=$ODBCINI
drivers=$UOW_DRIVER_DIR
export NO_COLOR=1 ODBCSYSINI="$out/etc" ODBCINI="$out/etc/odbc.ini"

# setup: a folder where nothing is wrong yet; the drivers and sources to be broken come from standard input, a line
# "--" between the two.
setup() {
  rm -rf "$out/etc"
  mkdir -p "$out/etc"
  awk -v folder="$out/etc" '
    /^--$/ { sources = 1; next }
    { print > (folder "/" (sources ? "odbc.ini" : "odbcinst.ini")) }' -
  touch "$out/etc/odbcinst.ini" "$out/etc/odbc.ini"
  chmod 600 "$out/etc/odbc.ini"
}

# diagnosed STATUS CODE TEXT NAME ARG...: uow doctor ARG... ends with STATUS, and the code and the text are there.
diagnosed() {
  local status=$1 code=$2 text=$3 name=$4
  shift 4
  "$uow" doctor "$@" > "$out/said" 2>&1
  local got=$?
  if [ $got -ne "$status" ]; then
    not_ok "doctor: $name" "exit status $got, not $status"
  elif ! grep -q ": $code\$" "$out/said"; then
    not_ok "doctor: $name" "no finding is called $code"
  elif ! tr -s '\n ' ' ' < "$out/said" | grep -F -- "$text" > /dev/null; then
    not_ok "doctor: $name" "the output lacks: $text"
  else
    ok "doctor: $name"
  fi
}

good_driver() { printf '%s\n' "[SQLite3]" "Driver = $drivers/libsqlite3odbc.so" "$@"; }
good_source() { printf '%s\n' "[shop]" "Driver = SQLite3" "Database = $out/shop.db" "$@"; }

# A copy of a driver's library with one byte of its head changed: offset, value.
patched() {
  cp -L "$drivers/libsqlite3odbc.so" "$3"
  printf "\\x$2" | dd of="$3" bs=1 seek="$1" conv=notrunc 2> /dev/null
}

# A library that needs another one, which is then taken away.
make_lacking() {
  printf 'int uow_dependency(void) { return 1; }\n' > "$out/dep.c"
  printf 'int uow_dependency(void); int SQLConnect(void) { return uow_dependency(); }\n' > "$out/lacking.c"
  ${CC:-cc} -shared -fPIC -o "$out/libuowdep.so.7" "$out/dep.c" &&
    ${CC:-cc} -shared -fPIC -Wl,--no-as-needed -o "$out/liblacking.so" "$out/lacking.c" "$out/libuowdep.so.7" \
      -Wl,-soname,liblacking.so 2> "$out/cc.txt"
  rm -f "$out/libuowdep.so.7"
}

make_crashing() {
  printf '#include <stdlib.h>\n__attribute__((constructor)) static void begin(void) { abort(); }\n' > "$out/crash.c"
  ${CC:-cc} -shared -fPIC -o "$out/libcrash.so" "$out/crash.c"
}

check_files() {
  good_driver | setup
  ODBCINI=$out/nowhere.ini diagnosed 10 file-absent "ODBCINI says it should" "ODBCINI names a file that does not exist"
  mkdir -p "$out/folder.ini"
  ODBCINI=$out/folder.ini diagnosed 10 file-unreadable "Is a directory" "a file that cannot be read"
  rm -f "$out/etc/odbcinst.ini"
  diagnosed 10 file-absent "there are no drivers" "no odbcinst.ini"
  { good_driver; echo --; echo "Driver = x"; good_source; } | setup
  diagnosed 10 file-invalid "line 1: there is text before the first [section]" "text before the first section"
  { good_driver; echo --; printf '\xEF\xBB\xBF'; good_source; } | setup
  diagnosed 10 file-byte-order-mark "byte order mark" "a byte order mark"
  { good_driver; echo --; good_source "  Timeout = 5"; } | setup
  says 0 "doctor: an indented key is none the worse" "Nothing is wrong." doctor
  { good_driver; echo --; good_source "Timeout"; } | setup
  diagnosed 0 line-misread "line 4: in [shop] is a line without =" "a line that says nothing"
  { good_driver; echo --; good_source "Timeout = 5 # seconds"; } | setup
  diagnosed 0 line-misread "comment behind the value of Timeout is part of the value" "a comment behind a value" shop
  { good_driver; echo --; good_source; good_source; } | setup
  diagnosed 0 section-twice "[shop] is there a second time" "a section twice"
  { good_driver "[ODBC]" "Trace = Yes"; echo --; good_source; } | setup
  diagnosed 0 trace-on "every call is written down" "Trace is on"
  { good_driver; echo --; good_source "PWD = x"; } | setup
  chmod 644 "$out/etc/odbc.ini"
  diagnosed 0 password-readable "everybody may read it" "a password that everybody may read"
}

check_sources() {
  { good_driver; echo --; good_source; } | setup
  diagnosed 10 source-unknown 'perhaps "shop" is meant' "a data source that is not there, and the nearest" shpo
  diagnosed 10 source-name-long "unixODBC takes 32" "a name that is too long" a_name_with_more_than_32_characters
  diagnosed 10 connection-string-malformed "Key=Value pairs" "a connection string that is none" "Driver={x;Database=y"
  { good_driver; echo --; printf '%s\n' "[shop]" "Database = x"; } | setup
  diagnosed 10 source-without-driver "it has no Driver" "a data source without driver" shop
  { good_driver; echo --; printf '%s\n' "[shop]" "Driver = SQLite"; } | setup
  diagnosed 11 driver-unknown 'perhaps "SQLite3" is meant' "a driver's name that is not in odbcinst.ini" shop
  { good_driver; echo --; good_source "Timout = 5"; } | setup
  diagnosed 0 key-unknown "line 4: the driver knows no key Timout" "a misspelt key, which drivers pass over" shop
  { good_driver; echo --; printf '%s\n' "[shop]" "Driver = SQLite3" "Database = $out/nowhere.db"; } | setup
  diagnosed 14 database-file-missing "nowhere.db: No such file" "a file of SQLite that is not there" shop
  if [ -e "$out/nowhere.db" ]; then
    not_ok "doctor: and does not make it" "it did"
  else
    ok "doctor: and does not make it"
  fi
  { good_driver; echo --; printf '%s\n' "[shop]" "Driver = SQLite3" "Database = $out/text.db"; } | setup
  echo "this is a text, and no database at all" > "$out/text.db"
  diagnosed 14 database-file-wrong "is no database of SQLite" "a file that is no database" shop
}

# driver STATUS CODE TEXT NAME FILE: a data source whose driver is that file.
driver() {
  printf '%s\n' "[D]" "Driver = $5" -- "[shop]" "Driver = D" | setup
  diagnosed "$1" "$2" "$3" "$4" shop
}

check_drivers() {
  printf '%s\n' "[D]" "Description = nothing" -- "[shop]" "Driver = D" | setup
  diagnosed 11 driver-without-file "[D] of odbcinst.ini has no Driver" "a driver without a file" shop
  driver 11 driver-file-missing "does not exist" "a driver's file that is not there" "$out/libnone.so"
  driver 11 driver-file-missing "no library libuownone.so is where the loader looks" \
    "a library's name the loader does not find" libuownone.so
  driver 11 driver-file-unreadable "it is no file" "a driver's file that is a folder" "$out"
  echo "not a library" > "$out/libtext.so"
  driver 11 driver-not-library "is no shared library" "a driver's file that is a text" "$out/libtext.so"
  patched 4 01 "$out/lib32.so"
  driver 11 driver-wrong-bits "is a 32-bit library, but this is a 64-bit program" "a 32-bit driver" "$out/lib32.so"
  patched 18 28 "$out/libarm.so"
  driver 11 driver-wrong-machine "is made for ARM, but this machine is" "a driver for another machine" "$out/libarm.so"
  make_lacking
  driver 11 driver-needs-library 'libuowdep.so.7, which is not (unixODBC calls that "file not found")' \
    "a driver whose own library is missing" "$out/liblacking.so"
  driver 11 driver-not-odbc "it has no SQLConnect" "a library that is no driver" \
    "$(ldconfig -p 2> /dev/null | awk '/libz.so.1 /{ print $NF; exit }')"
  make_crashing
  driver 11 driver-crashes "loading it ends the program" "a driver that crashes" "$out/libcrash.so"
  head -c 2000 "$drivers/libsqlite3odbc.so" > "$out/libcut.so"
  driver 11 driver-not-library "is cut off" "a driver's file that was cut off" "$out/libcut.so"
  printf 'extern int uow_nowhere; int SQLConnect(void) { return uow_nowhere; }\n' > "$out/undefined.c"
  ${CC:-cc} -shared -fPIC -o "$out/libundefined.so" "$out/undefined.c"
  driver 11 driver-not-loadable "undefined symbol: uow_nowhere" "a driver of another version than its library" \
    "$out/libundefined.so"
}

# The data source of the servers, with keys replaced.
changed() {
  awk -v from="[$1]" -v changes="$2" '
    BEGIN { n = split(changes, list, ";") }
    /^\[/ { inside = ($0 == from); if (inside) { print "[shop]"; for (i = 1; i <= n; i++) print list[i] } next }
    inside' "$servers_ini" > "$out/etc/odbc.ini"
}

check_servers() {
  local dsn
  : | setup
  export ODBCSYSINI=$servers_sys
  for dsn in uow_postgresql uow_mariadb; do
    changed $dsn ""
    says 0 "doctor: $dsn that works" "Nothing is wrong." doctor shop
    changed $dsn "Port = 1"
    diagnosed 12 server-refuses "nobody listens on port 1 of 127.0.0.1" "$dsn whose server is down" shop
    changed $dsn "Servername = no.such.host.invalid;Server = no.such.host.invalid"
    diagnosed 12 host-unknown 'no machine is called "no.such.host.invalid"' "$dsn with a host that is none" shop
    changed $dsn "Password = wrong"
    diagnosed 13 login-refused "check user and password" "$dsn with a wrong password" shop
    changed $dsn "Username = nobody;User = nobody"
    diagnosed 13 login-refused "check user and password" "$dsn with a user that is none" shop
    changed $dsn "Database = no_such_database"
    diagnosed 14 database-missing "there is no such database" "$dsn with a database that is none" shop
    if grep -qF "$UOW_DB_PASSWORD" "$out/said"; then
      not_ok "doctor: $dsn: the password is not shown" "it was"
    else
      ok "doctor: $dsn: the password is not shown"
    fi
  done
}

check_json() {
  { good_driver; echo --; printf '%s\n' "[shop]" "Driver = SQLite"; } | setup
  "$uow" doctor --json > "$out/said" 2>&1
  if python3 - "$out/said" << 'PY' 2> "$out/python"; then
import json, sys
found = json.load(open(sys.argv[1]))
assert [f["path"] for f in found["files"]][0].endswith("odbcinst.ini")
assert found["drivers"][0]["ok"]
assert found["sources"][0]["findings"][0]["code"] == "driver-unknown"
PY
    ok "doctor --json is JSON, and says the same"
  else
    not_ok "doctor --json is JSON, and says the same" "$(tail -n 1 "$out/python")"
  fi
}

# Names in Latin-1, as old files have them, make no text that JSON forbids.
check_json_bytes() {
  { good_driver; echo --; printf '%b\n' "[b\\xfccher\\x01]" "Driver = SQL\\xefte"; } | setup
  "$uow" doctor --json > "$out/said" 2>&1
  if python3 -c 'import json, sys; json.load(open(sys.argv[1], encoding="utf-8"))' "$out/said" 2> "$out/python"; then
    ok "doctor --json is JSON whatever the files hold"
  else
    not_ok "doctor --json is JSON whatever the files hold" "$(tail -n 1 "$out/python")"
  fi
}

rm -rf "$out"
mkdir -p "$out"
sqlite3 "$out/shop.db" "create table t (a int)"
says 64 "doctor: an unknown option names the nearest" "did you mean --timeout?" doctor --timout 3
says 0 "doctor --help" "--no-connect" doctor --help
check_files
check_sources
check_drivers
check_servers
check_json
check_json_bytes
finish
