/* What the database takes, and what the driver says of it. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "probe_try.h"

#include <string.h>

/* Does a statement give a row? Its first value, or -1. */
static int64_t statements_value(try_place *place, const char *sql)
{
    char text[300];
    const char *dollar = strchr(sql, '$');
    uow_rows *rows = NULL;
    int64_t value = -1;

    if (dollar)
        snprintf(text, sizeof text, "%.*s%s%s", (int)(dollar - sql), sql, place->table, dollar + 1);
    else
        snprintf(text, sizeof text, "%s", sql);
    if (uow_rows_open(place->context, text, NULL, 0, &rows) == UOW_OK && uow_rows_column_count(rows) > 0 &&
        uow_rows_next(rows) == UOW_OK && uow_rows_int64(rows, 0, &value) != UOW_OK)
        value = -1;
    uow_rows_close(rows);
    return value;
}

static int statements_say(FILE *out, int good, const char *line)
{
    fprintf(out, "%s\n", good ? "yes" : "no");
    if (good && line)
        fprintf(out, "=%s\n", line);
    return !good;
}

static int statements_many(FILE *out, try_place *place)
{
    return statements_say(out,
                          try_table(place, "INTEGER") &&
                              try_run(place, "INSERT INTO $ (id, v) VALUES (1, 1), (2, 2)", NULL, 0) == UOW_OK &&
                              statements_value(place, "SELECT COUNT(*) FROM $") == 2,
                          "batches = values");
}

static int statements_returning(FILE *out, try_place *place)
{
    return statements_say(out,
                          try_table(place, "INTEGER") &&
                              statements_value(place, "INSERT INTO $ (id, v) VALUES (7, 1) RETURNING id") == 7 &&
                              statements_value(place, "SELECT COUNT(*) FROM $") == 1,
                          "returning = clause");
}

static int statements_with(FILE *out, try_place *place)
{
    return statements_say(out, statements_value(place, "WITH w AS (SELECT 1 AS a) SELECT a FROM w") == 1, NULL);
}

static int statements_limit(FILE *out, try_place *place)
{
    return statements_say(out,
                          try_table(place, "INTEGER") && try_run(place, "INSERT INTO $ (id, v) VALUES (1, 1)", NULL, 0) == UOW_OK &&
                              try_run(place, "INSERT INTO $ (id, v) VALUES (2, 2)", NULL, 0) == UOW_OK &&
                              statements_value(place, "SELECT id FROM $ ORDER BY id LIMIT 1 OFFSET 1") == 2,
                          "paging = limit");
}

static int statements_offset(FILE *out, try_place *place)
{
    return statements_say(out,
                          try_table(place, "INTEGER") && try_run(place, "INSERT INTO $ (id, v) VALUES (1, 1)", NULL, 0) == UOW_OK &&
                              try_run(place, "INSERT INTO $ (id, v) VALUES (2, 2)", NULL, 0) == UOW_OK &&
                              statements_value(place, "SELECT id FROM $ ORDER BY id OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY") == 2,
                          "paging = offset-fetch");
}

/* Rows met are told right: one, one with the same value, none. */
static int statements_counts(FILE *out, try_place *place)
{
    int64_t met[3] = {-2, -2, -2};
    char sql[200];

    if (!try_table(place, "INTEGER") || try_run(place, "INSERT INTO $ (id, v) VALUES (1, 1)", NULL, 0) != UOW_OK)
        return statements_say(out, 0, NULL);
    for (int i = 0; i < 3; i++) {
        snprintf(sql, sizeof sql, "UPDATE %s SET v = 2 WHERE id = %d", place->table, i < 2 ? 1 : 9);
        (void)uow_execute(place->context, sql, NULL, 0, &met[i]);
    }
    fprintf(out, "%s (%lld of 1, %lld of 1 with the same value, %lld of 0)\n", met[0] == 1 && met[1] == 1 && met[2] == 0 ? "right" : "wrong",
            (long long)met[0], (long long)met[1], (long long)met[2]);
    if (met[0] == 1 && met[1] == 1 && met[2] == 0)
        fprintf(out, "=row-counts = right\n");
    return met[0] != 1 || met[1] != 1 || met[2] != 0;
}

/* The SQLSTATE of a statement that must fail, and what libuow makes of it. */
static int statements_error(FILE *out, try_place *place, const char *sql)
{
    uow_status st = try_run(place, sql, NULL, 0);

    if (st == UOW_OK)
        fprintf(out, "no error\n");
    else
        fprintf(out, "%s, SQLSTATE %s\n", uow_status_name(st), uow_error_sqlstate(uow_context_error(place->context)));
    return st == UOW_OK;
}

static int statements_duplicate(FILE *out, try_place *place)
{
    if (!try_table(place, "INTEGER") || try_run(place, "INSERT INTO $ (id, v) VALUES (1, 1)", NULL, 0) != UOW_OK)
        return statements_say(out, 0, NULL);
    return statements_error(out, place, "INSERT INTO $ (id, v) VALUES (1, 1)");
}

static int statements_missing(FILE *out, try_place *place)
{
    return statements_error(out, place, "SELECT id FROM $_that_is_not_there");
}

static int statements_long(FILE *out, try_place *place)
{
    if (!try_table(place, "VARCHAR(3)"))
        return statements_say(out, 0, NULL);
    return statements_error(out, place, "INSERT INTO $ (id, v) VALUES (1, 'abcdef')");
}

/* After a statement has failed inside a unit: is what was done before still there, and can it be committed? */
static int statements_goes_on(FILE *out, try_place *place)
{
    int good = try_table(place, "INTEGER") && uow_begin(place->context, NULL) == UOW_OK &&
               try_run(place, "INSERT INTO $ (id, v) VALUES (1, 1)", NULL, 0) == UOW_OK;

    if (good) {
        (void)try_run(place, "INSERT INTO $ (id, v) VALUES (1, 1)", NULL, 0);
        good = try_run(place, "INSERT INTO $ (id, v) VALUES (2, 2)", NULL, 0) == UOW_OK && uow_commit(place->context) == UOW_OK &&
               statements_value(place, "SELECT COUNT(*) FROM $") == 2;
    }
    fprintf(out, "%s\n%s", good ? "the unit goes on" : "the unit is at its end", good ? "=failed-statement = goes-on\n" : "");
    return !good;
}

/* A NUL inside a text: kept whole, or not. */
static int statements_nul(FILE *out, try_place *place)
{
    uow_arg arg = uow_arg_text_n("a\0b", 3);
    int good = try_table(place, "VARCHAR(10)") && try_run(place, "INSERT INTO $ (id, v) VALUES (1, ?)", &arg, 1) == UOW_OK &&
               statements_value(place, "SELECT CHAR_LENGTH(v) FROM $") == 3;

    fprintf(out, "%s\n%s", good ? "kept" : "not kept", good ? "=nul-in-text = kept\n" : "");
    return !good;
}

const try_case try_statements[] = {
    {"multi-row VALUES", statements_many, NULL},
    {"RETURNING", statements_returning, "returning = none"},
    {"WITH", statements_with, NULL},
    {"OFFSET .. FETCH", statements_offset, NULL},
    {"LIMIT .. OFFSET", statements_limit, NULL},
    {"row counts", statements_counts, "row-counts = wrong"},
    {"failed statement", statements_goes_on, "failed-statement = ends-unit"},
    {"a NUL in text", statements_nul, "nul-in-text = refused"},
    {"duplicate key", statements_duplicate, NULL},
    {"missing table", statements_missing, NULL},
    {"too long text", statements_long, NULL},
    {NULL, NULL, NULL},
};
