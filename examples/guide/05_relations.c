/* Chapter 5: rows that refer to each other. Linked by pointers, loaded for many at once, taken along by a delete. */
#include <stdio.h>

#include "library.h"

static struct reader *find_reader(uow_context *ctx, int64_t id)
{
    void *row = NULL;

    must(ctx, uow_find(ctx, &readers, uow_key_int64(id), &row), "find a reader");
    return row;
}

static void show(const struct reader *r)
{
    printf("%s:", r->name);
    for (size_t i = 0; i < r->loans.count; i++) {
        const struct loan *l = r->loans.items[i];
        printf(" %s", l->book ? l->book->title : "(book not read yet)");
    }
    printf("%s\n", r->loans.count ? "" : " nothing");
}

/* Two queries, whatever the number of readers: their loans, and the books of those. */
static void load(uow_context *ctx)
{
    void *people[] = {find_reader(ctx, 1), find_reader(ctx, 2)};
    uow_list *list = NULL;
    void *borrowed[8];
    size_t count;

    must(ctx, uow_load_collection(ctx, people, 2, &loans, "reader_id", &list), "load their loans");
    count = uow_list_count(list);
    for (size_t i = 0; i < count && i < UOW_COUNT(borrowed); i++)
        borrowed[i] = uow_list_at(list, i);
    must(ctx, uow_load_reference(ctx, borrowed, count, "book_id", NULL), "load the books of the loans");
    uow_list_free(list);
    show(people[0]);
    show(people[1]);
}

/* A new reader borrows a book: neither has a key of the database yet when the loan points at both. */
static void lend(uow_context *ctx)
{
    struct reader alan = {.name = "Alan", .city = "London"};
    struct book krabat = {.title = "Krabat", .copies = 1};
    struct loan loan = {.lent_on = {2024, 5, 3}, .back_ind = UOW_NULL};
    void *reader = NULL, *book = NULL, *row = NULL;

    must(ctx, uow_add(ctx, &readers, &alan, &reader), "add a reader");
    must(ctx, uow_add(ctx, &books, &krabat, &book), "add a book");
    loan.reader = reader; /* linked by the pointers alone */
    loan.book = book;
    must(ctx, uow_add(ctx, &loans, &loan, &row), "add a loan");
    must(ctx, uow_save(ctx, NULL), "save: reader and book first, then the loan with their keys");
    printf("loan %lld: reader %lld, book %lld\n", (long long)((struct loan *)row)->id,
           (long long)((struct loan *)row)->reader_id, (long long)((struct loan *)row)->book_id);
    show(reader);
}

/* Grace takes over what Ada has: set the pointer, the foreign key follows. */
static void move(uow_context *ctx)
{
    struct reader *ada = find_reader(ctx, 1), *grace = find_reader(ctx, 2);
    struct loan *first = ada->loans.items[0];

    first->reader = grace;
    must(ctx, uow_save(ctx, NULL), "save");
    printf("loan %lld belongs to reader %lld now\n", (long long)first->id, (long long)first->reader_id);
    show(ada);
    show(grace);
}

static void take_along(uow_context *ctx)
{
    struct reader *grace = find_reader(ctx, 2);
    struct book *krabat;
    void *row = NULL;
    size_t saved = 0;
    uow_status st;

    must(ctx, uow_remove(ctx, grace), "remove Grace");
    must(ctx, uow_save(ctx, &saved), "save"); /* UOW_CASCADE: her loan goes with her */
    printf("%zu rows deleted\n", saved);
    must(ctx, uow_single(ctx, &books, "title = 'Krabat'", NULL, 0, &row), "find Krabat");
    krabat = row;
    must(ctx, uow_remove(ctx, krabat), "remove a book that is lent out");
    st = uow_save(ctx, NULL); /* UOW_RESTRICT: refused before anything is sent */
    printf("removing a book that is lent out: %s, %zu rows concerned\n", uow_status_name(st),
           uow_error_instance_count(uow_context_error(ctx)));
    must(ctx, uow_revert(ctx, krabat), "keep it after all");
}

int main(int argc, char **argv)
{
    struct library l = library_open(argc, argv);

    load(l.ctx);
    lend(l.ctx);
    move(l.ctx);
    take_along(l.ctx);
    library_close(&l);
    return 0;
}
