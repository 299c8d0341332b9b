# The examples: programs as a user of the library would write them, so they see the
# public headers only and link the public library.
#
# Scripts that check an example's output are named in check_scripts; they run with
# UOW_BUILDDIR and UOW_SRCDIR set; exit 0 is passed, 77 skipped, else failed.
check_scripts = examples/check.sh examples/loops/check.sh examples/legacy/check.sh

# Call sites in messages are given from the top of the tree, wherever it was built.
example_cppflags = -I$(top_srcdir)/include -I$(top_srcdir)/examples \
  -fmacro-prefix-map=$(top_srcdir)/=
example_ldflags  = $(AM_LDFLAGS) -no-install

noinst_PROGRAMS += examples/01_first_unit examples/02_real_database examples/03_procedures

examples_01_first_unit_SOURCES = examples/01_first_unit.c \
  examples/example.c examples/example.h \
  examples/shop/shop_data.c examples/shop/shop_data.h \
  examples/shop/shop_model.c examples/shop/shop_model.h
examples_01_first_unit_CPPFLAGS = $(example_cppflags)
examples_01_first_unit_LDFLAGS  = $(example_ldflags)
examples_01_first_unit_LDADD    = libuow.la

examples_02_real_database_SOURCES = examples/02_real_database.c \
  examples/example.c examples/example.h
examples_02_real_database_CPPFLAGS = $(example_cppflags)
examples_02_real_database_LDFLAGS  = $(example_ldflags)
examples_02_real_database_LDADD    = libuow.la

examples_03_procedures_SOURCES = examples/03_procedures.c \
  examples/example.c examples/example.h \
  examples/shop/shop_data.c examples/shop/shop_data.h \
  examples/shop/shop_model.c examples/shop/shop_model.h
examples_03_procedures_CPPFLAGS = $(example_cppflags)
examples_03_procedures_LDFLAGS  = $(example_ldflags)
examples_03_procedures_LDADD    = libuow.la

noinst_PROGRAMS += examples/tpcc/tpcc
examples_tpcc_tpcc_SOURCES = examples/tpcc/tpcc.c examples/tpcc/tpcc.h \
  examples/tpcc/by_entity.c examples/tpcc/by_procedure.c examples/tpcc/chance.c examples/tpcc/check.c \
  examples/tpcc/load.c examples/tpcc/model.c examples/tpcc/portable.c examples/tpcc/schema.c \
  examples/tpcc/terminals.c examples/example.c examples/example.h
examples_tpcc_tpcc_CPPFLAGS = $(example_cppflags) -DTPCC_SQL_DIR='"$(abs_srcdir)/examples/tpcc"'
examples_tpcc_tpcc_LDFLAGS  = $(example_ldflags)
examples_tpcc_tpcc_LDADD    = libuow.la $(PTHREAD_LIBS)
EXTRA_DIST += examples/tpcc/procedures_mariadb.sql examples/tpcc/procedures_postgresql.sql
noinst_PROGRAMS += examples/06_three_shapes
examples_06_three_shapes_SOURCES  = examples/06_three_shapes.c examples/example.c examples/example.h
examples_06_three_shapes_CPPFLAGS = $(example_cppflags)
examples_06_three_shapes_LDFLAGS  = $(example_ldflags)
examples_06_three_shapes_LDADD    = libuow.la

# Event loops: those whose library configure has found.
loop_common = examples/loops/loop.c examples/loops/loop.h examples/example.c examples/example.h

noinst_PROGRAMS += examples/loops/03_poll
examples_loops_03_poll_SOURCES  = examples/loops/03_poll.c $(loop_common)
examples_loops_03_poll_CPPFLAGS = $(example_cppflags)
examples_loops_03_poll_LDFLAGS  = $(example_ldflags)
examples_loops_03_poll_LDADD    = libuow.la

