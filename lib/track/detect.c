/* What the program changed in pointers and foreign keys since they were last in step. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/usual.h"
#include "track/fixup.h"
#include "track/key.h"
#include "track/relation.h"

/* Was the pointer set to something else than what the tracker put there? */
static bool detect_pointer(const uowi_tracker *tracker, const uowi_entry *entry, const uowi_relation *relation,
                           void **out_pointer)
{
    const uowi_entry *known = uowi_bond_principal(tracker, relation, entry);

    if (!relation->reference.place)
        return false;
    *out_pointer = uowi_bond_pointer(relation, uowi_tracker_row(tracker, entry));
    return *out_pointer != (known ? uowi_tracker_row(tracker, known) : NULL);
}

static bool detect_key(const uowi_tracker *tracker, const uowi_entry *entry, const uowi_relation *relation)
{
    const uowi_bond *link = uowi_entry_bond(uowi_tracker_slab(tracker, entry->entity), entry, relation->link);
    const void *row = uowi_tracker_row(tracker, entry);

    if (!link->node)
        return !uowi_relation_null(relation, row);
    return !uowi_relation_matches(relation, row, link->node->image);
}

static uow_status detect_say(const uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation,
                             const char *what, uow_error *error)
{
    const uowi_entity *entity = entry->entity;
    uow_status st;
    uowi_buf text, columns;

    uowi_buf_init(&text, tracker->mem, 0);
    uowi_buf_init(&columns, tracker->mem, 0);
    uowi_entry_text(tracker, entry, &text);
    for (size_t i = 0; i < relation->count; i++)
        uowi_buf_fmt(&columns, "%s%s", i ? ", " : "", entity->columns[relation->columns[i]].name);
    uowi_error_entity(error, entity->name);
    uowi_error_column(error, entity->columns[relation->columns[0]].name);
    uowi_error_instance(error, uowi_tracker_row(tracker, entry));
    st = uowi_error_set(error, UOW_MISUSE, "%s: the pointer %s %s (foreign key %s)", uowi_buf_cstr(&text),
                        relation->reference.member, what, uowi_buf_cstr(&columns));
    uowi_buf_done(&columns);
    uowi_buf_done(&text);
    return st;
}

/* Nothing is changed before every relation of the row was found in order: two may share a column. */
static uow_status detect_check(const uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation,
                               uow_error *error)
{
    const void *row = uowi_tracker_row(tracker, entry);
    void *pointer = NULL;
    const uowi_entry *principal;
    bool agree;

    if (!detect_pointer(tracker, entry, relation, &pointer))
        return UOW_OK;
    principal = pointer ? uowi_tracker_entry(tracker, pointer) : NULL;
    if (pointer && (!principal || principal->entity != relation->principal))
        return detect_say(tracker, entry, relation,
                          "leads to a struct this context does not track: add or attach it first", error);
    if (principal && !uowi_fixup_named(tracker, relation, principal))
        return detect_say(tracker, entry, relation, "leads to a row whose key is NULL or another row's", error);
    agree = pointer ? uowi_relation_matches(relation, row, pointer) : uowi_relation_null(relation, row);
    if (!agree && detect_key(tracker, entry, relation))
        return detect_say(tracker, entry, relation,
                          "and the foreign key were both changed, and name different rows", error);
    return UOW_OK;
}

static uow_status detect_point(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation,
                               uow_error *error)
{
    void *pointer = NULL;

    if (!detect_pointer(tracker, entry, relation, &pointer))
        return UOW_OK;
    if (!pointer && uowi_relation_null(relation, uowi_tracker_row(tracker, entry)))
        return UOW_OK;
    return uowi_fixup_point(tracker, entry, relation, pointer ? uowi_tracker_entry(tracker, pointer) : NULL, error);
}

