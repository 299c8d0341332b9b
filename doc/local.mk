# Documents that are distributed; doc/compile.sh compiles their code.
EXTRA_DIST += README.md CHANGELOG.md doc/distributed.md doc/driver-notes.md doc/guide.md doc/test-driver.md doc/errors.md doc/threads.md \
  doc/from-odbc.md doc/from-efcore.md doc/switching-drivers.md doc/compile.sh doc/reference.cfg doc/reference.sed

dist_man7_MANS = doc/libuow.7

# HTML and man pages of every public symbol, in doc/reference of the build tree; needs doxygen.
reference:
	@command -v doxygen > /dev/null || { echo "make reference needs doxygen (apt-get install doxygen)" >&2; exit 1; }
	@$(MKDIR_P) doc/reference && out=`pwd`/doc/reference && cd $(srcdir) && \
	  { cat doc/reference.cfg; echo "OUTPUT_DIRECTORY = $$out"; } | doxygen - && echo "$$out/html/index.html"
.PHONY: reference
