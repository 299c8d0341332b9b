/* Binding parameters: values into the statement's slots, SQLBindParameter only where something changed. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "odbc/slot.h"

void uowi_slots_free(struct uowi_stmt *stmt)
{
    uowi_mem *mem = stmt->conn->mem;

    for (size_t i = 0; i < stmt->slot_capacity; i++)
        if (stmt->slots[i].buffer != NULL)
            uowi_free(mem, stmt->slots[i].buffer, stmt->slots[i].capacity);
    if (stmt->slots != NULL)
        uowi_free(mem, stmt->slots, stmt->slot_capacity * sizeof *stmt->slots);
    stmt->slots = NULL;
    stmt->slot_capacity = 0;
    stmt->slot_count = 0;
}

/* The driver may hold pointers into slots: they are let go before slots move. */
static uow_status bind_unbind(struct uowi_stmt *stmt)
{
    uowi_outcome outcome;

    for (size_t i = 0; i < stmt->slot_capacity; i++)
        stmt->slots[i].bound.at = NULL;
    if (stmt->slot_count == 0)
        return UOW_OK;
    stmt->slot_count = 0;
    outcome = UOWI_STMT_CALL(stmt, FreeStmt, (stmt->hstmt, SQL_RESET_PARAMS));
    return uowi_outcome_status(stmt->conn, outcome);
}

static uow_status bind_reserve(struct uowi_stmt *stmt, size_t count)
{
    uowi_param_slot *slots;
    uow_status st;

    if (count <= stmt->slot_capacity)
        return UOW_OK;
    st = bind_unbind(stmt);
    if (st != UOW_OK)
        return st;
    slots = uowi_alloc_array(stmt->conn->mem, count, sizeof *slots);
    if (slots == NULL)
        return uowi_error_no_memory(stmt->conn->error);
    if (stmt->slots != NULL) {
        memcpy(slots, stmt->slots, stmt->slot_capacity * sizeof *slots);
        uowi_free(stmt->conn->mem, stmt->slots, stmt->slot_capacity * sizeof *slots);
    }
    stmt->slots = slots;
    stmt->slot_capacity = count;
    return UOW_OK;
}

static bool bind_same(const uowi_binding *a, const uowi_binding *b)
{
    return a->at == b->at && a->c_type == b->c_type && a->sql_type == b->sql_type && a->digits == b->digits &&
           a->column_size == b->column_size && (a->room == b->room || a->c_type != SQL_C_BINARY);
}

static uow_status bind_slot(struct uowi_stmt *stmt, size_t index)
{
    uowi_param_slot *slot = &stmt->slots[index];
    const uowi_binding *want = &slot->want;
    uowi_outcome outcome;

    if (bind_same(&slot->bound, want))
        return UOW_OK;
    outcome = UOWI_STMT_CALL(stmt, BindParameter,
                             (stmt->hstmt, (SQLUSMALLINT)(index + 1), SQL_PARAM_INPUT, want->c_type, want->sql_type,
                              want->column_size, want->digits, want->at, want->room, &slot->indicator));
    if (outcome == UOWI_FAILED) {
        slot->bound.at = NULL;
        return uowi_outcome_status(stmt->conn, outcome);
    }
    slot->bound = *want;
    return UOW_OK;
}

size_t uowi_stmt_bad_param(const uowi_stmt *stmt)
{
    return stmt->bad_param;
}

uow_status uowi_stmt_bind(uowi_stmt *stmt, const uowi_param *params, size_t count)
{
    uow_status st;

    if (count > stmt->conn->caps.max_parameters && stmt->conn->caps.max_parameters > 0)
        return uowi_error_set(stmt->conn->error, UOW_LIMIT, "%zu parameters in one statement, this database takes %u",
                              count, (unsigned)stmt->conn->caps.max_parameters);
    st = uowi_array_end(stmt);
    if (st == UOW_OK && count < stmt->slot_count)
        st = bind_unbind(stmt);
    if (st == UOW_OK)
        st = bind_reserve(stmt, count);
    if (st != UOW_OK)
        return st;
    stmt->streams = false;
    stmt->bad_param = UOWI_NO_PARAM;
    for (size_t i = 0; i < count && st == UOW_OK; i++) {
        uowi_encoder encoder = {stmt, i};
        st = uowi_encode(&encoder, &stmt->slots[i], &params[i]);
        if (st == UOW_OK)
            st = bind_slot(stmt, i);
        if (st != UOW_OK)
            stmt->bad_param = i;
        stmt->streams = stmt->streams || stmt->slots[i].read != NULL;
    }
    if (st == UOW_OK)
        stmt->slot_count = count;
    else
        (void)bind_unbind(stmt);
    return st;
}
