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
