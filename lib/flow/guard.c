#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "flow/guard.h"

#include <string.h>

#include "base/usual.h"
#include "base/utf.h"

bool uowi_guard_init(uowi_guard *guard, uow_guard_mode mode, uint32_t wait_ms)
{
    memset(guard, 0, sizeof *guard);
    guard->mode = mode;
    guard->wait_ms = wait_ms;
    if (!uowi_mutex_init(&guard->mutex))
        return false;
    if (!uowi_cond_init(&guard->cond)) {
        uowi_mutex_done(&guard->mutex);
        return false;
    }
    return true;
}

void uowi_guard_done(uowi_guard *guard)
{
    uowi_cond_done(&guard->cond);
    uowi_mutex_done(&guard->mutex);
}

/* At most eight characters of it. */
static uint64_t guard_word(const char *sql, size_t length)
{
    uint64_t word = 0;

    if (length >= sizeof word)
        memcpy(&word, sql, sizeof word);
    else
        memcpy(&word, sql, length);
    return word;
}

/* Only the holder writes. Who sees one of the words sees the odd turn before it too. */
static void guard_write(uowi_guard *guard, const char *sql, size_t length)
{
    uint32_t turn = atomic_load_explicit(&guard->sql_turn, memory_order_relaxed);

    atomic_store_explicit(&guard->sql_turn, turn + 1, memory_order_relaxed);
    for (size_t i = 0; i < UOWI_GUARD_SQL_WORDS; i++) {
        size_t at = i * sizeof(uint64_t);
        uint64_t word = at < length ? guard_word(sql + at, length - at) : 0;

        atomic_store_explicit(&guard->sql[i], word, memory_order_release);
    }
    atomic_store_explicit(&guard->sql_turn, turn + 2, memory_order_release);
}

void uowi_guard_sql(uowi_guard *guard, const char *sql, size_t length, uint64_t text)
{
    if (UOWI_USUAL(text != 0 && atomic_load_explicit(&guard->text, memory_order_relaxed) == text)) {
        atomic_store_explicit(&guard->sql[0], guard_word(sql, length), memory_order_relaxed);
        return;
    }
    guard_write(guard, sql, length);
    atomic_store_explicit(&guard->text, text, memory_order_relaxed);
}

void uowi_guard_forget(uowi_guard *guard)
{
    atomic_store_explicit(&guard->text, 0, memory_order_relaxed);
}

/* Asking the kernel for the thread's number is left out while the same thread comes back. */
static void guard_sign(uowi_guard *guard)
{
    uint64_t self = uowi_thread_self();

    if (UOWI_USUAL(atomic_load_explicit(&guard->self, memory_order_relaxed) == self))
        return;
    atomic_store_explicit(&guard->self, self, memory_order_relaxed);
    atomic_store_explicit(&guard->thread, uowi_thread_id(), memory_order_relaxed);
}

static void guard_introduce(uowi_guard *guard, const char *operation, const char *where)
{
    atomic_store_explicit(&guard->operation, operation, memory_order_relaxed);
    atomic_store_explicit(&guard->where, where, memory_order_relaxed);
    guard_sign(guard);
    atomic_store_explicit(&guard->inside, uowi_thread_self(), memory_order_relaxed);
    atomic_store_explicit(&guard->since_ns, uowi_about_ns(), memory_order_relaxed);
    atomic_store_explicit(&guard->sql[0], 0, memory_order_relaxed);
}

static bool guard_take(uowi_guard *guard, uint64_t token)
{
    uint64_t free_owner = 0;

    /* Sequentially consistent: pairs with the waiter count in guard_wait and leave. */
    return atomic_compare_exchange_strong(&guard->owner, &free_owner, token);
}

/* False: the holder changed it meanwhile. */
static bool guard_read(uowi_guard *guard, uint64_t *words)
{
    uint32_t turn = atomic_load_explicit(&guard->sql_turn, memory_order_acquire);

    for (size_t i = 0; i < UOWI_GUARD_SQL_WORDS; i++)
        words[i] = atomic_load_explicit(&guard->sql[i], memory_order_acquire);
    return turn % 2 == 0 && atomic_load_explicit(&guard->sql_turn, memory_order_relaxed) == turn;
}

#define LOOKS 16 /* before a refusal does without the statement */

