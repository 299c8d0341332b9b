/* Where the statement keeps a parameter's encoded value while the driver is bound to it. Private to lib/odbc. */
#ifndef UOWI_ODBC_SLOT_H
#define UOWI_ODBC_SLOT_H

#include "odbc/call.h"
#include "odbc/stmt.h"

/* The arguments of SQLBindParameter that decide whether it must be called again. */
typedef struct uowi_binding {
    SQLSMALLINT c_type;
    SQLSMALLINT sql_type;
    SQLSMALLINT digits;
    SQLULEN column_size;
    void *at;
    SQLLEN room;
} uowi_binding;

/*
 * What a batch of rows touches for each number it binds again lies in the first 64 bytes: a statement has thousands of
 * slots, which the driver's own memory must not be pushed out of the cache for.
 */
struct uowi_param_slot {
    SQLLEN indicator;
    void *buffer;       /* for values that do not fit fixed */
    size_t capacity;
    const char *column;
    uow_type type;
    int again;          /* 1 + the type whose values need no new binding and no encoder (bind.c); 0: look */
    union {
        int64_t i;
        uint64_t u;
        double d;
        float f;
        unsigned char bit;
        SQL_TIMESTAMP_STRUCT timestamp;
        char text[56];
    } fixed;
    uowi_binding bound; /* as the driver has it; at == NULL: not bound */
    uowi_binding want;  /* as the value just encoded needs it */
    uow_read_fn read;   /* streamed: no value until the driver asks */
    void *user;
    size_t left;        /* bytes the stream still owes */
};

#define UOWI_SLOT_KEEP 65536 /* larger buffers are given back when a small value comes */

/* Who asks, for messages. */
typedef struct uowi_encoder {
    struct uowi_stmt *stmt;
    size_t index; /* of the parameter, from 0 */
} uowi_encoder;

/* Fills slot->want, the value and the indicator; binds nothing. */
uow_status uowi_encode(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param);
/* The encoders of longer things, by file. */
uow_status uowi_encode_text(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param);
uow_status uowi_encode_bytes(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param);
uow_status uowi_encode_time(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param);
/* Room for size bytes in the slot's buffer; the pointer changes only with the size class. */
uow_status uowi_slot_room(const uowi_encoder *encoder, uowi_param_slot *slot, size_t size);
/* The text may go to this database as it is. UOW_TYPE. */
uow_status uowi_encode_check_text(const uowi_encoder *encoder, const uowi_param *param);
/* The driver must be told anew where the slot's value is. */
static inline void uowi_slot_unbound(uowi_param_slot *slot)
{
    slot->bound.at = NULL;
    slot->again = 0;
}
/* Fails with a message that begins with the parameter's column or number. */
UOWI_COLD uow_status uowi_encode_fail(const uowi_encoder *encoder, const uowi_param *param, uow_status status,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The column sizes of text and binary slots: those of what the buffer can hold. */
void uowi_slot_text_type(const struct uowi_stmt *stmt, uowi_param_slot *slot);
void uowi_slot_bytes_type(uowi_param_slot *slot);

void uowi_slots_free(struct uowi_stmt *stmt);

/* array.c: back to one row of parameters, nothing bound; and out of memory. Harmless without an array. */
uow_status uowi_array_end(struct uowi_stmt *stmt);
/* Before the array bound now is executed: no row of it has failed. */
void uowi_array_start(struct uowi_stmt *stmt);
/* Has a row of it failed, or was not tried, as far as the driver tells? */
bool uowi_array_failed(const struct uowi_stmt *stmt);
void uowi_array_free(struct uowi_stmt *stmt);

#endif
