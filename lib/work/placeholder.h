/* Parameters in the program's SQL: "?" by position or ":name" by name, never inside quotes or comments. */
#ifndef UOWI_WORK_PLACEHOLDER_H
#define UOWI_WORK_PLACEHOLDER_H

#include "base/arena.h"
#include "base/buf.h"
#include "diag/error.h"
#include "odbc/dialect.h"
#include "odbc/stmt.h"
#include "uow/arg.h"

/*
 * Walks over one token of SQL that cannot hold a placeholder: a quoted string or
 * name, a comment, a dollar-quoted body, "::". Returns the position behind it, or
 * at itself when there is none. lexis: UOWI_LEX_..., what the dialect says of its SQL.
 */
size_t uowi_sql_skip(const char *sql, size_t length, size_t at, unsigned lexis);

/*
 * Appends sql to out with every ":name" turned into "?", and makes the parameters in order of
 * appearance in arena. UOW_OK; UOW_MISUSE (counts differ, an unknown name, names mixed with positions).
 */
uow_status uowi_placeholders(const char *sql, size_t length, unsigned lexis, const uow_arg *args, size_t arg_count,
                             uowi_arena *arena, uow_error *error, uowi_buf *out, uowi_param **out_params,
                             size_t *out_count);

/* Whether ":name" stands in the text. */
bool uowi_placeholder_used(const char *sql, size_t length, unsigned lexis, const char *name);

/* Appends sql to out with every ":name" turned into "?", whatever the arguments will be. */
void uowi_placeholders_any(const char *sql, size_t length, unsigned lexis, uowi_buf *out);

#endif
