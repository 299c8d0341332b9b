/* What query, cursor and statement calls check alike. */
#ifndef UOWI_CONTEXT_PUBLIC_QUERY_H
#define UOWI_CONTEXT_PUBLIC_QUERY_H

#include "context/context.h"
#include "work/query.h"

/* Fills a select from the program's arguments; UOW_MISUSE through the error record. out: the result pointer to be written. */
uow_status uowi_select_make(uowi_session *s, const uow_entity *def, const char *condition, const char *sql,
                            const uow_arg *args, size_t arg_count, const uow_query_options *options,
                            const void *out, uowi_select *select);

/* A query by a prepared statement's text. */
uow_status uowi_statement_query(const char *where, uow_context *context, const uow_entity *entity, const char *sql,
                                const uow_arg *args, size_t arg_count, const uow_query_options *options,
                                uow_list **out_list, uow_op **out_op);

#endif
