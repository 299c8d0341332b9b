/* What the database has now of tracked rows: database, refresh, resolve. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "context/method.h"
#include "context/public_entry.h"
#include "track/fixup.h"
#include "uow/adopt.h"
#include "uow/entry.h"
#include "work/refresh.h"

typedef struct database_call {
    uowi_method_head head;
    const void *instance;
    void *out_values;
    uowi_database database;
} database_call;

static uow_status database_check(database_call *call)
{
    uowi_entry *entry = NULL;
    uow_status st = uowi_entry_of(call->head.s, call->instance, &entry);

    call->database.s = call->head.s;
    call->database.entry = entry;
    if (st == UOW_OK && !call->out_values)
        st = uowi_error_set(&call->head.s->error, UOW_MISUSE, "out_values is NULL");
    return st;
}

static uow_status database_step(void *self)
{
    database_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = database_check(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_database_step(&call->database));
    UOWI_STEP_END
    return st;
}

static void database_deliver(void *self)
{
    database_call *call = self;

    memcpy(call->out_values, call->database.row, call->database.entry->entity->row_size);
}

static uow_status database_run(const char *where, uow_context *context, const void *instance, void *out_values,
                               uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_DATABASE, sizeof(database_call), database_step, database_deliver,
                                       NULL, 0};
    database_call call;

    memset(&call, 0, sizeof call);
    call.instance = instance;
    call.out_values = out_values;
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_database_at(const char *where, uow_context *context, const void *instance, void *out_values)
{
    return database_run(where, context, instance, out_values, NULL);
}

uow_status uow_database_start_at(const char *where, uow_context *context, const void *instance, void *out_values,
                                 uow_op **out_op)
{
    return out_op ? database_run(where, context, instance, out_values, out_op) : UOW_MISUSE;
}

typedef struct refresh_call {
    uowi_method_head head;
    bool all;
    uowi_refresh refresh;
} refresh_call;

static uow_status refresh_check(refresh_call *call)
{
    call->refresh.s = call->head.s;
    if (call->refresh.instances || call->refresh.count == 0)
        return UOW_OK;
    return uowi_error_set(&call->head.s->error, UOW_MISUSE, "the array of instances is NULL");
}

typedef struct refresh_all {
    uowi_tracker *tracker;
    const void **instances;
    size_t count;
} refresh_all;

static uow_status refresh_gather(void *user, uowi_entry *entry)
{
    refresh_all *all = user;

    if (uowi_tracker_state(all->tracker, entry) == UOW_UNCHANGED)
        all->instances[all->count++] = uowi_tracker_row(all->tracker, entry);
    return UOW_OK;
}

/* What the program has changed is left to a save, which notices what others wrote. */
static uow_status refresh_every(refresh_call *call)
{
    uowi_session *s = call->head.s;
    refresh_all all = {&s->tracker, NULL, 0};

    if (s->tracker.count == 0)
        return UOW_OK;
    all.instances = uowi_arena_alloc(&s->scratch, s->tracker.count * sizeof *all.instances);
    if (!all.instances)
        return uowi_error_no_memory(&s->error);
    (void)uowi_tracker_each(&s->tracker, refresh_gather, &all);
    call->refresh.instances = (void *const *)(const void *)all.instances;
    call->refresh.count = all.count;
    return UOW_OK;
}

static uow_status refresh_step(void *self)
{
    refresh_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = call->all ? refresh_every(call) : UOW_OK;
    if (st == UOW_OK)
        st = refresh_check(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_refresh_step(&call->refresh));
    UOWI_STEP_END
    return st;
}

static uow_status refresh_run(const char *where, uow_context *context, void *const *instances, size_t count,
                              uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_REFRESH, sizeof(refresh_call), refresh_step, NULL, NULL, 0};
    refresh_call call;

    memset(&call, 0, sizeof call);
    call.refresh.instances = instances;
    call.refresh.count = count;
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_refresh_at(const char *where, uow_context *context, void *const *instances, size_t count)
{
    return refresh_run(where, context, instances, count, NULL);
}

uow_status uow_refresh_start_at(const char *where, uow_context *context, void *const *instances, size_t count,
                                uow_op **out_op)
{
    return out_op ? refresh_run(where, context, instances, count, out_op) : UOW_MISUSE;
}

static uow_status refresh_all_run(const char *where, uow_context *context, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_REFRESH_ALL, sizeof(refresh_call), refresh_step, NULL, NULL, 0};
    refresh_call call;

    memset(&call, 0, sizeof call);
    call.all = true;
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_refresh_all_at(const char *where, uow_context *context)
{
    return refresh_all_run(where, context, NULL);
}

uow_status uow_refresh_all_start_at(const char *where, uow_context *context, uow_op **out_op)
{
    return out_op ? refresh_all_run(where, context, out_op) : UOW_MISUSE;
}

typedef struct resolve_call {
    uowi_method_head head;
    void *instance;
    uowi_resolve resolve;
} resolve_call;

static uow_status resolve_check(resolve_call *call)
{
    uowi_session *s = call->head.s;
    uow_status st = uowi_entry_of(s, call->instance, &call->resolve.entry);

    call->resolve.s = s;
    return st == UOW_OK ? uowi_detect_entry(&s->tracker, call->resolve.entry, &s->error) : st;
}

static uow_status resolve_step(void *self)
{
    resolve_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = resolve_check(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_resolve_step(&call->resolve));
    UOWI_STEP_END
    return st;
}

static uow_status resolve_run(const char *where, uow_context *context, void *instance, uow_resolution resolution,
                              uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_RESOLVE, sizeof(resolve_call), resolve_step, NULL, NULL, 0};
    resolve_call call;

    memset(&call, 0, sizeof call);
    call.instance = instance;
    call.resolve.resolution = resolution;
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_resolve_at(const char *where, uow_context *context, void *instance, uow_resolution resolution)
{
    return resolve_run(where, context, instance, resolution, NULL);
}

uow_status uow_resolve_start_at(const char *where, uow_context *context, void *instance, uow_resolution resolution,
                                uow_op **out_op)
{
    return out_op ? resolve_run(where, context, instance, resolution, out_op) : UOW_MISUSE;
}
