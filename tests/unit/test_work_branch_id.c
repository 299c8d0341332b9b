#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <string.h>

#include "work/branch_id.h"

#define UNIT "0123456789ab0123456789ab"
#define LOG "fedcba9876543210"

static const uowi_branch_style joined = {.joined = true};
static const uowi_branch_style apart = {.joined = false};

static uowi_branch_id sample(void)
{
    uowi_branch_id id = {"shop-1", UNIT, LOG, 2};

    return id;
}

static bool same(const uowi_branch_id *a, const uowi_branch_id *b)
{
    return strcmp(a->coordinator, b->coordinator) == 0 && strcmp(a->unit, b->unit) == 0 && strcmp(a->log, b->log) == 0 &&
           a->number == b->number;
}

Test(branch_id, is_one_literal_or_three)
{
    uowi_branch_id id = sample();
    char text[UOWI_BRANCH_TEXT_SIZE];

    uowi_branch_literal(&joined, &id, text);
    cr_assert_str_eq(text, "'uow1.shop-1." UNIT "." LOG ".2'");
    uowi_branch_literal(&apart, &id, text);
    cr_assert_str_eq(text, "'uow1.shop-1." UNIT "." LOG "','2',1970239281");
}

Test(branch_id, the_longest_fits_what_xa_allows)
{
    uowi_branch_id id = {"sixteen-letters-", UNIT, LOG, UOWI_MAX_BRANCHES};
    char text[UOWI_BRANCH_TEXT_SIZE];

    uowi_branch_literal(&apart, &id, text);
    cr_assert_leq((size_t)(strchr(text + 1, '\'') - text) - 1, 64);
}

Test(branch_id, what_is_written_is_read)
{
    uowi_branch_id id = sample(), read;
    char text[UOWI_BRANCH_TEXT_SIZE];

    uowi_branch_literal(&apart, &id, text);
    cr_assert(uowi_branch_parse(&apart, text, &read));
    cr_assert(same(&id, &read));
    uowi_branch_literal(&joined, &id, text);
    text[strlen(text) - 1] = '\0';
    cr_assert(uowi_branch_parse(&joined, text + 1, &read));
    cr_assert(same(&id, &read));
}

Test(branch_id, everything_else_is_somebody_elses)
{
    static const char *const gids[] = {
        "", "uow1", "uow1.", "gid", "uow1.shop." UNIT "." LOG, "uow1.shop." UNIT "." LOG ".", "uow1.shop." UNIT "." LOG ".0",
        "uow1.shop." UNIT "." LOG ".02", "uow1.shop." UNIT "." LOG ".17", "uow1.shop." UNIT "." LOG ".2x",
        "uow1.shop.." LOG ".2", "uow1.shop." UNIT "0." LOG ".2", "uow1.shop." UNIT "." LOG "0.2", "uow1.sh op." UNIT "." LOG ".2",
        "uow2.shop." UNIT "." LOG ".2", "uow1.a-name-that-is-too-long." UNIT "." LOG ".2",
        "uow1.shop.0123456789AB0123456789AB." LOG ".2", " uow1.shop." UNIT "." LOG ".2",
    };
    static const char *const xids[] = {
        "", "'", "'uow1.shop." UNIT "." LOG "'", "'uow1.shop." UNIT "." LOG "','2',1", "'uow1.shop." UNIT "." LOG "','2'",
        "'uow1.shop." UNIT "." LOG "','2',1970239281x", "'uow1.shop." UNIT "." LOG "','02',1970239281",
        "'uow1.shop." UNIT "." LOG "','',1970239281", "X'756f77',X'31',1970239281", "'g','b',5",
    };
    uowi_branch_id id;

    for (size_t i = 0; i < sizeof gids / sizeof gids[0]; i++)
        cr_assert_not(uowi_branch_parse(&joined, gids[i], &id), "%s", gids[i]);
    for (size_t i = 0; i < sizeof xids / sizeof xids[0]; i++)
        cr_assert_not(uowi_branch_parse(&apart, xids[i], &id), "%s", xids[i]);
}

Test(branch_id, a_unit_tells_its_age)
{
    char unit[UOWI_UNIT_SIZE], other[UOWI_UNIT_SIZE];
    int64_t before = uowi_seconds_now();

    uowi_unit_make(unit);
    uowi_unit_make(other);
    cr_assert(uowi_unit_valid(unit));
    cr_assert_str_neq(unit, other);
    cr_assert_geq(uowi_unit_seconds(unit), before - 1);
    cr_assert_leq(uowi_unit_seconds(unit), uowi_seconds_now() + 1);
}

Test(branch_id, a_coordinator_has_letters_digits_and_hyphens)
{
    cr_assert(uowi_coordinator_valid("shop-2"));
    cr_assert_not(uowi_coordinator_valid(""));
    cr_assert_not(uowi_coordinator_valid("a.b"));
    cr_assert_not(uowi_coordinator_valid("seventeen-letters"));
    cr_assert_not(uowi_coordinator_valid("quo'te"));
}
