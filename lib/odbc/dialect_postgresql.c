/* PostgreSQL through psqlodbc 13.02. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/constraint.h"
#include "odbc/dialect.h"

#include <stddef.h>

static const uowi_error_rule postgresql_rules[] = {
    {"25P02", 0, NULL, UOW_SQL,
     "An earlier statement of this unit failed and PostgreSQL runs nothing more in it: roll the "
     "unit "
     "back, or use a nested unit around what may fail"},
    {"2D000", 0, NULL, UOW_SQL,
     "The procedure commits or rolls back by itself, which it cannot do inside a unit: call it outside"},
    {"55P03", 0, NULL, UOW_TRANSIENT, NULL}, /* lock not available */
    {"55006", 0, NULL, UOW_TRANSIENT, NULL}, /* object in use */
    {"57014", 0, "statement timeout", UOW_TIMEOUT, NULL},
    {"57014", 0, NULL, UOW_CANCELLED, NULL},
    {"57P01", 0, NULL, UOW_CONNECTION_LOST, NULL}, /* shut down by the administrator */
    {"57P02", 0, NULL, UOW_CONNECTION_LOST, NULL},
    {"57P03", 0, NULL, UOW_CONNECTION_LOST, NULL},
    {"57P05", 0, NULL, UOW_CONNECTION_LOST, NULL}, /* idle session timeout */
    {"25P03", 0, NULL, UOW_CONNECTION_LOST, NULL}, /* idle in transaction timeout */
    {"53300", 0, NULL, UOW_TRANSIENT, NULL},       /* too many connections */
    {"", 0, "maximum number of prepared transactions reached", UOW_TRANSIENT,
     "Raise max_prepared_transactions, or look for branches in doubt: uow recover"},
    {"", 0, NULL, UOW_OK, NULL},
};

/* Messages that quote data. */
static const uowi_mask postgresql_masks[] = {
    {")=(", ")"}, /* DETAIL: Key (email)=(x) already exists */
    {"invalid input syntax for type integer: \"", "\""},
    {"invalid input syntax for type bigint: \"", "\""},
    {"invalid input syntax for type smallint: \"", "\""},
    {"invalid input syntax for type numeric: \"", "\""},
    {"invalid input syntax for type double precision: \"", "\""},
    {"invalid input syntax for type real: \"", "\""},
    {"invalid input syntax for type boolean: \"", "\""},
    {"invalid input syntax for type uuid: \"", "\""},
    {"invalid input syntax for type date: \"", "\""},
    {"invalid input syntax for type time: \"", "\""},
    {"invalid input syntax for type timestamp: \"", "\""},
    {"invalid input syntax for type timestamp with time zone: \"", "\""},
    {"date/time field value out of range: \"", "\""},
    {"Failing row contains (", ")"},
    {"value \"", "\" is out of range"},
    {NULL, NULL},
};

static const uowi_mask postgresql_columns[] = {{"column \"", "\""}, {NULL, NULL}};

/* 'violates unique constraint "name"', also foreign key, check, exclusion; not-null is not named.
 */
static bool postgresql_constraint(const char *message, uowi_buf *out)
{
    return uowi_constraint_between(message, "constraint \"", "\"", out);
}

/* VALUES takes its parameters' types from the table; it takes three times as long as unnest for updates, half as long again for inserts. */
static const uowi_way_rule postgresql_ways[] = {
    {UOWI_WAY_UNNEST, UOWI_WRITES_INSERT | UOWI_WRITES_UPDATE | UOWI_WRITES_DELETE, true, 2, 1000},
    {UOWI_WAY_VALUES, UOWI_WRITES_INSERT, true, 2, 1000},
    {UOWI_WAY_ROW, 0, false, 0, 0},
};

/* Without type modifiers (-1): a cast to varchar(n) would cut silently, and "character" alone means one. */
static const char postgresql_column_types[] =
    "SELECT attname::text, format_type(atttypid, -1), format_type(atttypid, atttypmod) FROM pg_attribute "
    "WHERE attrelid = to_regclass(?::text) AND attnum > 0 AND NOT attisdropped";

/*
 * As the planner does: rows a page when it was vacuumed or analyzed last, times the pages there are. Where it was neither,
 * it looks at the table.
 */
