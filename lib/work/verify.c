#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/verify.h"

#include <stdarg.h>
#include <string.h>

#include "base/utf.h"
#include "flow/step.h"
#include "work/run.h"
#include "work/sqlgen.h"

#define VERIFY_NAME_SIZE 256

static void verify_say(uowi_verify *work, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void verify_say(uowi_verify *work, const char *format, ...)
{
    va_list args;

    uowi_buf_text(&work->found, work->found.length ? ". " : "");
    va_start(args, format);
    uowi_buf_vfmt(&work->found, format, args);
    va_end(args);
}

/* ---- tables ---- */

static uow_status verify_columns(uowi_verify *work, const uowi_entity *entity, uowi_stmt *stmt)
{
    bool found[UOWI_MAX_COLUMNS] = {false};

    for (size_t i = 0; i < uowi_stmt_column_count(stmt); i++) {
        char name[VERIFY_NAME_SIZE];
        uowi_column_desc desc;
        uow_status st = uowi_stmt_describe(stmt, i, name, sizeof name, &desc);
        size_t column;

        if (st != UOW_OK)
            return st;
        column = uowi_entity_column(entity, name);
        if (column != UOWI_NO_COLUMN)
            found[column] = true;
    }
    for (size_t i = 0; i < entity->column_count; i++)
        if (!found[i])
            verify_say(work, "table %s has no column %s", entity->table, entity->columns[i].name);
    return UOW_OK;
}

/* A table that is not there is told by the database, in its own words. */
static uow_status verify_missing(uowi_verify *work, const uowi_entity *entity, uow_status st)
{
    uowi_session *s = work->s;

    if (st != UOW_SQL || uowi_conn_poisoned(s->conn) || uowi_conn_cancelled(s->conn))
        return st;
    verify_say(work, "table %s cannot be read: %s", entity->table, uow_error_message(&s->error));
    uowi_error_clear(&s->error);
    return UOW_OK;
}

static uow_status verify_table_start(uowi_verify *work, const uowi_entity *entity)
{
    uowi_session *s = work->s;
    uow_status st;

    uowi_buf_reset(&s->text);
    uowi_buf_text(&s->text, "SELECT * FROM ");
    uowi_sql_table(s, entity, &s->text);
    uowi_buf_text(&s->text, " WHERE 1 = 0");
    st = uowi_session_text_ok(s);
    if (st == UOW_OK)
        st = uowi_run_start(&work->run, s, s->text.data, s->text.length, NULL, 0, false);
    work->run.once = st == UOW_OK;
    return st;
}

static uow_status verify_table_end(uowi_verify *work, const uowi_entity *entity, uow_status st)
{
    if (st == UOW_OK)
        st = verify_columns(work, entity, work->run.cached->stmt);
    return verify_missing(work, entity, uowi_run_end(&work->run, st, 0));
}

/* [resumable] */
static uow_status verify_tables(uowi_verify *work)
{
    const uow_model *model = work->s->model;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(work->table_at);
    for (; work->next < model->entity_count; work->next++) {
        if (!model->entities[work->next].table)
            continue;
        st = verify_table_start(work, &model->entities[work->next]);
        if (st != UOW_OK)
            return st;
        UOWI_AWAIT(work->table_at, st, uowi_run_step(&work->run));
        st = verify_table_end(work, &work->s->model->entities[work->next], st);
        if (st != UOW_OK)
            return st;
    }
    UOWI_STEP_END
    return st;
}

/* ---- procedures ---- */

static const char *verify_direction(uow_direction direction)
{
    static const char *const names[] = {"IN", "OUT", "INOUT"};

    return names[direction];
}

static bool verify_compared(const uow_parameter *parameter)
{
    return parameter->direction <= UOW_PARAMETER_INOUT;
}

static void verify_parameter(uowi_verify *work, const uowi_procedure *procedure, const uow_parameter *own,
                             const uowi_routine_parameter *theirs)
{
    const char *name = procedure->name;

    if (theirs->name[0] && uowi_ascii_casecmp(own->name, theirs->name) != 0)
        verify_say(work, "procedure %s: parameter %s is called %s", name, own->name, theirs->name);
    if (own->direction != theirs->direction)
        verify_say(work, "procedure %s: parameter %s is %s, not %s", name, own->name, verify_direction(theirs->direction),
                   verify_direction(own->direction));
    if (!uowi_class_takes(theirs->type_class, own->type))
        verify_say(work, "procedure %s: parameter %s has type %s, which %s does not fit", name, own->name, theirs->type,
                   uowi_type_name(own->type));
}

static size_t verify_own_count(const uowi_procedure *procedure)
{
    size_t count = 0;

    for (size_t i = 0; i < procedure->parameter_count; i++)
        count += verify_compared(&procedure->parameters[i]);
    return count;
}

static size_t verify_their_count(const uowi_routine *routine)
{
    size_t count = 0;

    for (size_t i = 0; i < routine->parameter_count; i++)
        count += !uowi_routine_cursor(&routine->parameters[i]);
    return count;
}

static void verify_returns(uowi_verify *work, const uowi_procedure *procedure, const uowi_routine *routine)
{
    for (size_t i = 0; i < procedure->parameter_count; i++) {
        const uow_parameter *own = &procedure->parameters[i];

        if (own->direction != UOW_PARAMETER_RETURN)
            continue;
        if (!routine->function)
            verify_say(work, "procedure %s: it is no function and returns nothing", procedure->name);
        else if (!uowi_class_takes(routine->returns_class, own->type))
            verify_say(work, "procedure %s: it returns %s, which %s does not fit", procedure->name, routine->returns,
                       uowi_type_name(own->type));
    }
}

static void verify_signature(uowi_verify *work, const uowi_procedure *procedure, const uowi_routine *routine)
{
    size_t at = 0;

    if (verify_own_count(procedure) != verify_their_count(routine)) {
        verify_say(work, "procedure %s: it has %zu parameters, not %zu", procedure->name, verify_their_count(routine),
                   verify_own_count(procedure));
        return;
    }
    for (size_t i = 0; i < procedure->parameter_count; i++) {
        if (!verify_compared(&procedure->parameters[i]))
            continue;
        while (uowi_routine_cursor(&routine->parameters[at]))
            at++;
        verify_parameter(work, procedure, &procedure->parameters[i], &routine->parameters[at++]);
    }
    verify_returns(work, procedure, routine);
}

/* Of overloads the one with as many parameters, or the first. */
static const uowi_routine *verify_overload(const uowi_procedure *procedure, const uowi_routine *routines)
{
    for (const uowi_routine *routine = routines; routine; routine = routine->next)
        if (verify_own_count(procedure) == verify_their_count(routine))
            return routine;
    return routines;
}

static uow_status verify_procedure(uowi_verify *work, const uowi_procedure *procedure)
{
    const uowi_call_style *style = uowi_session_dialect(work->s)->calls;
    const uowi_routine *routines = NULL;
    uow_status st = UOW_OK;

    if (procedure->own_body || (style && !style->routines_sql))
        return UOW_OK;
    if (style)
        st = uowi_routines_of(work->s, procedure->schema, procedure->name, &routines);
    if (st != UOW_OK)
        return st;
    if (routines)
        verify_signature(work, procedure, verify_overload(procedure, routines));
    else if (procedure->step_count == 0)
        verify_say(work, "procedure %s: the database has none of that name, and the model no body", procedure->name);
    return UOW_OK;
}

static uow_status verify_procedures(uowi_verify *work)
{
    const uow_model *model = work->s->model;
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < model->procedure_count; i++)
        st = verify_procedure(work, &model->procedures[i]);
    return st;
}

