/* MariaDB through Connector/ODBC 3.1.15. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/constraint.h"
#include "odbc/dialect.h"

#include <stddef.h>

/* Natives are the server's error numbers, or the client library's from 2000 on. */
static const uowi_error_rule mariadb_rules[] = {
    {"", 1205, NULL, UOW_TRANSIENT, "A lock was not granted in time; run the unit again"},
    {"", 1213, NULL, UOW_TRANSIENT, "The server rolled the transaction back; run the unit again"},
    {"", 1020, NULL, UOW_TRANSIENT, NULL}, /* record has changed since last read */
    {"", 1047, NULL, UOW_TRANSIENT, NULL}, /* Galera: node not ready */
    {"", 1062, NULL, UOW_CONSTRAINT, NULL},
    {"", 1452, NULL, UOW_CONSTRAINT, NULL},
    {"", 1451, NULL, UOW_CONSTRAINT, NULL},
    {"", 1048, NULL, UOW_CONSTRAINT, NULL},
    {"", 1364, NULL, UOW_CONSTRAINT, NULL}, /* no default value: HY000 */
    {"", 1586, NULL, UOW_CONSTRAINT, NULL}, /* duplicate entry, newer form */
    {"", 4025, NULL, UOW_CONSTRAINT, NULL}, /* CHECK */
    {"", 3819, NULL, UOW_CONSTRAINT, NULL}, /* CHECK, MySQL */
    {"", 1406, NULL, UOW_TRUNCATED, NULL},
    {"", 1264, NULL, UOW_TYPE, NULL},
    {"", 1366, NULL, UOW_TYPE, NULL}, /* incorrect value for column */
    {"", 1292, NULL, UOW_TYPE, NULL},
    {"", 1969, NULL, UOW_TIMEOUT, NULL}, /* max_statement_time: HY018 or 70100 */
    {"HY018", 0, NULL, UOW_CANCELLED, NULL},
    {"", 1317, NULL, UOW_CANCELLED, NULL},
    {"", 3024, NULL, UOW_TIMEOUT, NULL},         /* the same, MySQL */
    {"", 1927, NULL, UOW_CONNECTION_LOST, NULL}, /* connection was killed */
    {"", 1053, NULL, UOW_CONNECTION_LOST, NULL}, /* server shutdown in progress */
    {"", 2006, NULL, UOW_CONNECTION_LOST, NULL},
    {"", 2013, NULL, UOW_CONNECTION_LOST, NULL},
    {"", 2055, NULL, UOW_CONNECTION_LOST, NULL},
    {"", 1613, NULL, UOW_TRANSIENT, NULL},       /* XA: rolled back, a lock was not granted in time */
    {"", 1614, NULL, UOW_TRANSIENT, NULL},       /* XA: rolled back after a deadlock */
    {"", 1440, NULL, UOW_CONSTRAINT, "A branch with this id is open or prepared on the server"},
    {"HY000", 2014, NULL, UOW_DRIVER, "A result on this connection has not been read to its end"},
    {"", 0, NULL, UOW_OK, NULL},
};

/* Messages that quote data. */
static const uowi_mask mariadb_masks[] = {
    {"Duplicate entry '", "' for key"},
    {" value: '", "' for "},
    {" value: '", "'"},
    {NULL, NULL},
};

/*
 * "Duplicate entry 'x' for key 'name'", "..., CONSTRAINT `name` FOREIGN KEY (...)", "CONSTRAINT
 * `name` failed for `db`.`t`"; not-null names the column: "Column 'a' cannot be null".
 */
static bool mariadb_constraint(const char *message, uowi_buf *out)
{
    return uowi_constraint_between(message, "for key '", "'", out) ||
           uowi_constraint_between(message, "CONSTRAINT `", "`", out);
}

/*
 * Statements that answer rows the driver does not expect: they stay on the wire and the next
 * statement crashes the process. In a compound statement each gives its rows properly. The last line
 * is of statements with statements inside: the driver takes their semicolons for separators and crashes
 * on asking for the next result, but knows BEGIN NOT ATOMIC.
 */
static const char *const mariadb_refused[] = {
    "XA RECOVER", "VALUES", "SET STATEMENT", "OPTIMIZE", "REPAIR", "CACHE INDEX", "HELP",
    "IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR", NULL,
};

