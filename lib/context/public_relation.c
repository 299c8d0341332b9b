/* Public calls about related rows: arguments, guard, one worker, out. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

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

static uow_status relation_load_collection(uowi_session *s, void *const *principals, size_t count,
                                           const uow_entity *def, const char *column, uow_list **out_list)
{
    const uowi_entity *dependent = uowi_session_entity(s, def);
    const uowi_relation *relation;

    if (!dependent)
        return UOW_MISUSE;
    if (!principals && count > 0)
        return uowi_error_set(&s->error, UOW_MISUSE, "the array of principals is NULL");
    relation = relation_of(dependent, column, NULL);
    if (!relation)
        return relation_none(s, dependent, column);
    return uowi_load_collection(s, principals, count, relation, out_list);
}

uow_status uow_load_collection_at(const char *where, uow_context *context, void *const *principals, size_t count,
                                  const uow_entity *dependent, const char *column, uow_list **out_list)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_LOAD_COLLECTION, where, &in);

    if (st != UOW_OK)
        return st;
    st = relation_load_collection(&context->session, principals, count, dependent, column, out_list);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, st);
}

/* The entity is that of the first dependent; with none there is nothing to load, but an empty list to give. */
static uow_status relation_load_reference(uowi_session *s, void *const *dependents, size_t count, const char *column,
                                          uow_list **out_list)
{
    const uowi_relation *relation;
    uowi_entry *entry;
    uow_status st;

    if (!dependents || count == 0)
        return uowi_error_set(&s->error, UOW_MISUSE, "there are no dependents to load the references of");
    st = uowi_entry_of(s, dependents[0], &entry);
    if (st != UOW_OK)
        return st;
    relation = relation_of(entry->entity, column, NULL);
    if (!relation)
        return relation_none(s, entry->entity, column);
    return uowi_load_reference(s, dependents, count, relation, out_list);
}

uow_status uow_load_reference_at(const char *where, uow_context *context, void *const *dependents, size_t count,
                                 const char *column, uow_list **out_list)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_LOAD_REFERENCE, where, &in);

    if (st != UOW_OK)
        return st;
    st = relation_load_reference(&context->session, dependents, count, column, out_list);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, st);
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
