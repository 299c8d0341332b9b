/* Connection strings: taken apart, changed, put together again. Pure text, no ODBC. */
#ifndef UOWI_ODBC_CONNSTR_H
#define UOWI_ODBC_CONNSTR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/mem.h"
#include "uow/status.h"

typedef struct uowi_connstr_pair {
    char *key;
    char *value;
    bool braced; /* was, or must be, written as {value} */
} uowi_connstr_pair;

typedef struct uowi_connstr {
    uowi_mem *mem;
    uowi_connstr_pair *pairs;
    size_t count;
    size_t capacity;
} uowi_connstr;

void uowi_connstr_init(uowi_connstr *cs, uowi_mem *mem);
/* Values are wiped before they are freed. */
void uowi_connstr_done(uowi_connstr *cs);

/*
 * Reads "Key=Value;Key={va;l}}ue}". A text without '=' is a DSN's name. UOW_MISUSE: malformed,
 * *out_bad is the offset of the part that is; UOW_NO_MEMORY.
 */
uow_status uowi_connstr_parse(uowi_connstr *cs, const char *text, size_t *out_bad);

/* keys is one key or several spellings, "UID|USER"; case does not matter. The first pair counts, as
 * in ODBC. */
const char *uowi_connstr_get(const uowi_connstr *cs, const char *keys);
void uowi_connstr_remove(uowi_connstr *cs, const char *keys);
/* Appends; the value is braced when it must be. False: out of memory. */
bool uowi_connstr_add(uowi_connstr *cs, const char *key, const char *value);
/* Puts it together; each pair ends with ';'. */
void uowi_connstr_emit(const uowi_connstr *cs, uowi_buf *out);

#endif
