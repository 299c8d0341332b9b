/* TAP: what a program without a framework reports in. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "threads/tap.h"

#include <stdio.h>

static int tap_number;
static int tap_failures;

void tap(bool good, const char *what)
{
    tap_failures += !good;
    printf("%sok %d - %s\n", good ? "" : "not ", ++tap_number, what);
    fflush(stdout);
}

void tap_skip(const char *what, const char *why)
{
    printf("ok %d - %s # SKIP %s\n", ++tap_number, what, why);
}

int tap_end(void)
{
    printf("1..%d\n", tap_number);
    return tap_failures ? 1 : 0;
}
