/* What uow_context_facts says of each database, fact by fact, and that it is so. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

typedef struct facts_wanted {
    const char *dialect;
    const char *dbms_name;
    const char *driver_name; /* a part of it */
    int32_t procedures;
    int32_t multiple_results;
    int32_t fraction_digits;
    uint32_t max_parameters;
} facts_wanted;

static const facts_wanted wanted[] = {
    [LIVE_SQLITE] = {"sqlite", "SQLite", "sqlite", 0, 0, 9, 32766},
    [LIVE_POSTGRESQL] = {"postgresql", "PostgreSQL", "psqlodbc", 1, 1, 6, 7400},
    [LIVE_MARIADB] = {"mariadb", "MariaDB", "maodbc", 1, 1, 6, 32000},
};

Test(facts, every_fact_is_what_the_driver_is_known_for)
{
    live l;
    live_open(&l, NULL, 0);
    const facts_wanted *w = &wanted[l.database];
    cr_expect_str_eq(l.facts.dialect, w->dialect);
    cr_expect_str_eq(l.facts.dbms_name, w->dbms_name);
    LIVE_CONTAINS(l.facts.driver_name, w->driver_name);
    cr_expect(l.facts.dbms_version[0] >= '1' && l.facts.dbms_version[0] <= '9', "%s", l.facts.dbms_version);
    cr_expect_neq(l.facts.driver_version[0], '\0');
    cr_expect(l.facts.driver_odbc[0] == '0' && l.facts.driver_odbc[1] == '3', "%s", l.facts.driver_odbc);
    cr_expect_eq(l.facts.transactions, 1);
    cr_expect_eq(l.facts.procedures, w->procedures, "%d", (int)l.facts.procedures);
    cr_expect_eq(l.facts.multiple_results, w->multiple_results, "%d", (int)l.facts.multiple_results);
    if (strncmp(live_dsn(), "uow_", 4) == 0) /* the test driver polls */
        cr_expect_eq(l.facts.async_mode, 0);
    cr_expect_eq(l.facts.text_wide, 0);
    cr_expect_eq(l.facts.fraction_digits, w->fraction_digits);
    cr_expect_eq(l.facts.max_parameters, w->max_parameters, "%u", (unsigned)l.facts.max_parameters);
    live_close(&l);
}

struct tick {
    int64_t id;
    uow_timestamp at;
};
static const uow_column tick_columns[] = {
    UOW_COLUMN(struct tick, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(struct tick, at, "at", UOW_TIMESTAMP, 0),
};
static const uow_entity ticks = UOW_ENTITY(struct tick, "facts_ticks", tick_columns);

/* Digits beyond fraction_digits are cut by the save; the struct keeps them until it is read again. */
Test(facts, as_many_digits_of_a_second_survive_as_are_told)
{
    live l;
    const uow_entity *models[] = {&ticks};
    struct tick values = {1, {2024, 2, 29, 23, 59, 59, 123456789}};
    uint32_t unit = 1;
    void *row = NULL;

    live_open(&l, models, 1);
    live_table(&l, "facts_ticks", "id @int64 PRIMARY KEY, at @timestamp");
    for (int32_t i = l.facts.fraction_digits; i < 9; i++)
        unit *= 10;
    UOW_OK(uow_add(l.ctx, &ticks, &values, &row));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(((struct tick *)row)->at.fraction, 123456789);
    uow_clear(l.ctx);
    UOW_OK(uow_find(l.ctx, &ticks, uow_key_int64(1), &row));
    cr_assert_eq(((struct tick *)row)->at.fraction, 123456789 - 123456789 % unit);
    cr_assert_eq(((struct tick *)row)->at.second, 59);
    live_close(&l);
}
