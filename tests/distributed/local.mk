# Units over all three databases: plain programs that report in TAP. They share tables, and restart servers, so they run
# one after the other and beside nothing else.
distributed_programs = tests/distributed/basics tests/distributed/bank tests/distributed/outbox
if TEST_DRIVER
distributed_programs += tests/distributed/inside tests/distributed/crash
endif

distributed_common = tests/distributed/common.c tests/distributed/common.h tests/threads/tap.c tests/threads/tap.h
distributed_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/tests

tests_distributed_basics_SOURCES  = tests/distributed/basics.c $(distributed_common)
tests_distributed_basics_CPPFLAGS = $(distributed_cppflags)
tests_distributed_basics_LDFLAGS  = $(AM_LDFLAGS) -no-install
tests_distributed_basics_LDADD    = libuow.la $(PTHREAD_LIBS)

tests_distributed_crash_SOURCES  = tests/distributed/crash.c tests/distributed/matrix.c tests/distributed/matrix.h \
  $(distributed_common)
tests_distributed_crash_CPPFLAGS = $(distributed_cppflags)
tests_distributed_crash_LDFLAGS  = $(AM_LDFLAGS) -no-install
tests_distributed_crash_LDADD    = libuow.la $(PTHREAD_LIBS)

tests_distributed_bank_SOURCES  = tests/distributed/bank.c $(distributed_common)
tests_distributed_bank_CPPFLAGS = $(distributed_cppflags)
tests_distributed_bank_LDFLAGS  = $(AM_LDFLAGS) -no-install
tests_distributed_bank_LDADD    = libuow.la $(PTHREAD_LIBS)

tests_distributed_outbox_SOURCES  = tests/distributed/outbox.c $(distributed_common)
tests_distributed_outbox_CPPFLAGS = $(distributed_cppflags)
tests_distributed_outbox_LDFLAGS  = $(AM_LDFLAGS) -no-install
tests_distributed_outbox_LDADD    = libuow.la $(PTHREAD_LIBS)

tests_distributed_inside_SOURCES  = tests/distributed/inside.c $(distributed_common)
tests_distributed_inside_CPPFLAGS = $(distributed_cppflags) $(odbc_CFLAGS)
tests_distributed_inside_LDFLAGS  = $(AM_LDFLAGS) -no-install
tests_distributed_inside_LDADD    = libuow.la $(odbc_LIBS) $(PTHREAD_LIBS)
