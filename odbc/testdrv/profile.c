#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "profile.h"

#include <pthread.h>
#include <stdio.h>

#include <odbcinst.h>

/*
 * The installer library keeps the path of odbcinst.ini in memory of the process, filled by whoever
 * asks first and without a lock; two connections opening at once would race for it.
 */
static pthread_mutex_t profile_lock = PTHREAD_MUTEX_INITIALIZER;

bool td_profile(const char *section, const char *key, const char *file, char *value, size_t size)
{
    value[0] = '\0';
    pthread_mutex_lock(&profile_lock);
    (void)SQLGetPrivateProfileString(section, key, "", value, (int)size, file);
    pthread_mutex_unlock(&profile_lock);
    return value[0] != '\0';
}

bool td_setting(const td_connstr *cs, const char *dsn, const char *key, char *value, size_t size)
{
    const char *given = td_connstr_get(cs, key);

    value[0] = '\0';
    if (given != NULL)
        snprintf(value, size, "%s", given);
    else if (dsn != NULL && dsn[0] != '\0')
        return td_profile(dsn, key, "odbc.ini", value, size);
    return value[0] != '\0';
}
