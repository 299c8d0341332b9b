/* Waiting for several operations at once. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "context/op.h"

#define WAIT_FEW 16 /* without an allocation */

typedef struct wait_work {
    uow_op **ops;
    uowi_flight **flights;
    uowi_post **posts;
    size_t count;
    void *room;
    size_t room_size;
    void *few[3 * WAIT_FEW];
} wait_work;

static void wait_leave(wait_work *work)
{
    for (size_t i = 0; i < work->count; i++)
        uowi_op_leave(work->ops[i]);
}

static void wait_done(wait_work *work, uow_env *env)
{
    if (work->room)
        uowi_free(&env->mem, work->room, work->room_size);
}

/* All are entered, or none. */
static uow_status wait_enter(wait_work *work, uow_op *const *ops, size_t count)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < count; i++) {
        if (!ops[i])
            continue;
        st = uowi_op_enter(ops[i]);
        if (st != UOW_OK)
            break;
        work->ops[work->count++] = ops[i];
        if (ops[i]->env != work->ops[0]->env)
            st = UOW_MISUSE;
    }
    if (st != UOW_OK)
        wait_leave(work);
    return st;
}

static uow_env *wait_env(uow_op *const *ops, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ops[i])
            return uowi_op_alive(ops[i]) ? ops[i]->env : NULL;
    return NULL;
}

static uow_status wait_room(wait_work *work, uow_env *env, size_t count)
{
    void **room = work->few;

    memset(work, 0, sizeof *work);
    if (count > WAIT_FEW) {
        work->room_size = 3 * count * sizeof(void *);
        work->room = count < SIZE_MAX / (3 * sizeof(void *)) ? uowi_alloc(&env->mem, work->room_size) : NULL;
        if (!work->room)
            return UOW_NO_MEMORY;
        room = work->room;
    }
    work->ops = (uow_op **)(void *)room;
    work->flights = (uowi_flight **)(void *)(room + count);
    work->posts = (uowi_post **)(void *)(room + 2 * count);
    return UOW_OK;
}

/* One look at each; how many are over. */
static size_t wait_look(wait_work *work)
{
    size_t over = 0;

    for (size_t i = 0; i < work->count; i++) {
        (void)uowi_op_look(work->ops[i]);
        over += work->ops[i]->over;
    }
    return over;
}

static void wait_sleep(wait_work *work, uint64_t until_ns)
{
    size_t n = 0;

    for (size_t i = 0; i < work->count; i++) {
        uint64_t press = uowi_op_press_next(work->ops[i]);

        if (work->ops[i]->over)
            continue;
        work->flights[n++] = &work->ops[i]->flight;
        until_ns = press < until_ns ? press : until_ns;
    }
    if (n > 0)
        (void)uowi_flight_wait(work->flights, n, until_ns, work->posts);
}

/* The callbacks run when all are left: each may finish its operation, which is then not touched again. */
static void wait_tell(wait_work *work)
{
    wait_leave(work);
    for (size_t i = 0; i < work->count; i++) {
        uow_op *op = work->ops[i];

        if (op->over && op->on_done && uowi_op_enter(op) == UOW_OK)
            (void)uowi_op_leave_telling(op);
    }
}

/* Until one or all are over, or the time has come. */
static uow_status wait_for(uow_op *const *ops, size_t count, uint32_t timeout_ms, bool all, size_t *out_index)
{
    uint64_t until = uowi_op_until(timeout_ms);
    uow_env *env = wait_env(ops, count);
    uow_status st;
    wait_work work;
    size_t enough;

    if (!env)
        return UOW_MISUSE;
    st = wait_room(&work, env, count);
    if (st == UOW_OK)
        st = wait_enter(&work, ops, count);
    if (st != UOW_OK) {
        wait_done(&work, env);
        return st;
    }
    enough = all ? work.count : 1;
    while (wait_look(&work) < enough && uowi_now_ns() < until)
        wait_sleep(&work, until);
    st = wait_look(&work) >= enough ? UOW_OK : UOW_PENDING;
    for (size_t i = count; st == UOW_OK && out_index && i-- > 0;)
        if (ops[i] && ops[i]->over)
            *out_index = i;
    wait_tell(&work);
    wait_done(&work, env);
    return st;
}

static bool wait_nothing(uow_op *const *ops, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ops[i])
            return false;
    return true;
}

uow_status uow_wait_any(uow_op *const *ops, size_t count, uint32_t timeout_ms, size_t *out_index)
{
    if (!ops && count > 0)
        return UOW_MISUSE;
    if (wait_nothing(ops, count))
        return UOW_END;
    return wait_for(ops, count, timeout_ms, false, out_index);
}

uow_status uow_wait_all(uow_op *const *ops, size_t count, uint32_t timeout_ms)
{
    if (!ops && count > 0)
        return UOW_MISUSE;
    if (wait_nothing(ops, count))
        return UOW_OK;
    return wait_for(ops, count, timeout_ms, true, NULL);
}
