/*
 * Polled operations and epoll: one descriptor for the environment, many contexts behind it.
 *
 *     04_epoll DSN [CONTEXTS [MILLISECONDS]]
 */
#define _POSIX_C_SOURCE 200809L

#include "loops/loop.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    size_t count = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 20;
    struct epoll_event event = {.events = EPOLLIN};
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    loop l;

    headline("epoll: a descriptor for everything of an environment");
    loop_open(&l, loop_source(argc, argv), count);
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, uow_env_fd(l.env), &event) != 0)
        return 1;
    loop_start(&l, argc > 3 ? atoi(argv[3]) : 50);
    while (l.over < l.count) {
        if (epoll_wait(epoll, &event, 1, (int)uow_env_next_poll_ms(l.env)) < 0)
            return 1;
        must(NULL, uow_env_dispatch(l.env, NULL), "dispatch");
    }
    close(epoll);
    return loop_report(&l, "epoll");
}
