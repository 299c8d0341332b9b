# the fixture
live_sources += \
	tests/live/live.c \
	tests/live/live.h \
	tests/live/polled.c \
	tests/live/polled.h \
	tests/live/scripts.c \
	tests/live/scripts.h

# types, raw SQL, errors, tracing
live_sources += \
	tests/live/test_bad_input.c \
	tests/live/test_dynamic.c \
	tests/live/test_execute.c \
	tests/live/test_facts.c \
	tests/live/test_misuse.c \
	tests/live/test_misuse_adopt.c \
	tests/live/test_misuse_distributed.c \
	tests/live/test_timeout.c \
	tests/live/test_trace.c \
	tests/live/test_types.c

# find, query, cursors, save, units, limits, memory
live_sources += \
	tests/live/shop.h \
	tests/live/test_conflict.c \
	tests/live/test_cursor.c \
	tests/live/test_find.c \
	tests/live/test_limits.c \
	tests/live/test_memory.c \
	tests/live/test_memory_save.c \
	tests/live/test_misuse_lent.c \
	tests/live/test_op.c \
	tests/live/test_op_loop.c tests/live/test_op_misuse.c \
	tests/live/test_op_native.c \
	tests/live/test_query.c \
	tests/live/test_save.c \
	tests/live/test_unit.c \
	tests/live/test_unit_run.c

# stored procedures
live_sources += \
	tests/live/failing.h \
	tests/live/routines.h \
	tests/live/test_call.c \
	tests/live/test_call_postgresql.c \
	tests/live/test_call_types.c \
	tests/live/test_call_unit.c \
	tests/live/test_call_verify.c \
	tests/live/test_call_write.c

# one tracked row
live_sources += \
	tests/live/test_accept.c \
	tests/live/test_attached.c \
	tests/live/test_circles.c \
	tests/live/test_declared.c \
	tests/live/test_entry.c \
	tests/live/test_property.c \
	tests/live/test_property_codes.c \
	tests/live/test_property_family.c \
	tests/live/test_property_forest.c \
	tests/live/test_states.c \
	tests/live/test_tokens.c

# write strategies
live_sources += \
	tests/live/test_values.c tests/live/test_values_edges.c \
	tests/live/test_write.c

# related rows
live_sources += \
	tests/live/test_relations.c
# set-based writes
live_sources += \
	tests/live/test_hooks.c \
	tests/live/test_set.c

# factories
live_sources += \
	tests/live/test_factory.c \
	tests/live/test_parallel.c

# handles in two hands
live_sources += \
	tests/live/raw.h \
	tests/live/test_adopt.c \
	tests/live/test_embedded.c \
	tests/live/test_loan.c
