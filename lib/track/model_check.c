#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/model_check.h"

#include <string.h>

#include "base/utf.h"

void uowi_model_say(uow_model *model, const uowi_entity *entity, const char *column, const char *what)
{
    uow_error *error = &model->error;
    const char *name = entity->name ? entity->name : "(unnamed)";

    if (!uowi_error_is_set(error)) {
        uowi_error_set(error, UOW_MODEL, "%s%s%s: %s", name, column ? "." : "", column ? column : "", what);
        uowi_error_entity(error, name);
        uowi_error_column(error, column);
        return;
    }
    uowi_error_frame(error, "%s%s%s: %s", name, column ? "." : "", column ? column : "", what);
}

static bool check_refuse(uow_model *model, size_t position, const char *what)
{
    uowi_error_set(&model->error, UOW_MODEL, "entity %zu of the model: %s", position, what);
    return false;
}

bool uowi_model_check_def(uow_model *model, const uow_entity *def, size_t position)
{
    if (!def)
        return check_refuse(model, position, "the pointer is NULL");
    if (def->struct_size != sizeof(uow_entity))
        return check_refuse(model, position, "the descriptor was not made by a UOW_ENTITY macro of this library version");
    if (!def->columns || def->column_count == 0 || def->column_size == 0)
        return check_refuse(model, position, "it has no columns");
    if (def->column_count > UOWI_MAX_COLUMNS)
        return check_refuse(model, position, "it has more than 256 columns");
    if (!def->struct_name || (!def->table && !def->struct_name))
        return check_refuse(model, position, "it has neither a struct's nor a table's name");
    if (uowi_model_entity(model, def))
        return check_refuse(model, position, "the same descriptor is listed twice");
    for (size_t i = 0; i < def->column_count; i++) {
        const uow_column *column = (const uow_column *)(const void *)((const char *)def->columns + i * def->column_size);

        if (!column->name || !column->name[0])
            return check_refuse(model, position, "a column has no name");
    }
    return true;
}

static void check_converter(uow_model *model, const uowi_entity *entity, const uow_column *column)
{
    const uow_converter *converter = column->converter;
    size_t size = uowi_type_size(converter->db_type);

    if (converter->struct_size != sizeof(uow_converter))
        uowi_model_say(model, entity, column->name, "the converter's struct_size is not sizeof(uow_converter)");
    else if (!converter->to_db || !converter->from_db)
        uowi_model_say(model, entity, column->name, "the converter lacks to_db or from_db");
    else if (!uowi_type_name(converter->db_type))
        uowi_model_say(model, entity, column->name, "the converter's db_type is no uow_type");
    else if (converter->db_type == UOW_LONGTEXT || converter->db_type == UOW_BLOB)
        uowi_model_say(model, entity, column->name, "a converter cannot work on long values; use UOW_TEXT or UOW_BINARY");
    else if (size != 0 && size != converter->db_size)
        uowi_model_say(model, entity, column->name, "the converter's db_size is not the size of its db_type");
    else if (converter->db_size == 0)
        uowi_model_say(model, entity, column->name, "the converter's db_size is 0");
}

static void check_size(uow_model *model, const uowi_entity *entity, const uow_column *column)
{
    uowi_buf text;
    size_t size = uowi_type_size(column->type);

    if (size == 0 || size == column->size) {
        if (column->size == 0 || (column->type == UOW_TEXT && column->size < 2))
            uowi_model_say(model, entity, column->name, "the member is too small to hold a value");
        return;
    }
    uowi_buf_init(&text, model->mem, 0);
    uowi_buf_fmt(&text, "%s needs a member of %zu bytes, but %s has %zu", uowi_type_name(column->type), size,
                 column->member ? column->member : "it", column->size);
    uowi_model_say(model, entity, column->name, uowi_buf_cstr(&text));
    uowi_buf_done(&text);
}

