#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/stmtcache.h"

#include <string.h>

#include "base/usual.h"

typedef struct cache_key {
    const char *sql;
    size_t length;
} cache_key;

static bool cache_same(const void *value, const void *key, const void *user)
{
    const uowi_cached *cached = value;
    const cache_key *wanted = key;

    (void)user;
    return cached->sql_length == wanted->length && memcmp(cached->sql, wanted->sql, wanted->length) == 0;
}

void uowi_stmtcache_init(uowi_stmtcache *cache, uowi_mem *mem, uowi_conn *conn, size_t limit)
{
    memset(cache, 0, sizeof *cache);
    cache->mem = mem;
    cache->conn = conn;
    cache->limit = limit ? limit : 64;
    uowi_coltypes_init(&cache->types, mem);
    uowi_routines_init(&cache->routines, mem);
    for (size_t i = 0; i < UOWI_MADE_TEXTS; i++)
        uowi_buf_init(&cache->made[i].text, mem, 0);
    uowi_map_init(&cache->by_sql, mem, cache_same, NULL);
}

static void cache_free(uowi_stmtcache *cache, uowi_cached *cached)
{
    uowi_rowset_free(cached->rowset);
    uowi_stmt_free(cached->stmt);
    uowi_free(cache->mem, cached->sql, cached->sql_length + 1);
    uowi_free(cache->mem, cached, sizeof *cached);
}

static void cache_free_late(uowi_stmtcache *cache)
{
    while (cache->late) {
        uowi_cached *cached = cache->late;

        cache->late = cached->older;
        cache_free(cache, cached);
    }
}

static bool cache_is_aborted(const uowi_stmtcache *cache)
{
    return cache->conn && uowi_conn_unit_aborted(cache->conn);
}

/*
 * psqlodbc names a plan by its handle's address. Freed in an aborted transaction, the handle cannot give its plan back, and
 * the next one at that address met the old plan: 42P05, "prepared statement already exists", and a unit more that failed.
 */
static void cache_retire(uowi_stmtcache *cache, uowi_cached *cached)
{
    if (!cached->stmt || !uowi_stmt_is_prepared(cached->stmt) || !cache_is_aborted(cache)) {
        cache_free(cache, cached);
        return;
    }
    cached->older = cache->late;
    cache->late = cached;
}

static void cache_unlink(uowi_stmtcache *cache, uowi_cached *cached)
{
    if (cached->newer)
        cached->newer->older = cached->older;
    else
        cache->newest = cached->older;
    if (cached->older)
        cached->older->newer = cached->newer;
    else
        cache->oldest = cached->newer;
    cached->newer = cached->older = NULL;
}

static void cache_link(uowi_stmtcache *cache, uowi_cached *cached)
{
    cached->older = cache->newest;
    if (cache->newest)
        cache->newest->newer = cached;
    else
        cache->oldest = cached;
    cache->newest = cached;
}

/* Out of the cache; its user, if any, still holds it. */
static void cache_disown(uowi_stmtcache *cache, uowi_cached *cached)
{
    (void)uowi_map_remove(&cache->by_sql, cached->hash, cached);
    cache_unlink(cache, cached);
    cached->kept = false;
    cache->count--;
    if (!cached->busy)
        cache_retire(cache, cached);
}

void uowi_stmtcache_forget(uowi_stmtcache *cache)
{
    while (cache->newest)
        cache_disown(cache, cache->newest);
    if (!cache_is_aborted(cache))
        cache_free_late(cache);
    uowi_coltypes_done(&cache->types);
    uowi_routines_done(&cache->routines);
}

void uowi_stmtcache_done(uowi_stmtcache *cache)
{
    uowi_stmtcache_forget(cache);
    cache_free_late(cache);
    uowi_map_done(&cache->by_sql);
    for (size_t i = 0; i < UOWI_MADE_TEXTS; i++)
        uowi_buf_done(&cache->made[i].text);
    cache->conn = NULL; /* it is about to be closed; this may be called again */
}

