/* Reading rows of an entity: text, statement, rowset, one image after the other. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/usual.h"
#include "base/utf.h"
#include "flow/step.h"
#include "work/blame.h"
#include "work/head.h"
#include "work/query.h"
#include "work/sqlgen.h"

#define READER_NAME_SIZE 256

static uow_status reader_text(uowi_session *s, const uowi_select *select, uowi_buf *out)
{
    const uowi_entity *entity = select->entity;
    bool ordered;

    if (select->sql) {
        uowi_buf_text(out, select->sql);
        return uowi_head_check_query(s, select->sql);
    }
    if (!entity->table)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s has no table: read it by uow_query_sql", entity->name);
    uowi_sql_select(s, entity, out);
    ordered = uowi_sql_condition(uowi_session_dialect(s), select->condition, out);
    uowi_dialect_page(uowi_dialect_paging(uowi_session_dialect(s), uowi_session_caps(s)), select->options.limit,
                      select->options.offset, ordered, out);
    return UOW_OK;
}

/*
 * Where the database takes no paging clause rows are skipped here, and reading stops. SQL_ATTR_MAX_ROWS is no help:
 * SQLite's driver goes on from there when the statement runs again, MariaDB's gives all rows.
 */
static void reader_page(uowi_reader *reader, uowi_session *s)
{
    const uow_query_options *options = &reader->select->options;

    if (reader->select->sql || uowi_dialect_paging(uowi_session_dialect(s), uowi_session_caps(s)) != UOWI_PAGING_NONE)
        return;
    reader->skip = options->offset;
    reader->left = options->limit > 0 ? options->limit : UINT64_MAX;
    reader->paged = options->limit > 0 || options->offset > 0;
}

uow_status uowi_reader_start(uowi_reader *reader, uowi_session *s, const uowi_select *select)
{
    uowi_buf program;
    uow_status st;

    memset(reader, 0, sizeof *reader);
    reader->select = select;
    uowi_buf_init(&program, s->mem, 0);
    uowi_buf_reset(&s->text);
    st = reader_text(s, select, &program);
    if (st == UOW_OK && program.failed)
        st = uowi_error_no_memory(&s->error);
    if (st == UOW_OK)
        st = uowi_run_parse(s, uowi_buf_cstr(&program), select->args, select->arg_count, &reader->params,
                            &reader->param_count);
    uowi_buf_done(&program);
    if (st == UOW_OK && select->sql)
        st = uowi_head_show(s);
    if (st != UOW_OK)
        return st;
    reader_page(reader, s);
    return uowi_run_start(&reader->run, s, s->text.data, s->text.length, reader->params, reader->param_count, true);
}

/* Statements made by us select columns in the model's order. */
static size_t reader_own_targets(const uowi_select *select, uowi_target *targets)
{
    const uowi_entity *entity = select->entity;
    size_t count = 0;

    for (size_t i = 0; i < entity->column_count; i++) {
        if (select->columns && !uowi_columns_has(select->columns, i))
            continue;
        targets[count].column = &entity->columns[i];
        targets[count].index = count;
        count++;
    }
    return count;
}

static uow_status reader_missing(uowi_session *s, const uowi_entity *entity, const bool *found)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        if (found[i])
            continue;
        uowi_error_entity(&s->error, entity->name);
        uowi_error_column(&s->error, entity->columns[i].name);
        return uowi_error_set(&s->error, UOW_SQL, "the result has no column %s, which %s maps to %s",
                              entity->columns[i].name, entity->name,
                              entity->columns[i].member ? entity->columns[i].member : "a member");
    }
    return UOW_OK;
}

/* The program's own statement: by column name, extra columns ignored, the first of two with one name wins. */
uow_status uowi_reader_named(uowi_session *s, uowi_stmt *stmt, const uowi_entity *entity, uowi_target *targets)
{
    bool found[UOWI_MAX_COLUMNS] = {false};
    size_t count = uowi_stmt_column_count(stmt);

    for (size_t i = 0; i < count; i++) {
        char name[READER_NAME_SIZE];
        uowi_column_desc desc;
        uow_status st = uowi_stmt_describe(stmt, i, name, sizeof name, &desc);
        size_t column;

        if (st != UOW_OK)
            return st;
        column = uowi_entity_column(entity, name);
        if (column == UOWI_NO_COLUMN || found[column])
            continue;
        found[column] = true;
        targets[column].column = &entity->columns[column];
        targets[column].index = i;
    }
    return reader_missing(s, entity, found);
}

/* A program may write the very text that a find without the key's column has; the rows are not alike. */
static const void *reader_owner(const uowi_select *select)
{
    return select->columns ? (const void *)&select->entity->whole_key : (const void *)select->entity;
}

static bool reader_bound(const uowi_cached *cached, const uowi_select *select, uint32_t block_rows)
{
    return cached->rowset && cached->rowset_owner == reader_owner(select) && cached->rowset_block == block_rows;
}

