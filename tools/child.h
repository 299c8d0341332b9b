/* Something that may crash or hang, done in a process of its own. */
#ifndef UOW_TOOLS_CHILD_H
#define UOW_TOOLS_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct child_result {
    int signal;  /* that ended it, or 0 */
    bool late;   /* it was killed because its time was over */
    int status;  /* what the function returned */
} child_result;

/*
 * Runs the function in a child process; what it writes to out arrives in said, NUL-terminated, cut at size. False: there
 * is no process to be had.
 */
bool child_run(int (*function)(FILE *out, void *user), void *user, unsigned timeout_ms, char *said, size_t size,
               child_result *result);

#endif
