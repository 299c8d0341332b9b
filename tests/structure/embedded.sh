#!/bin/bash
# What a library inside somebody else's program must not do: handle signals, run at exit, print, end the process, change
# its locale, working directory or environment. Seen by what the shared library asks of the C library.
. "$(dirname "$0")/lib.sh"

library=${UOW_LIBRARY:-$build_dir/.libs/libuow.so}
if [ ! -e "$library" ]; then
  skip "symbols" "no shared library was built"
  finish
  exit
fi

# used NAME...: those of the names that the library asks for, fortified spellings included.
used() {
  local name
  for name in "$@"; do echo "$name"; echo "__${name}_chk"; echo "__$name"; done | sort -u > "$names"
  $NM -D --undefined-only "$library" | awk '{ sub(/@.*/, "", $2); print $2 }' | sort -u | comm -12 - "$names"
}

names=$(mktemp)
trap 'rm -f "$names"' EXIT
export LC_ALL=C

report "the library asks for something" \
  "$([ "$($NM -D --undefined-only "$library" | wc -l)" -gt 20 ] || echo "nothing in $library")"
# pthread_sigmask: the threads of the library take no signals, which are for the program's.
report "no signal is handled or sent" \
  "$(used signal sigaction sigprocmask sigwait bsd_signal raise kill alarm setitimer timer_create)"
report "nothing runs at exit" "$(used atexit on_exit at_quick_exit cxa_atexit cxa_thread_atexit cxa_thread_atexit_impl)"
report "nothing is printed or read" \
  "$(used stdin stdout stderr printf vprintf fprintf vfprintf puts fputs fputc putchar putc fopen fdopen freopen fwrite \
    fread fgets getchar perror psignal syslog vsyslog dprintf vdprintf)"
report "the process is not ended" "$(used exit _exit _Exit quick_exit err errx)"
report "locale, directory and environment stay the program's" \
  "$(used setlocale uselocale chdir fchdir setenv putenv unsetenv clearenv umask)"
report "nothing jumps" "$(used setjmp _setjmp sigsetjmp longjmp siglongjmp swapcontext makecontext)"
report "nothing is started" "$(used fork vfork system popen execve execvp posix_spawn posix_spawnp)"
finish
