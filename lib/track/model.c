/* Compiling a model: the program's tables copied into a form the library can walk quickly. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/model.h"

#include <string.h>

#include "base/utf.h"
#include "track/model_check.h"

static bool model_same_def(const void *value, const void *key, const void *user)
{
    (void)user;
    return ((const uowi_entity *)value)->def == key;
}

static uint64_t model_hash_def(const uow_entity *def)
{
    return uowi_hash_word((uint64_t)(uintptr_t)def);
}

const uowi_entity *uowi_model_entity(const uow_model *model, const uow_entity *def)
{
    if (!model || !def)
        return NULL;
    return uowi_map_get(&model->by_def, model_hash_def(def), def);
}

size_t uowi_entity_column(const uowi_entity *entity, const char *name)
{
    for (size_t i = 0; i < entity->column_count; i++)
        if (uowi_ascii_casecmp(entity->columns[i].name, name) == 0)
            return i;
    return UOWI_NO_COLUMN;
}

/* The program may have been compiled with a shorter uow_column: copy what it has. */
static bool model_copy_columns(uow_model *model, uowi_entity *entity)
{
    const uow_entity *def = entity->def;
    size_t stride = def->column_size;
    size_t known = stride < sizeof(uow_column) ? stride : sizeof(uow_column);

    entity->columns = uowi_arena_zalloc(&model->arena, def->column_count * sizeof(uow_column));
    if (!entity->columns)
        return false;
    entity->column_count = def->column_count;
    for (size_t i = 0; i < entity->column_count; i++)
        memcpy(&entity->columns[i], (const char *)def->columns + i * stride, known);
    return true;
}

static void model_note_column(uowi_entity *entity, size_t i)
{
    const uow_column *column = &entity->columns[i];

    /* A version the database makes is a computed column that is checked. */
    if ((column->flags & (UOW_VERSION | UOW_GENERATED)) == (UOW_VERSION | UOW_GENERATED))
        entity->columns[i].flags = (column->flags & ~(UOW_VERSION | UOW_GENERATED)) | UOW_READONLY | UOW_TOKEN;
    if (column->flags & UOW_KEY && entity->key_count < UOW_MAX_KEY)
        entity->key[entity->key_count++] = i;
    if (column->flags & UOW_VERSION)
        entity->version = i;
    if (column->type == UOW_LONGTEXT || column->type == UOW_BLOB)
        entity->has_long = true;
    if (column->flags & UOW_KEY && column->flags & UOW_GENERATED && uowi_type_is_integer(column->type))
        entity->generated_key = i;
}

/* The order of the parameters: the counter first, then tokens as declared. */
static bool model_note_checks(uow_model *model, uowi_entity *entity)
{
    entity->checks = uowi_arena_alloc(&model->arena, entity->column_count * sizeof *entity->checks);
    if (!entity->checks)
        return false;
    if (entity->version != UOWI_NO_COLUMN)
        entity->checks[entity->check_count++] = entity->version;
    for (size_t i = 0; i < entity->column_count; i++) {
        uint32_t flags = entity->columns[i].flags;

        if (flags & UOW_TOKEN && i != entity->version)
            entity->checks[entity->check_count++] = i;
        entity->has_made_token = entity->has_made_token || (flags & UOW_TOKEN && flags & UOW_READONLY);
        entity->has_computed = entity->has_computed || flags & UOW_READONLY;
    }
    return true;
}

static void model_note_unique(uowi_entity *entity, uint32_t mask, uint32_t value)
{
    uowi_unique *unique = &entity->uniques[entity->unique_count];

    if (entity->unique_count == UOWI_MAX_UNIQUES)
        return;
    unique->count = 0;
    for (size_t i = 0; i < entity->column_count && unique->count < UOW_MAX_KEY; i++)
        if ((entity->columns[i].flags & mask) == value)
            unique->columns[unique->count++] = i;
    entity->unique_count += unique->count > 0;
}

static void model_note_uniques(uowi_entity *entity)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        uowi_unique *unique = &entity->uniques[entity->unique_count];

        if (!(entity->columns[i].flags & UOW_UNIQUE) || entity->unique_count == UOWI_MAX_UNIQUES)
            continue;
        unique->count = 1;
        unique->columns[0] = i;
        entity->unique_count++;
    }
    for (uint32_t group = 1; group < 16; group++)
        model_note_unique(entity, UOW_UNIQUE_GROUP(15), UOW_UNIQUE_GROUP(group));
}

