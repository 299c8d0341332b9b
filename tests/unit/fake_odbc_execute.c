/* The fake driver: statements prepared and run, their parameters, one result after the other. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "fake_odbc_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- parameters as text */

static void fake_render_struct(const fake_bound *bound, char *out, size_t size)
{
    if (bound->c_type == SQL_C_TYPE_DATE) {
        const SQL_DATE_STRUCT *d = bound->value;
        snprintf(out, size, "%04d-%02u-%02u", d->year, d->month, d->day);
    } else if (bound->c_type == SQL_C_TYPE_TIME) {
        const SQL_TIME_STRUCT *t = bound->value;
        snprintf(out, size, "%02u:%02u:%02u", t->hour, t->minute, t->second);
    } else if (bound->c_type == SQL_C_TYPE_TIMESTAMP) {
        const SQL_TIMESTAMP_STRUCT *t = bound->value;
        snprintf(out, size, "%04d-%02u-%02u %02u:%02u:%02u.%09u", t->year, t->month, t->day,
                 t->hour, t->minute, t->second, (unsigned)t->fraction);
    } else {
        snprintf(out, size, "(C type %d)", bound->c_type);
    }
}

static void fake_render_bytes(const fake_bound *bound, fake_sent *sent)
{
    SQLLEN length = bound->indicator != NULL ? *bound->indicator : SQL_NTS;
    if (length == SQL_NTS)
        length = (SQLLEN)strlen(bound->value);
    size_t shown = (size_t)length < sizeof sent->text - 1 ? (size_t)length : sizeof sent->text - 1;
    sent->size = (uint64_t)length;
    if (bound->c_type != SQL_C_WCHAR) {
        memcpy(sent->text, bound->value, shown);
        sent->text[shown] = '\0';
        return;
    }
    const SQLWCHAR *units = bound->value; /* ASCII only, '?' for the rest */
    size_t count = (size_t)length / sizeof *units;
    size_t i = 0;
    for (; i < count && i < sizeof sent->text - 1; i++)
        sent->text[i] = units[i] < 0x80 ? (char)units[i] : '?';
    sent->text[i] = '\0';
}

static void fake_render(const fake_bound *bound, fake_sent *sent)
{
    char *out = sent->text;
    const size_t size = sizeof sent->text;
    sent->c_type = bound->c_type;
    sent->sql_type = bound->sql_type;
    if (bound->indicator != NULL && *bound->indicator == SQL_NULL_DATA) {
        snprintf(out, size, "NULL");
        return;
    }
    switch (bound->c_type) {
    case SQL_C_CHAR:
    case SQL_C_BINARY:
    case SQL_C_WCHAR:
        fake_render_bytes(bound, sent);
        break;
    case SQL_C_BIT:
    case SQL_C_UTINYINT:
        snprintf(out, size, "%u", *(const unsigned char *)bound->value);
        break;
    case SQL_C_STINYINT:
        snprintf(out, size, "%d", *(const signed char *)bound->value);
        break;
    case SQL_C_SSHORT:
        snprintf(out, size, "%d", *(const short *)bound->value);
        break;
    case SQL_C_USHORT:
        snprintf(out, size, "%u", *(const unsigned short *)bound->value);
        break;
    case SQL_C_LONG:
    case SQL_C_SLONG:
        snprintf(out, size, "%d", *(const int32_t *)bound->value);
        break;
    case SQL_C_ULONG:
        snprintf(out, size, "%u", *(const uint32_t *)bound->value);
        break;
    case SQL_C_SBIGINT:
        snprintf(out, size, "%lld", (long long)*(const int64_t *)bound->value);
        break;
    case SQL_C_UBIGINT:
        snprintf(out, size, "%llu", (unsigned long long)*(const uint64_t *)bound->value);
        break;
    case SQL_C_FLOAT:
        snprintf(out, size, "%.9g", (double)*(const float *)bound->value);
        break;
    case SQL_C_DOUBLE:
        snprintf(out, size, "%.17g", *(const double *)bound->value);
        break;
    default:
        fake_render_struct(bound, out, size);
    }
}

static bool fake_is_at_exec(const fake_bound *bound)
{
    return bound->used && bound->indicator != NULL &&
           (*bound->indicator == SQL_DATA_AT_EXEC || *bound->indicator <= SQL_LEN_DATA_AT_EXEC(0));
}

static void fake_log(fake_stmt *stmt)
{
    if (fake.sql_count < FAKE_MAX_SQL)
        fake.sql[fake.sql_count++] = strdup(stmt->sql != NULL ? stmt->sql : "");
    memset(fake.sent, 0, sizeof fake.sent);
    fake.sent_count = stmt->param_count;
    for (unsigned number = 1; number <= stmt->param_count; number++) {
        const fake_bound *bound = &stmt->params[number - 1];
        if (bound->used && !fake_is_at_exec(bound))
            fake_render(bound, &fake.sent[number]);
    }
}

