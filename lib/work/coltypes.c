#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/coltypes.h"

#include <string.h>

#include "work/ask.h"

struct uowi_coltype {
    const uowi_entity *entity;
    uowi_coltype *next;
    bool found;
    const char **names; /* one per column */
    const char **whole; /* the same with lengths and precisions */
};

void uowi_coltypes_init(uowi_coltypes *types, uowi_mem *mem)
{
    uowi_arena_init(&types->arena, mem, 1024);
    types->first = NULL;
}

void uowi_coltypes_done(uowi_coltypes *types)
{
    uowi_arena_done(&types->arena);
    types->first = NULL;
}

/* Who asks. */
typedef struct coltypes_reader {
    uowi_session *s;
    uowi_coltype *type;
} coltypes_reader;

static const char *coltypes_keep(uowi_session *s, uowi_dynrow *row, size_t index, uow_status *st)
{
    const char *text = NULL;
    const char *kept = NULL;
    size_t length = 0;

    *st = uowi_dynrow_text(row, index, &text, &length);
    if (*st == UOW_OK)
        kept = uowi_arena_text(&s->cache.types.arena, text, length);
    if (*st == UOW_OK && !kept)
        *st = uowi_error_no_memory(&s->error);
    return kept;
}

static uow_status coltypes_row(uowi_dynrow *row, void *user)
{
    const coltypes_reader *reader = user;
    uowi_coltype *type = reader->type;
    const char *name;
    size_t length;
    size_t column;
    uow_status st = uowi_dynrow_text(row, 0, &name, &length);

    if (st != UOW_OK)
        return st;
    column = uowi_entity_column(type->entity, name);
    if (column == UOWI_NO_COLUMN)
        return UOW_OK;
    type->found = true;
    type->names[column] = type->whole[column] = coltypes_keep(reader->s, row, 1, &st);
    if (st == UOW_OK && uowi_dynrow_column_count(row) > 2)
        type->whole[column] = coltypes_keep(reader->s, row, 2, &st);
    return st;
}

static uowi_coltype *coltypes_find(const uowi_coltypes *types, const uowi_entity *entity)
{
    uowi_coltype *type = types->first;

    while (type && type->entity != entity)
        type = type->next;
    return type;
}

static uow_status coltypes_get(uowi_session *s, const uowi_entity *entity, uowi_coltype **out)
{
    uowi_coltypes *types = &s->cache.types;
    uowi_coltype *type = coltypes_find(types, entity);
    const uowi_dialect *dialect = uowi_session_dialect(s);
    coltypes_reader reader = {s, NULL};
    uow_status st;

    if (!dialect->column_types_sql)
        return UOW_END;
    if (!type) {
        type = uowi_arena_zalloc(&types->arena, sizeof *type);
        if (type)
            type->names = uowi_arena_zalloc(&types->arena, 2 * entity->column_count * sizeof *type->names);
        if (!type || !type->names)
            return uowi_error_no_memory(&s->error);
        type->entity = entity;
        type->whole = type->names + entity->column_count;
        reader.type = type;
        st = uowi_ask_table(s, dialect->column_types_sql, dialect->column_types_bare, entity, coltypes_row, &reader);
        if (st != UOW_OK)
            return st;
        type->next = types->first;
        types->first = type;
    }
    *out = type;
    return type->found ? UOW_OK : UOW_END;
}

uow_status uowi_coltypes_of(uowi_session *s, const uowi_entity *entity, const char *const **out)
{
    uowi_coltype *type = NULL;
    uow_status st = coltypes_get(s, entity, &type);

    if (type)
        *out = type->names;
    return st;
}

uow_status uowi_coltypes_whole(uowi_session *s, const uowi_entity *entity, const char *const **out)
{
    uowi_coltype *type = NULL;
    uow_status st = coltypes_get(s, entity, &type);

    if (type)
        *out = type->whole;
    return st;
}
