/* Arrays of parameters: what is told of each of their rows, when one meets no row and when one fails. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "probe_try.h"

#include <stdbool.h>
#include <string.h>

#include "direct.h"
#include "odbc/profile.h"

#define ARRAYS_SOUGHT 5

/* So many rows there are of each value of v, from 1: whatever is counted, the number tells what it was. */
static const int64_t arrays_rows[ARRAYS_SOUGHT] = {1, 2, 0, 1, 3};
#define ARRAYS_ROWS 7

typedef struct arrays_run {
    uowi_array_answer answer;
} arrays_run;

/* Executes a statement, '$' being the table, for so many values, on a connection below the contexts. */
static bool arrays_execute(arrays_run *run, const try_place *place, const char *sql, const int32_t *values, size_t count)
{
    const char *dollar = strchr(sql, '$');
    char text[200];
    direct link = {0};
    bool asked;

    snprintf(text, sizeof text, "%.*s%s%s", (int)(dollar - sql), sql, place->table, dollar + 1);
    asked = direct_open(&link, place->connection, 10000) &&
            uowi_profile_array(link.conn, text, values, count, &run->answer);
    direct_close(&link);
    return asked;
}

/* How many rows there are; -1: it cannot be told. */
static int64_t arrays_count(const try_place *place, const char *condition)
{
    char sql[200];
    uow_rows *rows = NULL;
    int64_t count = -1;

    snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s WHERE %s", place->table, condition);
    if (uow_rows_open(place->context, sql, NULL, 0, &rows) != UOW_OK || uow_rows_next(rows) != UOW_OK ||
        uow_rows_int64(rows, 0, &count) != UOW_OK)
        count = -1;
    uow_rows_close(rows);
    return count;
}

/* --- counts */

static bool arrays_fill(try_place *place)
{
    bool good = try_table(place, "INTEGER");
    int id = 1;

    for (int v = 1; v <= ARRAYS_SOUGHT; v++)
        for (int64_t i = 0; good && i < arrays_rows[v - 1]; i++) {
            char sql[100];

            snprintf(sql, sizeof sql, "INSERT INTO $ (id, v) VALUES (%d, %d)", id++, v);
            good = try_run(place, sql, NULL, 0) == UOW_OK;
        }
    return good;
}

typedef enum arrays_counts { ARRAYS_TOTAL, ARRAYS_EACH, ARRAYS_LAST, ARRAYS_NONE, ARRAYS_WRONG } arrays_counts;

static arrays_counts arrays_judge(const uowi_array_answer *answer, const int32_t *sought)
{
    size_t right = 0;

    for (size_t i = 0; i < ARRAYS_SOUGHT && i < answer->count; i++)
        right += answer->counts[i] == arrays_rows[sought[i] - 1];
    if (answer->count == ARRAYS_SOUGHT)
        return right == ARRAYS_SOUGHT ? ARRAYS_EACH : ARRAYS_WRONG;
    if (answer->count != 1)
        return ARRAYS_WRONG;
    return answer->counts[0] == ARRAYS_ROWS                                        ? ARRAYS_TOTAL
           : answer->counts[0] < 0                                                 ? ARRAYS_NONE
           : answer->counts[0] == arrays_rows[sought[ARRAYS_SOUGHT - 1] - 1] ? ARRAYS_LAST
                                                                                   : ARRAYS_WRONG;
}

/* An update of rows that are there and of one that is not. 0: it is written and answered. */
static int arrays_update(FILE *out, try_place *place, const int32_t *sought, arrays_counts *counts)
{
    arrays_run run;

    if (!arrays_fill(place) || !arrays_execute(&run, place, "UPDATE $ SET v = v + 10 WHERE v = ?", sought, ARRAYS_SOUGHT)) {
        fprintf(out, "not tried: the driver does not take them\n");
        return 1;
    }
    if (!run.answer.done) {
        fprintf(out, "an array with a row that meets none is refused, SQLSTATE %s\n", run.answer.sqlstate);
        return 1;
    }
    if (arrays_count(place, "v > 10") != ARRAYS_ROWS) {
        fprintf(out, "not every row is written, and no error is told\n");
        return 1;
    }
    *counts = arrays_judge(&run.answer, sought);
    return 0;
}

/* The row that is stale stands once in the middle and once at the end. */
static int arrays_counted(FILE *out, try_place *place)
{
    static const int32_t sought[2][ARRAYS_SOUGHT] = {{1, 2, 3, 4, 5}, {4, 2, 1, 5, 3}};
    static const char *const told[] = {
        "one count, of all rows: a stale one makes it short\n=array-counts = total",
        "a count for each row: a stale one is told\n=array-counts = each",
        "the count of the last row only: a stale one is not told",
        "none: a stale row is not told",
        "wrong: a stale row is not told",
    };
    arrays_counts counts[2];

    for (int i = 0; i < 2; i++)
        if (arrays_update(out, place, sought[i], &counts[i]) != 0)
            return 1;
    if (counts[0] != counts[1])
        counts[0] = ARRAYS_WRONG;
    fprintf(out, "%s\n", told[counts[0]]);
    return counts[0] > ARRAYS_EACH;
}

/* --- errors */

/* Which rows are said to have failed: the one that did, none, or others. */
static const char *arrays_blamed(const uowi_array_answer *answer, size_t count, size_t bad)
{
    size_t failed = 0;
    bool right = false;

    for (size_t i = 0; i < count; i++) {
        failed += answer->status[i] == UOWI_SET_ERROR;
        right = right || (i == bad && answer->status[i] == UOWI_SET_ERROR);
    }
    return failed == 0 ? "no row is blamed" : right && failed == 1 ? "the bad row is blamed" : "all rows are blamed";
}

/* One row of an array is there already. */
static int arrays_errors(FILE *out, try_place *place)
{
    static const int32_t ids[] = {1, 2, 2, 4};
    arrays_run run;
    int64_t stored;

    if (!try_table(place, "INTEGER") || !arrays_execute(&run, place, "INSERT INTO $ (id, v) VALUES (?, 1)", ids, 4)) {
        fprintf(out, "not tried: the driver does not take them\n");
        return 1;
    }
    stored = arrays_count(place, "v = 1");
    if (run.answer.done && strcmp(arrays_blamed(&run.answer, 4, 2), "no row is blamed") == 0) {
        fprintf(out, "an error is not told, %lld of 3 are stored\n", (long long)stored);
        return 1;
    }
    fprintf(out, "%s, SQLSTATE %s; %s; %s\n", run.answer.done ? "a warning" : "an error", run.answer.sqlstate,
            arrays_blamed(&run.answer, 4, 2),
            stored == 0   ? "none is stored"
            : stored == 2 ? "those before it are stored"
                          : "all the others are stored");
    return 0;
}

const try_case try_arrays[] = {
    {"counts of an array", arrays_counted, "array-counts = untold"},
    {"errors of an array", arrays_errors, "param-arrays = no"},
    {NULL, NULL, NULL},
};
