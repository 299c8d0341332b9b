/*
 * Text to double for numbers of ordinary size, of which SQLite writes all the
 * digits there are: 123.25 comes as 123.24999999999999999. No locale is asked,
 * nothing is copied, and the result is rounded once.
 */
#ifndef UOWI_BASE_DOUBLE_QUICK_H
#define UOWI_BASE_DOUBLE_QUICK_H

#include <stdbool.h>
#include <stddef.h>

/* Digits without a sign. False: not decided here, and *out is untouched. */
bool uowi_double_quick(const char *text, size_t length, double *out);

#endif
