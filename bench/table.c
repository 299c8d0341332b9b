/* POSIX names beside those of C11; before the first header. */
#define _POSIX_C_SOURCE 200809L

#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "raw.h"

/* clang-format off */
static const uow_column reading_columns[] = {
    UOW_COLUMN     (struct reading, id,       "id",       UOW_INT64,  UOW_KEY),
    UOW_COLUMN     (struct reading, quantity, "quantity", UOW_INT32,  0),
    UOW_COLUMN     (struct reading, price,    "price",    UOW_DOUBLE, 0),
    UOW_COLUMN     (struct reading, label,    "label",    UOW_TEXT,   0),
    UOW_COLUMN_NULL(struct reading, seen_at, seen_ind, "seen_at", UOW_TIMESTAMP, 0),
};
/* clang-format on */

const uow_entity readings = UOW_ENTITY(struct reading, BENCH_TABLE, reading_columns);

void see(struct seen *seen, const struct reading *row)
{
    seen->rows++;
    seen->keys += row->id;
    seen->quantities += row->quantity;
    seen->nulls += row->seen_ind == UOW_NULL;
    seen->labels += row->label[0];
}

int64_t sum_of_keys(int64_t rows)
{
    return rows * (rows + 1) / 2;
}

double seconds_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Rows written one by one; the rest are copies the database makes of these. */
enum { BASE = 1000 };

/* Labels of 8 to 38 bytes; every fourth timestamp is NULL. */
static void insert_base_row(struct raw *raw, int id)
{
    char sql[256];
    char seen_at[40] = "NULL";

    if (id % 4)
        snprintf(seen_at, sizeof seen_at, "'2026-%02d-%02d %02d:%02d:%02d.%03d'", 1 + id % 12,
                 1 + id % 28, id % 24, id % 60, id * 7 % 60, id);
    snprintf(sql, sizeof sql,
             "INSERT INTO " BENCH_TABLE " VALUES (%d, %d, %d.25, '%.*s %04d', %s)", id,
             id * 37 % 1000, id, 3 + id % 31, "reading of the meter in the old cellar", id % 10000,
             seen_at);
    raw_run(raw, sql);
}

/* Double what is there until it is enough: about ten statements, on any database. */
static void copy_up_to(struct raw *raw, int64_t rows)
{
    char sql[256];

    for (int64_t have = BASE; have < rows; have *= 2) {
        int64_t more = have < rows - have ? have : rows - have;
        snprintf(sql, sizeof sql,
                 "INSERT INTO " BENCH_TABLE
                 " SELECT id + %" PRId64 ", quantity, price, label, seen_at FROM " BENCH_TABLE
                 " WHERE id <= %" PRId64,
                 have, more);
        raw_run(raw, sql);
    }
}

static void create(struct raw *raw)
{
    static const char columns[] = "id BIGINT NOT NULL PRIMARY KEY, quantity INTEGER NOT NULL,"
                                  " price DOUBLE PRECISION NOT NULL, label VARCHAR(40) NOT NULL";
    char sql[512];

    /* MariaDB's TIMESTAMP changes by itself, and nobody else has a DATETIME(6). */
    snprintf(sql, sizeof sql, "CREATE TABLE " BENCH_TABLE " (%s, seen_at DATETIME(6) NULL)",
             columns);
    if (raw_try(raw, sql))
        return;
    snprintf(sql, sizeof sql, "CREATE TABLE " BENCH_TABLE " (%s, seen_at TIMESTAMP NULL)", columns);
    raw_run(raw, sql);
}

void table_prepare(const char *connection, int64_t rows)
{
    struct raw *raw = raw_open(connection);
    int64_t have;

    if (rows < BASE)
        rows = BASE;
    have = raw_number(raw, "SELECT COUNT(*) FROM " BENCH_TABLE, -1);
    if (have >= 0 && have != rows)
        raw_run(raw, "DROP TABLE " BENCH_TABLE);
    if (have != rows) {
        create(raw);
        for (int id = 1; id <= BASE; id++)
            insert_base_row(raw, id);
        copy_up_to(raw, rows);
        raw_try(raw, "ANALYZE " BENCH_TABLE);
    }
    raw_close(raw);
}
