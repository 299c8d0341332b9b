#!/bin/bash
# Run the uow command on every data source and look at what it says.
#
#   tests/run/servers -- env UOW_BUILDDIR=build tools/check.sh
set -u -o pipefail

uow=${UOW_BUILDDIR:-build}/uow
out=${UOW_TEST_DIR:?run me under tests/run/servers}/tools
. "$(dirname "$0")/tap.sh"

# The statement of a data source that does this for the time: sleep, or hold a row's lock.
sleeping() {
  case $1 in
    *postgresql) echo "SELECT pg_sleep($2)" ;;
    *mariadb) echo "SELECT SLEEP($2)" ;;
  esac
}
locking() {
  case $1 in
    *postgresql) echo "UPDATE uow_bench_hot SET n = n + 1 WHERE id = 1 RETURNING pg_sleep($2)" ;;
    *mariadb) echo "SELECT SLEEP($2) FROM uow_bench_hot WHERE id = 1 FOR UPDATE" ;;
  esac
}

make_hot_row() {
  local sql="drop table if exists uow_bench_hot; create table uow_bench_hot (id int primary key, n int);
    insert into uow_bench_hot values (1, 0)"
  case $1 in
    *postgresql) psql -X -q -h "$UOW_PG_SOCKET" -p "$UOW_PG_PORT" -U "$UOW_DB_USER" -d "$UOW_DB_NAME" -c "$sql" 2> /dev/null ;;
    *mariadb) MYSQL_PWD=$UOW_DB_PASSWORD mariadb --no-defaults -S "$UOW_MARIADB_SOCKET" -u "$UOW_DB_USER" "$UOW_DB_NAME" -e "$sql" ;;
  esac
}

check_source() {
  local dsn=$1
  says 0 "bench $dsn: short statements" "2 tasks a round, 3 of 3 rounds measured" \
    bench "$dsn" --sql "SELECT {i}" --rounds 3 --contexts 2
  says 1 "bench $dsn: a statement that fails ends it, with the reason" "Stopped: SELEKT 1: " \
    bench "$dsn" --sql "SELEKT 1" --rounds 1
  [ -n "$(sleeping "$dsn" 0)" ] || return
  says 0 "bench $dsn: tasks that wait gain nearly eight times" "Worth it: 8 contexts are" \
    bench "$dsn" --sql "$(sleeping "$dsn" 0.1)" --rounds 3 --json "$out/$dsn.json" --svg "$out/$dsn.svg"
  if grep -q '"verdict": "worth it"' "$out/$dsn.json" && grep -q 'wait side by side' "$out/$dsn.json" &&
    grep -q '</svg>' "$out/$dsn.svg"; then
    ok "bench $dsn: figures and picture are written"
  else
    not_ok "bench $dsn: figures and picture are written" "no verdict in $dsn.json, or no picture"
  fi
  make_hot_row "$dsn"
  says 0 "bench $dsn: tasks that wait for each other gain nothing" "the tasks wait for each other's locks" \
    bench "$dsn" --sql "$(locking "$dsn" 0.03)" --rounds 3
}

check_interrupt() {
  local pid status=0
  "$uow" bench "$1" --sql "$(sleeping "$1" 0.05)" --contexts 2 --rounds 1000 > "$out/said" 2>&1 &
  pid=$!
  sleep 4
  kill -INT "$pid"
  wait "$pid" || status=$?
  if [ $status -eq 130 ] && grep -q "Interrupted" "$out/said" && grep -q "Worth it" "$out/said"; then
    ok "bench $1: an interrupted one reports what it has"
  else
    not_ok "bench $1: an interrupted one reports what it has" "exit status $status"
  fi
}

# Every command has help, a page of the manual, and there each of its options.
check_help() {
  local command option page missing=
  for command in $("$uow" --help | awk '/^  [a-z]/ { print $1 }'); do
    page=$(dirname "$0")/uow-$command.1
    for option in $("$uow" "$command" --help | awk '/^  --/ && $1 != "--help" { print $1 }'); do
      sed 's/\\-/-/g' "$page" 2> /dev/null | grep -F -- "$option" > /dev/null || missing="$missing $command $option"
    done
  done
  echo "$missing" > "$out/said"
  if [ -z "$missing" ]; then
    ok "every option of every command is in the manual"
  else
    not_ok "every option of every command is in the manual" "these are not:"
  fi
}

# completes WANTED WORD...: what bash offers for the last word begins with that.
completes() {
  local wanted=$1
  shift
  (
    COMP_WORDS=("$uow" "$@")
    COMP_CWORD=$#
    # shellcheck source=tools/uow.bash
    . "$(dirname "$0")/uow.bash"
    _uow
    echo "${COMPREPLY[*]}"
  ) > "$out/said" 2>&1
  if [ "$(cat "$out/said")" = "$wanted" ]; then
    ok "bash completes: uow $*"
  else
    not_ok "bash completes: uow $*" "not to $wanted"
  fi
}

