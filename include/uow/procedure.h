/* Stored procedures: calls with values in both directions and any number of results, and procedures of the program's own. */
#ifndef UOW_PROCEDURE_H
#define UOW_PROCEDURE_H

#include "uow/arg.h"
#include "uow/model.h"
#include "uow/query.h"
#include "uow/rows.h"

UOW_BEGIN_DECLS

/*
 * Arguments of a call. What goes in may be any uow_arg; these say where values that come back go. x and ind are
 * variables of the program, not pointers to them:
 *
 *     int64_t order = 0; char note[41] = ""; uow_ind note_ind = 0;
 *     uow_arg args[] = { UOW_IN(UOW_INT64, customer), UOW_OUT(UOW_INT64, order), UOW_OUT_NULL(UOW_TEXT, note, note_ind) };
 *
 * They are written when the call has succeeded as a whole; after a failure they are as before. A NULL without an
 * indicator is UOW_TYPE. Long values (uow_text, uow_blob) live until the next call on the context.
 */
#define UOW_IN(type, x) uow_arg_member((type), &(x), sizeof(x), NULL)
#define UOW_IN_NULL(type, x, ind) uow_arg_member((type), &(x), sizeof(x), &(ind))
#define UOW_OUT(type, x) uow_arg_out((type), &(x), sizeof(x), NULL)
#define UOW_OUT_NULL(type, x, ind) uow_arg_out((type), &(x), sizeof(x), &(ind))
#define UOW_INOUT(type, x) uow_arg_inout((type), &(x), sizeof(x), NULL)
#define UOW_INOUT_NULL(type, x, ind) uow_arg_inout((type), &(x), sizeof(x), &(ind))
#define UOW_RETURN(type, x) uow_arg_return((type), &(x), sizeof(x), NULL)
#define UOW_RETURN_NULL(type, x, ind) uow_arg_return((type), &(x), sizeof(x), &(ind))

/*
 * An OUT argument: type says how the value at data is kept, size is the room there (for UOW_TEXT and UOW_BINARY the
 * array's), indicator (may be NULL) receives UOW_NULL or the length.
 * Blocks: never. Threads: any. Since: 0.1.
 */
UOW_API uow_arg uow_arg_out(uow_type type, void *data, size_t size, uow_ind *indicator);
/* An INOUT argument: what data and indicator hold when the call begins goes in. Since: 0.1. */
UOW_API uow_arg uow_arg_inout(uow_type type, void *data, size_t size, uow_ind *indicator);
/* Where the value a function returns goes; stands anywhere among the arguments and is no parameter. Since: 0.1. */
UOW_API uow_arg uow_arg_return(uow_type type, void *data, size_t size, uow_ind *indicator);
/*
 * Where the number of rows goes that the call affected, -1 where the driver does not say; no parameter either.
 * PostgreSQL never says it of a procedure; MariaDB says it of the last statement of the procedure. Since: 0.1.
 */
UOW_API uow_arg uow_arg_affected(int64_t *out_affected);

/* What becomes of one result set of a call. Made by the UOW_RESULT macros. */
typedef struct uow_result {
    size_t struct_size;
    const uow_entity *entity; /* whose structs the rows become, by column name; NULL: the result is skipped */
    uow_tracking tracking;    /* a keyless entity is never tracked */
    uint32_t flags;           /* UOW_REFRESH */
    /*
     * NULL: the rows go into list. Else each row is handed over as it comes and memory stays bounded: the struct is
     * valid during the call (a tracked one as usual); return 0 to end the call with UOW_CANCELLED.
     * In callbacks: no call on this context.
     */
    int (*each)(void *row, void *user);
    void *user;
    uow_list *list; /* written on success: to be freed by uow_list_free */
    int64_t rows;   /* written on success: how many there were; -1: the procedure gave no such result */
} uow_result;
/* Where one result goes: tracked, as a plain array, row by row to a function, nowhere. */
#define UOW_RESULT(entity) { sizeof(uow_result), (entity), UOW_TRACKED, 0, NULL, NULL, NULL, -1 }
#define UOW_RESULT_UNTRACKED(entity) { sizeof(uow_result), (entity), UOW_NO_TRACKING, 0, NULL, NULL, NULL, -1 }
#define UOW_RESULT_EACH(entity, each, user) \
    { sizeof(uow_result), (entity), UOW_NO_TRACKING, 0, (each), (user), NULL, -1 }