/* --- results */

static const char *const fake_echo_none = "";
static const fake_column fake_echo_column = {"echo", SQL_VARCHAR, 255, 0, SQL_NULLABLE};
static const fake_result fake_default = {.affected = 1};

static const fake_result *fake_match(fake_stmt *stmt)
{
    for (size_t i = 0; i < fake.result_count; i++)
        if (strstr(stmt->sql, fake.results[i].contains) != NULL)
            return &fake.results[i];
    if (strcmp(stmt->sql, "SELECT ?") != 0)
        return &fake_default;
    stmt->echo_cell = fake.sent_count >= 1 ? fake.sent[1].text : fake_echo_none;
    stmt->echo = (fake_result){"SELECT ?", &fake_echo_column, 1, &stmt->echo_cell, 1, false, -1};
    return &stmt->echo;
}

static const fake_result *fake_next_result(const fake_result *current)
{
    if (current == NULL || current < fake.results || current >= fake.results + fake.result_count)
        return NULL;
    for (const fake_result *next = current + 1; next < fake.results + fake.result_count; next++)
        if (strcmp(next->contains, current->contains) == 0)
            return next;
    return NULL;
}

void fake_stmt_close(fake_stmt *stmt)
{
    stmt->open = false;
    stmt->row = 0;
    stmt->block_rows = 0;
    stmt->position = 1;
    stmt->data_column = 0;
    stmt->data_offset = 0;
}

static SQLRETURN fake_show(fake_stmt *stmt, const fake_result *result, SQLRETURN rc)
{
    fake_stmt_close(stmt);
    stmt->result = result;
    stmt->open = result->column_count > 0 || fake_next_result(result) != NULL;
    bool nothing = result->column_count == 0 && result->affected == 0;
    return nothing && strcmp(fake.dbms, "MariaDB") != 0 ? SQL_NO_DATA : rc;
}

/* The statement's effect, once its parameters are there. */
static SQLRETURN fake_complete(fake_stmt *stmt, SQLRETURN rc)
{
    SQLULEN sets = fake_attr_get(&stmt->handle.attrs, SQL_ATTR_PARAMSET_SIZE, 1);
    SQLULEN *processed =
        (SQLULEN *)fake_attr_get(&stmt->handle.attrs, SQL_ATTR_PARAMS_PROCESSED_PTR, 0);
    SQLUSMALLINT *statuses =
        (SQLUSMALLINT *)fake_attr_get(&stmt->handle.attrs, SQL_ATTR_PARAM_STATUS_PTR, 0);
    if (processed != NULL)
        *processed = sets;
    for (SQLULEN i = 0; statuses != NULL && i < sets; i++)
        statuses[i] = i + 1 == fake.bad_set ? SQL_PARAM_ERROR : SQL_PARAM_SUCCESS;
    stmt->need = 0;
    return fake_show(stmt, fake_match(stmt), rc);
}

static unsigned fake_next_at_exec(const fake_stmt *stmt, unsigned after)
{
    for (unsigned number = after + 1; number <= stmt->param_count; number++)
        if (fake_is_at_exec(&stmt->params[number - 1]))
            return number;
    return 0;
}

static SQLRETURN fake_run(fake_stmt *stmt, uowi_odbc_fn fn)
{
    SQLRETURN rc;
    bool stop = fake_enter(fn, stmt != NULL ? &stmt->handle : NULL, &rc);
    if (rc == SQL_STILL_EXECUTING || rc == SQL_INVALID_HANDLE)
        return rc;
    if (!stop && stmt->open)
        return fake_error(&stmt->handle, "24000", 0, "[fake]Invalid cursor state");
    if (!stop && stmt->sql == NULL)
        return fake_error(&stmt->handle, "HY010", 0, "[fake]Function sequence error");
    fake_log(stmt);
    if (stop)
        return rc;
    if (fake_next_at_exec(stmt, 0) != 0) {
        stmt->need = UINT32_MAX;
        return SQL_NEED_DATA;
    }
    return fake_complete(stmt, rc);
}

static void fake_text(fake_stmt *stmt, const SQLCHAR *text, SQLINTEGER length)
{
    size_t whole = length == SQL_NTS ? strlen((const char *)text) : (size_t)length;
    free(stmt->sql);
    stmt->sql = malloc(whole + 1);
    if (stmt->sql == NULL)
        abort();
    memcpy(stmt->sql, text, whole);
    stmt->sql[whole] = '\0';
}

SQLRETURN fake_prepare(SQLHSTMT input, SQLCHAR *text, SQLINTEGER length)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    if (fake_enter(UOWI_FN_Prepare, input, &rc))
        return rc;
    fake_text(stmt, text, length);
    stmt->prepared = true;
    fake_stmt_close(stmt);
    stmt->result = fake_match(stmt); /* described before it runs, as drivers do */
    return rc;
}

