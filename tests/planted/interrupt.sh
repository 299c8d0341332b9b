#!/bin/bash
# The servers go with whoever started them, however that ends: Ctrl-C, a TERM, or a KILL that no script can answer.
. "$UOW_SRCDIR/tests/structure/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset UOW_TEST_DSNS UOW_TEST_DIR

# Waits until the process is gone, ten seconds at most.
gone() {
  local i
  for i in $(seq 100); do
    kill -0 "$1" 2> /dev/null || return 0
    sleep 0.1
  done
  return 1
}

# interrupt SIGNAL: start servers, and a process out of the terminal's reach; send it, say what is left.
interrupt() {
  local signal=$1 runner directory i pid left=
  rm -f "$work/where"
  setsid bash "$UOW_SRCDIR/tests/run/servers" -- \
    bash -c "setsid sleep 301 & echo \$\$ \$! \$UOW_TEST_DIR > $work/where.new; mv $work/where.new $work/where; sleep 300" > "$work/log" 2>&1 &
  runner=$!
  for i in $(seq 600); do
    [ ! -s "$work/where" ] || break
    kill -0 "$runner" 2> /dev/null || break
    sleep 0.1
  done
  [ -s "$work/where" ] || { echo "the servers did not start: $(tail -n 3 "$work/log")"; return; }
  read -r command apart directory < "$work/where"
  directory=$(dirname "$directory")
  pids="$command $apart $(head -qn 1 "$directory"/*.pid 2> /dev/null | tr '\n' ' ')"
  if [ "$signal" = KILL ]; then
    kill -KILL "$runner"
  else
    kill -"$signal" -- -"$runner"
  fi
  for pid in $pids; do
    gone "$pid" || left="$left $pid"
  done
  wait "$runner" 2> /dev/null
  for i in $(seq 50); do
    [ -d "$directory" ] || break
    sleep 0.1
  done
  [ -z "$left" ] || echo "processes left:$left"
  [ ! -d "$directory" ] || echo "$directory is left"
}

for signal in INT TERM KILL; do
  report "the servers are gone after $signal" "$(interrupt "$signal")"
done
finish
