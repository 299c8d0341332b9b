/* SQLite through libsqliteodbc 0.9998. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/constraint.h"
#include "odbc/dialect.h"

#include <stddef.h>

/* Every error is HY000; the native code is SQLite's primary result code. */
static const uowi_error_rule sqlite_rules[] = {
    {"HY000", 19, NULL, UOW_CONSTRAINT, NULL},
    {"HY000", 5, NULL, UOW_TRANSIENT,
     "Another connection holds the database file; run the unit again"},
    {"HY000", 6, NULL, UOW_TRANSIENT, "Another statement holds the table; run the unit again"},
    {"HY000", 7, NULL, UOW_NO_MEMORY, NULL},
    {"HY000", 9, NULL, UOW_CANCELLED, NULL},
    {"HY000", 18, NULL, UOW_TRUNCATED, NULL}, /* string or blob too big */
    {"HY000", 20, NULL, UOW_TYPE, NULL},      /* datatype mismatch: text into INTEGER PRIMARY KEY */
    {"", 0, NULL, UOW_OK, NULL},
};

/*
 * "UNIQUE constraint failed: t.a, t.b (19)", "NOT NULL constraint failed: t.a (19)", "CHECK
 * constraint failed: name (19)"; foreign keys are not named.
 */
static bool sqlite_constraint(const char *message, uowi_buf *out)
{
    return uowi_constraint_between(message, "constraint failed: ", " (", out);
}

static const uowi_mask sqlite_columns[] = {
    {"no such column: ", " ("},
    {"has no column named ", " ("},
    {NULL, NULL},
};

/* UPDATE .. FROM allocates about 90 KB an execution: below 20 rows one by one is faster. */
static const uowi_way_rule sqlite_ways[] = {
    {UOWI_WAY_VALUES, UOWI_WRITES_INSERT, true, 10, 100},
    {UOWI_WAY_WITH, UOWI_WRITES_UPDATE | UOWI_WRITES_DELETE, true, 20, 500},
    {UOWI_WAY_ROW, 0, false, 0, 0},
};

static const uowi_upsert_style sqlite_upsert = {
    .match_before = " ON CONFLICT (",
    .match_after = ")",
    .update = " DO UPDATE SET ",
    .keep = " DO NOTHING",
    .given = "excluded.$",
    .rows = 100,
};

/* Nothing is put back: another connection costs less than finding out how. */
#define SQLITE_PRAGMA(column, name) " || '|' || (SELECT " column " FROM pragma_" name ")"
static const char sqlite_state[] =
    "SELECT (SELECT group_concat(name || coalesce(file, '')) FROM pragma_database_list) || '|' || "
    "(SELECT count(*) FROM sqlite_temp_master) || '|' || ('a' LIKE 'A')"
    SQLITE_PRAGMA("foreign_keys", "foreign_keys")
    SQLITE_PRAGMA("query_only", "query_only")
    SQLITE_PRAGMA("timeout", "busy_timeout")
    SQLITE_PRAGMA("recursive_triggers", "recursive_triggers")
    SQLITE_PRAGMA("temp_store", "temp_store")
    SQLITE_PRAGMA("cache_size", "cache_size")
    SQLITE_PRAGMA("synchronous", "synchronous")
    SQLITE_PRAGMA("locking_mode", "locking_mode")
    SQLITE_PRAGMA("defer_foreign_keys", "defer_foreign_keys")
    SQLITE_PRAGMA("ignore_check_constraints", "ignore_check_constraints")
    SQLITE_PRAGMA("read_uncommitted", "read_uncommitted")
    SQLITE_PRAGMA("reverse_unordered_selects", "reverse_unordered_selects")
    SQLITE_PRAGMA("cell_size_check", "cell_size_check")
    SQLITE_PRAGMA("automatic_index", "automatic_index")
    SQLITE_PRAGMA("count_changes", "count_changes")
    SQLITE_PRAGMA("full_column_names", "full_column_names")
    SQLITE_PRAGMA("short_column_names", "short_column_names")
    SQLITE_PRAGMA("empty_result_callbacks", "empty_result_callbacks")
    SQLITE_PRAGMA("trusted_schema", "trusted_schema")
    SQLITE_PRAGMA("writable_schema", "writable_schema")
    SQLITE_PRAGMA("legacy_alter_table", "legacy_alter_table")
    SQLITE_PRAGMA("cache_spill", "cache_spill")
    SQLITE_PRAGMA("checkpoint_fullfsync", "checkpoint_fullfsync")
    SQLITE_PRAGMA("fullfsync", "fullfsync")
    SQLITE_PRAGMA("secure_delete", "secure_delete")
    SQLITE_PRAGMA("threads", "threads")
    SQLITE_PRAGMA("analysis_limit", "analysis_limit")
    SQLITE_PRAGMA("max_page_count", "max_page_count")
    SQLITE_PRAGMA("journal_size_limit", "journal_size_limit");

