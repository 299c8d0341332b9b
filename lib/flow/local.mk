uow_sources += \
	lib/flow/calls.c lib/flow/calls.h \
	lib/flow/guard.c lib/flow/guard.h \
	lib/flow/retry.c lib/flow/retry.h \
	lib/flow/step.c lib/flow/step.h