#define UOW_RESULT_SKIPPED { sizeof(uow_result), NULL, UOW_NO_TRACKING, 0, NULL, NULL, NULL, -1 }

/*
 * Call a stored procedure or function, or a procedure of the model (see uow_procedure) where the database has none
 * of that name.
 * Parameters: name is "name" or "schema.name", as the catalog has it. args, arg_count: one argument for each
 *   parameter in order, or all named (uow_arg_named) in any order; a parameter with a default may be left out.
 *   Cursors a procedure of PostgreSQL hands out (INOUT refcursor) are no arguments but results.
 *   results, result_count say what becomes of the result sets, in the order the procedure gives them; those beyond are
 *   skipped; NULL and 0: all are. A missing column is named in the error, extra ones are ignored.
 *   How the parameters are declared is asked once per connection.
 * Blocks: until every result is read. Threads: owner only.
 * Returns: UOW_OK; UOW_SQL (no such procedure; an error the procedure raised: uow_error_sqlstate has its state);
 *   UOW_CONSTRAINT; UOW_TRANSIENT; UOW_MISUSE (arguments and parameters do not match: the error names the parameter);
 *   UOW_TYPE, UOW_TRUNCATED (a value that comes back does not fit); UOW_CANCELLED; UOW_BUSY; UOW_UNSUPPORTED (the
 *   database has no procedures and the model has none of that name); UOW_CONNECTION_LOST; ...
 * After a failure nothing is written, into the program's variables or, outside a unit, into the database; inside a unit
 *   roll it back (MariaDB keeps what the procedure did before it failed). Warnings of a call that succeeded
 *   are diagnostics of uow_context_error, as far as the driver tells.
 * A procedure that commits or rolls back by itself can be no part of a unit: PostgreSQL refuses it (2D000); MariaDB
 *   lets it, and the end of the unit is then UOW_MISUSE.
 * Since: 0.1. Source: ODBC reference, Executing Procedures; EF Core, FromSql.
 */
UOW_API uow_status uow_call_at(const char *where, uow_context *context, const char *name, const uow_arg *args,
                               size_t arg_count, uow_result *results, size_t result_count);

/*
 * Polled uow_call: see uow/op.h. Variables and results are written by uow_op_finish; rows are handed to a result's each
 * by the thread that polls. Blocks: never. Threads: owner only. Since: 0.1.
 */
UOW_API uow_status uow_call_start_at(const char *where, uow_context *context, const char *name, const uow_arg *args,
                                     size_t arg_count, uow_result *results, size_t result_count, uow_op **out_op);

/*
 * Call a procedure and walk its results as dynamic rows. The guard is held until the rows are closed or drained;
 * values that come back are written when uow_rows_next_result has said UOW_END, or by uow_rows_close, which drains.
 * Parameters, blocking, results: as uow_call; out_rows as uow_rows_open. Since: 0.1.
 */
UOW_API uow_status uow_call_rows_at(const char *where, uow_context *context, const char *name, const uow_arg *args,
                                    size_t arg_count, uow_rows **out_rows);

/*
 * Polled uow_call_rows: see uow/op.h; the rows are walked by uow_rows_next_start and uow_rows_next_result_start, or
 * without "_start". Values that come back are written by uow_op_finish of what drained them. Blocks: never.
 * Threads: owner only. Since: 0.1.
 */
UOW_API uow_status uow_call_rows_start_at(const char *where, uow_context *context, const char *name, const uow_arg *args,
                                          size_t arg_count, uow_rows **out_rows, uow_op **out_op);

