/* What is tried again, and after which pause. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "flow/retry.h"

static uowi_retry plain(void)
{
    return (uowi_retry){.max_attempts = 5, .base_ms = 10, .max_ms = 60, .deadline_ms = UOWI_RETRY_NO_DEADLINE};
}

Test(retry, only_what_passes_by_itself_is_tried_again)
{
    uint32_t pause = 0;
    for (int st = UOW_BUSY; st <= UOW_DRIVER; st++) {
        uowi_retry retry = plain();
        uowi_retry_answer answer = uowi_retry_after(&retry, (uow_status)st, 0, &pause);
        bool passes = st == UOW_TRANSIENT || st == UOW_CONNECTION_LOST;
        cr_assert_eq(answer, passes ? UOWI_RETRY_AGAIN : UOWI_RETRY_NEVER, "%s", uow_status_name((uow_status)st));
    }
}

Test(retry, a_conflict_passes_when_it_is_said_to)
{
    uint32_t pause = 0;
    uowi_retry retry = plain();
    retry.conflicts = true;
    cr_assert_eq(uowi_retry_after(&retry, UOW_CONFLICT, 0, &pause), UOWI_RETRY_AGAIN);
}

Test(retry, pauses_double_up_to_their_ceiling_and_the_last_attempt_is_the_last)
{
    static const uint32_t pauses[] = {10, 20, 40, 60};
    uowi_retry retry = plain();
    uint32_t pause = 0;
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(uowi_retry_after(&retry, UOW_TRANSIENT, 0, &pause), UOWI_RETRY_AGAIN);
        cr_assert_eq(pause, pauses[i]);
    }
    cr_assert_eq(uowi_retry_after(&retry, UOW_TRANSIENT, 0, &pause), UOWI_RETRY_TIRED);
}

Test(retry, one_attempt_is_never_repeated)
{
    uowi_retry retry = plain();
    uint32_t pause = 0;
    retry.max_attempts = 1;
    cr_assert_eq(uowi_retry_after(&retry, UOW_TRANSIENT, 0, &pause), UOWI_RETRY_TIRED);
}

Test(retry, chance_shortens_a_pause_by_its_share_and_the_same_seed_gives_the_same_pauses)
{
    uint32_t least = UINT32_MAX, most = 0, pause = 0, again = 0;
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        uowi_retry a = plain(), b;
        a.base_ms = a.max_ms = 1000;
        a.jitter_percent = 50;
        a.random = seed;
        b = a;
        cr_assert_eq(uowi_retry_after(&a, UOW_TRANSIENT, 0, &pause), UOWI_RETRY_AGAIN);
        cr_assert_eq(uowi_retry_after(&b, UOW_TRANSIENT, 0, &again), UOWI_RETRY_AGAIN);
        cr_assert_eq(pause, again);
        least = pause < least ? pause : least;
        most = pause > most ? pause : most;
    }
    cr_assert(least >= 500 && least < 520, "%u", (unsigned)least);
    cr_assert(most <= 1000 && most > 980, "%u", (unsigned)most);
}

Test(retry, a_pause_that_would_outlast_the_deadline_is_not_begun)
{
    uowi_retry retry = plain();
    uint32_t pause = 0;
    retry.deadline_ms = 100;
    cr_assert_eq(uowi_retry_after(&retry, UOW_TRANSIENT, 89, &pause), UOWI_RETRY_AGAIN);
    cr_assert_eq(uowi_retry_after(&retry, UOW_TRANSIENT, 89, &pause), UOWI_RETRY_LATE);
    cr_assert(!uowi_retry_late(&retry, 99));
    cr_assert(uowi_retry_late(&retry, 100));
}

Test(retry, huge_numbers_do_not_wrap)
{
    uowi_retry retry = plain();
    uint32_t pause = 0;
    retry.max_attempts = UINT32_MAX;
    retry.base_ms = UINT32_MAX;
    retry.max_ms = UINT32_MAX;
    retry.failures = 1000000;
    cr_assert_eq(uowi_retry_after(&retry, UOW_TRANSIENT, 0, &pause), UOWI_RETRY_AGAIN);
    cr_assert_eq(pause, UINT32_MAX);
}
