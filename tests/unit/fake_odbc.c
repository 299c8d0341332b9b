/* The fake driver: script, log, handles, attributes, diagnostics. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "fake_odbc_state.h"

#include <stdlib.h>
#include <string.h>

fake_state fake;

/* --- the script */

void fake_begin(const char *dbms)
{
    for (size_t i = 0; i < fake.sql_count; i++)
        free(fake.sql[i]);
    memset(&fake, 0, sizeof fake);
    if (strlen(dbms) >= sizeof fake.dbms)
        abort();
    strcpy(fake.dbms, dbms);
    fake.claimed = FAKE_TRUE_LENGTH;
}

static fake_result *fake_result_new(const char *contains)
{
    fake_result *result = &fake.results[fake.result_count];
    if (fake.result_count == FAKE_MAX_RESULTS)
        abort();
    fake.result_count++;
    result->contains = contains;
    return result;
}

void fake_rows(const char *contains, const fake_column *columns, size_t column_count,
               const char *const *cells, size_t row_count)
{
    fake_result *result = fake_result_new(contains);
    result->columns = columns;
    result->column_count = column_count;
    result->cells = cells;
    result->row_count = row_count;
    result->affected = -1;
}

void fake_repeat(const char *contains, const fake_column *columns, size_t column_count,
                 const char *const *cells, size_t rows)
{
    fake_rows(contains, columns, column_count, cells, rows);
    fake.results[fake.result_count - 1].repeat = true;
}

void fake_affected(const char *contains, SQLLEN count)
{
    fake_result_new(contains)->affected = count;
}

static void fake_record_set(fake_record *record, const char *sqlstate, SQLINTEGER native,
                            const char *text)
{
    memset(record, 0, sizeof *record);
    for (size_t i = 0; i < 5 && sqlstate[i] != '\0'; i++)
        record->sqlstate[i] = sqlstate[i];
    record->native = native;
    record->text = text;
}

void fake_fail(uowi_odbc_fn fn, unsigned nth, SQLRETURN rc, const char *sqlstate, SQLINTEGER native,
               const char *text)
{
    if (fake.rule_count == FAKE_MAX_RULES)
        abort();
    fake_rule *rule = &fake.rules[fake.rule_count++];
    memset(rule, 0, sizeof *rule);
    rule->fn = fn;
    rule->nth = nth;
    rule->rc = rc;
    if (sqlstate != NULL)
        fake_diag(sqlstate, native, text);
}

void fake_diag(const char *sqlstate, SQLINTEGER native, const char *text)
{
    fake_rule *rule = &fake.rules[fake.rule_count - 1];
    if (rule->record_count < FAKE_MAX_DIAGS)
        fake_record_set(&rule->records[rule->record_count++], sqlstate, native, text);
}

void fake_still(uowi_odbc_fn fn, unsigned times)
{
    fake.still[fn] = times;
}

void fake_dead(bool dead)
{
    fake.dead = dead;
}

void fake_dead_at(uowi_odbc_fn fn, unsigned nth)
{
    fake.dead_fn = fn;
    fake.dead_nth = nth;
}

void fake_diag_length(int claimed)
{
    fake.claimed = claimed;
}

void fake_diag_endless(bool on)
{
    fake.endless = on;
}

void fake_async(int mode)
{
    fake.async = mode;
}

void fake_array_error(SQLULEN set)
{
    fake.bad_set = set;
}

void fake_latin(bool on)
{
    fake.latin = on;
}

void fake_info_number(SQLUSMALLINT info, SQLUINTEGER value)
{
    fake_attr_set(&fake.info_numbers, info, value);
}

void fake_info_text(SQLUSMALLINT info, const char *value)
{
    if (fake.info_text_count == sizeof fake.info_texts / sizeof fake.info_texts[0])
        abort();
    fake.info_texts[fake.info_text_count].info = info;
    fake.info_texts[fake.info_text_count++].value = value;
}

/* --- what happened */

unsigned fake_calls(uowi_odbc_fn fn)
{
    return fake.calls[fn];
}

const char *fake_sql(size_t index)
{
    return index < fake.sql_count ? fake.sql[index] : NULL;
}

size_t fake_sql_count(void)
{
    return fake.sql_count;
}

static const fake_sent *fake_sent_at(unsigned number)
{
    static const fake_sent none;
    return number >= 1 && number <= fake.sent_count ? &fake.sent[number] : &none;
}

