/* The table the benchmarks read, and its row as a struct. */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include "uow.h"

#define BENCH_TABLE "uow_bench_read"

struct reading {
    int64_t id;
    double price;
    uow_timestamp seen_at;
    uow_ind seen_ind;
    int32_t quantity;
    char label[41];
};

extern const uow_entity readings;

/* What a reader has seen; every reader must see the same. */
struct seen {
    int64_t rows;
    int64_t keys;       /* sum */
    int64_t quantities; /* sum */
    int64_t nulls;
    int64_t labels; /* sum of first bytes, so that the text is really touched */
};

void see(struct seen *seen, const struct reading *row);
/* What rows rows with keys 1..rows must give. */
int64_t sum_of_keys(int64_t rows);

/* Make the table with keys 1..rows, unless it is there with just as many. Exits on failure. */
void table_prepare(const char *connection, int64_t rows);

double seconds_now(void);

#endif
