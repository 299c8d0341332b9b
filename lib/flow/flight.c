#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "flow/flight.h"

#include <stddef.h>
#include <string.h>

#define FLIGHT_PAUSE_FIRST_NS 20000u
#define FLIGHT_PAUSE_LAST_NS 8000000u

/* A worker goes on for as long as it may; a step that pauses there is polled there. */
static void flight_run(uowi_job *job)
{
    uowi_flight *flight = (uowi_flight *)(void *)((char *)job - offsetof(uowi_flight, job));
    bool native = flight->engine == UOW_ENGINE_NATIVE;
    uow_status st;

    do {
        st = flight->step(flight->self);
        if (st == UOW_PENDING && !native)
            uowi_step_pause();
    } while (st == UOWI_TURN_WORKER || (!native && (st == UOWI_TURN_ENGINE || st == UOW_PENDING)));
    flight->st = st;
    uowi_hub_post(flight->hub, &flight->post);
}

void uowi_flight_init(uowi_flight *flight, uowi_hub *hub, uowi_workers *workers, uow_engine engine, uowi_step step,
                      void *self, void *owner)
{
    memset(flight, 0, sizeof *flight);
    flight->job.run = flight_run;
    uowi_post_init(&flight->post, owner);
    flight->hub = hub;
    flight->workers = workers;
    flight->engine = engine;
    flight->step = step;
    flight->self = self;
    flight->place = UOWI_AT_CALLER;
}

void uowi_flight_done(uowi_flight *flight)
{
    uowi_post_done(&flight->post);
}

static void flight_give(uowi_flight *flight)
{
    flight->place = UOWI_AT_WORKER;
    if (uowi_workers_give(flight->workers, &flight->job))
        return;
    flight->place = UOWI_AT_ENGINE;
    if (flight->engine == UOW_ENGINE_WORKER)
        flight->engine = UOW_ENGINE_INLINE;
}

/* The driver is left alone a little longer each time it is not ready. */
static void flight_pause(uowi_flight *flight)
{
    flight->pause_ns = flight->pause_ns == 0 ? FLIGHT_PAUSE_FIRST_NS : flight->pause_ns * 2;
    if (flight->pause_ns > FLIGHT_PAUSE_LAST_NS)
        flight->pause_ns = FLIGHT_PAUSE_LAST_NS;
    flight->due_ns = uowi_now_ns() + flight->pause_ns;
}

/* Where an answer of the step sends it. */
static void flight_route(uowi_flight *flight, uow_status st)
{
    flight->st = st;
    flight->left = flight->left || (uowi_step_pauses(st) && st != UOWI_TURN_CALLER);
    if (st == UOW_PENDING) {
        flight->place = UOWI_AT_ENGINE;
        flight_pause(flight);
        return;
    }
    flight->pause_ns = 0;
    flight->due_ns = 0;
    if (st == UOWI_TURN_CALLER)
        flight->place = UOWI_AT_CALLER;
    else if (!uowi_step_pauses(st))
        flight->place = UOWI_AT_OVER;
    else if (flight->engine == UOW_ENGINE_WORKER ||
             (flight->engine == UOW_ENGINE_NATIVE && st == UOWI_TURN_WORKER))
        flight_give(flight);
    else
        flight->place = UOWI_AT_ENGINE;
}

uow_status uowi_flight_start(uowi_flight *flight)
{
    while (flight->place == UOWI_AT_CALLER)
        flight_route(flight, flight->step(flight->self));
    if (flight->place == UOWI_AT_OVER)
        return flight->st;
    return flight->engine == UOW_ENGINE_NATIVE ? uowi_flight_poll(flight) : UOW_PENDING;
}

uow_status uowi_flight_poll(uowi_flight *flight)
{
    for (;;) {
        uow_status st;

        switch (flight->place) {
        case UOWI_AT_WORKER:
            if (!uowi_hub_take(flight->hub, &flight->post))
                return UOW_PENDING;
            flight_route(flight, flight->st);
            break;
        case UOWI_AT_OVER:
            return flight->st;
        default:
            st = flight->step(flight->self);
            flight_route(flight, st); /* a worker may have it now */
            if (st == UOW_PENDING)
                return UOW_PENDING;
            break;
        }
    }
}

/* When somebody must look again at those that no worker has. */
static uint64_t flight_due(uowi_flight *const *flights, size_t count, uint64_t until_ns)
{
    for (size_t i = 0; i < count; i++)
        if (flights[i]->place != UOWI_AT_WORKER && flights[i]->due_ns < until_ns)
            until_ns = flights[i]->due_ns;
    return until_ns;
}

bool uowi_flight_wait(uowi_flight *const *flights, size_t count, uint64_t until_ns, uowi_post **room)
{
    uint64_t due = flight_due(flights, count, until_ns);
    size_t n = 0;

    if (due <= uowi_now_ns())
        return due < until_ns;
    for (size_t i = 0; i < count; i++)
        if (flights[i]->place == UOWI_AT_WORKER)
            room[n++] = &flights[i]->post;
    return uowi_hub_wait(flights[0]->hub, room, n, due) || due < until_ns;
}

void uowi_flight_withdraw(uowi_flight *flight)
{
    if (flight->place == UOWI_AT_WORKER && uowi_workers_withdraw(flight->workers, &flight->job))
        flight->place = UOWI_AT_ENGINE;
}
