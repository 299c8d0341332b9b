#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "flow/step.h"

typedef struct walker {
    int at;
    int pending;   /* how often each call still asks to be polled */
    int polls;
    int entered;   /* how often the code before the first await ran */
    int between;
    int rounds;
    int loop;
    uow_status fails;
} walker;

static uow_status slow_call(walker *w)
{
    if (w->polls < w->pending) {
        w->polls++;
        return UOW_PENDING;
    }
    w->polls = 0;
    return w->fails;
}

static uow_status walker_step(void *self)
{
    walker *w = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(w->at);
    w->entered++;
    UOWI_AWAIT(w->at, st, slow_call(w));
    if (st != UOW_OK)
        return st;
    w->between++;
    for (w->loop = 0; w->loop < 3; w->loop++) {
        UOWI_AWAIT(w->at, st, slow_call(w));
        w->rounds++;
    }
    UOWI_STEP_END
    return st;
}

Test(step, a_pause_goes_on_where_it_stopped)
{
    for (int pending = 0; pending < 4; pending++) {
        walker w = {.pending = pending, .fails = UOW_OK};
        int answers = 0;
        while (walker_step(&w) == UOW_PENDING)
            answers++;
        cr_assert_eq(answers, 4 * pending);
        cr_assert_eq(w.entered, 1);
        cr_assert_eq(w.between, 1);
        cr_assert_eq(w.rounds, 3);
    }
}

Test(step, running_it_here_polls_until_it_is_done)
{
    walker w = {.pending = 5, .fails = UOW_OK};
    cr_assert_eq(uowi_step_run(walker_step, &w), UOW_OK);
    cr_assert_eq(w.rounds, 3);
}

Test(step, a_failure_behind_a_pause_ends_it)
{
    walker w = {.pending = 2, .fails = UOW_SQL};
    cr_assert_eq(uowi_step_run(walker_step, &w), UOW_SQL);
    cr_assert_eq(w.entered, 1);
    cr_assert_eq(w.between, 0);
}
