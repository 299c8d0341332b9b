/* Streamed parameters: the driver asks, the program's reader fills a bounded buffer, SQLPutData passes it on. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/utf.h"
#include "odbc/execute.h"
#include "odbc/slot.h"

#define STREAM_PIECE 65536
#define STREAM_WIDE (STREAM_PIECE * sizeof(uint16_t))
#define STREAM_ALL (STREAM_PIECE + STREAM_WIDE) /* as read, and as UTF-16 behind it */

void uowi_stream_done(struct uowi_stmt *stmt)
{
    if (stmt->piece != NULL)
        uowi_free(stmt->conn->mem, stmt->piece, STREAM_ALL);
    stmt->piece = NULL;
}

static uowi_param stream_param(const uowi_param_slot *slot)
{
    uowi_param param = {.type = slot->type, .column = slot->column};

    return param;
}

static uow_status stream_fail(struct uowi_stmt *stmt, uowi_param_slot *slot, uow_status status, const char *what)
{
    uowi_encoder encoder = {stmt, (size_t)(slot - stmt->slots)};
    uowi_param param = stream_param(slot);

    return uowi_encode_fail(&encoder, &param, status, "%s, %zu bytes before the length it was given", what, slot->left);
}

static uow_status stream_put(struct uowi_stmt *stmt, const uowi_param_slot *slot, size_t size)
{
    char *data = stmt->piece;
    uowi_outcome outcome;

    if (slot->want.c_type == SQL_C_WCHAR) {
        uint16_t *wide = (uint16_t *)(void *)(stmt->piece + STREAM_PIECE);
        size = uowi_utf8_to_utf16(data, size, wide, STREAM_PIECE) * sizeof(uint16_t);
        data = stmt->piece + STREAM_PIECE;
    }
    outcome = UOWI_STMT_CALL(stmt, PutData, (stmt->hstmt, data, (SQLLEN)size));
    return outcome == UOWI_FAILED ? uowi_outcome_status(stmt->conn, outcome) : UOW_OK;
}

/* Sends what is whole of the `have` bytes in the piece, and moves the rest (part of a character) to its front. */
static uow_status stream_pass(struct uowi_stmt *stmt, uowi_param_slot *slot, size_t *have)
{
    size_t whole = *have;
    uow_status st;

    if (slot->want.c_type != SQL_C_BINARY) {
        whole = slot->left > 0 ? uowi_utf8_whole(stmt->piece, *have) : *have;
        if (!uowi_utf8_valid(stmt->piece, whole, NULL))
            return stream_fail(stmt, slot, UOW_TYPE, "the streamed text is not UTF-8");
        if (stmt->conn->dialect->nul_cuts_text && memchr(stmt->piece, 0, whole) != NULL)
            return stream_fail(stmt, slot, UOW_TYPE, "the streamed text contains a NUL character");
    }
    st = whole > 0 ? stream_put(stmt, slot, whole) : UOW_OK;
    memmove(stmt->piece, stmt->piece + whole, *have - whole);
    *have -= whole;
    return st;
}

static uow_status stream_slot(struct uowi_stmt *stmt, uowi_param_slot *slot)
{
    size_t have = 0;
    uow_status st = UOW_OK;

    if (slot->left == 0)
        return stream_put(stmt, slot, 0); /* an empty value, not NULL */
    while (slot->left > 0 && st == UOW_OK) {
        size_t room = STREAM_PIECE - have < slot->left ? STREAM_PIECE - have : slot->left;
        ptrdiff_t got = slot->read(stmt->piece + have, room, slot->user);

        if (got < 0)
            return stream_fail(stmt, slot, UOW_CANCELLED, "the reader gave up");
        if (got == 0)
            return stream_fail(stmt, slot, UOW_TYPE, "the stream ended");
        if ((size_t)got > room)
            return stream_fail(stmt, slot, UOW_MISUSE, "the reader returned more than it was asked for");
        have += (size_t)got;
        slot->left -= (size_t)got;
        st = stream_pass(stmt, slot, &have);
    }
    return st;
}

/* The token the driver hands back is the slot bound; a token that is none of ours would be followed blindly. */
static uowi_param_slot *stream_find(struct uowi_stmt *stmt, const void *token)
{
    for (size_t i = 0; i < stmt->slot_count; i++)
        if (token == &stmt->slots[i] && stmt->slots[i].read != NULL)
            return &stmt->slots[i];
    (void)uowi_error_set(stmt->conn->error, UOW_DRIVER, "SQLParamData named a parameter that is not streamed");
    return NULL;
}

uow_status uowi_stream_send(struct uowi_stmt *stmt, uowi_outcome *outcome)
{
    uow_status st = UOW_OK;

    if (stmt->piece == NULL)
        stmt->piece = uowi_alloc(stmt->conn->mem, STREAM_ALL);
    if (stmt->piece == NULL)
        st = uowi_error_no_memory(stmt->conn->error);
    while (st == UOW_OK) {
        SQLPOINTER token = NULL;
        uowi_param_slot *slot;

        *outcome = UOWI_STMT_CALL(stmt, ParamData, (stmt->hstmt, &token));
        if (*outcome != UOWI_NEED_DATA)
            return UOW_OK;
        slot = stream_find(stmt, token);
        st = slot != NULL ? stream_slot(stmt, slot) : UOW_DRIVER;
    }
    (void)uowi_call_quiet(stmt->conn, stmt->conn->api->Cancel(stmt->hstmt)); /* leaves the need-data state without executing */
    return st;
}
