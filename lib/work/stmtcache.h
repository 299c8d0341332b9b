/*
 * Prepared statements by their text, least recently used out first. Preparing
 * costs two to four times an execution, so nothing is prepared twice.
 */
#ifndef UOWI_WORK_STMTCACHE_H
#define UOWI_WORK_STMTCACHE_H

#include "base/map.h"
#include "odbc/rowset.h"
#include "odbc/stmt.h"
#include "track/snapshot.h"
#include "work/coltypes.h"
#include "work/routine.h"

typedef struct uowi_cached uowi_cached;

struct uowi_cached {
    uowi_stmt *stmt;
    uowi_rowset *rowset;      /* bound for rowset_owner, or NULL */
    const void *rowset_owner; /* the entity it was made for */
    uint32_t rowset_block;    /* rows a block, as asked */
    uint64_t runs;
    bool busy;        /* an operation or cursor uses it */
    bool large;       /* the last run gave many rows: not worth preparing where direct reads are faster */
    bool judged;      /* leaves is known */
    uint8_t leaves;   /* what it may leave in the session: UOWI_LEFT_ bits */
    bool kept;        /* false: too old or too many; freed when no longer busy */
    char *sql;
    size_t sql_length;
    uint64_t hash;
    uint64_t number; /* this cache's count of texts: no other one ever has it */
    uowi_cached *newer, *older;
};

/* The text of a statement that an entity's rows need again and again, made once. */
typedef struct uowi_madetext {
    const void *entity;
    int write;  /* what for: see its users */
    uowi_columns columns;
    uowi_buf text;
} uowi_madetext;

#define UOWI_MADE_TEXTS 16

typedef struct uowi_stmtcache {
    uowi_mem *mem;
    uowi_conn *conn;
    uowi_map by_sql;
    uowi_cached *newest, *oldest;
    uowi_cached *late; /* to be freed when the unit that a failed statement has aborted is over: linked by older */
    size_t count;
    size_t limit;
    uint64_t numbers; /* given so far */
    uowi_madetext made[UOWI_MADE_TEXTS];
    size_t made_next; /* the one to be replaced next */
    uowi_coltypes types; /* grows stale when the statements do */
    uowi_routines routines; /* likewise */
} uowi_stmtcache;

void uowi_stmtcache_init(uowi_stmtcache *cache, uowi_mem *mem, uowi_conn *conn, size_t limit);
/* Frees every statement; none may be busy. */
void uowi_stmtcache_done(uowi_stmtcache *cache);
/* A statement for this text, marked busy, perhaps not prepared yet. A second user of a busy text gets one of its own. */
uow_status uowi_stmtcache_take(uowi_stmtcache *cache, const char *sql, size_t length, uowi_cached **out);
/* Gives it back, closed. drop: it failed or its columns may have changed; prepare anew next time. */
void uowi_stmtcache_give(uowi_stmtcache *cache, uowi_cached *cached, bool drop);
/*
 * The place of a text for this use; columns may be NULL. An empty text is yours to make. Valid until the next call.
 */
uowi_buf *uowi_stmtcache_text(uowi_stmtcache *cache, const void *entity, int write, const uowi_columns *columns);
/* After DDL: what was prepared may be stale. */
void uowi_stmtcache_forget(uowi_stmtcache *cache);

#endif
