/* Recovery of distributed units: the call, and what it reads. What it does about that is recover_end.c. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/recover.h"

#include <stdio.h>
#include <string.h>

#include "base/options.h"
#include "context/env_open.h"

#define RECOVER_TIMEOUT_MS 2000
#define RECOVER_KEEP_S (24u * 3600u)

uowi_session *uowi_recover_session(const uowi_recovery *r, size_t source)
{
    return &r->sources[source].context->session;
}

void uowi_recover_say(const uowi_recovery *r, size_t source, const char *text)
{
    if (r->message && r->message_size > 0 && r->message[0] == '\0')
        (void)snprintf(r->message, r->message_size, "Database %zu: %s", source + 1, text);
}

static void source_open(uowi_recovery *r, size_t i)
{
    static const uow_context_options defaults = UOW_CONTEXT_OPTIONS_INIT;
    uow_context_options options = defaults;
    uowi_source *source = &r->sources[i];
    uow_status st;

    if (r->options.context &&
        !uowi_options_copy(&options, sizeof options, r->options.context, r->options.context->struct_size)) {
        r->failed = UOW_MISUSE;
        return;
    }
    options.struct_size = sizeof options;
    if (options.query_timeout_ms == 0)
        options.query_timeout_ms = RECOVER_TIMEOUT_MS; /* or a unit at work would be waited for */
    st = uow_open_at(NULL, r->env, r->options.connections[i], NULL, &options, &source->context);
    if (st == UOW_OK)
        return;
    if (!source->context) {
        r->failed = st;
        return;
    }
    uowi_recover_say(r, i, uow_context_message(source->context));
    (void)uow_close_at(NULL, source->context);
    source->context = NULL;
}

static bool row_of(const uowi_recovery *r, const char *key)
{
    size_t length = strlen(r->options.coordinator);

    return strncmp(key, r->options.coordinator, length) == 0 && key[length] == '.' && uowi_unit_valid(key + length + 1);
}

static uow_status row_keep(const uowi_decision *decision, void *user)
{
    uowi_recovery *r = user;
    void *items = r->rows;
    uowi_kept_row *row;

    if (decision->outcome != UOWI_OUTCOME_COMMIT || !row_of(r, decision->key))
        return UOW_OK;
    if (!uowi_grow(&r->env->mem, &items, r->row_count, &r->row_capacity, sizeof *r->rows))
        return UOW_NO_MEMORY;
    r->rows = items;
    row = &r->rows[r->row_count];
    row->source = r->source;
    (void)snprintf(row->key, sizeof row->key, "%s", decision->key);
    row->branches = uowi_strdup(&r->env->mem, decision->branches);
    if (!row->branches)
        return UOW_NO_MEMORY;
    r->row_count++;
    return UOW_OK;
}

static uow_status doubt_keep(const char *text, void *user)
{
    uowi_recovery *r = user;
    const uowi_branch_style *style = uowi_session_dialect(uowi_recover_session(r, r->source))->branch;
    void *items = r->doubts;
    uowi_branch_id id;
    uowi_doubt *doubt;

    if (!uowi_branch_parse(style, text, &id) || strcmp(id.coordinator, r->options.coordinator) != 0) {
        r->counts.foreign++;
        return UOW_OK;
    }
    if (!uowi_grow(&r->env->mem, &items, r->doubt_count, &r->doubt_capacity, sizeof *r->doubts))
        return UOW_NO_MEMORY;
    r->doubts = items;
    doubt = &r->doubts[r->doubt_count++];
    memset(doubt, 0, sizeof *doubt);
    doubt->source = r->source;
    doubt->id = id;
    uowi_branch_literal(style, &id, doubt->literal);
    r->counts.in_doubt++;
    return UOW_OK;
}

/* A database without the table holds no decisions. */
static uow_status source_rows(uowi_recovery *r, uowi_source *source)
{
    uowi_session *s = &source->context->session;
    uow_status st = uowi_decisions_log(s, r->options.table, source->log);

    if (st == UOW_OK)
        return uowi_decisions_each(s, r->options.table, row_keep, r);
    source->log[0] = '\0';
    if (st != UOW_NOT_FOUND && st != UOW_SQL)
        return st;
    uowi_error_clear(&s->error);
    return UOW_OK;
}

