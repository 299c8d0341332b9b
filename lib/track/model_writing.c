/* Entities that are written by procedures: which, and whether their arguments can be. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/model.h"

#include <string.h>

#include "track/model_check.h"

static void writing_say(uow_model *model, const uowi_entity *entity, const char *column, const char *procedure,
                        const char *what)
{
    uowi_buf text;

    uowi_buf_init(&text, model->mem, 512);
    uowi_buf_fmt(&text, "written by %s: %s", procedure, what);
    uowi_model_say(model, entity, column, uowi_buf_cstr(&text));
    uowi_buf_done(&text);
}

static void writing_check_argument(uow_model *model, const uowi_entity *entity, const uow_write_procedure *by,
                                   const uow_write_argument *argument)
{
    bool counts = (argument->flags & (UOW_WRITE_ROWS | UOW_WRITE_RETURNED | UOW_WRITE_COUNTED)) != 0;
    size_t column;

    if (counts)
        return;
    if (!argument->column) {
        writing_say(model, entity, NULL, by->name, "an argument has no column");
        return;
    }
    column = uowi_entity_column(entity, argument->column);
    if (column == UOWI_NO_COLUMN)
        writing_say(model, entity, argument->column, by->name, "there is no such column");
    else if (argument->flags & UOW_WRITE_BACK && entity->columns[column].converter)
        writing_say(model, entity, argument->column, by->name, "a column with a converter cannot come back");
}

/* A key the database makes is known by nothing else afterwards. */
static void writing_check_key(uow_model *model, const uowi_entity *entity, const uow_write_procedure *by)
{
    const char *key;

    if (entity->generated_key == UOWI_NO_COLUMN)
        return;
    key = entity->columns[entity->generated_key].name;
    for (uint32_t i = 0; i < by->argument_count; i++)
        if (by->arguments[i].column && by->arguments[i].flags & UOW_WRITE_BACK &&
            uowi_entity_column(entity, by->arguments[i].column) == entity->generated_key)
            return;
    writing_say(model, entity, key, by->name, "the generated key does not come back: UOW_PASS_BACK");
}

static void writing_check(uow_model *model, const uowi_entity *entity, const uow_write_procedure *by, bool insert)
{
    uint32_t named = 0;

    if (!by->name)
        return;
    if (by->argument_count > 0 && !by->arguments) {
        writing_say(model, entity, NULL, by->name, "the arguments are missing");
        return;
    }
    for (uint32_t i = 0; i < by->argument_count; i++) {
        named += by->arguments[i].parameter != NULL;
        writing_check_argument(model, entity, by, &by->arguments[i]);
    }
    if (named != 0 && named != by->argument_count)
        writing_say(model, entity, NULL, by->name, "some arguments are named and some are not");
    if (insert)
        writing_check_key(model, entity, by);
}

uow_status uowi_model_writings(uow_model *model, const uow_writing *const *writings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uow_writing *writing = writings[i];
        uowi_entity *entity;

        if (!writing || writing->struct_size != sizeof(uow_writing))
            return uowi_error_set(&model->error, UOW_MODEL,
                                  "writing %zu was not made by UOW_WRITING of this library version", i + 1);
        entity = (uowi_entity *)(uintptr_t)uowi_model_entity(model, writing->entity);
        if (!entity || !entity->tracked)
            return uowi_error_set(&model->error, UOW_MODEL, "writing %zu is of an entity that is not in the model, or keyless",
                                  i + 1);
        if (entity->writing)
            uowi_model_say(model, entity, NULL, "two writings say how it is written");
        entity->writing = writing;
        writing_check(model, entity, &writing->insert, true);
        writing_check(model, entity, &writing->update, false);
        writing_check(model, entity, &writing->remove, false);
    }
    return uow_error_status(&model->error);
}
