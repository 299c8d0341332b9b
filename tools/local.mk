# The uow command: a row in uow.c and a file for each sub-command.
bin_PROGRAMS = uow
uow_SOURCES = tools/recover.c tools/recover.h tools/uow.c tools/cli.c tools/cli.h \
	tools/bench.c tools/bench.h \
	tools/bench_report.c \
	tools/bench_run.c \
	tools/bench_verdict.c \
	tools/bench_watch.c
uow_CPPFLAGS = -I$(top_srcdir)/include -I$(top_srcdir)/tools
uow_LDADD    = libuow.la $(PTHREAD_LIBS)

dist_man1_MANS = tools/uow.1

check_scripts += tools/check.sh
EXTRA_DIST += tools/check.sh