check_completion() {
  completes "doctor" do
  completes "--no-connect" doctor --no
  completes "--call --contexts" bench --c
  completes "uow_down" doctor uow_do
  completes "uow_down" recover uow_sqlite uow_do
  touch "$out/profile_of_a_driver"
  completes "$out/profile_of_a_driver" probe uow_down --try "$out/profile_of"
}

# at_terminal NAME VARIABLES COMMAND: what the command writes to a terminal, into $out/said.
at_terminal() { script -qec "env $1 $2" /dev/null < /dev/null 2>&1 | tr -s '\r' '\n' > "$out/said"; }

escapes() { grep -q "$(printf '\033')" "$out/said"; }

# No line is longer than that many letters, but for words that are longer by themselves.
fits() { awk -v most="$1" '{ gsub(/\033\[[0-9]*m/, "") } length($0) > most && NF > 1 && length($NF) < most - 30 { exit 1 }' "$out/said"; }

# Colours and lines of every command that has some: on a terminal, on a poor one, where nobody wants colours, in a pipe.
check_terminal() {
  local command name
  if ! command -v script > /dev/null; then
    skip "what is written to a terminal" "there is no script(1) here"
    return
  fi
  for command in "doctor uow_no_driver" "probe $1" "bench $1 --sql 'SELECT 1' --rounds 1 --contexts 2"; do
    name=${command%% *}
    at_terminal "TERM=xterm COLUMNS=60" "$uow $command"
    escapes && ok "$name: colours on a terminal" || not_ok "$name: colours on a terminal" "there are none"
    LC_ALL=C.UTF-8 fits 60 && ok "$name: no line is longer than the terminal" || not_ok "$name: no line is longer than the terminal" "one is"
    at_terminal "TERM=xterm NO_COLOR=1" "$uow $command"
    escapes && not_ok "$name: NO_COLOR" "there are colours" || ok "$name: NO_COLOR"
    at_terminal "TERM=dumb" "$uow $command"
    escapes && not_ok "$name: a terminal without colours" "there are colours" || ok "$name: a terminal without colours"
    eval "$uow $command" > "$out/said" 2>&1
    escapes && not_ok "$name: no colours in a pipe" "there are some" || ok "$name: no colours in a pipe"
  done
}

# A misspelt option of every command is refused with the right one named.
check_options() {
  local command option
  for command in $("$uow" --help | awk '/^  [a-z]/ { print $1 }'); do
    for option in $("$uow" "$command" --help | awk '/^  --/ { print $1 }'); do
      says 64 "$command: ${option}x names the nearest" "did you mean $option?" "$command" x "${option}x"
    done
  done
}

rm -rf "$out"
mkdir -p "$out"
says 0 "uow --help lists the commands" "bench" --help
says 0 "uow --version" "uow " --version
says 64 "an unknown command names the nearest" "did you mean bench?" bnech
says 64 "an unknown option names the nearest" "did you mean --contexts?" bench x --contxts 2
says 64 "a number that is none is refused" "--rounds must be a number" bench x --rounds many
says 64 "without a statement nothing is run" "what shall be run?" bench x
says 0 "help of a command" "--rounds" bench --help
says 1 "a server that is down is told" "cannot connect" bench uow_down --sql "SELECT 1"
says 0 "help of each command stands in the list" "doctor" --help
check_help
check_options
check_completion
check_terminal uow_sqlite
# A branch that a program of the name has left, and the table of decisions it names, by hand.
leave_in_doubt() {
  psql -X -q -h "$UOW_PG_SOCKET" -p "$UOW_PG_PORT" -U "$UOW_DB_USER" -d "$UOW_DB_NAME" << 'SQL' > /dev/null 2>&1
create table uow_check_decisions (unit_id varchar(64) primary key, outcome char(1), branches varchar(2000), made_at bigint);
insert into uow_check_decisions values ('log', 'L', 'fedcba9876543210', 0);
create table uow_check_work (id int);
begin;
insert into uow_check_work values (1);
prepare transaction 'uow1.check.0123456789ab0123456789ab.fedcba9876543210.1';
SQL
}

check_recover() {
  local here=(recover "$1" --coordinator check --table uow_check_decisions)
  leave_in_doubt
  says 1 "recover tells what it would do" "would be rolled back" "${here[@]}"
  says 1 "recover leaves what is too young" "left: too young" "${here[@]}" --age 4000000000
  says 1 "recover leaves what has no log" "none of these databases" "${here[@]}" --table no_such_table
  says 0 "recover does it when told so" "1 rolled back" "${here[@]}" --apply
  says 0 "recover has nothing left to do" "0 in doubt" "${here[@]}"
  says 64 "recover needs a data source" "which data sources?" recover
}

for dsn in $UOW_TEST_DSNS; do
  [ "$dsn" != uow_postgresql ] || check_recover "$dsn"
  check_source "$dsn"
  [ -z "$(sleeping "$dsn" 0)" ] || check_interrupt "$dsn"
done
finish
