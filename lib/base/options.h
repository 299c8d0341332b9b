/* Option structs that may come from a program compiled against an older or newer library. */
#ifndef UOWI_BASE_OPTIONS_H
#define UOWI_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies what both sides know of a struct whose first member is struct_size. False when given_size is too small to hold
 * struct_size itself, or when a longer struct uses (has nonzero bytes in) what this library does not know.
 * The copy keeps the library's own struct_size.
 */
bool uowi_options_copy(void *own, size_t own_size, const void *given, size_t given_size);

#endif
