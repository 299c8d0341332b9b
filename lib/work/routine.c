#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/routine.h"

#include <string.h>

#include "flow/step.h"
#include "odbc/dynrow.h"
#include "work/run.h"

/* The columns of uowi_call_style.routines_sql. */
enum {
    ROUTINE_ID,
    ROUTINE_SCHEMA,
    ROUTINE_KIND,
    ROUTINE_SET,
    ROUTINE_RETURNS,
    ROUTINE_RETURNS_CLASS,
    ROUTINE_DEFAULTS,
    ROUTINE_READS,
    ROUTINE_NUMBER,
    ROUTINE_MODE,
    ROUTINE_PARAMETER,
    ROUTINE_TYPE,
    ROUTINE_TYPE_CLASS
};

#define ROUTINE_MOST 1024 /* parameters of one routine: PostgreSQL takes 100 */

struct uowi_routine_name {
    const char *schema; /* or NULL */
    const char *name;
    const uowi_routine *routines;
    uowi_routine_name *next;
};

/* Reading the rows of one name. */
typedef struct routine_reader {
    uowi_session *s;
    uowi_dynrow *row;
    const char *name;
    uowi_routine *first, *last;
    uowi_routine_parameter parameters[ROUTINE_MOST]; /* of last */
} routine_reader;

void uowi_routines_init(uowi_routines *routines, uowi_mem *mem)
{
    uowi_arena_init(&routines->arena, mem, 2048);
    routines->first = NULL;
}

void uowi_routines_done(uowi_routines *routines)
{
    uowi_arena_done(&routines->arena);
    routines->first = NULL;
}

/* A text of the row, copied; NULL becomes "". */
static uow_status routine_text(routine_reader *reader, size_t column, const char **out)
{
    const char *text = "";
    size_t length = 0;
    uow_status st = uowi_dynrow_text(reader->row, column, &text, &length);

    if (st != UOW_OK && st != UOW_NOT_FOUND)
        return st;
    *out = uowi_arena_text(&reader->s->cache.routines.arena, st == UOW_OK ? text : "", st == UOW_OK ? length : 0);
    return *out ? UOW_OK : uowi_error_no_memory(&reader->s->error);
}

static uow_status routine_number(routine_reader *reader, size_t column, size_t *out)
{
    int64_t value = 0;
    uow_status st = uowi_dynrow_int64(reader->row, column, &value);

    *out = st == UOW_OK ? (size_t)value : 0;
    return st == UOW_NOT_FOUND ? UOW_OK : st;
}

/* The parameters gathered for the routine before move to where they stay. */
static uow_status routine_finish(routine_reader *reader)
{
    uowi_routine *routine = reader->last;
    size_t count = routine ? routine->parameter_count : 0;

    if (count == 0)
        return UOW_OK;
    routine->parameters = uowi_arena_copy(&reader->s->cache.routines.arena, reader->parameters,
                                          count * sizeof *reader->parameters);
    return routine->parameters ? UOW_OK : uowi_error_no_memory(&reader->s->error);
}

static uow_status routine_begin(routine_reader *reader, const char *id)
{
    uowi_routine *routine;
    const char *kind, *returns_class;
    size_t set = 0, reads = 0;
    uow_status st = routine_finish(reader);

    if (st != UOW_OK)
        return st;
    routine = uowi_arena_zalloc(&reader->s->cache.routines.arena, sizeof *routine);
    if (!routine)
        return uowi_error_no_memory(&reader->s->error);
    routine->id = id;
    routine->name = reader->name;
    st = routine_text(reader, ROUTINE_SCHEMA, &routine->schema);
    if (st == UOW_OK)
        st = routine_text(reader, ROUTINE_KIND, &kind);
    if (st == UOW_OK)
        st = routine_text(reader, ROUTINE_RETURNS, &routine->returns);
    if (st == UOW_OK)
        st = routine_text(reader, ROUTINE_RETURNS_CLASS, &returns_class);
    if (st == UOW_OK)
        st = routine_number(reader, ROUTINE_SET, &set);
    if (st == UOW_OK)
        st = routine_number(reader, ROUTINE_DEFAULTS, &routine->defaults);
    if (st == UOW_OK)
        st = routine_number(reader, ROUTINE_READS, &reads);
    if (st != UOW_OK)
        return st;
    routine->function = kind[0] == 'f';
    routine->set = set != 0;
    routine->reads = reads != 0;
    routine->returns_class = returns_class[0];
    if (reader->last)
        reader->last->next = routine;
    else
        reader->first = routine;
    reader->last = routine;
    return UOW_OK;
}

static uow_direction routine_direction(char mode)
{
    return mode == 'o' ? UOW_PARAMETER_OUT : mode == 'b' ? UOW_PARAMETER_INOUT : UOW_PARAMETER_IN;
}

static uow_status routine_parameter(routine_reader *reader)
{
    uowi_routine *routine = reader->last;
    uowi_routine_parameter *parameter = &reader->parameters[routine->parameter_count];
    const char *mode, *type_class;
    uow_status st = routine_text(reader, ROUTINE_MODE, &mode);

    if (st != UOW_OK)
        return st;
    if (mode[0] == 't' || (routine->set && mode[0] == 'o')) {
        routine->column_count++;
        return UOW_OK;
    }
    if (routine->parameter_count == ROUTINE_MOST)
        return uowi_error_set(&reader->s->error, UOW_LIMIT, "%s has more than %d parameters", routine->name, ROUTINE_MOST);
    st = routine_text(reader, ROUTINE_PARAMETER, &parameter->name);
    if (st == UOW_OK)
        st = routine_text(reader, ROUTINE_TYPE, &parameter->type);
    if (st == UOW_OK)
        st = routine_text(reader, ROUTINE_TYPE_CLASS, &type_class);
    if (st != UOW_OK)
        return st;
    parameter->direction = routine_direction(mode[0]);
    parameter->variadic = mode[0] == 'v';
    parameter->type_class = type_class[0];
    routine->parameter_count++;
    return UOW_OK;
}

