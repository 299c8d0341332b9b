# What the checks that load a sample database share; to be sourced under tests/run/servers. They set system_ini, the file the
# servers made, and ODBCINI, their own.
# shellcheck shell=bash disable=SC2154

# run_psql ARG...: as the administrator; the first failure ends it.
run_psql() { psql -X -q -v ON_ERROR_STOP=1 -h "$UOW_PG_SOCKET" -p "$UOW_PG_PORT" -U "$UOW_PG_ADMIN" "$@"; }

# run_mariadb ARG...
run_mariadb() {
  MYSQL_PWD=$UOW_DB_PASSWORD mariadb --no-defaults --default-character-set=utf8mb4 \
    -S "$UOW_MARIADB_SOCKET" -u "$UOW_DB_USER" "$@"
}

# add_dsn DSN NEW NAME: a data source NEW like DSN, with database NAME.
add_dsn() {
  awk -v from="[$1]" -v to="[$2]" -v database="$3" '
    /^\[/ { inside = ($0 == from); if (inside) print to; next }
    inside && /^Database[ =]/ { print "Database = " database; next }
    inside' "$system_ini" >> "$ODBCINI"
}
