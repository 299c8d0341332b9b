/* Public calls about related rows: arguments, guard, one worker, out. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "context/method.h"
#include "context/public_entry.h"
#include "track/cascade.h"
#include "uow/relation.h"
#include "work/load.h"

/* The relation by its column; without one, the only relation, or the only one to the principal's entity. */
static const uowi_relation *relation_of(const uowi_entity *dependent, const char *column,
                                        const uowi_entity *principal)
{
    const uowi_relation *only = NULL;

    if (column) {
        only = uowi_entity_relation(dependent, column);
        return only && principal && only->principal != principal ? NULL : only;
    }
    for (size_t r = 0; r < dependent->relation_count; r++) {
        if (principal && dependent->relations[r].principal != principal)
            continue;
        if (only)
            return NULL;
        only = &dependent->relations[r];
    }
    return only;
}

static uow_status relation_none(uowi_session *s, const uowi_entity *dependent, const char *column)
{
    uowi_error_entity(&s->error, dependent->name);
    uowi_error_column(&s->error, column);
    if (column)
        return uowi_error_set(&s->error, UOW_MISUSE, "no relation of %s that fits begins with the column %s",
                              dependent->name, column);
    return uowi_error_set(&s->error, UOW_MISUSE, "%s has no such relation, or several: name its column",
                          dependent->name);
}

static uow_status relation_live(uowi_session *s, void *instance, uowi_entry **out)
{
    uow_status st = uowi_entry_of(s, instance, out);

    if (st == UOW_OK && (*out)->state == UOW_DELETED)
        return uowi_error_set(&s->error, UOW_MISUSE, "a row of %s that is marked deleted cannot be linked",
                              (*out)->entity->name);
    return st;
}

static uow_status relation_link(uowi_session *s, void *dependent, const char *column, void *principal, bool unlink)
{
    const uowi_relation *relation;
    uowi_entry *to = NULL;
    uowi_entry *entry;
    uow_status st = relation_live(s, dependent, &entry);

    if (st == UOW_OK && !unlink)
        st = relation_live(s, principal, &to);
    if (st != UOW_OK)
        return st;
    relation = relation_of(entry->entity, column, to ? to->entity : NULL);
    if (!relation)
        return relation_none(s, entry->entity, column);
    if (to)
        st = uowi_detect_entry(&s->tracker, to, &s->error);
    return st != UOW_OK ? st : uowi_fixup_link(&s->tracker, entry, relation, to, &s->error);
}

uow_status uow_link_at(const char *where, uow_context *context, void *dependent, const char *column, void *principal)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_LINK, where, &in);

    if (st != UOW_OK)
        return st;
    st = relation_link(&context->session, dependent, column, principal, false);
    return uowi_leave(&in, st);
}

uow_status uow_unlink_at(const char *where, uow_context *context, void *dependent, const char *column)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_UNLINK, where, &in);

    if (st != UOW_OK)
        return st;
    st = relation_link(&context->session, dependent, column, NULL, true);
    return uowi_leave(&in, st);
}

/* Both ways to load: which instances, and by which relation. */
typedef struct load_call {
    uowi_method_head head;
    const uow_entity *dependent; /* of a collection */
    const char *column;
    uow_list **out_list;
    uowi_load load;
} load_call;

static uow_status load_collection_check(load_call *call)
{
    uowi_session *s = call->head.s;
    const uowi_entity *dependent = uowi_session_entity(s, call->dependent);

    if (!dependent)
        return UOW_MISUSE;
    if (!call->load.instances && call->load.count > 0)
        return uowi_error_set(&s->error, UOW_MISUSE, "the array of principals is NULL");
    call->load.s = s;
    call->load.relation = relation_of(dependent, call->column, NULL);
    return call->load.relation ? UOW_OK : relation_none(s, dependent, call->column);
}