const char *fake_param(unsigned number)
{
    return fake_sent_at(number)->text;
}

uint64_t fake_param_size(unsigned number)
{
    return fake_sent_at(number)->size;
}

SQLSMALLINT fake_param_c_type(unsigned number)
{
    return fake_sent_at(number)->c_type;
}

SQLSMALLINT fake_param_sql_type(unsigned number)
{
    return fake_sent_at(number)->sql_type;
}

unsigned fake_param_count(void)
{
    return fake.sent_count;
}

const char *fake_connection(void)
{
    return fake.connection;
}

SQLULEN fake_connect_attr(SQLINTEGER attribute)
{
    return fake_attr_get(&fake.connect_attrs, attribute, 0);
}

unsigned fake_handles(void)
{
    return fake.handles;
}

/* --- attributes, small and linear */

void fake_attr_set(fake_attrs *attrs, SQLINTEGER attribute, SQLULEN value)
{
    size_t i = 0;
    while (i < attrs->count && attrs->items[i].attribute != attribute)
        i++;
    if (i == FAKE_MAX_ATTRS)
        abort();
    attrs->items[i] = (fake_attr){attribute, value};
    if (i == attrs->count)
        attrs->count++;
}

SQLULEN fake_attr_get(const fake_attrs *attrs, SQLINTEGER attribute, SQLULEN otherwise)
{
    for (size_t i = 0; i < attrs->count; i++)
        if (attrs->items[i].attribute == attribute)
            return attrs->items[i].value;
    return otherwise;
}

/* --- the script applied */

static fake_rule *fake_rule_due(uowi_odbc_fn fn)
{
    fake_rule *due = NULL;
    for (size_t i = 0; i < fake.rule_count; i++) {
        fake_rule *rule = &fake.rules[i];
        if (rule->fn != fn || rule->used)
            continue;
        if (rule->nth > 1) {
            rule->nth--;
            continue;
        }
        if (due == NULL)
            due = rule;
    }
    if (due != NULL && due->nth == 1)
        due->used = true;
    return due;
}

/* STILL_EXECUTING as often as scripted, on statements with async on. */
static bool fake_is_still(uowi_odbc_fn fn, fake_handle *handle)
{
    if (handle == NULL || handle->type != SQL_HANDLE_STMT || fake.still[fn] == 0)
        return false;
    fake_stmt *stmt = (fake_stmt *)handle;
    SQLULEN on = fake_attr_get(&handle->attrs, SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_OFF);
    if (on != SQL_ASYNC_ENABLE_ON)
        return false;
    if (!stmt->waiting) {
        stmt->waiting = true;
        stmt->still_fn = fn;
        stmt->still_left = fake.still[fn];
    }
    if (stmt->still_left > 0) {
        stmt->still_left--;
        return true;
    }
    stmt->waiting = false;
    return false;
}

bool fake_enter(uowi_odbc_fn fn, fake_handle *handle, SQLRETURN *rc)
{
    *rc = SQL_SUCCESS;
    fake.calls[fn]++;
    if (fake.dead_nth > 0 && fake.dead_fn == fn && --fake.dead_nth == 0)
        fake.dead = true;
    if (handle == NULL) {
        *rc = SQL_INVALID_HANDLE;
        return true;
    }
    handle->diag_count = 0;
    if (handle->type == SQL_HANDLE_STMT) {
        fake_stmt *stmt = (fake_stmt *)handle;
        bool busy = stmt->waiting && stmt->still_fn != fn && fn != UOWI_FN_Cancel;
        if (busy) {
            *rc = fake_error(handle, "HY010", 0, "[fake]Function sequence error");
            return true;
        }
    }
    if (fake_is_still(fn, handle)) {
        *rc = SQL_STILL_EXECUTING;
        return true;
    }
    fake_rule *rule = fake_rule_due(fn);
    if (rule == NULL)
        return false;
    memcpy(handle->diags, rule->records, sizeof rule->records);
    handle->diag_count = rule->record_count;
    *rc = rule->rc;
    return rule->rc != SQL_SUCCESS && rule->rc != SQL_SUCCESS_WITH_INFO;
}

SQLRETURN fake_error(fake_handle *handle, const char *sqlstate, SQLINTEGER native, const char *text)
{
    fake_record_set(&handle->diags[0], sqlstate, native, text);
    handle->diag_count = 1;
    return SQL_ERROR;
}
