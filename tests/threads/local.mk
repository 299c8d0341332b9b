# Plain main() programs with threads: also run under ThreadSanitizer, where Criterion does not start reliably.
thread_programs += tests/threads/guard_threads tests/threads/contexts_threads tests/threads/op_threads \
  tests/threads/storm_threads

thread_common = tests/threads/threads.c tests/threads/threads.h tests/threads/tap.c tests/threads/tap.h \
	tests/unit/fake_odbc.c tests/unit/fake_odbc_convert.c tests/unit/fake_odbc_execute.c \
	tests/unit/fake_odbc_fetch.c tests/unit/fake_odbc_handles.c \
	tests/unit/fake_odbc.h tests/unit/fake_odbc_state.h
thread_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/tests -I$(top_srcdir)/tests/unit $(odbc_CFLAGS)

tests_threads_guard_threads_SOURCES  = tests/threads/guard_threads.c $(thread_common)
tests_threads_guard_threads_CPPFLAGS = $(thread_cppflags)
tests_threads_contexts_threads_SOURCES  = tests/threads/contexts_threads.c $(thread_common)
tests_threads_contexts_threads_CPPFLAGS = $(thread_cppflags)
thread_programs += tests/threads/factory_threads
tests_threads_factory_threads_SOURCES  = tests/threads/factory_threads.c $(thread_common)
tests_threads_factory_threads_CPPFLAGS = $(thread_cppflags)
thread_programs += tests/threads/restart_threads
tests_threads_restart_threads_SOURCES  = tests/threads/restart_threads.c $(thread_common)
tests_threads_restart_threads_CPPFLAGS = $(thread_cppflags)
# through the test driver: added to the programs in tests/testdrv/local.mk
tests_threads_units_threads_SOURCES  = tests/threads/units_threads.c $(thread_common)
tests_threads_units_threads_CPPFLAGS = $(thread_cppflags)
tests_threads_op_threads_SOURCES  = tests/threads/op_threads.c $(thread_common)
tests_threads_op_threads_CPPFLAGS = $(thread_cppflags)
tests_threads_storm_threads_SOURCES  = tests/threads/storm_threads.c $(thread_common)
tests_threads_storm_threads_CPPFLAGS = $(thread_cppflags)
