/*
 * The factory, inside. A connection lives in a slot; the session that belongs to it lives in the shell of its
 * current or next lease. Releasing moves the session into a fresh shell, so that the old handle is dead at once.
 * What the mutex guards is changed by factory_line.c; nothing that may block happens under it.
 */
#ifndef UOWI_CONTEXT_FACTORY_H
#define UOWI_CONTEXT_FACTORY_H

#include "context/context.h"
#include "uow/factory.h"
#include "work/reset.h"

#define UOWI_FACTORY_MAGIC 0x756f7766u
#define UOWI_FACTORY_MOST 100000u /* connections: more is a mistake */
#define UOWI_OPENERS_MOST 64u
#define UOWI_DEAD_LEASES 256u /* handles of ended leases kept before the oldest is used again */

typedef enum uowi_slot_state {
    UOWI_SLOT_FREE,
    UOWI_SLOT_OPENING,
    UOWI_SLOT_IDLE,
    UOWI_SLOT_LEASED,
    UOWI_SLOT_CLOSING,
    UOWI_SLOT_STATES
} uowi_slot_state;

/* Why a connection is closed. */
typedef enum uowi_closed {
    UOWI_CLOSED_NOT,
    UOWI_CLOSED_IDLE,
    UOWI_CLOSED_AGE,
    UOWI_CLOSED_USES,
    UOWI_CLOSED_LOST,
    UOWI_CLOSED_STATE,
    UOWI_CLOSED_SHUTDOWN,
    UOWI_CLOSED_COUNT
} uowi_closed;

struct uowi_slot {
    uow_factory *factory;
    uow_context *shell; /* holds the session; NULL while there is none */
    uow_context *spare; /* the shell of the next lease; NULL: none was to be had yet */
    uowi_slot_state state;
    uint64_t old_ns;    /* when it is too old; UINT64_MAX: never */
    uint64_t idle_ns;   /* when it became idle */
    uint64_t leased_ns; /* when it was leased, or asked for */
    uint64_t uses;
    uint64_t losses;    /* of the factory when it was last known to live */
    const char *where; /* the lease was taken there */
    uowi_birth birth;
    uowi_slot *newer, *older; /* among the idle; older also among the free */
};

typedef enum uowi_turn {
    UOWI_TURN_WAIT,   /* nothing came in time */
    UOWI_TURN_LEASE,  /* slot is a connection */
    UOWI_TURN_OPEN,   /* slot has none yet: open it */
    UOWI_TURN_FAILED, /* nothing will come: the last login failed and nobody holds a lease */
    UOWI_TURN_CLOSED  /* the factory is closing */
} uowi_turn;

typedef struct uowi_waiter uowi_waiter;
typedef struct uowi_complaint uowi_complaint;
typedef struct uowi_openers uowi_openers;

struct uow_factory {
    uint32_t magic;
    uow_env *env;
    const uow_model *model;
    char *connection, *user, *password;
    const uow_hook **hooks;
    uow_context_options context;
    uow_factory_options options; /* complete */
    uint64_t idle_ns, check_ns, age_ns;
    uowi_slot *slots; /* max_contexts of them */
    _Atomic uint64_t losses; /* connections found lost: those that were idle then are asked before they are lent */
    _Atomic uint64_t checks, checks_failed, resets, resets_failed;
    uowi_mutex mutex;  /* guards what follows */
    uowi_cond settled; /* a lease is over while the factory closes, or openers have something to do */
    bool closing;
    bool dismissed; /* the openers */
    uowi_slot *free;
    uowi_slot *idle_newest, *idle_oldest;
    uowi_waiter *line_first, *line_last;
    uow_context *dead_oldest, *dead_newest;
    uint32_t dead;
    uint32_t in[UOWI_SLOT_STATES]; /* slots by state */
    uint32_t waiting;
    uint32_t failures; /* logins failed in a row */
    uint64_t retry_ns; /* nobody tries before */
    uint64_t random;
    uow_error reason;  /* of the last failed login */
    uow_factory_counters counts;
    uint64_t closed[UOWI_CLOSED_COUNT];
    uowi_complaint *complaints; /* errors by thread */
    uowi_openers *openers;      /* NULL: none */
};