static const char postgresql_expected_rows[] =
    "SELECT (reltuples / relpages * (pg_relation_size(oid) / current_setting('block_size')::int))::bigint FROM pg_class "
    "WHERE oid = to_regclass(?::text) AND relkind = 'r' AND reltuples >= 0 AND relpages > 0";

static const uowi_upsert_style postgresql_upsert = {
    .match_before = " ON CONFLICT (",
    .match_after = ")",
    .update = " DO UPDATE SET ",
    .keep = " DO NOTHING",
    .given = "excluded.$",
    .once = true, /* 21000: cannot affect row a second time */
    .rows = 500,
};

/* What DISCARD ALL does, but for the driver's prepared statements, which it would not miss until it needs them. */
static const char *const postgresql_reset[] = {
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); "
    "DISCARD TEMP; DISCARD SEQUENCES",
    NULL,
};

/* RESET ALL takes the driver's own settings along (DateStyle, extra_float_digits, those of the DSN). */
#define POSTGRESQL_SETTINGS \
    "FROM pg_settings WHERE source = 'session' AND name NOT IN " \
    "('transaction_isolation', 'transaction_read_only', 'transaction_deferrable')"

static const char postgresql_restore[] =
    "SELECT 'SELECT ' || coalesce(string_agg('set_config(' || quote_literal(name) || ', ' || quote_literal(setting) || "
    "', false)', ', ' ORDER BY name), '1') " POSTGRESQL_SETTINGS;

static const char postgresql_state[] =
    "SELECT concat_ws('|', current_user, session_user, "
    "(SELECT md5(string_agg(name || '=' || setting, ',' ORDER BY name)) " POSTGRESQL_SETTINGS "), "
    "(SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()), "
    "(SELECT count(*) FROM pg_cursors WHERE is_holdable), "
    "(SELECT count(*) FROM pg_prepared_statements WHERE from_sql), "
    "(SELECT count(*) FROM pg_listening_channels()), "
    "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()))";

static const char *const postgresql_state_words[] = {
    "set_config", "pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock", "pg_try_advisory_lock_shared",
    "setseed", "TEMP", "TEMPORARY", NULL,
};
static const char *const postgresql_lasting[] = {"LOAD", "dblink_connect", "dblink_connect_u", NULL};

#define POSTGRESQL_CLASS(t) \
    "CASE WHEN " t ".typname = 'refcursor' THEN 'R' WHEN " t ".typname = 'void' THEN 'V' WHEN " t \
    ".typname = 'bytea' THEN 'Y' WHEN " t ".typname = 'uuid' THEN 'G' WHEN " t ".typtype = 'c' OR " t \
    ".typname = 'record' THEN 'C' WHEN " t ".typcategory IN ('N', 'S', 'D', 'B') THEN " t ".typcategory::text ELSE 'O' END"

/* Types without modifiers (-1), as above. A name that is hidden by the search path is not found without its schema. */
static const char postgresql_routines[] =
    "SELECT p.oid::text, n.nspname::text, CASE p.prokind WHEN 'p' THEN 'p' ELSE 'f' END, p.proretset::int, "
    "format_type(p.prorettype, -1), " POSTGRESQL_CLASS("r") ", p.pronargdefaults::int, 0, a.ord::int, a.mode, a.name, "
    "format_type(a.typ, -1), " POSTGRESQL_CLASS("t") " "
    "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_type r ON r.oid = p.prorettype "
    "LEFT JOIN LATERAL (SELECT u.ord, CASE p.proargmodes[u.ord] WHEN 'o' THEN 'o' WHEN 'b' THEN 'b' WHEN 't' THEN 't' "
    "WHEN 'v' THEN 'v' ELSE 'i' END AS mode, p.proargnames[u.ord] AS name, u.typ FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) "
    "WITH ORDINALITY AS u (typ, ord)) a ON true LEFT JOIN pg_type t ON t.oid = a.typ "
    "WHERE p.prokind IN ('p', 'f') AND CASE WHEN ?::text IS NULL THEN pg_function_is_visible(p.oid) "
    "ELSE n.nspname = ?::text END AND p.proname = ?::text ORDER BY p.oid, a.ord";

