/* The hand-written half: plain ODBC, as somebody who knows the drivers would write it. */
#ifndef BENCH_RAW_H
#define BENCH_RAW_H

#include "table.h"

struct raw;

/* Connect by DSN or connection string. Any failure here and below is printed and exits. */
struct raw *raw_open(const char *connection);
void raw_close(struct raw *raw);

/* From now on read doubles with all their digits, as libuow does (SQLite only). */
void raw_exact(struct raw *raw);

/* Run a statement without a result. */
void raw_run(struct raw *raw, const char *sql);
/* Run a statement; nonzero when the database took it. */
int raw_try(struct raw *raw, const char *sql);
/* The one number of a one-row query, or otherwise when the database refused it. */
int64_t raw_number(struct raw *raw, const char *sql, int64_t otherwise);
/* Name and version of the database. */
void raw_describe(struct raw *raw, char *text, size_t size);

/* Read all rows in blocks of block rows, looking at each and forgetting it. */
void raw_stream(struct raw *raw, size_t block, struct seen *seen);
/* Read all rows into one array, which the caller frees. */
struct reading *raw_array(struct raw *raw, size_t block, size_t *out_count);

#endif
