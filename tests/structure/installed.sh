#!/bin/bash
# make installcheck: a small client of the installed library, by pkg-config alone.
. "$(dirname "$0")/lib.sh"

libdir=${UOW_LIBDIR:?set by make installcheck}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PKG_CONFIG_PATH=$libdir/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
export LD_LIBRARY_PATH=$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

cat > "$work/client.c" << 'END'
#include <uow.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    printf("%s\n", uow_version());
    return strcmp(uow_version(), UOW_VERSION_STRING) != 0;
}
END

# client STANDARD [LINK-FLAG...]: compile, link and run; prints what goes wrong.
client() {
  local standard=$1 language=c compiler=$CC
  shift
  case $standard in *++*) language=c++ compiler=$CXX ;; esac
  # shellcheck disable=SC2046,SC2086 # flags are words
  if ! $compiler -x $language -std="$standard" -pedantic -Wall -Werror ${UOW_SANITIZE_FLAGS:-} \
      $(pkg-config --cflags uow) "$work/client.c" -x none -o "$work/client" \
      "$@" > "$work/log" 2>&1; then
    cat "$work/log"
  elif ! "$work/client" > "$work/log" 2>&1; then
    cat "$work/log"
    echo "the client does not run"
  fi
}

report "pkg-config finds the library" "$(pkg-config --print-errors --exists uow 2>&1)"
report "man pages are installed" "$(
  for page in man3/uow_save.3 man3/uow_model.h.3 man3/uow_query_options.3 man1/uow.1 man7/libuow.7; do
    [ -s "${UOW_MANDIR:?set by make installcheck}/$page" ] || echo "$page is not there"
  done)"
report "pkg-config and the header name one version" "$(
  printf '#include <uow.h>\nversion UOW_VERSION_STRING\n' > "$work/version.c"
  # shellcheck disable=SC2046
  header=$($CC -E $(pkg-config --cflags uow) "$work/version.c" | sed -n 's/^version "\(.*\)"/\1/p')
  [ "$header" = "$(pkg-config --modversion uow)" ] ||
    echo "header: $header, pkg-config: $(pkg-config --modversion uow)")"
standards="gnu89 c99 c11"
if command -v "${CXX%% *}" > /dev/null; then
  standards="$standards c++98 c++20"
fi
for standard in $standards; do
  # shellcheck disable=SC2046
  report "a client in $standard" "$(client "$standard" $(pkg-config --libs uow))"
done
# libuow.a beside the shared driver manager, as one would ship it; a fully static one is
# rarely there and could load no driver.
if [ -e "$libdir/libuow.a" ]; then
  # shellcheck disable=SC2046
  report "a client with the static library" \
    "$(client c11 $(pkg-config --libs uow | sed 's/-luow\b/-l:libuow.a/') \
      $(pkg-config --libs odbc) -lodbcinst -lpthread -lm)"
fi
finish
