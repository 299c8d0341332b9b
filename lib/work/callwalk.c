#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/callwalk.h"

#include <string.h>

#include "odbc/conn.h"
#include "work/callmark.h"
#include "work/keep.h"
#include "work/txn.h"

/* "schema.name" or "name". */
static uow_status walk_name(uowi_callwalk *walk, const char *name)
{
    uowi_arena *scratch = walk->arena;
    const char *dot = strchr(name, '.');

    walk->name = name = uowi_arena_text(scratch, name, strlen(name));
    walk->plain = name;
    if (!name)
        return uowi_error_no_memory(&walk->s->error);
    if (!dot)
        return UOW_OK;
    dot = strchr(name, '.');
    walk->plain = dot + 1;
    walk->schema = uowi_arena_text(scratch, name, (size_t)(dot - name));
    return walk->schema ? UOW_OK : uowi_error_no_memory(&walk->s->error);
}

/* What a function returns and how many rows were affected are asked once. */
static uow_status walk_arg(uowi_callwalk *walk, const uow_arg *arg, size_t number)
{
    const uow_arg **once = arg->flags & UOW_ARG_RETURN     ? &walk->returns
                           : arg->flags & UOW_ARG_AFFECTED ? &walk->affected
                                                           : NULL;

    if (arg->flags & (UOW_ARG_OUT | UOW_ARG_INOUT | UOW_ARG_RETURN | UOW_ARG_AFFECTED) && !arg->out)
        return uowi_error_set(&walk->s->error, UOW_MISUSE, "%s: argument %zu is for a value that comes back, but its place is NULL",
                              walk->name, number);
    if (once && *once)
        return uowi_error_set(&walk->s->error, UOW_MISUSE, "%s: argument %zu asks again for what another is for", walk->name,
                              number);
    if (once)
        *once = arg;
    return UOW_OK;
}

/* What INOUT variables hold now goes in, whatever they hold when it is sent. */
static uow_status walk_inputs(uowi_callwalk *walk)
{
    size_t count = walk->arg_count;
    uow_arg *inputs = uowi_arena_alloc(walk->arena, (count + 1) * sizeof *inputs);
    uow_status st;

    if (!inputs)
        return uowi_error_no_memory(&walk->s->error);
    for (size_t i = 0; i < count; i++) {
        const uow_arg *arg = &walk->args[i];

        inputs[i] = *arg;
        if (arg->flags & UOW_ARG_INOUT)
            inputs[i] = uow_arg_named(arg->name, uow_arg_member(arg->type, arg->out, arg->size, arg->out_ind));
        else if (arg->flags & (UOW_ARG_OUT | UOW_ARG_RETURN | UOW_ARG_AFFECTED))
            inputs[i] = uow_arg_named(arg->name, uow_arg_null(arg->type));
    }
    walk->inputs = inputs;
    st = uowi_keep_args(walk->s, &walk->inputs, count);
    for (size_t i = 0; st == UOW_OK && i < count; i++)
        walk->args[i].name = walk->inputs[i].name;
    return st;
}

static uow_status walk_args(uowi_callwalk *walk, const uow_arg *args, size_t count)
{
    if (count > 0 && !args)
        return uowi_error_set(&walk->s->error, UOW_MISUSE, "%zu arguments were announced, but the array is NULL", count);
    walk->args = uowi_arena_copy(walk->arena, args ? args : (const void *)"", count * sizeof *args);
    walk->arg_count = count;
    if (!walk->args)
        return uowi_error_no_memory(&walk->s->error);
    for (size_t i = 0; i < count; i++) {
        uow_status st = walk_arg(walk, &walk->args[i], i + 1);

        if (st != UOW_OK)
            return st;
    }
    return walk_inputs(walk);
}

/* A procedure of the model as if the catalog had it. */
static uow_status walk_model_routine(uowi_callwalk *walk, const uowi_procedure *procedure, uowi_routine **out)
{
    uowi_arena *scratch = walk->arena;
    uowi_routine *routine = uowi_arena_zalloc(scratch, sizeof *routine);
    size_t room = procedure->parameter_count + 1;

    if (routine)
        routine->parameters = uowi_arena_zalloc(scratch, room * sizeof *routine->parameters);
    if (!routine || !routine->parameters)
        return uowi_error_no_memory(&walk->s->error);
    routine->schema = procedure->schema;
    routine->name = procedure->name;
    routine->returns = "";
    for (size_t i = 0; i < procedure->parameter_count; i++) {
        const uow_parameter *p = &procedure->parameters[i];

        routine->function = routine->function || p->direction == UOW_PARAMETER_RETURN;
        if (p->direction > UOW_PARAMETER_INOUT)
            continue;
        routine->parameters[routine->parameter_count++] =
            (uowi_routine_parameter){.name = p->name, .type = "", .direction = p->direction};
    }
    *out = routine;
    return UOW_OK;
}