SQLRETURN fake_exec_direct(SQLHSTMT input, SQLCHAR *text, SQLINTEGER length)
{
    fake_stmt *stmt = input;
    if (stmt != NULL && !stmt->waiting) {
        fake_text(stmt, text, length);
        stmt->prepared = false;
    }
    return fake_run(stmt, UOWI_FN_ExecDirect);
}

/* To be scripted by this text. */
SQLRETURN fake_get_type_info(SQLHSTMT input, SQLSMALLINT type)
{
    fake_stmt *stmt = input;
    (void)type;
    if (stmt != NULL && !stmt->waiting) {
        fake_text(stmt, (const SQLCHAR *)"SQLGetTypeInfo", SQL_NTS);
        stmt->prepared = false;
    }
    return fake_run(stmt, UOWI_FN_GetTypeInfo);
}

SQLRETURN fake_execute(SQLHSTMT input)
{
    return fake_run(input, UOWI_FN_Execute);
}

SQLRETURN fake_bind_parameter(SQLHSTMT input, SQLUSMALLINT number, SQLSMALLINT direction,
                              SQLSMALLINT c_type, SQLSMALLINT sql_type, SQLULEN column_size,
                              SQLSMALLINT digits, SQLPOINTER value, SQLLEN buffer_length,
                              SQLLEN *indicator)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    (void)direction, (void)column_size, (void)digits;
    if (fake_enter(UOWI_FN_BindParameter, input, &rc))
        return rc;
    if (number == 0 || number > FAKE_MAX_PARAMS)
        return fake_error(&stmt->handle, "07009", 0, "[fake]Invalid descriptor index");
    stmt->params[number - 1] =
        (fake_bound){true, c_type, sql_type, value, buffer_length, indicator};
    if (number > stmt->param_count)
        stmt->param_count = number;
    return rc;
}

SQLRETURN fake_param_data(SQLHSTMT input, SQLPOINTER *value)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    if (fake_enter(UOWI_FN_ParamData, input, &rc))
        return rc;
    if (stmt->need == 0)
        return fake_error(&stmt->handle, "HY010", 0, "[fake]Function sequence error");
    unsigned next = fake_next_at_exec(stmt, stmt->need == UINT32_MAX ? 0 : stmt->need);
    if (next == 0)
        return fake_complete(stmt, rc);
    const fake_bound *bound = &stmt->params[next - 1];
    stmt->need = next;
    fake.sent[next].c_type = bound->c_type;
    fake.sent[next].sql_type = bound->sql_type;
    *value = bound->value;
    return SQL_NEED_DATA;
}

/* The beginning is kept as text, all of it is counted. */
SQLRETURN fake_put_data(SQLHSTMT input, SQLPOINTER data, SQLLEN length)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    if (fake_enter(UOWI_FN_PutData, input, &rc))
        return rc;
    if (stmt->need == 0 || stmt->need == UINT32_MAX)
        return fake_error(&stmt->handle, "HY010", 0, "[fake]Function sequence error");
    fake_sent *sent = &fake.sent[stmt->need];
    if (length == SQL_NULL_DATA) {
        memcpy(sent->text, "NULL", 5);
        return rc;
    }
    for (uint64_t at = sent->size, i = 0; at < sizeof sent->text - 1 && i < (uint64_t)length; i++)
        sent->text[at++] = ((const char *)data)[i];
    sent->size += (uint64_t)length;
    return rc;
}

SQLRETURN fake_row_count(SQLHSTMT input, SQLLEN *count)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    if (!fake_enter(UOWI_FN_RowCount, input, &rc))
        *count = stmt->result != NULL ? stmt->result->affected : -1;
    return rc;
}

SQLRETURN fake_more_results(SQLHSTMT input)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    if (fake_enter(UOWI_FN_MoreResults, input, &rc))
        return rc;
    const fake_result *next = stmt->open ? fake_next_result(stmt->result) : NULL;
    if (next == NULL) {
        fake_stmt_close(stmt);
        return SQL_NO_DATA;
    }
    (void)fake_show(stmt, next, rc);
    return rc;
}

SQLRETURN fake_free_stmt(SQLHSTMT input, SQLUSMALLINT option)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    if (fake_enter(UOWI_FN_FreeStmt, input, &rc))
        return rc;
    if (option == SQL_CLOSE)
        fake_stmt_close(stmt);
    else if (option == SQL_UNBIND)
        memset(stmt->columns, 0, sizeof stmt->columns);
    else if (option == SQL_RESET_PARAMS)
        stmt->param_count = 0;
    return rc;
}

/* The call that waits ends at its next poll, with what the script says. */
SQLRETURN fake_cancel(SQLHSTMT input)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    if (fake_enter(UOWI_FN_Cancel, input, &rc))
        return rc;
    stmt->still_left = 0;
    stmt->need = 0;
    return rc;
}
