/*
 * The error record. First error wins: once a record is set, setting it again
 * changes nothing until uowi_error_clear. Carriers add what they know (entity,
 * key, statement) to fields still empty. Growing the record never fails the
 * caller: out of memory leaves a shorter record with the right status.
 */
#ifndef UOWI_DIAG_ERROR_H
#define UOWI_DIAG_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "uow/distributed.h"
#include "uow/error.h"

#define UOWI_MAX_DIAGNOSTICS 16

/* Who calls it has failed: the compiler keeps such code away from what runs every time. */
#define UOWI_COLD __attribute__((cold))

typedef struct uowi_diag_record {
    char sqlstate[6];
    int32_t native;
    char *text;
} uowi_diag_record;

struct uow_error {
    uowi_mem *mem;
    uow_status status;
    uowi_buf message;
    const char *operation; /* static text */
    const char *function;  /* static text */
    char *entity;
    char *column;
    char *key;
    char *statement;
    char *constraint;
    uowi_diag_record diags[UOWI_MAX_DIAGNOSTICS];
    size_t diag_count;
    void **instances;
    size_t instance_count;
    size_t instance_capacity;
    uow_branch_info *branches; /* of a distributed unit; their ids are copies */
    size_t branch_count;
    size_t branch_capacity;
};

void uowi_error_init(uow_error *error, uowi_mem *mem);
void uowi_error_done(uow_error *error);
void uowi_error_clear(uow_error *error);
bool uowi_error_is_set(const uow_error *error);

/* Sets status and message unless already set; returns the status the record has afterwards, for `return uowi_error_set(...)`. */
UOWI_COLD uow_status uowi_error_set(uow_error *error, uow_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Out of memory: static text, allocates nothing. */
UOWI_COLD uow_status uowi_error_no_memory(uow_error *error);
/* Change the decision of a record already set (for example CONNECTION_LOST after asking the handle). */
UOWI_COLD void uowi_error_status(uow_error *error, uow_status status);

/* Fill a field that is still empty; value is copied (operation and function must be static). */
UOWI_COLD void uowi_error_operation(uow_error *error, const char *operation);
UOWI_COLD void uowi_error_function(uow_error *error, const char *function);
UOWI_COLD void uowi_error_entity(uow_error *error, const char *entity);
UOWI_COLD void uowi_error_column(uow_error *error, const char *column);
UOWI_COLD void uowi_error_key(uow_error *error, const char *key);
UOWI_COLD void uowi_error_statement(uow_error *error, const char *statement);
UOWI_COLD void uowi_error_constraint(uow_error *error, const char *constraint);
UOWI_COLD void uowi_error_instance(uow_error *error, void *instance);
/* A branch of the unit, behind those that are there; its id is copied, its dialect is static text. */
void uowi_error_branch(uow_error *error, const uow_branch_info *branch);
/* Text may lack a NUL; length is trusted. Beyond the maximum, dropped. */
UOWI_COLD void uowi_error_diagnostic(uow_error *error, const char sqlstate[6], int32_t native, const char *text, size_t length);
/* Appends a sentence to the message of a record that is set; ends the one before: "While saving orders (order_id=-1)." */
UOWI_COLD void uowi_error_frame(uow_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Into a record that is clear, all but branches and instances: those may be gone before it is read. */
void uowi_error_copy(uow_error *to, const uow_error *from);
/* Moves everything, over whatever to had; from is cleared. */
void uowi_error_move(uow_error *to, uow_error *from);

/* The error that says nothing is wrong; never changes. */
extern const uow_error uowi_error_none;

#endif
