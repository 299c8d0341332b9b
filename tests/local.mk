# The tests. "make check" runs all of them under one set of private servers;
# "make check-unit" needs no server, "make check-live" runs the live ones only, and
# "make check-threads" the programs with threads.
#   unit       Criterion, on the inner library and a fake ODBC table
#   live       Criterion, on the public library, once per data source
#   testdrv    Criterion, on the test driver, once per driver it wraps
#   polled     the live tests once more, every call started, polled and finished
#   distributed  units over all three databases at once, and what is left of them after crashes
#   threads    plain main() programs with threads (also run under ThreadSanitizer)
#   examples   the examples' own check scripts
#   structure  layers, headers, exports, comments, files
#   stack      how much of it a public call may need, as the compiler says
#   planted    faults planted on purpose, each of which must turn the suite red
unit_sources =
live_sources =
thread_programs =

include tests/unit/local.mk
include tests/live/local.mk
include tests/threads/local.mk
include tests/embedded/local.mk
include tests/sakila/local.mk
include tests/distributed/local.mk

inner_libs = libuow-inner.la $(odbc_LIBS) $(ODBCINST_LIBS) $(PTHREAD_LIBS) $(LIBM)
test_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/tests $(criterion_CFLAGS)
test_cflags = -std=c11 $(UOW_TEST_CFLAGS) $(UOW_SANITIZE_FLAGS)

# What a program of one file links unless it says otherwise.
LDADD = $(inner_libs)

# Built by the check targets, and only where Criterion is.
EXTRA_PROGRAMS += tests/unit/unit tests/live/live tests/testdrv/testdrv tests/planted/planted tests/planted/race \
  $(thread_programs) $(distributed_programs)

tests_unit_unit_SOURCES  = $(unit_sources)
tests_unit_unit_CPPFLAGS = $(test_cppflags)
tests_unit_unit_CFLAGS   = $(test_cflags)
tests_unit_unit_LDADD    = $(inner_libs) $(criterion_LIBS)

# -no-install: a plain program that finds the library in the build tree, not a
# wrapper script, which debuggers and valgrind would look at instead.
tests_live_live_SOURCES  = $(live_sources)
tests_live_live_CPPFLAGS = $(test_cppflags)
tests_live_live_CFLAGS   = $(test_cflags)
tests_live_live_LDFLAGS  = $(AM_LDFLAGS) -no-install
tests_live_live_LDADD    = libuow.la $(odbc_LIBS) $(PTHREAD_LIBS) $(criterion_LIBS)

tests_planted_planted_SOURCES  = tests/planted/planted.c
tests_planted_planted_CPPFLAGS = $(test_cppflags)
tests_planted_planted_CFLAGS   = $(test_cflags)
tests_planted_planted_LDADD    = $(criterion_LIBS)

tests_planted_race_SOURCES = tests/planted/race.c
tests_planted_race_LDADD   = $(PTHREAD_LIBS)

include tests/testdrv/local.mk

unit_programs = tests/unit/unit$(EXEEXT)
live_programs = tests/live/live$(EXEEXT)
planted_programs = tests/planted/planted$(EXEEXT) tests/planted/race$(EXEEXT)

# The groups one run consists of: make check SUITE="unit structure".
SUITE = unit live $(testdrv_suite) polled threads distributed examples structure stack planted

servers = bash $(top_srcdir)/tests/run/servers
suite   = $(suite_environment) bash $(top_srcdir)/tests/run/suite
suite_environment = UOW_SRCDIR=$(abs_top_srcdir) UOW_BUILDDIR=$(abs_top_builddir) \
  UOW_THREAD_PROGRAMS="$(thread_programs)" UOW_DISTRIBUTED_PROGRAMS="$(distributed_programs)" UOW_CHECK_SCRIPTS="$(check_scripts)" \
  UOW_SANITIZERS="$(UOW_SANITIZERS)" CC="$(CC)" CXX="$(CXX)" NM="$(NM)" \
  odbc_CFLAGS="$(odbc_CFLAGS)"

test_programs = $(unit_programs) $(live_programs) $(sakila_programs) $(testdrv_programs) $(planted_programs) $(thread_programs) \
  $(distributed_programs)

if !HAVE_CRITERION
$(tests_unit_unit_OBJECTS) $(tests_live_live_OBJECTS) $(tests_testdrv_testdrv_OBJECTS) $(tests_planted_planted_OBJECTS): criterion-missing
endif
criterion-missing:
	@echo "make check needs Criterion (apt-get install libcriterion-dev), then configure again" >&2; exit 1

check-local: all-am $(test_programs)
	@$(servers) -- $(suite) $(SUITE)

check-unit: libuow.la $(unit_programs) $(planted_programs) $(thread_programs)
	@$(suite) unit threads structure planted

check-live: $(live_programs)
	@$(servers) -- $(suite) live

