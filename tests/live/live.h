/*
 * What every live test stands on: an environment and a context on $UOW_DSN, tables
 * with one text of DDL for every database, and checks that print the error's record.
 *
 *     Test(notes, a_saved_note_is_found_again)
 *     {
 *         live l;
 *         live_open(&l, models, 1);
 *         live_table(&l, "notes_found", "id @id, body @text");
 *         UOW_OK(uow_add(l.ctx, &notes, &note, NULL));
 *         UOW_IS(UOW_NOT_FOUND, uow_find(l.ctx, &notes, uow_key_int64(-1), &row));
 *         live_close(&l);
 *     }
 *
 * Tests run as processes of their own, perhaps several at a time on one database: names of
 * tables begin with the test file's subject, and live_table waits while another has the table.
 */
#ifndef LIVE_H
#define LIVE_H

#include <criterion/criterion.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "live/polled.h"
#include "uow.h"

typedef enum live_database { LIVE_SQLITE, LIVE_POSTGRESQL, LIVE_MARIADB, LIVE_OTHER } live_database;

/* A trace event that stays. */
typedef struct live_event {
    uow_trace_kind kind;
    uow_status status;
    uint64_t context_id;
    uint64_t duration_ns;
    int64_t rows;
    uint32_t parameters;
    char operation[32];
    char sqlstate[8];
    char text[400];
} live_event;

/* The first events; count goes on when the room is used up. */
typedef struct live_events {
    size_t count;
    live_event at[256];
} live_events;

#define LIVE_CONTEXTS 4
#define LIVE_TABLES   8

typedef struct live {
    uow_env *env;
    uow_model *model; /* NULL without entities */
    uow_context *ctx;
    uow_context *others[LIVE_CONTEXTS]; /* made by live_another */
    uow_facts facts;
    live_database database;
    bool standard; /* the library takes it for a database it does not know */
    char tables[LIVE_TABLES][64]; /* dropped by live_close */
    live_events events;           /* of ctx and the others */
    size_t bytes;                 /* held through the environment's allocator */
    size_t peak;                  /* the most there ever were; may be set back to bytes */
} live;

/* $UOW_DSN; the test fails when it is not set. */
const char *live_dsn(void);

/* Open l->env only. live_close does the rest. */
void live_env(live *l);

/* Open l->env and l->ctx, with a model of count entities (NULL and 0: none). */
void live_open(live *l, const uow_entity *const *entities, size_t count);

/* The same with options; a trace function of their own replaces the recording of events. */
void live_open_with(live *l, const uow_entity *const *entities, size_t count,
                    const uow_context_options *options);

/* The same with a model of entities and procedures. */
void live_open_parts(live *l, const uow_model_parts *parts);

/* Another context on the same data source and model, closed by live_close. */
uow_context *live_another(live *l);

/* Close l->ctx now and open it again (options may be NULL); the tables stay. */
void live_reopen(live *l, const uow_context_options *options);

/* Close every context, drop the tables, close the rest; whatever is not freed then fails the test.
 */
void live_close(live *l);

/*
 * Make an empty table, dropped by live_close. columns is DDL in which these words stand
 * for what each database calls them:
 *     @id       generated 64-bit primary key
 *     @int8 @int16 @int32 @int64    @uint8 @uint16 @uint32 @uint64
 *     @float @double @bool @text (long) @bytes (short binary) @blob (long)
 *     @decimal(p,s) @date @time @timestamp @timestamptz @guid
 */
void live_table(live *l, const char *name, const char *columns);

/*
 * Tests of one file like to share a table or a procedure: with several tests at a time on one database this waits
 * until the name is this one's, to the end of its process. live_table does so for the table.
 */
void live_mine(const live *l, const char *name);

/* The same words replaced in any SQL text; free() the result. */
char *live_ddl(const live *l, const char *text);

/* Run one statement without parameters; the test fails when it does. */
void live_run(live *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The one integer a statement gives. */
int64_t live_int64(live *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What SQL text each database needs, for the few places where no single text will do. */
const char *live_either(const live *l, const char *sqlite, const char *postgresql,
                        const char *mariadb);

/* How many recorded events have this kind and, unless NULL, this text in theirs. */
size_t live_count_events(const live *l, uow_trace_kind kind, const char *text);

/* A trace function that keeps events; user is a live_events. */
void live_keep_event(const uow_trace_event *event, void *user);

/* Whether any accessor of the error gives a text that contains needle. */
bool live_error_contains(const uow_error *error, const char *needle);

/* The context UOW_OK and UOW_IS take the error from: that of the last live_open. */
extern uow_context *live_current;

/* What to print about a status nobody wanted. Static storage. */
const char *live_complaint(const char *call, uow_status wanted, uow_status got,
                           const uow_error *error);

#define UOW_IS_BY(error, wanted, expr)                                                             \
    do {                                                                                           \
        uow_status live_got_ = (expr);                                                             \
        cr_assert(live_got_ == (wanted), "%s",                                                     \
                  live_complaint(#expr, (wanted), live_got_, (error)));                            \
    } while (0)

/* The call must give this status; if not, status, SQLSTATE and message are printed. */
#define UOW_IS(wanted, expr) UOW_IS_BY(uow_context_error(live_current), wanted, expr)
#define UOW_OK(expr)         UOW_IS(UOW_OK, expr)

/* The same on another context. */
#define UOW_IS_ON(context, wanted, expr) UOW_IS_BY(uow_context_error(context), wanted, expr)
#define UOW_OK_ON(context, expr)         UOW_IS_ON(context, UOW_OK, expr)

/* text contains part; both are printed when it does not. */
#define LIVE_CONTAINS(text, part)                                                                  \
    cr_assert(strstr((text), (part)) != NULL, "\"%s\" should contain \"%s\"", (text), (part))

#endif
