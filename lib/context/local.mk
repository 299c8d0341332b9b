uow_sources += \
	lib/context/adopt.c lib/context/adopt.h \
	lib/context/context.c lib/context/context.h \
	lib/context/distributed.c lib/context/distributed.h \
	lib/context/distributed_call.c lib/context/distributed_end.c \
	lib/context/distributed_member.c \
	lib/context/enter.c \
	lib/context/env.c lib/context/env_open.h \
	lib/context/factory.c lib/context/factory.h \
	lib/context/factory_error.c \
	lib/context/factory_lease.c \
	lib/context/factory_line.c \
	lib/context/factory_opener.c \
	lib/context/factory_options.c \
	lib/context/factory_slot.c \
	lib/context/factory_unit.c \
	lib/context/handle_use.c lib/context/handle_use.h \
	lib/context/loan.c \
	lib/context/metrics.c lib/context/metrics.h \
	lib/context/metrics_write.c \
	lib/context/recover.c lib/context/recover.h lib/context/recover_end.c \
	lib/context/public_call.c \
	lib/context/method.c lib/context/method.h \
	lib/context/op.c lib/context/op.h lib/context/op_cancel.c lib/context/op_list.c lib/context/op_loop.c lib/context/op_wait.c \
	lib/context/outbox.c lib/context/outbox.h lib/context/outbox_relay.c \
	lib/context/parallel.c \
	lib/context/public_cursor.c \
	lib/context/public_entry.c lib/context/public_entry.h \
	lib/context/public_query.c lib/context/public_query.h \
	lib/context/public_refresh.c \
	lib/context/public_relation.c \
	lib/context/public_rows.c \
	lib/context/public_set.c \
	lib/context/public_statement.c \
	lib/context/public_track.c \
	lib/context/public_unit.c \
	lib/context/refusal.c \
	lib/context/shell.c \
	lib/context/unit.c lib/context/unit.h \
	lib/context/unit_attempt.c \
	lib/context/unit_hooks.c \
	lib/context/unit_table.c