static uow_status walk_body(uowi_callwalk *walk, const uowi_procedure *procedure)
{
    uowi_routine *routine = NULL;
    uow_status st = walk_model_routine(walk, procedure, &routine);

    if (st != UOW_OK)
        return st;
    walk->procedure = procedure;
    walk->way = uowi_callway_body;
    return uowi_callmatch(walk, routine);
}

static uow_status walk_unknown(uowi_callwalk *walk)
{
    uowi_error_entity(&walk->s->error, walk->name);
    if (!uowi_session_dialect(walk->s)->calls)
        return uowi_error_set(&walk->s->error, UOW_UNSUPPORTED,
                              "the database has no procedures, and the model has no portable %s", walk->name);
    return uowi_error_set(&walk->s->error, UOW_SQL, "there is no procedure or function %s", walk->name);
}

/* A driver without a catalog of ours: the program's arguments are believed, or the model, where names need an order. */
static uow_status walk_standard(uowi_callwalk *walk, const uowi_procedure *procedure)
{
    uowi_routine *routine = NULL;
    uow_status st;

    walk->way = uowi_callway_bound;
    if (procedure) {
        st = walk_model_routine(walk, procedure, &routine);
        return st == UOW_OK ? uowi_callmatch(walk, routine) : st;
    }
    routine = uowi_arena_zalloc(walk->arena, sizeof *routine);
    if (routine)
        routine->parameters = uowi_arena_zalloc(walk->arena, (walk->arg_count + 1) * sizeof *routine->parameters);
    if (!routine || !routine->parameters)
        return uowi_error_no_memory(&walk->s->error);
    routine->schema = walk->schema;
    routine->name = walk->plain;
    routine->returns = "";
    routine->function = walk->returns != NULL;
    for (size_t i = 0; i < walk->arg_count; i++) {
        const uow_arg *arg = &walk->args[i];

        if (arg->name)
            return uowi_error_set(&walk->s->error, UOW_MISUSE,
                                  "%s: how its parameters are called is not known on this database: declare it in the model",
                                  walk->name);
        if (uowi_call_is_parameter(arg))
            routine->parameters[routine->parameter_count++] = (uowi_routine_parameter){
                .name = "", .type = "", .direction = uowi_call_direction(arg)};
    }
    return uowi_callmatch(walk, routine);
}

static uow_status walk_find(uowi_callwalk *walk)
{
    uowi_session *s = walk->s;
    const uowi_call_style *style = uowi_session_dialect(s)->calls;
    const uowi_procedure *procedure = uowi_model_procedure(s->model, walk->schema, walk->plain);
    const uowi_routine *routines = NULL;
    uow_status st = UOW_OK;

    if (procedure && procedure->own_body)
        return walk_body(walk, procedure);
    if (style && style->routines_sql)
        st = uowi_routines_of(s, walk->schema, walk->plain, &routines);
    if (st != UOW_OK)
        return st;
    if (style && !style->routines_sql && uowi_session_caps(s)->procedures)
        return walk_standard(walk, procedure);
    if (!routines)
        return procedure && procedure->step_count > 0 ? walk_body(walk, procedure) : walk_unknown(walk);
    walk->way = style->outs == UOWI_OUTS_ROW ? uowi_callway_row : uowi_callway_variables;
    return uowi_callmatch(walk, routines);
}

/* Places for what comes back from a routine of the database. */
static uow_status walk_routine_places(uowi_callwalk *walk)
{
    const uowi_routine *routine = walk->routine;
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < routine->parameter_count; i++) {
        const uowi_routine_parameter *p = &routine->parameters[i];
        bool given = walk->slots[i] < walk->arg_count;

        walk->places[i] = UOWI_NO_PLACE;
        if (given && walk->args[walk->slots[i]].out)
            st = uowi_frame_for_arg(&walk->frame, p->name[0] ? p->name : "value", &walk->args[walk->slots[i]],
                                    &walk->inputs[walk->slots[i]], &walk->places[i]);
        else if (walk->slots[i] == UOWI_SLOT_FILL && uowi_routine_cursor(p))
            st = uowi_frame_for_type(&walk->frame, p->name, UOW_LONGTEXT, &walk->places[i]);
    }
    if (st == UOW_OK && walk->returns)
        st = uowi_frame_for_arg(&walk->frame, "its value", walk->returns, NULL, &walk->return_place);
    else if (st == UOW_OK && routine->returns_class == UOWI_CLASS_CURSOR)
        st = uowi_frame_for_type(&walk->frame, "cursor", UOW_LONGTEXT, &walk->return_place);
    return st;
}

static uow_status walk_places(uowi_callwalk *walk)
{
    size_t count = walk->procedure ? walk->procedure->parameter_count : walk->routine->parameter_count;
    uow_status st = uowi_frame_open(&walk->frame, walk->s, walk->arena, walk->name, count + 1);

    walk->return_place = UOWI_NO_PLACE;
    walk->places = uowi_arena_alloc(walk->arena, (count + 1) * sizeof *walk->places);
    if (st == UOW_OK && !walk->places)
        st = uowi_error_no_memory(&walk->s->error);
    if (st == UOW_OK)
        st = walk->procedure ? uowi_callway_body_places(walk) : walk_routine_places(walk);
    return st == UOW_OK ? uowi_frame_seal(&walk->frame) : st;
}

