/*
 * What differs between databases, as data: one const table per dialect, one
 * file each. Nothing outside the tables asks which database it is.
 */
#ifndef UOWI_ODBC_DIALECT_H
#define UOWI_ODBC_DIALECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "odbc/caps.h"
#include "uow/status.h"
#include "uow/types.h"

/* How generated keys and other values made by the database come back from an insert. */
typedef enum uowi_returning {
    UOWI_RETURNING_NONE,      /* standard: ask again by identity_sql, one row at a time */
    UOWI_RETURNING_CLAUSE,    /* INSERT .. RETURNING cols shows a result set */
    UOWI_RETURNING_WITH       /* the same, but the text must begin with WITH (SQLite's driver) */
} uowi_returning;

typedef enum uowi_paging {
    UOWI_PAGING_NONE,   /* nothing is known: rows are skipped, and reading stops */
    UOWI_PAGING_LIMIT,  /* LIMIT n OFFSET m */
    UOWI_PAGING_OFFSET_FETCH /* OFFSET m ROWS FETCH NEXT n ROWS ONLY; needs ORDER BY */
} uowi_paging;

/* Bounded streaming of a large result. */
typedef enum uowi_streaming {
    UOWI_STREAM_DRIVER,  /* fetching is bounded already, or nothing better is known */
    UOWI_STREAM_DECLARE, /* DECLARE name CURSOR FOR ..; FETCH FORWARD n FROM name; inside a transaction */
    UOWI_STREAM_KEYSET   /* pages by key inside one snapshot transaction */
} uowi_streaming;

/* How many rows each row of a parameter array has met. */
typedef enum uowi_array_counts {
    UOWI_COUNTS_TOTAL, /* one count, of all rows of the array */
    UOWI_COUNTS_EACH,  /* a result with a count for each */
    UOWI_COUNTS_UNTOLD /* standard: nobody knows, and nothing is written that would need it */
} uowi_array_counts;

/* The ways rows are written; lib/work/strategy.h has one file for each. */
typedef enum uowi_way {
    UOWI_WAY_ROW,    /* a statement per row: works everywhere */
    UOWI_WAY_VALUES, /* INSERT .. VALUES (..), (..) [RETURNING ..] */
    UOWI_WAY_ARRAY,  /* INSERT .. VALUES (..) with column-wise parameter arrays */
    UOWI_WAY_UNNEST, /* .. FROM unnest(?::type[], ..): one array literal per column */
    UOWI_WAY_WITH,   /* WITH v AS (VALUES ..) UPDATE .. FROM v / DELETE .. IN v .. RETURNING */
    UOWI_WAY_JOIN,   /* UPDATE .. JOIN (SELECT ? .. UNION ALL SELECT ?) v */
    UOWI_WAY_IN,     /* DELETE .. WHERE (key, version) IN ((?, ?), ..) */
    UOWI_WAY_COUNT
} uowi_way;

#define UOWI_WRITES_INSERT 1u
#define UOWI_WRITES_UPDATE 2u
#define UOWI_WRITES_DELETE 4u

/* When a way is taken: drivers.md has the measurements behind the numbers. */
typedef struct uowi_way_rule {
    uowi_way way;
    uint8_t writes;        /* UOWI_WRITES_ bits */
    bool back;             /* also when values the database makes must come back */
    uint32_t least, most;  /* rows of one statement */
} uowi_way_rule;

/*
 * An insert that updates the row it meets instead. In given, '$' is the column: the value the new row would have had.
 */
typedef struct uowi_upsert_style {
    const char *match_before, *match_after; /* around the columns that say which row is meant; NULL: not said */
    const char *update;                     /* before "column = .., column = .." */
    const char *keep;                       /* instead, when the row stays as it is; NULL: a column is set to itself */
    const char *given;
    bool any_unique; /* meets the row of whichever unique key is in the way, said or not */
    bool once;       /* a statement must not meet one row twice */
    bool keep_uncounted; /* rows kept are counted as if they were written */
    uint32_t rows;   /* of one statement */
} uowi_upsert_style;

/* How the values of OUT parameters come. */
typedef enum uowi_outs {
    UOWI_OUTS_BOUND,    /* bound as output parameters of {call}: the standard */
    UOWI_OUTS_ROW,      /* CALL gives them as a row of its own */
    UOWI_OUTS_VARIABLES /* session variables stand for them, read by a SELECT afterwards */
} uowi_outs;

/*
 * Calls of stored procedures. routines_sql has the parameters schema (NULL: where an unqualified name is looked for) and
 * name, and gives a row per parameter, or one for a routine without: id, schema, 'p' or 'f', whether it gives a set,
 * type and class of what it returns, how many of its last input parameters have defaults, whether it only reads,
 * number, mode ('i', 'o', 'b' both, 'v' variadic, 't' column of the set), name, type and class of the parameter. A class is a
 * letter: Number, String, Datetime, Boolean, bYtes, Guid, Refcursor, Void, Composite, Other.
 */