static bool detect_follow(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation)
{
    const uowi_bond *link = uowi_entry_bond(uowi_tracker_slab(tracker, entry->entity), entry, relation->link);
    bool orphan = link->node && link->member == UOWI_NO_MEMBER;
    bool back = orphan && uowi_bond_pointer(relation, uowi_tracker_row(tracker, entry));

    if (!back && !detect_key(tracker, entry, relation))
        return true;
    return uowi_fixup_follow(tracker, entry, relation);
}

static uow_status detect_links(uowi_tracker *tracker, uowi_entry *entry, uow_error *error)
{
    const uowi_entity *entity = entry->entity;
    uow_status st = UOW_OK;

    for (size_t r = 0; st == UOW_OK && r < entity->relation_count; r++)
        if (entity->relations[r].followed)
            st = detect_check(tracker, entry, &entity->relations[r], error);
    for (size_t r = 0; st == UOW_OK && r < entity->relation_count; r++)
        if (entity->relations[r].followed)
            st = detect_point(tracker, entry, &entity->relations[r], error);
    for (size_t r = 0; st == UOW_OK && r < entity->relation_count; r++)
        if (entity->relations[r].followed && !detect_follow(tracker, entry, &entity->relations[r]))
            st = uowi_error_no_memory(error);
    return st;
}

static bool detect_live(const uowi_entry *entry)
{
    return entry->state != UOW_DELETED && !(entry->flags & UOWI_ENTRY_DROPPED);
}

/* Rows that trade an alternate key: each lets go of its old value before any takes a new one. */
static uow_status detect_places(uowi_tracker *tracker, uowi_entry *entry, bool claim, uow_error *error)
{
    const uowi_entity *entity = entry->entity;

    for (size_t i = 0; detect_live(entry) && i < entity->dependent_count; i++) {
        const uowi_relation *relation = entity->dependents[i];

        if (!relation->alternate)
            continue;
        if (!claim)
            uowi_fixup_yield(tracker, entry, relation);
        else if (!uowi_fixup_claim(tracker, entry, relation))
            return uowi_error_no_memory(error);
    }
    return UOW_OK;
}

uow_status uowi_detect_entry(uowi_tracker *tracker, uowi_entry *entry, uow_error *error)
{
    uow_status st = UOW_OK;

    if (!detect_live(entry))
        return UOW_OK;
    if (entry->entity->has_alternate) {
        (void)detect_places(tracker, entry, false, error);
        st = detect_places(tracker, entry, true, error);
    }
    if (st == UOW_OK && entry->entity->link_count > 0)
        st = detect_links(tracker, entry, error);
    return st;
}

typedef enum detect_pass { DETECT_YIELD, DETECT_CLAIM, DETECT_LINKS } detect_pass;

static uow_status detect_walk(uowi_tracker *tracker, const uowi_slab *slab, detect_pass pass, uow_error *error)
{
    uowi_entry *entry = NULL;
    size_t page = 0;
    uow_status st = UOW_OK;

    while (st == UOW_OK && (entry = uowi_slab_next(slab, entry, &page)) != NULL) {
        if (pass != DETECT_LINKS)
            st = detect_places(tracker, entry, pass == DETECT_CLAIM, error);
        else if (detect_live(entry))
            st = detect_links(tracker, entry, error);
    }
    return st;
}

uow_status uowi_detect(uowi_tracker *tracker, uow_error *error)
{
    const uow_model *model = tracker->model;
    uow_status st = UOW_OK;

    if (UOWI_RARE(!model) || UOWI_USUAL(!model->followed))
        return UOW_OK;
    for (detect_pass pass = DETECT_YIELD; pass <= DETECT_LINKS; pass++)
        for (size_t i = 0; st == UOW_OK && i < model->entity_count; i++) {
            const uowi_entity *entity = &model->entities[i];

            if (pass == DETECT_LINKS ? entity->link_count > 0 : entity->has_alternate)
                st = detect_walk(tracker, &tracker->slabs[i], pass, error);
        }
    return st;
}
