/* The text of a call, and the parameters it is sent with. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "work/callwalk.h"
#include "work/sqlgen.h"

uow_status uowi_calltext_open(uowi_callwalk *walk)
{
    uowi_arena *scratch = walk->arena;
    size_t room = walk->routine->parameter_count + 2;

    walk->params = uowi_arena_alloc(scratch, room * sizeof *walk->params);
    walk->columns = uowi_arena_alloc(scratch, room * sizeof *walk->columns);
    return walk->params && walk->columns ? UOW_OK : uowi_error_no_memory(&walk->s->error);
}

void uowi_calltext_name(uowi_callwalk *walk)
{
    uowi_dialect_table(uowi_session_dialect(walk->s), uowi_session_caps(walk->s),
                       walk->routine->schema && walk->routine->schema[0] ? walk->routine->schema : NULL,
                       walk->routine->name, &walk->s->text);
}

uow_status uowi_calltext_value(uowi_callwalk *walk, const uow_arg *arg, const char *name)
{
    uow_arg *value = uowi_arena_copy(walk->arena, arg, sizeof *arg);
    uowi_param *param = &walk->params[walk->param_count++];

    if (!value)
        return uowi_error_no_memory(&walk->s->error);
    *param = uowi_param_from_arg(value);
    param->column = name;
    return UOW_OK;
}

uow_status uowi_calltext_in(uowi_callwalk *walk, size_t parameter)
{
    const uowi_call_style *style = uowi_session_dialect(walk->s)->calls;
    const uowi_routine_parameter *p = &walk->routine->parameters[parameter];

    uowi_buf_char(&walk->s->text, '?');
    if (style->cast) {
        uowi_buf_text(&walk->s->text, style->cast);
        uowi_buf_text(&walk->s->text, p->type);
    }
    return uowi_calltext_value(walk, &walk->inputs[walk->slots[parameter]], p->name);
}

uow_status uowi_calltext_start(uowi_callwalk *walk, bool reads)
{
    uowi_session *s = walk->s;
    uow_status st = uowi_session_text_ok(s);

    if (st != UOW_OK)
        return st;
    return uowi_run_start(&walk->run, s, s->text.data, s->text.length, walk->params, walk->param_count, reads);
}
