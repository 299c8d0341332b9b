#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "flow/step.h"

#include "base/platform.h"
#include "base/usual.h"

#define STEP_PAUSE_FIRST_NS 1000u
#define STEP_PAUSE_LAST_NS 1000000u

UOWI_HOT uow_status uowi_step_run(uowi_step step, void *self)
{
    uint64_t pause = STEP_PAUSE_FIRST_NS;

    for (;;) {
        uow_status st = step(self);

        if (UOWI_USUAL(!uowi_step_pauses(st)))
            return st;
        if (UOWI_USUAL(st != UOW_PENDING))
            continue; /* every turn is ours */
        uowi_sleep_ns(pause);
        if (pause < STEP_PAUSE_LAST_NS)
            pause *= 2;
    }
}

void uowi_step_pause(void)
{
    uowi_sleep_ns(STEP_PAUSE_FIRST_NS);
}
