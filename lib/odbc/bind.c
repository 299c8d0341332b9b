/* Binding parameters: values into the statement's slots, SQLBindParameter only where something changed. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "odbc/slot.h"

#define BIND_LINE 64u /* a slot begins a cache line */

/* 0: too many. */
static size_t bind_block_size(size_t count)
{
    return count > SIZE_MAX / 2 / sizeof(uowi_param_slot) ? 0 : count * sizeof(uowi_param_slot) + BIND_LINE;
}

static uowi_param_slot *bind_first(void *block)
{
    return (uowi_param_slot *)(void *)((char *)block + (BIND_LINE - (uintptr_t)block % BIND_LINE) % BIND_LINE);
}

void uowi_slots_free(struct uowi_stmt *stmt)
{
    uowi_mem *mem = stmt->conn->mem;

    for (size_t i = 0; i < stmt->slot_capacity; i++)
        if (stmt->slots[i].buffer != NULL)
            uowi_free(mem, stmt->slots[i].buffer, stmt->slots[i].capacity);
    if (stmt->slots != NULL)
        uowi_free(mem, stmt->slot_block, bind_block_size(stmt->slot_capacity));
    stmt->slots = NULL;
    stmt->slot_capacity = 0;
    stmt->slot_count = 0;
}

/* The driver may hold pointers into slots: they are let go before slots move. */
static uow_status bind_unbind(struct uowi_stmt *stmt)
{
    uowi_outcome outcome;

    for (size_t i = 0; i < stmt->slot_capacity; i++)
        uowi_slot_unbound(&stmt->slots[i]);
    if (stmt->slot_count == 0)
        return UOW_OK;
    stmt->slot_count = 0;
    outcome = UOWI_STMT_CALL(stmt, FreeStmt, (stmt->hstmt, SQL_RESET_PARAMS));
    return uowi_outcome_status(stmt->conn, outcome);
}

static uow_status bind_reserve(struct uowi_stmt *stmt, size_t count)
{
    size_t size = bind_block_size(count);
    void *block;
    uow_status st;

    if (count <= stmt->slot_capacity)
        return UOW_OK;
    st = bind_unbind(stmt);
    if (st != UOW_OK)
        return st;
    block = size > 0 ? uowi_zalloc(stmt->conn->mem, size) : NULL;
    if (block == NULL)
        return uowi_error_no_memory(stmt->conn->error);
    if (stmt->slots != NULL) {
        memcpy(bind_first(block), stmt->slots, stmt->slot_capacity * sizeof *stmt->slots);
        uowi_free(stmt->conn->mem, stmt->slot_block, bind_block_size(stmt->slot_capacity));
    }
    stmt->slot_block = block;
    stmt->slots = bind_first(block);
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
        uowi_slot_unbound(slot);
        return uowi_outcome_status(stmt->conn, outcome);
    }
    slot->bound = *want;
    return UOW_OK;
}

/* Of which type the next value may be put where the driver finds the last one. */
static int bind_again_type(const uowi_param_slot *slot, const uowi_param *param)
{
    bool same = false;

    switch (param->type) {
    case UOW_INT32:
    case UOW_INT64:
        same = slot->bound.at == &slot->fixed && slot->bound.c_type == SQL_C_SBIGINT;
        break;
    case UOW_DOUBLE:
        same = slot->bound.at == &slot->fixed && slot->bound.c_type == SQL_C_DOUBLE;
        break;
    case UOW_TEXT:
        same = slot->bound.at == slot->buffer && slot->bound.c_type == SQL_C_CHAR && slot->capacity <= UOWI_SLOT_KEEP;
        break;
    default:
        break;
    }
    return same && param->data != NULL && param->read == NULL ? 1 + (int)param->type : 0;
}

/* What uowi_encode and bind_slot would come to for the types that most columns have. */
static bool bind_again(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param, uow_status *st)
{
    int32_t narrow;
    double real;

    if (slot->again != 1 + (int)param->type || param->data == NULL || param->read != NULL)
        return false;
    switch (param->type) {
    case UOW_INT32:
        memcpy(&narrow, param->data, sizeof narrow);
        slot->fixed.i = narrow;
        slot->indicator = 0;
        break;
    case UOW_INT64:
        memcpy(&slot->fixed.i, param->data, sizeof slot->fixed.i);
        slot->indicator = 0;
        break;
    case UOW_DOUBLE:
        memcpy(&real, param->data, sizeof real);
        if (isnan(real))
            return false; /* some databases do not take it */
        slot->fixed.d = real;
        slot->indicator = 0;
        break;
    default:
        if (param->size >= slot->capacity)
            return false;
        *st = uowi_encode_check_text(encoder, param);
        if (*st != UOW_OK)
            break;
        memcpy(slot->buffer, param->data, param->size);
        ((char *)slot->buffer)[param->size] = '\0';
        slot->indicator = (SQLLEN)param->size;
    }
    slot->column = param->column;
    return true;
}

static uow_status bind_param(struct uowi_stmt *stmt, size_t index, const uowi_param *param)
{
    uowi_param_slot *slot = &stmt->slots[index];
    uowi_encoder encoder = {stmt, index};
    uow_status st = UOW_OK;

    if (bind_again(&encoder, slot, param, &st))
        return st;
    st = uowi_encode(&encoder, slot, param);
    if (st == UOW_OK)
        st = bind_slot(stmt, index);
    slot->again = st == UOW_OK ? bind_again_type(slot, param) : 0;
    stmt->streams = stmt->streams || slot->read != NULL;
    return st;
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
        st = bind_param(stmt, i, &params[i]);
        if (st != UOW_OK)
            stmt->bad_param = i;
    }
    if (st == UOW_OK)
        stmt->slot_count = count;
    else
        (void)bind_unbind(stmt);
    return st;
}
