/*
 * What every call makes of a row in every state. The table is that of EF Core (DbContext.Add, Attach, Update, Remove,
 * Entry.Reload, AcceptAllChanges, Clear), but for these: a struct that is tracked is not attached again, and rows that
 * are not tracked are attached first.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "live.h"

typedef struct coin {
    int64_t id;
    int32_t value;
    char mint[12];
    int32_t version;
} coin;

static const uow_column coin_columns[] = {
    UOW_COLUMN(coin, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(coin, value, "value_v", UOW_INT32, 0),
    UOW_COLUMN(coin, mint, "mint", UOW_TEXT, 0),
    UOW_COLUMN(coin, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity coins = UOW_ENTITY(coin, "states_coins", coin_columns);
static const uow_entity *const entities[] = {&coins};

static live l;
static coin mine;

static uow_status attach_unchanged(void)
{
    return uow_attach(l.ctx, &coins, &mine, UOW_UNCHANGED);
}

static uow_status attach_deleted(void)
{
    return uow_attach(l.ctx, &coins, &mine, UOW_DELETED);
}

static uow_status attach_modified(void)
{
    return uow_attach(l.ctx, &coins, &mine, UOW_MODIFIED);
}

static uow_status attach_added(void)
{
    return uow_attach(l.ctx, &coins, &mine, UOW_ADDED);
}

static uow_status update(void)
{
    return uow_update(l.ctx, &mine);
}

static uow_status removed(void)
{
    return uow_remove(l.ctx, &mine);
}

static uow_status detached(void)
{
    return uow_detach(l.ctx, &mine);
}

static uow_status revert(void)
{
    return uow_revert(l.ctx, &mine);
}

static uow_status refresh(void)
{
    void *row = &mine;

    return uow_refresh(l.ctx, &row, 1);
}

static uow_status accept(void)
{
    return uow_accept(l.ctx);
}

static uow_status reject(void)
{
    return uow_reject(l.ctx);
}

static uow_status clear(void)
{
    return uow_clear(l.ctx);
}

static uow_status save(void)
{
    return uow_save(l.ctx, NULL);
}

static uow_status edit(void)
{
    mine.value = 77;
    return UOW_OK;
}

static uow_status set_back(void)
{
    mine.value = 5;
    return UOW_OK;
}

/* Another struct with the same values, by the call that copies. */
static uow_status add_same_key(void)
{
    return uow_add(l.ctx, &coins, &mine, NULL);
}

static uow_status attach_another(void)
{
    static coin other;

    other = mine;
    return uow_attach(l.ctx, &coins, &other, UOW_UNCHANGED);
}

#define STATES 5
#define T      UOW_DETACHED
#define U      UOW_UNCHANGED
#define D      UOW_DELETED
#define M      UOW_MODIFIED
#define A      UOW_ADDED

/* By the state before, in the order of uow_state: what the call says, and the state after. */
typedef struct transition {
    const char *name;
    uow_status (*call)(void);
    uow_status status[STATES];
    uow_state after[STATES];
} transition;

/* clang-format off */
#define EVERY(s) {s, s, s, s, s}
#define ONLY_DETACHED(s) {UOW_OK, s, s, s, s}
#define NOT_DETACHED(s) {s, UOW_OK, UOW_OK, UOW_OK, UOW_OK}
static const transition table[] = {
    {"attach unchanged", attach_unchanged, ONLY_DETACHED(UOW_IDENTITY), {U, U, D, M, A}},
    {"attach deleted",   attach_deleted,   ONLY_DETACHED(UOW_IDENTITY), {D, U, D, M, A}},
    {"attach modified",  attach_modified,  ONLY_DETACHED(UOW_IDENTITY), {M, U, D, M, A}},
    {"attach added",     attach_added,     ONLY_DETACHED(UOW_IDENTITY), {A, U, D, M, A}},
    {"update",           update,           NOT_DETACHED(UOW_MISUSE),    {T, M, M, M, A}},
    {"remove",           removed,          NOT_DETACHED(UOW_MISUSE),    {T, D, D, D, T}},
    {"detach",           detached,         NOT_DETACHED(UOW_MISUSE),    {T, T, T, T, T}},
    {"revert",           revert,           NOT_DETACHED(UOW_MISUSE),    {T, U, U, U, A}},
    {"refresh",          refresh,          NOT_DETACHED(UOW_MISUSE),    {T, U, U, U, A}},
    {"accept",           accept,           EVERY(UOW_OK),               {T, U, T, U, U}},
    {"reject",           reject,           EVERY(UOW_OK),               {T, U, U, U, T}},
    {"clear",            clear,            EVERY(UOW_OK),               {T, T, T, T, T}},
    {"save",             save,             EVERY(UOW_OK),               {T, U, T, U, U}},
    {"edit",             edit,             EVERY(UOW_OK),               {T, M, D, M, A}},
    {"set back",         set_back,         EVERY(UOW_OK),               {T, U, D, U, A}},
    {"add same key",     add_same_key,     {UOW_OK, UOW_IDENTITY, UOW_OK, UOW_IDENTITY, UOW_IDENTITY}, {T, U, U, M, A}},
    {"attach another",   attach_another,   ONLY_DETACHED(UOW_IDENTITY), {T, U, D, M, A}},
};
/* clang-format on */

