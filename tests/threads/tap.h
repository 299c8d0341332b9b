/* TAP: what a program without a framework reports in. */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>

void tap(bool good, const char *what);
void tap_skip(const char *what, const char *why);
int tap_end(void);

#endif
