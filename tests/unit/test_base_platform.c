#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "base/platform.h"

Test(platform, the_clock_goes_forward_through_a_sleep)
{
    uint64_t before = uowi_now_ns();
    uowi_sleep_ns(2000000);
    cr_assert_geq(uowi_now_ns() - before, 2000000u);
}

Test(platform, waiting_ends_at_the_deadline)
{
    uowi_mutex mutex;
    uowi_cond cond;
    cr_assert(uowi_mutex_init(&mutex) && uowi_cond_init(&cond));
    uowi_mutex_lock(&mutex);
    uint64_t deadline = uowi_now_ns() + 3000000;
    while (uowi_cond_wait_until(&cond, &mutex, deadline))
        ;
    cr_assert_geq(uowi_now_ns(), deadline);
    cr_assert_not(uowi_cond_wait_until(&cond, &mutex, 0), "a deadline long past");
    uowi_mutex_unlock(&mutex);
    uowi_cond_done(&cond);
    uowi_mutex_done(&mutex);
}

typedef struct meeting {
    uowi_mutex mutex;
    uowi_cond cond;
    uint64_t other_thread;
} meeting;

static void *platform_other(void *arg)
{
    meeting *m = arg;
    uowi_mutex_lock(&m->mutex);
    m->other_thread = uowi_thread_id();
    uowi_cond_broadcast(&m->cond);
    uowi_mutex_unlock(&m->mutex);
    return NULL;
}

Test(platform, threads_meet_and_have_numbers_of_their_own)
{
    meeting m = {.other_thread = 0};
    cr_assert(uowi_mutex_init(&m.mutex) && uowi_cond_init(&m.cond));
    pthread_t other;
    cr_assert_eq(pthread_create(&other, NULL, platform_other, &m), 0);
    uowi_mutex_lock(&m.mutex);
    while (m.other_thread == 0)
        cr_assert(uowi_cond_wait_until(&m.cond, &m.mutex, UINT64_MAX));
    uowi_mutex_unlock(&m.mutex);
    (void)pthread_join(other, NULL);
    cr_assert_neq(uowi_thread_id(), 0);
    cr_assert_neq(uowi_thread_id(), m.other_thread);
    cr_assert_eq(uowi_thread_self(), uowi_thread_self());
    uowi_cond_done(&m.cond);
    uowi_mutex_done(&m.mutex);
}