/* Which way a parameter goes. */
typedef enum uow_direction {
    UOW_PARAMETER_IN = 0,
    UOW_PARAMETER_OUT = 1,
    UOW_PARAMETER_INOUT = 2,
    UOW_PARAMETER_RETURN = 3, /* what a function returns */
    UOW_PARAMETER_LOCAL = 4,  /* a variable of a portable body */
    UOW_PARAMETER_FORCE_INT = 0x7fffffff
} uow_direction;

/* A parameter as the model declares it. */
typedef struct uow_parameter {
    const char *name;
    uow_type type;
    uow_direction direction;
} uow_parameter;

/* What a statement of a portable body is for. */
typedef enum uow_step_kind {
    UOW_STEP_RUN = 0,    /* it is run; rows it gives are skipped */
    UOW_STEP_RESULT = 1, /* its rows are a result of the call */
    UOW_STEP_SET = 2,    /* its first row sets the parameters its columns are named after; no row changes nothing */
    UOW_STEP_RAISE = 3,  /* when it gives a row the call fails with sqlstate and message */
    UOW_STEP_FORCE_INT = 0x7fffffff
} uow_step_kind;

/* One statement of a portable body; ":name" is a parameter as it is by then. */
typedef struct uow_step {
    uow_step_kind kind;
    const char *sql;
    const char *sqlstate; /* UOW_STEP_RAISE */
    const char *message;  /* UOW_STEP_RAISE */
} uow_step;
/* One statement of a portable body: run, or run for its rows. */
#define UOW_STEP(sql) { UOW_STEP_RUN, (sql), NULL, NULL }
#define UOW_STEP_GIVE(sql) { UOW_STEP_RESULT, (sql), NULL, NULL }
#define UOW_STEP_INTO(sql) { UOW_STEP_SET, (sql), NULL, NULL }
#define UOW_STEP_RAISE_IF(sql, sqlstate, message) { UOW_STEP_RAISE, (sql), (sqlstate), (message) }

#define UOW_OWN_BODY 0x01u /* the portable body is run even where the database has a procedure of that name */

/*
 * A procedure of the model: its signature, which uow_model_verify compares with the catalog, and perhaps a portable body,
 * which runs under uow_call as one unit (a savepoint inside an open one) where the database has no such procedure.
 */
typedef struct uow_procedure {
    size_t struct_size;
    const char *schema; /* or NULL */
    const char *name;
    const uow_parameter *parameters;
    size_t parameter_size; /* sizeof(uow_parameter) the program was compiled with */
    const uow_step *steps;
    size_t step_size;
    uint32_t parameter_count;
    uint32_t step_count;
    uint32_t flags;
    uint32_t reserved;
} uow_procedure;
/* A procedure for the model: schema (or NULL), name, parameters, portable body. The others leave some out. */
#define UOW_PROCEDURE_FULL(schema, name, parameters, parameter_count, steps, step_count, flags) \
    { sizeof(uow_procedure), (schema), (name), (parameters), sizeof(uow_parameter), (steps), sizeof(uow_step), \
      (parameter_count), (step_count), (flags), 0 }
#define UOW_PROCEDURE(name, parameters) \
    UOW_PROCEDURE_FULL(NULL, name, parameters, UOW_COUNT(parameters), NULL, 0, 0)
#define UOW_PROCEDURE_PORTABLE(name, parameters, steps) \
    UOW_PROCEDURE_FULL(NULL, name, parameters, UOW_COUNT(parameters), steps, UOW_COUNT(steps), 0)

#define UOW_WRITE_BEFORE 0x01u   /* the value the row had when it was read */
#define UOW_WRITE_BACK 0x02u     /* the value comes back into the struct */
#define UOW_WRITE_ROWS 0x04u     /* no column: an OUT parameter that says how many rows were met */
#define UOW_WRITE_RETURNED 0x08u /* no column: the function returns how many */
#define UOW_WRITE_COUNTED 0x10u  /* no column and no parameter: the driver says how many */

