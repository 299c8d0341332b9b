#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "child.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long child_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A crash is what we are here for: no core files of it. */
static void child_work(int (*function)(FILE *out, void *user), void *user, int fd)
{
    static const struct rlimit none = {0, 0};
    FILE *out = fdopen(fd, "w");
    int status = 127;

    (void)setrlimit(RLIMIT_CORE, &none);
    if (out) {
        setvbuf(out, NULL, _IOLBF, 0);
        status = function(out, user);
        fflush(out);
    }
    _exit(status);
}

/* Until the child has closed its end, or time is over. */
static bool child_listen(int fd, long until, char *said, size_t size)
{
    size_t length = 0;
    char rest[512];

    said[0] = '\0';
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        long left = until - child_now();
        bool room = length + 1 < size;
        ssize_t got;

        if (left <= 0 || poll(&wait, 1, (int)left) == 0)
            return false;
        got = read(fd, room ? said + length : rest, room ? size - 1 - length : sizeof rest);
        if (got <= 0)
            return true;
        length += room ? (size_t)got : 0;
        said[length] = '\0';
    }
}

bool child_run(int (*function)(FILE *out, void *user), void *user, unsigned timeout_ms, char *said, size_t size,
               child_result *result)
{
    int ends[2];
    int status = 0;
    pid_t pid;

    *result = (child_result){0};
    if (pipe(ends) != 0)
        return false;
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child_work(function, user, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return false;
    }
    result->late = !child_listen(ends[0], child_now() + (long)timeout_ms, said, size);
    close(ends[0]);
    if (result->late)
        kill(pid, SIGKILL);
    (void)waitpid(pid, &status, 0);
    result->signal = WIFSIGNALED(status) && !result->late ? WTERMSIG(status) : 0;
    result->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return true;
}
