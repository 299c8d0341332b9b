# base and diag
unit_sources += \
	tests/unit/test_base_arena.c \
	tests/unit/test_base_buf.c \
	tests/unit/test_base_civil.c \
	tests/unit/test_base_decimal.c \
	tests/unit/test_base_double.c \
	tests/unit/test_base_map.c \
	tests/unit/test_base_mem.c \
	tests/unit/test_base_platform.c \
	tests/unit/test_base_utf.c \
	tests/unit/test_diag_error.c \
	tests/unit/test_diag_redact.c \
	tests/unit/test_diag_trace.c

# odbc: the fake driver, and what stands right on it
unit_sources += \
	tests/unit/fake_odbc.c \
	tests/unit/fake_odbc.h \
	tests/unit/fake_odbc_convert.c \
	tests/unit/fake_odbc_execute.c \
	tests/unit/fake_odbc_fetch.c \
	tests/unit/fake_odbc_handles.c \
	tests/unit/fake_odbc_state.h \
	tests/unit/odbc_fixture.h \
	tests/unit/test_odbc_call.c \
	tests/unit/test_odbc_conn.c \
	tests/unit/test_odbc_connstr.c \
	tests/unit/test_odbc_dialect.c \
	tests/unit/test_odbc_override.c \
	tests/unit/test_odbc_sqlstate.c

# statements, parameters and rows on the fake driver
unit_sources += \
	tests/unit/test_odbc_dynrow.c \
	tests/unit/test_odbc_params.c \
	tests/unit/test_odbc_rowset.c

# track and flow
unit_sources += \
	tests/unit/track_fixture.h \
	tests/unit/test_flow_guard.c \
	tests/unit/test_flow_retry.c \
	tests/unit/test_flow_step.c \
	tests/unit/test_track_identity.c \
	tests/unit/test_track_keep.c \
	tests/unit/test_track_key.c \
	tests/unit/test_track_model.c \
	tests/unit/test_track_plan.c \
	tests/unit/test_track_slab.c \
	tests/unit/test_track_snapshot.c \
	tests/unit/test_track_tracker.c

# related rows
unit_sources += \
	tests/unit/kin_fixture.h \
	tests/unit/test_track_cascade.c \
	tests/unit/test_track_fixup.c

# work
unit_sources += \
	tests/unit/work_fixture.h \
	tests/unit/test_work_head.c \
	tests/unit/test_work_placeholder.c \
	tests/unit/test_work_sqlgen.c \
	tests/unit/test_work_stmtcache.c

# whole operations and contexts on the fake driver
unit_sources += \
	tests/unit/test_context_calls.c \
	tests/unit/test_context_factory.c \
	tests/unit/test_context_memory.c \
	tests/unit/test_work_page.c \
	tests/unit/test_context_metrics.c \
	tests/unit/test_work_branch_id.c tests/unit/test_work_normal.c \
	tests/unit/test_context_unit.c \
	tests/unit/test_work_polls.c \
	tests/unit/test_work_save.c
# the plan's graph
unit_sources += \
	tests/unit/test_track_plan_circle.c
# set-based writes
unit_sources += \
	tests/unit/test_work_call.c \
	tests/unit/test_work_hooks.c \
	tests/unit/test_work_plan.c \
	tests/unit/test_work_set.c \
	tests/unit/test_work_upsert.c
