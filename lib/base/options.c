#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/options.h"

#include <string.h>

bool uowi_options_copy(void *own, size_t own_size, const void *given, size_t given_size)
{
    const unsigned char *bytes = given;

    if (given_size < sizeof(size_t))
        return false;
    for (size_t i = own_size; i < given_size; i++)
        if (bytes[i])
            return false;
    memcpy(own, given, given_size < own_size ? given_size : own_size);
    memcpy(own, &own_size, sizeof own_size);
    return true;
}
