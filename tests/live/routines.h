/* Procedures made by a test: by DDL where the database has them, by a portable body in the model elsewhere. */
#ifndef LIVE_ROUTINES_H
#define LIVE_ROUTINES_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "live/live.h"

/*
 * The text with the process's number in place of each '#': tests run beside each other, and each has tables and
 * routines of its own. Static storage; a few dozen a process.
 */
static inline const char *own(const char *text)
{
    static char room[32768];
    static size_t used;
    char number[16];
    char *start = room + used;

    snprintf(number, sizeof number, "%d", (int)getpid());
    for (; *text; text++) {
        size_t length = *text == '#' ? strlen(number) : 1;
        cr_assert(used + length + 1 < sizeof room, "own() needs more room");
        memcpy(room + used, *text == '#' ? number : text, length);
        used += length;
    }
    room[used++] = '\0';
    return start;
}

static inline void routine_drop(live *l, const char *name)
{
    if (l->database == LIVE_POSTGRESQL)
        live_run(l, "DROP ROUTINE IF EXISTS %s", own(name));
    if (l->database == LIVE_MARIADB) {
        live_run(l, "DROP PROCEDURE IF EXISTS %s", own(name));
        live_run(l, "DROP FUNCTION IF EXISTS %s", own(name));
    }
}

/* Makes a routine; each text is what follows CREATE, with '#' and the words of live_table for types; NULL: none there. */
static inline void routine_make(live *l, const char *postgresql, const char *mariadb)
{
    const char *text = l->database == LIVE_POSTGRESQL ? postgresql : l->database == LIVE_MARIADB ? mariadb : NULL;
    char *ddl;

    if (!text)
        return;
    ddl = live_ddl(l, own(text));
    live_run(l, "CREATE %s", ddl);
    free(ddl);
}

#endif
