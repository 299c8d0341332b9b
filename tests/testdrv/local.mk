# The test driver's own tests: raw ODBC through the driver manager, on each wrapped driver.
testdrv_test_sources = \
	tests/testdrv/test_adopt.c \
	tests/testdrv/test_async.c \
	tests/testdrv/test_cancel.c \
	tests/testdrv/test_fail.c \
	tests/testdrv/test_library.c \
	tests/testdrv/test_library_save.c \
	tests/testdrv/test_lies.c \
	tests/testdrv/test_link.c \
	tests/testdrv/test_pass.c \
	tests/testdrv/test_procedures.c \
	tests/testdrv/test_strict.c \
	tests/testdrv/test_unit_run.c \
	tests/testdrv/testdrv.c \
	tests/testdrv/testdrv.h

tests_testdrv_testdrv_threads_LDADD = $(odbc_LIBS) $(PTHREAD_LIBS)

tests_testdrv_testdrv_SOURCES  = $(testdrv_test_sources)
tests_testdrv_testdrv_CPPFLAGS = $(test_cppflags)
tests_testdrv_testdrv_CFLAGS   = $(test_cflags)
tests_testdrv_testdrv_LDFLAGS  = $(AM_LDFLAGS) -no-install
tests_testdrv_testdrv_LDADD    = libuow.la $(odbc_LIBS) $(ODBCINST_LIBS) $(PTHREAD_LIBS) $(criterion_LIBS) -ldl

if TEST_DRIVER
testdrv_programs = tests/testdrv/testdrv$(EXEEXT)
thread_programs += tests/testdrv/testdrv_threads tests/threads/units_threads
testdrv_suite = testdrv
else
testdrv_programs =
testdrv_suite =
endif
