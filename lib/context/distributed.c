/* Distributed units: made, begun, read, freed. How they end is distributed_end.c; the calls are distributed_call.c. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/distributed.h"

#include <stdio.h>
#include <string.h>

#include "base/options.h"
#include "context/unit.h"
#include "work/txn.h"

#define DISTRIBUTED_ATTEMPTS 5

/* --- the handle */

static uow_status unit_options(uow_distributed *unit, const uow_distributed_options *given)
{
    static const uow_distributed_options defaults = UOW_DISTRIBUTED_OPTIONS_INIT;
    uow_distributed_options *o = &unit->options;

    *o = defaults;
    if (given && !uowi_options_copy(o, sizeof *o, given, given->struct_size))
        return uowi_error_set(&unit->error, UOW_MISUSE,
                              "The unit's options have no struct_size, or use fields this library does not know");
    if (!o->coordinator)
        o->coordinator = "uow";
    if (!o->table)
        o->table = UOWI_DISTRIBUTED_TABLE;
    if (o->finish_attempts == 0)
        o->finish_attempts = DISTRIBUTED_ATTEMPTS;
    if (!uowi_coordinator_valid(o->coordinator))
        return uowi_error_set(&unit->error, UOW_MISUSE, "A coordinator's name has 1 to 16 letters, digits and \"-\"");
    if (o->unit && !uowi_unit_valid(o->unit))
        return uowi_error_set(&unit->error, UOW_MISUSE, "A unit's id has 24 hexadecimal digits in lower case");
    if ((unsigned)o->isolation > UOW_SERIALIZABLE)
        return uowi_error_set(&unit->error, UOW_MISUSE, "%u is no uow_isolation", (unsigned)o->isolation);
    if (o->decision_branch > unit->count)
        return uowi_error_set(&unit->error, UOW_MISUSE, "There is no branch %u to hold the decision",
                              (unsigned)o->decision_branch);
    return UOW_OK;
}

static uow_status unit_named(uow_distributed *unit)
{
    uow_distributed_options *o = &unit->options;

    unit->table = uowi_strdup(unit->mem, o->table);
    if (!unit->table)
        return uowi_error_no_memory(&unit->error);
    (void)snprintf(unit->id.coordinator, sizeof unit->id.coordinator, "%s", o->coordinator);
    if (o->unit)
        memcpy(unit->id.unit, o->unit, sizeof unit->id.unit);
    else
        uowi_unit_make(unit->id.unit);
    uowi_branch_key(&unit->id, unit->key);
    o->table = unit->table;
    o->coordinator = unit->id.coordinator;
    o->unit = unit->id.unit;
    return UOW_OK;
}

static uow_status unit_different(uow_distributed *unit)
{
    for (size_t i = 0; i < uowi_members(unit); i++)
        for (size_t k = 0; k < i; k++)
            if (unit->members[i].context == unit->members[k].context)
                return uowi_error_set(&unit->error, UOW_MISUSE, "Branch %zu and branch %zu are the same context", k + 1, i + 1);
    return UOW_OK;
}

/* Contexts of different environments are fine: the first one lends its allocator. */
static uow_distributed *unit_make(uow_context *const *contexts, size_t count)
{
    uowi_mem *mem = &contexts[0]->env->mem;
    uow_distributed *unit = uowi_zalloc(mem, sizeof *unit);

    if (!unit)
        return NULL;
    unit->magic = UOWI_DISTRIBUTED_MAGIC;
    unit->mem = mem;
    unit->count = count;
    unit->started_ns = uowi_now_ns();
    uowi_error_init(&unit->error, mem);
    for (size_t i = 0; i < count; i++)
        unit->members[i].context = contexts[i];
    return unit;
}

/* --- begin */

static uow_status member_ready(uow_distributed *unit, uowi_member *member)
{
    uowi_session *s = uowi_member_session(member);
    uow_status st = UOW_OK;

    member->context_id = member->context->id;
    member->dialect = uowi_session_dialect(s)->name;
    if (member->context->unit)
        st = uowi_error_set(&s->error, UOW_MISUSE, "its context is inside uow_unit_run");
    else if (s->depth > 0)
        st = uowi_error_set(&s->error, UOW_MISUSE, "its context has a unit open");
    else if (!uowi_session_caps(s)->transactions)
        st = uowi_error_set(&s->error, UOW_UNSUPPORTED, "the database has no transactions (SQL_TXN_CAPABLE)");
    if (st == UOW_OK)
        st = uowi_branch_ask(s);
    return st == UOW_OK ? st : uowi_member_blame(unit, member, st);
}

