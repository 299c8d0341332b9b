/* Faults planted on purpose. No run of the suite counts these as tests of the
   library; tests/planted/planted.sh runs them one by one and wants each to turn the
   suite red. */
#include "config.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

Test(planted, passes)
{
    cr_assert(1);
}

Test(planted, fails)
{
    cr_assert(0, "planted failure");
}

Test(planted, crashes)
{
    abort();
}

Test(planted, hangs)
{
    volatile int for_ever = 1;
    while (for_ever)
        ;
}

/* Sanitizers only, from here on: a run without them passes. */
static void *volatile lost;

Test(planted, leaks)
{
    lost = malloc(100);
    memset(lost, 1, 100);
    lost = NULL;
}

Test(planted, overflows)
{
    volatile int n = INT_MAX;
    n += 1;
    cr_log_info("%d", n);
}

Test(planted, reads_freed_memory)
{
    char *volatile p = malloc(10);
    p[0] = 'x';
    free(p);
    cr_log_info("%c", p[0]);
}
