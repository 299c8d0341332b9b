# Documents that are distributed; doc/compile.sh compiles their code.
EXTRA_DIST += README.md CHANGELOG.md doc/distributed.md doc/driver-notes.md doc/guide.md doc/test-driver.md doc/drivers.md \
  doc/contexts.md doc/model.md doc/tracker.md doc/queries.md doc/procedures.md doc/units.md doc/async.md doc/pool.md doc/tracing.md doc/adoption.md doc/command.md \
  doc/errors.md doc/threads.md \
  doc/from-odbc.md doc/from-efcore.md doc/switching-drivers.md doc/compile.sh doc/excerpts.sh doc/reference.cfg doc/reference.sed
EXTRA_DIST += doc/guide/01-first-unit.md \
  doc/guide/02-model.md \
  doc/guide/03-queries.md \
  doc/guide/04-tracker.md \
  doc/guide/05-relations.md \
  doc/guide/06-conflicts.md \
  doc/guide/07-units.md \
  doc/guide/08-polled.md \
  doc/guide/09-factory.md \
  doc/guide/10-beside-odbc.md

dist_man7_MANS = doc/libuow.7

# A man page of every public function and header, made of the headers' comments by sh and awk: man 3 uow_save.
EXTRA_DIST += doc/man3.sh
man3dir = $(mandir)/man3
doc/man3/made: doc/man3.sh $(uowinclude_HEADERS)
	@rm -rf doc/man3 && $(MKDIR_P) doc/man3
	$(AM_V_GEN)$(SHELL) $(srcdir)/doc/man3.sh $(srcdir)/include/uow doc/man3 && : > $@
all-local: doc/man3/made
install-man3: doc/man3/made
	$(MKDIR_P) "$(DESTDIR)$(man3dir)"
	$(INSTALL_DATA) doc/man3/*.3 "$(DESTDIR)$(man3dir)"
uninstall-man3: doc/man3/made
	cd doc/man3 && for page in *.3; do rm -f "$(DESTDIR)$(man3dir)/$$page"; done
.PHONY: install-man3 uninstall-man3

# HTML of every public symbol, in doc/reference of the build tree; needs doxygen.
reference:
	@command -v doxygen > /dev/null || { echo "make reference needs doxygen (apt-get install doxygen)" >&2; exit 1; }
	@$(MKDIR_P) doc/reference && out=`pwd`/doc/reference && cd $(srcdir) && \
	  { cat doc/reference.cfg; echo "OUTPUT_DIRECTORY = $$out"; } | doxygen - && echo "$$out/html/index.html"
.PHONY: reference
