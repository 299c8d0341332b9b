/* Chapter 3: rows by condition, one row, a count, a report of a statement of your own, rows of any shape, a cursor. */
#include <stdio.h>

#include "library.h"

/* A row of a report: no key, no table, never tracked. */
struct borrowed {
    char name[41];
    char title[61];
};
static const uow_column borrowed_columns[] = {
    UOW_COLUMN(struct borrowed, name,  "name",  UOW_TEXT, 0),
    UOW_COLUMN(struct borrowed, title, "title", UOW_TEXT, 0),
};
static const uow_entity borrowed = UOW_ENTITY_KEYLESS(struct borrowed, NULL, borrowed_columns);

static void by_condition(uow_context *ctx)
{
    uow_arg args[] = {uow_arg_int32(0), uow_arg_text("E%")};
    uow_query_options plain = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;

    plain.tracking = UOW_NO_TRACKING; /* only to be read */
    plain.limit = 2;
    must(ctx, uow_query(ctx, &books, "copies > ? AND title >= ? ORDER BY title", args, 2, &plain, &list),
         "query the books");
    for (size_t i = 0; i < uow_list_count(list); i++) {
        const struct book *b = uow_list_at(list, i);
        printf("%s: %d on the shelf\n", b->title, (int)b->copies);
    }
    uow_list_free(list);
}

static void one_or_how_many(uow_context *ctx)
{
    uow_arg city = uow_arg_named("city", uow_arg_text("Prague"));
    uow_arg title = uow_arg_text("Krabat");
    void *row = NULL;
    int64_t count = 0;
    uow_status st;

    must(ctx, uow_single(ctx, &readers, "city = :city", &city, 1, &row), "find the reader in Prague");
    printf("in Prague: %s\n", ((const struct reader *)row)->name);
    must(ctx, uow_count(ctx, &books, "copies = 0", NULL, 0, &count), "count what is out");
    printf("%lld title is out\n", (long long)count);
    st = uow_first(ctx, &books, "title = ?", &title, 1, &row); /* no row is a status, not an error to fear */
    printf("Krabat: %s\n", uow_status_name(st));
}

static void report(uow_context *ctx)
{
    uow_list *list = NULL;

    must(ctx, uow_query_sql(ctx, &borrowed,
                            "SELECT r.name, b.title FROM loans l JOIN readers r ON r.reader_id = l.reader_id "
                            "JOIN books b ON b.book_id = l.book_id WHERE l.back_on IS NULL ORDER BY b.title",
                            NULL, 0, NULL, &list),
         "ask who has what");
    for (size_t i = 0; i < uow_list_count(list); i++) {
        const struct borrowed *b = uow_list_at(list, i);
        printf("%s has %s\n", b->name, b->title);
    }
    uow_list_free(list);
}

/* Nothing is known about the columns beforehand. */
static void any_shape(uow_context *ctx)
{
    uow_rows *rows = NULL;
    uow_status st;

    must(ctx, uow_rows_open(ctx, "SELECT city, name FROM readers ORDER BY city", NULL, 0, &rows), "open the rows");
    while ((st = uow_rows_next(rows)) == UOW_OK) {
        for (size_t i = 0; i < uow_rows_column_count(rows); i++) {
            uow_column_info column = UOW_COLUMN_INFO_INIT;
            const char *text = NULL;
            must(ctx, uow_rows_column(rows, i, &column), "describe a column");
            must(ctx, uow_rows_text(rows, i, &text, NULL), "read a value"); /* any value can be had as text */
            printf("%s%s=%s", i ? ", " : "", column.name, text);
        }
        printf("\n");
    }
    uow_rows_close(rows); /* until here the rows hold the context */
    if (st != UOW_END)
        must(ctx, st, "read the rows");
}

static void one_by_one(uow_context *ctx)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_cursor *cursor = NULL;
    void *row = NULL;
    int copies = 0;
    uow_status st;

    options.tracking = UOW_NO_TRACKING;
    options.flags = UOW_BOUNDED; /* memory stays bounded, however many rows */
    must(ctx, uow_cursor_open(ctx, &books, NULL, NULL, 0, &options, &cursor), "open a cursor");
    while ((st = uow_cursor_next(cursor, &row)) == UOW_OK)
        copies += (int)((const struct book *)row)->copies; /* row: until the next call on the cursor */
    uow_cursor_close(cursor);
    if (st != UOW_END)
        must(ctx, st, "read the next book");
    printf("%d copies in all\n", copies);
}

int main(int argc, char **argv)
{
    static const uow_entity *const report_rows[] = {&borrowed};
    uow_model_parts more = UOW_MODEL_PARTS_INIT;
    struct library l;

    more.entities = report_rows; /* a report's rows are part of the model, too */
    more.entity_count = 1;
    l = library_open_with(argc, argv, &more);
    by_condition(l.ctx);
    one_or_how_many(l.ctx);
    report(l.ctx);
    any_shape(l.ctx);
    one_by_one(l.ctx);
    library_close(&l);
    return 0;
}
