# Completion of the uow command for bash: commands, options as each command lists them, data sources, files.
_uow() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} uow=${COMP_WORDS[0]} choices

  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    choices="$("$uow" --help 2> /dev/null | awk '/^  [a-z]/ { print $1 }') --help --version"
  elif [ "${word#-}" != "$word" ]; then
    choices=$("$uow" "${COMP_WORDS[1]}" --help 2> /dev/null | awk '/^  --/ { print $1 }')
  else
    case $before in
      --file | --svg | --out | --try) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    esac
    [ "$COMP_CWORD" -eq 2 ] || [ "${COMP_WORDS[1]}" = recover ] || return
    choices=$(odbcinst -q -s 2> /dev/null | tr -d '[]')
  fi
  mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
}
complete -F _uow uow
