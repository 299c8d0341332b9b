/*
 * What every example shares: the check of a status, a few ways of printing, and a
 * trace sink that shows the SQL as it runs. Nothing here is needed to use libuow.
 */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include "uow.h"

#if defined(__GNUC__)
#define EXAMPLE_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define EXAMPLE_PRINTF(text, first)
#endif

/* The one status check: anything but UOW_OK is explained on stderr and ends the program. */
void must(const uow_context *context, uow_status st, const char *doing);

/* A numbered title; before the first one comes the program's own headline. */
void headline(const char *text);
void title(const char *text);
/* A line of the story, indented below its title. */
void say(const char *format, ...) EXAMPLE_PRINTF(1, 2);
/* Long text, wrapped and indented; dim on a terminal. */
void quote(const char *mark, const char *text);
/* "SQLite 3.40.1 through libsqlite3odbc.so 0.9998". */
void say_database(const uow_context *context);
/* What the context did since it was opened, in one line. */
void say_counters(const uow_context *context);

/* Whether the trace sink below prints: examples are silent while they prepare their data. */
extern int show_sql;
void print_sql(const uow_trace_event *event, void *user);

/* Open an environment and a context whose SQL is shown; a failure ends the program. */
uow_env *open_environment(void);
uow_context *open_context(uow_env *env, const char *connection, const uow_model *model);
/* Check entities and freeze them; mistakes are printed and end the program. */
uow_model *make_model(uow_env *env, const uow_entity *const *entities, size_t count);

/* "YYYY-MM-DD HH:MM" into a buffer of at least 20 bytes, which is returned. */
char *show_time(const uow_timestamp *t, char *buffer);
/* Now, in UTC, to the second. */
uow_timestamp time_now(void);

/* Money is counted in cents; what comes from a database may have any scale. */
int64_t cents(const uow_decimal *money);
uow_decimal from_cents(int64_t cents);
/* "1234.50" into a buffer of at least 32 bytes, which is returned. */
char *show_money(const uow_decimal *money, char *buffer);

#endif