/* Parameter arrays give no keys back: with RETURNING the driver hands out one key per thousand. */
static const uowi_way_rule mariadb_ways[] = {
    {UOWI_WAY_ARRAY, UOWI_WRITES_INSERT, false, 2, 2000},
    {UOWI_WAY_VALUES, UOWI_WRITES_INSERT, true, 2, 1000},
    {UOWI_WAY_JOIN, UOWI_WRITES_UPDATE, false, 2, 500},
    {UOWI_WAY_IN, UOWI_WRITES_DELETE, false, 2, 1000},
    {UOWI_WAY_ROW, 0, false, 0, 0},
};

/* No RETURNING: rows whose keys must come back are written one by one. */
static const uowi_way_rule mysql_ways[] = {
    {UOWI_WAY_ARRAY, UOWI_WRITES_INSERT, false, 2, 2000},
    {UOWI_WAY_JOIN, UOWI_WRITES_UPDATE, false, 2, 500},
    {UOWI_WAY_IN, UOWI_WRITES_DELETE, false, 2, 1000},
    {UOWI_WAY_ROW, 0, false, 0, 0},
};

/* With FOUND_ROWS a row set to what it was counts as one inserted does. */
static const uowi_upsert_style mariadb_upsert = {
    .update = " ON DUPLICATE KEY UPDATE ",
    .given = "VALUES($)",
    .any_unique = true,
    .keep_uncounted = true,
    .rows = 500,
};

/*
 * COM_RESET_CONNECTION is out of reach: the driver takes SQL_ATTR_RESET_CONNECTION with SQL_SUCCESS and does nothing.
 * FLUSH USER_VARIABLES needs a privilege; without it a connection with user variables is closed.
 */
static const char *const mariadb_reset[] = {"UNLOCK TABLES", "FLUSH LOCAL USER_VARIABLES", NULL};

/* Those that programs change; another one that is found changed closes the connection. */
static const char mariadb_restore[] =
    "SELECT CONCAT('SET ', GROUP_CONCAT('SESSION ', VARIABLE_NAME, '=', "
    "IF(VARIABLE_VALUE REGEXP '^-?[0-9.]+$', VARIABLE_VALUE, QUOTE(VARIABLE_VALUE)) ORDER BY VARIABLE_NAME)) "
    "FROM information_schema.SESSION_VARIABLES WHERE VARIABLE_NAME IN "
    "('SQL_MODE', 'TIME_ZONE', 'TX_ISOLATION', 'TX_READ_ONLY', 'FOREIGN_KEY_CHECKS', 'UNIQUE_CHECKS', "
    "'MAX_STATEMENT_TIME', 'LOCK_WAIT_TIMEOUT', 'INNODB_LOCK_WAIT_TIMEOUT', 'WAIT_TIMEOUT', 'SQL_SAFE_UPDATES', "
    "'SQL_SELECT_LIMIT', 'GROUP_CONCAT_MAX_LEN', 'COLLATION_CONNECTION', 'AUTO_INCREMENT_INCREMENT', "
    "'AUTO_INCREMENT_OFFSET', 'SQL_BIG_SELECTS', 'SQL_LOG_BIN')";

/*
 * Temporary tables have no catalog before 11.2: those ever made are counted. The function releases named locks, which
 * have none either, and is 0 each time but the first.
 */
static const char mariadb_state[] =
    "SELECT CONCAT_WS('|', 0 * RELEASE_ALL_LOCKS(), COALESCE(DATABASE(), ''), COALESCE(CURRENT_ROLE(), ''), "
    "(SELECT MD5(GROUP_CONCAT(VARIABLE_NAME, '=', VARIABLE_VALUE ORDER BY VARIABLE_NAME)) "
    "FROM information_schema.SESSION_VARIABLES WHERE VARIABLE_NAME NOT IN "
    "('TIMESTAMP', 'RAND_SEED1', 'RAND_SEED2', 'LAST_INSERT_ID', 'IDENTITY', 'INSERT_ID', 'ERROR_COUNT', "
    "'WARNING_COUNT', 'IN_TRANSACTION', 'LAST_GTID') AND VARIABLE_NAME NOT LIKE 'GTID%'), "
    "(SELECT COUNT(*) FROM information_schema.USER_VARIABLES), "
    "(SELECT GROUP_CONCAT(VARIABLE_VALUE) FROM information_schema.SESSION_STATUS "
    "WHERE VARIABLE_NAME = 'COM_CREATE_TEMPORARY_TABLE'))";