static uow_status unit_two(uow_distributed *unit, size_t first, size_t second)
{
    const uowi_member *a = &unit->members[first], *b = &unit->members[second];

    return uowi_error_set(&unit->error, UOW_UNSUPPORTED,
                          "Only one branch of a unit can do without being prepared, and here two cannot be. Branch %zu (%s): "
                          "%s. Branch %zu (%s): %s. Nothing was begun. Where neither can be changed, use an outbox",
                          first + 1, a->dialect, uowi_branch_cannot(uowi_member_session(a)), second + 1, b->dialect,
                          uowi_branch_cannot(uowi_member_session(b)));
}

/* One that cannot be prepared has the decision, whatever the program would like. */
static uow_status unit_choose_holder(uow_distributed *unit)
{
    const uow_distributed_options *o = &unit->options;
    size_t cannot = unit->count;

    for (size_t i = 0; i < unit->count; i++) {
        if (!uowi_branch_cannot(uowi_member_session(&unit->members[i])))
            continue;
        if (cannot < unit->count)
            return unit_two(unit, cannot, i);
        cannot = i;
    }
    if (cannot < unit->count)
        unit->holder = cannot;
    else if (o->decision_branch > 0)
        unit->holder = o->decision_branch - 1;
    else
        unit->holder = o->log ? unit->count : 0;
    if (unit->holder < unit->count)
        unit->members[unit->holder].one_phase = true;
    return UOW_OK;
}

static uow_status unit_log(uow_distributed *unit)
{
    uowi_member *holder = &unit->members[unit->holder];
    uowi_session *s = uowi_member_session(holder);
    uow_status st = uowi_decisions_log(s, unit->table, unit->id.log);

    if (st == UOW_NOT_FOUND)
        uowi_error_set(&s->error, st, "the table %s has no id: make it by uow_decision_table_create", unit->table);
    if (st == UOW_SQL)
        uowi_error_frame(&s->error, "The table of decisions is made by uow_decision_table_create, once in each database that "
                                    "holds some");
    return st == UOW_OK ? st : uowi_member_blame(unit, holder, st);
}

/* "1=resource;2=resource" of those that are prepared. */
static uow_status unit_branches(uow_distributed *unit, uowi_buf *out)
{
    uowi_buf_init(out, unit->mem, UOWI_BRANCHES_SIZE);
    for (size_t i = 0; i < unit->count; i++)
        if (!unit->members[i].one_phase)
            uowi_buf_fmt(out, "%s%zu=%s", out->length ? ";" : "", i + 1,
                         uowi_member_session(&unit->members[i])->branch.resource);
    return out->failed ? uowi_error_set(&unit->error, UOW_LIMIT, "There are more branches than a decision's row can name")
                       : UOW_OK;
}

static uow_status member_begin(uow_distributed *unit, uowi_member *member)
{
    const uow_unit_options how = {sizeof how, unit->options.isolation, 0};
    uowi_session *s = uowi_member_session(member);
    uowi_branch_id id = unit->id;
    uow_status st;

    id.number = (uint32_t)(member - unit->members) + 1;
    s->branch.kind = member->one_phase ? UOWI_BRANCH_LAST : UOWI_BRANCH_OPEN;
    if (!member->one_phase)
        uowi_branch_literal(uowi_session_dialect(s)->branch, &id, member->id);
    memcpy(s->branch.id, member->id, sizeof s->branch.id);
    (void)uowi_member_told(member, "begin", UOW_PENDING);
    st = uowi_txn_begin(s, &how);
    member->state = st == UOW_OK ? UOW_BRANCH_ACTIVE : UOW_BRANCH_ROLLED_BACK;
    if (st != UOW_OK)
        s->branch.kind = UOWI_BRANCH_NONE;
    return uowi_member_told(member, "begin", st);
}

/* The last resource's first statement; that of a log is written when all are prepared. */
static uow_status holder_begin(uow_distributed *unit, uowi_member *member)
{
    uowi_session *s = uowi_member_session(member);
    uowi_buf branches;
    uow_status st = unit_branches(unit, &branches);

    if (st == UOW_OK)
        st = uowi_decisions_write(s, unit->table, unit->id.log, unit->key, UOWI_OUTCOME_COMMIT,
                                  uowi_buf_cstr(&branches));
    if (st == UOW_NOT_FOUND)
        st = uowi_error_set(&s->error, UOW_TRANSIENT, "the table %s was made anew meanwhile", unit->table);
    uowi_buf_done(&branches);
    return st;
}