/* A row of the database, but for the new one. */
static void begin_in(uow_state state)
{
    UOW_OK(uow_clear(l.ctx));
    live_run(&l, "DELETE FROM states_coins");
    memset(&mine, 0, sizeof mine);
    mine.id = 1;
    mine.value = 5;
    memcpy(mine.mint, "Bern", 5);
    mine.version = 1;
    if (state != UOW_ADDED)
        live_run(&l, "INSERT INTO states_coins (id, value_v, mint, version) VALUES (1, 5, 'Bern', 1)");
    if (state == UOW_ADDED)
        UOW_OK(uow_attach(l.ctx, &coins, &mine, UOW_ADDED));
    else if (state != UOW_DETACHED)
        UOW_OK(uow_attach(l.ctx, &coins, &mine, UOW_UNCHANGED));
    if (state == UOW_DELETED)
        UOW_OK(uow_remove(l.ctx, &mine));
    if (state == UOW_MODIFIED)
        mine.value = 6;
    cr_assert_eq(uow_state(l.ctx, &mine), state);
}

static void open_coins(void)
{
    live_open(&l, entities, 1);
    live_table(&l, "states_coins", "id bigint primary key, value_v integer, mint varchar(12), version integer");
}

Test(states, every_call_makes_of_every_state_what_the_table_says)
{
    open_coins();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (int state = 0; state < STATES; state++) {
            const transition *t = &table[i];
            uow_status st;

            begin_in((uow_state)state);
            st = t->call();
            cr_assert_eq(st, t->status[state], "%s in state %d: %s", t->name, state, uow_status_name(st));
            cr_assert_eq(uow_state(l.ctx, &mine), t->after[state], "%s in state %d ends in state %d", t->name, state,
                         (int)uow_state(l.ctx, &mine));
            if ((t->call == attach_added || t->call == add_same_key) && state == UOW_DETACHED)
                continue; /* new rows under a key the database has */
            UOW_OK(uow_save(l.ctx, NULL));
        }
    live_close(&l);
}

Test(states, a_row_to_be_deleted_that_is_updated_is_written_as_a_whole_and_stays)
{
    open_coins();
    begin_in(UOW_DELETED);
    mine.value = 9;
    UOW_OK(uow_update(l.ctx, &mine));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(mine.version, 2);
    cr_assert_eq(live_int64(&l, "SELECT value_v FROM states_coins WHERE id = 1 AND version = 2"), 9);
    live_close(&l);
}

Test(states, a_deletion_that_is_written_is_not_made_an_update)
{
    uow_save_options later = UOW_SAVE_OPTIONS_INIT;

    later.flags = UOW_ACCEPT_ON_COMMIT;
    open_coins();
    begin_in(UOW_DELETED);
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_save_with(l.ctx, &later, NULL));
    UOW_IS(UOW_MISUSE, uow_update(l.ctx, &mine));
    UOW_OK(uow_rollback(l.ctx));
    UOW_OK(uow_update(l.ctx, &mine));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM states_coins WHERE version = 2"), 1);
    live_close(&l);
}

Test(states, what_was_reverted_after_it_was_marked_modified_is_no_change)
{
    open_coins();
    begin_in(UOW_DETACHED);
    UOW_OK(uow_attach(l.ctx, &coins, &mine, UOW_MODIFIED));
    UOW_OK(uow_revert(l.ctx, &mine));
    l.events.count = 0;
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(l.events.count, 0);
    live_close(&l);
}

/* --- decimals */

typedef struct price {
    int64_t id;
    uow_decimal amount;
    int32_t version;
} price;

static const uow_column price_columns[] = {
    UOW_COLUMN(price, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(price, amount, "amount", UOW_DECIMAL, UOW_UNIQUE),
    UOW_COLUMN(price, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity prices = UOW_ENTITY(price, "states_prices", price_columns);

static price *put_price(int64_t id, uow_decimal amount)
{
    price values;
    void *row = NULL;

    memset(&values, 0, sizeof values);
    values.id = id;
    values.amount = amount;
    UOW_OK(uow_add(l.ctx, &prices, &values, &row));
    return row;
}

/* SQLite gives 12.5 for what was written as 12.50. */
Test(states, a_decimal_set_back_in_another_scale_is_no_change)
{
    static const uow_entity *const with_prices[] = {&prices};
    price *row = NULL;

    live_open(&l, with_prices, 1);
    live_table(&l, "states_prices", "id bigint primary key, amount numeric(10,2) not null unique, version integer");
    put_price(1, uow_decimal_make(1250, 2));
    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(uow_clear(l.ctx));
    UOW_OK(uow_find(l.ctx, &prices, uow_key_int64(1), (void **)&row));
    row->amount = uow_decimal_make(99, 0);
    cr_assert_eq(uow_state(l.ctx, row), UOW_MODIFIED);
    row->amount = uow_decimal_make(125000, 4);
    cr_assert_eq(uow_state(l.ctx, row), UOW_UNCHANGED);
    row->amount = uow_decimal_make(1250, 2);
    l.events.count = 0;
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(l.events.count, 0);
    row->amount = uow_decimal_make(-1250, 2);
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(row->version, 2);
    live_close(&l);
}

/* The row with the lower key comes first, unless it has to wait. */
Test(states, a_unique_decimal_is_handed_on_whatever_its_scale)
{
    static const uow_entity *const with_prices[] = {&prices};
    price *row[2];

    live_open(&l, with_prices, 1);
    live_table(&l, "states_prices", "id bigint primary key, amount numeric(10,2) not null unique, version integer");
    for (int i = 0; i < 2; i++)
        row[i] = put_price(i + 1, uow_decimal_make(10 + i, 0));
    UOW_OK(uow_save(l.ctx, NULL));
    row[0]->amount = uow_decimal_make(1100, 2);
    row[1]->amount = uow_decimal_make(12, 0);
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM states_prices WHERE (id = 1 AND amount = 11) OR (id = 2 AND amount = 12)"), 2);
    live_close(&l);
}
