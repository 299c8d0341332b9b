/* odbc.ini and odbcinst.ini, as the installer library reads them. */
#ifndef TD_PROFILE_H
#define TD_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "connstr.h"

/* A key of a section of a file; value is "" and the answer false when there is none. */
bool td_profile(const char *section, const char *key, const char *file, char *value, size_t size);

/* The connection string's own value of a key, else that of the data source's section. dsn may be NULL or empty. */
bool td_setting(const td_connstr *cs, const char *dsn, const char *key, char *value, size_t size);

#endif
