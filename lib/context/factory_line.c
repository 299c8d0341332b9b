/*
 * The line: who comes first is served first, and a connection that comes back is given to the first in line, not to
 * whoever happens to ask in that moment. Each waiter has a condition of its own, so that one is woken, not all.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/factory.h"

#include <string.h>

#define LINE_NAP_NS 20000000u /* an opener looks for idle connections that often at most */

struct uowi_waiter {
    uowi_cond cond;
    uowi_turn turn;
    uowi_slot *slot;
    uowi_waiter *next;
};

static const uint64_t line_buckets[UOW_WAIT_BUCKETS] = {
    1000u,      10000u,      50000u,      100000u,      250000u,      500000u,       1000000u,      2500000u,
    5000000u,   10000000u,   25000000u,   100000000u,   500000000u,   1000000000u,   5000000000u,   UINT64_MAX};

uint64_t uow_wait_bucket(size_t bucket)
{
    return bucket < UOW_WAIT_BUCKETS ? line_buckets[bucket] : UINT64_MAX;
}

/* --- slots; all under the mutex */

static void line_state(uow_factory *f, uowi_slot *slot, uowi_slot_state state)
{
    f->in[slot->state]--;
    f->in[state]++;
    slot->state = state;
}

static void line_idle(uow_factory *f, uowi_slot *slot, uint64_t now)
{
    line_state(f, slot, UOWI_SLOT_IDLE);
    slot->idle_ns = now;
    slot->newer = NULL;
    slot->older = f->idle_newest;
    if (f->idle_newest)
        f->idle_newest->newer = slot;
    else
        f->idle_oldest = slot;
    f->idle_newest = slot;
}

static void line_unlink(uow_factory *f, uowi_slot *slot)
{
    if (slot->newer)
        slot->newer->older = slot->older;
    else
        f->idle_newest = slot->older;
    if (slot->older)
        slot->older->newer = slot->newer;
    else
        f->idle_oldest = slot->newer;
}

/* The most recently used: the others grow old and go. */
static uowi_slot *line_take(uow_factory *f)
{
    uowi_slot *slot = f->idle_newest;

    line_unlink(f, slot);
    line_state(f, slot, UOWI_SLOT_LEASED);
    return slot;
}

static uowi_slot *line_reserve(uow_factory *f)
{
    uowi_slot *slot = f->free;

    f->free = slot->older;
    line_state(f, slot, UOWI_SLOT_OPENING);
    return slot;
}

static void line_free(uow_factory *f, uowi_slot *slot)
{
    line_state(f, slot, UOWI_SLOT_FREE);
    slot->older = f->free;
    f->free = slot;
}

static void line_bury(uow_factory *f, uow_context *dead)
{
    if (!dead)
        return;
    dead->next_closed = NULL;
    if (f->dead_newest)
        f->dead_newest->next_closed = dead;
    else
        f->dead_oldest = dead;
    f->dead_newest = dead;
    f->dead++;
}

/* The handle that has been dead longest is the next lease's. */
static void line_spare(uow_factory *f, uowi_slot *slot)
{
    if (slot->spare || f->dead < UOWI_DEAD_LEASES)
        return;
    slot->spare = f->dead_oldest;
    f->dead_oldest = slot->spare->next_closed;
    if (!f->dead_oldest)
        f->dead_newest = NULL;
    f->dead--;
}

/* --- the line; all under the mutex */

static bool line_may_open(const uow_factory *f, uint64_t now)
{
    if (f->closing || !f->free)
        return false;
    /* After a failure one tries, when it is time; the others hear what became of it. */
    return f->failures == 0 || (now >= f->retry_ns && f->in[UOWI_SLOT_OPENING] == 0);
}

static bool line_hopeless(const uow_factory *f, uint64_t now)
{
    return f->failures > 0 && now < f->retry_ns && f->in[UOWI_SLOT_LEASED] == 0 && f->in[UOWI_SLOT_IDLE] == 0 &&
           f->in[UOWI_SLOT_OPENING] == 0;
}

