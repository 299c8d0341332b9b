# The test driver: libuowtest.so, which a driver manager loads (doc/test-driver.md). Made as
# a program and not by libtool: a module of libtool's needs a build with shared libraries, and
# the driver is wanted in every build of the tests.
testdrv_sources = \
	odbc/testdrv/arity.h \
	odbc/testdrv/attr.c \
	odbc/testdrv/call.c \
	odbc/testdrv/call.h \
	odbc/testdrv/connect.c \
	odbc/testdrv/connstr.c \
	odbc/testdrv/connstr.h \
	odbc/testdrv/diag.c \
	odbc/testdrv/export.c \
	odbc/testdrv/export.h \
	odbc/testdrv/fault.c \
	odbc/testdrv/functions.c \
	odbc/testdrv/functions.h \
	odbc/testdrv/gate.c \
	odbc/testdrv/handles.c \
	odbc/testdrv/handles.h \
	odbc/testdrv/info.c \
	odbc/testdrv/keys.c \
	odbc/testdrv/keys.h \
	odbc/testdrv/keys_info.c \
	odbc/testdrv/keys_read.c \
	odbc/testdrv/keys_read.h \
	odbc/testdrv/keys_rules.c \
	odbc/testdrv/link.c \
	odbc/testdrv/profile.c \
	odbc/testdrv/profile.h \
	odbc/testdrv/rows.c \
	odbc/testdrv/stmt_attr.c \
	odbc/testdrv/target.c \
	odbc/testdrv/target.h \
	odbc/testdrv/uowtest.h

if TEST_DRIVER
testdrvdir = $(pkglibdir)
testdrv_PROGRAMS = odbc/testdrv/libuowtest.so
nodist_testdrv_DATA = odbc/testdrv/odbcinst.ini
endif

odbc_testdrv_libuowtest_so_SOURCES  = $(testdrv_sources)
odbc_testdrv_libuowtest_so_CPPFLAGS = $(odbc_CFLAGS)
odbc_testdrv_libuowtest_so_CFLAGS   = $(AM_CFLAGS) -fPIC
odbc_testdrv_libuowtest_so_LDADD    = $(ODBCINST_LIBS) $(PTHREAD_LIBS) -ldl
odbc_testdrv_libuowtest_so_LINK     = $(CC) $(AM_CFLAGS) $(CFLAGS) $(AM_LDFLAGS) $(LDFLAGS) -shared -o $@

odbc/testdrv/odbcinst.ini: odbc/testdrv/odbcinst.ini.in Makefile
	$(AM_V_GEN)$(MKDIR_P) odbc/testdrv && \
	  sed -e '/^#/d' -e 's|@testdrv_dir@|$(pkglibdir)|' $(srcdir)/odbc/testdrv/odbcinst.ini.in > $@

EXTRA_DIST += odbc/testdrv/odbcinst.ini.in
CLEANFILES += odbc/testdrv/odbcinst.ini odbc/testdrv/libuowtest.so
