/* The profile of a driver that has no dialect: a file that "uow probe --try" wrote and a data
 * source names (UowProfile). */
#ifndef UOWI_ODBC_OVERRIDE_H
#define UOWI_ODBC_OVERRIDE_H

#include "diag/error.h"
#include "odbc/caps.h"
#include "odbc/dialect.h"

typedef struct uowi_override {
    uowi_dialect dialect;         /* the standard's, with what the profile says */
    int row_arrays, param_arrays; /* 0: not to be used whatever the driver says */
    int async;                    /* likewise */
    int zoned;                    /* moments with an offset: see override_zoned */
    int batches;                  /* how inserts are batched; and updates and deletes, see override_ways */
    uowi_way_rule ways[4];
} uowi_override;

/* UOW_MISUSE: the file cannot be read, or has a line that makes no sense; the error names both. */
uow_status uowi_override_read(uowi_mem *mem, const char *path, uow_error *error,
                              uowi_override **out);
/* What the profile takes away of what the driver claims. */
void uowi_override_caps(const uowi_override *override, uowi_caps *caps);
/* NULL is fine. */
void uowi_override_free(uowi_mem *mem, uowi_override *override);

#endif
