/* What only somebody who looks at a driver wants to know of it: asked and tried on request, beyond uowi_caps. No ODBC types. */
#ifndef UOWI_ODBC_PROFILE_H
#define UOWI_ODBC_PROFILE_H

#include "odbc/conn.h"

#define UOWI_PROFILE_TYPES 64

typedef struct uowi_profile_type {
    char name[64];
    int sql_type;
    uint32_t size;
} uowi_profile_type;

/* How a call answered. */
typedef enum uowi_answer { UOWI_ANSWER_ERROR, UOWI_ANSWER_INFO, UOWI_ANSWER_SUCCESS } uowi_answer;

typedef struct uowi_profile {
    char manager[32];         /* SQL_DM_VER */
    int async_reported;       /* SQL_ASYNC_MODE */
    uowi_answer async_set;    /* setting it on a statement */
    bool async_kept;          /* it reads back as on */
    bool savepoints;          /* SAVEPOINT is taken inside a transaction */
    bool array_counts;        /* each row of a parameter array has a count of its own */
    bool cancel;              /* SQLCancel is there */
    uowi_answer timeout_set;  /* SQL_ATTR_QUERY_TIMEOUT */
    bool timeout_kept;
    uint32_t statements;      /* open at the same time; 0: no limit is told */
    uint64_t round_trip_ns;   /* of the cheapest statement, median; 0: it was not taken */
    uowi_profile_type types[UOWI_PROFILE_TYPES];
    size_t type_count;
} uowi_profile;

#define UOWI_PROFILE_SETS 8
#define UOWI_SET_UNTOLD UINT16_MAX
#define UOWI_SET_ERROR 5 /* SQL_PARAM_ERROR */

/* What there is to be heard after a statement was executed for an array of parameters. */
typedef struct uowi_array_answer {
    bool done;        /* with or without a warning */
    char sqlstate[6]; /* of the error, or of the warning; "" */
    int64_t counts[UOWI_PROFILE_SETS]; /* SQLRowCount of each result that SQLMoreResults shows */
    size_t count;                      /* of them, those that have no room too */
    uint16_t status[UOWI_PROFILE_SETS]; /* SQL_ATTR_PARAM_STATUS_PTR; UOWI_SET_UNTOLD: not written */
    uint64_t processed;                 /* SQL_ATTR_PARAMS_PROCESSED_PTR; 0: not written */
} uowi_array_answer;

/* Executes a statement with one integer parameter for so many values, UOWI_PROFILE_SETS at most. False: it cannot be asked. */
bool uowi_profile_array(uowi_conn *conn, const char *sql, const int32_t *values, size_t count, uowi_array_answer *out);

/*
 * Asks and tries; nothing stays behind in the database. The connection must be in no transaction; it is afterwards as it
 * was. Never fails: what a driver does not tell has the careful answer.
 */
void uowi_profile_ask(uowi_conn *conn, uowi_profile *out);

#endif
