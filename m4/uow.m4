dnl Macros of libuow's configure.ac.

dnl UOW_TRY_CFLAG(FLAG, IF-YES): does the compiler take FLAG? Asked with -Werror,
dnl so that a mere "unknown option" warning counts as no.
AC_DEFUN([UOW_TRY_CFLAG], [
  AS_VAR_PUSHDEF([uow_var], [uow_cv_cflag_$1])dnl
  AC_CACHE_CHECK([whether $CC accepts $1], [uow_var], [
    uow_saved_CFLAGS=$CFLAGS
    CFLAGS="-Werror $1"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM], [AS_VAR_SET([uow_var], [yes])], [AS_VAR_SET([uow_var], [no])])
    CFLAGS=$uow_saved_CFLAGS
  ])
  AS_VAR_IF([uow_var], [yes], [$2])
  AS_VAR_POPDEF([uow_var])dnl
])

dnl UOW_WARNINGS: UOW_CFLAGS for the library, UOW_TEST_CFLAGS for tests, where
dnl Criterion's macros do not stand -Wpedantic and -Wconversion.
AC_DEFUN([UOW_WARNINGS], [
  UOW_CFLAGS=
  UOW_TEST_CFLAGS=
  m4_foreach_w([uow_flag], [-Wall -Wextra -Wshadow -Wstrict-prototypes], [
    UOW_TRY_CFLAG(uow_flag, [
      UOW_CFLAGS="$UOW_CFLAGS uow_flag"
      UOW_TEST_CFLAGS="$UOW_TEST_CFLAGS uow_flag"])])
  m4_foreach_w([uow_flag], [-Wpedantic -Wconversion], [
    UOW_TRY_CFLAG(uow_flag, [UOW_CFLAGS="$UOW_CFLAGS uow_flag"])])
  AC_SUBST([UOW_CFLAGS])
  AC_SUBST([UOW_TEST_CFLAGS])
])

dnl UOW_DENSE: UOW_DENSE_CFLAGS for the library: no room between functions and loops. Most of its calls are made once
dnl for each answer of a server, after which the caches hold little of it: fewer lines to fetch weigh more than aligned
dnl ones.
AC_DEFUN([UOW_DENSE], [
  UOW_DENSE_CFLAGS=
  m4_foreach_w([uow_flag], [-falign-functions=1 -falign-loops=1 -falign-jumps=1], [
    UOW_TRY_CFLAG(uow_flag, [UOW_DENSE_CFLAGS="$UOW_DENSE_CFLAGS uow_flag"])])
  AC_SUBST([UOW_DENSE_CFLAGS])
])

dnl UOW_ENABLE_WERROR: --enable-werror, for the project's own builds only; a newer
dnl compiler's new warning must not stop a user.
AC_DEFUN([UOW_ENABLE_WERROR], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])],
    [], [enable_werror=no])
  uow_werror="shown"
  AS_IF([test "$enable_werror" = yes], [
    UOW_CFLAGS="$UOW_CFLAGS -Werror"
    UOW_TEST_CFLAGS="$UOW_TEST_CFLAGS -Werror"
    uow_werror="are errors"])
])

dnl UOW_ENABLE_SANITIZERS: --enable-sanitizers=address,undefined or =thread.
AC_DEFUN([UOW_ENABLE_SANITIZERS], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers=LIST],
      [build everything with these sanitizers (address,undefined or thread)])],
    [], [enable_sanitizers=no])
  AS_CASE([$enable_sanitizers],
    [no], [uow_sanitizers=none],
    [yes], [uow_sanitizers=address,undefined],
    [uow_sanitizers=$enable_sanitizers])
  UOW_SANITIZE_FLAGS=
  AS_IF([test "$uow_sanitizers" != none], [
    dnl gcc's UndefinedBehaviorSanitizer would print a line and go on, and does not log
    dnl to a file beside AddressSanitizer: let it end the program.
    UOW_SANITIZE_FLAGS="-fsanitize=$uow_sanitizers -fno-sanitize-recover=all -fno-omit-frame-pointer"
    AC_MSG_CHECKING([whether $CC links with $UOW_SANITIZE_FLAGS])
    uow_saved_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS $UOW_SANITIZE_FLAGS"
    AC_LINK_IFELSE([AC_LANG_PROGRAM], [AC_MSG_RESULT([yes])], [
      AC_MSG_RESULT([no])
      AC_MSG_ERROR([this compiler has no -fsanitize=$uow_sanitizers])])
    CFLAGS=$uow_saved_CFLAGS])
  AC_SUBST([UOW_SANITIZE_FLAGS])
  AC_SUBST([UOW_SANITIZERS], [$uow_sanitizers])
])

