/* The tracker's public calls: arguments, guard, one worker, out. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stddef.h>
#include <string.h>

#include "base/options.h"
#include "base/usual.h"
#include "context/method.h"
#include "context/public_entry.h"
#include "track/cascade.h"
#include "uow/track.h"
#include "work/find.h"
#include "work/save.h"

static uow_status track_null(uowi_session *s, const char *what)
{
    return uowi_error_set(&s->error, UOW_MISUSE, "%s is NULL", what);
}

typedef struct find_call {
    uowi_method_head head;
    const uow_entity *def;
    uow_key key;
    void **out_instance;
    uowi_find find;
} find_call;

static uow_status find_check(find_call *call)
{
    uowi_session *s = call->head.s;

    call->find.s = s;
    call->find.parts = call->key.parts ? call->key.parts : &call->key.single;
    call->find.part_count = call->key.count;
    call->find.entity = uowi_session_entity(s, call->def);
    if (!call->find.entity)
        return UOW_MISUSE;
    return call->out_instance ? UOW_OK : track_null(s, "out_instance");
}

UOWI_HOT static uow_status find_step(void *self)
{
    find_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = find_check(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_find_step(&call->find));
    UOWI_STEP_END
    return st;
}

UOWI_HOT static void find_deliver(void *self)
{
    find_call *call = self;

    *call->out_instance = call->find.instance;
}

UOWI_HOT static uow_status find_run(const char *where, uow_context *context, const uow_entity *def, uow_key key,
                                    void **out_instance, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_FIND, sizeof(find_call), find_step, find_deliver, NULL, 0};
    find_call call;

    memset(&call, 0, sizeof call);
    call.def = def;
    call.key = key;
    call.out_instance = out_instance;
    return uowi_method_run(&method, context, where, &call, out_op);
}

UOWI_HOT uow_status uow_find_at(const char *where, uow_context *context, const uow_entity *def, uow_key key,
                                void **out_instance)
{
    return find_run(where, context, def, key, out_instance, NULL);
}

uow_status uow_find_start_at(const char *where, uow_context *context, const uow_entity *def, uow_key key,
                             void **out_instance, uow_op **out_op)
{
    return out_op ? find_run(where, context, def, key, out_instance, out_op) : UOW_MISUSE;
}

static const void *track_initial(uowi_session *s, const uowi_entity *entity)
{
    char *row = uowi_arena_zalloc(&s->scratch, entity->row_size);

    for (size_t i = 0; row && i < entity->column_count; i++) {
        const uow_column *column = &entity->columns[i];
        uow_ind *ind = uowi_member_ind(column, row);

        if (column->initial)
            memcpy(row + column->offset, column->initial, column->size);
        else if (ind)
            *ind = UOW_NULL;
    }
    return row;
}

static uow_status track_add(uowi_session *s, const uow_entity *def, const void *values, void **out_instance)
{
    const uowi_entity *entity = uowi_session_entity(s, def);
    uowi_entry *entry = NULL;
    uow_status st;

    if (!entity)
        return UOW_MISUSE;
    if (!entity->tracked)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s is keyless: its rows can only be read", entity->name);
    if (!values)
        values = track_initial(s, entity);
    if (!values)
        return uowi_error_no_memory(&s->error);
    st = uowi_tracker_add(&s->tracker, entity, values, &s->error, &entry);
    if (st == UOW_OK && out_instance)
        *out_instance = uowi_tracker_row(&s->tracker, entry);
    return st;
}

uow_status uow_add_at(const char *where, uow_context *context, const uow_entity *entity, const void *values,
                      void **out_instance)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_ADD, where, &in);

    if (st != UOW_OK)
        return st;
    st = track_add(&context->session, entity, values, out_instance);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, st);
}

typedef uow_status (*track_change)(uowi_session *s, uowi_entry *entry);

/* Remove, detach and revert differ only in what they do with the entry. */
static uow_status track_with(uow_context *context, uowi_call call, const char *where, void *instance,
                             track_change change)
{
    uowi_entered in;
    uowi_entry *entry;
    uow_status st = uowi_enter(context, call, where, &in);

    if (st != UOW_OK)
        return st;
    st = uowi_entry_of(&context->session, instance, &entry);
    if (st == UOW_OK)
        st = change(&context->session, entry);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, st);
}

/* A new row is forgotten at once, and with it the new rows that cannot be without it. */
static uow_status track_remove(uowi_session *s, uowi_entry *entry)
{
    uowi_cascade cascade;
    uow_status st;

    if (entry->state != UOW_ADDED || entry->entity->place_count == 0) {
        uowi_tracker_remove(&s->tracker, entry);
        return UOW_OK;
    }
    st = uowi_cascade_drop(&cascade, &s->tracker, entry, &s->scratch, &s->error);
    uowi_cascade_end(&cascade, st == UOW_OK);
    return st;
}

static uow_status track_detach(uowi_session *s, uowi_entry *entry)
{
    uowi_tracker_detach(&s->tracker, entry);
    return UOW_OK;
}

static uow_status track_revert(uowi_session *s, uowi_entry *entry)
{
    return uowi_tracker_revert(&s->tracker, entry, &s->error);
}

uow_status uow_remove_at(const char *where, uow_context *context, void *instance)
{
    return track_with(context, UOWI_CALL_ID_REMOVE, where, instance, track_remove);
}

uow_status uow_detach_at(const char *where, uow_context *context, void *instance)
{
    return track_with(context, UOWI_CALL_ID_DETACH, where, instance, track_detach);
}

