#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/entry.h"

#include <string.h>

#include "context/public_entry.h"
#include "track/fixup.h"
#include "track/key.h"
#include "track/view.h"

uow_status uowi_entry_of(uowi_session *s, const void *instance, uowi_entry **out)
{
    *out = instance ? uowi_tracker_entry(&s->tracker, instance) : NULL;
    if (*out)
        return UOW_OK;
    if (!instance)
        return uowi_error_set(&s->error, UOW_MISUSE, "the instance is NULL");
    return uowi_error_set(&s->error, UOW_MISUSE, "the pointer is no instance tracked by this context");
}

void uowi_count_tracked(uowi_session *s)
{
    atomic_store_explicit(&s->trace.counters.tracked, s->tracker.count, memory_order_relaxed);
}

static uow_status entry_attach(uowi_session *s, const uow_entity *def, void *instance, uow_state state)
{
    const uowi_entity *entity = uowi_session_entity(s, def);
    uowi_entry *entry = NULL;

    if (!entity)
        return UOW_MISUSE;
    if (!instance)
        return uowi_error_set(&s->error, UOW_MISUSE, "the instance is NULL");
    if (!entity->tracked)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s is keyless: its rows can only be read", entity->name);
    if (state < UOW_UNCHANGED || state > UOW_ADDED)
        return uowi_error_set(&s->error, UOW_MISUSE, "a row cannot be attached in state %d", (int)state);
    return uowi_tracker_attach_own(&s->tracker, entity, instance, state, &s->error, &entry);
}

uow_status uow_attach_at(const char *where, uow_context *context, const uow_entity *entity, void *instance,
                         uow_state state)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_ATTACH, where, &in);

    if (st != UOW_OK)
        return st;
    st = entry_attach(&context->session, entity, instance, state);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, st);
}

typedef uow_status (*entry_work)(uowi_session *s, uowi_entry *entry, void *argument);

/* What these calls have in common: a tracked instance, and one thing to do with it. */
static uow_status entry_with(const char *where, uow_context *context, uowi_call call, const void *instance,
                             entry_work work, void *argument)
{
    uowi_entered in;
    uowi_entry *entry;
    uow_status st = uowi_enter(context, call, where, &in);

    if (st != UOW_OK)
        return st;
    st = uowi_entry_of(&context->session, instance, &entry);
    if (st == UOW_OK)
        st = work(&context->session, entry, argument);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, st);
}

static uow_status entry_null(uowi_session *s, const char *what)
{
    return uowi_error_set(&s->error, UOW_MISUSE, "%s is NULL", what);
}

static uow_status entry_update(uowi_session *s, uowi_entry *entry, void *unused)
{
    (void)unused;
    return uowi_tracker_update(entry, &s->error);
}

uow_status uow_update_at(const char *where, uow_context *context, void *instance)
{
    return entry_with(where, context, UOWI_CALL_ID_UPDATE, instance, entry_update, NULL);
}

static uow_status entry_original(uowi_session *s, uowi_entry *entry, void *out_values)
{
    if (!out_values)
        return entry_null(s, "out_values");
    memcpy(out_values, uowi_tracker_original(&s->tracker, entry), entry->entity->row_size);
    return UOW_OK;
}

uow_status uow_original_at(const char *where, uow_context *context, const void *instance, void *out_values)
{
    return entry_with(where, context, UOWI_CALL_ID_ORIGINAL, instance, entry_original, out_values);
}

static uow_status entry_set_original(uowi_session *s, uowi_entry *entry, void *values)
{
    if (!values)
        return entry_null(s, "values");
    if (!uowi_key_equal(entry->entity, uowi_tracker_original(&s->tracker, entry), values))
        return uowi_error_set(&s->error, UOW_MISUSE, "the original values of %s cannot have another key",
                              entry->entity->name);
    return uowi_tracker_set(&s->tracker, entry, NULL, values, &s->error);
}

uow_status uow_set_original_at(const char *where, uow_context *context, void *instance, const void *values)
{
    return entry_with(where, context, UOWI_CALL_ID_SET_ORIGINAL, instance, entry_set_original,
                      (void *)(uintptr_t)values);
}

typedef struct entry_question {
    const char *column;
    int *out;
} entry_question;

static uow_status entry_is_modified(uowi_session *s, uowi_entry *entry, void *argument)
{
    const entry_question *question = argument;
    uowi_columns changed;
    size_t column;
    uow_status st = uowi_detect_entry(&s->tracker, entry, &s->error);

    if (st != UOW_OK)
        return st;
    if (!question->column || !question->out)
        return entry_null(s, question->column ? "out_modified" : "the column");
    column = uowi_entity_column(entry->entity, question->column);
    if (column == UOWI_NO_COLUMN)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s has no mapped column %s", entry->entity->name,
                              question->column);
    (void)uowi_snapshot_changed(uowi_tracker_slab(&s->tracker, entry->entity), entry, &changed);
    *question->out = uowi_columns_has(&changed, column);
    return UOW_OK;
}

uow_status uow_is_modified_at(const char *where, uow_context *context, const void *instance, const char *column,
                              int *out_modified)
{
    entry_question question = {column, out_modified};

    return entry_with(where, context, UOWI_CALL_ID_IS_MODIFIED, instance, entry_is_modified, &question);
}

uow_status uow_accept_at(const char *where, uow_context *context)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_ACCEPT, where, &in);

    if (st != UOW_OK)
        return st;
    st = uowi_detect(&context->session.tracker, &context->session.error);
    if (st == UOW_OK)
        st = uowi_tracker_accept_all(&context->session.tracker, &context->session.error);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, st);
}

uow_status uow_reject_at(const char *where, uow_context *context)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_REJECT, where, &in);

    if (st != UOW_OK)
        return st;
    st = uowi_tracker_reject_all(&context->session.tracker, &context->session.error);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, st);
}

typedef struct entry_viewer {
    uowi_session *s;
    uow_write_fn write;
    void *user;
} entry_viewer;

static uow_status entry_view(void *user, uowi_entry *entry)
{
    const entry_viewer *viewer = user;
    uowi_buf *text = &viewer->s->text;

    uowi_buf_reset(text);
    uowi_view_entry(&viewer->s->tracker, entry, text);
    if (text->failed)
        return uowi_error_no_memory(&viewer->s->error);
    if (!viewer->write(text->data, text->length, viewer->user))
        return uowi_error_set(&viewer->s->error, UOW_CANCELLED, "the receiver of the view asked to stop");
    return UOW_OK;
}

uow_status uow_view_at(const char *where, uow_context *context, uow_write_fn write, void *user)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_VIEW, where, &in);
    entry_viewer viewer;

    if (st != UOW_OK)
        return st;
    viewer = (entry_viewer){&context->session, write, user};
    if (uowi_detect(&context->session.tracker, &context->session.error) != UOW_OK)
        uowi_error_clear(&context->session.error); /* save will say it; the view shows what there is */
    st = write ? uowi_tracker_each(&context->session.tracker, entry_view, &viewer)
               : entry_null(&context->session, "the write callback");
    return uowi_leave(&in, st);
}
