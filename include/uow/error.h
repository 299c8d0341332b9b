/* The error record: everything known about a failure, read by accessors. */
#ifndef UOW_ERROR_H
#define UOW_ERROR_H

#include <stddef.h>
#include <stdint.h>

#include "uow/status.h"

UOW_BEGIN_DECLS

/*
 * Where errors live. Each context has one record, and one more for every thread
 * that was refused by the guard; uow_context_error returns the one that belongs
 * to the calling thread. A record stays as it is until the next call on the same
 * context. Text never holds a password or a parameter's value.
 */

/* One diagnostic record as the driver gave it (SQLGetDiagRec). */
typedef struct uow_diagnostic {
    const char *sqlstate; /* five characters */
    int32_t native;       /* the database's own code */
    int32_t reserved;
    const char *text;
} uow_diagnostic;

/* The status of an error; UOW_OK for NULL. Threads: any. Since: 0.1. */
UOW_API uow_status uow_error_status(const uow_error *error);
/* One or more full sentences that say what happened, to what, and what to do. Since: 0.1. */
UOW_API const char *uow_error_message(const uow_error *error);
/* The operation, for example "save". "" when none. Since: 0.1. */
UOW_API const char *uow_error_operation(const uow_error *error);
/* The ODBC function that failed, for example "SQLExecute". "" when none. Since: 0.1. */
UOW_API const char *uow_error_function(const uow_error *error);
/* The SQLSTATE of the first diagnostic record. "" when none. Since: 0.1. */
UOW_API const char *uow_error_sqlstate(const uow_error *error);
/* The native code of the first diagnostic record. 0 when none. Since: 0.1. */
UOW_API int32_t uow_error_native(const uow_error *error);
/* The table (or struct) of the entity concerned. "" when none. Since: 0.1. */
UOW_API const char *uow_error_entity(const uow_error *error);
/* The column concerned. "" when none. Since: 0.1. */
UOW_API const char *uow_error_column(const uow_error *error);
/* The key of the row concerned, as text: "customer_id=42". "" when none. Since: 0.1. */
UOW_API const char *uow_error_key(const uow_error *error);
/* The statement's text; parameters stay placeholders. "" when none. Since: 0.1. */
UOW_API const char *uow_error_statement(const uow_error *error);
/* The constraint's name where the driver tells. "" when none. Since: 0.1. */
UOW_API const char *uow_error_constraint(const uow_error *error);
/* How many diagnostic records were harvested. Since: 0.1. */
UOW_API size_t uow_error_diagnostic_count(const uow_error *error);
/*
 * One diagnostic record.
 * Parameters: index from 0; out_diagnostic is written on success only; its
 *   pointers live as long as the error record.
 * Returns: nonzero when there is such a record. Since: 0.1.
 */
UOW_API int uow_error_diagnostic(const uow_error *error, size_t index, uow_diagnostic *out_diagnostic);
/* How many tracked instances the error is about (conflicts). Since: 0.1. */
UOW_API size_t uow_error_instance_count(const uow_error *error);
/* One of them, as the program's struct; NULL past the end. Since: 0.1. */
UOW_API void *uow_error_instance(const uow_error *error, size_t index);

UOW_END_DECLS

#endif