uow_status uow_revert_at(const char *where, uow_context *context, void *instance)
{
    return track_with(context, UOWI_CALL_ID_REVERT, where, instance, track_revert);
}

uow_status uow_clear_at(const char *where, uow_context *context)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_CLEAR, where, &in);

    if (st != UOW_OK)
        return st;
    uowi_tracker_clear(&context->session.tracker);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, UOW_OK);
}

uow_state uow_state_at(const char *where, uow_context *context, const void *instance)
{
    uowi_entered in;
    uowi_entry *entry;
    uowi_session *s;
    uow_state state;

    if (uowi_enter(context, UOWI_CALL_ID_STATE, where, &in) != UOW_OK)
        return UOW_DETACHED;
    s = &context->session;
    entry = uowi_tracker_entry(&s->tracker, instance);
    if (entry && uowi_detect_entry(&s->tracker, entry, &s->error) != UOW_OK)
        uowi_error_clear(&s->error); /* save will say it */
    state = uowi_tracker_state(&s->tracker, entry);
    (void)uowi_leave(&in, UOW_OK);
    return state;
}

/* With what the deleted rows would take along, which is not done yet. */
static uow_status track_changes(uowi_session *s, size_t *out_count)
{
    uowi_cascade cascade;
    uow_status st = uowi_cascade_begin(&cascade, &s->tracker, &s->scratch, &s->error);

    if (st == UOW_OK)
        *out_count = uowi_tracker_changes(&s->tracker);
    uowi_cascade_end(&cascade, false);
    return st;
}

uow_status uow_changes_at(const char *where, uow_context *context, size_t *out_count)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_CHANGES, where, &in);

    if (st != UOW_OK)
        return st;
    if (!out_count)
        st = track_null(&context->session, "out_count");
    else
        st = track_changes(&context->session, out_count);
    return uowi_leave(&in, st);
}

static uow_status track_has_changes(uowi_session *s, int *out_has)
{
    uowi_cascade cascade;
    uow_status st = uowi_cascade_begin(&cascade, &s->tracker, &s->scratch, &s->error);

    if (st == UOW_OK)
        *out_has = uowi_tracker_has_changes(&s->tracker);
    uowi_cascade_end(&cascade, false);
    return st;
}

uow_status uow_has_changes_at(const char *where, uow_context *context, int *out_has)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_HAS_CHANGES, where, &in);

    if (st != UOW_OK)
        return st;
    if (!out_has)
        st = track_null(&context->session, "out_has");
    else
        st = track_has_changes(&context->session, out_has);
    return uowi_leave(&in, st);
}

typedef struct save_call {
    uowi_method_head head;
    const uow_save_options *given;
    size_t *out_saved;
    uowi_save save; /* last: its end is not cleared */
} save_call;

static uow_status save_check(save_call *call)
{
    static const uow_save_options defaults = UOW_SAVE_OPTIONS_INIT;
    const uow_save_options *given = call->given;
    uow_save_options options = defaults;

    if (given && !uowi_options_copy(&options, sizeof options, given, given->struct_size))
        return uowi_error_set(&call->head.s->error, UOW_MISUSE,
                              "the save options have no struct_size, or use fields this library does not know");
    if (options.flags & ~UOW_ACCEPT_ON_COMMIT)
        return uowi_error_set(&call->head.s->error, UOW_MISUSE, "a save does not know the flags 0x%x",
                              (unsigned)options.flags);
    call->save.s = call->head.s;
    call->save.later = (options.flags & UOW_ACCEPT_ON_COMMIT) != 0;
    return UOW_OK;
}

UOWI_HOT static uow_status save_step(void *self)
{
    save_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = save_check(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_save_step(&call->save));
    UOWI_STEP_END
    return st;
}

UOWI_HOT static void save_deliver(void *self)
{
    save_call *call = self;

    if (call->out_saved)
        *call->out_saved = call->save.saved;
}

static const uowi_method save_method = {UOWI_CALL_ID_SAVE, sizeof(save_call), save_step, save_deliver, NULL, 0};
static const uowi_method save_with_method = {UOWI_CALL_ID_SAVE_WITH, sizeof(save_call), save_step, save_deliver, NULL, 0};

static uow_status save_run(const uowi_method *method, const char *where, uow_context *context,
                           const uow_save_options *options, size_t *out_saved, uow_op **out_op)
{
    save_call call;

    memset(&call, 0, offsetof(save_call, save.writer));
    call.given = options;
    call.out_saved = out_saved;
    return uowi_method_run(method, context, where, &call, out_op);
}

UOWI_HOT uow_status uow_save_at(const char *where, uow_context *context, size_t *out_saved)
{
    return save_run(&save_method, where, context, NULL, out_saved, NULL);
}

uow_status uow_save_start_at(const char *where, uow_context *context, size_t *out_saved, uow_op **out_op)
{
    return out_op ? save_run(&save_method, where, context, NULL, out_saved, out_op) : UOW_MISUSE;
}

uow_status uow_save_with_at(const char *where, uow_context *context, const uow_save_options *options,
                            size_t *out_saved)
{
    return save_run(&save_with_method, where, context, options, out_saved, NULL);
}

uow_status uow_save_with_start_at(const char *where, uow_context *context, const uow_save_options *options,
                                  size_t *out_saved, uow_op **out_op)
{
    return out_op ? save_run(&save_with_method, where, context, options, out_saved, out_op) : UOW_MISUSE;
}
