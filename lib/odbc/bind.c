/* Binding parameters: values into the statement's slots, SQLBindParameter only where something changed. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/usual.h"
#include "odbc/slot.h"

void uowi_slots_free(struct uowi_stmt *stmt)
{
    uowi_mem *mem = stmt->conn->mem;

    for (size_t i = 0; i < stmt->slot_capacity; i++)
        if (stmt->slots[i].buffer != NULL)
            uowi_free(mem, stmt->slots[i].buffer, stmt->slots[i].capacity);
    if (stmt->slots != NULL)
        uowi_free(mem, stmt->slots, stmt->slot_capacity * sizeof *stmt->slots);
    if (stmt->values != NULL)
        uowi_free(mem, stmt->values, stmt->slot_capacity * sizeof *stmt->values);
    stmt->slots = NULL;
    stmt->values = NULL;
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

/* The slots move, with their buffers; nothing is bound. */
static void bind_move(struct uowi_stmt *stmt, uowi_param_slot *slots, uowi_param_value *values, size_t count)
{
    uowi_mem *mem = stmt->conn->mem;

    if (stmt->slots != NULL) {
        memcpy(slots, stmt->slots, stmt->slot_capacity * sizeof *slots);
        uowi_free(mem, stmt->slots, stmt->slot_capacity * sizeof *slots);
        uowi_free(mem, stmt->values, stmt->slot_capacity * sizeof *values);
    }
    for (size_t i = 0; i < count; i++)
        slots[i].value = &values[i];
    stmt->slots = slots;
    stmt->values = values;
    stmt->slot_capacity = count;
}

static uow_status bind_reserve(struct uowi_stmt *stmt, size_t count)
{
    uowi_mem *mem = stmt->conn->mem;
    uowi_param_slot *slots;
    uowi_param_value *values;
    uow_status st;

    if (count <= stmt->slot_capacity)
        return UOW_OK;
    st = bind_unbind(stmt);
    if (st != UOW_OK)
        return st;
    slots = uowi_alloc_array(mem, count, sizeof *slots);
    values = uowi_alloc_array(mem, count, sizeof *values);
    if (slots != NULL && values != NULL) {
        bind_move(stmt, slots, values, count);
        return UOW_OK;
    }
    if (slots != NULL)
        uowi_free(mem, slots, count * sizeof *slots);
    if (values != NULL)
        uowi_free(mem, values, count * sizeof *values);
    return uowi_error_no_memory(stmt->conn->error);
}

static bool bind_same(const uowi_binding *a, const uowi_binding *b)
{
    return a->at == b->at && a->c_type == b->c_type && a->sql_type == b->sql_type && a->digits == b->digits &&
           a->column_size == b->column_size && (a->room == b->room || a->c_type != SQL_C_BINARY);
}

/* Numbers are read where all numbers are. */
static void bind_place(uowi_param_slot *slot)
{
    bool number = slot->want.c_type == SQL_C_SBIGINT || slot->want.c_type == SQL_C_DOUBLE;

    slot->value->indicator = slot->indicator;
    if (!number || slot->want.at != &slot->fixed)
        return;
    memcpy(&slot->value->as, &slot->fixed, sizeof slot->value->as);
    slot->want.at = &slot->value->as;
}

static uow_status bind_slot(struct uowi_stmt *stmt, size_t index)
{
    uowi_param_slot *slot = &stmt->slots[index];
    const uowi_binding *want = &slot->want;
    uowi_outcome outcome;

    bind_place(slot);
    if (bind_same(&slot->bound, want))
        return UOW_OK;
    outcome = UOWI_STMT_CALL(stmt, BindParameter,
                             (stmt->hstmt, (SQLUSMALLINT)(index + 1), SQL_PARAM_INPUT, want->c_type, want->sql_type,
                              want->column_size, want->digits, want->at, want->room, &slot->value->indicator));
    if (outcome == UOWI_FAILED) {
        uowi_slot_unbound(slot);
        return uowi_outcome_status(stmt->conn, outcome);
    }
    slot->bound = *want;
    return UOW_OK;
}