# What takes too long for every day: 10,000 rounds of open and close on each database.
check-long: $(live_programs)
	@UOW_TIMEOUT=3600 $(servers) -- env UOW_ROUNDS=10000 UOW_FILTER='memory/rounds*' $(suite) live

check-testdrv: all-am $(testdrv_programs) $(live_programs)
	@$(servers) -- $(suite) testdrv

check-polled: all-am $(live_programs)
	@$(servers) -- $(suite) polled

# Every live test by every engine: about an hour.
check-polled-all: all-am $(live_programs)
	@$(servers) -- $(suite) polled_all

# For a ThreadSanitizer build, where Criterion does not run.
check-threads: libuow.la $(thread_programs) tests/planted/race$(EXEEXT)
	@$(servers) -- $(suite) threads planted

# Money moved under faults for longer than "make check" has time for: make check-money TRANSFERS=1000000
TRANSFERS = 100000
check-money: libuow.la $(testdrv_programs) tests/threads/units_threads$(EXEEXT)
	@$(servers) -- env UOW_TRANSFERS=$(TRANSFERS) tests/threads/units_threads

# TPC-C for ten seconds each way, on each database, with all it prints; "make check" has half of that.
check-tpcc: all-am
	@$(servers) -- env UOW_TPCC_SECONDS=10 $(suite) script:$(abs_top_srcdir)/examples/check.sh; status=$$?; \
	  grep '^#' tests/run/out/one.log; exit $$status

# A million leases by 64 threads over 8 connections; meant for a ThreadSanitizer build.
check-million: libuow.la tests/threads/factory_threads$(EXEEXT)
	@$$(setarch -R true 2> /dev/null && echo setarch -R) tests/threads/factory_threads$(EXEEXT) million
# As a 32-bit program and on a big-endian machine: cross compilers and emulation, where they are installed.
check-portable:
	@$(suite_environment) bash $(top_srcdir)/tests/portable/run $(MACHINES)

# How much stack a public call can need, as the compiler lays it out.
check-stack:
	@UOW_SRCDIR=$(abs_top_srcdir) bash $(top_srcdir)/tests/run/stack
check-distributed: all-am $(distributed_programs)
	@$(servers) -- $(suite) distributed

# 2,000 crashes by seed, and a minute of transfers under faults. One run again: UOW_CRASH_SEED=17 UOW_CRASH_RUNS=1
check-distributed-long: all-am $(distributed_programs)
	@UOW_TIMEOUT=7200 $(servers) -- env UOW_CRASH_RUNS=$${UOW_CRASH_RUNS:-2000} UOW_BANK_SECONDS=60 $(suite) distributed

check-programs: all-am $(test_programs)

bench: $(bench_programs)
	@if test -z "$(bench_programs)"; then echo "no benchmarks yet"; else \
	  $(servers) -- env UOW_SRCDIR=$(abs_top_srcdir) UOW_BUILDDIR=$(abs_top_builddir) \
	  bash $(top_srcdir)/bench/run $(BENCH); fi

# After an intended change of the public functions.
update-exports: libuow.la
	@$(suite_environment) bash $(top_srcdir)/tests/structure/exports.sh --update

installcheck-local:
	@$(suite_environment) UOW_LIBDIR=$(DESTDIR)$(libdir) UOW_MANDIR=$(DESTDIR)$(mandir) UOW_SANITIZE_FLAGS="$(UOW_SANITIZE_FLAGS)" \
	  bash $(top_srcdir)/tests/run/suite installed

.PHONY: bench check-distributed check-distributed-long check-live check-long check-million check-money check-polled \
  check-polled-all check-portable check-programs check-stack check-testdrv check-threads check-tpcc check-unit \
  criterion-missing update-exports

CLEANFILES += $(unit_programs) $(live_programs) $(testdrv_programs) $(planted_programs) $(thread_programs) $(distributed_programs) $(bench_programs)
clean-local:
	rm -rf tests/run/out doc/reference doc/man3
distclean-local:
	rm -rf tests/run/cache

EXTRA_DIST += tests/run/stack tests/portable/run tests/portable/runner.c tests/portable/profile.c tests/portable/criterion/criterion.h
EXTRA_DIST += tests/run/servers tests/run/suite tests/run/process.sh tests/run/samples.sh tests/run/tap.sh tests/run/races.supp tests/run/leaks.supp tests/run/addresses.supp \
  tests/structure/lib.sh tests/structure/layers.sh tests/structure/headers.sh \
  tests/structure/calls.sh tests/structure/twins.sh tests/structure/exports.sh tests/structure/exports.txt tests/structure/comments.sh \
  tests/structure/files.sh tests/structure/stack.sh tests/structure/embedded.sh tests/structure/installed.sh tests/planted/planted.sh tests/planted/interrupt.sh
