/* A descriptor to wait on: an eventfd where there is one, else a pipe. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/eventfd.h>
#endif

#ifdef __linux__

static bool wake_make(uowi_wake *wake)
{
    wake->descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    wake->writer = wake->descriptor;
    return wake->descriptor >= 0;
}

#else

static bool wake_make(uowi_wake *wake)
{
    int ends[2];

    if (pipe(ends) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        (void)fcntl(ends[i], F_SETFL, O_NONBLOCK);
        (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    }
    wake->descriptor = ends[0];
    wake->writer = ends[1];
    return true;
}

#endif

bool uowi_wake_open(uowi_wake *wake)
{
    if (wake_make(wake))
        return true;
    wake->descriptor = wake->writer = -1;
    return false;
}

void uowi_wake_close(uowi_wake *wake)
{
    if (wake->descriptor < 0)
        return;
    if (wake->writer != wake->descriptor)
        (void)close(wake->writer);
    (void)close(wake->descriptor);
    wake->descriptor = wake->writer = -1;
}

/* A full one is raised already. */
void uowi_wake_raise(const uowi_wake *wake)
{
    const uint64_t one = 1;

    while (wake->writer >= 0 && write(wake->writer, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

void uowi_wake_lower(const uowi_wake *wake)
{
    uint64_t taken[8];
    ssize_t n = 1;

    while (wake->descriptor >= 0 && (n > 0 || (n < 0 && errno == EINTR)))
        n = read(wake->descriptor, taken, sizeof taken);
}
