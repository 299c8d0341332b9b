/* Hooks around saves on a database: what is suppressed or refused is not there. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

struct page {
    int64_t id;
    int32_t number;
    int32_t seen;
};

static const uow_column page_columns[] = {
    UOW_COLUMN(struct page, id, "page_id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(struct page, number, "number", UOW_INT32, 0),
    UOW_COLUMN(struct page, seen, "seen", UOW_INT32, 0),
};
static const uow_entity pages = UOW_ENTITY(struct page, "hook_pages", page_columns);
static const uow_entity *const models[] = {&pages};

typedef struct policy {
    int32_t suppressed; /* number of the page to leave out */
    int refuse_inserts;
    size_t saved;
    uow_status status;
} policy;

static uow_hook_answer count_and_suppress(const uow_change *change, void *user)
{
    const policy *p = user;
    struct page *page = change->instance;

    page->seen++;
    return page->number == p->suppressed ? UOW_HOOK_SUPPRESS : UOW_HOOK_GO;
}

static uow_hook_answer refuse_inserts(const char *sql, void *user)
{
    return ((const policy *)user)->refuse_inserts && strstr(sql, "INSERT INTO") ? UOW_HOOK_VETO : UOW_HOOK_GO;
}

static void remember(uow_status status, size_t saved, void *user)
{
    policy *p = user;

    p->status = status;
    p->saved = saved;
}

/* --- a principal that a hook keeps */

struct book {
    int64_t id;
    int64_t page;
};