typedef struct uowi_call_style {
    const char *routines_sql; /* NULL: the program is believed */
    uowi_outs outs;
    const char *cast;  /* after each placeholder, before its type; or NULL */
    const char *named; /* between a parameter's name and its value, where it can be said; or NULL */
    bool from_function;   /* SELECT * FROM f() instead of SELECT f() */
    bool atomic;          /* what a failed call did is undone */
    const char *mark_sql; /* a savepoint that is gone when a procedure has ended the transaction; or NULL */
    const char *unmark_sql;
} uowi_call_style;

/*
 * Two-phase commit by statements. '$' is a branch's id as the database writes it: one literal of gid and number
 * (joined), or gtrid, bqual and format with commas between.
 */
typedef struct uowi_branch_style {
    bool joined;
    const char *begin;    /* instead of autocommit off; or NULL */
    const char *end;      /* before prepare and before abandon; or NULL */
    const char *prepare;
    const char *abandon;  /* a branch that was not prepared; NULL: an ordinary rollback */
    const char *commit, *rollback; /* of a prepared one, in autocommit */
    const char *facts;    /* a row: how many may be prepared at a time, and a name of this very database */
    const char *none;     /* why that is 0 and what to change */
    const char *list;     /* ids of those that are prepared, in the first column that has list_name */
    const char *list_name;
    bool list_parts;      /* that has the bytes of gtrid and bqual, behind formatID and the lengths of both */
    const char *unknown[3]; /* SQLSTATEs: there is no such branch (or only another session can end it) */
} uowi_branch_style;

typedef struct uowi_error_rule {
    const char *sqlstate;   /* "" any */
    int32_t native;         /* 0 any */
    const char *contains;   /* text to be found in the message, or NULL */
    uow_status status;
    const char *hint;       /* a sentence added to the message, or NULL */
} uowi_error_rule;

/*
 * Where the database's messages quote a value of the program's data: what stands
 * between before and the last after of the line is shown as ***.
 */
typedef struct uowi_mask {
    const char *before;
    const char *after;
} uowi_mask;

/* In front of a write that gives rows back, or of VALUES, for UOWI_RETURNING_WITH. */
#define UOWI_RETURNING_PREFIX "WITH uow_x(y) AS (SELECT 1) "

/* How the database reads its SQL, where that decides whether a "?" is a parameter. */
#define UOWI_LEX_BACKSLASH 0x01u /* a backslash escapes the quote inside a string literal */
#define UOWI_LEX_HASH 0x02u      /* "#" begins a comment, "--" does before a blank only, and what is between C's with a "!" runs */
#define UOWI_LEX_NESTED 0x04u    /* a comment ends where those inside it have */
#define UOWI_LEX_COUNTED 0x08u   /* not the database, but the driver takes a "?" in a comment for a parameter */