static const char *const mariadb_state_words[] = {"@", "GET_LOCK", NULL};
static const char *const mariadb_lasting[] = {"HANDLER", NULL};
#define MARIADB_CLASS(type) \
    "CASE WHEN " type " IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'float', 'double', 'year', 'bit') " \
    "THEN 'N' WHEN " type " IN ('char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'enum', 'set', 'json') " \
    "THEN 'S' WHEN " type " IN ('date', 'time', 'datetime', 'timestamp') THEN 'D' " \
    "WHEN " type " IN ('binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob') THEN 'Y' " \
    "WHEN " type " = 'uuid' THEN 'G' ELSE 'O' END"

static const char mariadb_routines[] =
    "SELECT CONCAT(r.ROUTINE_TYPE, '.', r.SPECIFIC_NAME), r.ROUTINE_SCHEMA, IF(r.ROUTINE_TYPE = 'PROCEDURE', 'p', 'f'), 0, "
    "r.DTD_IDENTIFIER, " MARIADB_CLASS("r.DATA_TYPE") ", 0, IF(r.SQL_DATA_ACCESS IN ('READS SQL DATA', 'NO SQL'), 1, 0), "
    "p.ORDINAL_POSITION, CASE p.PARAMETER_MODE WHEN 'OUT' THEN 'o' WHEN 'INOUT' THEN 'b' ELSE 'i' END, p.PARAMETER_NAME, "
    "p.DTD_IDENTIFIER, " MARIADB_CLASS("p.DATA_TYPE") " "
    "FROM information_schema.ROUTINES r LEFT JOIN information_schema.PARAMETERS p ON p.SPECIFIC_SCHEMA = r.ROUTINE_SCHEMA "
    "AND p.SPECIFIC_NAME = r.SPECIFIC_NAME AND p.ROUTINE_TYPE = r.ROUTINE_TYPE AND p.ORDINAL_POSITION > 0 "
    "WHERE r.ROUTINE_SCHEMA = COALESCE(?, ?, DATABASE()) AND r.ROUTINE_NAME = ? ORDER BY 3 DESC, 9";

/*
 * OUT parameters bound with this driver overwrite memory (dates), lose NULLs, and the result that carries them looks like
 * any other; user variables give every value right, for a second trip.
 */
static const uowi_call_style mariadb_calls = {
    .routines_sql = mariadb_routines,
    .outs = UOWI_OUTS_VARIABLES,
    .mark_sql = "SAVEPOINT uow_call",
    .unmark_sql = "RELEASE SAVEPOINT uow_call",
};

/*
 * XA RECOVER crashes the driver unless it is wrapped. A Galera cluster refuses XA START (1235). MySQL is not offered it: there
 * nothing was tried.
 */
static const uowi_branch_style mariadb_branch = {
    .begin = "XA START $",
    .end = "XA END $",
    .prepare = "XA PREPARE $",
    .abandon = "XA ROLLBACK $",
    .commit = "XA COMMIT $",
    .rollback = "XA ROLLBACK $",
    .facts = "SELECT IF((SELECT variable_value FROM information_schema.global_variables WHERE variable_name = 'WSREP_ON') "
             "= 'ON', 0, 1), COALESCE((SELECT variable_value FROM information_schema.global_variables WHERE variable_name "
             "= 'SERVER_UID'), CONCAT(@@hostname, ':', @@port))",
    .none = "a Galera cluster has no XA transactions: use a server outside of it, or make this the only branch that is "
            "committed in one phase",
    .list = "BEGIN NOT ATOMIC XA RECOVER; END", /* FORMAT='SQL' has hexadecimal digits as soon as there is a dot */
    .list_name = "data",
    .list_parts = true,
    .unknown = {"XAE04", "XA100"},
};

static const uowi_mask mariadb_columns[] = {{"olumn '", "'"}, {NULL, NULL}};

static const char *const mariadb_dbms[] = {"MariaDB", NULL};
static const char *const mysql_dbms[] = {"MySQL", NULL};
static const char *const mysql_drivers[] = {"myodbc", "mysql", NULL};
static const char *const mariadb_drivers[] = {"maodbc", "mariadb", NULL};

