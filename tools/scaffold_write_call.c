/* Typed calls of procedures and functions: a struct of arguments and a function each. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

static bool call_is_string(const scaffold_column *parameter)
{
    return parameter->direction == 'i' && (parameter->type == UOW_TEXT || parameter->type == UOW_LONGTEXT);
}

/* Text that only goes there is a pointer, NULL for NULL; everything else has an indicator. */
static void call_parameter(FILE *out, const scaffold_column *parameter)
{
    static const char *const ways[] = {"in", "out", "in and out", "what it returns"};
    int way = parameter->direction == 'o' ? 1 : parameter->direction == 'b' ? 2 : parameter->direction == 'r' ? 3 : 0;

    if (call_is_string(parameter))
        fprintf(out, "    const char *%s;", parameter->member);
    else
        scaffold_member(out, parameter);
    fprintf(out, " /* %s: ", ways[way]);
    scaffold_remark(out, parameter->native);
    fputs(" */\n", out);
    if (!call_is_string(parameter))
        fprintf(out, "    uow_ind %s;\n", parameter->indicator);
}

static void call_head(FILE *out, const scaffold_routine *routine)
{
    fprintf(out, "uow_status %s_call(uow_context *context", routine->tag);
    if (routine->parameter_count)
        fprintf(out, ", struct %s_args *args", routine->tag);
    fputs(", uow_result *results, size_t result_count)", out);
}

void scaffold_routines_header(FILE *out, const scaffold *s)
{
    for (size_t i = 0; i < s->routine_count; i++) {
        const scaffold_routine *routine = &s->routines[i];

        if (!routine->visible)
            continue;
        fprintf(out, "\n/* The %s ", routine->function ? "function" : "procedure");
        scaffold_remark(out, routine->name);
        fprintf(out, "%s; returns what uow_call returns. */\n", routine->gives_rows ? ", which gives rows: say where they go in results" : "");
        if (routine->parameter_count) {
            fprintf(out, "struct %s_args {\n", routine->tag);
            for (size_t k = 0; k < routine->parameter_count; k++)
                call_parameter(out, &routine->parameters[k]);
            fputs("};\n", out);
        }
        call_head(out, routine);
        fputs(";\n", out);
    }
}

static void call_argument(FILE *out, const scaffold_column *parameter)
{
    const char *way = parameter->direction == 'o'   ? "UOW_OUT_NULL"
                      : parameter->direction == 'b' ? "UOW_INOUT_NULL"
                      : parameter->direction == 'r' ? "UOW_RETURN_NULL"
                                                    : "UOW_IN_NULL";

    if (call_is_string(parameter))
        fprintf(out, " uow_arg_text(args->%s);\n", parameter->member);
    else
        fprintf(out, " %s(%s, args->%s, args->%s);\n", way, scaffold_type_name(parameter->type), parameter->member,
                parameter->indicator);
}

static void call_body(FILE *out, const scaffold_routine *routine)
{
    fputs("{\n", out);
    if (routine->parameter_count) {
        fprintf(out, "    uow_arg list[%zu];\n\n", routine->parameter_count);
        for (size_t i = 0; i < routine->parameter_count; i++) {
            fprintf(out, "    list[%zu] =", i);
            call_argument(out, &routine->parameters[i]);
        }
        fputc('\n', out);
    }
    fputs("    return uow_call(context, ", out);
    scaffold_string(out, routine->name);
    if (routine->parameter_count)
        fprintf(out, ", list, %zu, results, result_count);\n}\n", routine->parameter_count);
    else
        fputs(", NULL, 0, results, result_count);\n}\n", out);
}

void scaffold_routines_source(FILE *out, const scaffold *s)
{
    for (size_t i = 0; i < s->routine_count; i++)
        if (s->routines[i].visible) {
            fputc('\n', out);
            call_head(out, &s->routines[i]);
            fputc('\n', out);
            call_body(out, &s->routines[i]);
        }
}
