#!/bin/bash
# The first example on an embedded database, with nothing to set up.
#
#   examples/demo.sh BUILD_DIR [--rows N]
#
# Makes a temporary directory with an odbcinst.ini, an odbc.ini and an SQLite file of
# its own, runs 01_first_unit there, and removes the directory. The system's ODBC files
# are neither read nor written.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: examples/demo.sh BUILD_DIR [--rows N]}
shift
program=$build/examples/01_first_unit

find_driver_dir() {
  local dir
  for dir in /usr/lib/*/odbc /usr/lib64 /usr/lib /usr/local/lib; do
    if [ -e "$dir/libsqlite3odbc.so" ]; then
      echo "$dir"
      return
    fi
  done
  echo "demo: no SQLite ODBC driver here (apt-get install libsqliteodbc)" >&2
  return 1
}

write_odbc_files() {
  sed -e '/^#/d' -e "s|@driver_dir@|$driver_dir|" "$here/../odbc/odbcinst.ini.in" \
    > "$work/odbcinst.ini"
  cat > "$work/odbc.ini" << INI
[shop]
Description = The demonstration shop
Driver      = SQLite3
Database    = $work/shop.db
FKSupport   = 1
Timeout     = 1000
INI
}

[ -x "$program" ] || { echo "demo: $program is not built" >&2; exit 1; }
driver_dir=$(find_driver_dir)
work=$(mktemp -d "${TMPDIR:-/tmp}/uow-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
write_odbc_files

ODBCSYSINI=$work ODBCINI=$work/odbc.ini "$program" shop "$@"

cat << TEXT

The same program on another database: name a DSN of yours, or give a connection string,
  $program 'Driver={PostgreSQL Unicode};Servername=db;Database=shop;Username=me;Password=..'
TEXT
