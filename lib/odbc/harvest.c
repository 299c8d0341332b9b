/* Reading diagnostic records from drivers whose lengths are not to be believed. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/call.h"

#include <string.h>

#include "base/utf.h"
#include "diag/redact.h"

#define HARVEST_TEXT_SIZE 1024
#define HARVEST_TEXT_MAX  32766 /* what SQLSMALLINT can say */

typedef struct harvest_source {
    struct uowi_conn *conn;
    SQLSMALLINT handle_type;
    SQLHANDLE handle;
} harvest_source;

typedef struct harvest_record {
    SQLCHAR state[8]; /* 6, and room for a driver that writes more */
    SQLINTEGER native;
    SQLCHAR *text;
    size_t size;
    SQLSMALLINT claimed;
} harvest_record;

static bool harvest_get(const harvest_source *from, SQLSMALLINT number, harvest_record *record)
{
    memset(record->state, 0, sizeof record->state);
    memset(record->text, 0, record->size);
    record->native = 0;
    record->claimed = 0;
    SQLRETURN rc = from->conn->api->GetDiagRec(from->handle_type, from->handle, number,
                                               record->state, &record->native, record->text,
                                               (SQLSMALLINT)(record->size - 1), &record->claimed);
    record->state[5] = '\0';
    record->text[record->size - 1] = '\0';
    return rc == SQL_SUCCESS || rc == SQL_SUCCESS_WITH_INFO;
}

/*
 * The buffer was zeroed, so the text ends at the first NUL whatever length the driver claims: some
 * count characters, some the NUL, some leave it unset.
 */
static size_t harvest_length(const harvest_record *record)
{
    size_t length = strlen((const char *)record->text);
    if (length == record->size - 2)
        length = uowi_utf8_whole((const char *)record->text, length);
    while (length > 0 && uowi_ascii_space((char)record->text[length - 1]))
        length--;
    return length;
}

/* A five-character state of letters and digits; anything else is a driver's slip. */
static void harvest_state(const harvest_record *record, char out[6])
{
    for (size_t i = 0; i < 5; i++) {
        char c = (char)record->state[i];
        if (!uowi_ascii_word(c) || c == '_' || (unsigned char)c >= 0x80) {
            memcpy(out, "HY000", 6);
            return;
        }
    }
    memcpy(out, record->state, 6);
}

/* The text for people: no "[vendor][driver]" in front, no noise behind, on one line. */
static void harvest_tidy(const char *text, const char *noise, uowi_buf *out)
{
    const char *stop = noise != NULL ? strstr(text, noise) : NULL;
    while (*text == '[') {
        const char *end = strchr(text, ']');
        if (end == NULL)
            break;
        text = end + 1;
    }
    bool gap = false;
    for (; *text != '\0' && text != stop; text++) {
        if (uowi_ascii_space(*text)) {
            gap = out->length > 0;
            continue;
        }
        if (gap)
            uowi_buf_char(out, ' ');
        gap = false;
        uowi_buf_char(out, *text);
    }
}

static void harvest_keep(const harvest_source *from, const harvest_record *record, bool to_error,
                         uowi_harvest *out)
{
    struct uowi_conn *conn = from->conn;
    uowi_buf plain, masked;
    char state[6];

    uowi_buf_init(&plain, conn->mem, 0);
    uowi_buf_init(&masked, conn->mem, 0);
    harvest_state(record, state);
    uowi_redact_secret(&plain, (const char *)record->text, harvest_length(record), conn->secret);
    uowi_dialect_mask(conn->dialect, uowi_buf_cstr(&plain), &masked);
    if (to_error)
        uowi_error_diagnostic(conn->error, state, record->native, uowi_buf_cstr(&masked),
                              masked.length);
    bool better =
        out->count == 0 || (strncmp(out->sqlstate, "01", 2) == 0 && strncmp(state, "01", 2) != 0);
    if (better) {
        memcpy(out->sqlstate, state, sizeof state);
        out->native = record->native;
        uowi_buf_reset(&out->text);
        harvest_tidy(uowi_buf_cstr(&masked), conn->dialect->noise, &out->text);
    }
    out->count++;
    uowi_buf_done(&masked);
    uowi_buf_done(&plain);
}

/* A message longer than the first buffer is read again into one that fits. */
static void harvest_long(const harvest_source *from, SQLSMALLINT number, harvest_record *record,
                         bool to_error, uowi_harvest *out)
{
    harvest_record larger = {.size = HARVEST_TEXT_MAX + 1};
    if (record->claimed > 0 && (size_t)record->claimed < HARVEST_TEXT_MAX)
        larger.size = (size_t)record->claimed + 2;
    if (larger.size <= record->size) {
        harvest_keep(from, record, to_error, out);
        return;
    }
    larger.text = uowi_alloc(from->conn->mem, larger.size);
    if (larger.text != NULL && harvest_get(from, number, &larger))
        harvest_keep(from, &larger, to_error, out);
    else
        harvest_keep(from, record, to_error, out);
    if (larger.text != NULL)
        uowi_free(from->conn->mem, larger.text, larger.size);
}

void uowi_harvest_read(struct uowi_conn *conn, SQLSMALLINT handle_type, SQLHANDLE handle,
                       uowi_harvest *out)
{
    const harvest_source from = {conn, handle_type, handle};
    SQLCHAR text[HARVEST_TEXT_SIZE];
    harvest_record record = {.text = text, .size = sizeof text};
    bool to_error = !uowi_error_is_set(conn->error);

    memset(out, 0, sizeof *out);
    uowi_buf_init(&out->text, conn->mem, 0);
    if (handle == SQL_NULL_HANDLE)
        return;
    for (SQLSMALLINT number = 1; number <= UOWI_MAX_DIAGNOSTICS; number++) {
        if (!harvest_get(&from, number, &record))
            break;
        if (strlen((const char *)text) >= sizeof text - 2)
            harvest_long(&from, number, &record, to_error, out);
        else
            harvest_keep(&from, &record, to_error, out);
    }
}

void uowi_harvest_done(uowi_harvest *harvest)
{
    uowi_buf_done(&harvest->text);
}

void uowi_call_info(struct uowi_conn *conn, SQLSMALLINT handle_type, SQLHANDLE handle,
                    uowi_info *out)
{
    const harvest_source from = {conn, handle_type, handle};
    SQLCHAR text[256];
    harvest_record record = {.text = text, .size = sizeof text};

    memset(out, 0, sizeof *out);
    for (SQLSMALLINT number = 1; number <= UOWI_MAX_DIAGNOSTICS; number++) {
        char state[6];
        if (!harvest_get(&from, number, &record))
            break;
        harvest_state(&record, state);
        if (number == 1)
            memcpy(out->sqlstate, state, sizeof state);
        out->truncated |= strcmp(state, "01004") == 0;
        out->fraction |= strcmp(state, "01S07") == 0;
        out->substituted |= strcmp(state, "01S02") == 0;
    }
}
