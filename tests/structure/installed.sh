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

# The same in a program with ODBC of its own: a handle that is not connected is refused, by the typed call.
cat > "$work/mixed.c" << 'END'
#include <uow.h>
#include <uow/odbc.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    uow_env *env = NULL;
    uow_context *ctx = NULL;
    uow_loan *loan = NULL;
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    SQLHENV henv = SQL_NULL_HENV;
    SQLHDBC hdbc = SQL_NULL_HDBC;
    int good;

    if (uow_env_open(NULL, &env) != UOW_OK || SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &henv) != SQL_SUCCESS ||
        SQLSetEnvAttr(henv, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)3, 0) != SQL_SUCCESS ||
        SQLAllocHandle(SQL_HANDLE_DBC, henv, &hdbc) != SQL_SUCCESS)
        return 2;
    good = uow_adopt_hdbc(env, hdbc, NULL, NULL, &ctx) == UOW_MISUSE && strstr(uow_context_message(ctx), "connected");
    good = good && uow_borrow_stmt(ctx, &loan, &hstmt) != UOW_OK && !loan && uow_loan_sqlhdbc(loan) == SQL_NULL_HDBC;
    printf("%s\n", uow_context_message(ctx));
    (void)uow_close(ctx);
    (void)uow_env_close(env);
    (void)SQLFreeHandle(SQL_HANDLE_DBC, hdbc);
    (void)SQLFreeHandle(SQL_HANDLE_ENV, henv);
    return !good;
}
END

# client STANDARD [LINK-FLAG...]: compile, link and run ${source:-client.c}; prints what goes wrong.
client() {
  local standard=$1 language=c compiler=$CC
  shift
  case $standard in *++*) language=c++ compiler=$CXX ;; esac
  # shellcheck disable=SC2046,SC2086 # flags are words
  if ! $compiler -x $language -std="$standard" -pedantic -Wall -Werror ${UOW_SANITIZE_FLAGS:-} \
      $(pkg-config --cflags uow) "$work/${source:-client.c}" -x none -o "$work/client" \
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
  # shellcheck disable=SC2046
  report "a client with ODBC of its own in $standard" "$(source=mixed.c client "$standard" $(pkg-config --libs uow odbc))"
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
