/*
 * Every public call that enters the guard, in one table. A call exists only
 * once it has a row here: its name and what it may do decide how it is let in.
 */
#ifndef UOWI_FLOW_CALLS_H
#define UOWI_FLOW_CALLS_H

#include <stdint.h>

#define UOWI_CALL_DATABASE 0x01u /* sends statements: refused on a context that is poisoned or not connected */
#define UOWI_CALL_TRACKER 0x02u  /* reads or changes tracked state: needs a model */
#define UOWI_CALL_HOLDS 0x04u    /* success leaves the guard with the handle returned (cursor, rows) */
#define UOWI_CALL_CLOSES 0x08u   /* the context is gone afterwards, and its guard with it */
#define UOWI_CALL_OPENS 0x10u    /* there is no context before, and one afterwards however it ended */

/* X(id, name, what it does) */
#define UOWI_CALLS(X) \
    X(OPEN, "open", UOWI_CALL_OPENS) \
    X(CLOSE, "close", UOWI_CALL_CLOSES) \
    X(ADOPT, "adopt", UOWI_CALL_OPENS) \
    X(GIVE_BACK, "give_back", UOWI_CALL_CLOSES) \
    X(BORROW, "borrow", UOWI_CALL_DATABASE | UOWI_CALL_HOLDS) \
    X(FIND, "find", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(ADD, "add", UOWI_CALL_TRACKER) \
    X(REMOVE, "remove", UOWI_CALL_TRACKER) \
    X(DETACH, "detach", UOWI_CALL_TRACKER) \
    X(REVERT, "revert", UOWI_CALL_TRACKER) \
    X(CLEAR, "clear", UOWI_CALL_TRACKER) \
    X(STATE, "state", UOWI_CALL_TRACKER) \
    X(CHANGES, "changes", UOWI_CALL_TRACKER) \
    X(HAS_CHANGES, "has_changes", UOWI_CALL_TRACKER) \
    X(SAVE, "save", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(SAVE_WITH, "save_with", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(ATTACH, "attach", UOWI_CALL_TRACKER) \
    X(UPDATE, "update", UOWI_CALL_TRACKER) \
    X(ORIGINAL, "original", UOWI_CALL_TRACKER) \
    X(SET_ORIGINAL, "set_original", UOWI_CALL_TRACKER) \
    X(DATABASE, "database", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(IS_MODIFIED, "is_modified", UOWI_CALL_TRACKER) \
    X(REFRESH, "refresh", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(REFRESH_ALL, "refresh_all", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(ACCEPT, "accept", UOWI_CALL_TRACKER) \
    X(REJECT, "reject", UOWI_CALL_TRACKER) \
    X(RESOLVE, "resolve", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(VIEW, "view", UOWI_CALL_TRACKER) \
    X(LINK, "link", UOWI_CALL_TRACKER) \
    X(UNLINK, "unlink", UOWI_CALL_TRACKER) \
    X(LOAD_COLLECTION, "load_collection", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(LOAD_REFERENCE, "load_reference", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(CASCADE, "cascade", UOWI_CALL_TRACKER) \
    X(QUERY, "query", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(QUERY_SQL, "query_sql", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(FIRST, "first", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(SINGLE, "single", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(COUNT, "count", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(EXISTS, "exists", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(CURSOR_OPEN, "cursor_open", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER | UOWI_CALL_HOLDS) \
    X(EXECUTE, "execute", UOWI_CALL_DATABASE) \
    X(STATEMENT_PREPARE, "statement_prepare", UOWI_CALL_DATABASE) \
    X(STATEMENT_EXECUTE, "statement_execute", UOWI_CALL_DATABASE) \
    X(STATEMENT_QUERY, "statement_query", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(ROWS_OPEN, "rows_open", UOWI_CALL_DATABASE | UOWI_CALL_HOLDS) \
    X(BEGIN, "begin", UOWI_CALL_DATABASE) \
    X(COMMIT, "commit", UOWI_CALL_DATABASE) \
    X(ROLLBACK, "rollback", UOWI_CALL_DATABASE) \
    X(UNIT_RUN, "unit_run", 0) \
    X(UNIT_AFTER_COMMIT, "unit_after_commit", 0) \
    X(UNIT_AFTER_ROLLBACK, "unit_after_rollback", 0) \
    X(UNIT_TABLE_CREATE, "unit_table_create", UOWI_CALL_DATABASE) \
    X(UNIT_TABLE_CLEAN, "unit_table_clean", UOWI_CALL_DATABASE) \
    X(DISTRIBUTED_BEGIN, "distributed_begin", UOWI_CALL_DATABASE) \
    X(DISTRIBUTED_COMMIT, "distributed_commit", 0) \
    X(DISTRIBUTED_ROLLBACK, "distributed_rollback", 0) \
    X(DECISION_TABLE_CREATE, "decision_table_create", UOWI_CALL_DATABASE) \
    X(OUTBOX_CREATE, "outbox_create", UOWI_CALL_DATABASE) \
    X(OUTBOX_PUT, "outbox_put", UOWI_CALL_DATABASE) \
    X(INBOX_CREATE, "inbox_create", UOWI_CALL_DATABASE) \
    X(RELAY, "relay", UOWI_CALL_DATABASE) \
    X(UPDATE_WHERE, "update_where", UOWI_CALL_DATABASE) \
    X(DELETE_WHERE, "delete_where", UOWI_CALL_DATABASE) \
    X(UPSERT, "upsert", UOWI_CALL_DATABASE) \
    X(TRACE_CONTEXT, "trace_context", 0) \
    X(FACTORY_RELEASE, "factory_release", UOWI_CALL_CLOSES) \
    X(PLAN, "plan", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(CALL, "call", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER) \
    X(CALL_ROWS, "call_rows", UOWI_CALL_DATABASE | UOWI_CALL_HOLDS) \
    X(MODEL_VERIFY, "model_verify", UOWI_CALL_DATABASE | UOWI_CALL_TRACKER)

typedef enum uowi_call {
#define UOWI_MEMBER(id, name, does) UOWI_CALL_ID_##id,
    UOWI_CALLS(UOWI_MEMBER)
#undef UOWI_MEMBER
    UOWI_CALL_COUNT
} uowi_call;

typedef struct uowi_call_row {
    const char *name;
    uint32_t does;
} uowi_call_row;

extern const uowi_call_row uowi_calls[UOWI_CALL_COUNT];

#endif