/* One argument of a procedure that writes a row. Made by the UOW_PASS macros. */
typedef struct uow_write_argument {
    const char *parameter; /* its name: all have one, or none */
    const char *column;
    uint32_t flags;
    uint32_t reserved;
} uow_write_argument;
/* What a procedure that writes a row is given, in its order: a column, the value it had, or what comes back. */
#define UOW_PASS(column) { NULL, (column), 0, 0 }
#define UOW_PASS_BEFORE(column) { NULL, (column), UOW_WRITE_BEFORE, 0 }
#define UOW_PASS_BACK(column) { NULL, (column), UOW_WRITE_BACK, 0 }
#define UOW_PASS_ROWS { NULL, NULL, UOW_WRITE_ROWS, 0 }
#define UOW_PASS_RETURNED { NULL, NULL, UOW_WRITE_RETURNED, 0 }
#define UOW_PASS_COUNTED { NULL, NULL, UOW_WRITE_COUNTED, 0 }
#define UOW_PASS_NAMED(parameter, column, flags) { (parameter), (column), (flags), 0 }

/* A procedure that writes one row; name NULL: rows are written by a statement. */
typedef struct uow_write_procedure {
    const char *name; /* as in uow_call */
    const uow_write_argument *arguments;
    uint32_t argument_count;
    uint32_t reserved;
} uow_write_procedure;
/* By which procedure an entity's rows are written, with those arguments; or by the library's own statement. */
#define UOW_WRITE_BY(name, arguments) { (name), (arguments), UOW_COUNT(arguments), 0 }
#define UOW_WRITE_BY_STATEMENT { NULL, NULL, 0, 0 }

/*
 * How uow_save writes the rows of an entity where the database lets nobody write but its procedures. A row that was not
 * met (0 rows) is a UOW_CONFLICT as ever; a procedure that tells no number is taken to have met its row. A version is
 * passed before (UOW_PASS_BEFORE) and after (UOW_PASS), or comes back. Values the database makes come back by
 * UOW_PASS_BACK; those that do not are read, except a generated key, which must. Each row is a call of its own.
 */
typedef struct uow_writing {
    size_t struct_size;
    const uow_entity *entity;
    uow_write_procedure insert;
    uow_write_procedure update;
    uow_write_procedure remove;
} uow_writing;
/* By which procedures an entity's rows are inserted, updated and deleted: three UOW_WRITE_BY. */
#define UOW_WRITING(entity, insert, update, remove) { sizeof(uow_writing), (entity), insert, update, remove }

/* What a model is made of. */
typedef struct uow_model_parts {
    size_t struct_size;
    const uow_entity *const *entities;
    size_t entity_count;
    const uow_procedure *const *procedures;
    size_t procedure_count;
    const uow_writing *const *writings;
    size_t writing_count;
} uow_model_parts;
/* Nothing yet, with struct_size set. */
#define UOW_MODEL_PARTS_INIT { sizeof(uow_model_parts), NULL, 0, NULL, 0, NULL, 0 }

/*
 * As uow_model_create, of entities and procedures; either may be missing. Everything pointed to must outlive the model.
 * Since: 0.1.
 */
UOW_API uow_status uow_model_build(uow_env *env, const uow_model_parts *parts, uow_model **out_model);

/*
 * Compare the context's model with the database's catalog: every table and its columns; of every procedure whether it is
 * there (unless it has a portable body), how many parameters it has, and their names, directions and types; of a
 * function what it returns. Cursors of PostgreSQL are results and not compared.
 * Blocks: a trip for each table and procedure. Threads: owner only.
 * Returns: UOW_OK; UOW_MODEL (the error's message has a sentence for each difference); UOW_MISUSE (no model, or a unit is
 *   open: what is missing would end it); UOW_BUSY; UOW_CONNECTION_LOST; ... Since: 0.1.
 */
UOW_API uow_status uow_model_verify_at(const char *where, uow_context *context);

/* Polled uow_model_verify: see uow/op.h. Blocks: never. Threads: owner only. Since: 0.1. */
UOW_API uow_status uow_model_verify_start_at(const char *where, uow_context *context, uow_op **out_op);

UOW_END_DECLS

#endif
