# The library inside a plugin; -rpath makes a shared one of it although it is not installed. There is none of a
# library that is static only.
if SHARED
EXTRA_LTLIBRARIES += tests/embedded/plugin.la
tests_embedded_plugin_la_SOURCES = tests/embedded/plugin.c
tests_embedded_plugin_la_LDFLAGS = -module -shared -avoid-version -rpath /nowhere
tests_embedded_plugin_la_LIBADD  = libuow.la

thread_programs += tests/embedded/host_threads
tests_embedded_host_threads_SOURCES  = tests/embedded/host_threads.c
tests_embedded_host_threads_CPPFLAGS = $(AM_CPPFLAGS) -DPLUGIN='"$(abs_builddir)/tests/embedded/.libs/plugin.so"'
tests_embedded_host_threads_LDADD    =
EXTRA_tests_embedded_host_threads_DEPENDENCIES = tests/embedded/plugin.la
CLEANFILES += tests/embedded/plugin.la
endif
