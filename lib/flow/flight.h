/*
 * An operation in flight: a step, and the engine that carries it on.
 *
 * worker: a thread of the environment makes the ODBC calls;
 * native: each poll carries the step on until the driver answers "still executing", and only what no driver manager
 *   polls goes to a worker;
 * inline: there is no engine: the first poll does everything.
 *
 * Of these functions one runs at a time for each flight; that is the owner's to see to.
 */
#ifndef UOWI_FLOW_FLIGHT_H
#define UOWI_FLOW_FLIGHT_H

#include "flow/hub.h"
#include "flow/step.h"
#include "flow/workers.h"
#include "uow/op.h"

typedef enum uowi_whereabouts {
    UOWI_AT_CALLER, /* next: the caller's turn */
    UOWI_AT_ENGINE, /* next: the engine's turn, which is the thread that polls */
    UOWI_AT_WORKER, /* a worker has it */
    UOWI_AT_OVER
} uowi_whereabouts;

typedef struct uowi_flight {
    uowi_job job;
    uowi_post post;
    uowi_hub *hub;
    uowi_workers *workers;
    uowi_step step;
    void *self;
    uow_engine engine;
    uowi_whereabouts place;
    uow_status st;    /* what the step answered last */
    bool left;        /* it got as far as its engine */
    uint64_t pause_ns; /* how long the driver is left alone between polls */
    uint64_t due_ns;   /* when it should be polled again; 0: at once */
} uowi_flight;

/* owner: what uowi_hub_list gives for it. */
void uowi_flight_init(uowi_flight *flight, uowi_hub *hub, uowi_workers *workers, uow_engine engine, uowi_step step,
                      void *self, void *owner);
void uowi_flight_done(uowi_flight *flight);
/* The caller's first turn; then the engine begins, if it is not this thread. Answers as uowi_flight_poll. */
uow_status uowi_flight_start(uowi_flight *flight);
/* As far as it goes without waiting: UOW_PENDING, or what the operation answered in the end. */
uow_status uowi_flight_poll(uowi_flight *flight);
/* Sleeps until a poll is worth while for one of them, or the time has come: false. They share one hub; room for count posts. */
bool uowi_flight_wait(uowi_flight *const *flights, size_t count, uint64_t until_ns, uowi_post **room);
/* Takes it back from the queue of the workers, if none has begun: the next poll carries it on here. */
void uowi_flight_withdraw(uowi_flight *flight);

#endif
