#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "flow/retry.h"

/* splitmix64: one word of state, and any seed will do. Source: Steele, Lea, Flood, OOPSLA 2014. */
static uint64_t retry_random(uowi_retry *retry)
{
    uint64_t z = retry->random += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Doubled until the ceiling; then a part of it is left to chance, so that those who met once do not meet again. */
static uint32_t retry_pause(uowi_retry *retry)
{
    uint64_t pause = retry->base_ms;
    uint64_t chance;

    for (uint32_t i = 1; i < retry->failures && pause < retry->max_ms; i++)
        pause *= 2;
    if (pause > retry->max_ms)
        pause = retry->max_ms;
    chance = pause * retry->jitter_percent / 100;
    if (chance > 0)
        pause -= retry_random(retry) % (chance + 1);
    return (uint32_t)pause;
}

bool uowi_retry_passes(const uowi_retry *retry, uow_status st)
{
    return st == UOW_TRANSIENT || st == UOW_CONNECTION_LOST || (st == UOW_CONFLICT && retry->conflicts);
}

bool uowi_retry_late(const uowi_retry *retry, uint64_t now_ms)
{
    return now_ms >= retry->deadline_ms;
}

uowi_retry_answer uowi_retry_after(uowi_retry *retry, uow_status st, uint64_t now_ms, uint32_t *out_pause_ms)
{
    uint32_t pause;

    retry->failures++;
    if (!uowi_retry_passes(retry, st))
        return UOWI_RETRY_NEVER;
    if (retry->failures >= retry->max_attempts)
        return UOWI_RETRY_TIRED;
    pause = retry_pause(retry);
    if (uowi_retry_late(retry, now_ms) || pause >= retry->deadline_ms - now_ms)
        return UOWI_RETRY_LATE;
    *out_pause_ms = pause;
    return UOWI_RETRY_AGAIN;
}
