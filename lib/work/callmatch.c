/* Which of the routines of a name is meant, and which argument each of its parameters has. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/utf.h"
#include "work/callwalk.h"

typedef struct call_match {
    const uowi_callwalk *walk;
    const uowi_routine *routine;
    size_t *slots;
    unsigned score; /* arguments whose type is the parameter's */
    uowi_buf *why;  /* not */
} call_match;

bool uowi_call_is_parameter(const uow_arg *arg)
{
    return !(arg->flags & (UOW_ARG_RETURN | UOW_ARG_AFFECTED));
}

uow_direction uowi_call_direction(const uow_arg *arg)
{
    return arg->flags & UOW_ARG_OUT     ? UOW_PARAMETER_OUT
           : arg->flags & UOW_ARG_INOUT ? UOW_PARAMETER_INOUT
                                        : UOW_PARAMETER_IN;
}

static bool match_refuse(const call_match *match, const char *format, const char *name)
{
    if (match->why->length == 0)
        uowi_buf_fmt(match->why, format, name);
    return false;
}

static const char *match_direction(uow_direction direction)
{
    static const char *const names[] = {"IN", "OUT", "INOUT"};

    return names[direction];
}

/* What the program says and what the parameter is. An INOUT parameter takes an IN argument: the program does not care. */
static bool match_pair(call_match *match, size_t parameter, size_t arg)
{
    const uowi_routine_parameter *p = &match->routine->parameters[parameter];
    const uow_arg *a = &match->walk->args[arg];
    uow_direction given = uowi_call_direction(a);

    if (match->slots[parameter] != UOWI_SLOT_DEFAULT)
        return match_refuse(match, "two arguments are named \"%s\"", p->name);
    if (given != p->direction && !(given == UOW_PARAMETER_IN && p->direction == UOW_PARAMETER_INOUT)) {
        if (match->why->length == 0)
            uowi_buf_fmt(match->why, "parameter %s%s is %s, but its argument is %s", p->name[0] ? p->name : "number ",
                         p->name[0] ? "" : "without a name", match_direction(p->direction), match_direction(given));
        return false;
    }
    match->slots[parameter] = arg;
    match->score += uowi_class_takes(p->type_class, a->type);
    return true;
}

static bool match_named(call_match *match, size_t arg)
{
    const uowi_routine *routine = match->routine;
    const char *name = match->walk->args[arg].name;

    for (size_t i = 0; i < routine->parameter_count; i++)
        if (uowi_ascii_casecmp(routine->parameters[i].name, name) == 0)
            return match_pair(match, i, arg);
    return match_refuse(match, "it has no parameter \"%s\"", name);
}

static size_t match_given(const uowi_callwalk *walk)
{
    size_t given = 0;

    for (size_t i = 0; i < walk->arg_count; i++)
        given += uowi_call_is_parameter(&walk->args[i]);
    return given;
}

/* Cursors are results, unless the program has an argument for them too. */
static bool match_positional(call_match *match)
{
    const uowi_routine *routine = match->routine;
    bool cursors = match_given(match->walk) == routine->parameter_count;
    size_t arg = 0;

    for (size_t i = 0; i < routine->parameter_count; i++) {
        if (!cursors && uowi_routine_cursor(&routine->parameters[i]))
            continue;
        while (arg < match->walk->arg_count && !uowi_call_is_parameter(&match->walk->args[arg]))
            arg++;
        if (arg == match->walk->arg_count)
            return true; /* what is left needs a default */
        if (!match_pair(match, i, arg++))
            return false;
    }
    while (arg < match->walk->arg_count && !uowi_call_is_parameter(&match->walk->args[arg]))
        arg++;
    return arg == match->walk->arg_count || match_refuse(match, "there are more arguments than parameters%s", "");
}

static bool match_rest(call_match *match)
{
    const uowi_routine *routine = match->routine;
    size_t inputs = 0;
    size_t input = 0;

    for (size_t i = 0; i < routine->parameter_count; i++)
        inputs += routine->parameters[i].direction != UOW_PARAMETER_OUT;
    for (size_t i = 0; i < routine->parameter_count; i++) {
        const uowi_routine_parameter *p = &routine->parameters[i];
        bool in = p->direction != UOW_PARAMETER_OUT;

        input += in;
        if (match->slots[i] != UOWI_SLOT_DEFAULT)
            continue;
        if (uowi_routine_cursor(p) || (!in && match->walk->named))
            match->slots[i] = UOWI_SLOT_FILL;
        else if (!in || input <= inputs - routine->defaults)
            return match_refuse(match, "there is no argument for its parameter %s", p->name);
    }
    return true;
}

static bool match_one(call_match *match)
{
    const uowi_callwalk *walk = match->walk;
    bool fits = true;

    for (size_t i = 0; i < match->routine->parameter_count; i++)
        match->slots[i] = UOWI_SLOT_DEFAULT;
    if (walk->returns && !match->routine->function)
        return match_refuse(match, "it is a procedure and returns nothing%s", "");
    for (size_t i = 0; fits && walk->named && i < walk->arg_count; i++)
        if (uowi_call_is_parameter(&walk->args[i]))
            fits = match_named(match, i);
    if (!walk->named)
        fits = match_positional(match);
    return fits && match_rest(match);
}

static uow_status match_fail(uowi_callwalk *walk, const uowi_routine *candidates, const uowi_buf *why)
{
    uowi_error_entity(&walk->s->error, walk->name);
    return uowi_error_set(&walk->s->error, UOW_MISUSE, "%s%s: %s", candidates->next ? "none of the routines named " : "",
                          walk->name, why->failed ? "the arguments do not match" : uowi_buf_cstr(why));
}

static uow_status match_choose(uowi_callwalk *walk, const uowi_routine *candidates, uowi_buf *why)
{
    bool tied = false;
    unsigned best = 0;

    for (const uowi_routine *routine = candidates; routine; routine = routine->next) {
        call_match match = {walk, routine, NULL, 0, why};

        match.slots = uowi_arena_alloc(walk->arena, (routine->parameter_count + 1) * sizeof *match.slots);
        if (!match.slots)
            return uowi_error_no_memory(&walk->s->error);
        if (!match_one(&match) || (walk->routine && match.score < best))
            continue;
        tied = walk->routine && match.score == best;
        walk->routine = routine;
        walk->slots = match.slots;
        best = match.score;
    }
    if (!walk->routine)
        return match_fail(walk, candidates, why);
    if (!tied)
        return UOW_OK;
    uowi_error_entity(&walk->s->error, walk->name);
    return uowi_error_set(&walk->s->error, UOW_MISUSE,
                          "%s: several routines of that name take these arguments; name the arguments, or say the schema",
                          walk->name);
}

/* All parameters are named, or none. */
static uow_status match_names(uowi_callwalk *walk)
{
    size_t named = 0;

    for (size_t i = 0; i < walk->arg_count; i++)
        named += walk->args[i].name && uowi_call_is_parameter(&walk->args[i]);
    walk->named = named > 0;
    if (named == 0 || named == match_given(walk))
        return UOW_OK;
    return uowi_error_set(&walk->s->error, UOW_MISUSE, "%s: %zu of %zu arguments are named: name all of them or none",
                          walk->name, named, match_given(walk));
}

uow_status uowi_callmatch(uowi_callwalk *walk, const uowi_routine *candidates)
{
    uowi_buf why;
    uow_status st = match_names(walk);

    if (st != UOW_OK)
        return st;
    uowi_buf_init(&why, walk->s->mem, 512);
    st = match_choose(walk, candidates, &why);
    uowi_buf_done(&why);
    return st;
}
