# What the check scripts of the uow command share; to be sourced. They set uow and out.
# shellcheck shell=bash disable=SC2154
. "$(dirname "${BASH_SOURCE[0]}")/../tests/run/tap.sh"

not_ok() { not_ok_since "$1" "$2" "$out/said"; }

# says STATUS NAME TEXT ARG...: uow ARG... exits with STATUS and says TEXT somewhere.
says() {
  local wanted=$1 name=$2 text=$3 status=0
  shift 3
  "$uow" "$@" > "$out/said" 2>&1 || status=$?
  if [ $status -ne "$wanted" ]; then
    not_ok "$name" "exit status $status, not $wanted"
  elif ! grep -qF -- "$text" "$out/said"; then
    not_ok "$name" "the output lacks: $text"
  else
    ok "$name"
  fi
}