dnl UOW_LD_VERSION_SCRIPT: does the linker take a version script?
AC_DEFUN([UOW_LD_VERSION_SCRIPT], [
  AC_CACHE_CHECK([whether the linker takes a version script], [uow_cv_version_script], [
    echo 'UOW_TEST { global: main; local: *; };' > conftest.map
    uow_saved_LDFLAGS=$LDFLAGS
    LDFLAGS="$LDFLAGS -Wl,--version-script=conftest.map"
    AC_LINK_IFELSE([AC_LANG_PROGRAM], [uow_cv_version_script=yes], [uow_cv_version_script=no])
    LDFLAGS=$uow_saved_LDFLAGS
    rm -f conftest.map
  ])
  AM_CONDITIONAL([HAVE_VERSION_SCRIPT], [test "$uow_cv_version_script" = yes])
])

dnl UOW_LIB_ODBCINST: the installer library, which reads odbc.ini for us.
AC_DEFUN([UOW_LIB_ODBCINST], [
  uow_saved_LIBS=$LIBS
  uow_saved_CPPFLAGS=$CPPFLAGS
  CPPFLAGS="$CPPFLAGS $odbc_CFLAGS"
  AC_CHECK_HEADER([odbcinst.h], [],
    [AC_MSG_ERROR([odbcinst.h not found; it comes with unixODBC (unixodbc-dev)])])
  AC_CHECK_LIB([odbcinst], [SQLGetPrivateProfileString], [ODBCINST_LIBS=-lodbcinst],
    [AC_MSG_ERROR([libodbcinst not found; it comes with unixODBC (unixodbc-dev)])],
    [$odbc_LIBS])
  LIBS=$uow_saved_LIBS
  CPPFLAGS=$uow_saved_CPPFLAGS
  AC_SUBST([ODBCINST_LIBS])
])

dnl UOW_LIB_PTHREAD: glibc 2.34 has threads in libc, older ones in libpthread.
AC_DEFUN([UOW_LIB_PTHREAD], [
  uow_saved_LIBS=$LIBS
  LIBS=
  AC_SEARCH_LIBS([pthread_create], [pthread], [],
    [AC_MSG_ERROR([POSIX threads not found])])
  PTHREAD_LIBS=$LIBS
  LIBS=$uow_saved_LIBS
  AC_SUBST([PTHREAD_LIBS])
])

dnl UOW_ENABLE_LTO: the shared library is optimised as a whole: its calls go through many small functions in many files,
dnl and what they take of the instruction cache is taken from the driver. Objects hold both forms (fat), so that
dnl the static library and the tests need no plugin. Not beside sanitizers, nor where the user does not optimise.
AC_DEFUN([UOW_ENABLE_LTO], [
  AC_ARG_ENABLE([lto],
    [AS_HELP_STRING([--disable-lto], [do not optimise the shared library at link time])],
    [], [enable_lto=auto])
  UOW_LTO_FLAGS=
  UOW_NO_LTO_FLAGS=
  uow_lto="off"
  AS_CASE([" $CFLAGS "], [*" -O"@<:@123s@:>@" "*], [], [AS_IF([test "$enable_lto" = auto], [enable_lto=no])])
  AS_IF([test "$uow_sanitizers" != none], [enable_lto=no])
  AS_IF([test "$enable_lto" != no], [
    AC_CACHE_CHECK([whether $CC optimises at link time], [uow_cv_lto], [
      uow_cv_lto=no
      uow_saved_CFLAGS=$CFLAGS
      for uow_flag in -flto=auto -flto; do
        CFLAGS="$uow_saved_CFLAGS -Werror $uow_flag -ffat-lto-objects"
        AC_LINK_IFELSE([AC_LANG_PROGRAM], [uow_cv_lto=$uow_flag; break])
      done
      CFLAGS=$uow_saved_CFLAGS
    ])
    AS_IF([test "$uow_cv_lto" != no], [
      UOW_LTO_FLAGS="$uow_cv_lto -ffat-lto-objects"
      UOW_NO_LTO_FLAGS=-fno-lto
      uow_lto="on ($uow_cv_lto)"])
  ])
  AC_SUBST([UOW_LTO_FLAGS])
  AC_SUBST([UOW_NO_LTO_FLAGS])
  AM_CONDITIONAL([LTO], [test -n "$UOW_LTO_FLAGS"])
])
