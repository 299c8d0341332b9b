#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/constraint.h"

#include <string.h>

bool uowi_constraint_between(const char *message, const char *before, const char *after,
                             uowi_buf *out)
{
    const char *from = strstr(message, before);
    if (from == NULL)
        return false;
    from += strlen(before);
    const char *to = strstr(from, after);
    if (to == NULL || to == from)
        return false;
    uowi_buf_add(out, from, (size_t)(to - from));
    return true;
}