static void line_call(uow_factory *f, uowi_turn turn, uowi_slot *slot)
{
    uowi_waiter *waiter = f->line_first;

    f->line_first = waiter->next;
    if (!f->line_first)
        f->line_last = NULL;
    waiter->turn = turn;
    waiter->slot = slot;
    uowi_cond_broadcast(&waiter->cond);
}

static void line_serve(uow_factory *f, uint64_t now)
{
    while (f->line_first && f->closing)
        line_call(f, UOWI_TURN_CLOSED, NULL);
    while (f->line_first && f->idle_newest)
        line_call(f, UOWI_TURN_LEASE, line_take(f));
    if (f->openers) {
        if (f->line_first && line_may_open(f, now))
            uowi_cond_broadcast(&f->settled);
    } else {
        while (f->line_first && line_may_open(f, now))
            line_call(f, UOWI_TURN_OPEN, line_reserve(f));
    }
    while (f->line_first && line_hopeless(f, now))
        line_call(f, UOWI_TURN_FAILED, NULL);
}

static void line_join(uow_factory *f, uowi_waiter *waiter, bool first)
{
    waiter->next = first ? f->line_first : NULL;
    if (first)
        f->line_first = waiter;
    else if (f->line_last)
        f->line_last->next = waiter;
    else
        f->line_first = waiter;
    if (!waiter->next)
        f->line_last = waiter;
}

static void line_leave(uow_factory *f, const uowi_waiter *waiter)
{
    uowi_waiter *before = NULL;

    for (uowi_waiter *w = f->line_first; w != waiter; w = w->next)
        before = w;
    if (before)
        before->next = waiter->next;
    else
        f->line_first = waiter->next;
    if (f->line_last == waiter)
        f->line_last = before;
}

/* Stands in line until called or until the deadline. */
static uowi_turn line_stand(uow_factory *f, uint64_t started, uint64_t deadline, bool first, uowi_slot **out_slot,
                            uow_status *out_status)
{
    uint64_t now = first ? uowi_now_ns() : started;
    uowi_waiter waiter = {.turn = UOWI_TURN_WAIT};

    if (!uowi_cond_init(&waiter.cond)) {
        *out_status = UOW_NO_MEMORY;
        return UOWI_TURN_WAIT;
    }
    line_join(f, &waiter, first);
    f->waiting++;
    for (;;) {
        uint64_t until = deadline;

        line_serve(f, now);
        if (waiter.turn != UOWI_TURN_WAIT)
            break;
        if (now >= deadline) {
            line_leave(f, &waiter);
            break;
        }
        if (f->failures > 0 && f->retry_ns > now && f->retry_ns < until)
            until = f->retry_ns;
        (void)uowi_cond_wait_until(&waiter.cond, &f->mutex, until);
        now = uowi_now_ns();
    }
    *out_status = waiter.turn == UOWI_TURN_LEASE || waiter.turn == UOWI_TURN_OPEN
                      ? UOW_OK
                      : uowi_complain(f, waiter.turn, started, now);
    f->waiting--;
    if (f->closing) /* from here on this thread does not touch the factory */
        uowi_cond_broadcast(&f->settled);
    uowi_cond_done(&waiter.cond);
    *out_slot = waiter.slot;
    return waiter.turn;
}

static void line_given(uow_factory *f, uowi_slot *slot, uint64_t started, uint64_t now)
{
    uint64_t waited = uowi_since(now, started);
    size_t bucket = 0;

    while (waited > line_buckets[bucket])
        bucket++;
    f->counts.leases++;
    f->counts.waits[bucket]++;
    f->counts.wait_ns += waited;
    if (waited > f->counts.wait_max_ns)
        f->counts.wait_max_ns = waited;
    slot->uses++;
    slot->leased_ns = now;
    line_spare(f, slot);
}

