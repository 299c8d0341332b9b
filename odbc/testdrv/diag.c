/* Diagnostics: ours first, then those of the wrapped driver. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"

#define PREFIX      "[uowtest] "
#define MAX_RECORDS 64

void td_diag_clear(td_handle *h, bool called)
{
    free(h->diag.records);
    h->diag = (td_diag){.called = called};
}

/* Room for one more record at the front or the end; NULL without memory: then it is not kept. */
static td_record *diag_room(td_handle *h, bool front)
{
    td_diag *diag = &h->diag;
    td_record *records = realloc(diag->records, (diag->count + 1) * sizeof *records);
    if (records == NULL)
        return NULL;
    diag->records = records;
    if (front)
        memmove(records + 1, records, diag->count * sizeof *records);
    td_record *record = front ? records : records + diag->count;
    diag->count++;
    *record = (td_record){.native = 0};
    return record;
}

void td_diag_set(td_handle *h, const char *state, SQLINTEGER native, const char *format, ...)
{
    td_record *record = diag_room(h, true);
    size_t prefix = strlen(PREFIX);
    va_list args;
    if (record == NULL)
        return;
    h->diag.ours++;
    record->native = native;
    snprintf(record->state, sizeof record->state, "%s", state);
    memcpy(record->text, PREFIX, prefix);
    va_start(args, format);
    vsnprintf(record->text + prefix, sizeof record->text - prefix, format, args);
    va_end(args);
}

void td_diag_harvest(td_handle *h, SQLSMALLINT type)
{
    for (SQLSMALLINT number = 1; number <= MAX_RECORDS; number++) {
        td_record got = {.native = 0};
        SQLSMALLINT length = 0;
        SQLRETURN rc =
            h->dbc->driver.GetDiagRec(type, h->real, number, (SQLCHAR *)got.state, &got.native,
                                      (SQLCHAR *)got.text, sizeof got.text, &length);
        if (!SQL_SUCCEEDED(rc))
            return;
        td_record *record = diag_room(h, false);
        if (record != NULL)
            *record = got;
    }
}

SQLRETURN td_give_text(const char *text, SQLPOINTER out, size_t size, SQLSMALLINT *length)
{
    size_t whole = strlen(text);
    if (length != NULL)
        *length = (SQLSMALLINT)whole;
    if (out == NULL)
        return SQL_SUCCESS;
    size_t copied = whole < size ? whole : (size > 0 ? size - 1 : 0);
    memcpy(out, text, copied);
    if (size > 0)
        ((char *)out)[copied] = '\0';
    return copied < whole ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
}

static td_handle *diag_handle(SQLSMALLINT type, SQLHANDLE handle)
{
    switch (type) {
    case SQL_HANDLE_ENV:
        return td_handle_of(handle, TD_KIND_ENV);
    case SQL_HANDLE_DBC:
        return td_handle_of(handle, TD_KIND_DBC);
    case SQL_HANDLE_STMT:
        return td_handle_of(handle, TD_KIND_STMT);
    default:
        return td_handle_of(handle, TD_KIND_DESC);
    }
}

TD_EXPORT SQLRETURN SQL_API SQLGetDiagRec(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number,
                                          SQLCHAR *state, SQLINTEGER *native, SQLCHAR *text,
                                          SQLSMALLINT size, SQLSMALLINT *length)
{
    td_handle *h = diag_handle(type, handle);
    if (h == NULL)
        return SQL_INVALID_HANDLE;
    if (number <= 0 || size < 0)
        return SQL_ERROR;
    if ((unsigned)number > h->diag.count)
        return SQL_NO_DATA;
    const td_record *record = &h->diag.records[number - 1];
    if (state != NULL)
        memcpy(state, record->state, sizeof record->state);
    if (native != NULL)
        *native = record->native;
    return td_give_text(record->text, text, (size_t)size, length);
}

static SQLRETURN diag_number(SQLPOINTER value, SQLSMALLINT *length, SQLLEN number, size_t size)
{
    SQLINTEGER narrow = (SQLINTEGER)number;
    if (value != NULL)
        memcpy(value, size == sizeof number ? (void *)&number : (void *)&narrow, size);
    if (length != NULL)
        *length = (SQLSMALLINT)size;
    return SQL_SUCCESS;
}

/* A field of a record, as far as we know. */
static SQLRETURN diag_field(const td_record *record, SQLSMALLINT field, SQLPOINTER value,
                            size_t size, SQLSMALLINT *length)
{
    switch (field) {
    case SQL_DIAG_SQLSTATE:
        return td_give_text(record->state, value, size, length);
    case SQL_DIAG_MESSAGE_TEXT:
        return td_give_text(record->text, value, size, length);
    case SQL_DIAG_CLASS_ORIGIN:
    case SQL_DIAG_SUBCLASS_ORIGIN:
        return td_give_text("ODBC 3.0", value, size, length);
    case SQL_DIAG_CONNECTION_NAME:
    case SQL_DIAG_SERVER_NAME:
        return td_give_text("", value, size, length);
    case SQL_DIAG_NATIVE:
        return diag_number(value, length, record->native, sizeof record->native);
    case SQL_DIAG_COLUMN_NUMBER:
        return diag_number(value, length, SQL_COLUMN_NUMBER_UNKNOWN, sizeof(SQLINTEGER));
    case SQL_DIAG_ROW_NUMBER:
        return diag_number(value, length, SQL_ROW_NUMBER_UNKNOWN, sizeof(SQLLEN));
    default:
        return SQL_ERROR;
    }
}

TD_EXPORT SQLRETURN SQL_API SQLGetDiagField(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number,
                                            SQLSMALLINT field, SQLPOINTER value, SQLSMALLINT size,
                                            SQLSMALLINT *length)
{
    td_handle *h = diag_handle(type, handle);
    if (h == NULL)
        return SQL_INVALID_HANDLE;
    if (field == SQL_DIAG_NUMBER)
        return diag_number(value, length, (SQLLEN)h->diag.count, sizeof(SQLINTEGER));
    if (number > 0 && (unsigned)number > h->diag.count)
        return SQL_NO_DATA;
    bool ours = number > 0 && (unsigned)number <= h->diag.ours;
    if (ours || (number > 0 && (field == SQL_DIAG_SQLSTATE || field == SQL_DIAG_MESSAGE_TEXT ||
                                field == SQL_DIAG_NATIVE)))
        return diag_field(&h->diag.records[number - 1], field, value, size < 0 ? 0 : (size_t)size,
                          length);
    if (!h->diag.called || h->real == NULL || h->dbc == NULL)
        return number > 0 ? SQL_NO_DATA : SQL_ERROR;
    if (number > 0)
        number = (SQLSMALLINT)(number - (SQLSMALLINT)h->diag.ours);
    return h->dbc->driver.GetDiagField(type, h->real, number, field, value, size, length);
}
