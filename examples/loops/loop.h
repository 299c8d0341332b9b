/* What the event-loop examples share: contexts on one data source, each waiting a moment inside the database. */
#ifndef LOOP_H
#define LOOP_H

#include "example.h"

#include <stddef.h>
#include <stdint.h>

typedef struct loop {
    uow_env *env;
    uow_context **contexts;
    uow_op **ops;
    size_t count;
    size_t over; /* operations that have been finished */
    double started;
} loop;

/* Seconds on a clock that only goes forward; and of processor time this process has used. */
double loop_now(void);
double loop_processor(void);

/* The data source of the command line, or $UOW_DSN. */
const char *loop_source(int argc, char **argv);
/* Opens count contexts at once, by polled opens. */
void loop_open(loop *l, const char *dsn, size_t count);
/* Starts a statement that sleeps for ms (SQLite: is at work about as long) on every context; each is finished by a callback. */
void loop_start(loop *l, int ms);
/* What it took, and whether that is near the longest statement. Closes everything. Returns main's status. */
int loop_report(loop *l, const char *how);

#endif
