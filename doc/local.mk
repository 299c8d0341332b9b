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

# HTML and man pages of every public symbol, in doc/reference of the build tree; needs doxygen.
reference:
	@command -v doxygen > /dev/null || { echo "make reference needs doxygen (apt-get install doxygen)" >&2; exit 1; }
	@$(MKDIR_P) doc/reference && out=`pwd`/doc/reference && cd $(srcdir) && \
	  { cat doc/reference.cfg; echo "OUTPUT_DIRECTORY = $$out"; } | doxygen - && echo "$$out/html/index.html"
.PHONY: reference
