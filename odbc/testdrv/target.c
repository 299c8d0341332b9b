/* Which driver is wrapped, and what it is connected with. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "profile.h"

/* A driver's name in odbcinst.ini, or a file. */
static void target_library(td_target *t, const char *wraps)
{
    if (!td_profile(wraps, "Driver", "odbcinst.ini", t->file, sizeof t->file))
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
    (void)td_setting(&t->cs, t->dsn, "Wraps", wraps, sizeof wraps);
    if (td_setting(&t->cs, t->dsn, "WrapsDSN", wraps_dsn, sizeof wraps_dsn) && wraps[0] == '\0')
        (void)td_profile(wraps_dsn, "Driver", "odbc.ini", wraps, sizeof wraps);
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