static const uow_column book_columns[] = {
    UOW_COLUMN(struct book, id, "book_id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(struct book, page, "page_id", UOW_INT64, 0),
};
static const uow_relation book_relations[] = {UOW_REFERENCE("page_id", &pages, UOW_CASCADE)};
static const uow_entity books = UOW_ENTITY_RELATED(struct book, "hook_books", book_columns, book_relations);
static const uow_entity *const both[] = {&pages, &books};

static uow_hook_answer keep_pages(const uow_change *change, void *user)
{
    return *(const int *)user && change->entity == &pages && change->state == UOW_DELETED ? UOW_HOOK_SUPPRESS
                                                                                          : UOW_HOOK_GO;
}

Test(hooks, new_rows_of_a_principal_whose_deletion_is_suppressed_are_not_lost)
{
    int keeps = 1;
    const uow_hook hook = {sizeof(uow_hook), "keeper", NULL, keep_pages, NULL, NULL, &keeps};
    const uow_hook *const hooks[] = {&hook};
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    struct page *page;
    struct book *book;
    live l;

    options.hooks = hooks;
    options.hook_count = 1;
    live_open_with(&l, both, 2, &options);
    live_table(&l, "hook_pages", "page_id @id, number integer NOT NULL, seen integer NOT NULL");
    live_table(&l, "hook_books", "book_id @id, page_id @int64 NOT NULL, FOREIGN KEY (page_id) REFERENCES hook_pages (page_id)");
    UOW_OK(uow_add(l.ctx, &pages, NULL, (void **)&page));
    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(uow_add(l.ctx, &books, &(struct book){0, page->id}, (void **)&book));
    UOW_OK(uow_remove(l.ctx, page));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(uow_state(l.ctx, page), UOW_DELETED);
    cr_assert_eq(uow_state(l.ctx, book), UOW_ADDED);
    UOW_OK(uow_revert(l.ctx, page));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM hook_books"), 1);
    UOW_OK(uow_remove(l.ctx, page));
    keeps = 0;
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM hook_pages"), 0);
    live_close(&l);
}

/* --- hooks that are asked before a save */

typedef struct gate {
    uow_hook_answer answer;
    size_t changes;
    int calls;
    struct page *touch;
} gate;

static uow_hook_answer at_the_gate(size_t changes, void *user)
{
    gate *g = user;

    g->changes = changes;
    g->calls++;
    if (g->touch)
        g->touch->seen = 77;
    return g->answer;
}

Test(hooks, before_save_may_add_to_a_save_leave_it_or_refuse_it)
{
    gate g = {UOW_HOOK_GO, 0, 0, NULL};
    const uow_hook hook = {sizeof(uow_hook), "gate", at_the_gate, NULL, NULL, NULL, &g};
    const uow_hook *const hooks[] = {&hook};
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    struct page *a, *b;
    size_t saved = 99;
    live l;

    options.hooks = hooks;
    options.hook_count = 1;
    live_open_with(&l, models, 1, &options);
    live_table(&l, "hook_pages", "page_id @id, number integer NOT NULL, seen integer NOT NULL");
    UOW_OK(uow_add(l.ctx, &pages, NULL, (void **)&a));
    UOW_OK(uow_add(l.ctx, &pages, NULL, (void **)&b));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert(g.calls == 1 && g.changes == 2);
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(g.calls, 1, "nothing to save, nobody is asked");

    g.touch = b;
    a->number = 5;
    UOW_OK(uow_save(l.ctx, &saved));
    cr_assert_eq(saved, 2, "what the hook set is saved with the rest");
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM hook_pages WHERE seen = 77 OR number = 5"), 2);

    g.touch = NULL;
    g.answer = UOW_HOOK_SUPPRESS;
    a->number = 6;
    UOW_OK(uow_save(l.ctx, &saved));
    cr_assert_eq(saved, 0);
    cr_assert_eq(uow_state(l.ctx, a), UOW_MODIFIED);

    g.answer = UOW_HOOK_VETO;
    UOW_IS(UOW_CANCELLED, uow_save(l.ctx, NULL));
    LIVE_CONTAINS(uow_context_message(l.ctx), "gate");
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM hook_pages WHERE number = 6"), 0);
    g.answer = UOW_HOOK_GO;
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM hook_pages WHERE number = 6"), 1);
    live_close(&l);
}

static uow_hook_answer refuse_five(const uow_change *change, void *user)
{
    (void)user;
    return ((const struct page *)change->instance)->number == 5 ? UOW_HOOK_VETO : UOW_HOOK_GO;
}

Test(hooks, a_refused_row_refuses_the_save_and_is_named)
{
    const uow_hook hook = {sizeof(uow_hook), "no fives", NULL, refuse_five, NULL, NULL, NULL};
    const uow_hook *const hooks[] = {&hook};
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    struct page *a, *b;
    live l;

    options.hooks = hooks;
    options.hook_count = 1;
    live_open_with(&l, models, 1, &options);
    live_table(&l, "hook_pages", "page_id @id, number integer NOT NULL, seen integer NOT NULL");
    UOW_OK(uow_add(l.ctx, &pages, &(struct page){0, 4, 0}, (void **)&a));
    UOW_OK(uow_add(l.ctx, &pages, &(struct page){0, 5, 0}, (void **)&b));
    l.events.count = 0;
    UOW_IS(UOW_CANCELLED, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_error_instance(uow_context_error(l.ctx), 0), b);
    cr_assert_eq(live_count_events(&l, UOW_TRACE_STATEMENT, NULL), 0);
    b->number = 6;
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM hook_pages"), 2);
    live_close(&l);
}

Test(hooks, what_is_suppressed_or_refused_is_not_written_and_can_be_saved_later)
{
    policy p = {2, 0, 0, UOW_OK};
    const uow_hook hook = {sizeof(uow_hook), "policy", NULL, count_and_suppress, remember, refuse_inserts, &p};
    const uow_hook *const hooks[] = {&hook};
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    struct page *rows[3];
    live l;

    options.hooks = hooks;
    options.hook_count = 1;
    live_open_with(&l, models, 1, &options);
    live_table(&l, "hook_pages", "page_id @id, number integer NOT NULL, seen integer NOT NULL");
    for (int32_t i = 1; i <= 3; i++) {
        struct page page = {0, i, 0};
        UOW_OK(uow_add(l.ctx, &pages, &page, (void **)&rows[i - 1]));
    }
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(p.saved, 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM hook_pages"), 2);
    cr_assert_eq(live_int64(&l, "SELECT SUM(seen) FROM hook_pages"), 2, "members set by a hook are saved");
    cr_assert_eq(uow_state(l.ctx, rows[1]), UOW_ADDED);

    p.suppressed = 0;
    p.refuse_inserts = 1;
    rows[0]->number = 10;
    UOW_IS(UOW_CANCELLED, uow_save(l.ctx, NULL));
    cr_assert_eq(p.status, UOW_CANCELLED);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM hook_pages WHERE number = 10"), 0, "all or nothing");

    p.refuse_inserts = 0;
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(p.saved, 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM hook_pages WHERE number IN (2, 3, 10)"), 3);
    live_close(&l);
}
