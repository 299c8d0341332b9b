/* What odbc.ini and odbcinst.ini say, read through the installer library as the driver manager
 * does. */
#ifndef UOWI_ODBC_DSN_H
#define UOWI_ODBC_DSN_H

#include <stdbool.h>
#include <stddef.h>

#define UOWI_DSN_VALUE_SIZE 512

/* A key of a data source's section; keys may be spellings, "OPTION|OPTIONS". False: not there or
 * empty. */
bool uowi_dsn_get(const char *dsn, const char *keys, char *out, size_t size);
/* Is there such a section in odbc.ini? */
bool uowi_dsn_exists(const char *dsn);
/* The library file of a driver registered in odbcinst.ini. False: no such driver. */
bool uowi_dsn_driver_file(const char *driver, char *out, size_t size);
/*
 * The installer library keeps the paths of its files in buffers it fills at the first reading, without a lock
 * (seen by ThreadSanitizer): done once when an environment is opened, contexts may be opened by many threads.
 */
void uowi_dsn_prime(void);

#endif
