# Benchmarks, built and run by "make bench" only: make bench BENCH="read --rows 100000".
bench_programs = bench/read bench/bounded bench/save bench/track bench/pool bench/op bench/distributed
EXTRA_PROGRAMS = $(bench_programs)

bench_cppflags = -I$(top_srcdir)/include -I$(top_srcdir)/bench $(odbc_CFLAGS)
bench_common   = bench/raw.c bench/raw.h bench/table.c bench/table.h

bench_read_SOURCES  = bench/read.c $(bench_common)
bench_read_CPPFLAGS = $(bench_cppflags)
bench_read_LDFLAGS  = $(AM_LDFLAGS) -no-install
bench_read_LDADD    = libuow.la $(odbc_LIBS)

bench_bounded_SOURCES  = bench/bounded.c $(bench_common)
bench_bounded_CPPFLAGS = $(bench_cppflags)
bench_bounded_LDFLAGS  = $(AM_LDFLAGS) -no-install
bench_bounded_LDADD    = libuow.la $(odbc_LIBS)

bench_save_SOURCES  = bench/save.c bench/save_raw.c bench/save_raw.h
bench_save_CPPFLAGS = $(bench_cppflags)
bench_save_LDFLAGS  = $(AM_LDFLAGS) -no-install
bench_save_LDADD    = libuow.la $(odbc_LIBS)

bench_pool_SOURCES  = bench/pool.c
bench_pool_CPPFLAGS = $(bench_cppflags)
bench_pool_LDFLAGS  = $(AM_LDFLAGS) -no-install
bench_pool_LDADD    = libuow.la

bench_op_SOURCES  = bench/op.c
bench_op_CPPFLAGS = $(bench_cppflags)
bench_op_LDFLAGS  = $(AM_LDFLAGS) -no-install
bench_op_LDADD    = libuow.la $(PTHREAD_LIBS)

bench_distributed_SOURCES  = bench/distributed.c
bench_distributed_CPPFLAGS = $(bench_cppflags)
bench_distributed_LDFLAGS  = $(AM_LDFLAGS) -no-install
bench_distributed_LDADD    = libuow.la

# The tracker by itself, from inside.
bench_track_SOURCES = bench/track.c
bench_track_LDADD   = $(inner_libs)

EXTRA_DIST += bench/run bench/beside_sqlalchemy.py bench/README.md