typedef struct uowi_dialect {
    const char *name;                 /* "sqlite", "postgresql", "mariadb", "mysql", "standard" */
    char quote;                       /* identifier quote when the driver's answer is not to be trusted; 0: caps.quote */
    char quote_odd; /* for names with a quote or a "?" in them, where the driver takes those for the program's; 0: as others */
    uowi_returning returning;
    const char *identity_sql;         /* "SELECT LAST_INSERT_ID()"; NULL: see identity.c */
    const char *insert_defaults;      /* all columns left out: "DEFAULT VALUES", "() VALUES ()" */
    uowi_paging paging;
    uowi_streaming streaming;
    const char *begin_sql;            /* sent to start a snapshot or NULL: autocommit off is the begin */
    const char *snapshot_sql;         /* first statement of a keyset snapshot, or NULL */
    const char *read_only_sql;        /* makes the transaction just begun read-only; NULL: SQL_ATTR_ACCESS_MODE or nothing */
    const char *read_write_sql;       /* undoes it after the transaction, or NULL */
    bool read_only_before_begin;      /* read_only_sql goes before autocommit is switched off */
    bool isolation_inside;            /* isolation cannot be set by attribute; see isolation_sql */
    bool zero_rows_is_success;        /* UPDATE of no row answers SUCCESS, not NO_DATA */
    bool ints_are_64bit;              /* integer columns may hold more than their declared type says */
    bool sizes_lie;                   /* a value may be longer than its column is described */
    bool counts_lie;                  /* SQLRowCount is not to be believed: a profile said so */
    bool direct_reads;                /* SQLExecDirect reads large results faster than prepared */
    bool decimal_args_as_numbers;     /* no exact decimals: as text an argument would be compared with numbers as text */
    bool decimals_as_doubles;         /* a column keeps the digits of a decimal only when its declared type means text */
    bool nan_is_null;                 /* NaN would be stored as NULL silently: refuse it */
    bool nul_cuts_text;               /* a NUL inside text would be cut silently: refuse it */
    bool checks_utf8;                 /* the database refuses invalid UTF-8 itself; we check anyway */
    bool param_types_lost;            /* prepared statements lose parameter types: cast placeholders */
    bool boolean_type;                /* has a real boolean */
    bool guid_type;
    bool offset_type;                 /* has timestamp with offset */
    bool offset_lost;                 /* has, and another moment comes back: a profile said so */
    bool unsigned_lost;               /* above 2^63 another value comes back, or nobody knows */
    int text_narrow;                  /* 1 UTF-8 by SQL_C_CHAR is exact; 0 wide; -1 unknown: probe */
    int fraction_digits;              /* of timestamps; SQLite's driver keeps 3 unless sent as text; -1: ask the driver */
    bool timestamp_as_text;           /* send and read timestamps as text, because the driver loses digits */
    bool len_data_at_exec;            /* needs SQL_LEN_DATA_AT_EXEC(n), not SQL_DATA_AT_EXEC */
    bool drain_before_end;            /* results must be closed before commit or rollback */
    bool rereads_in_block;            /* SQLSetPos + SQLGetData inside a block give the row asked for */
    bool not_null_true;               /* a result's columns said to be NOT NULL are; and a NULL without indicator is an error of its row */
    bool zero_dates_null;             /* impossible dates come as NULL unless they are read as text */
    bool wide_overreads;              /* text fetched as UTF-16 into too small a buffer makes the driver read past its own */
    bool infinite_dates;              /* infinity comes as an ordinary date: see codec_time.c */
    const char *read_double;          /* select list: how a double column gives all its digits, '$' is the column; or NULL */
    const char *read_offset;          /* select list: how a timestamp with offset gives its offset; or NULL */
    uint32_t max_parameters;          /* safe ceiling per statement */
    uint32_t block_rows;              /* good fetch block */
    bool checks_before_commit;        /* ask SQL_ATTR_CONNECTION_DEAD around a commit: success is not to be believed */
    bool failure_aborts_unit;         /* a failed statement may leave the unit aborted, and its commit still "succeed" */
    bool rollback_ends_unit;          /* SQLSTATE class 40: the unit is rolled back already, and what follows runs in another */
    const char *unit_columns;         /* of the table for units' rows; NULL: the standard's */
    bool local;                       /* no link to lose: a failed commit did not happen */
    const char *begin_again_sql;      /* refused while a transaction is open; NULL: the database ends none with a statement */
    const char *in_transaction_sql;   /* gives 1 inside a transaction, 0 outside; NULL: not to be told, or by begin_again_sql */
    const char *probe_sql;            /* cheapest statement that fails in an aborted unit */
    bool probe_may_fail;              /* for other reasons than an aborted unit (SQLSTATE 25xxx), which say nothing */
    bool dead_unasked;                /* SQL_ATTR_CONNECTION_DEAD tells only what an earlier call has met */
    const char *const *reset_sql;     /* puts a session's state back; what fails the check will find; NULL-terminated, or NULL */
    const char *restore_sql;          /* asks, when the session is new, for the statement that puts its settings back after reset_sql; or NULL */
    const char *state_sql;            /* one text that differs when a session has state it was not born with; NULL: cannot be told */
    const char *const *state_words;   /* in a statement that leaves none by its head, these may leave some; or NULL */
    const char *const *lasting_words; /* state that state_sql does not see; or NULL */
    bool prepared_outlive_settings;   /* what was prepared under other settings is prepared again by the server */
    const uowi_way_rule *ways;        /* the first that fits is taken; ends with UOWI_WAY_ROW; NULL: row by row */
    uowi_array_counts array_counts;   /* of updates and deletes by parameter arrays */
    bool array_errors_hide;           /* an array may succeed although one of its rows failed: each row's status is looked at */
    bool array_times_leak;            /* the driver loses memory for each date or time in a parameter array */
    const char *column_types_sql;     /* name and type of a table's columns, and the type with its length where the first has none; or NULL */
    const char *expected_rows_sql;    /* how many rows of a table the planner expects, NULL: as many as there are; or NULL */
    const char *null_safe;            /* " IS NOT DISTINCT FROM ": equal, or both NULL; or NULL */
    const char *exact_text;           /* '$' is a text to be compared byte by byte whatever the column's collation; or NULL */
    const char *exact_column;         /* behind a text column's type: it is compared byte by byte; NULL: it is anyway */
    const char *long_text;            /* type of a column for text up to a mebibyte; NULL: TEXT */
    const char *exact_decimal;        /* '$' is a decimal argument to be compared as one; or NULL */
    bool equal_is_same;               /* an integer found by "= ?" is that integer: 5 does not meet '5abc' */
    bool returning_early;             /* RETURNING tells what was there before the triggers */
    bool column_types_bare;           /* its parameters are the table's name and its schema, not the two quoted as one */
    const char *locked_read;          /* makes a SELECT see the latest committed row inside an older snapshot; or NULL */
    const uowi_upsert_style *upsert;  /* NULL: an update, then an insert where it met no row */
    const char *const *dbms_names;    /* SQL_DBMS_NAME values, NULL-terminated; NULL: none */
    const char *const *driver_names;  /* parts of driver files and names known before connecting; likewise */
    const char *login_timeout_key;    /* connection string's key in seconds, where the ODBC attribute is not honoured; or NULL */
    const char *session_sql;          /* sent once on each connection of our own: without it values would be cut silently; or NULL */
    const char *query_timeout_sql;    /* limits a session's statements, '$' is the seconds, where SQL_ATTR_QUERY_TIMEOUT does not; or NULL */
    bool cancel_connects;             /* SQLCancel makes a connection of its own, which may take its time */
    bool cancel_alone;                /* nothing but SQLCancel ends a statement that runs */
    const char *limit_sql;            /* likewise for a while, where that attribute is not honoured; NULL: the attribute is believed */
    const char *limit_ask_sql;        /* gives what to put back afterwards */
    /*
     * "Key|Alias=Value;" appended where the connection string and the DSN say nothing; "Key|Alias|=Bits;" likewise, and
     * where they say something the bits are added. Or NULL.
     */
    const char *connect_defaults;
    bool self_reference_stays;        /* a row that refers to itself is not deleted while it does */
    unsigned lexis;                   /* UOWI_LEX_... */
    const char *const *refused_heads; /* statement heads that crash the driver; NULL-terminated, or NULL */
    const char *wrap_before, *wrap_after; /* how such a statement can be run all the same, without parameters; or NULL */
    bool copy_stalls;                 /* COPY .. STDIN or STDOUT: the driver asks for the result again and again */
    bool routine_one_result;          /* SQLMoreResults after CREATE PROCEDURE .. BEGIN a; b; END crashes the driver */
    const uowi_call_style *calls;     /* NULL: there are no procedures */
    const uowi_branch_style *branch;  /* NULL: a transaction cannot be prepared */
    const char *durable_from;         /* in FROM: makes the statement's transaction outlive a crash where settings would not; or NULL */
    const uowi_error_rule *rules;     /* ends with status UOW_OK */
    const char *noise;                /* tail the driver adds to its messages, not shown; or NULL */
    const uowi_mask *masks;           /* ends with before NULL; or NULL */
    const uowi_mask *columns;         /* what stands around a column's name in a message; ends with before NULL; or NULL */
    /* Finds the constraint's name in a message; false when it does not tell. */
    bool (*constraint_name)(const char *message, uowi_buf *out);
} uowi_dialect;

