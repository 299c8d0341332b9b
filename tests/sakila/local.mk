# The procedures of Sakila and Pagila, compared with what the databases' own clients see.
check_scripts += tests/sakila/check.sh

EXTRA_PROGRAMS += tests/sakila/sakila
tests_sakila_sakila_SOURCES  = tests/sakila/sakila.c
tests_sakila_sakila_CPPFLAGS = $(AM_CPPFLAGS)
tests_sakila_sakila_LDFLAGS  = $(AM_LDFLAGS) -no-install
tests_sakila_sakila_LDADD    = libuow.la
sakila_programs = tests/sakila/sakila$(EXEEXT)

EXTRA_DIST += tests/sakila/check.sh
CLEANFILES += tests/sakila/sakila$(EXEEXT)