static const char *const sqlite_lasting[] = {"mmap_size", "wal_autocheckpoint", "load_extension", NULL};

static const char *const sqlite_dbms[] = {"SQLite", "SQLite3", NULL};
static const char *const sqlite_drivers[] = {"sqlite3odbc", "sqliteodbc", "sqlite3", "sqlite",
                                             NULL};

const uowi_dialect uowi_dialect_sqlite = {
    .begin_again_sql = "BEGIN", /* an interrupted write rolls its whole transaction back */
    .name = "sqlite",
    /* a name in double quotes that is no column's is taken for a string: a missing column would be read as its name */
    .quote = '`',
    .quote_odd = '"', /* or the driver miscounts the parameters behind it */
    .lexis = UOWI_LEX_COUNTED,
    .returning =
        UOWI_RETURNING_WITH, /* result columns only when the text begins with WITH or SELECT */
    .identity_sql = "SELECT last_insert_rowid()",
    .insert_defaults = "DEFAULT VALUES",
    .paging = UOWI_PAGING_LIMIT,
    .streaming = UOWI_STREAM_KEYSET, /* the driver reads whole results unless StepAPI=1 */
    .read_only_sql = "PRAGMA query_only = 1",
    .read_write_sql = "PRAGMA query_only = 0",
    .ints_are_64bit = true,
    .sizes_lie = true,
    .decimal_args_as_numbers = true,
    .decimals_as_doubles = true, /* https://www.sqlite.org/datatype3.html, 3 */
    .column_types_sql = "SELECT name, type FROM pragma_table_xinfo(?, ?)",
    .column_types_bare = true,
    .nan_is_null = true,
    .nul_cuts_text = true,
    .text_narrow = 1,
    .fraction_digits = 9, /* as text; the driver's own timestamps keep 3 */
    .timestamp_as_text = true,
    /* the driver gives doubles with 15 digits, and DBL_MAX as infinity; 20 digits read back
     * exactly, where 17, and quote(), sometimes do not */
    .read_double = "CASE typeof($) WHEN 'real' THEN printf('%!.20g', $) ELSE $ END",
    .len_data_at_exec = true, /* SQL_DATA_AT_EXEC is HY010 */
    .max_parameters = 32766,
    .block_rows = 100,
    .local = true,
    /* milliseconds; of the wait for the file's lock */
    .query_timeout_sql = "PRAGMA busy_timeout = $000",
    .cancel_alone = true,
    .state_sql = sqlite_state,
    .lasting_words = sqlite_lasting,
    .ways = sqlite_ways,
    .null_safe = " IS ",
    .exact_text = "$ COLLATE BINARY",
    .equal_is_same = true,
    .returning_early = true, /* all its triggers that can change a row come after the write */
    .upsert = &sqlite_upsert,
    .dbms_names = sqlite_dbms,
    .driver_names = sqlite_drivers,
    /* foreign keys are off and the busy wait is 100 s unless asked */
    .connect_defaults = "FKSupport=1;Timeout=1000;",
    .rules = sqlite_rules,
    .columns = sqlite_columns,
    .constraint_name = sqlite_constraint,
};
