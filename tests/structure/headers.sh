#!/bin/bash
# Each public header compiles alone and twice, in old and new C and C++, without a
# warning, and <uow.h> brings no ODBC header with it.
. "$(dirname "$0")/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# compile STANDARD FILE: prints what the compiler says.
compile() {
  local language=c compiler=$CC
  case $1 in *++*) language=c++ compiler=$CXX ;; esac
  # shellcheck disable=SC2086 # the flags are words
  $compiler -x $language -std="$1" -pedantic -Wall -Wextra -Wstrict-aliasing -Werror \
    -I"$include_dir" $odbc_CFLAGS -fsyntax-only "$2" 2>&1 || true
}

odbc_CFLAGS=${odbc_CFLAGS:-}
standards="gnu89 c99 c11"
if command -v "${CXX%% *}" > /dev/null; then
  standards="$standards c++98 c++20"
else
  skip "headers in C++" "no C++ compiler"
fi

for header in $(public_headers); do
  printf '#include <%s>\n#include <%s>\nint main(void);\nint main(void) { return 0; }\n' \
    "$header" "$header" > "$work/client.c"
  for standard in $standards; do
    report "<$header> in $standard" "$(compile "$standard" "$work/client.c")"
  done
done

echo '#include <uow.h>' > "$work/client.c"
report "<uow.h> brings no ODBC header" \
  "$($CC -I"$include_dir" -M "$work/client.c" | tr ' ' '\n' | grep -E '/(sql[a-z]*|odbc[a-z]*|unixodbc[a-z_]*)\.h$' | grep -v "^$include_dir/" || true)"
report "<uow.h> brings every public header but <uow/odbc.h>" "$(
  $CC -I"$include_dir" -M "$work/client.c" | tr ' ' '\n' | sed -n "s|^$include_dir/||p" | sort > "$work/got"
  public_headers | grep -v '^uow/odbc\.h$' | comm -13 "$work/got" -)"
finish
