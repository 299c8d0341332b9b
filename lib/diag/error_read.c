/* The public accessors of an error record. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "diag/error.h"

#include <string.h>

static const char *error_text(const char *text)
{
    return text != NULL ? text : "";
}

uow_status uow_error_status(const uow_error *error)
{
    return error != NULL ? error->status : UOW_OK;
}

/* Without a message of its own (memory ran out) a record still says what its status means. */
const char *uow_error_message(const uow_error *error)
{
    if (error == NULL || error->status == UOW_OK)
        return "";
    return error->message.length > 0 ? uowi_buf_cstr(&error->message)
                                     : uow_status_text(error->status);
}

const char *uow_error_operation(const uow_error *error)
{
    return error_text(error != NULL ? error->operation : NULL);
}

const char *uow_error_function(const uow_error *error)
{
    return error_text(error != NULL ? error->function : NULL);
}

/* The record that counts: warnings may have come before the error. */
static const uowi_diag_record *error_main(const uow_error *error)
{
    if (error == NULL || error->diag_count == 0)
        return NULL;
    for (size_t i = 0; i < error->diag_count; i++)
        if (strncmp(error->diags[i].sqlstate, "01", 2) != 0)
            return &error->diags[i];
    return &error->diags[0];
}

const char *uow_error_sqlstate(const uow_error *error)
{
    const uowi_diag_record *record = error_main(error);

    return record != NULL ? record->sqlstate : "";
}

int32_t uow_error_native(const uow_error *error)
{
    const uowi_diag_record *record = error_main(error);

    return record != NULL ? record->native : 0;
}

const char *uow_error_entity(const uow_error *error)
{
    return error_text(error != NULL ? error->entity : NULL);
}

const char *uow_error_column(const uow_error *error)
{
    return error_text(error != NULL ? error->column : NULL);
}

const char *uow_error_key(const uow_error *error)
{
    return error_text(error != NULL ? error->key : NULL);
}

const char *uow_error_statement(const uow_error *error)
{
    return error_text(error != NULL ? error->statement : NULL);
}

const char *uow_error_constraint(const uow_error *error)
{
    return error_text(error != NULL ? error->constraint : NULL);
}

size_t uow_error_diagnostic_count(const uow_error *error)
{
    return error != NULL ? error->diag_count : 0;
}

int uow_error_diagnostic(const uow_error *error, size_t index, uow_diagnostic *out_diagnostic)
{
    if (out_diagnostic == NULL || index >= uow_error_diagnostic_count(error))
        return 0;
    const uowi_diag_record *record = &error->diags[index];
    *out_diagnostic =
        (uow_diagnostic){record->sqlstate, record->native, 0, error_text(record->text)};
    return 1;
}

size_t uow_error_instance_count(const uow_error *error)
{
    return error != NULL ? error->instance_count : 0;
}

void *uow_error_instance(const uow_error *error, size_t index)
{
    return index < uow_error_instance_count(error) ? error->instances[index] : NULL;
}

size_t uow_error_branch_count(const uow_error *error)
{
    return error != NULL ? error->branch_count : 0;
}

uow_status uow_error_branch(const uow_error *error, size_t index, uow_branch_info *out_info)
{
    if (index >= uow_error_branch_count(error) || out_info == NULL ||
        out_info->struct_size < sizeof(size_t))
        return UOW_MISUSE;
    uow_branch_info info = error->branches[index];
    size_t size = out_info->struct_size < sizeof info ? out_info->struct_size : sizeof info;
    info.struct_size = out_info->struct_size;
    memcpy(out_info, &info, size);
    return UOW_OK;
}
