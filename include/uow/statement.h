/* Raw SQL: statements run as they are, and statements prepared once. */
#ifndef UOW_STATEMENT_H
#define UOW_STATEMENT_H

#include "uow/query.h"

UOW_BEGIN_DECLS

/*
 * Run any statement (DDL, DML) with parameters, inside the open unit if there is one.
 * Rows it may give are skipped.
 * Parameters: sql with "?" or ":name"; args, arg_count: the values;
 *   out_affected (may be NULL) receives the rows affected, -1 when the driver does not say.
 * Blocks: until done. Threads: owner only.
 * Returns: UOW_OK (also for zero rows); UOW_CONSTRAINT; UOW_SQL; UOW_TRANSIENT; UOW_BUSY; UOW_MISUSE; ...
 * Since: 0.1. Source: ODBC reference, SQLPrepare, SQLExecute, SQLRowCount.
 */
UOW_API uow_status uow_execute_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                                  size_t arg_count, int64_t *out_affected);

/*
 * Prepare a statement to be run many times. UOW_OK does not say that the statement is right: many drivers
 * check it only when it runs, and the error comes from there.
 * Parameters: sql is copied; out_statement receives the handle, to be freed before the context is closed.
 * Blocks: until the driver has prepared. Threads: owner only. Returns: as uow_execute. Since: 0.1.
 */
UOW_API uow_status uow_statement_prepare_at(const char *where, uow_context *context, const char *sql,
                                            uow_statement **out_statement);

/* Run a prepared statement; parameters and the rest as uow_execute. Since: 0.1. */
UOW_API uow_status uow_statement_execute_at(const char *where, uow_statement *statement, const uow_arg *args,
                                            size_t arg_count, int64_t *out_affected);

/* Run a prepared statement and map its rows by column name; the rest as uow_query_sql. Since: 0.1. */
UOW_API uow_status uow_statement_query_at(const char *where, uow_statement *statement, const uow_entity *entity,
                                          const uow_arg *args, size_t arg_count, const uow_query_options *options,
                                          uow_list **out_list);

/*
 * Free a prepared statement; NULL is fine. A call on it that is in flight elsewhere goes on to its end; none may
 * begin any more.
 * Blocks: never. Threads: any. In callbacks: yes. Since: 0.1.
 */
UOW_API void uow_statement_free(uow_statement *statement);

/* Polled uow_execute: see uow/op.h. Blocks: never. Threads: owner only. Since: 0.1. */
UOW_API uow_status uow_execute_start_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                                        size_t arg_count, int64_t *out_affected, uow_op **out_op);
/* Polled uow_statement_prepare. Since: 0.1. */
UOW_API uow_status uow_statement_prepare_start_at(const char *where, uow_context *context, const char *sql,
                                                  uow_statement **out_statement, uow_op **out_op);
/* Polled uow_statement_execute. Since: 0.1. */
UOW_API uow_status uow_statement_execute_start_at(const char *where, uow_statement *statement, const uow_arg *args,
                                                  size_t arg_count, int64_t *out_affected, uow_op **out_op);
/* Polled uow_statement_query. Since: 0.1. */
UOW_API uow_status uow_statement_query_start_at(const char *where, uow_statement *statement, const uow_entity *entity,
                                                const uow_arg *args, size_t arg_count,
                                                const uow_query_options *options, uow_list **out_list,
                                                uow_op **out_op);

UOW_END_DECLS

#endif
