/* Polled operations and poll(2): one descriptor for each operation. */
#define _POSIX_C_SOURCE 200809L

#include "loops/loop.h"

#include <poll.h>

enum { CONTEXTS = 8 };

int main(int argc, char **argv)
{
    struct pollfd fds[CONTEXTS];
    loop l;

    headline("poll(2): a descriptor for each operation");
    loop_open(&l, loop_source(argc, argv), CONTEXTS);
    loop_start(&l, 50);
    for (size_t i = 0; i < CONTEXTS; i++)
        fds[i] = (struct pollfd){uow_op_fd(l.ops[i]), POLLIN, 0};
    while (l.over < l.count && poll(fds, CONTEXTS, (int)uow_env_next_poll_ms(l.env)) >= 0)
        for (size_t i = 0; i < CONTEXTS; i++) {
            /* Once it is over the callback has finished it, and its descriptor is gone. */
            if (fds[i].fd >= 0 && uow_op_poll(l.ops[i]) != UOW_PENDING)
                fds[i].fd = -1;
        }
    return loop_report(&l, "poll");
}
