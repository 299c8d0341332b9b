# The uow command: a row in uow.c and a file for each sub-command.
bin_PROGRAMS = uow
uow_SOURCES = tools/uow.c tools/cli.c tools/cli.h \
	tools/child.c tools/child.h \
	tools/direct.c tools/direct.h \
	tools/ini.c tools/ini.h \
	tools/json.c tools/json.h \
	tools/pool.c tools/pool.h \
	tools/recover.c tools/recover.h \
	tools/bench.c tools/bench.h \
	tools/bench_report.c \
	tools/bench_run.c \
	tools/bench_verdict.c \
	tools/bench_watch.c \
	tools/doctor.c tools/doctor.h \
	tools/doctor_connect.c \
	tools/doctor_files.c \
	tools/doctor_finding.c \
	tools/doctor_keys.c \
	tools/doctor_library.c \
	tools/doctor_report.c \
	tools/doctor_subjects.c \
	tools/probe.c tools/probe.h \
	tools/probe_ask.c \
	tools/probe_facts.c \
	tools/probe_quirks.c \
	tools/probe_try.c tools/probe_try.h \
	tools/probe_try_arrays.c \
	tools/probe_try_async.c \
	tools/probe_try_saves.c \
	tools/probe_try_statements.c \
	tools/probe_try_types.c \
	tools/scaffold.c tools/scaffold.h \
	tools/scaffold_catalog.c \
	tools/scaffold_mariadb.c \
	tools/scaffold_model.c \
	tools/scaffold_name.c \
	tools/scaffold_postgresql.c \
	tools/scaffold_sqlite.c \
	tools/scaffold_standard.c \
	tools/scaffold_type.c \
	tools/scaffold_write.c \
	tools/scaffold_write_call.c
uow_CPPFLAGS = -I$(top_srcdir)/lib -I$(top_srcdir)/include -I$(top_srcdir)/tools
# The inner library: probe tells what the library itself knows of a driver, which is nothing for programs.
uow_LDADD    = libuow-inner.la $(odbc_LIBS) $(ODBCINST_LIBS) $(PTHREAD_LIBS) $(LIBM)

dist_man1_MANS = tools/uow.1 tools/uow-bench.1 tools/uow-doctor.1 tools/uow-probe.1 \
	tools/uow-recover.1 tools/uow-scaffold.1

# bash looks for completions in a file with the command's name.
EXTRA_DIST += tools/uow.bash
install-data-local: install-man3
	$(MKDIR_P) "$(DESTDIR)$(datadir)/bash-completion/completions"
	$(INSTALL_DATA) $(srcdir)/tools/uow.bash "$(DESTDIR)$(datadir)/bash-completion/completions/uow"
uninstall-local: uninstall-man3
	rm -f "$(DESTDIR)$(datadir)/bash-completion/completions/uow"


check_scripts += tools/check_driver_page.sh tools/check.sh tools/check_doctor.sh tools/check_probe.sh tools/check_scaffold.sh
EXTRA_DIST += tools/check_driver_page.sh tools/check.sh tools/check_doctor.sh tools/check_probe.sh tools/check_scaffold.sh tools/check_scaffold.c \
	tools/tap.sh \
	tools/golden/sqlite.txt tools/golden/postgresql.txt tools/golden/mariadb.txt tools/golden/unknown.txt \
	tools/golden/polls.txt tools/golden/forgets.txt

# doc/drivers.md anew, after what uow probe says has changed.
driver-page: all-am
	@$(servers) -- env UOW_SRCDIR=$(abs_top_srcdir) UOW_BUILDDIR=$(abs_top_builddir) UOW_DRIVER_PAGE=write \
	  bash $(top_srcdir)/tools/check_driver_page.sh
.PHONY: driver-page