static bool model_compile(uow_model *model, uowi_entity *entity)
{
    const uow_entity *def = entity->def;

    entity->name = def->table ? def->table : def->struct_name;
    entity->schema = def->schema;
    entity->table = def->table;
    entity->row_size = def->row_size;
    entity->generated_key = UOWI_NO_COLUMN;
    entity->version = UOWI_NO_COLUMN;
    if (!model_copy_columns(model, entity))
        return false;
    for (size_t i = 0; i < entity->column_count; i++)
        model_note_column(entity, i);
    if (!model_note_checks(model, entity))
        return false;
    model_note_uniques(entity);
    entity->tracked = entity->key_count > 0 && !(def->flags & UOW_KEYLESS);
    if (entity->key_count == 1 && uowi_type_is_integer(entity->columns[entity->key[0]].type))
        entity->whole_key = &entity->columns[entity->key[0]];
    return true;
}

/* Longest path from the principals; a cycle stops growing after as many rounds as there are entities. */
static void model_rank(uow_model *model)
{
    bool moved = true;

    for (size_t round = 0; moved && round < model->entity_count; round++) {
        moved = false;
        for (size_t i = 0; i < model->entity_count; i++) {
            uowi_entity *entity = &model->entities[i];

            for (size_t r = 0; r < entity->relation_count; r++) {
                const uowi_entity *principal = entity->relations[r].principal;

                if (!principal || principal == entity || entity->rank > principal->rank)
                    continue;
                entity->rank = principal->rank + 1;
                moved = true;
            }
        }
    }
}

/* Each counts those before it. */
static void model_places(uow_model *model)
{
    for (size_t i = 0; i < model->entity_count; i++)
        for (size_t j = 0; j < model->entity_count; j++) {
            size_t rank = model->entities[j].rank;

            model->entities[i].place +=
                rank < model->entities[i].rank || (rank == model->entities[i].rank && j < i);
        }
}

static uow_status model_entities(uow_model *model, const uow_entity *const *entities, size_t count)
{
    model->entities = uowi_arena_zalloc(&model->arena, count * sizeof(uowi_entity));
    if (!model->entities || !uowi_map_reserve(&model->by_def, count))
        return uowi_error_no_memory(&model->error);
    for (size_t i = 0; i < count; i++) {
        uowi_entity *entity = &model->entities[i];

        entity->def = entities[i];
        entity->index = i;
        model->entity_count = i + 1;
        if (!uowi_model_check_def(model, entities[i], i))
            return uow_error_status(&model->error);
        if (!model_compile(model, entity) || !uowi_map_put(&model->by_def, model_hash_def(entities[i]), entity))
            return uowi_error_no_memory(&model->error);
    }
    if (!uowi_model_relate(model))
        return uowi_error_no_memory(&model->error);
    model_rank(model);
    model_places(model);
    return uowi_model_check(model);
}

static uow_status model_parts(uow_model *model, const uow_model_parts *parts)
{
    uow_status st = model_entities(model, parts->entities, parts->entity_count);

    if (st != UOW_OK && st != UOW_MODEL)
        return st;
    st = uowi_model_procedures(model, parts->procedures, parts->procedure_count);
    if (st != UOW_OK && st != UOW_MODEL)
        return st;
    return uowi_model_writings(model, parts->writings, parts->writing_count);
}

uow_status uowi_model_build(uowi_mem *mem, const uow_model_parts *parts, uow_model **out_model)
{
    uow_model *model = uowi_zalloc(mem, sizeof *model);
    uow_status st;

    if (!model)
        return UOW_NO_MEMORY;
    model->mem = mem;
    uowi_error_init(&model->error, mem);
    uowi_arena_init(&model->arena, mem, 4096);
    uowi_map_init(&model->by_def, mem, model_same_def, NULL);
    st = model_parts(model, parts);
    if (st == UOW_NO_MEMORY) {
        uowi_model_destroy(model);
        return st;
    }
    *out_model = model;
    return st;
}

uow_status uowi_model_create(uowi_mem *mem, const uow_entity *const *entities, size_t count, uow_model **out_model)
{
    uow_model_parts parts = UOW_MODEL_PARTS_INIT;

    parts.entities = entities;
    parts.entity_count = count;
    return uowi_model_build(mem, &parts, out_model);
}

void uowi_model_destroy(uow_model *model)
{
    if (!model)
        return;
    uowi_map_done(&model->by_def);
    uowi_arena_done(&model->arena);
    uowi_error_done(&model->error);
    uowi_free(model->mem, model, sizeof *model);
}