static void check_flags(uow_model *model, const uowi_entity *entity, const uow_column *column)
{
    uint32_t flags = column->flags;

    if (flags & UOW_KEY && column->ind_offset != UOW_NO_IND)
        uowi_model_say(model, entity, column->name, "a key column cannot be nullable");
    if (flags & UOW_KEY && flags & UOW_VERSION)
        uowi_model_say(model, entity, column->name, "a key column cannot be the version");
    if (flags & UOW_KEY && (column->type == UOW_FLOAT || column->type == UOW_DOUBLE))
        uowi_model_say(model, entity, column->name, "a floating-point key never compares reliably");
    if (flags & UOW_KEY && (column->type == UOW_LONGTEXT || column->type == UOW_BLOB || column->converter))
        uowi_model_say(model, entity, column->name, "a key column must be a plain member of fixed size");
    if (flags & UOW_VERSION && (!uowi_type_is_integer(column->type) || column->ind_offset != UOW_NO_IND))
        uowi_model_say(model, entity, column->name, "the version must be an integer that is not nullable");
    if (flags & UOW_TOKEN && flags & UOW_KEY)
        uowi_model_say(model, entity, column->name, "a key column cannot be a token: it is what the row is met by");
    if (flags & UOW_TOKEN && (column->type == UOW_FLOAT || column->type == UOW_DOUBLE))
        uowi_model_say(model, entity, column->name, "a floating-point token never compares reliably");
    if (flags & UOW_TOKEN && (column->type == UOW_LONGTEXT || column->type == UOW_BLOB))
        uowi_model_say(model, entity, column->name, "a token must be a member of fixed size");
    if (flags & UOW_READONLY && flags & (UOW_VERSION | UOW_DEFAULT))
        uowi_model_say(model, entity, column->name, "a read-only column cannot be a version or have a default");
}

static void check_place(uow_model *model, const uowi_entity *entity, const uow_column *column)
{
    if (column->offset > entity->row_size || column->size > entity->row_size - column->offset)
        uowi_model_say(model, entity, column->name, "the member lies outside the struct");
    if (column->ind_offset == UOW_NO_IND)
        return;
    if (column->ind_offset > entity->row_size || sizeof(uow_ind) > entity->row_size - column->ind_offset)
        uowi_model_say(model, entity, column->name, "the indicator lies outside the struct");
    else if (column->ind_offset % sizeof(uow_ind) != 0)
        uowi_model_say(model, entity, column->name, "the indicator is not a uow_ind member");
}

static void check_column(uow_model *model, const uowi_entity *entity, size_t i)
{
    const uow_column *column = &entity->columns[i];

    for (size_t j = 0; j < i; j++)
        if (uowi_ascii_casecmp(column->name, entity->columns[j].name) == 0)
            uowi_model_say(model, entity, column->name, "the column is mapped twice");
    check_place(model, entity, column);
    check_flags(model, entity, column);
    if (column->converter) {
        check_converter(model, entity, column);
        return;
    }
    if (column->type == (uow_type)0) /* what UOW_COLUMN_AS says */
        uowi_model_say(model, entity, column->name, "the converter is NULL, and there is no type");
    else if (!uowi_type_name(column->type))
        uowi_model_say(model, entity, column->name, "unknown type");
    else
        check_size(model, entity, column);
}

static void check_entity(uow_model *model, const uowi_entity *entity)
{
    size_t keys = 0;
    size_t versions = 0;

    for (size_t i = 0; i < entity->column_count; i++) {
        check_column(model, entity, i);
        keys += (entity->columns[i].flags & UOW_KEY) != 0;
        versions += (entity->columns[i].flags & UOW_VERSION) != 0;
    }
    if (keys > UOW_MAX_KEY)
        uowi_model_say(model, entity, NULL, "a key of more than 8 columns");
    if (keys == 0 && !(entity->def->flags & UOW_KEYLESS))
        uowi_model_say(model, entity, NULL, "no column has UOW_KEY; mark the key, or make the entity UOW_KEYLESS");
    if (keys > 0 && entity->def->flags & UOW_KEYLESS)
        uowi_model_say(model, entity, NULL, "a keyless entity has a UOW_KEY column");
    if (versions > 1)
        uowi_model_say(model, entity, NULL, "more than one UOW_VERSION column");
    if (!entity->table && !(entity->def->flags & UOW_KEYLESS))
        uowi_model_say(model, entity, NULL, "no table; only a keyless entity can do without");
    uowi_model_check_relations(model, entity);
}

uow_status uowi_model_check(uow_model *model)
{
    for (size_t i = 0; i < model->entity_count; i++)
        check_entity(model, &model->entities[i]);
    return uow_error_status(&model->error);
}