/* A time that was read before the mutex was had may be earlier than what another thread has written since. */
static inline uint64_t uowi_since(uint64_t now_ns, uint64_t then_ns)
{
    return now_ns > then_ns ? now_ns - then_ns : 0;
}

/* --- factory_line.c: who gets what. Each takes the mutex. */

/*
 * A connection, leased to the caller, or the leave to open one. first: before everybody who waits. Otherwise
 * *out_status is why not, the caller's complaint is made, and the factory may be gone.
 */
uowi_turn uowi_line_wait(uow_factory *f, const char *where, uint64_t started_ns, uint64_t deadline_ns, bool first,
                         uowi_slot **out_slot, uow_status *out_status);
/* An opener waits for something to do: a connection to open, or one to close. False: it is dismissed. */
bool uowi_line_job(uow_factory *f, uowi_slot **out_open, uowi_slot **out_tired);
void uowi_line_dismiss(uow_factory *f);
/* The connection is there: leased to the caller, or for whoever is next. */
void uowi_line_opened(uow_factory *f, uowi_slot *slot, bool lease);
void uowi_line_open_failed(uow_factory *f, uowi_slot *slot, const uow_error *error);
/*
 * A lease is over and its connection good: it goes to the next in line, or is idle. dead is its old shell. Another
 * connection that nobody has used for too long may come back, to be closed by the caller. UOWI_CLOSED_SHUTDOWN: the
 * factory is closing, the lease's connection is to be closed.
 */
uowi_closed uowi_line_back(uow_factory *f, uowi_slot *slot, uow_context *dead, uowi_slot **out_tired);
/* An idle connection that nobody has used for too long, or any; NULL: none. To be closed by the caller. */
uowi_slot *uowi_line_tired(uow_factory *f, bool any);
/* A leased connection is to be closed by the caller, for this reason. dead may be NULL. */
void uowi_line_closing(uow_factory *f, uowi_slot *slot, uowi_closed why, uow_context *dead);
/* It is closed. */
void uowi_line_closed(uow_factory *f, uowi_slot *slot);
/* Nothing is lent any more. False: leases were still out at the deadline. */
bool uowi_line_shut(uow_factory *f, uint64_t deadline_ns);

/* --- factory_slot.c: connections */

/* On failure *error says why. */
uow_status uowi_slot_open(uow_factory *f, uowi_slot *slot, uow_error *error);
/* Whether an idle connection may be lent: UOWI_CLOSED_NOT. */
uowi_closed uowi_slot_check(uow_factory *f, uowi_slot *slot);
/* Puts the session back after a lease. Whether it may be lent again: UOWI_CLOSED_NOT. */
uowi_closed uowi_slot_reset(uow_factory *f, uowi_slot *slot);
/* Closes what is to be closed and says so. */
void uowi_slot_close(uow_factory *f, uowi_slot *slot);

/* --- factory_opener.c */

bool uowi_openers_start(uow_factory *f);
/* Nothing may be opened or closed any more. */
void uowi_openers_stop(uow_factory *f);

/* --- factory_options.c */

/* Copies what the program gave and completes it: UOW_MISUSE, UOW_NO_MEMORY. */
uow_status uowi_factory_options_copy(uow_factory *f, const char *connection, const uow_factory_options *given);
void uowi_factory_options_free(uow_factory *f);

/* --- factory_lease.c */

uow_status uowi_factory_release(const char *where, uow_context *context);

/* --- factory_error.c: one record a thread. Under the mutex. */

/* The calling thread gets nothing: its record says why. Returns the record's status. */
uow_status uowi_complain(uow_factory *f, uowi_turn turn, uint64_t started_ns, uint64_t now_ns);
/* Any other call that failed. Takes the mutex itself. Returns st. */
uow_status uowi_complain_of(uow_factory *f, uow_status st, const char *operation, const char *text);
/* A call on a lease failed, and the lease is over: the record is copied. Takes the mutex itself. Returns its status. */
uow_status uowi_complain_as(uow_factory *f, const char *operation, const uow_error *error);
/* Leases are out at the deadline of a close. Takes the mutex itself. */
uow_status uowi_complain_open(uow_factory *f);
void uowi_complaints_free(uow_factory *f);

#endif