static const uowi_call_style postgresql_calls = {
    .routines_sql = postgresql_routines,
    .outs = UOWI_OUTS_ROW,
    .cast = "::", /* a prepared statement sends its parameters untyped, and the wrong overload would be taken */
    .named = " => ",
    .from_function = true,
    .atomic = true,
};

static const uowi_branch_style postgresql_branch = {
    .joined = true,
    .prepare = "PREPARE TRANSACTION $",
    .commit = "COMMIT PREPARED $",
    .rollback = "ROLLBACK PREPARED $",
    .facts = "SELECT current_setting('max_prepared_transactions')::int, "
             "(SELECT system_identifier FROM pg_control_system())::text || '/' || current_database()",
    .none = "max_prepared_transactions is 0 on this server: set it in postgresql.conf to the most units there may be at a "
            "time, and restart the server",
    /* one of another database can be ended only there */
    .list = "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared",
    .list_name = "gid",
    .unknown = {"42704"},
};

static const char *const postgresql_dbms[] = {"PostgreSQL", NULL};
static const char *const postgresql_drivers[] = {"psqlodbc", "postgresql", "postgres", NULL};

const uowi_dialect uowi_dialect_postgresql = {
    .name = "postgresql",
    .cancel_connects = true,
    .quote = '"',
    .lexis = UOWI_LEX_NESTED,
    .returning = UOWI_RETURNING_CLAUSE,
    .identity_sql = "SELECT lastval()",
    .insert_defaults = "DEFAULT VALUES",
    .paging = UOWI_PAGING_LIMIT,
    .streaming = UOWI_STREAM_DECLARE, /* results are read whole into client memory */
    .read_only_sql = "SET TRANSACTION READ ONLY",
    .direct_reads = true,
    .nul_cuts_text = true,
    .checks_utf8 = true,
    .param_types_lost = true,
    .boolean_type = true,
    .guid_type = true,
    .offset_type = true,
    .text_narrow = 1,
    .fraction_digits = 6,
    .rereads_in_block = true,
    .infinite_dates = true,
    .read_offset = "($)::text", /* the driver gives the session's wall clock and drops the offset */
    /*
     * The driver asks for the parameters' types, 4 bytes each, and the client library takes that message for a broken
     * link ("lost synchronization") when it has more than 30,000 bytes. The driver itself crashes at 32,770.
     */
    .max_parameters = 7400,
    .block_rows = 1000,
    .equal_is_same = true,
    .checks_before_commit = true, /* COMMIT on a killed connection may answer SUCCESS */
    .failure_aborts_unit = true,
    /* a transaction begins with its first statement's time, which is this one's unless there was another */
    .in_transaction_sql = "SELECT CASE WHEN now() = statement_timestamp() THEN 0 ELSE 1 END",
    .probe_sql = "SELECT 1",
    .dead_unasked = true,
    .reset_sql = postgresql_reset,
    .restore_sql = postgresql_restore,
    .state_sql = postgresql_state,
    .state_words = postgresql_state_words,
    .lasting_words = postgresql_lasting,
    .prepared_outlive_settings = true,
    .ways = postgresql_ways,
    .null_safe = " IS NOT DISTINCT FROM ",
    .column_types_sql = postgresql_column_types,
    .expected_rows_sql = postgresql_expected_rows,
    .upsert = &postgresql_upsert,
    .calls = &postgresql_calls,
    .branch = &postgresql_branch,
    .durable_from = ", (SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' "
                    "THEN 'local' ELSE current_setting('synchronous_commit') END, true)) AS durable",
    .dbms_names = postgresql_dbms,
    .driver_names = postgresql_drivers,
    /*
     * 7.4-0: no SAVEPOINT / RELEASE around each statement (two more round trips), and a failed
     * statement leaves the transaction aborted, which is PostgreSQL's own behaviour. 7.4-1 would
     * roll all of it back and go on in silence. "A1" is the driver's short spelling.
     */
    .connect_defaults = "Protocol|A1=7.4-0;",
    .copy_stalls = true,
    .columns = postgresql_columns,
    .rules = postgresql_rules,
    .noise = ";\nError while executing the query",
    .masks = postgresql_masks,
    .constraint_name = postgresql_constraint,
};
