#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/attributes.h"

#include <string.h>

#include "odbc/call.h"

typedef struct attribute_row {
    const char *name;
    SQLINTEGER id;
    bool wide; /* an SQLULEN rather than an SQLUINTEGER */
} attribute_row;

/* Autocommit comes last: with a transaction open, some drivers refuse the others. */
static const attribute_row attribute_rows[UOWI_ATTRIBUTES] = {
    {"SQL_ATTR_ACCESS_MODE", SQL_ATTR_ACCESS_MODE, false},
    {"SQL_ATTR_ASYNC_ENABLE", SQL_ATTR_ASYNC_ENABLE, true},
    {"SQL_ATTR_CONNECTION_TIMEOUT", SQL_ATTR_CONNECTION_TIMEOUT, false},
    {"SQL_ATTR_LOGIN_TIMEOUT", SQL_ATTR_LOGIN_TIMEOUT, false},
    {"SQL_ATTR_METADATA_ID", SQL_ATTR_METADATA_ID, false},
    {"SQL_ATTR_TXN_ISOLATION", SQL_ATTR_TXN_ISOLATION, false},
    {"SQL_ATTR_AUTOCOMMIT", SQL_ATTR_AUTOCOMMIT, false},
};

#define ATTRIBUTE_CATALOG_BIT (1u << UOWI_ATTRIBUTES)

static bool attribute_get(uowi_conn *conn, const attribute_row *row, uint64_t *out)
{
    union {
        SQLUINTEGER narrow;
        SQLULEN wide;
    } value;
    SQLRETURN rc;

    memset(&value, 0, sizeof value);
    rc = conn->api->GetConnectAttr(conn->hdbc, row->id, &value, SQL_IS_UINTEGER, NULL);
    *out = row->wide ? (uint64_t)value.wide : (uint64_t)value.narrow;
    return uowi_call_quiet(conn, rc);
}

static bool attribute_set(uowi_conn *conn, const attribute_row *row, uint64_t value)
{
    SQLPOINTER as_pointer = (SQLPOINTER)(uintptr_t)value;

    return uowi_call_quiet(conn, conn->api->SetConnectAttr(conn->hdbc, row->id, as_pointer, SQL_IS_UINTEGER));
}

bool uowi_attribute_catalog(uowi_conn *conn, char *out, size_t size)
{
    SQLCHAR text[512] = {0};
    SQLINTEGER length = 0;
    SQLRETURN rc = conn->api->GetConnectAttr(conn->hdbc, SQL_ATTR_CURRENT_CATALOG, text, sizeof text - 1, &length);
    size_t whole = strlen((const char *)text);

    if (!uowi_call_quiet(conn, rc) || whole == 0 || whole >= size)
        return false;
    memcpy(out, text, whole + 1);
    return true;
}

static void attributes_numbers(uowi_conn *conn, uowi_attributes *out)
{
    for (size_t i = 0; i < UOWI_ATTRIBUTES; i++)
        if (attribute_get(conn, &attribute_rows[i], &out->numbers[i]))
            out->known |= 1u << i;
    if (uowi_attribute_catalog(conn, out->catalog, sizeof out->catalog))
        out->known |= ATTRIBUTE_CATALOG_BIT;
}

void uowi_attributes_read(uowi_conn *conn, uowi_attributes *out)
{
    memset(out, 0, sizeof *out);
    attributes_numbers(conn, out);
    out->open = uowi_conn_in_transaction(conn);
}

uow_handle_change *uowi_report_change(uow_handle_report *out, const char *name, bool restored)
{
    static uow_handle_change nowhere;
    uow_handle_change *change = out->count < UOW_HANDLE_CHANGES ? &out->changes[out->count] : NULL;

    out->count++;
    out->not_restored += !restored;
    if (!change)
        return NULL;
    *change = nowhere;
    change->attribute = name;
    change->restored = restored;
    return change;
}

static bool attribute_restore(uowi_conn *conn, const attribute_row *row, uint64_t before)
{
    uint64_t now = 0;

    if (row->id == SQL_ATTR_AUTOCOMMIT && before != SQL_AUTOCOMMIT_OFF)
        return false; /* on would commit what is open */
    return attribute_set(conn, row, before) && attribute_get(conn, row, &now) && now == before;
}

static void restore_numbers(uowi_conn *conn, const uowi_attributes *was, const uowi_attributes *is, uow_handle_report *out)
{
    for (size_t i = 0; i < UOWI_ATTRIBUTES; i++) {
        uow_handle_change *change;

        if ((was->known & is->known & (1u << i)) == 0 || was->numbers[i] == is->numbers[i])
            continue;
        change = uowi_report_change(out, attribute_rows[i].name,
                                    attribute_restore(conn, &attribute_rows[i], was->numbers[i]));
        if (!change)
            continue;
        change->before = (int64_t)was->numbers[i];
        change->after = (int64_t)is->numbers[i];
    }
}

static void restore_catalog(uowi_conn *conn, const uowi_attributes *was, const uowi_attributes *is, uow_handle_report *out)
{
    uow_handle_change *change;
    SQLRETURN rc;

    if ((was->known & is->known & ATTRIBUTE_CATALOG_BIT) == 0 || strcmp(was->catalog, is->catalog) == 0)
        return;
    rc = conn->api->SetConnectAttr(conn->hdbc, SQL_ATTR_CURRENT_CATALOG, (SQLPOINTER)(uintptr_t)was->catalog, SQL_NTS);
    change = uowi_report_change(out, "SQL_ATTR_CURRENT_CATALOG", uowi_call_quiet(conn, rc));
    if (!change)
        return;
    memcpy(change->before_text, was->catalog, sizeof was->catalog);
    memcpy(change->after_text, is->catalog, sizeof is->catalog);
}

void uowi_attributes_restore(uowi_conn *conn, const uowi_attributes *was, uow_handle_report *out)
{
    uow_handle_change *change;
    uowi_attributes is;

    uowi_attributes_read(conn, &is);
    if (was->open >= 0 && is.open >= 0 && was->open != is.open) {
        change = uowi_report_change(out, "transaction", false);
        if (change) {
            change->before = was->open;
            change->after = is.open;
        }
    }
    restore_catalog(conn, was, &is, out);
    restore_numbers(conn, was, &is, out);
}
