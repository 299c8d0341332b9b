/* A connection string as keys and values. */
#ifndef TD_CONNSTR_H
#define TD_CONNSTR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct td_pair {
    char *key;
    char *value;
} td_pair;

typedef struct td_connstr {
    td_pair *pairs;
    size_t count;
} td_connstr;

/* False: malformed or no memory; cs is empty then. */
bool td_connstr_parse(td_connstr *cs, const char *text, size_t length);
void td_connstr_free(td_connstr *cs);

/* Add a pair after the others. */
bool td_connstr_add(td_connstr *cs, const char *key, const char *value);

/* The first value of a key, whatever its case; NULL when there is none. */
const char *td_connstr_get(const td_connstr *cs, const char *key);

/* "key=value;" for each pair, values in braces where they need them. NULL: no memory. free() it. */
char *td_connstr_text(const td_connstr *cs);

#endif
