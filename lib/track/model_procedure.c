/* The model's procedures: copied, checked, found by name. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/model.h"

#include <stdarg.h>
#include <string.h>

#include "base/utf.h"

static void procedure_say(uow_model *model, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void procedure_say(uow_model *model, const char *name, const char *format, ...)
{
    uowi_buf text;
    va_list args;

    uowi_buf_init(&text, model->mem, 1024);
    va_start(args, format);
    uowi_buf_vfmt(&text, format, args);
    va_end(args);
    if (uowi_error_is_set(&model->error))
        uowi_error_frame(&model->error, "procedure %s: %s", name, uowi_buf_cstr(&text));
    else
        uowi_error_set(&model->error, UOW_MODEL, "procedure %s: %s", name, uowi_buf_cstr(&text));
    uowi_buf_done(&text);
}

/* What must hold before the tables can be walked. */
static bool procedure_usable(uow_model *model, const uow_procedure *def, size_t position)
{
    if (!def || def->struct_size != sizeof(uow_procedure)) {
        procedure_say(model, "(unnamed)", "number %zu was not made by a UOW_PROCEDURE macro of this library version",
                      position);
        return false;
    }
    if (!def->name || !def->name[0]) {
        procedure_say(model, "(unnamed)", "number %zu has no name", position);
        return false;
    }
    if ((def->parameter_count > 0 && (!def->parameters || !def->parameter_size)) ||
        (def->step_count > 0 && (!def->steps || !def->step_size))) {
        procedure_say(model, def->name, "parameters or steps are announced, but missing");
        return false;
    }
    return true;
}

/* An array of the program's structs, which may be shorter than ours. */
static void *procedure_copy(uow_model *model, const void *from, size_t count, size_t stride, size_t size)
{
    char *to = uowi_arena_zalloc(&model->arena, (count ? count : 1) * size);

    for (size_t i = 0; to && i < count; i++)
        memcpy(to + i * size, (const char *)from + i * stride, stride < size ? stride : size);
    return to;
}

static void procedure_check_parameters(uow_model *model, const uowi_procedure *procedure)
{
    size_t returns = 0;

    for (size_t i = 0; i < procedure->parameter_count; i++) {
        const uow_parameter *parameter = &procedure->parameters[i];

        if (!parameter->name || !parameter->name[0]) {
            procedure_say(model, procedure->name, "parameter %zu has no name", i + 1);
            continue;
        }
        if (!uowi_type_name(parameter->type))
            procedure_say(model, procedure->name, "parameter %s has an unknown type", parameter->name);
        if ((unsigned)parameter->direction > UOW_PARAMETER_LOCAL)
            procedure_say(model, procedure->name, "parameter %s has an unknown direction", parameter->name);
        returns += parameter->direction == UOW_PARAMETER_RETURN;
        for (size_t j = 0; j < i; j++)
            if (procedure->parameters[j].name && uowi_ascii_casecmp(procedure->parameters[j].name, parameter->name) == 0)
                procedure_say(model, procedure->name, "parameter %s is there twice", parameter->name);
    }
    if (returns > 1)
        procedure_say(model, procedure->name, "it returns more than one value");
}

static void procedure_check_steps(uow_model *model, const uowi_procedure *procedure)
{
    for (size_t i = 0; i < procedure->step_count; i++) {
        const uow_step *step = &procedure->steps[i];

        if (!step->sql || !step->sql[0])
            procedure_say(model, procedure->name, "step %zu has no statement", i + 1);
        if ((unsigned)step->kind > UOW_STEP_RAISE)
            procedure_say(model, procedure->name, "step %zu is of an unknown kind", i + 1);
        if (step->kind == UOW_STEP_RAISE && (!step->sqlstate || strlen(step->sqlstate) != 5 || !step->message))
            procedure_say(model, procedure->name, "step %zu raises an error without an SQLSTATE of five characters and a message",
                          i + 1);
    }
}

static bool procedure_compile(uow_model *model, const uow_procedure *def)
{
    uowi_procedure *procedure = &model->procedures[model->procedure_count];

    if (uowi_model_procedure(model, def->schema, def->name))
        procedure_say(model, def->name, "it is listed twice");
    procedure->schema = def->schema;
    procedure->name = def->name;
    procedure->own_body = (def->flags & UOW_OWN_BODY) != 0;
    procedure->parameter_count = def->parameter_count;
    procedure->step_count = def->step_count;
    procedure->parameters = procedure_copy(model, def->parameters, def->parameter_count, def->parameter_size,
                                           sizeof(uow_parameter));
    procedure->steps = procedure_copy(model, def->steps, def->step_count, def->step_size, sizeof(uow_step));
    if (!procedure->parameters || !procedure->steps)
        return false;
    model->procedure_count++;
    if (procedure->own_body && procedure->step_count == 0)
        procedure_say(model, def->name, "UOW_OWN_BODY, but there is no body");
    procedure_check_parameters(model, procedure);
    procedure_check_steps(model, procedure);
    return true;
}

uow_status uowi_model_procedures(uow_model *model, const uow_procedure *const *procedures, size_t count)
{
    model->procedures = uowi_arena_zalloc(&model->arena, (count ? count : 1) * sizeof(uowi_procedure));
    if (!model->procedures)
        return uowi_error_no_memory(&model->error);
    for (size_t i = 0; i < count; i++)
        if (procedure_usable(model, procedures[i], i + 1) && !procedure_compile(model, procedures[i]))
            return uowi_error_no_memory(&model->error);
    return uow_error_status(&model->error);
}

const uowi_procedure *uowi_model_procedure(const uow_model *model, const char *schema, const char *name)
{
    for (size_t i = 0; model && i < model->procedure_count; i++) {
        const uowi_procedure *procedure = &model->procedures[i];
        const char *own = procedure->schema;

        if (uowi_ascii_casecmp(procedure->name, name) == 0 &&
            (!schema || (own && uowi_ascii_casecmp(own, schema) == 0)))
            return procedure;
    }
    return NULL;
}
