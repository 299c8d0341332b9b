/* Compiling relations: names become columns, and each principal learns of its dependents. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/utf.h"
#include "track/model.h"

const uowi_relation *uowi_entity_relation(const uowi_entity *entity, const char *column)
{
    for (size_t r = 0; r < entity->relation_count; r++) {
        const uowi_relation *relation = &entity->relations[r];

        if (relation->count > 0 && uowi_ascii_casecmp(entity->columns[relation->columns[0]].name, column) == 0)
            return relation;
    }
    return NULL;
}

static size_t relate_names(const uowi_entity *entity, const char *const *names, size_t *columns)
{
    size_t count = 0;

    while (count < UOW_MAX_KEY && names[count]) {
        columns[count] = uowi_entity_column(entity, names[count]);
        count++;
    }
    return count;
}

static void relate_keys(uowi_relation *relation, const char *const *names)
{
    const uowi_entity *principal = relation->principal;

    relation->key_count = relate_names(principal, names, relation->keys);
    if (relation->key_count > 0) {
        relation->alternate = relation->key_count != principal->key_count ||
                              memcmp(relation->keys, principal->key, principal->key_count * sizeof(size_t)) != 0;
    } else {
        relation->key_count = principal->key_count;
        memcpy(relation->keys, principal->key, sizeof relation->keys);
    }
    for (size_t i = 0; i < relation->key_count; i++) {
        const uow_column *key;

        if (relation->keys[i] == UOWI_NO_COLUMN)
            continue;
        key = &principal->columns[relation->keys[i]];
        if (key->offset + key->size > relation->key_bytes)
            relation->key_bytes = key->offset + key->size;
    }
}

/* Mistakes are the check's to report: what is compiled here may name columns that do not exist. */
static void relate_compile(const uow_model *model, const uowi_entity *entity, const uow_relation *from,
                           uowi_relation *to)
{
    to->dependent = entity;
    to->principal = uowi_model_entity(model, from->principal);
    to->on_delete = from->on_delete;
    to->reference = from->reference;
    to->collection = from->collection;
    to->count = relate_names(entity, from->columns, to->columns);
    for (size_t i = 0; i < to->count; i++)
        if (to->columns[i] != UOWI_NO_COLUMN && entity->columns[to->columns[i]].ind_offset != UOW_NO_IND)
            to->optional = true;
    if (to->principal)
        relate_keys(to, from->principal_columns);
    to->followed = to->reference.place || to->collection.place || to->alternate;
}

static bool relate_entity(uow_model *model, uowi_entity *entity)
{
    const uow_entity *def = entity->def;
    size_t known = def->relation_size < sizeof(uow_relation) ? def->relation_size : sizeof(uow_relation);

    if (def->relation_count == 0)
        return true;
    entity->relations = uowi_arena_zalloc(&model->arena, def->relation_count * sizeof(uowi_relation));
    if (!entity->relations)
        return false;
    for (size_t i = 0; i < def->relation_count; i++) {
        uow_relation from;

        /* The program may have been compiled with a shorter uow_relation: what it lacks is zero. */
        memset(&from, 0, sizeof from);
        memcpy(&from, (const char *)def->relations + i * def->relation_size, known);
        relate_compile(model, entity, &from, &entity->relations[entity->relation_count++]);
    }
    return true;
}

/* The principal's list has room for every relation that leads to it. */
static bool relate_room(uow_model *model, uowi_entity *entity)
{
    size_t count = 0;

    for (size_t i = 0; i < model->entity_count; i++)
        for (size_t r = 0; r < model->entities[i].relation_count; r++)
            count += model->entities[i].relations[r].principal == entity;
    if (count == 0)
        return true;
    entity->dependents = uowi_arena_zalloc(&model->arena, count * sizeof *entity->dependents);
    return entity->dependents != NULL;
}

static bool relate_in_key(const uowi_entity *entity, const uowi_relation *relation)
{
    for (size_t i = 0; entity->generated_key == UOWI_NO_COLUMN && i < relation->count; i++)
        if (relation->columns[i] != UOWI_NO_COLUMN && entity->columns[relation->columns[i]].flags & UOW_KEY)
            return true;
    return false;
}

static void relate_number(uow_model *model, uowi_entity *entity)
{
    for (size_t r = 0; r < entity->relation_count; r++) {
        uowi_relation *relation = &entity->relations[r];
        uowi_entity *principal;

        if (!relation->principal)
            continue;
        principal = &model->entities[relation->principal->index];
        entity->refers_to_itself = entity->refers_to_itself || principal == entity;
        if (relate_in_key(entity, relation))
            model->inherits = entity->inherits_key = true;
        model->related = true;
        principal->dependents[principal->dependent_count++] = relation;
        if (!relation->followed)
            continue;
        relation->link = entity->link_count++;
        relation->place = principal->place_count++;
        principal->has_alternate = principal->has_alternate || relation->alternate;
        model->followed = true;
    }
}

bool uowi_model_relate(uow_model *model)
{
    for (size_t i = 0; i < model->entity_count; i++)
        if (!relate_entity(model, &model->entities[i]))
            return false;
    for (size_t i = 0; i < model->entity_count; i++)
        if (!relate_room(model, &model->entities[i]))
            return false;
    for (size_t i = 0; i < model->entity_count; i++)
        relate_number(model, &model->entities[i]);
    return true;
}