if HAVE_EPOLL
noinst_PROGRAMS += examples/loops/04_epoll
endif
examples_loops_04_epoll_SOURCES  = examples/loops/04_epoll.c $(loop_common)
examples_loops_04_epoll_CPPFLAGS = $(example_cppflags)
examples_loops_04_epoll_LDFLAGS  = $(example_ldflags)
examples_loops_04_epoll_LDADD    = libuow.la

if HAVE_LIBUV
noinst_PROGRAMS += examples/loops/05_libuv
endif
examples_loops_05_libuv_SOURCES  = examples/loops/05_libuv.c $(loop_common)
examples_loops_05_libuv_CPPFLAGS = $(example_cppflags) $(libuv_CFLAGS)
examples_loops_05_libuv_LDFLAGS  = $(example_ldflags)
examples_loops_05_libuv_LDADD    = libuow.la $(libuv_LIBS)

if HAVE_GLIB
noinst_PROGRAMS += examples/loops/06_glib
endif
examples_loops_06_glib_SOURCES  = examples/loops/06_glib.c $(loop_common)
examples_loops_06_glib_CPPFLAGS = $(example_cppflags) $(glib_CFLAGS)
examples_loops_06_glib_LDFLAGS  = $(example_ldflags)
examples_loops_06_glib_LDADD    = libuow.la $(glib_LIBS)

# The program of 1998, and the same after each of three steps: legacy/README.md
legacy_old     = examples/legacy/main.c examples/legacy/legacy.h examples/legacy/db.c examples/legacy/setup.c
legacy_adopted = examples/legacy/adopted.c examples/legacy/model.c examples/legacy/model.h examples/legacy/report_mapped.c

noinst_PROGRAMS += examples/legacy/step0 examples/legacy/step1 examples/legacy/step2 examples/legacy/step3
examples_legacy_step0_SOURCES  = $(legacy_old) examples/legacy/open.c examples/legacy/report.c \
  examples/legacy/enter.c examples/legacy/change.c
examples_legacy_step0_CPPFLAGS = $(odbc_CFLAGS)
examples_legacy_step0_LDADD    = $(odbc_LIBS)
examples_legacy_step1_SOURCES  = $(legacy_old) $(legacy_adopted) examples/legacy/tables.c \
  examples/legacy/enter.c examples/legacy/change.c
examples_legacy_step1_CPPFLAGS = $(example_cppflags) $(odbc_CFLAGS) -DLEGACY_ADOPTED
examples_legacy_step1_LDFLAGS  = $(example_ldflags)
examples_legacy_step1_LDADD    = libuow.la $(odbc_LIBS)
examples_legacy_step2_SOURCES  = $(legacy_old) $(legacy_adopted) examples/legacy/tables.c \
  examples/legacy/enter_tracked.c examples/legacy/change_tracked.c
examples_legacy_step2_CPPFLAGS = $(example_cppflags) $(odbc_CFLAGS) -DLEGACY_ADOPTED
examples_legacy_step2_LDFLAGS  = $(example_ldflags)
examples_legacy_step2_LDADD    = libuow.la $(odbc_LIBS)
examples_legacy_step3_SOURCES  = $(legacy_old) $(legacy_adopted) \
  examples/legacy/enter_unit.c examples/legacy/procedures.c examples/legacy/change_tracked.c
examples_legacy_step3_CPPFLAGS = $(example_cppflags) $(odbc_CFLAGS) -DLEGACY_ADOPTED -DLEGACY_UNITS
examples_legacy_step3_LDFLAGS  = $(example_ldflags)
examples_legacy_step3_LDADD    = libuow.la $(odbc_LIBS)
EXTRA_DIST += examples/legacy/check.sh examples/legacy/day.txt examples/legacy/README.md

EXTRA_DIST += examples/loops/check.sh
EXTRA_DIST += examples/README.md examples/demo.sh examples/check.sh


# The ten examples of the guide (doc/guide): each chapter is built round one of them.
guide_common  = examples/guide/library.c examples/guide/library.h
guide_programs = examples/guide/01_first_unit \
  examples/guide/02_model \
  examples/guide/03_queries \
  examples/guide/04_tracker \
  examples/guide/05_relations \
  examples/guide/06_conflicts \
  examples/guide/07_units \
  examples/guide/08_polled \
  examples/guide/09_factory \
  examples/guide/10_beside_odbc