static bool walk_has_cursors(const uowi_routine *routine)
{
    for (size_t i = 0; i < routine->parameter_count; i++)
        if (uowi_routine_cursor(&routine->parameters[i]))
            return true;
    return routine->returns_class == UOWI_CLASS_CURSOR;
}

/*
 * A body is one unit always. Cursors live in one, and where a procedure that fails is not undone it needs one to be
 * undone with; functions are undone by the statement they stand in.
 */
static bool walk_needs_unit(const uowi_callwalk *walk)
{
    const uowi_call_style *style = uowi_session_dialect(walk->s)->calls;

    if (!uowi_session_caps(walk->s)->transactions)
        return false;
    if (walk->procedure)
        return true;
    if (walk->s->depth > 0)
        return false;
    return walk_has_cursors(walk->routine) || !(style->atomic || walk->routine->function || walk->routine->reads);
}

static uow_status walk_unit(uowi_callwalk *walk)
{
    uow_status st = UOW_OK;

    if (walk_needs_unit(walk)) {
        st = uowi_txn_begin(walk->s, NULL);
        walk->own_unit = st == UOW_OK;
    } else if (walk->s->depth > 0 && !walk->procedure && !walk->routine->function) {
        st = uowi_callmark_set(walk->s, walk->name);
    }
    return st;
}

uow_status uowi_callwalk_init(uowi_callwalk *walk, uowi_session *s, uowi_arena *arena, const char *name,
                              const uow_arg *args, size_t arg_count)
{
    uow_status st;

    memset(walk, 0, sizeof *walk);
    walk->s = s;
    walk->arena = arena;
    walk->affected_rows = -1;
    if (!name || !name[0])
        return uowi_error_set(&s->error, UOW_MISUSE, "the procedure's name is NULL or empty");
    st = walk_name(walk, name);
    return st == UOW_OK ? walk_args(walk, args, arg_count) : st;
}

uow_status uowi_callwalk_begin(uowi_callwalk *walk)
{
    uow_status st = walk_find(walk);

    if (st == UOW_OK)
        st = walk_places(walk);
    if (st == UOW_OK)
        st = walk_unit(walk);
    uowi_conn_keep_warnings(walk->s->conn, st == UOW_OK);
    return st;
}

uow_status uowi_callwalk_open(uowi_callwalk *walk, uowi_session *s, uowi_arena *arena, const char *name,
                              const uow_arg *args, size_t arg_count)
{
    uow_status st = uowi_callwalk_init(walk, s, arena, name, args, arg_count);

    return st == UOW_OK ? uowi_callwalk_begin(walk) : st;
}

uow_status uowi_callwalk_next(uowi_callwalk *walk)
{
    uow_status st = walk->drained ? UOW_END : walk->way(walk);

    walk->drained = st == UOW_END;
    return st;
}

/* Somebody else's DDL: the next call asks the catalog again. */
static void walk_forget(uowi_callwalk *walk, uow_status st)
{
    if (st == UOW_SQL && walk->routine && !walk->procedure && strncmp(uow_error_sqlstate(&walk->s->error), "42", 2) == 0)
        uowi_routines_done(&walk->s->cache.routines);
}

static uow_status walk_end_unit(uowi_callwalk *walk, uow_status st)
{
    uow_status end;

    if (!walk->own_unit || uowi_conn_poisoned(walk->s->conn))
        return st;
    walk->own_unit = false;
    if (st == UOW_OK)
        return uowi_txn_commit_whole(walk->s);
    end = uowi_txn_rollback(walk->s);
    (void)end; /* the error that counts is in the record */
    return st;
}

uow_status uowi_callwalk_finish(uowi_callwalk *walk, uow_status st)
{
    uowi_session *s = walk->s;

    if (!walk->name)
        return st;
    uowi_frame_drop(&walk->frame);
    if (st == UOW_OK && walk->drained)
        st = uowi_frame_check(&walk->frame);
    st = uowi_run_end(&walk->run, st, -1);
    st = walk_end_unit(walk, st);
    uowi_conn_keep_warnings(s->conn, false);
    if (st != UOW_OK) {
        uowi_error_frame(&s->error, "While calling %s", walk->name);
        uowi_error_entity(&s->error, walk->name);
        walk_forget(walk, st);
    }
    walk->name = NULL;
    return st;
}

void uowi_callwalk_deliver(const uowi_callwalk *walk)
{
    uowi_frame_deliver(&walk->frame);
    if (walk->affected)
        memcpy(walk->affected->out, &walk->affected_rows, sizeof walk->affected_rows);
}

uow_status uowi_callwalk_end(uowi_callwalk *walk, uow_status st)
{
    bool first = walk->name != NULL;

    st = uowi_callwalk_finish(walk, st);
    if (first && st == UOW_OK && walk->drained)
        uowi_callwalk_deliver(walk);
    return st;
}
