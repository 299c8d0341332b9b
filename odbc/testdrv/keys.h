/* The Test... keys of a connection string or data source, read into a table of settings. */
#ifndef TD_KEYS_H
#define TD_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connstr.h"
#include "functions.h"

#define TD_TEXT_SIZE  512  /* a diagnostic's text */
#define TD_VALUE_SIZE 1024 /* a key's value; odbc.ini has no longer ones */
#define TD_MAX_RULES  16

typedef struct td_record {
    char state[6];
    SQLINTEGER native;
    char text[TD_TEXT_SIZE];
} td_record;

/* Which calls, counted from 1: first to last. */
typedef struct td_when {
    uint64_t first;
    uint64_t last;
} td_when;

typedef enum td_action {
    TD_NOTHING,
    TD_FAIL,        /* instead of the call */
    TD_CRASH,       /* the whole process */
    TD_LOSE_BEFORE, /* the link, before the call is made */
    TD_LOSE_AFTER   /* the link, when the call has succeeded */
} td_action;

/* A commit by whatever means: SQLEndTran or text. */
#define TD_COMMIT TD_COUNT

typedef struct td_rule {
    td_action action; /* TD_NOTHING ends a list */
    unsigned what;    /* td_fn or TD_COMMIT */
    td_when when;
    uint64_t seen;
    td_record record;
} td_rule;

typedef enum td_async_mode {
    TD_ASYNC_NONE, /* as the wrapped driver has it */
    TD_ASYNC_STATEMENT,
    TD_ASYNC_CONNECTION,
    TD_ASYNC_PRETENDS, /* keeps the attribute and stays synchronous */
    TD_ASYNC_FORGETS   /* says SQL_SUCCESS and does not keep it */
} td_async_mode;

typedef enum td_row_lie { TD_ROWS_TRUE, TD_ROWS_PLUS, TD_ROWS_FIXED } td_row_lie;

/* A SQLGetInfo answer of ours; type as in info_types.h. */
typedef struct td_info {
    SQLUSMALLINT id;
    char type; /* 'T' text, 'S' 16 bits, 'I' 32 bits, 0 ends the list */
    SQLUINTEGER number;
    char text[128];
} td_info;

/* Bits of td_keys.lacks */
#define TD_LACKS_TRANSACTIONS 1u
#define TD_LACKS_PARAM_ARRAYS 2u
#define TD_LACKS_ROW_ARRAYS   4u
#define TD_LACKS_GETDATA      8u

typedef struct td_keys {
    td_async_mode async;
    uint64_t async_polls;
    uint64_t async_delay_ms;
    bool async_limited; /* only these functions */
    bool async_function[TD_COUNT];
    td_rule rules[TD_MAX_RULES];
    uint64_t delay_ms[TD_COUNT];
    td_row_lie row_lie;
    SQLLEN row_number; /* what is added, or what is told */
    td_when row_when;
    uint64_t row_seen;
    bool truncates;
    bool truncates_silently;
    uint64_t truncate_at;
    unsigned lacks;
    bool missing[TD_COUNT];
    td_info infos[TD_MAX_RULES];
    uint64_t random_per_mille;
    uint64_t random_seed;
    uint64_t random_draws;
    char random_state[6];
    bool random_function[TD_COUNT];
    char once[256]; /* TestOnce's file */
} td_keys;

/* What a key's reader has to say about a value it does not take. */
typedef struct td_complaint {
    char text[TD_TEXT_SIZE];
} td_complaint;

/*
 * Read every Test key of cs, or where that has none, of the data source (NULL: of cs only).
 * False with a complaint: an unknown key, a value that cannot be read.
 */
bool td_keys_read(td_keys *keys, const td_connstr *cs, const char *dsn, td_complaint *complaint);

/* Whether a connection string's key is ours, not the wrapped driver's. */
bool td_keys_own(const char *key);

#endif
