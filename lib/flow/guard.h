/*
 * The guard: who may use a handle. Entry is one compare-and-swap of an owner
 * token; everything else is there so that a refusal can say who holds it.
 */
#ifndef UOWI_FLOW_GUARD_H
#define UOWI_FLOW_GUARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/platform.h"
#include "uow/context.h"

#define UOWI_GUARD_SQL_WORDS 12 /* of 8 bytes: how much of a statement a refusal shows */

typedef struct uowi_guard {
    _Atomic uint64_t owner; /* token of the holder; 0: free */
    _Atomic uint64_t serial;
    /* Written by the holder, read by whoever is refused: atomics, one by one. */
    _Atomic(const char *) operation;
    _Atomic(const char *) where;
    _Atomic uint64_t thread;
    _Atomic uint64_t self; /* the same thread, as uowi_thread_self tells */
    _Atomic uint64_t inside; /* as self, but 0 as soon as the guard is free */
    _Atomic uint64_t since_ns;
    _Atomic uint64_t sql[UOWI_GUARD_SQL_WORDS];
    _Atomic uint64_t text; /* whose beginning stands in sql, but for the first word while nothing is sent: see uowi_guard_sql; 0: nobody's */
    uow_guard_mode mode;
    uint32_t wait_ms;
    _Atomic uint32_t waiters;
    _Atomic uint32_t sql_turn; /* odd while the words of sql are those of two statements */
    uowi_mutex mutex; /* only waiters and whoever wakes them */
    uowi_cond cond;
} uowi_guard;

/* Who holds a guard, copied at the moment of refusal. */
typedef struct uowi_holder {
    const char *inside; /* the call running now on the handle that operation gave (a cursor, rows); or NULL */
    const char *operation;
    const char *where;
    uint64_t thread;
    uint64_t age_ns;
    uint64_t waited_ns;
    char sql[UOWI_GUARD_SQL_WORDS * 8 + 1];
} uowi_holder;

bool uowi_guard_init(uowi_guard *guard, uow_guard_mode mode, uint32_t wait_ms);
void uowi_guard_done(uowi_guard *guard);

/*
 * Takes the guard for an operation (static text) called at where (static text or NULL).
 * Returns its token, or 0 with *out_holder filled. out_holder->waited_ns is set in wait mode either way.
 */
uint64_t uowi_guard_enter(uowi_guard *guard, const char *operation, const char *where, uowi_holder *out_holder);
/* token 0 does nothing, so that leaving twice is harmless. */
void uowi_guard_leave(uowi_guard *guard, uint64_t token);
/* Whether this token holds the guard now. */
bool uowi_guard_holds(const uowi_guard *guard, uint64_t token);
/* Who holds it: only as good as a glance. */
void uowi_guard_look(uowi_guard *guard, uowi_holder *out);
/*
 * The holder tells what it is sending. text: a number that is this text's alone as long as there is this guard, so that
 * one that comes again need not be copied again; 0: it has none.
 */
void uowi_guard_sql(uowi_guard *guard, const char *sql, size_t length, uint64_t text);
/* Numbers begin anew. */
void uowi_guard_forget(uowi_guard *guard);

/* "find at a.c:9 refused: save started at shop.c:118 by thread 7 is in flight (12 ms): UPDATE ..." */
void uowi_guard_describe(uowi_buf *out, const char *operation, const char *where, const uowi_holder *holder);

#endif