uowi_turn uowi_line_wait(uow_factory *f, const char *where, uint64_t started, uint64_t deadline, bool first,
                         uowi_slot **out_slot, uow_status *out_status)
{
    uowi_turn turn = UOWI_TURN_LEASE;

    uowi_mutex_lock(&f->mutex);
    if (!f->line_first && f->idle_newest && !f->closing) {
        *out_slot = line_take(f);
        (*out_slot)->where = where;
        line_given(f, *out_slot, started, started);
        uowi_mutex_unlock(&f->mutex);
        return turn;
    }
    turn = line_stand(f, started, deadline, first, out_slot, out_status);
    if (*out_slot)
        (*out_slot)->where = where;
    if (turn == UOWI_TURN_OPEN)
        (*out_slot)->leased_ns = started;
    if (turn == UOWI_TURN_LEASE)
        line_given(f, *out_slot, started, uowi_now_ns());
    uowi_mutex_unlock(&f->mutex);
    return turn;
}

void uowi_line_opened(uow_factory *f, uowi_slot *slot, bool lease)
{
    uint64_t now = uowi_now_ns();

    uowi_mutex_lock(&f->mutex);
    f->failures = 0;
    f->counts.opened++;
    if (lease) {
        line_state(f, slot, UOWI_SLOT_LEASED);
        line_given(f, slot, slot->leased_ns, now);
    } else {
        line_idle(f, slot, now);
    }
    line_serve(f, now); /* others may try again */
    uowi_mutex_unlock(&f->mutex);
}

/* Between half and one and a half of the pause, so that many programs do not come back together. */
static uint64_t line_pause(uow_factory *f)
{
    uint64_t pause = (uint64_t)f->options.backoff_ms * 1000000u;
    uint64_t most = (uint64_t)f->options.max_backoff_ms * 1000000u;

    for (uint32_t i = 1; i < f->failures && pause < most; i++)
        pause *= 2;
    if (pause > most)
        pause = most;
    f->random = f->random * 6364136223846793005u + 1442695040888963407u;
    return pause / 2 + (f->random >> 32) * pause / 0x100000000u;
}

static void line_reason(uow_factory *f, const uow_error *error)
{
    uow_diagnostic diagnostic;

    uowi_error_clear(&f->reason);
    uowi_error_set(&f->reason, uow_error_status(error), "%s", uow_error_message(error));
    uowi_error_function(&f->reason, "SQLDriverConnect");
    for (size_t i = 0; uow_error_diagnostic(error, i, &diagnostic); i++)
        uowi_error_diagnostic(&f->reason, diagnostic.sqlstate, diagnostic.native, diagnostic.text, strlen(diagnostic.text));
}

void uowi_line_open_failed(uow_factory *f, uowi_slot *slot, const uow_error *error)
{
    uint64_t now = uowi_now_ns();

    uowi_mutex_lock(&f->mutex);
    line_free(f, slot);
    if (uow_error_status(error) != UOW_NO_MEMORY) {
        f->counts.open_failures++;
        line_reason(f, error);
        /* Those who tried at the same time are one failure. */
        if (f->failures == 0 || now >= f->retry_ns) {
            f->failures++;
            f->retry_ns = now + line_pause(f);
        }
    }
    line_serve(f, now);
    uowi_cond_broadcast(&f->settled);
    uowi_mutex_unlock(&f->mutex);
}

/* Under the mutex: an idle one that has to go. */
static uowi_slot *line_tired(uow_factory *f, uint64_t now, bool any)
{
    uowi_slot *slot = f->idle_oldest;
    uint32_t all = f->in[UOWI_SLOT_IDLE] + f->in[UOWI_SLOT_LEASED] + f->in[UOWI_SLOT_OPENING];
    bool tired = slot && uowi_since(now, slot->idle_ns) > f->idle_ns && all > f->options.min_contexts;

    if (!slot || (!any && !tired))
        return NULL;
    line_unlink(f, slot);
    line_state(f, slot, UOWI_SLOT_CLOSING);
    f->closed[any ? UOWI_CLOSED_SHUTDOWN : UOWI_CLOSED_IDLE]++;
    return slot;
}

uowi_slot *uowi_line_tired(uow_factory *f, bool any)
{
    uowi_slot *slot;

    uowi_mutex_lock(&f->mutex);
    slot = line_tired(f, uowi_now_ns(), any);
    uowi_mutex_unlock(&f->mutex);
    return slot;
}