UOWI_HOT uowi_buf *uowi_stmtcache_text(uowi_stmtcache *cache, const void *entity, int write,
                                       const uowi_columns *columns)
{
    static const uowi_columns none;
    uowi_madetext *made;

    if (!columns)
        columns = &none;
    for (size_t i = 0; i < UOWI_MADE_TEXTS; i++) {
        made = &cache->made[i];
        if (made->entity == entity && made->write == write && uowi_columns_same(&made->columns, columns) &&
            !made->text.failed)
            return &made->text;
    }
    made = &cache->made[cache->made_next++ % UOWI_MADE_TEXTS];
    made->entity = entity;
    made->write = write;
    made->columns = *columns;
    uowi_buf_reset(&made->text);
    return &made->text;
}

static void cache_make_room(uowi_stmtcache *cache)
{
    uowi_cached *cached = cache->oldest;

    while (cached && cache->count >= cache->limit) {
        uowi_cached *newer = cached->newer;

        if (!cached->busy)
            cache_disown(cache, cached);
        cached = newer;
    }
}

static uowi_cached *cache_create(uowi_stmtcache *cache, const char *sql, size_t length, uint64_t hash)
{
    uowi_cached *cached = uowi_zalloc(cache->mem, sizeof *cached);

    if (!cached)
        return NULL;
    cached->sql = uowi_alloc(cache->mem, length + 1);
    if (!cached->sql) {
        uowi_free(cache->mem, cached, sizeof *cached);
        return NULL;
    }
    memcpy(cached->sql, sql, length);
    cached->sql[length] = '\0';
    cached->sql_length = length;
    cached->hash = hash;
    cached->number = ++cache->numbers;
    return cached;
}

/* A loop comes with the statement it came with last time: two are compared before anything is hashed. */
static uowi_cached *cache_recent(const uowi_stmtcache *cache, const cache_key *key)
{
    uowi_cached *cached = cache->newest;

    for (int i = 0; i < 2 && cached; i++, cached = cached->older)
        if (cache_same(cached, key, NULL))
            return cached;
    return NULL;
}

static void cache_use(uowi_stmtcache *cache, uowi_cached *cached)
{
    if (UOWI_RARE(cached != cache->newest)) {
        cache_unlink(cache, cached);
        cache_link(cache, cached);
    }
    cached->busy = true;
}

UOWI_HOT uow_status uowi_stmtcache_take(uowi_stmtcache *cache, const char *sql, size_t length, uowi_cached **out)
{
    cache_key key = {sql, length};
    uowi_cached *cached = cache_recent(cache, &key);
    uint64_t hash = cached ? cached->hash : uowi_hash(sql, length, 0);
    bool known;
    uow_status st;

    if (UOWI_RARE(!cached))
        cached = uowi_map_get(&cache->by_sql, hash, &key);
    known = cached != NULL;
    if (UOWI_USUAL(cached) && UOWI_USUAL(!cached->busy)) {
        cache_use(cache, cached);
        *out = cached;
        return UOW_OK;
    }
    if (cache->late && !cache_is_aborted(cache))
        cache_free_late(cache);
    cache_make_room(cache);
    cached = cache_create(cache, sql, length, hash);
    if (!cached)
        return uowi_error_no_memory(uowi_conn_error(cache->conn));
    st = uowi_stmt_open(cache->conn, &cached->stmt);
    if (st != UOW_OK) {
        cache_free(cache, cached);
        return st;
    }
    cached->busy = true;
    if (!known && uowi_map_put(&cache->by_sql, hash, cached)) {
        cached->kept = true;
        cache_link(cache, cached);
        cache->count++;
    }
    *out = cached;
    return UOW_OK;
}

void uowi_stmtcache_give(uowi_stmtcache *cache, uowi_cached *cached, bool drop)
{
    if (!cached)
        return;
    if (UOWI_RARE(uowi_stmt_close(cached->stmt) != UOW_OK))
        drop = true;
    cached->busy = false;
    if (UOWI_RARE(!cached->kept))
        cache_retire(cache, cached);
    else if (drop)
        cache_disown(cache, cached);
}
