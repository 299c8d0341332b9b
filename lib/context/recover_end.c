/* What a recovery does about what it has read: branches are ended, and rows that nobody needs any more removed. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/recover.h"

#include <stdlib.h>
#include <string.h>

static bool dry(const uowi_recovery *r)
{
    return (r->options.flags & UOW_RECOVERY_DRY_RUN) != 0;
}

/* --- branches */

/* The database whose log the branch names; as many as there are when it is none of them. */
static size_t doubt_log(const uowi_recovery *r, const uowi_doubt *doubt)
{
    size_t i = 0;

    while (i < r->options.connection_count && (!r->sources[i].looked || strcmp(r->sources[i].log, doubt->id.log) != 0))
        i++;
    return i;
}

static void doubt_told(uowi_recovery *r, const uowi_doubt *doubt)
{
    uow_in_doubt *told = &r->told;

    told->struct_size = sizeof *told;
    told->database = doubt->source;
    told->id = doubt->literal;
    told->coordinator = doubt->id.coordinator;
    told->unit = doubt->id.unit;
    told->branch = doubt->id.number;
    if (told->status != UOW_OK)
        uowi_recover_say(r, doubt->source, told->message);
}

void uowi_recover_tell(uowi_recovery *r)
{
    if (r->options.fn && r->failed == UOW_OK && !r->options.fn(&r->told, r->options.user))
        r->failed = UOW_CANCELLED;
}

/* Waiting for the row's key means that the unit which wrote it is open. */
static uow_recovery_verdict verdict_refused(uow_status st)
{
    return st == UOW_TIMEOUT || st == UOW_TRANSIENT ? UOW_RECOVERY_AT_WORK : UOW_RECOVERY_FAILED;
}

/* The decision as it stands; where there is none, and this is no dry run, it is made now: rolled back. */
static uow_recovery_verdict doubt_decide(uowi_recovery *r, const uowi_doubt *doubt, uow_in_doubt *told)
{
    size_t log = doubt_log(r, doubt);
    char key[UOWI_UNIT_KEY_SIZE];
    uowi_session *s;
    char outcome = 0;

    if (told->age_s < (int64_t)r->options.min_age_s)
        return UOW_RECOVERY_YOUNG;
    if (log == r->options.connection_count)
        return UOW_RECOVERY_NO_LOG;
    s = uowi_recover_session(r, log);
    uowi_error_clear(&s->error);
    uowi_branch_key(&doubt->id, key);
    if (dry(r))
        told->status = uowi_decisions_look(s, r->options.table, key, &outcome);
    else
        told->status = uowi_decisions_settle(s, r->options.table, r->sources[log].log, key, &outcome);
    if (told->status != UOW_OK) {
        told->message = uow_error_message(&s->error);
        return verdict_refused(told->status);
    }
    return outcome == UOWI_OUTCOME_COMMIT ? UOW_RECOVERY_COMMIT : UOW_RECOVERY_ROLL_BACK;
}

static void doubt_end(uowi_recovery *r, uowi_doubt *doubt, uow_in_doubt *told)
{
    uowi_session *s = uowi_recover_session(r, doubt->source);
    uow_status st;

    uowi_error_clear(&s->error);
    st = uowi_branch_finish(s, doubt->literal, told->verdict == UOW_RECOVERY_COMMIT);
    doubt->ended = st == UOW_OK || st == UOW_NOT_FOUND;
    if (doubt->ended)
        return;
    told->status = st;
    told->message = uow_error_message(&s->error);
    told->verdict = st == UOW_TRANSIENT ? UOW_RECOVERY_AT_WORK : UOW_RECOVERY_FAILED;
}

void uowi_recover_branch(uowi_recovery *r, size_t index)
{
    uowi_doubt *doubt = &r->doubts[index];
    uow_in_doubt *told = &r->told;
    bool decided;

    memset(told, 0, sizeof *told);
    told->message = "";
    told->age_s = uowi_seconds_now() - uowi_unit_seconds(doubt->id.unit);
    told->verdict = doubt_decide(r, doubt, told);
    decided = told->verdict == UOW_RECOVERY_COMMIT || told->verdict == UOW_RECOVERY_ROLL_BACK;
    if (decided && !dry(r))
        doubt_end(r, doubt, told);
    if (decided && (dry(r) || doubt->ended)) {
        r->counts.committed += told->verdict == UOW_RECOVERY_COMMIT;
        r->counts.rolled_back += told->verdict == UOW_RECOVERY_ROLL_BACK;
    } else {
        r->counts.left++;
    }
    doubt_told(r, doubt);
}

/* --- rows */

/* Is a branch of the unit in doubt still? */
static bool row_waits(const uowi_recovery *r, const char *key, uint32_t number)
{
    char other[UOWI_UNIT_KEY_SIZE];

    for (size_t i = 0; i < r->doubt_count; i++) {
        uowi_branch_key(&r->doubts[i].id, other);
        if (!r->doubts[i].ended && r->doubts[i].id.number == number && strcmp(other, key) == 0)
            return true;
    }
    return false;
}

static bool row_seen(const uowi_recovery *r, const char *resource, size_t length)
{
    for (size_t i = 0; i < r->options.connection_count; i++) {
        const char *name;

        if (!r->sources[i].looked)
            continue;
        name = uowi_recover_session(r, i)->branch.resource;
        if (strlen(name) == length && strncmp(name, resource, length) == 0)
            return true;
    }
    return false;
}

/* "1=resource;2=resource": each was looked at after the row was read, and was not in doubt, or is not any more. */
static bool row_answered(const uowi_recovery *r, const uowi_kept_row *row)
{
    const char *text = row->branches;

    while (*text) {
        char *end = NULL;
        unsigned long number = strtoul(text, &end, 10);
        const char *resource = end + 1;
        size_t length;

        if (*end != '=' || number == 0 || number > UOWI_MAX_BRANCHES)
            return false;
        length = strcspn(resource, ";");
        if (!row_seen(r, resource, length) || row_waits(r, row->key, (uint32_t)number))
            return false;
        text = resource + length + (resource[length] == ';');
    }
    return true;
}

static void row_end(uowi_recovery *r, const uowi_kept_row *row)
{
    uowi_session *s = uowi_recover_session(r, row->source);
    bool gone = row_answered(r, row);

    if (gone && !dry(r)) {
        uowi_error_clear(&s->error);
        gone = uowi_decisions_forget(s, r->options.table, row->key) == UOW_OK;
    }
    if (gone)
        r->counts.rows_removed++;
    else
        r->counts.rows_kept++;
}

static void rows_clean(uowi_recovery *r, size_t source)
{
    uowi_session *s = uowi_recover_session(r, source);
    int64_t removed = 0;

    uowi_error_clear(&s->error);
    if (uowi_decisions_clean(s, r->options.table, r->options.coordinator, uowi_seconds_now() - (int64_t)r->options.keep_s,
                             &removed) == UOW_OK &&
        removed > 0)
        r->counts.rows_removed += (uint64_t)removed;
}

void uowi_recover_rows(uowi_recovery *r)
{
    if (r->failed != UOW_OK)
        return;
    for (size_t i = 0; i < r->row_count; i++)
        row_end(r, &r->rows[i]);
    for (size_t i = 0; i < r->options.connection_count && !dry(r); i++)
        if (r->sources[i].looked && r->sources[i].log[0])
            rows_clean(r, i);
}
