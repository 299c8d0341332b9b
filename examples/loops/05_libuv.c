/* Polled operations in a program whose loop is libuv's. */
#define _POSIX_C_SOURCE 200809L

#include "loops/loop.h"

#include <uv.h>

enum { CONTEXTS = 8 };

static void ready(uv_poll_t *handle, int status, int events)
{
    loop *l = handle->data;

    (void)events;
    must(NULL, status == 0 ? UOW_OK : UOW_DRIVER, "wait in the loop");
    must(NULL, uow_env_dispatch(l->env, NULL), "dispatch");
    if (l->over == l->count)
        uv_poll_stop(handle); /* nothing is left to wait for, so the loop ends */
}

int main(int argc, char **argv)
{
    uv_poll_t watcher;
    loop l;

    headline("libuv: the environment's descriptor in a uv_poll_t");
    loop_open(&l, loop_source(argc, argv), CONTEXTS);
    uv_poll_init(uv_default_loop(), &watcher, uow_env_fd(l.env));
    watcher.data = &l;
    loop_start(&l, 50);
    uv_poll_start(&watcher, UV_READABLE, ready);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&watcher, NULL);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    uv_loop_close(uv_default_loop());
    return loop_report(&l, "libuv");
}
