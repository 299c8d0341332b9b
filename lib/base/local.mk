# base: what everything stands on; knows nothing of databases.
uow_sources += \
	lib/base/arena.c \
	lib/base/arena.h \
	lib/base/ascii.c \
	lib/base/birthmark.c \
	lib/base/buf.c \
	lib/base/buf.h \
	lib/base/buf_format.c \
	lib/base/civil.c \
	lib/base/civil.h \
	lib/base/civil_format.c \
	lib/base/civil_parse.c \
	lib/base/decimal.c \
	lib/base/decimal.h \
	lib/base/double_format.c \
	lib/base/double_parse.c \
	lib/base/double_quick.c \
	lib/base/double_quick.h \
	lib/base/guid.c \
	lib/base/hash.c \
	lib/base/integer.c \
	lib/base/map.c \
	lib/base/map.h \
	lib/base/mem.c \
	lib/base/options.c \
	lib/base/options.h \
	lib/base/mem.h \
	lib/base/platform.c \
	lib/base/platform.h \
	lib/base/usual.h \
	lib/base/utf.c \
	lib/base/utf.h \
	lib/base/wake.c
