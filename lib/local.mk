# The library. Each layer lists its files in uow_sources; an upper layer may use a
# lower one and never the other way round (tests/structure/layers.sh).
uow_sources =

include lib/base/local.mk
include lib/diag/local.mk
include lib/odbc/local.mk
include lib/flow/local.mk
include lib/track/local.mk
include lib/work/local.mk
include lib/context/local.mk

# All objects, hidden symbols within reach: the unit tests link this one.
noinst_LTLIBRARIES += libuow-inner.la
libuow_inner_la_SOURCES = $(uow_sources)
libuow_inner_la_CFLAGS  = $(AM_CFLAGS) $(UOW_DENSE_CFLAGS) $(UOW_LTO_FLAGS)
libuow_inner_la_LIBADD  = $(odbc_LIBS) $(ODBCINST_LIBS) $(PTHREAD_LIBS) $(LIBM)

# The public library adds nothing but the rules of its linking.
lib_LTLIBRARIES += libuow.la
libuow_la_SOURCES = 
libuow_la_LIBADD  = libuow-inner.la
libuow_la_LDFLAGS = $(UOW_SANITIZE_FLAGS) $(UOW_LTO_FLAGS) -no-undefined -version-info $(UOW_ABI)
if HAVE_VERSION_SCRIPT
libuow_la_LDFLAGS += -Wl,--version-script=$(top_srcdir)/lib/libuow.map
endif
EXTRA_libuow_la_DEPENDENCIES = $(top_srcdir)/lib/libuow.map
EXTRA_DIST += lib/libuow.map

# What the compiler notes for link time is read by its own version only: the static library goes out without.
if LTO
install-exec-hook:
	archive='$(DESTDIR)$(libdir)/libuow.a'; test ! -f "$$archive" || \
	  $(STRIP) -p -R '.gnu.lto_*' -R '.gnu.debuglto_*' -N __gnu_lto_slim -N __gnu_lto_v1 "$$archive"
endif
