/* Any other database: what the ODBC standard promises and nothing more. Slower, and it works. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/constraint.h"
#include "odbc/dialect.h"

#include <stddef.h>

static bool standard_constraint(const char *message, uowi_buf *out)
{
    static const char *const around[][2] = {
        {"constraint \"", "\""}, {"constraint '", "'"}, {"for key '", "'"},
        {"CONSTRAINT `", "`"},   {"constraint failed: ", " ("}, {"Column '", "'"},
    };

    for (size_t i = 0; i < sizeof around / sizeof around[0]; i++)
        if (uowi_constraint_between(message, around[i][0], around[i][1], out))
            return true;
    return false;
}

/* Where a driver has no SQLSTATE for it, the words are all there is. */
static const uowi_error_rule standard_rules[] = {
    {"HY000", 0, "constraint", UOW_CONSTRAINT, NULL},
    {"HY000", 0, "deadlock", UOW_TRANSIENT, NULL},
    {"HY000", 0, "locked", UOW_TRANSIENT, NULL},
    {"25P02", 0, NULL, UOW_SQL, "The unit is aborted: roll the unit back"},
    {"", 0, NULL, UOW_OK, NULL},
};

/* Messages that quote data, as the databases have them that are seen most. */
static const uowi_mask standard_masks[] = {
    {"Duplicate entry '", "' for key"}, /* MySQL and its kin */
    {" value: '", "'"},
    {")=(", ")"}, /* PostgreSQL and its kin */
    {"invalid input syntax for type", "\""},
    {"Failing row contains (", ")"},
    {"duplicate key value is (", ")"}, /* SQL Server */
    {"converting the varchar value '", "' to"},
    {"converting the nvarchar value '", "' to"},
    {NULL, NULL},
};

static const uowi_call_style standard_calls = {.outs = UOWI_OUTS_BOUND};

static const char *const standard_none[] = {NULL};

const uowi_dialect uowi_dialect_standard = {
    .name = "standard",
    .quote = 0,
    .returning = UOWI_RETURNING_NONE,
    .insert_defaults = "DEFAULT VALUES",
    .paging = UOWI_PAGING_NONE,
    .streaming = UOWI_STREAM_DRIVER,
    .nul_cuts_text = true,
    .unsigned_lost = true,
    .sizes_lie = true, /* nobody knows: values that are longer than described are read to their end */
    .self_reference_stays = true, /* of MariaDB and its kin, and nobody knows */
    .text_narrow = -1,
    .fraction_digits = -1,
    .checks_before_commit = true,
    .failure_aborts_unit = true,
    .probe_sql = "SELECT 1",
    .probe_may_fail = true,
    .array_counts = UOWI_COUNTS_UNTOLD,
    .array_errors_hide = true,
    .max_parameters = 1000, /* below every limit met, SQL Server's 2,100 among them */
    .block_rows = 100,
    .rules = standard_rules,
    .masks = standard_masks,
    .calls = &standard_calls,
    .dbms_names = standard_none,
    .driver_names = standard_none,
    .constraint_name = standard_constraint,
};
