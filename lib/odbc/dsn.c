#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/dsn.h"

#include <stdint.h>
#include <string.h>

#include <odbcinst.h>

/* The lists of section names are cut at this size; only "empty or not" is asked of them. */
#define DSN_LIST_SIZE 64

static bool dsn_read(const char *section, const char *key, const char *file, char *out, size_t size)
{
    out[0] = '\0';
    int length = SQLGetPrivateProfileString(section, key, "", out, (int)size, file);
    out[size - 1] = '\0';
    return length > 0 && out[0] != '\0';
}

bool uowi_dsn_get(const char *dsn, const char *keys, char *out, size_t size)
{
    while (*keys != '\0') {
        char key[64];
        size_t length = strcspn(keys, "|");
        if (length < sizeof key) {
            memcpy(key, keys, length);
            key[length] = '\0';
            if (dsn_read(dsn, key, "odbc.ini", out, size))
                return true;
        }
        keys += length;
        keys += *keys == '|';
    }
    return false;
}

bool uowi_dsn_exists(const char *dsn)
{
    char keys[DSN_LIST_SIZE];
    return dsn_read(dsn, NULL, "odbc.ini", keys, sizeof keys);
}

bool uowi_dsn_driver_file(const char *driver, char *out, size_t size)
{
#if UINTPTR_MAX > 0xffffffff
    if (dsn_read(driver, "Driver64", "odbcinst.ini", out, size))
        return true;
#endif
    return dsn_read(driver, "Driver", "odbcinst.ini", out, size);
}

void uowi_dsn_prime(void)
{
    char unused[UOWI_DSN_VALUE_SIZE];
    (void)dsn_read("ODBC", "Trace", "odbcinst.ini", unused, sizeof unused);
    (void)dsn_read("ODBC", "Trace", "odbc.ini", unused, sizeof unused);
}