static uow_status verify_check(uowi_session *s)
{
    if (!s->model)
        return uowi_error_set(&s->error, UOW_MISUSE, "the context was opened without a model");
    if (s->depth > 0)
        return uowi_error_set(&s->error, UOW_MISUSE, "the model cannot be verified inside an open unit");
    return UOW_OK;
}

static uow_status verify_tell(uowi_verify *work, uow_status st)
{
    uow_error *error = &work->s->error;

    if (st == UOW_OK && work->found.failed)
        st = uowi_error_no_memory(error);
    if (st == UOW_OK && work->found.length > 0)
        st = uowi_error_set(error, UOW_MODEL, "%s", uowi_buf_cstr(&work->found));
    uowi_buf_done(&work->found);
    return st;
}

uow_status uowi_verify_step(uowi_verify *work)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(work->at);
    st = verify_check(work->s);
    if (st != UOW_OK)
        return st;
    uowi_buf_init(&work->found, work->s->mem, 0);
    UOWI_AWAIT(work->at, st, verify_tables(work));
    work->st = st;
    UOWI_TURN(work->at, UOWI_TURN_WORKER); /* the catalog is asked, which nobody polls */
    uowi_routines_done(&work->s->cache.routines); /* what is there now, not what was */
    if (work->st == UOW_OK)
        work->st = verify_procedures(work);
    work->st = verify_tell(work, work->st);
    UOWI_STEP_END
    return work->st;
}
