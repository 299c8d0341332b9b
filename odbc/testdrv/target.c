/* Which driver is wrapped, and what it is connected with. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <odbcinst.h>

static bool target_value(const td_target *t, const char *key, char *value, size_t size)
{
    const char *given = td_connstr_get(&t->cs, key);
    value[0] = '\0';
    if (given != NULL)
        snprintf(value, size, "%s", given);
    else if (t->dsn[0] != '\0')
        (void)SQLGetPrivateProfileString(t->dsn, key, "", value, (int)size, "odbc.ini");
    return value[0] != '\0';
}

/* A driver's name in odbcinst.ini, or a file. */
static void target_library(td_target *t, const char *wraps)
{
    (void)SQLGetPrivateProfileString(wraps, "Driver", "", t->file, sizeof t->file, "odbcinst.ini");
    if (t->file[0] == '\0')
        snprintf(t->file, sizeof t->file, "%s", wraps);
}

static bool target_keep(const char *key)
{
    return !td_keys_own(key) && strcasecmp(key, "DSN") != 0 && strcasecmp(key, "Driver") != 0;
}

/*
 * The wrapped driver's own string. WrapsDSN names its data source; without that it reads
 * its keys from ours, or the string has them all.
 */
static bool target_connection(td_target *t, const char *wraps, const char *wraps_dsn)
{
    td_connstr head = {NULL, 0};
    bool has_dsn = wraps_dsn[0] != '\0' || t->dsn[0] != '\0';
    const char *key = has_dsn ? "DSN" : "Driver";
    const char *value = wraps_dsn[0] != '\0' ? wraps_dsn : (has_dsn ? t->dsn : wraps);
    bool fits = td_connstr_add(&head, key, value);
    for (size_t i = 0; fits && i < t->cs.count; i++)
        if (target_keep(t->cs.pairs[i].key))
            fits = td_connstr_add(&head, t->cs.pairs[i].key, t->cs.pairs[i].value);
    t->connection = fits ? td_connstr_text(&head) : NULL;
    td_connstr_free(&head);
    return t->connection != NULL;
}

bool td_target_find(td_target *t, td_complaint *complaint)
{
    char wraps[512], wraps_dsn[256];
    const char *dsn = td_connstr_get(&t->cs, "DSN");

    snprintf(t->dsn, sizeof t->dsn, "%s", dsn ? dsn : "");
    target_value(t, "Wraps", wraps, sizeof wraps);
    if (target_value(t, "WrapsDSN", wraps_dsn, sizeof wraps_dsn) && wraps[0] == '\0')
        (void)SQLGetPrivateProfileString(wraps_dsn, "Driver", "", wraps, sizeof wraps, "odbc.ini");
    if (wraps[0] == '\0') {
        snprintf(complaint->text, sizeof complaint->text,
                 "Wraps=<driver> or WrapsDSN=<data source> is missing");
        return false;
    }
    target_library(t, wraps);
    if (target_connection(t, wraps, wraps_dsn))
        return true;
    snprintf(complaint->text, sizeof complaint->text, "no memory");
    return false;
}

void td_target_free(td_target *t)
{
    td_connstr_free(&t->cs);
    free(t->connection);
}