static uow_status reader_rowset(uowi_session *s, uowi_cached *cached, const uowi_select *select, uint32_t block_rows)
{
    const uowi_entity *entity = select->entity;
    uowi_target targets[UOWI_MAX_COLUMNS];
    size_t count = entity->column_count;
    uow_status st = UOW_OK;

    uowi_rowset_free(cached->rowset);
    cached->rowset = NULL;
    if (select->sql)
        st = uowi_reader_named(s, cached->stmt, entity, targets);
    else
        count = reader_own_targets(select, targets);
    if (st == UOW_OK)
        st = uowi_rowset_open(cached->stmt, entity->name, targets, count, entity->row_size, block_rows, &cached->rowset);
    cached->rowset_owner = reader_owner(select);
    cached->rowset_block = block_rows;
    return st;
}

UOWI_HOT uow_status uowi_reader_bind(uowi_reader *reader, uint32_t block_rows)
{
    uowi_session *s = reader->run.s;
    uowi_cached *cached = reader->run.cached;
    uow_status st = UOW_OK;

    if (uowi_stmt_column_count(cached->stmt) == 0) {
        uowi_error_statement(&s->error, cached->sql);
        return uowi_error_set(&s->error, UOW_MISUSE, "the statement has run, but gives no rows: run it by uow_execute");
    }
    if (!reader_bound(cached, reader->select, block_rows))
        st = reader_rowset(s, cached, reader->select, block_rows);
    if (st != UOW_OK)
        return st;
    uowi_rowset_rewind(cached->rowset);
    reader->rowset = cached->rowset;
    return UOW_OK;
}

static uint32_t reader_block_rows(const uowi_select *select)
{
    uint64_t limit = select->options.limit;

    if (select->options.block_rows)
        return select->options.block_rows;
    return limit > 0 && limit < 4 ? (uint32_t)limit : 0;
}

uow_status uowi_reader_open(uowi_reader *reader)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(reader->at);
    UOWI_AWAIT(reader->at, st, uowi_run_step(&reader->run));
    if (st == UOW_OK)
        st = uowi_reader_bind(reader, reader_block_rows(reader->select));
    UOWI_STEP_END
    return st;
}

/* Where the identity map keeps the keys of a block is read for all of its rows together. */
static void reader_touch(const uowi_reader *reader)
{
    const uowi_select *select = reader->select;

    if (select->options.tracking != UOW_TRACKED || !select->entity->tracked)
        return;
    for (size_t i = 0; i < reader->block_count; i++)
        uowi_tracker_touch(&reader->run.s->tracker, select->entity, reader->block + i * reader->stride);
}

static uow_status reader_block(uowi_reader *reader)
{
    size_t count = 0;
    uow_status st = uowi_rowset_fetch(reader->rowset, &count);

    if (st != UOW_OK)
        return st;
    reader->block = uowi_rowset_row(reader->rowset, 0);
    reader->stride = uowi_rowset_stride(reader->rowset);
    reader->block_count = count;
    reader->next = 0;
    reader->rows += count;
    uowi_count(&reader->run.s->progress.rows, count);
    if (count > 1)
        reader_touch(reader);
    return UOW_OK;
}

UOWI_HOT uow_status uowi_reader_next(uowi_reader *reader, void **out_image)
{
    for (;;) {
        size_t there;

        if (UOWI_RARE(reader->paged) && reader->skip == 0 && reader->left == 0)
            return UOW_END;
        if (reader->next == reader->block_count) {
            uow_status st = reader_block(reader);

            if (st != UOW_OK)
                return st;
        }
        if (UOWI_USUAL(reader->skip == 0))
            break;
        there = reader->block_count - reader->next;
        there = there < reader->skip ? there : (size_t)reader->skip;
        reader->next += there;
        reader->skip -= there;
    }
    reader->left -= reader->paged;
    *out_image = reader->block + reader->stride * reader->next++;
    return UOW_OK;
}

void *uowi_reader_rest(uowi_reader *reader, size_t *out_count)
{
    void *first = uowi_reader_ready(reader);

    if (first) {
        *out_count = reader->block_count - reader->next + 1;
        reader->next = reader->block_count;
    }
    return first;
}

/* A value that does not fit is told with its entity where it was found; other failures are told here. */
void uowi_reader_blame(uowi_session *s, const uowi_entity *entity, uow_status st)
{
    if (st == UOW_SQL && !uow_error_column(&s->error)[0])
        uowi_blame_named(s);
    if (!uow_error_entity(&s->error)[0] && st != UOW_NOT_FOUND && st != UOW_END)
        uowi_error_frame(&s->error, "While reading %s", entity->name);
    uowi_error_entity(&s->error, entity->name);
}

UOWI_HOT uow_status uowi_reader_end(uowi_reader *reader, uow_status st)
{
    uowi_session *s = reader->run.s;

    if (!s)
        return st;
    if (st != UOW_OK && reader->run.cached)
        uowi_error_statement(&s->error, reader->run.cached->sql);
    if (st != UOW_OK)
        uowi_reader_blame(s, reader->select->entity, st);
    return uowi_run_end(&reader->run, st, (int64_t)reader->rows);
}