/* What MariaDB and MySQL have in common. */
#define MARIADB_KIN \
    .quote = '`', \
    .identity_sql = "SELECT LAST_INSERT_ID()", \
    .insert_defaults = "() VALUES ()", \
    .paging = UOWI_PAGING_LIMIT, \
    .streaming = UOWI_STREAM_KEYSET, /* this driver buffers whole results whatever the options */ \
    .snapshot_sql = "START TRANSACTION WITH CONSISTENT SNAPSHOT", \
    .read_only_sql = "SET TRANSACTION READ ONLY", \
    .read_only_before_begin = true, /* it is about the next transaction */ \
    .zero_rows_is_success = true, \
    .checks_utf8 = true, \
    .text_narrow = 1, \
    .fraction_digits = 6, \
    .zero_dates_null = true, \
    .rollback_ends_unit = true, /* 1213: the next statement begins another transaction by itself */ \
    /* a TIMESTAMP would be converted by the session's time zone, and ends in 2038 */ \
    .unit_columns = "unit_id CHAR(36) NOT NULL PRIMARY KEY, begun_at DATETIME NOT NULL", \
    .null_safe = " <=> ", \
    .exact_column = " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", \
    .long_text = "LONGTEXT CHARACTER SET utf8mb4", \
    .exact_decimal = "CAST($ AS DECIMAL(65,30))", /* text and a decimal column are compared as doubles */ \
    .wide_overreads = true,   /* its strlen, seen by ASan in 3.1.15; UTF-8 is exact here anyway */ \
    .drain_before_end = true, /* SQLEndTran fails with 2014 while a result is unread */ \
    .max_parameters = 32000, /* the driver counts them in 16 bits with a sign: HY001 from 32,768 on */ \
    .block_rows = 100, \
    .self_reference_stays = true, /* InnoDB: 1451 unless the foreign key cascades */ \
    .lexis = UOWI_LEX_BACKSLASH | UOWI_LEX_HASH, \
    .routine_one_result = true, \
    /* a session that is not strict stores the first characters of a text, and the nearest number, with a warning */ \
    .session_sql = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')", \
    .array_times_leak = true, /* 40 bytes a value (ASan) */ \
    .locked_read = " FOR UPDATE", /* REPEATABLE READ reads its snapshot otherwise */ \
    .upsert = &mariadb_upsert, \
    /* FOUND_ROWS: an update to the same values counts its row; the keyword of that name is ignored */ \
    .connect_defaults = "OPTION|OPTIONS|=2;", \
    .column_types_sql = "SELECT column_name, column_type FROM information_schema.columns WHERE table_name = ? AND " \
                        "table_schema = COALESCE(?, DATABASE())", \
    .column_types_bare = true, \
    .columns = mariadb_columns, \
    .rules = mariadb_rules, \
    .masks = mariadb_masks, \
    .constraint_name = mariadb_constraint,

const uowi_dialect uowi_dialect_mariadb = {
    MARIADB_KIN
    .name = "mariadb",
    .not_null_true = true, /* also of views that join; the indicators of three numbers are 2% of the driver's time */
    .in_transaction_sql = "SELECT @@in_transaction",
    .returning = UOWI_RETURNING_CLAUSE,
    .refused_heads = mariadb_refused,
    .wrap_before = "BEGIN NOT ATOMIC ",
    .wrap_after = "; END",
    .login_timeout_key = "CONN_TIMEOUT", /* SQL_ATTR_LOGIN_TIMEOUT: waited on for ever */
    /* SQL_ATTR_QUERY_TIMEOUT reads back as 0. This one ends waits for locks too. */
    .query_timeout_sql = "SET SESSION max_statement_time = $",
    .limit_sql = "SET SESSION max_statement_time = $",
    .limit_ask_sql = "SELECT @@max_statement_time",
    .cancel_connects = true,
    .ways = mariadb_ways,
    .exact_text = "CONVERT($ USING utf8mb4) COLLATE utf8mb4_nopad_bin",
    .reset_sql = mariadb_reset,
    .restore_sql = mariadb_restore,
    .state_sql = mariadb_state,
    .state_words = mariadb_state_words,
    .lasting_words = mariadb_lasting,
    .calls = &mariadb_calls,
    .branch = &mariadb_branch,
    .dbms_names = mariadb_dbms,
    .driver_names = mariadb_drivers,
};

/* Through whichever driver; known from its documentation, and from MariaDB made to pass for it. */
const uowi_dialect uowi_dialect_mysql = {
    MARIADB_KIN
    .name = "mysql",
    .returning = UOWI_RETURNING_NONE,
    .query_timeout_sql = "SET SESSION max_execution_time = $000", /* of SELECTs */
    .cancel_connects = true,
    .exact_text = "CONVERT($ USING utf8mb4) COLLATE utf8mb4_bin",
    .ways = mysql_ways,
    .dbms_names = mysql_dbms,
    .driver_names = mysql_drivers,
};