noinst_PROGRAMS += $(guide_programs)

examples_guide_01_first_unit_SOURCES  = examples/guide/01_first_unit.c
examples_guide_01_first_unit_CPPFLAGS = $(example_cppflags)
examples_guide_01_first_unit_LDFLAGS  = $(example_ldflags)
examples_guide_01_first_unit_LDADD    = libuow.la
examples_guide_02_model_SOURCES  = examples/guide/02_model.c $(guide_common)
examples_guide_02_model_CPPFLAGS = $(example_cppflags)
examples_guide_02_model_LDFLAGS  = $(example_ldflags)
examples_guide_02_model_LDADD    = libuow.la
examples_guide_03_queries_SOURCES  = examples/guide/03_queries.c $(guide_common)
examples_guide_03_queries_CPPFLAGS = $(example_cppflags)
examples_guide_03_queries_LDFLAGS  = $(example_ldflags)
examples_guide_03_queries_LDADD    = libuow.la
examples_guide_04_tracker_SOURCES  = examples/guide/04_tracker.c $(guide_common)
examples_guide_04_tracker_CPPFLAGS = $(example_cppflags)
examples_guide_04_tracker_LDFLAGS  = $(example_ldflags)
examples_guide_04_tracker_LDADD    = libuow.la
examples_guide_05_relations_SOURCES  = examples/guide/05_relations.c $(guide_common)
examples_guide_05_relations_CPPFLAGS = $(example_cppflags)
examples_guide_05_relations_LDFLAGS  = $(example_ldflags)
examples_guide_05_relations_LDADD    = libuow.la
examples_guide_06_conflicts_SOURCES  = examples/guide/06_conflicts.c $(guide_common)
examples_guide_06_conflicts_CPPFLAGS = $(example_cppflags)
examples_guide_06_conflicts_LDFLAGS  = $(example_ldflags)
examples_guide_06_conflicts_LDADD    = libuow.la
examples_guide_07_units_SOURCES  = examples/guide/07_units.c $(guide_common)
examples_guide_07_units_CPPFLAGS = $(example_cppflags)
examples_guide_07_units_LDFLAGS  = $(example_ldflags)
examples_guide_07_units_LDADD    = libuow.la
examples_guide_08_polled_SOURCES  = examples/guide/08_polled.c $(guide_common)
examples_guide_08_polled_CPPFLAGS = $(example_cppflags)
examples_guide_08_polled_LDFLAGS  = $(example_ldflags)
examples_guide_08_polled_LDADD    = libuow.la
examples_guide_09_factory_SOURCES  = examples/guide/09_factory.c $(guide_common)
examples_guide_09_factory_CPPFLAGS = $(example_cppflags)
examples_guide_09_factory_LDFLAGS  = $(example_ldflags)
examples_guide_09_factory_LDADD    = libuow.la
examples_guide_10_beside_odbc_SOURCES  = examples/guide/10_beside_odbc.c $(guide_common)
examples_guide_10_beside_odbc_CPPFLAGS = $(example_cppflags) $(odbc_CFLAGS)
examples_guide_10_beside_odbc_LDFLAGS  = $(example_ldflags)
examples_guide_10_beside_odbc_LDADD    = libuow.la $(odbc_LIBS)

check_scripts += examples/guide/check.sh
EXTRA_DIST += examples/guide/check.sh \
  examples/guide/expected/01_first_unit.txt \
  examples/guide/expected/02_model.txt \
  examples/guide/expected/03_queries.txt \
  examples/guide/expected/04_tracker.txt \
  examples/guide/expected/05_relations.txt \
  examples/guide/expected/06_conflicts.txt \
  examples/guide/expected/07_units.txt \
  examples/guide/expected/08_polled.txt \
  examples/guide/expected/09_factory.txt \
  examples/guide/expected/10_beside_odbc.txt
