# diag: what is said when something happens: errors, traces, and no secrets.
uow_sources += \
	lib/diag/error.c \
	lib/diag/error.h \
	lib/diag/error_read.c \
	lib/diag/redact.c \
	lib/diag/redact.h \
	lib/diag/status.c \
	lib/diag/trace.c \
	lib/diag/trace.h