/* The entity is that of the first dependent; with none there is nothing to load, but an empty list to give. */
static uow_status load_reference_check(load_call *call)
{
    uowi_session *s = call->head.s;
    uowi_entry *entry;
    uow_status st;

    if (!call->load.instances || call->load.count == 0)
        return uowi_error_set(&s->error, UOW_MISUSE, "there are no dependents to load the references of");
    st = uowi_entry_of(s, call->load.instances[0], &entry);
    if (st != UOW_OK)
        return st;
    call->load.s = s;
    call->load.relation = relation_of(entry->entity, call->column, NULL);
    return call->load.relation ? UOW_OK : relation_none(s, entry->entity, call->column);
}

static uow_status load_step(void *self)
{
    load_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = call->load.collection ? load_collection_check(call) : load_reference_check(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_load_step(&call->load));
    UOWI_STEP_END
    return st;
}

static void load_discard(void *self)
{
    load_call *call = self;

    uow_list_free(call->load.list);
}

static void load_deliver(void *self)
{
    load_call *call = self;

    if (call->out_list)
        *call->out_list = call->load.list;
    else
        load_discard(self);
}

static const uowi_method load_collection_method = {UOWI_CALL_ID_LOAD_COLLECTION, sizeof(load_call), load_step,
                                                   load_deliver, load_discard, 0};
static const uowi_method load_reference_method = {UOWI_CALL_ID_LOAD_REFERENCE, sizeof(load_call), load_step,
                                                  load_deliver, load_discard, 0};

static uow_status load_collection(const char *where, uow_context *context, void *const *principals, size_t count,
                                  const uow_entity *dependent, const char *column, uow_list **out_list,
                                  uow_op **out_op)
{
    load_call call;

    memset(&call, 0, sizeof call);
    call.load.instances = principals;
    call.load.count = count;
    call.load.collection = true;
    call.dependent = dependent;
    call.column = column;
    call.out_list = out_list;
    return uowi_method_run(&load_collection_method, context, where, &call, out_op);
}

uow_status uow_load_collection_at(const char *where, uow_context *context, void *const *principals, size_t count,
                                  const uow_entity *dependent, const char *column, uow_list **out_list)
{
    return load_collection(where, context, principals, count, dependent, column, out_list, NULL);
}

uow_status uow_load_collection_start_at(const char *where, uow_context *context, void *const *principals,
                                        size_t count, const uow_entity *dependent, const char *column,
                                        uow_list **out_list, uow_op **out_op)
{
    return out_op ? load_collection(where, context, principals, count, dependent, column, out_list, out_op)
                  : UOW_MISUSE;
}

static uow_status load_reference(const char *where, uow_context *context, void *const *dependents, size_t count,
                                 const char *column, uow_list **out_list, uow_op **out_op)
{
    load_call call;

    memset(&call, 0, sizeof call);
    call.load.instances = dependents;
    call.load.count = count;
    call.column = column;
    call.out_list = out_list;
    return uowi_method_run(&load_reference_method, context, where, &call, out_op);
}

uow_status uow_load_reference_at(const char *where, uow_context *context, void *const *dependents, size_t count,
                                 const char *column, uow_list **out_list)
{
    return load_reference(where, context, dependents, count, column, out_list, NULL);
}

uow_status uow_load_reference_start_at(const char *where, uow_context *context, void *const *dependents, size_t count,
                                       const char *column, uow_list **out_list, uow_op **out_op)
{
    return out_op ? load_reference(where, context, dependents, count, column, out_list, out_op) : UOW_MISUSE;
}

uow_status uow_cascade_at(const char *where, uow_context *context, size_t *out_count)
{
    uowi_entered in;
    uowi_cascade cascade;
    uowi_session *s;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_CASCADE, where, &in);

    if (st != UOW_OK)
        return st;
    s = &context->session;
    st = uowi_cascade_begin(&cascade, &s->tracker, &s->scratch, &s->error);
    uowi_cascade_end(&cascade, st == UOW_OK);
    uowi_count_tracked(s);
    if (st == UOW_OK && out_count)
        *out_count = cascade.count;
    return uowi_leave(&in, st);
}