static uow_status unit_begin_all(uow_distributed *unit)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; i < unit->count && st == UOW_OK; i++) {
        uowi_member *member = &unit->members[i];

        st = uowi_distributed_wanted(unit);
        if (st != UOW_OK)
            break;
        st = member_begin(unit, member);
        if (st == UOW_OK && member->one_phase)
            st = holder_begin(unit, member);
        if (st != UOW_OK)
            (void)uowi_member_blame(unit, member, st);
    }
    if (st != UOW_OK)
        uowi_distributed_undo(unit, st);
    return st;
}

uow_status uowi_distributed_begin(uow_distributed *unit)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; i < uowi_members(unit) && st == UOW_OK; i++)
        st = member_ready(unit, &unit->members[i]);
    if (st == UOW_OK)
        st = unit_choose_holder(unit);
    if (st == UOW_OK)
        st = unit_log(unit);
    if (st == UOW_OK)
        st = unit_begin_all(unit);
    unit->open = st == UOW_OK;
    return st;
}

uow_status uowi_distributed_make(uow_context *const *contexts, size_t count, const uow_distributed_options *options,
                                 uow_distributed **out_unit)
{
    uow_distributed *unit = unit_make(contexts, count);
    uow_status st;

    if (!unit)
        return UOW_NO_MEMORY;
    *out_unit = unit;
    st = unit_options(unit, options);
    if (st == UOW_OK)
        st = unit_named(unit);
    if (st != UOW_OK)
        return st;
    unit->members[unit->count].context = unit->options.log;
    return unit_different(unit);
}

/* --- reading */

static bool unit_usable(const uow_distributed *unit)
{
    return unit && unit->magic == UOWI_DISTRIBUTED_MAGIC;
}

/* While an engine has it, what it has to say it says at the end. */
const uow_error *uow_distributed_error(const uow_distributed *unit)
{
    return unit_usable(unit) && !unit->busy ? &unit->error : &uowi_error_none;
}

const char *uow_distributed_message(const uow_distributed *unit)
{
    return uow_error_message(uow_distributed_error(unit));
}

const char *uow_distributed_id(const uow_distributed *unit)
{
    return unit_usable(unit) ? unit->id.unit : "";
}

size_t uow_distributed_pending(const uow_distributed *unit)
{
    size_t pending = 0;

    for (size_t i = 0; unit_usable(unit) && !unit->busy && !unit->open && i < unit->count; i++)
        pending += unit->members[i].state == UOW_BRANCH_PREPARED;
    return pending;
}

uow_branch_info uowi_member_info(const uowi_member *member)
{
    uow_branch_info info = UOW_BRANCH_INFO_INIT;

    info.state = member->state;
    info.one_phase = member->one_phase;
    info.context_id = member->context_id;
    info.dialect = member->dialect ? member->dialect : "";
    info.id = member->id;
    return info;
}

uow_status uow_distributed_branch(const uow_distributed *unit, size_t index, uow_branch_info *out_info)
{
    uow_branch_info info;
    size_t size;

    if (!unit_usable(unit) || index >= unit->count || !out_info || out_info->struct_size < sizeof(size_t))
        return UOW_MISUSE;
    if (unit->busy)
        return UOW_BUSY;
    info = uowi_member_info(&unit->members[index]);
    size = out_info->struct_size < sizeof info ? out_info->struct_size : sizeof info;
    info.struct_size = out_info->struct_size;
    memcpy(out_info, &info, size);
    return UOW_OK;
}

void uowi_distributed_done(uow_distributed *unit)
{
    unit->magic = 0;
    uowi_strfree(unit->mem, unit->table);
    uowi_error_done(&unit->error);
    uowi_free(unit->mem, unit, sizeof *unit);
}

/* The operation that has the unit frees it. */
void uow_distributed_free(uow_distributed *unit)
{
    if (!unit_usable(unit))
        return;
    unit->dropped = unit->busy;
    if (unit->dropped)
        return;
    if (unit->open)
        (void)uow_distributed_rollback_at(NULL, unit);
    uowi_distributed_done(unit);
}

uow_status uow_decision_table_create_at(const char *where, uow_context *context, const char *table)
{
    uowi_entered in;
    uowi_session *s;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_DECISION_TABLE_CREATE, where, &in);

    if (st != UOW_OK)
        return st;
    s = &context->session;
    if (s->depth > 0)
        st = uowi_error_set(&s->error, UOW_MISUSE, "a table is not made inside a unit: some databases would commit it");
    else
        st = uowi_decisions_create(s, table ? table : UOWI_DISTRIBUTED_TABLE);
    return uowi_leave(&in, st);
}
