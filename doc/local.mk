# Documents that are distributed; doc/compile.sh compiles their code.
EXTRA_DIST += README.md CHANGELOG.md doc/distributed.md doc/driver-notes.md doc/guide.md doc/test-driver.md doc/compile.sh
