/*
 * Write strategies: how a batch of changes of one shape becomes statements. One
 * file each; which one is taken says the dialect's table (odbc/dialect.h), so a
 * new driver is a new row there.
 */
#ifndef UOWI_WORK_STRATEGY_H
#define UOWI_WORK_STRATEGY_H

#include "work/write.h"

/* Where the verdict of a batch comes from. */
typedef enum uowi_answer {
    UOWI_ANSWER_COUNT, /* the number of rows met; when it is short, which ones is asked later */
    UOWI_ANSWER_ORDER, /* rows come back in the order they were sent, proven by ascending generated keys */
    UOWI_ANSWER_KEYS   /* rows come back and are known by their keys */
} uowi_answer;

struct uowi_strategy {
    const char *name;
    /* UOW_OK: changes like this one can go this way; UOW_END: they cannot. NULL: all can. */
    uow_status (*suits)(uowi_writer *writer, const uowi_change *change);
    /* Parameters per column, not per row: one text for every number of rows. */
    bool by_column;
    /* One row of parameters, executed with an array of them. */
    bool arrays;
    /* A statement that gives rows (RETURNING) even when nothing but the verdict is needed. */
    bool returns;
    void (*text)(uowi_writer *writer, uowi_buf *out);
    /* Makes the parameters. NULL: one for each field of each row, in their order. */
    uow_status (*bind)(uowi_writer *writer);
    /* [resumable] Writes writer->batch. */
    uow_status (*step)(uowi_writer *writer);
};

extern const uowi_strategy uowi_strategy_row;
extern const uowi_strategy uowi_strategy_call; /* by a procedure: the model's choice, not the dialect's */
extern const uowi_strategy uowi_strategy_values;
extern const uowi_strategy uowi_strategy_array;
extern const uowi_strategy uowi_strategy_unnest;
extern const uowi_strategy uowi_strategy_with;
extern const uowi_strategy uowi_strategy_join;
extern const uowi_strategy uowi_strategy_in;

/* The strategy of a way of the dialect's table. */
const uowi_strategy *uowi_strategy_of(uowi_way way);

/* The text of the batch, into writer->text, for every strategy but the one that writes row by row. */
uow_status uowi_write_many_text(uowi_writer *writer);
/* [resumable] The step of every strategy that writes a batch by one statement. */
uow_status uowi_write_many(uowi_writer *writer);
/* The bind of those with one parameter for each field of each row: `one` gives those of a row. */
typedef uow_status (*uowi_write_one)(uowi_writer *writer, const uowi_change *change);
uow_status uowi_write_bind_each(uowi_writer *writer, uowi_write_one one);
/* The same into the statement's own buffers: values on the way to them, thousands perhaps, would fill the cache. */
uow_status uowi_write_feed(uowi_writer *writer, uowi_stmt *stmt, uowi_write_one one);
/* How many parameters that gives. */
size_t uowi_write_fed(const uowi_writer *writer);

/* The procedure that writes such a change, or NULL. */
const uow_write_procedure *uowi_write_procedure(const uowi_change *change);
/* "CALL name(a, b)": what a plan shows of it. */
void uowi_write_call_text(const uowi_writer *writer, uowi_buf *out);
/* [resumable] Reads the columns that come back and did not come with the write itself. */
uow_status uowi_write_read_back(uowi_writer *writer);

/* Pieces of text. */

/* "uow_3": how a field is called in a list of rows beside the table. */
void uowi_write_field_name(size_t field, uowi_buf *out);
/* "(?, ?), (?, ?)": a row of parameters for each change of the batch. */
void uowi_write_rows(const uowi_writer *writer, uowi_buf *out);
/* "table.column": a column among others, without the schema. */
void uowi_write_qualified(uowi_writer *writer, size_t field, uowi_buf *out);
/* "table.column = v.uow_0 AND ..": key and version of the table are those of v. */
void uowi_write_match(uowi_writer *writer, uowi_buf *out);
/* "column = v.uow_2, ..": what an update sets; qualified: with the table's name before the column's. */
void uowi_write_set(uowi_writer *writer, bool qualified, uowi_buf *out);
/* Can the row be met by a list of keys and tokens, each "= value"? */
bool uowi_write_is_list(const uowi_writer *writer);
/* "(key, version)" of the table, or the key's name when it stands alone. */
void uowi_write_identity(uowi_writer *writer, uowi_buf *out);
/* " RETURNING .." of writer->returned, when rows are read. */
void uowi_write_returning(uowi_writer *writer, uowi_buf *out);

#endif