extern const uowi_dialect uowi_dialect_sqlite;
extern const uowi_dialect uowi_dialect_postgresql;
extern const uowi_dialect uowi_dialect_mariadb;
extern const uowi_dialect uowi_dialect_mysql;
extern const uowi_dialect uowi_dialect_standard;

/* By SQL_DBMS_NAME and SQL_DRIVER_NAME; never NULL. */
const uowi_dialect *uowi_dialect_for(const char *dbms_name, const char *driver_name);
/* Before connecting, by the driver's name or file ("libmaodbc.so"); NULL when it is none we know. */
const uowi_dialect *uowi_dialect_of_driver(const char *driver);
/* The rule of the dialect that fits, or NULL. */
const uowi_error_rule *uowi_dialect_rule(const uowi_dialect *dialect, const char *sqlstate, int32_t native,
                                         const char *text);
/* Appends a message with the values it quotes replaced by ***. */
void uowi_dialect_mask(const uowi_dialect *dialect, const char *text, uowi_buf *out);

/* Appends a quoted identifier; quotes inside are doubled. */
void uowi_dialect_quote(const uowi_dialect *dialect, const uowi_caps *caps, const char *name, uowi_buf *out);
/* Appends "schema"."table". */
void uowi_dialect_table(const uowi_dialect *dialect, const uowi_caps *caps, const char *schema, const char *table,
                        uowi_buf *out);
/* The same from "schema.table", or from a table's name alone. */
void uowi_dialect_table_path(const uowi_dialect *dialect, const uowi_caps *caps, const char *path, uowi_buf *out);
/* How the database pages: as its dialect says, or as it was found out. */
uowi_paging uowi_dialect_paging(const uowi_dialect *dialect, const uowi_caps *caps);
/* Appends the paging clause; nothing when both are 0, or there is none. */
void uowi_dialect_page(uowi_paging paging, uint64_t limit, uint64_t offset, bool ordered, uowi_buf *out);

#endif
