# Documents that are distributed; doc/compile.sh compiles their code.
EXTRA_DIST += README.md CHANGELOG.md doc/distributed.md doc/driver-notes.md doc/guide.md doc/test-driver.md doc/errors.md doc/threads.md \
  doc/from-odbc.md doc/from-efcore.md doc/switching-drivers.md doc/compile.sh