/* From now on the next value of this type may be put where the driver finds this one, if that is all there is to do. */
static void bind_note_again(uowi_param_slot *slot, const uowi_param *param)
{
    const uowi_binding *bound = &slot->bound;
    bool same = false;

    switch (param->type) {
    case UOW_INT32:
    case UOW_INT64:
        same = bound->at == &slot->value->as && bound->c_type == SQL_C_SBIGINT;
        break;
    case UOW_DOUBLE:
        same = bound->at == &slot->value->as && bound->c_type == SQL_C_DOUBLE;
        break;
    case UOW_TEXT:
        same = bound->at == slot->buffer && bound->c_type == SQL_C_CHAR && slot->capacity <= UOWI_SLOT_KEEP;
        break;
    default:
        break;
    }
    if (!same || param->data == NULL || param->read != NULL)
        return;
    slot->value->again = 1 + (int)param->type;
    if (param->type == UOW_TEXT) {
        slot->value->as.text = slot->buffer;
        slot->value->room = (uint32_t)slot->capacity;
    }
}

/* What uowi_encode and bind_slot would come to for the numbers that most columns have. */
static bool bind_number(uowi_param_value *value, uow_type type, const void *data)
{
    int32_t narrow;
    double real;

    if (value->again != 1 + (int)type)
        return false;
    switch (type) {
    case UOW_INT32:
        memcpy(&narrow, data, sizeof narrow);
        value->as.i = narrow;
        break;
    case UOW_INT64:
        memcpy(&value->as.i, data, sizeof value->as.i);
        break;
    case UOW_DOUBLE:
        memcpy(&real, data, sizeof real);
        if (isnan(real))
            return false; /* some databases do not take it */
        value->as.d = real;
        break;
    default:
        return false;
    }
    value->indicator = 0;
    return true;
}

/* The same for text. */
static bool bind_text(const uowi_encoder *encoder, uowi_param_value *value, const uowi_param *param, uow_status *st)
{
    if (param->type != UOW_TEXT || value->again != 1 + (int)UOW_TEXT || param->size >= value->room)
        return false;
    *st = uowi_encode_check_text(encoder, param);
    if (*st != UOW_OK)
        return true;
    memcpy(value->as.text, param->data, param->size);
    value->as.text[param->size] = '\0';
    value->indicator = (SQLLEN)param->size;
    return true;
}

bool uowi_stmt_bind_number(uowi_stmt *stmt, size_t index, uow_type type, const void *data)
{
    return bind_number(&stmt->values[index], type, data);
}

UOWI_HOT static uow_status bind_param(struct uowi_stmt *stmt, size_t index, const uowi_param *param)
{
    uowi_param_value *value = &stmt->values[index];
    uowi_param_slot *slot = &stmt->slots[index];
    uowi_encoder encoder = {stmt, index};
    bool plain = param->data != NULL && param->read == NULL;
    uow_status st = UOW_OK;

    if (UOWI_USUAL(plain && (bind_text(&encoder, value, param, &st) || bind_number(value, param->type, param->data))))
        return st;
    value->again = 0;
    st = uowi_encode(&encoder, slot, param);
    if (st == UOW_OK)
        st = bind_slot(stmt, index);
    if (st == UOW_OK)
        bind_note_again(slot, param);
    stmt->streams = stmt->streams || slot->read != NULL;
    return st;
}

size_t uowi_stmt_bad_param(const uowi_stmt *stmt)
{
    return stmt->bad_param;
}

UOWI_HOT uow_status uowi_stmt_bind_begin(uowi_stmt *stmt, size_t count)
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
    stmt->streams = false;
    stmt->bad_param = UOWI_NO_PARAM;
    return st;
}

uow_status uowi_stmt_bind_one(uowi_stmt *stmt, size_t index, const uowi_param *param)
{
    uow_status st = bind_param(stmt, index, param);

    if (UOWI_RARE(st != UOW_OK))
        stmt->bad_param = index;
    return st;
}

uow_status uowi_stmt_bind_end(uowi_stmt *stmt, size_t count, uow_status st)
{
    if (st == UOW_OK)
        stmt->slot_count = count;
    else
        (void)bind_unbind(stmt);
    return st;
}

UOWI_HOT uow_status uowi_stmt_bind(uowi_stmt *stmt, const uowi_param *params, size_t count)
{
    uow_status st = uowi_stmt_bind_begin(stmt, count);

    if (st != UOW_OK)
        return st;
    for (size_t i = 0; i < count && st == UOW_OK; i++)
        st = uowi_stmt_bind_one(stmt, i, &params[i]);
    return uowi_stmt_bind_end(stmt, count, st);
}