static void source_read(uowi_recovery *r, size_t i, bool branches)
{
    uowi_source *source = &r->sources[i];
    uow_status st;

    if (!source->context || r->failed != UOW_OK || (branches && !source->looked))
        return;
    r->source = i;
    if (branches)
        st = uowi_branch_list(&source->context->session, doubt_keep, r);
    else
        st = source_rows(r, source);
    if (st == UOW_OK && !branches)
        st = uowi_branch_ask(&source->context->session);
    source->looked = st == UOW_OK;
    if (st == UOW_NO_MEMORY)
        r->failed = st;
    if (st != UOW_OK)
        uowi_recover_say(r, i, uow_context_message(source->context));
    uowi_error_clear(&source->context->session.error);
}

void uowi_recover_look(uowi_recovery *r)
{
    size_t count = r->options.connection_count;

    for (size_t i = 0; i < count && r->failed == UOW_OK; i++)
        source_open(r, i);
    for (size_t i = 0; i < count; i++)
        source_read(r, i, false);
    for (size_t i = 0; i < count; i++)
        source_read(r, i, true);
    for (size_t i = 0; i < count; i++)
        r->counts.unreachable += !r->sources[i].looked;
}

static bool recover_options(uowi_recovery *r, const uow_recovery_options *given)
{
    static const uow_recovery_options defaults = UOW_RECOVERY_OPTIONS_INIT;
    uow_recovery_options *o = &r->options;

    *o = defaults;
    if (!given || !uowi_options_copy(o, sizeof *o, given, given->struct_size))
        return false;
    if (!o->coordinator)
        o->coordinator = "uow";
    if (!o->table)
        o->table = UOWI_DISTRIBUTED_TABLE;
    if (o->keep_s == 0)
        o->keep_s = RECOVER_KEEP_S;
    if (o->keep_s < UOWI_DISTRIBUTED_MAX_AGE_S)
        o->keep_s = UOWI_DISTRIBUTED_MAX_AGE_S;
    if (!o->connections || o->connection_count == 0 || o->connection_count > UOWI_RECOVER_DATABASES)
        return false;
    for (size_t i = 0; i < o->connection_count; i++)
        if (!o->connections[i])
            return false;
    return uowi_coordinator_valid(o->coordinator);
}

static void recover_done(uowi_recovery *r)
{
    uowi_mem *mem = &r->env->mem;

    for (size_t i = 0; i < r->options.connection_count; i++)
        (void)uow_close_at(NULL, r->sources[i].context);
    for (size_t i = 0; i < r->row_count; i++)
        uowi_strfree(mem, r->rows[i].branches);
    uowi_free(mem, r->rows, r->row_capacity * sizeof *r->rows);
    uowi_free(mem, r->doubts, r->doubt_capacity * sizeof *r->doubts);
    uowi_free(mem, r, sizeof *r);
}

static uow_status recover_answer(const uowi_recovery *r, uow_recovery *out)
{
    if (out) {
        size_t size = out->struct_size < sizeof r->counts ? out->struct_size : sizeof r->counts;
        size_t struct_size = out->struct_size;

        memcpy(out, &r->counts, size);
        out->struct_size = struct_size;
    }
    if (r->failed != UOW_OK)
        return r->failed;
    return r->counts.left > 0 || r->counts.unreachable > 0 ? UOW_PENDING : UOW_OK;
}

uow_status uow_recover(uow_env *env, const uow_recovery_options *options, uow_recovery *out_recovery, char *out_message,
                       size_t message_size)
{
    uowi_recovery *r;
    uow_status st;

    if (!uowi_env_usable(env) || (out_recovery && out_recovery->struct_size < sizeof(size_t)))
        return UOW_MISUSE;
    r = uowi_zalloc(&env->mem, sizeof *r);
    if (!r)
        return UOW_NO_MEMORY;
    r->env = env;
    r->message = out_message;
    r->message_size = message_size;
    if (out_message && message_size > 0)
        out_message[0] = '\0';
    if (!recover_options(r, options)) {
        uowi_free(&env->mem, r, sizeof *r);
        return UOW_MISUSE;
    }
    uowi_recover_look(r);
    uowi_recover_branches(r);
    uowi_recover_rows(r);
    st = recover_answer(r, out_recovery);
    recover_done(r);
    return st;
}