/* For those who wait, and for the least number there are to be. */
static uowi_slot *line_ahead(uow_factory *f, uint64_t now)
{
    uint32_t all = f->in[UOWI_SLOT_IDLE] + f->in[UOWI_SLOT_LEASED] + f->in[UOWI_SLOT_OPENING];

    if (!line_may_open(f, now) || (f->in[UOWI_SLOT_OPENING] >= f->waiting && all >= f->options.min_contexts))
        return NULL;
    return line_reserve(f);
}

bool uowi_line_job(uow_factory *f, uowi_slot **out_open, uowi_slot **out_tired)
{
    uint64_t nap = f->idle_ns / 4 > LINE_NAP_NS ? f->idle_ns / 4 : LINE_NAP_NS;
    bool job = false;

    *out_open = NULL;
    *out_tired = NULL;
    uowi_mutex_lock(&f->mutex);
    while (!f->dismissed && !job) {
        uint64_t now = uowi_now_ns();
        uint64_t until = now + nap;

        *out_open = line_ahead(f, now);
        *out_tired = *out_open || f->closing ? NULL : line_tired(f, now, false);
        job = *out_open || *out_tired;
        if (f->failures > 0 && f->retry_ns > now && f->retry_ns < until)
            until = f->retry_ns;
        if (!job)
            (void)uowi_cond_wait_until(&f->settled, &f->mutex, until);
    }
    uowi_mutex_unlock(&f->mutex);
    return job;
}

void uowi_line_dismiss(uow_factory *f)
{
    uowi_mutex_lock(&f->mutex);
    f->dismissed = true;
    uowi_cond_broadcast(&f->settled);
    uowi_mutex_unlock(&f->mutex);
}

uowi_closed uowi_line_back(uow_factory *f, uowi_slot *slot, uow_context *dead, uowi_slot **out_tired)
{
    uint64_t now = uowi_now_ns();
    uowi_closed why = UOWI_CLOSED_NOT;

    *out_tired = NULL;
    uowi_mutex_lock(&f->mutex);
    line_bury(f, dead);
    if (f->closing) {
        line_state(f, slot, UOWI_SLOT_CLOSING);
        f->closed[UOWI_CLOSED_SHUTDOWN]++;
        why = UOWI_CLOSED_SHUTDOWN;
    } else {
        line_idle(f, slot, now);
        if (f->line_first)
            line_serve(f, now);
        *out_tired = line_tired(f, now, false);
    }
    uowi_mutex_unlock(&f->mutex);
    return why;
}

void uowi_line_closing(uow_factory *f, uowi_slot *slot, uowi_closed why, uow_context *dead)
{
    uowi_mutex_lock(&f->mutex);
    line_bury(f, dead);
    line_state(f, slot, UOWI_SLOT_CLOSING);
    f->closed[why]++;
    if (why == UOWI_CLOSED_LOST)
        atomic_fetch_add_explicit(&f->losses, 1, memory_order_relaxed);
    uowi_mutex_unlock(&f->mutex);
}

void uowi_line_closed(uow_factory *f, uowi_slot *slot)
{
    uowi_mutex_lock(&f->mutex);
    line_free(f, slot);
    line_serve(f, uowi_now_ns());
    uowi_cond_broadcast(&f->settled);
    uowi_mutex_unlock(&f->mutex);
}

/* Those that are opened or closed in this moment are waited for whatever the deadline: their threads use the factory. */
bool uowi_line_shut(uow_factory *f, uint64_t deadline)
{
    bool in_time = true;

    uowi_mutex_lock(&f->mutex);
    f->closing = true;
    line_serve(f, uowi_now_ns());
    uowi_cond_broadcast(&f->settled);
    while (f->in[UOWI_SLOT_OPENING] + f->in[UOWI_SLOT_CLOSING] + f->waiting > 0 ||
           (f->in[UOWI_SLOT_LEASED] > 0 && in_time))
        in_time = uowi_cond_wait_until(&f->settled, &f->mutex, in_time ? deadline : UINT64_MAX) && in_time;
    in_time = f->in[UOWI_SLOT_LEASED] == 0;
    uowi_mutex_unlock(&f->mutex);
    return in_time;
}
