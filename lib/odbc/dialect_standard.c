/* Any other database: what the ODBC standard promises and nothing more. Slower, and it works. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/constraint.h"
#include "odbc/dialect.h"

#include <stddef.h>

static bool standard_constraint(const char *message, uowi_buf *out)
{
    return uowi_constraint_between(message, "constraint \"", "\"", out) ||
           uowi_constraint_between(message, "constraint '", "'", out);
}

static const uowi_call_style standard_calls = {.outs = UOWI_OUTS_BOUND};

static const char *const standard_none[] = {NULL};

const uowi_dialect uowi_dialect_standard = {
    .name = "standard",
    .quote = 0,
    .returning = UOWI_RETURNING_NONE,
    .insert_defaults = "DEFAULT VALUES",
    .paging = UOWI_PAGING_OFFSET_FETCH,
    .streaming = UOWI_STREAM_DRIVER,
    .nul_cuts_text = true,
    .text_narrow = -1,
    .fraction_digits = 6,
    .max_parameters = 1000, /* below every limit met, SQL Server's 2,100 among them */
    .block_rows = 100,
    .calls = &standard_calls,
    .dbms_names = standard_none,
    .driver_names = standard_none,
    .constraint_name = standard_constraint,
};
