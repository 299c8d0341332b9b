/* Helper of the dialects' constraint_name functions. */
#ifndef UOWI_ODBC_CONSTRAINT_H
#define UOWI_ODBC_CONSTRAINT_H

#include <stdbool.h>

#include "base/buf.h"

/* Appends what stands between before and after; false, nothing appended, when they are not there.
 */
bool uowi_constraint_between(const char *message, const char *before, const char *after,
                             uowi_buf *out);

#endif
