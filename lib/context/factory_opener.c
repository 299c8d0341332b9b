/* Threads of a factory that open connections before and while somebody waits, and close those nobody uses. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/factory.h"

struct uowi_openers {
    uow_factory *factory;
    uint32_t count; /* that run */
    uowi_thread threads[UOWI_OPENERS_MOST];
};

static void *opener_work(void *user)
{
    uow_factory *f = user;
    uowi_slot *open = NULL;
    uowi_slot *tired = NULL;
    uow_error error;

    uowi_error_init(&error, &f->env->mem);
    while (uowi_line_job(f, &open, &tired)) {
        if (tired) {
            uowi_slot_close(f, tired);
            continue;
        }
        uowi_error_clear(&error);
        if (uowi_slot_open(f, open, &error) == UOW_OK)
            uowi_line_opened(f, open, false);
        else
            uowi_line_open_failed(f, open, &error);
    }
    uowi_error_done(&error);
    return NULL;
}

bool uowi_openers_start(uow_factory *f)
{
    uowi_openers *openers;

    if (f->options.openers == 0)
        return true;
    openers = uowi_zalloc(&f->env->mem, sizeof *openers);
    if (!openers)
        return false;
    f->openers = openers;
    while (openers->count < f->options.openers &&
           uowi_thread_start(&openers->threads[openers->count], opener_work, f))
        openers->count++;
    /* With fewer than asked for it is slower, without any it would not work. */
    return openers->count > 0;
}

void uowi_openers_stop(uow_factory *f)
{
    if (!f->openers)
        return;
    uowi_line_dismiss(f);
    for (uint32_t i = 0; i < f->openers->count; i++)
        uowi_thread_join(&f->openers->threads[i]);
    uowi_free(&f->env->mem, f->openers, sizeof *f->openers);
    f->openers = NULL;
}
