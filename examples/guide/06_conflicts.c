/* Chapter 6: somebody else was faster, the data is wrong, the context is busy; and what an error tells. */
#include <stdio.h>
#include <string.h>

#include "library.h"

/* Behind our back: another program has the same row, and saves it first. */
static void somebody_else(struct library *l)
{
    uow_context *other = library_connect(l);
    struct reader *ada;
    void *row = NULL;

    must(other, uow_find(other, &readers, uow_key_int64(1), &row), "find Ada");
    ada = row;
    strcpy(ada->city, "Oxford");
    must(other, uow_save(other, NULL), "save Ada");
    must(other, uow_close(other), "close the other context");
}

static void conflict(struct library *l)
{
    struct reader *ada, theirs;
    void *row = NULL;
    char fines[48];
    uow_status st;

    must(l->ctx, uow_find(l->ctx, &readers, uow_key_int64(1), &row), "find Ada");
    ada = row;
    ada->fines = uow_decimal_make(250, 2);
    somebody_else(l);

    st = uow_save(l->ctx, NULL);
    printf("save: %s\n", uow_status_name(st));
    if (st != UOW_CONFLICT)
        return;
    ada = uow_error_instance(uow_context_error(l->ctx), 0); /* the struct concerned */
    must(l->ctx, uow_database(l->ctx, ada, &theirs), "ask what the database has");
    printf("here %s with %s, there %s\n", ada->city, amount(&ada->fines, fines), theirs.city);
    must(l->ctx, uow_resolve(l->ctx, ada, UOW_MERGE), "take both"); /* our columns ours, the others theirs */
    must(l->ctx, uow_save(l->ctx, NULL), "save again");
    printf("saved: %s with %s, version %d\n", ada->city, amount(&ada->fines, fines), (int)ada->version);
}

static void constraint(uow_context *ctx)
{
    struct book again = {.title = "Dune"}; /* titles are unique */
    const uow_error *error;
    void *row = NULL;
    uow_status st;

    must(ctx, uow_add(ctx, &books, &again, &row), "add a book");
    st = uow_save(ctx, NULL);
    error = uow_context_error(ctx);
    printf("%s: %s in %s\n", uow_error_operation(error), uow_status_name(st), uow_error_entity(error));
    if (uow_error_diagnostic_count(error) > 0) /* SQLSTATE, native code, text and statement: in the database's words */
        printf("  the database's own words are kept beside it\n");
    strcpy(((struct book *)row)->title, "Dune Messiah"); /* nothing was lost: mend the row and save again */
    must(ctx, uow_save(ctx, NULL), "save the mended row");
    printf("mended and saved\n");
}

/* A value that does not fit is refused, never cut. */
static void too_long(uow_context *ctx)
{
    struct reader nobody = {.name = "x"};
    const uow_error *error;
    void *row = NULL;
    uow_status st;

    must(ctx, uow_add(ctx, &readers, &nobody, &row), "add a reader");
    memset(((struct reader *)row)->name, 'x', sizeof nobody.name); /* no NUL: longer than its column */
    st = uow_save(ctx, NULL);
    error = uow_context_error(ctx);
    printf("%s: %s in %s.%s\n", uow_error_operation(error), uow_status_name(st), uow_error_entity(error),
           uow_error_column(error));
    must(ctx, uow_detach(ctx, row), "forget the reader");
}

/* One connection does one thing at a time. */
static void busy(uow_context *ctx)
{
    uow_cursor *cursor = NULL;
    void *row = NULL;
    uow_status st;

    must(ctx, uow_cursor_open(ctx, &books, NULL, NULL, 0, NULL, &cursor), "open a cursor");
    st = uow_find(ctx, &readers, uow_key_int64(2), &row);
    printf("find while a cursor is open: %s\n", uow_status_name(st));
    printf("  its message names both places: %s\n", strstr(uow_context_message(ctx), "06_conflicts.c:") ? "yes" : "no");
    uow_cursor_close(cursor);
    must(ctx, uow_find(ctx, &readers, uow_key_int64(2), &row), "find after the close");
}

int main(int argc, char **argv)
{
    struct library l = library_open(argc, argv);

    conflict(&l);
    constraint(l.ctx);
    too_long(l.ctx);
    busy(l.ctx);
    library_close(&l);
    return 0;
}
