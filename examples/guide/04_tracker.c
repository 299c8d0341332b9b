/* Chapter 4: what the tracker knows, what a save writes, and what it writes first. */
#include <stdio.h>
#include <string.h>

#include "library.h"

static int to_stdout(const char *line, size_t length, void *user)
{
    (void)user;
    return fwrite(line, 1, length, stdout) == length; /* 0: stop */
}

/* The rows of a plan; its statements are in the database's own words. */
static int rows_only(const char *line, size_t length, void *user)
{
    return memchr(line, '#', length) ? to_stdout(line, length, user) : 1;
}

static const char *state_name(uow_state state)
{
    static const char *const names[] = {"detached", "unchanged", "deleted", "modified", "added"};

    return names[state];
}

static struct book *find_book(uow_context *ctx, int64_t id)
{
    void *row = NULL;

    must(ctx, uow_find(ctx, &books, uow_key_int64(id), &row), "find a book");
    return row;
}

static void compare(uow_context *ctx)
{
    struct book *dune = find_book(ctx, 1);

    dune->copies += 5;
    printf("changed: %s, ", state_name(uow_state(ctx, dune)));
    dune->copies -= 5;
    printf("set back: %s\n", state_name(uow_state(ctx, dune)));
    strcpy(dune->title, "Dune, again");
    must(ctx, uow_revert(ctx, dune), "revert it");
    printf("reverted: %s, %s\n", dune->title, state_name(uow_state(ctx, dune)));
}

static void change_three(uow_context *ctx)
{
    struct book krabat = {.title = "Krabat", .copies = 4};
    void *row = NULL;

    must(ctx, uow_add(ctx, &books, &krabat, &row), "add a book");
    printf("a new book has the key %lld until it is saved\n", (long long)((struct book *)row)->id);
    find_book(ctx, 1)->copies++;
    must(ctx, uow_remove(ctx, find_book(ctx, 4)), "remove Momo");

    printf("what is tracked:\n");
    must(ctx, uow_view(ctx, to_stdout, NULL), "show what is tracked");
    printf("what a save would write, in this order:\n");
    must(ctx, uow_plan(ctx, rows_only, NULL), "show the plan");
}

static void save(uow_context *ctx)
{
    uow_counters before = UOW_COUNTERS_INIT, after = UOW_COUNTERS_INIT;
    size_t saved = 0, changes = 0;

    must(ctx, uow_save(ctx, &saved), "save");
    must(ctx, uow_changes(ctx, &changes), "count changes");
    printf("%zu rows saved, %zu changes left\n", saved, changes);
    must(ctx, uow_context_counters(ctx, &before), "read the counters");
    must(ctx, uow_save(ctx, &saved), "save again");
    must(ctx, uow_context_counters(ctx, &after), "read the counters");
    printf("saved again: %zu rows by %d statements\n", saved, (int)(after.executes - before.executes));
}

/* Past the tracker: one statement for many rows. */
static void many_at_once(uow_context *ctx)
{
    int64_t rows = 0;
    struct book *dune = find_book(ctx, 1);

    must(ctx, uow_update_where(ctx, &books, "copies = copies + 10", "copies < 4", NULL, 0, &rows), "update many");
    printf("%lld rows updated; the struct says %d copies", (long long)rows, (int)dune->copies);
    must(ctx, uow_refresh(ctx, (void *[]){dune}, 1), "read it again");
    printf(", and after a refresh %d\n", (int)dune->copies);
}

int main(int argc, char **argv)
{
    struct library l = library_open(argc, argv);

    compare(l.ctx);
    change_three(l.ctx);
    save(l.ctx);
    many_at_once(l.ctx);
    library_close(&l);
    return 0;
}
