/*
 * The lending library of the guide: its rows as C structs, and its tables made anew for each example. From chapter 3 on
 * the examples begin and end with it, so that each of them shows its own subject only.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include "uow.h"

struct reader {
    int64_t id;
    char name[41];
    char city[41];
    uow_decimal fines;
    int32_t version;
    uow_collection loans; /* filled by the context */
};

struct book {
    int64_t id;
    char title[61];
    int32_t copies; /* on the shelf */
    int32_t version;
};

struct loan {
    int64_t id;
    int64_t reader_id;
    int64_t book_id;
    uow_date lent_on;
    uow_date back_on;
    uow_ind back_ind; /* UOW_NULL: not back yet */
    struct reader *reader;
    struct book *book;
};

extern const uow_entity readers, books, loans;

enum { LIBRARY_ENTITIES = 3 };
extern const uow_entity *const library_entities[LIBRARY_ENTITIES];

/* What an example works with: opened by library_open, closed by library_close. */
struct library {
    const char *connection;
    uow_env *env;
    uow_model *model;
    uow_context *ctx;
};

/* Connect to the DSN that is the program's argument, make the tables and put three readers, five books, two loans in. */
struct library library_open(int argc, char **argv);
/* The same with more in the model: entities beside those above, procedures. */
struct library library_open_with(int argc, char **argv, const uow_model_parts *parts);
/* A second context on the same database; close it before the library. */
uow_context *library_connect(const struct library *library);
/* Drop the tables and close everything. */
void library_close(struct library *library);

/* Anything but UOW_OK is explained on stderr and ends the program: an example has nobody to hand a failure to. */
void must(const uow_context *ctx, uow_status st, const char *doing);
/* An amount with two decimals into buffer, which is returned: SQLite gives 2.5 for what was written as 2.50. */
const char *amount(const uow_decimal *value, char buffer[48]);

#endif
