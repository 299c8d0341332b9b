/* What a factory goes by: the program's options, then the data source's keys in odbc.ini, then defaults. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/factory.h"

#include <stddef.h>
#include <string.h>

#include "base/decimal.h"
#include "base/options.h"
#include "odbc/connstr.h"
#include "odbc/dsn.h"

typedef struct option_row {
    size_t at;
    const char *key;
    uint32_t usual;
} option_row;

#define OPTION(member, key, usual) {offsetof(uow_factory_options, member), key, usual}

static const option_row option_rows[] = {
    OPTION(max_contexts, "UowMaxContexts", 8),
    OPTION(min_contexts, "UowMinContexts", 0),
    OPTION(openers, "UowOpeners", 0),
    OPTION(idle_ms, "UowIdleTimeout", 600000),
    OPTION(max_age_ms, "UowMaxAge", 0),
    OPTION(max_uses, "UowMaxUses", 0),
    OPTION(check_after_ms, "UowCheckAfter", 500),
    OPTION(backoff_ms, "UowBackoff", 100),
    OPTION(max_backoff_ms, "UowMaxBackoff", 10000),
};

/* The same for what goes to every context. */
#define CONTEXT_OPTION(member, key) {offsetof(uow_context_options, member), key, 0}

static const option_row option_context_rows[] = {
    CONTEXT_OPTION(login_timeout_ms, "UowLoginTimeout"),
    CONTEXT_OPTION(query_timeout_ms, "UowQueryTimeout"),
    CONTEXT_OPTION(statement_cache, "UowStatementCache"),
};

/* A number of the section, or 0. False: it is none. */
static bool option_read(const char *dsn, const char *key, uint32_t *out)
{
    char text[UOWI_DSN_VALUE_SIZE];
    uint64_t value = 0;

    *out = 0;
    if (!dsn || !uowi_dsn_get(dsn, key, text, sizeof text))
        return true;
    if (!uowi_parse_uint64(text, strlen(text), &value) || value > UINT32_MAX)
        return false;
    *out = (uint32_t)value;
    return true;
}

static bool option_fill(void *options, const option_row *rows, size_t count, const char *dsn)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t *value = (uint32_t *)(void *)((char *)options + rows[i].at);

        if (*value == 0 && !option_read(dsn, rows[i].key, value))
            return false;
        if (*value == 0)
            *value = rows[i].usual;
    }
    return true;
}

static uow_status option_complete(uow_factory *f, const char *dsn)
{
    uow_factory_options *o = &f->options;

    if (!option_fill(o, option_rows, sizeof option_rows / sizeof option_rows[0], dsn) ||
        !option_fill(&f->context, option_context_rows, sizeof option_context_rows / sizeof option_context_rows[0], dsn))
        return UOW_MISUSE;
    if (o->max_backoff_ms < o->backoff_ms)
        o->max_backoff_ms = o->backoff_ms;
    f->idle_ns = (uint64_t)o->idle_ms * 1000000u;
    f->age_ns = (uint64_t)o->max_age_ms * 1000000u;
    f->check_ns = (uint64_t)o->check_after_ms * 1000000u;
    return o->openers <= UOWI_OPENERS_MOST && o->min_contexts <= o->max_contexts && o->max_contexts <= UOWI_FACTORY_MOST ? UOW_OK : UOW_MISUSE;
}

/* A connection string that is malformed is told by the first acquire, as uow_open tells it. */
static uow_status options_complete(uow_factory *f)
{
    uowi_connstr cs;
    size_t bad = 0;
    uow_status st;

    uowi_connstr_init(&cs, &f->env->mem);
    st = uowi_connstr_parse(&cs, f->connection, &bad);
    if (st != UOW_NO_MEMORY)
        st = option_complete(f, st == UOW_OK ? uowi_connstr_get(&cs, "DSN") : NULL);
    uowi_connstr_done(&cs);
    return st;
}

static bool option_hooks(uow_factory *f)
{
    size_t count = f->context.hook_count;

    if (count == 0)
        return true;
    f->hooks = uowi_alloc_array(&f->env->mem, count, sizeof *f->hooks);
    if (!f->hooks)
        return false;
    for (size_t i = 0; i < count; i++)
        f->hooks[i] = f->context.hooks[i];
    f->context.hooks = f->hooks;
    return true;
}

static bool option_text(uowi_mem *mem, const char *given, char **out)
{
    *out = uowi_strdup(mem, given);
    return !given || *out;
}

uow_status uowi_factory_options_copy(uow_factory *f, const char *connection, const uow_factory_options *given)
{
    static const uow_factory_options defaults = UOW_FACTORY_OPTIONS_INIT;
    static const uow_context_options context_defaults = UOW_CONTEXT_OPTIONS_INIT;
    uowi_mem *mem = &f->env->mem;

    f->options = defaults;
    f->context = context_defaults;
    if (given && !uowi_options_copy(&f->options, sizeof f->options, given, given->struct_size))
        return UOW_MISUSE;
    if (f->options.context && !uowi_options_copy(&f->context, sizeof f->context, f->options.context,
                                                 f->options.context->struct_size))
        return UOW_MISUSE;
    f->options.context = NULL;
    if (!option_text(mem, connection, &f->connection) || !option_text(mem, f->context.user, &f->user) ||
        !option_text(mem, f->context.password, &f->password) || !option_hooks(f))
        return UOW_NO_MEMORY;
    f->context.user = f->user;
    f->context.password = f->password;
    return options_complete(f);
}

static void option_forget(uowi_mem *mem, char *text)
{
    for (size_t i = 0; text && text[i]; i++)
        ((volatile char *)text)[i] = 'x';
    uowi_strfree(mem, text);
}

void uowi_factory_options_free(uow_factory *f)
{
    option_forget(&f->env->mem, f->connection); /* a password may be in it */
    option_forget(&f->env->mem, f->user);
    option_forget(&f->env->mem, f->password);
    uowi_free(&f->env->mem, f->hooks, f->context.hook_count * sizeof *f->hooks);
}
