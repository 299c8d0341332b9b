/* What can be wrong with the relations of an entity. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/model_check.h"

static bool relation_in_set(const size_t *set, size_t count, size_t column)
{
    for (size_t i = 0; i < count; i++)
        if (set[i] == column)
            return true;
    return false;
}

static bool relation_same_set(const uowi_relation *relation, const size_t *set, size_t count)
{
    if (count != relation->key_count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!relation_in_set(relation->keys, relation->key_count, set[i]))
            return false;
    return true;
}

/* Only columns that are unique together name one row. */
static bool relation_names_one(const uowi_relation *relation)
{
    const uowi_entity *principal = relation->principal;

    if (relation_same_set(relation, principal->key, principal->key_count))
        return true;
    for (size_t u = 0; u < principal->unique_count; u++)
        if (relation_same_set(relation, principal->uniques[u].columns, principal->uniques[u].count))
            return true;
    return false;
}

/* Links are kept, and related rows asked for, by what the members hold: that must be the value itself. */
static void check_pair(uow_model *model, const uowi_relation *relation, const uow_column *own, const uow_column *key)
{
    const uowi_entity *entity = relation->dependent;
    bool converted = relation->followed && (own->converter || key->converter);
    bool integers = uowi_type_is_integer(own->type) && uowi_type_is_integer(key->type);
    bool text = own->type == UOW_TEXT || own->type == UOW_DECIMAL_TEXT;

    if (converted || own->type == UOW_LONGTEXT || own->type == UOW_BLOB)
        uowi_model_say(model, entity, own->name, "a column of a relation must be a plain member of fixed size");
    else if (!integers && own->type != key->type)
        uowi_model_say(model, entity, own->name, "the type differs from the key it refers to");
    else if (!integers && !text && own->size != key->size)
        uowi_model_say(model, entity, own->name, "the size differs from the key it refers to");
}

/* "a relation to customers names a column that is not mapped: orders has no customer". */
static void check_unmapped(uow_model *model, const uowi_relation *relation, const uowi_entity *owner,
                           const char *column, const char *what)
{
    uowi_buf text;

    uowi_buf_init(&text, model->mem, 0);
    uowi_buf_fmt(&text, "a relation to %s names a column that %s: %s has no %s", relation->principal->name, what,
                 owner->name, column);
    uowi_model_say(model, relation->dependent, NULL, uowi_buf_cstr(&text));
    uowi_buf_done(&text);
}

/* The relation as the program wrote it. */
static const uow_relation *relation_written(const uowi_relation *relation)
{
    const uow_entity *def = relation->dependent->def;
    size_t at = (size_t)(relation - relation->dependent->relations);

    return (const uow_relation *)(const void *)((const char *)def->relations + at * def->relation_size);
}

static void check_columns(uow_model *model, const uowi_entity *entity, const uowi_relation *relation)
{
    const uowi_entity *principal = relation->principal;
    const uow_relation *written = relation_written(relation);

    if (relation->count == 0 || relation->count != relation->key_count)
        uowi_model_say(model, entity, NULL,
                       "a relation does not have one column for each key column of its principal");
    for (size_t i = 0; i < relation->count; i++) {
        if (relation->columns[i] == UOWI_NO_COLUMN)
            check_unmapped(model, relation, entity, written->columns[i], "is not mapped");
        else if (i < relation->key_count && relation->keys[i] != UOWI_NO_COLUMN)
            check_pair(model, relation, &entity->columns[relation->columns[i]], &principal->columns[relation->keys[i]]);
    }
    for (size_t i = 0; i < relation->key_count; i++)
        if (relation->keys[i] == UOWI_NO_COLUMN)
            check_unmapped(model, relation, principal, written->principal_columns[i], "its principal does not map");
    if (!relation_names_one(relation))
        uowi_model_say(model, entity, NULL,
                       "a relation refers to columns that are neither the key of its principal nor unique together");
}

static void check_on_delete(uow_model *model, const uowi_entity *entity, const uowi_relation *relation)
{
    if ((unsigned)relation->on_delete > UOW_NO_ACTION)
        uowi_model_say(model, entity, NULL, "a relation's on_delete is none of uow_on_delete");
    if (relation->on_delete != UOW_SET_NULL)
        return;
    for (size_t i = 0; i < relation->count; i++)
        if (relation->columns[i] != UOWI_NO_COLUMN &&
            entity->columns[relation->columns[i]].ind_offset == UOW_NO_IND)
            uowi_model_say(model, entity, entity->columns[relation->columns[i]].name,
                           "UOW_SET_NULL needs a nullable column (an indicator member)");
}

static bool relation_overlaps(size_t at, size_t size, size_t offset, size_t length)
{
    return at < offset + length && offset < at + size;
}

/* owner: the entity whose struct has the member. */
static void check_member(uow_model *model, const uowi_entity *entity, const uowi_entity *owner,
                         const uow_navigation *member, size_t size, const char *what)
{
    size_t at = member->place - 1;

    if (member->place == 0)
        return;
    if (member->struct_size != owner->row_size)
        uowi_model_say(model, entity, member->member, "the member is of another struct than its entity maps");
    else if (member->size != size)
        uowi_model_say(model, entity, member->member, what);
    else if (at > owner->row_size || size > owner->row_size - at || at % sizeof(void *) != 0)
        uowi_model_say(model, entity, member->member, "the member lies outside the struct, or between its members");
    for (size_t i = 0; i < owner->column_count; i++) {
        const uow_column *column = &owner->columns[i];

        if (relation_overlaps(at, size, column->offset, column->size) ||
            (column->ind_offset != UOW_NO_IND && relation_overlaps(at, size, column->ind_offset, sizeof(uow_ind))))
            uowi_model_say(model, entity, member->member, "the member of a relation is mapped to a column too");
    }
}

/* Does another relation, an earlier one, use the same member of the same struct? */
static void check_shared(uow_model *model, const uowi_entity *entity, const uowi_relation *relation)
{
    const uowi_entity *principal = relation->principal;

    for (const uowi_relation *other = entity->relations; other < relation; other++)
        if (relation->reference.place && other->reference.place == relation->reference.place)
            uowi_model_say(model, entity, relation->reference.member, "two relations use one member");
    for (size_t i = 0; i < principal->dependent_count && principal->dependents[i] != relation; i++)
        if (relation->collection.place && principal->dependents[i]->collection.place == relation->collection.place)
            uowi_model_say(model, entity, relation->collection.member, "two relations use one member");
}

static void check_relation(uow_model *model, const uowi_entity *entity, const uowi_relation *relation)
{
    if (!relation->principal) {
        uowi_model_say(model, entity, NULL, "a relation's principal is not part of the model");
        return;
    }
    if (!entity->tracked || !relation->principal->tracked)
        uowi_model_say(model, entity, NULL, "a relation needs a key on both sides");
    check_columns(model, entity, relation);
    check_on_delete(model, entity, relation);
    check_member(model, entity, entity, &relation->reference, sizeof(void *),
                 "the reference of a relation must be a pointer to the principal's struct");
    check_member(model, entity, relation->principal, &relation->collection, sizeof(uow_collection),
                 "the collection of a relation must be a uow_collection");
    check_shared(model, entity, relation);
}

void uowi_model_check_relations(uow_model *model, const uowi_entity *entity)
{
    for (size_t r = 0; r < entity->relation_count; r++)
        check_relation(model, entity, &entity->relations[r]);
}
