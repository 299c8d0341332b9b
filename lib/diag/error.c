/* Writing the error record. Reading it is error_read.c. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "diag/error.h"

#include <string.h>

#include "base/usual.h"

/* Long enough for any sentence of ours with a driver's text in it. */
#define MESSAGE_CEILING 8192

const uow_error uowi_error_none = {.status = UOW_OK};

void uowi_error_init(uow_error *error, uowi_mem *mem)
{
    *error = (uow_error){.mem = mem, .status = UOW_OK};
    uowi_buf_init(&error->message, mem, MESSAGE_CEILING);
}

void uowi_error_done(uow_error *error)
{
    uowi_error_clear(error);
    uowi_buf_done(&error->message);
    uowi_free(error->mem, error->instances, error->instance_capacity * sizeof *error->instances);
    uowi_free(error->mem, error->branches, error->branch_capacity * sizeof *error->branches);
    uowi_error_init(error, error->mem);
}

static void error_drop(uow_error *error, char **field)
{
    uowi_strfree(error->mem, *field);
    *field = NULL;
}

static void error_drop_branches(uow_error *error)
{
    for (size_t i = 0; UOWI_RARE(i < error->branch_count); i++)
        uowi_strfree(error->mem, (char *)(uintptr_t)error->branches[i].id);
    error->branch_count = 0;
}

/* Every operation begins with this: the message's and the instances' memory stay for the next
 * error. */
UOWI_HOT void uowi_error_clear(uow_error *error)
{
    error->status = UOW_OK;
    uowi_buf_reset(&error->message);
    error->operation = NULL;
    error->function = NULL;
    error_drop(error, &error->entity);
    error_drop(error, &error->column);
    error_drop(error, &error->key);
    error_drop(error, &error->statement);
    error_drop(error, &error->constraint);
    for (size_t i = 0; UOWI_RARE(i < error->diag_count); i++)
        error_drop(error, &error->diags[i].text);
    error->diag_count = 0;
    error->instance_count = 0;
    error_drop_branches(error);
}

bool uowi_error_is_set(const uow_error *error)
{
    return error->status != UOW_OK;
}

uow_status uowi_error_set(uow_error *error, uow_status status, const char *format, ...)
{
    if (uowi_error_is_set(error))
        return error->status;
    error->status = status;
    uowi_buf_reset(&error->message);
    va_list args;
    va_start(args, format);
    uowi_buf_vfmt(&error->message, format, args);
    va_end(args);
    return status;
}

/* The message stays empty; uow_error_message then gives the status' own text. */
uow_status uowi_error_no_memory(uow_error *error)
{
    if (!uowi_error_is_set(error))
        error->status = UOW_NO_MEMORY;
    return error->status;
}

void uowi_error_status(uow_error *error, uow_status status)
{
    if (uowi_error_is_set(error))
        error->status = status;
}

static void error_fill(uow_error *error, char **field, const char *text)
{
    if (*field == NULL)
        *field = uowi_strdup(error->mem, text);
}

void uowi_error_operation(uow_error *error, const char *operation)
{
    if (error->operation == NULL)
        error->operation = operation;
}

void uowi_error_function(uow_error *error, const char *function)
{
    if (error->function == NULL)
        error->function = function;
}

void uowi_error_entity(uow_error *error, const char *entity)
{
    error_fill(error, &error->entity, entity);
}

void uowi_error_column(uow_error *error, const char *column)
{
    error_fill(error, &error->column, column);
}

void uowi_error_key(uow_error *error, const char *key)
{
    error_fill(error, &error->key, key);
}

void uowi_error_statement(uow_error *error, const char *statement)
{
    error_fill(error, &error->statement, statement);
}

void uowi_error_constraint(uow_error *error, const char *constraint)
{
    error_fill(error, &error->constraint, constraint);
}

void uowi_error_instance(uow_error *error, void *instance)
{
    void *items = error->instances;
    if (!uowi_grow(error->mem, &items, error->instance_count, &error->instance_capacity,
                   sizeof *error->instances))
        return;
    error->instances = items;
    error->instances[error->instance_count++] = instance;
}

void uowi_error_branch(uow_error *error, const uow_branch_info *branch)
{
    void *items = error->branches;
    char *id = uowi_strdup(error->mem, branch->id);

    if (id == NULL || !uowi_grow(error->mem, &items, error->branch_count, &error->branch_capacity,
                                 sizeof *error->branches)) {
        uowi_strfree(error->mem, id);
        return;
    }
    error->branches = items;
    error->branches[error->branch_count] = *branch;
    error->branches[error->branch_count++].id = id;
}

/* Drivers miscount: a NUL within the length ends the text. */
void uowi_error_diagnostic(uow_error *error, const char sqlstate[6], int32_t native,
                           const char *text, size_t length)
{
    if (error->diag_count == UOWI_MAX_DIAGNOSTICS)
        return;
    uowi_diag_record *record = &error->diags[error->diag_count++];
    memcpy(record->sqlstate, sqlstate, 5);
    record->sqlstate[5] = '\0';
    record->native = native;
    length = length == 0 ? 0 : strnlen(text, length);
    record->text = uowi_alloc(error->mem, length + 1);
    if (record->text == NULL)
        return;
    if (length > 0)
        memcpy(record->text, text, length);
    record->text[length] = '\0';
}

/* Ends the sentence before, so that the next can begin. */
static void error_next_sentence(uow_error *error)
{
    uowi_buf *message = &error->message;
    if (message->length == 0)
        uowi_buf_text(message, uow_status_text(error->status));
    const char *text = uowi_buf_cstr(message);
    bool ended = message->length > 0 && strchr(".!?", text[message->length - 1]) != NULL;
    uowi_buf_text(message, ended ? " " : ". ");
}

void uowi_error_frame(uow_error *error, const char *format, ...)
{
    if (!uowi_error_is_set(error))
        return;
    error_next_sentence(error);
    va_list args;
    va_start(args, format);
    uowi_buf_vfmt(&error->message, format, args);
    va_end(args);
}

static void error_fill_from(uow_error *error, char **field, const char *text)
{
    if (text)
        error_fill(error, field, text);
}

void uowi_error_copy(uow_error *to, const uow_error *from)
{
    to->status = from->status;
    uowi_buf_text(&to->message, uow_error_message(from));
    to->operation = to->operation ? to->operation : from->operation;
    to->function = from->function;
    error_fill_from(to, &to->entity, from->entity);
    error_fill_from(to, &to->column, from->column);
    error_fill_from(to, &to->key, from->key);
    error_fill_from(to, &to->statement, from->statement);
    error_fill_from(to, &to->constraint, from->constraint);
    for (size_t i = 0; i < from->diag_count; i++) {
        const uowi_diag_record *record = &from->diags[i];

        uowi_error_diagnostic(to, record->sqlstate, record->native, record->text, record->text ? strlen(record->text) : 0);
    }
}

/* A swap: each record goes on with the memory that belongs to it. */
void uowi_error_move(uow_error *to, uow_error *from)
{
    if (to == from)
        return;
    uowi_error_clear(to);
    uow_error empty = *to;
    *to = *from;
    *from = empty;
}
