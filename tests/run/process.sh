# Functions for scripts that start other programs and must leave none behind.
# shellcheck shell=bash

# children PID: its children, from /proc (procps may not be installed).
children() { cat /proc/"$1"/task/*/children 2>/dev/null || true; }

# kill_children PID: all that the process has started, and what that has started.
kill_children() {
  local child
  for child in $(children "$1"); do
    kill_tree "$child"
  done
}

kill_tree() {
  kill_children "$1"
  kill -TERM "$1" 2>/dev/null || true
}

# run_interruptible COMMAND...: as in the foreground, Ctrl-C included, except that a
# signal to this script is acted on at once and not when the command has ended.
run_interruptible() {
  local pid status=0
  env --default-signal=INT,QUIT "$@" <&0 &
  pid=$!
  wait "$pid" || status=$?
  return "$status"
}