static uow_status routine_row(routine_reader *reader)
{
    const char *id;
    uow_status st = routine_text(reader, ROUTINE_ID, &id);

    if (st == UOW_OK && (!reader->last || strcmp(reader->last->id, id) != 0))
        st = routine_begin(reader, id);
    if (st == UOW_OK && uowi_dynrow_is_null(reader->row, ROUTINE_NUMBER) == 0)
        st = routine_parameter(reader);
    return st;
}

static uow_status routine_next(void *self)
{
    routine_reader *reader = self;

    return uowi_dynrow_next(reader->row);
}

static uow_status routine_read(routine_reader *reader, uowi_run *run)
{
    uow_status st = uowi_dynrow_open(run->cached->stmt, &reader->row);

    while (st == UOW_OK) {
        st = uowi_step_run(routine_next, reader);
        if (st == UOW_OK)
            st = routine_row(reader);
    }
    uowi_dynrow_free(reader->row);
    return st == UOW_END ? routine_finish(reader) : st;
}

static uow_status routine_step(void *self)
{
    return uowi_run_step(self);
}

static uowi_param routine_param(const char *text)
{
    return (uowi_param){.type = UOW_TEXT, .data = text, .size = text ? strlen(text) : 0};
}

/* Once per name and connection: it blocks even in polled operations, as reading a table's column types does. */
static uow_status routine_ask(uowi_session *s, const char *schema, uowi_routine_name *name)
{
    const char *sql = uowi_session_dialect(s)->calls->routines_sql;
    uowi_param params[] = {routine_param(schema), routine_param(schema), routine_param(name->name)};
    routine_reader *reader = uowi_zalloc(s->mem, sizeof *reader);
    uowi_run run;
    uow_status st;

    if (!reader)
        return uowi_error_no_memory(&s->error);
    reader->s = s;
    reader->name = name->name;
    s->quiet = true;
    st = uowi_run_start(&run, s, sql, strlen(sql), params, 3, false);
    s->quiet = false;
    if (st == UOW_OK) {
        st = uowi_step_run(routine_step, &run);
        if (st == UOW_OK)
            st = routine_read(reader, &run);
        st = uowi_run_end(&run, st, -1);
    }
    name->routines = reader->first;
    uowi_free(s->mem, reader, sizeof *reader);
    return st;
}

static const uowi_routine_name *routine_known(const uowi_routines *routines, const char *schema, const char *name)
{
    const uowi_routine_name *known = routines->first;

    while (known && (strcmp(known->name, name) != 0 || !known->schema != !schema ||
                     (schema && strcmp(known->schema, schema) != 0)))
        known = known->next;
    return known;
}

uow_status uowi_routines_of(uowi_session *s, const char *schema, const char *name, const uowi_routine **out)
{
    uowi_routines *routines = &s->cache.routines;
    const uowi_routine_name *known = routine_known(routines, schema, name);
    uowi_routine_name *asked;
    uow_status st;

    if (known) {
        *out = known->routines;
        return UOW_OK;
    }
    asked = uowi_arena_zalloc(&routines->arena, sizeof *asked);
    if (asked)
        asked->name = uowi_arena_text(&routines->arena, name, strlen(name));
    if (asked && schema)
        asked->schema = uowi_arena_text(&routines->arena, schema, strlen(schema));
    if (!asked || !asked->name || (schema && !asked->schema))
        return uowi_error_no_memory(&s->error);
    st = routine_ask(s, schema, asked);
    if (st != UOW_OK)
        return st;
    /* One that is not there may be made by somebody else at any time. */
    if (asked->routines) {
        asked->next = routines->first;
        routines->first = asked;
    }
    *out = asked->routines;
    return UOW_OK;
}

bool uowi_class_takes(char type_class, uow_type type)
{
    static const char *const takers[] = {
        [UOW_INT8] = "NB",         [UOW_INT16] = "NB",      [UOW_INT32] = "NB",   [UOW_INT64] = "NB",
        [UOW_UINT8] = "NB",        [UOW_UINT16] = "NB",     [UOW_UINT32] = "NB",  [UOW_UINT64] = "NB",
        [UOW_FLOAT] = "N",         [UOW_DOUBLE] = "N",      [UOW_BOOL] = "BN",    [UOW_TEXT] = "SGOR",
        [UOW_LONGTEXT] = "SGOR",   [UOW_BINARY] = "YGO",    [UOW_BLOB] = "YO",    [UOW_DECIMAL] = "N",
        [UOW_DECIMAL_TEXT] = "NS", [UOW_DATE] = "DS",       [UOW_TIME] = "DSO",   [UOW_TIMESTAMP] = "DS",
        [UOW_TIMESTAMPTZ] = "DS",  [UOW_GUID] = "GSY",
    };

    if ((size_t)type >= sizeof takers / sizeof takers[0] || !takers[type])
        return false;
    return type_class != '\0' && strchr(takers[type], type_class) != NULL;
}
