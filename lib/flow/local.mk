uow_sources += \
	lib/flow/calls.c lib/flow/calls.h \
	lib/flow/flight.c lib/flow/flight.h \
	lib/flow/guard.c lib/flow/guard.h \
	lib/flow/hub.c lib/flow/hub.h \
	lib/flow/retry.c lib/flow/retry.h \
	lib/flow/step.c lib/flow/step.h \
	lib/flow/workers.c lib/flow/workers.h
