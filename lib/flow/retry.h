/*
 * When something is tried again, and after which pause. Decides and never
 * executes: it knows no clock, no connection, and does not sleep.
 */
#ifndef UOWI_FLOW_RETRY_H
#define UOWI_FLOW_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "uow/status.h"

#define UOWI_RETRY_NO_DEADLINE UINT64_MAX

typedef struct uowi_retry {
    uint32_t max_attempts;
    uint32_t base_ms;        /* the pause after the first failure; doubled by each one after it */
    uint32_t max_ms;         /* its ceiling */
    uint32_t jitter_percent; /* how much of a pause is left to chance, 0 to 100 */
    bool conflicts;          /* UOW_CONFLICT passes, too */
    uint64_t deadline_ms;    /* on the caller's clock */
    uint64_t random;         /* the seed, then the state */
    uint32_t failures;       /* so far */
} uowi_retry;

typedef enum uowi_retry_answer {
    UOWI_RETRY_AGAIN, /* after the pause */
    UOWI_RETRY_NEVER, /* the reason will not pass */
    UOWI_RETRY_TIRED, /* it was the last attempt */
    UOWI_RETRY_LATE   /* the deadline would be over before the next one */
} uowi_retry_answer;

/* Does a failure of this kind pass by itself? */
bool uowi_retry_passes(const uowi_retry *retry, uow_status st);
/* An attempt has failed with st at now_ms. *out_pause_ms is set for AGAIN only. */
uowi_retry_answer uowi_retry_after(uowi_retry *retry, uow_status st, uint64_t now_ms, uint32_t *out_pause_ms);
bool uowi_retry_late(const uowi_retry *retry, uint64_t now_ms);

#endif