/* The holder may change while we look: each field is whole, and together they are only as good as a glance. */
void uowi_guard_look(uowi_guard *guard, uowi_holder *out)
{
    uint64_t words[UOWI_GUARD_SQL_WORDS];
    uint64_t since = atomic_load_explicit(&guard->since_ns, memory_order_relaxed);
    uint64_t now = uowi_now_ns();
    bool whole = false;

    out->inside = NULL;
    out->operation = atomic_load_explicit(&guard->operation, memory_order_relaxed);
    out->where = atomic_load_explicit(&guard->where, memory_order_relaxed);
    out->thread = atomic_load_explicit(&guard->thread, memory_order_relaxed);
    out->age_ns = now > since ? now - since : 0;
    for (int i = 0; !whole && i < LOOKS; i++)
        whole = guard_read(guard, words);
    if (UOWI_RARE(!whole))
        words[0] = 0;
    memcpy(out->sql, words, sizeof words);
    out->sql[sizeof words] = '\0';
    out->sql[uowi_utf8_whole(out->sql, strlen(out->sql))] = '\0';
}

static bool guard_wait(uowi_guard *guard, uint64_t token, uint64_t *out_waited_ns)
{
    uint64_t start = uowi_now_ns();
    uint64_t deadline = start + (uint64_t)guard->wait_ms * 1000000u;
    bool taken = false;
    bool in_time = true;

    uowi_mutex_lock(&guard->mutex);
    atomic_fetch_add(&guard->waiters, 1);
    for (;;) {
        taken = guard_take(guard, token);
        if (taken || !in_time)
            break;
        in_time = uowi_cond_wait_until(&guard->cond, &guard->mutex, deadline);
    }
    atomic_fetch_sub(&guard->waiters, 1);
    uowi_mutex_unlock(&guard->mutex);
    *out_waited_ns = uowi_now_ns() - start;
    return taken;
}

/* Waiting for oneself never ends. Leaving wipes inside, so that one's own id stands there only while it is true. */
static bool guard_mine(uowi_guard *guard)
{
    return atomic_load_explicit(&guard->inside, memory_order_relaxed) == uowi_thread_self();
}

uint64_t uowi_guard_enter(uowi_guard *guard, const char *operation, const char *where, uowi_holder *out_holder)
{
    uint64_t token = atomic_fetch_add_explicit(&guard->serial, 1, memory_order_relaxed) + 1;
    bool taken;

    out_holder->waited_ns = 0;
    if (guard->mode == UOW_GUARD_OFF)
        return token;
    taken = guard_take(guard, token);
    if (!taken && guard->mode == UOW_GUARD_WAIT && !guard_mine(guard))
        taken = guard_wait(guard, token, &out_holder->waited_ns);
    if (!taken) {
        uowi_guard_look(guard, out_holder);
        return 0;
    }
    guard_introduce(guard, operation, where);
    return token;
}

UOWI_HOT void uowi_guard_leave(uowi_guard *guard, uint64_t token)
{
    if (UOWI_RARE(!uowi_guard_holds(guard, token)))
        return;
    atomic_store_explicit(&guard->inside, 0, memory_order_relaxed);
    atomic_store(&guard->owner, 0);
    if (UOWI_USUAL(atomic_load(&guard->waiters) == 0))
        return;
    uowi_mutex_lock(&guard->mutex);
    uowi_cond_broadcast(&guard->cond);
    uowi_mutex_unlock(&guard->mutex);
}

bool uowi_guard_holds(const uowi_guard *guard, uint64_t token)
{
    return UOWI_USUAL(token != 0) && atomic_load_explicit(&guard->owner, memory_order_acquire) == token;
}

void uowi_guard_describe(uowi_buf *out, const char *operation, const char *where, const uowi_holder *holder)
{
    uowi_buf_text(out, operation);
    if (where)
        uowi_buf_fmt(out, " at %s", where);
    if (holder->waited_ns > 0)
        uowi_buf_fmt(out, " gave up after %llu ms", (unsigned long long)(holder->waited_ns / 1000000u));
    else
        uowi_buf_text(out, " refused");
    uowi_buf_text(out, ": ");
    if (holder->inside)
        uowi_buf_fmt(out, "%s inside ", holder->inside);
    uowi_buf_fmt(out, "%s started", holder->operation ? holder->operation : "an operation");
    if (holder->where)
        uowi_buf_fmt(out, " at %s", holder->where);
    uowi_buf_fmt(out, " by thread %llu is in flight (%llu ms)", (unsigned long long)holder->thread,
                 (unsigned long long)(holder->age_ns / 1000000u));
    if (holder->sql[0] != '\0')
        uowi_buf_fmt(out, ": %s", holder->sql);
}
