/* Writing by plain ODBC, as somebody who has measured every way would: drivers.md's best for each database. */
#ifndef BENCH_SAVE_RAW_H
#define BENCH_SAVE_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct item {
    int64_t id;
    double price;
    int32_t quantity;
    int32_t version;
    char label[41];
};

struct writer;

/* Connect, with what the library would add to the connection string. Failures are printed and exit, here and below. */
struct writer *writer_open(const char *connection);
void writer_close(struct writer *writer);
/* Name and version of the database. */
void writer_describe(struct writer *writer, char *text, size_t size);
/* Make the table anew. */
void writer_table(struct writer *writer, const char *table);
/* As new: without statistics, and without what deleted rows leave. */
void writer_empty(struct writer *writer, const char *table);

/*
 * Waits until the server has cleaned up behind what was written and deleted before. False: it was not done in two
 * seconds, or does not tell.
 */
bool writer_settle(struct writer *writer);

/* 100,000 rows in one transaction each: keys come back; versions are checked and every row has its verdict. */
void writer_insert(struct writer *writer, const char *table, struct item *rows, size_t count);
void writer_update(struct writer *writer, const char *table, struct item *rows, size_t count);
void writer_delete(struct writer *writer, const char *table, const struct item *rows, size_t count);

/* One row, prepared once. */
void writer_update_one(struct writer *writer, const char *table, struct item *row);
void writer_find_one(struct writer *writer, const char *table, int64_t id, struct item *out);
/* Inside a transaction, or not. */
void writer_begin(struct writer *writer);
void writer_commit(struct writer *writer);

#endif
